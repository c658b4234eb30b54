import type { Mark } from './heads.ts';
import type { Range } from './pattern.ts';

/** A range with the id that is filed under it. */
export type FiledRange = Range & { readonly id: number };

/**
 * Finds all ranges that hold a number (a segment tree). The ranges' ends cut the line into slots: each end is one,
 * and so is each gap beside it. A range lies in a few nodes of a binary tree over the slots; a number's answer is
 * what lies on the way from its slot to the root.
 */
export function makeRanges(ranges: readonly FiledRange[]): (value: number, mark: Mark) => void {
  const ends = Float64Array.from(new Set(ranges.flatMap(({ low, high }) => [low, high]))).sort();
  const slots = 2 * ends.length + 1;
  const nodes: number[][] = Array.from({ length: 2 * slots }, () => []);
  for (const { id, low, lowOpen, high, highOpen } of ranges) {
    let from = slots + slotOf(ends, low) + (lowOpen ? 1 : 0);
    let to = slots + slotOf(ends, high) + (highOpen ? 0 : 1);
    for (; from < to; from >>= 1, to >>= 1) {
      if (from & 1) nodes[from++]?.push(id);
      if (to & 1) nodes[--to]?.push(id);
    }
  }
  return (value, mark) => {
    for (let node = slots + slotOf(ends, value); node > 0; node >>= 1) mark(nodes[node] ?? []);
  };
}

/** The slot of a number: odd at an end, even in the gap below it. */
function slotOf(ends: Float64Array, value: number): number {
  let [from, to] = [0, ends.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((ends[middle] ?? 0) < value) from = middle + 1;
    else to = middle;
  }
  return ends[from] === value ? 2 * from + 1 : 2 * from;
}
