import { describe, expect, it, test } from 'vitest';
import { fits } from './helpers.ts';

/** Every operator against every kind of value. The columns: what the field of the event holds. */
const VALUES: { readonly [column: string]: unknown } = {
  a: 'a',
  A: 'A',
  '""': '',
  '"7"': '7',
  7: 7,
  '7.0': JSON.parse('7.0'),
  '70e-1': JSON.parse('70e-1'),
  '-5e9': -5e9,
  '5e9': 5e9,
  '5e9+1': 5_000_000_001,
  '2^53': 9_007_199_254_740_992,
  true: true,
  null: null,
  ip: '10.1.2.3',
  '{}': {},
  '{y}': { y: 'a' },
  '[]': [],
  '[a,7]': ['a', 7],
  '[b,null]': ['b', null],
  '[[a]]': [['a']],
  '[{}]': [{}],
  missing: undefined,
};

/** [the list in the pattern, the columns that fit; all others do not] */
const ROWS: readonly (readonly [readonly unknown[], string])[] = [
  [['a'], 'a [a,7] [[a]]'],
  [['A', 'a'], 'a A [a,7] [[a]]'],
  [[''], '""'],
  [['7'], '"7"'],
  [[7], '7 7.0 70e-1 [a,7]'],
  [[5e9], '5e9'],
  [[5_000_000_001], '5e9+1'],
  [[9_007_199_254_740_992], '2^53'],
  [[true], 'true'],
  [[null], 'null [b,null]'],
  [[{ prefix: 'a' }], 'a [a,7] [[a]]'],
  [[{ prefix: '' }], 'a A "" "7" ip [a,7] [b,null] [[a]]'],
  [[{ prefix: { 'equals-ignore-case': 'a' } }], 'a A [a,7] [[a]]'],
  [[{ suffix: 'a' }], 'a [a,7] [[a]]'],
  [[{ suffix: { 'equals-ignore-case': 'A' } }], 'a A [a,7] [[a]]'],
  [[{ 'equals-ignore-case': 'A' }], 'a A [a,7] [[a]]'],
  [[{ wildcard: '*' }], 'a A "" "7" ip [a,7] [b,null] [[a]]'],
  [[{ wildcard: '1*.*3' }], 'ip'],
  [[{ cidr: '10.0.0.0/8' }], 'ip'],
  [[{ numeric: ['=', 7] }], '7 7.0 70e-1 [a,7]'],
  [[{ numeric: ['>=', 5e9] }], '5e9'],
  [[{ numeric: ['<=', -5e9] }], '-5e9'],
  [[{ numeric: ['<', 5e9] }], '7 7.0 70e-1 -5e9 [a,7]'],
  [[{ numeric: ['>', -5e9, '<=', 7] }], '7 7.0 70e-1 [a,7]'],
  [[{ exists: true }], 'a A "" "7" 7 7.0 70e-1 -5e9 5e9 5e9+1 2^53 true null ip [a,7] [b,null] [[a]]'],
  [[{ exists: false }], '{} {y} [] [{}] missing'],
  [[{ exists: false }, 'a'], 'a {} {y} [] [a,7] [[a]] [{}] missing'],
  [[{ 'anything-but': ['a', 'A', ''] }], '"7" 7 7.0 70e-1 -5e9 5e9 5e9+1 2^53 true null ip [a,7] [b,null]'],
  [[{ 'anything-but': 7 }], 'a A "" "7" -5e9 5e9 5e9+1 2^53 true null ip [a,7] [b,null] [[a]]'],
  [
    [{ 'anything-but': { prefix: 'a' } }],
    'A "" "7" 7 7.0 70e-1 -5e9 5e9 5e9+1 2^53 true null ip [a,7] [b,null]',
  ],
  [
    [{ 'anything-but': { suffix: ['a', '3'] } }],
    'A "" "7" 7 7.0 70e-1 -5e9 5e9 5e9+1 2^53 true null [a,7] [b,null]',
  ],
  [
    [{ 'anything-but': { 'equals-ignore-case': ['a', '7'] } }],
    '"" 7 7.0 70e-1 -5e9 5e9 5e9+1 2^53 true null ip [a,7] [b,null]',
  ],
  [
    [{ 'anything-but': { wildcard: '*.*' } }],
    'a A "" "7" 7 7.0 70e-1 -5e9 5e9 5e9+1 2^53 true null [a,7] [b,null] [[a]]',
  ],
];

describe('every operator against every kind of value', () => {
  test.each(ROWS.map(([list, fitting]) => [JSON.stringify(list), list, fitting] as const))(
    '%s',
    (_, list, fitting) => {
      const fit = Object.keys(VALUES).filter((column) => fits(list, VALUES[column]));
      expect(new Set(fit)).toEqual(new Set(fitting.split(' ')));
    },
  );

  it('names only columns that there are', () => {
    const named = ROWS.flatMap(([, fitting]) => fitting.split(' '));
    expect(named.filter((column) => !Object.hasOwn(VALUES, column))).toEqual([]);
  });
});

describe('numbers close to each other', () => {
  /** [pattern, event, whether they are the same number]: JSON text, because that is where spellings differ. */
  test.each([
    ['300', '300.0', true],
    ['300', '3e2', true],
    ['300', '0.3E+3', true],
    ['0', '-0.0', true],
    ['0.1', '0.10000', true],
    ['0.1', '0.100001', false],
    ['123456.789012', '123456.789013', false],
    ['4999999999.999999', '4999999999.999998', false],
    ['-5000000000', '-5e9', true],
    ['123456789012345', '123456789012346', false],
    ['9007199254740993', '9007199254740992', true],
  ])('%s and %s', (pattern, event, same) => {
    expect(fits([JSON.parse(pattern)], JSON.parse(event))).toBe(same);
    const isComparable = Math.abs(JSON.parse(pattern)) <= 5e9;
    if (isComparable) expect(fits([{ numeric: ['=', JSON.parse(pattern)] }], JSON.parse(event))).toBe(same);
  });
});
