import type { Outcome, PagerDutyCall } from '../model/telling.ts';
import type { Send } from '../pipeline/ports.ts';
import { boundedText, networkReason, neverLeft, retryAfterSeconds } from './http.ts';
import { type Secrets, SecretUnavailable } from './secrets.ts';

/** What went wrong with a call, as PagerDuty or the network put it. `body` is its text, bounded. */
export type PagerDutyFailure =
  | {
      readonly kind: 'http';
      readonly status: number;
      readonly body: string;
      readonly retryAfterSeconds: number | null;
    }
  | { readonly kind: 'network'; readonly because: string };

export interface PagerDutyOptions {
  /** Resolves a routing key's reference. */
  readonly secret: Secrets;
  /** `https://events.pagerduty.com` (or the EU's); with or without the path of the Events API. */
  readonly eventsUrl: string;
  /** The table that says what each failure means (destinations/pagerduty/errors.ts). */
  readonly outcome: (failure: PagerDutyFailure, call: PagerDutyCall['do']) => Outcome;
  readonly clock: () => number;
  readonly timeoutMs?: number;
}

/** HTTP timeout 10 s < function timeout 30 s < lease 60 s. */
const TIMEOUT_MS = 10_000;
const ANSWER_BYTES = 64 * 1024;
const ACCEPTED = 202;

/**
 * Sends one event to the Events API v2. Not through @pagerduty/pdjs: its timeout never fires, it waits 20 s
 * inside a 429, and it cannot be pointed anywhere else. It neither retries nor waits: the queue does.
 */
export function makePagerDuty(options: PagerDutyOptions): Send<PagerDutyCall> {
  const { secret, outcome, clock, timeoutMs = TIMEOUT_MS } = options;
  const url = enqueueUrl(options.eventsUrl);
  return async (call) => {
    const key = await secret(call.routingKey).catch(withoutKey);
    if (typeof key !== 'string') return key;
    const result = await attempt(url, { ...call.body, routing_key: key }, timeoutMs, clock());
    if (result === 'accepted') return { is: 'told', handle: call.dedupKey };
    return 'is' in result ? result : outcome(result, call.do);
  };
}

async function attempt(
  url: URL,
  event: object,
  timeoutMs: number,
  now: number,
): Promise<'accepted' | PagerDutyFailure | Outcome> {
  const body = JSON.stringify(event);
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
    const { status } = response;
    const answer = await boundedText(response, ANSWER_BYTES);
    if (status === ACCEPTED) return 'accepted';
    return { kind: 'http', status, body: answer, retryAfterSeconds: retryAfterSeconds(response, now) };
  } catch (error) {
    const because = networkReason(error);
    return neverLeft(error) ? { is: 'retry', because } : { kind: 'network', because };
  }
}

function enqueueUrl(base: string): URL {
  const url = new URL(base);
  if (!url.pathname.endsWith('/enqueue')) url.pathname = `${url.pathname.replace(/\/+$/, '')}/v2/enqueue`;
  return url;
}

function withoutKey(error: unknown): Outcome {
  if (!(error instanceof SecretUnavailable)) throw error;
  const { mend, message } = error;
  return mend ? { is: 'broken', code: 'no_routing_key', hint: message } : { is: 'retry', because: message };
}
