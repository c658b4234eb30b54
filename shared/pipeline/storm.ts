import { createHash } from 'node:crypto';
import { absorb } from '../incidents/absorb.ts';
import { type Step, unmoved } from '../incidents/step.ts';
import {
  countsOf,
  grow,
  limitAt,
  mayWait,
  type Opening,
  STORM_MINUTE_MS,
  stormBundle,
  stormSince,
  TOTAL,
} from '../incidents/storm.ts';
import { tick } from '../incidents/tick.ts';
import type { IncidentId } from '../model/bundle.ts';
import type { Address, DestinationKind, Target } from '../model/decision.ts';
import type { Held, Incident, Storm } from '../model/incident.ts';
import type { Hold } from '../rules/hold.ts';
import type { Judge } from '../rules/judge.ts';
import { recordHistory } from './history.ts';
import type { Holder } from './hold.ts';
import type { Clock, Counts, Log, Store, Topics } from './ports.ts';

export interface StormDeps {
  readonly judge: Judge;
  readonly store: Store;
  readonly topics: Topics;
  readonly clock: Clock;
  readonly log: Log;
}

/** How often opening a storm is tried against other writers; whoever wins has opened it. */
const ATTEMPTS = 8;
/** A sweep that comes back after longer than this leaves the older minutes out of the sums. */
const MINUTES = 120;
/**
 * How many that a storm held are told in a minute once it is over: few beside what is new. Those heard of again have
 * places of their own, so that they do not wait behind the many that were heard of only in the storm.
 */
const RELEASES: { readonly [K in DestinationKind]: number } = { slack: 5, pagerduty: 1 };
/** Of what any other rule held, and of what a fallback is told: half of what a channel takes, so that what is new finds its place; of pages fewer. */
const LETS_GO: { readonly [K in DestinationKind]: number } = { slack: 30, pagerduty: 5 };
const LET_GO = 'told: let go';
/** Those that must wait on come again spread over so long, so that they do not come at once. */
const SPREAD_MS = 600_000;

/** The incident that stands for the storms at an address; each storm is an occurrence of it. */
export function stormIdOf(address: Address): IncidentId {
  return hash(`storm ${address}`).slice(0, 20) as IncidentId;
}

/** Counts what a batch has opened, and opens the storm of each address at which it was too much for a minute. */
export async function countOpenings(openings: readonly Opening[], deps: StormDeps): Promise<void> {
  const byAddress = Map.groupBy(openings, (o) => o.target.address);
  await Promise.all(
    [...byAddress].map(async ([address, [first, ...rest]]) => {
      if (first === undefined) return;
      const now = deps.clock();
      const minute = minuteOf(now);
      const here: readonly [Opening, ...Opening[]] = [first, ...rest];
      const before = await deps.store.addCounts(address, minute, new Map([[TOTAL, here.length]]));
      const counts = await deps.store.addCounts(address, minute, countsOf(here, before));
      if ((counts.get(TOTAL) ?? 0) > limitAt(first.target.kind, deps.judge.rules.storm))
        await open(here, minute, counts, deps, now);
    }),
  );
}

async function open(
  openings: readonly [Opening, ...Opening[]],
  minute: number,
  counts: Counts,
  deps: StormDeps,
  now: number,
): Promise<void> {
  const { store, judge, topics, log } = deps;
  const { target } = openings[0];
  const id = stormIdOf(target.address);
  const bundle = stormBundle(id, minute, openings, counts.get(TOTAL) ?? 0, judge.rules.storm, now);
  const policy = { reopenMs: 0, escalation: () => null, route: () => ({ targets: [target] }) };
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const before = await store.load(id);
    if (before?.facts.status === 'firing') return;
    const step = absorb(before, bundle, policy, now);
    if (!step.moved) return;
    const anew = before?.facts.occurrence !== step.incident.facts.occurrence;
    const storm = anew ? stormSince(minute, counts) : (before?.storm ?? stormSince(minute, counts));
    const incident = { ...step.incident, storm };
    await store.saveReport(id, bundle.report, now);
    if ((await store.save(incident)) === 'conflict') continue;
    log.warn('storm', { incident: id, address: target.address, openings: storm.openings.total });
    await topics.publish(incident.facts.channel, { incident, report: bundle.report }, step.transitions);
    return recordHistory({ ...step, incident }, deps, now);
  }
}

