import { text } from '../../model/json.ts';
import type { Envelope } from '../source.ts';
import { all, fires, resolves, routine, type Service, shortName } from '../watch.ts';
import { consolePage } from './places.ts';

/** Where a job's state lies: restore jobs call it `status`. COMPLETED with a message is COMPLETED with issues. */
function backupState({ detail }: Envelope): readonly (string | null)[] {
  const state = text(detail, 'state') ?? text(detail, 'status');
  const message = text(detail, 'statusMessage') ?? '';
  return [state === 'COMPLETED' && message !== '' ? 'COMPLETED with issues' : state];
}

const MOVING = routine('is on its way');

const JOB = {
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

export const BACKUP: Service = {
  name: 'backup',
  title: 'AWS Backup',
  ends: 'a job of the same resource and plan (for copies and restores, of the same resource) that completes',
  watches: [
    {
      ...JOB,
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
        ...all(['CREATED', 'PENDING', 'RUNNING', 'ABORTING'], MOVING),
      },
      facts: { job: ['backupJobId'], vault: ['backupVaultName'], resource: ['resourceArn'] },
      places: ({ detail }) => [consolePage('backup-job', text(detail, 'backupJobId'))],
    },
    {
      ...JOB,
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
        ...all(['CREATED', 'RUNNING'], MOVING),
      },
      facts: { job: ['copyJobId'], destination: ['destinationBackupVaultArn'], resource: ['resourceArn'] },
      places: ({ detail }) => [consolePage('copy-job', text(detail, 'copyJobId'))],
    },
    {
      ...JOB,
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
        ...all(['PENDING', 'RUNNING'], MOVING),
      },
      facts: { job: ['restoreJobId'], recoveryPoint: ['recoveryPointArn'] },
      places: ({ detail }) => [consolePage('restore-job', text(detail, 'restoreJobId'))],
    },
    {
      ...JOB,
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
};
