import { describe, expect, it, test } from 'vitest';
import { loadRules } from '../../shared/config/load.ts';
import type { Bundle } from '../../shared/model/bundle.ts';
import { makeBeats } from '../../shared/pipeline/expect.ts';
import {
  MAX_WEBHOOK_BYTES,
  takeWebhook,
  tokenFor,
  type WebhookRequest,
} from '../../shared/pipeline/webhook.ts';
import { makeJudge } from '../../shared/rules/judge.ts';

const SECRET = 'a secret that nobody can guess'.replaceAll(' ', '-');
const BODY = {
  title: 'Disk is full',
  status: 'firing',
  severity: 'error',
  key: 'disk',
  time: '2026-01-01T01:00:00Z',
};

const RULES = `
destinations: { a: { slack: "#a" } }
channels: { alert: [a], notify: [a] }
`;

function world(secret = SECRET) {
  const loaded = loadRules(RULES, 'hansho.yml');
  if (!loaded.ok) throw new Error('rules');
  const queued: Bundle[] = [];
  const warned: string[] = [];
  const log = { info: () => {}, warn: (what: string) => void warned.push(what), error: () => {} };
  const deps = {
    judge: makeJudge(loaded.rules),
    signals: {
      waiting: async () => 0,
      send: async (_: string, bundles: readonly Bundle[]) => {
        queued.push(...bundles);
        return [];
      },
    },
    region: 'ap-northeast-1',
    partition: 'aws',
    account: '111122223333',
    beats: makeBeats(),
    clock: () => Date.UTC(2026, 0, 1, 1, 0, 10),
    log,
    metrics: { count: () => {}, flush: () => {} },
    secret: async () => secret,
  };
  return { deps, queued, warned };
}

function request(over: Partial<WebhookRequest> = {}): WebhookRequest {
  return {
    method: 'POST',
    path: '/disks',
    headers: { authorization: `Bearer ${tokenFor('disks', SECRET)}` },
    query: {},
    body: Buffer.from(JSON.stringify(BODY)),
    id: 'r1',
    ...over,
  };
}

const headers = (token: string) => ({ headers: { 'x-hansho-token': token } });

describe('a webhook', () => {
  it('with the token of its name becomes a signal', async () => {
    const { deps, queued } = world();
    expect(await takeWebhook(request(), deps)).toEqual({ status: 202, body: { signals: 1 } });
    expect(queued.map(({ severity, report }) => [severity, report.title])).toEqual([
      ['SEV3', 'Disk is full'],
    ]);
  });

  test.each<[string, Partial<WebhookRequest>]>([
    ['a header of its own', headers(tokenFor('disks', SECRET))],
    [
      'the address, for tools that set no headers',
      { headers: {}, query: { token: tokenFor('disks', SECRET) } },
    ],
    ['the long path', { path: '/webhook/disks' }],
  ])('may bring it in %s', async (_, over) => {
    expect((await takeWebhook(request(over), world().deps)).status).toBe(202);
  });

  test.each<[string, Partial<WebhookRequest>, number, RegExp]>([
    ['no token', { headers: {} }, 401, /"disks" is missing or wrong/],
    ['a wrong token', headers('0'.repeat(64)), 401, /missing or wrong/],
    ["another name's token", headers(tokenFor('other', SECRET)), 401, /missing or wrong/],
    ['the secret itself', headers(SECRET), 401, /missing or wrong/],
    ['no name', { path: '/' }, 404, /Post to \/<name>/],
    ['a name with an odd letter', { path: '/Disks%20' }, 404, /Post to/],
    ['another method', { method: 'GET' }, 405, /Only POST/],
    ['a body too long', { body: Buffer.alloc(MAX_WEBHOOK_BYTES + 1, 'x') }, 413, /longer than 1048576 bytes/],
    ['a body that is no JSON', { body: Buffer.from('hello') }, 400, /not a JSON object/],
    ['a body that is no object', { body: Buffer.from('[1]') }, 400, /not a JSON object/],
  ])('with %s is refused', async (_, over, status, words) => {
    const { deps, queued } = world();
    const answer = await takeWebhook(request(over), deps);
    expect(answer).toEqual({ status, body: { error: expect.stringMatching(words) } });
    expect(queued).toEqual([]);
  });

  it('that states no time fires anew each time that it comes', async () => {
    const { deps, queued } = world();
    const body = Buffer.from(JSON.stringify({ ...BODY, time: undefined }));
    let now = deps.clock();
    for (; queued.length < 2; now += 60_000)
      await takeWebhook(request({ body }), { ...deps, clock: () => now });
    expect(new Set(queued.map(({ firing }) => firing[0]?.mark)).size).toBe(2);
  });

  it('that states a time far ahead fires now, so that its end can come after it', async () => {
    const { deps, queued } = world();
    const body = Buffer.from(JSON.stringify({ ...BODY, time: '2090-01-01T00:00:00Z' }));
    await takeWebhook(request({ body }), deps);
    expect(queued.map(({ firing, report }) => [firing[0]?.last, report.why])).toEqual([
      [deps.clock(), expect.arrayContaining([expect.objectContaining({ rule: 'time-ahead' })])],
    ]);
  });

  it('without a token learns nothing of what else is wrong with it', async () => {
    const body = Buffer.alloc(MAX_WEBHOOK_BYTES + 1);
    expect((await takeWebhook(request({ headers: {}, body }), world().deps)).status).toBe(401);
  });

  it('may be signed with either of two secrets while one takes the place of the other', async () => {
    const { deps } = world(`a-new-secret-of-our-own ${SECRET}`);
    expect((await takeWebhook(request(), deps)).status).toBe(202);
    const fresh = headers(tokenFor('disks', 'a-new-secret-of-our-own'));
    expect((await takeWebhook(request(fresh), deps)).status).toBe(202);
  });

  test.each(['', ' ', 'short'])('is never let in by the secret "%s"', async (secret) => {
    const { deps } = world(secret);
    await expect(takeWebhook(request(headers(tokenFor('disks', secret))), deps)).rejects.toThrow(
      'shorter than 16',
    );
  });

  it('that could not be queued is thrown, so that the sender tries again', async () => {
    const { deps } = world();
    const full = {
      ...deps,
      signals: {
        ...deps.signals,
        send: async (_: string, bundles: readonly Bundle[]) => bundles.map((_bundle, i) => i),
      },
    };
    await expect(takeWebhook(request(), full)).rejects.toMatchObject({ name: 'NotQueued' });
  });

  it('of a shape that nobody knows is still told', async () => {
    const { deps, queued } = world();
    const body = Buffer.from(JSON.stringify({ temperature: 81 }));
    await takeWebhook(request({ body }), deps);
    expect(queued.map(({ severity, report }) => [severity, report.source])).toEqual([['SEV4', 'event']]);
  });
});

test('the token is what openssl makes of it', () => {
  // printf %s datadog | openssl dgst -sha256 -hmac 0123456789abcdef
  expect(tokenFor('datadog', '0123456789abcdef')).toBe(
    '2092ce653645c574e3d20a0203248a26ad1dd7d8d4ec2689448b4c4adc213f7d',
  );
});
