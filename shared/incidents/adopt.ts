import type { Delivery, Incident, Stray } from '../model/incident.ts';
import { type Handover, UNTRACKED } from '../model/untracked.ts';
import { deliveryAt, newDelivery } from './delivery.ts';
import { reschedule } from './schedule.ts';
import { GIVE_UP_MS, isTidying, KNOWN, knownFirst } from './strays.ts';

/**
 * Takes in what an untracked telling may have left at an address. A page that the delivery keeps by now under the
 * same key is none.
 */
export function adopt(incident: Incident, { target, handle, at }: Handover, now: number): Incident {
  const { address } = target;
  const added = deliveryAt(incident, address) === null ? [{ ...newDelivery(target), routed: false }] : [];
  const nonce = handle === null ? UNTRACKED : KNOWN;
  const stray: Stray = { nonce, since: at, thread: null, handle, retryAt: 0, until: now + GIVE_UP_MS };
  const deliveries = [...incident.deliveries, ...added].map((d) =>
    d.target.address !== address || isKept(d, handle) ? d : withStray(d, stray),
  );
  return reschedule({ ...incident, deliveries }, now);
}

function isKept({ announced, handle }: Delivery, key: string | null): boolean {
  return key !== null && handle === key && announced?.status === 'firing';
}

/**
 * Adds a stray. Those whose place is known go first: each is one call. Of the others there is one, looked for from the
 * earliest moment on. One that is being looked for just now stays as it is: what comes of that says nothing of the new.
 */
function withStray(delivery: Delivery, stray: Stray): Delivery {
  const { sending, strays } = delivery;
  const underWay = sending !== null && isTidying(sending.call) ? strays.slice(0, 1) : [];
  const others = strays.slice(underWay.length);
  const same = (s: Stray) => s.nonce === stray.nonce && s.handle === stray.handle;
  if (stray.handle !== null && strays.some(same)) return delivery;
  const since = Math.min(stray.since, ...others.filter(same).map((s) => s.since));
  const all = knownFirst([...others.filter((s) => !same(s)), { ...stray, since }]);
  return { ...delivery, strays: [...underWay, ...all] };
}

/** Whether an address has as many strays as an item should carry: the next are taken in when these are gone. */
export function isFull(incident: Incident, { target }: Handover): boolean {
  return (deliveryAt(incident, target.address)?.strays.length ?? 0) >= MOST_STRAYS;
}
/** A hundred bytes each, in an item of some 2 KB. */
const MOST_STRAYS = 20;
