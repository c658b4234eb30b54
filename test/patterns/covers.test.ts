import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { JsonObject } from '../../shared/model/json.ts';
import { covers } from '../../shared/patterns/covers.ts';
import { matches } from '../../shared/patterns/match.ts';
import { compilePattern } from '../../shared/patterns/parse.ts';
import type { Pattern } from '../../shared/patterns/pattern.ts';

function pattern(source: JsonObject): Pattern {
  const compiled = compilePattern(source);
  if (!compiled.ok) throw new Error(compiled.error.message);
  return compiled.pattern;
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
    ['that ignores case', { a: [{ prefix: 'x' }] }, { a: [{ prefix: { 'equals-ignore-case': 'xy' } }] }],
    [
      'whose absence lies in a list of objects',
      { a: { b: [{ exists: false }] } },
      { a: { b: [{ exists: false }], c: ['x'] } },
    ],
  ])('not one %s', (_, wide, narrow) => expect(covers(pattern(wide), pattern(narrow))).toBe(false));

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
          const wide = compilePattern(one);
          const narrow = compilePattern({ ...one, ...more });
          if (!wide.ok || !narrow.ok || !covers(wide.pattern, narrow.pattern)) return;
          covered += 1;
          for (const each of documents)
            if (matches(narrow.pattern, each)) expect(matches(wide.pattern, each)).toBe(true);
        },
      ),
      { numRuns: 3_000 },
    );
    expect(covered).toBeGreaterThan(100);
  });
});
