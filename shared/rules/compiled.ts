import { at, type JsonObject } from '../model/json.ts';
import type { Document } from '../model/rules.ts';
import type { Stage, Why } from '../model/why.ts';
import { matches } from '../patterns/match.ts';
import { compilePattern } from '../patterns/parse.ts';
import type { Pattern, Way } from '../patterns/pattern.ts';

/** A rule with its pattern ready to match. */
export interface Compiled<Rule> {
  readonly rule: Rule;
  readonly pattern: Pattern;
}

interface Named {
  readonly name: string;
  readonly at: string;
}

/**
 * Compiles the rules once. A pattern that cannot be compiled was refused by the check long before; should one get
 * here, its rule is left out and `broken` says so with every verdict, while all others go on.
 */
export function compileRules<Rule extends Named>(
  rules: readonly Rule[],
  patternOf: (rule: Rule) => JsonObject,
  stage: Stage,
): { readonly rules: readonly Compiled<Rule>[]; readonly broken: readonly Why[] } {
  const good: Compiled<Rule>[] = [];
  const broken: Why[] = [];
  for (const rule of rules) {
    const compiled = compilePattern(patternOf(rule));
    if (compiled.ok) good.push({ rule, pattern: compiled.pattern });
    else broken.push(brokenWhy(stage, rule, compiled.error.message));
  }
  return { rules: good, broken };
}

/** A reason that a rule of the operator gives. */
export function whyOf(stage: Stage, { name, at }: Named, because: string): Why {
  return { stage, rule: name, at, because };
}

/** A reason from which nothing follows: what a rule on trial would have done. */
export function trialWhy(rule: Named, text: string): Why {
  return whyOf('shadow', rule, `shadow: ${text}`);
}

const BROKEN = 'broken, left out: ';

/** That a rule could not be asked, so that the others decided without it. */
export function brokenWhy(stage: Stage, rule: Named, reason: string): Why {
  return whyOf(stage, rule, BROKEN + reason);
}

/** Whether a decision had to be made without a rule. */
export function isBroken({ because }: Why): boolean {
  return because.startsWith(BROKEN);
}

const maxValueChars = 60;
const maxValues = 3;

/** What the pattern looked at and found: `level = ERROR, fields.code = 5`. Empty when it only asks for absence. */
export function evidence(pattern: Pattern, document: Document): string {
  const found: string[] = [];
  for (const { path } of wayOf(pattern, document)?.fields ?? []) {
    const value = at(document, ...path);
    if (value !== undefined) found.push(`${path.join('.')} = ${short(value)}`);
  }
  // Which source spoke is plain from the signal itself.
  const telling = found.length > 1 ? found.filter((one) => !one.startsWith('source = ')) : found;
  return telling.slice(0, maxValues).join(', ');
}

function wayOf({ ways }: Pattern, document: Document): Way | undefined {
  return ways.length === 1 ? ways[0] : ways.find((one) => matches({ ways: [one] }, document));
}

function short(value: unknown): string {
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object';
  const text = String(value);
  const line = text
    .slice(0, maxValueChars + 1)
    .replaceAll(/\s/g, ' ')
    .toWellFormed();
  return line.length > maxValueChars ? `${line.slice(0, maxValueChars).toWellFormed()}…` : line;
}

/** `4 h`, `30 min`, `90 s` */
export function durationOf(ms: number): string {
  if (ms % 3_600_000 === 0) return `${ms / 3_600_000} h`;
  return ms % 60_000 === 0 ? `${ms / 60_000} min` : `${ms / 1_000} s`;
}

/** A reason with its evidence in brackets. */
export function because(reason: string, found: string): string {
  return found === '' ? reason : `${reason} (${found})`;
}
