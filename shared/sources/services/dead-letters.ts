import { text } from '../../model/json.ts';
import { readArn } from '../arns.ts';
import type { Envelope } from '../source.ts';
import { all, fires, type Service, shortName } from '../watch.ts';
import { consolePage } from './places.ts';
import { lastingName } from './work.ts';

/** What somebody gave up on: known by what the giver wrote beside the message, whatever the message is. */

function attribute(name: string): (event: Envelope) => string | null {
  return ({ attributes }) => attributes[name] || null;
}

function has(...names: readonly string[]): (event: Envelope) => boolean {
  return ({ attributes }) => names.every((name) => (attributes[name] ?? '') !== '');
}

function errorWords({ attributes }: Envelope): string | null {
  const said = [
    attributes.ERROR_CODE ?? attributes.ErrorCode,
    attributes.ERROR_MESSAGE ?? attributes.ErrorMessage,
  ];
  return said.filter((part) => part !== undefined && part !== '').join(': ') || null;
}

/** `rule/orders` on the default bus, `rule/shop/orders` on another; schedules always have their group. */
function pathOf(arn: string | null): readonly [string, string] {
  const parts = (readArn(arn)?.resource ?? '').split('/').slice(1);
  return [parts.length > 1 ? (parts[0] ?? '') : 'default', parts.at(-1) ?? ''];
}

/** The console names a queue by its address. */
function queueUrl(arn: string | null): string | null {
  const queue = readArn(arn);
  if (queue === null) return null;
  const domain = queue.partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
  return `https://sqs.${queue.region}.${domain}/${queue.account}/${queue.resource}`;
}

/** All letters of a giver are given up for good: one state. */
const GIVEN_UP = 'given up';
const LETTER = { from: [], kinds: [], state: () => [GIVEN_UP] } as const;
const DELIVERY = {
  ...LETTER,
  run: ({ id }: Envelope) => id,
  says: errorWords,
  facts: {
    target: attribute('TARGET_ARN'),
    error: attribute('ERROR_CODE'),
    retries: attribute('RETRY_ATTEMPTS'),
    exhausted: attribute('EXHAUSTED_RETRY_CONDITION'),
  },
} as const;

export const DEAD_LETTERS: Service = {
  name: 'dead-letter',
  title: 'Dead letters of EventBridge rules, schedules, pipes, Lambda and SQS',
  reads: [
    'SQS messages that carry what EventBridge, Scheduler, Lambda or SQS wrote beside them',
    'records that a pipe gave up',
  ],
  ends: 'silence: each letter was given up for good',
  watches: [
    {
      ...DELIVERY,
      form: has('RULE_ARN', 'ERROR_CODE'),
      noun: 'EventBridge rule',
      thing: attribute('RULE_ARN'),
      states: { [GIVEN_UP]: fires('work-failed', 'could not deliver an event') },
      places: (event) => [consolePage('event-rule', ...pathOf(attribute('RULE_ARN')(event)))],
    },
    {
      ...DELIVERY,
      form: has('SCHEDULE_ARN', 'ERROR_CODE'),
      noun: 'Schedule',
      thing: attribute('SCHEDULE_ARN'),
      states: { [GIVEN_UP]: fires('work-failed', 'could not call its target') },
      places: (event) => [consolePage('schedule', ...pathOf(attribute('SCHEDULE_ARN')(event)))],
    },
    {
      ...LETTER,
      form: ({ kind, detail }) =>
        kind === '' && readArn(text(detail, 'context', 'partnerResourceArn'))?.service === 'pipes',
      noun: 'Pipe',
      thing: ['context.partnerResourceArn'],
      run: ({ id }) => id,
      time: ['timestamp'],
      state: ({ detail }) => [text(detail, 'context', 'condition')],
      states: {
        RetryAttemptsExhausted: fires('work-failed', 'gave up on a batch after its tries'),
        ...all(
          ['MaximumRecordAgeExceeded', 'RecordAgeExceeded'],
          fires('work-failed', 'gave up on a batch that had waited too long'),
        ),
      },
      says: ['context.condition'],
      facts: { shard: ['KinesisBatchInfo.shardId', 'DDBStreamBatchInfo.shardId'] },
      places: ({ detail }) => [
        consolePage('pipe', shortName(text(detail, 'context', 'partnerResourceArn') ?? '')),
      ],
    },
    {
      ...LETTER,
      // The letter does not name its function: what is alike in the message stands for it.
      form: has('RequestID', 'ErrorCode', 'ErrorMessage'),
      noun: 'Lambda function',
      thing: ({ attributes }) => lastingName(attributes.ErrorMessage ?? '').slice(0, 200) || null,
      name: () => '',
      run: attribute('RequestID'),
      states: { [GIVEN_UP]: fires('work-failed', 'gave up on an event') },
      says: errorWords,
      facts: { requestId: attribute('RequestID'), error: attribute('ErrorCode') },
    },
    {
      ...LETTER,
      form: has('DeadLetterQueueSourceArn'),
      noun: 'Queue',
      thing: attribute('DeadLetterQueueSourceArn'),
      name: (event) => shortName(attribute('DeadLetterQueueSourceArn')(event) ?? ''),
      run: ({ id }) => id,
      states: { [GIVEN_UP]: fires('work-failed', 'gave up on a message') },
      places: (event) => [consolePage('queue', queueUrl(attribute('DeadLetterQueueSourceArn')(event)))],
      says: ({ subject, detail }) => (subject !== '' ? subject : typeof detail === 'string' ? detail : null),
    },
  ],
};
