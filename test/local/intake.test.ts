import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it, test } from 'vitest';
import { decoded, type Posting, type Reader, receive } from '../../local/intake.ts';
import { pack, payloadsOf } from '../../local/log-payload.ts';

/** One signal an event; what holds `unreadable` is not. Lines: one a line. */
const READER: Reader = {
  event: (raw) =>
    JSON.stringify(raw).includes('unreadable')
      ? { ok: false, because: 'it says so' }
      : { ok: true, signals: 1, input: 'event' },
  logs: async (data) =>
    data.startsWith('H4sI')
      ? { ok: true, signals: 2, input: 'logs' }
      : { ok: false, because: 'awslogs.data is not gzip' },
  lines: ({ logEvents }) => ({ ok: true, signals: logEvents.length, input: 'lines' }),
};

const posting = (body: string, contentType = 'application/json', query = ''): Posting => ({
  body: Buffer.from(body),
  contentType,
  query: new URLSearchParams(query),
  seq: 7,
  at: 1_700_000_000_000,
});

const EVENT = { source: 'aws.health', 'detail-type': 'x', detail: {} };
const json = JSON.stringify;

describe('what may be posted', () => {
  test.each([
    [
      'an event goes to the events queue, as it was written',
      '{"id":12345678901234567890}',
      [{ to: 'events', body: '{"id":12345678901234567890}' }],
      1,
    ],
    [
      'a list of events is one message each',
      json([EVENT, EVENT]),
      [
        { to: 'events', body: json(EVENT) },
        { to: 'events', body: json(EVENT) },
      ],
      2,
    ],
    [
      'events line by line are one message each',
      `${json(EVENT)}\n${json(EVENT)}\n`,
      [
        { to: 'events', body: json(EVENT) },
        { to: 'events', body: json(EVENT) },
      ],
      2,
    ],
    [
      'an SQS batch is unwrapped, as the queue would hold it',
      json({
        Records: [
          { eventSource: 'aws:sqs', body: 'a' },
          { eventSource: 'aws:sqs', body: '{}' },
        ],
      }),
      [
        { to: 'events', body: 'a' },
        { to: 'events', body: '{}' },
      ],
      2,
    ],
    [
      'SNS records stay as they are',
      json({ Records: [{ EventSource: 'aws:sns', Sns: {} }] }),
      [{ to: 'events', body: json({ Records: [{ EventSource: 'aws:sns', Sns: {} }] }) }],
      1,
    ],
    [
      'an alarm action invokes directly',
      json({ alarmArn: 'a', alarmData: {} }),
      [{ to: 'alarm', body: json({ alarmArn: 'a', alarmData: {} }) }],
      1,
    ],
    [
      'a log payload goes to the log intake',
      json({ awslogs: { data: 'H4sIAAA' } }),
      [{ to: 'logs', data: 'H4sIAAA' }],
      2,
    ],
    ['an event inside a JSON string is one', json(json(EVENT)), [{ to: 'events', body: json(EVENT) }], 1],
  ])('%s', async (_rule, body, deliveries, signals) => {
    expect(await receive(posting(body), READER)).toMatchObject({ ok: true, deliveries, signals });
  });

  it('packs a decoded log batch', async () => {
    const batch = {
      messageType: 'DATA_MESSAGE',
      logGroup: '/g',
      logEvents: [{ id: '1', timestamp: 1, message: 'm' }],
    };
    const received = await receive(posting(json(batch)), READER);
    const [delivery] = received.ok ? received.deliveries : [];
    const data = delivery?.to === 'logs' ? delivery.data : '';
    expect(JSON.parse(gunzipSync(Buffer.from(data, 'base64')).toString())).toEqual(batch);
  });

  test.each([
    ['named log group', 'logGroup=/aws/lambda/a&logStream=s', { group: '/aws/lambda/a', stream: 's' }],
    ['no log group', '', { group: '/local/lines', stream: 'local' }],
  ])('takes plain lines with %s', async (_rule, query, where) => {
    expect(await receive(posting('one\n\ntwo\r\n', 'text/plain; charset=utf-8', query), READER)).toEqual({
      ok: true,
      deliveries: [{ to: 'lines', ...where, text: 'one\n\ntwo\r\n' }],
      holds: [[{ input: 'lines', signals: 2 }]],
      signals: 2,
    });
  });

  it('takes text/plain for an event when it is one and no log group is named', async () => {
    expect(await receive(posting(json(EVENT), 'text/plain'), READER)).toMatchObject({
      deliveries: [{ to: 'events' }],
    });
  });

  it('takes JSON lines for lines when a log group is named', async () => {
    const received = await receive(posting('{"level":"ERROR"}', 'text/plain', 'logGroup=/g'), READER);
    expect(received).toMatchObject({ deliveries: [{ to: 'lines' }] });
  });

  it('accepts a batch with a bad record: the pipeline tells or dead-letters it', async () => {
    expect(await receive(posting(json([EVENT, { unreadable: true }])), READER)).toMatchObject({
      ok: true,
      deliveries: [{ to: 'events' }, { to: 'events' }],
      signals: 1,
    });
  });

  test.each([
    ['nothing', '', 'application/json', 400, /empty/],
    ['blanks', ' \n ', 'text/plain', 400, /empty/],
    ['neither JSON nor text', '{"a":', 'application/json', 400, /neither/],
    ['form fields, as curl -d sends them', 'a=b', 'application/x-www-form-urlencoded', 400, /neither/],
    ['a bare number', '5', 'application/json', 400, /neither/],
    ['a bare string', '"hello"', 'application/json', 400, /neither/],
    [
      'what is nested too deeply',
      '['.repeat(200_000) + ']'.repeat(200_000),
      'application/json',
      422,
      /too deeply/,
    ],
    ['an empty list', '[]', 'application/json', 422, /empty list/],
    ['a payload that is not gzip', json({ awslogs: { data: '!!' } }), 'application/json', 422, /not gzip/],
    ['an event that cannot be read', json({ unreadable: true }), 'application/json', 422, /it says so/],
  ])('refuses %s and says what to do', async (_rule, body, type, status, error) => {
    const received = await receive(posting(body, type), READER);
    expect(received).toMatchObject({ ok: false, status });
    expect(received.ok ? '' : received.error).toMatch(error);
    expect(received.ok ? '' : received.next).not.toBe('');
  });
});

