import { LATE_MS } from '../incidents/ledger.ts';
import { follow } from '../incidents/reroute.ts';
import { isStale, isUntidy, isUntold } from '../incidents/schedule.ts';
import type { Step } from '../incidents/step.ts';
import { tick } from '../incidents/tick.ts';
import type { Bundle, IncidentId } from '../model/bundle.ts';
import type { Incident } from '../model/incident.ts';
import { isReminderDue } from '../model/remind.ts';
import type { ReadinessRule } from '../model/rules.ts';
import { laneOf } from '../model/severity.ts';
import type { Judge } from '../rules/judge.ts';
import { wakeCanaries } from './canary.ts';
import { type Home, overdue } from './expect.ts';
import { recordHistory } from './history.ts';
import type { Clock, Log, Metrics, SignalQueue, Store, Topics, WakeQueue } from './ports.ts';
import { postsDue } from './readiness.ts';
import { recordCalls, withReminders } from './remind.ts';
import { lookAtStorm } from './storm.ts';
import { takeAll } from './track.ts';

export interface SweepDeps {
  readonly judge: Judge;
  readonly store: Store;
  readonly wakes: WakeQueue;
  readonly topics: Topics;
  readonly signals: Pick<SignalQueue, 'waiting'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Where it runs: what is expected is expected here. */
  readonly home: Home;
}

const PAGE = 100;
/** A sweep ends before the next begins. */
const BUDGET_MS = 45_000;
/** How soon what is still untold is looked at again. */
const NEXT_LOOK_MS = 60_000;
/** A signal that could not be tracked comes again after the queue’s 65 s; it may fail four times before it counts as lost to quiet. */
export const BACKLOG_MS = 300_000;

/**
 * Looks at every incident that is due: ends what has gone quiet, and wakes the tellers of whatever is untold
 * or stale. One incident's failure harms no other; the sweep fails visibly at its end.
 */
export async function sweep(deps: SweepDeps): Promise<void> {
  const started = deps.clock();
  const failures: unknown[] = [];
  // Nothing counts as quiet while nobody knows what still waits; what is untold is woken all the same.
  const heard = await listen(deps, started).catch((error: unknown): Heard => {
    failures.push(error);
    return { until: 0, backlog: true };
  });
  await expectAll(heard.until, deps, started).catch((error: unknown) => failures.push(error));
  await wakeCanaries(deps).catch((error: unknown) => failures.push(error));
  const seen = new Set<IncidentId>();
  const late: number[] = [];
  while (deps.clock() - started < BUDGET_MS) {
    const due = (await deps.store.due(deps.clock(), PAGE)).filter((id) => !seen.has(id));
    if (due.length === 0) break;
    for (const id of due) {
      seen.add(id);
      try {
        late.push(...(await look(id, heard, deps)));
      } catch (error) {
        failures.push(error);
        deps.log.error('sweep failed', {
          incident: id,
          because: error instanceof Error ? error.message : String(error),
        });
      }
    }
  }
  // A summary tells what is still open once all that has gone quiet is over.
  for (const entry of deps.judge.readiness.rules)
    await announceReadiness(entry, deps, deps.clock()).catch((error: unknown) => failures.push(error));
  deps.metrics.count('Untold', late.filter((ms) => ms > LATE_MS).length);
  deps.metrics.count('UntoldSeconds', Math.round(Math.max(0, ...late) / 1_000));
  deps.metrics.count('SweepHeartbeat', 1);
  if (failures.length > 0)
    throw new AggregateError(failures, `The sweep was not whole: ${failures.length} looks failed.`);
}

interface Heard {
  /** The receive time up to which every accepted signal has been tracked, ms. */
  readonly until: number;
  /** Signals wait. Track's progress may run ahead of one that failed and is hidden until it comes again. */
  readonly backlog: boolean;
}

