import { at, type Json, text } from '../../model/json.ts';
import { readArn } from '../arns.ts';
import type { Envelope } from '../source.ts';
import { all, fires, resolves, routine, type Service } from '../watch.ts';
import { parseJson } from '../words.ts';
import { consolePage, logStream } from './places.ts';

/** Changes on their way to what runs: what failed is done when the same one goes through. */

const CHANGE_FAILED = fires('change-failed', 'failed');
const ON_ITS_WAY = routine('is on its way');
const STOPPED = routine('was stopped or replaced on purpose');

const PIPELINE_STATES = {
  FAILED: CHANGE_FAILED,
  SUCCEEDED: resolves('succeeded'),
  ...all(['STARTED', 'RESUMED'], ON_ITS_WAY),
  ...all(['CANCELED', 'STOPPING', 'STOPPED', 'SUPERSEDED', 'ABANDONED'], STOPPED),
};

/** The failed actions with their messages, where the event lists them; else what the external system said. */
function pipelineWords({ detail, raw }: Envelope): string | null {
  const failed = at(raw, 'additionalAttributes', 'failedActions');
  const first = Array.isArray(failed) ? failed[0] : undefined;
  const said = [
    text(first, 'action'),
    text(first, 'additionalInformation'),
    text(detail, 'execution-result', 'external-execution-summary'),
  ];
  return said.filter((part) => part !== null && part !== '').join(': ') || null;
}

function joined(detail: Json, ...keys: readonly string[]): string | null {
  const parts = keys.map((key) => text(detail, key) ?? '');
  return parts.filter((part) => part !== '').join('/') || null;
}

const PIPELINE = {
  from: ['aws.codepipeline'],
  run: ['execution-id'],
  name: ['pipeline'],
  state: ({ detail }: Envelope) => [text(detail, 'state')],
  states: PIPELINE_STATES,
  says: pipelineWords,
  places: ({ detail }: Envelope) => [consolePage('pipeline', text(detail, 'pipeline'))],
} as const;

/** A CodeDeploy trigger's message to SNS. */
function isDeployTrigger({ kind, detail }: Envelope): boolean {
  return (
    kind === '' && text(detail, 'eventTriggerName') !== null && text(detail, 'deploymentGroupName') !== null
  );
}

/** `DRIFTED`, unless looking for drift failed itself. */
function driftState({ detail }: Envelope): readonly (string | null)[] {
  const detection = text(detail, 'status-details', 'detection-status');
  return detection === 'DETECTION_FAILED'
    ? [detection]
    : [text(detail, 'status-details', 'stack-drift-status')];
}

/** `orders` of `arn:…:stack/orders/4f6e…`. */
function stackName({ detail }: Envelope): string | null {
  const arn = text(detail, 'stack-id') ?? text(detail, 'stack-set-arn');
  return readArn(arn)?.resource.split('/')[1]?.split(':')[0] ?? arn;
}

