import type { Bundle, IncidentId } from '../model/bundle.ts';
import type { DestinationKind, Target } from '../model/decision.ts';
import type { Incident, Openings, Ranking, Storm } from '../model/incident.ts';
import { newsOf } from '../model/news.ts';
import { channelOf, laneOf, type Severity, worse } from '../model/severity.ts';
import { builtIn } from '../model/why.ts';
import { statusOf } from './join.ts';
import { reschedule } from './schedule.ts';

export const STORM_MINUTE_MS = 60_000;
/** Counts of a minute may still be written this long after it. */
const LATE_MS = 30_000;
/** Names that a minute counts and a storm remembers, of services and of kinds each; the rest counts as the rest. */
const NAMES = 20;
const NAME_CHARS = 60;

/** One problem that is new at one address and that a storm may hold. */
export interface Opening {
  readonly target: Target;
  readonly severity: Severity;
  readonly service: string;
  readonly kind: string;
}

/** A card of a SEV2 is one among others; a page of one calls somebody who is busy with the first. A SEV1 never waits. */
export function mayWait(kind: DestinationKind, severity: Severity): boolean {
  return kind === 'pagerduty' ? severity !== 'SEV1' : laneOf(severity) === 'normal';
}

/** The addresses at which a write made the incident new. Only what a storm may hold is counted for one. */
export function openingsOf(before: Incident | null, after: Incident, kind: string): readonly Opening[] {
  const { facts, service, title } = after;
  if (after.storm !== null) return [];
  const sameOne = before !== null && before.facts.count > 0 && before.facts.occurrence === facts.occurrence;
  const known = sameOne ? before.deliveries : [];
  return after.deliveries
    .filter(
      (d) => d.routed && mayWait(d.target.kind, facts.severity) && newsOf(d.announced, facts) === 'opened',
    )
    .filter((d) => !known.some((k) => k.target.address === d.target.address))
    .map(({ target }) => ({ target, severity: facts.severity, service, kind: kindOf(title, kind) }));
}

/** What people call problems of one kind: the error's type where the text begins with one, else the source's word. */
function kindOf(title: string, kind: string): string {
  return /^[\w.$]*(?:Error|Exception|Timeout|Fault)\b/.exec(title)?.[0] ?? kind;
}

/** What a batch of openings adds to its minute. A name counts as the rest where `known` has no room left for it. */
export function countsOf(
  openings: readonly Opening[],
  known: ReadonlyMap<string, number>,
): Map<string, number> {
  const names = new Set(known.keys());
  const adds = new Map<string, number>();
  for (const { service, kind } of openings) {
    for (const name of [roomFor('s', service, names), roomFor('k', kind, names)])
      adds.set(name, (adds.get(name) ?? 0) + 1);
  }
  return adds;
}

function roomFor(list: 's' | 'k', name: string, names: Set<string>): string {
  const key = `${list} ${name.slice(0, NAME_CHARS)}`;
  const full = [...names].filter((one) => one.startsWith(`${list} `)).length >= NAMES;
  if (!names.has(key) && full) return `${list} `;
  names.add(key);
  return key;
}

/** The counter of all openings of a minute. */
export const TOTAL = 'openings';

/** A minute's counters as openings. */
export function openingsIn(counts: ReadonlyMap<string, number>): Openings {
  const named = (list: 's' | 'k'): Ranking =>
    [...counts]
      .filter(([name]) => name.startsWith(`${list} `))
      .map(([name, n]) => [name.slice(2), n] as const);
  return { total: counts.get(TOTAL) ?? 0, services: ranked(named('s')), kinds: ranked(named('k')) };
}

export const NO_OPENINGS: Openings = { total: 0, services: [], kinds: [] };

function plus(a: Openings, b: Openings): Openings {
  return {
    total: a.total + b.total,
    services: ranked([...a.services, ...b.services]),
    kinds: ranked([...a.kinds, ...b.kinds]),
  };
}

