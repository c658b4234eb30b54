import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Local, startLocal } from '../../local/start.ts';
import { isObject, type JsonObject } from '../../shared/model/json.ts';

/** Starts local mode without touching any real service, whatever the environment of the person testing holds. */
export function startQuietly(options: Parameters<typeof startLocal>[0] = {}): Promise<Local> {
  return startLocal({ settings: {}, ...options });
}

/** A log event, as CloudWatch Logs delivers it; the same event keeps its id and its time. */
export interface Line {
  readonly id: string;
  readonly timestamp: number;
  readonly message: string;
}

/** A raw `awslogs` subscription event of these lines, one event a line. */
export function subscription(logGroup: string, lines: readonly Line[]) {
  const batch = {
    messageType: 'DATA_MESSAGE',
    owner: '111122223333',
    logGroup,
    logStream: '2026/11/22/[$LATEST]a1b2c3d4',
    subscriptionFilters: ['hansho'],
    logEvents: lines,
  };
  return { awslogs: { data: gzipSync(JSON.stringify(batch)).toString('base64') } };
}

/** A raw event of `events/`. */
export function sample(name: string): JsonObject {
  const raw: unknown = JSON.parse(readFileSync(join(import.meta.dirname, '../../events', name), 'utf8'));
  if (!isObject(raw)) throw new Error(`${name} is not an object`);
  return raw;
}

/** Posts a raw event; answers the status and the parsed body. */
export async function post(
  url: string,
  event: unknown,
): Promise<{ readonly status: number; readonly body: { signals?: number; error?: string } }> {
  const response = await fetch(`${url}/intake`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof event === 'string' ? event : JSON.stringify(event),
  });
  return { status: response.status, body: (await response.json()) as { signals?: number; error?: string } };
}

/** The cards of a channel as they stand: messages that answer no other. */
export function cardsIn(local: Local, channel: string) {
  return (local.slack?.messages() ?? []).filter((m) => m.channel === channel && m.threadTs === null);
}

const ERRORS = [
  'card gateway refused the call',
  'order could not be stored',
  'mail server rejected the recipient',
  'stock file is missing a column',
  'cannot parse the price list',
  'address service knows no such prefecture',
  'label printer is out of paper',
  'coupon table is locked by another session',
  'refund was answered with an unknown state',
  'search index does not answer',
];
const WARNINGS = [
  'cache is cold',
  'retrying the supplier',
  'queue is longer than usual',
  'token expires soon',
  'falling back to the old price',
];

/** 1,000 lines: ten distinct errors once, five distinct warnings three times each, the rest INFO that mentions errors. */
export function thousandLines(): readonly Line[] {
  const start = Date.now() - 60_000;
  const bad = [
    ...ERRORS.map((text) => ['ERROR', text] as const),
    ...[1, 2, 3].flatMap(() => WARNINGS.map((text) => ['WARN', text] as const)),
  ];
  return Array.from({ length: 1_000 }, (_, i) => {
    const [level, text] =
      i % 40 === 0 ? (bad[i / 40] ?? ['INFO', 'done, errors=0']) : ['INFO', `page ${i} served, errors=0`];
    const request = `6f1c2d3e-4a5b-4c6d-8e7f-${String(i).padStart(12, '0')}`;
    return {
      id: String(i).padStart(56, '37'),
      timestamp: start + i,
      message: `2026-11-22T00:00:00.000Z\t${request}\t${level}\t${text} (order ${i * 7919})\n`,
    };
  });
}
