import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Local } from '../../local/start.ts';
import { cardsIn, post, startQuietly, subscription } from './local.ts';

let local: Local;
beforeEach(async () => {
  local = await startQuietly();
});
afterEach(async () => {
  await local.stop();
});

/** Law 5, through the deployed bundles: it takes the minute that it says. */
it('while the table is away an alert is told untracked once, and its card takes the place when it is back', async () => {
  local.takeTable(true);
  const line = {
    id: '8'.repeat(56),
    timestamp: Date.now(),
    message: '[ERROR]\t2026-11-22T00:00:00.000Z\t6f1c2d3e-4a5b-4c6d-8e7f-000000000001\tcard gateway refused',
  };
  expect((await post(local.url, subscription('/aws/lambda/shop', [line]))).status).toBe(202);
  await vi.waitFor(() => expect(cardsIn(local, '#alert')).toHaveLength(1), {
    timeout: 100_000,
    interval: 250,
  });
  expect(cardsIn(local, '#alert')[0]?.text).toContain('Untracked');

  local.takeTable(false);
  await vi.waitFor(
    () => {
      const cards = cardsIn(local, '#alert');
      expect(cards).toHaveLength(1);
      expect(cards[0]?.text).not.toContain('Untracked');
    },
    { timeout: 120_000, interval: 250 },
  );
  const methods = local.slack?.calls.map((c) => c.method);
  expect(methods).toEqual(['chat.postMessage', 'chat.postMessage', 'chat.delete']);
  // What Slack has taken is written down a moment later.
  await vi.waitFor(async () => expect(await local.ledger()).toMatchObject({ untold: 0, deadLettered: 0 }), {
    timeout: 30_000,
    interval: 250,
  });
}, 240_000);