/** `guardrails:4f6e…` of `arn:…:stackset/guardrails:4f6e…`: the console asks for both. */
function shortSetName(arn: string | null): string | null {
  return readArn(arn)?.resource.replace(/^stackset\//, '') ?? null;
}

/** Without the id that every creation gives anew: a stack that is created again is the same stack to its owners. */
function stackArn({ detail }: Envelope): string | null {
  return text(detail, 'stack-id')?.split('/').slice(0, 2).join('/') ?? null;
}

const STACK = {
  from: ['aws.cloudformation'],
  noun: 'CloudFormation stack',
  thing: stackArn,
  name: stackName,
  places: ({ detail }: Envelope) => [consolePage('stack', text(detail, 'stack-id'))],
} as const;

export const DELIVERY: readonly Service[] = [
  {
    name: 'codepipeline',
    title: 'AWS CodePipeline',
    ends: 'an execution of the same pipeline (or stage, or action) that succeeds',
    watches: [
      {
        ...PIPELINE,
        kinds: ['CodePipeline Pipeline Execution State Change'],
        noun: 'Pipeline',
        thing: ['pipeline'],
        facts: { execution: ['execution-id'] },
      },
      {
        ...PIPELINE,
        kinds: ['CodePipeline Stage Execution State Change'],
        noun: 'Pipeline stage',
        thing: ({ detail }) => joined(detail, 'pipeline', 'stage'),
        name: ({ detail }) => joined(detail, 'pipeline', 'stage'),
        facts: { execution: ['execution-id'], stage: ['stage'] },
      },
      {
        ...PIPELINE,
        kinds: ['CodePipeline Action Execution State Change'],
        noun: 'Pipeline action',
        thing: ({ detail }) => joined(detail, 'pipeline', 'stage', 'action'),
        name: ({ detail }) => joined(detail, 'pipeline', 'stage', 'action'),
        facts: { execution: ['execution-id'], stage: ['stage'], action: ['action'] },
      },
    ],
  },
  {
    name: 'codebuild',
    title: 'AWS CodeBuild',
    ends: 'a build of the same project that succeeds',
    watches: [
      {
        from: ['aws.codebuild'],
        kinds: ['CodeBuild Build State Change'],
        noun: 'CodeBuild project',
        thing: ['project-name'],
        run: ['build-id'],
        state: ({ detail }) => [text(detail, 'build-status')],
        states: {
          ...all(['FAILED', 'FAULT'], CHANGE_FAILED),
          TIMED_OUT: fires('change-failed', 'timed out'),
          SUCCEEDED: resolves('succeeded'),
          STOPPED,
          IN_PROGRESS: ON_ITS_WAY,
        },
        says: ({ detail }) => {
          const phases = at(detail, 'additional-information', 'phases');
          const failed = (Array.isArray(phases) ? phases : []).find((phase) =>
            /^(?:FAILED|FAULT|TIMED_OUT)$/.test(text(phase, 'phase-status') ?? ''),
          );
          const said = [text(failed, 'phase-type'), text(failed, 'phase-context', 0)];
          return (
            said.filter((part) => part !== null && part.trim() !== '' && part !== ': ').join(': ') || null
          );
        },
        facts: { build: ['build-id'], initiator: ['additional-information.initiator'] },
        places: ({ detail, time }) => [
          consolePage('build-project', text(detail, 'project-name')),
          ...logStream(
            text(detail, 'additional-information', 'logs', 'group-name'),
            text(detail, 'additional-information', 'logs', 'stream-name'),
            time,
          ),
        ],
      },
    ],
  },
  {
    name: 'codedeploy',
    title: 'AWS CodeDeploy',
    ends: 'a deployment to the same deployment group that succeeds',
    watches: [
      {
        from: ['aws.codedeploy'],
        kinds: ['CodeDeploy Deployment State-change Notification'],
        form: isDeployTrigger,
        noun: 'Deployment of',
        thing: ({ detail }) => {
          const application = text(detail, 'application') ?? text(detail, 'applicationName');
          const group = text(detail, 'deploymentGroup') ?? text(detail, 'deploymentGroupName');
          return application === null ? null : `${application}/${group ?? ''}`;
        },
        name: ['application', 'applicationName'],
        run: ['deploymentId'],
        state: ({ detail }) => [text(detail, 'state') ?? text(detail, 'status')],
        states: {
          ...all(['FAILURE', 'FAILED'], fires('deployment-failed', 'failed')),
          ...all(['SUCCESS', 'SUCCEEDED'], resolves('succeeded')),
          ...all(['STOP', 'STOPPED', 'ABORTED'], fires('work-stopped', 'was stopped')),
          ...all(['START', 'READY', 'CREATED', 'QUEUED', 'IN_PROGRESS', 'INPROGRESS'], ON_ITS_WAY),
        },
        says: ({ detail }) => {
          // In a trigger's message it is JSON in a text.
          const error = text(detail, 'errorInformation');
          return text(parseJson(error ?? ''), 'ErrorMessage') ?? error;
        },
        facts: {
          deploymentId: ['deploymentId'],
          deploymentGroup: ['deploymentGroup', 'deploymentGroupName'],
        },
        places: ({ detail }) => [consolePage('deployment', text(detail, 'deploymentId'))],
      },
    ],
  },
  {
    name: 'cloudformation',
    title: 'AWS CloudFormation',
    ends: 'the same stack is created, updated or deleted without failure; for drift, the stack is in sync again',
    watches: [
      {
        ...STACK,
        kinds: ['CloudFormation Stack Status Change'],
        run: ['client-request-token'],
        state: ({ detail }) => [text(detail, 'status-details', 'status')],
        // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html
        states: {
          ...all(
            ['ROLLBACK_IN_PROGRESS', 'UPDATE_ROLLBACK_IN_PROGRESS', 'IMPORT_ROLLBACK_IN_PROGRESS'],
            fires('change-failed', 'failed and rolls back'),
          ),
          ...all(
            ['ROLLBACK_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE', 'IMPORT_ROLLBACK_COMPLETE'],
            fires('change-failed', 'failed and was rolled back'),
          ),
          ...all(['CREATE_FAILED', 'UPDATE_FAILED', 'DELETE_FAILED'], CHANGE_FAILED),
          ...all(
            ['ROLLBACK_FAILED', 'UPDATE_ROLLBACK_FAILED', 'IMPORT_ROLLBACK_FAILED'],
            fires('deployment-failed', 'failed and could not be rolled back', {
              rule: 'cloudformation-stuck',
            }),
          ),
          ...all(['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'IMPORT_COMPLETE'], resolves('is complete')),
          DELETE_COMPLETE: resolves('was deleted', '', 'drift'),
          ...all(
            [
              'CREATE_IN_PROGRESS',
              'UPDATE_IN_PROGRESS',
              'DELETE_IN_PROGRESS',
              'IMPORT_IN_PROGRESS',
              'REVIEW_IN_PROGRESS',
              'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
              'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
            ],
            ON_ITS_WAY,
          ),
        },
        says: ['status-details.status-reason'],
      },
      {
        ...STACK,
        kinds: ['CloudFormation Drift Detection Status Change'],
        run: ['stack-drift-detection-id'],
        state: driftState,
        states: {
          DRIFTED: fires('worth-a-review', 'has drifted', { problem: 'drift', rule: 'cloudformation-drift' }),
          IN_SYNC: resolves('is in sync', 'drift'),
          DETECTION_FAILED: fires('worth-a-review', 'could not be checked for drift', { problem: 'drift' }),
          ...all(['UNKNOWN', 'NOT_CHECKED'], routine('is being checked for drift')),
        },
        says: ({ detail }) => {
          const count = text(detail, 'drift-detection-details', 'drifted-stack-resource-count');
          return count === null || count.startsWith('-') || count === '0'
            ? null
            : `${count} resources differ`;
        },
      },
      {
        from: ['aws.cloudformation'],
        kinds: ['CloudFormation StackSet Operation Status Change'],
        noun: 'CloudFormation stack set',
        thing: ({ detail }) => text(detail, 'stack-set-arn')?.replace(/:[0-9a-f-]{36}$/, '') ?? null,
        name: stackName,
        run: ['stack-set-operation-id'],
        state: ({ detail }) => [text(detail, 'status-details', 'status')],
        states: {
          FAILED: CHANGE_FAILED,
          SUCCEEDED: resolves('succeeded'),
          ...all(['STOPPED', 'STOPPING'], STOPPED),
          ...all(['RUNNING', 'QUEUED'], ON_ITS_WAY),
        },
        says: ['status-details.status-reason'],
        facts: { action: ['action'], operation: ['stack-set-operation-id'] },
        places: ({ detail }) => [consolePage('stack-set', shortSetName(text(detail, 'stack-set-arn')))],
      },
    ],
  },
];
