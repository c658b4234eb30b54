import { text } from '../../model/json.ts';
import type { Envelope } from '../source.ts';
import { all, fires, resolves, routine, type Service } from '../watch.ts';
import { eventId, eventIds, isEventOf } from './event-ids.ts';
import { consolePage } from './places.ts';

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

/** What its owners call it stands in the address of its page alone. */
function linkedName({ detail }: Envelope): { readonly name: string; readonly isTask: boolean } | null {
  const link = text(detail, 'resourceLink') ?? '';
  const found = /#(\w{1,40})Details\/([^/?#]{1,300})$/.exec(link.slice(-400));
  const [, kind, name] = found ?? [];
  return name === undefined ? null : { name, isTask: kind === 'task' };
}

export const DMS: Service = {
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
      name: (event) => linkedName(event)?.name ?? text(event.detail, 'SourceId'),
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
        ...all(eventIds('DMS', '0017', '0018'), resolves('has more storage', 'storage')),
        ...all(
          eventIds('DMS', '0091', '0092'),
          fires('early-warning', 'paused reading', { problem: 'reading' }),
        ),
        ...all(eventIds('DMS', '0093'), resolves('reads again', 'reading')),
        ...all(
          eventIds('DMS', '0026'),
          fires('early-warning', 'is unavailable for maintenance', { problem: 'maintenance' }),
        ),
        ...all(eventIds('DMS', '0027'), resolves('is available after maintenance', 'maintenance')),
        ...all(eventIds('DMS', '0034'), routine('does not fail over: it was asked to too often')),
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
        const page = linkedName(event)?.isTask === false ? 'replication-instance' : 'migration-task';
        return [consolePage(page, linkedName(event)?.name ?? text(event.detail, 'SourceId'))];
      },
    },
  ],
};
