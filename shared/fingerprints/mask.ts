import {
  type Around,
  isCode,
  isCodeHere,
  isCodeKey,
  isName,
  isProseKey,
  isUnit,
  isUserHere,
} from './words.ts';

// Control characters while a line is masked: with them an ASCII line stays one byte a character, and fast.
const MASK = '\u0001';
const KEPT = '\u0002';
/** Hostile text loses its own first. */
const MARKS = /[\u0001\u0002]/g;
/** NFKC can make one character into eighteen. */
const MAX_CHARS = 4_000;
const PRIVATE_USE = /[\uE000-\uF8FF]+/g;

const KEY_VALUE =
  /(?<![\w.-])([A-Za-z_][\w.-]{0,60})(?:=("[^"]*"|'[^']*'|[!#-%(*+.-:<-\\^-|~-]*)|\s=\s('[^']*'|"[^"]*"))/g;
const SQL_VALUES = /\bVALUES\s*\([^)]*\)/gi;

/** Scripts that write without spaces (Thai, Hangul jamo, kana, kanji, …) and characters above U+FFFF. */
const UNSPACED = '\\u0E00-\\u0EFF\\u1100-\\u11FF\\u2E80-\\uDFFF\\uF900-\\uFAFF\\uFE30-\\uFE4F';
const PIECES = new RegExp(`\\s+|[^\\s${UNSPACED}]+|[${UNSPACED}]+`, 'g');
const ASCII = /^[\0-\x7F]*$/;
const WORDLY = /[^\s!-/:-@[-`{-~]/;
const LETTERS = /^[A-Za-z]+[.,:;]?$/;
const FINE_PIECES = /["{}[\],;]+|[^"{}[\],;]+/g;

/**
 * The line with everything that changes from one occurrence to the next as `<*>`: numbers, ids, times, addresses,
 * paths, values of `key=value`. A word that holds such a thing goes whole and neighbours become one; in scripts
 * without spaces only the foreign part goes. Codes (HTTP status, errno, exit code, …), names of errors and quoted
 * words stay. Expects a bounded line (2,000 characters); takes time in proportion to its length.
 */
export function maskLine(line: string): string {
  const own = line.includes(MASK) || line.includes(KEPT) ? line.replace(MARKS, ' ') : line;
  const clean = ASCII.test(own) ? own : own.normalize('NFKC').slice(0, MAX_CHARS).replace(PRIVATE_USE, '?');
  const pieces = (maskPairs(clean).match(PIECES) ?? []).flatMap(finer);
  const words = pieces.filter((piece) => WORDLY.test(piece));
  const users = /user/i.test(clean);
  let out = '';
  let at = 0;
  let afterMask = false;
  for (const piece of pieces) {
    if (piece !== words[at]) {
      out += piece;
      afterMask &&= piece === ' ';
      continue;
    }
    const masked = !isPair(piece) && ((afterMask && isUnit(piece)) || changes(piece, words, at, users));
    out += masked ? MASK : piece;
    afterMask = masked;
    at += 1;
  }
  return out
    .replace(/\s{2,}|[^\S ]/g, ' ')
    .replace(/\u0001(?: ?\u0001)*/g, '<*>')
    .replaceAll(KEPT, '')
    .trim();
}

/** Masks the value of each `key=value`; keeps codes, and unwraps prose so that its words are read on their own. */
function maskPairs(line: string): string {
  if (!line.includes('=')) return line.includes('(') ? line.replace(SQL_VALUES, `VALUES ${MASK}`) : line;
  const masked = line.replace(
    KEY_VALUE,
    (_, key: string, tight: string | undefined, spaced: string | undefined) => {
      const value = (tight ?? spaced ?? '').replace(/^["']|["']$/g, '');
      if (isCodeKey(key) && isCode(value)) return `${key}=${KEPT}${value}`;
      return isProseKey(key) ? `${key}= ${value}` : `${key}=${MASK}`;
    },
  );
  return masked.replace(SQL_VALUES, `VALUES ${MASK}`);
}

/** A piece of JSON without spaces is many words; anything else is one. */
function finer(piece: string): readonly string[] {
  const dense = piece.length > 12 && !LETTERS.test(piece) && /["{}]/.test(piece) && /[:,]/.test(piece);
  return dense ? (piece.match(FINE_PIECES) ?? []) : [piece];
}

/** `key=<*>`, alone or joined by commas and the like: it stays, so that the key tells faults apart. */
function isPair(piece: string): boolean {
  if (!piece.includes(MASK)) return false;
  return piece.split(/[,;&]/).every((part) => part === '' || isOnePair(part));
}

function isOnePair(part: string): boolean {
  const cut = part.indexOf(`=${MASK}`);
  if (cut < 1 || /\w/.test(part.slice(cut + 2))) return false;
  return /^[\w.-]+$/.test(bare(part.slice(0, cut)));
}

/** `users`: the line may name one. */
function changes(piece: string, words: readonly string[], at: number, users: boolean): boolean {
  if (LETTERS.test(piece)) return isDayOrMonth(piece, words, at) || (users && isUser(piece, words, at));
  if (piece.includes(KEPT)) return false;
  if (piece.includes(MASK)) return true;
  const word = bare(piece);
  if (/\d/.test(word)) return !isName(word) && !isCodeHere(word, around(words, at));
  return isAddress(word) || (users && isUser(piece, words, at));
}

const DAY_OR_MONTH = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec),?$/;

/** `Fri` and `Jun` of `Fri Jun 17 2005`, `Fri, 17 Jun 2005`: part of a date before its number. */
function isDayOrMonth(piece: string, words: readonly string[], at: number): boolean {
  if (piece.length > 4 || !DAY_OR_MONTH.test(piece)) return false;
  const next = words[at + 1] ?? '';
  return /^\d/.test(next) || (DAY_OR_MONTH.test(next) && /^\d/.test(words[at + 2] ?? ''));
}

function isUser(piece: string, words: readonly string[], at: number): boolean {
  return /user\W?$/i.test(words[at - 1]?.slice(-6) ?? '') && isUserHere(piece, around(words, at));
}

function around(words: readonly string[], at: number): Around {
  return {
    before: [words[at - 1] ?? '', words[at - 2] ?? ''],
    after: words.slice(at + 1, at + 2),
    closed: /[,.;:)\]]$/.test(words[at] ?? ''),
  };
}

/** The piece without the punctuation around it; a leading `/` (a path) or `-` (a number) belongs to it. */
function bare(piece: string): string {
  let start = 0;
  let end = piece.length;
  while (start < end && !/[\w/\u0080-\uFFFF-]/.test(piece.charAt(start))) start += 1;
  while (end > start && !/[\w/\u0080-\uFFFF]/.test(piece.charAt(end - 1))) end -= 1;
  return piece.slice(start, end);
}

/** E-mail address, URL, ARN, path of two segments or more, host name of three labels or more. */
function isAddress(word: string): boolean {
  if (word.includes('://') || word.includes('arn:aws') || /^[A-Za-z]:\\/.test(word)) return true;
  const parts = word.split('@');
  if (parts.length === 2 && parts.every((part) => part !== '')) return true;
  if (/\/[\w.*%+=@-]+\//.test(word)) return true;
  return isHost(word);
}

/** A class name has dots too, but its last label starts with a capital: `com.example.OrderService`. */
function isHost(word: string): boolean {
  const labels = word.split('.');
  const last = labels.at(-1) ?? '';
  return (
    labels.length >= 3 && /^[a-z][A-Za-z-]*$/.test(last) && labels.every((label) => /^[\w-]+$/.test(label))
  );
}
