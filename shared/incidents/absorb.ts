import type { Bundle, Tally } from '../model/bundle.ts';
import type { Routing, Target } from '../model/decision.ts';
import type { Delivery, Facts, Incident, Transition } from '../model/incident.ts';
import { CALM_MS } from '../model/news.ts';
import type { EscalateRule } from '../model/rules.ts';
import { atLeast, channelOf } from '../model/severity.ts';
import { builtIn, type Why } from '../model/why.ts';
import { addFlips, flapsOf, NO_FLIPS } from './flap.ts';
import {
  addToSlots,
  type Gravity,
  graver,
  gravityOf,
  joinFacts,
  noFacts,
  orderOf,
  peak,
  remember,
  sameReason,
  statusOf,
} from './join.ts';
import { reschedule, settled } from './schedule.ts';

/** What the rules say that the state machine must ask for. */
export interface Policy {
  readonly reopenMs: number;
  escalation(name: string): EscalateRule | null;
  /** Rules across incidents that have counted to their limit, this bundle among what they counted. Left out: none. */
  readonly reached?: readonly string[];
  route(about: Routing): { readonly targets: readonly Target[] };
}

/** An incident after a bundle or a tick, and what happened to it on the way. */
export interface Step {
  readonly incident: Incident;
  readonly transitions: readonly Transition[];
  readonly why: readonly Why[];
  /** False: nothing moved, nothing needs writing. */
  readonly moved: boolean;
}

/** Slots are a minute wide, wider for windows over an hour, so that the item stays small. */
const SLOT_MS = 60_000;

/**
 * Takes a bundle into its incident. Order and repetition of bundles do not matter (law 6), with one
 * exception here and those of `tick`, which the clock decides: a firing after the last occurrence was told resolved everywhere and
 * longer ago than the reopening window opens a new occurrence.
 */
export function absorb(before: Incident | null, bundle: Bundle, policy: Policy, now: number): Step {
  const start = before ?? unknown(bundle);
  const known = new Set(start.marks);
  const fresh = bundle.firing.filter((t) => !known.has(t.mark));
  const base = opensAnew(start, bundle, fresh, policy, now) ? nextOccurrence(start) : start;
  const current = bundle.firing.filter((t) => orderOf(bundle, t) > base.floor);
  const counted = fresh.filter((t) => orderOf(bundle, t) > base.floor);

  const slotMs = slotWidth(bundle.counts, policy);
  const flips = addFlips(base.flips, bundle, counted, base.floor);
  const facts = joinFacts(base.facts, bundle, counted, current);
  const ended = flips.ends.some((end) => !base.flips.ends.includes(end));
  const joined: Incident = {
    ...base,
    ...words(base, bundle),
    facts: { ...facts, ...flapsOf(flips) },
    flips,
    marks: remember(base.marks, fresh),
    recent: bundle.counts.length > 0 ? addToSlots(base.recent, counted, slotMs) : base.recent,
    counts: union(base.counts, bundle.counts),
    quietMs: maxOrNull(base.quietMs, bundle.quietMs),
    severityWhy: graveWhy(base, bundle, current),
    receivedAt: fresh.length > 0 || ended ? Math.max(base.receivedAt, bundle.receivedAt) : base.receivedAt,
  };
  const escalated = escalate(joined, policy, counted.length > 0 ? (policy.reached ?? []) : []);
  const placed = { ...escalated.incident, routedAt: routedAt(before, escalated.incident, now) };
  const routed = { ...placed, deliveries: reroute(placed, policy) };
  const transitions = transitionsOf(before, routed);
  const moved =
    before === null || fresh.length > 0 || ended || transitions.length > 0 || changed(before, routed);
  return {
    incident: moved ? reschedule(transitions.length > 0 ? withoutDelay(routed) : routed, now) : start,
    transitions,
    why: [
      ...escalated.why,
      ...because(before, routed, transitions, now - policy.reopenMs),
      ...(base.facts.flaps === 0 ? flapWhy(routed) : []),
    ],
    moved,
  };
}

