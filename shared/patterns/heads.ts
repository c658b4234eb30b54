/** The ids that are filed under one text. */
export type Filed = ReadonlyMap<string, readonly number[]>;
/** Takes ids of rules that may match. */
export type Mark = (ids: readonly number[]) => void;

interface Head {
  readonly text: string;
  readonly ids: readonly number[];
  /** The longest other head that begins this one. */
  readonly shorter: Head | null;
}

type Find = (text: string, mark: Mark) => void;

/** Finds all heads with which a text begins, in the time of one binary search. */
export function makeHeads(filed: Filed): Find {
  return makeFind(filed, false);
}

/** The same for ends: a tail is the head of the text read backwards. */
export function makeTails(filed: Filed): Find {
  return makeFind(filed, true);
}

/**
 * In alphabetical order whatever begins a text stands before it, and begins whatever stands between; so the nearest
 * head before the text, and the heads that begin that one, are all that need a look.
 */
function makeFind(filed: Filed, backwards: boolean): Find {
  // Read backwards where they stand: a text turned round for every look would cost more than the look.
  const isBefore = (a: string, b: string): boolean => (backwards ? endsBefore(a, b) : a <= b);
  const begins = (text: string, head: Head): boolean =>
    backwards ? text.endsWith(head.text) : text.startsWith(head.text);
  /** The head itself, or the longest that begins it, with which `text` begins. */
  const beginning = (head: Head | null, text: string): Head | null => {
    let here = head;
    while (here !== null && !begins(text, here)) here = here.shorter;
    return here;
  };
  const heads: Head[] = [];
  for (const [text, ids] of [...filed].sort(([a], [b]) => (isBefore(a, b) ? -1 : 1))) {
    heads.push({ text, ids, shorter: beginning(heads.at(-1) ?? null, text) });
  }
  /** The last head that is `text` or stands before it. */
  const lastBefore = (text: string): Head | null => {
    let [from, to] = [0, heads.length];
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (isBefore(heads[middle]?.text ?? '', text)) from = middle + 1;
      else to = middle;
    }
    return heads[from - 1] ?? null;
  };
  return (text, mark) => {
    for (let head = beginning(lastBefore(text), text); head !== null; head = head.shorter) mark(head.ids);
  };
}

/** Whether `a`, read backwards by UTF-16 units, is `b` or stands before it in the alphabet. */
function endsBefore(a: string, b: string): boolean {
  const common = Math.min(a.length, b.length);
  for (let i = 1; i <= common; i += 1) {
    const by = a.charCodeAt(a.length - i) - b.charCodeAt(b.length - i);
    if (by !== 0) return by < 0;
  }
  return a.length <= b.length;
}
