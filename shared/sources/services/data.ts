import { isObject, list, text } from '../../model/json.ts';
import { readArn } from '../arns.ts';
import type { Envelope } from '../source.ts';
import { all, fires, resolves, routine, type Service, shortName } from '../watch.ts';
import { consolePage } from './places.ts';
import { RDS_STATES } from './rds-events.ts';

/** Databases, caches, search, backups and migrations. */

/** `RDS-EVENT-0013`, plain as EventBridge has it or at the end of the address that SNS has. */
function eventId({ detail }: Envelope): string | null {
  const id = text(detail, 'EventID') ?? text(detail, 'Event ID') ?? text(detail, 'eventId');
  return /[A-Z]{2,10}-EVENT-\d{1,6}/.exec((id ?? '').slice(-200))?.[0] ?? id;
}

/** Any event of the service that has such an id, a new detail-type too, and what it sends to SNS. */
function isEventOf(source: string, prefix: string): (event: Envelope) => boolean {
  return (event) => {
    const isTheirs = event.source === source || text(event.detail, 'Event Source') !== null;
    return isTheirs && (eventId(event)?.startsWith(prefix) ?? false);
  };
}

function isCluster({ kind, detail }: Envelope): boolean {
  const type = text(detail, 'SourceType') ?? text(detail, 'Event Source') ?? kind;
  return /cluster/i.test(type.slice(0, 100));
}

/** Where a job's state lies: restore jobs call it `status`. COMPLETED with a message is COMPLETED with issues. */
function backupState({ detail }: Envelope): readonly (string | null)[] {
  const state = text(detail, 'state') ?? text(detail, 'status');
  const message = text(detail, 'statusMessage') ?? '';
  return [state === 'COMPLETED' && message !== '' ? 'COMPLETED with issues' : state];
}

const BACKUP_MOVING = routine('is on its way');

const BACKUP = {
  from: ['aws.backup'],
  name: ({ detail }: Envelope) => shortName(text(detail, 'resourceArn') ?? text(detail, 'resourceId') ?? ''),
  state: backupState,
  says: ['statusMessage', 'messageCategory'],
} as const;

/** The resource under its plan: two plans that cover one resource fail and recover apart. */
function protectedThing({ detail }: Envelope): string | null {
  const resource = text(detail, 'resourceArn');
  const plan = text(detail, 'createdBy', 'backupPlanId');
  return resource === null || plan === null ? resource : `${resource}#${plan}`;
}

/** A task that stops because its full load is done has finished; one that was told to stop did as it should. */
function migrationState(event: Envelope): readonly (string | null)[] {
  const { detail } = event;
  const type = text(detail, 'eventType');
  const words = migrationWords(event) ?? '';
  const ended = /_STOPPED$/.test(type ?? '') || eventId(event) === 'DMS-EVENT-0079';
  if (
    ended &&
    /FULL_LOAD_ONLY_FINISHED|STOPPED_AFTER_FULL_LOAD|STOPPED_AFTER_CACHED|Stop Reason NORMAL/.test(words)
  )
    return ['finished'];
  return [type, eventId(event), text(detail, 'category')];
}

