import { isObject, type Json } from '../model/json.ts';

const TITLE_LENGTH = 150;
/** What a person may have to read of one event; the rest stays in `detail`. */
const MESSAGE_LENGTH = 16_000;
/** JSON nested deeper than this is not an event: what lies below is replaced by `…`. */
const DEEPEST = 64;

/** Printable ASCII without runs of space: most names and lines are. */
const ONE_LINE = /^[!-~]+(?: [!-~]+)*$/;

/** A text as one line of at most `max` code points: control characters and runs of space become one space. */
export function oneLine(text: string, max = TITLE_LENGTH): string {
  if (text.length <= max && ONE_LINE.test(text)) return text;
  const head = text.slice(0, 16 * max).toWellFormed();
  const line = head.replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
  const points = [...line.slice(0, 2 * max + 2)];
  return points.length > max ? `${points.slice(0, max - 1).join('')}…` : line;
}

/** A text of at most `max` UTF-16 units, marked where it was cut; never cut inside a character. */
export function clip(text: string, max = MESSAGE_LENGTH): string {
  if (text.length <= max) return text.isWellFormed() ? text : text.toWellFormed();
  const mark = '… (cut)';
  const head = text.slice(0, max - mark.length);
  return `${head.replace(/[\uD800-\uDBFF]$/, '').toWellFormed()}${mark}`;
}

/** JSON with two-space indents, cut like every message. */
export function pretty(value: Json): string {
  return clip(JSON.stringify(value, null, 2) ?? '');
}

/** The lines that say something, one under the other. */
export function lines(...some: readonly (string | null)[]): string {
  return clip(some.filter((line) => line !== null && line.trim() !== '').join('\n'));
}

/** `label: value`, or null when there is no value. */
export function labelled(label: string, value: string | null): string | null {
  return value === null || value === '' ? null : `${label}: ${clip(value, 1000)}`;
}

/** The first http(s) address in a text, without the punctuation that follows it, or null. */
export function firstUrl(text: string): string | null {
  const found = /https?:\/\/[^\s<>"'`|]{3,1000}/.exec(text.slice(0, MESSAGE_LENGTH));
  return found === null ? null : found[0].replace(/[).,;:!?\]}、。]+$/, '');
}

/** Whether a text reads as words: two letters in a row, in any script. */
export function hasWords(text: string): boolean {
  return /\p{L}{2}/u.test(text.slice(0, MESSAGE_LENGTH));
}

/** The parsed value when `text` is a JSON object, array or string; null for plain text and for broken JSON. */
export function parseJson(text: string): Json {
  if (!/^\s*[[{"]/.test(text.slice(0, 1000))) return null;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return null;
  }
}

/**
 * Outside data as JSON of bounded depth, so that nothing that walks it can run out of stack. What is not
 * JSON (undefined, a function, NaN) becomes null or its text.
 */
export function tame(value: unknown): Json {
  return fits(value, DEEPEST) ? (value as Json) : copy(value, DEEPEST);
}

function fits(value: unknown, depth: number): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || depth === 0) return false;
  const children: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
  return children.every((child) => fits(child, depth - 1));
}

function copy(value: unknown, depth: number): Json {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'object') return value === undefined ? null : String(value);
  if (depth === 0) return '…';
  if (Array.isArray(value)) return value.map((child) => copy(child, depth - 1));
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, copy(child, depth - 1)]));
}

/** The own string at the first of `keys` that holds a non-empty one, or null; numbers count as their text. */
export function firstText(value: unknown, keys: readonly string[]): string | null {
  if (!isObject(value)) return null;
  for (const key of keys) {
    const found = Object.hasOwn(value, key) ? value[key] : undefined;
    if (typeof found === 'string' && found.trim() !== '') return found;
    if (typeof found === 'number') return String(found);
  }
  return null;
}
