import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { answerJson } from './http.ts';

/** What a stand-in does wrong on purpose, for the next call (or the next `times` calls; `Infinity`: until cleared) that it fits. */
export type Fault = {
  /** Only calls of this method (`chat.update`) or action (`resolve`); any, when left out. */
  readonly on?: string;
  readonly times?: number;
} & (
  | { readonly do: 'rate-limit'; readonly retryAfterSeconds: number }
  | { readonly do: 'status'; readonly status: number }
  /** Slack: HTTP 200 with `ok: false` and this code. PagerDuty: 400 with it among the errors. */
  | { readonly do: 'error'; readonly code: string }
  /** Takes nothing, and never answers. */
  | { readonly do: 'hang' }
  /** Takes nothing: the connection is cut. */
  | { readonly do: 'away' }
  /** Takes the call, and the answer is lost. */
  | { readonly do: 'drop-answer' }
  /** Takes the call and answers late. */
  | { readonly do: 'slow'; readonly ms: number }
);

/** Faults wait in order; `push` adds one. */
export class Faults {
  private waiting: { readonly fault: Fault; left: number }[] = [];

  push(...faults: readonly Fault[]): void {
    this.waiting.push(...faults.map((fault) => ({ fault, left: fault.times ?? 1 })));
  }

  clear(): void {
    this.waiting = [];
  }

  /** The first that fits this call; one of its times is used up. */
  take(method: string): Fault | null {
    const found = this.waiting.find(({ fault, left }) => left > 0 && (fault.on ?? method) === method);
    if (found === undefined) return null;
    found.left -= 1;
    this.waiting = this.waiting.filter(({ left }) => left > 0);
    return found.fault;
  }
}

/** Answers as the fault says when nothing is to be taken; true when that was all. */
export function refuseBy(
  fault: Fault | null,
  response: ServerResponse,
  failed: (code: string) => void,
): boolean {
  switch (fault?.do) {
    case 'rate-limit':
      answerJson(
        response,
        429,
        { ok: false, error: 'ratelimited' },
        { 'retry-after': String(fault.retryAfterSeconds) },
      );
      return true;
    case 'status':
      response.writeHead(fault.status, { 'content-type': 'text/html' }).end('<h1>stand-in fault</h1>');
      return true;
    case 'error':
      failed(fault.code);
      return true;
    case 'hang':
      return true;
    case 'away':
      response.destroy();
      return true;
    case 'drop-answer':
    case 'slow':
    case undefined:
      return false;
  }
}

/** What becomes of the answer to a call that was taken; true when it is lost. */
export async function loseAnswer(fault: Fault | null, response: ServerResponse): Promise<boolean> {
  if (fault?.do === 'slow') await sleep(fault.ms);
  if (fault?.do !== 'drop-answer') return false;
  response.destroy();
  return true;
}
