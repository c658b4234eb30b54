import type { Address, Target } from '../model/decision.ts';
import type { Delivery, Incident } from '../model/incident.ts';
import { newsOf } from '../model/news.ts';
import { deliveryAt, newDelivery } from './delivery.ts';
import { reschedule } from './schedule.ts';

/**
 * What cannot be told at an address until a person mends it is told at its fallback as well: the same incident when
 * there is nothing to tell, no fallback, or it is told there anyway.
 */
export function fallBack(
  incident: Incident,
  address: Address,
  fallback: Target | null,
  code: string,
  now: number,
): Incident {
  const { facts, deliveries } = incident;
  const broken = deliveryAt(incident, address);
  if (fallback === null || broken === null || !broken.routed) return incident;
  if (newsOf(broken.announced, facts) === null) return incident;
  const there = deliveryAt(incident, fallback.address);
  if (there?.routed === true) return incident;
  const standsFor = { name: broken.target.name, address, code };
  const standing: Delivery = { ...(there ?? newDelivery(fallback)), routed: true, standsFor };
  const others = deliveries.filter((d) => d !== there);
  return reschedule({ ...incident, deliveries: [...others, standing] }, now);
}

/** An address that takes what it is sent needs nobody in its place. What was told there is still told to its end. */
export function mended(incident: Incident, address: Address): Incident {
  if (!incident.deliveries.some((d) => d.standsFor?.address === address)) return incident;
  const deliveries = incident.deliveries.map((d) =>
    d.standsFor?.address === address ? { ...d, standsFor: null, routed: false } : d,
  );
  return { ...incident, deliveries };
}

/** A fallback stands for as long as that is told for which it stands; it comes behind it. */
export function keepFallbacks(deliveries: readonly Delivery[]): readonly Delivery[] {
  const named = new Set(deliveries.filter((d) => d.routed).map((d) => d.target.address));
  return deliveries.map((d) => {
    const stands = !d.routed && d.standsFor !== null && named.has(d.standsFor.address);
    if (!stands) return { ...d, standsFor: null };
    named.add(d.target.address);
    return { ...d, routed: true };
  });
}
