import { isObject, type Json, type JsonObject } from '../model/json.ts';
import { readNetwork } from './cidr.ts';
import type { Choice, Range, Scalar, Test } from './pattern.ts';
import { isList } from './read.ts';
import { brief, type Path, refuse, refuseKey } from './refusal.ts';
import { nearestName } from './suggest.ts';
import { foldCase, readWildcard } from './text.ts';

/** EventBridge compares numbers from -5.0e9 to 5.0e9; an event's number beyond them passes no numeric test. */
const NUMERIC_LIMIT = 5e9;
const ANY_NUMBER: Range = { low: -NUMERIC_LIMIT, lowOpen: false, high: NUMERIC_LIMIT, highOpen: false };

/** So large a number is most often a time in ms, such as 1767225600000. */
const MS_SINCE_1973 = 1e11;

type ReadBound = (number: number) => Partial<Range>;
const COMPARISONS: ReadonlyMap<Json | undefined, ReadBound> = new Map<Json | undefined, ReadBound>([
  ['<', (high) => ({ high, highOpen: true })],
  ['<=', (high) => ({ high })],
  ['=', (number) => ({ low: number, high: number })],
  ['>=', (low) => ({ low })],
  ['>', (low) => ({ low, lowOpen: true })],
]);

/** What one item of a list asks for. */
export type Item = { readonly is: 'equals'; readonly value: Scalar } | { readonly is: 'absent' } | Test;

type ReadOperand = (operand: Json, path: Path) => Item;
type Operators = ReadonlyMap<string, ReadOperand>;

const OPERATORS: Operators = new Map<string, ReadOperand>([
  ['prefix', (operand, path) => affix('prefix', operand, path)],
  ['suffix', (operand, path) => affix('suffix', operand, path)],
  ['equals-ignore-case', ignoreCase],
  ['wildcard', wildcard],
  ['anything-but', anythingBut],
  ['numeric', numeric],
  ['exists', exists],
  ['cidr', cidr],
]);

/** What may stand within prefix and suffix, and within anything-but. */
const IN_AFFIX: Operators = new Map<string, ReadOperand>([['equals-ignore-case', ignoreCase]]);
const IN_ANYTHING_BUT: Operators = new Map<string, ReadOperand>([
  ['prefix', (operand, path) => ({ is: 'prefix', text: someTextOf(operand, path), folded: false })],
  ['suffix', (operand, path) => ({ is: 'suffix', text: someTextOf(operand, path), folded: false })],
  ['equals-ignore-case', ignoreCase],
  ['wildcard', wildcard],
]);

/** True for the name of an operator. */
export function isOperator(name: string): boolean {
  return OPERATORS.has(name);
}

/** Reads one item of a pattern's list: a plain value or an operator. Throws a Refusal. */
export function readItem(item: Json | undefined, path: Path): Item {
  if (isScalar(item)) return { is: 'equals', value: item };
  if (!isObject(item)) return refuse(path, 'a list holds strings, numbers, true, false, null and operators');
  const operator = only(OPERATORS, item, path);
  return operator.read(operator.operand, operator.path);
}

/** Sorts items into a choice; a wish for absence is its reader's to note. */
export function choiceOf(items: readonly Item[]): Choice {
  const equals = items.flatMap((item) => (item.is === 'equals' ? [item.value] : []));
  const tests = items.filter((item) => item.is !== 'equals' && item.is !== 'absent');
  return { equals: new Set(equals), tests };
}

/** NaN and the infinities, which YAML can write, are no values: no event holds them. */
function isScalar(value: Json | undefined): value is Scalar {
  if (typeof value === 'number') return Number.isFinite(value);
  return value === null || typeof value === 'string' || typeof value === 'boolean';
}

/** The one operator that `object` holds, its operand and the operand's path. */
function only(operators: Operators, object: JsonObject, path: Path) {
  const [name, second] = Object.keys(object);
  if (name === undefined) return refuse(path, 'an empty object tests nothing; an operator goes in it');
  const read = operators.get(name);
  if (read === undefined) return refuseKey([...path, name], unknown(name, [...operators.keys()], path));
  if (second !== undefined) refuseKey([...path, second], 'each operator goes in an object of its own');
  return { read, operand: object[name] ?? null, path: [...path, name] };
}

function unknown(name: string, known: readonly string[], path: Path): string {
  if (path.at(-2) === '$or') return '$or chooses between patterns: give it at least two of them';
  const what = isOperator(name) ? `${name} cannot be used here` : `there is no operator ${brief(name)}`;
  const near = nearestName(name, known);
  return `${what}; ${near === null ? `use ${known.join(', ')}` : `did you mean ${near}?`}`;
}

