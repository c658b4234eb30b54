import type { Address } from '../../model/decision.ts';
import { isObject, text } from '../../model/json.ts';
import type { PagerDutyCall } from '../../model/telling.ts';
import { type PlanInput, placeOf, type UntrackedCall } from '../plan.ts';
import { untrackedOf } from '../story.ts';
import { cut } from '../text.ts';
import { LIMITS, resolveBody, triggerBody } from './event.ts';
import { dedupKeyOf } from './plan.ts';

/**
 * A page under the key that the first page of a problem never seen before will have: when it is tracked, that page
 * joins this alert and nobody is called twice. Where it was another occurrence, this alert is ended as a stray.
 */
export function untrackedPagerDuty(input: PlanInput, since: number): UntrackedCall<PagerDutyCall> {
  const { telling, delivery } = input;
  const { address } = delivery.target;
  const dedupKey = dedupKeyOf([address, telling.incident.id, 1, 0]);
  const body = triggerBody(input, dedupKey);
  const payload = isObject(body.payload) ? body.payload : {};
  const details = isObject(payload.custom_details) ? payload.custom_details : {};
  const marked = {
    ...payload,
    summary: cut(`[untracked] ${text(payload, 'summary') ?? ''}`, LIMITS.summary),
    custom_details: { ...details, untracked: untrackedOf(since, input) },
  };
  return {
    call: { do: 'trigger', routingKey: placeOf(address), dedupKey, body: { ...body, payload: marked } },
    handle: dedupKey,
  };
}

/** Ends a page that was never tracked. */
export function endUntrackedPagerDuty(address: Address, handle: string): PagerDutyCall {
  return { do: 'resolve', routingKey: placeOf(address), dedupKey: handle, body: resolveBody(handle) };
}
