import { isObject, type Json, type JsonObject } from '../model/json.ts';
import { isCode, isCodeKey } from './words.ts';

const MAX_KEYS = 200;
const MAX_CODES = 8;
/** Objects in which loggers put what went wrong, or the call that did. */
const HOLDERS: ReadonlySet<string> = new Set([
  'err',
  'error',
  'exception',
  'http',
  'req',
  'request',
  'res',
  'response',
]);

/**
 * The codes among a log line's fields, as sorted `key=value`: the same message with status 404 and with 500 is two
 * problems. Looks at the fields themselves and one step into `error`, `response` and the like.
 */
export function codesOf(fields: JsonObject | null): readonly string[] {
  if (fields === null) return [];
  const codes = new Set<string>();
  collect(fields, codes);
  for (const key of Object.keys(fields).slice(0, MAX_KEYS)) {
    const value = fields[key];
    if (HOLDERS.has(key.toLowerCase()) && isObject(value)) collect(value, codes);
  }
  return [...codes].sort().slice(0, MAX_CODES);
}

function collect(object: JsonObject, codes: Set<string>): void {
  for (const key of Object.keys(object).slice(0, MAX_KEYS)) {
    if (!isCodeKey(key)) continue;
    const code = codeOf(object[key]);
    if (code !== null) codes.add(`${key}=${code}`);
  }
}

function codeOf(value: Json | undefined): string | null {
  if (typeof value !== 'string' && typeof value !== 'number') return null;
  const text = String(value);
  return isCode(text) ? text : null;
}
