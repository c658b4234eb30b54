import type { Facts } from './incident.ts';
import { atLeast } from './severity.ts';

/**
 * What a person must still be told at one address.
 * `recurred`: it came back and ended again before anybody could be told.
 */
export type News = 'opened' | 'risen' | 'resolved' | 'reopened' | 'recurred';

/**
 * Compares what was announced with what is: the whole of "wanted minus told". Derived from the two, never
 * remembered, so that no order of events and no crash can lose an opening or a rise.
 */
export function newsOf(announced: Facts | null, facts: Facts): News | null {
  if (facts.count === 0) return null;
  if (announced === null || announced.occurrence < facts.occurrence) return 'opened';
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

/** True when a destination that shows `shown` must be brought up to date now; a moved count alone can wait. */
export function outdated(shown: Facts | null, facts: Facts): boolean {
  return (
    shown === null ||
    shown.occurrence !== facts.occurrence ||
    shown.status !== facts.status ||
    shown.severity !== facts.severity ||
    shown.channel !== facts.channel ||
    shown.resolvedAt !== facts.resolvedAt
  );
}
