import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { makeIndex } from '../../shared/patterns/index.ts';
import { matches } from '../../shared/patterns/match.ts';
import { compilePattern } from '../../shared/patterns/parse.ts';
import type { Pattern } from '../../shared/patterns/pattern.ts';
import { compiled } from './helpers.ts';

interface Rule {
  readonly name: string;
  readonly pattern: Pattern;
}

function rulesOf(patterns: readonly unknown[]): readonly Rule[] {
  return patterns.map((pattern) => ({ name: JSON.stringify(pattern), pattern: compiled(pattern) }));
}

function namesOf(rules: readonly Rule[]): readonly string[] {
  return rules.map(({ name }) => name);
}

/** What the index must answer: every rule in turn is asked. */
function oneByOne(rules: readonly Rule[], document: unknown): readonly string[] {
  return namesOf(rules.filter(({ pattern }) => matches(pattern, document)));
}

// A small world, so that patterns and documents meet: few keys, few letters, numbers at the ends of ranges.
const text = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', 'b', 'A', 'ς', 'Σ'), maxLength: 4 }),
  fc.constantFrom('10.0.0.1', '10.0.7.1', '::ffff:10.0.0.1', '2001:db8::1', '2001:db9::1', '🔥a', '\udd25'),
);
const number = fc.constantFrom(-5e9, -5_000_000_001, -1, -0, 0, 0.5, 1, 2, 5e9, 5_000_000_001);
const scalar = fc.oneof(text, number, fc.constantFrom(true, false, null));
const key = fc.constantFrom('a', 'a', 'a', 'b', 'b', '__proto__');

const either = (plain: fc.Arbitrary<string>) =>
  fc.oneof(
    plain,
    plain.map((folded) => ({ 'equals-ignore-case': folded })),
  );
const wildcard = fc
  .array(fc.constantFrom('a', 'b', 'ab', '*', '\\*'), { maxLength: 5 })
  .map((parts) => parts.join('').replaceAll(/\*{2,}/g, '*'));
const bound = fc.constantFrom(-5e9, -1, 0, 0.5, 1, 2, 5e9);
const numeric = fc.oneof(
  fc.tuple(fc.constantFrom('<', '<=', '=', '>=', '>'), bound),
  fc
    .tuple(fc.constantFrom('>', '>='), bound, fc.constantFrom('<', '<='), bound)
    .filter(([, low, , high]) => low < high),
);
const some = fc.string({ unit: fc.constantFrom('a', 'b', 'A'), minLength: 1, maxLength: 2 });
const block = fc.constantFrom(
  '10.0.0.0/8',
  '10.0.0.0/24',
  '0.0.0.0/0',
  '2001:db8::/32',
  '::/0',
  '10.0.0.1/32',
);
const item = fc.oneof(
  { arbitrary: scalar, weight: 4 },
  fc.record({ prefix: either(text) }),
  fc.record({ suffix: either(text) }),
  fc.record({ 'equals-ignore-case': text }),
  fc.record({ wildcard }),
  fc.record({ numeric }),
  fc.record({ cidr: block }),
  fc.record({ exists: fc.boolean() }),
  fc.record({ 'anything-but': fc.oneof(fc.array(text, { minLength: 1, maxLength: 3 }), number) }),
  fc.record({ 'anything-but': fc.oneof(fc.record({ prefix: some }), fc.record({ wildcard })) }),
);
const { pattern } = fc.letrec<{ node: unknown; fields: object; pattern: unknown }>((tie) => ({
  node: fc.oneof({ maxDepth: 2 }, fc.array(item, { minLength: 1, maxLength: 3, size: 'max' }), tie('fields')),
  fields: fc.dictionary(key, tie('node'), { minKeys: 1, maxKeys: 2 }),
  pattern: fc.oneof(
    { arbitrary: tie('fields'), weight: 4 },
    fc
      .tuple(tie('fields'), fc.array(tie('fields'), { minLength: 2, maxLength: 3 }))
      .map(([fields, ways]) => ({ top: fields, $or: ways })),
    fc.tuple(tie('fields'), tie('fields')).map((ways) => ({ $or: ways })),
  ),
}));
const { document } = fc.letrec<{ node: unknown; document: object }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3 },
    scalar,
    fc.array(fc.oneof(scalar, tie('document')), { maxLength: 3, size: 'max' }),
    tie('document'),
  ),
  document: fc.dictionary(fc.oneof(key, fc.constant('top')), tie('node'), { minKeys: 1, maxKeys: 4 }),
}));
/** Only what compiles: two fields of an `$or` may be the same, and one wildcard in a hundred is refused. */
const rules = fc
  .array(pattern, { maxLength: 70, size: 'max' })
  .map((patterns) => rulesOf(patterns.filter((one) => compilePattern(one as never).ok)));

