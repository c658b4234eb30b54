import { isObject, type Json, type JsonObject } from '../model/json.ts';
import { isCodeKey, isProseKey, isStackKey } from './words.ts';

const MAX_JSON_CHARS = 65_536;
const MAX_DEPTH = 5;
const MAX_ENTRIES = 200;
const MAX_PROSE_CHARS = 500;

interface Unpacked {
  readonly codes: string[];
  readonly prose: string[];
  readonly stack: string[];
  readonly rest: string[];
}

/**
 * Text that is a JSON object, or ends in one (`Invoke Error {"errorType":…}`), as plain lines: its prose and codes
 * first, its stack trace after them. The order of its keys does not matter. Any other text comes back as it is.
 */
export function unpack(text: string): string {
  const start = text.indexOf('{');
  if (start < 0 || text.length > MAX_JSON_CHARS || !text.trimEnd().endsWith('}')) return text;
  const json = parse(text.slice(start));
  return json === null ? text : `${text.slice(0, start)} ${describe(json)}`;
}

function parse(text: string): JsonObject | null {
  try {
    const json: unknown = JSON.parse(text);
    return isObject(json) ? json : null;
  } catch {
    return null;
  }
}

function describe(json: JsonObject): string {
  const found: Unpacked = { codes: [], prose: [], stack: [], rest: [] };
  collect(json, found, 0);
  const words = found.prose.length > 0 ? found.prose : found.rest;
  return [[...words, ...found.codes].join(' '), ...found.stack].join('\n');
}

function collect(json: JsonObject, found: Unpacked, depth: number): void {
  for (const key of Object.keys(json).sort(byMessage).slice(0, MAX_ENTRIES)) {
    const value = json[key];
    if (value === undefined || value === null || value === '') continue;
    if (isStackKey(key)) found.stack.push(...lines(value));
    else if (isObject(value)) descend(value, found, depth);
    else if (Array.isArray(value)) found.rest.push(`${clean(key)}=[]`);
    else if (isCodeKey(key)) found.codes.push(`${clean(key)}="${clean(String(value))}"`);
    else if (typeof value === 'string' && (isProseKey(key) || (depth > 0 && key === 'name')))
      tell(value, found);
    else if (typeof value === 'string') found.rest.push(`${clean(key)} ${cut(value)}`);
    else found.rest.push(`${clean(key)}=${String(value)}`);
  }
}

/** The message first, the rest by name. */
function byMessage(a: string, b: string): number {
  const first =
    Number(/^(?:message|msg|errorMessage)$/.test(b)) - Number(/^(?:message|msg|errorMessage)$/.test(a));
  return first !== 0 ? first : a < b ? -1 : 1;
}

function descend(value: JsonObject, found: Unpacked, depth: number): void {
  if (depth < MAX_DEPTH) collect(value, found, depth + 1);
}

/** Prose that carries its own stack trace (`exception: "Error: x\\n    at …"`) is split from it. */
function tell(value: string, found: Unpacked): void {
  const [first = '', ...more] = value.trim().split(/[\r\n]+/);
  found.prose.push(cut(first));
  found.stack.push(...more);
}

function lines(value: Json): readonly string[] {
  if (typeof value === 'string') return value.split(/[\r\n]+/);
  return Array.isArray(value) ? value.filter((line) => typeof line === 'string') : [];
}

function clean(word: string): string {
  return word.replace(/[\s="'{}]+/g, '_');
}

function cut(value: string): string {
  return value.slice(0, MAX_PROSE_CHARS).replace(/\s+/g, ' ');
}
