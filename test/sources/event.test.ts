import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../shared/model/json.ts';
import { only, RECEIVED, ruleOf, sample } from './sample.ts';

function aws(kind: string, detail: JsonObject, source = 'aws.example') {
  return only({ source, 'detail-type': kind, id: 'e-1', detail });
}

describe('what nobody knows fires, so that a person sees it', () => {
  test.each<[string, unknown, string]>([
    [
      'an event of an application',
      sample('event/application'),
      'Payment Provider Switched: alpha-pay answers too slowly',
    ],
    ['JSON of no known form', sample('event/unknown-json'), 'JSON message with temperature, rack, unit'],
    ['text', 'the printer is on fire', 'the printer is on fire'],
    [
      'text with a subject',
      sample('sns/text'),
      'Stock import is slow: The nightly stock import took 94 minutes. Please look at the supplier feed.',
    ],
    ['broken JSON', '{"level":', '{"level":'],
    ['null', null, 'JSON message: null'],
    ['a number', 42, 'JSON message: 42'],
    ['a truth', false, 'JSON message: false'],
    ['a list', [1, 2], 'JSON message with a list of 2'],
    ['an empty object', {}, 'JSON message that is empty'],
  ])('%s', (_, raw, title) => {
    const signal = only(raw);
    expect(signal).toMatchObject({
      source: 'event',
      status: 'firing',
      lifecycle: 'quiet',
      title,
      fields: {},
    });
    expect(ruleOf(signal)).toBe('event-unknown');
  });
});

describe('states', () => {
  test.each([
    ['state', 'SUCCEEDED', 'info'],
    ['status', 'Success', 'info'],
    ['build-status', 'IN_PROGRESS', 'info'],
    ['TranscriptionJobStatus', 'COMPLETED', 'info'],
    ['lastStatus', 'RUNNING', 'info'],
    ['result', 'SUCCESS', 'info'],
    ['compliance-status', 'compliant', 'info'],
    ['state', 'FAILED', 'firing'],
    ['status', 'TimedOut', 'firing'],
    ['status', 'TIMED_OUT', 'firing'],
    ['status', 'Timed Out', 'firing'],
    ['build-status', 'FAULT', 'firing'],
    ['state', 'ABORTED', 'firing'],
    ['StatusCode', 'Failed', 'firing'],
    ['status', 'ERROR', 'firing'],
    ['compliance-status', 'non_compliant', 'firing'],
    ['state', 'UPDATE_ROLLBACK_COMPLETE', 'firing'],
    ['state', 'UPDATE_COMPLETE', 'info'],
    ['state', 'terminated', 'firing'],
    ['state', 'DEFAULTED', 'firing'],
  ])('%s %s is %s', (key, value, status) => {
    expect(aws('Thing State Change', { [key]: value }).status).toBe(status);
  });

  test('one failure among successes fires', () => {
    expect(ruleOf(aws('Thing State Change', { state: 'COMPLETED', result: 'FAILED' }))).toBe('event-failed');
  });

  test('a state that nobody knows among successes fires', () => {
    expect(ruleOf(aws('Thing State Change', { state: 'COMPLETED', result: 'SPLENDID' }))).toBe(
      'event-unknown',
    );
  });

  test('former and wanted states do not count', () => {
    const detail = { 'current-state': 'RUNNING', 'previous-state': 'ERROR', desiredStatus: 'STOPPED' };
    expect(aws('Thing State Change', detail).status).toBe('info');
  });

  test('a success that carries an error fires', () => {
    expect(ruleOf(aws('Thing State Change', { state: 'COMPLETED', errorMessage: 'half of it' }))).toBe(
      'event-carries-error',
    );
    expect(aws('Thing State Change', { state: 'COMPLETED', errorMessage: 'N/A' }).status).toBe('info');
  });

  test('a detail-type may say it alone', () => {
    expect(aws('Instance Refresh Failed', {}).status).toBe('firing');
    expect(ruleOf(aws('Instance Refresh Failed', {}))).toBe('event-failed');
    expect(ruleOf(aws('Instance Refresh Succeeded', {}))).toBe('event-routine-kind');
    expect(ruleOf(aws('Instance Refresh Cancelled', {}))).toBe('event-unknown');
  });

  test('a finding of a service without a source of its own is over when it says so', () => {
    expect(ruleOf(aws('Detective Finding', { status: 'CLOSED' }))).toBe('event-finding-closed');
  });

  test('an event that calls itself informational is', () => {
    expect(ruleOf(aws('Thing Stopped', { severity: 'INFO', state: 'STOPPED' }))).toBe('event-says-info');
  });
});

