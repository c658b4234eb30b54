import type { Fault } from '../../../local/faults.ts';
import type { Kind } from './problems.ts';

/** What is wrong with Slack and PagerDuty for a while, and what is sent meanwhile. */
export interface Phase {
  readonly name: string;
  readonly slack: Fault | null;
  readonly pagerduty: Fault | null;
  /** People remove cards at its beginning. */
  readonly removes: boolean;
  /** It ends when all that it wants told is told. */
  readonly settles: boolean;
  /** How many times as long as the others, with so many times their load. */
  readonly length: number;
}

/** How much is sent. */
export interface Size {
  /** Of a phase of length 1. */
  readonly seconds: number;
  /** How many begin in a phase of length 1; the first phase has at least one of each. */
  readonly problems: { readonly [K in Kind]: number };
  /** Lines in a phase of length 1 that say again what is known. */
  readonly lines: number;
  readonly linesAPosting: number;
  /** The laws must hold so long after the last fault. */
  readonly mendedWithinMs: number;
  /** A SEV1 must be told so soon while Slack takes it. */
  readonly sev1WithinMs: number;
}

/** Some 300 problems and 20,000 repeating lines; never more new cards a minute than a storm needs. */
export const WHOLE: Size = {
  seconds: 20,
  problems: { error: 9, warning: 6, alarm: 5, finding: 1, health: 1 },
  lines: 1_450,
  linesAPosting: 50,
  mendedWithinMs: 900_000,
  sev1WithinMs: 10_000,
};

/** The same in a minute or two, for every test run, which may share its machine with others. */
export const SMALL: Size = {
  seconds: 2,
  problems: { error: 0.35, warning: 0.5, alarm: 0.5, finding: 0.5, health: 0.1 },
  lines: 100,
  linesAPosting: 25,
  mendedWithinMs: 240_000,
  sev1WithinMs: 30_000,
};

const LASTING = { times: Number.POSITIVE_INFINITY } as const;
const phase = (name: string, what: Partial<Omit<Phase, 'name'>>): Phase => ({
  name,
  slack: null,
  pagerduty: null,
  removes: false,
  settles: false,
  length: 1,
  ...what,
});

/** In this order; each fault lasts for its whole phase. */
export const PHASES: readonly Phase[] = [
  phase('calm', { settles: true }),
  phase('Slack 429, Retry-After 3', { slack: { ...LASTING, do: 'rate-limit', retryAfterSeconds: 3 } }),
  phase('Slack 503', { slack: { ...LASTING, do: 'status', status: 503 } }),
  phase('Slack hangs', { slack: { ...LASTING, do: 'hang' } }),
  phase('Slack loses answers', { slack: { ...LASTING, do: 'drop-answer', on: 'chat.postMessage' } }),
  phase('people remove cards', { removes: true }),
  phase('PagerDuty 429', { pagerduty: { ...LASTING, do: 'rate-limit', retryAfterSeconds: 3 } }),
  phase('PagerDuty 500', { pagerduty: { ...LASTING, do: 'status', status: 500 } }),
  phase('PagerDuty loses answers', { pagerduty: { ...LASTING, do: 'drop-answer' } }),
  phase('outage', { slack: { ...LASTING, do: 'away' }, pagerduty: { ...LASTING, do: 'away' }, length: 4 }),
  phase('mending', { settles: true }),
];
