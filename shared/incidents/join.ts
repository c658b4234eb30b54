import type { Bundle, Tally } from '../model/bundle.ts';
import type { Facts } from '../model/incident.ts';
import { atLeast, type Channel, type Severity } from '../model/severity.ts';
import type { Why } from '../model/why.ts';

/**
 * How many marks an incident remembers. A repeat that comes after so many newer tallies counts twice;
 * at 8 characters each the ring is the larger half of the item's 4 kB write.
 */
export const RING = 256;

/** A severity and the channel that goes with it, ordered: the graver first, then `alert`. */
export interface Gravity {
  readonly severity: Severity;
  readonly channel: Channel;
}

/** The graver of two; the same whichever comes first. */
export function graver(a: Gravity, b: Gravity): Gravity {
  if (a.severity !== b.severity) return atLeast(a.severity, b.severity) ? a : b;
  return {
    severity: a.severity,
    channel: a.channel === 'alert' || b.channel === 'alert' ? 'alert' : 'notify',
  };
}

/** The reason that a bundle gives for its severity; null when it gives none. */
export function gravityOf({ report }: Pick<Bundle, 'report'>): Why | null {
  return report.why.findLast((w) => w.stage === 'severity') ?? null;
}

/** One of two reasons for the same severity: the same one whichever comes first. */
export function sameReason(a: Why | null, b: Why | null): Why | null {
  if (a === null || b === null) return a ?? b;
  if (a.because === b.because && a.rule === b.rule && a.at === b.at && a.stage === b.stage) return a;
  return JSON.stringify(b) < JSON.stringify(a) ? b : a;
}

/** Whether the newest word is that it fires. At the same instant firing wins: two cards beat none. */
export function statusOf(facts: Pick<Facts, 'count' | 'lastFiring' | 'resolvedAt'>): Facts['status'] {
  return facts.count > 0 && facts.lastFiring >= facts.resolvedAt ? 'firing' : 'resolved';
}

/** The facts of an occurrence before anything is known of it. */
export function noFacts(occurrence: number, resolvedAt: number): Facts {
  return {
    occurrence,
    status: 'resolved',
    severity: 'SEV5',
    channel: 'notify',
    count: 0,
    first: 0,
    last: 0,
    lastFiring: 0,
    resolvedAt,
    flaps: 0,
    flapMs: 0,
  };
}

/** Ordering time of a tally within its bundle: source time, or receive time where only quiet ends a problem. */
export function orderOf(bundle: Bundle, tally: Tally): number {
  return bundle.lifecycle === 'quiet' ? bundle.receivedAt : tally.last;
}

/**
 * Joins a bundle's tallies into the facts. Every field is a maximum, a minimum, a worst, or a count of marks
 * not seen before: the same signals in any order give the same facts (law 6).
 */
export function joinFacts(
  facts: Facts,
  bundle: Bundle,
  fresh: readonly Tally[],
  current: readonly Tally[],
): Facts {
  const resolvedAt = Math.max(facts.resolvedAt, bundle.resolvedAt ?? 0);
  const joined = current.length === 0 ? facts : joinFiring(facts, bundle, fresh, current);
  const moved = { ...joined, resolvedAt };
  return { ...moved, status: statusOf(moved) };
}

function joinFiring(facts: Facts, bundle: Bundle, fresh: readonly Tally[], current: readonly Tally[]): Facts {
  const gravity = facts.count === 0 ? bundle : graver(facts, bundle);
  const firsts = current.map((t) => t.first);
  return {
    ...facts,
    severity: gravity.severity,
    channel: gravity.channel,
    count: facts.count + fresh.reduce((sum, t) => sum + t.n, 0),
    first: Math.min(facts.first === 0 ? Number.POSITIVE_INFINITY : facts.first, ...firsts),
    last: Math.max(facts.last, ...current.map((t) => t.last)),
    lastFiring: Math.max(facts.lastFiring, ...heardOf(bundle, fresh, current).map((t) => orderOf(bundle, t))),
  };
}

/** A repeat says when it was received again, not that it fires again; a source's own time is the same each time. */
function heardOf(bundle: Bundle, fresh: readonly Tally[], current: readonly Tally[]): readonly Tally[] {
  return bundle.lifecycle === 'quiet' ? fresh : current;
}

/** Remembers marks, oldest forgotten first. */
export function remember(marks: readonly string[], fresh: readonly Tally[]): readonly string[] {
  return [...marks, ...fresh.map((t) => t.mark)].slice(-RING);
}
