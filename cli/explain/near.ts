import { at, isObject, type Json, type JsonObject } from '../../shared/model/json.ts';
import type { Document, Rules } from '../../shared/model/rules.ts';
import { atLeast } from '../../shared/model/severity.ts';
import { matches } from '../../shared/patterns/match.ts';
import { compilePattern } from '../../shared/patterns/parse.ts';
import type { Pattern } from '../../shared/patterns/pattern.ts';
import type { Judged } from '../../shared/pipeline/judge.ts';
import { documentOf } from '../../shared/rules/document.ts';
import { documentOfHeld } from '../../shared/rules/hold.ts';
import type { Otherwise } from './otherwise.ts';

/** More than these are no help. */
const MOST = 3;
const TEXT_CHARS = 80;

/** One thing that a rule asks for: a field, or a `$or` as a whole. */
interface Condition {
  readonly path: readonly string[];
  readonly wants: Json;
  readonly pattern: Pattern;
}

interface Candidate {
  readonly name: string;
  readonly at: string;
  readonly conditions: readonly Condition[];
  /** What it would do. */
  readonly outcome: string;
}

/**
 * Finds the rules that wanted one thing more: all else that they ask for is so. And those that match and do not hold
 * now, with the time that they name. A rule that had a say, or that asks for one thing alone, is none of them.
 */
export function makeNearMisses(rules: Rules): (judged: Judged, now: number) => readonly Otherwise[] {
  const judging: readonly Candidate[] = [
    ...rules.ignore.map((rule) => candidate(rule, rule.match, `ignored: ${rule.reason}`)),
    ...rules.severities.map((rule) => candidate(rule, rule.match, `${rule.severity}: ${rule.why}`)),
    ...rules.teams.map((rule) => candidate(rule, rule.owns, `${rule.name} owns it`)),
  ];
  const holding: readonly Candidate[] = [...rules.silences, ...rules.windows, ...rules.hold].map((rule) =>
    candidate(rule, rule.match, `held by ${rule.name}`),
  );
  return ({ signal, verdict, why }, now) => {
    const document = documentOf(signal);
    const silent = ({ name, at }: Candidate): boolean =>
      !why.some((said) => said.rule === name && said.at === at);
    if (verdict.outcome !== 'tracked') {
      if (verdict.outcome === 'ignored' && verdict.severity !== null) document.severity = verdict.severity;
      return judging.filter(silent).flatMap(missing(document)).slice(0, MOST);
    }
    const { team, severity } = verdict;
    document.severity = severity;
    if (team !== null) document.team = team;
    const held = documentOfHeld({ ...signal, severity, team });
    const near = [
      ...judging.filter(silent).flatMap(missing(document)),
      ...holding.filter(silent).flatMap(missing(held)),
    ];
    return [...near.slice(0, MOST), ...atOtherTimes(rules, holding, held, now)];
  };
}

function candidate(
  { name, at }: { readonly name: string; readonly at: string },
  match: JsonObject,
  outcome: string,
): Candidate {
  return { name, at, conditions: conditionsOf(match, []), outcome };
}

function conditionsOf(match: JsonObject, path: readonly string[]): readonly Condition[] {
  return Object.entries(match).flatMap(([key, wants]): readonly Condition[] => {
    if (wants === undefined) return [];
    const here = [...path, key];
    if (isObject(wants)) return conditionsOf(wants, here);
    const compiled = compilePattern(here.reduceRight<Json>((inner, name) => ({ [name]: inner }), wants));
    return compiled.ok ? [{ path: here, wants, pattern: compiled.pattern }] : [];
  });
}

/** What a rule wants in vain, where that is one thing of several. */
function missing(document: Document): (candidate: Candidate) => readonly Otherwise[] {
  return ({ name, at: place, conditions, outcome }) => {
    const [only, second] = conditions.filter(({ pattern }) => !matches(pattern, document));
    const telling = conditions.some((one) => one !== only && one.path[0] !== 'source');
    if (only === undefined || second !== undefined || !telling) return [];
    const found = only.path.includes('$or') ? undefined : at(document, ...only.path);
    const here = found === undefined ? 'it has none' : `it is ${brief(found)}`;
    const change = `${name} wants ${only.path.join('.')}: ${brief(only.wants)}, and ${here}`;
    return [{ change, at: place, outcome }];
  };
}

/** Silences and windows that match, and are over, to come or closed. */
function atOtherTimes(
  { silences, windows }: Rules,
  holding: readonly Candidate[],
  document: Document,
  now: number,
): readonly Otherwise[] {
  const times = new Map([
    ...silences.flatMap(({ at, from, until }) =>
      now >= from && now < until ? [] : [[at, `from ${iso(from)} until ${iso(until)}`] as const],
    ),
    ...windows.flatMap(({ at, name, gravest }) =>
      document.severity !== undefined && atLeast(gravest, document.severity)
        ? [[at, `while the window ${name} is open`] as const]
        : [],
    ),
  ]);
  return holding.flatMap(({ at, conditions, outcome }) => {
    const change = times.get(at);
    if (change === undefined || !conditions.every(({ pattern }) => matches(pattern, document))) return [];
    return [{ change, at, outcome }];
  });
}

function brief(value: Json): string {
  const text = JSON.stringify(value);
  return text.length > TEXT_CHARS ? `${text.slice(0, TEXT_CHARS - 1).toWellFormed()}…` : text;
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
