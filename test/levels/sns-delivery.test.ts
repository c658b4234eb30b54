import { describe, expect, test } from 'vitest';
import { readLevel } from '../../shared/levels/levels.ts';

const TOPIC = 'arn:aws:sns:ap-northeast-1:111122223333:orders';

function line(delivery: object, status = 'FAILURE', topicArn: string | undefined = TOPIC): string {
  return JSON.stringify({ notification: { messageId: 'm', topicArn }, delivery, status });
}

describe('what SNS says of its deliveries', () => {
  test.each([
    [
      'a queue that refuses',
      {
        destination: 'arn:aws:sqs:ap-northeast-1:111122223333:invoices',
        providerResponse: '{"ErrorCode":"AccessDenied","ErrorMessage":"Access is denied."}',
        statusCode: 403,
      },
      'ERROR',
      'SNS could not deliver to sqs invoices: 403 Access is denied.',
    ],
    [
      'a function',
      { destination: 'arn:aws:lambda:ap-northeast-1:111122223333:function:mailer', statusCode: 429 },
      'ERROR',
      'SNS could not deliver to lambda function:mailer: 429',
    ],
    [
      'an address, without what stands behind it',
      {
        destination: 'https://hooks.example.com/in?token=secret',
        providerResponse: 'no answer',
        statusCode: 500,
      },
      'ERROR',
      'SNS could not deliver to https://hooks.example.com/in: 500 no answer',
    ],
    [
      'one device',
      {
        destination: 'arn:aws:sns:ap-northeast-1:111122223333:endpoint/APNS/Shop/986cb8a1',
        providerResponse: 'InvalidToken',
        statusCode: 8,
      },
      'WARNING',
      'SNS could not deliver to a device of Shop (APNS): 8 InvalidToken',
    ],
    [
      'one phone, without its number',
      { destination: '+819012345678', providerResponse: 'Unknown error attempting to reach phone' },
      'WARNING',
      'SNS could not deliver to a phone: Unknown error attempting to reach phone',
    ],
    ['nobody', {}, 'WARNING', 'SNS could not deliver to a subscriber'],
  ])('%s', (_, delivery, level, body) => {
    expect(readLevel(line(delivery))).toMatchObject({
      level,
      body,
      evidence: 'SNS delivery status "FAILURE"',
    });
  });

  test('a success is nothing', () => {
    expect(readLevel(line({ destination: 'arn:aws:sqs:x:y:z', statusCode: 200 }, 'SUCCESS')).level).toBe(
      'INFO',
    );
  });

  test('its own level key counts before the status', () => {
    const stated = JSON.stringify({ ...JSON.parse(line({})), level: 'INFO' });
    expect(readLevel(stated)).toMatchObject({ level: 'INFO' });
  });

  test('one problem is a topic, a destination and a status', () => {
    const to = (destination: string, statusCode: number, topic = TOPIC) =>
      readLevel(line({ destination, statusCode }, 'FAILURE', topic)).problem;
    const one = to('arn:aws:sqs:r:a:invoices', 403);
    expect(to('arn:aws:sqs:r:a:invoices', 403)).toBe(one);
    const others = [
      to('arn:aws:sqs:r:a:mails', 403),
      to('arn:aws:sqs:r:a:invoices', 500),
      to('arn:aws:sqs:r:a:invoices', 403, `${TOPIC}-2`),
    ];
    expect(new Set([one, ...others]).size).toBe(4);
    expect(to('+819012345678', 1)).toBe(to('+819087654321', 1));
  });
});