describe('the index', () => {
  it('answers as asking every rule in turn does', () => {
    const seen = { matched: 0, not: 0 };
    fc.assert(
      fc.property(rules, fc.array(document, { minLength: 1, maxLength: 8 }), (some, documents) => {
        const index = makeIndex(some);
        for (const one of documents) {
          const expected = oneByOne(some, one);
          seen.matched += expected.length;
          seen.not += some.length - expected.length;
          expect(namesOf(index.all(one))).toEqual(expected);
          expect(index.first(one)?.name).toBe(expected[0]);
        }
      }),
      { numRuns: 500 },
    );
    expect(Math.min(seen.matched, seen.not)).toBeGreaterThan(4_000);
  });

  it('finds the first rule that something else holds for, too', () => {
    fc.assert(
      fc.property(rules, document, fc.nat({ max: 3 }), (some, one, skipped) => {
        const expected = oneByOne(some, one);
        let left = skipped;
        const found = makeIndex(some).first(one, () => left-- <= 0);
        expect(found?.name).toBe(expected[skipped]);
      }),
      { numRuns: 500 },
    );
  });

  it.each([null, undefined, 1, 'x', [], [{ a: 1 }], Number.NaN])(
    'finds nothing in %j, which is no event',
    (one) => {
      expect(makeIndex(rulesOf([{ a: [1] }, { a: [{ exists: false }] }])).all(one)).toEqual([]);
    },
  );

  it('follows lists as deep as the matcher does, and no further', () => {
    const nested = (depth: number): unknown => (depth === 0 ? 'x' : [nested(depth - 1)]);
    const index = makeIndex(rulesOf([{ a: ['x'] }]));
    expect(index.all({ a: nested(64) })).toHaveLength(1);
    expect(index.all({ a: nested(65) })).toHaveLength(0);
    expect(index.all({ a: nested(5_000) })).toHaveLength(0);
  });
});

describe('many rules that have much in common', () => {
  const N = 1_000;
  const each = (make: (i: number) => unknown): readonly Rule[] =>
    rulesOf(Array.from({ length: N }, (_, i) => make(i)));

  /** How many rules were asked: each looks at `seen` first, which counts. */
  function asked(rules: readonly Rule[], document: object): number {
    let looks = 0;
    const counted = {
      ...document,
      get seen() {
        looks += 1;
        return 1;
      },
    };
    expect(namesOf(makeIndex(rules).all(counted))).toEqual(oneByOne(rules, { ...document, seen: 1 }));
    return looks;
  }
  const seen = [{ exists: true }];

  /** [what they share, the rules, a document, how many of the thousand are asked at most] */
  const rows: readonly (readonly [string, readonly Rule[], object, number])[] = [
    [
      'one value: they differ in another',
      each((i) => ({ seen, level: ['ERROR'], n: [i] })),
      { level: 'ERROR', n: 7 },
      1,
    ],
    [
      'a value each with a neighbour',
      each((i) => ({ seen, s: [`s${i % 32}`], c: [`c${Math.floor(i / 32)}`] })),
      { s: 's3', c: 'c5' },
      32,
    ],
    [
      'prefixes that begin alike',
      each((i) => ({ seen, g: [{ prefix: `/aws/lambda/fn${i}-` }] })),
      { g: '/aws/lambda/fn77-a' },
      1,
    ],
    [
      'prefixes in each other',
      each((i) => ({ seen, g: [{ prefix: 'a'.repeat(i + 1) }] })),
      { g: 'aaaab' },
      4,
    ],
    ['suffixes', each((i) => ({ seen, g: [{ suffix: `.${i}.png` }] })), { g: 'cat.12.png' }, 1],
    [
      'values in any case',
      each((i) => ({ seen, g: [{ 'equals-ignore-case': `Team-${i}` }] })),
      { g: 'TEAM-9' },
      1,
    ],
    [
      'wildcards by their beginning',
      each((i) => ({ seen, g: [{ wildcard: `fn${i}-*-x` }] })),
      { g: 'fn5-a-x' },
      1,
    ],
    [
      'wildcards by their middle',
      each((i) => ({ seen, g: [{ wildcard: `*word${i}.*` }] })),
      { g: 'the word31. is here' },
      1,
    ],
    ['bands of numbers', each((i) => ({ seen, n: [{ numeric: ['>=', i, '<', i + 1] }] })), { n: 500.5 }, 1],
    [
      'blocks of addresses',
      each((i) => ({ seen, ip: [{ cidr: `10.${i >> 8}.${i & 255}.0/24` }] })),
      { ip: '10.1.2.3' },
      1,
    ],
    [
      'alternatives',
      each((i) => ({ seen, $or: [{ a: [`a${i}`] }, { b: [`b${i}`] }] })),
      { a: 'a1', b: 'b2' },
      3,
    ],
    [
      'a thousand fields',
      each((i) => ({ seen, fields: { [`f${i}`]: [1] } })),
      { fields: { f3: 1, f4: 1 } },
      2,
    ],
    [
      'elements of a list',
      each((i) => ({ seen, tags: { k: ['env'], v: [`v${i}`] } })),
      { tags: [{ k: 'env', v: 'v3' }] },
      1,
    ],
  ];
  test.each(rows)('%s', (_, rules, document, most) => {
    expect(asked(rules, document)).toBeLessThanOrEqual(most);
  });
});
