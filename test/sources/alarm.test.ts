import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../shared/model/json.ts';
import { at } from '../../shared/model/json.ts';
import type { Signal } from '../../shared/model/signal.ts';
import { only, ruleOf, sample, withDetail } from './sample.ts';

const ARN = 'arn:aws:cloudwatch:ap-northeast-1:111122223333:alarm:checkout-cpu-high';

/** All of a signal but what the ways may differ in: the raw detail, the milliseconds, what SNS does not say. */
function sameOf({ detail: _, time: __, fields: ___, ...same }: Signal): Partial<Signal> {
  return same;
}

function state(value: string, reason: string): Signal {
  return only(
    withDetail('alarm/firing', { state: { value, reason, timestamp: '2026-01-01T00:01:02.345+0000' } }),
  );
}

describe('one change of state is one signal', () => {
  const bridge = sameOf(only(sample('alarm/firing')));

  test.each([
    'alarm/firing-direct',
    'alarm/firing-sns',
    'sns/alarm-http',
    'sqs/eventbridge',
    'sqs/sns-wrapped',
    'sqs/sns-raw-delivery',
  ])('%s says what EventBridge says', (name) => {
    expect(sameOf(only(sample(name)))).toEqual(bridge);
  });

  test('an old SNS message without an ARN finds the same alarm', () => {
    const { id, identity, account, region, service } = only(sample('alarm/firing-sns-without-arn'));
    expect({ id, identity, account, region, service }).toEqual({
      id: bridge.id,
      identity: { by: 'source', key: ARN },
      account: '111122223333',
      region: 'ap-northeast-1',
      service: 'ECS',
    });
  });

  test('composite alarms too', () => {
    const viaSns = sameOf(only(sample('alarm/composite-firing-sns')));
    expect(viaSns).toEqual(sameOf(only(sample('alarm/composite-firing'))));
  });

  test('the end of it has the identity of its beginning and an id of its own', () => {
    const resolved = only(sample('alarm/resolved'));
    expect(resolved.identity).toEqual(bridge.identity);
    expect(resolved.service).toBe(bridge.service);
    expect(resolved.id).not.toBe(bridge.id);
    expect(only(sample('alarm/resolved-sns')).id).toBe(resolved.id);
  });

  test('the order in which a formula lists its metrics does not matter', () => {
    const event = sample('alarm/metric-math-sns');
    const message = JSON.parse(String(at(event, 'Records', 0, 'Sns', 'Message')));
    const turned = {
      ...message,
      Trigger: { ...message.Trigger, Metrics: message.Trigger.Metrics.toReversed() },
    };
    expect(only(turned).service).toBe(only(event).service);
    expect(only(turned).title).toBe(only(event).title);
  });
});

describe('status', () => {
  test.each([
    ['alarm/firing', 'firing', ''],
    ['alarm/resolved', 'resolved', ''],
    ['alarm/insufficient-data', 'info', 'alarm-insufficient-data'],
    ['alarm/initial-creation', 'info', 'alarm-created'],
    ['alarm/configuration-change', 'info', 'alarm-configuration-change'],
    ['alarm/composite-suppressed', 'info', 'alarm-suppressed'],
    ['alarm/muted', 'info', 'alarm-muted'],
    ['alarm/mute-ended', 'firing', ''],
    ['alarm/resolved-while-muted', 'resolved', ''],
    ['alarm/composite-resolved-while-suppressed', 'resolved', ''],
  ])('%s is %s', (name, status, rule) => {
    const signal = only(sample(name));
    expect([signal.status, ruleOf(signal)]).toEqual([status, rule]);
  });

  test('OK out of missing data resolves when the alarm is not new', () => {
    const previousState = {
      value: 'INSUFFICIENT_DATA',
      reason: 'Insufficient Data: 1 datapoint was unknown.',
    };
    expect(only(withDetail('alarm/initial-creation', { previousState })).status).toBe('resolved');
  });

  test('a state that CloudWatch does not have fires, and says so', () => {
    expect(ruleOf(state('PANIC', ''))).toBe('alarm-state-unknown');
    expect(state('', '').status).toBe('firing');
  });

  test('an empty mute detail mutes nothing', () => {
    expect(only(withDetail('alarm/firing', { muteDetail: {} })).status).toBe('firing');
    expect(only(withDetail('alarm/firing', { muteDetail: null })).status).toBe('firing');
  });
});

