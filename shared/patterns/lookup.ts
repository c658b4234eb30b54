import { addressBits } from './cidr.ts';
import { type Mark, makeHeads, makeTails } from './heads.ts';
import type { Key } from './keys.ts';
import { makeParts } from './parts.ts';
import type { Scalar } from './pattern.ts';
import { makeRanges } from './ranges.ts';
import { foldCase } from './text.ts';

/** A rule's id and the key under which it is filed. */
export interface Entry {
  readonly key: Key;
  readonly id: number;
}

/** Marks every id that is filed under a key which the value shows. */
export type Lookup = (value: Scalar, mark: Mark) => void;
type TextLookup = (text: string, mark: Mark) => void;

const NONE: readonly number[] = [];

/** Builds the lookup of one field. */
export function makeLookup(entries: readonly Entry[]): Lookup {
  const any = entries.filter(({ key }) => key.is === 'any').map(({ id }) => id);
  const values = filedBy(entries, (key) => (key.is === 'value' ? key.value : undefined));
  const ranges = entries.flatMap(({ key, id }) => (key.is === 'range' ? [{ ...key, id }] : []));
  const inRange = ranges.length === 0 ? null : makeRanges(ranges);
  const texts = textLookups(entries);
  return (value, mark) => {
    if (any.length > 0) mark(any);
    if (values.size > 0) mark(values.get(value) ?? NONE);
    if (typeof value === 'number') inRange?.(value, mark);
    else if (typeof value === 'string') for (const look of texts) look(value, mark);
  };
}

/** The lookups that a field's text goes through: only those under which something is filed. */
function textLookups(entries: readonly Entry[]): readonly TextLookup[] {
  const lookups = affixLookups(entries, false);
  const folded = affixLookups(entries, true);
  const wholes = filedBy(entries, (key) => (key.is === 'whole' ? key.text : undefined));
  if (wholes.size > 0) folded.push((text, mark) => mark(wholes.get(text) ?? NONE));
  if (folded.length > 0) {
    lookups.push((text, mark) => {
      const same = foldCase(text);
      for (const look of folded) look(same, mark);
    });
  }
  const parts = filedBy(entries, (key) => (key.is === 'part' ? key.text : undefined));
  if (parts.size > 0) lookups.push(makeParts(parts));
  const networks = filedBy(entries, (key) => (key.is === 'network' ? key.bits : undefined));
  if (networks.size > 0) {
    const find = makeHeads(networks);
    lookups.push((text, mark) => addressBits(text).forEach((bits) => find(bits, mark)));
  }
  return lookups;
}

function affixLookups(entries: readonly Entry[], folded: boolean): TextLookup[] {
  const filed = (end: 'head' | 'tail') =>
    filedBy(entries, (key) => (key.is === end && key.folded === folded ? key.text : undefined));
  const [heads, tails] = [filed('head'), filed('tail')];
  return [heads.size === 0 ? [] : makeHeads(heads), tails.size === 0 ? [] : makeTails(tails)].flat();
}

/** The ids of the entries for which `of` gives a value, under that value. */
function filedBy<Value>(
  entries: readonly Entry[],
  of: (key: Key) => Value | undefined,
): ReadonlyMap<Value, readonly number[]> {
  const filed = new Map<Value, number[]>();
  for (const { key, id } of entries) {
    const value = of(key);
    if (value === undefined) continue;
    const ids = filed.get(value);
    if (ids === undefined) filed.set(value, [id]);
    else ids.push(id);
  }
  return filed;
}
