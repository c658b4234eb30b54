import { gunzipSync } from 'node:zlib';
import { isObject, type Json, list, text } from '../shared/model/json.ts';
import type { Held } from './books.ts';
import { type Lines, type LogPayload, pack, payloadsOf } from './log-payload.ts';
import { parseJson } from './parse.ts';

/** One thing that AWS would deliver, and where to. */
export type Delivery =
  /** `awslogs.data` for the log intake. */
  | { readonly to: 'logs'; readonly data: string }
  | ({ readonly to: 'lines' } & Lines)
  /** The body of one message for the events queue. */
  | { readonly to: 'events'; readonly body: string }
  /** An alarm's direct action: the function is invoked with it. */
  | { readonly to: 'alarm'; readonly body: string };

/** How many signals something holds, by the same code that the functions run. */
export interface Reader {
  event(raw: unknown, at: number): Read;
  logs(data: string, at: number): Promise<Read>;
  lines(payload: LogPayload, at: number): Read;
}

export type Read = ({ readonly ok: true } & Held) | { readonly ok: false; readonly because: string };

/** What a posted body came to. */
export type Reception =
  | {
      readonly ok: true;
      readonly deliveries: readonly Delivery[];
      /** What each delivery holds. */
      readonly holds: readonly (readonly Held[])[];
      readonly signals: number;
    }
  | Refusal;

export interface Refusal {
  readonly ok: false;
  readonly status: number;
  /** What is wrong, and what to do next. */
  readonly error: string;
  readonly next: string;
}

export interface Posting {
  readonly body: Buffer;
  readonly contentType: string;
  readonly query: URLSearchParams;
  /** The number that this posting will have in the journal, and when it came, ms. */
  readonly seq: number;
  readonly at: number;
}

export const MAX_BODY_BYTES = 10 * 1024 * 1024;
const EXAMPLE = 'curl --data-binary @event.json http://127.0.0.1:<port>/intake';

/**
 * Reads a posted body: raw events as JSON, or plain lines. Refuses only what is unreadable as a whole; a bad
 * record among good ones is accepted and becomes the pipeline's to tell or to dead-letter.
 */
export async function receive(posting: Posting, reader: Reader): Promise<Reception> {
  try {
    return await read(posting, reader);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return refuse(422, 'The body is nested too deeply to be read.', 'Post less deeply nested JSON.');
  }
}

async function read(posting: Posting, reader: Reader): Promise<Reception> {
  const source = posting.body.toString('utf8');
  if (source.trim() === '') return refuse(400, 'The body is empty.', `Post a raw event: ${EXAMPLE}`);
  const parsed = parseJson(source);
  const plain = posting.contentType.startsWith('text/plain');
  // `fetch` and SNS call JSON text/plain too; lines are meant when a log group is named or it is no JSON at all.
  if (plain && (posting.query.has('logGroup') || !isContainer(parsed)))
    return receiveLines(source, posting, reader);
  const events = isContainer(parsed) ? (Array.isArray(parsed) ? parsed : [parsed]) : jsonLines(source);
  if (events === null) {
    return refuse(
      400,
      'The body is neither a JSON event nor plain text.',
      `Post JSON (${EXAMPLE}), or log lines with the header "content-type: text/plain" and ?logGroup=/aws/lambda/<name>.`,
    );
  }
  // A single event is kept as it was written: numbers beyond 2^53 would not survive being read.
  return receiveEvents(events, isObject(parsed) ? source : null, posting.at, reader);
}

/** One event a line; a line that is none stays text, for the pipeline to tell. null: these are no such lines. */
function jsonLines(source: string): readonly Json[] | null {
  const lines = source.split('\n').filter((line) => line.trim() !== '');
  const events = lines.map((line) => parseJson(line) ?? line);
  return events.length > 1 && isContainer(parseJson(lines[0] ?? '')) ? events : null;
}

