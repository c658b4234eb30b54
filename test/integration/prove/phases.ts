import type { Fault } from '../../../local/faults.ts';
import type { Kind } from './problems.ts';

/** What is wrong with Slack and PagerDuty for a while, and what is sent meanwhile. */
export interface Phase {
  readonly name: string;
  readonly slack: Fault | null;
  readonly pagerduty: Fault | null;
  /** People remove cards at its beginning. */
  readonly removes: boolean;
  /** How many times as long as the others, with so many times their load. */
  readonly length: number;
}

/** How much is sent. */
export interface Size {
  /** Of a phase of length 1. */
  readonly seconds: number;
  readonly problems: { readonly [K in Kind]: number };
  /** Repeating lines. */
  readonly lines: number;
  readonly linesAPosting: number;
  /** The laws must hold so long after the last fault. */
  readonly mendedWithinMs: number;
}

/** 315 problems and 20,000 repeating lines over five minutes, on the deployed limits (60 new cards a minute are a storm). */
export const WHOLE: Size = {
  seconds: 30,
  problems: { error: 12, warning: 10, alarm: 5, finding: 1, health: 1 },
  lines: 1_850,
  linesAPosting: 100,
  mendedWithinMs: 900_000,
};

/** The same in a minute, for every test run. */
export const SMALL: Size = {
  seconds: 2,
  problems: { error: 1, warning: 1, alarm: 1, finding: 1, health: 0 },
  lines: 100,
  linesAPosting: 25,
  mendedWithinMs: 180_000,
};

const LASTING = { times: Number.POSITIVE_INFINITY } as const;
const phase = (name: string, what: Partial<Omit<Phase, 'name'>>): Phase => ({
  name,
  slack: null,
  pagerduty: null,
  removes: false,
  length: 1,
  ...what,
});

/** In this order; each fault lasts for its whole phase. */
export const PHASES: readonly Phase[] = [
  phase('calm', {}),
  phase('Slack 429, Retry-After 3', { slack: { ...LASTING, do: 'rate-limit', retryAfterSeconds: 3 } }),
  phase('Slack 503', { slack: { ...LASTING, do: 'status', status: 503 } }),
  phase('Slack hangs', { slack: { ...LASTING, do: 'hang' } }),
  phase('Slack loses answers', { slack: { ...LASTING, do: 'drop-answer', on: 'chat.postMessage' } }),
  phase('people remove cards', { removes: true }),
  phase('PagerDuty 429', { pagerduty: { ...LASTING, do: 'rate-limit', retryAfterSeconds: 3 } }),
  phase('PagerDuty 500', { pagerduty: { ...LASTING, do: 'status', status: 500 } }),
  phase('PagerDuty loses answers', { pagerduty: { ...LASTING, do: 'drop-answer' } }),
  phase('outage', { slack: { ...LASTING, do: 'away' }, pagerduty: { ...LASTING, do: 'away' }, length: 4 }),
  phase('mending', {}),
];
