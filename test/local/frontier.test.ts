import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeFrontier } from '../../local/frontier.ts';
import { makePassage } from '../../local/watch.ts';

describe('a frontier', () => {
  it('has passed exactly the longest finished run from the front, in whatever order things finish', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(Array.from({ length: 60 }, (_, i) => i)), (finished) => {
        const frontier = makeFrontier<number>();
        for (let i = 0; i < 60; i += 1) frontier.add(i, i);
        for (const i of finished) frontier.finish(i);
        const done = new Set(finished);
        const open = Array.from({ length: 60 }, (_, i) => i).filter((i) => !done.has(i));
        expect(frontier.oldest()).toBe(open[0]);
        const front = open[0] ?? 60;
        expect(frontier.passed()).toBe(front === 0 ? undefined : front - 1);
        expect(frontier.size()).toBe(open.length);
      }),
    );
  });

  it('keeps its place when it forgets what has passed', () => {
    const frontier = makeFrontier<number>();
    for (let i = 0; i < 5_000; i += 1) frontier.add(i, i);
    for (let i = 0; i < 4_000; i += 1) frontier.finish(i);
    expect([frontier.passed(), frontier.oldest(), frontier.size()]).toEqual([3_999, 4_000, 1_000]);
  });

  it('ignores what it does not know', () => {
    const frontier = makeFrontier<number>();
    frontier.finish('never added');
    expect(frontier.passed()).toBeUndefined();
  });
});

describe('a passage', () => {
  it('passes a mark when all that came before it is gone, though more came after', () => {
    const passage = makePassage();
    passage.arrived('a');
    passage.arrived('b');
    const mark = passage.mark();
    passage.arrived('c');
    passage.gone('a');
    expect(passage.passed(mark)).toBe(false);
    passage.gone('b');
    expect(passage.passed(mark)).toBe(true);
  });

  it('passes at once when nothing was there', () => {
    const passage = makePassage();
    expect(passage.passed(passage.mark())).toBe(true);
  });
});
