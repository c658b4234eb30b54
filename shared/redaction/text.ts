import { fold, part, unpart } from './disguises.ts';
import type { Rule } from './mark.ts';
import { redactNumbers } from './numbers.ts';
import { redactPairs } from './pairs.ts';
import { redactPhones } from './phones.ts';
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

/** An id of a source may look like a telephone number, and two of them would become one. */
const ID_RULES: readonly Rule[] = [
  redactPrivateKeys,
  redactShapes,
  redactAwsSecrets,
  redactUrls,
  redactPairs,
  redactSchemes,
  redactNumbers,
];
const RULES: readonly Rule[] = [...ID_RULES, redactPhones];

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
 * visible note. Full-width letters, escapes and invisible characters hide nothing: when something is found, the text
 * comes back without those that need not be. Redacting twice changes nothing. Total, and linear in the text's length.
 */
export function redactText(text: string): Redacted {
  if (clean.has(text) || (text.length === 36 && UUID.test(text))) return { text, found: NOTHING };
  const redacted = redactBy(RULES, text);
  if (redacted.found.length === 0 && text.length <= MAX_CLEAN_CHARS) remember(text);
  return redacted;
}

/** As `redactText`, for the id that a source gives to its thing: what looks like a telephone number stays. */
export function redactId(text: string): Redacted {
  return clean.has(text) ? { text, found: NOTHING } : redactBy(ID_RULES, text);
}

function redactBy(rules: readonly Rule[], text: string): Redacted {
  const whole = cut(text);
  const found = new Set<string>();
  const redacted = settle(rules, fold(whole), found);
  return found.size > 0 ? { text: redacted, found: [...found] } : { text: whole, found: NOTHING };
}

const NOTHING: readonly string[] = [];

function remember(text: string): void {
  if (clean.size >= MAX_CLEAN) clean.clear();
  clean.add(text);
}

function settle(rules: readonly Rule[], text: string, found: Set<string>): string {
  let now = text;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const seen = new Set<string>();
    const next = cut(apply(rules, now, seen));
    if (next === now) break;
    for (const family of seen) found.add(family);
    now = next;
  }
  return now;
}

/** Reads the text as it is, then with its escapes parted from the words behind them. */
function apply(rules: readonly Rule[], text: string, seen: Set<string>): string {
  const all = (words: string): string => rules.reduce((now, rule) => rule(now, seen), words);
  const next = all(text);
  const parted = part(next);
  return parted === next ? next : unpart(all(parted));
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
