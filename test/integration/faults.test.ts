import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Local } from '../../local/start.ts';
import { cardsIn, post, sample, startQuietly, subscription } from './local.ts';

let local: Local;
beforeEach(async () => {
  local = await startQuietly();
});
afterEach(async () => {
  await local.stop();
});

const START = Date.now() - 60_000;
const errors = (n: number) =>
  subscription(
    '/aws/lambda/shop',
    ['alpha', 'bravo', 'charlie', 'delta'].slice(0, n).map((word, i) => ({
      id: String(i).padStart(56, '8'),
      timestamp: START + i,
      message: `[ERROR]\t2026-11-22T00:00:00.000Z\t6f1c2d3e-4a5b-4c6d-8e7f-00000000000${i}\t${word} failed for good`,
    })),
  );
const dead = async () => (await local.ledger()).deadLettered;

it('429 with Retry-After 2 ten times, then 500 twice: everything is told once, and nothing is dead', async () => {
  local.slack?.faults.push(
    { do: 'rate-limit', retryAfterSeconds: 2, times: 10 },
    { do: 'status', status: 500, times: 2 },
  );
  await post(local.url, errors(4));
  await local.settle(180_000);
  expect(cardsIn(local, '#alert')).toHaveLength(4);
  expect(await dead()).toBe(0);
}, 200_000);

it('a post whose answer is lost is found again by its mark, not doubled', async () => {
  await post(local.url, errors(1));
  await local.settle(30_000);
  local.slack?.faults.push({ do: 'drop-answer', on: 'chat.postMessage' });
  await post(local.url, errors(2));
  await local.settle(120_000);
  expect(cardsIn(local, '#alert')).toHaveLength(2);
}, 150_000);

it('the very first post in a channel whose answer is lost is sent again, and the extra is removed', async () => {
  local.slack?.faults.push({ do: 'drop-answer', on: 'chat.postMessage' });
  await post(local.url, errors(1));
  await local.settle(120_000);
  expect(local.slack?.calls.map((c) => c.method)).toEqual([
    'chat.postMessage',
    'chat.postMessage',
    'chat.delete',
  ]);
  expect(cardsIn(local, '#alert')).toHaveLength(1);
}, 150_000);

it('a card that a person removed is posted anew with the next news', async () => {
  await post(local.url, sample('alarm/firing.json'));
  await local.settle(30_000);
  const [card] = cardsIn(local, '#alert');
  local.slack?.remove(card?.channelId ?? '', card?.ts ?? '');
  expect(cardsIn(local, '#alert')).toHaveLength(0);
  await post(local.url, sample('alarm/resolved.json'));
  await local.settle(60_000);
  const [anew, ...more] = cardsIn(local, '#alert');
  expect(anew?.attachments).toMatchObject([{ color: '#2da44e' }]);
  expect(more).toEqual([]);
}, 100_000);
