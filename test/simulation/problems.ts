import { gzipSync } from 'node:zlib';
import { identify } from '../../shared/fingerprints/identify.ts';
import { readLevel } from '../../shared/levels/levels.ts';
import type { IncidentId } from '../../shared/model/bundle.ts';
import type { Signal } from '../../shared/model/signal.ts';
import { redactSignal } from '../../shared/redaction/signal.ts';
import { readLogs, toBatch } from '../../shared/sources/logs.ts';
import { readEvent } from '../../shared/sources/registry.ts';
import { MORNING } from '../support/make.ts';
import type { Random } from './random.ts';

export const REGION = 'ap-northeast-1';
const ACCOUNT = '111122223333';
/** What every signal says and no message may. */
export const SECRET = 'AKIAIOSFODNN7CANARY9';
export const PING = '<!channel>';

export type Kind = 'alarm' | 'finding' | 'error' | 'warning' | 'noise';
type Gravity = 1 | 2 | 3 | 4 | 5;

/** One thing that is wrong somewhere, and all that its source has said of it since the table knows it. */
export interface Problem {
  readonly n: number;
  readonly kind: Kind;
  readonly id: IncidentId;
  readonly gravities: readonly [Gravity, ...Gravity[]];
  readonly said: Said[];
  /** Since when the table knows it, true time, ms: before that it has forgotten. */
  since: number;
  /** By mark: the earliest and the latest receive time that intake gave it, ms. */
  readonly received: Map<string, { first: number; last: number }>;
}

export interface Said {
  readonly status: 'firing' | 'resolved';
  /** Source time, ms. */
  readonly at: number;
  readonly gravity: Gravity;
}

/** What a source hands over: an event for the events queue, or a line of a log payload. */
export type Utterance =
  | { readonly via: 'event'; readonly body: string }
  | { readonly via: 'log'; readonly line: LogLine };
interface LogLine {
  readonly id: string;
  readonly timestamp: number;
  readonly message: string;
}

const KINDS = ['alarm', 'alarm', 'alarm', 'error', 'warning', 'finding', 'noise'] as const;
const GRAVITIES: readonly [Problem['gravities'], ...Problem['gravities'][]] = [
  [3],
  [4, 4, 3],
  [4, 2],
  [3, 1],
  [5, 4, 3, 2, 1],
  [2],
];

/** CloudWatch evaluates an alarm every ten seconds at most; other sources give every change a time of its own. */
const APART_MS = { alarm: 10_000, finding: 1_000, error: 1, warning: 1, noise: 1 } as const;

export function makeProblem(random: Random, n: number, kind: Kind = random.pick(KINDS)): Problem {
  const { incident } = identify(redactSignal(signalOf({ n, kind })));
  return {
    n,
    kind,
    id: incident,
    gravities: random.pick(GRAVITIES),
    said: [],
    since: 0,
    received: new Map(),
  };
}

/** Whether its source states its own end. */
export function endsItself({ kind }: Pick<Problem, 'kind'>): boolean {
  return kind === 'alarm' || kind === 'finding';
}

/** Only quiet ends it at last, whatever was said. */
export function endsByQuiet({ kind }: Pick<Problem, 'kind'>): boolean {
  return kind !== 'alarm';
}

/** Its source says something now. */
export function speak(problem: Problem, status: Said['status'], now: number, random: Random): Utterance {
  const newest = Math.max(0, ...problem.said.map((s) => s.at));
  const said = {
    status,
    at: Math.max(now, newest + APART_MS[problem.kind]),
    gravity: random.pick(problem.gravities),
  };
  problem.said.push(said);
  return utter(problem, said);
}

function signalOf(problem: Pick<Problem, 'n' | 'kind'>): Signal {
  const said = utter(problem, { status: 'firing', at: MORNING, gravity: 3 });
  const where = { region: REGION, partition: 'aws', receivedAt: MORNING };
  const batch = said.via === 'log' ? toBatch(batchOf([said.line])) : null;
  const reading =
    said.via === 'event'
      ? readEvent(JSON.parse(said.body), MORNING)
      : batch?.ok === true
        ? readLogs(batch.batch, { ...where, readLevel, all: true, prefilter: [] })
        : null;
  const signal = reading?.signals[0];
  if (signal === undefined) throw new Error(`problem ${problem.n} says nothing`);
  return signal;
}

