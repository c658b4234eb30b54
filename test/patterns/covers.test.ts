import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { JsonObject } from '../../shared/model/json.ts';
import { covers, coversTogether } from '../../shared/patterns/covers.ts';
import { matches } from '../../shared/patterns/match.ts';
import { compilePattern } from '../../shared/patterns/parse.ts';
import type { Pattern } from '../../shared/patterns/pattern.ts';

function pattern(source: JsonObject): Pattern {
  const compiled = compilePattern(source);
  if (!compiled.ok) throw new Error(compiled.error.message);
  return compiled.pattern;
}

/** What one or the other allows of each key that both ask for, and all else that they ask for. */
function either(one: JsonObject, other: JsonObject): JsonObject {
  const shared = Object.entries(one).flatMap(([key, value]) => {
    const theirs = other[key];
    return Array.isArray(value) && Array.isArray(theirs) ? [[key, [...value, ...theirs]]] : [];
  });
  return { ...one, ...other, ...Object.fromEntries(shared) };
}

describe('a pattern covers another', () => {
  test.each<[string, JsonObject, JsonObject]>([
    ['the same', { a: ['x'] }, { a: ['x'] }],
    ['that wants more keys', { a: ['x'] }, { a: ['x'], b: ['y'] }],
    ['with fewer values', { a: ['x', 'y'] }, { a: ['y'] }],
    ['with a value that its test takes', { a: [{ prefix: 'x' }] }, { a: ['xy', 'xz'] }],
    ['with a longer prefix', { a: [{ prefix: 'x' }] }, { a: [{ prefix: 'xy' }] }],
    ['with a longer suffix', { a: [{ suffix: 'x' }] }, { a: [{ suffix: 'yx' }] }],
    ['with a wildcard that begins so', { a: [{ prefix: 'x' }] }, { a: [{ wildcard: 'xy*z' }] }],
    ['with an inner range', { a: [{ numeric: ['>', 1] }] }, { a: [{ numeric: ['>', 1, '<=', 5] }] }],
    ['with an inner network', { a: [{ cidr: '10.0.0.0/8' }] }, { a: [{ cidr: '10.1.0.0/16' }] }],
    ['that leaves out more', { a: [{ 'anything-but': ['x'] }] }, { a: [{ 'anything-but': ['x', 'y'] }] }],
    ['that wants any value', { a: [{ exists: true }] }, { a: [{ prefix: 'x' }] }],
    ['that wants the same absence', { a: [{ exists: false }] }, { a: [{ exists: false }], b: ['x'] }],
    ['of which each way is covered', { $or: [{ a: ['x'] }, { b: ['y'] }] }, { b: ['y'], c: ['z'] }],
    [
      'with a prefix for which case counts',
      { a: [{ prefix: { 'equals-ignore-case': 'X' } }] },
      { a: [{ prefix: 'Xy' }] },
    ],
    ['with a prefix that a wildcard takes', { a: [{ wildcard: '*x*' }] }, { a: [{ prefix: 'yx' }] }],
    ['with a suffix that a wildcard takes', { a: [{ wildcard: '*x' }] }, { a: [{ suffix: 'yx' }] }],
    ['with a wildcard that says more', { a: [{ wildcard: 'a*c*' }] }, { a: [{ wildcard: 'ab*c*d' }] }],
    ['with a prefix that is not left out', { a: [{ 'anything-but': ['x'] }] }, { a: [{ prefix: 'y' }] }],
    [
      'with another prefix than the one that is left out',
      { a: [{ 'anything-but': { prefix: 'x' } }] },
      { a: [{ prefix: 'yx' }, 'z'] },
    ],
    [
      'with numbers where texts are left out',
      { a: [{ 'anything-but': ['x'] }] },
      { a: [{ numeric: ['>', 1] }] },
    ],
    [
      'with a range that two of its ranges make up',
      { a: [{ numeric: ['>=', 0, '<', 5] }, { numeric: ['>=', 5, '<=', 9] }] },
      { a: [{ numeric: ['>', 2, '<', 8] }] },
    ],
    ['of which each value has a way', { $or: [{ a: ['x'] }, { a: ['y'] }] }, { a: ['x', 'y'], b: ['z'] }],
    ['below a key', { a: { b: [{ exists: true }] } }, { a: { b: ['x'], c: ['y'] } }],
  ])('%s', (_, wide, narrow) => expect(covers(pattern(wide), pattern(narrow))).toBe(true));

  test.each<[string, JsonObject, JsonObject]>([
    ['that wants fewer keys', { a: ['x'], b: ['y'] }, { a: ['x'] }],
    ['with one more value', { a: ['x'] }, { a: ['x', 'y'] }],
    ['with a shorter prefix', { a: [{ prefix: 'xy' }] }, { a: [{ prefix: 'x' }] }],
    ['whose end is open wider', { a: [{ numeric: ['>', 1] }] }, { a: [{ numeric: ['>=', 1] }] }],
    ['that leaves out less', { a: [{ 'anything-but': ['x', 'y'] }] }, { a: [{ 'anything-but': ['x'] }] }],
    ['that allows absence', { a: ['x'] }, { a: ['x', { exists: false }] }],
    ['with a way of its own', { a: ['x'] }, { $or: [{ a: ['x'] }, { b: ['y'] }] }],
    [
      'with a range that its ranges leave a gap in',
      { a: [{ numeric: ['>=', 0, '<', 5] }, { numeric: ['>', 5, '<=', 9] }] },
      { a: [{ numeric: ['>', 2, '<', 8] }] },
    ],
    [
      'with a prefix of what is left out',
      { a: [{ 'anything-but': { prefix: 'xy' } }] },
      { a: [{ prefix: 'x' }] },
    ],
    ['that may be what is left out', { a: [{ 'anything-but': ['xy'] }] }, { a: [{ suffix: 'y' }] }],
    ['with a wildcard that says less', { a: [{ wildcard: 'a*b*c' }] }, { a: [{ wildcard: 'a*c' }] }],
    ['that begins and ends in one', { a: [{ wildcard: 'xy*yx' }] }, { a: [{ prefix: 'xyx' }] }],
    ['that ignores case', { a: [{ prefix: 'x' }] }, { a: [{ prefix: { 'equals-ignore-case': 'xy' } }] }],
    [
      'whose absence lies in a list of objects',
      { a: { b: [{ exists: false }] } },
      { a: { b: [{ exists: false }], c: ['x'] } },
    ],
  ])('not one %s', (_, wide, narrow) => expect(covers(pattern(wide), pattern(narrow))).toBe(false));

  it('with others: each alternative by one of them', () => {
    const each = (...sources: readonly JsonObject[]) => sources.map(pattern);
    const both = pattern({ a: ['x', 'y'], b: [{ numeric: ['>', 0] }] });
    expect(coversTogether(each({ c: ['z'] }, { a: ['x'] }, { a: ['y'] }), both)).toEqual([1, 2]);
    expect(coversTogether(each({ a: ['x'] }, { a: ['y'], b: [{ numeric: ['>', 1] }] }), both)).toBeNull();
    const halves = each({ b: [{ numeric: ['<', 7] }] }, { b: [{ numeric: ['>=', 7] }] });
    expect(coversTogether(halves, both)).toEqual([0, 1]);
  });

  it('only where every document that fits the narrow one fits the wide one', () => {
    const word = fc.constantFrom('x', 'xy', 'yx', 'X', 'xyx', '');
    const number = fc.integer({ min: -2, max: 2 });
    const filled = fc.constantFrom('x', 'xy', 'yx', 'X');
    const value = fc.oneof(word, number, fc.constant(null), fc.boolean());
    const choice = fc.oneof(
      value,
      fc.record({ prefix: fc.oneof(filled, fc.record({ 'equals-ignore-case': filled })) }),
      fc.record({ suffix: filled }),
      fc.record({ 'equals-ignore-case': filled }),
      fc.record({ wildcard: fc.constantFrom('x*', '*x', 'x*y', '*y*') }),
      fc.record({ exists: fc.boolean() }),
      fc.record({
        'anything-but': fc.oneof(
          filled,
          fc.array(filled, { minLength: 1, maxLength: 3 }),
          fc.record({ prefix: filled }),
        ),
      }),
      fc.tuple(fc.constantFrom('>', '>='), number).map((numeric) => ({ numeric })),
      fc.tuple(number, fc.constantFrom('<', '<=')).map(([n, op]) => ({ numeric: [op, n] })),
    );
    const leaf = fc.array(choice, { minLength: 1, maxLength: 3 });
    const key = fc.constantFrom('a', 'b', 'c');
    const branch = fc.dictionary(key, leaf, { minKeys: 1, maxKeys: 2 });
    const source = fc.dictionary(key, fc.oneof(leaf, branch), { minKeys: 1, maxKeys: 3 });
    const inner = fc.oneof(
      value,
      fc.array(value, { maxLength: 2 }),
      fc.dictionary(key, value, { maxKeys: 2 }),
    );
    const document = fc.dictionary(key, fc.oneof(inner, fc.array(inner, { maxLength: 3 })), { maxKeys: 3 });
    let covered = 0;
    fc.assert(
      fc.property(
        source,
        source,
        fc.array(document, { minLength: 5, maxLength: 20 }),
        (one, more, documents) => {
          const [wide, other] = [compilePattern(one), compilePattern(more)];
          if (!wide.ok || !other.ok) return;
          for (const source of [{ ...one, ...more }, either(one, more)]) {
            const narrow = compilePattern(source);
            const wides = [wide.pattern, other.pattern];
            if (!narrow.ok || coversTogether(wides, narrow.pattern) === null) continue;
            covered += covers(wide.pattern, narrow.pattern) || covers(other.pattern, narrow.pattern) ? 0 : 1;
            for (const each of documents)
              if (matches(narrow.pattern, each)) expect(wides.some((w) => matches(w, each))).toBe(true);
          }
        },
      ),
      { numRuns: 3_000 },
    );
    expect(covered).toBeGreaterThan(20);
  });
});