function unknown(bundle: Bundle): Incident {
  const { report } = bundle;
  return {
    id: bundle.incident,
    fingerprint: bundle.fingerprint,
    version: 0,
    lifecycle: bundle.lifecycle,
    quietMs: null,
    facts: noFacts(1, 0),
    floor: 0,
    marks: [],
    recent: [],
    flips: NO_FLIPS,
    storm: null,
    escalated: [],
    counts: [],
    severityWhy: null,
    title: report.title,
    service: report.service,
    team: report.team,
    also: report.also,
    account: report.account,
    region: report.region,
    source: report.source,
    reported: { time: 0, signalId: '' },
    knownSince: null,
    receivedAt: 0,
    routedAt: 0,
    deliveries: [],
    callAt: null,
    dueAt: null,
    expiresAt: null,
  };
}

/** A firing that is newer than the end, after an end that is told everywhere and longer ago than the window. */
function opensAnew(
  incident: Incident,
  bundle: Bundle,
  fresh: readonly Tally[],
  policy: Policy,
  now: number,
): boolean {
  const { facts } = incident;
  return (
    facts.count > 0 &&
    facts.status === 'resolved' &&
    settled(incident) &&
    now - facts.resolvedAt > policy.reopenMs &&
    fresh.some((t) => orderOf(bundle, t) > facts.resolvedAt)
  );
}

function nextOccurrence(incident: Incident): Incident {
  const { facts } = incident;
  return {
    ...incident,
    facts: noFacts(facts.occurrence + 1, facts.resolvedAt),
    floor: facts.resolvedAt,
    recent: [],
    flips: NO_FLIPS,
    escalated: [],
    counts: [],
    severityWhy: null,
    deliveries: incident.deliveries.map((d) => ({ ...d, called: null })),
    callAt: null,
    knownSince: incident.knownSince ?? facts.first,
  };
}

/** The newest report's words; source time, then signal id, decide which is newest. */
function words(incident: Incident, { report }: Bundle): Partial<Incident> {
  const { time, signalId } = incident.reported;
  if (report.time < time || (report.time === time && report.signalId <= signalId)) return {};
  return {
    title: report.title,
    service: report.service,
    team: report.team,
    also: report.also,
    account: report.account,
    region: report.region,
    source: report.source,
    reported: { time: report.time, signalId: report.signalId },
  };
}

/** The reason of the gravest signal; of two equally grave ones the same whichever came first. */
function graveWhy({ facts, severityWhy }: Incident, bundle: Bundle, current: readonly Tally[]): Why | null {
  const theirs = gravityOf(bundle);
  if (current.length === 0 || theirs === null) return severityWhy;
  if (severityWhy === null || !atLeast(facts.severity, bundle.severity)) return theirs;
  if (facts.severity !== bundle.severity) return severityWhy;
  return sameReason(theirs, severityWhy);
}

function slotWidth(counts: readonly string[], policy: Policy): number {
  const widest = Math.max(0, ...counts.map((name) => policy.escalation(name)?.withinMs ?? 0));
  return Math.max(SLOT_MS, Math.ceil(widest / 60));
}

/**
 * Raises the severity by every rule that has counted to its limit; once raised, it stays for the occurrence.
 * Where a rule raised it to what it is, that is the reason, whatever else is as grave: order decides nothing.
 */
function escalate(
  incident: Incident,
  policy: Policy,
  across: readonly string[],
): { incident: Incident; why: readonly Why[] } {
  const standing = union(incident.escalated, across);
  const reached = union(incident.counts, standing).flatMap((name) => {
    const rule = policy.escalation(name);
    const counts =
      rule !== null &&
      incident.counts.includes(name) &&
      peak(during(incident.recent, rule), rule.withinMs) >= rule.count;
    return rule !== null && (counts || standing.includes(name)) ? [rule] : [];
  });
  const { severity, channel } = reached.reduce<Gravity>(
    (gravest, { to }) => graver(gravest, { severity: to, channel: channelOf(to) }),
    incident.facts,
  );
  const facts = { ...incident.facts, severity, channel };
  const raised = reached.filter(({ to }) => to === facts.severity).map(escalateWhy);
  const escalated = reached.map(({ name }) => name).sort();
  return {
    incident: { ...incident, facts, escalated, severityWhy: raised[0] ?? incident.severityWhy },
    why: atLeast(incident.facts.severity, facts.severity) ? [] : raised,
  };
}

