import { absorb } from '../incidents/absorb.ts';
import { foldBundles } from '../incidents/fold.ts';
import type { Policy, Step } from '../incidents/step.ts';
import { type Opening, openingsOf } from '../incidents/storm.ts';
import type { Bundle, Tally } from '../model/bundle.ts';
import type { Incident } from '../model/incident.ts';
import { goesOn } from '../model/news.ts';
import { laneOf } from '../model/severity.ts';
import { documentOfIncident } from '../rules/hold.ts';
import type { Judge } from '../rules/judge.ts';
import { canaryIn, canaryTracked } from './canary.ts';
import { reachedBy } from './groups.ts';
import { recordHistory } from './history.ts';
import type { Clock, Log, Metrics, Store, Topics, UntrackedQueue, Within } from './ports.ts';
import { countOpenings } from './storm.ts';
import { noteTouched, type Touched } from './touched.ts';

export interface TakeDeps {
  readonly judge: Judge;
  readonly store: Store;
  readonly topics: Topics;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

export interface TrackDeps extends TakeDeps {
  readonly untracked: UntrackedQueue;
  readonly within: Within;
}

/** A bundle and what its sender calls it. */
export interface Delivered {
  readonly id: string;
  readonly bundle: Bundle;
}

/** One message of a signals queue. */
export interface TrackRecord extends Delivered {
  /** When it was received for the first time, ms. */
  readonly since: number;
}

/** What could not be tracked for so long is told all the same (law 5). */
const AWAY_MS = 60_000;
/** A table that hangs is as good as none: enough of the function's 10 s is left to say so. */
const TAKE_MS = 7_000;
const PROGRESS_MS = 1_000;
/** Later than the table's short absences; SQS's own age of a message leaves out what was received three times. */
const STUCK_MS = 600_000;
/** How often a write that somebody else beat is decided again, before the queue delivers it anew. */
const ATTEMPTS = 8;

/**
 * Takes a batch of bundles into their incidents, one conditional write an incident, and publishes each
 * transition once. Returns the ids of the records that must be delivered again; the others are done.
 */
export async function track(records: readonly TrackRecord[], deps: TrackDeps): Promise<readonly string[]> {
  const failed = await eachIncident(records, deps, async (group, taken) => {
    const failed = await deps.within(TAKE_MS, takeGroup(group, taken, deps)).catch((error) => {
      complain(error, deps);
      return group.map((r) => r.id);
    });
    if (failed.length > 0) await failOpen(group, deps).catch((error) => complain(error, deps));
    return failed;
  });
  // The urgent lane runs ahead of a backlog: only the normal one says how far all of it has come.
  const normal = records.filter((r) => laneOf(r.bundle.severity) === 'normal');
  const oldest = Math.min(...normal.map((r) => r.bundle.receivedAt));
  if (Number.isFinite(oldest) && failed.length < records.length)
    await deps.within(PROGRESS_MS, deps.store.saveProgress(oldest)).catch((error) => complain(error, deps));
  sayStuck(
    records.filter(({ id }) => failed.includes(id)),
    deps,
  );
  return failed;
}

/** One bundle that can never be tracked would be tried for hours, and only its last try would be heard of. */
function sayStuck(failed: readonly TrackRecord[], { clock, log, metrics }: TrackDeps): void {
  const stuck = failed.filter(({ since }) => clock() - since >= STUCK_MS);
  if (stuck.length === 0) return;
  metrics.count('SignalsStuck', stuck.length);
  for (const { id, bundle, since } of stuck.slice(0, 10)) {
    const { incident, severity, report } = bundle;
    log.error('signals stuck', { message: id, incident, severity, title: report.title, since });
  }
}

/** As `track`, for bundles that did not come through the queue: they say nothing about how far it has come. */
export async function takeAll(records: readonly Delivered[], deps: TakeDeps): Promise<readonly string[]> {
  return eachIncident(records, deps, (group, taken) => takeGroup(group, taken, deps));
}

async function eachIncident<One extends Delivered>(
  records: readonly One[],
  deps: TakeDeps,
  work: (group: readonly One[], taken: Taken[]) => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const same = [...Map.groupBy(records, (r) => r.bundle.incident).values()];
  const taken: Taken[] = [];
  const failed = await Promise.all(same.map((group) => work(group, taken)));
  const openings = taken.flatMap((one) => one.openings);
  // After the wake-ups: what slips through meanwhile is no more than the channel takes.
  if (openings.length > 0) await countOpenings(openings, deps).catch((error) => complain(error, deps));
  await noteTouched(taken, deps).catch((error) => complain(error, deps));
  return failed.flat();
}

/** An incident that was taken and has moved; the addresses at which it is new, for the count of storms. */
interface Taken extends Touched {
  readonly openings: readonly Opening[];
}

/** Adds what moved to `taken`. */
async function takeGroup(
  group: readonly Delivered[],
  taken: Taken[],
  deps: TakeDeps,
): Promise<readonly string[]> {
  const [first, ...rest] = group.map((r) => r.bundle);
  if (first === undefined) return [];
  try {
    taken.push(...(await take(foldBundles([first, ...rest]), deps)));
    return [];
  } catch (error) {
    complain(error, deps);
    return group.map((r) => r.id);
  }
}

function policyOf({ rules, escalation, route }: Judge): Policy {
  return { reopenMs: rules.reopenMs, escalation, route };
}

/** The signals stay queued; what fires among those that have waited long enough is told untracked where the rules send it. */
async function failOpen(group: readonly TrackRecord[], deps: TrackDeps): Promise<void> {
  const now = deps.clock();
  const waited = group.filter((r) => now - r.since >= AWAY_MS);
  const [first, ...rest] = waited.map((r) => r.bundle);
  // A canary that the table did not take is not to come out.
  if (first === undefined || canaryIn(first) !== null) return;
  const bundle = inShort(foldBundles([first, ...rest]));
  const { facts, deliveries } = absorb(null, bundle, policyOf(deps.judge), now).incident;
  if (facts.status !== 'firing') return;
  const since = Math.min(...waited.map((r) => r.since));
  const sends = deliveries.map(({ target }) => deps.untracked.send({ target, bundle, since }));
  for (const sent of await Promise.allSettled(sends))
    if (sent.status === 'rejected') complain(sent.reason, deps);
}

/** One tally for all, so that the message stays small; its mark is one that the table will know. */
function inShort(bundle: Bundle): Bundle {
  const newest = bundle.firing.reduce<Tally | null>((a, b) => (a === null || b.last > a.last ? b : a), null);
  if (newest === null) return bundle;
  const n = bundle.firing.reduce((sum, tally) => sum + tally.n, 0);
  return { ...bundle, firing: [{ ...newest, n, first: Math.min(...bundle.firing.map((t) => t.first)) }] };
}

/** Gives what moved; nothing when it was known already. */
async function take(bundle: Bundle, deps: TakeDeps): Promise<readonly Taken[]> {
  const { store, judge, clock } = deps;
  const canary = canaryIn(bundle);
  if (canary !== null) {
    await canaryTracked(canary, bundle, deps);
    return [];
  }
  const policy = policyOf(judge);
  let reached: readonly string[] | null = null;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const now = clock();
    const before = await store.load(bundle.incident);
    reached ??= await reachedNow(before, bundle, deps);
    const step = absorb(before, bundle, { ...policy, reached }, now);
    if (!step.moved) return [];
    // The words first: whoever sees the incident must find its report.
    await store.saveReport(bundle.incident, withWhy(bundle, step), now);
    if ((await store.save(step.incident)) === 'conflict') continue;
    await afterwards(bundle, step, deps, now);
    const { id } = step.incident;
    const { also, kind } = bundle.report;
    return [{ id, also, openings: openingsOf(before, step.incident, kind) }];
  }
  throw new Error(`Incident ${bundle.incident} was being written by others ${ATTEMPTS} times in a row.`);
}

