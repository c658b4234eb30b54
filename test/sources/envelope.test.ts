import { describe, expect, test } from 'vitest';
import type { Json } from '../../shared/model/json.ts';
import { unwrap } from '../../shared/sources/envelope.ts';
import { RECEIVED, read, sample } from './sample.ts';

const EVENT = sample('alarm/firing');
const TOPIC = 'arn:aws:sns:eu-west-1:111122223333:alerts';
const QUEUE = 'arn:aws:sqs:eu-west-1:444455556666:events';

function sns(message: Json, more = {}) {
  return { Type: 'Notification', MessageId: 'm-1', TopicArn: TOPIC, Message: message, ...more };
}
function sqs(body: Json) {
  return { messageId: 'q-1', body, eventSource: 'aws:sqs', eventSourceARN: QUEUE };
}
const text = (value: unknown) => JSON.stringify(value);

describe('unwrap finds the same event', () => {
  test.each<[string, unknown]>([
    ['in EventBridge', EVENT],
    ['in its text', text(EVENT)],
    ['in the text of its text', text(text(EVENT))],
    ['in a list', [EVENT]],
    ['in SNS for HTTP', sns(text(EVENT))],
    ['in SNS for Lambda', { Records: [{ EventSource: 'aws:sns', Sns: sns(text(EVENT)) }] }],
    ['in SNS whose message is JSON already', sns(EVENT)],
    ['in one record of SNS', { EventSource: 'aws:sns', Sns: { Message: text(EVENT) } }],
    ['in SQS', { Records: [sqs(text(EVENT))] }],
    ['in one record of SQS', sqs(text(EVENT))],
    ['in what the SQS API receives', { MessageId: 'q-1', ReceiptHandle: 'EXAMPLE', Body: text(EVENT) }],
    ['in SNS in SQS', { Records: [sqs(text(sns(text(EVENT))))] }],
    ['in SNS in SQS in SNS in SQS', sqs(text(sns(text(sqs(text(sns(text(EVENT))))))))],
  ])('%s', (_, raw) => {
    const { events, faults } = unwrap(raw, RECEIVED);
    expect(faults).toEqual([]);
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({
      kind: 'CloudWatch Alarm State Change',
      source: 'aws.cloudwatch',
      account: '111122223333',
      region: 'ap-northeast-1',
      time: Date.UTC(2026, 0, 1, 0, 1, 2),
      id: EVENT.id,
      detail: EVENT.detail,
    });
  });
});

describe('unwrap', () => {
  test('takes the envelope of an alarm action apart', () => {
    const { events } = unwrap(sample('alarm/firing-direct'), RECEIVED);
    expect(events[0]).toMatchObject({
      kind: '',
      source: 'aws.cloudwatch',
      account: '111122223333',
      resources: ['arn:aws:cloudwatch:ap-northeast-1:111122223333:alarm:checkout-cpu-high'],
      detail: { alarmName: 'checkout-cpu-high' },
    });
  });

  test('asks the carrier for what the event does not say', () => {
    const raw = sns('full', { Subject: 'disk', Timestamp: '2026-01-01T04:00:00.000Z' });
    const [event] = unwrap({ Records: [{ Sns: raw }] }, RECEIVED).events;
    expect(event).toMatchObject({
      kind: '',
      detail: 'full',
      id: 'm-1',
      account: '111122223333',
      region: 'eu-west-1',
      time: Date.UTC(2026, 0, 1, 4),
      topicArn: TOPIC,
      subject: 'disk',
    });
  });

  test('reads account and region of a queue', () => {
    const [event] = unwrap(sqs('full'), RECEIVED).events;
    expect(event).toMatchObject({ id: 'q-1', account: '444455556666', region: 'eu-west-1', time: null });
  });

  test('opens a detail that is the text of itself', () => {
    const [event] = unwrap({ ...EVENT, detail: text(EVENT.detail) }, RECEIVED).events;
    expect(event?.detail).toEqual(EVENT.detail);
  });

  test('keeps a detail that is plain text', () => {
    const [event] = unwrap({ ...EVENT, detail: 'hello {' }, RECEIVED).events;
    expect(event?.detail).toBe('hello {');
  });

  test('an envelope without source or resources is still one', () => {
    const [event] = unwrap(
      { 'detail-type': 'GuardDuty Finding', region: 'eu-west-1', detail: {} },
      RECEIVED,
    ).events;
    expect(event).toMatchObject({
      kind: 'GuardDuty Finding',
      source: '',
      resources: [],
      account: '',
      time: null,
    });
  });

  test('does not open more than five wrappings', () => {
    let raw: unknown = EVENT;
    for (let i = 0; i < 8; i++) raw = sqs(text(raw));
    const { events } = unwrap(raw, RECEIVED);
    expect(events).toHaveLength(1);
    expect(events[0]?.kind).toBe('');
  });

  test('a list is one event when its items are not events, or are too many', () => {
    expect(unwrap([EVENT, 3], RECEIVED).events).toHaveLength(1);
    expect(unwrap([], RECEIVED).events).toHaveLength(1);
    expect(unwrap({ Records: [] }, RECEIVED).events).toHaveLength(1);
    expect(unwrap(Array(1001).fill(EVENT), RECEIVED).events).toHaveLength(1);
    expect(unwrap(Array(1000).fill(EVENT), RECEIVED).events).toHaveLength(1000);
  });

  test('one bad record costs no other, and the fault says where it is', () => {
    const raw = { Records: [sqs(text(EVENT)), sqs(' '), sqs(text({ awslogs: { data: 'x' } })), { Sns: {} }] };
    const { events, faults } = unwrap(raw, RECEIVED);
    expect(events).toHaveLength(1);
    expect(faults.map((f) => f.where)).toEqual(['.Records[1].body', '.Records[2].body', '.Records[3]']);
    expect(faults[1]).toMatchObject({
      because: expect.stringContaining('intake-logs'),
      raw: '{"awslogs":{"data":"x"}}',
    });
  });

  test('a fault keeps at most 64 kB of its record', () => {
    const { faults } = unwrap({ awslogs: { data: 'x'.repeat(1_000_000) } }, RECEIVED);
    expect(faults[0]?.raw.length).toBe(64 * 1024);
  });

  test.each([undefined, '', ' \n'])('%j has nothing in it', (raw) => {
    expect(read(raw)).toMatchObject({ signals: [], faults: [{ where: '.' }] });
  });
});
