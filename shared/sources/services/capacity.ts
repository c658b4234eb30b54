import { list, number, text } from '../../model/json.ts';
import type { Envelope } from '../source.ts';
import { all, fires, resolves, routine, type Service, shortName } from '../watch.ts';
import { consolePage } from './places.ts';

/** Machines, disks and images. */

/** An Auto Scaling group's message to SNS, which names its event where EventBridge has the detail-type. */
function isScalingMessage({ kind, detail }: Envelope): boolean {
  return kind === '' && (text(detail, 'Event')?.startsWith('autoscaling:EC2_') ?? false);
}

function scalingState({ kind, detail }: Envelope): readonly (string | null)[] {
  return [kind === '' ? text(detail, 'Event') : kind];
}

function scalingWords({ detail }: Envelope): string | null {
  const said = [text(detail, 'StatusMessage'), text(detail, 'Cause')];
  return said.find((part) => part !== null && part.trim() !== '') ?? null;
}

function groupOf(event: Envelope) {
  return [consolePage('auto-scaling-group', text(event.detail, 'AutoScalingGroupName'))];
}

/** Both `resources` forms that EBS uses: `volume/vol-0a1b` and `arn:…:volume/vol-0a1b`. */
function volumeOf({ detail, resources }: Envelope): string | null {
  const candidates = [text(detail, 'source'), text(list(detail, 'snapshots')[0], 'source'), ...resources];
  return candidates.find((one) => one?.includes('vol-')) ?? resources[0] ?? null;
}

function ebsState({ detail }: Envelope): readonly (string | null)[] {
  const result = text(detail, 'result');
  return [`${text(detail, 'event') ?? ''} ${result ?? ''}`.trim(), result];
}

/** How bad the worst finding of an image scan is. */
function scanState({ detail }: Envelope): readonly (string | null)[] {
  const status = text(detail, 'scan-status');
  if (status !== 'COMPLETE') return [status];
  const counts = (label: string) => number(detail, 'finding-severity-counts', label) ?? 0;
  return [['CRITICAL', 'HIGH'].find((label) => counts(label) > 0) ?? 'COMPLETE'];
}

