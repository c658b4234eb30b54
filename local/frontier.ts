/**
 * Things in the order in which they came, each to be finished some time: how far from the front has everything
 * been finished? Constant time a call, whatever the backlog.
 */
export interface Frontier<T> {
  add(key: string | number, value: T): void;
  finish(key: string | number): void;
  /** The oldest that is not finished. */
  oldest(): T | undefined;
  /** The newest in front of which, itself included, everything is finished. */
  passed(): T | undefined;
  size(): number;
}

const COMPACT_AT = 1_024;

/** `onPassed`: called in order with everything that the front has passed. */
export function makeFrontier<T>(onPassed: (value: T) => void = () => {}): Frontier<T> {
  const open = new Map<string | number, { readonly value: T; finished: boolean }>();
  let order: { readonly value: T; finished: boolean }[] = [];
  let head = 0;
  let last: T | undefined;
  return {
    add: (key, value) => {
      const item = { value, finished: false };
      open.set(key, item);
      order.push(item);
    },
    finish: (key) => {
      const item = open.get(key);
      if (item === undefined) return;
      item.finished = true;
      open.delete(key);
      for (let next = order[head]; next?.finished === true; next = order[head]) {
        last = next.value;
        onPassed(next.value);
        head += 1;
      }
      if (head > COMPACT_AT && head * 2 > order.length) {
        order = order.slice(head);
        head = 0;
      }
    },
    oldest: () => order[head]?.value,
    passed: () => last,
    size: () => open.size,
  };
}
