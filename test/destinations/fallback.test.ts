import { expect, test } from 'vitest';
import { planPagerDuty } from '../../shared/destinations/pagerduty/plan.ts';
import { planSlack } from '../../shared/destinations/slack/plan.ts';
import type { Address } from '../../shared/model/decision.ts';
import { text } from '../../shared/model/json.ts';
import { delivery, scene, target } from './fixtures.ts';

const standsFor = (code: string) => ({ name: 'slack-alert', address: 'slack:#alert' as Address, code });

test.each([
  ['en', 'channel_not_found', '#alert cannot be told (channel_not_found). Invite the app'],
  ['en', 'token_revoked', 'Store a new bot token'],
  ['en', 'made_up', 'The log of the tell function'],
  ['ja', 'channel_not_found', '#alertに通知できません（channel_not_found）。チャンネルで /invite'],
  ['ja', 'is_archived', 'アーカイブを解除'],
] as const)(
  'in %s a fallback’s card says that it stands in for what answers %s, and what to do',
  (language, code, says) => {
    const step = planSlack(
      scene({ delivery: delivery({ standsFor: standsFor(code) }), input: { language } }),
    );
    if (step.do !== 'call' || step.call.do !== 'post') throw new Error('no card');
    expect(JSON.stringify(step.call.head)).toContain(says);
  },
);

test('a card at the address itself says nothing of it', () => {
  const step = planSlack(scene({}));
  if (step.do !== 'call' || step.call.do !== 'post') throw new Error('no card');
  expect(JSON.stringify(step.call.head)).not.toContain('cannot be told');
});

test('a fallback’s page says so in its details', () => {
  const pager = delivery({ target: target('ssm:/key', 'pagerduty'), standsFor: standsFor('http_400') });
  const step = planPagerDuty(scene({ delivery: pager }));
  if (step.do !== 'call') throw new Error('no page');
  expect(text(step.call.body, 'payload', 'custom_details', 'stands_for')).toContain(
    'Check the integration key',
  );
});
