import { absorb, type Step } from '../incidents/absorb.ts';
import { foldBundles } from '../incidents/fold.ts';
import { type Opening, openingsOf } from '../incidents/storm.ts';
import type { Bundle } from '../model/bundle.ts';
import { laneOf } from '../model/severity.ts';
import type { Judge } from '../rules/judge.ts';
import { recordHistory } from './history.ts';
import type { Clock, Log, Metrics, Store, Topics } from './ports.ts';
import { countOpenings } from './storm.ts';

export interface TrackDeps {
  readonly judge: Judge;
  readonly store: Store;
  readonly topics: Topics;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** A bundle and what its sender calls it. */
export interface Delivered {
  readonly id: string;
  readonly bundle: Bundle;
}

/** How often a write that somebody else beat is decided again, before the queue delivers it anew. */
const ATTEMPTS = 8;

/**
 * Takes a batch of bundles into their incidents, one conditional write an incident, and publishes each
 * transition once. Returns the ids of the records that must be delivered again; the others are done.
 */
export async function track(records: readonly Delivered[], deps: TrackDeps): Promise<readonly string[]> {
  const failed = await takeAll(records, deps);
  // The urgent lane runs ahead of a backlog: only the normal one says how far all of it has come.
  const normal = records.filter((r) => laneOf(r.bundle.severity) === 'normal');
  const oldest = Math.min(...normal.map((r) => r.bundle.receivedAt));
  if (Number.isFinite(oldest)) await deps.store.saveProgress(oldest).catch((error) => complain(error, deps));
  return failed;
}

/** As `track`, for bundles that did not come through the queue: they say nothing about how far it has come. */
export async function takeAll(records: readonly Delivered[], deps: TrackDeps): Promise<readonly string[]> {
  const same = [...Map.groupBy(records, (r) => r.bundle.incident).values()];
  const openings: Opening[] = [];
  const failed = await Promise.all(same.map((group) => trackOne(group, deps, openings)));
  // After the wake-ups: what slips through meanwhile is no more than the channel takes.
  if (openings.length > 0) await countOpenings(openings, deps).catch((error) => complain(error, deps));
  return failed.flat();
}

async function trackOne(
  group: readonly Delivered[],
  deps: TrackDeps,
  openings: Opening[],
): Promise<readonly string[]> {
  const [first, ...rest] = group.map((r) => r.bundle);
  if (first === undefined) return [];
  try {
    openings.push(...(await take(foldBundles([first, ...rest]), deps)));
    return [];
  } catch (error) {
    complain(error, deps);
    return group.map((r) => r.id);
  }
}

/** Gives the addresses at which it is new, for the count of storms. */
async function take(bundle: Bundle, deps: TrackDeps): Promise<readonly Opening[]> {
  const { store, judge, clock } = deps;
  const policy = { reopenMs: judge.rules.reopenMs, escalation: judge.escalation, route: judge.route };
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const now = clock();
    const before = await store.load(bundle.incident);
    const step = absorb(before, bundle, policy, now);
    if (!step.moved) return [];
    // The words first: whoever sees the incident must find its report.
    await store.saveReport(bundle.incident, withWhy(bundle, step), now);
    if ((await store.save(step.incident)) === 'conflict') continue;
    await afterwards(bundle, step, deps, now);
    return openingsOf(before, step.incident, bundle.report.kind);
  }
  throw new Error(`Incident ${bundle.incident} was being written by others ${ATTEMPTS} times in a row.`);
}

/** A report carries the reasons of intake and, when this bundle changed the incident, those of the state machine. */
function withWhy(bundle: Bundle, step: Step): Bundle['report'] {
  return { ...bundle.report, why: [...bundle.report.why, ...step.why] };
}

/** The incident is safe from here on: what fails now is mended by sweep, so it is logged and not repeated. */
async function afterwards(bundle: Bundle, step: Step, deps: TrackDeps, now: number): Promise<void> {
  const { log, topics } = deps;
  if (step.transitions.length === 0) return;
  log.info('incident', {
    incident: step.incident.id,
    transitions: step.transitions,
    severity: step.incident.facts.severity,
    count: step.incident.facts.count,
    why: step.why.map((w) => `${w.rule} (${w.at}): ${w.because}`),
  });
  const telling = { incident: step.incident, report: bundle.report };
  await Promise.all([
    topics.publish(step.incident.facts.channel, telling, step.transitions).catch((e) => complain(e, deps)),
    recordHistory(step, deps, now).catch((e) => complain(e, deps)),
  ]);
}

function complain(error: unknown, { log }: Pick<TrackDeps, 'log'>): void {
  log.error('track failed', { because: error instanceof Error ? error.message : String(error) });
}
