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

/**
 * Finds all heads with which a text begins, in the time of one binary search. In alphabetical order whatever begins
 * a text stands before it, and begins whatever stands between; so the nearest head before the text, and the heads
 * that begin that one, are all that need a look.
 */
export function makeHeads(filed: Filed): (text: string, mark: Mark) => void {
  const heads: Head[] = [];
  for (const [text, ids] of [...filed].sort(([a], [b]) => (a < b ? -1 : 1))) {
    heads.push({ text, ids, shorter: beginning(heads.at(-1) ?? null, text) });
  }
  return (text, mark) => {
    for (let head = beginning(lastBefore(heads, text), text); head !== null; head = head.shorter)
      mark(head.ids);
  };
}

/** The head itself, or the longest that begins it, with which `text` begins. */
function beginning(head: Head | null, text: string): Head | null {
  let here = head;
  while (here !== null && !text.startsWith(here.text)) here = here.shorter;
  return here;
}

/** The last head that is `text` or stands before it. */
function lastBefore(heads: readonly Head[], text: string): Head | null {
  let [from, to] = [0, heads.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((heads[middle]?.text ?? '') <= text) from = middle + 1;
    else to = middle;
  }
  return heads[from - 1] ?? null;
}

/** The same for ends: a tail is the head of the text read backwards. */
export function makeTails(filed: Filed): (text: string, mark: Mark) => void {
  const longest = [...filed.keys()].reduce((most, text) => Math.max(most, text.length), 0);
  const find = makeHeads(new Map([...filed].map(([text, ids]) => [backwards(text), ids])));
  return (text, mark) => find(backwards(text.slice(-longest)), mark);
}

/** By UTF-16 units, as `endsWith` looks. */
function backwards(text: string): string {
  return text.split('').reverse().join('');
}