/** What a minute's look does to a storm: it grows, or is over. */
export async function lookAtStorm(
  incident: Incident,
  storm: Storm,
  heardUntil: number,
  { store, judge }: Pick<StormDeps, 'store' | 'judge'>,
  now: number,
): Promise<Step> {
  const target = incident.deliveries[0]?.target;
  if (incident.facts.status !== 'firing' || target === undefined) return unmoved(incident);
  const first = Math.max(storm.closedUntil, minuteOf(now) - MINUTES * STORM_MINUTE_MS);
  const minutes = [];
  for (let minute = first; minute <= now; minute += STORM_MINUTE_MS)
    minutes.push({ minute, counts: await store.loadCounts(target.address, minute) });
  const limit = limitAt(target.kind, judge.rules.storm);
  const grown = grow(incident, storm, minutes, limit, now);
  const step = tick(grown, heardUntil, now);
  return step.moved ? step : { ...step, incident: grown, moved: true };
}

/**
 * The rule `storm`: while too much is new at an address, first messages below SEV2 and first pages below SEV1 wait there,
 * and the storm's own speaks for them. Once it is over they are told a few a minute.
 */
export const heldByStorm: Holder = async ({ incident, delivery, call, now }, { store, judge }) => {
  const { address, kind } = delivery.target;
  const isFirst = call === 'post' || (call === 'trigger' && delivery.handle === null);
  if ((!isFirst && call !== 'remind') || incident.storm !== null || !mayWait(kind, incident.facts.severity))
    return null;
  const { calmMs, at } = judge.rules.storm;
  const rule = { kind: 'storm', by: 'storm', at } as const;
  const releases = RELEASES[kind];
  const spread = spreadOf(incident.id, now);
  // Nobody is called because of what a storm explains where it was told first.
  const places = delivery.called === null ? [address] : incident.deliveries.map((d) => d.target.address);
  const storms = await Promise.all(places.map((place) => store.load(stormIdOf(place))));
  const storm = storms.find((one) => one?.facts.status === 'firing');
  if (storm != null) {
    const because = `more than ${limitAt(kind, judge.rules.storm)} new problems in a minute at ${address}, since ${iso(storm.facts.first)}`;
    return { ...rule, because, until: now + calmMs + spread };
  }
  const { held, standsFor } = delivery;
  if (incident.facts.status === 'resolved') return null;
  const turn = takeTurn(delivery.target, incident.id, store, now);
  // What is told in another's place was counted there, and comes here all at once.
  if (standsFor !== null && (held === null || held.kind === 'storm'))
    return turn(rule, `it is told in the place of ${standsFor.name}`);
  if (held === null) return null;
  // What waited to see whether it lasts comes as it came; it was counted then.
  if (held.kind === 'hold') return null;
  if (held.kind !== 'storm') return turn(held, `${held.by} is over`);
  const again = incident.receivedAt > held.since + STORM_MINUTE_MS;
  const release = again ? 'told: heard of again' : 'told: heard of in the storm';
  const counts = await store.addCounts(address, minuteOf(now), new Map([[release, 1]]));
  if ((counts.get(release) ?? 0) <= releases) return null;
  const because = `the storm is over; what it held is told ${2 * releases} a minute`;
  return { ...rule, because, until: now + STORM_MINUTE_MS + spread };
};

/** Thousands may come at once, when another rule ends or an address breaks: they are told so many a minute, in that rule's name. */
function takeTurn(
  { address, kind: to }: Target,
  id: IncidentId,
  store: Store,
  now: number,
): (rule: Pick<Held, 'kind' | 'by' | 'at'>, what: string) => Promise<Hold | null> {
  return async ({ kind, by, at }, what) => {
    const most = LETS_GO[to];
    const counts = await store.addCounts(address, minuteOf(now), new Map([[LET_GO, 1]]));
    if ((counts.get(LET_GO) ?? 0) <= most) return null;
    const because = `${what}; ${address} is told ${most} of such a minute`;
    return { kind, by, at, because, until: now + STORM_MINUTE_MS + spreadOf(id, now) };
  };
}

function spreadOf(id: IncidentId, now: number): number {
  return Number.parseInt(hash(`${id} ${now}`).slice(0, 8), 16) % SPREAD_MS;
}

function minuteOf(ms: number): number {
  return Math.floor(ms / STORM_MINUTE_MS) * STORM_MINUTE_MS;
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
