import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { addWord, type Firing, mergeFiring, noFiring, runAt, type Word } from '../../cli/replay/firing.ts';

const word = (at: number, over: Partial<Word> = {}): Word => ({
  incident: 'a',
  at,
  ends: false,
  lifecycle: 'states',
  quietMs: null,
  ...over,
});
const end = (at: number) => word(at, { ends: true });
const line = (at: number) => word(at, { lifecycle: 'quiet', quietMs: 10 });

function firingOf(words: readonly Word[]): Firing {
  const firing = noFiring();
  for (const one of words) addWord(firing, one);
  return firing;
}

describe('since when an incident fires, and until when', () => {
  test.each<[string, readonly Word[], number, ReturnType<typeof runAt>]>([
    ['not before it fires', [word(5)], 4, null],
    ['from its first word', [word(5), word(8)], 9, { since: 5, until: null }],
    ['until its source ends it', [word(5), end(9)], 8, { since: 5, until: 9 }],
    ['not after that', [word(5), end(9)], 9, null],
    ['from its return', [word(5), end(9), word(12)], 13, { since: 12, until: null }],
    ['at the same instant firing wins', [word(9), end(9)], 9, { since: 9, until: null }],
    [
      'of lines, as long as the next is heard in time',
      [line(5), line(14), line(23)],
      20,
      { since: 5, until: 33 },
    ],
    ['of lines, until it was quiet', [line(5)], 16, null],
    ['of lines, anew after a silence', [line(5), line(16)], 16, { since: 16, until: 26 }],
  ])('%s', (_, words, at, expected) => expect(runAt(firingOf(words), 'a', at)).toEqual(expected));

  it('is the same in whatever order and parts it is read', () => {
    const one = fc.record({ at: fc.nat(40), ends: fc.boolean() });
    fc.assert(
      fc.property(fc.array(one), fc.boolean(), fc.nat(), fc.array(fc.nat()), (words, quiet, cut, keys) => {
        const all = words.map(({ at, ends }) => (quiet ? line(at) : word(at, { ends })));
        const mixed = all
          .map((each, i) => ({ each, key: keys[i] ?? 0 }))
          .toSorted((a, b) => a.key - b.key)
          .map(({ each }) => each);
        const [before, after] = [firingOf(mixed.slice(0, cut)), firingOf(mixed.slice(cut))];
        mergeFiring(after, before);
        const whole = firingOf(all);
        for (let at = 0; at < 60; at += 1) expect(runAt(after, 'a', at)).toEqual(runAt(whole, 'a', at));
      }),
      { numRuns: 200 },
    );
  });
});
