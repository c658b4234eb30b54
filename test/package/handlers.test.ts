import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildAll } from '../../scripts/build.ts';
import type { FunctionName } from '../../scripts/bundle.ts';
import { makeStore } from '../../shared/adapters/dynamodb.ts';
import type { IncidentId } from '../../shared/model/bundle.ts';
import { parseBundle, parseUntracked, parseWake } from '../../shared/pipeline/messages.ts';
import { type LocalQueues, localQueues } from '../adapters/local-queues.ts';
import { type MockHttp, mockHttp } from '../adapters/mock-http.ts';
import { type LocalTables, localTables } from '../contracts/table.ts';
import { bundle, HOUR, tally } from '../support/make.ts';
import { ROOT } from './sls.ts';

/** The bundles as Lambda runs them, against SQS, SNS, DynamoDB, SSM and Slack on this machine. */
let out: string;
let queues: LocalQueues;
let tables: LocalTables;
let ssm: MockHttp;
let slack: MockHttp;
let table: string;
let heard: string;
const urls: Record<string, string> = {};
const gone = 'http://127.0.0.1:9/000000000000/gone';

beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), 'hansho-handlers-'));
  [queues, tables, ssm, slack] = await Promise.all([localQueues(), localTables(), mockHttp(), mockHttp()]);
  await buildAll(ROOT, out);
  for (const name of [
    'SIGNALS',
    'SIGNALS_URGENT',
    'SLACK',
    'SLACK_URGENT',
    'PAGERDUTY',
    'PAGERDUTY_URGENT',
    'SLACK_UNTRACKED',
    'PAGERDUTY_UNTRACKED',
  ]) {
    urls[name] = await queues.queue(name.endsWith('UNTRACKED'));
    process.env[`HANSHO_${name}_QUEUE_URL`] = onLoopback(urls[name]);
  }
  const topic = await queues.topic();
  heard = await queues.queue();
  await queues.subscribe(topic, heard, {});
  table = await tables.create();
  const endpoint = async (client: typeof tables.client | typeof queues.sqs) => {
    const { protocol, hostname, port } = (await client.config.endpoint?.()) ?? {};
    return `${protocol}//${hostname}:${port}`;
  };
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_SQS: await endpoint(queues.sqs),
    AWS_ENDPOINT_URL_SNS: await endpoint(queues.sqs),
    AWS_ENDPOINT_URL_DYNAMODB: await endpoint(tables.client),
    AWS_ENDPOINT_URL_SSM: ssm.url,
    HANSHO_STAGE: 'test',
    HANSHO_ACCOUNT: '111122223333',
    HANSHO_PARTITION: 'aws',
    HANSHO_TABLE: table,
    HANSHO_ALERT_TOPIC_ARN: topic,
    HANSHO_NOTIFY_TOPIC_ARN: topic,
    HANSHO_SLACK_TOKEN: 'ssm:/hansho/slack-bot-token',
    SLACK_API_URL: `${slack.url}/api/`,
    PAGERDUTY_EVENTS_URL: 'http://127.0.0.1:9',
  });
}, 120_000);

beforeEach(() => {
  ssm.answer({ body: JSON.stringify({ Parameter: { Value: 'the token' } }) });
  slack.answer({ body: JSON.stringify({ ok: true, channel: 'C1', ts: '1795305600.000100' }) });
});

afterAll(async () => {
  await Promise.all([
    queues.close(),
    tables.close(),
    ssm.close(),
    slack.close(),
    rm(out, { recursive: true }),
  ]);
});

/** What the last invocation printed: one JSON object a line. */
let printed: readonly Record<string, unknown>[] = [];

/** Invokes a freshly started function. */
async function invoke(
  name: FunctionName,
  event: unknown,
  environment: Record<string, string> = {},
): Promise<unknown> {
  const require = createRequire(import.meta.url);
  const file = join(out, 'functions', name, 'index.js');
  delete require.cache[file];
  const [env, write] = [{ ...process.env }, process.stdout.write];
  Object.assign(process.env, environment);
  let text = '';
  process.stdout.write = (part: string | Uint8Array) => {
    text += part.toString();
    return true;
  };
  try {
    return await require(file).handler(event, {});
  } finally {
    process.env = env;
    process.stdout.write = write;
    const lines = text.split('\n').filter((line) => line.startsWith('{'));
    printed = lines.map((line) => JSON.parse(line));
  }
}

const bodies = async (url: string | undefined) =>
  (await queues.drain(url ?? '')).map(({ Body = '' }): unknown => JSON.parse(Body));
