import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clip, firstUrl, hasWords, oneLine, parseJson, tame } from '../../shared/sources/words.ts';

describe('oneLine', () => {
  test('control characters and line ends become one space', () => {
    expect(oneLine(' a\n\tb\u2028c\u0000d ')).toBe('a b c d');
  });

  test('counts code points, not UTF-16 units', () => {
    expect([...oneLine('🔥'.repeat(200))]).toHaveLength(150);
    expect(oneLine('🔥'.repeat(150))).toBe('🔥'.repeat(150));
  });

  test('any text becomes one well-formed line of at most the length asked for', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 400 }),
        fc.integer({ min: 1, max: 200 }),
        (text, max) => {
          const line = oneLine(text, max);
          expect([...line].length).toBeLessThanOrEqual(max);
          expect(line.isWellFormed()).toBe(true);
          expect(line).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
        },
      ),
    );
  });
});

describe('clip', () => {
  test('keeps what fits and marks where it cut', () => {
    expect(clip('abc', 3)).toBe('abc');
    expect(clip('a'.repeat(30), 20)).toBe(`${'a'.repeat(13)}… (cut)`);
  });

  test('never leaves half a character', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 100 }),
        fc.integer({ min: 10, max: 50 }),
        (text, max) => {
          expect(clip(text, max).length).toBeLessThanOrEqual(max);
          expect(clip(text, max).isWellFormed()).toBe(true);
        },
      ),
    );
  });
});

test.each([
  ['See https://wiki.example.com/a?b=1#c.', 'https://wiki.example.com/a?b=1#c'],
  ['(http://example.com/x)', 'http://example.com/x'],
  ['手順は https://wiki.example.com/手順。', 'https://wiki.example.com/手順'],
  ['ftp://example.com', null],
  ['nothing here', null],
])('the first address in %j is %j', (text, url) => {
  expect(firstUrl(text)).toBe(url);
});

test.each([
  ['Scale it out', true],
  ['再起動する', true],
  ['', false],
  ['--- 123 ---', false],
  ['x', false],
])('%j reads as words: %s', (text, expected) => {
  expect(hasWords(text)).toBe(expected);
});

test.each([
  [' {"a":1}', { a: 1 }],
  ['[1]', [1]],
  ['"{}"', '{}'],
  ['12', null],
  ['true', null],
  ['{"a":', null],
  ['hello', null],
])('%j is opened as %j', (text, expected) => {
  expect(parseJson(text)).toEqual(expected);
});

describe('tame', () => {
  test('leaves JSON of ordinary depth as it is', () => {
    const value = { a: [1, 'b', null, { c: true }] };
    expect(tame(value)).toBe(value);
  });

  test('cuts what is nested too deeply and replaces what is not JSON', () => {
    let deep: unknown = 'bottom';
    for (let i = 0; i < 100_000; i++) deep = [deep];
    expect(JSON.stringify(tame({ deep, lost: undefined, big: 10n, nan: Number.NaN }))).toMatch(
      /^\{"deep":\[{63}"…"]{63},"lost":null,"big":"10","nan":null}$/,
    );
  });
});
