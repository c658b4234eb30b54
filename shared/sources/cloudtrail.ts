import { at, isObject, type Json, list, text } from '../model/json.ts';
import type { Status } from '../model/signal.ts';
import { builtIn, type Why } from '../model/why.ts';
import { facts, say, signalId } from './say.ts';
import { trailPlaces } from './signin.ts';
import type { Envelope, Source } from './source.ts';
import { firstTime } from './times.ts';
import { labelled, lines, oneLine } from './words.ts';

const KIND = 'AWS API Call via CloudTrail';

/** `watch-off`: what would tell of an attack is switched off. `key`: data that may be lost. `network`: open to all. */
type Risk = 'watch-off' | 'key' | 'network';

interface Call {
  readonly risk: Risk;
  /** It takes back what a call of the same risk did to the same thing. */
  readonly ends: boolean;
  /** Where the request names what it is about; empty: the account's own (one a Region). */
  readonly about: readonly string[];
}

function calls(risk: Risk, ends: boolean, about: readonly string[], ...names: readonly string[]) {
  return names.map((name): readonly [string, Call] => [name, { risk, ends, about }]);
}

/**
 * Few calls, each of which somebody should have meant. The undoing of one ends it.
 * The names are those of the services' API references, after `eventSource` without `.amazonaws.com`.
 */
const CALLS: ReadonlyMap<string, Call> = new Map([
  ...calls('watch-off', false, ['name'], 'cloudtrail StopLogging', 'cloudtrail DeleteTrail'),
  ...calls('watch-off', true, ['name'], 'cloudtrail StartLogging'),
  ...calls('watch-off', false, [], 'guardduty DeleteDetector', 'securityhub DisableSecurityHub'),
  ...calls('watch-off', true, [], 'guardduty CreateDetector', 'securityhub EnableSecurityHub'),
  ...calls(
    'watch-off',
    false,
    ['configurationRecorderName'],
    'config StopConfigurationRecorder',
    'config DeleteConfigurationRecorder',
  ),
  ...calls('watch-off', true, ['configurationRecorderName'], 'config StartConfigurationRecorder'),
  ...calls('key', false, ['keyId'], 'kms ScheduleKeyDeletion', 'kms DisableKey'),
  ...calls('key', true, ['keyId'], 'kms CancelKeyDeletion', 'kms EnableKey'),
  ...calls('network', false, ['groupId'], 'ec2 AuthorizeSecurityGroupIngress'),
  ...calls('network', true, ['groupId'], 'ec2 RevokeSecurityGroupIngress'),
]);

/** Web servers are meant to be reached by everybody. */
const PUBLIC_PORTS: readonly string[] = ['80', '443'];
const EVERYBODY: readonly string[] = ['0.0.0.0/0', '::/0'];

/**
 * Calls of the AWS API that somebody should have meant: those of the root user, and those that blind, delete or
 * expose. All others are the last source's.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
 */
export const cloudtrail: Source = {
  name: 'cloudtrail',
  about: {
    title: 'AWS API calls (CloudTrail)',
    reads: [
      `${KIND}: by the root user, and ${[...CALLS.keys()]
        .filter((name) => CALLS.get(name)?.ends === false)
        .map((name) => name.split(' ')[1])
        .join(', ')}`,
    ],
    ends: 'the call that takes it back (StartLogging, CancelKeyDeletion, …); else quiet',
  },
  accepts: (event) => event.kind === KIND && (callOf(event.detail) !== null || isRoot(event.detail)),
  read: (event) => [toSignal(event)],
};

function serviceOf(detail: Json): string {
  return (text(detail, 'eventSource') ?? '').slice(0, 100).replace(/\.amazonaws\.com(?:\.cn)?$/, '');
}

function callOf(detail: Json): Call | null {
  return CALLS.get(`${serviceOf(detail)} ${(text(detail, 'eventName') ?? '').slice(0, 100)}`) ?? null;
}

/** The root user in person; what a service does on its behalf is not. */
function isRoot(detail: Json): boolean {
  const who = at(detail, 'userIdentity');
  return (
    text(who, 'type') === 'Root' && !text(who, 'invokedBy') && text(detail, 'eventType') !== 'AwsServiceEvent'
  );
}

