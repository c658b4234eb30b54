/** Virtual time: what is due runs in order, and everything that it wakes runs before the next. */
export interface Time {
  /** True time, ms. Functions see it through clocks of their own. */
  now(): number;
  at(ms: number, what: () => void): void;
  wait(ms: number): Promise<void>;
  run(until: number): Promise<void>;
}

interface Due {
  readonly at: number;
  readonly order: number;
  readonly what: () => void;
}

export function makeTime(start: number): Time {
  let now = start;
  let order = 0;
  const heap: Due[] = [];
  const at = (ms: number, what: () => void): void => {
    push(heap, { at: Math.max(ms, now), order, what });
    order += 1;
  };
  return {
    now: () => now,
    at,
    wait: (ms) => new Promise((resolve) => at(now + ms, resolve)),
    run: async (until) => {
      await settled();
      for (let next = heap[0]; next !== undefined && next.at <= until; next = heap[0]) {
        pop(heap);
        now = next.at;
        next.what();
        await settled();
      }
      now = Math.max(now, until);
    },
  };
}

/** All that promises have to do is done: Node runs ticks only when no promise is left to run. */
function settled(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}

function before(a: Due | undefined, b: Due | undefined): boolean {
  if (a === undefined || b === undefined) return a !== undefined;
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

function push(heap: Due[], due: Due): void {
  heap.push(due);
  for (let i = heap.length - 1; i > 0; ) {
    const parent = (i - 1) >> 1;
    if (before(heap[parent], due)) return;
    swap(heap, i, parent);
    i = parent;
  }
}

function pop(heap: Due[]): void {
  swap(heap, 0, heap.length - 1);
  heap.pop();
  for (let i = 0; ; ) {
    const left = 2 * i + 1;
    const least = before(heap[left + 1], heap[left]) ? left + 1 : left;
    if (!before(heap[least], heap[i])) return;
    swap(heap, i, least);
    i = least;
  }
}

function swap(heap: Due[], i: number, j: number): void {
  const [a, b] = [heap[i], heap[j]];
  if (a === undefined || b === undefined) return;
  heap[i] = b;
  heap[j] = a;
}
