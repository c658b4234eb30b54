import type { Address, Target } from '../model/decision.ts';
import type { Delivery, Incident } from '../model/incident.ts';

/** An address that nothing has been told yet. */
export function newDelivery(target: Target): Delivery {
  return {
    target,
    routed: true,
    shown: null,
    announced: null,
    handle: null,
    sending: null,
    held: null,
    lateBy: null,
    untoldSince: null,
    retryAt: 0,
    attempts: 0,
    refreshAt: 0,
    refreshStepMs: 0,
    newsAt: null,
    reminders: 0,
    remindAt: null,
    called: null,
    shrink: 0,
    standsFor: null,
    strays: [],
  };
}

/** An incident at one address; null: it has never had to do with it. */
export function deliveryAt({ deliveries }: Pick<Incident, 'deliveries'>, address: Address): Delivery | null {
  return deliveries.find((d) => d.target.address === address) ?? null;
}

/** Whether anything was told there or may have been: its end is owed, whatever the rules say now (law 2). */
export function isTouched({ announced, shown, sending, strays }: Delivery): boolean {
  return announced !== null || shown !== null || sending !== null || strays.length > 0;
}
