import type { AsyncInvoker } from './async-invoke.ts';
import type { Delivery } from './intake.ts';
import type { Entry } from './journal.ts';
import { pack, payloadsOf } from './log-payload.ts';
import type { Passage } from './watch.ts';

/** Takes accepted postings to where AWS would deliver them, and knows when each has been worked on. */
export interface Courier {
  deliver(entry: Entry): void;
  /** A message has left the events queue for good: handled, or dead. */
  eventGone(messageId: string, how: 'handled' | 'kept'): void;
  /** Something has left the signals queues. */
  signalsMoved(): void;
  /** Postings that are not done. */
  open(): number;
}

export interface CourierOptions {
  readonly logs: AsyncInvoker;
  readonly alarms: AsyncInvoker;
  /** Puts a body on the events queue; returns the message's id. */
  readonly sendEvent: (body: string) => string;
  readonly signals: Passage;
  /** Everything that the posting brought has been tracked, told away, or dead-lettered. */
  readonly onDone: (seq: number) => void;
  /** An input lies in a dead-letter queue or in the bucket. */
  readonly onKept: (input: string) => void;
}

/**
 * A posting is done in two steps: its intake has ended, and then everything that lay in the signals queues at
 * that moment has left them. What came later need not be waited for, so that a constant stream of input does not
 * keep the checkpoint from moving.
 */
type End = 'handled' | 'kept' | 'stopped';

export function makeCourier(options: CourierOptions): Courier {
  const { logs, alarms, sendEvent, signals, onDone, onKept } = options;
  const events = new Map<string, (how: End) => void>();
  const tracking: { readonly seq: number; readonly mark: number }[] = [];
  let open = 0;

  const settle = (): void => {
    for (let next = tracking[0]; next !== undefined && signals.passed(next.mark); next = tracking[0]) {
      tracking.shift();
      open -= 1;
      onDone(next.seq);
    }
  };

  /** How each of its payloads ended. */
  const take = async (delivery: Delivery, entry: Entry): Promise<readonly End[]> => {
    switch (delivery.to) {
      case 'logs':
        return [await logs.invoke(awslogs(delivery.data))];
      case 'lines': {
        const payloads = payloadsOf(delivery, entry.seq, entry.at);
        return Promise.all(payloads.map(async (payload) => logs.invoke(awslogs(await pack(payload)))));
      }
      case 'alarm':
        return [await alarms.invoke(delivery.body)];
      case 'events':
        return [await new Promise<End>((resolve) => events.set(sendEvent(delivery.body), resolve))];
    }
  };

  const work = async (entry: Entry): Promise<void> => {
    const ends = await Promise.all(entry.deliveries.map((delivery) => take(delivery, entry)));
    // What was cut off is not done: the next start delivers it again.
    if (ends.flat().includes('stopped')) return;
    for (const [d, payloads] of ends.entries()) {
      for (const [p, end] of payloads.entries()) {
        if (end === 'kept') onKept(entry.holds[d]?.[p]?.input ?? '');
      }
    }
    tracking.push({ seq: entry.seq, mark: signals.mark() });
    settle();
  };

  return {
    deliver: (entry) => {
      open += 1;
      void work(entry);
    },
    eventGone: (id, how) => {
      events.get(id)?.(how);
      events.delete(id);
    },
    signalsMoved: settle,
    open: () => open,
  };
}

function awslogs(data: string): string {
  return JSON.stringify({ awslogs: { data } });
}
