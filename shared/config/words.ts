import type { Language } from '../model/decision.ts';
import { LANGUAGES } from '../model/decision.ts';
import { isObject } from '../model/json.ts';
import { LEVELS, type Level, SCALES, type ScaleName } from '../model/level.ts';
import type { Channel, Severity } from '../model/severity.ts';
import { CHANNELS, SEVERITIES } from '../model/severity.ts';
import { brief } from './problem.ts';
import { didYouMean, nearest } from './suggest.ts';

/** What one value of the file came to. `message` starts with what the value is not: `is not a duration`. */
export type Read<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly message: string; readonly suggestion: string | null };

export function good<T>(value: T): Read<T> {
  return { ok: true, value };
}

export function bad(message: string, suggestion: string | null = null): Read<never> {
  return { ok: false, message, suggestion };
}

/** Some text for people: a reason, an owner. */
export function readText(value: unknown): Read<string> {
  if (typeof value !== 'string') return bad(`must be text, not ${kindOf(value)}`);
  return value.trim() === '' ? bad('must not be empty') : good(value.trim());
}

/** `text`, `a number`, `a list`, …: what a person would call it. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  if (typeof value === 'string') return 'text';
  return typeof value === 'number' ? `the number ${value}` : `${value}`;
}

const NAME = /^[\p{L}\p{N}][\p{L}\p{N}_.-]{0,63}$/u;

/** A name that `why`, metrics and commands print: one word of letters, digits, `_`, `.`, `-`. */
export function readName(value: unknown): Read<string> {
  const read = readText(value);
  if (!read.ok || NAME.test(read.value)) return read;
  const words = read.value.replaceAll(/[^\p{L}\p{N}_.-]+/gu, '-').replaceAll(/^[-_.]+|-+$/g, '');
  const suggestion = NAME.test(words) ? `write ${words}` : null;
  return bad('must be one word of at most 64 letters, digits, `_`, `.` and `-`', suggestion);
}

/** SEV1 … SEV5. */
export function readSeverity(value: unknown): Read<Severity> {
  const found = SEVERITIES.find((severity) => severity === value);
  if (found !== undefined) return good(found);
  const message = `must be one of ${SEVERITIES.join(' ')}, not ${brief(value)}`;
  if (value === null || value === 'none' || value === 'ignore') {
    return bad(message, 'to leave something untold, use `ignore` with a reason, an owner and an end');
  }
  const digit = /^(?:sev|s|p|severity)?[ -]?([1-5])$/i.exec(String(value))?.[1];
  if (digit !== undefined) return bad(message, `did you mean \`SEV${digit}\`?`);
  return bad(message, 'SEV1: everyone, now; SEV3: its owners, now; SEV5: in the weekly review');
}

/** A level's name. */
export function readLevelName(value: unknown): Read<Level> {
  const found = LEVELS.find((level) => level === value);
  if (found !== undefined) return good(found);
  const meant = typeof value === 'string' ? didYouMean(value.toUpperCase(), LEVELS) : null;
  return bad(`must be one of ${LEVELS.join(' ')}, not ${brief(value)}`, meant);
}

/** A number scale's name. */
export function readScale(value: unknown): Read<ScaleName> {
  const found = SCALES.find((scale) => scale === value);
  if (found !== undefined) return good(found);
  const meant = typeof value === 'string' ? didYouMean(value.toLowerCase(), SCALES) : null;
  return bad(`must be one of ${SCALES.join(' ')}, not ${brief(value)}`, meant);
}

/** `{ S1: FATAL, "3": WARNING }`: what a log group's own words mean. */
export function readLevelWords(value: unknown): Read<{ readonly [word: string]: Level }> {
  if (!isObject(value)) return bad(`must map words to levels, not ${kindOf(value)}`, 'write { S1: FATAL }');
  const words: [string, Level][] = [];
  for (const [word, name] of Object.entries(value)) {
    const level = readLevelName(name);
    if (!level.ok) return bad(`\`${word.slice(0, 40)}\` ${level.message}`, level.suggestion);
    words.push([word, level.value]);
  }
  return good(Object.fromEntries(words));
}

/** `alert` or `notify`. */
export function readChannel(value: unknown): Read<Channel> {
  return readOneOf(CHANNELS, value);
}

/** `en` or `ja`. */
export function readLanguage(value: unknown): Read<Language> {
  const alias = new Map<unknown, string>([
    ['jp', 'ja'],
    ['japanese', 'ja'],
    ['english', 'en'],
  ]).get(typeof value === 'string' ? value.toLowerCase() : value);
  return readOneOf(LANGUAGES, value, alias ?? null);
}

function readOneOf<T extends string>(
  known: readonly T[],
  value: unknown,
  meant: string | null = null,
): Read<T> {
  const found = known.find((one) => one === value);
  if (found !== undefined) return good(found);
  const near = meant ?? (typeof value === 'string' ? nearest(value, known) : null);
  return bad(
    `must be one of ${known.join(', ')}, not ${brief(value)}`,
    near === null ? null : `did you mean \`${near}\`?`,
  );
}

/** An address that people can open. Only https: a card must not lead anybody over plain text. */
export function readUrl(value: unknown): Read<string> {
  if (typeof value !== 'string') return bad(`must be an https address, not ${kindOf(value)}`);
  const url = URL.parse(value);
  if (url === null || !url.hostname.includes('.')) {
    return bad(
      `must be an https address, not ${brief(value)}`,
      'write it whole: https://wiki.example.com/runbook',
    );
  }
  if (url.protocol !== 'https:') {
    return bad(`must be an https address, not ${url.protocol.slice(0, 20)}`, 'serve it over https');
  }
  return url.username === '' && url.password === ''
    ? good(url.href)
    : bad('must not carry a user name or password');
}

const ZONES = new Map([
  ['jst', 'Asia/Tokyo'],
  ['japan', 'Asia/Tokyo'],
  ['gmt', 'UTC'],
  ['z', 'UTC'],
]);

/** An IANA time zone name that this Node knows. Offsets (`+09:00`) are refused: they know no summer time. */
export function readTimezone(value: unknown): Read<string> {
  if (typeof value !== 'string')
    return bad(`must be an IANA time zone, not ${kindOf(value)}`, 'write Asia/Tokyo or UTC');
  if (value === 'UTC' || (value.includes('/') && isZone(value))) return good(value);
  const zones = Intl.supportedValuesOf('timeZone');
  const word = value.toLowerCase();
  const meant =
    ZONES.get(word) ?? zones.find((zone) => zone.toLowerCase().endsWith(`/${word}`)) ?? nearest(value, zones);
  const hint =
    meant === null ? 'such names look like Asia/Tokyo; UTC is one too' : `did you mean \`${meant}\`?`;
  return bad(`must be an IANA time zone, not ${brief(value)}`, hint);
}

function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).format(0) !== '';
  } catch {
    return false;
  }
}

/** ``there is no destination `x` ``, with the near one. */
export function noSuch(
  what: string,
  name: string,
  known: readonly string[],
): { message: string; suggestion: string | null } {
  const list = known.length === 0 ? 'none is defined' : `there are ${known.join(', ')}`;
  return { message: `there is no ${what} ${brief(name)}`, suggestion: didYouMean(name, known) ?? list };
}
