import { text } from '../../model/json.ts';
import type { Envelope } from '../source.ts';
import { fires, resolves, type Service } from '../watch.ts';
import { consolePage } from './places.ts';

/** What others rest on without a job of its own that could fail: keys, and leave to send mail. */

function ofKind({ kind }: Envelope): readonly string[] {
  return [kind];
}

/** The cause, where SES states one; else whatever it says, an object or a text. */
function sesWords({ detail }: Envelope): string | null {
  return (
    text(detail, 'data', 'record', 'cause') ?? text(detail, 'data', 'impact') ?? text(detail, 'data') ?? null
  );
}

const SES = {
  from: ['aws.ses'],
  noun: 'SES',
  thing: ({ resources }: Envelope) => resources[0] ?? null,
  state: ofKind,
  says: sesWords,
  places: () => [consolePage('ses')],
} as const;

export const FOUNDATIONS: readonly Service[] = [
  {
    name: 'kms',
    title: 'AWS KMS keys',
    ends: 'silence: a deleted key does not come back (CloudTrail tells of its scheduling, while it can be stopped)',
    watches: [
      {
        // https://docs.aws.amazon.com/kms/latest/developerguide/kms-events.html
        from: ['aws.kms'],
        kinds: ['KMS Imported Key Material Expiration', 'KMS CMK Deletion'],
        noun: 'KMS key',
        thing: ({ detail, resources }) => resources[0] ?? text(detail, 'key-id'),
        state: ofKind,
        states: {
          'KMS Imported Key Material Expiration': fires(
            'service-degraded',
            'has lost its imported key material: what it encrypts cannot be read',
            { rule: 'kms-material' },
          ),
          'KMS CMK Deletion': fires('early-warning', 'was deleted: what it encrypts is lost', {
            problem: 'deleted',
          }),
        },
        says: () => null,
        facts: { key: ['key-id'] },
        places: ({ detail }) => [consolePage('key', text(detail, 'key-id'))],
      },
    ],
  },
  {
    name: 'ses-sending',
    title: 'Amazon SES (leave to send, recommendations)',
    ends: 'SES lets it send again; the recommendation is resolved',
    watches: [
      {
        // https://docs.aws.amazon.com/ses/latest/dg/monitoring-eventbridge.html
        ...SES,
        kinds: ['Sending Status Disabled', 'Sending Status Enabled'],
        states: {
          'Sending Status Disabled': fires('service-down', 'may not send mail any more'),
          'Sending Status Enabled': resolves('may send mail again'),
        },
      },
      {
        ...SES,
        kinds: ['Advisor Recommendation Status Open', 'Advisor Recommendation Status Resolved'],
        noun: 'SES advisor',
        states: {
          'Advisor Recommendation Status Open': fires('worth-a-review', 'has a recommendation', {
            problem: 'advisor',
            rule: 'ses-sending-advisor',
          }),
          'Advisor Recommendation Status Resolved': resolves('recommendation is followed', 'advisor'),
        },
      },
    ],
  },
];
