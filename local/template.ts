import { at, isObject, type Json, type JsonObject, list, number, text } from '../shared/model/json.ts';
import { holds, resolve, type Scope, Unresolvable } from './intrinsics.ts';
import { parseJson } from './parse.ts';

/** Where everything lives here: the emulators' account, and a Region that the SDK signs for. */
export const ACCOUNT = '000000000000';
export const REGION = 'ap-northeast-1';

export interface Queue {
  readonly id: string;
  readonly name: string;
  readonly arn: string;
  /** The dead-letter queue that its messages end in. */
  readonly deadArn: string | null;
  /** As `CreateQueue` takes them: strings, the redrive policy as JSON text. */
  readonly attributes: Readonly<Record<string, string>>;
}

export interface Topic {
  readonly name: string;
  readonly arn: string;
}

export interface Subscription {
  readonly topicArn: string;
  readonly protocol: string;
  readonly endpoint: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface Table {
  readonly name: string;
  /** The whole body of `CreateTable`. */
  readonly create: JsonObject;
}

export interface LambdaFunction {
  /** Its name in serverless.yml: `intake-logs`. */
  readonly name: string;
  readonly deployedName: string;
  readonly arn: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly memoryMb: number;
  /** An asynchronous invocation that fails is tried again so often. */
  readonly retries: number;
  /** ARN of the queue or bucket that takes what failed for good; null: it is lost, as on AWS. */
  readonly onFailure: string | null;
}

export interface Mapping {
  readonly function: string;
  readonly queueArn: string;
  readonly batchSize: number;
  readonly windowMs: number;
  /** The function names the messages that failed (ReportBatchItemFailures). */
  readonly partial: boolean;
  readonly maxConcurrency: number | null;
}

export interface Schedule {
  readonly function: string;
  readonly everyMs: number;
  readonly input: Json;
}

/** A rule that puts a message on a queue every so often. */
export interface Mail {
  readonly queueArn: string;
  readonly everyMs: number;
  /** `InputTransformer`: paths into the scheduled event (`$.time`), by the name that `<name>` in the text stands for. */
  readonly paths: Readonly<Record<string, string>>;
  readonly text: string;
}

/** Everything in a compiled template that runs on one machine. */
export interface Deployment {
  readonly queues: readonly Queue[];
  readonly topics: readonly Topic[];
  readonly subscriptions: readonly Subscription[];
  readonly tables: readonly Table[];
  readonly functions: readonly LambdaFunction[];
  readonly mappings: readonly Mapping[];
  readonly schedules: readonly Schedule[];
  readonly mails: readonly Mail[];
}

export interface TemplateOptions {
  /** Names of the bundles: a resource's logical id only resembles its function's name. */
  readonly bundles: readonly string[];
  /** The URL of a queue on the emulator. */
  readonly queueUrl: (name: string) => string;
}

/**
 * Reads a template as CloudFormation would deploy it, with local ARNs and URLs.
 * @throws Unresolvable when it refers to something that exists only in an account, or to a missing bundle.
 */
export function readTemplate(template: JsonObject, options: TemplateOptions): Deployment {
  const resources = resourcesOf(template, options);
  const of = (type: string): readonly Resource[] => resources.filter((resource) => resource.type === type);
  const functions = of('AWS::Lambda::Function').map((found) =>
    readFunction(found, of('AWS::Lambda::EventInvokeConfig'), options.bundles),
  );
  const functionOf = (reference: string | null): string =>
    functions.find(
      (f) => reference === f.arn || reference === f.deployedName || reference?.startsWith(`${f.arn}:`),
    )?.name ?? fail(`${reference} is no function of this template`);
  return {
    queues: of('AWS::SQS::Queue').map(readQueue),
    topics: of('AWS::SNS::Topic').map(({ id, properties }) => {
      const name = physicalName(id, 'AWS::SNS::Topic', properties);
      return { name, arn: arn('sns', name) };
    }),
    subscriptions: of('AWS::SNS::Subscription').map(readSubscription),
    tables: of('AWS::DynamoDB::Table').map(readTable),
    functions,
    mappings: of('AWS::Lambda::EventSourceMapping').map((found) => readMapping(found, functionOf)),
    schedules: [
      ...of('AWS::Events::Rule').flatMap((found) => readRule(found, functionOf)),
      ...of('AWS::Scheduler::Schedule').flatMap((found) => readSchedule(found, functionOf)),
    ],
    mails: of('AWS::Events::Rule').flatMap(readMails),
  };
}

interface Resource {
  readonly id: string;
  readonly type: string;
  readonly properties: JsonObject;
}

/** Types that are resolved; the rest (roles, permissions, alarms, …) has no meaning here. */
const USED = new Set([
  'AWS::SQS::Queue',
  'AWS::SNS::Topic',
  'AWS::SNS::Subscription',
  'AWS::DynamoDB::Table',
  'AWS::Lambda::Function',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::Lambda::EventSourceMapping',
  'AWS::Events::Rule',
  'AWS::Scheduler::Schedule',
]);

function resourcesOf(template: JsonObject, options: TemplateOptions): readonly Resource[] {
  const raw = at(template, 'Resources');
  if (!isObject(raw)) throw new Unresolvable('The compiled template has no Resources. Run: npx sls package');
  const scope = scopeOf(template, raw, options);
  const found: Resource[] = [];
  for (const [id, resource] of Object.entries(raw)) {
    const type = text(resource, 'Type') ?? '';
    const condition = text(resource, 'Condition');
    if (!USED.has(type) || (condition !== null && !holds({ Condition: condition }, scope))) continue;
    const properties = resolve(at(resource, 'Properties') ?? {}, scope);
    found.push({ id, type, properties: isObject(properties) ? properties : {} });
  }
  return found;
}

const PSEUDO: ReadonlyMap<string, string> = new Map([
  ['AWS::Region', REGION],
  ['AWS::AccountId', ACCOUNT],
  ['AWS::Partition', 'aws'],
  ['AWS::URLSuffix', 'amazonaws.com'],
  ['AWS::StackName', 'hansho-local'],
  ['AWS::StackId', `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/hansho-local/0`],
]);

function scopeOf(template: JsonObject, resources: JsonObject, { queueUrl }: TemplateOptions): Scope {
  // A name may itself hold Ref and Sub, so it is resolved in the scope that it is part of.
  const nameOf = (id: string, type: string): string => {
    const property = NAME_PROPERTIES.get(type);
    const raw = property === undefined ? undefined : at(resources, id, 'Properties', property);
    if (raw !== undefined) return text(resolve(raw, scope)) ?? id;
    return generatedName(id, at(resources, id, 'Properties'));
  };
  const typeOf = (id: string): string | null => text(resources, id, 'Type');
  const scope: Scope = {
    pseudo: PSEUDO,
    template,
    names: {
      ref: (id) => {
        const type = typeOf(id);
        if (type === null) return null;
        const name = nameOf(id, type);
        if (type === 'AWS::SQS::Queue') return queueUrl(name);
        return type === 'AWS::SNS::Topic' ? arn('sns', name) : name;
      },
      attribute: (id, attribute) => {
        const type = typeOf(id);
        return type === null ? null : attributeOf(type, nameOf(id, type), attribute);
      },
    },
  };
  return scope;
}

const NAME_PROPERTIES: ReadonlyMap<string, string> = new Map([
  ['AWS::SQS::Queue', 'QueueName'],
  ['AWS::SNS::Topic', 'TopicName'],
  ['AWS::DynamoDB::Table', 'TableName'],
  ['AWS::Lambda::Function', 'FunctionName'],
  ['AWS::S3::Bucket', 'BucketName'],
  ['AWS::IAM::Role', 'RoleName'],
  ['AWS::Logs::LogGroup', 'LogGroupName'],
]);

const ARNS: ReadonlyMap<string, (name: string) => string> = new Map([
  ['AWS::SQS::Queue', (name: string) => arn('sqs', name)],
  ['AWS::SNS::Topic', (name: string) => arn('sns', name)],
  ['AWS::DynamoDB::Table', (name: string) => arn('dynamodb', `table/${name}`)],
  ['AWS::Lambda::Function', (name: string) => arn('lambda', `function:${name}`)],
  ['AWS::S3::Bucket', (name: string) => `arn:aws:s3:::${name}`],
  ['AWS::IAM::Role', (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`],
]);

function attributeOf(type: string, name: string, attribute: string): string {
  if (attribute === 'QueueName' || attribute === 'TopicName') return name;
  const makeArn = ARNS.get(type);
  return makeArn !== undefined && /Arn$/.test(attribute) ? makeArn(name) : `${name}.${attribute}`;
}

function arn(service: string, resource: string): string {
  return `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;
}

function physicalName(id: string, type: string, properties: JsonObject): string {
  return text(properties, NAME_PROPERTIES.get(type) ?? '') ?? generatedName(id, properties);
}

/** As CloudFormation makes them up: a FIFO queue's name must end so. */
function generatedName(id: string, properties: Json | undefined): string {
  return at(properties, 'FifoQueue') === true ? `${id}.fifo` : id;
}

const QUEUE_ATTRIBUTES = [
  'FifoQueue',
  'VisibilityTimeout',
  'DelaySeconds',
  'MessageRetentionPeriod',
  'MaximumMessageSize',
  'ReceiveMessageWaitTimeSeconds',
];

function readQueue({ id, type, properties }: Resource): Queue {
  const name = physicalName(id, type, properties);
  const attributes: Record<string, string> = {};
  for (const key of QUEUE_ATTRIBUTES) {
    const value = text(properties, key);
    if (value !== null) attributes[key] = value;
  }
  const redrive = at(properties, 'RedrivePolicy');
  const maxReceiveCount = number(redrive, 'maxReceiveCount');
  const deadQueueArn = text(redrive, 'deadLetterTargetArn');
  // The emulator compares it as a number, and text is never greater.
  if (deadQueueArn !== null)
    attributes.RedrivePolicy = JSON.stringify({ deadLetterTargetArn: deadQueueArn, maxReceiveCount });
  return { id, name, arn: arn('sqs', name), deadArn: deadQueueArn, attributes };
}

function readSubscription({ properties }: Resource): Subscription {
  const attributes: Record<string, string> = {};
  const raw = text(properties, 'RawMessageDelivery');
  if (raw !== null) attributes.RawMessageDelivery = raw;
  const policy = at(properties, 'FilterPolicy');
  if (policy !== undefined)
    attributes.FilterPolicy = typeof policy === 'string' ? policy : JSON.stringify(policy);
  const scope = text(properties, 'FilterPolicyScope');
  if (scope !== null) attributes.FilterPolicyScope = scope;
  return {
    topicArn: text(properties, 'TopicArn') ?? '',
    protocol: text(properties, 'Protocol') ?? '',
    endpoint: text(properties, 'Endpoint') ?? '',
    attributes,
  };
}

/** Only what the emulator knows: it has neither expiry, streams, encryption nor recovery. */
function readTable({ id, type, properties }: Resource): Table {
  const name = physicalName(id, type, properties);
  const indexes = list(properties, 'GlobalSecondaryIndexes').map((index) => ({
    IndexName: text(index, 'IndexName') ?? '',
    KeySchema: list(index, 'KeySchema'),
    Projection: at(index, 'Projection') ?? { ProjectionType: 'ALL' },
  }));
  return {
    name,
    create: {
      TableName: name,
      AttributeDefinitions: list(properties, 'AttributeDefinitions'),
      KeySchema: list(properties, 'KeySchema'),
      BillingMode: 'PAY_PER_REQUEST',
      ...(indexes.length === 0 ? {} : { GlobalSecondaryIndexes: indexes }),
    },
  };
}

function readFunction(
  { id, type, properties }: Resource,
  asyncConfigs: readonly Resource[],
  bundles: readonly string[],
): LambdaFunction {
  const deployedName = physicalName(id, type, properties);
  const name = bundles.find((bundle) => logicalId(bundle) === id);
  if (name === undefined) fail(`${id} has no bundle under dist/functions. Run: npm run build`);
  const config = asyncConfigs.find(({ properties: p }) => {
    const about = text(p, 'FunctionName');
    return about === deployedName || about === arn('lambda', `function:${deployedName}`);
  })?.properties;
  return {
    name,
    deployedName,
    arn: arn('lambda', `function:${deployedName}`),
    environment: strings(at(properties, 'Environment', 'Variables')),
    timeoutMs: (number(properties, 'Timeout') ?? 3) * 1_000,
    memoryMb: number(properties, 'MemorySize') ?? 128,
    retries: number(config, 'MaximumRetryAttempts') ?? 2,
    onFailure: text(config, 'DestinationConfig', 'OnFailure', 'Destination'),
  };
}

/** How the deploy tool names the resource of a function: `intake-logs` → `IntakeDashlogsLambdaFunction`. */
function logicalId(name: string): string {
  const plain = name.replaceAll('-', 'Dash').replaceAll('_', 'Underscore');
  return `${plain.charAt(0).toUpperCase()}${plain.slice(1)}LambdaFunction`;
}

function readMapping({ id, properties }: Resource, functionOf: (name: string | null) => string): Mapping {
  const queueArn = text(properties, 'EventSourceArn') ?? fail(`${id} has no EventSourceArn`);
  return {
    function: functionOf(text(properties, 'FunctionName')),
    queueArn,
    batchSize: number(properties, 'BatchSize') ?? 10,
    windowMs: (number(properties, 'MaximumBatchingWindowInSeconds') ?? 0) * 1_000,
    partial: list(properties, 'FunctionResponseTypes').includes('ReportBatchItemFailures'),
    maxConcurrency: number(properties, 'ScalingConfig', 'MaximumConcurrency'),
  };
}

function readRule(
  { properties }: Resource,
  functionOf: (name: string | null) => string,
): readonly Schedule[] {
  const everyMs = rateMs(text(properties, 'ScheduleExpression'));
  if (everyMs === null || text(properties, 'State') === 'DISABLED') return [];
  return list(properties, 'Targets')
    .filter((target) => !isQueue(target))
    .map((target) => ({
      function: functionOf(text(target, 'Arn')),
      everyMs,
      input: jsonOr(text(target, 'Input')),
    }));
}

function readMails({ properties }: Resource): readonly Mail[] {
  const everyMs = rateMs(text(properties, 'ScheduleExpression'));
  if (everyMs === null || text(properties, 'State') === 'DISABLED') return [];
  return list(properties, 'Targets')
    .filter(isQueue)
    .map((target) => ({
      queueArn: text(target, 'Arn') ?? '',
      everyMs,
      paths: strings(at(target, 'InputTransformer', 'InputPathsMap')),
      text: text(target, 'InputTransformer', 'InputTemplate') ?? text(target, 'Input') ?? '{}',
    }));
}

function isQueue(target: Json): boolean {
  return text(target, 'Arn')?.startsWith('arn:aws:sqs:') === true;
}

function readSchedule(
  { properties }: Resource,
  functionOf: (name: string | null) => string,
): readonly Schedule[] {
  const everyMs = rateMs(text(properties, 'ScheduleExpression'));
  if (everyMs === null || text(properties, 'State') === 'DISABLED') return [];
  return [
    {
      function: functionOf(text(properties, 'Target', 'Arn')),
      everyMs,
      input: jsonOr(text(properties, 'Target', 'Input')),
    },
  ];
}

const UNITS: ReadonlyMap<string, number> = new Map([
  ['minute', 60_000],
  ['hour', 3_600_000],
  ['day', 86_400_000],
]);

/** `rate(5 minutes)` in ms; null for anything else, a cron expression included. */
export function rateMs(expression: string | null): number | null {
  const parts = /^rate\((\d{1,6}) (minute|hour|day)s?\)$/.exec(expression ?? '');
  const unit = UNITS.get(parts?.[2] ?? '');
  return unit === undefined ? null : Number(parts?.[1]) * unit;
}

function strings(value: Json | undefined): Readonly<Record<string, string>> {
  if (!isObject(value)) return {};
  return Object.fromEntries(Object.keys(value).map((key) => [key, text(value, key) ?? '']));
}

function jsonOr(source: string | null): Json {
  return source === null ? {} : (parseJson(source) ?? source);
}

function fail(message: string): never {
  throw new Unresolvable(message);
}
