import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { FUNCTIONS } from '../../scripts/bundle.ts';
import { DOORS } from '../../shared/model/canary.ts';
import { at, isObject, type JsonObject, list, number, text } from '../../shared/model/json.ts';
import { matches } from '../../shared/patterns/match.ts';
import { compilePattern } from '../../shared/patterns/parse.ts';
import { METRICS } from '../../shared/pipeline/ports.ts';
import { readEvent, SOURCES } from '../../shared/sources/registry.ts';
import { TABLE } from '../../shared/sources/services/services.ts';
import { DEPLOYED } from '../simulation/world.ts';
import {
  copyOfService,
  many,
  object,
  packaged,
  type Resource,
  ROOT,
  sls,
  type Template,
  target,
} from './sls.ts';

const DAY_S = 86_400;
let service: string;
let template: Template;
beforeAll(() => {
  service = copyOfService();
  template = packaged(service);
}, 180_000);
afterAll(() => rmSync(service, { recursive: true, force: true }));

const functionIds: Record<(typeof FUNCTIONS)[number], string> = {
  'intake-logs': 'IntakeDashlogsLambdaFunction',
  'intake-events': 'IntakeDasheventsLambdaFunction',
  'intake-webhook': 'IntakeDashwebhookLambdaFunction',
  track: 'TrackLambdaFunction',
  'tell-slack': 'TellDashslackLambdaFunction',
  'tell-pagerduty': 'TellDashpagerdutyLambdaFunction',
  sweep: 'SweepLambdaFunction',
};
const timeoutOf = (functionId: string) => number(template.get(functionId).properties, 'Timeout') ?? 0;
const roleOf = (functionId: string) => target(at(template.get(functionId).properties, 'Role'));
const queues = () => template.of('AWS::SQS::Queue');
const isCanary = (alarm: JsonObject) => alarm.MetricName === 'CanaryOut';
const isDead = ({ id }: Resource) => id.endsWith('DeadQueue');

describe('functions', () => {
  test.each(FUNCTIONS)('%s runs on Node 24 and arm64, from its own zip, with a role of its own', (name) => {
    const { properties } = template.get(functionIds[name]);
    expect(properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      Code: { S3Key: expect.stringMatching(new RegExp(`/${name}\\.zip$`)) },
    });
    const others = FUNCTIONS.filter((other) => other !== name).map((other) => roleOf(functionIds[other]));
    expect(others).not.toContain(roleOf(functionIds[name]));
  });

  test.each(FUNCTIONS)('%s gets every variable that its bundle reads, and none that it does not', (name) => {
    const code = readFileSync(join(service, 'dist', 'functions', name, 'index.js'), 'utf8');
    const read = new Set(code.match(/\b(HANSHO_[A-Z_]+|SLACK_API_URL|PAGERDUTY_EVENTS_URL)\b/g));
    const given = Object.keys(object(template.get(functionIds[name]).properties, 'Environment', 'Variables'));
    expect([...given].sort()).toEqual([...read].sort());
    expect(read.size).toBeGreaterThan(2);
  });

  it('keep their log lines for 30 days', () => {
    const groups = template.of('AWS::Logs::LogGroup');
    expect(groups).toHaveLength(FUNCTIONS.length);
    for (const { properties } of groups) expect(properties.RetentionInDays).toBe(30);
  });

  it('time out in the right order: an HTTP call, the function, the lease of a claim', () => {
    for (const name of ['tell-slack', 'tell-pagerduty'] as const) {
      expect(timeoutOf(functionIds[name])).toBeGreaterThan(10);
      expect(timeoutOf(functionIds[name])).toBeLessThan(60);
    }
    expect(timeoutOf(functionIds.sweep)).toBeLessThanOrEqual(60);
  });

  it('that wake themselves by their own queue are not stopped as a loop', () => {
    for (const { Properties } of Object.values(functionIds).map((id) => template.get(id).raw)) {
      const role = target(at(Properties, 'Role'));
      const read = permissions(role)
        .filter((p) => p.startsWith('sqs:ReceiveMessage '))
        .map((p) => p.split(' ')[1]);
      const loops = permissions(role).some(
        (p) => p.startsWith('sqs:SendMessage ') && read.includes(p.split(' ')[1]),
      );
      expect(at(Properties, 'RecursiveLoop') ?? 'Terminate', role).toBe(loops ? 'Allow' : 'Terminate');
    }
  });
});

