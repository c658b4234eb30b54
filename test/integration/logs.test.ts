import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Local } from '../../local/start.ts';
import { cardsIn, post, startQuietly, subscription, thousandLines } from './local.ts';

/** A thousand raw log lines through the deployed bundles, on embedded SQS, SNS and DynamoDB. */
const lines = thousandLines();
let local: Local;
beforeAll(async () => {
  local = await startQuietly();
});
afterAll(async () => {
  await local.stop();
});

const counts = async () =>
  (await local.incidents()).map((i) => `${i.channel} ${i.severity} ${i.count} ${i.title}`).sort();

it('ten distinct errors and five distinct warnings in a thousand lines are ten alert cards and five notify cards', async () => {
  const answer = await post(local.url, subscription('/aws/lambda/shop', lines));
  expect(answer.status).toBe(202);
  await local.settle(60_000);
  expect(cardsIn(local, '#alert')).toHaveLength(10);
  expect(cardsIn(local, '#notify')).toHaveLength(5);
  const incidents = await local.incidents();
  expect(incidents.filter((i) => i.channel === 'alert').map((i) => i.count)).toEqual(Array(10).fill(1));
  expect(incidents.filter((i) => i.channel === 'notify').map((i) => i.count)).toEqual(Array(5).fill(3));
});

it('posting them again, whole or in other batches, changes no card and no count', async () => {
  const before = [await counts(), local.slack?.messages().map((m) => [m.ts, m.text, m.updatedAt])];
  await post(local.url, subscription('/aws/lambda/shop', lines));
  await post(local.url, subscription('/aws/lambda/shop', lines.slice(0, 333)));
  await post(local.url, subscription('/aws/lambda/shop', lines.slice(200).toReversed()));
  await local.settle(60_000);
  await local.sweep();
  await local.settle(60_000);
  expect([await counts(), local.slack?.messages().map((m) => [m.ts, m.text, m.updatedAt])]).toEqual(before);
});

it('every signal is accounted for, and nothing is dead or untold', async () => {
  expect(await local.ledger()).toMatchObject({ untold: 0, deadLettered: 0 });
});
