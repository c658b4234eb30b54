import { all, fires, type Outcome, resolves, routine } from '../watch.ts';
import { eventIds } from './event-ids.ts';

function ids(...numbers: readonly string[]): readonly string[] {
  return eventIds('RDS', ...numbers);
}

const STORAGE = { problem: 'storage', rule: 'rds-storage' } as const;
const REPLICATION = { problem: 'replication', rule: 'rds-replication' } as const;
const OTHER = { problem: 'other' } as const;

/**
 * What RDS and Aurora say, by event id where the category alone would misread it (a completed failover has the
 * category of one that starts), then by category. RDS may lose events and send them out of order.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.Messages.html
 */
export const RDS_STATES: { readonly [state: string]: Outcome } = {
  // The instance or cluster itself.
  ...all(ids('0031', '0035', '0036'), fires('service-down', 'is in a failed state', { rule: 'rds-down' })),
  ...all(ids('0069', '0187'), fires('service-down', 'could not fail over', { rule: 'rds-down' })),
  ...all(ids('0022'), fires('service-down', 'could not restart', { rule: 'rds-down' })),
  ...all(
    ids('0013', '0072', '0073', '0181'),
    fires('service-degraded', 'fails over', { rule: 'rds-failover' }),
  ),
  ...all(ids('0070'), fires('service-degraded', 'goes back to its former primary', { rule: 'rds-failover' })),
  ...all(ids('0050', '0052', '0020'), fires('service-degraded', 'recovers', { rule: 'rds-failover' })),
  ...all(ids('0004'), fires('service-degraded', 'shut down', { rule: 'rds-restart' })),
  ...all(ids('0006', '0088', '0151'), resolves('runs again')),
  ...all(ids('0087', '0150'), resolves('was stopped by somebody')),
  ...all(ids('0015', '0049', '0051', '0065', '0071', '0185'), resolves('has failed over')),
  ...all(ids('0021', '0053'), resolves('has recovered')),
  ...all(ids('0003', '0171'), resolves('was deleted', '', 'storage', 'replication')),
  ...all(ids('0034', '0182', '0183', '0184', '0186'), routine('has news of a failover')),

  // Its storage.
  ...all(ids('0221'), fires('service-down', 'was shut down because its storage is full', STORAGE)),
  ...all(ids('0007'), fires('service-down', 'has no storage left', STORAGE)),
  ...all(
    ids('0089', '0222', '0223', '0224', '0227', '0254'),
    fires('service-degraded', 'runs out of storage', STORAGE),
  ),
  ...all(ids('0225'), fires('early-warning', 'comes near its storage limit', STORAGE)),
  ...all(ids('0017', '0218'), resolves('has more storage', 'storage')),

  // Its replication.
  ...all(ids('0045', '0057'), fires('service-degraded', 'replication has stopped', REPLICATION)),
  ...all(ids('0046', '0063'), resolves('replication runs again', 'replication')),
  ...all(ids('0062'), routine('replication was stopped by somebody')),

  // What fails without its category saying so.
  ...all(
    ids(
      '0076',
      '0077',
      '0084',
      '0085',
      '0152',
      '0157',
      '0158',
      '0159',
      '0162',
      '0202',
      '0231',
      '0234',
      '0270',
    ),
    fires('change-failed', 'could not be changed', OTHER),
  ),
  ...all(ids('0189', '0275'), fires('early-warning', 'runs short of its limits', OTHER)),
  ...all(ids('0219', '0220', '0237'), routine('will try again by itself')),

  // Everything else by its category.
  failover: fires('service-degraded', 'fails over', { rule: 'rds-failover' }),
  'global failover': fires('service-degraded', 'fails over', { rule: 'rds-failover' }),
  failure: fires('service-degraded', 'reports a failure', OTHER),
  'low storage': fires('service-degraded', 'runs out of storage', STORAGE),
  availability: fires('service-degraded', 'reports on its availability', OTHER),
  ...all(['security', 'security patching'], fires('worth-a-review', 'has news of its security', OTHER)),
  ...all(
    [
      'backup',
      'backtrack',
      'configuration change',
      'creation',
      'deletion',
      'maintenance',
      'notification',
      'read replica',
      'recovery',
      'restoration',
    ],
    routine('has routine news'),
  ),
};
