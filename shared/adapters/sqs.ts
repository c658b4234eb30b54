import { createHash } from 'node:crypto';
import {
  GetQueueAttributesCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { Bundle } from '../model/bundle.ts';
import type { DestinationKind } from '../model/decision.ts';
import { LANES, type Lane, laneOf } from '../model/severity.ts';
import type { Log, SignalQueue, UntrackedQueue, WakeQueue } from '../pipeline/ports.ts';
import { bytes, cutToFit, toMessage } from './size.ts';

/** SQS's own limits: entries and bytes of one batch, the longest delay. */
const BATCH_ENTRIES = 10;
const BATCH_BYTES = 256 * 1024;
const MAX_DELAY_S = 900;
/** One bundle stays clear of the 256 KiB limit of a message. */
const BUNDLE_BYTES = 240_000;
/** Entries that SQS turned down for a fault of its own are offered this often altogether. */
const OFFERS = 3;

/** The queue URLs of the two lanes. */
export type LaneUrls = { readonly [L in Lane]: string };

/** The signals queues. A call that fails as a whole is logged and its bundles are named as not accepted. */
export function makeSignalQueue(client: SQSClient, urls: LaneUrls, log: Log): SignalQueue {
  return {
    send: async (lane, bundles) => {
      const lost: number[] = [];
      for (const batch of batches(bundles.map(toEntry)))
        lost.push(...(await offer(client, urls[lane], batch, log)));
      return lost.sort((a, b) => a - b);
    },
    waiting: async () => {
      const counts = await Promise.all(LANES.map((lane) => depth(client, urls[lane])));
      return counts.reduce((sum, count) => sum + count, 0);
    },
  };
}

/** The tell queues that this function may write to. @throws for a kind that it was given no queues of. */
export function makeWakeQueue(
  client: SQSClient,
  urls: { readonly [K in DestinationKind]?: LaneUrls },
): WakeQueue {
  return {
    wake: async (kind, lane, wake, delayMs) => {
      const url = urls[kind]?.[lane];
      if (url === undefined)
        throw new Error(
          `This function has no queue to wake ${kind} by; see its environment in serverless.yml.`,
        );
      const DelaySeconds = Math.min(MAX_DELAY_S, Math.max(0, Math.ceil(delayMs / 1_000)));
      await client.send(
        new SendMessageCommand({ QueueUrl: url, MessageBody: toMessage(wake), DelaySeconds }),
      );
    },
  };
}

/**
 * The untracked queues, which are FIFO: their own de-duplication is the five minutes, their groups are one message at
 * a time. Neither needs any state of ours.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagededuplicationid-property.html
 */
export function makeUntrackedQueue(
  client: SQSClient,
  urls: { readonly [K in DestinationKind]: string },
): UntrackedQueue {
  return {
    send: async (one) => {
      const { bundle, target } = one;
      const MessageBody = cutToFit(one, BUNDLE_BYTES, (o, shorten) => ({
        ...o,
        bundle: shortened(o.bundle, shorten),
      }));
      await client.send(
        new SendMessageCommand({
          QueueUrl: urls[target.kind],
          MessageBody,
          MessageGroupId: digest([target.address, laneOf(bundle.severity)]),
          MessageDeduplicationId: digest([target.address, bundle.incident]),
        }),
      );
    },
  };
}

/** SQS takes 128 characters of a few alphabets as an id; channels have names in any. */
function digest(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

function shortened(bundle: Bundle, shorten: (text: string) => string): Bundle {
  return { ...bundle, report: { ...bundle.report, message: shorten(bundle.report.message) } };
}

interface Entry {
  readonly index: number;
  readonly body: string;
  readonly size: number;
}

function toEntry(bundle: Bundle, index: number): Entry {
  const body = cutToFit(bundle, BUNDLE_BYTES, shortened);
  return { index, body, size: bytes(body) };
}

/** Fills batches in order, up to SQS's limits. */
function batches(entries: readonly Entry[]): readonly (readonly Entry[])[] {
  const filled: Entry[][] = [];
  let current: Entry[] = [];
  let size = 0;
  for (const entry of entries) {
    if (current.length === BATCH_ENTRIES || (current.length > 0 && size + entry.size > BATCH_BYTES)) {
      filled.push(current);
      current = [];
      size = 0;
    }
    current.push(entry);
    size += entry.size;
  }
  if (current.length > 0) filled.push(current);
  return filled;
}

/** Sends one batch; returns the indexes that SQS did not take. */
async function offer(
  client: SQSClient,
  url: string,
  batch: readonly Entry[],
  log: Log,
): Promise<readonly number[]> {
  let left = batch;
  for (let offered = 0; offered < OFFERS && left.length > 0; offered += 1) {
    try {
      left = await sendOnce(client, url, left, log);
    } catch (error) {
      log.error('signals not queued', { because: String(error), bundles: left.length });
      break;
    }
  }
  return left.map((entry) => entry.index);
}

async function sendOnce(
  client: SQSClient,
  url: string,
  batch: readonly Entry[],
  log: Log,
): Promise<readonly Entry[]> {
  const { Failed = [] } = await client.send(
    new SendMessageBatchCommand({
      QueueUrl: url,
      Entries: batch.map(({ index, body }) => ({ Id: String(index), MessageBody: body })),
    }),
  );
  for (const { Id, Code, Message } of Failed) {
    log.warn('signal not queued', { bundle: Id ?? null, code: Code ?? null, because: Message ?? null });
  }
  const failed = new Set(Failed.map(({ Id }) => Id));
  return batch.filter((entry) => failed.has(String(entry.index)));
}

async function depth(client: SQSClient, url: string): Promise<number> {
  const { Attributes = {} } = await client.send(
    new GetQueueAttributesCommand({
      QueueUrl: url,
      AttributeNames: [
        'ApproximateNumberOfMessages',
        'ApproximateNumberOfMessagesNotVisible',
        'ApproximateNumberOfMessagesDelayed',
      ],
    }),
  );
  return Object.values(Attributes).reduce((sum, count) => sum + Number(count), 0);
}
