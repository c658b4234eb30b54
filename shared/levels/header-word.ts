import type { Level } from '../model/level.ts';
import { afterStamp } from './stamps.ts';
import { ABOUT_LEVELS, anyCase, levelOfHeader, levelOfLetter, levelOfValue } from './words.ts';

/** A level word in header position: `next` is the index after it. */
export interface Found {
  readonly level: Level;
  readonly evidence: string;
  readonly next: number;
}

/** What of a header has been walked over when a word is met. */
export interface Walked {
  /** A time, a bracket, a tag: the word is not the first of the line. */
  readonly known: boolean;
  /** One of the parts was a time. */
  readonly stamped: boolean;
  /** The part right before the word is a time. */
  readonly atStamp: boolean;
  /** What of another's stands before the line's own beginning: a collector's column, a program's name; else empty. */
  readonly prefix: string;
}

/** A word that the letter in brackets before it begins. */
function ownWord(letters: string): string {
  return [...letters].map((one) => `(?<=${one}\\] )[${one}${one.toLowerCase()}][a-z]`).join('|');
}

/** Behind a word: `ERROR:`, `ERROR|`, `ERROR/pay:`; but not `ERROR = 5`. */
const UPPER =
  /(FATAL ERROR|[A-Z]{3,13})(?:[+-]\d{1,2})?(?=$|[\s:|\],;!>]|\*{2}|-(?!\w)|\/[\w.-]{1,60}:)(?! {0,3}={1,2}(?![=>]))/y;
const LOWER = /([A-Za-z][a-z]{2,12})(?=:(?:\s|$|[^\x00-\x7f])|\s{0,9}\||\t| {1,3}- )/y;
const PADDED = /([A-Za-z][a-z]{2,12})(?= {2,40}\S)/y;
const JAPANESE =
  /([\u30a1-\u30fc\u4e00-\u9fff\uff66-\uff9f]{2,7})(?=[:\u2500-\u27bf]| {1,3}(?!\d|なし|無し|ゼロ|あり|件|数|率|ログ|コード|メッセージ|一覧|[ぁ-ん]{1,2} )[^\s=:])/y;
