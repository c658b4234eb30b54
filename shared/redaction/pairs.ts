import { isHarmless, isStrong, isTalk, looksRandom } from './likely.ts';
import { isMark, mark, markAt } from './mark.ts';
import { type SecretKey, secretKey } from './secret-keys.ts';

/** Where a key's name may lie: cheap to look for, judged by `secretKey` once the whole name is known. */
export const STEM =
  /(?:card|my|individual|pin|account|security|verification|one[ -]time|identified|credit|access|api|private|signing|encryption|routing|integration|service|secret(?:[ _.-]?access)?|auth)[ _.-](?:number|no|code|password|by|card|key|token)|pass(?:w(?:or)?d|phrase|code)?|pwd|\bpw\b|secret|token|credential|auth|cookie|sessi?d|sessionid|connect\.sid|jwt|(?:access|api|private|signing|encryption|master|account|storage|shared|routing|integration|service|subscription|licen[cs]e|session|app|hmac|crypt)[_.-]?key|conn(?:ection)?[_.-]?str(?:ing)?|cv[vc]2?|\bcsc\b|\bpin|otp\b|\bpan\b|\bssn\b|card[_.-]?n|cc[_.-]?num|creditcard|mynumber|individual[_.-]?number|bank[_.-]?account|signature|key|cred|パス(?:ワード|フレーズ)|暗証番号|(?:認証|確認|セキュリティ)コード|カード番号|マイナンバー|個人番号|口座(?:番号)?|秘密鍵|(?:アクセス|API)キー|シークレット(?:キー)?|トークン/gi;
const NAME_CHAR = /[\w$.-]/;
const MAX_NAME = 64;

