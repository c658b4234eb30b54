import { at, isObject, type Json, list, text } from '../model/json.ts';
import { readArn } from './arns.ts';
import type { Envelope } from './source.ts';
import { firstText, oneLine } from './words.ts';

/** Keys that name what an event is about, the lasting thing (a state machine) before its passing one (an execution). */
const RESOURCE_KEYS = [
  'stateMachineArn',
  'pipeline',
  'project-name',
  'jobDefinition',
  'SourceArn',
  'jobName',
  'crawlerName',
  'AutoScalingGroupName',
  'AutoScalingGroupARN',
  'repository-name',
  'repositoryName',
  'application',
  'applicationName',
  'canary-name',
  'check-name',
  'configRuleName',
  'group',
  'clusterArn',
  'clusterId',
  'stack-id',
  'window-id',
  'resourceArn',
  'resource-id',
  'resourceId',
  'resource_id',
  'resource',
  'SourceIdentifier',
  'SourceId',
  'Source ID',
  'document-name',
  'Definition',
  'instance-id',
  'instanceId',
  'EC2InstanceId',
  'key-id',
  'functionName',
  'functionArn',
  'executionArn',
  'findingArn',
  'alert-arn',
  'name',
] as const;

/** Keys under which events state in words what happened, the shortest first. */
const WORD_KEYS = [
  'title',
  'Title',
  'summary',
  'insightName',
  'errorMessage',
  'error',
  'reason',
  'statusReason',
  'StatusMessage',
  'stoppedReason',
  'Event Message',
  'message',
  'Message',
  'msg',
  'description',
  'Description',
  'cause',
] as const;

/** Keys that name the kind of an event that has no detail-type. */
const KIND_KEYS = [
  'detail-type',
  'messageType',
  'eventName',
  'eventType',
  'Event',
  'event',
  'Event ID',
  'AnnouncementType',
  'type',
] as const;

/** Keys (lower case, letters only) that end like this state how something went. */
const STATE_KEY = /(?:status|state|statuscode|result|outcome|conclusion|lifecyclestate)$/;
const NOT_NOW = /^(?:previous|prior|old|desired|last(?!status$)|latest)/;

/** What an event is called: its detail-type, what its body says it is, or the form it came in. */
export function kindOf({ kind, detail, attributes }: Envelope): string {
  if (kind !== '') return kind;
  if (typeof detail === 'string') return 'text message';
  return firstText(detail, KIND_KEYS) ?? attributes.EventType ?? 'JSON message';
}

/**
 * The thing an event is about, or null: a key that usually names it, then the first of `resources`, then, for
 * AWS's own events, whatever key ends in "name".
 */
export function resourceOf({ detail, resources, source }: Envelope): string | null {
  const bucket = text(detail, 'bucket', 'name') ?? text(detail, 's3', 'bucket', 'name');
  const usual =
    firstText(detail, RESOURCE_KEYS) ?? bucket ?? resources[0] ?? text(detail, 'resources', 0, 'id');
  if (usual !== null || !source.startsWith('aws.') || !isObject(detail)) return usual;
  const names = Object.keys(detail).slice(0, 200);
  return firstText(
    detail,
    names.filter((key) => /(?:Name|-name)$/.test(key.slice(-60)) && key !== 'eventName'),
  );
}

/** What an event says in words, or null; for CloudTrail, the call, who made it, and its error. */
export function wordsOf(detail: Json): string | null {
  const call = text(detail, 'eventName');
  if (call === null || !isObject(at(detail, 'userIdentity'))) return firstText(detail, WORD_KEYS) ?? call;
  const arn = text(detail, 'userIdentity', 'arn');
  const who = arn === null ? text(detail, 'userIdentity', 'type') : shortName(arn);
  const error = text(detail, 'errorMessage') ?? text(detail, 'errorCode');
  return `${oneLine(call, 60)} by ${who ?? 'somebody'}${error === null ? '' : `: ${error}`}`;
}

/**
 * The states that an event is in, in upper case with underscores: the values of its keys whose names end in
 * status, state, result and the like, without those of former or wanted states.
 */
export function statesOf({ detail, attributes }: Envelope): readonly string[] {
  const found: string[] = attributes.State === undefined ? [] : [attributes.State];
  if (!isObject(detail)) return found.map(stateWord);
  for (const key of Object.keys(detail).slice(0, 200)) {
    const name = key.toLowerCase().replace(/[^a-z]/g, '');
    if (!STATE_KEY.test(name.slice(-60)) || NOT_NOW.test(name)) continue;
    const value = text(detail, key) ?? text(detail, key, 'value') ?? text(detail, key, 'status');
    if (value !== null && value !== '') found.push(value);
  }
  for (const path of NESTED) {
    const value = text(detail, ...path);
    if (value !== null) found.push(value);
  }
  return found.map(stateWord);
}
const NESTED = [
  ['status-details', 'status'],
  ['newEvaluationResult', 'complianceType'],
  ['scanResultDetails', 'scanResultStatus'],
  ['data', 'status'],
] as const;

/** `TimedOut`, `Timed Out` and `timed-out` are all TIMED_OUT. */
function stateWord(value: string): string {
  const spaced = value.slice(0, 80).replace(/([a-z])([A-Z])/g, '$1_$2');
  return spaced.replace(/[^A-Za-z0-9]+/g, '_').toUpperCase();
}

/** One line for a person: what kind of event, about what, how it went and what it says. */
export function titleOf(event: Envelope): string {
  const { detail, subject } = event;
  if (typeof detail === 'string') return subject === '' ? detail : `${subject}: ${detail}`;
  const words = oneLine(wordsOf(detail) ?? '', 120);
  if (subject !== '' && event.kind === '') return words === '' ? subject : `${subject}: ${words}`;
  const kind = oneLine(kindOf(event), 80);
  const states = [...new Set(statesOf(event))].slice(0, 2).join(', ');
  const about = `${shortName(resourceOf(event) ?? '')} ${states}`.trim();
  const said = [kind, about, words === kind ? '' : words].filter((part) => part !== '');
  return said.length > 1 || event.kind !== '' ? said.join(': ') : `${kind}${keysOf(detail)}`;
}

/** The last part of an ARN says enough in a title. */
function shortName(resource: string): string {
  const arn = readArn(resource);
  return oneLine(arn === null ? resource : arn.resource.replace(/^[a-zA-Z-]{1,40}[:/]/, ''), 80);
}

function keysOf(detail: Json): string {
  if (Array.isArray(detail)) return ` with a list of ${detail.length}`;
  if (!isObject(detail)) return `: ${String(detail)}`;
  const keys = Object.keys(detail);
  return keys.length === 0 ? ' that is empty' : ` with ${oneLine(keys.slice(0, 5).join(', '), 80)}`;
}

/** Whom the event belongs to: its source without `aws.`, the topic that carried it; empty when nobody says. */
export function serviceOf({ source, topicArn, detail }: Envelope): string {
  if (source !== '') return source.replace(/^aws\./, '');
  const origin = text(detail, 'eventSource');
  if (origin !== null && origin !== '') return origin.replace(/^aws:/, '').replace(/\.amazonaws\.com$/, '');
  return readArn(topicArn)?.resource ?? '';
}

/** True when `detail` holds a list at `key` or a true-like flag. */
export function isSet(detail: Json, ...path: readonly string[]): boolean {
  const value = at(detail, ...path);
  return value === true || value === 'true' || list(detail, ...path).length > 0;
}
