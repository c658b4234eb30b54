import { type Words, wordsOf } from '../messages/words.ts';
import type { Report } from '../model/bundle.ts';
import type { Delivery, Facts, Incident, Ranking, Storm, Telling } from '../model/incident.ts';
import { CALM_MS, goesOn, type News, rose } from '../model/news.ts';
import { pauseBefore } from '../model/remind.ts';
import { READINESS, type RemindRule } from '../model/rules.ts';
import type { Severity } from '../model/severity.ts';
import type { Why } from '../model/why.ts';
import { runbookUrl } from './links.ts';
import { type PlanInput, placeOf } from './plan.ts';
import { cut, oneLine } from './text.ts';
import { amount, localTime, span, zoneName } from './times.ts';

/** An incident in sentences, in one language and time zone. Every part is cleaned; none is escaped. */
export interface Story {
  readonly words: Words;
  readonly sign: string;
  readonly severity: Severity;
  readonly service: string;
  readonly title: string;
  /** `Firing again, it had ended 03:15:00` */
  readonly state: string;
  /** What a storm is made of; what flapping means. */
  readonly more: readonly string[];
  /** `12 times in 12 min 43 s`; empty where the state says it already. */
  readonly times: string;
  /** `12 times in 12 min 43 s`, `first 03:01:22`, `last 03:14:05 JST (18:14:05 UTC)` */
  readonly counted: readonly string[];
  /** `new problem`, `known since 2026-11-03, occurrence 4` */
  readonly known: string;
  /** null once it is over. */
  readonly whatToDo: string | null;
  readonly why: readonly string[];
  /** Where else the rules send it; null when nowhere. */
  readonly alsoGoesTo: string | null;
  /** The card that this one continues, when the rules have moved the incident; null otherwise. */
  readonly continues: string | null;
  /** Which address cannot be told, so that this one is; null otherwise. */
  readonly standsFor: string | null;
  /** Why this address is told where the rules alone would not; null: they do. */
  readonly called: string | null;
  /** What held this back until now; null where nothing did that a person would ask about. */
  readonly lateBy: string | null;
}

const SIGNS: { readonly [S in Severity]: string } = {
  SEV1: '🚨',
  SEV2: '🔴',
  SEV3: '🟠',
  SEV4: '🟡',
  SEV5: '⚪',
};
const OVER = '✅';

const SERVICE_CHARS = 60;
/** How many services and kinds a storm names. */
const TOP = 5;
const REMEDY_CHARS = 500;
const WHY_CHARS = 300;
/** Slack's longest channel name, and its `#`. */
const LABEL_CHARS = 81;

/** What to say of an incident at one address. */
export function storyOf({ telling, delivery, language, timezone }: Omit<PlanInput, 'nonce' | 'now'>): Story {
  const { incident, report } = telling;
  const { facts } = incident;
  const words = wordsOf(language);
  return {
    words,
    sign: goesOn(facts) ? SIGNS[facts.severity] : OVER,
    severity: facts.severity,
    service: incident.storm === null ? cut(oneLine(report.service), SERVICE_CHARS) : words.storm.name,
    title: incident.storm === null ? oneLine(report.title) : stormTitle(incident, delivery, words),
    state: stateOf(incident, words, timezone),
    more: [...flapLines(incident, words), ...stormLines(incident.storm, words)],
    times: incident.storm === null && facts.flaps === 0 && !isPost(incident) ? timesOf(facts, words) : '',
    counted: isPost(incident) ? [] : countedOf(incident, words, timezone),
    known: isPost(incident) ? moment(facts.first, words, timezone) : knownOf(incident, words, timezone),
    whatToDo: goesOn(facts) ? whatToDo(telling, words) : null,
    why: reasons(telling).map((why) => sentence(why, words)),
    alsoGoesTo: alsoGoesTo(incident, delivery, words),
    continues: continues(incident, delivery, words, timezone),
    standsFor: standsFor(delivery, words),
    called: called(delivery, words),
    lateBy: lateBy(delivery, words),
  };
}

