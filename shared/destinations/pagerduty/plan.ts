import { createHash } from 'node:crypto';
import type { Delivery, Facts, Incident } from '../../model/incident.ts';
import { newsOf, outdated } from '../../model/news.ts';
import type { PagerDutyCall } from '../../model/telling.ts';
import { callStep, concerns, LEASE_MS, type PlanInput, placeOf, type Step, underWay } from '../plan.ts';
import { resolveBody, triggerBody } from './event.ts';

/**
 * The single next event for one incident at one PagerDuty service. PagerDuty knows an alert by its key, so an
 * event whose answer was lost is sent again as it was; everything else follows from what was announced.
 */
export function planPagerDuty(input: PlanInput): Step<PagerDutyCall> {
  const { delivery, telling, now } = input;
  const { facts } = telling.incident;
  const { sending } = delivery;
  if (sending !== null) {
    if (underWay(sending, now)) return { do: 'wait', until: sending.at + LEASE_MS };
    // It may have paged somebody. Until it is certain under which key, nothing else is sent: a key that is
    // forgotten can never be resolved.
    if (sending.call === 'trigger') return trigger(input, sending.facts);
  }
  if (!concerns(delivery, facts)) return { do: 'nothing' };
  switch (newsOf(delivery.announced, facts)) {
    case 'opened':
      return facts.status === 'firing'
        ? trigger(input, facts)
        : { do: 'settled', because: 'already resolved: nobody is paged', facts };
    case 'risen':
      return facts.status === 'firing'
        ? trigger(input, facts)
        : { do: 'settled', because: 'it was over before it was known to be graver', facts };
    case 'resolved':
      return resolve(input, facts);
    case 'reopened':
      return reopen(input, facts);
    case 'recurred':
      return { do: 'settled', because: 'it came back and ended before anybody could be paged', facts };
    case null:
      return outdated(delivery.shown, facts)
        ? { do: 'settled', because: 'nothing has moved that an alert shows', facts }
        : { do: 'nothing' };
  }
}

/** An alert that nobody was told had ended is ended first; only a new key notifies somebody who acknowledged the old. */
function reopen(input: PlanInput, facts: Facts): Step<PagerDutyCall> {
  const { announced } = input.delivery;
  if (announced?.status !== 'firing') return trigger(input, facts);
  return resolve(input, { ...announced, status: 'resolved', resolvedAt: facts.resolvedAt });
}

function trigger(input: PlanInput, facts: Facts): Step<PagerDutyCall> {
  const dedupKey = keyFor(input, facts);
  return callStep(
    { do: 'trigger', ...routed(input), dedupKey, body: triggerBody(input, dedupKey, facts) },
    facts,
  );
}

function resolve(input: PlanInput, facts: Facts): Step<PagerDutyCall> {
  const { handle, announced } = input.delivery;
  const dedupKey = handle ?? keyFor(input, announced ?? facts);
  return callStep({ do: 'resolve', ...routed(input), dedupKey, body: resolveBody(dedupKey) }, facts);
}

function routed({ delivery }: PlanInput): { readonly routingKey: string } {
  return { routingKey: placeOf(delivery.target.address) };
}

/** The open alert's own key, or that of the opening which these facts describe. */
function keyFor({ delivery, telling }: PlanInput, facts: Facts): string {
  const { announced, handle } = delivery;
  const open = announced?.status === 'firing' && announced.occurrence === facts.occurrence;
  return open && handle !== null ? handle : dedupKeyOf(telling.incident.id, delivery.target.address, facts);
}

/**
 * The key of one opening: the same facts give the same key, however often they are sent. Two openings of one
 * occurrence differ in the end that lies between them.
 */
export function dedupKeyOf(
  incident: Incident['id'],
  address: Delivery['target']['address'],
  { occurrence, resolvedAt }: Facts,
): string {
  const opening = JSON.stringify([address, incident, occurrence, resolvedAt]);
  return `hansho-${createHash('sha256').update(opening).digest('hex')}`;
}
