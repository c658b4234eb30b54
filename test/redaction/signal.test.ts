import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { Json, JsonObject } from '../../shared/model/json.ts';
import type { Signal, SignalId } from '../../shared/model/signal.ts';
import { redactJson } from '../../shared/redaction/json.ts';
import { redactSignal } from '../../shared/redaction/signal.ts';
import { toldBy } from '../../shared/redaction/told.ts';
import { made } from './samples.ts';

const SECRET = made(1, 20);
const TEXT = `login with password=${SECRET} failed`;
const CLEAN = 'login with password=[REDACTED:password] failed';
const ALARM = 'arn:aws:cloudwatch:ap-northeast-1:123456789012:alarm:secret:rotation';

function signal(changes: Partial<Signal> = {}): Signal {
  return {
    id: 'log:1' as SignalId,
    source: 'logs',
    kind: 'log line',
    status: 'firing',
    lifecycle: 'quiet',
    time: 1_700_000_000_000,
    account: '123456789012',
    region: 'ap-northeast-1',
    partition: 'aws',
    service: 'orders',
    resource: null,
    logGroup: '/aws/lambda/orders',
    logStream: '2026/11/21/[$LATEST]0f',
    level: 'ERROR',
    levelEvidence: 'key "level"',
    title: 'boom',
    message: 'boom',
    identity: { by: 'text', errorType: 'Error', text: 'boom' },
    remedy: null,
    places: [],
    tags: {},
    fields: null,
    detail: null,
    why: [],
    ...changes,
  };
}

function json(value: Json): { readonly json: Json; readonly found: readonly string[] } {
  const found = new Set<string>();
  return { json: redactJson(value, found), found: [...found] };
}