/** The most frequent first, then by name; those that find no place count as the rest, which comes last. */
function ranked(all: Ranking): Ranking {
  const sums = new Map<string, number>();
  for (const [name, n] of all) sums.set(name, (sums.get(name) ?? 0) + n);
  const named = [...sums].filter(([name]) => name !== '').sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  const rest = (sums.get('') ?? 0) + named.slice(NAMES).reduce((sum, [, n]) => sum + n, 0);
  return rest > 0 ? [...named.slice(0, NAMES), ['', rest]] : named.slice(0, NAMES);
}

/** The limits of `storm` in hansho.yml. */
export interface StormRule {
  readonly cards: number;
  readonly pages: number;
  readonly calmMs: number;
  readonly at: string;
}

/** How many new problems a minute are no storm yet. */
export function limitAt(kind: DestinationKind, { cards, pages }: StormRule): number {
  return kind === 'pagerduty' ? pages : cards;
}

/** What opens the incident that stands for a storm: as any signal would, so that everything else serves it as well. */
export function stormBundle(
  id: IncidentId,
  minute: number,
  openings: readonly [Opening, ...Opening[]],
  total: number,
  rule: StormRule,
  now: number,
): Bundle {
  const severity = openings.reduce<Severity>((worst, o) => worse(worst, o.severity), 'SEV5');
  const { address, kind } = openings[0].target;
  const limit = limitAt(kind, rule);
  const because = `${severity}: more than ${limit} new problems in a minute at ${address}, as grave as the gravest of them`;
  const nowhere = {
    account: '',
    region: '',
    partition: 'aws',
    team: null,
    also: [],
    resource: null,
    logGroup: null,
  };
  return {
    incident: id,
    fingerprint: id as string as Bundle['fingerprint'],
    lifecycle: 'quiet',
    quietMs: rule.calmMs,
    receivedAt: now,
    firing: [{ mark: String(minute), n: total, first: minute, last: now }],
    resolvedAt: null,
    severity,
    channel: channelOf(severity),
    counts: [],
    report: {
      ...nowhere,
      time: now,
      signalId: `${address} ${minute}`,
      source: 'storm',
      kind: 'storm',
      service: 'storm',
      title: `more than ${limit} new problems in a minute at ${address}`,
      message: '',
      remedy: null,
      runbook: null,
      places: [],
      why: [{ ...builtIn('severity', 'storm', because), at: rule.at }],
    },
  };
}

/** A storm that has just begun in this minute. */
export function stormSince(minute: number, counts: ReadonlyMap<string, number>): Storm {
  return { openings: openingsIn(counts), closed: NO_OPENINGS, closedUntil: minute };
}

/**
 * Brings a storm up to date with the counters of the minutes since `closedUntil`. It goes on for as long as minutes
 * are over the limit. Counters only grow, so looking again or later ends in the same sums.
 */
export function grow(
  incident: Incident,
  storm: Storm,
  minutes: readonly { readonly minute: number; readonly counts: ReadonlyMap<string, number> }[],
  limit: number,
  now: number,
): Incident {
  let { closed, closedUntil } = storm;
  let openings = closed;
  let { receivedAt, facts } = incident;
  for (const { minute, counts } of minutes) {
    const of = openingsIn(counts);
    const until = Math.min(now, minute + STORM_MINUTE_MS);
    openings = plus(openings, of);
    if (minute + STORM_MINUTE_MS + LATE_MS <= now)
      [closed, closedUntil] = [openings, minute + STORM_MINUTE_MS];
    if (of.total > limit) receivedAt = Math.max(receivedAt, until);
    if (of.total > 0) facts = { ...facts, last: Math.max(facts.last, until) };
  }
  const grown = {
    ...facts,
    count: Math.max(facts.count, openings.total),
    lastFiring: Math.max(facts.lastFiring, receivedAt),
  };
  return reschedule(
    {
      ...incident,
      receivedAt,
      facts: { ...grown, status: statusOf(grown) },
      storm: {
        openings: openings.total >= storm.openings.total ? openings : storm.openings,
        closed,
        closedUntil,
      },
    },
    now,
  );
}
