import { describe, expect, it, test } from 'vitest';
import { rateMs, readTemplate } from '../../local/template.ts';
import { HANDLERS } from './fixture/handlers.ts';
import { TEMPLATE } from './fixture/template.ts';

const OPTIONS = {
  bundles: Object.keys(HANDLERS),
  queueUrl: (name: string) => `http://127.0.0.1:1/000000000000/${name}`,
};
const deployment = readTemplate(TEMPLATE, OPTIONS);

/** A template with one function whose environment holds `value`. */
const withVariable = (value: unknown, more: object = {}) =>
  readTemplate(
    {
      ...TEMPLATE,
      ...more,
      Resources: {
        ...TEMPLATE.Resources,
        SweepLambdaFunction: {
          Type: 'AWS::Lambda::Function',
          Properties: { FunctionName: 'fixture-sweep', Environment: { Variables: { X: value } } },
        },
      },
    } as never,
    OPTIONS,
  ).functions.find((f) => f.name === 'sweep')?.environment.X;

describe('a compiled template', () => {
  it('gives queues their attributes and their redrive policy as text', () => {
    expect(deployment.queues.find((q) => q.id === 'SignalsQueue')).toEqual({
      id: 'SignalsQueue',
      name: 'hansho-local-signals',
      deadArn: 'arn:aws:sqs:ap-northeast-1:000000000000:hansho-local-signals-dead',
      arn: 'arn:aws:sqs:ap-northeast-1:000000000000:hansho-local-signals',
      attributes: {
        VisibilityTimeout: '30',
        RedrivePolicy:
          '{"deadLetterTargetArn":"arn:aws:sqs:ap-northeast-1:000000000000:hansho-local-signals-dead","maxReceiveCount":2}',
      },
    });
  });

  it('leaves out what its condition does not ask for', () => {
    expect(deployment.queues.map((q) => q.id)).not.toContain('OnlyInProduction');
  });

  it('names functions as their bundles, with environment, timeout and memory', () => {
    expect(deployment.functions.find((f) => f.name === 'intake-logs')).toEqual({
      name: 'intake-logs',
      deployedName: 'fixture-intake-logs',
      arn: 'arn:aws:lambda:ap-northeast-1:000000000000:function:fixture-intake-logs',
      environment: { SIGNALS: 'http://127.0.0.1:1/000000000000/hansho-local-signals' },
      timeoutMs: 5_000,
      memoryMb: 128,
      retries: 1,
      onFailure: 'arn:aws:s3:::UnreadBucket',
    });
  });

  it('retries twice where nothing is said', () => {
    expect(deployment.functions.find((f) => f.name === 'sweep')).toMatchObject({
      retries: 2,
      onFailure: null,
    });
  });

  it('ties queues to functions', () => {
    expect(deployment.mappings.find((m) => m.function === 'track')).toEqual({
      function: 'track',
      queueArn: 'arn:aws:sqs:ap-northeast-1:000000000000:hansho-local-signals',
      batchSize: 100,
      windowMs: 1_000,
      partial: true,
      maxConcurrency: 5,
    });
  });

  it('keeps filter policies and raw delivery', () => {
    expect(deployment.subscriptions).toEqual([
      {
        topicArn: 'arn:aws:sns:ap-northeast-1:000000000000:fixture-alert',
        protocol: 'sqs',
        endpoint: 'arn:aws:sqs:ap-northeast-1:000000000000:hansho-local-slack',
        attributes: { RawMessageDelivery: 'true', FilterPolicy: '{"severity":["SEV1","SEV2"]}' },
      },
    ]);
  });

  it('strips from tables what the emulator does not know', () => {
    expect(Object.keys(deployment.tables[0]?.create ?? {})).toEqual([
      'TableName',
      'AttributeDefinitions',
      'KeySchema',
      'BillingMode',
      'GlobalSecondaryIndexes',
    ]);
  });

  it('finds schedules', () => {
    expect(deployment.schedules).toEqual([{ function: 'sweep', everyMs: 60_000, input: {} }]);
  });

  it('refuses a function without a bundle, and says how to build it', () => {
    expect(() => readTemplate(TEMPLATE, { ...OPTIONS, bundles: ['track'] })).toThrow(/npm run build/);
  });

  it('refuses what is no template', () => {
    expect(() => readTemplate({}, OPTIONS)).toThrow(/sls package/);
  });
});

