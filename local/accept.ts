import { type Reader, type Refusal, receive, refuse } from './intake.ts';
import type { Entry, Journal } from './journal.ts';

/** The gate of `POST /intake`. */
export interface Acceptor {
  /** Reads a body, writes it down durably, hands it on, and only then says how many signals it held. */
  take(
    body: Buffer,
    contentType: string,
    query: URLSearchParams,
    deliver: (entry: Entry) => void,
  ): Promise<{ readonly signals: number } | Refusal>;
  /** A posting has been worked on. */
  done(seq: number): void;
  /** Takes nothing any more. */
  close(): void;
}

/** Accepted and not yet worked on: more would only fill the memory. */
const BACKLOG_BYTES = 512 * 1024 * 1024;

export function makeAcceptor({ journal, reader }: { journal: Journal; reader: Reader }): Acceptor {
  const waiting = new Map<number, number>();
  let backlog = 0;
  let closed = false;
  return {
    take: async (body, contentType, query, deliver) => {
      if (closed) return refuse(503, 'hansho local is stopping.', 'Start it again.');
      if (backlog > BACKLOG_BYTES) {
        return refuse(503, 'More is waiting than fits into memory.', 'Post it again in a few seconds.');
      }
      const at = Date.now();
      const seq = journal.nextSeq();
      const reception = await receive({ body, contentType, query, seq, at }, reader);
      if (!reception.ok) return reception;
      const { signals, deliveries, holds } = reception;
      const entry = { seq, at, signals, deliveries, holds };
      try {
        await journal.append(entry);
      } catch (error) {
        return refuse(503, `It could not be written down: ${String(error)}`, 'Make room on the disk.');
      }
      waiting.set(seq, body.length);
      backlog += body.length;
      deliver(entry);
      return { signals: reception.signals };
    },
    done: (seq) => {
      backlog -= waiting.get(seq) ?? 0;
      waiting.delete(seq);
      journal.done(seq);
    },
    close: () => {
      closed = true;
    },
  };
}
