import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { isObject, type Json, type JsonObject, text } from '../shared/model/json.ts';
import { pack } from './log-payload.ts';
import { parseJson } from './parse.ts';

type Step =
  | { readonly event: string; readonly after: number }
  | { readonly lines: readonly string[]; readonly group: string; readonly after: number };

/** Seconds between the steps of the story. */
const SOON = 1;
const LATER = 2.5;

/** One morning: `{now}` in a line becomes the time. What looks like a secret is put together when it is sent. */
const STORY: readonly Step[] = [
  {
    group: '/ecs/stock-sync',
    after: SOON,
    lines: [
      '{now} WARN retrying, the supplier answered 503',
      '{now} INFO synchronised 1204 articles in 3.1 s',
    ],
  },
  {
    group: '/aws/lambda/payments-api',
    after: LATER,
    lines: [
      '{now}\t7f8e1f52-2b1a-4c7e-9d57-0a3f5a1c9e10\tERROR\tconnect ECONNREFUSED 10.0.3.17:5432',
      '{now}\t9c0d7a6b-6f1e-4b52-8a55-8b1df2f0a901\tERROR\tconnect ECONNREFUSED 10.0.3.18:5432',
    ],
  },
  { event: 'alarm/firing.json', after: LATER },
  { event: 'securityhub/critical-and-medium.json', after: LATER },
  { event: 'guardduty/high.json', after: LATER },
  {
    group: '/aws/lambda/orders-export',
    after: LATER,
    lines: [
      '{"level":"ERROR","timestamp":"{now}","service":"orders-export","message":"upload refused","error":{"name":"AccessDenied","message":"not allowed"},"password":"SECRET"}',
      '{now}\t2d1f6a8e-7a52-4f0c-9be0-6a4f2f3b7c55\tTask timed out after 30.00 seconds',
    ],
  },
  {
    group: '/ecs/stock-sync',
    after: LATER,
    lines: Array.from({ length: 5 }, () => '{now} WARN retrying, the supplier answered 503'),
  },
  { event: 'guardduty/sample.json', after: SOON },
  { event: 'health/issue-open.json', after: LATER },
  { event: 'alarm/resolved.json', after: LATER },
  { event: 'event/step-functions-failed.json', after: LATER },
  { event: 'health/issue-closed.json', after: LATER },
];

/** Plays the story into a running hansho local, with every time moved to now. A sample that is missing is left out. */
export async function playDemo(url: string, pace = 1): Promise<void> {
  for (const step of STORY) {
    await sleep(step.after * 1_000 * pace);
    const now = Date.now();
    if ('lines' in step) {
      const body = step.lines.join('\n').replaceAll('{now}', new Date(now).toISOString());
      const secret = ['hunter', '2', '-for-the-', 'export'].join('');
      await post(
        `${url}/intake?logGroup=${encodeURIComponent(step.group)}`,
        'text/plain',
        body.replace('SECRET', secret),
      );
    } else {
      const event = await sample(step.event);
      if (event !== null)
        await post(`${url}/intake`, 'application/json', JSON.stringify(await movedTo(event, now)));
    }
  }
}

async function sample(name: string): Promise<Json | null> {
  const source = await readFile(new URL(`../events/${name}`, import.meta.url), 'utf8').catch(() => '');
  return parseJson(source) ?? null;
}

async function post(url: string, type: string, body: string): Promise<void> {
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': type }, body });
  await response.arrayBuffer();
}

/**
 * The event with its newest time at `now` (ms) and all others as far before it as they were. Log payloads are
 * unpacked and packed again.
 */
export async function movedTo(event: Json, now: number): Promise<Json> {
  const data = text(event, 'awslogs', 'data');
  if (data !== null) {
    const payload = parseJson(gunzipSync(Buffer.from(data, 'base64')).toString('utf8')) ?? null;
    const moved = await movedTo(payload, now);
    return { awslogs: { data: await pack(isObject(moved) ? moved : {}) } };
  }
  const newest = Math.max(...timesIn(event));
  return Number.isFinite(newest) ? shifted(event, now - newest) : event;
}

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)$/;
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d (?:GMT|UTC)$/;
/** ms since the epoch, from 2017 on. */
const isEpoch = (key: string, value: Json): value is number =>
  key === 'timestamp' && typeof value === 'number' && value > 1.5e12;

function timesIn(value: Json, key = ''): readonly number[] {
  if (isEpoch(key, value)) return [value];
  if (typeof value === 'string') return ISO.test(value) || HTTP_DATE.test(value) ? [Date.parse(value)] : [];
  if (Array.isArray(value)) return value.flatMap((item: Json) => timesIn(item));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, item]) => timesIn(item ?? null, name));
}

function shifted(value: Json, by: number, key = ''): Json {
  if (isEpoch(key, value)) return value + by;
  if (typeof value === 'string') return shiftedText(value, by);
  if (Array.isArray(value)) return value.map((item: Json) => shifted(item, by));
  return isObject(value) ? shiftedObject(value, by) : value;
}

function shiftedObject(value: JsonObject, by: number): JsonObject {
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, shifted(item ?? null, by, key)]),
  );
}

function shiftedText(value: string, by: number): string {
  if (ISO.test(value)) {
    const moved = new Date(Date.parse(value) + by).toISOString();
    return value.endsWith('Z') ? moved : moved.replace('Z', '+0000');
  }
  return HTTP_DATE.test(value) ? new Date(Date.parse(value) + by).toUTCString() : value;
}
