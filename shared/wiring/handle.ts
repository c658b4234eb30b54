import middy from '@middy/core';
import type { SQSBatchResponse, SQSRecord } from 'aws-lambda';
import type { Wake } from '../model/incident.ts';
import { at } from '../model/json.ts';
import type { Handover, Untracked } from '../model/untracked.ts';
import { bodyIn, parseHandover, parseUntracked, parseWake } from '../pipeline/messages.ts';
import type { Log } from '../pipeline/ports.ts';
import { tell } from '../pipeline/tell.ts';
import { handOver, tellUntracked, type UntrackedDeps } from '../pipeline/untracked.ts';

/** An invocation about to be killed fails by itself first, so that the log says so. */
const EARLY_MS = 300;

/** The last wrapping of every function: what it throws is logged as one line and still fails the invocation. */
export function lambda<Event, Result>(log: Log, work: (event: Event) => Promise<Result>) {
  return middy<Event, Result>((event: Event) => work(event), { timeoutEarlyInMillis: EARLY_MS }).onError(
    ({ error }) => {
      log.error('invocation failed', { because: reason(error) });
    },
  );
}

/** Works through an SQS batch; only the records whose work failed are delivered again. */
export async function eachRecord(
  records: readonly SQSRecord[],
  work: (record: SQSRecord) => Promise<unknown>,
  log: Log,
): Promise<SQSBatchResponse> {
  const done = await Promise.allSettled(records.map(async (record) => work(record)));
  return failures(
    records.filter((record, i) => {
      const result = done[i];
      if (result?.status !== 'rejected') return false;
      log.error('record failed', { message: record.messageId, because: reason(result.reason) });
      return true;
    }),
  );
}

/** What the messages of a tell function's queues ask for. */
export interface TellWork {
  readonly wake: (wake: Wake) => Promise<void>;
  readonly handOver: (handover: Handover) => Promise<void>;
  readonly untracked: (one: Untracked) => Promise<void>;
}

export function tellWork<Call>(deps: UntrackedDeps<Call>): TellWork {
  return {
    wake: (wake) => tell(wake, deps),
    handOver: (handover) => handOver(handover, deps),
    untracked: (one) => tellUntracked(one, deps),
  };
}

/**
 * Works through a batch of a tell queue. Wake-ups of one incident and address are one: telling looks at the state
 * and not at the message, so the second would find nothing to do.
 */
export async function eachTelling(
  records: readonly SQSRecord[],
  work: TellWork,
  log: Log,
): Promise<SQSBatchResponse> {
  const under = new Map<string, Promise<void>>();
  return eachRecord(
    records,
    (record) => {
      const message: unknown = JSON.parse(record.body);
      const untracked = parseUntracked(message);
      if (untracked !== null) return work.untracked(untracked);
      const handover = parseHandover(message);
      if (handover !== null) return work.handOver(handover);
      const wake = parseWake(message);
      if (wake === null) throw new Error('not a wake-up: it names no incident');
      const key = JSON.stringify([wake.incident, wake.address]);
      const running = under.get(key) ?? work.wake(wake);
      under.set(key, running);
      return running;
    },
    log,
  );
}

/** Names the records that must be delivered again. */
export function failures(records: readonly Pick<SQSRecord, 'messageId'>[]): SQSBatchResponse {
  return { batchItemFailures: records.map(({ messageId }) => ({ itemIdentifier: messageId })) };
}

/** An SQS batch, as opposed to an event that invoked the function directly. */
export function isSqs(event: unknown): event is { readonly Records: readonly SQSRecord[] } {
  const records = at(event, 'Records');
  return (
    Array.isArray(records) && records.length > 0 && records.every((r) => at(r, 'eventSource') === 'aws:sqs')
  );
}

/** What a record carries: JSON where it is JSON, its text otherwise. */
export function bodyOf({ body }: Pick<SQSRecord, 'body'>): unknown {
  return bodyIn(body);
}

function reason(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