describe('queues', () => {
  it('each have a dead-letter queue, after five tries or more', () => {
    for (const { id, properties } of queues().filter((queue) => !isDead(queue))) {
      expect(target(at(properties, 'RedrivePolicy', 'deadLetterTargetArn')), id).toBe(
        id.replace(/Queue$/, 'DeadQueue'),
      );
      expect(number(properties, 'RedrivePolicy', 'maxReceiveCount'), id).toBeGreaterThanOrEqual(5);
    }
  });

  it('are those of the simulated world', () => {
    const { events, signals, tell, untracked } = DEPLOYED.queues;
    for (const { id, properties } of queues().filter((queue) => !isDead(queue))) {
      const lane = id.includes('Urgent') ? signals.urgent : signals.normal;
      const told = id.includes('Untracked') ? untracked : tell;
      const simulated = id === 'EventsQueue' ? events : id.startsWith('Signals') ? lane : told;
      expect(properties.VisibilityTimeout, id).toBe(simulated.visibilityMs / 1_000);
      expect(number(properties, 'RedrivePolicy', 'maxReceiveCount'), id).toBe(simulated.receives);
    }
  });

  it('keep signals through a table that is away for three hours', () => {
    for (const id of ['SignalsQueue', 'SignalsUrgentQueue']) {
      const { properties } = template.get(id);
      const tries = number(properties, 'RedrivePolicy', 'maxReceiveCount') ?? 0;
      expect(tries * (number(properties, 'VisibilityTimeout') ?? 0), id).toBeGreaterThan(3 * 3_600);
    }
  });

  it('that are dead-letter queues keep for 14 days, longer than those before them', () => {
    const [dead, live] = [queues().filter(isDead), queues().filter((queue) => !isDead(queue))];
    expect(dead.map(({ properties }) => properties.MessageRetentionPeriod)).toEqual(
      dead.map(() => 14 * DAY_S),
    );
    for (const { properties } of live)
      expect(number(properties, 'MessageRetentionPeriod')).toBeLessThanOrEqual(7 * DAY_S);
    expect(live).toHaveLength(9);
  });

  it('are encrypted', () => {
    for (const { id, properties } of queues()) expect(properties.SqsManagedSseEnabled, id).toBe(true);
  });

  it('hide a message for at least six times as long as its function may work on it', () => {
    const mappings = template.of('AWS::Lambda::EventSourceMapping');
    expect(mappings).toHaveLength(9);
    for (const { id, properties } of mappings) {
      const queue = template.get(target(properties.EventSourceArn)).properties;
      const timeout = timeoutOf(target(properties.FunctionName));
      expect(number(queue, 'VisibilityTimeout'), id).toBeGreaterThanOrEqual(6 * timeout);
    }
  });

  it('are read with partial failures and a bounded concurrency', () => {
    for (const { id, properties } of template.of('AWS::Lambda::EventSourceMapping')) {
      expect(properties.FunctionResponseTypes, id).toEqual(['ReportBatchItemFailures']);
      expect(number(properties, 'ScalingConfig', 'MaximumConcurrency'), id).toBeGreaterThanOrEqual(2);
    }
  });

  it('for what is untracked drop repeats by themselves, and are read one message of an address after the other', () => {
    const fifo = queues().filter(({ id }) => id.includes('Untracked'));
    expect(fifo).toHaveLength(4);
    for (const { id, properties } of fifo) expect(properties.FifoQueue, id).toBe(true);
    const mappings = template
      .of('AWS::Lambda::EventSourceMapping')
      .filter(({ properties }) => target(properties.EventSourceArn).includes('Untracked'));
    expect(mappings).toHaveLength(2);
    for (const { id, properties } of mappings) expect(properties.BatchSize, id).toBe(1);
  });

  // Law 5 counts from the first try to the second: shared/pipeline/track.ts.
  it('of signals hand over again after little more than the minute for which the table may be away unsaid', () => {
    for (const id of ['SignalsQueue', 'SignalsUrgentQueue']) {
      const { properties } = template.get(id);
      const visibility = number(properties, 'VisibilityTimeout') ?? 0;
      expect(visibility, id).toBeGreaterThan(60);
      expect(visibility, id).toBeLessThanOrEqual(70);
      const tries = number(properties, 'RedrivePolicy', 'maxReceiveCount') ?? 0;
      expect(tries * visibility, id).toBeGreaterThanOrEqual(3_600);
    }
  });

  it('take urgent signals without a batching window', () => {
    const urgent = template
      .of('AWS::Lambda::EventSourceMapping')
      .filter(({ properties }) => target(properties.EventSourceArn).includes('Urgent'));
    expect(urgent).toHaveLength(3);
    for (const { properties } of urgent) expect(properties.MaximumBatchingWindowInSeconds ?? 0).toBe(0);
  });
});