async function listen({ signals, store }: SweepDeps, now: number): Promise<Heard> {
  if ((await signals.waiting()) === 0) return { until: now, backlog: false };
  return { until: ((await store.loadProgress()) ?? now) - BACKLOG_MS, backlog: true };
}

/** What must be heard and was not becomes an incident, as any signal does. */
async function expectAll(heardUntil: number, deps: SweepDeps, now: number): Promise<void> {
  await takeOwn(await overdue(deps, heardUntil, now), deps);
}

/** What people planned for is announced, and summed up when it is over. */
async function announceReadiness(entry: ReadinessRule, deps: SweepDeps, now: number): Promise<void> {
  await takeOwn(await postsDue(entry, deps, now), deps);
}

/** Takes what Hansho says itself. */
async function takeOwn(bundles: readonly Bundle[], deps: SweepDeps): Promise<void> {
  const failed = await takeAll(
    bundles.map((bundle) => ({ id: bundle.incident, bundle })),
    deps,
  );
  if (failed.length > 0)
    throw new Error(`${failed.length} of Hansho's own incidents could not be written: ${failed.join(', ')}`);
}

/** Returns for how long each of its addresses has been untold, ms. */
async function look(id: IncidentId, heard: Heard, deps: SweepDeps): Promise<readonly number[]> {
  const now = deps.clock();
  const incident = await deps.store.load(id);
  if (incident === null) return [];
  const { storm } = incident;
  const behind = heard.backlog && isLate(incident, now);
  const until = behind ? 0 : heard.until;
  const step =
    storm === null ? tick(incident, until, now) : await lookAtStorm(incident, storm, until, deps, now);
  const routed = storm === null ? follow(step.incident, deps.judge, now) : step.incident;
  const called = await withReminders(routed, deps, now);
  const next = { ...called.incident, dueAt: lookAgain(called.incident, now, behind) };
  // Somebody else wrote: the incident is alive and will be due again.
  if ((await deps.store.save(next)) === 'conflict') return [];
  await wakeTellers(next, now, deps);
  if (step.transitions.length > 0) await announce({ ...step, incident: next }, deps, now);
  await recordCalls(called, deps, now);
  return next.deliveries.flatMap((d) => (d.untoldSince === null ? [] : [now - d.untoldSince]));
}

/**
 * Nobody looked when quiet was due, so the table or sweep was away. The signals that wait are then of all ages, and
 * those of this incident may be among them: they get their time before it can count as quiet.
 */
function isLate({ dueAt, facts, quietMs }: Incident, now: number): boolean {
  return facts.status === 'firing' && quietMs !== null && dueAt !== null && now - dueAt > BACKLOG_MS;
}

function lookAgain({ dueAt, storm }: Incident, now: number, behind: boolean): number | null {
  if (dueAt === null || storm !== null) return dueAt;
  return Math.max(dueAt, now + (behind ? BACKLOG_MS : NEXT_LOOK_MS));
}

async function announce(step: Step, deps: SweepDeps, now: number): Promise<void> {
  const report = await deps.store.loadReport(step.incident.id);
  if (report !== null) {
    await deps.topics.publish(
      step.incident.facts.channel,
      { incident: step.incident, report },
      step.transitions,
    );
  }
  await recordHistory(step, deps, now);
  deps.log.info('incident', {
    incident: step.incident.id,
    transitions: step.transitions,
    why: step.why.map((w) => w.because),
  });
}

async function wakeTellers(incident: Incident, now: number, { wakes }: SweepDeps): Promise<void> {
  for (const d of incident.deliveries) {
    const waiting =
      isUntold(d, incident.facts) ||
      (d.held !== null && d.held.askAt <= now) ||
      isUntidy(d, incident.facts) ||
      isReminderDue(d, incident.facts, now) ||
      (isStale(d, incident.facts) && d.refreshAt <= now);
    if (!waiting || d.retryAt > now) continue;
    await wakes.wake(
      d.target.kind,
      laneOf(incident.facts.severity),
      { incident: incident.id, address: d.target.address },
      0,
    );
  }
}