/** Two or three upper-case columns before the level (`RAS KERNEL INFO`); without a time, text must follow. */
const SHOUTED = /(?:[A-Z][A-Z0-9_]{1,30} {1,3}){3,4}(?=[a-z])/y;
const SHOUTED_AFTER_TIME = /(?:[A-Z][A-Z0-9_]{1,30} ){3,4}/y;
const CHANNEL = /[\w-]{1,60}\.([A-Z]{4,9}|[a-z]{4,9}):(?=\s|$)/y;
/** `util.py[WARNING]:` */
const TAGGED = /[\w./-]{1,80}\[([A-Z]{4,8})\]:(?=\s)/y;
/** `[…]`, `【…】`: a header part whatever it holds. */
export const BRACKET = /\[([^[\]{}"]{1,120})\]|【([^【】]{1,60})】/y;
/** `(ERROR)`, `<ERROR>`, `|ERROR|`, `{ERROR}`, `"ERROR"`, `*ERROR*`. */
const WRAPPED = /[(<{|"'*]\s?([A-Za-z]{3,13}|[\u30a1-\u30fc\u4e00-\u9fff]{2,7})\s?[)>}|"'*]/y;
/** A sentence about the word goes on behind it: what it is, or what bears it as a name. */
const ABOUT =
  /^ (?:is|was|are|were|has|had|means|words?|strings?|labels?|tags?|keys?|columns?|buttons?|tabs?|pages?|messages?|texts?|levels?|rates?|counts?)\b/;
const ANGLE_LETTER = /<([FEWIDT])>(?= )/y;
/** `2027-… error disk full`; not the first half of a noun (`error rate 0`) or a sentence about one. */
const AFTER_TIME = new RegExp(
  `(?!fatal {1,3}errors?\\b(?!:))(error|err|fatal|warn|warning|info|debug|trace)(?= {1,3}(?!(?:${ABOUT_LEVELS})\\b)[^\\s=])`,
  'iy',
);
/** A letter between the time and a bracket or component: `E [1:main]`, `E! [inputs.cpu]`, `E  STORAGE  [conn1]`, `E disk: `. */
const LETTER = /([FEWIDTC])(?=!? {1,4}\[|! | {1,4}[A-Z-]{2,12} {1,4}\[|(?<=[EWID]) {1,4}[\w.-]{1,40}: )/y;
/** `[E] …` at the very start; where more letters in brackets follow, or it begins its own word (`[E] Exit`), it is a menu. */
const LETTER_FIRST = new RegExp(
  `\\[([FEWIDT])\\] (?![^\\r\\n]{0,300}\\[[A-Za-z]\\])(?:(?=${anyCase('fatal|error|warn|info|debug|trace')})|(?!${ownWord('FEWIDT')}))`,
  'y',
);
/** An everyday word is a level where a logger's name in brackets follows it (`LOG [NestFactory]`). */
const BEFORE_NAME = /(LOG|CONFIG)(?= \[\w)/y;

/**
 * What follows a level's colon when it is not a level but a counter or an empty error: `error: 0`,
 * `エラー: なし`, `error: 0, warning: 2`.
 */
const NOTHING =
  /:\s{0,3}(?:(?:0|none|null|nil|なし|無し|ありません)(?:件|個)?(?: (?:found|reported|detected))?\s{0,3}[.。]?(?:\s{0,3}[-=*#]{2,10})?$|0(?:件|個)?[,;、\s]{1,3}\w{1,30}\s?[:=])/iy;

/** `pattern`, which is sticky, at one index of `text`. */
export function match(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function isNothing(head: string, at: number): boolean {
  NOTHING.lastIndex = at;
  return NOTHING.test(head);
}

const FIRST = [UPPER, LOWER, JAPANESE];
const LATER = [UPPER, LOWER, JAPANESE, PADDED];

/** Where a word stands, for its evidence. */
function whereOf({ known, prefix }: Walked): string {
  if (prefix !== '') return `after "${prefix}"`;
  return known ? 'after the header' : 'at the start';
}

function wordAt(head: string, at: number, walked: Walked): Found | null {
  const { known } = walked;
  const where = whereOf(walked);
  for (const pattern of known ? LATER : FIRST) {
    const word = match(pattern, head, at)?.[1];
    if (word === undefined || (!known && isException(head, at))) continue;
    const level = levelOfHeader(word);
    if (level !== null && !isNothing(head, at + word.length)) {
      return { level, evidence: `word "${word}" ${where}`, next: pattern.lastIndex };
    }
  }
  return shoutedAt(head, at, known);
}

/** `Error: …` alone at the very start is an exception's first line, for continuation.ts; before a time it is a level. */
function isException(head: string, at: number): boolean {
  return at === 0 && head.startsWith('Error:') && afterStamp(head, at + 'Error: '.length) === -1;
}

function shoutedAt(head: string, at: number, known: boolean): Found | null {
  const run = match(known ? SHOUTED_AFTER_TIME : SHOUTED, head, at)?.[0] ?? '';
  const words = run.trim().split(/ +/);
  const word = words.slice(2).find((column) => levelOfHeader(column) !== null);
  const level = word === undefined ? null : levelOfHeader(word);
  if (word === undefined || level === null) return null;
  return { level, evidence: `column "${word}"`, next: at + run.indexOf(` ${word} `) + word.length + 1 };
}

/** What stands right behind a time, where less than elsewhere is needed to tell a level. */
function afterTimeAt(head: string, at: number, { prefix }: Walked): Found | null {
  const where = prefix === '' ? 'after the time' : `after "${prefix}"`;
  const word = match(AFTER_TIME, head, at)?.[1];
  const level = word === undefined ? null : levelOfHeader(word);
  if (level !== null) return { level, evidence: `word "${word}" ${where}`, next: AFTER_TIME.lastIndex };
  const letter = match(LETTER, head, at)?.[1] ?? '';
  const meant = levelOfLetter(letter);
  return meant === null
    ? null
    : { level: meant, evidence: `letter "${letter}" ${where}`, next: LETTER.lastIndex };
}

/** `(ERROR)` and its like. At the start only in upper case: `(error)` there is prose, `<error>` XML. */
function wrappedAt(head: string, at: number, { known }: Walked): Found | null {
  const letter = levelOfLetter(match(ANGLE_LETTER, head, at)?.[1] ?? '');
  if (letter !== null)
    return { level: letter, evidence: 'letter in angle brackets', next: ANGLE_LETTER.lastIndex };
  const found = match(WRAPPED, head, at);
  if (found === null || (!known && isSpokenOf(found[0], head, WRAPPED.lastIndex))) return null;
  const word = found[1] ?? '';
  const level = known || word === word.toUpperCase() ? levelOfHeader(word) : null;
  return level === null ? null : { level, evidence: `"${found[0]}"`, next: WRAPPED.lastIndex };
}

/** `"ERROR" was typed`: a sentence about a quoted word. */
function isSpokenOf(quoted: string, head: string, next: number): boolean {
  return /^["']/.test(quoted) && ABOUT.test(head.slice(next));
}

/** `[error]`, `[core:error]`, `[2026-… ERROR crate]`, `[… : WARN/Worker-1]`, `[Server thread/WARN]`, `【警告】`, `【エラー E12】`. */
function levelInBracket(content: string): Level | null {
  const inner = content.replace(/^[\s*#!=]{1,9}|[\s*#!=]{1,9}$/g, '');
  const whole =
    levelOfHeader(inner) ??
    levelOfHeader(
      /^(?:[\w.-]{0,40}:([a-z]{3,9}|[A-Z]{4,8})|[^/]{1,60}\/([A-Z]{4,8}))$/.exec(inner)?.slice(1).join('') ??
        '',
    );
  if (whole !== null) return whole;
  const stamp = afterStamp(inner, 0);
  const rest = stamp === -1 ? inner : inner.slice(stamp).replace(/^[\s:|,]{1,4}/, '');
  const letter = /^[FEWIDC](?= \d{1,9} \d{1,9}$)/.exec(rest)?.[0];
  if (stamp !== -1 && letter !== undefined) return levelOfLetter(letter);
  const word = /^(?:[A-Z]{3,13}(?=$|[\s/|:])|[\u30a1-\u30fc\u4e00-\u9fff]{2,7}(?=$|[\s:：/A-Z0-9-]))/.exec(
    rest,
  )?.[0];
  return word === undefined || isNothing(rest, word.length) ? null : levelOfHeader(word);
}

/**
 * MySQL writes `[Note]` and `[System]` behind its time and thread number, others one letter; elsewhere these are
 * ordinary words.
 */
function levelOfBracket(content: string, stamped: boolean): Level | null {
  const level = levelInBracket(content);
  if (level !== null || !stamped) return level;
  return /^(?:Note|System)$/.test(content) ? 'INFO' : levelOfLetter(content);
}

/** `app.ALERT:`, `util.py[WARNING]:` */
function channelAt(head: string, at: number): Found | null {
  for (const pattern of [CHANNEL, TAGGED]) {
    const found = match(pattern, head, at);
    const level = levelOfValue(found?.[1] ?? '');
    if (level !== null)
      return { level, evidence: `channel and level "${found?.[0]}"`, next: pattern.lastIndex };
  }
  return null;
}

/** The level that stands at one index of a header, or null. */
export function foundIn(head: string, at: number, walked: Walked): Found | null {
  const bracket = match(BRACKET, head, at);
  if (bracket !== null) {
    const level =
      levelOfBracket(bracket[1] ?? bracket[2] ?? '', walked.stamped) ??
      levelOfLetter(at === 0 ? (match(LETTER_FIRST, head, 0)?.[1] ?? '') : '');
    return level === null ? null : { level, evidence: `bracket "${bracket[0]}"`, next: BRACKET.lastIndex };
  }
  const channel = walked.known ? channelAt(head, at) : null;
  if (channel !== null) return channel;
  const name = walked.known ? match(BEFORE_NAME, head, at) : null;
  if (name !== null)
    return { level: 'INFO', evidence: `word "${name[0]}" after the header`, next: BEFORE_NAME.lastIndex };
  const word = wordAt(head, at, walked) ?? (walked.atStamp ? afterTimeAt(head, at, walked) : null);
  return word ?? wrappedAt(head, at, walked);
}