/** The slots that count for a rule of some hours; the one in which it begins among them. */
function during(recent: Incident['recent'], { during }: EscalateRule): Incident['recent'] {
  if (during === undefined) return recent;
  return recent.filter(([slot]) => during.from - SLOT_MS < slot && slot < during.until);
}

function escalateWhy({ name, at, count, withinMs, to, per, distinct }: EscalateRule): Why {
  const what = distinct === null ? '' : ` different ${distinct}`;
  const same = per.length === 0 ? '' : ` of the same ${per.join(', ')}`;
  const because = `${count} or more${what}${same} within ${withinMs / 60_000} min: ${to}`;
  return { stage: 'escalate', rule: name, at, because };
}

/** Hours decide where news goes when it is news, and hold until the next: a card does not move because a clock strikes. */
function routedAt(before: Incident | null, after: Incident, now: number): number {
  const news = transitionsOf(before, after).some((t) => t === 'opened' || t === 'risen' || t === 'reopened');
  return news ? now : after.routedAt;
}

/** The rules' targets now, and every delivery that was already told or is under way (law 2). */
function reroute(incident: Incident, policy: Pick<Policy, 'route'>): readonly Delivery[] {
  const { facts, deliveries, team, also } = incident;
  if (facts.count === 0) return deliveries;
  const { severity, channel } = facts;
  const { targets } = policy.route({ severity, channel, team, also, at: incident.routedAt });
  const wanted = new Map(targets.map((t) => [t.address, t]));
  const kept = standing(
    deliveries.map((d) => ({
      ...d,
      target: wanted.get(d.target.address) ?? d.target,
      routed: wanted.has(d.target.address) || d.called !== null,
      called: wanted.has(d.target.address) ? null : d.called,
    })),
  ).filter(
    (d) => d.routed || d.announced !== null || d.shown !== null || d.sending !== null || d.strays.length > 0,
  );
  const have = new Set(kept.map((d) => d.target.address));
  return [...kept, ...targets.filter((t) => !have.has(t.address)).map(newDelivery)];
}

/** A fallback stands for as long as that is told for which it stands; it comes behind it. */
function standing(deliveries: readonly Delivery[]): readonly Delivery[] {
  const named = new Set(deliveries.filter((d) => d.routed).map((d) => d.target.address));
  return deliveries.map((d) => {
    const stands = !d.routed && d.standsFor !== null && named.has(d.standsFor.address);
    if (!stands) return { ...d, standsFor: null };
    named.add(d.target.address);
    return { ...d, routed: true };
  });
}

/**
 * Where an address is still untold or held that the rules no longer name (it was wrong, it is broken), the incident goes
 * where they send it now, without waiting for its next signal, which may never come.
 */
export function follow(incident: Incident, policy: Pick<Policy, 'route'>, now: number): Incident {
  const moved = { ...incident, deliveries: reroute(incident, policy) };
  const named = new Set(moved.deliveries.filter((d) => d.routed).map((d) => d.target.address));
  const left = incident.deliveries.some(
    (d) => d.routed && (d.untoldSince !== null || d.held !== null) && !named.has(d.target.address),
  );
  return left ? reschedule(moved, now) : incident;
}

/** A call without an answer (HTTP timeout 10 s) may still land shortly after; only then can it be looked up. */
const LANDED_MS = 15_000;

/**
 * News does not wait out the backoff or the pace of older news; a blocked address still holds it back, and so does
 * a call that may be about to land: nobody can look it up yet.
 */
function withoutDelay(incident: Incident): Incident {
  const deliveries = incident.deliveries.map(({ sending, ...d }) => {
    const landed = sending?.unsettled ? sending.at + LANDED_MS : 0;
    return { ...d, sending, retryAt: Math.min(d.retryAt, landed) };
  });
  return { ...incident, deliveries };
}

/** An address that nothing has been told yet. */
export function newDelivery(target: Target): Delivery {
  return {
    target,
    routed: true,
    shown: null,
    announced: null,
    handle: null,
    sending: null,
    held: null,
    lateBy: null,
    untoldSince: null,
    retryAt: 0,
    attempts: 0,
    refreshAt: 0,
    refreshStepMs: 0,
    newsAt: null,
    reminders: 0,
    remindAt: null,
    called: null,
    shrink: 0,
    standsFor: null,
    strays: [],
  };
}