function utter(problem: Pick<Problem, 'n' | 'kind'>, said: Said): Utterance {
  switch (problem.kind) {
    case 'alarm':
      return { via: 'event', body: JSON.stringify(alarmEvent(problem.n, said)) };
    case 'finding':
      return { via: 'event', body: JSON.stringify(findingEvent(problem.n, said)) };
    case 'error':
    case 'warning':
    case 'noise':
      return { via: 'log', line: logLine(problem, said) };
  }
}

function words({ gravity }: Said): string {
  return `gravity ${gravity} ${PING} key=${SECRET}`;
}

function alarmEvent(n: number, said: Said) {
  const time = new Date(said.at).toISOString();
  const firing = said.status === 'firing';
  return {
    version: '0',
    id: `${n}-${said.at}`,
    'detail-type': 'CloudWatch Alarm State Change',
    source: 'aws.cloudwatch',
    account: ACCOUNT,
    time,
    region: REGION,
    resources: [`arn:aws:cloudwatch:${REGION}:${ACCOUNT}:alarm:problem-${n}`],
    detail: {
      alarmName: `problem-${n}`,
      state: { value: firing ? 'ALARM' : 'OK', reason: words(said), timestamp: time.replace('Z', '+0000') },
      previousState: { value: firing ? 'OK' : 'ALARM', reason: '', timestamp: time.replace('Z', '+0000') },
      configuration: {
        metrics: [
          {
            id: 'm1',
            metricStat: {
              metric: { namespace: 'Shop', name: 'Orders', dimensions: {} },
              period: 60,
              stat: 'Sum',
            },
            returnData: true,
          },
        ],
      },
    },
  };
}

/** GuardDuty's own number gives the gravity of its built-in rules; the words in it give the one that was drawn. */
function findingEvent(n: number, said: Said) {
  const time = new Date(said.at).toISOString();
  return {
    version: '0',
    id: `${n}-${said.at}`,
    'detail-type': 'GuardDuty Finding',
    source: 'aws.guardduty',
    account: ACCOUNT,
    time,
    region: REGION,
    resources: [],
    detail: {
      schemaVersion: '2.0',
      accountId: ACCOUNT,
      region: REGION,
      partition: 'aws',
      id: `finding-${n}`,
      arn: `arn:aws:guardduty:${REGION}:${ACCOUNT}:detector/d/finding/finding-${n}`,
      type: 'Backdoor:EC2/C&CActivity.B',
      resource: { resourceType: 'Instance', instanceDetails: { instanceId: `i-${n}` } },
      service: { serviceName: 'guardduty', archived: said.status === 'resolved', count: 1 },
      severity: 5,
      createdAt: time,
      updatedAt: time,
      title: `problem ${n}`,
      description: words(said),
    },
  };
}

function logLine({ n, kind }: Pick<Problem, 'n' | 'kind'>, said: Said): LogLine {
  const message = kind === 'noise' ? `known noise ${words(said)}` : words(said);
  const level = kind === 'warning' ? 'WARN' : 'ERROR';
  return {
    id: `${n}-${said.at}`,
    timestamp: said.at,
    message: JSON.stringify({ level, message: `problem ${n}: ${message}`, fingerprint: `problem-${n}` }),
  };
}

/** A line that says nothing but that its log group lives. */
export function heartbeatAt(at: number): LogLine {
  return { id: `alive-${at}`, timestamp: at, message: JSON.stringify({ level: 'INFO', message: 'alive' }) };
}

function batchOf(lines: readonly LogLine[]) {
  return {
    messageType: 'DATA_MESSAGE',
    owner: ACCOUNT,
    logGroup: '/aws/lambda/shop',
    logStream: '2026/11/22/[$LATEST]0123456789abcdef0123456789abcdef',
    subscriptionFilters: ['hansho'],
    logEvents: lines,
  };
}

/** The payload of a log subscription: base64 of gzip of JSON. */
export function payloadOf(lines: readonly LogLine[]): string {
  return gzipSync(JSON.stringify(batchOf(lines)), { level: 1 }).toString('base64');
}
