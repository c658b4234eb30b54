import { type Delivery, type Facts, type Incident, LEASE_MS } from '../model/incident.ts';
import { goesOn, newsOf, outdated } from '../model/news.ts';
import { isRemindable } from '../model/remind.ts';
import { calmAt } from './flap.ts';
import { notGivenUp } from './strays.ts';

/** How long telling may take by itself before sweep wakes it again. */
const GRACE_MS = 30_000;
/** Less than the minute between two sweeps. */
const STORM_LOOK_MS = 45_000;
/** How long the table remembers a closed incident, so that it is "known" when it comes back. */
const MEMORY_MS = 90 * 24 * 3_600_000;

/**
 * Something is wanted at this address that has not been told; a moved count alone can wait. What a named rule holds is
 * not late, for as long as it is what the rule was asked about.
 */
export function isUntold(delivery: Delivery, facts: Facts): boolean {
  if (delivery.sending !== null) return true;
  if (facts.count === 0) return false;
  if (delivery.held !== null && !outdated(delivery.held.facts, facts)) return false;
  if (!delivery.routed && (delivery.announced?.occurrence ?? 0) < facts.occurrence) return false;
  return newsOf(delivery.announced, facts) !== null || outdated(delivery.shown, facts);
}

/** The count has moved since it was last shown, and nothing else has. Only a card shows it. */
export function isStale(delivery: Delivery, facts: Facts): boolean {
  return (
    delivery.refreshStepMs > 0 &&
    delivery.shown !== null &&
    delivery.shown.count !== facts.count &&
    !isUntold(delivery, facts)
  );
}

/** Something must go from this address, and nothing else is wanted there first. */
export function isUntidy(delivery: Delivery, facts: Facts): boolean {
  return delivery.strays.length > 0 && !isUntold(delivery, facts);
}

/** Nothing fires, and every address knows it. */
export function settled(incident: Incident): boolean {
  return !goesOn(incident.facts) && incident.deliveries.every((d) => !isUntold(d, incident.facts));
}

/** Brings the derived times up to date: since when what is untold, when sweep must look, when the table may forget. */
export function reschedule(incident: Incident, now: number): Incident {
  const { facts } = incident;
  const deliveries = incident.deliveries.map((d) => ({
    ...d,
    untoldSince: isUntold(d, facts) ? (d.untoldSince ?? now) : null,
    strays: notGivenUp(d, now),
  }));
  const next = { ...incident, deliveries };
  const looks = [
    quietEnd(next),
    calmAt(next),
    stormLook(next, now),
    goesOn(facts) ? next.callAt : null,
    ...deliveries.map((d) => lookAt(d, facts)),
  ].filter((t) => t !== null);
  return {
    ...next,
    dueAt: looks.length === 0 ? null : Math.min(...looks),
    expiresAt: settled(next) ? now + MEMORY_MS : null,
  };
}

/** A call without an answer (HTTP timeout 10 s) may still land shortly after; only then can it be looked up. */
const LANDED_MS = 15_000;

/**
 * News does not wait out the backoff or the pace of older news; a blocked address still holds it back, and so does
 * a call that may be about to land: nobody can look it up yet.
 */
export function withoutDelay(incident: Incident): Incident {
  const deliveries = incident.deliveries.map((d) => {
    const landed = d.sending?.unsettled ? d.sending.at + LANDED_MS : 0;
    return { ...d, retryAt: Math.min(d.retryAt, landed) };
  });
  return { ...incident, deliveries };
}

function quietEnd({ facts, quietMs, receivedAt }: Incident): number | null {
  return facts.status === 'firing' && quietMs !== null ? receivedAt + quietMs : null;
}

/** A storm is looked at by every sweep. */
function stormLook({ facts, storm }: Incident, now: number): number | null {
  return storm !== null && facts.status === 'firing' ? now + STORM_LOOK_MS : null;
}

function lookAt(delivery: Delivery, facts: Facts): number | null {
  const { sending, untoldSince, retryAt, held, remindAt } = delivery;
  if (sending !== null && !sending.unsettled) return Math.max(retryAt, sending.at + LEASE_MS);
  if (untoldSince !== null) return Math.max(retryAt, untoldSince + GRACE_MS);
  const looks = [
    ...(isStale(delivery, facts) ? [Math.max(retryAt, delivery.refreshAt)] : []),
    ...delivery.strays.slice(0, 1).map((stray) => Math.max(retryAt, stray.retryAt)),
    ...(held === null ? [] : [held.askAt]),
    ...(remindAt !== null && isRemindable(delivery, facts) ? [Math.max(retryAt, remindAt)] : []),
  ];
  return looks.length === 0 ? null : Math.min(...looks);
}