describe('identity', () => {
  test('a contributor is told on the card of its alarm, each change as a signal of its own', () => {
    const one = only(sample('alarm/contributor-firing'));
    const alarmContributor = { id: 'aaaabbbbccccdddd', attributes: { FunctionName: 'orders-export' } };
    const other = only(withDetail('alarm/contributor-firing', { alarmContributor }));
    expect(one.identity).toEqual({
      by: 'source',
      key: 'arn:aws:cloudwatch:ap-northeast-1:111122223333:alarm:any-function-errors',
    });
    expect(other.identity).toEqual(one.identity);
    expect(other.id).not.toBe(one.id);
  });

  test('one contributor that is OK ends nothing: the alarm says when all are', () => {
    const over = only(sample('alarm/contributor-ok'));
    expect([over.status, ruleOf(over)]).toEqual(['info', 'alarm-contributor-ok']);
  });

  test('clocks of one change that differ by milliseconds give one id, the next second another', () => {
    const at = (timestamp: string) =>
      only(withDetail('alarm/firing', { state: { value: 'ALARM', reason: '', timestamp } })).id;
    expect(at('2026-01-01T00:01:02.001+0000')).toBe(at('2026-01-01T00:01:02.999Z'));
    expect(at('2026-01-01T00:01:02.001+0000')).toBe(at('2026-01-01T09:01:02.500+09:00'));
    expect(at('2026-01-01T00:01:02.001+0000')).not.toBe(at('2026-01-01T00:01:03.001+0000'));
  });

  test('a topic in another partition builds the ARN of that partition', () => {
    const message = JSON.parse(
      String(at(sample('alarm/firing-sns-without-arn'), 'Records', 0, 'Sns', 'Message')),
    );
    const raw = { MessageId: 'm', TopicArn: 'arn:aws-cn:sns:cn-north-1:111122223333:t', Message: message };
    const signal = only(raw);
    expect(signal.identity).toMatchObject({
      key: expect.stringMatching(/^arn:aws-cn:cloudwatch:cn-north-1:/),
    });
    expect([signal.region, signal.partition]).toEqual(['cn-north-1', 'aws-cn']);
  });

  test('without ARN and topic the display name tells the region', () => {
    const message = JSON.parse(
      String(at(sample('alarm/firing-sns-without-arn'), 'Records', 0, 'Sns', 'Message')),
    );
    expect(only(message).identity).toEqual({ by: 'source', key: ARN });
  });

  test('a detail that an input transformer took out of its envelope is still the alarm', () => {
    const detail = at(sample('alarm/firing'), 'detail');
    const raw = {
      MessageId: 'm',
      TopicArn: 'arn:aws:sns:ap-northeast-1:111122223333:alerts',
      Message: JSON.stringify(detail),
    };
    expect(only(raw).id).toBe(only(sample('alarm/firing')).id);
  });

  test('an alarm of someone else is no CloudWatch alarm', () => {
    expect(only({ ...sample('alarm/firing'), source: 'shop.alarms' }).source).toBe('event');
  });
});

