import type { Rule } from './mark.ts';
import { redactNumbers } from './numbers.ts';
import { redactPairs, STEM } from './pairs.ts';
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

/**
 * One cheap look that clears most texts: none of the rules can find anything where this does not match. What the
 * rules look for by name is in STEM, what they know by its form is here.
 */
const SUSPECT = new RegExp(
  `A3T[A-Z]|A[KS]IA|ABIA|ACCA|FwoG|FQoG|IQoJ|xox|x(?:app|wfp)-|slack|webhook|\\bey[A-Z]|gh[oprsu]_|github_|gl(?:pa|pt|d|r)t-|AIza|ya29|GOCSPX|[rs]k[_-]|whsec|npm_|hf_|dop_|shp|dapi|NRAK|SG\\.|pypi-|hv[sb]\\.|:AA|PRIVATE KEY|LS0tLS1|AGE-|bearer|basic|:\\/\\/|jdbc|aws[ _-]?key|[?&;]\\w{1,16}=|-u |--\\w{0,6}user|\\d(?:[ -]?\\d){11}|${STEM.source}`,
  'i',
);

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

/**
 * Replaces secrets and personal numbers by typed marks (`[REDACTED:aws-key]`) and cuts the text at 64 kB with a
 * visible note. Full-width letters and invisible characters hide nothing: when something is found, the text comes
 * back without them. Redacting twice changes nothing. Total, and linear in the text's length.
 */
export function redactText(text: string): Redacted {
  const whole = cut(text);
  const plain = FOLDED.test(whole) ? fold(whole) : whole;
  if (!SUSPECT.test(plain)) return { text: whole, found: [] };
  const found = new Set<string>();
  const redacted = settle(plain, found);
  return found.size === 0 ? { text: whole, found: [] } : { text: redacted, found: [...found] };
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
