import { postpone } from '../incidents/deliver.ts';
import { deliveryAt } from '../incidents/delivery.ts';
import { fallBack } from '../incidents/fallback.ts';
import { LATE_MS } from '../incidents/ledger.ts';
import { isUntold } from '../incidents/schedule.ts';
import type { Address, DestinationKind } from '../model/decision.ts';
import type { Incident } from '../model/incident.ts';
import { laneOf } from '../model/severity.ts';
import type { Judge } from '../rules/judge.ts';
import type { Clock, Log, Metrics, Store, WakeQueue } from './ports.ts';

/**
 * Whether an address is looked at once more at once, or left to the next wake-up. `overtaken`: at once, with the place
 * in its pace that was taken and not used, because somebody else wrote first.
 */
export type Next = 'again' | 'overtaken' | 'done';

export interface AgainDeps {
  readonly kind: DestinationKind;
  readonly store: Store;
  readonly wakes: WakeQueue;
  readonly judge: Judge;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** Wakes this kind's teller of one address after so long. */
export async function wake(
  { id, facts }: Incident,
  address: Address,
  delayMs: number,
  { kind, wakes }: Pick<AgainDeps, 'kind' | 'wakes'>,
): Promise<void> {
  await wakes.wake(kind, laneOf(facts.severity), { incident: id, address }, delayMs);
}

/** As `wake`, where something is still untold. */
export async function wakeAgain(
  incident: Incident,
  address: Address,
  delayMs: number,
  deps: AgainDeps,
): Promise<void> {
  const delivery = deliveryAt(incident, address);
  if (delivery === null || !isUntold(delivery, incident.facts)) return;
  await wake(incident, address, Math.max(0, delayMs), deps);
}

/** The address is blocked, broken or out of pace: try when it may be tried, without waiting here. */
export async function later(
  incident: Incident,
  address: Address,
  { until, because }: { readonly until: number; readonly because: string },
  deps: AgainDeps,
  now: number,
): Promise<Next> {
  const postponed = postpone(incident, address, until, now);
  if ((await deps.store.save(postponed)) === 'conflict') return 'again';
  complainWhenLate(incident, address, because, deps);
  await wakeAgain(postponed, address, until - now, deps);
  return 'done';
}

/** What a broken address cannot be told goes to its fallback; one of another kind is woken by the next sweep. */
export async function standIn(
  incident: Incident,
  address: Address,
  code: string | null,
  deps: AgainDeps,
  now: number,
): Promise<Incident> {
  const fallback = deps.judge.destination(address)?.fallback ?? null;
  if (code === null || fallback === null) return incident;
  const after = fallBack(incident, address, fallback, code, now);
  if (after === incident) return incident;
  deps.metrics.count('FellBack', 1, { kind: fallback.kind });
  deps.log.warn('fell back', { incident: incident.id, address, code, to: fallback.address });
  if (fallback.kind === deps.kind) await wakeAgain(after, fallback.address, 1_000, deps);
  return after;
}

/** Each try that comes to nothing moves the next look of sweep, so telling itself must say that it is late. */
export function complainWhenLate(
  incident: Incident,
  address: Address,
  because: string,
  { clock, log, metrics }: AgainDeps,
): void {
  const since = deliveryAt(incident, address)?.untoldSince ?? null;
  if (since === null || clock() - since <= LATE_MS) return;
  metrics.count('Untold', 1);
  log.warn('untold', { incident: incident.id, address, since, because });
}