describe('topics', () => {
  const subscriptions = () =>
    template.of('AWS::SNS::Subscription').filter(({ properties }) => properties.Protocol === 'sqs');

  it('reach every tell queue from alert and notify, SEV1 and SEV2 by the urgent one, each message by one lane', () => {
    const told = subscriptions().filter(({ id }) => id !== 'AlarmInput');
    const lanes = told.map(({ properties }) => [
      target(properties.TopicArn),
      target(properties.Endpoint),
      Object.keys(object(properties, 'FilterPolicy')).join(),
      list(properties, 'FilterPolicy', 'severity').join(),
    ]);
    const expected = ['AlertTopic', 'NotifyTopic'].flatMap((topic) =>
      ['Slack', 'Pagerduty'].flatMap((kind) => [
        [topic, `${kind}UrgentQueue`, `severity,${kind.toLowerCase()}`, 'SEV1,SEV2'],
        [topic, `${kind}Queue`, `severity,${kind.toLowerCase()}`, 'SEV3,SEV4,SEV5'],
      ]),
    );
    expect(lanes).toEqual(expect.arrayContaining(expected));
    expect(lanes).toHaveLength(expected.length);
    for (const { id, properties } of told) expect(properties.RawMessageDelivery, id).toBe(true);
  });

  it('keep what could not be delivered, in a queue that they may write to', () => {
    for (const { id, properties } of subscriptions()) {
      const queue = target(properties.Endpoint);
      const dead = target(at(properties, 'RedrivePolicy', 'deadLetterTargetArn'));
      expect(dead, id).toBe(queue.replace(/Queue$/, 'DeadQueue'));
      for (const written of [queue, dead])
        expect(writers(written), id).toContain(target(properties.TopicArn));
    }
  });

  it('that are ours to publish on are encrypted', () => {
    for (const id of ['AlertTopic', 'NotifyTopic']) {
      expect(template.get(id).properties.KmsMasterKeyId).toBe('alias/aws/sns');
    }
  });
});

