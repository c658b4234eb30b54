import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SqsQueue } from '../node_modules/fauxqs/dist/sqs/sqsStore.js';
import { text } from '../shared/model/json.ts';
import { forgetfulLog, openAppendLog, readLines } from './append-log.ts';
import type { FailureRecord } from './async-invoke.ts';
import { parseJson } from './parse.ts';
import { watch } from './watch.ts';

/** What was given up. It is kept over restarts, as the real queues keep it for 14 days. */
export interface DeadLetters {
  /** Keeps what arrives in this dead queue, and fills it with what an earlier run left there. */
  keep(queue: SqsQueue, send: (body: string) => void): void;
  /** The bucket of an on-failure destination. */
  unread(record: FailureRecord): Promise<void>;
  unreadCount(): number;
  /** Resolves when everything that arrived so far is durable. */
  durable(): Promise<void>;
  close(): Promise<void>;
}

export async function openDeadLetters(directory: string | null): Promise<DeadLetters> {
  const path = directory === null ? null : join(directory, 'dead-letters.jsonl');
  const bucket = directory === null ? null : join(directory, 'unread');
  if (bucket !== null) await mkdir(bucket, { recursive: true });
  const left = path === null ? new Map<string, Letter>() : await readLetters(path);
  const log = path === null ? forgetfulLog() : await openAppendLog(path);
  let unread = bucket === null ? 0 : (await readdir(bucket)).length;
  let last: Promise<unknown> = Promise.resolve();
  const write = (line: object): void => {
    last = log.append(JSON.stringify(line)).catch(() => {});
  };
  return {
    keep: (queue, send) => {
      watch(queue, {
        arrived: ({ messageId, body }) => write({ id: messageId, queue: queue.name, body }),
        deleted: ({ messageId }) => write({ gone: messageId }),
      });
      for (const [id, letter] of left) {
        if (letter.queue !== queue.name) continue;
        // It is written down again under its new message id.
        send(letter.body);
        write({ gone: id });
      }
    },
    unread: async (record) => {
      unread += 1;
      if (bucket === null) return;
      const name = `${record.timestamp.replaceAll(':', '.')}-${record.requestContext.requestId}.json`;
      await writeFile(join(bucket, name), JSON.stringify(record), { flush: true });
    },
    unreadCount: () => unread,
    durable: async () => {
      await last;
    },
    close: () => log.close(),
  };
}

interface Letter {
  readonly queue: string;
  readonly body: string;
}

async function readLetters(path: string): Promise<Map<string, Letter>> {
  const letters = new Map<string, Letter>();
  for await (const line of readLines(path)) {
    const value = parseJson(line.text);
    const [id, queue, body] = [text(value, 'id'), text(value, 'queue'), text(value, 'body')];
    letters.delete(text(value, 'gone') ?? '');
    if (id !== null && queue !== null && body !== null) letters.set(id, { queue, body });
  }
  return letters;
}
