import type { Level } from '../model/level.ts';
import {
  afterHost,
  afterPart,
  afterPrefix,
  afterRequest,
  afterSeparator,
  afterStamp,
  afterTag,
} from './stamps.ts';
import { levelOfHeader, levelOfValue } from './words.ts';

/** A level word in header position: `next` is the index after it. */
export interface Found {
  readonly level: Level;
  readonly evidence: string;
  readonly next: number;
}

export interface Header {
  readonly found: Found | null;
  /** Where the header ends and the text begins; when a level was found, the end of what follows it too. */
  readonly end: number;
  /** The line has a header at all: a time, a bracket, a tag. */
  readonly known: boolean;
}

/** A header has few parts; a longer run of brackets and numbers is data. */
const MAX_PARTS = 24;

const UPPER = /(FATAL ERROR|[A-Z]{3,13})(?:[+-]\d{1,2})?(?=$|[\s:|\],;!]|-(?!\w))/y;
const LOWER = /([A-Za-z][a-z]{2,12})(?=:(?:\s|$)|\s{0,9}\||\t| {1,3}- )/y;
const PADDED = /([A-Z][a-z]{2,12})(?= {2,40}\S)/y;
const JAPANESE = /([\u30a1-\u30fc\u4e00-\u9fff\uff71-\uff9f]{2,7})(?=:)/y;
/** Two or three upper-case columns before the level (`RAS KERNEL INFO`); without a time, text must follow. */
const SHOUTED = /(?:[A-Z][A-Z0-9_]{1,30} {1,3}){3,4}(?=[a-z])/y;
const SHOUTED_AFTER_TIME = /(?:[A-Z][A-Z0-9_]{1,30} ){3,4}/y;
const CHANNEL = /[\w-]{1,60}\.([A-Z]{4,9}):(?=\s|$)/y;
const BRACKET = /\[([^[\]{}"]{1,120})\]|【([^【】]{1,60})】/y;

/**
 * What follows a level's colon when it is not a level but a counter or an empty error: `error: 0`,
 * `エラー: なし`, `error: 0, warning: 2`.
 */
const NOTHING =
  /:\s{0,3}(?:(?:0|none|null|nil|なし|無し|ありません)(?:件|個)?\s{0,3}[.。]?$|0(?:件|個)?[,;、\s]{1,3}\w{1,30}\s?[:=])/iy;

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function isNothing(head: string, at: number): boolean {
  NOTHING.lastIndex = at;
  return NOTHING.test(head);
}

function wordAt(head: string, at: number, known: boolean): Found | null {
  const where = known ? 'after the header' : 'at the start';
  for (const pattern of known ? [UPPER, LOWER, JAPANESE, PADDED] : [UPPER, LOWER, JAPANESE]) {
    const word = match(pattern, head, at)?.[1];
    // `Error: …` alone at the start is an exception's first line; continuation.ts decides.
    if (word === undefined || (!known && head.startsWith('Error:', at))) continue;
    const level = levelOfHeader(word);
    if (level !== null && !isNothing(head, at + word.length)) {
      return { level, evidence: `word "${word}" ${where}`, next: pattern.lastIndex };
    }
  }
  return shoutedAt(head, at, known);
}

function shoutedAt(head: string, at: number, known: boolean): Found | null {
  const run = match(known ? SHOUTED_AFTER_TIME : SHOUTED, head, at)?.[0] ?? '';
  const words = run.trim().split(/ +/);
  const word = words.slice(2).find((column) => levelOfHeader(column) !== null);
  const level = word === undefined ? null : levelOfHeader(word);
  if (word === undefined || level === null) return null;
  return { level, evidence: `column "${word}"`, next: at + run.indexOf(` ${word} `) + word.length + 1 };
}

/** `[error]`, `[core:error]`, `[2026-… ERROR crate]`, `[… : WARN/Worker-1]`, `【警告】`, `【エラー E12】`. */
function levelInBracket(content: string): Level | null {
  const inner = content.trim();
  const whole = levelOfHeader(inner) ?? levelOfHeader(/^[\w.-]{0,40}:([a-z]{3,9})$/.exec(inner)?.[1] ?? '');
  if (whole !== null) return whole;
  const stamp = afterStamp(inner, 0);
  const rest = stamp === -1 ? inner : inner.slice(stamp).replace(/^[\s:|,]{1,4}/, '');
  const word = /^(?:[A-Z]{3,13}(?=$|[\s/|:])|[\u30a1-\u30fc\u4e00-\u9fff]{2,7}(?=$|[\s:：/A-Z0-9-]))/.exec(
    rest,
  )?.[0];
  return word === undefined || isNothing(rest, word.length) ? null : levelOfHeader(word);
}

/** MySQL writes `[Note]` and `[System]` behind its time and thread number; elsewhere these are ordinary words. */
function levelOfBracket(content: string, stamped: boolean): Level | null {
  return levelInBracket(content) ?? (stamped && /^(?:Note|System)$/.test(content) ? 'INFO' : null);
}

function foundIn(head: string, at: number, known: boolean, stamped: boolean): Found | null {
  const bracket = match(BRACKET, head, at);
  if (bracket !== null) {
    const level = levelOfBracket(bracket[1] ?? bracket[2] ?? '', stamped);
    return level === null ? null : { level, evidence: `bracket "${bracket[0]}"`, next: BRACKET.lastIndex };
  }
  const channel = known ? match(CHANNEL, head, at) : null;
  const level = channel === null ? null : levelOfValue(channel[1] ?? '');
  if (channel !== null && level !== null) {
    return { level, evidence: `channel and level "${channel[0]}"`, next: CHANNEL.lastIndex };
  }
  return wordAt(head, at, known);
}

function skipBlanks(head: string, from: number): number {
  let at = from;
  while (at < head.length && /\s/.test(head[at] ?? '')) at++;
  return at;
}

/** Index after the header part at `at`, or -1. */
function afterAny(head: string, at: number, known: boolean): number {
  const bracket = match(BRACKET, head, at) === null ? -1 : BRACKET.lastIndex;
  if (bracket !== -1) return bracket;
  const request = afterRequest(head, at);
  if (request !== -1) return request;
  const tag = afterTag(head, at);
  if (tag !== -1) return tag;
  if (!known) return -1;
  const separator = afterSeparator(head, at);
  return separator !== -1 ? separator : afterPart(head, at);
}

/** Behind `LEVEL`: the punctuation, and the time and id that Python and others write after it. */
function afterLevel(head: string, from: number): number {
  let at = from;
  for (let part = 0; part < 6; part++) {
    while (at < head.length && /[\s:|,;\-!]/.test(head[at] ?? '')) at++;
    const next = Math.max(afterStamp(head, at), afterRequest(head, at));
    if (next <= at) return at;
    at = next;
  }
  return at;
}

/**
 * Walks over the header of a line part by part (time, process, brackets, ids) until it meets a level word or
 * something that is text. A word after that point is never a level.
 */
export function readHeader(head: string): Header {
  let at = 0;
  let known = false;
  let stamped = false;
  for (let part = 0; part < MAX_PARTS; part++) {
    at = skipBlanks(head, at);
    const found = foundIn(head, at, known, stamped);
    if (found !== null) return { found, end: afterLevel(head, found.next), known: true };
    const stamp = afterStamp(head, at);
    let next = stamp !== -1 ? stamp : afterAny(head, at, known);
    if (stamp !== -1) {
      stamped = true;
      const host = /^[A-Z]/.test(head.slice(at, at + 1)) ? afterHost(head, skipBlanks(head, stamp)) : -1;
      if (host !== -1) next = host;
    }
    if (next !== -1) known = true;
    else if (part === 0) next = afterPrefix(head);
    if (next <= at) break;
    at = next;
  }
  return { found: null, end: at, known };
}
