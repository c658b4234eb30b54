import { type Key, keysOf, nameOf } from './keys.ts';
import { type Entry, type Lookup, makeLookup } from './lookup.ts';
import type { Field, Pattern } from './pattern.ts';

/** A place in documents: what is filed under the values that end here, and the places below it. */
export interface Place {
  readonly lookup: Lookup | null;
  readonly below: ReadonlyMap<string, Place>;
  /** The same as a list, which is faster to walk. */
  readonly fields: readonly { readonly key: string; readonly below: Place }[];
}

export interface Filing {
  readonly root: Place;
  /** Patterns that can match where nothing is found. */
  readonly always: readonly number[];
}

/** A field under which a way of a pattern can be filed: to match, one of its values must show one of the keys. */
interface Option {
  readonly path: readonly string[];
  readonly keys: readonly Key[];
}

interface Filed extends Entry {
  readonly path: readonly string[];
}

/** Settles between keys that equally many ways share: how little a lookup costs. */
const KINDS: readonly Key['is'][] = ['value', 'whole', 'head', 'tail', 'range', 'network', 'part', 'any'];

/** Files each way of each pattern under the field whose keys fewest other ways share. */
export function file(patterns: readonly Pattern[]): Filing {
  const ways = patterns.flatMap(({ ways }, id) =>
    ways.map(({ fields }) => ({ id, options: fields.filter(isWanted).map(optionOf) })),
  );
  const costOf = costs(ways.flatMap(({ options }) => options));
  const filed: Filed[] = [];
  const always: number[] = [];
  for (const { id, options } of ways) {
    const [best] = options.toSorted((a, b) => costOf(a) - costOf(b));
    if (best === undefined) always.push(id);
    else for (const key of best.keys) filed.push({ path: best.path, key, id });
  }
  return { root: placeOf(filed, 0), always };
}

function isWanted({ leaf }: Field): boolean {
  return !leaf.absent;
}

function optionOf({ path, leaf }: Field): Option {
  return { path, keys: keysOf(leaf) };
}

/** How many options share an option's commonest key; all of them, in effect, where it has none. */
function costs(options: readonly Option[]): (option: Option) => number {
  const shared = new Map<string, number>();
  for (const { path, keys } of options) {
    for (const key of keys) {
      const name = fullName(path, key);
      shared.set(name, (shared.get(name) ?? 0) + 1);
    }
  }
  const costOf = (path: readonly string[], key: Key): number => {
    const sharing = key.is === 'any' ? options.length : (shared.get(fullName(path, key)) ?? 0);
    return sharing * KINDS.length + KINDS.indexOf(key.is);
  };
  return ({ path, keys }) => keys.reduce((most, key) => Math.max(most, costOf(path, key)), 0);
}

function fullName(path: readonly string[], key: Key): string {
  return JSON.stringify([...path, nameOf(key)]);
}

/** The tree of the places whose paths agree in the first `depth` keys. */
function placeOf(filed: readonly Filed[], depth: number): Place {
  const here = filed.filter(({ path }) => path.length === depth);
  const deeper = Map.groupBy(
    filed.filter(({ path }) => path.length > depth),
    ({ path }) => path[depth] ?? '',
  );
  const fields = [...deeper].map(([key, some]) => ({ key, below: placeOf(some, depth + 1) }));
  return {
    lookup: here.length === 0 ? null : makeLookup(here),
    below: new Map(fields.map(({ key, below }) => [key, below])),
    fields,
  };
}
