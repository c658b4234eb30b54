import { CANARY } from '../model/canary.ts';
import type { Address, Counted, Routing, Verdict } from '../model/decision.ts';
import { at, type JsonObject, text } from '../model/json.ts';
import type {
  DestinationRule,
  Document,
  EscalateRule,
  IgnoreRule,
  ReadinessRule,
  Rules,
  SeverityRule,
  TeamRule,
} from '../model/rules.ts';
import { isAcross, READINESS } from '../model/rules.ts';
import type { Channel, Severity } from '../model/severity.ts';
import { CHANNELS, channelOf, graverBy } from '../model/severity.ts';
import type { Signal } from '../model/signal.ts';
import type { Why } from '../model/why.ts';
import { builtIn } from '../model/why.ts';
import { type Index, makeIndex } from '../patterns/index.ts';
import { BUILT_IN_ESCALATIONS, BUILT_IN_SEVERITIES, PAYLOAD_CUT } from './builtin.ts';
import { because, brokenWhy, type Compiled, compileRules, durationOf, evidence } from './compiled.ts';
import { documentOf } from './document.ts';
import { type Expectations, gravityRuleOf, makeExpectations } from './expect.ts';
import { type Holds, makeHolds } from './hold.ts';
import { type LevelRules, makeLevelRules } from './levels.ts';
import { measuringRules, prefilterOf } from './measuring.ts';
import {
  graverWhy,
  gravestOf,
  makeReadiness,
  postsOf,
  type Readiness,
  readyWhy,
  soonerName,
  soonerRules,
} from './readiness.ts';
import { makeReminds, type Reminds } from './remind.ts';
import { makeRoute, type Routed } from './route.ts';
import { bareRules, SECTIONS, type Section, withOnly } from './salvage.ts';