describe('redactSignal', () => {
  it('gives a signal without secrets back as it is', () => {
    const clean = signal({ fields: { a: 1, message: 'boom' }, detail: { b: [1, 'x'] } });
    expect(redactSignal(clean)).toEqual(clean);
  });

  test.each<[string, Partial<Signal>, (s: Signal) => unknown, unknown]>([
    ['title', { title: TEXT }, (s) => s.title, CLEAN],
    ['message', { message: TEXT }, (s) => s.message, CLEAN],
    ['kind', { kind: TEXT }, (s) => s.kind, CLEAN],
    ['service', { service: TEXT }, (s) => s.service, CLEAN],
    ['account', { account: TEXT }, (s) => s.account, CLEAN],
    ['region', { region: TEXT }, (s) => s.region, CLEAN],
    ['resource', { resource: TEXT }, (s) => s.resource, CLEAN],
    ['level evidence', { levelEvidence: TEXT }, (s) => s.levelEvidence, CLEAN],
    [
      'identity text',
      { identity: { by: 'text', errorType: null, text: TEXT } },
      (s) => s.identity,
      { by: 'text', errorType: null, text: CLEAN },
    ],
    [
      'error type',
      { identity: { by: 'text', errorType: TEXT, text: '' } },
      (s) => s.identity,
      { by: 'text', errorType: CLEAN, text: '' },
    ],
    ['app key', { identity: { by: 'app', key: TEXT } }, (s) => s.identity, { by: 'app', key: CLEAN }],
    [
      'source key',
      { identity: { by: 'source', key: TEXT } },
      (s) => s.identity,
      { by: 'source', key: CLEAN },
    ],
    [
      'remedy',
      { remedy: { text: TEXT, url: `https://x.example/?token=${SECRET}` } },
      (s) => s.remedy,
      { text: CLEAN, url: 'https://x.example/?token=[REDACTED:token]' },
    ],
    [
      'search text of a place',
      { places: [{ is: 'logs-insights', group: 'g', at: 1, find: TEXT }] },
      (s) => s.places,
      [{ is: 'logs-insights', group: 'g', at: 1, find: CLEAN }],
    ],
    [
      'address of a place, which goes without it nowhere',
      {
        title: TEXT,
        places: [
          { is: 'web', url: `https://app.datadoghq.com/m?api_key=${SECRET}` },
          { is: 'web', url: 'https://app.datadoghq.com/m?id=7' },
        ],
      },
      (s) => s.places,
      [{ is: 'web', url: 'https://app.datadoghq.com/m?id=7' }],
    ],
    [
      'fields',
      { fields: { user: 'taro', password: SECRET } },
      (s) => s.fields,
      { user: 'taro', password: '[REDACTED:password]' },
    ],
    [
      'tags',
      { tags: { team: 'payments', password: SECRET, note: TEXT } },
      (s) => s.tags,
      { team: 'payments', password: '[REDACTED:password]', note: CLEAN },
    ],
    ['detail', { detail: { a: [{ text: TEXT }] } }, (s) => s.detail, { a: [{ text: CLEAN }] }],
    [
      'reasons',
      { why: [{ stage: 'read', rule: 'r', at: 'built-in', because: TEXT }] },
      (s) => s.why[0]?.because,
      CLEAN,
    ],
  ])('takes secrets out of the %s and says so', (_, changes, part, expected) => {
    const redacted = redactSignal(signal(changes));
    expect(part(redacted)).toEqual(expected);
    expect(JSON.stringify(redacted)).not.toContain(SECRET);
    expect(redacted.why.at(-1)).toMatchObject({
      stage: 'redact',
      at: 'built-in',
      because: expect.stringMatching(/^masked \w+/),
    });
  });

  it('keeps ARNs, ids and metadata', () => {
    const kept = signal({
      resource: ALARM,
      identity: { by: 'source', key: ALARM },
      detail: {
        accountId: '983205673214',
        time: 1_763_683_200_000,
        arn: ALARM,
        requestId: '0b5c2f5e-7a54-4b51-9d2c-0f6a1c9e7d11',
      },
    });
    expect(redactSignal(kept)).toEqual(kept);
  });

  it("keeps a source's ids apart that look like telephone numbers", () => {
    for (const key of ['printer 0422-22-1234', 'line 090-1234-5678']) {
      const { identity } = redactSignal(signal({ identity: { by: 'source', key } }));
      expect(identity).toEqual({ by: 'source', key });
    }
  });

  test.each(['\n', '\t', '\r\n', '\u001b[31m'])(
    'takes them out of every part of a JSON line, behind %j',
    (sign) => {
      const fields = { level: 'ERROR', message: `${sign}pw=${SECRET} is not valid` };
      const text = `pw=${SECRET} is not valid`;
      const message = JSON.stringify(fields);
      const redacted = redactSignal(
        signal({ message, title: text, fields, identity: { by: 'text', errorType: null, text } }),
      );
      expect(JSON.stringify(redacted)).not.toContain(SECRET);
    },
  );

  it('adds one reason, sorted and without values, however often it runs', () => {
    const once = redactSignal(signal({ message: `${TEXT} pin=4821`, title: TEXT }));
    expect(once.why).toHaveLength(1);
    expect(once.why[0]?.because).toBe('masked password, pin');
    expect(redactSignal(once)).toEqual(once);
  });

  it('tells metadata alone when redaction throws', () => {
    const hostile = signal({ message: TEXT, title: TEXT, identity: { by: 'source', key: ALARM } });
    const trap = {
      ...hostile,
      get fields(): JsonObject {
        throw new Error(SECRET);
      },
    };
    const told = redactSignal(trap);
    expect(JSON.stringify(told)).not.toContain(SECRET);
    expect(told.title).toMatch(/^redaction failed/);
    expect(told).toMatchObject({
      message: '',
      tags: {},
      fields: null,
      detail: null,
      remedy: null,
      service: 'orders',
      identity: { by: 'source', key: ALARM },
    });
    expect(told.why.at(-1)).toMatchObject({ stage: 'redact', rule: 'failed-closed' });
  });

  it('is total and leaves no planted secret in any document', () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ maxDepth: 4 }),
        fc.constantFrom('password', 'apiKey', 'client_secret', 'access_token'),
        (value, key) => {
          const redacted = redactSignal(
            signal({ detail: { a: value as Json, b: [{ [key]: SECRET }] }, fields: { [key]: SECRET } }),
          );
          expect(JSON.stringify(redacted)).not.toContain(SECRET);
        },
      ),
    );
  });
});

