import { createHash } from 'node:crypto';
import type { JsonObject } from '../model/json.ts';
import { at as dig, isObject, type Json } from '../model/json.ts';
import type { Rules } from '../model/rules.ts';
import { type At, type Claim, claimsOf, compileRules } from './compile.ts';
import { readSheet, type Sheet } from './document.ts';
import { checkPattern, type Use } from './match.ts';
import { readParts } from './parts.ts';
import { type Finding, inOrder, type Problem } from './problem.ts';
import { checkReferences } from './references.ts';
import { warningsOf } from './warnings.ts';

export type Loaded =
  | {
      readonly ok: true;
      readonly rules: Rules;
      readonly warnings: readonly Problem[];
      readonly claims: readonly Claim[];
    }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * Reads hansho.yml: all that is wrong with it at once, each with line and column, or rules that are fit to judge.
 * `file` is the name that problems and every `why` quote. `now` (ms since the epoch) lets it warn of ignore rules
 * that have expired. Never throws.
 */
export function loadRules(source: string, file: string, now: number | null = null): Loaded {
  const read = readSheet(source);
  if (!read.ok) return { ok: false, problems: inOrder(read.problems.map((one) => ({ file, ...one }))) };
  const { sheet } = read;
  const { parts, findings } = readParts(sheet.value);
  const placed = placer(sheet, file);
  const more = isObject(sheet.value)
    ? [...checkPatterns(sheet.value), ...checkReferences(parts, namesIn(sheet.value))]
    : [];
  const problems = [
    ...sheet.problems.map((one) => ({ file, ...one })),
    ...[...findings, ...more].map(placed),
  ];
  if (problems.length > 0) return { ok: false, problems: inOrder(problems) };
  const at: At = (path, on) => `${file}:${sheet.place(path, on ?? 'value').line}`;
  const rules = compileRules(parts, hashOf(source), at);
  const warnings = inOrder(warningsOf(parts, rules, now).map(placed));
  return { ok: true, rules, warnings, claims: claimsOf(parts, at) };
}

/** Which rules judged: the first 12 hex digits of the source's SHA-256. */
function hashOf(source: string): string {
  return createHash('sha256').update(source).digest('hex').slice(0, 12);
}

function placer(sheet: Sheet, file: string): (finding: Finding) => Problem {
  return ({ path, on, message, suggestion }) => ({ file, ...sheet.place(path, on), message, suggestion });
}

/** The names of all destinations, those that do not read well too: a slip there is one problem, not many. */
function namesIn(file: JsonObject): readonly string[] {
  return isObject(file.destinations) ? Object.keys(file.destinations) : [];
}

const PATTERNS: readonly { readonly section: string; readonly key: string; readonly use: Use }[] = [
  { section: 'teams', key: 'owns', use: 'owns' },
  { section: 'logs', key: 'match', use: 'logs' },
  { section: 'severities', key: 'match', use: 'severity' },
  { section: 'ignore', key: 'match', use: 'ignore' },
  { section: 'escalate', key: 'match', use: 'escalate' },
  { section: 'expect', key: 'match', use: 'expect' },
  { section: 'silences', key: 'match', use: 'hold' },
  { section: 'windows', key: 'match', use: 'hold' },
  { section: 'inhibit', key: 'source', use: 'hold' },
  { section: 'inhibit', key: 'target', use: 'hold' },
  { section: 'hold', key: 'match', use: 'hold' },
  { section: 'readiness', key: 'match', use: 'readiness' },
  { section: 'remind', key: 'match', use: 'hold' },
];

/** Patterns are checked in the raw file, so that a slip beside one does not hide what is wrong in it. */
function checkPatterns(file: JsonObject): readonly Finding[] {
  const teams = entriesOf(file, 'teams').flatMap((team) => {
    const name = dig(team, 'name');
    return typeof name === 'string' ? [name] : [];
  });
  return PATTERNS.flatMap(({ section, key, use }) =>
    entriesOf(file, section).flatMap((entry, i) => {
      const pattern = dig(entry, key);
      if (!isObject(pattern) || Object.keys(pattern).length === 0) return [];
      return checkPattern(pattern, [section, i, key], { use, teams });
    }),
  );
}

function entriesOf(file: JsonObject, section: string): readonly Json[] {
  const entries = file[section];
  return Array.isArray(entries) ? entries : [];
}