describe('ways in', () => {
  const permissionsToInvoke = () => template.of('AWS::Lambda::Permission');
  /** Made only where a webhook secret is named. */
  const isAsked = (raw: JsonObject) => raw.Condition === 'WebhookAsked';

  it('are open to the internet only where a webhook secret is named, and by the function URL alone', () => {
    const conditional = template.resources.filter(({ raw }) => isAsked(raw)).map(({ id }) => id);
    expect(conditional.sort()).toEqual([
      'IntakeDashwebhookLambdaFunction',
      'IntakeDashwebhookLogGroup',
      'IntakeWebhookErrorsAlarm',
      'IntakeWebhookRole',
      'IntakeWebhookThrottlesAlarm',
      'WebhookUrl',
      'WebhookUrlMayInvoke',
      'WebhookUrlMayRun',
    ]);
    expect(template.of('AWS::Lambda::Url').map(({ id }) => id)).toEqual(['WebhookUrl']);
    const open = permissionsToInvoke().filter(({ properties }) => properties.Principal === '*');
    expect(
      open.map(({ properties }) => properties.FunctionUrlAuthType ?? properties.InvokedViaFunctionUrl),
    ).toEqual(['NONE', true]);
    for (const { raw } of open) expect(isAsked(raw)).toBe(true);
    expect(template.conditions.WebhookAsked).toEqual({ 'Fn::Not': [{ 'Fn::Equals': ['', ''] }] });
  });

  const rules = () =>
    template.of('AWS::Events::Rule').filter(({ properties }) => properties.EventPattern !== undefined);
  const patterns = () =>
    rules().flatMap(({ properties }) => {
      const all = list(properties, 'EventPattern', '$or');
      return all.length > 0 ? all : [object(properties, 'EventPattern')];
    });
  const hears = (event: JsonObject) =>
    rules().some(({ properties }) => {
      const pattern = compilePattern(object(properties, 'EventPattern'));
      if (!pattern.ok) throw new Error(JSON.stringify(pattern));
      return matches(pattern.pattern, event);
    });

  it('from EventBridge try for a day and keep the rest', () => {
    expect(rules().length).toBeGreaterThan(0);
    for (const { id, properties } of rules()) {
      const [events] = list(properties, 'Targets');
      expect(target(at(events, 'Arn'))).toBe('EventsQueue');
      expect(target(at(events, 'DeadLetterConfig', 'Arn'))).toBe('EventsDeadQueue');
      expect(number(events, 'RetryPolicy', 'MaximumEventAgeInSeconds')).toBe(DAY_S);
      for (const queue of ['EventsQueue', 'EventsDeadQueue']) expect(writers(queue)).toContain(id);
    }
  });

  it('from EventBridge are as many rules as it takes to keep each pattern within 2,048 characters', () => {
    for (const { id, properties } of rules())
      expect(JSON.stringify(properties.EventPattern).length, id).toBeLessThanOrEqual(2048);
  });

  it('hear nothing of our own alarms', () => {
    const alarms = patterns().filter((pattern) => text(pattern, 'source', 0) === 'aws.cloudwatch');
    expect(alarms).toHaveLength(2);
    for (const pattern of alarms)
      expect(at(pattern, 'detail', 'alarmName')).toEqual([{ 'anything-but': { prefix: 'hansho-dev-' } }]);
    // CloudFormation names an alarm after the stack, which is how they are told apart.
    for (const { id, properties } of template.of('AWS::CloudWatch::Alarm'))
      expect(properties.AlarmName, id).toBeUndefined();
  });

  it.each([
    { file: 'alarm/firing', heard: true },
    { file: 'alarm/composite-firing', heard: true },
    { file: 'alarm/resolved', heard: true },
    { file: 'alarm/configuration-change', heard: false },
    { file: 'alarm/configuration-change', change: { operation: 'delete' }, heard: true },
    { file: 'alarm/firing', change: { alarmName: 'hansho-dev-UntoldAlarm-1A2B' }, heard: false },
    { file: 'alarm/contributor-firing', change: { alarmName: 'hansho-dev-UntoldAlarm-1A2B' }, heard: false },
    { file: 'alarm/firing', change: { alarmName: 'hansho-prod-UntoldAlarm-1A2B' }, heard: true },
    { file: 'signin/user', heard: false },
    { file: 'event/api-call', heard: false },
  ])('hear of $file $change: $heard', ({ file, change = {}, heard }) => {
    const event = JSON.parse(readFileSync(join(ROOT, 'events', `${file}.json`), 'utf8'));
    expect(hears({ ...event, detail: { ...event.detail, ...change } })).toBe(heard);
  });

  /** What a source reads and no rule brings by itself, and why. */
  const NOT_HEARD = new Map([
    ['alarm/configuration-change', 'only the deletion of an alarm is news'],
    ['config/rule-of-security-hub', 'Security Hub tells of it as a control'],
    ['guardduty/without-source', 'an input transformer made it'],
    ['securityhub/custom-action', 'each operator decides which custom actions reach Hansho'],
    ['securityhub/insight-results', 'a count, no finding'],
    ['signin/user', 'a user who is let in is no news'],
    ['codebuild/failed-in-pipeline', 'its pipeline tells of it'],
    ['codepipeline/stage-failed', 'its pipeline tells of it'],
    ['codepipeline/stage-succeeded', 'its pipeline tells of it'],
    ['codepipeline/action-failed', 'its pipeline tells of it'],
    ['ec2/state-unknown', 'what stops is for alarms and Auto Scaling to tell'],
    ['step-functions/detail-as-text', 'an input transformer made it'],
  ]);
  /** What the table of services calls routine is not subscribed. */
  const services = new Set(TABLE.map(({ name }) => name));
  const isRoutine = (name: string, event: JsonObject) =>
    services.has(name.split('/')[0] ?? '') &&
    readEvent(event, 0).signals.every(({ status }) => status === 'info');
  const samples = SOURCES.filter(({ name }) => !['event', 'webhook'].includes(name)).flatMap(({ name }) =>
    readdirSync(join(ROOT, 'events', name)).map((file) => `${name}/${file.replace('.json', '')}`),
  );

  it.each(samples)('hear of %s, when EventBridge has it', (name) => {
    const event = JSON.parse(readFileSync(join(ROOT, 'events', `${name}.json`), 'utf8'));
    if (!isObject(event) || event['detail-type'] === undefined) return;
    expect(hears(event)).toBe(!NOT_HEARD.has(name) && !isRoutine(name, event));
  });

  it('invoke functions only for resources of this account', () => {
    for (const { id, properties } of permissionsToInvoke().filter(({ raw }) => !isAsked(raw))) {
      expect(properties.SourceArn, id).toBeDefined();
      const own = text(properties, 'SourceArn', 'Fn::GetAtt', 0) !== null;
      if (!own) expect(properties.SourceAccount, id).toEqual({ Ref: 'AWS::AccountId' });
    }
  });

  it('keep what a function that is invoked asynchronously failed on, where its role may write it', () => {
    const asynchronous = new Set(
      permissionsToInvoke()
        .filter(({ raw }) => !isAsked(raw))
        .map(({ properties }) => target(properties.FunctionName)),
    );
    expect(asynchronous.size).toBe(3);
    const kept = template.of('AWS::Lambda::EventInvokeConfig').map(({ properties }) => {
      const destination = target(at(properties, 'DestinationConfig', 'OnFailure', 'Destination'));
      const role = roleOf(target(properties.FunctionName));
      const action =
        destination === 'UnreadBucket' ? `s3:PutObject ${destination}/*` : `sqs:SendMessage ${destination}`;
      expect(permissions(role)).toContain(action);
      return target(properties.FunctionName);
    });
    expect([...kept].sort()).toEqual([...asynchronous].sort());
  });

  it('subscribe no log group by default', () => {
    expect(template.of('AWS::Logs::SubscriptionFilter')).toEqual([]);
  });
});

