import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { FUNCTIONS } from '../../scripts/bundle.ts';
import { at, type JsonObject, list, number, text } from '../../shared/model/json.ts';
import { matches } from '../../shared/patterns/match.ts';
import { compilePattern } from '../../shared/patterns/parse.ts';
import { METRICS } from '../../shared/pipeline/ports.ts';
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
  track: 'TrackLambdaFunction',
  'tell-slack': 'TellDashslackLambdaFunction',
  'tell-pagerduty': 'TellDashpagerdutyLambdaFunction',
  sweep: 'SweepLambdaFunction',
};
const timeoutOf = (functionId: string) => number(template.get(functionId).properties, 'Timeout') ?? 0;
const roleOf = (functionId: string) => target(at(template.get(functionId).properties, 'Role'));
const queues = () => template.of('AWS::SQS::Queue');
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
    const { events, signals, tell } = DEPLOYED.queues;
    for (const { id, properties } of queues().filter((queue) => !isDead(queue))) {
      const lane = id.includes('Urgent') ? signals.urgent : signals.normal;
      const simulated = id === 'EventsQueue' ? events : id.startsWith('Signals') ? lane : tell;
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
    expect(live).toHaveLength(7);
  });

  it('are encrypted', () => {
    for (const { id, properties } of queues()) expect(properties.SqsManagedSseEnabled, id).toBe(true);
  });

  it('hide a message for at least six times as long as its function may work on it', () => {
    const mappings = template.of('AWS::Lambda::EventSourceMapping');
    expect(mappings).toHaveLength(7);
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
  it('from EventBridge try for a day and keep the rest', () => {
    const [events] = list(template.get('EventsRule').properties, 'Targets');
    expect(target(at(events, 'Arn'))).toBe('EventsQueue');
    expect(target(at(events, 'DeadLetterConfig', 'Arn'))).toBe('EventsDeadQueue');
    expect(number(events, 'RetryPolicy', 'MaximumEventAgeInSeconds')).toBe(DAY_S);
    for (const queue of ['EventsQueue', 'EventsDeadQueue']) expect(writers(queue)).toContain('EventsRule');
  });

  it('hear of the sources that Hansho reads, but not of our own alarms', () => {
    const patterns = list(template.get('EventsRule').properties, 'EventPattern', '$or');
    const sources = patterns.map((pattern) => text(pattern, 'source', 0));
    expect(sources).toEqual(
      expect.arrayContaining(['aws.guardduty', 'aws.securityhub', 'aws.health', 'aws.cloudwatch']),
    );
    const alarms = patterns.filter((pattern) => text(pattern, 'source', 0) === 'aws.cloudwatch');
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
    { file: 'alarm/firing', change: { alarmName: 'hansho-prod-UntoldAlarm-1A2B' }, heard: true },
    { file: 'guardduty/high', heard: true },
    { file: 'guardduty/critical-attack-sequence', heard: true },
    { file: 'securityhub/failed-high', heard: true },
    { file: 'securityhub/v2-failed', heard: true },
    { file: 'health/issue-open', heard: true },
    { file: 'health/abuse', heard: true },
    { file: 'event/inspector-closed', heard: true },
    { file: 'event/console-sign-in', heard: false },
  ])('hear of $file $change: $heard', ({ file, change = {}, heard }) => {
    const event = JSON.parse(readFileSync(join(ROOT, 'events', `${file}.json`), 'utf8'));
    const pattern = compilePattern(object(template.get('EventsRule').properties, 'EventPattern'));
    if (!pattern.ok) throw new Error(JSON.stringify(pattern));
    expect(matches(pattern.pattern, { ...event, detail: { ...event.detail, ...change } })).toBe(heard);
  });

  it('invoke functions only for resources of this account', () => {
    for (const { id, properties } of template.of('AWS::Lambda::Permission')) {
      expect(properties.SourceArn, id).toBeDefined();
      const own = text(properties, 'SourceArn', 'Fn::GetAtt', 0) !== null;
      if (!own) expect(properties.SourceAccount, id).toEqual({ Ref: 'AWS::AccountId' });
    }
  });

  it('keep what a function that is invoked asynchronously failed on, where its role may write it', () => {
    const asynchronous = new Set(
      template.of('AWS::Lambda::Permission').map(({ properties }) => target(properties.FunctionName)),
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
      role: 'TrackRole',
      may: [...logs('TrackLogGroup'), ...reads('SignalsQueue', 'SignalsUrgentQueue'), ...ITEMS, ...TOPICS],
    },
    {
      role: 'TellSlackRole',
      may: [
        ...logs('TellDashslackLogGroup'),
        ...reads('SlackQueue', 'SlackUrgentQueue'),
        ...sends('SlackQueue', 'SlackUrgentQueue'),
        ...ITEMS,
        parameter('/hansho/slack-bot-token'),
      ],
    },
    {
      role: 'TellPagerdutyRole',
      may: [
        ...logs('TellDashpagerdutyLogGroup'),
        ...reads('PagerdutyQueue', 'PagerdutyUrgentQueue'),
        ...sends('PagerdutyQueue', 'PagerdutyUrgentQueue'),
        ...ITEMS,
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
      .filter(({ statement }) => !JSON.stringify(statement.Condition ?? {}).includes('aws:SourceArn'));
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
      expect(properties.Dimensions, id).toEqual([{ Name: 'Stage', Value: stage }]);
    }
    expect(own.map(({ properties }) => properties.MetricName).sort()).toEqual([
      'AddressBroken',
      'InputUnreadable',
      'SweepHeartbeat',
      'Untold',
    ]);
  });

  // Counts come again at every try, which lie up to five minutes apart (test/pipeline/tell.test.ts): an alarm
  // that looked at the last minute alone would mail at each.
  it('on what we count keep ringing until ten minutes are quiet; the heartbeat rings after five', () => {
    const own = alarms().filter(({ properties }) => properties.Namespace === 'Hansho');
    for (const { id, properties } of own) {
      const [periods, datapoints] = properties.MetricName === 'SweepHeartbeat' ? [5, 5] : [10, 1];
      expect(properties, id).toMatchObject({
        Period: 60,
        EvaluationPeriods: periods,
        DatapointsToAlarm: datapoints,
      });
    }
  });

  it('ring when the heartbeat is missing, and not when anything else is', () => {
    for (const { id, properties } of alarms()) {
      const heartbeat = properties.MetricName === 'SweepHeartbeat';
      expect(properties.TreatMissingData, id).toBe(heartbeat ? 'breaching' : 'notBreaching');
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
      '--param=secretsKeyArn=arn:aws:kms:ap-northeast-1:111122223333:key/k1',
      '--param=slackToken=secretsmanager:hansho/slack',
      '--param=intakeReserved=20',
    );
    const filters = custom.of('AWS::Logs::SubscriptionFilter').map(({ properties }) => properties);
    expect(filters.map(({ LogGroupName }) => LogGroupName)).toEqual(['/aws/lambda/payments-api', '/ecs/web']);
    for (const { DestinationArn } of filters) expect(target(DestinationArn)).toBe(functionIds['intake-logs']);
    expect(custom.get(functionIds['intake-logs']).properties.ReservedConcurrentExecutions).toBe(20);
    const secrets = JSON.stringify(at(custom.get('TellSlackRole').properties, 'Policies', 1));
    for (const part of [
      'parameter/aws/reference/secretsmanager/hansho/slack',
      'secret:hansho/slack-??????',
      'kms:ViaService',
    ]) {
      expect(secrets).toContain(part);
    }
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
