import { type Filed, type Mark, makeHeads } from './heads.ts';

/** A table of this size tells at nearly every place of a text that no part begins there. */
const SLOTS = 4_096;

/** Finds the parts (two characters or more) that a text holds anywhere. */
export function makeParts(filed: Filed): (text: string, mark: Mark) => void {
  const longest = [...filed.keys()].reduce((most, part) => Math.max(most, part.length), 0);
  const bySlot = Map.groupBy(filed, ([part]) => slotOf(part.charCodeAt(0), part.charCodeAt(1)));
  const slots = Array.from({ length: SLOTS }, (_, slot) => {
    const parts = bySlot.get(slot);
    return parts === undefined ? null : makeHeads(new Map(parts));
  });
  return (text, mark) => {
    let first = text.charCodeAt(0);
    for (let at = 0; at < text.length - 1; at += 1) {
      const second = text.charCodeAt(at + 1);
      slots[slotOf(first, second)]?.(text.slice(at, at + longest), mark);
      first = second;
    }
  };
}

function slotOf(first: number, second: number): number {
  return (first * 61 + second) % SLOTS;
}
