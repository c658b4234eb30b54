import type { Bundle, IncidentId } from '../model/bundle.ts';
import { CANARY, type Door } from '../model/canary.ts';
import { DESTINATION_KINDS, type DestinationKind } from '../model/decision.ts';
import type { Wake } from '../model/incident.ts';
import { LANES, type Lane, laneOf } from '../model/severity.ts';
import type { Outcome } from '../model/telling.ts';
import type { Clock, Log, Metrics, Store, WakeQueue } from './ports.ts';

/**
 * The canary walks the way of every signal: events queue, intake, signals queue, track, table, sweep, tell queue,
 * tell. It is no incident, so that no list, topic or card ever shows it; at each place it only leaves a mark.
 * Not by the topics: people subscribe to those. What a topic loses, sweep wakes, which is the way that it takes.
 */

/** Null: it is a bundle of a real problem. */
export function canaryIn({ report, severity }: Bundle): Lane | null {
  return report.source === CANARY ? laneOf(severity) : null;
}

/** Track: the canary has reached the table. */
export async function canaryTracked(
  lane: Lane,
  { report }: Bundle,
  { store, clock }: { readonly store: Store; readonly clock: Clock },
): Promise<void> {
  await store.saveSighting({ perch: `track-${lane}`, sentAt: report.time, seenAt: clock() });
}

/** Sweep: wakes every door that the newest canary has not come out at. */
export async function wakeCanaries({
  store,
  wakes,
}: {
  readonly store: Store;
  readonly wakes: WakeQueue;
}): Promise<void> {
  for (const lane of LANES) {
    const tracked = await store.loadSighting(`track-${lane}`);
    if (tracked === null) continue;
    for (const kind of DESTINATION_KINDS) {
      const out = await store.loadSighting(`${kind}-${lane}`);
      // Another one, not a newer one: an event with a time in the future must not stand in the way of those after it.
      if (out?.sentAt !== tracked.sentAt) await wakes.wake(kind, lane, canaryWake(lane), 0);
    }
  }
}

/** Names no incident: their ids are hexadecimal. */
function canaryWake(lane: Lane): Wake {
  return { incident: `${CANARY}-${lane}` as IncidentId, address: null };
}

/** Null: it is a wake-up for a real incident. */
export function canaryWoken({ incident }: Wake): Lane | null {
  return LANES.find((lane) => incident === canaryWake(lane).incident) ?? null;
}

/** Whether the destination would take a message now, asked without sending one. */
export type Ready = () => Promise<Outcome>;

/** Tell: it came out. A door that it does not come out at raises the alarm by the missing metric. */
export async function canaryOut(
  lane: Lane,
  deps: {
    readonly kind: DestinationKind;
    readonly store: Store;
    readonly clock: Clock;
    readonly log: Log;
    readonly metrics: Metrics;
    readonly ready?: Ready;
  },
): Promise<void> {
  const { kind, store, clock, log, metrics } = deps;
  const door = `${kind}-${lane}` as const;
  const [tracked, out] = [await store.loadSighting(`track-${lane}`), await store.loadSighting(door)];
  if (tracked === null || out?.sentAt === tracked.sentAt) return;
  if (!(await opens(door, deps))) return;
  const seenAt = clock();
  await store.saveSighting({ perch: door, sentAt: tracked.sentAt, seenAt });
  metrics.count('CanaryOut', 1, { door });
  log.info('canary out', { door, afterMs: seenAt - tracked.sentAt });
}

/** A revoked token is heard of here, and not when the next alert needs it. The next sweep asks again. */
async function opens(
  door: Door,
  {
    kind,
    ready,
    log,
    metrics,
  }: {
    readonly kind: DestinationKind;
    readonly ready?: Ready;
    readonly log: Log;
    readonly metrics: Metrics;
  },
): Promise<boolean> {
  const answer = await ready?.();
  if (answer?.is === 'broken') {
    metrics.count('AddressBroken', 1, { address: kind });
    log.error('address broken', { address: kind, code: answer.code, hint: answer.hint });
    return false;
  }
  if (answer?.is === 'retry' || answer?.is === 'unsettled') {
    log.warn('canary waits', { door, because: answer.because });
    return false;
  }
  return true;
}
