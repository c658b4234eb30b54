import { at, isObject, type Json, type JsonObject, list, text } from '../shared/model/json.ts';

/** What `Ref` and `Fn::GetAtt` of a template's own resources come to here. null: it has no such attribute. */
export interface Names {
  ref(logicalId: string): string | null;
  attribute(logicalId: string, attribute: string): string | null;
}

/** Everything that a value of a template may refer to. */
export interface Scope {
  readonly names: Names;
  readonly pseudo: ReadonlyMap<string, string>;
  readonly template: JsonObject;
}

/** A template says something that cannot be resolved on one machine; the message says where. */
export class Unresolvable extends Error {
  override readonly name = 'Unresolvable';
}

/**
 * A template's value with its intrinsic functions worked out: Ref, GetAtt, Sub, Join, Select, Split, If,
 * FindInMap. `AWS::NoValue` and the keys that hold it disappear, as CloudFormation does it.
 * @throws Unresolvable for what exists only in an account (`Fn::ImportValue`, an unknown resource).
 */
export function resolve(value: Json, scope: Scope): Json {
  const found = resolveOrNothing(value, scope);
  return found === undefined ? null : found;
}

function resolveOrNothing(value: Json, scope: Scope): Json | undefined {
  if (Array.isArray(value)) {
    return value.map((item: Json) => resolveOrNothing(item, scope)).filter((item) => item !== undefined);
  }
  if (!isObject(value)) return value;
  const keys = Object.keys(value);
  const name = keys.length === 1 ? keys[0] : undefined;
  const intrinsic = name === undefined ? undefined : INTRINSICS.get(name);
  if (name !== undefined && intrinsic !== undefined) return intrinsic(value[name] ?? null, scope);
  const resolved: [string, Json][] = [];
  for (const [key, item] of Object.entries(value)) {
    const found = item === undefined ? undefined : resolveOrNothing(item, scope);
    if (found !== undefined) resolved.push([key, found]);
  }
  return Object.fromEntries(resolved);
}

type Intrinsic = (argument: Json, scope: Scope) => Json | undefined;

const INTRINSICS: ReadonlyMap<string, Intrinsic> = new Map<string, Intrinsic>([
  ['Ref', (argument, scope) => ref(words(argument), scope)],
  ['Fn::GetAtt', (argument, scope) => getAtt(argument, scope)],
  ['Fn::Sub', (argument, scope) => substitute(argument, scope)],
  ['Fn::Join', (argument, scope) => join(argument, scope)],
  ['Fn::Select', (argument, scope) => select(argument, scope)],
  ['Fn::Split', (argument, scope) => split(argument, scope)],
  ['Fn::If', (argument, scope) => choose(argument, scope)],
  ['Fn::FindInMap', (argument, scope) => findInMap(argument, scope)],
  [
    'Fn::ImportValue',
    (argument) => {
      throw new Unresolvable(`Fn::ImportValue ${JSON.stringify(argument)} needs another stack`);
    },
  ],
]);

function ref(name: string, scope: Scope): string | undefined {
  if (name === 'AWS::NoValue') return undefined;
  const found = scope.pseudo.get(name) ?? text(scope.template, 'Parameters', name, 'Default');
  return found ?? scope.names.ref(name) ?? unknown(`Ref ${name}`);
}

function getAtt(argument: Json, scope: Scope): string {
  const [id, ...path] = typeof argument === 'string' ? argument.split('.') : list(argument).map(words);
  const attribute = path.join('.');
  return scope.names.attribute(id ?? '', attribute) ?? unknown(`Fn::GetAtt ${id}.${attribute}`);
}

function substitute(argument: Json, scope: Scope): string {
  const template = words(Array.isArray(argument) ? argument[0] : argument);
  const own = Array.isArray(argument) ? resolve(argument[1] ?? null, scope) : null;
  return template.replaceAll(/\$\{([^}]*)\}/g, (_whole, inner: string) => {
    const name = inner.trim();
    if (name.startsWith('!')) return `\${${name.slice(1)}}`;
    return text(own, name) ?? (name.includes('.') ? getAtt(name, scope) : (ref(name, scope) ?? ''));
  });
}

function join(argument: Json, scope: Scope): string {
  return list(resolve(at(argument, 1) ?? null, scope))
    .map(words)
    .join(words(at(argument, 0)));
}

function select(argument: Json, scope: Scope): Json {
  const index = Number(words(at(argument, 0)));
  return list(resolve(at(argument, 1) ?? null, scope))[index] ?? unknown(`Fn::Select ${index}`);
}

function split(argument: Json, scope: Scope): Json {
  return words(resolve(at(argument, 1) ?? null, scope)).split(words(at(argument, 0)));
}

function choose(argument: Json, scope: Scope): Json | undefined {
  const condition = at(scope.template, 'Conditions', words(at(argument, 0)));
  return resolveOrNothing(at(argument, holds(condition ?? null, scope) ? 1 : 2) ?? null, scope);
}

function findInMap(argument: Json, scope: Scope): Json {
  const [map, first, second] = list(resolve(argument, scope)).map(words);
  return (
    at(scope.template, 'Mappings', map ?? '', first ?? '', second ?? '') ?? unknown(`Fn::FindInMap ${map}`)
  );
}

/** A condition of the template, worked out. */
export function holds(condition: Json, scope: Scope): boolean {
  if (!isObject(condition)) return condition === true || condition === 'true';
  const all = (key: string): readonly boolean[] => list(condition, key).map((item) => holds(item, scope));
  const name = text(condition, 'Condition');
  if (name !== null) return holds(at(scope.template, 'Conditions', name) ?? null, scope);
  if (Object.hasOwn(condition, 'Fn::And')) return all('Fn::And').every(Boolean);
  if (Object.hasOwn(condition, 'Fn::Or')) return all('Fn::Or').some(Boolean);
  if (Object.hasOwn(condition, 'Fn::Not')) return !all('Fn::Not')[0];
  const [a, b] = list(condition, 'Fn::Equals').map((item) => words(resolve(item, scope)));
  return a === b;
}

function words(value: Json | undefined): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}

function unknown(what: string): never {
  throw new Unresolvable(`${what}: no such thing in the compiled template`);
}
