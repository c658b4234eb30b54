import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished, test } from 'vitest';
import { breaches, toldTooSoon } from './laws.ts';
import type { Problem } from './problems.ts';
import { startWatched, type Watched } from './watch.ts';

/** One SEV1, told and paged, as a run leaves it when all is well. */
const PROBLEM: Problem = {
  token: 'qkalemo',
  kind: 'finding',
  phase: 'calm',
  acceptedAt: 0,
  endedAt: null,
  firings: 2,
  removed: false,
};
const INCIDENT = { title: 'qkalemo', count: 2, severity: 'SEV1', status: 'firing' };
const LEDGER = {
  in: 3,
  repeated: 1,
  tracked: 2,
  ignored: 0,
  unremarkable: 0,
  unreadable: 0,
  deadLettered: 0,
  waiting: 0,
  untold: 0,
  differences: [],
};

interface Scene {
  readonly problem?: Partial<Problem>;
  readonly incident?: object;
  readonly ledger?: object;
  readonly cards?: number;
  readonly pages?: readonly string[];
  readonly calls?: number;
}

async function scene({ problem, incident, ledger, cards = 1, pages = ['one'], calls = 1 }: Scene) {
  const watched = await startWatched();
  for (let i = 0; i < cards; i += 1) await postCard(watched);
  for (const key of pages) await page(watched, key);
  const handle = watched.posted[0]?.handle ?? 'C0/1';
  const deliveries = [{ destination: 'slack-alert', kind: 'slack', told: true, routed: true, handle }];
  const server = createServer((request, response) => {
    const body =
      request.url === '/api/ledger' ? { ...LEDGER, ...ledger } : [{ ...INCIDENT, deliveries, ...incident }];
    response.end(JSON.stringify(body));
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(async () => {
    server.close();
    await watched.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const seen = {
    ...watched,
    posted: watched.posted,
    calls: new Map([['#alert', Array<number>(calls).fill(1)]]),
  };
  const sent = { problems: [{ ...PROBLEM, ...problem }], signals: 3, repeated: 1 };
  return [...(await breaches(url, sent, seen)), ...(await toldTooSoon(url, seen))];
}

async function postCard({ slack }: Watched): Promise<void> {
  const attachments = JSON.stringify([{ color: '#7a0019', fallback: 'x', blocks: [] }]);
  await fetch(`${slack.url}chat.postMessage`, {
    method: 'POST',
    headers: { authorization: 'Bearer xoxb-test' },
    body: new URLSearchParams({ channel: '#alert', text: 'qkalemo', attachments }),
  });
}

async function page({ pagerduty }: Watched, key: string): Promise<void> {
  const payload = { summary: 'qkalemo', source: 'test', severity: 'critical' };
  const event = { routing_key: 'k'.repeat(32), event_action: 'trigger', dedup_key: key, payload };
  await fetch(pagerduty.url, { method: 'POST', body: JSON.stringify(event) });
}

it('finds nothing where all is well', async () => {
  expect(await scene({})).toEqual([]);
});

test.each<readonly [string, Scene, string]>([
  ['a signal that is in no state', { ledger: { tracked: 1 } }, 'law 1: tracked is 1'],
  ['a dead letter', { ledger: { deadLettered: 1 } }, 'law 1: deadLettered is 1'],
  ['a wrong count', { incident: { count: 1 } }, 'law 1: count is 1'],
  ['a lost problem', { incident: { title: 'another' } }, 'law 1: 0 incidents'],
  ['an end that the card does not say', { problem: { endedAt: 1 } }, 'law 2: its card is not green'],
  ['an alert that stays open', { problem: { endedAt: 1 } }, 'law 2: 1 open alerts'],
  ['two live cards', { cards: 2 }, 'law 3: 2 live cards'],
  ['two pages', { pages: ['one', 'two'] }, 'laws 3, 8: paged 2 times'],
  ['nobody told', { cards: 0 }, 'law 8: it was never told'],
  ['nobody paged', { pages: [] }, 'laws 3, 8: paged 0 times'],
  ['told before it was taken', { cards: 0 }, 'law 4: slack-alert'],
  ['too many calls at once', { calls: 21 }, 'pace: 21 calls'],
])('finds %s', async (_, what, words) => {
  expect(await scene(what)).toContainEqual(expect.stringContaining(words));
});
