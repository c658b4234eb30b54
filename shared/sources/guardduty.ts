import { at, isObject, type Json, list, number, text } from '../model/json.ts';
import type { Status } from '../model/signal.ts';
import { builtIn, type Why } from '../model/why.ts';
import { readArn } from './arns.ts';
import { facts, say, signalId } from './say.ts';
import type { Envelope, Source } from './source.ts';
import { firstTime } from './times.ts';
import { labelled, lines, parseJson } from './words.ts';

/**
 * GuardDuty findings, from EventBridge (camelCase) and from the API (PascalCase). No event ever says that a
 * finding is over but a person archiving it, so quiet ends the rest. Other GuardDuty events (malware scans,
 * agent health) are no findings: the last source reads them.
 */
export const guardduty: Source = {
  name: 'guardduty',
  about: {
    title: 'Amazon GuardDuty',
    reads: ['GuardDuty Finding', 'findings as the API gives them'],
    ends: "a person archives the finding, Security Hub's copy ends, or quiet (GuardDuty repeats a finding while it lasts)",
  },
  accepts: ({ kind, source, detail }) =>
    kind === 'GuardDuty Finding'
      ? source === 'aws.guardduty' || source === ''
      : kind === '' && isFinding(detail),
  read: (event) => [toSignal(event)],
};

function isFinding(detail: Json): boolean {
  const arn = readArn(word(detail, 'arn'));
  if (arn !== null) return arn.service === 'guardduty' && arn.resource.includes('/finding/');
  return (
    word(detail, 'schemaVersion') === '2.0' &&
    word(detail, 'type') !== null &&
    isObject(dig(detail, 'service'))
  );
}

function toSignal(event: Envelope) {
  const { detail } = event;
  const arn = readArn(word(detail, 'arn'));
  const id = word(detail, 'id') || arn?.resource.split('/').at(-1) || '';
  const updated = firstTime(
    dig(detail, 'updatedAt'),
    dig(detail, 'service', 'eventLastSeen'),
    dig(detail, 'createdAt'),
  );
  const type = word(detail, 'type') ?? '';
  const { status, why } = judge(detail);
  return say(event, {
    source: 'guardduty',
    kind: 'GuardDuty Finding',
    id: signalId('guardduty', id || event.id, String(updated ?? '')),
    status,
    lifecycle: 'updates',
    time: updated ?? event.time ?? event.receivedAt,
    // The envelope names the account that received it, which may be the delegated administrator.
    account: word(detail, 'accountId') || arn?.account || event.account,
    region: word(detail, 'region') || arn?.region || event.region,
    service: 'guardduty',
    resource: resourceOf(detail),
    title: word(detail, 'title') || type || 'GuardDuty finding',
    message: messageOf(detail, type),
    identity: { by: 'source', key: id || `${type} ${word(detail, 'title') ?? ''}` },
    places: id === '' ? [] : [{ is: 'guardduty-finding', id: id.slice(0, 256) }],
    tagged: taggedIn(detail),
    fields: facts({
      severity: number(detail, 'severity') ?? number(detail, 'Severity'),
      type,
      sample: isSample(detail),
      archived: isTrue(dig(detail, 'service', 'archived')),
      count: countOf(detail),
    }),
    why: why === null ? [] : [why],
  });
}

function judge(detail: Json): { readonly status: Status; readonly why: Why | null } {
  if (isSample(detail)) {
    return {
      status: 'info',
      why: builtIn('read', 'guardduty-sample', 'GuardDuty marked it as a sample finding'),
    };
  }
  if (isTrue(dig(detail, 'service', 'archived'))) {
    return {
      status: 'resolved',
      why: builtIn('read', 'guardduty-archived', 'a person archived the finding'),
    };
  }
  return { status: 'firing', why: null };
}

function isSample(detail: Json): boolean {
  if (word(detail, 'title')?.startsWith('[SAMPLE]')) return true;
  const extra = dig(detail, 'service', 'additionalInfo');
  if (isTrue(dig(extra, 'sample'))) return true;
  const value = dig(extra, 'value');
  return isTrue(dig(typeof value === 'string' ? parseJson(value) : value, 'sample'));
}

function countOf(detail: Json): number | null {
  const service = dig(detail, 'service');
  return number(service, 'count') ?? number(service, 'Count');
}

function messageOf(detail: Json, type: string): string {
  const action = dig(detail, 'service', 'action');
  const seen = [word(detail, 'service', 'eventFirstSeen'), word(detail, 'service', 'eventLastSeen')];
  return lines(
    word(detail, 'description'),
    labelled('Type', type),
    labelled('Severity', word(detail, 'severity')),
    labelled('Resource', resourceOf(detail)),
    labelled('Action', word(action, 'actionType')),
    labelled('Remote address', remoteAddress(action)),
    labelled('Seen', seen.filter((time) => time !== null).join(' to ')),
    labelled('Count', countOf(detail)?.toString() ?? null),
  );
}

const ACTIONS = [
  'networkConnectionAction',
  'awsApiCallAction',
  'kubernetesApiCallAction',
  'rdsLoginAttemptAction',
];

function remoteAddress(action: unknown): string | null {
  for (const name of ACTIONS) {
    const found = word(action, name, 'remoteIpDetails', 'ipAddressV4');
    if (found !== null) return found;
  }
  return word(action, 'portProbeAction', 'portProbeDetails', 0, 'remoteIpDetails', 'ipAddressV4');
}

/** Where each resource type states its own name; the first that is there names the thing at fault. */
const RESOURCES: readonly (readonly (string | number)[])[] = [
  ['instanceDetails', 'instanceId'],
  ['s3BucketDetails', 0, 'arn'],
  ['s3BucketDetails', 0, 'name'],
  ['eksClusterDetails', 'arn'],
  ['ecsClusterDetails', 'arn'],
  ['lambdaDetails', 'functionArn'],
  ['rdsDbInstanceDetails', 'dbInstanceArn'],
  ['rdsDbInstanceDetails', 'dbInstanceIdentifier'],
  ['ebsVolumeDetails', 'scannedVolumeDetails', 0, 'volumeArn'],
  ['containerDetails', 'name'],
  ['accessKeyDetails', 'userName'],
  ['accessKeyDetails', 'principalId'],
];

function resourceOf(detail: Json): string | null {
  for (const path of RESOURCES) {
    const found = word(detail, 'resource', ...path);
    if (found) return found;
  }
  return null;
}

/** The resource's own parts (an instance, buckets, a cluster), and what an attack sequence goes through. */
function taggedIn(detail: Json): readonly Json[] {
  const parts = dig(detail, 'resource');
  const own = isObject(parts) ? Object.values(parts).flatMap((part = null) => part) : [];
  const task = dig(parts, 'ecsClusterDetails', 'taskDetails') ?? null;
  return [...own, task, ...list(dig(detail, 'service', 'detection', 'sequence', 'resources'))];
}

function isTrue(value: Json | undefined): boolean {
  return value === true || value === 'true' || value === 'True';
}

/** What lies at a camelCase path, also where the API spells it in PascalCase. */
function dig(value: unknown, ...path: readonly (string | number)[]): Json | undefined {
  let here = value as Json | undefined;
  for (const key of path) {
    here = typeof key === 'number' ? list(here)[key] : (at(here, key) ?? at(here, pascal(key)));
  }
  return here;
}

function pascal(key: string): string {
  return key.charAt(0).toUpperCase() + key.slice(1);
}

/** The text at a path in either spelling, or null. */
function word(value: unknown, ...path: readonly (string | number)[]): string | null {
  return text(dig(value, ...path));
}
