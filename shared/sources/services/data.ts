import { isObject, list, text } from '../../model/json.ts';
import { readArn } from '../arns.ts';
import type { Envelope } from '../source.ts';
import { all, fires, resolves, routine, type Service, shortName } from '../watch.ts';
import { eventId, isEventOf } from './event-ids.ts';
import { consolePage } from './places.ts';
import { RDS_STATES } from './rds-events.ts';

/** Databases, caches and search. */

function isCluster({ kind, detail }: Envelope): boolean {
  const type = text(detail, 'SourceType') ?? text(detail, 'Event Source') ?? kind;
  return /cluster/i.test(type.slice(0, 100));
}

/** `{"ElastiCache:FailoverComplete":"sessions"}`: the key is the event, the value its cluster. */
function cacheEvent({ detail }: Envelope): readonly [string, string] | null {
  if (!isObject(detail)) return null;
  const key = Object.keys(detail)
    .slice(0, 20)
    .find((one) => one.startsWith('ElastiCache:'));
  return key === undefined ? null : [key.slice('ElastiCache:'.length), text(detail, key) ?? ''];
}

/** The event with its status where that tells, else how grave the service says it is. */
function searchState({ detail }: Envelope): readonly (string | null)[] {
  const event = text(detail, 'event') ?? '';
  const status = text(detail, 'status') ?? '';
  return [`${event}: ${status}`, event, status, text(detail, 'severity')];
}

const CACHE_KINDS: readonly string[] = [
  'Cache Limit Approaching',
  'Cache Created',
  'Cache Creation Failed',
  'Cache Updated',
  'Cache Update Failed',
  'Cache Deleted',
  'Snapshot Created',
  'Snapshot Creation Failed',
  'Snapshot Copy Failed',
  'Snapshot Export Failed',
];

const WARNED = { problem: 'notice' } as const;