/** What happened, from the facts before and after; a tombstone (nothing ever fired) is not an incident yet. */
export function transitionsOf(before: Incident | null, after: Incident): readonly Transition[] {
  const was: Facts | null = before === null || before.facts.count === 0 ? null : before.facts;
  const is = after.facts;
  if (is.count === 0) return [];
  if (was === null || was.occurrence !== is.occurrence)
    return is.status === 'firing' ? ['opened'] : ['opened', 'resolved'];
  const transitions: Transition[] = [];
  if (was.status === 'resolved' && is.status === 'firing') transitions.push('reopened');
  if (!atLeast(was.severity, is.severity)) transitions.push('risen');
  if (was.status === 'firing' && is.status === 'resolved') transitions.push('resolved');
  if (transitions.length === 0 && addresses(before) !== addresses(after)) transitions.push('rerouted');
  return transitions;
}

function addresses(incident: Incident | null): string {
  return (incident?.deliveries ?? [])
    .filter((d) => d.routed)
    .map((d) => d.target.address)
    .sort()
    .join(' ');
}

function changed(before: Incident, after: Incident): boolean {
  return (
    before.facts.resolvedAt !== after.facts.resolvedAt ||
    before.reported.time !== after.reported.time ||
    before.reported.signalId !== after.reported.signalId
  );
}

function because(
  before: Incident | null,
  after: Incident,
  transitions: readonly Transition[],
  windowFrom: number,
): readonly Why[] {
  return transitions.map((transition) => {
    switch (transition) {
      case 'opened':
        return builtIn(
          'incident',
          'opened',
          after.knownSince === null ? 'never seen before' : `occurrence ${after.facts.occurrence}`,
        );
      case 'reopened':
        return builtIn(
          'incident',
          'reopened',
          before !== null && before.facts.resolvedAt < windowFrom
            ? 'fires again, and its last end was not told everywhere yet'
            : 'fires again within the reopening window',
        );
      case 'resolved':
        return builtIn('incident', 'resolved', 'the source says that it is over');
      case 'risen':
        return builtIn(
          'incident',
          'risen',
          `${before?.facts.severity ?? '?'} became ${after.facts.severity}`,
        );
      case 'rerouted':
        return builtIn('incident', 'rerouted', 'the rules now name other destinations');
    }
  });
}

function flapWhy({ facts }: Incident): readonly Why[] {
  const { flaps, flapMs } = facts;
  if (flaps === 0) return [];
  const because = `it began ${flaps} times in ${Math.ceil(flapMs / 60_000)} min, with an end before each`;
  return [builtIn('incident', 'flapping', because)];
}

function union(a: readonly string[], b: readonly string[]): readonly string[] {
  return [...new Set([...a, ...b])].sort();
}

function maxOrNull(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b);
}

/**
 * What time alone does: nothing heard for `quietMs` ends what does not end itself, and nothing heard for a while
 * ends flapping. `heardUntil` is the receive time up to which every accepted signal has been tracked, so a backlog
 * never looks like quiet.
 */
export function tick(incident: Incident, heardUntil: number, now: number): Step {
  const { facts, quietMs } = incident;
  if (facts.flaps > 0 && heardUntil - incident.receivedAt >= CALM_MS) {
    const calm = { ...incident, flips: NO_FLIPS, facts: { ...facts, flaps: 0, flapMs: 0 } };
    return {
      incident: reschedule(withoutDelay(calm), now),
      transitions: [],
      why: [builtIn('incident', 'calm', `no change for ${CALM_MS / 60_000} min: it flaps no more`)],
      moved: true,
    };
  }
  if (facts.status !== 'firing' || quietMs === null || heardUntil - incident.receivedAt < quietMs) {
    return { incident, transitions: [], why: [], moved: false };
  }
  const ended = { ...facts, resolvedAt: facts.lastFiring + 1 };
  const resolved = { ...incident, facts: { ...ended, status: statusOf(ended) } };
  return {
    incident: reschedule(resolved, now),
    transitions: ['resolved'],
    why: [builtIn('incident', 'quiet', `nothing more for ${quietMs / 60_000} min`)],
    moved: true,
  };
}
