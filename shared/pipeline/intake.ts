import type { Bundle } from '../model/bundle.ts';
import { CANARY } from '../model/canary.ts';
import type { Verdict } from '../model/decision.ts';
import { laneOf } from '../model/severity.ts';
import { isBroken } from '../rules/compiled.ts';
import type { Judge } from '../rules/judge.ts';
import { decodeLogs, type LogBatch, readLogs } from '../sources/logs.ts';
import { serviceOfGroup } from '../sources/logs-service.ts';
import { readEvent } from '../sources/registry.ts';
import type { Fault, Reading } from '../sources/source.ts';
import { archive } from './archive.ts';
import { type Beats, type From, heardIn, heartbeats } from './expect.ts';
import { foldSignals, isTracked, type Tracked } from './fold.ts';
import { inputOf } from './input.ts';
import { type Judged, judgeSignal } from './judge.ts';
import { levelsFor, sparedBy } from './levels.ts';
import type { Archive, Clock, Log, Metrics, SignalQueue } from './ports.ts';

export interface IntakeDeps {
  readonly judge: Judge;
  readonly signals: SignalQueue;
  /** Where this runs: a log payload does not say its region. */
  readonly region: string;
  readonly partition: string;
  /** The account it runs in. */
  readonly account: string;
  readonly beats: Beats;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Left out: nothing is kept for `hansho replay`. */
  readonly archive?: Archive;
}

/**
 * What became of one input: in = tracked + ignored + unremarkable, beside the faults, which keep the input itself. The
 * canary is in none of the counts.
 */
export interface IntakeReport {
  /** The same whenever and however often this input is read (`inputOf`). */
  readonly input: string;
  readonly signals: number;
  readonly tracked: number;
  readonly ignored: number;
  readonly unremarkable: number;
  readonly bundles: number;
  readonly faults: readonly Fault[];
}

/** The input as a whole could not be read; the trigger must keep it. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
}

/** A signal would have been lost between two of our own steps; the input must be delivered again. */
export class Unbalanced extends Error {
  override readonly name = 'Unbalanced';
}

/** Bundles were read but not accepted by the queue; the trigger must deliver the input again. */
export class NotQueued extends Error {
  override readonly name = 'NotQueued';
}

/**
 * Takes one CloudWatch Logs subscription payload (`awslogs.data`).
 * @throws Unreadable when it is not base64, gzip, JSON or not of the documented shape.
 * @throws NotQueued when the signals queue did not accept everything.
 */
export async function intakeLogs(data: string, deps: IntakeDeps): Promise<IntakeReport> {
  const receivedAt = deps.clock();
  const decoded = await decodeLogs(data, { spared: sparedBy(deps.judge) });
  if (!decoded.ok) {
    const fault = { where: '.', because: decoded.because, raw: data };
    const report = { ...NOTHING, input: inputOf({ signals: [], faults: [fault] }), faults: [fault] };
    account(report, [], deps);
    throw new Unreadable(
      `The log payload cannot be read: ${decoded.because}. It is kept by the on-failure destination.`,
    );
  }
  const { region, partition, judge } = deps;
  const options = {
    ...levelsFor(judge, decoded.batch.logGroup),
    receivedAt,
    all: false,
    prefilter: judge.prefilter,
    region,
    partition,
  };
  return accept(readLogs(decoded.batch, options), originOf(decoded.batch, region), receivedAt, deps);
}

/**
 * Takes one event: an EventBridge envelope, an SNS or SQS wrapping of one, a direct alarm action, or anything else.
 * @throws NotQueued when the signals queue did not accept everything.
 */
export async function intakeEvent(raw: unknown, deps: IntakeDeps): Promise<IntakeReport> {
  const receivedAt = deps.clock();
  return accept(readEvent(raw, receivedAt), null, receivedAt, deps);
}

/** A log group that says anything at all has been heard, at its newest line. */
function originOf({ messageType, owner, logGroup, logEvents }: LogBatch, region: string): From | null {
  if (messageType !== 'DATA_MESSAGE') return null;
  const at = logEvents.reduce((newest, { timestamp }) => Math.max(newest, timestamp ?? 0), 0);
  const from = { source: 'logs', service: serviceOfGroup(logGroup), account: owner, region, logGroup };
  return at === 0 ? null : { from, at };
}

async function accept(
  reading: Reading,
  from: From | null,
  receivedAt: number,
  deps: IntakeDeps,
): Promise<IntakeReport> {
  const judged = reading.signals.map((signal) => judgeSignal(signal, deps.judge, receivedAt));
  const toTrack = judged.filter(isTracked);
  const bundles = foldSignals(toTrack, receivedAt);
  const counted = judged.filter(({ signal }) => signal.source !== CANARY);
  const heard = heardIn(counted, from, deps.judge, receivedAt).filter(deps.beats.due);
  const by = (outcome: Verdict['outcome']) => counted.filter(({ verdict }) => verdict.outcome === outcome);
  const [tracked, ignored, unremarkable] = [by('tracked'), by('ignored'), by('unremarkable')];
  const report: IntakeReport = {
    input: inputOf(reading),
    signals: counted.length,
    tracked: tracked.length,
    ignored: ignored.length,
    unremarkable: unremarkable.length,
    bundles: bundles.length,
    faults: reading.faults,
  };
  balance(report, toTrack, bundles);
  await queue([...bundles, ...heartbeats(heard, deps.judge, deps, receivedAt)], deps);
  for (const one of heard) deps.beats.sent(one);
  for (const one of [...tracked, ...ignored]) logDecision(one, deps.log);
  recordTrials(counted, deps);
  const broken = judged.filter(({ verdict }) => verdict.why.some(isBroken)).length;
  if (broken > 0) deps.metrics.count('RulesBroken', broken);
  // The canary alone is no input to account for: it would count nothing every five minutes.
  if (counted.length > 0 || judged.length === 0) account(report, ignored, deps);
  keep(reading, judged, receivedAt, deps);
  return report;
}