/** Hansho's own words on a readiness are no problem that somebody has, and count nothing. */
function isPost({ source }: Incident): boolean {
  return source === READINESS;
}

function called({ called }: Delivery, words: Words): string | null {
  return called === null ? null : words.called(span(called.afterMs, words), oneLine(called.by));
}

/** What waits a moment to see whether it lasts needs no excuse, nor does what took its turn in another's place. */
function lateBy({ held, lateBy, standsFor }: Delivery, words: Words): string | null {
  const late = held ?? lateBy;
  if (late === null || late.kind === 'hold' || (late.kind === 'storm' && standsFor !== null)) return null;
  return late.kind === 'storm' ? words.lateBy.storm : words.lateBy[late.kind](oneLine(late.by));
}

/** `🔴 SEV2 · payments-api · connect ECONNREFUSED`, at most `max` UTF-16 units. */
export function headline({ sign, severity, service, title }: Story, max: number): string {
  return cut(`${sign} ${severity} · ${service} · ${title}`, max);
}

/** What a person must still be told, in sentences; a rise that happened meanwhile is never left out. */
export function newsLines(news: News, input: PlanInput, { words, state }: Story): readonly string[] {
  const { announced } = input.delivery;
  const { facts } = input.telling.incident;
  const rise = announced !== null && rose(announced, facts);
  const risen = rise ? [words.risen(announced.severity, facts.severity)] : [];
  switch (news) {
    case 'risen':
      return risen;
    case 'recurred':
      return [words.cameBack(localTime(announced?.resolvedAt ?? 0, input.timezone).time), ...risen];
    case 'flapping':
      return [state, words.flappingMeans(span(CALM_MS, words)), ...risen];
    case 'reopened':
      return [announced !== null && announced.flaps > 0 ? words.calm(span(CALM_MS, words)) : state, ...risen];
    case 'opened':
    case 'resolved':
      return [state, ...risen];
  }
}

/** That it still goes on, since when, and when that is said again. */
export function reminderLines(
  rule: string,
  every: NonNullable<RemindRule['every']>,
  { delivery, telling, now }: PlanInput,
  { words, state, times }: Story,
): readonly [string, string] {
  const { flaps, first, resolvedAt } = telling.incident.facts;
  const goneOn = Math.floor(Math.max(0, now - Math.max(first, resolvedAt)) / 60_000) * 60_000;
  const still = flaps > 0 ? state : words.stillFiring(span(goneOn, words));
  const next = span(pauseBefore(every, delivery.reminders + 1), words);
  return [
    [still, times].filter((part) => part !== '').join(words.gap),
    words.remindsAgain(next, oneLine(rule)),
  ];
}

/** That it is told without being tracked, and why. `since`: when tracking was first tried, ms. */
export function untrackedOf(since: number, { language, timezone }: PlanInput): string {
  const words = wordsOf(language);
  return words.untracked(moment(since, words, timezone));
}

/** Over because nothing more came, not because the source said so: the end is set to just after the last firing. */
export function isQuiet({ facts, quietMs }: Incident): boolean {
  return facts.status === 'resolved' && quietMs !== null && facts.resolvedAt === facts.lastFiring + 1;
}

/** When it ended, ms; for what only went quiet, when it was last seen. */
function endOf(incident: Incident): number {
  return isQuiet(incident) ? incident.facts.last : incident.facts.resolvedAt;
}

/** It ended within this occurrence, after it had begun, and came back. */
function cameBack({ facts, floor }: Incident): boolean {
  return facts.status === 'firing' && facts.resolvedAt > floor && facts.resolvedAt >= facts.first;
}

function stateOf(incident: Incident, words: Words, timezone: string): string {
  const { facts, quietMs } = incident;
  if (facts.flaps > 0) return words.flapping(amount(facts.flaps), span(facts.flapMs, words));
  if (incident.storm !== null) return stormState(facts, words, timezone);
  if (isPost(incident)) return words.readiness[facts.status];
  if (cameBack(incident)) return words.firingAgain(localTime(facts.resolvedAt, timezone).time);
  if (facts.status === 'firing') return words.firing;
  return isQuiet(incident)
    ? words.quietFor(span(quietMs ?? 0, words))
    : words.resolvedAfter(span(endOf(incident) - facts.first, words));
}