export const DATA: readonly Service[] = [
  {
    name: 'rds',
    title: 'Amazon RDS and Aurora',
    ends: 'the event that completes what began (failover, recovery, restart, more storage, replication resumed)',
    watches: [
      {
        from: ['aws.rds'],
        kinds: [
          'RDS DB Instance Event',
          'RDS DB Cluster Event',
          'RDS DB Proxy Event',
          'RDS DB Snapshot Event',
          'RDS DB Cluster Snapshot Event',
          'RDS DB Parameter Group Event',
          'RDS DB Security Group Event',
          'RDS Blue Green Deployment Event',
          'RDS Custom Engine Version Event',
          'RDS DB Shard Group Event',
          'RDS Zero ETL Event',
        ],
        form: isEventOf('aws.rds', 'RDS-EVENT-'),
        noun: 'Database',
        thing: ['SourceArn', 'Source ARN', 'SourceIdentifier', 'Source ID', 'SourceId'],
        name: ['SourceIdentifier', 'Source ID', 'SourceId'],
        run: eventId,
        time: ['Date', 'Event Time'],
        state: (event) => {
          const categories = list(event.detail, 'EventCategories').map((one) => text(one));
          return [eventId(event), ...categories];
        },
        states: RDS_STATES,
        says: ['Message', 'Event Message'],
        facts: { event: eventId, category: ['EventCategories.0'], type: ['SourceType', 'Event Source'] },
        places: (event) => {
          const name = text(event.detail, 'SourceIdentifier') ?? text(event.detail, 'Source ID');
          return [consolePage(isCluster(event) ? 'database-cluster' : 'database', name)];
        },
      },
    ],
  },
  {
    name: 'redshift',
    title: 'Amazon Redshift (Data API statements)',
    ends: 'a statement of the same name that finishes',
    watches: [
      {
        from: ['aws.redshift-data'],
        kinds: ['Redshift Data Statement Status Change'],
        noun: 'Redshift statement',
        thing: ['statementName', 'principal'],
        run: ['statementId'],
        state: ({ detail }) => [text(detail, 'state')],
        states: {
          FAILED: fires('work-failed', 'failed'),
          ABORTED: fires('work-stopped', 'was aborted'),
          FINISHED: resolves('finished'),
          ...all(['SUBMITTED', 'PICKED', 'STARTED'], routine('is on its way')),
        },
        says: ['error', 'errorMessage'],
        facts: { statement: ['statementId'], principal: ['principal'] },
        places: () => [consolePage('redshift-queries')],
      },
    ],
  },
  {
    name: 'elasticache',
    title: 'Amazon ElastiCache',
    reads: ['SNS: ElastiCache notifications', ...CACHE_KINDS],
    ends: 'the event that completes what began (failover, node replacement, scaling)',
    watches: [
      {
        from: ['aws.elasticache'],
        kinds: [],
        form: (event) => event.kind === '' && cacheEvent(event) !== null,
        noun: 'Cache',
        thing: (event) => cacheEvent(event)?.[1] ?? null,
        state: (event) => [cacheEvent(event)?.[0] ?? null],
        // https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ElastiCacheSNS.html
        states: {
          CacheNodeReplaceStarted: fires('service-degraded', 'replaces a node', { problem: 'node' }),
          ...all(
            ['CacheNodeReplaceComplete', 'CacheNodesRebooted', 'CacheNodesRecovered'],
            resolves('has its nodes again', 'node'),
          ),
          FailoverComplete: fires('early-warning', 'failed over to a replica', WARNED),
          ...all(
            [
              'AddCacheNodeFailed',
              'CacheClusterProvisioningFailed',
              'CacheClusterScalingFailed',
              'ReplicationGroupScalingFailed',
            ],
            fires('capacity-at-risk', 'could not grow', { problem: 'capacity' }),
          ),
          ...all(
            [
              'AddCacheNodeComplete',
              'CacheClusterProvisioningComplete',
              'CacheClusterScalingComplete',
              'ReplicationGroupScalingComplete',
            ],
            resolves('has grown', 'capacity'),
          ),
          SnapshotFailed: fires('data-unprotected', 'snapshot failed', { problem: 'snapshot' }),
          SnapshotComplete: resolves('snapshot is complete', 'snapshot'),
          ...all(
            ['NodeReplacementScheduled', 'NodeReplacementRescheduled', 'ServiceUpdateAvailableForNode'],
            fires('worth-a-review', 'has maintenance ahead', { problem: 'maintenance' }),
          ),
          NodeReplacementCanceled: resolves('has no maintenance ahead', 'maintenance'),
          DeleteCacheClusterComplete: resolves('was deleted', 'node', 'capacity', 'snapshot', 'maintenance'),
          ...all(
            [
              'CacheClusterParametersChanged',
              'CacheClusterSecurityGroupModified',
              'CertificateRenewalComplete',
              'CreateReplicationGroupComplete',
              'DeleteReplicationGroupComplete',
              'RemoveCacheNodeComplete',
              'ModifyCacheClusterComplete',
            ],
            routine('was changed as asked'),
          ),
        },
        says: () => null,
      },
      {
        // Serverless caches: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/serverless-events.html
        from: ['aws.elasticache'],
        kinds: CACHE_KINDS,
        noun: 'Cache',
        thing: ['SourceArn', 'SourceIdentifier'],
        name: ['SourceIdentifier'],
        run: ['EventID'],
        state: ({ kind }) => [kind],
        states: {
          'Cache Limit Approaching': fires('early-warning', 'comes near its limit', { problem: 'capacity' }),
          'Cache Creation Failed': fires('change-failed', 'could not be created', { problem: 'change' }),
          'Cache Update Failed': fires('change-failed', 'could not be changed', { problem: 'change' }),
          ...all(['Cache Created', 'Cache Updated'], resolves('was changed as asked', 'change', 'capacity')),
          ...all(
            ['Snapshot Creation Failed', 'Snapshot Copy Failed', 'Snapshot Export Failed'],
            fires('data-unprotected', 'snapshot failed', { problem: 'snapshot' }),
          ),
          'Snapshot Created': resolves('snapshot is complete', 'snapshot'),
          'Cache Deleted': resolves('was deleted', 'change', 'capacity', 'snapshot'),
        },
        says: ['Message'],
        facts: { event: ['EventID'], type: ['SourceType'] },
      },
    ],
  },
  {
    name: 'opensearch',
    title: 'Amazon OpenSearch Service',
    ends: 'the same event completes; else silence',
    watches: [
      {
        from: ['aws.es', 'aws.opensearch'],
        kinds: [
          'Amazon OpenSearch Service Cluster Status Notification',
          'Amazon OpenSearch Service Notification',
          'Amazon OpenSearch Service Software Update Notification',
          'Amazon OpenSearch Service Auto-Tune Notification',
          'Amazon OpenSearch Service Domain Update Notification',
          'Amazon OpenSearch Service VPC Endpoint Notification',
          'Amazon OpenSearch Service Maintenance Update',
          'Amazon ES Service Software Update Notification',
          'Amazon ES Auto-Tune Notification',
          'Domain Error Notification',
        ],
        noun: 'Search domain',
        thing: (event) => {
          const about = text(event.detail, 'event');
          const domain = event.resources[0];
          return domain === undefined ? null : about === null ? domain : `${domain}#${about}`;
        },
        name: ({ resources }) => shortName(resources[0] ?? ''),
        state: searchState,
        states: {
          // Red: some data cannot be read until its shards are back.
          'Automatic Snapshot Restore for Red Indices: Completed': resolves('is no longer red'),
          'Automatic Snapshot Restore for Red Indices': fires('service-down', 'is red', {
            rule: 'opensearch-red',
          }),
          Completed: resolves('has completed it'),
          ...all(['Started', 'Available', 'Pending', 'Cancelled'], routine('has planned news')),
          ...all(['Scheduled', 'Rescheduled', 'Required'], fires('worth-a-review', 'has maintenance ahead')),
          ...all(['Critical', 'High'], fires('service-degraded', 'warns gravely')),
          ...all(['Medium', 'Low'], fires('early-warning', 'warns')),
          Informational: routine('has news'),
        },
        says: ['description', 'event'],
        facts: { event: ['event'], status: ['status'], severity: ['severity'] },
        places: ({ resources }) => [
          consolePage('search-domain', readArn(resources[0] ?? null)?.resource.split('/')[1] ?? null),
        ],
      },
    ],
  },
];
