import type { Rule } from './mark.ts';
import { redactNumbers } from './numbers.ts';
import { redactPairs } from './pairs.ts';
import { redactPrivateKeys } from './private-keys.ts';
import { redactAwsSecrets, redactSchemes, redactShapes } from './tokens.ts';
import { redactUrls } from './urls.ts';

/** A log event is 256 kB at most, a person reads a page of it. */
export const MAX_CHARS = 65_536;
export const CUT = ' … [cut at 64 kB]';
/** How far back to look for a space to cut at, so that no secret is cut in half and left. */
const CUT_BACK = 4_096;
/** A replaced value can bring a word and a number nearer to each other; so the rules run until nothing changes. */
const MAX_ROUNDS = 6;

const FOLDED = /[\uFF01-\uFF5E\u3000\u00AD\u200B-\u200F\u2060\uFEFF]/;

const RULES: readonly Rule[] = [
  redactPrivateKeys,
  redactShapes,
  redactAwsSecrets,
  redactUrls,
  redactPairs,
  redactSchemes,
  redactNumbers,
];

export interface Redacted {
  readonly text: string;
  /** The families that were found, each once. */
  readonly found: readonly string[];
}

/** Texts in which nothing was found: names and reasons repeat by the thousand. Bounded, and never a text with a secret. */
const MAX_CLEAN = 2_000;
const MAX_CLEAN_CHARS = 128;
const clean = new Set<string>();
/** A request's id comes with every line, and hides nothing. */
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Replaces secrets and personal numbers by typed marks (`[REDACTED:aws-key]`) and cuts the text at 64 kB with a
 * visible note. Full-width letters and invisible characters hide nothing: when something is found, the text comes
 * back without them. Redacting twice changes nothing. Total, and linear in the text's length.
 */
export function redactText(text: string): Redacted {
  if (clean.has(text) || (text.length === 36 && UUID.test(text))) return { text, found: NOTHING };
  const whole = cut(text);
  const found = new Set<string>();
  const redacted = settle(FOLDED.test(whole) ? fold(whole) : whole, found);
  if (found.size > 0) return { text: redacted, found: [...found] };
  if (text.length <= MAX_CLEAN_CHARS) remember(text);
  return { text: whole, found: NOTHING };
}

const NOTHING: readonly string[] = [];

function remember(text: string): void {
  if (clean.size >= MAX_CLEAN) clean.clear();
  clean.add(text);
}

function settle(text: string, found: Set<string>): string {
  let now = text;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const seen = new Set<string>();
    const next = cut(RULES.reduce((words, rule) => rule(words, seen), now));
    if (next === now) break;
    for (const family of seen) found.add(family);
    now = next;
  }
  return now;
}

function cut(text: string): string {
  if (text.length <= MAX_CHARS) return text;
  const room = MAX_CHARS - CUT.length;
  const space = text.slice(room - CUT_BACK, room).search(/\s\S*$/);
  const kept = text.slice(0, space < 0 ? room : room - CUT_BACK + space);
  const opened = kept.lastIndexOf('[REDACTED:');
  const halved = opened >= 0 && kept.indexOf(']', opened) < 0;
  return (halved ? kept.slice(0, opened) : kept) + CUT;
}

/** Full-width ASCII as ASCII, and no invisible characters. */
function fold(text: string): string {
  return text
    .replace(/[\u00AD\u200B-\u200F\u2060\uFEFF]+/g, '')
    .replace(/[\uFF01-\uFF5E]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
    .replaceAll('\u3000', ' ');
}
