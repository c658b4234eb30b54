import type { Json, JsonObject } from '../model/json.ts';
import type { Level, LevelReading } from '../model/level.ts';
import { bodyFrom, type Line, says } from './line.ts';
import { levelOfValue } from './words.ts';

const PAIR = /\s{0,4}([A-Za-z_][\w.@/-]{0,60})=("(?:[^"\\]|\\.){0,400}"|[^\s"]{0,400})/y;
const MAX_PAIRS = 40;

/** Heroku's `at` is a place as often as a level: it is one beside a text, and any level key beside it wins. */
function heroku(line: Line, value: string): Level | null {
  const level = /^(?:fatal|error|warn(?:ing)?|info|debug)$/.test(value) ? levelOfValue(value) : null;
  return /\s(?:desc|msg|message|method)=/.test(line.head) ? level : null;
}

/** `key=value` pairs from `from` on: a level key among the leading ones decides. */
export function readLogfmt(line: Line, from: number): LevelReading | null {
  PAIR.lastIndex = from;
  const said = (level: Level, key: string, value: string) =>
    says(level, `key ${key}=${value}`, logfmtBody(line, from));
  let at: LevelReading | null = null;
  for (let count = 0; count < MAX_PAIRS; count++) {
    const pair = PAIR.exec(line.head);
    if (pair === null) break;
    const [, key = '', value = ''] = pair;
    if (key === 'at') {
      const level = heroku(line, value);
      at ??= level === null ? null : said(level, key, value);
    }
    if (!/^(?:level|lvl|severity|log\.level|log_?level)$/i.test(key)) continue;
    // `LOG_LEVEL=error` is a setting; a level has a text beside it.
    if (/^log_?level$/i.test(key) && !/\s(?:msg|message|event)=/.test(line.head)) continue;
    const level = levelOfValue(value.replaceAll('"', ''));
    if (level !== null) return said(level, key, value);
  }
  return at;
}

/** The text of a logfmt line is its `msg`, with its `error` when there is one; without a `msg`, all of it. */
function logfmtBody(line: Line, from: number): string {
  const text = line.text.slice(from, from + 4_000);
  const of = (pattern: RegExp) =>
    pattern.exec(text)?.[1]?.replaceAll('\\"', '"').replace(/^"|"$/g, '') ?? null;
  const message = of(/(?:^|\s)(?:msg|message)=("(?:[^"\\]|\\.){0,2000}"|[^\s"]{1,400})/);
  const error = of(/(?:^|\s)(?:err|error)=("(?:[^"\\]|\\.){0,2000}"|[^\s"]{1,400})/);
  if (message === null) return bodyFrom(line, from);
  return error === null ? message : `${message}: ${error}`;
}

/** As much of a line as is looked through for its numbers, in characters. */
const LOOK = 4_096;
const VALUE = /"((?:[^"\\]|\\.){0,400})"|[^\s",;)\]}]{0,400}/y;
const MAX_KEY = 61;
const BEFORE_KEY = /[\s,;([{]/;

const MS: ReadonlyMap<string, number> = new Map([
  ['ns', 1e-6],
  ['us', 1e-3],
  ['µs', 1e-3],
  ['μs', 1e-3],
  ['ms', 1],
  ['s', 1_000],
  ['sec', 1_000],
  ['m', 60_000],
  ['min', 60_000],
  ['h', 3_600_000],
]);
const NUMBER = /^-?\d{1,15}(?:\.\d{1,9})?%?$/;
const DURATION = /^(?:\d{1,15}(?:\.\d{1,9})?(?:ns|us|µs|μs|ms|sec|s|min|m|h)){1,4}$/;

/** The number that a value writes; a duration in ms, so that one threshold fits `90s`, `1m30s` and `90000ms`. */
function numberOf(value: string): number | null {
  if (!/^[-\d]/.test(value)) return null;
  if (NUMBER.test(value)) return Number(value.replace('%', ''));
  if (!DURATION.test(value)) return null;
  const parts = [...value.matchAll(/([\d.]+)([a-zµμ]+)/g)];
  const ms = parts.reduce((sum, [, n, unit]) => sum + Number(n) * (MS.get(unit ?? '') ?? 0), 0);
  return Math.round(ms * 1e6) / 1e6;
}

/** A letter, a digit, or one of `_ . @ / -`. */
function isKeyChar(code: number): boolean {
  const letter = (code >= 97 && code <= 122) || (code >= 64 && code <= 90);
  return letter || (code >= 45 && code <= 57) || code === 95;
}

/** Where the key that ends at `end` starts; -1 when what stands there is none. */
function keyStart(text: string, end: number): number {
  let start = end;
  while (start > 0 && end - start < MAX_KEY && isKeyChar(text.charCodeAt(start - 1))) start--;
  const bounded = start === 0 || BEFORE_KEY.test(text.charAt(start - 1));
  return bounded && /[A-Za-z_]/.test(text.charAt(start)) && start < end ? start : -1;
}

/**
 * The `key=value` pairs of a text line as fields that rules can measure, or null when it has none. Of the pairs that
 * lead the text, words count too; behind other text only numbers do, because whoever can write into a message could
 * name its service or its fingerprint there. The first of two equal keys counts. Goes from `=` to `=`, so that a line
 * of few pairs costs little.
 */
export function pairsOf(text: string, from: number): JsonObject | null {
  const look = text.slice(from, from + LOOK);
  const fields = new Map<string, Json>();
  let led = 0;
  let at = look.indexOf('=');
  while (at !== -1 && fields.size < MAX_PAIRS) {
    const start = keyStart(look, at);
    VALUE.lastIndex = at + 1;
    const found = start === -1 ? null : VALUE.exec(look);
    const end = at + 1 + (found?.[0].length ?? 0);
    if (found !== null) {
      const leads = isBlank(look, led, start);
      if (leads) led = end;
      const value = found[1]?.replaceAll('\\"', '"') ?? found[0];
      const number = numberOf(value);
      const key = look.slice(start, at);
      if ((number !== null || leads) && !fields.has(key)) fields.set(key, number ?? value);
    }
    at = look.indexOf('=', end);
  }
  return fields.size === 0 ? null : Object.fromEntries(fields);
}

function isBlank(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (text.charCodeAt(at) !== 32) return false;
  return true;
}
