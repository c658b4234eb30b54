import { at, isObject, type Json, text } from '../model/json.ts';
import type { Status } from '../model/signal.ts';
import { builtIn, type Why } from '../model/why.ts';
import { facts, say, signalId } from './say.ts';
import type { Envelope, Source } from './source.ts';
import { firstTime } from './times.ts';
import { labelled, lines } from './words.ts';

/**
 * Amazon Macie findings: what of a bucket is exposed (policy), or which sensitive data lies where (sensitive data).
 * Macie repeats policy findings while they last and never says that one is over: archiving and quiet end it.
 * https://docs.aws.amazon.com/macie/latest/user/findings-publish-event-schemas.html
 */
export const macie: Source = {
  name: 'macie',
  about: {
    title: 'Amazon Macie',
    reads: ['Macie Finding'],
    ends: 'a person archives the finding, or quiet (Macie repeats policy findings while they last)',
  },
  accepts: ({ kind, source, detail }) =>
    kind === 'Macie Finding'
      ? source === 'aws.macie' || source === ''
      : kind === '' && isObject(at(detail, 'resourcesAffected')) && text(detail, 'category') !== null,
  read: (event) => [toSignal(event)],
};

function toSignal(event: Envelope) {
  const { detail } = event;
  const id = text(detail, 'id') ?? '';
  const updated = firstTime(at(detail, 'updatedAt'), at(detail, 'createdAt'));
  const bucket = at(detail, 'resourcesAffected', 's3Bucket');
  const title = text(detail, 'title') || text(detail, 'type') || 'Macie finding';
  const name = text(bucket, 'name') ?? '';
  const { status, why } = judge(detail);
  return say(event, {
    source: 'macie',
    kind: 'Macie Finding',
    id: signalId('macie', id || event.id, String(updated ?? '')),
    status,
    lifecycle: 'updates',
    time: updated ?? event.time ?? event.receivedAt,
    account: text(detail, 'accountId') || event.account,
    region: text(detail, 'region') || event.region,
    service: 'macie',
    resource: text(bucket, 'arn') ?? (name || null),
    title: name === '' || title.includes(name) ? title : `${title}: ${name}`,
    message: messageOf(detail),
    identity: { by: 'source', key: id || `${text(detail, 'type') ?? title} ${name}` },
    places: id === '' ? [] : [{ is: 'console', page: 'macie-finding', names: [id.slice(0, 256)] }],
    tagged: [bucket, at(detail, 'resourcesAffected', 's3Object')],
    fields: facts({
      severity: text(detail, 'severity', 'description')?.toUpperCase(),
      type: text(detail, 'type'),
      category: text(detail, 'category'),
      sample: isTrue(at(detail, 'sample')) || null,
      archived: isTrue(at(detail, 'archived')) || null,
      count: at(detail, 'count'),
      access: text(bucket, 'publicAccess', 'effectivePermission'),
    }),
    why: why === null ? [] : [why],
  });
}

function judge(detail: Json): { readonly status: Status; readonly why: Why | null } {
  if (isTrue(at(detail, 'sample'))) {
    return { status: 'info', why: builtIn('read', 'macie-sample', 'Macie marked it as a sample finding') };
  }
  if (isTrue(at(detail, 'archived'))) {
    return { status: 'resolved', why: builtIn('read', 'macie-archived', 'the finding is archived') };
  }
  return { status: 'firing', why: null };
}

function messageOf(detail: Json): string {
  const affected = at(detail, 'resourcesAffected');
  return lines(
    text(detail, 'description'),
    labelled('Type', text(detail, 'type')),
    labelled('Severity', text(detail, 'severity', 'description')),
    labelled('Bucket', text(affected, 's3Bucket', 'arn') ?? text(affected, 's3Bucket', 'name')),
    labelled('Object', text(affected, 's3Object', 'path') ?? text(affected, 's3Object', 'key')),
    labelled('Public access', text(affected, 's3Bucket', 'publicAccess', 'effectivePermission')),
    labelled('Count', text(detail, 'count')),
  );
}

function isTrue(value: Json | undefined): boolean {
  return value === true || value === 'true';
}