describe('intrinsic functions', () => {
  test.each([
    [
      'Ref of a queue is its URL',
      { Ref: 'EventsQueue' },
      'http://127.0.0.1:1/000000000000/hansho-local-events',
    ],
    [
      'Ref of a topic is its ARN',
      { Ref: 'AlertTopic' },
      'arn:aws:sns:ap-northeast-1:000000000000:fixture-alert',
    ],
    ['Ref of a table is its name', { Ref: 'IncidentsTable' }, 'fixture-incidents'],
    ['Ref of a parameter is its default', { Ref: 'Stage' }, 'dev'],
    ['Ref of a pseudo parameter', { Ref: 'AWS::Region' }, 'ap-northeast-1'],
    ['GetAtt as a list', { 'Fn::GetAtt': ['EventsQueue', 'QueueName'] }, 'hansho-local-events'],
    [
      'GetAtt as text',
      { 'Fn::GetAtt': 'AlertTopic.TopicArn' },
      'arn:aws:sns:ap-northeast-1:000000000000:fixture-alert',
    ],
    [
      'Sub with names, attributes and an escape',
      { 'Fn::Sub': `\${Stage}/\${EventsQueue.Arn}/\${!Left}` },
      `dev/arn:aws:sqs:ap-northeast-1:000000000000:hansho-local-events/\${Left}`,
    ],
    [
      'Sub with its own variables',
      { 'Fn::Sub': [`\${A}-\${Stage}`, { A: { Ref: 'AWS::Partition' } }] },
      'aws-dev',
    ],
    ['Join over a Split', { 'Fn::Join': ['+', { 'Fn::Split': [',', 'a,b'] }] }, 'a+b'],
    ['Select', { 'Fn::Select': ['1', ['x', { Ref: 'Stage' }]] }, 'dev'],
    ['If that does not hold', { 'Fn::If': ['Never', 'yes', 'no'] }, 'no'],
  ])('%s', (_rule, value, expected) => {
    expect(withVariable(value)).toBe(expected);
  });

  it('drops a value that is AWS::NoValue', () => {
    expect(withVariable({ 'Fn::If': ['Never', 'yes', { Ref: 'AWS::NoValue' }] })).toBeUndefined();
  });

  test.each([
    [{ Ref: 'Nowhere' }, /Ref Nowhere/],
    [{ 'Fn::GetAtt': ['Nowhere', 'Arn'] }, /Nowhere\.Arn/],
    [{ 'Fn::ImportValue': 'x' }, /another stack/],
  ])('%j exists only in an account', (value, message) => {
    expect(() => withVariable(value)).toThrow(message);
  });

  test.each([
    [
      'And of Not and Equals',
      { 'Fn::And': [{ 'Fn::Not': [{ Condition: 'Never' }] }, { 'Fn::Equals': ['a', 'a'] }] },
      'yes',
    ],
    [
      'Or of two that do not hold',
      { 'Fn::Or': [{ Condition: 'Never' }, { 'Fn::Equals': ['a', 'b'] }] },
      'no',
    ],
  ])('a condition: %s', (_rule, condition, expected) => {
    const more = { Conditions: { ...TEMPLATE.Conditions, Here: condition } };
    expect(withVariable({ 'Fn::If': ['Here', 'yes', 'no'] }, more)).toBe(expected);
  });
});

test.each([
  ['rate(1 minute)', 60_000],
  ['rate(2 hours)', 7_200_000],
  ['rate(1 day)', 86_400_000],
  ['cron(0 12 * * ? *)', null],
  ['rate(minute)', null],
  [null, null],
])('%s is every %s ms', (expression, ms) => {
  expect(rateMs(expression)).toBe(ms);
});
