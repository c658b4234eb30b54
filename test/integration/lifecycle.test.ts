import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Local } from '../../local/start.ts';
import { cardsIn, post, sample, startQuietly } from './local.ts';

let local: Local;
beforeEach(async () => {
  local = await startQuietly();
});
afterEach(async () => {
  await local.stop();
});

describe('an alarm', () => {
  it('that fires and returns to OK is one card that turned green, with a short reply', async () => {
    await post(local.url, sample('alarm/firing.json'));
    await local.settle(30_000);
    const [firing] = cardsIn(local, '#alert');
    await post(local.url, sample('alarm/resolved.json'));
    await local.settle(30_000);
    const cards = cardsIn(local, '#alert');
    expect(cards).toHaveLength(1);
    expect(cards[0]?.ts).toBe(firing?.ts);
    expect(cards[0]?.attachments).not.toEqual(firing?.attachments);
    expect((await local.incidents()).map((i) => i.status)).toEqual(['resolved']);
  });

  it('told by EventBridge, SNS and the direct action alike is one signal', async () => {
    for (const name of ['alarm/firing.json', 'alarm/firing-sns.json', 'alarm/firing-direct.json']) {
      expect((await post(local.url, sample(name))).status).toBe(202);
    }
    await local.settle(30_000);
    expect(cardsIn(local, '#alert')).toHaveLength(1);
    expect((await local.incidents()).map((i) => i.count)).toEqual([1]);
  });

  it('whose OK arrives before its ALARM leaves nothing open', async () => {
    await post(local.url, sample('alarm/resolved.json'));
    await local.settle(30_000);
    expect(cardsIn(local, '#alert')).toHaveLength(0);
    await post(local.url, sample('alarm/firing.json'));
    await local.settle(30_000);
    expect((await local.incidents()).map((i) => i.status)).toEqual(['resolved']);
  });

  it('that fires and ends while Slack is down is told once, late, as a card that is already over', async () => {
    local.slack?.faults.push({ do: 'status', status: 503, times: 3 });
    await post(local.url, sample('alarm/firing.json'));
    await post(local.url, sample('alarm/resolved.json'));
    await local.settle(60_000);
    expect(cardsIn(local, '#alert')).toHaveLength(1);
    expect(local.slack?.messages()).toHaveLength(1);
  });
});

describe('a page', () => {
  it('is triggered once and resolved once, under the same key', async () => {
    await post(local.url, sample('health/issue-open.json'));
    await post(local.url, sample('health/issue-open.json'));
    await local.settle(30_000);
    await post(local.url, sample('health/issue-closed.json'));
    await local.settle(30_000);
    const events = local.pagerduty?.events() ?? [];
    expect(events.map((e) => e.action)).toEqual(['trigger', 'resolve']);
    expect(new Set(events.map((e) => e.dedupKey)).size).toBe(1);
    expect(local.pagerduty?.alerts().map((a) => a.status)).toEqual(['resolved']);
  });

  it('is for SEV1 and SEV2 alone: an ERROR is a card', async () => {
    await post(local.url, sample('guardduty/high.json'));
    await post(local.url, sample('alarm/firing.json'));
    await local.settle(30_000);
    expect(local.pagerduty?.events().map((e) => e.action)).toEqual(['trigger']);
    expect(cardsIn(local, '#alert')).toHaveLength(2);
  });
});

describe('bad input', () => {
  it.each([
    ['nothing', ''],
    ['not JSON', '{"awslogs":'],
    ['not base64', { awslogs: { data: '%%%' } }],
    ['not gzip', { awslogs: { data: Buffer.from('plain text').toString('base64') } }],
  ])('%s is refused with a clear error', async (_, body) => {
    const answer = await post(local.url, body);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect(answer.body.error).toBeTruthy();
  });

  it('one bad record in a batch harms no other', async () => {
    const answer = await post(local.url, sample('sqs/batch-with-a-bad-record.json'));
    expect(answer.status).toBe(202);
    await local.settle(60_000);
    expect((await local.incidents()).length).toBeGreaterThan(0);
  });
});
