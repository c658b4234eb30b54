import { DOORS, type Door, type Sighting } from '../model/canary.ts';
import type { Delivery, Facts, Incident } from '../model/incident.ts';
import type { Severity } from '../model/severity.ts';
import type { AddressState } from '../model/telling.ts';
import { isUntold } from './schedule.ts';

/** The states of everything at one moment, reckoned from what is stored and never from what was once counted. */
export interface States {
  readonly incidents: {
    readonly total: number;
    readonly firing: number;
    readonly resolved: number;
    /** Every address knows how it stands. */
    readonly told: number;
    /** At least one address does not. */
    readonly untold: number;
    /** All that is left to tell is held by named rules. */
    readonly held: number;
    /** Of the problems that have only ever been heard to end; nobody is told of those. */
    readonly tombstones: number;
  };
  readonly untold: readonly Untold[];
  readonly held: readonly HeldBack[];
  readonly addresses: readonly Trouble[];
  readonly canary: readonly CanaryState[];
}

/** An address that something is still wanted at. Times are ms since the epoch. */
export interface Untold {
  readonly incident: string;
  readonly title: string;
  readonly severity: Severity;
  readonly address: string;
  readonly since: number;
  readonly because: string;
}

/** An address that a named rule keeps something from for now. Times are ms since the epoch. */
export interface HeldBack {
  readonly incident: string;
  readonly title: string;
  readonly severity: Severity;
  readonly address: string;
  readonly by: string;
  readonly at: string;
  readonly because: string;
  readonly since: number;
  readonly until: number;
}

/** An address that takes nothing now. */
export interface Trouble {
  readonly address: string;
  readonly is: 'blocked' | 'broken';
  /** Blocked: until when; broken: since when. */
  readonly at: number;
  /** What it is, and what a person must do. */
  readonly because: string;
}

/** Null: never seen there. */
export interface CanaryState {
  readonly door: Door;
  readonly outAt: number | null;
  readonly afterMs: number | null;
}

export interface Stored {
  readonly incidents: readonly Incident[];
  readonly addresses: readonly AddressState[];
  readonly sightings: readonly Sighting[];
}

/** Older than this, what is untold is a difference that somebody must look at. */
export const LATE_MS = 300_000;

/** Pure: the states of what the table holds. */
export function statesOf({ incidents, addresses, sightings }: Stored, now: number): States {
  const known = incidents.filter(({ facts }) => facts.count > 0);
  const troubles = addresses.flatMap((address) => troubleOf(address, now));
  const untold = known.flatMap((incident) => untoldOf(incident, troubles, now));
  const held = known.flatMap(heldIn);
  const behind = new Set(untold.map(({ incident }) => incident));
  const waiting = new Set(held.map(({ incident }) => incident).filter((id) => !behind.has(id)));
  return {
    incidents: {
      total: known.length,
      firing: known.filter(({ facts }) => facts.status === 'firing').length,
      resolved: known.filter(({ facts }) => facts.status === 'resolved').length,
      told: known.length - behind.size - waiting.size,
      untold: behind.size,
      held: waiting.size,
      tombstones: incidents.length - known.length,
    },
    untold: untold.sort((a, b) => a.since - b.since),
    held: held.sort((a, b) => a.since - b.since),
    addresses: troubles,
    canary: DOORS.map((door) => canaryAt(door, sightings)),
  };
}

function untoldOf(incident: Incident, troubles: readonly Trouble[], now: number): readonly Untold[] {
  const { id, title, facts, deliveries } = incident;
  return deliveries
    .filter((delivery) => isUntold(delivery, facts))
    .map((delivery) => ({
      incident: id,
      title,
      severity: facts.severity,
      address: delivery.target.address,
      since: delivery.untoldSince ?? facts.last,
      because: reasonOf(delivery, facts, troubles, now),
    }));
}

function heldIn({ id, title, facts, deliveries }: Incident): readonly HeldBack[] {
  return deliveries.flatMap((delivery) => {
    const { held, target } = delivery;
    if (held === null || isUntold(delivery, facts)) return [];
    const { by, at, because, since, until } = held;
    const { address } = target;
    return [{ incident: id, title, severity: facts.severity, address, by, at, because, since, until }];
  });
}

/** What the state says of why it is not told yet; the tellers' logs say what each try came to. */
function reasonOf(
  { target, sending, attempts, retryAt }: Delivery,
  { status }: Facts,
  troubles: readonly Trouble[],
  now: number,
): string {
  const trouble = troubles.find(({ address }) => address === target.address);
  if (trouble !== undefined) return trouble.because;
  if (sending?.unsettled === true)
    return 'the answer to a send was lost: it is looked up before it is sent again';
  if (sending !== null) return `being sent since ${iso(sending.at)}`;
  if (attempts > 0) return `${attempts} failed ${attempts === 1 ? 'try' : 'tries'}; next at ${iso(retryAt)}`;
  if (retryAt > now) return `waits for its turn at ${iso(retryAt)}`;
  return `that it ${status === 'firing' ? 'fires' : 'has ended'} is on its way`;
}

function troubleOf({ address, broken, blockedUntil }: AddressState, now: number): readonly Trouble[] {
  if (broken !== null)
    return [{ address, is: 'broken', at: broken.since, because: `${broken.code}: ${broken.hint}` }];
  if (blockedUntil <= now) return [];
  const because = `asked us to wait until ${iso(blockedUntil)}`;
  return [{ address, is: 'blocked', at: blockedUntil, because }];
}

function canaryAt(door: Door, sightings: readonly Sighting[]): CanaryState {
  const seen = sightings.find(({ perch }) => perch === door);
  return {
    door,
    outAt: seen?.seenAt ?? null,
    afterMs: seen === undefined ? null : seen.seenAt - seen.sentAt,
  };
}

/** What has been untold for too long, in words. */
export function lateOf({ untold }: States, now: number): readonly string[] {
  return untold
    .filter(({ since }) => now - since > LATE_MS)
    .map(
      ({ severity, title, address, since, because }) =>
        `${severity} "${title}" has not been told at ${address} since ${iso(since)}: ${because}`,
    );
}

/**
 * What the table says against itself: something is wanted, and nothing would ever do it. Empty unless we have a fault,
 * or the sweep has not run.
 */
export function contradictionsIn(
  { incidents, reports }: Stored & { readonly reports: ReadonlyMap<string, unknown> },
  now: number,
): readonly string[] {
  return incidents.flatMap((incident) => {
    const { id, title, facts, deliveries, dueAt } = incident;
    const name = `incident ${id} ("${title}")`;
    const untold = facts.count > 0 && deliveries.some((delivery) => isUntold(delivery, facts));
    if (untold && !reports.has(id)) return [`${name} is untold and its words are gone from the table`];
    if (deliveries.some(({ held }) => held !== null) && dueAt === null)
      return [`${name} is held and the sweep will never ask the rule again`];
    if (untold && dueAt === null) return [`${name} is untold and the sweep will never look at it`];
    if (dueAt !== null && now - dueAt > LATE_MS)
      return [`${name} was due at ${iso(dueAt)} and the sweep has not looked at it`];
    return [];
  });
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