function affix(is: 'prefix' | 'suffix', operand: Json, path: Path): Item {
  if (!isObject(operand)) return { is, text: textOf(operand, path), folded: false };
  const inner = only(IN_AFFIX, operand, path);
  return { is, text: foldCase(textOf(inner.operand, inner.path)), folded: true };
}

function ignoreCase(operand: Json, path: Path): Item {
  return { is: 'equals-ignore-case', folded: foldCase(textOf(operand, path)) };
}

function wildcard(operand: Json, path: Path): Item {
  const reading = readWildcard(textOf(operand, path));
  if (reading.is === 'wrong') return refuse(path, reading.because);
  return reading.is === 'literal'
    ? { is: 'equals', value: reading.text }
    : { is: 'wildcard', ...reading.parts };
}

function exists(operand: Json, path: Path): Item {
  if (typeof operand !== 'boolean') return refuse(path, `exists takes true or false, not ${brief(operand)}`);
  return { is: operand ? 'exists' : 'absent' };
}

function cidr(operand: Json, path: Path): Item {
  const network = readNetwork(textOf(operand, path));
  if (network === null) return refuse(path, 'cidr takes a block such as 10.0.0.0/8 or 2001:db8::/32');
  return { is: 'cidr', ...network };
}

/** Not one of some plain values (all strings or all numbers), or nothing that a string operator picks. */
function anythingBut(operand: Json, path: Path): Item {
  if (isObject(operand)) {
    const inner = only(IN_ANYTHING_BUT, operand, path);
    return { is: 'anything-but', but: choiceOf(mapEach(inner.operand, inner.path, inner.read)) };
  }
  const types = new Set<string>();
  const items = mapEach(operand, path, (value, at): Item => {
    if (typeof value !== 'string' && typeof value !== 'number') {
      return refuse(at, `anything-but takes strings or numbers, not ${brief(value)}`);
    }
    if (types.add(typeof value).size > 1) refuse(at, 'strings and numbers cannot share one anything-but');
    return readItem(value, at);
  });
  return { is: 'anything-but', but: choiceOf(items) };
}

/** Reads every item of a list that has some, or the one value that stands for such a list. */
function mapEach(operand: Json, path: Path, read: ReadOperand): readonly Item[] {
  if (!isList(operand)) return [read(operand, path)];
  if (operand.length === 0) return refuse(path, 'an empty list excludes nothing; put a value in it');
  return operand.map((value, i) => read(value, [...path, i]));
}

/** `["=", n]`, one bound, or a lower and then an upper bound: the forms that EventBridge takes. */
function numeric(operand: Json, path: Path): Item {
  if (!isList(operand) || (operand.length !== 2 && operand.length !== 4)) {
    return refuse(path, 'numeric takes one or two comparisons: [">", 0] or [">=", 0, "<", 10]');
  }
  const first = comparison(operand, 0, path);
  if (operand.length === 2) return { is: 'numeric', ...ANY_NUMBER, ...first };
  const second = comparison(operand, 2, path);
  if (first.high !== undefined) refuse([...path, 0], 'the first of two comparisons is > or >=');
  if (second.low !== undefined) refuse([...path, 2], 'the second of two comparisons is < or <=');
  const range = { ...ANY_NUMBER, ...first, ...second };
  if (range.low >= range.high) refuse([...path, 1], 'the lower bound must be below the upper one');
  return { is: 'numeric', ...range };
}

/** The comparison at `i` of the list and the number after it. */
function comparison(operand: readonly Json[], i: number, path: Path): Partial<Range> {
  const [name, number] = operand.slice(i);
  const bound = COMPARISONS.get(name);
  if (bound === undefined) return refuse([...path, i], `compare by <, <=, =, >= or >, not ${brief(name)}`);
  if (typeof number === 'number' && Math.abs(number) <= NUMERIC_LIMIT) return bound(number);
  const seconds = typeof number === 'number' && number >= MS_SINCE_1973 ? '; write times in seconds' : '';
  return refuse([...path, i + 1], `${name} takes a number from -5e9 to 5e9, not ${brief(number)}${seconds}`);
}

function textOf(operand: Json, path: Path): string {
  if (typeof operand === 'string') return operand;
  const operator = path.findLast((key) => typeof key === 'string');
  return refuse(path, `${operator} takes a string, not ${brief(operand)}`);
}

/** As EventBridge, refuses to exclude by the empty text, with which every string begins and ends. */
function someTextOf(operand: Json, path: Path): string {
  return textOf(operand, path) || refuse(path, 'an empty string here excludes every string; name one');
}