describe('named rules', () => {
  test.each([
    ['event/scheduled', 'info', 'event-scheduled'],
    ['event/api-call', 'info', 'event-api-call'],
    ['event/api-call-denied', 'firing', 'event-carries-error'],
    ['event/object-created', 'info', 'event-notice'],
    ['sns/object-created', 'info', 'event-notice'],
    ['event/malware-found', 'firing', 'event-failed'],
    ['event/malware-not-found', 'info', 'event-routine-state'],
    ['event/webhook-unknown-shape', 'firing', 'event-unknown'],
    ['sns/backup-failed-text', 'firing', 'event-failed'],
    ['sns/backup-completed-text', 'info', 'event-routine-state'],
    ['sns/console-test', 'info', 'event-test'],
  ])('%s is %s by %s', (name, status, rule) => {
    const signal = only(sample(name));
    expect([signal.status, ruleOf(signal)]).toEqual([status, rule]);
  });

  test('the same detail-type of an application proves nothing', () => {
    expect(ruleOf(aws('Scheduled Event', {}, 'shop.clock'))).toBe('event-unknown');
    expect(ruleOf(aws('Object Created', {}, 'shop.objects'))).toBe('event-unknown');
  });

  test('somebody else who writes what the console test writes is heard', () => {
    const raw = {
      MessageId: 'm',
      TopicArn: 'arn:aws:sns:eu-west-1:111122223333:t',
      Message: 'Hello from SNS!',
    };
    expect(only({ ...raw, Subject: 'TestInvoke' }).status).toBe('info');
    expect(only({ ...raw, Subject: 'hi' }).status).toBe('firing');
  });
});

describe('identity', () => {
  test('events of one kind about one thing are one problem', () => {
    const event = {
      source: 'aws.sagemaker',
      'detail-type': 'SageMaker Training Job State Change',
      resources: ['arn:aws:sagemaker:ap-northeast-1:111122223333:training-job/demand'],
      detail: { TrainingJobStatus: 'Failed' },
    };
    const [first, next] = [only({ ...event, id: 'e-1' }), only({ ...event, id: 'e-2' })];
    expect(next.identity).toEqual(first.identity);
    expect(next.id).not.toBe(first.id);
  });

  test('texts are told apart by what they say', () => {
    expect(only('disk is full').identity).toEqual({
      by: 'text',
      errorType: null,
      text: 'text message disk is full',
    });
  });

  test('what has no id is known by its content', () => {
    expect(only('disk is full').id).toBe(only('disk is full').id);
    expect(only('disk is full').id).not.toBe(only('disk is empty').id);
  });

  test('an event has the id that EventBridge gave it, whoever carried it', () => {
    const event = sample('event/api-call-denied');
    const wrapped = {
      MessageId: 'm',
      TopicArn: 'arn:aws:sns:eu-west-1:444455556666:t',
      Message: JSON.stringify(event),
    };
    const { detail: _, ...direct } = only(event);
    const { detail: __, ...carried } = only(wrapped);
    expect(carried).toEqual(direct);
  });
});

describe('words', () => {
  test('the message is the event, indented and cut at 16 000 characters', () => {
    expect(only({ a: 1 }).message).toBe('{\n  "a": 1\n}');
    expect(only({ a: 'x'.repeat(1_000_000) }).message).toHaveLength(16_000);
  });

  test('titles are one line of at most 150 characters', () => {
    expect([...only('🔥\n'.repeat(10_000)).title]).toHaveLength(150);
  });

  test('a call by CloudTrail names the call, the caller and the error', () => {
    expect(only(sample('event/api-call-denied')).title).toBe(
      'AWS API Call via CloudTrail: PutBucketPolicy by deploy/ci: User is not authorized to perform this action',
    );
  });

  test('a time that nobody states is the time of receipt', () => {
    expect(only({ a: 1 }).time).toBe(RECEIVED);
    expect(only(sample('sqs/text')).time).toBe(1767225665000);
  });
});

describe('the id', () => {
  const id = (raw: object) => String(only(raw).id);

  test('holds nothing that a sender wrote freely, and still tells two events apart', () => {
    const ids = ['one', 'two'].map((word) => id({ event: `hello ${word}` }));
    const own = ['one', 'two'].map((word) =>
      id({ id: `hello ${word}`, source: 'hello', 'detail-type': 'hello', detail: {} }),
    );
    expect(new Set([...ids, ...own]).size).toBe(4);
    expect([...ids, ...own].join()).not.toContain('hello');
  });

  test('keeps the id that EventBridge gave', () => {
    expect(id({ id: 'a-1', source: 'aws.ecs', 'detail-type': 'ECS', detail: {} })).toBe(
      'event aws.ecs ECS a-1',
    );
    expect(id({ id: 'a-1', source: 'shop', 'detail-type': 'x', detail: {} })).toMatch(
      /^event [0-9a-f]{24} a-1$/,
    );
  });
});

describe('subscriptions', () => {
  test('a confirmation is never answered, and its token goes no further', () => {
    const signal = only(sample('sns/subscription-confirmation'));
    expect(signal).toMatchObject({
      status: 'firing',
      resource: 'arn:aws:sns:ap-northeast-1:111122223333:alerts',
    });
    expect(signal.message).toContain('confirm this subscription');
    expect(JSON.stringify(signal)).not.toMatch(/EXAMPLE-TOKEN|https?:/);
  });

  test('the end of a subscription is news', () => {
    expect(only(sample('sns/unsubscribe-confirmation')).title).toMatch(/^An SNS subscription ended/);
  });
});
