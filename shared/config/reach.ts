import type { JsonObject } from '../model/json.ts';
import type { IgnoreRule, Rules, SeverityRule } from '../model/rules.ts';
import { covers } from '../patterns/covers.ts';
import type { Way } from '../patterns/pattern.ts';
import { type Compiled, compileRules } from '../rules/compiled.ts';
import { allows, measuringRules } from '../rules/measuring.ts';
import type { Parts } from './parts.ts';
import { type Finding, type Path, wrong } from './problem.ts';

interface Named {
  readonly name: string;
  readonly at: string;
}

/**
 * Rules that can never have a say: another stands above and takes all that they match, or nothing is as they want it.
 * Only what is sure is said.
 */
export function unreachable(parts: Parts, rules: Rules): readonly Finding[] {
  const teams = compileRules(rules.teams, ({ owns }) => owns, 'team').rules;
  const severities = compileRules(rules.severities, matchOf, 'severity').rules;
  const ignores = compileRules(rules.ignore, matchOf, 'ignore').rules;
  const others = [...rules.escalate, ...rules.expect];
  const places = [...parts.escalate, ...parts.expect];
  return [
    ...overtaken(teams, parts.teams, coversOwner),
    ...overtaken(severities, parts.severities, coversSeverity),
    ...overtaken(ignores, parts.ignore, coversIgnore),
    ...neverMatching(
      [...teams, ...severities, ...ignores],
      [...parts.teams, ...parts.severities, ...parts.ignore],
    ),
    ...neverMatching(compileRules(others, matchOf, 'severity').rules, places),
  ];
}

function matchOf({ match }: { readonly match: JsonObject }): JsonObject {
  return match;
}

interface Placed {
  readonly path: Path;
}

/** Each rule that one above it takes everything from. Rules and places are the same ones in the same order. */
function overtaken<Rule extends Named>(
  rules: readonly Compiled<Rule>[],
  places: readonly Placed[],
  takesAll: (upper: Compiled<Rule>, lower: Compiled<Rule>) => boolean,
): readonly Finding[] {
  return rules.flatMap((lower, i) => {
    const upper = rules.slice(0, i).find((one) => takesAll(one, lower));
    if (upper === undefined) return [];
    const { name, at } = upper.rule;
    const text = `\`${lower.rule.name}\` never has a say: \`${name}\` (${at}) stands above it and matches all that it matches`;
    return [wrong(places[i]?.path ?? [], text, `move it above \`${name}\`, or remove it`)];
  });
}

function coversOwner(upper: Compiled<Named>, lower: Compiled<Named>): boolean {
  return covers(upper.pattern, lower.pattern);
}

/** Below WARNING only the ways that measure count, of the upper rule as of the lower. */
function coversSeverity(upper: Compiled<SeverityRule>, lower: Compiled<SeverityRule>): boolean {
  if (upper.rule.shadow || !covers(upper.pattern, lower.pattern)) return false;
  const below = measuringRules([lower]);
  return (
    measuringRules([upper]).some(({ pattern }) => below.every((one) => covers(pattern, one.pattern))) ||
    below.length === 0
  );
}

/** An upper rule that ends sooner leaves something to the lower. */
function coversIgnore(upper: Compiled<IgnoreRule>, lower: Compiled<IgnoreRule>): boolean {
  const [first, then] = [
    upper.rule.expires ?? Number.POSITIVE_INFINITY,
    lower.rule.expires ?? Number.POSITIVE_INFINITY,
  ];
  return !upper.rule.shadow && first >= then && covers(upper.pattern, lower.pattern);
}

/** Keys that only log lines have. */
const LOG_KEYS = ['level', 'logGroup'] as const;

function neverMatching(rules: readonly Compiled<Named>[], places: readonly Placed[]): readonly Finding[] {
  return rules.flatMap(({ rule, pattern }, i) => {
    const keys = pattern.ways.map(logKeyOfOthers);
    const [key] = keys;
    if (key === undefined || keys.includes(undefined)) return [];
    const text = `\`${rule.name}\` never matches: only log lines have a \`${key}\`, and its \`source\` is another`;
    return [wrong(places[i]?.path ?? [], text, `leave \`${key}\` out, or write source: [logs]`)];
  });
}

/** The key by which a way wants a log line, where its `source` is something else. */
function logKeyOfOthers(way: Way): string | undefined {
  const { fields } = way;
  const wanted = LOG_KEYS.find((key) => fields.some(({ path, leaf }) => path[0] === key && !leaf.absent));
  return allows(way, 'source', ['logs']) ? undefined : wanted;
}
