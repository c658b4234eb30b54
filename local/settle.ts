import { setTimeout as sleep } from 'node:timers/promises';
import type { SqsQueue } from '../node_modules/fauxqs/dist/sqs/sqsStore.js';

export interface SettleOptions {
  readonly queues: readonly { readonly name: string; readonly queue: SqsQueue }[];
  /** What runs, in words. */
  readonly busy: () => readonly string[];
}

const LOOK_EVERY_MS = 10;

/**
 * Waits until nothing runs, and no queue holds a message that is visible, in flight, or due before the time is up.
 * Messages delayed beyond that do not count: nothing happens to them in time.
 * @throws after `timeoutMs`, saying what still moves.
 */
export async function settle(timeoutMs: number, { queues, busy }: SettleOptions): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const moving = [...busy(), ...queues.flatMap(({ name, queue }) => waitingIn(name, queue, deadline))];
    if (moving.length === 0) return;
    if (Date.now() >= deadline) throw new Error(`Not settled within ${timeoutMs} ms: ${moving.join(', ')}`);
    await sleep(LOOK_EVERY_MS);
  }
}

/** Messages that could be received now or, of a FIFO queue, once those before them are done. */
export function visibleIn(queue: SqsQueue): number {
  return (
    queue.messages.length + [...queue.fifoMessages.values()].reduce((sum, group) => sum + group.length, 0)
  );
}

function waitingIn(name: string, queue: SqsQueue, deadline: number): readonly string[] {
  const delayed = queue.delayedMessages.filter(({ delayUntil }) => (delayUntil ?? 0) <= deadline).length;
  const counts = [
    [visibleIn(queue), 'waiting'],
    [queue.inflightMessages.size, 'in flight'],
    [delayed, 'delayed'],
  ] as const;
  return counts.filter(([n]) => n > 0).map(([n, what]) => `${name}: ${n} ${what}`);
}
