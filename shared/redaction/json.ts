import { isObject, type Json, type JsonObject } from '../model/json.ts';
import { mark } from './mark.ts';
import { isSecretValue } from './pairs.ts';
import { isAbout, type SecretKey, secretKey } from './secret-keys.ts';
import { type Redacted, redactText } from './text.ts';
import { NOTHING_TOLD, type Told } from './told.ts';

const MAX_DEPTH = 32;
const MAX_NODES = 20_000;
/** All strings of one document together. */
const MAX_DOCUMENT_CHARS = 1_048_576;
const TOO_DEEP = '[cut: nested too deeply]';
const TOO_LONG = '[cut: too large]';

interface Budget {
  nodes: number;
  chars: number;
  readonly found: Set<string>;
  readonly told: Told;
}

/**
 * The document with its secrets replaced, by the names of its keys and by what its strings hold. Depth (32), size
 * (20,000 values, 1 MB of text) and each string (64 kB) are bounded, with a visible note where it was cut.
 * `__proto__` and the like are plain keys, in and out. A part without secrets is passed on as it is. `told`: strings that are
 * told as they stand anyway; it is asked for each.
 */
export function redactJson(json: Json, found: Set<string>, told: Told = NOTHING_TOLD): Json {
  return walk(json, { name: '', key: null }, 0, { nodes: MAX_NODES, chars: MAX_DOCUMENT_CHARS, found, told });
}

/** Where a value stands: its key's name, and what that name or an outer one says of it. */
interface Under {
  readonly name: string;
  readonly key: SecretKey | null;
}

function walk(json: Json, under: Under, depth: number, budget: Budget): Json {
  budget.nodes -= 1;
  if (typeof json === 'string') return redactString(json, under, budget);
  if (typeof json === 'number') return redactNumber(json, under, budget);
  if (json === null || typeof json !== 'object') return json;
  if (depth >= MAX_DEPTH) return TOO_DEEP;
  if (budget.nodes <= 0) return TOO_LONG;
  return isObject(json) ? redactObject(json, under, depth, budget) : redactList(json, under, depth, budget);
}

function redactList(list: readonly Json[], under: Under, depth: number, budget: Budget): Json {
  const items: Json[] = [];
  let changed = false;
  for (const item of list) {
    if (budget.nodes <= 0) return [...items, TOO_LONG];
    const next = walk(item, under, depth + 1, budget);
    changed ||= next !== item;
    items.push(next);
  }
  return changed ? items : list;
}

function redactObject(object: JsonObject, above: Under, depth: number, budget: Budget): Json {
  const copy: { [key: string]: Json | undefined } = {};
  const named = namedKey(object);
  let changed = false;
  for (const name of Object.keys(object)) {
    if (budget.nodes <= 0) {
      put(copy, '[cut]', TOO_LONG);
      return copy;
    }
    const value = object[name];
    if (value === undefined) continue;
    const own = /^value$/i.test(name) ? (named ?? secretKey(name)) : secretKey(name);
    const next = walk(value, { name, key: own ?? inherited(above.key, name) }, depth + 1, budget);
    const nextName = redactName(name, budget);
    changed ||= next !== value || nextName !== name;
    put(copy, nextName, next);
  }
  return changed ? copy : object;
}

/** `{name: 'DB_PASSWORD', value: '…'}`, as task definitions, headers and tags have it. */
function namedKey(object: JsonObject): SecretKey | null {
  for (const name of ['name', 'Name', 'key', 'Key']) {
    const value = Object.hasOwn(object, name) ? object[name] : undefined;
    if (typeof value === 'string') return secretKey(value);
  }
  return null;
}

/** What lies below `cookies` or `secrets` is one too, but not their names and ids. */
function inherited(above: SecretKey | null, name: string): SecretKey | null {
  return above?.proof === 'any' && !isAbout(name) ? above : null;
}

function put(copy: { [key: string]: Json | undefined }, name: string, value: Json): void {
  if (name === '__proto__') {
    Object.defineProperty(copy, name, { value, enumerable: true, configurable: true, writable: true });
  } else copy[name] = value;
}

function redactName(name: string, budget: Budget): string {
  budget.chars -= name.length;
  if (name.length < 12 || budget.told(name)) return name;
  return noted(redactText(name), budget);
}

function redactString(text: string, under: Under, budget: Budget): string {
  budget.chars -= text.length;
  if (budget.chars < 0) return TOO_LONG;
  if (under.key !== null && isSecretValue(text, under.key)) return masked(under.key, budget);
  if (isNumber(text)) return isPersonal(text, under, budget) ?? text;
  if (budget.told(text)) return text;
  return noted(redactText(text), budget);
}

function redactNumber(value: number, under: Under, budget: Budget): Json {
  const text = String(value);
  if (under.key !== null && isSecretValue(text, under.key)) return masked(under.key, budget);
  return (isNumber(text) ? isPersonal(text, under, budget) : null) ?? value;
}

function isNumber(text: string): boolean {
  return text.length >= 12 && text.length <= 24 && /^[\d -]+$/.test(text);
}

/** A number is judged together with its key: an `orderId` is no card. The mark, or null. */
function isPersonal(text: string, under: Under, budget: Budget): string | null {
  const { found } = redactText(`${under.name}: ${text}`);
  const [family] = found;
  if (family === undefined) return null;
  budget.found.add(family);
  return mark(family);
}

function noted({ text, found }: Redacted, budget: Budget): string {
  for (const family of found) budget.found.add(family);
  return text;
}

function masked(key: SecretKey, budget: Budget): string {
  budget.found.add(key.family);
  return mark(key.family);
}
