import { createHash } from 'node:crypto';
import { markOf } from '../fingerprints/identify.ts';
import { foldBundles } from '../incidents/fold.ts';
import type { Bundle, Group, Report, Tally } from '../model/bundle.ts';
import type { Counted, Verdict } from '../model/decision.ts';
import type { Signal } from '../model/signal.ts';
import type { Judged } from './judge.ts';

/** A payload with more signals of one problem than this tallies them in runs, so that a storm's bundle stays small. */
const SINGLES = 128;
const RUN = 64;

/** A signal that belongs to an incident. */
export type Tracked = Judged & { readonly verdict: Extract<Verdict, { outcome: 'tracked' }> };

export function isTracked(judged: Judged): judged is Tracked {
  return judged.verdict.outcome === 'tracked';
}

/** Folds the tracked signals of one payload into one bundle a problem, in the order in which they first appear. */
export function foldSignals(tracked: readonly Tracked[], receivedAt: number): readonly Bundle[] {
  const byIncident = Map.groupBy(tracked, (t) => t.incident);
  return [...byIncident.values()].flatMap((same) => {
    const [first, ...rest] = same.map((t) => toBundle(t, receivedAt));
    return first === undefined ? [] : [inRuns(foldBundles([first, ...rest]))];
  });
}

function toBundle({ signal, fingerprint, incident, verdict, why }: Tracked, receivedAt: number): Bundle {
  const tally: Tally = {
    mark: markOf(signal.id, signal.status),
    n: 1,
    first: signal.time,
    last: signal.time,
  };
  const order = signal.lifecycle === 'quiet' ? receivedAt : signal.time;
  return {
    incident,
    fingerprint,
    lifecycle: signal.lifecycle,
    quietMs: verdict.quietMs,
    receivedAt,
    firing: signal.status === 'firing' ? [tally] : [],
    resolvedAt: signal.status === 'resolved' ? order : null,
    severity: verdict.severity,
    channel: verdict.channel,
    counts: verdict.counts,
    ...(verdict.groups === undefined || signal.status !== 'firing'
      ? {}
      : { groups: verdict.groups.map(groupOf) }),
    report: reportOf(signal, verdict, why),
  };
}

function groupOf({ rule, per, value }: Counted): Group {
  return { rule, key: hash(per), value: value === null ? null : hash(value), n: 1 };
}

/** The values themselves are people's and stay out of the table. */
function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

function reportOf(signal: Signal, verdict: Tracked['verdict'], why: Report['why']): Report {
  const { source, kind, account, region, partition, service, resource, logGroup, title, message } = signal;
  return {
    time: signal.time,
    signalId: signal.id,
    source,
    kind,
    account,
    region,
    partition,
    service,
    team: verdict.team,
    also: verdict.also,
    resource,
    logGroup,
    title,
    message,
    remedy: signal.remedy,
    runbook: verdict.runbook,
    places: signal.places,
    why,
  };
}

/** The same signals make the same runs: they are cut by mark order, which depends on content alone. */
function inRuns(bundle: Bundle): Bundle {
  if (bundle.firing.length <= SINGLES) return bundle;
  const sorted = [...bundle.firing].sort((a, b) => (a.mark < b.mark ? -1 : 1));
  const runs: Tally[] = [];
  for (let i = 0; i < sorted.length; i += RUN) runs.push(asRun(sorted.slice(i, i + RUN)));
  return { ...bundle, firing: runs };
}

function asRun(tallies: readonly Tally[]): Tally {
  const marks = tallies.map((t) => t.mark).join(' ');
  return {
    mark: createHash('sha256').update(marks).digest('hex').slice(0, 8),
    n: tallies.reduce((sum, t) => sum + t.n, 0),
    first: Math.min(...tallies.map((t) => t.first)),
    last: Math.max(...tallies.map((t) => t.last)),
  };
}
