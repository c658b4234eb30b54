import { isInArn } from './arns.ts';
import { isHarmless, looksRandom } from './likely.ts';
import { markAt } from './mark.ts';
import { phoneAt, TIME_BEGINS } from './phones.ts';
import type { SecretKey } from './secret-keys.ts';

/** Blanks behind it may be escaped; `part` then marks that they are no part of the value. */
const SEPARATOR =
  /(?:(?:\\{0,15}["'`]|%2[27])\]?)?[ \t]{0,4}(?:=>|->|={1,3}|[:?+.]{1,3}=|::|:|%3D|%3A)(?:[ \t]|\\{1,15}[nrt]\u00AD){0,4}|(?:\\{0,15}["'`])\s{0,4},\s{0,4}(?:\\{0,15}["'`])value(?:\\{0,15}["'`])\s{0,4}:\s{0,4}|["']\s{1,4}value\s{0,2}=\s{0,2}(?=["'])/iy;
/** `["authorization","Basic …"]`, as lists of raw headers have it; `put("API_TOKEN", "…")`. */
const LIST_SEPARATOR = /\\{0,15}["']\s{0,4},\s{0,4}(?=\\{0,15}["'])/y;
/** `password=` with its value alone on the next line, which may have been the next log event. */
const NEXT_LINE = /[ \t]{0,8}\r?\n[ \t\u00a0]{0,64}(?=[^\s{}<>[\]]{3,256}(?<![:=,])[ \t]{0,8}(?:[\r\n]|$))/y;
const LIST_OPEN = /\[\s{0,4}(?:\\{0,15}["'`])?/y;
/** `the password is hunter2`; what follows must not be a word. */
const SPOKEN = /[ \t]+(?:is|was)[ \t]+(?=(?:\\{0,15}["'])?[^\s"']{0,64}[\d!@#$%^&*])/iy;
/** `WITH PASSWORD 'hunter2'` */
const BESIDE = /[ \t]+(?=\\{0,15}["'])/y;
const FLAG = /[ \t]+(?!-)/y;
/** 口座番号は1234567 */
const PARTICLE = /[ \t]*[はがを]?[ \t「『]*(?=[+(]{0,2}\d)/y;
const QUOTE = /\\{0,15}["'`]|%2[27]/y;
const SCHEME =
  /(?:Bearer|Basic|Token|ApiKey|Api-Key|Negotiate|NTLM|Splunk|GenieKey|SharedKey|Key|JWT)[ \t]+|(?:Digest|OAuth|Signature|AWS4-HMAC-SHA256|Hawk)[ \t]+/iy;
const WHOLE_LINE_SCHEME = /^(?:Digest|OAuth|Signature|AWS4|Hawk)/i;
/** One more than is looked at, to see that there is more. */
const UNQUOTED = /[^\s"'`<>&]{1,257}/y;
const WHOLE_RUN = /[^\s"'`<>&]+/y;
const DIGITS = /\+?\d{3,15}(?![\w-])/y;
const GROUPED_DIGITS = new RegExp(
  `(?!${TIME_BEGINS})\\+?\\d(?:(?:-| (?!${TIME_BEGINS}))?\\d){5,18}(?![\\w-]|:\\d)`,
  'y',
);
/** A header whose whole line is secret starts with a pair: `sid=…; lang=ja`, `Credential=…, Signature=…`. */
const FIRST_PAIR = /[\w.$!#%&*+^|~-]{1,128}=/y;
const LINE = /[^\r\n"'`]+/y;
const WHOLE_LINE = /[^\r\n]+/y;
const REDACTED_LIST = /\[\s*\\{0,15}["'`]?\[REDACTED:[a-z-]+\]\\{0,15}["'`]?\s*\]/y;
/** A value is judged by so many characters of it at most, so that judging stays linear. */
export const MAX_LOOK = 256;

/** A stretch of the text that holds a value, and how it was written. */
export interface Value {
  readonly start: number;
  readonly end: number;
  readonly quoted: boolean;
  /** A quote to put around the mark, so that JSON stays JSON where the value was a number. */
  readonly wrap: string;
}

/** A key's whole name in the text. */
export interface Name {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Finds the value that belongs to a name; null where the name stands in prose, in an ARN or without a value. */
export function valueAt(text: string, name: Name, key: SecretKey): Value | null {
  if (text.charAt(name.end) === '>' && text.charAt(name.start - 1) === '<')
    return element(text, name.end + 1);
  const place = afterSeparator(text, name, key);
  if (place === null) return null;
  const value = valueFrom(text, place.at, name, key);
  if (value === null || !place.weak) return value;
  return looksRandom(text.slice(value.start, Math.min(value.end, value.start + MAX_LOOK))) ? value : null;
}

function valueFrom(text: string, at: number, name: Name, key: SecretKey): Value | null {
  const header = key.family === 'authorization' || key.family === 'cookie';
  const quote = match(QUOTE, text, at);
  if (quote !== null) {
    const start = at + quote.length;
    const from = header ? start + (match(SCHEME, text, start)?.length ?? 0) : start;
    return { start: from, end: closing(text, start, quote), quoted: true, wrap: '' };
  }
  if (text.charAt(at) === '[' && !text.startsWith('[REDACTED:', at)) return listed(text, at);
  const value = bareValue(text, at, key, header);
  const wrap = match(QUOTE, text, name.end) ?? '';
  return value === null || wrap.startsWith('%') ? value : { ...value, wrap };
}

function bareValue(text: string, at: number, key: SecretKey, header: boolean): Value | null {
  if (key.proof === 'phone') return phone(text, at);
  if (typeof key.proof === 'object') return digits(text, at, key.proof.digits[0]);
  return header ? headerValue(text, at, key) : unquoted(text, at);
}

/** Where the value starts; after a weak separator it must look like a secret, whatever the key. */
interface Start {
  readonly at: number;
  readonly weak: boolean;
}

function afterSeparator(text: string, name: Name, key: SecretKey): Start | null {
  const end = name.end;
  const start = (separator: string | null, weak: boolean): Start | null =>
    separator === null ? null : { at: end + separator.length, weak };
  const separator = match(SEPARATOR, text, end);
  if (separator !== null) {
    // `arn:aws:secretsmanager:…:secret:prod/db`: the word in an ARN is no key.
    const below = match(NEXT_LINE, text, end + separator.length) ?? '';
    return separator === ':' && isInArn(text, name.start) ? null : start(separator + below, false);
  }
  const header = key.family === 'authorization' || key.family === 'cookie';
  return (
    start(match(LIST_SEPARATOR, text, end), !header) ??
    start(name.text.startsWith('--') ? match(FLAG, text, end) : null, false) ??
    start(match(SPOKEN, text, end), false) ??
    start(key.family === 'password' ? match(BESIDE, text, end) : null, false) ??
    start(/[\u3040-\u9FFF]$/.test(name.text) ? match(PARTICLE, text, end) : null, false)
  );
}

function match(pattern: RegExp, text: string, at: number): string | null {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? null;
}

function element(text: string, start: number): Value {
  const end = text.indexOf('<', start);
  return { start, end: end < 0 ? text.length : end, quoted: true, wrap: '' };
}

/** The quote that closes one written with so many backslashes; a value that is never closed goes to the line's end. */
function closing(text: string, start: number, quote: string): number {
  const sign = quote.startsWith('%') ? quote : quote.slice(-1);
  const level = quote.length - sign.length;
  for (let at = text.indexOf(sign, start); at >= 0; at = text.indexOf(sign, at + 1)) {
    let slashes = 0;
    while (at - slashes > start && text.charAt(at - slashes - 1) === '\\') slashes += 1;
    if (level > 0 ? slashes <= level : slashes % 2 === 0) return at - (level > 0 ? slashes : 0);
  }
  return lineEnd(text, start);
}

function lineEnd(text: string, start: number): number {
  const end = text.slice(start).search(/[\r\n]/);
  return end < 0 ? text.length : start + end;
}

/** All of a list's strings become one mark: `["[REDACTED:cookie]"]`. */
function listed(text: string, at: number): Value | null {
  if (match(REDACTED_LIST, text, at) !== null) return null;
  const open = match(LIST_OPEN, text, at) ?? '[';
  const quote = open.slice(1).trimStart();
  const start = at + open.length;
  const end = text.indexOf(`${quote}]`, start);
  return { start, end: end < 0 ? lineEnd(text, start) : end, quoted: true, wrap: '' };
}

/** A header's value has spaces: a scheme and a token, or for cookies and signed requests the rest of the line. */
function headerValue(text: string, at: number, key: SecretKey): Value | null {
  const scheme = match(SCHEME, text, at) ?? '';
  const start = at + scheme.length;
  const signed = WHOLE_LINE_SCHEME.test(scheme);
  if (!(signed || key.family === 'cookie') || match(FIRST_PAIR, text, start) === null)
    return unquoted(text, start);
  const value = match(signed ? WHOLE_LINE : LINE, text, start) ?? '';
  return { start, end: start + value.trimEnd().length, quoted: true, wrap: '' };
}

/** Long numbers are written in groups; a PIN is not. */
function digits(text: string, start: number, least: number): Value | null {
  const run = match(least >= 6 ? GROUPED_DIGITS : DIGITS, text, start);
  return run === null ? null : { start, end: start + run.length, quoted: false, wrap: '' };
}

function phone(text: string, start: number): Value | null {
  const length = phoneAt(text, start);
  return length === 0 ? null : { start, end: start + length, quoted: false, wrap: '' };
}

function unquoted(text: string, start: number): Value | null {
  if (markAt(text, start) > 0) return null;
  const run = beforeQuote(match(UNQUOTED, text, start), text, start);
  if (run === null || (run.length <= MAX_LOOK && isHarmless(run.replace(/[,;.]+$/, '')))) return null;
  const own = run.length > MAX_LOOK ? run : ownPart(run);
  return own === '' ? null : { start, end: start + own.length, quoted: false, wrap: '' };
}

/** The backslashes before a quote belong to it: `{\"pin\":null,\"user\":…`. */
function beforeQuote(run: string | null, text: string, start: number): string | null {
  return run !== null && /["'`]/.test(text.charAt(start + run.length)) ? run.replace(/\\+$/, '') : run;
}

/** The next key, or the closing bracket of what holds the pair, does not belong to the value. */
function ownPart(run: string): string {
  return run.replace(/[,;|](?=[\w.$-]{1,64}[=:]).*$/s, '').replace(/[,;)}\]]+$/, '');
}

/** Where an unquoted value that is longer than `MAX_LOOK` ends. */
export function endOfRun(text: string, start: number): number {
  return start + (match(WHOLE_RUN, text, start)?.length ?? 0);
}
