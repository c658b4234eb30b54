import { isObject, type Json, type JsonObject } from '../model/json.ts';
import { choiceOf, isOperator, readItem } from './operators.ts';
import type { Branch, Field, Leaf, Pattern } from './pattern.ts';
import { isList, MAX_DEPTH } from './read.ts';
import { brief, type Path, refuse, refuseKey } from './refusal.ts';

/** EventBridge refuses a pattern whose `$or`s multiply to more ways than this. */
const MAX_WAYS = 1000;

/** A field and where in the pattern it is written: the two differ within `$or`. */
interface Written extends Field {
  readonly at: Path;
}

type Ways = readonly (readonly Written[])[];

/** Compiles a pattern or throws a Refusal. */
export function compile(json: Json | undefined): Pattern {
  if (!isObject(json)) return refuse([], 'a pattern is an object, such as {"source": ["aws.ec2"]}');
  return { ways: waysOf(json, [], []).map((fields) => ({ fields, root: branchOf(fields, 0) })) };
}

/** All ways through an object: what its members ask for, in every combination of their alternatives. */
function waysOf(json: JsonObject, at: Path, path: readonly string[]): Ways {
  if (at.length > MAX_DEPTH) return refuse(at, `a pattern is at most ${MAX_DEPTH} levels deep`);
  const members = Object.entries(json);
  if (members.length === 0) return refuse(at, 'an empty object tests nothing; name a field or leave it out');
  let ways: Ways = [[]];
  for (const [key, value] of members) {
    const more = waysOfMember(key, value, [...at, key], path);
    if (ways.length * more.length > MAX_WAYS) {
      return refuseKey([...at, key], `the alternatives of all $or multiply to more than ${MAX_WAYS}`);
    }
    ways = ways.flatMap((way) => more.map((fields) => [...way, ...fields]));
  }
  return ways;
}

function waysOfMember(key: string, value: Json | undefined, at: Path, path: readonly string[]): Ways {
  if (key === '$or' && isAlternatives(value)) {
    return value.flatMap((alternative, i) => waysOf(alternative, [...at, i], path));
  }
  if (isList(value)) return [[{ path: [...path, key], leaf: leafOf(value, at), at }]];
  if (isObject(value)) return waysOf(value, at, [...path, key]);
  if (isOperator(key)) return refuse(at, `an operator goes in a list: [{"${key}": ${brief(value)}}]`);
  return refuse(at, `what a field may be goes in a list: [${brief(value)}]`);
}

/**
 * EventBridge's rule for telling the operator `$or` from a field of that name: at least two patterns to choose
 * from, none of which holds an operator's name as a key.
 */
function isAlternatives(value: Json | undefined): value is readonly JsonObject[] {
  if (!isList(value) || value.length < 2) return false;
  return value.every((item) => isObject(item) && !Object.keys(item).some(isOperator));
}

function leafOf(list: readonly Json[], at: Path): Leaf {
  if (list.length === 0) return refuse(at, 'an empty list never matches; fill it or leave the field out');
  const items = list.map((item, i) => readItem(item, [...at, i]));
  return { is: 'leaf', ...choiceOf(items), absent: items.some((item) => item.is === 'absent') };
}

/** The tree of fields whose paths agree in the first `depth` keys. */
function branchOf(fields: readonly Written[], depth: number): Branch {
  const byKey = Map.groupBy(fields, ({ path }) => path[depth] ?? '');
  const children = [...byKey].map(([key, group]) => ({ key, node: nodeOf(group, depth + 1) }));
  return { is: 'branch', fields: children, absent: children.every(({ node }) => node.absent) };
}

function nodeOf(group: readonly Written[], depth: number): Branch | Leaf {
  const ending = group.find(({ path }) => path.length === depth);
  const last = group.at(-1);
  if (ending === undefined || last === undefined) return branchOf(group, depth);
  if (group.length > 1) refuseKey(last.at, 'this field is tested twice on one way through $or; test it once');
  return ending.leaf;
}