export const CAPACITY: readonly Service[] = [
  {
    name: 'ec2',
    title: 'Amazon EC2',
    ends: 'silence: an interruption is announced once (a scheduled retirement comes from AWS Health)',
    watches: [
      {
        from: ['aws.ec2'],
        kinds: ['EC2 Spot Instance Interruption Warning'],
        noun: 'Spot capacity',
        // It is taken from many instances at once: one incident that counts them.
        thing: () => 'spot',
        name: () => '',
        run: ['instance-id'],
        state: ({ kind }) => [kind],
        states: {
          'EC2 Spot Instance Interruption Warning': fires(
            'capacity-at-risk',
            'will be taken back in two minutes',
            { rule: 'ec2-spot-interruption' },
          ),
        },
        says: ({ detail }) => {
          const action = text(detail, 'instance-action');
          return `${text(detail, 'instance-id') ?? 'an instance'}${action === null ? '' : ` (${action})`}`;
        },
        facts: { instance: ['instance-id'], action: ['instance-action'] },
        places: ({ detail }) => [consolePage('instance', text(detail, 'instance-id'))],
      },
      {
        from: ['aws.ec2'],
        kinds: ['EC2 Instance Rebalance Recommendation'],
        noun: 'Spot instance',
        thing: ['instance-id'],
        state: ({ kind }) => [kind],
        states: {
          'EC2 Instance Rebalance Recommendation': routine('may be taken back: Auto Scaling acts on it'),
        },
        says: () => null,
      },
      {
        from: ['aws.ec2'],
        kinds: ['EC2 Instance State-change Notification'],
        noun: 'EC2 instance',
        thing: ['instance-id'],
        state: ({ detail }) => [text(detail, 'state')],
        states: {
          // Whether a stop is a failure, only alarms, status checks and Auto Scaling know.
          ...all(
            ['stopping', 'stopped', 'shutting-down', 'terminated'],
            routine('was stopped or terminated'),
          ),
          ...all(['pending', 'running'], routine('is starting or running')),
        },
        says: () => null,
        places: ({ detail }) => [consolePage('instance', text(detail, 'instance-id'))],
      },
    ],
  },
  {
    name: 'auto-scaling',
    title: 'Amazon EC2 Auto Scaling',
    ends: 'the same group launches (or terminates) an instance, or completes an instance refresh',
    watches: [
      {
        from: ['aws.autoscaling'],
        kinds: [
          'EC2 Instance Launch Unsuccessful',
          'EC2 Instance Launch Successful',
          'EC2 Instance Terminate Unsuccessful',
          'EC2 Instance Terminate Successful',
        ],
        form: isScalingMessage,
        noun: 'Auto Scaling group',
        thing: ['AutoScalingGroupName', 'AutoScalingGroupARN'],
        run: ['ActivityId', 'RequestId'],
        time: ['Time'],
        state: scalingState,
        states: {
          ...all(
            ['EC2 Instance Launch Unsuccessful', 'autoscaling:EC2_INSTANCE_LAUNCH_ERROR'],
            fires('capacity-at-risk', 'cannot launch an instance', { rule: 'auto-scaling-launch' }),
          ),
          ...all(
            ['EC2 Instance Launch Successful', 'autoscaling:EC2_INSTANCE_LAUNCH'],
            resolves('launched an instance'),
          ),
          ...all(
            ['EC2 Instance Terminate Unsuccessful', 'autoscaling:EC2_INSTANCE_TERMINATE_ERROR'],
            fires('capacity-at-risk', 'cannot terminate an instance', { problem: 'terminate' }),
          ),
          ...all(
            ['EC2 Instance Terminate Successful', 'autoscaling:EC2_INSTANCE_TERMINATE'],
            resolves('terminated an instance', 'terminate'),
          ),
          'autoscaling:EC2_INSTANCE_LAUNCHING': routine('is launching an instance'),
          'autoscaling:EC2_INSTANCE_TERMINATING': routine('is terminating an instance'),
        },
        says: scalingWords,
        facts: { instance: ['EC2InstanceId'], cause: ['Cause'], zone: ['Details.Availability Zone'] },
        places: groupOf,
      },
      {
        from: ['aws.autoscaling'],
        kinds: [
          'Started',
          'Checkpoint Reached',
          'Succeeded',
          'Failed',
          'Cancelled',
          'Rollback Started',
          'Rollback Succeeded',
          'Rollback Failed',
        ].map((end) => `EC2 Auto Scaling Instance Refresh ${end}`),
        noun: 'Auto Scaling group',
        thing: ['AutoScalingGroupName'],
        run: ['InstanceRefreshId'],
        state: ({ kind }) => [kind.replace('EC2 Auto Scaling Instance Refresh ', '')],
        states: {
          Failed: fires('change-failed', 'instance refresh failed', { problem: 'refresh' }),
          'Rollback Started': fires('change-failed', 'instance refresh rolls back', { problem: 'refresh' }),
          'Rollback Failed': fires('deployment-failed', 'instance refresh could not be rolled back', {
            problem: 'refresh',
          }),
          Succeeded: resolves('instance refresh succeeded', 'refresh'),
          'Rollback Succeeded': resolves('instance refresh was rolled back', 'refresh'),
          ...all(['Started', 'Checkpoint Reached'], routine('refreshes its instances')),
          Cancelled: routine('instance refresh was cancelled by somebody'),
        },
        says: scalingWords,
        facts: { refresh: ['InstanceRefreshId'] },
        places: groupOf,
      },
    ],
  },
  {
    name: 'ebs',
    title: 'Amazon EBS',
    ends: 'the same action on the same volume that succeeds',
    watches: [
      {
        from: ['aws.ec2'],
        kinds: ['EBS Volume Notification'],
        noun: 'EBS volume',
        thing: volumeOf,
        run: ['request-id'],
        state: ebsState,
        states: {
          ...all(
            ['attachVolume failed', 'reattachVolume failed'],
            fires('service-degraded', 'cannot be attached', { problem: 'attach', rule: 'ebs-attach' }),
          ),
          ...all(['attachVolume attached', 'reattachVolume attached'], resolves('is attached', 'attach')),
          'createVolume failed': fires('change-failed', 'could not be created', { problem: 'create' }),
          failed: fires('change-failed', 'could not be changed', { problem: 'change' }),
          'deleteVolume deleted': resolves('was deleted', 'attach', 'change'),
          'modifyVolume completed': resolves('was changed', 'change'),
          ...all(
            ['available', 'deleted', 'detached', 'modifying', 'optimizing', 'completed'],
            routine('was changed as asked'),
          ),
        },
        says: ['cause'],
        facts: { action: ['event'] },
        places: (event) => [consolePage('volume', shortName(volumeOf(event) ?? ''))],
      },
      {
        from: ['aws.ec2'],
        kinds: ['EBS Snapshot Notification', 'EBS Multi-Volume Snapshots Completion Status'],
        noun: 'Snapshot of',
        thing: volumeOf,
        run: ['snapshot_id', 'request-id'],
        state: ebsState,
        states: {
          ...all(
            ['createSnapshot failed', 'createSnapshots failed'],
            fires('data-unprotected', 'failed', { problem: 'snapshot', rule: 'ebs-snapshot' }),
          ),
          ...all(
            ['createSnapshot succeeded', 'createSnapshots succeeded'],
            resolves('succeeded', 'snapshot'),
          ),
          'copySnapshot failed': fires('data-unprotected', 'could not be copied', { problem: 'copy' }),
          'copySnapshot succeeded': resolves('was copied', 'copy'),
          failed: fires('data-unprotected', 'failed', { problem: 'snapshot' }),
          succeeded: routine('was shared or changed as asked'),
        },
        says: ['cause'],
        facts: { action: ['event'], snapshot: ['snapshot_id'] },
        places: (event) => [consolePage('volume', shortName(volumeOf(event) ?? ''))],
      },
    ],
  },
  {
    name: 'ecr',
    title: 'Amazon ECR image scans',
    ends: 'a scan of the same tag without critical or high findings',
    watches: [
      {
        from: ['aws.ecr'],
        kinds: ['ECR Image Scan'],
        noun: 'Image',
        thing: ({ detail }) => {
          const tag = text(detail, 'image-tags', 0) ?? text(detail, 'image-digest') ?? '';
          return `${text(detail, 'repository-name') ?? ''}:${tag}`;
        },
        name: ({ detail }) => {
          const tag = text(detail, 'image-tags', 0);
          return `${text(detail, 'repository-name') ?? ''}${tag === null ? '' : `:${tag}`}`;
        },
        run: ['image-digest'],
        state: scanState,
        states: {
          CRITICAL: fires('early-warning', 'has critical vulnerabilities', { rule: 'ecr-vulnerable' }),
          HIGH: fires('early-warning', 'has high vulnerabilities', { rule: 'ecr-vulnerable' }),
          FAILED: fires('worth-a-review', 'could not be scanned'),
          COMPLETE: resolves('has no critical or high vulnerabilities'),
          IN_PROGRESS: routine('is being scanned'),
        },
        says: ({ detail }) => {
          const counts = ['CRITICAL', 'HIGH'].map(
            (label) => [number(detail, 'finding-severity-counts', label) ?? 0, label] as const,
          );
          const found = counts.filter(([count]) => count > 0).map(([count, label]) => `${count} ${label}`);
          return found.join(', ') || null;
        },
        facts: { repository: ['repository-name'], digest: ['image-digest'] },
        places: ({ account, detail }) => [
          consolePage('repository', account, text(detail, 'repository-name')),
        ],
      },
    ],
  },
];