describe('words', () => {
  test.each([
    [
      'ALARM',
      'Threshold Crossed: 1 datapoint [97.31 (01/01/26 00:00:00)] was greater than the threshold (80.0).',
      'CPUUtilization 97.31 > 80',
    ],
    [
      'ALARM',
      'Threshold Crossed: 1 datapoint (10.0) was greater than or equal to the threshold (10.0).',
      'CPUUtilization 10 ≥ 10',
    ],
    [
      'ALARM',
      'Threshold Crossed: 2 datapoints [1.0 (a), 0.0 (b)] were less than the threshold (3.5).',
      'CPUUtilization 1 < 3.5',
    ],
    [
      'ALARM',
      'Threshold Crossed: 1 datapoint [-0.5 (a)] was less than or equal to the threshold (0.0).',
      'CPUUtilization -0.5 ≤ 0',
    ],
    [
      'OK',
      'Threshold Crossed: 1 datapoint [12.0 (a)] was not greater than the threshold (80.0).',
      'CPUUtilization 12 ≤ 80',
    ],
    [
      'ALARM',
      'Threshold Crossed: 1 datapoint [1.234567E9 (a)] was greater than the threshold (1.0E9).',
      'CPUUtilization 1235000000 > 1000000000',
    ],
    [
      'ALARM',
      'Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was treated as [Breaching].',
      'Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was treated as [Breaching].',
    ],
    ['ALARM', 'testing the pager', 'testing the pager'],
    ['ALARM', '', 'state ALARM'],
  ])('%s, %j reads as %j', (value, reason, words) => {
    expect(state(value, reason).title).toBe([...`checkout-cpu-high: ${words}`].slice(0, 150).join(''));
  });

  test('a formula is called by its label', () => {
    expect(only(sample('alarm/metric-math-sns')).title).toBe('api-error-rate: Error rate (%) 7.25 ≥ 5');
  });

  test('an anomaly names its band', () => {
    expect(only(sample('alarm/anomaly-firing')).title).toBe(
      'orders-traffic-odd: OrdersPlaced 3 outside 118.4–640.1',
    );
  });

  test('a composite alarm names the alarms below it', () => {
    expect(only(sample('alarm/composite-firing')).title).toBe(
      'checkout-down: ALARM through checkout-cpu-high, checkout-5xx',
    );
  });

  test('the description is the remedy, with its address', () => {
    expect(only(sample('alarm/firing')).remedy).toEqual({
      text: 'The checkout API is short of CPU. Scale the service out: https://wiki.example.com/runbooks/checkout-cpu',
      url: 'https://wiki.example.com/runbooks/checkout-cpu',
    });
    expect(only(sample('alarm/metric-math-sns')).remedy?.text).toContain('ロールバック');
    expect(only(sample('alarm/firing-sns-without-arn')).remedy).toBeNull();
  });
});

test('facts for the rules', () => {
  expect(only(sample('alarm/firing')).fields).toEqual({
    state: 'ALARM',
    previous: 'OK',
    type: 'metric',
    muted: false,
    alarm: 'checkout-cpu-high',
    namespace: 'AWS/ECS',
    metric: 'CPUUtilization',
    dimensions: { ClusterName: 'shop', ServiceName: 'checkout' },
  });
  expect(only(sample('alarm/muted')).fields).toMatchObject({ muted: true });
  expect(only(sample('alarm/composite-suppressed')).fields).toMatchObject({
    type: 'composite',
    suppressedBy: 'Alarm',
  });
});

test('an alarm ends by its own word and links to itself', () => {
  const signal = only(sample('alarm/firing'));
  expect(signal.lifecycle).toBe('states');
  expect(signal.places).toEqual([{ is: 'alarm', name: 'checkout-cpu-high' }]);
  expect(signal.time).toBe(Date.UTC(2026, 0, 1, 0, 1, 2, 345));
});

test.each<[string, JsonObject]>([
  ['nothing', {}],
  ['wrong types', { alarmName: 7, state: 'ALARM', configuration: [], previousState: null }],
  ['a broken reasonData', { alarmName: 'x', state: { value: 'ALARM', reasonData: '{' } }],
])('a detail with %s still gives a readable signal', (_, detail) => {
  const signal = only({ ...sample('alarm/firing'), detail });
  expect(signal.source).toBe('alarm');
  expect(signal.title).not.toBe('');
});
