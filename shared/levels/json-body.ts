import { at, isObject, type Json, type JsonObject } from '../model/json.ts';

/** As much of a text or stack as a fingerprint and a person can use. */
const LONG = 16_384;
const FRAMES = 40;

const MESSAGES = [
  ['message'],
  ['msg'],
  ['event'],
  ['short_message'],
  ['MESSAGE'],
  ['Message'],
  ['fields', 'message'],
  ['@m'],
  ['@message'],
  ['@mt'],
  ['body'],
  ['log'],
  ['メッセージ'],
] as const;
const ERRORS = ['error', 'err', 'exception', 'exc', 'cause'] as const;
const TYPE_KEYS = ['errorType', 'type', 'name', 'class', 'exception_name', 'kind'] as const;
const MESSAGE_KEYS = ['errorMessage', 'message', 'msg'] as const;
const STACK_KEYS = [
  'stackTrace',
  'stack',
  'stacktrace',
  'stack_trace',
  'exc_info',
  'trace',
  'exception',
  '@x',
] as const;

function firstText(from: unknown, keys: readonly string[]): string | null {
  for (const key of keys) {
    const found = at(from, key);
    if (typeof found === 'string' && found !== '') return found.slice(0, LONG);
  }
  return null;
}

function messageOf(json: JsonObject): Json | undefined {
  for (const path of MESSAGES) {
    const found = at(json, ...path);
    // `console.info({ message, … })` on Lambda: the runtime puts the whole object under its own `message`.
    if (isObject(found)) return firstText(found, ['message', 'msg']) ?? found;
    if (found !== undefined && found !== null && found !== '') return found;
  }
  return undefined;
}

/** A stack as text: a string, or a list of lines. */
function stackOf(from: unknown): string | null {
  for (const key of STACK_KEYS) {
    const found = at(from, key);
    if (typeof found === 'string' && found !== '') return found.slice(0, LONG);
    if (Array.isArray(found)) {
      const lines = found.slice(0, FRAMES).filter((line) => typeof line === 'string');
      if (lines.length > 0) return lines.join('\n').slice(0, LONG);
    }
  }
  return null;
}

/** Where the error's type, message and stack lie: the object itself, its message, or its error object. */
function errorIn(json: JsonObject): unknown {
  if (typeof at(json, 'errorType') === 'string') return json;
  const message = at(json, 'message');
  if (isObject(message) && typeof at(message, 'errorType') === 'string') return message;
  for (const key of ERRORS) {
    if (isObject(at(json, key))) return at(json, key);
  }
  return null;
}

/** `TypeError: x is undefined`, as far as the line knows it; null when it holds no error. */
function errorText(json: JsonObject): string | null {
  const error = errorIn(json);
  const type = firstText(error, TYPE_KEYS) ?? firstText(json, ['exception_name', 'error.type']);
  const message = error === json ? firstText(json, ['errorMessage']) : firstText(error, MESSAGE_KEYS);
  if (type === null || message === null) return type ?? message;
  return message.startsWith(type) ? message : `${type}: ${message}`;
}

function headline(message: string | null, error: string | null): string {
  if (message === null || error === null) return message ?? error ?? '';
  if (error.includes(message)) return error;
  return message.includes(error) ? message : `${message}: ${error}`;
}

/** `stack` without what the headline says already. */
function framesOf(stack: string, head: string): string {
  const lineEnd = stack.search(/[\r\n]/);
  const first = lineEnd === -1 ? stack : stack.slice(0, lineEnd);
  return first !== '' && head.includes(first.trim())
    ? stack.slice(first.length).replace(/^[\r\n]+/, '')
    : stack;
}

/**
 * What a JSON log line says to a person: its message, the error's type and message when present, and the
 * stack below. Empty when it has none of them.
 */
export function bodyOfJson(json: JsonObject): string {
  const said = messageOf(json);
  const error = errorText(json);
  const plain = typeof said === 'string' ? said.slice(0, LONG) : null;
  const shown = plain ?? (said === undefined || error !== null ? null : JSON.stringify(said).slice(0, LONG));
  const head = headline(shown, error);
  const stack = stackOf(errorIn(json)) ?? stackOf(json);
  const body = stack === null ? head : `${head}\n${framesOf(stack, head)}`;
  return body.replace(/\r\n?/g, '\n').trim();
}
