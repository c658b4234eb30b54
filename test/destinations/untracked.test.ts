import { describe, expect, it, test } from 'vitest';
import { planPagerDuty } from '../../shared/destinations/pagerduty/plan.ts';
import { untrackedPagerDuty } from '../../shared/destinations/pagerduty/untracked.ts';
import { checkCard } from '../../shared/destinations/slack/limits.ts';
import { untrackedSlack } from '../../shared/destinations/slack/untracked.ts';
import { text } from '../../shared/model/json.ts';
import { delivery, scene, target } from './fixtures.ts';

/** 2026-11-22T00:00:00Z, 09:00 in Tokyo. */
const SINCE = Date.UTC(2026, 10, 22);

describe('what Slack is told of something untracked', () => {
  const sent = (of: Parameters<typeof scene>[0]) => {
    const { call, handle } = untrackedSlack(scene(of), SINCE);
    if (call.do !== 'post') throw new Error('no message');
    return { call, handle, said: JSON.stringify(call.head) };
  };

  test.each([
    ['en', 'Untracked', '09:00:00'],
    ['ja', '未追跡', '09:00:00'],
  ] as const)('in %s says so, since when, and what to do', (language, mark, time) => {
    const { call, said } = sent({ input: { language, timezone: 'Asia/Tokyo' } });
    expect(said).toContain(mark);
    expect(said).toContain(time);
    expect(said).toContain(language === 'en' ? 'What to do' : 'まずやること');
    expect(call.text).toContain(mark);
    expect(call.blocks).toEqual([]);
    expect(checkCard(call.head)).toEqual([]);
  });

  it('bears a mark by which it is found again, and calls whom an opening calls', () => {
    const { call, handle, said } = sent({ input: { mention: '<!here>' } });
    expect(call.mark).toEqual({ incident: 'incident-1', nonce: 'untracked' });
    expect(handle).toBeNull();
    expect(said).toContain('"broadcast"');
  });

  it('shows hostile text as text', () => {
    const { call, said } = sent({ report: { title: '<!channel> *x* `y`\u202e', message: '' } });
    expect(call.text).not.toContain('<!channel>');
    expect(said).not.toMatch(/<!|\u202e|mrkdwn/);
  });
});

describe('what PagerDuty is told of something untracked', () => {
  const pager = delivery({ target: target('ssm:/key', 'pagerduty') });

  it('pages under the key that the first page of a new problem has, so that the two are one', () => {
    const input = scene({ delivery: pager });
    const tracked = planPagerDuty(input);
    if (tracked.do !== 'call') throw new Error('no page');
    const { call, handle } = untrackedPagerDuty(input, SINCE);
    expect(call.dedupKey).toBe(tracked.call.dedupKey);
    expect(call.routingKey).toBe(tracked.call.routingKey);
    expect(handle).toBe(call.dedupKey);
  });

  it('says that it is untracked, in the line that a phone shows and in the details', () => {
    const { call } = untrackedPagerDuty(
      scene({ delivery: pager, report: { title: 'x'.repeat(2_000) } }),
      SINCE,
    );
    const summary = text(call.body, 'payload', 'summary') ?? '';
    expect(summary).toMatch(/^\[untracked\] SEV/);
    expect(summary.length).toBeLessThanOrEqual(1_024);
    expect(text(call.body, 'payload', 'custom_details', 'untracked')).toContain('Untracked');
  });
});
