import { BRACKET, type Found, foundIn, match, type Walked } from './header-word.ts';
import {
  afterHost,
  afterPart,
  afterPrefix,
  afterRequest,
  afterSeparator,
  afterStamp,
  afterTag,
} from './stamps.ts';

export interface Header {
  readonly found: Found | null;
  /** Where the header ends and the text begins; when a level was found, the end of what follows it too. */
  readonly end: number;
  /** The line has a header at all: a time, a bracket, a tag. */
  readonly known: boolean;
}

/** A header has few parts; a longer run of brackets and numbers is data. */
const MAX_PARTS = 24;
/** As much of a prefix as its evidence shows. */
const SHOWN = 40;

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
  if (tag !== -1 || !known) return tag;
  const separator = afterSeparator(head, at);
  return separator !== -1 ? separator : afterPart(head, at);
}

/** Index after the time at `at` and the host that syslog writes behind it, or -1. */
function afterTime(head: string, at: number): number {
  const stamp = afterStamp(head, at);
  if (stamp === -1) return -1;
  const host = afterHost(head, skipBlanks(head, stamp), /^[A-Z]/.test(head.slice(at, at + 1)));
  return host === -1 ? stamp : host;
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
  let walked: Walked = { known: false, stamped: false, atStamp: false, prefix: '' };
  for (let part = 0; part < MAX_PARTS; part++) {
    at = skipBlanks(head, at);
    const found = foundIn(head, at, walked);
    if (found !== null) return { found, end: afterLevel(head, found.next), known: true };
    const time = afterTime(head, at);
    let next = time !== -1 ? time : afterAny(head, at, walked.known);
    if (next > at) {
      const stamped = walked.stamped || time !== -1;
      walked = { known: true, stamped, atStamp: time !== -1, prefix: '' };
    } else if (part === 0) {
      next = afterPrefix(head);
      walked = { ...walked, atStamp: true, prefix: head.slice(0, Math.max(next, 0)).trim().slice(-SHOWN) };
    }
    if (next <= at) break;
    at = next;
  }
  return { found: null, end: at, known: walked.known };
}
