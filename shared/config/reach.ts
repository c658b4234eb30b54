import type { JsonObject } from '../model/json.ts';
import type { Level } from '../model/level.ts';
import type { IgnoreRule, Rules, SeverityRule, TeamRule } from '../model/rules.ts';
import { coversTogether } from '../patterns/covers.ts';
import type { Way } from '../patterns/pattern.ts';
import { type Compiled, compileRules } from '../rules/compiled.ts';
import { allows, measuringRules } from '../rules/measuring.ts';
import type { Parts } from './parts.ts';
import { type Finding, type Path, wrong } from './problem.ts';
import { SOURCE_WORDS } from './vocabulary.ts';

interface Named {
  readonly name: string;
  readonly at: string;
}

/**
 * Rules that can never have a say: others stand above and take all that they match, or nothing is as they want it.
 * Only what is sure is said.
 */
export function unreachable(parts: Parts, rules: Rules): readonly Finding[] {
  const teams = compileRules(rules.teams, ({ owns }) => owns, 'team').rules;
  const severities = compileRules(rules.severities, matchOf, 'severity').rules;
  const ignores = compileRules(rules.ignore, matchOf, 'ignore').rules;
  const others = [...rules.escalate, ...rules.expect];
  const places = [...parts.escalate, ...parts.expect];
  return [
    ...overtaken(teams, parts.teams, ownersTake),
    ...overtaken(severities, parts.severities, severitiesTake),
    ...overtaken(ignores, parts.ignore, ignoresTake),
    ...neverMatching(
      [...teams, ...severities, ...ignores],
      [...parts.teams, ...parts.severities, ...parts.ignore],
    ),
    ...neverMatching(compileRules(others, matchOf, 'severity').rules, places),
    ...(measuringRules(severities).length > 0
      ? []
      : [
          ...neverJudged(ignores, parts.ignore),
          ...neverJudged(compileRules(rules.escalate, matchOf, 'escalate').rules, parts.escalate),
        ]),
  ];
}

function matchOf({ match }: { readonly match: JsonObject }): JsonObject {
  return match;
}

interface Placed {
  readonly path: Path;
}

/** Which of the upper rules take all that the lower one matches, together; null: something is left to it. */
type Takes<Rule> = (
  uppers: readonly Compiled<Rule>[],
  lower: Compiled<Rule>,
) => readonly Compiled<Rule>[] | null;

/** Each rule that others above it take everything from. Rules and places are the same ones in the same order. */
function overtaken<Rule extends Named>(
  rules: readonly Compiled<Rule>[],
  places: readonly Placed[],
  takesAll: Takes<Rule>,
): readonly Finding[] {
  return rules.flatMap((lower, i) => {
    const uppers = takesAll(rules.slice(0, i), lower);
    const [first, ...others] = uppers?.map(({ rule }) => rule) ?? [];
    if (first === undefined) return [];
    const names = [first, ...others].map(({ name, at }) => `\`${name}\` (${at})`).join(' and ');
    const stand = others.length === 0 ? 'stands above it and matches' : 'stand above it and together match';
    const text = `\`${lower.rule.name}\` never has a say: ${names} ${stand} all that it matches`;
    return [wrong(places[i]?.path ?? [], text, `move it above \`${first.name}\`, or remove it`)];
  });
}

function together<Rule>(
  uppers: readonly Compiled<Rule>[],
  { pattern }: Pick<Compiled<Rule>, 'pattern'>,
): readonly Compiled<Rule>[] | null {
  const places = coversTogether(
    uppers.map((one) => one.pattern),
    pattern,
  );
  return places?.flatMap((place) => uppers[place] ?? []) ?? null;
}

/** A team that says `continue` leaves what it owns to the next one as well. */
const ownersTake: Takes<TeamRule> = (uppers, lower) =>
  together(
    uppers.filter(({ rule }) => !rule.continue),
    lower,
  );

/** Below WARNING only the ways that measure count, of the upper rules as of the lower. */
const severitiesTake: Takes<SeverityRule> = (uppers, lower) => {
  const live = uppers.filter(({ rule }) => !rule.shadow);
  const above = together(live, lower);
  if (above === null) return null;
  const below = measuringRules([lower]).map((one) => together(measuringRules(live), one));
  if (below.includes(null)) return null;
  const taking = new Set([...above, ...below.flatMap((some) => some ?? [])].map(({ rule }) => rule));
  return live.filter(({ rule }) => taking.has(rule));
};

/** An upper rule that ends sooner leaves something to the lower. */
const ignoresTake: Takes<IgnoreRule> = (uppers, lower) => {
  const endOf = ({ rule }: Compiled<IgnoreRule>): number => rule.expires ?? Number.POSITIVE_INFINITY;
  return together(
    uppers.filter((one) => !one.rule.shadow && endOf(one) >= endOf(lower)),
    lower,
  );
};

/** Keys that only log lines have. */
const LOG_KEYS = ['level', 'logGroup'] as const;

function neverMatching(rules: readonly Compiled<Named>[], places: readonly Placed[]): readonly Finding[] {
  return rules.flatMap(({ rule, pattern }, i) => {
    const doubts = pattern.ways.map((way) => logKeyOfOthers(way) ?? tagOfUntagged(way));
    const [doubt] = doubts;
    if (doubt === undefined || doubts.includes(undefined)) return [];
    return [wrong(places[i]?.path ?? [], `\`${rule.name}\` never matches: ${doubt.because}`, doubt.hint)];
  });
}

const JUDGED = ['FATAL', 'ERROR', 'WARNING'] as const satisfies readonly Level[];

/** Rules on lines below WARNING, where no rule makes anything of such lines. */
function neverJudged(rules: readonly Compiled<Named>[], places: readonly Placed[]): readonly Finding[] {
  return rules.flatMap(({ rule, pattern }, i) => {
    if (pattern.ways.some((way) => allows(way, 'level', JUDGED))) return [];
    const text = `\`${rule.name}\` never has a say: lines below WARNING are told nowhere, so nothing is to be ignored or counted`;
    return [wrong(places[i]?.path ?? [], text, 'remove it, or give such lines a severity in `severities`')];
  });
}

interface Doubt {
  readonly because: string;
  readonly hint: string;
}

function wants({ fields }: Way, key: string): boolean {
  return fields.some(({ path, leaf }) => path[0] === key && !leaf.absent);
}

/** A way that wants a log line, where its `source` is something else. */
function logKeyOfOthers(way: Way): Doubt | undefined {
  const key = LOG_KEYS.find((one) => wants(way, one));
  if (key === undefined || allows(way, 'source', ['logs'])) return undefined;
  return {
    because: `only log lines have a \`${key}\`, and its \`source\` is another`,
    hint: `leave \`${key}\` out, or write source: [logs]`,
  };
}

/** A way that wants a tag of what never carries one. */
function tagOfUntagged(way: Way): Doubt | undefined {
  const untagged = LOG_KEYS.some((key) => wants(way, key)) || !allows(way, 'source', TAGGED);
  if (!wants(way, 'tags') || !untagged) return undefined;
  return {
    because: 'log lines and alarms carry no tags',
    hint: 'to have either, write $or: [{ tags: … }, { logGroup: … }]',
  };
}
const TAGGED = SOURCE_WORDS.filter((source) => source !== 'logs' && source !== 'alarm');
