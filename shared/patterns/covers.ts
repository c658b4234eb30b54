import { isChosen } from './match.ts';
import type { Choice, Field, Leaf, Pattern, Range, Test, Way } from './pattern.ts';

/**
 * True when every document that `narrow` matches is matched by `wide` too, for sure. False says nothing: what would
 * need a proof beyond the same texts, longer prefixes and suffixes, inner ranges and fewer exceptions is left alone.
 */
export function covers(wide: Pattern, narrow: Pattern): boolean {
  return narrow.ways.every((way) => wide.ways.some((wider) => coversWay(wider, way)));
}

/** The wider way wants less, and of each field no more. */
function coversWay(wide: Way, narrow: Way): boolean {
  return wide.fields.every((field) => {
    const same = narrow.fields.find((other) => isSamePath(field, other));
    return same !== undefined && coversLeaf(field, same);
  });
}

function isSamePath({ path }: Field, other: Field): boolean {
  return path.length === other.path.length && path.every((key, i) => key === other.path[i]);
}

/**
 * Absence below the first key is left alone: in a list of objects it must hold for all of them, where what is found
 * must be in one.
 */
function coversLeaf({ path, leaf: wide }: Field, { leaf: narrow }: Field): boolean {
  if (path.length > 1 && (wide.absent || narrow.absent)) return false;
  return (wide.absent || !narrow.absent) && coversChoice(wide, narrow);
}

function coversChoice(wide: Choice, narrow: Choice | Leaf): boolean {
  return (
    [...narrow.equals].every((value) => isChosen(wide, value)) &&
    narrow.tests.every((test) => wide.tests.some((wider) => coversTest(wider, test)))
  );
}

function coversTest(wide: Test, narrow: Test): boolean {
  switch (wide.is) {
    case 'exists':
      return true;
    case 'prefix':
      if (narrow.is === 'prefix') return sameCase(wide, narrow) && narrow.text.startsWith(wide.text);
      return narrow.is === 'wildcard' && !wide.folded && narrow.head.startsWith(wide.text);
    case 'suffix':
      if (narrow.is === 'suffix') return sameCase(wide, narrow) && narrow.text.endsWith(wide.text);
      return narrow.is === 'wildcard' && !wide.folded && narrow.tail.endsWith(wide.text);
    case 'equals-ignore-case':
      return narrow.is === 'equals-ignore-case' && narrow.folded === wide.folded;
    case 'wildcard':
      return narrow.is === 'wildcard' && partsOf(narrow) === partsOf(wide);
    case 'numeric':
      return narrow.is === 'numeric' && coversRange(wide, narrow);
    case 'cidr':
      return narrow.is === 'cidr' && narrow.bits.startsWith(wide.bits);
    case 'anything-but':
      return narrow.is === 'anything-but' && coversChoice(narrow.but, wide.but);
  }
}

function sameCase(one: { readonly folded: boolean }, other: { readonly folded: boolean }): boolean {
  return one.folded === other.folded;
}

function partsOf({ head, middle, tail }: Extract<Test, { is: 'wildcard' }>): string {
  return JSON.stringify([head, ...middle, tail]);
}

function coversRange(wide: Range, narrow: Range): boolean {
  const low = wide.low < narrow.low || (wide.low === narrow.low && (!wide.lowOpen || narrow.lowOpen));
  const high = wide.high > narrow.high || (wide.high === narrow.high && (!wide.highOpen || narrow.highOpen));
  return low && high;
}
