import { at, isObject, type Json, list, text } from '../model/json.ts';
import { partitionOf, readArn, regionNamed } from './arns.ts';
import type { Envelope } from './source.ts';

/** What one alarm said, whichever of its three ways it came: EventBridge, SNS, or invoking us itself. */
export interface AlarmNews {
  readonly what: 'state' | 'contributor' | 'configuration';
  readonly name: string;
  readonly arn: string;
  readonly state: string;
  readonly previous: string;
  readonly reason: string;
  readonly previousReason: string;
  readonly children: readonly string[];
  readonly stated: string;
  readonly description: string;
  readonly metric: AlarmMetric | null;
  /** What is compared with the threshold: the label of the formula, else the metric's name. */
  readonly measure: string;
  readonly rule: string;
  readonly suppressedBy: string;
  readonly mute: Json | undefined;
  readonly contributor: { readonly id: string; readonly attributes: string } | null;
  readonly operation: string;
}

export interface AlarmMetric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: readonly (readonly [string, string])[];
}

const KINDS: ReadonlyMap<string, AlarmNews['what']> = new Map([
  ['CloudWatch Alarm State Change', 'state'],
  ['CloudWatch Alarm Contributor State Change', 'contributor'],
  ['CloudWatch Alarm Configuration Change', 'configuration'],
]);

/**
 * What an alarm event says, in whichever of its three shapes it came, or null when it is none. Total: what is
 * missing or of a wrong type is an empty text.
 */
export function readAlarm(event: Envelope): AlarmNews | null {
  if (event.kind !== '') return isAws(event) && KINDS.has(event.kind) ? fromEvent(event) : null;
  if (isSnsAlarm(event.detail)) return fromSns(event);
  return isBareAlarm(event.detail) ? fromEvent(event) : null;
}

function isAws(event: Envelope): boolean {
  return event.source === 'aws.cloudwatch' || event.source === '';
}

function isSnsAlarm(detail: Json): boolean {
  return text(detail, 'AlarmName') !== null && text(detail, 'NewStateValue') !== null;
}

/** The data of a direct action, or a detail that lost its envelope to an input transformer. */
function isBareAlarm(detail: Json): boolean {
  return text(detail, 'alarmName') !== null && isObject(at(detail, 'state'));
}

function fromEvent(event: Envelope): AlarmNews {
  const { detail } = event;
  const configuration = at(detail, 'configuration');
  const name = text(detail, 'alarmName') ?? text(configuration, 'alarmName') ?? '';
  const reasonData = at(detail, 'state', 'reasonData');
  const metrics = list(configuration, 'metrics');
  const metric = metricOf(metrics.map(fromMetricStat));
  const what = KINDS.get(event.kind) ?? 'state';
  return {
    what,
    name,
    arn: arnOf(event.resources[0] ?? '', name, event.region, event.account),
    state: text(detail, 'state', 'value') ?? '',
    previous: text(detail, 'previousState', 'value') ?? '',
    reason: text(detail, 'state', 'reason') ?? '',
    previousReason: text(detail, 'previousState', 'reason') ?? '',
    children: triggering(reasonData).map((child) => text(child, 'arn') ?? ''),
    stated: text(what === 'configuration' ? configuration : at(detail, 'state'), 'timestamp') ?? '',
    description: text(configuration, 'description') ?? '',
    metric,
    measure: measureOf(metrics, metric),
    rule: text(configuration, 'alarmRule') ?? '',
    suppressedBy: text(detail, 'state', 'actionsSuppressedBy') ?? '',
    mute: at(detail, 'muteDetail'),
    contributor: contributorOf(at(detail, 'alarmContributor')),
    operation: text(detail, 'operation') ?? '',
  };
}

function triggering(reasonData: unknown): readonly Json[] {
  if (typeof reasonData !== 'string') return list(reasonData, 'triggeringAlarms');
  try {
    return list(JSON.parse(reasonData), 'triggeringAlarms');
  } catch {
    return [];
  }
}

function contributorOf(contributor: unknown): AlarmNews['contributor'] {
  if (!isObject(contributor)) return null;
  const attributes = pairs(at(contributor, 'attributes')).map(([name, value]) => `${name}=${value}`);
  return { id: text(contributor, 'id') ?? attributes.join(','), attributes: attributes.join(', ') };
}