/** When a record's queue handed it over for the first time, ms. */
let received = Date.now();
const sqs = (...records: unknown[]) => ({
  Records: records.map((body, i) => ({
    messageId: `m${i}`,
    eventSource: 'aws:sqs',
    attributes: { ApproximateFirstReceiveTimestamp: String(received) },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })),
});
const failed = (...ids: string[]) => ({
  batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })),
});
const logs = (
  over: object,
  message = '2026-11-22T00:00:00.000Z\tid\tERROR\tcard gateway refused the call',
) => ({
  awslogs: {
    data: gzipSync(
      JSON.stringify({
        messageType: 'DATA_MESSAGE',
        owner: '111122223333',
        logGroup: '/aws/lambda/payments-api',
        logStream: '2026/11/22/[$LATEST]ab',
        subscriptionFilters: ['hansho'],
        logEvents: [{ id: '1', timestamp: Date.now(), message }],
        ...over,
      }),
    ).toString('base64'),
  },
});
const alarm = (value: 'ALARM' | 'OK') => ({
  source: 'aws.cloudwatch',
  alarmArn: 'arn:aws:cloudwatch:us-east-1:111122223333:alarm:checkout-errors',
  accountId: '111122223333',
  time: '2026-11-22T00:00:00.000+0000',
  region: 'us-east-1',
  alarmData: {
    alarmName: 'checkout-errors',
    state: { value, reason: 'Threshold Crossed', timestamp: '2026-11-22T00:00:00.000+0000' },
    previousState: { value: 'OK', timestamp: '2026-11-21T00:00:00.000+0000' },
    configuration: { metrics: [] },
  },
});

describe('intake-logs', () => {
  it('queues what a log group said', async () => {
    await invoke('intake-logs', logs({}));
    expect((await bodies(urls.SIGNALS)).map(parseBundle)).toMatchObject([
      {
        severity: 'SEV3',
        report: { service: 'payments-api', title: expect.stringContaining('card gateway') },
      },
    ]);
  });

  it('drops CloudWatch’s probe', async () => {
    await invoke('intake-logs', logs({ messageType: 'CONTROL_MESSAGE' }));
    expect(await bodies(urls.SIGNALS)).toEqual([]);
  });

  it.each([
    { name: 'no payload', event: {} },
    { name: 'a payload that is not gzip', event: { awslogs: { data: 'bm90IGd6aXA=' } } },
  ])('fails on $name, so that Lambda keeps it', async ({ event }) => {
    await expect(invoke('intake-logs', event)).rejects.toMatchObject({ name: 'Unreadable' });
  });

  it('fails while the signals queue cannot be reached, so that Lambda tries again', async () => {
    const away = { HANSHO_SIGNALS_QUEUE_URL: gone, AWS_ENDPOINT_URL_SQS: 'http://127.0.0.1:9' };
    await expect(invoke('intake-logs', logs({}), away)).rejects.toMatchObject({ name: 'NotQueued' });
  });
});

describe('intake-events', () => {
  it('queues what EventBridge and SNS left, whatever it is', async () => {
    const event = {
      'detail-type': 'Something New',
      source: 'my.app',
      account: '1',
      region: 'r',
      time: '2026-11-22T00:00:00Z',
      detail: { a: 1 },
    };
    expect(await invoke('intake-events', sqs(event, 'disk full'))).toEqual(failed());
    expect((await bodies(urls.SIGNALS)).map(parseBundle)).toHaveLength(2);
  });

  it('queues what an alarm’s own action said', async () => {
    await invoke('intake-events', alarm('ALARM'));
    const [told] = (await bodies(urls.SIGNALS)).map(parseBundle);
    expect(told).toMatchObject({ lifecycle: 'states', severity: 'SEV3', report: { source: 'alarm' } });
  });

  it('reads an event that was moved back from the dead-letter queue as the event that it was', async () => {
    await invoke('intake-events', alarm('ALARM'));
    const kept = {
      version: '1.0',
      requestContext: { condition: 'RetriesExhausted' },
      requestPayload: alarm('ALARM'),
    };
    await invoke('intake-events', sqs(kept));
    const [first, again] = (await bodies(urls.SIGNALS)).map(parseBundle);
    expect(again?.incident).toBe(first?.incident);
    expect(again?.firing).toEqual(first?.firing);
  });

  it('gives back the records that could not be queued; a direct event fails', async () => {
    const away = { HANSHO_SIGNALS_QUEUE_URL: gone, AWS_ENDPOINT_URL_SQS: 'http://127.0.0.1:9' };
    expect(await invoke('intake-events', sqs('disk full'), away)).toEqual(failed('m0'));
    await expect(invoke('intake-events', alarm('ALARM'), away)).rejects.toMatchObject({ name: 'NotQueued' });
  });
});

