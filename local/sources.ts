import { randomUUID } from 'node:crypto';
import type { SqsQueue } from '../node_modules/fauxqs/dist/sqs/sqsStore.js';
import type { ReceivedMessage } from '../node_modules/fauxqs/dist/sqs/sqsTypes.js';
import { type JsonObject, list, text } from '../shared/model/json.ts';
import type { Lambda } from './lambda.ts';
import { ACCOUNT, type Mail, type Mapping, REGION, type Schedule } from './template.ts';

/** Something that feeds functions until it is stopped. */
export interface Source {
  stop(): void;
}

export interface PollOptions {
  readonly queue: SqsQueue;
  readonly queueOf: (arn: string) => SqsQueue;
  readonly lambda: Lambda;
  /** Batches that may run at the same time. */
  readonly concurrency: number;
  readonly windowMs: number;
  /** How long a failed message stays away, s; null: until the queue's own visibility timeout, as on AWS. */
  readonly failedForSeconds: ((receiveCount: number) => number) | null;
}

/** SQS returns at most so many messages a call; a batch takes several calls. */
const MESSAGES_A_RECEIVE = 10;
const LONG_POLL_SECONDS = 20;

/**
 * An event source mapping (docs.aws.amazon.com/lambda, "Using Lambda with Amazon SQS"): receives up to a batch
 * within the window, deletes what succeeded, and leaves what failed to the visibility timeout and the queue's
 * redrive policy. A function error, and an answer that names an unknown message, fail the whole batch.
 */
export function pollQueue(mapping: Mapping, options: PollOptions): Source {
  const { queue, lambda } = options;
  let stopped = false;
  let running = 0;
  let freed = (): void => {};

  const work = async (batch: readonly ReceivedMessage[]): Promise<void> => {
    running += 1;
    try {
      const result = await lambda.invoke(
        JSON.stringify({ Records: batch.map((message) => recordOf(queue, message)) }),
      );
      const failed = result.ok ? failedIn(result.value, batch, mapping.partial) : new Set(idsOf(batch));
      if (!stopped) finish(batch, failed, options);
    } finally {
      running -= 1;
      freed();
    }
  };

  const poll = async (): Promise<void> => {
    while (!stopped) {
      if (running >= options.concurrency) {
        await new Promise<void>((resolve) => {
          freed = resolve;
        });
        continue;
      }
      const batch = await receive(mapping.batchSize, options, () => stopped);
      if (batch.length > 0) void work(batch);
    }
  };
  void poll();
  return {
    stop: () => {
      stopped = true;
      freed();
      queue.cancelWaiters();
    },
  };
}

async function receive(
  size: number,
  { queue, queueOf, windowMs }: PollOptions,
  stopped: () => boolean,
): Promise<readonly ReceivedMessage[]> {
  const batch: ReceivedMessage[] = [];
  const take = (): void => {
    for (;;) {
      const wanted = Math.min(MESSAGES_A_RECEIVE, size - batch.length);
      const got = wanted <= 0 ? [] : queue.dequeue(wanted, undefined, queueOf);
      batch.push(...got);
      if (got.length === 0) return;
    }
  };
  take();
  if (batch.length === 0) {
    await queue.waitForMessages(LONG_POLL_SECONDS);
    if (stopped()) return [];
    take();
  }
  const until = Date.now() + windowMs;
  while (batch.length > 0 && batch.length < size && !stopped()) {
    const left = until - Date.now();
    if (left <= 0) break;
    await queue.waitForMessages(left / 1_000);
    if (!stopped()) take();
  }
  return batch;
}

function finish(batch: readonly ReceivedMessage[], failed: ReadonlySet<string>, options: PollOptions): void {
  const { queue, failedForSeconds } = options;
  for (const message of batch) {
    if (!failed.has(message.MessageId)) queue.deleteMessage(message.ReceiptHandle);
    else if (failedForSeconds !== null) {
      queue.changeVisibility(message.ReceiptHandle, failedForSeconds(receiveCount(queue, message)));
    }
  }
}

function receiveCount(queue: SqsQueue, { ReceiptHandle }: ReceivedMessage): number {
  return queue.inflightMessages.get(ReceiptHandle)?.message.approximateReceiveCount ?? 1;
}

function failedIn(answer: string, batch: readonly ReceivedMessage[], partial: boolean): ReadonlySet<string> {
  if (!partial) return new Set();
  const ids = idsOf(batch);
  const failures = list(JSON.parse(answer), 'batchItemFailures').map((item) => text(item, 'itemIdentifier'));
  const known = failures.filter((id) => id !== null && ids.includes(id));
  return new Set(known.length === failures.length ? known.filter((id) => id !== null) : ids);
}

function idsOf(batch: readonly ReceivedMessage[]): readonly string[] {
  return batch.map(({ MessageId }) => MessageId);
}

function recordOf(queue: SqsQueue, received: ReceivedMessage): object {
  const message = queue.inflightMessages.get(received.ReceiptHandle)?.message;
  return {
    messageId: received.MessageId,
    receiptHandle: received.ReceiptHandle,
    body: received.Body,
    attributes: {
      ApproximateReceiveCount: String(message?.approximateReceiveCount ?? 1),
      SentTimestamp: String(message?.sentTimestamp ?? Date.now()),
      SenderId: 'local',
      ApproximateFirstReceiveTimestamp: String(message?.approximateFirstReceiveTimestamp ?? Date.now()),
    },
    messageAttributes: Object.fromEntries(
      Object.entries(received.MessageAttributes ?? {}).map(([name, value]) => [
        name,
        {
          stringValue: value.StringValue,
          dataType: value.DataType,
          stringListValues: [],
          binaryListValues: [],
        },
      ]),
    ),
    md5OfBody: received.MD5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN: queue.arn,
    awsRegion: REGION,
  };
}

/** Invokes a function at its rate (or `everyMs`), never while the last run still goes on. */
export function runSchedule(schedule: Schedule, lambda: Lambda, everyMs: number): Source {
  const timer = setInterval(() => {
    if (lambda.busy() === 0) void lambda.invoke(JSON.stringify(schedule.input));
  }, everyMs);
  return { stop: () => clearInterval(timer) };
}

/** Puts the message of a rule on its queue at once, and then again every `everyMs`. */
export function runMail(mail: Mail, send: (arn: string, body: string) => void, everyMs: number): Source {
  const post = (): void => send(mail.queueArn, bodyOf(mail, scheduledEvent(new Date())));
  const timer = setInterval(post, everyMs);
  post();
  return { stop: () => clearInterval(timer) };
}

/** The event that a rule's schedule makes (docs.aws.amazon.com/eventbridge, "Scheduled Event"). */
function scheduledEvent(now: Date): JsonObject {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    account: ACCOUNT,
    time: now.toISOString().replace(/\.\d+Z$/, 'Z'),
    region: REGION,
    resources: [],
    detail: {},
  };
}

function bodyOf({ paths, text: template }: Mail, event: JsonObject): string {
  return template.replaceAll(/<(\w+)>/g, (placeholder, name: string) => {
    const path = paths[name];
    return path === undefined ? placeholder : (text(event, ...path.replace(/^\$\./, '').split('.')) ?? '');
  });
}
