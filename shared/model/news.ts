import type { Facts } from './incident.ts';
import { atLeast } from './severity.ts';

/**
 * What a person must still be told at one address.
 * `recurred`: it came back and ended again before anybody could be told.
 * `flapping`: it fires and ends so often that this is told once, and neither any more until it is calm.
 */
export type News = 'opened' | 'risen' | 'resolved' | 'reopened' | 'recurred' | 'flapping';

/** What flaps is calm when it has neither fired nor ended for so long; only then its end is told. */
export const CALM_MS = 10 * 60_000;

/**
 * Compares what was announced with what is: the whole of "wanted minus told". Derived from the two, never
 * remembered, so that no order of events and no crash can lose an opening or a rise.
 */
export function newsOf(announced: Facts | null, facts: Facts): News | null {
  if (facts.count === 0) return null;
  if (announced === null || announced.occurrence < facts.occurrence) return 'opened';
  if (facts.flaps > 0) {
    if (announced.flaps === 0) return 'flapping';
    return rose(announced, facts) ? 'risen' : null;
  }
  // Calm again: whatever people saw last, they hear how it came out.
  if (announced.flaps > 0) return facts.status === 'resolved' ? 'resolved' : 'reopened';
  if (announced.status === 'firing') {
    if (facts.status === 'resolved') return 'resolved';
    // An end from before the last firing that was announced arrived late: it changes nothing that was told.
    if (facts.resolvedAt > announced.lastFiring) return 'reopened';
    return rose(announced, facts) ? 'risen' : null;
  }
  if (facts.status === 'firing') return 'reopened';
  if (facts.lastFiring >= announced.resolvedAt) return 'recurred';
  return rose(announced, facts) ? 'risen' : null;
}

/** True when the severity is graver than the one announced. */
export function rose(announced: Facts, facts: Facts): boolean {
  return !atLeast(announced.severity, facts.severity);
}

/** Whether it still concerns people: it fires, or flaps and may fire again at any moment. */
export function goesOn({ status, flaps }: Facts): boolean {
  return status === 'firing' || flaps > 0;
}

/** True when a destination that shows `shown` must be brought up to date now; a moved count alone can wait. */
export function outdated(shown: Facts | null, facts: Facts): boolean {
  return (
    shown === null ||
    shown.occurrence !== facts.occurrence ||
    shown.status !== facts.status ||
    shown.severity !== facts.severity ||
    shown.channel !== facts.channel ||
    shown.resolvedAt !== facts.resolvedAt ||
    shown.flaps > 0 !== facts.flaps > 0
  );
}
