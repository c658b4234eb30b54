import type { Delivery, Incident, Stray } from '../model/incident.ts';
import { type Handover, UNTRACKED } from '../model/untracked.ts';
import { newDelivery } from './absorb.ts';
import { reschedule } from './schedule.ts';
import { GIVE_UP_MS, isTidying } from './strays.ts';

/**
 * Takes in what an untracked telling may have left at an address. A page that the delivery keeps by now under the
 * same key is none.
 */
export function adopt(incident: Incident, { target, handle, at }: Handover, now: number): Incident {
  const { address } = target;
  const known = incident.deliveries.some((d) => d.target.address === address);
  const deliveries = known
    ? incident.deliveries
    : [...incident.deliveries, { ...newDelivery(target), routed: false }];
  const stray: Stray = {
    nonce: UNTRACKED,
    since: at,
    thread: null,
    handle,
    retryAt: 0,
    until: now + GIVE_UP_MS,
  };
  const next = deliveries.map((d) =>
    d.target.address !== address || isKept(d, handle) ? d : withStray(d, stray),
  );
  return reschedule({ ...incident, deliveries: next }, now);
}

function isKept({ announced, handle }: Delivery, key: string | null): boolean {
  return key !== null && handle === key && announced?.status === 'firing';
}

/**
 * Adds a stray; one that is known already is looked for from the earlier moment on, and where it is known to be. The one
 * that is being looked for just now stays as it is: that look says nothing about what comes from before it.
 */
function withStray(delivery: Delivery, stray: Stray): Delivery {
  const { sending, strays } = delivery;
  const underWay = sending !== null && isTidying(sending.call) ? strays[0] : undefined;
  const known = strays.find((s) => s !== underWay && s.nonce === stray.nonce && s.thread === stray.thread);
  if (known === undefined) return { ...delivery, strays: [...strays, stray] };
  const since = Math.min(known.since, stray.since);
  const handle = stray.handle ?? known.handle;
  return { ...delivery, strays: strays.map((s) => (s === known ? { ...s, since, handle } : s)) };
}
