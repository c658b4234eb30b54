import { at, isObject, type Json, type JsonObject, list, text } from '../model/json.ts';
import { readArn } from './arns.ts';
import type { Envelope, Fault } from './source.ts';
import { firstTime } from './times.ts';
import { clip, parseJson, tame } from './words.ts';

/** An SNS message in an SQS message in a Lambda record is three deep; more than this is not opened. */
const DEEPEST = 5;
/** No service puts more records into one payload; a longer list is one event, not a flood of them. */
const LONGEST_LIST = 1000;
const RAW_LENGTH = 64 * 1024;

/** What unwrapping came to: every record is an event or a fault. */
export interface Unwrapped {
  readonly events: readonly Envelope[];
  readonly faults: readonly Fault[];
}

/** What a carrier (SNS, SQS) says about its load. */
interface Carrier {
  readonly id: string;
  readonly time: number | null;
  readonly account: string;
  readonly region: string;
  readonly topicArn: string;
  readonly subject: string;
  readonly attributes: { readonly [name: string]: string };
}

interface Place {
  readonly where: string;
  readonly depth: number;
  readonly carrier: Carrier;
  readonly receivedAt: number;
}

const NOBODY: Carrier = {
  id: '',
  time: null,
  account: '',
  region: '',
  topicArn: '',
  subject: '',
  attributes: {},
};

/**
 * Takes every wrapping off a raw event: SNS to Lambda, SNS to SQS, raw SQS, SNS to HTTP, JSON in a string, lists
 * of any of these. What is left is one envelope for each EventBridge event, direct alarm action, bare
 * finding, or whatever else was inside. Total: anything but an empty text becomes at least one envelope or fault.
 */
export function unwrap(raw: unknown, receivedAt: number): Unwrapped {
  if (raw === undefined) return fault('.', 'there is nothing in it', '');
  return open(tame(raw), { where: '.', depth: 0, carrier: NOBODY, receivedAt });
}

function open(value: Json, place: Place): Unwrapped {
  if (typeof value === 'string') return openText(value, place);
  if (Array.isArray(value)) return openList(value, place);
  if (isObject(value) && place.depth < DEEPEST) return openObject(value, place);
  return one(bare(value, place));
}

function openText(value: string, place: Place): Unwrapped {
  if (value.trim() === '') return fault(place.where, 'the text is empty', value);
  const parsed = place.depth < DEEPEST ? parseJson(value) : null;
  if (parsed === null) return one(bare(value, place));
  return open(tame(parsed), typeof parsed === 'string' ? deeper(place, place.where) : place);
}

/** A list is opened when each of its items is an event in its own right; else the list is the event. */
function openList(items: readonly Json[], place: Place): Unwrapped {
  const opens = isShort(items) && place.depth < DEEPEST && items.every(isEvent);
  return opens ? openAll(items, '', place) : one(bare(items, place));
}

function openAll(items: readonly Json[], path: string, place: Place): Unwrapped {
  const opened = items.map((item, i) => open(item, deeper(place, `${place.where}${path}[${i}]`)));
  return { events: opened.flatMap((o) => o.events), faults: opened.flatMap((o) => o.faults) };
}

function openObject(value: JsonObject, place: Place): Unwrapped {
  const records = list(value, 'Records');
  if (isShort(records)) return openAll(records, 'Records', place);
  const sns = snsOf(value);
  if (sns !== null) return openSns(sns, place);
  const body = at(value, 'body') ?? at(value, 'Body');
  if (body !== undefined && isSqs(value)) return openSqs(value, body, place);
  if (at(value, 'awslogs', 'data') !== undefined) {
    return fault(
      place.where,
      'it is a CloudWatch Logs payload: subscribe the log group to intake-logs',
      value,
    );
  }
  if (typeof at(value, 'detail-type') === 'string' || isDetailed(value))
    return one(eventBridge(value, place));
  if (isObject(at(value, 'alarmData'))) return one(alarmAction(value, place));
  const findings = [...list(value, 'Findings'), ...list(value, 'findings')];
  const isAnswer = isShort(findings) && findings.every(isObject) && Object.keys(value).length <= 3;
  return isAnswer ? openAll(findings, 'Findings', place) : one(bare(value, place));
}

function isShort(items: readonly Json[]): boolean {
  return items.length > 0 && items.length <= LONGEST_LIST;
}

function isDetailed(value: JsonObject): boolean {
  return typeof at(value, 'source') === 'string' && at(value, 'detail') !== undefined;
}

/** The SNS message in a Lambda record, or the message itself as SQS and HTTP endpoints get it. */
function snsOf(value: JsonObject): JsonObject | null {
  const inner = at(value, 'Sns');
  if (isObject(inner)) return inner;
  const isMessage = at(value, 'Message') !== undefined && text(value, 'TopicArn') !== null;
  return isMessage && text(value, 'MessageId') !== null ? value : null;
}

function openSns(sns: JsonObject, place: Place): Unwrapped {
  const topicArn = text(sns, 'TopicArn') ?? '';
  const topic = readArn(topicArn);
  const carrier: Carrier = {
    id: text(sns, 'MessageId') ?? '',
    time: firstTime(at(sns, 'Timestamp')) ?? place.carrier.time,
    account: topic?.account ?? place.carrier.account,
    region: topic?.region ?? place.carrier.region,
    topicArn,
    subject: text(sns, 'Subject') ?? '',
    attributes: attributesOf(at(sns, 'MessageAttributes'), 'Value'),
  };
  const type = text(sns, 'Type') ?? '';
  if (type === 'SubscriptionConfirmation' || type === 'UnsubscribeConfirmation')
    return one(bare(sns, { ...place, carrier }, type));
  const message = at(sns, 'Message');
  if (message === undefined || message === null)
    return fault(place.where, 'the SNS record has no Message', sns);
  return open(message, { ...deeper(place, `${place.where}.Message`), carrier });
}

