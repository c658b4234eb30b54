import { type Json, number, text } from '../model/json.ts';
import type { Status } from '../model/signal.ts';
import { builtIn, type Why } from '../model/why.ts';
import { readArn } from './arns.ts';
import { facts, say, signalId } from './say.ts';
import type { Envelope, Source } from './source.ts';
import { labelled, lines, oneLine } from './words.ts';

/** What each event says of the certificate; `good` ends what the others began. */
const KINDS: ReadonlyMap<string, 'expiring' | 'expired' | 'action' | 'revoked' | 'good'> = new Map([
  ['ACM Certificate Approaching Expiration', 'expiring'],
  ['ACM Certificate Expired', 'expired'],
  ['ACM Certificate Renewal Action Required', 'action'],
  ['ACM Certificate Revoked', 'revoked'],
  ['ACM Certificate Revoked by Certificate Authority (CA)', 'revoked'],
  ['ACM Certificate Available', 'good'],
  ['ACM Certificate Rotated', 'good'],
]);

/**
 * Certificates of ACM: told every day from 45 days before the end (public ones: 30), again when a person must act, and when it is too
 * late. A renewed or imported certificate is "available", which ends it.
 * https://docs.aws.amazon.com/acm/latest/userguide/supported-events.html
 */
export const acm: Source = {
  name: 'acm',
  about: {
    title: 'AWS Certificate Manager',
    reads: [...KINDS.keys()],
    ends: 'the certificate is renewed or imported again',
  },
  accepts: ({ kind, source }) => KINDS.has(kind) && (source === 'aws.acm' || source === ''),
  read: (event) => [toSignal(event)],
};

function toSignal(event: Envelope) {
  const { detail } = event;
  const state = KINDS.get(event.kind) ?? 'expiring';
  const arn = event.resources.find((one) => readArn(one)?.service === 'acm') ?? event.resources[0] ?? '';
  const name = text(detail, 'CommonName') || readArn(arn)?.resource || 'A certificate';
  const days = number(detail, 'DaysToExpiry');
  const { status, why } = judge(state);
  return say(event, {
    source: 'acm',
    kind: event.kind,
    id: signalId('acm', arn || event.id, state, String(event.time ?? event.id)),
    status,
    lifecycle: 'states',
    time: event.time ?? event.receivedAt,
    account: readArn(arn)?.account || event.account,
    region: readArn(arn)?.region || event.region,
    service: 'acm',
    resource: arn || null,
    title: titleOf(oneLine(name, 90), state, days),
    message: messageOf(detail, arn),
    identity: { by: 'source', key: arn || `certificate ${name}` },
    places:
      arn === ''
        ? []
        : [{ is: 'console', page: 'acm-certificate', names: [arn.slice(arn.lastIndexOf('/') + 1, 1024)] }],
    fields: facts({
      state,
      days,
      domain: name,
      type: text(detail, 'CertificateType'),
      inUse: inUse(detail),
    }),
    why: why === null ? [] : [why],
  });
}

/** An exported certificate serves where ACM cannot see it. Null: the event does not say. */
function inUse(detail: Json): string | null {
  return text(detail, 'Exported') === 'true' ? 'true' : text(detail, 'InUse');
}

type State = 'expiring' | 'expired' | 'action' | 'revoked' | 'good';

function judge(state: State): { readonly status: Status; readonly why: Why | null } {
  return state === 'good'
    ? { status: 'resolved', why: builtIn('read', 'acm-available', 'the certificate is valid') }
    : { status: 'firing', why: null };
}

function titleOf(name: string, state: State, days: number | null): string {
  switch (state) {
    case 'expiring':
      return `The certificate of ${name} expires${days === null ? ' soon' : ` in ${days} days`}`;
    case 'expired':
      return `The certificate of ${name} has expired`;
    case 'action':
      return `The certificate of ${name} cannot be renewed without you${days === null ? '' : `: ${days} days left`}`;
    case 'revoked':
      return `The certificate of ${name} was revoked`;
    case 'good':
      return `The certificate of ${name} is valid`;
  }
}

function messageOf(detail: Json, arn: string): string {
  return lines(
    text(detail, 'RenewalStatusReason'),
    labelled('Revoked because', text(detail, 'RevocationReason')),
    labelled('Certificate', arn),
    labelled('Domain', text(detail, 'CommonName')),
    labelled('Days left', text(detail, 'DaysToExpiry')),
    labelled('Expires', text(detail, 'CertificateExpirationDate')),
    labelled('Type', text(detail, 'CertificateType')),
    labelled('Validation', text(detail, 'DomainValidationMethod')),
    labelled('In use', text(detail, 'InUse')),
    text(detail, 'Exported') === 'true' ? 'It was exported: whoever has a copy needs the new one' : null,
  );
}
