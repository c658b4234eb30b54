import type { PlanInput, Step } from '../destinations/plan.ts';
import { note } from '../incidents/deliver.ts';
import { deliveryAt } from '../incidents/delivery.ts';
import type { IncidentId } from '../model/bundle.ts';
import type { Address } from '../model/decision.ts';
import type { Wake } from '../model/incident.ts';
import { goesOn } from '../model/news.ts';
import type { Judge } from '../rules/judge.ts';
import { type Next, wakeAgain } from './again.ts';
import { type CallDeps, makeCall } from './call.ts';
import { canaryOut, canaryWoken, type Ready } from './canary.ts';
import { keptBack, letGo, quietWhileHeld, takenBy } from './held.ts';
import { remindingOf } from './remind.ts';

export interface TellDeps<Call> extends CallDeps<Call> {
  readonly plan: (input: PlanInput) => Step<Call>;
  /** What the canary asks before it comes out. Left out: nothing. */
  readonly ready?: Ready;
}

/** A card, its update and its reply are three calls; a few more leave room for a shrink or a look-up. */
const CALLS = 8;

/**
 * Makes what was told equal to what is wanted, at one address or at all of this kind. Safe to call at any
 * time, any number of times, by several at once.
 * @throws when the table cannot be reached; what destinations answer never throws.
 */
export async function tell<Call>(wake: Wake, deps: TellDeps<Call>): Promise<void> {
  const canary = canaryWoken(wake);
  if (canary !== null) return canaryOut(canary, deps);
  const incident = await deps.store.load(wake.incident);
  if (incident === null) return;
  const addresses = incident.deliveries
    .filter((d) => d.target.kind === deps.kind)
    .map((d) => d.target.address)
    .filter((address) => wake.address === null || wake.address === address);
  const [first, ...others] = addresses;
  // One address a message: where one hangs, the others do not wait for it.
  for (const address of others) await wakeAgain(incident, address, 0, deps);
  if (first !== undefined) await tellAddress(wake.incident, first, deps);
}

async function tellAddress<Call>(id: IncidentId, address: Address, deps: TellDeps<Call>): Promise<void> {
  let taken = false;
  for (let calls = 0; calls < CALLS; calls += 1) {
    const next: Next = await tellOnce(id, address, deps, taken);
    if (next === 'done') return;
    // Once: a turn that is kept for long is another's by then.
    taken = next === 'overtaken' && !taken;
  }
  const incident = await deps.store.load(id);
  if (incident !== null) await wakeAgain(incident, address, 0, deps);
}

/** Load, plan, ask who holds it, call: one thing at a time. */
async function tellOnce<Call>(
  id: IncidentId,
  address: Address,
  deps: TellDeps<Call>,
  taken: boolean,
): Promise<Next> {
  const input = await look(id, address, deps);
  if (input === null) return 'done';
  const { telling, delivery, now } = input;
  const { incident } = telling;
  const step = quietWhileHeld(deps.plan(input), input, deps.plan);
  switch (step.do) {
    case 'nothing':
      return letGo(input, deps);
    case 'wait':
      await wakeAgain(incident, address, step.until - now, deps);
      return letGo(input, deps);
    case 'settled':
      if (delivery.held !== null && !goesOn(incident.facts)) return takenBy(delivery.held, input, deps);
      deps.log.info('told', { incident: id, address, call: 'none', because: step.because });
      await deps.store.save(note(incident, address, step.facts, now));
      return 'again';
    case 'call':
      return (await keptBack(step.name, input, deps)) ?? makeCall(step, input, deps, taken);
  }
}

/** All that decides what is told there next; null: nothing is, or not yet. */
async function look<Call>(
  id: IncidentId,
  address: Address,
  { store, judge, clock, nonce, log }: TellDeps<Call>,
): Promise<PlanInput | null> {
  const now = clock();
  const [incident, state, report] = await Promise.all([
    store.load(id),
    store.loadAddress(address),
    store.loadReport(id),
  ]);
  const delivery = incident && deliveryAt(incident, address);
  if (incident === null || delivery === null) return null;
  if (report === null) {
    const hint = 'its words are gone from the table; the next signal brings them back';
    log.error('report missing', { incident: id, address, hint });
    return null;
  }
  if (delivery.retryAt > now) return null;
  return {
    telling: { incident, report },
    delivery,
    address: state,
    ...voiceAt(address, judge),
    reminding: remindingOf(incident, report, judge),
    nonce: nonce(),
    now,
  };
}

/** How people are spoken to at an address. */
export function voiceAt(
  address: Address,
  { destination, rules }: Pick<Judge, 'destination' | 'rules'>,
): Pick<PlanInput, 'language' | 'mention' | 'timezone'> {
  const there = destination(address);
  return {
    language: there?.language ?? rules.language,
    mention: there?.mention ?? null,
    timezone: rules.timezone,
  };
}