function isSqs(value: JsonObject): boolean {
  return (
    text(value, 'eventSource') === 'aws:sqs' ||
    text(value, 'receiptHandle') !== null ||
    text(value, 'ReceiptHandle') !== null
  );
}

function openSqs(record: JsonObject, body: Json, place: Place): Unwrapped {
  const queue = readArn(text(record, 'eventSourceARN'));
  const sent = at(record, 'attributes', 'SentTimestamp') ?? at(record, 'Attributes', 'SentTimestamp');
  const carrier: Carrier = {
    ...place.carrier,
    id: text(record, 'messageId') ?? text(record, 'MessageId') ?? '',
    time: firstTime(sent) ?? place.carrier.time,
    account: queue?.account ?? '',
    region: queue?.region ?? text(record, 'awsRegion') ?? '',
    attributes: deadLetterOf(record, attributesOf(at(record, 'messageAttributes'), 'stringValue')),
  };
  return open(body, { ...deeper(place, `${place.where}.body`), carrier });
}

/**
 * What says that the message is a dead letter; nothing of it when the message is back in the queue that it could not
 * be delivered to: moved there to be read as what it is.
 */
function deadLetterOf(record: JsonObject, attributes: Carrier['attributes']): Carrier['attributes'] {
  const queue = text(record, 'eventSourceARN');
  const source = text(record, 'attributes', 'DeadLetterQueueSourceArn');
  const home = attributes.TARGET_ARN ?? source;
  if (queue === null || home !== queue)
    return source === null ? attributes : { ...attributes, DeadLetterQueueSourceArn: source };
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => !DELIVERY_FAILURE.has(name)));
}
const DELIVERY_FAILURE: ReadonlySet<string> = new Set([
  'RULE_ARN',
  'SCHEDULE_ARN',
  'TARGET_ARN',
  'ERROR_CODE',
  'ERROR_MESSAGE',
]);

function attributesOf(attributes: unknown, key: string): { readonly [name: string]: string } {
  if (!isObject(attributes)) return {};
  const all = Object.entries(attributes).slice(0, 20);
  return Object.fromEntries(all.map(([name, value]) => [name, clip(text(value, key) ?? '', 1000)]));
}

function eventBridge(value: JsonObject, place: Place): Envelope {
  const { carrier } = place;
  const detail = at(value, 'detail') ?? null;
  const resources = list(value, 'resources').filter((r) => typeof r === 'string');
  const arn = readArn(resources[0] ?? null);
  return {
    // CodeStar notification rules write the same event with `detailType`.
    kind: text(value, 'detail-type') ?? text(value, 'detailType') ?? '',
    source: text(value, 'source') ?? '',
    account: text(value, 'account') || arn?.account || carrier.account,
    region: text(value, 'region') || arn?.region || carrier.region,
    time: firstTime(at(value, 'time')) ?? carrier.time,
    id: text(value, 'id') || carrier.id,
    resources,
    detail: typeof detail === 'string' ? inner(detail) : detail,
    raw: value,
    ...carried(place),
  };
}

/** `detail` sometimes arrives as the JSON text of itself. */
function inner(detail: string): Json {
  const parsed = parseJson(detail);
  return parsed === null ? detail : tame(parsed);
}

/** What CloudWatch sends when an alarm invokes a Lambda function itself: no detail-type, no detail. */
function alarmAction(value: JsonObject, place: Place): Envelope {
  const arn = text(value, 'alarmArn');
  return {
    kind: '',
    source: text(value, 'source') ?? '',
    account: text(value, 'accountId') ?? '',
    region: text(value, 'region') ?? '',
    time: firstTime(at(value, 'time')) ?? place.carrier.time,
    id: place.carrier.id,
    resources: arn === null ? [] : [arn],
    detail: at(value, 'alarmData') ?? null,
    raw: value,
    ...carried(place),
  };
}

/** Whatever has no envelope of its own: its body is the detail, its carrier says when and where. */
function bare(value: Json, place: Place, kind = ''): Envelope {
  const { carrier } = place;
  return {
    kind,
    source: '',
    account: carrier.account,
    region: carrier.region,
    time: carrier.time,
    id: carrier.id,
    resources: [],
    detail: value,
    raw: value,
    ...carried(place),
  };
}

function carried({ carrier, receivedAt }: Place) {
  const { topicArn, subject, attributes } = carrier;
  return { receivedAt, topicArn, subject, attributes };
}

/** Whether a list's item is an event of its own, by the keys that only events have. */
function isEvent(item: Json): boolean {
  return isObject(item) && EVENT_KEYS.some((key) => Object.hasOwn(item, key));
}
const EVENT_KEYS = [
  'detail-type',
  'Records',
  'Sns',
  'body',
  'Body',
  'TopicArn',
  'alarmData',
  'NewStateValue',
  'ProductArn',
  'SchemaVersion',
  'schemaVersion',
  'class_uid',
  'eventTypeCode',
  'findingArn',
];

function deeper(place: Place, where: string): Place {
  return { ...place, depth: place.depth + 1, where };
}

function one(event: Envelope): Unwrapped {
  return { events: [event], faults: [] };
}

function fault(where: string, because: string, raw: Json): Unwrapped {
  const text = typeof raw === 'string' ? raw : (JSON.stringify(raw) ?? '');
  return { events: [], faults: [{ where: where || '.', because, raw: clip(text, RAW_LENGTH) }] };
}