const SEPARATOR =
  /(?:(?:\\{0,6}["'`]|%2[27])\]?)?[ \t]{0,4}(?:[:?.+]{0,3}=|::|=>|->|={1,3}|:|%3D|%3A)[ \t]{0,4}|(?:\\{0,6}["'`])\s{0,4},\s{0,4}(?:\\{0,6}["'`])value(?:\\{0,6}["'`])\s{0,4}:\s{0,4}/iy;
/** `["authorization","Basic …"]`, as lists of raw headers have it; `put("API_TOKEN", "…")`. */
const LIST_SEPARATOR = /\\{0,6}["']\s{0,4},\s{0,4}(?=\\{0,6}["'])/y;
const LIST_OPEN = /\[\s{0,4}(?:\\{0,6}["'`])?/y;
/** `the password is hunter2`; what follows must not be a word. */
const SPOKEN = /[ \t]+(?:is|was)[ \t]+(?=["']?[^\s"']{0,64}[\d!@#$%^&*])/iy;
/** `WITH PASSWORD 'hunter2'` */
const BESIDE = /[ \t]+(?=["'])/y;
const FLAG = /[ \t]+(?!-)/y;
/** 口座番号は1234567 */
const PARTICLE = /[ \t]*[はがを]?[ \t「『]*(?=\d)/y;
const QUOTE = /\\{0,6}["'`]|%2[27]/y;
const SCHEME =
  /(?:Bearer|Basic|Token|ApiKey|Api-Key|Negotiate|NTLM|Splunk|GenieKey|SharedKey|Key|JWT)[ \t]+|(?:Digest|OAuth|Signature|AWS4-HMAC-SHA256|Hawk)[ \t]+/iy;
const WHOLE_LINE_SCHEME = /^(?:Digest|OAuth|Signature|AWS4|Hawk)/i;
const UNQUOTED = /[^\s"'`<>&]+/y;
const DIGITS = /\d(?:[ -]?\d){2,18}(?![\w-])/y;
/** A header whose whole line is secret starts with a pair: `sid=…; lang=ja`, `Credential=…, Signature=…`. */
const FIRST_PAIR = /[\w.$!#%&*+^|~-]{1,128}=/y;
const LINE = /[^\r\n"'`]+/y;
const WHOLE_LINE = /[^\r\n]+/y;
const REDACTED_LIST = /\[\s*\\{0,6}["'`]?\[REDACTED:[a-z-]+\]\\{0,6}["'`]?\s*\]/y;
/** A longer value is taken for a secret without a closer look, so that looking stays linear. */
const MAX_LOOK = 512;

/** A stretch of the text that holds a value, and how it was written. */
interface Value {
  readonly start: number;
  readonly end: number;
  readonly quoted: boolean;
  /** A quote to put around the mark, so that JSON stays JSON where the value was a number. */
  readonly wrap: string;
}

interface Name {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Redacts the values of keys that name a secret: `key=value`, `key: value`, JSON (also quoted inside a string),
 * headers, flags, XML elements, lists of name and value. The key stays, so that a person sees what was there.
 */
export function redactPairs(text: string, found: Set<string>): string {
  let out = '';
  let copied = 0;
  STEM.lastIndex = 0;
  for (let hit = STEM.exec(text); hit !== null; hit = STEM.exec(text)) {
    const name = nameAround(text, hit.index, STEM.lastIndex);
    STEM.lastIndex = Math.max(name.end, hit.index + 1);
    const key = secretKey(name.text);
    if (key === null) continue;
    const value = valueAt(text, name, key);
    if (value === null) continue;
    const next = replacement(text, value, key);
    if (next === null) continue;
    found.add(key.family);
    out += text.slice(copied, value.start) + next;
    copied = value.end;
    STEM.lastIndex = Math.max(value.end, STEM.lastIndex);
  }
  return out + text.slice(copied);
}

function nameAround(text: string, from: number, to: number): Name {
  let start = from;
  let end = to;
  while (start > 0 && from - start < MAX_NAME && NAME_CHAR.test(text.charAt(start - 1))) start -= 1;
  while (end < text.length && end - to < MAX_NAME && /[\w$-]/.test(text.charAt(end))) end += 1;
  return { text: text.slice(start, end), start, end };
}

/** Finds the value that belongs to a name; null where the name stands in prose, in an ARN or without a value. */
function valueAt(text: string, name: Name, key: SecretKey): Value | null {
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
  if (text.charAt(at) === '[' && markAt(text, at) === 0) return listed(text, at);
  const value = bareValue(text, at, key, header);
  const wrap = match(QUOTE, text, name.end) ?? '';
  return value === null || wrap.startsWith('%') ? value : { ...value, wrap };
}

function bareValue(text: string, at: number, key: SecretKey, header: boolean): Value | null {
  if (typeof key.proof === 'object') return digits(text, at);
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
  if (separator !== null) return inArn(text, name, separator) ? null : start(separator, false);
  const header = key.family === 'authorization' || key.family === 'cookie';
  return (
    start(match(LIST_SEPARATOR, text, end), !header) ??
    start(name.text.startsWith('--') ? match(FLAG, text, end) : null, false) ??
    start(match(SPOKEN, text, end), false) ??
    start(key.family === 'password' ? match(BESIDE, text, end) : null, false) ??
    start(/[\u3040-\u9FFF]$/.test(name.text) ? match(PARTICLE, text, end) : null, false)
  );
}

/** `arn:aws:secretsmanager:…:secret:prod/db`: the word in an ARN is no key. */
function inArn(text: string, name: Name, separator: string): boolean {
  if (separator !== ':') return false;
  const before = text.slice(Math.max(0, name.start - 160), name.start);
  return /arn:aws[\w-]*:[\w:/.*+@-]*$/.test(before.slice(before.lastIndexOf('arn:aws')));
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

function digits(text: string, start: number): Value | null {
  const run = match(DIGITS, text, start);
  return run === null ? null : { start, end: start + run.length, quoted: false, wrap: '' };
}

function unquoted(text: string, start: number): Value | null {
  const marked = markAt(text, start);
  if (marked > 0) return null;
  const run = match(UNQUOTED, text, start);
  if (run === null || (run.length <= MAX_LOOK && isHarmless(run.replace(/[,;.]+$/, '')))) return null;
  // The next key, or the closing bracket of what holds the pair, does not belong to the value.
  const own =
    run.length > MAX_LOOK ? run : run.replace(/[,;|](?=[\w.$-]{1,64}[=:]).*$/s, '').replace(/[,;)}\]]+$/, '');
  return own === '' ? null : { start, end: start + own.length, quoted: false, wrap: '' };
}

/** What to write for the value; null leaves it as it is. */
function replacement(text: string, value: Value, key: SecretKey): string | null {
  const words = text.slice(value.start, value.end);
  const trimmed = words.length > MAX_LOOK ? words : words.trim();
  if (isMark(trimmed) || (trimmed.length <= MAX_LOOK && isHarmless(trimmed))) return null;
  if (trimmed.length <= MAX_LOOK && !isSecret(trimmed, key, value, text)) return null;
  return value.wrap + mark(key.family) + value.wrap;
}

/** True when a whole value under this key is a secret; for documents, where a value's bounds are known. */
export function isSecretValue(value: string, key: SecretKey): boolean {
  const trimmed = value.trim();
  if (isMark(trimmed)) return false;
  if (trimmed.length > MAX_LOOK) return true;
  return !isHarmless(trimmed) && isSecret(trimmed, key, { start: 0, end: 0, quoted: true, wrap: '' }, '');
}

function isSecret(value: string, key: SecretKey, place: Value, text: string): boolean {
  if (typeof key.proof === 'object') {
    const [least, most] = key.proof.digits;
    return isDigits(value, least, most);
  }
  if (isTalk(value) || (key.plural && /^\d+$/.test(value))) return false;
  if (key.proof === 'strong') return isStrong(value);
  if (key.proof === 'likely') return isLikely(value, key, place);
  if (key.family === 'authorization') return place.quoted || looksRandom(value) || value.length >= 20;
  if (key.family === 'cookie') return value.includes('=') || looksRandom(value);
  if (key.family === 'password' || place.quoted) return true;
  return !isProse(value, place, text);
}

function isDigits(value: string, least: number, most: number): boolean {
  const digits = value.replace(/[ -]/g, '');
  return /^\d+$/.test(digits) && digits.length >= least && digits.length <= most;
}

/** How programs print an object: `Token{9f4ef63 …`, `com.example.Token@1b6d3586`. */
const OBJECT = /^[A-Za-z_][\w.$]*(?:[{([]|@[0-9a-f]{4,16}$)/;

function isLikely(value: string, key: SecretKey, place: Value): boolean {
  if (OBJECT.test(value)) return false;
  if (looksRandom(value)) return true;
  if (/^\d+$/.test(value)) return key.family === 'token' && !key.plural && value.length >= 6;
  return place.quoted && /^[\w+/=-]{20,}$/.test(value);
}

/** One word in small letters with another after it: `secret: rotation failed` is a sentence. */
function isProse(value: string, place: Value, text: string): boolean {
  return /^[a-z]+$/.test(value) && /^[ \t]+[a-z]+(?![\w=:])/.test(text.slice(place.end, place.end + 40));
}