function fromSns({ detail, topicArn, region, account }: Envelope): AlarmNews {
  const name = text(detail, 'AlarmName') ?? '';
  const trigger = at(detail, 'Trigger');
  const metrics = list(trigger, 'Metrics');
  const many = metrics.map((one) => fromTrigger(at(one, 'MetricStat', 'Metric')));
  const metric = metricOf(many.length > 0 ? many : [fromTrigger(trigger)]);
  // The topic of an alarm action lies in the alarm's own region; the Region key is a display name.
  const home = readArn(topicArn)?.region || regionNamed(text(detail, 'Region') ?? '') || region;
  return {
    what: 'state',
    name,
    arn: arnOf(text(detail, 'AlarmArn') ?? '', name, home, text(detail, 'AWSAccountId') || account),
    state: text(detail, 'NewStateValue') ?? '',
    previous: text(detail, 'OldStateValue') ?? '',
    reason: text(detail, 'NewStateReason') ?? '',
    previousReason: '',
    children: list(detail, 'TriggeringChildren').map((child) => text(child, 'Arn') ?? ''),
    stated: text(detail, 'StateChangeTime') ?? '',
    description: text(detail, 'AlarmDescription') ?? '',
    metric,
    measure: measureOf(metrics, metric),
    rule: text(detail, 'AlarmRule') ?? '',
    suppressedBy: text(detail, 'ActionsSuppressedBy') ?? '',
    mute: at(detail, 'MuteDetail') ?? at(detail, 'muteDetail'),
    contributor: contributorOf(at(detail, 'AlarmContributor')),
    operation: '',
  };
}

function arnOf(stated: string, name: string, region: string, account: string): string {
  if (readArn(stated) !== null) return stated.trim();
  return `arn:${partitionOf(region)}:cloudwatch:${region}:${account}:alarm:${name}`;
}

function fromMetricStat(one: Json): AlarmMetric | null {
  const metric = at(one, 'metricStat', 'metric');
  const name = text(metric, 'name');
  if (name === null) return null;
  return {
    namespace: text(metric, 'namespace') ?? '',
    name,
    dimensions: pairs(at(metric, 'dimensions')),
  };
}

function fromTrigger(metric: unknown): AlarmMetric | null {
  const name = text(metric, 'MetricName');
  if (name === null) return null;
  const dimensions = list(metric, 'Dimensions').map(
    (d) => [text(d, 'name') ?? '', text(d, 'value') ?? ''] as const,
  );
  return { namespace: text(metric, 'Namespace') ?? '', name, dimensions: byName(dimensions.slice(0, MOST)) };
}

/** CloudWatch allows 30 dimensions; each way lists them in an order of its own. */
const MOST = 30;

function byName(dimensions: AlarmMetric['dimensions']): AlarmMetric['dimensions'] {
  return [...dimensions].sort(([a], [b]) => (a < b ? -1 : 1));
}

function pairs(value: unknown): readonly (readonly [string, string])[] {
  if (!isObject(value)) return [];
  const all = Object.keys(value).slice(0, MOST);
  return byName(all.map((key) => [key, text(value, key) ?? ''] as const));
}

/** An alarm on a formula lists its metrics in no fixed order: the first by name stands for all. */
function metricOf(metrics: readonly (AlarmMetric | null)[]): AlarmMetric | null {
  const sorted = metrics
    .filter((m) => m !== null)
    .sort((a, b) => (`${a.namespace}/${a.name}` < `${b.namespace}/${b.name}` ? -1 : 1));
  return sorted[0] ?? null;
}

/** The band of an anomaly alarm is returned too, but it is the threshold and not what is measured. */
function measureOf(metrics: readonly Json[], metric: AlarmMetric | null): string {
  const formula = metrics.find((one) => {
    const expression = text(one, 'expression') ?? text(one, 'Expression') ?? '';
    const returned = text(one, 'returnData') ?? text(one, 'ReturnData');
    return expression !== '' && returned === 'true' && !expression.startsWith('ANOMALY_DETECTION_BAND');
  });
  const label = text(formula, 'label') ?? text(formula, 'Label');
  return label || (formula === undefined ? (metric?.name ?? '') : '');
}
