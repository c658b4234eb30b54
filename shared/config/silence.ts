import { isObject, type Json, type JsonObject } from '../model/json.ts';
import type { SilenceRule } from '../model/rules.ts';
import { MADE_AT } from '../model/silence.ts';
import { checkPattern } from './match.ts';
import { durationReader } from './times.ts';
import { type Read, readText } from './words.ts';

export type Wished =
  | { readonly ok: true; readonly rule: SilenceRule }
  | { readonly ok: false; readonly problems: readonly string[] };

/** A hundred silences of this size fit into one item of the table. */
const TEXT_CHARS = 200;
const PATTERN_CHARS = 2_000;
const readFor = durationReader('1m', '30d');

/**
 * A silence as somebody asks for it at run time: `match` (a pattern), `for` (a duration from `now`, ms), `author`,
 * `reason`. Checked as those of hansho.yml are, but for the names of teams, which stand there. Gives all that is wrong.
 */
export function readSilence(wish: JsonObject, name: string, now: number): Wished {
  const problems: string[] = [];
  const take = <T>(key: string, read: Read<T>): T | null => {
    if (read.ok) return read.value;
    problems.push(`\`${key}\` ${sentence(read.message, read.suggestion)}`);
    return null;
  };
  const forMs = take('for', readFor(wish.for));
  const author = take('author', readShort(wish.author));
  const reason = take('reason', readShort(wish.reason));
  const match = isObject(wish.match) ? wish.match : null;
  problems.push(...patternProblems(match));
  if (match === null || forMs === null || author === null || reason === null || problems.length > 0)
    return { ok: false, problems };
  return { ok: true, rule: { name, match, from: now, until: now + forMs, author, reason, at: MADE_AT } };
}

function readShort(value: unknown): Read<string> {
  const read = readText(value);
  if (!read.ok || read.value.length <= TEXT_CHARS) return read;
  return { ok: false, message: `must be at most ${TEXT_CHARS} characters`, suggestion: null };
}

function patternProblems(match: JsonObject | null): readonly string[] {
  if (match === null || Object.keys(match).length === 0)
    return ['`match` must be a pattern: {"service": ["orders"]}'];
  if (JSON.stringify(match).length > PATTERN_CHARS)
    return [`\`match\` must be at most ${PATTERN_CHARS} characters`];
  const findings = checkPattern(match, ['match'], { use: 'hold', teams: textsIn(match) });
  return findings.map(
    ({ path, message, suggestion }) => `${path.join('.')}: ${sentence(message, suggestion)}`,
  );
}

function textsIn(value: Json | undefined): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

function sentence(message: string, suggestion: string | null): string {
  return suggestion === null ? message : `${message} (${suggestion})`;
}