describe('content-encoding', () => {
  it('undoes gzip', () => {
    expect(decoded(gzipSync('{}'), 'gzip')).toEqual(Buffer.from('{}'));
  });

  test.each([
    ['br', Buffer.from('x'), 415],
    ['gzip', Buffer.from('not gzip'), 400],
    ['gzip', gzipSync(Buffer.alloc(11 * 1024 * 1024)), 400],
  ])('refuses %s that it cannot undo', (encoding, body, status) => {
    expect(decoded(body, encoding)).toMatchObject({ ok: false, status });
  });
});

describe('lines as a log payload', () => {
  const lines = (text: string) => ({ group: '/g', stream: 's', text });

  it('gives each line an id that names its posting and its place', () => {
    const [payload] = payloadsOf(lines('a\n\nb'), 12, 5);
    expect(payload?.logEvents).toEqual([
      { id: expect.stringMatching(/^3\d{55}$/), timestamp: 5, message: 'a' },
      { id: expect.stringMatching(/^3\d{55}$/), timestamp: 5, message: 'b' },
    ]);
    const [again] = payloadsOf(lines('a\n\nb'), 12, 5);
    const [other] = payloadsOf(lines('a\n\nb'), 13, 5);
    expect(again?.logEvents[0]?.id).toBe(payload?.logEvents[0]?.id);
    expect(other?.logEvents[0]?.id).not.toBe(payload?.logEvents[0]?.id);
    expect(payload?.logEvents[0]?.id).not.toBe(payload?.logEvents[1]?.id);
  });

  it('splits at 10,000 events and at 1 MiB, as CloudWatch Logs does', () => {
    expect(payloadsOf(lines('x\n'.repeat(10_001)), 1, 1).map((p) => p.logEvents.length)).toEqual([10_000, 1]);
    expect(payloadsOf(lines(`${'x'.repeat(600_000)}\n`.repeat(3)), 1, 1)).toHaveLength(3);
  });

  it('packs as base64 of gzip', async () => {
    expect(gunzipSync(Buffer.from(await pack({ a: '🔔' }), 'base64')).toString()).toBe('{"a":"🔔"}');
  });
});