/** Counted once, and only what the incident has not seen. Counters that fail keep nobody from being told. */
async function reachedNow(
  before: Incident | null,
  bundle: Bundle,
  deps: TakeDeps,
): Promise<readonly string[]> {
  const fresh = bundle.firing.some(({ mark }) => before?.marks.includes(mark) !== true);
  if (bundle.groups === undefined || !fresh) return [];
  return reachedBy(bundle, deps).catch((error) => {
    complain(error, deps);
    return [];
  });
}

/** A report carries the reasons of intake and, when this bundle changed the incident, those of the state machine. */
function withWhy(bundle: Bundle, step: Step): Bundle['report'] {
  return { ...bundle.report, why: [...bundle.report.why, ...step.why] };
}

/** The incident is safe from here on: what fails now is mended by sweep, so it is logged and not repeated. */
async function afterwards(bundle: Bundle, step: Step, deps: TakeDeps, now: number): Promise<void> {
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
    noteSource(bundle, step, deps, now).catch((e) => complain(e, deps)),
  ]);
}

/** Whoever it explains finds it while it fires, and no longer. */
async function noteSource(
  { report }: Bundle,
  { incident }: Step,
  { judge, store }: TakeDeps,
  now: number,
): Promise<void> {
  const keys = judge.holds.inhibits(documentOfIncident(incident, report));
  const add = () => Promise.all(keys.map((key) => store.addSource(key, incident.id, now)));
  if (keys.length === 0) return;
  if (goesOn(incident.facts)) {
    await add();
    return;
  }
  await Promise.all(keys.map((key) => store.removeSource(key, incident.id)));
  // Another run may have seen it fire again, and have noted that before this took the note away.
  const since = await store.load(incident.id);
  if (since !== null && goesOn(since.facts)) await add();
}

function complain(error: unknown, { log }: Pick<TakeDeps, 'log'>): void {
  log.error('track failed', { because: error instanceof Error ? error.message : String(error) });
}