function toSignal(event: Envelope) {
  const { detail } = event;
  const call = callOf(detail);
  const service = serviceOf(detail);
  const name = text(detail, 'eventName') ?? '';
  const thing = thingOf(detail, call);
  const who = whoOf(detail);
  const { status, why } = judge(detail, call);
  const denied = text(detail, 'errorCode');
  const outcome = denied === null ? '' : ` (${oneLine(denied, 60)})`;
  return say(event, {
    source: 'cloudtrail',
    kind: KIND,
    id: signalId('cloudtrail', text(detail, 'eventID') || event.id),
    status,
    // Ordered by CloudTrail's own time, so that a call and the one that takes it back stay in order.
    lifecycle: 'updates',
    time: firstTime(at(detail, 'eventTime')) ?? event.time ?? event.receivedAt,
    account: text(detail, 'recipientAccountId') || text(detail, 'userIdentity', 'accountId') || event.account,
    region: text(detail, 'awsRegion') || event.region,
    service: service || 'cloudtrail',
    resource: thing || null,
    title: `${oneLine(name, 60) || 'An API call'}${thing === '' ? '' : ` ${oneLine(thing, 80)}`} by ${who}${outcome}`,
    message: lines(
      text(detail, 'errorMessage'),
      labelled('Call', `${service} ${name}`.trim()),
      labelled('About', thing),
      labelled('By', text(detail, 'userIdentity', 'arn') ?? who),
      labelled('From', text(detail, 'sourceIPAddress')),
      labelled('Client', text(detail, 'userAgent')),
      labelled('Deleted on', text(detail, 'responseElements', 'deletionDate')),
    ),
    identity: {
      by: 'source',
      key:
        call === null
          ? `root ${service} ${name}`
          : `${call.risk} ${service} ${thing}${denied === null ? '' : ' denied'}`,
    },
    places: trailPlaces(detail),
    fields: facts({
      risk: call?.risk ?? null,
      root: isRoot(detail) || null,
      denied: denied !== null || null,
      call: name,
      user: who,
      from: text(detail, 'sourceIPAddress'),
    }),
    why: why === null ? [] : [why],
  });
}

function judge(detail: Json, call: Call | null): { readonly status: Status; readonly why: Why | null } {
  const denied = text(detail, 'errorCode') !== null;
  if (call?.risk === 'network' && !concernsAll(detail)) {
    return decided(
      'info',
      'cloudtrail-network-narrow',
      'it is about nothing that everybody could reach, but for web ports',
    );
  }
  if (call?.ends === true) {
    return denied
      ? decided('info', 'cloudtrail-undo-failed', 'the call that would have taken it back failed')
      : decided('resolved', 'cloudtrail-undone', 'this call takes back what was done before');
  }
  return { status: 'firing', why: null };
}

function decided(status: Status, rule: string, because: string) {
  return { status, why: builtIn('read', rule, because) };
}

/**
 * Whether one of the rules that a call adds or removes lets everybody in, elsewhere than at a web server's ports.
 * Requests hold rules as lists or as one; removing by rule ids names the rules in the answer only.
 */
function concernsAll(detail: Json): boolean {
  const request = at(detail, 'requestParameters');
  const rules = [
    ...list(request, 'ipPermissions', 'items'),
    ...list(detail, 'responseElements', 'securityGroupRuleSet', 'items'),
    ...list(detail, 'responseElements', 'revokedSecurityGroupRuleSet', 'items'),
  ];
  return [...rules, ...(isObject(request) ? [request] : [])].some((rule) => isOpen(rule) && !isWebPort(rule));
}

function isOpen(rule: Json): boolean {
  const v4 = list(rule, 'ipRanges', 'items').map((range) => text(range, 'cidrIp') ?? '');
  const v6 = list(rule, 'ipv6Ranges', 'items').map((range) => text(range, 'cidrIpv6') ?? '');
  const one = ['cidrIp', 'cidrIpv4', 'cidrIpv6'].map((key) => text(rule, key) ?? '');
  return [...v4, ...v6, ...one].some((range) => EVERYBODY.includes(range));
}

function isWebPort(rule: Json): boolean {
  const port = text(rule, 'fromPort') ?? '';
  return port === text(rule, 'toPort') && PUBLIC_PORTS.includes(port);
}

/** A key's id also out of its ARN: one call names it one way, the next another. */
function thingOf(detail: Json, call: Call | null): string {
  if (call === null || call.about.length === 0) return '';
  const stated =
    text(detail, 'requestParameters', ...call.about) ?? text(detail, 'responseElements', ...call.about) ?? '';
  return stated.slice(0, 2048).split(/[:/]/).at(-1) ?? '';
}

function whoOf(detail: Json): string {
  const who = at(detail, 'userIdentity');
  if (text(who, 'type') === 'Root') return 'the root user';
  const arn = text(who, 'arn')
    ?.slice(0, 2048)
    .split(':')
    .at(-1)
    ?.replace(/^(?:assumed-role|user)\//, '');
  return oneLine(
    text(who, 'userName') || arn || text(who, 'invokedBy') || text(who, 'type') || 'somebody',
    100,
  );
}