describe('the canary', () => {
  const target0 = () => at(template.get('CanaryRule').properties, 'Targets', 0);

  it('comes every five minutes by the queue that every event comes by, which lets its rule write', () => {
    expect(template.get('CanaryRule').properties.ScheduleExpression).toBe('rate(5 minutes)');
    expect(target(at(target0(), 'Arn'))).toBe('EventsQueue');
    expect(writers('EventsQueue')).toContain('CanaryRule');
  });

  it('is read as one signal a lane, with the time at which it set out', () => {
    const transformer = at(target0(), 'InputTransformer');
    const time = '2026-11-22T00:05:00Z';
    const event = (text(transformer, 'InputTemplate') ?? '').replace('<time>', time);
    const { signals } = readEvent(event, Date.UTC(2026, 10, 23));
    expect(signals.map((signal) => [signal.source, signal.fields?.lane, signal.time])).toEqual([
      ['canary', 'urgent', Date.parse(time)],
      ['canary', 'normal', Date.parse(time)],
    ]);
    const placeholders = (text(transformer, 'InputTemplate') ?? '').match(/<\w+>/g) ?? [];
    expect(placeholders.map((name) => name.slice(1, -1)).sort()).toEqual(
      Object.keys(object(transformer, 'InputPathsMap')).sort(),
    );
  });
});

describe('what is stored', () => {
  it('is a table that survives the stack, can be restored, is encrypted and forgets by itself', () => {
    const { properties, raw } = template.get('IncidentsTable');
    expect(raw).toMatchObject({ DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' });
    expect(properties).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      SSESpecification: { SSEEnabled: true },
    });
  });

  it('in buckets is encrypted and private', () => {
    for (const { id, properties } of template.of('AWS::S3::Bucket')) {
      expect(properties.BucketEncryption, id).toBeDefined();
      expect(Object.values(object(properties, 'PublicAccessBlockConfiguration')), id).toEqual([
        true,
        true,
        true,
        true,
      ]);
    }
    expect(
      number(
        template.get('UnreadBucket').properties,
        'LifecycleConfiguration',
        'Rules',
        0,
        'ExpirationInDays',
      ),
    ).toBe(30);
  });
});

