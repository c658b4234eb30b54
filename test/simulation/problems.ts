import { foldBundles } from '../../shared/incidents/fold.ts';
import type { Bundle, Fingerprint, IncidentId } from '../../shared/model/bundle.ts';
import { channelOf, type Severity } from '../../shared/model/severity.ts';
import type { Lifecycle } from '../../shared/model/signal.ts';
import { builtIn } from '../../shared/model/why.ts';
import { burst, MINUTE, report } from '../support/make.ts';
import type { Random } from './random.ts';

/** One thing that is wrong somewhere, and all that its source has said of it. */
export interface Problem {
  readonly id: IncidentId;
  readonly lifecycle: Lifecycle;
  readonly quietMs: number | null;
  readonly severities: readonly [Severity, ...Severity[]];
  readonly bursts: boolean;
  readonly said: Said[];
}

interface Said {
  readonly mark: string;
  readonly status: 'firing' | 'resolved';
  readonly at: number;
  readonly severity: Severity;
}

const LIVES = ['states', 'states', 'quiet', 'updates'] as const;
const GRAVITIES: readonly [readonly [Severity, ...Severity[]], ...(readonly [Severity, ...Severity[]])[]] = [
  ['SEV3'],
  ['SEV4', 'SEV4', 'SEV3'],
  ['SEV4', 'SEV2'],
  ['SEV3', 'SEV1'],
  ['SEV5', 'SEV4', 'SEV3', 'SEV2', 'SEV1'],
  ['SEV2'],
];

export function makeProblem(random: Random, n: number): Problem {
  const lifecycle = random.pick(LIVES);
  return {
    id: `incident-${n}` as IncidentId,
    lifecycle,
    quietMs: lifecycle === 'states' ? null : 30 * MINUTE,
    severities: random.pick(GRAVITIES),
    bursts: random.chance(0.3),
    said: [],
  };
}

/** Its source says something now; the bundle is what intake makes of it. */
export function speak(problem: Problem, status: Said['status'], at: number, random: Random): Bundle {
  const { said, lifecycle } = problem;
  // Sources give every change a time of its own.
  const newest = Math.max(0, ...said.map((s) => s.at));
  const time = Math.max(at, newest + 1);
  const severity = random.pick(problem.severities);
  const mark = `${problem.id}-${said.length}`;
  said.push({ mark, status, at: time, severity });
  return {
    incident: problem.id,
    fingerprint: problem.id as string as Fingerprint,
    lifecycle,
    quietMs: problem.quietMs,
    receivedAt: time,
    firing: status === 'firing' ? [{ mark, n: 1, first: time, last: time }] : [],
    resolvedAt: status === 'resolved' ? time : null,
    severity,
    channel: channelOf(severity),
    counts: problem.bursts && status === 'firing' ? [burst.name] : [],
    report: report({
      time,
      signalId: mark,
      title: problem.id,
      why: [builtIn('severity', 'drawn', severity)],
    }),
  };
}

/** Intake folds what one payload holds of one problem. */
export function asPayload([first, ...rest]: readonly [Bundle, ...Bundle[]]): Bundle {
  return foldBundles([first, ...rest]);
}
