import type { Address, Routing } from '../model/decision.ts';
import type { JsonObject } from '../model/json.ts';
import type {
  DestinationRule,
  EscalateRule,
  IgnoreRule,
  Rules,
  SeverityRule,
  TeamRule,
} from '../model/rules.ts';
import { CHANNELS } from '../model/severity.ts';
import type { Signal } from '../model/signal.ts';
import type { Why } from '../model/why.ts';
import { type Index, makeIndex } from '../patterns/index.ts';
import { BUILT_IN_ESCALATIONS, BUILT_IN_SEVERITIES, PAYLOAD_CUT } from './builtin.ts';
import { type Compiled, compileRules } from './compiled.ts';
import type { OpenDocument } from './document.ts';
import { type Expectations, gravityRuleOf, makeExpectations } from './expect.ts';
import { type Holds, makeHolds } from './hold.ts';
import { type LevelRules, makeLevelRules } from './levels.ts';
import { measuringRules, prefilterOf } from './measuring.ts';
import { makeReadiness, type Readiness, soonerRules } from './readiness.ts';
import { makeReminds, type Reminds } from './remind.ts';
import { makeRoute, type Routed } from './route.ts';

/** What the rules answer to anybody who asks. */
export interface Answers {
  readonly rules: Rules;
  /** Where an incident of this gravity is told. Never nowhere while the rules have a destination. */
  route(about: Routing): Routed;
  escalation(name: string): EscalateRule | null;
  destination(address: Address): DestinationRule | null;
  /** Substrings that a log line below WARNING must hold to be worth judging; `''` is in every line. */
  readonly prefilter: readonly string[];
  /** What the operator says of log groups' levels. */
  readonly levels: LevelRules;
  /** What must be heard. */
  readonly expects: Expectations;
  /** What keeps something from being told for now. */
  readonly holds: Holds;
  /** What is planned, and louder meanwhile. */
  readonly readiness: Readiness;
  /** What is said again, and to whom else, while it goes on. */
  readonly reminds: Reminds;
}

/** All rules, compiled, in the shape in which a verdict asks them. */
export interface Court extends Answers {
  readonly owners: Index<Compiled<TeamRule>>;
  readonly severities: Docket;
  /** As `severities`, for a log line below WARNING. */
  readonly below: Docket;
  /** The place of each severity rule of the operator. */
  readonly places: ReadonlyMap<SeverityRule, number>;
  readonly ignores: Index<Compiled<IgnoreRule>>;
  readonly escalations: Index<Compiled<EscalateRule>>;
  /** What had to be left out; every verdict says so. */
  readonly broken: readonly Why[];
}

/** The severity rules that a signal meets: those that decide, and those on trial, from which nothing follows. */
export interface Docket {
  readonly deciding: Index<Compiled<SeverityRule>>;
  readonly onTrial: Index<Compiled<SeverityRule>>;
}

/** One signal before the court, as far as the verdict has come. */
export interface Case {
  readonly signal: Signal;
  readonly document: OpenDocument;
  readonly whose: Pick<Routing, 'team' | 'also'>;
  /** ms since the epoch. */
  readonly now: number;
}

/** Compiles all rules. `broken`: what was left out before. */
export function makeCourt(rules: Rules, broken: readonly Why[] = []): Court {
  const levels = makeLevelRules(rules.logs);
  const expects = makeExpectations(rules.expect);
  const holds = makeHolds(rules);
  const readiness = makeReadiness(rules.readiness);
  const reminds = makeReminds(rules.remind);
  const owners = compileRules(rules.teams, ({ owns }) => owns, 'team');
  const operators = compileRules(rules.severities, matchOf, 'severity');
  const silences = compileRules(expects.rules.map(gravityRuleOf), matchOf, 'severity');
  const builtIns = compileRules(BUILT_IN_SEVERITIES, matchOf, 'severity');
  const ignores = compileRules(rules.ignore, matchOf, 'ignore');
  const escalations = compileRules(escalationsOf(rules), matchOf, 'escalate');
  const measuring = measuringRules(operators.rules);
  const cut = builtIns.rules.filter(({ rule }) => rule === PAYLOAD_CUT);
  const compiled = [owners, operators, builtIns, ignores, escalations];
  const made = [levels, expects, holds, readiness, reminds];
  return {
    rules,
    route: routeOf(rules),
    escalation: escalationOf(rules, escalations.rules),
    destination: destinationOf(rules),
    prefilter: [...new Set([...prefilterOf(measuring), ...expects.prefilter])],
    levels,
    expects,
    holds,
    readiness,
    reminds,
    owners: makeIndex(owners.rules),
    severities: docket(operators.rules, [...silences.rules, ...builtIns.rules]),
    below: docket(measuring, cut),
    places: new Map(rules.severities.map((rule, i) => [rule, i])),
    ignores: makeIndex(ignores.rules),
    escalations: makeIndex(escalations.rules),
    broken: [...broken, ...[...compiled, ...made].flatMap((part) => part.broken)],
  };
}

function matchOf({ match }: { readonly match: JsonObject }): JsonObject {
  return match;
}

function isLive({ shadow }: { readonly shadow: boolean }): boolean {
  return !shadow;
}

/** The operator's rules, and behind them ours, which are never on trial. */
function docket(
  operators: readonly Compiled<SeverityRule>[],
  ours: readonly Compiled<SeverityRule>[],
): Docket {
  return {
    deciding: makeIndex([...operators.filter(({ rule }) => isLive(rule)), ...ours]),
    onTrial: makeIndex(operators.filter(({ rule }) => !isLive(rule))),
  };
}

/** A live rule of the operator takes the place of the built-in one of its name. */
function escalationsOf({ escalate }: Rules): readonly EscalateRule[] {
  const named = new Set(escalate.filter(isLive).map(({ name }) => name));
  return [...escalate, ...BUILT_IN_ESCALATIONS.filter(({ name }) => !named.has(name))];
}

function escalationOf(
  { readiness }: Rules,
  escalations: readonly Compiled<EscalateRule>[],
): Answers['escalation'] {
  const live = escalations.map(({ rule }) => rule).filter(isLive);
  const byName = new Map(
    [...soonerRules(readiness, live), ...live.toReversed()].map((rule) => [rule.name, rule]),
  );
  return (name) => byName.get(name) ?? null;
}

/** Of two names of one address the first is asked. */
function destinationOf({ destinations }: Rules): Answers['destination'] {
  const byAddress = new Map(destinations.toReversed().map((one) => [one.address, one]));
  return (address) => byAddress.get(address) ?? null;
}

/** Asked once at the start, so that channels which cannot be read are found before the first signal. */
function routeOf(rules: Rules): Answers['route'] {
  const route = makeRoute(rules);
  for (const channel of CHANNELS) route({ severity: 'SEV1', channel, team: null, also: [], at: 0 });
  return route;
}