describe('permissions', () => {
  const QUEUE_READER = ['DeleteMessage', 'GetQueueAttributes', 'ReceiveMessage'];
  const reads = (...names: readonly string[]) =>
    names.flatMap((name) => QUEUE_READER.map((action) => `sqs:${action} ${name}`));
  const sends = (...names: readonly string[]) => names.map((name) => `sqs:SendMessage ${name}`);
  const logs = (group: string) => [`logs:CreateLogStream ${group}`, `logs:PutLogEvents ${group}`];
  const ITEMS = ['dynamodb:GetItem IncidentsTable', 'dynamodb:PutItem IncidentsTable'];
  const COUNTERS = 'dynamodb:UpdateItem IncidentsTable';
  const TOPICS = ['sns:Publish AlertTopic', 'sns:Publish NotifyTopic'];
  const parameter = (name: string) =>
    `ssm:GetParameter arn:\${AWS::Partition}:ssm:\${AWS::Region}:\${AWS::AccountId}:parameter${name}`;

  it.each([
    {
      role: 'IntakeLogsRole',
      may: [
        ...logs('IntakeDashlogsLogGroup'),
        ...sends('SignalsQueue', 'SignalsUrgentQueue'),
        's3:PutObject UnreadBucket/*',
        's3:ListBucket UnreadBucket',
      ],
    },
    {
      role: 'IntakeEventsRole',
      may: [
        ...logs('IntakeDasheventsLogGroup'),
        ...reads('EventsQueue'),
        ...sends('SignalsQueue', 'SignalsUrgentQueue', 'EventsDeadQueue'),
      ],
    },
    {
      role: 'IntakeWebhookRole',
      may: [
        ...logs('IntakeDashwebhookLogGroup'),
        ...sends('SignalsQueue', 'SignalsUrgentQueue'),
        parameter('/hansho/webhook-secret'),
      ],
    },
    {
      role: 'TrackRole',
      may: [
        ...logs('TrackLogGroup'),
        ...reads('SignalsQueue', 'SignalsUrgentQueue'),
        ...sends('SlackUntrackedQueue', 'PagerdutyUntrackedQueue'),
        ...ITEMS,
        COUNTERS,
        ...TOPICS,
      ],
    },
    {
      role: 'TellSlackRole',
      may: [
        ...logs('TellDashslackLogGroup'),
        ...reads('SlackQueue', 'SlackUrgentQueue', 'SlackUntrackedQueue'),
        ...sends('SlackQueue', 'SlackUrgentQueue'),
        ...ITEMS,
        COUNTERS,
        parameter('/hansho/slack-bot-token'),
      ],
    },
    {
      role: 'TellPagerdutyRole',
      may: [
        ...logs('TellDashpagerdutyLogGroup'),
        ...reads('PagerdutyQueue', 'PagerdutyUrgentQueue', 'PagerdutyUntrackedQueue'),
        ...sends('PagerdutyQueue', 'PagerdutyUrgentQueue'),
        ...ITEMS,
        COUNTERS,
        parameter('/hansho/pagerduty/*'),
      ],
    },
    {
      role: 'SweepRole',
      may: [
        ...logs('SweepLogGroup'),
        ...ITEMS,
        'dynamodb:Query IncidentsTable/index/due',
        ...TOPICS,
        'sqs:GetQueueAttributes SignalsQueue',
        'sqs:GetQueueAttributes SignalsUrgentQueue',
        ...sends(
          'SlackQueue',
          'SlackUrgentQueue',
          'PagerdutyQueue',
          'PagerdutyUrgentQueue',
          'SweepDeadQueue',
        ),
      ],
    },
  ])('of $role are these and no others', ({ role, may }) => {
    expect([...permissions(role)].sort()).toEqual([...may].sort());
  });

  /** What cannot be named more exactly, and why. */
  const WIDE = new Map([
    ['OrganizationMaySend', 'any role of the one organisation; where none is named there is no such policy'],
    [
      `arn:\${AWS::Partition}:logs:\${AWS::Region}:\${AWS::AccountId}:log-group:*:log-stream:*`,
      'any log group may be subscribed, also by hand; to read the lines around an error (linesAround)',
    ],
    ['UnreadBucket/*', 'Lambda makes up the names of the objects that it puts there'],
    [
      `arn:\${AWS::Partition}:ssm:\${AWS::Region}:\${AWS::AccountId}:parameter/hansho/pagerduty/*`,
      'what fires at a destination must be resolved there after hansho.yml has lost it',
    ],
    [
      'ServerlessDeploymentBucketPolicy',
      'written by the serverless CLI; it denies, to whoever comes without TLS',
    ],
  ]);

  it('to read log streams are tell-slack’s alone, and only where the lines around an error are asked for', () => {
    const readers = statements().filter(({ statement }) =>
      many(statement.Action).includes('logs:GetLogEvents'),
    );
    expect(readers.map(({ id }) => id)).toEqual(['LinesAroundPolicy']);
    const { raw, properties } = template.get('LinesAroundPolicy');
    expect(raw.Condition).toBe('LinesAroundAsked');
    expect(list(properties, 'Roles').map(target)).toEqual(['TellSlackRole']);
    expect(template.conditions.LinesAroundAsked).toEqual({ 'Fn::Equals': ['true', 'true'] });
  });

  it('hold no star but those that are explained', () => {
    const stars = statements().flatMap(({ id, statement }) => {
      const wide = [...many(statement.Action), ...many(statement.Resource), ...many(statement.Principal)]
        .map((value) => (typeof value === 'string' ? value : target(value)))
        .filter((value) => value.includes('*'));
      return wide.filter((value) => !WIDE.has(value) && !WIDE.has(id)).map((value) => `${id}: ${value}`);
    });
    expect(stars).toEqual([]);
    expect(statements().length).toBeGreaterThan(25);
  });

  it('let a service write only on behalf of our own resources', () => {
    const open = statements()
      .filter(
        ({ statement }) => statement.Effect === 'Allow' && text(statement, 'Principal', 'Service') !== null,
      )
      .filter(({ statement }) => statement.Action !== 'sts:AssumeRole')
      .filter(
        ({ statement }) => !/aws:Source(?:Arn|Account)/.test(JSON.stringify(statement.Condition ?? {})),
      );
    expect(open).toEqual([]);
  });
});