function flapLines({ facts }: Incident, words: Words): readonly string[] {
  return facts.flaps > 0 ? [words.flappingMeans(span(CALM_MS, words))] : [];
}

function stormState({ status, first, last }: Facts, { storm }: Words, timezone: string): string {
  const since = localTime(first, timezone).time;
  return status === 'firing' ? storm.since(since) : storm.over(since, localTime(last, timezone).time);
}

function stormTitle({ storm }: Incident, { target }: Delivery, { storm: words }: Words): string {
  return words.title(amount(storm?.openings.total ?? 0), labelOf(target));
}

/** What it is made of: the most frequent, and how many are left. */
function stormLines(storm: Storm | null, words: Words): readonly string[] {
  if (storm === null) return [];
  const { services, kinds } = storm.openings;
  return [
    words.labelled(words.storm.services, rankingOf(services, words)),
    words.labelled(words.storm.kinds, rankingOf(kinds, words)),
  ];
}

function rankingOf(ranking: Ranking, words: Words): string {
  const top = ranking.filter(([name]) => name !== '').slice(0, TOP);
  const shown = top.map(([name, n]) => `${cut(oneLine(name), SERVICE_CHARS)} ${amount(n)}`);
  const rest = sumOf(ranking) - sumOf(top);
  return [...shown, ...(rest > 0 ? [words.storm.others(amount(rest))] : [])].join(words.list);
}

function sumOf(ranking: Ranking): number {
  return ranking.reduce((sum, [, n]) => sum + n, 0);
}

function timesOf({ count, first, last }: Facts, words: Words): string {
  if (count === 1) return words.once;
  const between = last - first;
  return between < 1_000 ? words.times(amount(count)) : words.timesIn(amount(count), span(between, words));
}

function countedOf(incident: Incident, words: Words, timezone: string): readonly string[] {
  const { facts, storm } = incident;
  const { count, first, last, flaps } = facts;
  if (storm !== null) return [];
  const over = !goesOn(facts) && !isQuiet(incident);
  if (over) {
    const times = count === 1 ? words.once : words.times(amount(count));
    const [from, to] = range(first, endOf(incident), words, timezone);
    return [times, words.first(from), words.ended(to)];
  }
  if (count === 1) return [words.once, moment(last, words, timezone)];
  const [from, to] = range(first, last, words, timezone);
  const times = flaps > 0 ? [] : [timesOf(facts, words)];
  return [...times, words.first(from), words.last(to)];
}

/** Two moments: the zone and UTC stand once, at the end; the days only where they differ. */
function range(from: number, to: number, words: Words, timezone: string): readonly [string, string] {
  const a = localTime(from, timezone);
  const b = localTime(to, timezone);
  if (a.date === b.date) return [a.time, moment(to, words, timezone)];
  return [`${a.date} ${a.time}`, `${b.date} ${moment(to, words, timezone)}`];
}

/** `03:14:05 JST (18:14:05 UTC)` */
function moment(ms: number, words: Words, timezone: string): string {
  const { time } = localTime(ms, timezone);
  const zone = zoneName(ms, timezone);
  const local = `${time} ${zone}`;
  return zone === 'UTC' ? local : words.withUtc(local, localTime(ms, 'UTC').time);
}

function knownOf({ knownSince, facts, storm }: Incident, words: Words, timezone: string): string {
  if (knownSince === null) return storm === null ? words.newProblem : words.storm.first;
  return words.knownSince(localTime(knownSince, timezone).date, amount(facts.occurrence));
}

function whatToDo({ report }: Telling, words: Words): string {
  const remedy = report.remedy === null ? '' : oneLine(report.remedy.text);
  const said = [...runbookWords(report.runbook, words), ...(remedy === '' ? [] : [remedy])];
  return cut(said.join(' '), REMEDY_CHARS) || firstLook(report, words);
}

