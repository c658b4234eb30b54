import { describe, expect, it, onTestFinished, test } from 'vitest';
import { openOutbox } from '../../local/outbox.ts';
import { type PagerDutyStandIn, startPagerDuty } from '../../local/pagerduty.ts';
import { temporary } from './fixture/make.ts';

const KEY = '0123456789abcdef'.repeat(2);

async function start(
  directory: string | null = null,
  clock = () => 1_700_000_000_000,
): Promise<PagerDutyStandIn> {
  const pagerduty = await startPagerDuty({ outbox: await openOutbox(directory), onChange: () => {}, clock });
  onTestFinished(() => pagerduty.close());
  return pagerduty;
}

const trigger = (more: object = {}) => ({
  routing_key: KEY,
  event_action: 'trigger',
  dedup_key: 'd',
  payload: { summary: 's', source: 'x', severity: 'error' },
  ...more,
});
const resolve = (more: object = {}) => ({
  routing_key: KEY,
  event_action: 'resolve',
  dedup_key: 'd',
  ...more,
});

async function send(
  pagerduty: PagerDutyStandIn,
  event: object,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(pagerduty.url, { method: 'POST', body: JSON.stringify(event) });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

describe('the Events API', () => {
  it('takes an event with 202 and its dedup key, and never shows the routing key', async () => {
    const pagerduty = await start();
    expect(await send(pagerduty, trigger())).toEqual({
      status: 202,
      body: { status: 'success', message: 'Event processed', dedup_key: 'd' },
    });
    expect(JSON.stringify(pagerduty.events())).not.toContain(KEY);
    expect(pagerduty.alerts()).toMatchObject([
      { dedupKey: 'd', status: 'triggered', severity: 'error', summary: 's' },
    ]);
  });

  it('opens, repeats, acknowledges and resolves by dedup key, and drops an end without an open alert', async () => {
    const pagerduty = await start();
    const all = [
      resolve(),
      trigger(),
      trigger(),
      { ...resolve(), event_action: 'acknowledge' },
      trigger(),
      resolve(),
      resolve(),
      trigger(),
    ];
    for (const event of all) await send(pagerduty, event);
    expect(pagerduty.events().map((e) => e.effect)).toEqual([
      'dropped',
      'opened',
      'repeated',
      'acknowledged',
      'repeated',
      'resolved',
      'dropped',
      'opened',
    ]);
  });

  it('stays acknowledged when it triggers again', async () => {
    const pagerduty = await start();
    for (const event of [trigger(), { ...resolve(), event_action: 'acknowledge' }, trigger()])
      await send(pagerduty, event);
    expect(pagerduty.alerts()).toMatchObject([{ status: 'acknowledged' }]);
  });

  it('tells services apart by their routing key', async () => {
    const pagerduty = await start();
    await send(pagerduty, trigger());
    await send(pagerduty, resolve({ routing_key: 'f'.repeat(32) }));
    expect(pagerduty.alerts()).toMatchObject([{ status: 'triggered' }]);
  });

  test.each([
    ['a short routing key', trigger({ routing_key: 'short' }), /routing_key/],
    ['an unknown action', trigger({ event_action: 'shout' }), /event_action/],
    ['a long dedup key', trigger({ dedup_key: 'x'.repeat(256) }), /dedup_key/],
    ['no summary', trigger({ payload: { source: 'x', severity: 'error' } }), /summary/],
    [
      'a long summary',
      trigger({ payload: { summary: 'x'.repeat(1_025), source: 'x', severity: 'error' } }),
      /summary/,
    ],
    ['no source', trigger({ payload: { summary: 's', severity: 'error' } }), /source/],
    ['another severity', trigger({ payload: { summary: 's', source: 'x', severity: 'high' } }), /severity/],
    [
      'a bad time',
      trigger({ payload: { summary: 's', source: 'x', severity: 'info', timestamp: 'soon' } }),
      /timestamp/,
    ],
    ['a link without href', trigger({ links: [{ text: 'x' }] }), /links/],
    ['an image without https', trigger({ images: [{ src: 'http://x' }] }), /images/],
    ['a resolve without dedup key', { routing_key: KEY, event_action: 'resolve' }, /dedup_key/],
    ['no object', [], /object/],
  ])('refuses %s with 400 and the reason', async (_rule, event, error) => {
    const pagerduty = await start();
    const answer = await send(pagerduty, event);
    expect(answer.status).toBe(400);
    expect(answer.body.errors).toEqual([expect.stringMatching(error)]);
    expect(pagerduty.events()).toEqual([]);
  });

  it('refuses what is larger than 512 KB', async () => {
    const pagerduty = await start();
    expect((await send(pagerduty, trigger({ client: 'x'.repeat(530_000) }))).status).toBe(413);
  });

  it('takes 120 events a minute and key', async () => {
    const pagerduty = await start();
    const statuses = [];
    for (let i = 0; i < 121; i += 1) statuses.push((await send(pagerduty, trigger())).status);
    expect(statuses.filter((status) => status === 202)).toHaveLength(120);
    expect(statuses.at(-1)).toBe(429);
    expect((await send(pagerduty, trigger({ routing_key: 'f'.repeat(32) }))).status).toBe(202);
  });

  it('has faults by action', async () => {
    const pagerduty = await start();
    pagerduty.faults.push(
      { do: 'status', status: 500, on: 'resolve' },
      { do: 'error', code: 'bad', on: 'trigger' },
    );
    expect((await send(pagerduty, trigger())).body.errors).toEqual(['bad']);
    const response = await fetch(pagerduty.url, { method: 'POST', body: JSON.stringify(resolve()) });
    expect(response.status).toBe(500);
  });

  it('knows its open alerts after a restart', async () => {
    const directory = await temporary();
    const first = await start(directory);
    await send(first, trigger());
    const second = await start(directory);
    expect(second.alerts()).toEqual(first.alerts());
    await send(second, resolve());
    expect(second.alerts()).toMatchObject([{ status: 'resolved' }]);
  });
});
