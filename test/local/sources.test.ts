import { describe, expect, it, onTestFinished } from 'vitest';
import { type PollOptions, pollQueue } from '../../local/sources.ts';
import type { Mapping } from '../../local/template.ts';
import { SqsQueue, SqsStore } from '../../node_modules/fauxqs/dist/sqs/sqsStore.js';

interface Received {
  readonly Records: readonly {
    readonly messageId: string;
    readonly body: string;
    readonly attributes: Record<string, string>;
  }[];
}

/** A queue with a dead queue behind it, and a function that answers as `handle` does. */
function world(
  handle: (event: Received) => unknown,
  mapping: Partial<Mapping> = {},
  options: Partial<PollOptions> = {},
) {
  const dead = new SqsQueue('dead', 'http://x/dead', 'arn:dead');
  const queue = new SqsQueue('queue', 'http://x/queue', 'arn:queue', {
    VisibilityTimeout: '30',
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: 'arn:dead', maxReceiveCount: 3 }),
  });
  const batches: Received[] = [];
  let changed = (): void => {};
  const until = async (condition: () => boolean): Promise<void> => {
    while (!condition()) {
      await new Promise<void>((resolve) => {
        changed = resolve;
      });
    }
  };
  const lambda = {
    name: 'work',
    invoke: async (event: string) => {
      const batch = JSON.parse(event) as Received;
      batches.push(batch);
      try {
        return { ok: true as const, requestId: 'r', value: JSON.stringify((await handle(batch)) ?? null) };
      } catch (error) {
        return { ok: false as const, requestId: 'r', type: 'Error', message: String(error) };
      } finally {
        // After the poller has seen the answer.
        setImmediate(() => changed());
      }
    },
    busy: () => 0,
    warm: () => {},
    stop: async () => {},
  };
  const send = (...bodies: readonly string[]): void => {
    for (const body of bodies) queue.enqueue(SqsStore.createMessage(body));
  };
  const begin = (): void => {
    const source = pollQueue(
      {
        function: 'work',
        queueArn: 'arn:queue',
        batchSize: 10,
        windowMs: 0,
        partial: true,
        maxConcurrency: null,
        ...mapping,
      },
      {
        queue,
        queueOf: () => dead,
        lambda,
        concurrency: 1,
        windowMs: 0,
        failedForSeconds: () => 0,
        ...options,
      },
    );
    onTestFinished(() => source.stop());
  };
  const left = (): number => queue.messages.length + queue.inflightMessages.size;
  return { queue, dead, batches, until, send, begin, left };
}

const bodies = (batch: Received | undefined): readonly string[] => batch?.Records.map((r) => r.body) ?? [];

describe('an event source mapping', () => {
  it('hands over up to a batch, and deletes what succeeded', async () => {
    const w = world(() => ({ batchItemFailures: [] }), { batchSize: 2 });
    w.send('a', 'b', 'c');
    w.begin();
    await w.until(() => w.left() === 0);
    expect(w.batches.map(bodies)).toEqual([['a', 'b'], ['c']]);
  });

  it('fills batches larger than the ten that one call returns', async () => {
    const w = world(() => null, { batchSize: 100 });
    w.send(...Array.from({ length: 25 }, (_, i) => String(i)));
    w.begin();
    await w.until(() => w.left() === 0);
    expect(w.batches.map((b) => b.Records.length)).toEqual([25]);
  });

  it('leaves alone what the function names as failed, until it is dead', async () => {
    const w = world(({ Records }) => ({
      batchItemFailures: Records.filter((r) => r.body === 'bad').map((r) => ({
        itemIdentifier: r.messageId,
      })),
    }));
    w.send('good', 'bad');
    w.begin();
    await w.until(() => w.dead.messages.length === 1);
    expect(w.batches.map(bodies)).toEqual([['good', 'bad'], ['bad'], ['bad']]);
    expect(w.batches.map((b) => b.Records.at(-1)?.attributes.ApproximateReceiveCount)).toEqual([
      '1',
      '2',
      '3',
    ]);
    expect(w.dead.messages.map((m) => m.body)).toEqual(['bad']);
    expect(w.left()).toBe(0);
  });

  it.each([
    ['throws', () => Promise.reject(new Error('no')), true],
    [
      'names a message that it was not given',
      () => ({ batchItemFailures: [{ itemIdentifier: 'other' }] }),
      true,
    ],
    ['names nothing by name', () => ({ batchItemFailures: [{ itemIdentifier: '' }] }), true],
    ['throws without ReportBatchItemFailures', () => Promise.reject(new Error('no')), false],
  ])('fails the whole batch when the function %s', async (_rule, handle, partial) => {
    const w = world(handle, { partial });
    w.send('a', 'b');
    w.begin();
    await w.until(() => w.dead.messages.length === 2);
    expect(w.batches).toHaveLength(3);
  });

  it('takes any answer for success without ReportBatchItemFailures', async () => {
    const w = world(({ Records }) => ({ batchItemFailures: [{ itemIdentifier: Records[0]?.messageId }] }), {
      partial: false,
    });
    w.send('a');
    w.begin();
    await w.until(() => w.left() === 0);
    expect(w.batches).toHaveLength(1);
  });

  it('keeps a failed message away for as long as it is told', async () => {
    const w = world(
      () => Promise.reject(new Error('no')),
      {},
      { failedForSeconds: (received) => received * 100 },
    );
    w.send('a');
    w.begin();
    await w.until(() => w.batches.length === 1);
    const [entry] = w.queue.inflightMessages.values();
    expect((entry?.visibilityDeadline ?? 0) - Date.now()).toBeGreaterThan(90_000);
  });

  it('leaves it to the visibility timeout when it is told nothing', async () => {
    const w = world(() => Promise.reject(new Error('no')), {}, { failedForSeconds: null });
    w.send('a');
    w.begin();
    await w.until(() => w.batches.length === 1);
    const [entry] = w.queue.inflightMessages.values();
    expect((entry?.visibilityDeadline ?? 0) - Date.now()).toBeLessThanOrEqual(30_000);
  });

  it('waits for more within the window', async () => {
    const w = world(() => null, {}, { windowMs: 60_000 });
    w.begin();
    w.send('a');
    await new Promise((resolve) => setImmediate(resolve));
    w.send(...Array.from({ length: 9 }, () => 'more'));
    await w.until(() => w.left() === 0);
    expect(w.batches.map((b) => b.Records.length)).toEqual([10]);
  });

  it('runs no more batches at once than it may', async () => {
    let running = 0;
    let most = 0;
    const w = world(
      async () => {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
      },
      { batchSize: 1 },
      { concurrency: 2 },
    );
    w.send(...Array.from({ length: 8 }, () => 'x'));
    w.begin();
    await w.until(() => w.left() === 0);
    expect(most).toBe(2);
  });
});