/** A runbook that is not an address (`wiki: payments, page 4`) is itself the thing to read. */
function runbookWords(runbook: string | null, words: Words): readonly string[] {
  if (runbook === null) return [];
  return [
    runbookUrl(runbook) === null ? words.labelled(words.runbook, oneLine(runbook)) : words.followRunbook,
  ];
}

/** By the rule that read the event where it has words of its own, else by the source. */
function firstLook({ source, why }: Report, { firstLook }: Words): string {
  const known: ReadonlyMap<string, string> = new Map(Object.entries(firstLook));
  const rule = why.findLast(({ stage }) => stage === 'read')?.rule ?? '';
  return known.get(rule) ?? known.get(source) ?? firstLook.event;
}

/** What made it as grave, how the line was read, whose it is, and where that sends it. */
function reasons({ incident, report }: Telling): readonly Why[] {
  const gravity = incident.severityWhy ?? report.why.findLast((w) => w.stage === 'severity');
  const last = (stage: Why['stage']) => report.why.findLast((w) => w.stage === stage);
  const owner = report.team === null ? undefined : last('team');
  return [gravity, last('level'), owner, last('route')].filter((w) => w !== undefined);
}

function sentence({ rule, at, because }: Why, words: Words): string {
  const reason = words.labelled(`${oneLine(rule)} (${oneLine(at)})`, oneLine(because));
  return cut(words.labelled(words.why, reason), WHY_CHARS);
}

function alsoGoesTo({ deliveries }: Incident, mine: Delivery, words: Words): string | null {
  const others = deliveries
    .filter((d) => d.routed && d.target.address !== mine.target.address)
    .map(({ target }) =>
      target.kind === 'slack' ? labelOf(target) : words.pagerDuty(cut(oneLine(target.name), LABEL_CHARS)),
    );
  return others.length === 0
    ? null
    : words.labelled(words.alsoGoesTo, cut(others.join(words.list), WHY_CHARS));
}

/** The card elsewhere that was told of this occurrence and that the rules no longer send it to. */
function continues(
  { deliveries, facts }: Incident,
  mine: Delivery,
  words: Words,
  timezone: string,
): string | null {
  const old = deliveries.find(
    (d) =>
      d.target.kind === 'slack' &&
      d.target.address !== mine.target.address &&
      !d.routed &&
      d.handle !== null &&
      d.announced?.occurrence === facts.occurrence,
  );
  if (old === undefined || !mine.routed) return null;
  return words.continues(labelOf(old.target), localTime(postedAt(old.handle ?? ''), timezone).time);
}

function standsFor({ standsFor: broken }: Delivery, words: Words): string | null {
  if (broken === null) return null;
  const { address, name, code } = broken;
  const mend = MEND.get(code) ?? (code.startsWith('http_4') ? 'key' : 'other');
  return words.standsFor(labelOf({ address, name }), cut(oneLine(code), LABEL_CHARS), words.mend[mend]);
}

/** What a person does about a code; Slack's are explained in slack/errors.ts. */
const MEND: ReadonlyMap<string, keyof Words['mend']> = new Map([
  ['channel_not_found', 'invite'],
  ['not_in_channel', 'invite'],
  ['is_archived', 'archived'],
  ['is_inactive', 'archived'],
  ['no_token', 'token'],
  ['not_authed', 'token'],
  ['invalid_auth', 'token'],
  ['token_revoked', 'token'],
  ['token_expired', 'token'],
  ['account_inactive', 'token'],
  ['not_allowed_token_type', 'token'],
  ['missing_scope', 'scope'],
  ['no_permission', 'scope'],
  ['no_routing_key', 'key'],
]);

/** Slack's `ts` is the time of the post in seconds. */
function postedAt(handle: string): number {
  return Number.parseFloat(handle.split('/')[1] ?? '') * 1_000;
}

/** `#alert`; the rules' name for it where the address is only an id. */
function labelOf({ address, name }: Pick<Delivery['target'], 'address' | 'name'>): string {
  const place = placeOf(address);
  return cut(oneLine(place.startsWith('#') ? place : name), LABEL_CHARS);
}
