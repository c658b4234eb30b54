import { isChosen } from './match.ts';
import type { Choice, Field, Leaf, Pattern, Range, Scalar, Test, Way, Wildcard } from './pattern.ts';
import { fitsWildcard, foldCase } from './text.ts';

/**
 * True when every document that `narrow` matches is matched by `wide` too, for sure. False says nothing: what would
 * need a proof beyond texts, ranges and exceptions that lie within one another is left alone.
 */
export function covers(wide: Pattern, narrow: Pattern): boolean {
  return coversTogether([wide], narrow) !== null;
}

/**
 * Which of the patterns, together, match every document that `narrow` matches: their places in the list, in order.
 * null: they do not, as far as can be told. Each alternative of `narrow` may be covered by another of them.
 */
export function coversTogether(wides: readonly Pattern[], narrow: Pattern): readonly number[] | null {
  const needed = new Set<number>();
  for (const way of narrow.ways) {
    for (const one of alternativesOf(way, wides)) {
      const place = wides.findIndex(({ ways }) => ways.some((wider) => coversWay(wider, one)));
      if (place < 0) return null;
      needed.add(place);
    }
  }
  return [...needed].sort((a, b) => a - b);
}

type Fields = readonly Field[];

/** More than these are not worth the time: then the way is taken as it is. */
const MOST_ALTERNATIVES = 256;

/** A way once for each combination of its alternatives: a document that fits the way fits one of them. */
function alternativesOf({ fields }: Way, wides: readonly Pattern[]): readonly Fields[] {
  let all: Fields[] = [[]];
  for (const field of fields) {
    const choices = split(field, wides);
    if (all.length * choices.length > MOST_ALTERNATIVES) return [fields];
    all = all.flatMap((some) => choices.map((leaf) => [...some, { path: field.path, leaf }]));
  }
  return all;
}

/** A leaf for each of its alternatives; a range once more at each border that a range of the others has in it. */
function split({ path, leaf }: Field, wides: readonly Pattern[]): readonly Leaf[] {
  if (path.length > 1 && leaf.absent) return [leaf];
  const borders = wides
    .flatMap(({ ways }) => ways.flatMap(({ fields }) => fields))
    .filter((other) => isSamePath({ path, leaf }, other))
    .flatMap((other) => other.leaf.tests.filter((test) => test.is === 'numeric'));
  const tests = leaf.tests.flatMap((test): readonly Test[] =>
    test.is === 'numeric' ? cut(test, borders).map((range) => ({ is: 'numeric', ...range })) : [test],
  );
  return [
    ...[...leaf.equals].map((value) => leafOf([value], [])),
    ...tests.map((test) => leafOf([], [test])),
    ...(leaf.absent ? [{ ...leafOf([], []), absent: true }] : []),
  ];
}

function leafOf(equals: readonly Scalar[], tests: readonly Test[]): Leaf {
  return { is: 'leaf', equals: new Set(equals), tests, absent: false };
}

/** The range in pieces, such that each lies in one of the others or in none. */
function cut(range: Range, others: readonly Range[]): readonly Range[] {
  let pieces: Range[] = [range];
  for (const { low, lowOpen, high, highOpen } of others) {
    pieces = pieces.flatMap((one) => cutAt(one, low, lowOpen)).flatMap((one) => cutAt(one, high, !highOpen));
  }
  return pieces;
}

/** `below`: the border itself belongs to the lower piece. */
function cutAt(range: Range, border: number, below: boolean): readonly Range[] {
  const lower = { ...range, high: border, highOpen: !below };
  const upper = { ...range, low: border, lowOpen: below };
  return isEmpty(lower) || isEmpty(upper) ? [range] : [lower, upper];
}

function isEmpty({ low, lowOpen, high, highOpen }: Range): boolean {
  return low > high || (low === high && (lowOpen || highOpen));
}

