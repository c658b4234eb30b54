import { createHash } from 'node:crypto';
import { isObject, type JsonObject } from '../../../shared/model/json.ts';
import { type Line, sample } from '../local.ts';

export type Kind = 'error' | 'warning' | 'alarm' | 'finding' | 'health';

/** What the built-in rules make of each kind (hansho.yml of the checkout has no others). */
export const EXPECTED = {
  error: { severity: 'SEV3', channel: '#alert', pages: false, ends: false },
  warning: { severity: 'SEV4', channel: '#notify', pages: false, ends: false },
  alarm: { severity: 'SEV3', channel: '#alert', pages: false, ends: true },
  finding: { severity: 'SEV1', channel: '#alert', pages: true, ends: true },
  health: { severity: 'SEV2', channel: '#alert', pages: true, ends: true },
} as const satisfies {
  readonly [K in Kind]: {
    readonly severity: string;
    readonly channel: string;
    readonly pages: boolean;
    readonly ends: boolean;
  };
};

/** One thing that is wrong, and what its source has said of it so far. */
export interface Problem {
  /** A word that nothing else contains: by it the problem is found in incidents, cards and pages. */
  readonly token: string;
  readonly kind: Kind;
  /** The phase that it began in. */
  readonly phase: string;
  /** When its first signal had been answered with 202, ms. */
  acceptedAt: number;
  /** When its end had been answered with 202, ms; null while it goes on. */
  endedAt: number | null;
  firings: number;
  /** A person has removed its card. */
  removed: boolean;
}

const SYLLABLES = [...'klmnprstvz'].flatMap((c) => [...'aeiou'].map((v) => c + v));

/** Letters alone: digits would be masked, and the templates of different problems would be one. */
export function tokenOf(n: number): string {
  const spread = (n * 7_919) % SYLLABLES.length ** 3;
  const at = (power: number): string =>
    SYLLABLES[Math.floor(spread / SYLLABLES.length ** power) % SYLLABLES.length] ?? '';
  return `q${at(0)}${at(1)}${at(2)}`;
}

let lines = 0;

/** A log line as a Lambda function writes it, with an id and a request of its own. */
export function lineOf(level: 'ERROR' | 'WARN' | 'INFO', text: string, at: number): Line {
  lines += 1;
  const request = `6f1c2d3e-4a5b-4c6d-8e7f-${String(lines).padStart(12, '0')}`;
  return {
    id: `3${String(lines).padStart(55, '0')}`,
    timestamp: at,
    message: `${new Date(at).toISOString()}\t${request}\t${level}\t${text} (order ${lines * 7_919})\n`,
  };
}

export function lineAbout({ token, kind }: Problem, at: number): Line {
  return kind === 'warning'
    ? lineOf('WARN', `${token} answers slowly`, at)
    : lineOf('ERROR', `${token} could not be stored`, at);
}

/** The event of a problem that is no log line, with the times of now. */
export function eventAbout(problem: Problem, over: boolean, at: number): JsonObject {
  switch (problem.kind) {
    case 'alarm':
      return alarm(problem.token, over, at);
    case 'finding':
      return finding(problem.token, over, at);
    case 'health':
      return health(problem.token, over, at);
    case 'error':
    case 'warning':
      throw new Error(`${problem.kind} is told by lines`);
  }
}

function alarm(token: string, over: boolean, at: number): JsonObject {
  const event = sample(over ? 'alarm/resolved.json' : 'alarm/firing.json');
  const time = new Date(at).toISOString();
  const detail = part(event, 'detail');
  const state = { ...part(detail, 'state'), timestamp: time.replace('Z', '+0000') };
  return {
    ...event,
    id: `${token}-${over}`,
    time,
    resources: [`arn:aws:cloudwatch:ap-northeast-1:111122223333:alarm:${token}`],
    detail: { ...detail, alarmName: token, state },
  };
}

function finding(token: string, over: boolean, at: number): JsonObject {
  const event = sample(over ? 'guardduty/archived.json' : 'guardduty/high.json');
  const time = new Date(at).toISOString();
  const detail = part(event, 'detail');
  const id = createHash('sha256').update(token).digest('hex').slice(0, 32);
  const arn = `arn:aws:guardduty:ap-northeast-1:111122223333:detector/12ab34cd56ef78ab90cd12ef34ab56cd/finding/${id}`;
  const title = `The instance ${token} is talking to a cryptocurrency network.`;
  return {
    ...event,
    id: `${token}-${over}`,
    time,
    detail: { ...detail, id, arn, title, createdAt: time, updatedAt: time },
  };
}

function health(token: string, over: boolean, at: number): JsonObject {
  const event = sample(over ? 'health/issue-closed.json' : 'health/issue-open.json');
  const detail = part(event, 'detail');
  // To the second: the end is said to be later than the beginning, however soon it follows.
  const time = new Date(at + (over ? 1_000 : 0)).toUTCString();
  const entity = `arn:aws:rds:ap-northeast-1:111122223333:db:${token}`;
  return {
    ...event,
    id: `${token}-${over}`,
    time: new Date(at).toISOString(),
    resources: [entity],
    detail: {
      ...detail,
      eventArn: `arn:aws:health:ap-northeast-1::event/RDS/AWS_RDS_OPERATIONAL_ISSUE/${token}`,
      communicationId: `${token}-${over ? 2 : 1}`,
      lastUpdatedTime: time,
      eventDescription: [{ language: 'en_US', latestDescription: `${token} refuses connections.` }],
      affectedEntities: [{ entityValue: entity, status: 'IMPAIRED', lastUpdatedTime: time }],
    },
  };
}

function part(event: JsonObject, name: string): JsonObject {
  const value = event[name];
  if (!isObject(value)) throw new Error(`the sample has no ${name}`);
  return value;
}
