import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { nearest } from '../../shared/config/suggest.ts';
import { distance } from '../../shared/patterns/suggest.ts';

describe('distance', () => {
  test.each([
    ['', '', 0],
    ['a', '', 1],
    ['abc', 'abc', 0],
    ['chanels', 'channels', 1],
    ['langauge', 'language', 1],
    ['kitten', 'sitting', 3],
  ])('%s to %s is %i', (a, b, edits) => {
    expect(distance(a, b)).toBe(edits);
  });

  it('is the same in both directions, 0 only for the same word, and never more than the longer word', () => {
    const word = fc.string({ maxLength: 8, unit: fc.constantFrom('a', 'b', 'c') });
    fc.assert(
      fc.property(word, word, (a, b) => {
        const edits = distance(a, b);
        expect(edits).toBe(distance(b, a));
        expect(edits === 0).toBe(a === b);
        expect(edits).toBeLessThanOrEqual(Math.max(a.length, b.length));
      }),
    );
  });
});

describe('the near word', () => {
  test.each([
    ['Channels', 'channels'],
    ['chanels', 'channels'],
    ['destnations', 'destinations'],
    ['zebra', null],
    ['x'.repeat(100_000), null],
  ])('%s', (word, expected) => {
    expect(nearest(word, ['destinations', 'channels', 'teams'])).toBe(expected);
  });

  it('is the nearest, not the first', () => {
    expect(nearest('notfy', ['notice', 'notify'])).toBe('notify');
  });
});
