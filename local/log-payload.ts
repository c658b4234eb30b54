import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { ACCOUNT } from './template.ts';

const compress = promisify(gzip);

/** A CloudWatch Logs subscription's payload before it is packed. */
export interface LogPayload {
  readonly messageType: 'DATA_MESSAGE';
  readonly owner: string;
  readonly logGroup: string;
  readonly logStream: string;
  readonly subscriptionFilters: readonly string[];
  readonly logEvents: readonly {
    readonly id: string;
    readonly timestamp: number;
    readonly message: string;
  }[];
}

export interface Lines {
  readonly group: string;
  readonly stream: string;
  /** Log lines, one a line; empty ones do not count. */
  readonly text: string;
}

/** PutLogEvents takes at most so many events and bytes a batch, with so many bytes beside each message. */
const EVENTS_A_BATCH = 10_000;
const BYTES_A_BATCH = 1_048_576;
const BYTES_BESIDE = 26;

/**
 * Plain lines as CloudWatch Logs would deliver them. Ids derive from `seq`, which names one posting for good:
 * the same text posted again is new lines, the same posting replayed is not.
 */
export function payloadsOf(lines: Lines, seq: number, at: number): readonly LogPayload[] {
  const batches: { id: string; timestamp: number; message: string }[][] = [];
  let size = Number.POSITIVE_INFINITY;
  let index = 0;
  for (const raw of lines.text.split('\n')) {
    const message = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
    if (message.trim() === '') continue;
    const bytes = Buffer.byteLength(message) + BYTES_BESIDE;
    if (size + bytes > BYTES_A_BATCH || (batches.at(-1)?.length ?? 0) >= EVENTS_A_BATCH) {
      batches.push([]);
      size = 0;
    }
    batches.at(-1)?.push({ id: eventId(seq, index), timestamp: at, message });
    size += bytes;
    index += 1;
  }
  return batches.map((logEvents) => ({
    messageType: 'DATA_MESSAGE',
    owner: ACCOUNT,
    logGroup: lines.group,
    logStream: lines.stream,
    subscriptionFilters: ['hansho-local'],
    logEvents,
  }));
}

/** 56 digits, as CloudWatch Logs writes them. */
function eventId(seq: number, index: number): string {
  return `3${String(seq).padStart(35, '0')}${String(index).padStart(20, '0')}`;
}

/** `awslogs.data`: gzip, then base64. */
export async function pack(payload: object): Promise<string> {
  return (await compress(JSON.stringify(payload), { level: 1 })).toString('base64');
}
