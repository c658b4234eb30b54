import type { Facts, Incident, Transition } from '../model/incident.ts';
import { atLeast } from '../model/severity.ts';
import { builtIn, type Why } from '../model/why.ts';

/** What happened, from the facts before and after; a tombstone (nothing ever fired) is not an incident yet. */
export function transitionsOf(before: Facts | null, after: Facts): readonly Transition[] {
  if (after.count === 0) return [];
  if (before === null || before.count === 0 || before.occurrence !== after.occurrence)
    return after.status === 'firing' ? ['opened'] : ['opened', 'resolved'];
  const transitions: Transition[] = [];
  if (before.status === 'resolved' && after.status === 'firing') transitions.push('reopened');
  if (!atLeast(before.severity, after.severity)) transitions.push('risen');
  if (before.status === 'firing' && after.status === 'resolved') transitions.push('resolved');
  return transitions;
}

/** Whether people are called by it. */
export function isNews(transition: Transition): boolean {
  switch (transition) {
    case 'opened':
    case 'risen':
    case 'reopened':
      return true;
    case 'resolved':
    case 'rerouted':
      return false;
  }
}

/** Where nothing else happened: that it is told at other addresses than before. */
export function rerouted(before: Incident | null, after: Incident): readonly Transition[] {
  return addresses(before) === addresses(after) ? [] : ['rerouted'];
}

function addresses(incident: Incident | null): string {
  return (incident?.deliveries ?? [])
    .filter((d) => d.routed)
    .map((d) => d.target.address)
    .sort()
    .join(' ');
}

/** Why it happened. `windowFrom`: an end before it is out of the reopening window, ms. */
export function transitionWhy(
  transition: Transition,
  before: Incident | null,
  after: Incident,
  windowFrom: number,
): Why {
  return builtIn('incident', transition, becauseOf(transition, before, after, windowFrom));
}

function becauseOf(
  transition: Transition,
  before: Incident | null,
  after: Incident,
  windowFrom: number,
): string {
  switch (transition) {
    case 'opened':
      return after.knownSince === null ? 'never seen before' : `occurrence ${after.facts.occurrence}`;
    case 'reopened':
      return before !== null && before.facts.resolvedAt < windowFrom
        ? 'fires again, and its last end was not told everywhere yet'
        : 'fires again within the reopening window';
    case 'resolved':
      return 'the source says that it is over';
    case 'risen':
      return `${before?.facts.severity ?? '?'} became ${after.facts.severity}`;
    case 'rerouted':
      return 'the rules now name other destinations';
  }
}
