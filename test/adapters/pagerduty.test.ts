import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  makePagerDuty,
  type PagerDutyFailure,
  type PagerDutyOptions,
} from '../../shared/adapters/pagerduty.ts';
import { SecretUnavailable } from '../../shared/adapters/secrets.ts';
import type { Outcome, PagerDutyCall } from '../../shared/model/telling.ts';
import { MORNING } from '../support/make.ts';
import { type Answer, closedUrl, type MockHttp, mockHttp } from './mock-http.ts';

let events: MockHttp;
beforeAll(async () => {
  events = await mockHttp();
});
afterAll(() => events.close());

const trigger: PagerDutyCall = {
  do: 'trigger',
  routingKey: 'ssm:/hansho/pagerduty/oncall',
  dedupKey: 'key-1',
  body: {
    event_action: 'trigger',
    dedup_key: 'key-1',
    payload: { summary: 'down 🔔', severity: 'critical', source: 'x' },
  },
};

const seen: PagerDutyFailure[] = [];
const outcome = (failure: PagerDutyFailure): Outcome => {
  seen.push(failure);
  return { is: 'retry', because: 'the table says so' };
};
const send = (over: Partial<PagerDutyOptions> = {}) => {
  seen.length = 0;
  const secret = async (reference: string) => `the key of ${reference}`;
  return makePagerDuty({ secret, eventsUrl: events.url, outcome, clock: () => MORNING, ...over });
};

describe('what PagerDuty is sent', () => {
  it('is the body with the routing key of the reference, and 202 means told', async () => {
    events.answer({ status: 202, body: '{"status":"success","dedup_key":"key-1"}' });
    expect(await send()(trigger)).toEqual({ is: 'told', handle: 'key-1' });
    expect(events.asked[0]?.path).toBe('/v2/enqueue');
    expect(events.asked[0]?.headers['content-type']).toBe('application/json');
    expect(JSON.parse(events.asked[0]?.body ?? '')).toEqual({
      ...trigger.body,
      routing_key: 'the key of ssm:/hansho/pagerduty/oncall',
    });
  });

  it.each(['', '/', '/v2/enqueue'])('goes to the Events API of a URL ending in "%s"', async (path) => {
    events.answer({ status: 202 });
    await send({ eventsUrl: events.url + path })(trigger);
    expect(events.asked[0]?.path).toBe('/v2/enqueue');
  });
});

describe('what PagerDuty answers never throws', () => {
  const http = (status: number, body = '', retryAfterSeconds: number | null = null): PagerDutyFailure => ({
    kind: 'http',
    status,
    body,
    retryAfterSeconds,
  });
  it.each<{ name: string; answer: Answer; failure: PagerDutyFailure }>([
    {
      name: '400',
      answer: { status: 400, body: '{"errors":["no"]}' },
      failure: http(400, '{"errors":["no"]}'),
    },
    { name: '429', answer: { status: 429 }, failure: http(429) },
    {
      name: '429 with seconds',
      answer: { status: 429, headers: { 'retry-after': '12' } },
      failure: http(429, '', 12),
    },
    {
      name: '429 with a date',
      answer: { status: 429, headers: { 'retry-after': new Date(MORNING + 90_000).toUTCString() } },
      failure: http(429, '', 90),
    },
    { name: '502 with a page', answer: { status: 502, body: '<html>' }, failure: http(502, '<html>') },
    { name: '200, which is not accepted', answer: { status: 200, body: '{}' }, failure: http(200, '{}') },
    {
      name: 'a redirect',
      answer: { status: 307, headers: { location: 'http://127.0.0.1:1/' } },
      failure: { kind: 'network', because: 'unexpected redirect' },
    },
    {
      name: 'a closed connection',
      answer: { instead: 'drop' },
      failure: { kind: 'network', because: 'UND_ERR_SOCKET' },
    },
    {
      name: 'nothing',
      answer: { instead: 'hang' },
      failure: { kind: 'network', because: 'no answer in time' },
    },
    {
      name: 'half an answer',
      answer: { instead: 'half' },
      failure: { kind: 'network', because: 'no answer in time' },
    },
    {
      name: 'more than anybody would',
      answer: { status: 202, body: 'x'.repeat(100_000) },
      failure: { kind: 'network', because: 'the answer is longer than 65536 bytes' },
    },
  ])('$name', async ({ answer, failure }) => {
    events.answer(answer);
    const short = answer.instead === undefined ? {} : { timeoutMs: 200 };
    expect(await send(short)(trigger)).toEqual({ is: 'retry', because: 'the table says so' });
    expect(seen).toEqual([failure]);
    expect(events.asked).toHaveLength(1);
  });

  it('knows that nothing has left when nobody listens', async () => {
    expect(await send({ eventsUrl: await closedUrl() })(trigger)).toEqual({
      is: 'retry',
      because: 'ECONNREFUSED',
    });
    expect(seen).toEqual([]);
  });
});

describe('the routing key', () => {
  it.each([
    {
      name: 'that nobody has stored breaks the address',
      mend: true,
      outcome: { is: 'broken', code: 'no_routing_key', hint: 'why' },
    },
    {
      name: 'that cannot be read just now is tried again',
      mend: false,
      outcome: { is: 'retry', because: 'why' },
    },
  ])('$name', async ({ mend, outcome }) => {
    events.answer({ status: 202 });
    const secret = async () => {
      throw new SecretUnavailable('why', mend);
    };
    expect(await send({ secret })(trigger)).toEqual(outcome);
    expect(events.asked).toEqual([]);
  });
});

it('refuses to start with an address that is no URL', () => {
  expect(() => send({ eventsUrl: 'events.pagerduty.com' })).toThrow('Invalid URL');
});