function receiveLines(source: string, { query, seq, at }: Posting, reader: Reader): Reception {
  const lines: Lines = {
    group: query.get('logGroup') || '/local/lines',
    stream: query.get('logStream') || 'local',
    text: source,
  };
  const holds = payloadsOf(lines, seq, at).map((payload) => heldIn(reader.lines(payload, at)));
  return { ok: true, deliveries: [{ to: 'lines', ...lines }], holds: [holds], signals: sum(holds) };
}

async function receiveEvents(
  events: readonly Json[],
  source: string | null,
  at: number,
  reader: Reader,
): Promise<Reception> {
  const deliveries: Delivery[] = [];
  const holds: Held[] = [];
  let readable = 0;
  let because = 'an empty list';
  for (const event of events) {
    for (const delivery of await deliveriesOf(event, source)) {
      const read = await readDelivery(delivery, at, reader);
      if (read.ok) readable += 1;
      else because = read.because;
      deliveries.push(delivery);
      holds.push(heldIn(read));
    }
  }
  if (readable > 0) return { ok: true, deliveries, holds: holds.map((held) => [held]), signals: sum(holds) };
  return refuse(
    422,
    `Nothing in the body can be read: ${because}.`,
    'Check it with: npx hansho explain <file>',
  );
}

async function readDelivery(delivery: Delivery, at: number, reader: Reader): Promise<Read> {
  switch (delivery.to) {
    case 'logs':
      return reader.logs(delivery.data, at);
    case 'events':
    case 'alarm':
      return reader.event(parseJson(delivery.body) ?? delivery.body, at);
    case 'lines':
      return { ok: true, ...NOTHING };
  }
}

const NOTHING: Held = { input: '', signals: 0 };

function heldIn(read: Read): Held {
  return read.ok ? { input: read.input, signals: read.signals } : NOTHING;
}

function sum(holds: readonly Held[]): number {
  return holds.reduce((n, { signals }) => n + signals, 0);
}

/** As AWS would deliver it: logs and alarms to their function, everything else to the events queue. */
async function deliveriesOf(event: Json, source: string | null): Promise<readonly Delivery[]> {
  if (!isObject(event))
    return [{ to: 'events', body: typeof event === 'string' ? event : JSON.stringify(event) }];
  const data = text(event, 'awslogs', 'data');
  if (data !== null) return [{ to: 'logs', data }];
  if (text(event, 'messageType') !== null && Array.isArray(event.logEvents)) {
    return [{ to: 'logs', data: await pack(event) }];
  }
  const records = list(event, 'Records');
  const bodies = records.map((record) =>
    text(record, 'eventSource') === 'aws:sqs' ? text(record, 'body') : null,
  );
  if (bodies.length > 0 && bodies.every((body) => body !== null))
    return bodies.map((body) => ({ to: 'events', body }));
  const body = source ?? JSON.stringify(event);
  return [
    { to: isObject(event.alarmData) && !Object.hasOwn(event, 'detail-type') ? 'alarm' : 'events', body },
  ];
}

/** Undoes `content-encoding: gzip`. */
export function decoded(body: Buffer, encoding: string): Buffer | Refusal {
  if (encoding === '' || encoding === 'identity') return body;
  if (encoding !== 'gzip') {
    return refuse(
      415,
      `The body is encoded as ${encoding}.`,
      'Send it plain, or with content-encoding: gzip.',
    );
  }
  try {
    return gunzipSync(body, { maxOutputLength: MAX_BODY_BYTES });
  } catch {
    return refuse(
      400,
      'The body is not gzip, or longer than 10 MB when unpacked.',
      'Send it plain, or in parts.',
    );
  }
}

/** An event, a list of events, or an event as text inside a string. */
function isContainer(value: Json | undefined): value is Json {
  if (typeof value === 'string') return isContainer(parseJson(value));
  return typeof value === 'object' && value !== null;
}

export function refuse(status: number, error: string, next: string): Refusal {
  return { ok: false, status, error, next };
}
