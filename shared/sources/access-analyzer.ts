import { at, isObject, type Json, list, text } from '../model/json.ts';
import type { Status } from '../model/signal.ts';
import { builtIn, type Why } from '../model/why.ts';
import { readArn } from './arns.ts';
import { facts, say, signalId } from './say.ts';
import type { Envelope, Source } from './source.ts';
import { firstTime } from './times.ts';
import { labelled, lines, oneLine } from './words.ts';

/** What each kind of finding is about; the rules weigh them by `fields.access`. */
const KINDS: ReadonlyMap<string, 'external' | 'internal' | 'unused'> = new Map([
  ['Access Analyzer Finding', 'external'],
  ['Internal Access Finding', 'internal'],
  ['Unused Access Finding for IAM entities', 'unused'],
]);

/**
 * IAM Access Analyzer findings: who outside, who inside, and what nobody uses.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-eventbridge.html
 */
export const accessAnalyzer: Source = {
  name: 'access-analyzer',
  about: {
    title: 'IAM Access Analyzer',
    reads: [...KINDS.keys()],
    ends: 'the finding is RESOLVED or ARCHIVED, or its resource is deleted',
  },
  accepts: ({ kind, source }) => KINDS.has(kind) && (source === 'aws.access-analyzer' || source === ''),
  read: (event) => [toSignal(event)],
};

function toSignal(event: Envelope) {
  const { detail } = event;
  const id = text(detail, 'id') ?? '';
  const resource = text(detail, 'resource') ?? '';
  const analyzer = event.resources.find((arn) => readArn(arn)?.service === 'access-analyzer') ?? '';
  const updated = firstTime(at(detail, 'updatedAt'), at(detail, 'analyzedAt'), at(detail, 'createdAt'));
  const access = accessOf(event);
  const { status, why } = judge(detail);
  return say(event, {
    source: 'access-analyzer',
    kind: event.kind,
    id: signalId('access-analyzer', id || event.id, text(detail, 'status') ?? '', String(updated ?? '')),
    status,
    lifecycle: 'states',
    time: updated ?? event.time ?? event.receivedAt,
    account: text(detail, 'resourceOwnerAccount') || text(detail, 'accountId') || event.account,
    region: text(detail, 'region') || event.region,
    service: 'access-analyzer',
    resource: resource || null,
    title: titleOf(resource, access, text(detail, 'error')),
    message: messageOf(detail),
    identity: { by: 'source', key: id || `${event.kind} ${resource}` },
    places:
      id === '' || analyzer === ''
        ? []
        : [
            {
              is: 'console',
              page: 'access-analyzer-finding',
              names: [analyzer.slice(0, 700), id.slice(0, 256)],
            },
          ],
    fields: facts({
      access,
      status: text(detail, 'status'),
      resourceType: text(detail, 'resourceType'),
      finding: text(detail, 'findingType'),
      error: text(detail, 'error'),
    }),
    why: why === null ? [] : [why],
  });
}

type Access = 'public' | 'external' | 'internal' | 'unused' | 'unknown';

/** A finding with an error says only that the resource could not be analysed. */
function accessOf({ kind, detail }: Envelope): Access {
  if ((text(detail, 'error') ?? '') !== '') return 'unknown';
  const access = KINDS.get(kind) ?? 'external';
  return access === 'external' && text(detail, 'isPublic') === 'true' ? 'public' : access;
}

function judge(detail: Json): { readonly status: Status; readonly why: Why | null } {
  const state = text(detail, 'status')?.toUpperCase() ?? '';
  if (text(detail, 'isDeleted') === 'true') {
    return { status: 'resolved', why: builtIn('read', 'access-analyzer-deleted', 'the finding was deleted') };
  }
  if (state === 'RESOLVED' || state === 'ARCHIVED') {
    return {
      status: 'resolved',
      why: builtIn('read', 'access-analyzer-over', `the finding is ${state}`),
    };
  }
  return { status: 'firing', why: null };
}

function titleOf(resource: string, access: Access, error: string | null): string {
  const what = oneLine(readArn(resource)?.resource ?? resource, 100) || 'A resource';
  switch (access) {
    case 'public':
      return `${what} is open to the public`;
    case 'external':
      return `${what} can be reached from outside`;
    case 'internal':
      return `${what} can be reached inside the organization`;
    case 'unused':
      return `${what} has access that nobody uses`;
    case 'unknown':
      return `Who can reach ${what} could not be analysed: ${oneLine(error ?? '', 60)}`;
  }
}

function messageOf(detail: Json): string {
  const principal = at(detail, 'principal');
  const who = isObject(principal)
    ? Object.keys(principal)
        .slice(0, 5)
        .map((key) => `${oneLine(key, 40)} ${text(principal, key) ?? ''}`)
    : [];
  const actions = list(detail, 'action').filter((action) => typeof action === 'string');
  return lines(
    labelled('Resource', text(detail, 'resource')),
    labelled('Type', text(detail, 'resourceType')),
    labelled('Who', who.join(', ')),
    labelled('May', actions.slice(0, 20).join(', ')),
    labelled('Status', text(detail, 'status')),
    labelled('Error', text(detail, 'error')),
  );
}
