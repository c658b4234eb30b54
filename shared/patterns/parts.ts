import type { Filed, Mark } from './heads.ts';

/** Finds the parts (two characters or more) that a text holds anywhere: at each place by its first two characters. */
export function makeParts(filed: Filed): (text: string, mark: Mark) => void {
  const byPair = Map.groupBy(filed, ([part]) => pair(part.charCodeAt(0), part.charCodeAt(1)));
  return (text, mark) => {
    let first = text.charCodeAt(0);
    for (let at = 0; at < text.length - 1; at += 1) {
      const second = text.charCodeAt(at + 1);
      for (const [part, ids] of byPair.get(pair(first, second)) ?? NONE)
        if (text.startsWith(part, at)) mark(ids);
      first = second;
    }
  };
}

const NONE: readonly never[] = [];

/** One number for two UTF-16 units. */
function pair(first: number, second: number): number {
  return first * 65_536 + second;
}