describe('alarms', () => {
  const alarms = () => template.of('AWS::CloudWatch::Alarm');
  const watched = (metric: string) =>
    alarms()
      .filter(({ properties }) => properties.MetricName === metric)
      .map(({ properties }) => target(at(properties, 'Dimensions', 0, 'Value')))
      .sort();

  it('all go to OpsTopic, which does not use the pipeline, and say what to do', () => {
    for (const { id, properties } of alarms()) {
      expect(list(properties, 'AlarmActions').map(target), id).toEqual(['OpsTopic']);
      expect(list(properties, 'OKActions').map(target), id).toEqual(['OpsTopic']);
      expect(text(properties, 'AlarmDescription')?.length, id).toBeGreaterThan(40);
    }
    expect(template.get('OpsEmail').properties).toMatchObject({
      Protocol: 'email',
      TopicArn: { Ref: 'OpsTopic' },
    });
    expect(
      template
        .of('AWS::SNS::Subscription')
        .filter(({ properties }) => target(properties.TopicArn) === 'OpsTopic'),
    ).toHaveLength(1);
  });

  it('watch every dead-letter queue and the age of every other', () => {
    expect(watched('ApproximateNumberOfMessagesVisible')).toEqual(
      queues()
        .filter(isDead)
        .map(({ id }) => id)
        .sort(),
    );
    expect(watched('ApproximateAgeOfOldestMessage')).toEqual(
      queues()
        .filter((q) => !isDead(q))
        .map(({ id }) => id)
        .sort(),
    );
  });

  it('watch every function, and what is lost before or behind those invoked asynchronously', () => {
    const all = Object.values(functionIds).sort();
    expect(watched('Errors')).toEqual(all);
    expect(watched('Throttles')).toEqual(all);
    const asynchronous = [functionIds['intake-logs'], functionIds['intake-events'], functionIds.sweep].sort();
    expect(watched('AsyncEventsDropped')).toEqual(asynchronous);
    expect(watched('DestinationDeliveryFailures')).toEqual(asynchronous);
  });

  it('watch our own metrics by the names and the stage that they are counted under', () => {
    const own = alarms().filter(({ properties }) => properties.Namespace === 'Hansho');
    const stage = at(template.get(functionIds.sweep).properties, 'Environment', 'Variables', 'HANSHO_STAGE');
    for (const { id, properties } of own) {
      expect(METRICS, id).toContain(properties.MetricName);
      const [first, ...doors] = list(properties, 'Dimensions');
      expect(first, id).toEqual({ Name: 'Stage', Value: stage });
      expect(doors.length, id).toBe(isCanary(properties) ? 1 : 0);
    }
    expect(own.map(({ properties }) => properties.MetricName).sort()).toEqual([
      'AddressBroken',
      ...DOORS.map(() => 'CanaryOut'),
      'InputUnreadable',
      'RulesBroken',
      'SignalsStuck',
      'SweepHeartbeat',
      'ToldUntracked',
      'Untold',
    ]);
  });

  // Counts come again at every try, which lie up to five minutes apart (test/pipeline/tell.test.ts): an alarm
  // that looked at the last minute alone would mail at each.
  it('on what we count keep ringing until ten minutes are quiet; the heartbeat rings after five', () => {
    const own = alarms().filter(
      ({ properties }) => properties.Namespace === 'Hansho' && !isCanary(properties),
    );
    for (const { id, properties } of own) {
      const [periods, datapoints] = properties.MetricName === 'SweepHeartbeat' ? [5, 5] : [10, 1];
      expect(properties, id).toMatchObject({
        Period: 60,
        EvaluationPeriods: periods,
        DatapointsToAlarm: datapoints,
      });
    }
  });

  it('ring when the heartbeat or the canary is missing, and not when anything else is', () => {
    for (const { id, properties } of alarms()) {
      const switches = properties.MetricName === 'SweepHeartbeat' || isCanary(properties);
      expect(properties.TreatMissingData, id).toBe(switches ? 'breaching' : 'notBreaching');
    }
  });

  it('ring when the canary has missed one door three times in a row, each door by itself', () => {
    const canaries = alarms().filter(({ properties }) => isCanary(properties));
    expect(canaries.map(({ properties }) => text(properties, 'Dimensions', 1, 'Value')).sort()).toEqual(
      [...DOORS].sort(),
    );
    for (const { id, properties } of canaries) {
      expect(text(properties, 'Dimensions', 1, 'Name'), id).toBe('door');
      expect(properties, id).toMatchObject({
        Statistic: 'Sum',
        Period: 300,
        EvaluationPeriods: 3,
        DatapointsToAlarm: 3,
        ComparisonOperator: 'LessThanThreshold',
        Threshold: 1,
      });
    }
  });
});

