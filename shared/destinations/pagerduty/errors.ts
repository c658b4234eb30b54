import { list, text } from '../../model/json.ts';
import type { Outcome, PagerDutyCall } from '../../model/telling.ts';

/** What went wrong with a call, as PagerDuty or the network put it. `body` is its text, bounded. */
export type PagerDutyFailure =
  | {
      readonly kind: 'http';
      readonly status: number;
      readonly body: string;
      readonly retryAfterSeconds: number | null;
    }
  | { readonly kind: 'network'; readonly because: string };

/** PagerDuty's advice after a 429 without Retry-After (developer docs, Events API v2, "Rate limits"). */
const WAIT_MS = 30_000;
const WAIT_LEAST_MS = 1_000;
const SAID_CHARS = 300;

/**
 * What a failed event means. One whose answer was lost may have paged somebody, so it is `unsettled` and is
 * asserted again with its key; a 400 is the same however often it is sent, so a person must mend it.
 */
export function pagerDutyOutcome(failure: PagerDutyFailure, call: PagerDutyCall['do']): Outcome {
  switch (failure.kind) {
    case 'network':
      return { is: 'unsettled', because: `${call}: ${failure.because}` };
    case 'http':
      return httpOutcome(failure);
  }
}

function httpOutcome({
  status,
  body,
  retryAfterSeconds,
}: Extract<PagerDutyFailure, { kind: 'http' }>): Outcome {
  const because = `PagerDuty answered HTTP ${status}`;
  if (status === 429) {
    const ms = retryAfterSeconds === null ? WAIT_MS : Math.max(retryAfterSeconds * 1_000, WAIT_LEAST_MS);
    return { is: 'wait', ms, because };
  }
  if (status >= 500 || status === 408) return { is: 'unsettled', because };
  if (status === 413) return { is: 'too-big', because };
  const said = saidBy(body);
  const reason = said === '' ? because : `${because}: ${said}`;
  return { is: 'broken', code: `http_${status}`, hint: `${reason}. ${nextStep(status)}` };
}

function nextStep(status: number): string {
  switch (status) {
    case 400:
    case 401:
    case 403:
      return 'Check the integration key in SSM: 32 characters, of an "Events API v2" integration of the service that should be paged.';
    default:
      return 'Check PAGERDUTY_EVENTS_URL (events.pagerduty.com, events.eu.pagerduty.com in the EU) and any proxy between.';
  }
}

/** `errors[]` and `message` of PagerDuty's answer, if it is JSON. */
function saidBy(body: string): string {
  try {
    const answer: unknown = JSON.parse(body);
    const errors = list(answer, 'errors').filter((e) => typeof e === 'string');
    return [text(answer, 'message') ?? '', ...errors]
      .filter((s) => s !== '')
      .join('; ')
      .slice(0, SAID_CHARS);
  } catch {
    return '';
  }
}
