import type { Delivery, Incident } from '../model/incident.ts';
import { deliveryAt, isTouched, newDelivery } from './delivery.ts';
import { keepFallbacks } from './fallback.ts';
import { reschedule } from './schedule.ts';
import type { Policy } from './step.ts';

/** The rules' targets now, and every delivery that was already told or is under way (law 2). */
export function reroute(incident: Incident, policy: Pick<Policy, 'route'>): readonly Delivery[] {
  const { facts, deliveries, team, also } = incident;
  if (facts.count === 0) return deliveries;
  const { severity, channel } = facts;
  const { targets } = policy.route({ severity, channel, team, also, at: incident.routedAt });
  const wanted = new Map(targets.map((t) => [t.address, t]));
  const asRouted = deliveries.map((d): Delivery => {
    const target = wanted.get(d.target.address);
    return target === undefined
      ? { ...d, routed: d.called !== null }
      : { ...d, target, routed: true, called: null };
  });
  const kept = keepFallbacks(asRouted).filter((d) => d.routed || isTouched(d));
  const missing = targets.filter(({ address }) => deliveryAt({ deliveries: kept }, address) === null);
  return [...kept, ...missing.map(newDelivery)];
}

/**
 * Where an address is still untold or held that the rules no longer name (it was wrong, it is broken), the incident goes
 * where they send it now, without waiting for its next signal, which may never come.
 */
export function follow(incident: Incident, policy: Pick<Policy, 'route'>, now: number): Incident {
  const moved = { ...incident, deliveries: reroute(incident, policy) };
  const left = incident.deliveries.some(
    ({ routed, untoldSince, held, target }) =>
      routed && (untoldSince !== null || held !== null) && deliveryAt(moved, target.address)?.routed !== true,
  );
  return left ? reschedule(moved, now) : incident;
}