/** Everything is queued and said by now: what cannot be kept is counted, and in nobody's way. */
function keep(
  { signals }: Reading,
  judged: readonly Judged[],
  receivedAt: number,
  { archive: put, log, metrics }: Pick<IntakeDeps, 'archive' | 'log' | 'metrics'>,
): void {
  if (put === undefined) return;
  const some = judged.flatMap((one, i) => {
    const status = signals[i]?.status ?? one.signal.status;
    return one.signal.source === CANARY ? [] : [archive({ ...one, at: receivedAt }, status)];
  });
  try {
    const lost = put(some);
    if (lost > 0) metrics.count('NotArchived', lost);
  } catch (error) {
    metrics.count('NotArchived', some.length);
    log.warn('not archived', { because: error instanceof Error ? error.message : String(error) });
  }
}

const NOTHING = { signals: 0, tracked: 0, ignored: 0, unremarkable: 0, bundles: 0 } as const;

/** Says and counts what became of an input. */
function account(
  report: IntakeReport,
  ignored: readonly Judged[],
  { log, metrics }: Pick<IntakeDeps, 'log' | 'metrics'>,
): void {
  for (const { where, because } of report.faults) log.error('record unreadable', { where, because });
  log.info('ledger', { ...report, faults: report.faults.length });
  measure(report, ignored, metrics);
}

/** In = tracked + ignored + unremarkable, and every problem that was tracked has its bundle. @throws Unbalanced */
function balance(report: IntakeReport, tracked: readonly Tracked[], bundles: readonly Bundle[]): void {
  const { signals, ignored, unremarkable } = report;
  const problems = new Set(tracked.map(({ incident }) => incident)).size;
  if (signals === report.tracked + ignored + unremarkable && bundles.length === problems) return;
  throw new Unbalanced(
    `${signals} signals came to ${report.tracked} tracked, ${ignored} ignored and ${unremarkable} unremarkable; ${problems} problems came to ${bundles.length} bundles.`,
  );
}

async function queue(bundles: ReturnType<typeof foldSignals>, { signals }: IntakeDeps): Promise<void> {
  const lanes = Map.groupBy(bundles, (b) => laneOf(b.severity));
  let lost = 0;
  for (const lane of ['urgent', 'normal'] as const) {
    const some = lanes.get(lane) ?? [];
    if (some.length > 0) lost += (await signals.send(lane, some)).length;
  }
  if (lost > 0)
    throw new NotQueued(
      `${lost} of ${bundles.length} bundles were not accepted by the signals queue; the input must be delivered again.`,
    );
}

function logDecision({ signal, incident, verdict, why }: Judged, log: Log): void {
  log.info(verdict.outcome, {
    incident,
    signal: signal.id,
    status: signal.status,
    service: signal.service,
    title: signal.title,
    ...(verdict.outcome === 'unremarkable' ? {} : { severity: verdict.severity }),
    why: why.map((w) => `${w.stage} ${w.rule} (${w.at}): ${w.because}`),
  });
}

/** What the rules on trial would have decided, for whoever wants to know before they do. */
function recordTrials(judged: readonly Judged[], { log, metrics }: IntakeDeps): void {
  const counts = new Map<string, number>();
  for (const { signal, incident, why } of judged) {
    for (const { stage, rule, at, because } of why) {
      if (stage !== 'shadow') continue;
      log.info('shadow', { incident, signal: signal.id, title: signal.title, rule, at, because });
      counts.set(rule, (counts.get(rule) ?? 0) + 1);
    }
  }
  for (const [rule, count] of counts) metrics.count('Shadow', count, { rule });
}

function measure(report: IntakeReport, ignored: readonly Judged[], metrics: Metrics): void {
  metrics.count('SignalsIn', report.signals);
  metrics.count('SignalsTracked', report.tracked);
  // By the rule that took them: as many as hansho.yml and the built-in rules have.
  const byRule = Map.groupBy(ignored, ({ verdict }) => verdict.why.at(-1)?.rule ?? 'unknown');
  for (const [rule, some] of byRule) metrics.count('SignalsIgnored', some.length, { rule });
  if (ignored.length === 0) metrics.count('SignalsIgnored', 0);
  metrics.count('SignalsUnremarkable', report.unremarkable);
  if (report.faults.length > 0) metrics.count('InputUnreadable', report.faults.length);
}