describe('toldBy', () => {
  test.each<[string, string, boolean]>([
    ['a part', 'disk is', true],
    ['the whole', 'the disk is full', true],
    ['nothing', '', true],
    ['what is not in it', 'disk was', false],
    ['what is longer', 'the disk is full!', false],
  ])('%s', (_, text, told) => {
    expect(toldBy('the disk is full')(text)).toBe(told);
  });

  it('searches no more than its work allows, however many strings a document has', () => {
    const message = 'a'.repeat(65_536);
    const told = toldBy(message);
    const answers = Array.from({ length: 20_000 }, () => told('a'.repeat(40)));
    expect(answers.filter(Boolean)).toHaveLength(16);
    expect(told(message)).toBe(true);
    expect(toldBy(message)('a'.repeat(16_000))).toBe(false);
  });

  it('is out of work without effect on what is left of a document', () => {
    const skus = ['a'.repeat(16_000), ...Array.from({ length: 5_500 }, (_, n) => `${'a'.repeat(40)}${n}`)];
    const message = JSON.stringify({ skus }).slice(0, 60_000);
    const hostile = signal({ message, detail: { skus, password: SECRET, note: TEXT } });
    expect(redactSignal(hostile).detail).toEqual({ skus, password: '[REDACTED:password]', note: CLEAN });
  });
});

describe('redactJson', () => {
  test.each<[string, Json, Json]>([
    ['names of keys', { db: { password: SECRET } }, { db: { password: '[REDACTED:password]' } }],
    [
      'numbers under such names',
      { pin: 4821, password: 123456 },
      { pin: '[REDACTED:pin]', password: '[REDACTED:password]' },
    ],
    ['lists under such names', { cookies: [`sid=${SECRET}`] }, { cookies: ['[REDACTED:cookie]'] }],
    [
      'objects under such names',
      { secrets: { db: SECRET, name: 'db' } },
      { secrets: { db: '[REDACTED:secret]', name: 'db' } },
    ],
    [
      'names and values apart',
      [{ name: 'DB_PASSWORD', value: SECRET }],
      [{ name: 'DB_PASSWORD', value: '[REDACTED:password]' }],
    ],
    [
      'JSON in a string',
      { body: `{"password":"${SECRET}"}` },
      { body: '{"password":"[REDACTED:password]"}' },
    ],
    ['card numbers as numbers', { paid: 4111111111111111 }, { paid: '[REDACTED:card]' }],
    ['keys themselves', { [`token=${SECRET}`]: 1 }, { 'token=[REDACTED:token]': 1 }],
  ])('goes by %s', (_, document, redacted) => {
    expect(json(document).json).toEqual(redacted);
  });

  test.each<[string, Json]>([
    [
      'counters and states',
      { tokens: 1532, token_count: 12, passwordResetRequested: true, secretArn: ALARM, tokenType: 'Bearer' },
    ],
    ['empty values', { password: null, secret: '', token: '****' }],
    [
      'ids that look like cards',
      { orderId: '4111111111111111', id: 4111111111111111, createdAt: 4111111111111111 },
    ],
    [
      'access key ids of findings without their value',
      { accessKeyDetails: { userName: 'taro123', userType: 'IAMUser' } },
    ],
    [
      'counts of telephones and calls',
      { mobile: 123456789, iPhone: 123456789, phones: 4155550123, last_seen_mobile: 1795305600000 },
    ],
    ['continuation tokens', { nextToken: 'AAAAbbbb1234cccc' }],
  ])('leaves %s alone', (_, document) => {
    expect(json(document)).toEqual({ json: document, found: [] });
  });

  it('passes parts without secrets on as they are', () => {
    const clean = { a: [1, 2, { b: 'x' }] };
    const document: Json = { clean, password: SECRET };
    expect((json(document).json as JsonObject).clean).toBe(clean);
  });

  it('keeps prototype keys plain, in and out', () => {
    const document = JSON.parse(`{"__proto__":{"password":"${SECRET}","x":1},"constructor":{"y":2}}`) as Json;
    const redacted = json(document).json;
    expect(JSON.stringify(redacted)).toBe(
      '{"__proto__":{"password":"[REDACTED:password]","x":1},"constructor":{"y":2}}',
    );
    expect(Object.getPrototypeOf(redacted)).toBe(Object.prototype);
  });

  it('cuts what is nested too deeply', () => {
    const deep = JSON.parse(`${'{"a":'.repeat(60)}1${'}'.repeat(60)}`) as Json;
    expect(JSON.stringify(json(deep).json)).toContain('[cut: nested too deeply]');
  });

  it('cuts what is too large', () => {
    const wide = Array.from({ length: 30_000 }, (_, n) => n);
    expect((json(wide).json as readonly Json[]).at(-1)).toBe('[cut: too large]');
    const long = Array.from({ length: 40 }, () => 'word '.repeat(10_000));
    expect(JSON.stringify(json(long).json).length).toBeLessThan(1_200_000);
  });
});