describe('track and the tellers', () => {
  const now = Date.now();
  const fresh = bundle({
    incident: 'handled' as IncidentId,
    receivedAt: now,
    firing: [tally('aaaa0001', now)],
  });

  it('take a bundle into the table and tell the topic; what is no bundle is given back alone', async () => {
    expect(await invoke('track', sqs(fresh, 'no bundle', { incident: 'x' }))).toEqual(failed('m1', 'm2'));
    const stored = await makeStore(tables.client, table).load('handled' as IncidentId);
    expect(stored?.facts).toMatchObject({ status: 'firing', count: 1 });
    expect((await bodies(heard)).map(parseWake)).toEqual([{ incident: 'handled', address: null }]);
  });

  it('give back everything while the table cannot be reached', async () => {
    const away = { AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:9' };
    expect(await invoke('track', sqs(fresh), away)).toEqual(failed('m0'));
  });

  it('tell untracked what has waited a minute for the table, once, and without asking it', async () => {
    const away = { AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:9' };
    const waiting = { ...fresh, incident: 'waiting' as IncidentId };
    received = Date.now() - 65_000;
    expect(await invoke('track', sqs(waiting), away)).toEqual(failed('m0'));
    expect(await invoke('track', sqs(waiting), away)).toEqual(failed('m0'));
    received = Date.now();
    const untracked = await bodies(urls.SLACK_UNTRACKED);
    expect(untracked.map(parseUntracked)).toMatchObject([{ bundle: { incident: 'waiting' } }]);
    const asked = slack.asked.length;
    expect(await invoke('tell-slack', sqs(untracked[0]), away)).toEqual(failed());
    expect(slack.asked.slice(asked).map(({ path }) => path)).toEqual(['/api/chat.postMessage']);
    expect(decodeURIComponent(slack.asked.at(-1)?.body ?? '')).toContain('Untracked');
    expect(printed.find((line) => 'ToldUntracked' in line)).toMatchObject({ ToldUntracked: 1 });
  });

  it('post one card for a wake-up, with the token from its reference; what is no wake-up is given back alone', async () => {
    expect(await invoke('tell-slack', sqs({ incident: 'handled' }, '{}'))).toEqual(failed('m1'));
    expect(ssm.asked[0]?.body).toContain('/hansho/slack-bot-token');
    expect(slack.asked.map(({ path }) => path)).toEqual(['/api/chat.postMessage']);
    expect(slack.asked[0]?.headers.authorization).toBe('Bearer the token');
    expect(await invoke('tell-slack', sqs({ incident: 'handled' }))).toEqual(failed());
    expect(slack.asked).toHaveLength(1);
  });

  it('do not fail for what a destination answers: that is state', async () => {
    const other = { ...fresh, incident: 'refused' as IncidentId };
    await invoke('track', sqs(other));
    slack.answer({ body: '{"ok":false,"error":"not_in_channel"}' });
    expect(await invoke('tell-slack', sqs({ incident: 'refused' }))).toEqual(failed());
    const stored = await makeStore(tables.client, table).load('refused' as IncidentId);
    expect(stored?.deliveries[0]).toMatchObject({ shown: null, announced: null });
    await bodies(heard);
  });

  it('pass over an incident that is not there', async () => {
    expect(await invoke('tell-pagerduty', sqs({ incident: 'nobody' }))).toEqual(failed());
  });
});

describe('sweep', () => {
  it('wakes the teller of what is untold, and beats', async () => {
    const store = makeStore(tables.client, table);
    const stored = await store.load('refused' as IncidentId);
    if (stored === null) throw new Error('nothing to sweep');
    const long = Date.now() - HOUR;
    const deliveries = stored.deliveries.map((d) => ({ ...d, untoldSince: long, retryAt: 0 }));
    await store.save({ ...stored, deliveries, dueAt: long });
    await queues.drain(urls.SLACK ?? '');
    await invoke('sweep', {});
    expect((await bodies(urls.SLACK)).map(parseWake)).toMatchObject([{ incident: 'refused' }]);
    expect(printed.find((line) => 'SweepHeartbeat' in line)).toMatchObject({
      SweepHeartbeat: 1,
      Stage: 'test',
    });
    expect(printed.find((line) => 'Untold' in line)).toMatchObject({ Untold: 1 });
  });
});

function onLoopback(url: string): string {
  const { pathname, port } = new URL(url);
  return `http://127.0.0.1:${port}${pathname}`;
}
