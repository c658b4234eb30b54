import type { SqsQueue } from '../node_modules/fauxqs/dist/sqs/sqsStore.js';
import type { SqsMessage } from '../node_modules/fauxqs/dist/sqs/sqsTypes.js';
import { makeFrontier } from './frontier.ts';

export interface Watcher {
  readonly arrived?: (message: SqsMessage) => void;
  /** Deleted by whoever received it. */
  readonly deleted?: (message: SqsMessage) => void;
}

/** Hears what happens to a queue's messages. The emulator moves a message that it gives up to the dead queue as it is. */
export function watch(queue: SqsQueue, watcher: Watcher): void {
  const enqueue = queue.enqueue.bind(queue);
  queue.enqueue = (message) => {
    enqueue(message);
    watcher.arrived?.(message);
  };
  const remove = queue.deleteMessage.bind(queue);
  queue.deleteMessage = (handle) => {
    const message = queue.inflightMessages.get(handle)?.message;
    const removed = remove(handle);
    if (message !== undefined) watcher.deleted?.(message);
    return removed;
  };
}

/**
 * What of a queue is still to be worked on, in the order of arrival: a mark set now is passed once everything
 * that had arrived by now has been worked on (or given up), whatever came after it.
 */
export interface Passage {
  arrived(id: string): void;
  gone(id: string): void;
  mark(): number;
  passed(mark: number): boolean;
}

export function makePassage(): Passage {
  const open = makeFrontier<number>();
  let count = 0;
  return {
    arrived: (id) => {
      count += 1;
      open.add(id, count);
    },
    gone: (id) => open.finish(id),
    mark: () => count,
    passed: (mark) => (open.oldest() ?? Number.POSITIVE_INFINITY) > mark,
  };
}
