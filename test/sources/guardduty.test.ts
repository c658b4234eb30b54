import { describe, expect, test } from 'vitest';
import { at, isObject } from '../../shared/model/json.ts';
import { only, read, ruleOf, sample, withDetail } from './sample.ts';

const ID = 'a1b2c3d4e5f60718293a4b5c6d7e8f90';

describe('a finding', () => {
  const signal = only(sample('guardduty/high'));

  test('tells what, where and how grave', () => {
    expect(signal).toMatchObject({
      source: 'guardduty',
      status: 'firing',
      lifecycle: 'updates',
      service: 'guardduty',
      account: '111122223333',
      region: 'ap-northeast-1',
      partition: 'aws',
      resource: 'i-0aa11bb22cc33dd44',
      title: 'The EC2 instance i-0aa11bb22cc33dd44 is talking to a cryptocurrency network.',
      identity: { by: 'source', key: ID },
      places: [{ is: 'guardduty-finding', id: ID }],
      fields: {
        severity: 8,
        type: 'CryptoCurrency:EC2/BitcoinTool.B',
        sample: false,
        archived: false,
        count: 1,
      },
    });
    expect(signal.message).toContain('Remote address: 198.51.100.7');
  });

  test('again is the same problem and another signal', () => {
    const again = only(sample('guardduty/high-again'));
    expect(again.identity).toEqual(signal.identity);
    expect(again.id).not.toBe(signal.id);
    expect(again.fields).toMatchObject({ count: 42 });
  });

  test.each(['guardduty/administrator-copy', 'guardduty/without-source', 'sns/eventbridge'])(
    '%s is the same signal of the same account',
    (name) => {
      const { id, identity, account } = only(sample(name));
      expect({ id, identity, account }).toEqual({
        id: signal.id,
        identity: signal.identity,
        account: signal.account,
      });
    },
  );

  test('of the API, in PascalCase, is the same signal', () => {
    const [first, second] = read(sample('guardduty/api-findings')).signals;
    expect(first).toMatchObject({
      id: signal.id,
      title: signal.title,
      fields: signal.fields,
      resource: signal.resource,
      message: signal.message,
    });
    expect(second).toMatchObject({ resource: 'maintenance', fields: { severity: 5 } });
  });

  test('needs no envelope', () => {
    expect(only(sample('guardduty/bare'))).toMatchObject({
      source: 'guardduty',
      account: '111122223333',
      resource: 'arn:aws:s3:::orders-archive',
    });
  });
});

describe('samples never fire', () => {
  test.each<[string, object]>([
    ['by their title', { title: '[SAMPLE] Something', service: {} }],
    ['by additionalInfo.sample', { service: { additionalInfo: { sample: true } } }],
    ['by additionalInfo.sample as text', { service: { additionalInfo: { sample: 'true' } } }],
    ['by additionalInfo.value', { service: { additionalInfo: { value: '{"sample":true}' } } }],
    ['archived or not', { title: '[SAMPLE] Something', service: { archived: true } }],
  ])('%s', (_, detail) => {
    const signal = only(withDetail('guardduty/high', detail as never));
    expect([signal.status, ruleOf(signal)]).toEqual(['info', 'guardduty-sample']);
    expect(signal.fields).toMatchObject({ sample: true });
  });

  test('the word in the middle of a title makes no sample', () => {
    expect(only(withDetail('guardduty/high', { title: 'SAMPLE port is probed' })).status).toBe('firing');
  });
});

test('archiving ends a finding, as a person closed it', () => {
  const signal = only(sample('guardduty/archived'));
  expect([signal.status, ruleOf(signal)]).toEqual(['resolved', 'guardduty-archived']);
  expect(signal.fields).toMatchObject({ archived: true });
});

test.each([
  [8.5, 8.5],
  ['8.0', 8],
  [9, 9],
])('severity %j is the number %d', (stated, severity) => {
  expect(only(withDetail('guardduty/high', { severity: stated })).fields).toMatchObject({ severity });
});

test('a finding without a severity is still read, and fires', () => {
  const signal = only(withDetail('guardduty/high', { severity: null }));
  expect(signal.status).toBe('firing');
  expect(Object.keys(signal.fields ?? {})).not.toContain('severity');
});

test('what is no finding is left to the last source', () => {
  expect(only(sample('event/malware-found')).source).toBe('event');
  expect(only({ ...sample('guardduty/high'), source: 'shop.security' }).source).toBe('event');
  const detail = at(sample('guardduty/high'), 'detail');
  const asff = {
    ...(isObject(detail) ? detail : {}),
    arn: 'arn:aws:inspector2:eu-west-1:111122223333:finding/1',
  };
  expect(only(asff).source).toBe('event');
});

test.each([null, 'text', [], 7])('a detail that is %j still gives a readable finding', (detail) => {
  const signal = only({ ...sample('guardduty/high'), detail });
  expect(signal).toMatchObject({ source: 'guardduty', status: 'firing', title: 'GuardDuty finding' });
});
