import type { Bundle, Report, Tally } from '../model/bundle.ts';
import type { Incident } from '../model/incident.ts';
import { atLeast } from '../model/severity.ts';
import type { Why } from '../model/why.ts';
import { count, escalate } from './escalate.ts';
import { addFlips, flapsOf, flapWhy, NO_FLIPS } from './flap.ts';
import { gravityOf, joinFacts, noFacts, orderOf, remember, sameReason } from './join.ts';
import { reroute } from './reroute.ts';
import { reschedule, settled, withoutDelay } from './schedule.ts';
import { type Policy, type Step, unmoved } from './step.ts';
import { isNews, rerouted, transitionsOf, transitionWhy } from './transitions.ts';

/**
 * Takes a bundle into its incident. Order and repetition of bundles do not matter (law 6), with one exception here and
 * those of `tick`, which the clock decides: a firing after the last occurrence was told resolved everywhere and longer
 * ago than the reopening window opens a new occurrence.
 */
export function absorb(before: Incident | null, bundle: Bundle, policy: Policy, now: number): Step {
  const start = before ?? unknown(bundle);
  const known = new Set(start.marks);
  const fresh = bundle.firing.filter((t) => !known.has(t.mark));
  const base = opensAnew(start, bundle, fresh, policy, now) ? nextOccurrence(start) : start;
  const current = bundle.firing.filter((t) => orderOf(bundle, t) > base.floor);
  const counted = fresh.filter((t) => orderOf(bundle, t) > base.floor);

  const flips = addFlips(base.flips, bundle, counted, base.floor);
  const ended = flips.ends.some((end) => !base.flips.ends.includes(end));
  const joined: Incident = {
    ...base,
    ...newestWords(base, bundle),
    ...count(base, bundle, counted, policy),
    facts: { ...joinFacts(base.facts, bundle, counted, current), ...flapsOf(flips) },
    flips,
    marks: remember(base.marks, fresh),
    quietMs: maxOrNull(base.quietMs, bundle.quietMs),
    severityWhy: graveWhy(base, bundle, current),
    receivedAt: fresh.length > 0 || ended ? Math.max(base.receivedAt, bundle.receivedAt) : base.receivedAt,
  };
  const across = counted.length > 0 ? (policy.reached ?? []) : [];
  const { incident: escalated, why: escalatedWhy } = escalate(joined, across, policy);

  const happened = transitionsOf(before?.facts ?? null, escalated.facts);
  // Hours decide where news goes when it is news, and hold until the next: a card does not move because a clock strikes.
  const placed = { ...escalated, routedAt: happened.some(isNews) ? now : escalated.routedAt };
  const routed = { ...placed, deliveries: reroute(placed, policy) };
  const transitions = happened.length > 0 ? happened : rerouted(before, routed);
  const moved =
    fresh.length > 0 || ended || transitions.length > 0 || before === null || differs(before, routed);
  if (!moved) return unmoved(start);
  // Where it is told again there may be nothing to tell, and so nobody who would set the time of a reminder: sweep does.
  const looked = transitions.includes('rerouted') ? { ...routed, callAt: now } : routed;
  return {
    incident: reschedule(transitions.length > 0 ? withoutDelay(looked) : looked, now),
    transitions,
    why: [
      ...escalatedWhy,
      ...transitions.map((one) => transitionWhy(one, before, routed, now - policy.reopenMs)),
      ...flapWhy(base.facts, routed.facts),
    ],
    moved,
  };
}

function unknown({ incident, fingerprint, lifecycle, report }: Bundle): Incident {
  return {
    id: incident,
    fingerprint,
    version: 0,
    lifecycle,
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
    ...wordsOf(report),
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
function newestWords({ reported }: Incident, { report }: Bundle): Partial<Incident> {
  const { time, signalId } = report;
  if (time < reported.time || (time === reported.time && signalId <= reported.signalId)) return {};
  return { ...wordsOf(report), reported: { time, signalId } };
}

function wordsOf({ title, service, team, also, account, region, source }: Report) {
  return { title, service, team, also, account, region, source };
}

/** The reason of the gravest signal; of two equally grave ones the same whichever came first. */
function graveWhy({ facts, severityWhy }: Incident, bundle: Bundle, current: readonly Tally[]): Why | null {
  const theirs = gravityOf(bundle);
  if (current.length === 0 || theirs === null) return severityWhy;
  if (severityWhy === null || !atLeast(facts.severity, bundle.severity)) return theirs;
  if (facts.severity !== bundle.severity) return severityWhy;
  return sameReason(theirs, severityWhy);
}

/** Whether a bundle in which nothing was new still says what was not known: an older end, newer words. */
function differs(before: Incident, after: Incident): boolean {
  return (
    before.facts.resolvedAt !== after.facts.resolvedAt ||
    before.reported.time !== after.reported.time ||
    before.reported.signalId !== after.reported.signalId
  );
}

function maxOrNull(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b);
}