describe('deploying', () => {
  it('asks who hears of Hansho’s own failures, before anything is built or sent', () => {
    const { status, output } = sls(service, 'deploy');
    expect(status).toBe(1);
    expect(output).toContain('npx sls deploy --param="opsEmail=');
  }, 60_000);

  it('takes a stage, log groups, other secrets, a KMS key and a reserved concurrency', () => {
    const custom = packaged(
      service,
      '--stage=prod',
      '--param=logGroups=/aws/lambda/payments-api, /ecs/web',
      '--param=accountLogs=true',
      '--param=organization=o-abc123def4',
      '--param=secretsKeyArn=arn:aws:kms:ap-northeast-1:111122223333:key/k1',
      '--param=slackToken=secretsmanager:hansho/slack',
      '--param=intakeReserved=20',
      '--param=webhookSecret=secretsmanager:hansho/webhooks',
    );
    const filters = custom.of('AWS::Logs::SubscriptionFilter').map(({ properties }) => properties);
    expect(filters.map(({ LogGroupName }) => LogGroupName)).toEqual(['/aws/lambda/payments-api', '/ecs/web']);
    for (const { DestinationArn } of filters) expect(target(DestinationArn)).toBe(functionIds['intake-logs']);
    // A policy that heard one of our own groups would never end.
    const [policy] = custom.of('AWS::Logs::AccountPolicy');
    const left = text(policy?.properties, 'SelectionCriteria') ?? '';
    for (const { properties } of custom.of('AWS::Logs::LogGroup'))
      expect(left).toContain(`"${text(properties, 'LogGroupName')}"`);
    expect(left).toContain('"/ecs/web"');
    expect(text(policy?.properties, 'PolicyDocument', 'Fn::Sub')).toContain(functionIds['intake-logs']);
    expect(template.of('AWS::Logs::AccountPolicy')).toEqual([]);
    expect(custom.conditions.OrganizationAsked).toEqual({
      'Fn::Not': [{ 'Fn::Equals': ['o-abc123def4', ''] }],
    });
    const letIn = custom.get('OrganizationMaySend');
    expect(letIn.raw.Condition).toBe('OrganizationAsked');
    expect(at(letIn.properties, 'Statement')).toMatchObject({
      Action: 'events:PutEvents',
      Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-abc123def4' } },
    });
    expect(custom.get(functionIds['intake-logs']).properties.ReservedConcurrentExecutions).toBe(20);
    const secrets = JSON.stringify(at(custom.get('TellSlackRole').properties, 'Policies', 1));
    for (const part of [
      'parameter/aws/reference/secretsmanager/hansho/slack',
      'secret:hansho/slack-??????',
      'kms:ViaService',
    ]) {
      expect(secrets).toContain(part);
    }
    expect(custom.conditions.WebhookAsked).toEqual({
      'Fn::Not': [{ 'Fn::Equals': ['secretsmanager:hansho/webhooks', ''] }],
    });
    expect(JSON.stringify(custom.get('IntakeWebhookRole').properties)).toContain(
      'secret:hansho/webhooks-??????',
    );
    expect(at(custom.get('HeartbeatAlarm').properties, 'Dimensions', 0, 'Value')).toBe('prod');
  }, 180_000);
});

// --- reading policies ---

function statements(): readonly { readonly id: string; readonly statement: JsonObject }[] {
  return template.resources.flatMap(({ id, properties }) => {
    const documents = [
      object(properties, 'AssumeRolePolicyDocument'),
      object(properties, 'PolicyDocument'),
      ...list(properties, 'Policies').map((policy) => object(policy, 'PolicyDocument')),
    ];
    return documents.flatMap((document) =>
      list(document, 'Statement').map((statement) => ({ id, statement: object(statement) })),
    );
  });
}

/** What a role may do: `action resource` by `action resource`. */
function permissions(role: string): readonly string[] {
  const own = list(template.get(role).properties, 'Policies').flatMap((policy) =>
    list(policy, 'PolicyDocument', 'Statement'),
  );
  return own.flatMap((statement) => {
    expect(at(statement, 'Effect')).toBe('Allow');
    const resources = many(at(statement, 'Resource')).map((resource) => target(resource));
    return many(at(statement, 'Action')).flatMap((action) =>
      resources.map((resource) => `${action} ${resource}`),
    );
  });
}

/** The resources on whose behalf a service may send to this queue. */
function writers(queue: string): readonly string[] {
  return template.of('AWS::SQS::QueuePolicy').flatMap(({ properties }) =>
    list(properties, 'PolicyDocument', 'Statement')
      .filter((statement) =>
        many(at(statement, 'Resource'))
          .map((r) => target(r))
          .includes(queue),
      )
      .filter(() =>
        list(properties, 'Queues')
          .map((q) => target(q))
          .includes(queue),
      )
      .flatMap((statement) =>
        many(at(statement, 'Condition', 'ArnEquals', 'aws:SourceArn')).map((arn) => target(arn)),
      ),
  );
}
