import { LEVELS } from '../model/level.ts';
import { matches } from '../patterns/match.ts';
import type { Field, Leaf, Pattern, Test, Way } from '../patterns/pattern.ts';
import type { Compiled } from './compiled.ts';

/** A rule reaches below WARNING only where it looks at what the line says: a rule about a service means its errors. */
const MEASURES: ReadonlySet<string | undefined> = new Set(['level', 'fields', 'message', 'title']);

const WARNING = LEVELS.indexOf('WARNING');
const BELOW: readonly (string | undefined)[] = [...LEVELS.slice(WARNING + 1), undefined];

/** The rules that can make an incident of a log line below WARNING, each with the ways in which it can. */
export function measuringRules<Rule>(rules: readonly Compiled<Rule>[]): readonly Compiled<Rule>[] {
  return rules.flatMap(({ rule, pattern }) => {
    const ways = pattern.ways.filter(measures);
    return ways.length === 0 ? [] : [{ rule, pattern: { ways } }];
  });
}

function measures(way: Way): boolean {
  return (
    way.fields.some(({ path }) => MEASURES.has(path[0])) &&
    allows(way, 'source', ['logs']) &&
    allows(way, 'level', BELOW)
  );
}

/** True when the way's test of a top-level key, if it has one, holds for one of the values; undefined: no such key. */
export function allows(way: Way, key: string, values: readonly (string | undefined)[]): boolean {
  const field = way.fields.find(({ path }) => path.length === 1 && path[0] === key);
  if (field === undefined) return true;
  const { leaf } = field;
  const root = { is: 'branch', fields: [{ key, node: leaf }], absent: leaf.absent } as const;
  const alone: Pattern = { ways: [{ fields: [field], root }] };
  return values.some((value) => matches(alone, value === undefined ? {} : { [key]: value }));
}

/** Every line holds it: the filter for rules that name no fixed text. */
const EVERYTHING = '';

/**
 * Substrings of which a log line below WARNING must hold one to be worth judging. Each way of a measuring rule
 * gives the most telling text that every line it matches has: a key of `fields`, or the fixed part of a value. One
 * that has none makes every line worth judging, which `''` says.
 */
export function prefilterOf(measuring: readonly Pick<Compiled<unknown>, 'pattern'>[]): readonly string[] {
  const needed = new Set(measuring.flatMap(({ pattern }) => pattern.ways.flatMap(literalsOf)));
  return needed.has(EVERYTHING) ? [EVERYTHING] : [...needed].toSorted();
}

function literalsOf(way: Way): readonly string[] {
  const candidates = way.fields.flatMap(candidatesOf);
  const best = candidates.toSorted((a, b) => shortest(b) - shortest(a))[0];
  return best ?? [EVERYTHING];
}

function shortest(literals: readonly string[]): number {
  return Math.min(...literals.map((literal) => literal.length));
}

/** Sets of substrings, of each of which a matching line must hold one. */
function candidatesOf({ path, leaf }: Field): readonly (readonly string[])[] {
  if (leaf.absent) return [];
  if (path[0] === 'fields')
    return [...path.slice(1).map((key) => written(key)), valuesOf(leaf, written)].filter(isSome);
  if (path[0] === 'message') return [valuesOf(leaf, said)].filter(isSome);
  // A title is made from the line, not cut out of it: one word of it is all that can be counted on.
  return path[0] === 'title' ? [valuesOf(leaf, word)].filter(isSome) : [];
}

type Write = (text: string) => readonly string[] | null;

function isSome(literals: readonly string[] | null): literals is readonly string[] {
  return literals !== null && literals.length > 0;
}

/** One literal for each alternative, or null when one alternative has none. */
function valuesOf(leaf: Leaf, write: Write): readonly string[] | null {
  const all = [...leaf.equals].map((value) => (typeof value === 'string' ? write(value) : null));
  for (const test of leaf.tests) all.push(literalOf(test, write));
  return all.every((one) => one !== null) ? all.flat() : null;
}

function literalOf(test: Test, write: Write): readonly string[] | null {
  switch (test.is) {
    case 'prefix':
    case 'suffix':
      return test.folded ? null : write(test.text);
    case 'wildcard':
      return write([test.head, ...test.middle, test.tail].reduce((a, b) => (b.length > a.length ? b : a)));
    case 'equals-ignore-case':
    case 'numeric':
    case 'cidr':
    case 'exists':
    case 'anything-but':
      return null;
  }
}

const leastChars = 2;

function longest(text: string, runs: RegExp): string {
  return (text.match(runs) ?? []).reduce((a, b) => (b.length > a.length ? b : a), '');
}

/**
 * How a text may be written in a raw line. Encoders of JSON disagree on quotes, slashes, `<` and all that is not
 * ASCII, so the longest run that none of them touches stands for it; text of another script, in its three spellings.
 */
function written(text: string): readonly string[] | null {
  const plain = longest(text, /[A-Za-z0-9 _.,:;=()#@%*!?-]+/g);
  if (plain.trim().length >= leastChars) return [plain];
  const other = longest(text, /[\p{L}\p{N}]+/gu);
  if (other.length < leastChars) return null;
  const escaped = Array.from({ length: other.length }, (_, i) =>
    other.charCodeAt(i).toString(16).padStart(4, '0'),
  );
  const spelled = (units: readonly string[]) => units.map((unit) => `\\u${unit}`).join('');
  return [other, spelled(escaped), spelled(escaped.map((unit) => unit.toUpperCase()))];
}

/** A message may be put together: `TypeError: x` from two fields of a JSON line. Its parts are as they were written. */
function said(text: string): readonly string[] | null {
  const parts = text.split(':').map((part) => part.trim());
  return written(parts.reduce((a, b) => (b.length > a.length ? b : a)));
}

function word(text: string): readonly string[] | null {
  const found = longest(text, /[A-Za-z0-9_]+/g);
  return found.length >= leastChars ? [found] : null;
}