/** The wider way wants less, and of each field no more. */
function coversWay(wide: Way, narrow: Fields): boolean {
  return wide.fields.every((field) => {
    const same = narrow.find((other) => isSamePath(field, other));
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
    case 'suffix':
    case 'equals-ignore-case':
    case 'wildcard':
      return coversText(wide, narrow);
    case 'numeric':
      return narrow.is === 'numeric' && coversRange(wide, narrow);
    case 'cidr':
      return narrow.is === 'cidr' && narrow.bits.startsWith(wide.bits);
    case 'anything-but':
      return isApart(wide.but, narrow);
  }
}

/** True when a test takes no value that the choice takes, for sure. */
function isApart(but: Choice, test: Test): boolean {
  switch (test.is) {
    case 'anything-but':
      return coversChoice(test.but, but);
    case 'exists':
      return false;
    case 'prefix':
    case 'suffix':
    case 'equals-ignore-case':
    case 'wildcard':
    case 'numeric':
    case 'cidr': {
      const alone = leafOf([], [test]);
      return (
        ![...but.equals].some((value) => isChosen(alone, value)) &&
        but.tests.every((other) => areApart(other, test))
      );
    }
  }
}

/** Two tests of which one begins or ends otherwise than the other; or one of numbers and one of texts. */
function areApart(one: Test, other: Test): boolean {
  if ((one.is === 'numeric') !== (other.is === 'numeric')) return isOfValues(one) && isOfValues(other);
  if (one.is === 'prefix' && other.is === 'prefix' && one.folded === other.folded)
    return !one.text.startsWith(other.text) && !other.text.startsWith(one.text);
  if (one.is === 'suffix' && other.is === 'suffix' && one.folded === other.folded)
    return !one.text.endsWith(other.text) && !other.text.endsWith(one.text);
  return false;
}

/** It takes numbers alone, or texts alone. */
function isOfValues({ is }: Test): boolean {
  return is !== 'exists' && is !== 'anything-but';
}

/** Stands for any text: a character that is none, so no rule holds it. */
const ANY = '\uffff';

/**
 * A text that holds `ANY` in the places that the narrow test leaves open, and that the wide test takes, is taken whatever
 * stands in these places: only what the wide test leaves open as well can have taken them.
 */
function coversText(wide: Test, narrow: Test): boolean {
  const [frame, shape] = [frameOf(wide), frameOf(narrow)];
  if (frame === null || shape === null || (shape.folded && !frame.folded)) return false;
  const text = [shape.head, ...shape.middle, ...(shape.tail === null ? [] : [shape.tail])].join(ANY);
  const same = frame.folded && !shape.folded ? foldCase(text) : text;
  const { head, middle, tail } = frame;
  if ([head, ...middle, tail ?? ''].some((part) => part.includes(ANY))) return false;
  return tail === null ? same === head : fitsWildcard({ head, middle, tail }, same);
}

/** A test of texts as a wildcard. `tail` null: nothing is left open. */
interface Frame extends Omit<Wildcard, 'tail'> {
  readonly tail: string | null;
  readonly folded: boolean;
}

function frameOf(test: Test): Frame | null {
  switch (test.is) {
    case 'prefix':
      return { head: test.text, middle: [], tail: '', folded: test.folded };
    case 'suffix':
      return { head: '', middle: [], tail: test.text, folded: test.folded };
    case 'wildcard':
      return { head: test.head, middle: test.middle, tail: test.tail, folded: false };
    case 'equals-ignore-case':
      return { head: test.folded, middle: [], tail: null, folded: true };
    case 'numeric':
    case 'cidr':
    case 'exists':
    case 'anything-but':
      return null;
  }
}

function coversRange(wide: Range, narrow: Range): boolean {
  const low = wide.low < narrow.low || (wide.low === narrow.low && (!wide.lowOpen || narrow.lowOpen));
  const high = wide.high > narrow.high || (wide.high === narrow.high && (!wide.highOpen || narrow.highOpen));
  return low && high;
}
