import { createHash } from 'node:crypto';
import type { Facts, Stray } from '../../model/incident.ts';
import { goesOn, newsOf, outdated } from '../../model/news.ts';
import type { PagerDutyCall } from '../../model/telling.ts';
import {
  callStep,
  concerns,
  LEASE_MS,
  type PlanInput,
  placeOf,
  type Step,
  tidyStep,
  underWay,
} from '../plan.ts';
import { resolveBody, triggerBody } from './event.ts';

/**
 * The single next event for one incident at one PagerDuty service. An alert is known by its key alone, and the
 * key of the next one follows from what was last announced: it does not change while an event is tried again,
 * whatever happens to the incident meanwhile. So nothing has to be looked up, only sent again.
 */
export function planPagerDuty(input: PlanInput): Step<PagerDutyCall> {
  const step = planTelling(input);
  return step.do === 'nothing' ? (tidyStep(input, (stray) => tidy(stray, input)) ?? step) : step;
}

/** An alert that is not the one we keep is ended. */
function tidy({ handle }: Stray, input: PlanInput): PagerDutyCall | null {
  if (handle === null) return null;
  return { do: 'resolve', ...routed(input), dedupKey: handle, body: resolveBody(handle) };
}

function planTelling(input: PlanInput): Step<PagerDutyCall> {
  const { delivery, telling, now } = input;
  const { facts } = telling.incident;
  const { sending } = delivery;
  if (sending !== null && underWay(sending, now)) return { do: 'wait', until: sending.at + LEASE_MS };
  if (!concerns(delivery, facts)) return { do: 'nothing' };
  switch (newsOf(delivery.announced, facts)) {
    case 'opened':
      return goesOn(facts) ? triggerOpen(input) : over(input, 'already resolved: nobody is paged');
    case 'risen':
      return goesOn(facts) ? triggerOpen(input) : over(input, 'it was over before it was known to be graver');
    case 'resolved':
      return resolve(input, facts);
    case 'reopened':
      return reopen(input);
    case 'flapping':
      return flap(input);
    case 'recurred':
      return over(input, 'it came back and ended before anybody could be paged');
    case null:
      return outdated(delivery.shown, facts)
        ? { do: 'settled', because: 'nothing has moved that an alert shows', facts }
        : { do: 'nothing' };
  }
}

/**
 * Over before it was told: nobody is paged for it. Where an attempt has failed, it may have paged somebody all
 * the same, so the alert that it may have left is ended; PagerDuty drops a resolve for which nothing is open.
 */
function over(input: PlanInput, because: string): Step<PagerDutyCall> {
  const { facts } = input.telling.incident;
  return wasTried(input) ? resolve(input, facts) : { do: 'settled', because, facts };
}

/** Something was sent of which nobody knows what came of it. */
function wasTried({ delivery }: PlanInput): boolean {
  return delivery.sending !== null || delivery.attempts > 0;
}

/** An alert that nobody was told had ended is ended first; only a new key notifies somebody who acknowledged the old. */
function reopen(input: PlanInput): Step<PagerDutyCall> {
  const { announced } = input.delivery;
  const { facts } = input.telling.incident;
  const { resolvedAt } = facts;
  if (announced?.status !== 'firing') return trigger(input);
  if (announced.flaps > 0) return keepOpen(input, 'calm, and its alert was open all along', facts);
  return resolve(input, { ...announced, status: 'resolved', resolvedAt });
}

/** While it flaps one alert stays open, also in the moments in which it has ended. */
function flap(input: PlanInput): Step<PagerDutyCall> {
  if (input.delivery.announced?.status !== 'firing') return triggerOpen(input);
  const facts: Facts = { ...input.telling.incident.facts, status: 'firing' };
  return keepOpen(input, 'it flaps: its alert stays open until it is calm', facts);
}

/** Nobody is to hear of it. An end that was tried may have arrived: the same key opens what was ended, or joins what is open. */
function keepOpen(input: PlanInput, because: string, facts: Facts): Step<PagerDutyCall> {
  return wasTried(input) ? trigger(input, facts) : { do: 'settled', because, facts };
}

function triggerOpen(input: PlanInput): Step<PagerDutyCall> {
  return trigger(input, { ...input.telling.incident.facts, status: 'firing' });
}

/** `facts`: what holds once the alert is open. */
function trigger(input: PlanInput, facts = input.telling.incident.facts): Step<PagerDutyCall> {
  const dedupKey = keyOf(input);
  const call = { do: 'trigger', ...routed(input), dedupKey, body: triggerBody(input, dedupKey) } as const;
  return callStep(call, facts);
}

/** `facts`: what holds once the alert is ended. */
function resolve(input: PlanInput, facts: Facts): Step<PagerDutyCall> {
  const dedupKey = keyOf(input);
  return callStep({ do: 'resolve', ...routed(input), dedupKey, body: resolveBody(dedupKey) }, facts);
}

function routed({ delivery }: PlanInput): { readonly routingKey: string } {
  return { routingKey: placeOf(delivery.target.address) };
}

/** The key of the alert that is open, or of the one to be opened after what was last announced. */
function keyOf({ delivery, telling }: PlanInput): string {
  const { announced, handle, target } = delivery;
  const { id, facts } = telling.incident;
  const told = announced?.occurrence === facts.occurrence ? announced : null;
  if (told?.status === 'firing' && handle !== null) return handle;
  const after = told?.status === 'resolved' ? told.resolvedAt : 0;
  return dedupKeyOf([target.address, id, facts.occurrence, after]);
}

/**
 * One alert: its address, incident and occurrence, and the announced end after which it opens (ms, 0 for the
 * first of an occurrence). Hashed, so that it tells nothing and has PagerDuty's length.
 */
export function dedupKeyOf(
  opening: readonly [address: string, incident: string, occurrence: number, after: number],
): string {
  return `hansho-${createHash('sha256').update(JSON.stringify(opening)).digest('hex')}`;
}
