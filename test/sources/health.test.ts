import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../shared/model/json.ts';
import { at } from '../../shared/model/json.ts';
import { only, ruleOf, sample, withDetail } from './sample.ts';

describe('an issue', () => {
  const open = only(sample('health/issue-open'));

  test('tells what, where and whom it hits', () => {
    expect(open).toMatchObject({
      source: 'health',
      kind: 'AWS Health Event',
      status: 'firing',
      lifecycle: 'states',
      service: 'RDS',
      account: '111122223333',
      region: 'ap-northeast-1',
      resource: 'arn:aws:rds:ap-northeast-1:111122223333:db:orders',
      title: 'RDS operational issue in ap-northeast-1: arn:aws:rds:ap-northeast-1:111122223333:db:orders',
      time: Date.UTC(2026, 0, 1, 3, 5),
      fields: {
        category: 'issue',
        code: 'AWS_RDS_OPERATIONAL_ISSUE',
        status: 'open',
        scope: 'ACCOUNT_SPECIFIC',
        actionability: 'ACTION_MAY_BE_REQUIRED',
        entities: 1,
      },
    });
    expect(open.message).toContain('increased connection errors');
    expect(open.places).toEqual([
      { is: 'health-event', arn: at(sample('health/issue-open'), 'detail', 'eventArn') },
    ]);
  });

  test.each(['health/issue-closed', 'health/issue-resolved-text'])('%s ends it', (name) => {
    const closed = only(sample(name));
    expect(closed.status).toBe('resolved');
    expect(closed.identity).toEqual(open.identity);
    expect(closed.time).toBeGreaterThan(open.time);
    expect(closed.service).toBe(open.service);
  });

  test('the copy of a backup region is the same signal', () => {
    const copy = only(sample('health/issue-backup-copy'));
    expect({ id: copy.id, region: copy.region }).toEqual({ id: open.id, region: open.region });
  });

  test('an old event has an id that its copy in a backup region shares', () => {
    const old = sample('health/before-communication-ids');
    const copy = only({ ...old, region: 'us-west-2', time: '2026-01-01T03:09:00Z' });
    expect(copy.id).toBe(only(old).id);
    expect(only(withDetail('health/before-communication-ids', { statusCode: 'closed' })).id).not.toBe(
      copy.id,
    );
  });

  test('of another account of the organization is another problem', () => {
    const other = only(sample('health/organization-view'));
    expect(other.account).toBe('777788889999');
    expect(other.identity).not.toEqual(open.identity);
    expect(other.id).not.toBe(open.id);
  });

  test('that is public says so, and how many of ours it names', () => {
    expect(only(sample('health/issue-public')).fields).toMatchObject({ scope: 'PUBLIC', entities: 0 });
  });
});

test.each([
  ['health/issue-open', 'issue', 'states'],
  ['health/scheduled-change', 'scheduledChange', 'states'],
  ['health/account-notification', 'accountNotification', 'quiet'],
  ['health/investigation', 'investigation', 'states'],
  ['health/abuse', 'abuse', 'states'],
])('%s has the category %s', (name, category, lifecycle) => {
  const signal = only(sample(name));
  expect(signal.fields).toMatchObject({ category });
  expect([signal.status, signal.lifecycle]).toEqual(['firing', lifecycle]);
});

test.each<[string, JsonObject, string]>([
  ['[RESOLVED] without an end', { endTime: null }, 'firing'],
  [
    'an end without [RESOLVED]',
    { eventDescription: [{ language: 'en_US', latestDescription: 'Still here.' }] },
    'firing',
  ],
  [
    '[RESOLVED] in the middle',
    { eventDescription: [{ language: 'en_US', latestDescription: 'Not yet [RESOLVED].' }] },
    'firing',
  ],
])('%s is %s', (_, detail, status) => {
  expect(only(withDetail('health/issue-resolved-text', detail)).status).toBe(status);
});

test.each(['AWS_EC2_HEALTH_TEST_EVENT', 'AWS_HEALTH_TEST_ALERT'])('%s is a test', (eventTypeCode) => {
  const signal = only(withDetail('health/issue-open', { eventTypeCode }));
  expect([signal.status, ruleOf(signal)]).toEqual(['info', 'health-test']);
});

test('a code that only holds the word fires', () => {
  expect(only(withDetail('health/issue-open', { eventTypeCode: 'AWS_DEVICEFARM_TESTS_STUCK' })).status).toBe(
    'firing',
  );
});

test.each<[string, unknown]>([
  ['the detail alone', at(sample('health/issue-open'), 'detail')],
  ['the form of the API', sample('health/api-form')],
])('needs no envelope: %s', (_, raw) => {
  expect(only(raw).source).toBe('health');
});

test('line ends that AWS writes as a backslash and an n are line ends', () => {
  expect(only(sample('health/issue-resolved-text')).message).toContain('errors\n\nThe service');
});

test.each([null, 'text', [], { eventDescription: 'x', affectedEntities: [1, null] }])(
  'a detail that is %j still gives a readable signal',
  (detail) => {
    expect(only({ ...sample('health/issue-open'), detail })).toMatchObject({
      source: 'health',
      status: 'firing',
    });
  },
);