function migrationWords({ detail }: Envelope): string | null {
  return text(detail, 'detailMessage') ?? text(detail, 'Event Message');
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
    name: 'backup',
    title: 'AWS Backup',
    ends: 'a job of the same resource and plan (for copies and restores, of the same resource) that completes',
    watches: [
      {
        ...BACKUP,
        kinds: ['Backup Job State Change'],
        noun: 'Backup of',
        thing: protectedThing,
        run: ['backupJobId'],
        states: {
          FAILED: fires('data-unprotected', 'failed'),
          EXPIRED: fires('data-unprotected', 'did not start in its window'),
          ABORTED: fires('data-unprotected', 'was stopped'),
          PARTIAL: fires('data-unprotected', 'is incomplete'),
          'COMPLETED with issues': fires('early-warning', 'completed with issues'),
          COMPLETED: resolves('completed'),
          ...all(['CREATED', 'PENDING', 'RUNNING', 'ABORTING'], BACKUP_MOVING),
        },
        facts: { job: ['backupJobId'], vault: ['backupVaultName'], resource: ['resourceArn'] },
        places: ({ detail }) => [consolePage('backup-job', text(detail, 'backupJobId'))],
      },
      {
        ...BACKUP,
        kinds: ['Copy Job State Change'],
        noun: 'Backup copy of',
        thing: ({ detail }) => {
          const resource = text(detail, 'resourceArn');
          return resource === null
            ? null
            : `${resource}#copy ${text(detail, 'destinationBackupVaultArn') ?? ''}`;
        },
        run: ['copyJobId'],
        states: {
          FAILED: fires('data-unprotected', 'failed'),
          PARTIAL: fires('data-unprotected', 'is incomplete'),
          'COMPLETED with issues': fires('early-warning', 'completed with issues'),
          COMPLETED: resolves('completed'),
          ...all(['CREATED', 'RUNNING'], BACKUP_MOVING),
        },
        facts: { job: ['copyJobId'], destination: ['destinationBackupVaultArn'], resource: ['resourceArn'] },
        places: ({ detail }) => [consolePage('copy-job', text(detail, 'copyJobId'))],
      },
      {
        ...BACKUP,
        kinds: ['Restore Job State Change'],
        noun: 'Restore of',
        thing: ['recoveryPointArn', 'resourceArn', 'restoreJobId'],
        name: ['resourceType', 'restoreJobId'],
        run: ['restoreJobId'],
        states: {
          FAILED: fires('work-failed', 'failed'),
          ABORTED: fires('work-stopped', 'was stopped'),
          'COMPLETED with issues': fires('early-warning', 'completed with issues'),
          COMPLETED: resolves('completed'),
          ...all(['PENDING', 'RUNNING'], BACKUP_MOVING),
        },
        facts: { job: ['restoreJobId'], recoveryPoint: ['recoveryPointArn'] },
        places: ({ detail }) => [consolePage('restore-job', text(detail, 'restoreJobId'))],
      },
      {
        ...BACKUP,
        kinds: ['Recovery Point State Change'],
        noun: 'Recovery point of',
        thing: ['recoveryPointArn', 'resourceArn'],
        state: ({ detail }) => [text(detail, 'status') ?? text(detail, 'state')],
        states: {
          PARTIAL: fires('data-unprotected', 'is incomplete'),
          ...all(
            ['CREATING', 'AVAILABLE', 'COMPLETED', 'EXPIRED', 'DELETING', 'DELETED', 'STOPPED', 'MODIFIED'],
            routine('is at an expected step of its life'),
          ),
        },
      },
    ],
  },
  {
    name: 'dms',
    title: 'AWS DMS',
    ends: 'the task starts or resumes; the replication instance completes its failover or maintenance',
    watches: [
      {
        from: ['aws.dms'],
        kinds: [
          'DMS Replication Task State Change',
          'DMS Replication State Change',
          'DMS Data Migration State Change',
          'DMS Replication Instance State Change',
          'DMS Replication Instance Failover State',
          'DMS Replication Instance Storage State Change',
          'DMS Replication Instance Class State Change',
          'DMS Replication Instance Multi-AZ State Change',
          'DMS Replication Instance Patch State',
          'DMS Replication Endpoint State Change',
        ],
        form: isEventOf('aws.dms', 'DMS-EVENT-'),
        noun: 'DMS',
        thing: (event) => event.resources[0] ?? text(event.detail, 'SourceId'),
        name: (event) => {
          const link = text(event.detail, 'resourceLink') ?? '';
          const task = /#taskDetails\/([^/?#]{1,300})$/.exec(link)?.[1];
          return task ?? text(event.detail, 'SourceId');
        },
        run: eventId,
        time: ['Event Time'],
        state: migrationState,
        // Event ids and categories: https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Events.html
        states: {
          ...all(
            ['REPLICATION_TASK_FAILED', 'REPLICATION_FAILED', 'DMS-EVENT-0078', 'Failure', 'failure'],
            fires('service-degraded', 'failed', { rule: 'dms-task' }),
          ),
          ...all(
            ['REPLICATION_TASK_STOPPED', 'REPLICATION_STOPPED', 'DMS-EVENT-0079'],
            fires('work-stopped', 'stopped', { rule: 'dms-task' }),
          ),
          ...all(
            ['REPLICATION_TASK_STARTED', 'REPLICATION_STARTED', 'DMS-EVENT-0069', 'finished'],
            resolves('runs or has finished'),
          ),
          ...all(
            ['LowStorage', 'Low Storage', 'low storage'],
            fires('service-degraded', 'runs out of storage', { problem: 'storage' }),
          ),
          ...all(['Failover', 'failover'], fires('service-degraded', 'fails over', { problem: 'failover' })),
          ...all(
            [
              'REPLICATION_INSTANCE_FAILOVER_COMPLETE',
              'REPLICATION_INSTANCE_FAILOVER_COMPLETED',
              'DMS-EVENT-0015',
              'DMS-EVENT-0049',
              'DMS-EVENT-0051',
            ],
            resolves('has failed over', 'failover'),
          ),
          ...all(
            [
              'StateChange',
              'State Change',
              'Creation',
              'Deletion',
              'ConfigurationChange',
              'Configuration Change',
              'Maintenance',
            ],
            routine('was changed as asked'),
          ),
        },
        says: migrationWords,
        facts: { event: eventId, type: ['eventType'], category: ['category'] },
        places: (event) => {
          const link = text(event.detail, 'resourceLink') ?? '';
          const task = /#taskDetails\/([^/?#]{1,300})$/.exec(link)?.[1];
          return [consolePage('migration-task', task ?? text(event.detail, 'SourceId'))];
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
      },
    ],
  },
  {
    name: 'elasticache',
    title: 'Amazon ElastiCache',
    reads: ['SNS: ElastiCache notifications'],
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