/** The operator's rules and the built-in ones, ready to decide. Its functions need no `this`. */
export interface Judge {
  readonly rules: Rules;
  /** What to do about one signal, which is redacted already. `now` is ms since the epoch. Never throws. */
  verdict(signal: Signal, now: number): Verdict;
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

/**
 * Compiles the rules for use. Give it what `loadRules` gave; a rule that does not compile is left out, visibly, and
 * so is one that throws. Rules that cannot be read at all leave the built-in ones.
 */
export function makeJudge(given: Rules): Judge {
  const { rules, court } = courtOf(given);
  return {
    rules,
    verdict: (signal, now) => judgeSafely(signal, now, court),
    route: court.route,
    escalation: (name) => court.escalationsByName.get(name) ?? null,
    destination: (address) => court.byAddress.get(address) ?? null,
    prefilter: court.prefilter,
    levels: court.levels,
    expects: court.expects,
    holds: court.holds,
    readiness: court.readiness,
    reminds: court.reminds,
  };
}

function courtOf(given: Rules): { readonly rules: Rules; readonly court: Court } {
  try {
    return { rules: given, court: compileAll(given) };
  } catch (error) {
    const rules = bareRules(given);
    const all = { name: 'all rules', at: 'hansho.yml' };
    return { rules, court: compileAll(rules, [brokenWhy('severity', all, messageOf(error))]) };
  }
}

/** Never throws: without the rules that do, and failing that, by the built-in ones. */
function judgeSafely(signal: Signal, now: number, court: Court): Verdict {
  try {
    return judge(signal, now, court);
  } catch (error) {
    const { rules } = court;
    const culprits = SECTIONS.map((section) => throwing(signal, now, rules, section));
    const broken = culprits.flatMap(({ why }) => why);
    try {
      const others = Object.fromEntries(culprits.map(({ section, sound }) => [section, sound]));
      return judge(signal, now, compileAll({ ...rules, ...others }, [...court.broken, ...broken]));
    } catch {
      const all = { name: 'all rules', at: 'hansho.yml' };
      const why = brokenWhy('severity', all, messageOf(error));
      return judge(signal, now, compileAll(bareRules(rules), [...court.broken, why]));
    }
  }
}

/** The rules of a section that cannot judge this signal, each asked alone. */
function throwing(signal: Signal, now: number, rules: Rules, section: Section) {
  const why: Why[] = [];
  const sound = rules[section].filter((rule, index) => {
    try {
      judge(signal, now, compileAll(withOnly(rules, section, index)));
      return true;
    } catch (error) {
      why.push(brokenWhy('severity', rule, messageOf(error)));
      return false;
    }
  });
  return { section, sound, why };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

interface Court {
  readonly rules: Rules;
  readonly owners: Index<Compiled<TeamRule>>;
  readonly severities: Index<Compiled<SeverityRule>>;
  /** The rules that a log line below WARNING meets. */
  readonly below: Index<Compiled<SeverityRule>>;
  /** The severity rules on trial, those that a log line below WARNING meets, and the place of each rule of the operator. */
  readonly trials: Index<Compiled<SeverityRule>>;
  readonly trialsBelow: Index<Compiled<SeverityRule>>;
  readonly places: ReadonlyMap<SeverityRule, number>;
  readonly ignores: Index<Compiled<IgnoreRule>>;
  readonly escalations: Index<Compiled<EscalateRule>>;
  readonly escalationsByName: ReadonlyMap<string, EscalateRule>;
  readonly prefilter: readonly string[];
  readonly levels: LevelRules;
  readonly expects: Expectations;
  readonly holds: Holds;
  readonly readiness: Readiness;
  readonly reminds: Reminds;
  readonly route: Judge['route'];
  readonly byAddress: ReadonlyMap<Address, DestinationRule>;
  readonly broken: readonly Why[];
}

function compileAll(rules: Rules, broken: readonly Why[] = []): Court {
  const named = new Set(rules.escalate.filter(isLive).map(({ name }) => name));
  const standing = BUILT_IN_ESCALATIONS.filter(({ name }) => !named.has(name));
  const expects = makeExpectations(rules.expect);
  const holds = makeHolds(rules);
  const readiness = makeReadiness(rules.readiness);
  const reminds = makeReminds(rules.remind);
  const levels = makeLevelRules(rules.logs);
  const owners = compileRules(rules.teams, (team) => team.owns, 'team');
  const operators = compileRules(rules.severities, matchOf, 'severity');
  const silences = compileRules(expects.rules.map(gravityRuleOf), matchOf, 'severity');
  const builtIns = compileRules(BUILT_IN_SEVERITIES, matchOf, 'severity');
  const ignores = compileRules(rules.ignore, matchOf, 'ignore');
  const escalations = compileRules([...rules.escalate, ...standing], matchOf, 'escalate');
  const live = escalations.rules.filter(decides).map(({ rule }) => rule);
  const measuring = measuringRules(operators.rules);
  return {
    rules,
    owners: makeIndex(owners.rules),
    severities: makeIndex([...operators.rules.filter(decides), ...silences.rules, ...builtIns.rules]),
    below: makeIndex([
      ...measuring.filter(decides),
      ...builtIns.rules.filter(({ rule }) => rule === PAYLOAD_CUT),
    ]),
    trials: makeIndex(operators.rules.filter(isOnTrial)),
    trialsBelow: makeIndex(measuring.filter(isOnTrial)),
    places: new Map(rules.severities.map((rule, i) => [rule, i])),
    ignores: makeIndex(ignores.rules),
    escalations: makeIndex(escalations.rules),
    escalationsByName: new Map(
      [...soonerRules(rules.readiness, live), ...live.toReversed()].map((rule) => [rule.name, rule]),
    ),
    prefilter: [...new Set([...prefilterOf(measuring), ...expects.prefilter])],
    levels,
    expects,
    holds,
    readiness,
    reminds,
    route: routeOf(rules),
    byAddress: new Map(rules.destinations.toReversed().map((one) => [one.address, one])),
    broken: [
      ...broken,
      ...[
        owners,
        operators,
        builtIns,
        ignores,
        escalations,
        levels,
        expects,
        holds,
        readiness,
        reminds,
      ].flatMap((c) => c.broken),
    ],
  };
}

/** Asked once at the start, so that channels which cannot be read are found before the first signal. */
function routeOf(rules: Rules): Judge['route'] {
  const route = makeRoute(rules);
  for (const channel of CHANNELS) route({ severity: 'SEV1', channel, team: null, also: [], at: 0 });
  return route;
}

function matchOf({ match }: { readonly match: JsonObject }): JsonObject {
  return match;
}

function isLive({ shadow }: { readonly shadow: boolean }): boolean {
  return !shadow;
}

function decides({ rule }: Compiled<{ readonly shadow: boolean }>): boolean {
  return isLive(rule);
}

function isOnTrial({ rule }: Compiled<{ readonly shadow: boolean }>): boolean {
  return rule.shadow;
}

/** The order of a decision: worth a look, whose, how grave, ignored, where, what it counts for. */
function judge(signal: Signal, now: number, court: Court): Verdict {
  if (signal.source === CANARY) return canaryVerdict(signal);
  if (isInformational(signal)) return below(court, informational(signal));
  const document = documentOf(signal);
  const [owner, ...also] = ownersOf(document, court);
  if (owner !== undefined) document.team = owner.rule.name;
  const decided = severityOf(signal, document, court);
  const whose = { team: owner?.rule.name ?? null, also: also.map((one) => one.rule.name), at: now };
  const trials = trialsBefore(decided?.rule ?? null, signal, document, whose, court);
  if (decided === null) return below(court, belowWarning(signal), trials);

  const { rule } = decided;
  const gravity = severityWhy(decided, document, court.broken);
  const why = [
    ...court.broken,
    teamWhy(owner, document),
    ...also.map((one) => alsoWhy(one, document)),
    ...trials,
    gravity,
  ];
  if (rule.severity === null) return { outcome: 'ignored', reason: rule.why, severity: null, why };
  document.severity = rule.severity;
  const ignored = ignoredBy(signal, document, now, court);
  why.push(...ignored.why);
  if (ignored.reason !== null) {
    return { outcome: 'ignored', reason: ignored.reason, severity: rule.severity, why };
  }
  const ready = court.readiness.on(document, now);
  const graver = rule.severity === 'SEV1' ? null : gravestOf(ready);
  if (graver !== null)
    why.push(graverWhy(graver, { severity: rule.severity, why: gravity.because }, document));
  const settled = {
    rule,
    severity: graverBy(rule.severity, graver?.rule.graver ?? 0),
    team: owner?.rule ?? null,
    also: [...whose.also, ...hearing(signal, ready)],
    ready,
    now,
  };
  return track(signal, document, settled, [...why, ...ready.map(readyWhy)], court);
}

/** By what names the watchers of readiness entries hear it. */
function hearing({ source, service }: Signal, ready: Settled['ready']): readonly string[] {
  return source === READINESS ? [postsOf(service)] : ready.map(({ rule }) => rule.name);
}

/** No rule of the operator may change, ignore or route the canary: it would no longer say that the way is open. */
function canaryVerdict({ fields }: Signal): Verdict {
  const severity = text(fields, 'lane') === 'urgent' ? 'SEV1' : 'SEV5';
  return {
    outcome: 'tracked',
    severity,
    channel: 'notify',
    team: null,
    also: [],
    runbook: null,
    targets: [],
    quietMs: null,
    counts: [],
    why: [builtIn('severity', CANARY, `${severity}: so that it takes its lane; nobody is told of it`)],
  };
}

function below({ broken }: Court, why: Why, trials: readonly Why[] = []): Verdict {
  return { outcome: 'unremarkable', why: [...broken, ...trials, why] };
}

/**
 * What the severity rules on trial would have decided: those that match and stand before the rule that did decide.
 * Each is asked as if it alone were live.
 */
function trialsBefore(
  decided: SeverityRule | null,
  signal: Signal,
  document: Document,
  whose: Pick<Routing, 'team' | 'also' | 'at'>,
  court: Court,
): readonly Why[] {
  const { places, route } = court;
  const placeOf = (rule: SeverityRule) => places.get(rule) ?? places.size;
  const limit = decided === null ? places.size : placeOf(decided);
  const trials = signal.source === 'logs' && isBelowWarning(signal) ? court.trialsBelow : court.trials;
  return trials.all(document).flatMap(({ rule, pattern }) => {
    const { severity, why } = rule;
    if (severity === null || placeOf(rule) >= limit) return [];
    const channel = rule.channel ?? channelOf(severity);
    const targets = route({ severity, channel, ...whose }).targets;
    const told = targets.map(({ name }) => name).join(', ');
    const text = `would have made it ${severity}, ${channel} → ${told}: ${why}`;
    return [trialWhy(rule, because(text, evidence(pattern, document)))];
  });
}

/** The words that mark a reason from which nothing follows. */
function trialWhy(rule: { readonly name: string; readonly at: string }, text: string): Why {
  return whyOf('shadow', rule, `shadow: ${text}`);
}

/**
 * Its source says that there is nothing to act on. Of log lines: those that belong to an event before them, which
 * are shown to people who ask and told with that event; all others below WARNING may still be measured.
 */
function isInformational(signal: Signal): boolean {
  if (signal.status !== 'info') return false;
  return (
    signal.source !== 'logs' || !isBelowWarning(signal) || signal.why.some(({ rule }) => rule === 'joined')
  );
}

function informational({ why }: Signal): Why {
  const reason = why.findLast(({ stage }) => stage === 'read')?.because ?? 'nothing to act on';
  return builtIn('severity', 'informational', `${reason}: no channel`);
}

function belowWarning({ level }: Signal): Why {
  const reason = level === null ? 'no level, so taken as below WARNING' : `${level} is below WARNING`;
  return builtIn('severity', 'below-warning', `${reason}: no channel`);
}

function isBelowWarning({ level }: Signal): boolean {
  return level !== 'FATAL' && level !== 'ERROR' && level !== 'WARNING';
}

/**
 * The first rule that matches, the operator's before the built-in ones. What ends something is never "never an
 * incident": it may have been told.
 */
function severityOf(signal: Signal, document: Document, court: Court): Compiled<SeverityRule> | null {
  const rules = signal.source === 'logs' && isBelowWarning(signal) ? court.below : court.severities;
  const ends = signal.status === 'resolved';
  return rules.first(document, ({ rule }) => !(ends && rule.severity === null)) ?? null;
}

/**
 * The first ignore rule that holds. A resolve is never ignored: what was told firing, perhaps under other rules,
 * must be told resolved, and where nothing was told it says nothing.
 */
function ignoredBy(signal: Signal, document: Document, now: number, { ignores }: Court) {
  const why: Why[] = [];
  for (const { rule, pattern } of ignores.all(document)) {
    const found = evidence(pattern, document);
    const state = stateOf(rule, signal, now);
    if (rule.shadow) {
      const text = `would have ignored it: ${rule.reason}`;
      if (state === null) why.push(trialWhy(rule, because(text, found)));
      continue;
    }
    if (state === null) {
      const until = rule.expires === null ? 'for good' : `until ${dayOf(rule.expires)}`;
      why.push(whyOf('ignore', rule, because(`${rule.reason}; ${rule.owner} ignores it ${until}`, found)));
      return { reason: rule.reason, why };
    }
    why.push(whyOf('ignore', rule, because(state, found)));
  }
  return { reason: null, why };
}

/** Why a matching ignore rule does not hold, or null when it does. */
function stateOf({ expires, owner }: IgnoreRule, { status }: Signal, now: number): string | null {
  if (status === 'resolved') return 'not ignored: what ends is always told where its beginning was';
  if (expires === null || now < expires) return null;
  return `not ignored: the rule expired at ${dayOf(expires)}, ${owner} can renew or remove it`;
}

function dayOf(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? 'an unknown time' : date.toISOString().replace(/:\d\d\.\d+Z$/, 'Z');
}

interface Settled {
  readonly rule: SeverityRule;
  readonly severity: Severity;
  readonly team: TeamRule | null;
  readonly also: readonly string[];
  readonly ready: readonly Compiled<ReadinessRule>[];
  readonly now: number;
}

function track(
  signal: Signal,
  document: Document,
  decided: Settled,
  why: readonly Why[],
  court: Court,
): Verdict {
  const { rule, severity, team, also, ready, now } = decided;
  const channel = rule.channel ?? channelOf(severity);
  const routed = court.route({ severity, channel, team: team?.name ?? null, also, at: now });
  const counts = signal.status === 'resolved' ? [] : court.escalations.all(document);
  const live = counts.filter(decides).map((one) => one.rule);
  const sooner = ready.flatMap((entry) =>
    live.flatMap((one) => court.escalationsByName.get(soonerName(one, entry.rule)) ?? []),
  );
  const counting = [...live, ...sooner];
  const groups = counting.flatMap((one) => countedBy(one, document));
  return {
    outcome: 'tracked',
    severity,
    channel,
    team: team?.name ?? null,
    also,
    runbook: rule.runbook ?? team?.runbook ?? null,
    targets: routed.targets,
    quietMs: quietMsOf(signal, court.rules),
    counts: counting.filter((one) => !isAcross(one)).map(({ name }) => name),
    ...(groups.length === 0 ? {} : { groups }),
    why: [
      ...why,
      channelWhy(rule, severity, channel, court.rules),
      ...routed.why,
      ...[...counts.map((one) => one.rule), ...sooner].map((rule) => countWhy(rule, document)),
    ],
  };
}

function quietMsOf({ lifecycle, source, level }: Signal, { quiet }: Rules): number | null {
  if (lifecycle === 'states') return null;
  if (source !== 'logs') return quiet.findings;
  return level === 'FATAL' || level === 'ERROR' ? quiet.ERROR : quiet.WARNING;
}

const NO_TEAM = builtIn('team', 'no-team', 'no team owns it');

function teamWhy(owner: Compiled<TeamRule> | undefined, document: Document): Why {
  if (owner === undefined) return NO_TEAM;
  return whyOf('team', owner.rule, because(`${owner.rule.name} owns it`, evidence(owner.pattern, document)));
}

function alsoWhy({ rule, pattern }: Compiled<TeamRule>, document: Document): Why {
  return whyOf('team', rule, because(`${rule.name} hears it too`, evidence(pattern, document)));
}

/** The owner, and who hears it too: each team that says `continue` lets the next that matches hear it. */
function ownersOf(document: Document, { owners }: Court): readonly Compiled<TeamRule>[] {
  const matching = owners.all(document);
  const last = matching.findIndex(({ rule }) => !rule.continue);
  return last < 0 ? matching : matching.slice(0, last + 1);
}

/** The one reason that every card shows, so it also says which rules could not be asked. */
function severityWhy(
  { rule, pattern }: Compiled<SeverityRule>,
  document: Document,
  broken: readonly Why[],
): Why {
  const reason = rule.severity === null ? rule.why : `${rule.severity}: ${rule.why}`;
  const text = because(reason, evidence(pattern, document));
  const without = broken.map((why) => `${why.rule} (${why.at})`).join(', ');
  return whyOf(
    'severity',
    rule,
    broken.length === 0 ? text : `${text}; decided without a broken rule: ${without}`,
  );
}

function channelWhy(rule: SeverityRule, severity: Severity, channel: Channel, { channelsAt }: Rules): Why {
  if (rule.channel !== null) return whyOf('route', rule, `the rule sends it to ${channel}`);
  return {
    stage: 'route',
    rule: channel,
    at: channelsAt[channel],
    because: `${severity} belongs to ${channel}`,
  };
}

function countWhy(rule: EscalateRule, document: Document): Why {
  const towards = `towards ${rule.to}: ${burstOf(rule)}`;
  if (rule.shadow) return trialWhy(rule, `would count ${towards}`);
  const lacks = pathsOf(rule).filter((path) => valueAt(document, path) === null);
  const text = lacks.length === 0 ? `counts ${towards}` : `has no ${lacks.join(', ')} to count by ${towards}`;
  return whyOf('escalate', rule, text);
}

/** How many it takes: `5 of the same within 1 h`. */
export function burstOf(rule: EscalateRule): string {
  const what = rule.distinct === null ? `${rule.count}` : `${rule.count} different ${rule.distinct}`;
  return `${what}${sameWords(rule)} within ${durationOf(rule.withinMs)}`;
}

function sameWords({ per, distinct }: EscalateRule): string {
  if (per.length > 0) return ` of the same ${per.join(', ')}`;
  return distinct === null ? ' of the same' : '';
}

/** What a signal counts by; nothing where it lacks a value. */
function countedBy(rule: EscalateRule, document: Document): readonly Counted[] {
  if (!isAcross(rule) || pathsOf(rule).some((path) => valueAt(document, path) === null)) return [];
  const per = rule.per.map((path) => valueAt(document, path));
  const value = rule.distinct === null ? null : valueAt(document, rule.distinct);
  return [{ rule: rule.name, per: JSON.stringify(per), value }];
}

/** What a rule counts by, across incidents. */
function pathsOf({ per, distinct }: EscalateRule): readonly string[] {
  return distinct === null ? per : [...per, distinct];
}

function valueAt(document: Document, path: string): string | null {
  const value = at(document, ...path.split('.'));
  return ['string', 'number', 'boolean'].includes(typeof value) ? String(value) : null;
}

function whyOf(stage: Why['stage'], rule: { readonly name: string; readonly at: string }, text: string): Why {
  return { stage, rule: rule.name, at: rule.at, because: text };
}
