import { list, text } from '../../model/json.ts';
import { readArn } from '../arns.ts';
import type { Envelope } from '../source.ts';
import { firstTime } from '../times.ts';
import { all, fires, resolves, routine, type Service, shortName } from '../watch.ts';
import { consolePage, logStream } from './places.ts';

/** Jobs and workflows: what failed is done when the same one succeeds. */

/**
 * A name without what a submitter puts into it to make it unique (dates, counters of four digits, ids), so that
 * tomorrow's run is the same job.
 */
export function lastingName(name: string): string {
  const passing = /[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{12,}|\d{4}(?:[-_.:T]?\d\d)*Z?/gi;
  const lasting = name
    .slice(0, 300)
    .replace(passing, '')
    .replace(/([-_.:/ ])[-_.:/ ]+/g, '$1');
  return lasting.replace(/^[-_.:/ ]|[-_.:/ ]$/g, '');
}

function isDestinationRecord({ kind, detail }: Envelope): boolean {
  return (
    kind === '' &&
    readArn(text(detail, 'requestContext', 'functionArn'))?.service === 'lambda' &&
    text(detail, 'requestContext', 'condition') !== null
  );
}

function functionOf({ detail }: Envelope): string | null {
  const arn = text(detail, 'requestContext', 'functionArn');
  // `:$LATEST`, `:42` and `:live` are versions of the same function.
  return arn === null ? null : arn.split(':').slice(0, 7).join(':');
}

/** A cluster that failed may just be TERMINATED: then the severity tells, which is INFO for what somebody asked for. */
function clusterState({ detail }: Envelope): readonly (string | null)[] {
  const state = text(detail, 'state');
  const failed = state === 'TERMINATED' && text(detail, 'severity') === 'CRITICAL';
  return [failed ? 'TERMINATED, CRITICAL' : state];
}

const FAILED = fires('work-failed', 'failed');
const TIMED_OUT = fires('work-failed', 'timed out');

export const WORK: readonly Service[] = [
  {
    name: 'batch',
    title: 'AWS Batch',
    ends: 'a job of the same name and definition in the same queue that succeeds',
    watches: [
      {
        from: ['aws.batch'],
        kinds: ['Batch Job State Change'],
        noun: 'Batch job',
        thing: ({ detail }) => {
          const parts = ['jobQueue', 'jobDefinition'].map((key) =>
            (text(detail, key) ?? '').replace(/:\d+$/, ''),
          );
          return (
            [...parts.map(shortName), lastingName(text(detail, 'jobName') ?? '')].join(' ').trim() || null
          );
        },
        name: ({ detail }) => shortName((text(detail, 'jobDefinition') ?? '').replace(/:\d+$/, '')) || null,
        run: ['jobId'],
        state: ({ detail }) => [text(detail, 'status')],
        states: {
          FAILED,
          SUCCEEDED: resolves('succeeded'),
          ...all(['SUBMITTED', 'PENDING', 'RUNNABLE', 'STARTING', 'RUNNING'], routine('is on its way')),
        },
        says: ({ detail }) => {
          const last = list(detail, 'attempts').at(-1);
          const reasons = [
            text(detail, 'statusReason'),
            text(detail, 'container', 'reason') ?? text(last, 'container', 'reason'),
          ];
          return (
            [...new Set(reasons)].filter((reason) => reason !== null && reason !== '').join('; ') || null
          );
        },
        facts: {
          jobName: ['jobName'],
          jobId: ['jobId'],
          jobQueue: ['jobQueue'],
          jobDefinition: ['jobDefinition'],
          exitCode: ({ detail }) =>
            text(detail, 'container', 'exitCode') ??
            text(list(detail, 'attempts').at(-1), 'container', 'exitCode'),
          attempts: ({ detail }) => String(list(detail, 'attempts').length || ''),
        },
        places: ({ detail, time }) => [
          consolePage('batch-job', text(detail, 'jobId')),
          ...logStream('/aws/batch/job', text(detail, 'container', 'logStreamName'), time),
        ],
      },
    ],
  },
  {
    name: 'step-functions',
    title: 'AWS Step Functions',
    ends: 'an execution of the same state machine that succeeds',
    watches: [
      {
        from: ['aws.states'],
        kinds: ['Step Functions Execution Status Change'],
        noun: 'State machine',
        thing: ['stateMachineArn', 'executionArn'],
        run: ['executionArn'],
        state: ({ detail }) => [text(detail, 'status')],
        states: {
          FAILED,
          TIMED_OUT,
          ABORTED: fires('work-stopped', 'was aborted'),
          SUCCEEDED: resolves('succeeded'),
          ...all(['RUNNING', 'PENDING_REDRIVE'], routine('is running')),
        },
        says: ({ detail }) => {
          const said = [text(detail, 'error'), text(detail, 'cause')];
          return said.filter((part) => part !== null && part !== '').join(': ') || null;
        },
        facts: { execution: ['executionArn'], error: ['error'] },
        places: ({ detail }) => [consolePage('execution', text(detail, 'executionArn'))],
      },
    ],
  },
  {
    name: 'glue',
    title: 'AWS Glue',
    ends: 'a run of the same job or crawler that succeeds; a data quality evaluation of the same table that passes',
    watches: [
      {
        from: ['aws.glue'],
        kinds: ['Glue Job State Change'],
        noun: 'Glue job',
        thing: ['jobName'],
        run: ['jobRunId'],
        state: ({ detail }) => [text(detail, 'state')],
        states: {
          ...all(['FAILED', 'ERROR'], FAILED),
          ...all(['TIMEOUT', 'EXPIRED'], TIMED_OUT),
          SUCCEEDED: resolves('succeeded'),
          ...all(['STOPPED', 'STOPPING'], routine('was stopped by somebody')),
          ...all(['STARTING', 'RUNNING', 'WAITING'], routine('is on its way')),
        },
        says: ['message'],
        facts: { jobRunId: ['jobRunId'] },
        places: ({ detail }) => [consolePage('glue-job', text(detail, 'jobName'))],
      },
      {
        // Only sent for a run that takes longer than its job's "notify delay after"; AWS calls it INFO.
        from: ['aws.glue'],
        kinds: ['Glue Job Run Status'],
        noun: 'Glue job',
        thing: ['jobName'],
        run: ['jobRunId'],
        state: ({ detail }) => [text(detail, 'state')],
        states: {
          ...all(
            ['STARTING', 'RUNNING', 'WAITING', 'STOPPING'],
            fires('worth-a-review', 'runs longer than it should'),
          ),
          ...all(['SUCCEEDED', 'STOPPED'], routine('has ended, which its state change tells')),
        },
        endedElsewhere: true,
        says: ({ detail }) => {
          const minutes = text(detail, 'notificationCondition', 'NotifyDelayAfter');
          return minutes === null ? text(detail, 'message') : `more than ${minutes} minutes`;
        },
        facts: { jobRunId: ['jobRunId'], started: ['startedOn'] },
        places: ({ detail }) => [consolePage('glue-job', text(detail, 'jobName'))],
      },
      {
        from: ['aws.glue'],
        kinds: ['Glue Crawler State Change'],
        noun: 'Glue crawler',
        thing: ['crawlerName'],
        state: ({ detail }) => [text(detail, 'state')],
        states: {
          ...all(['Failed', 'FAILED'], FAILED),
          ...all(['Succeeded', 'SUCCEEDED'], resolves('succeeded')),
          ...all(['Started', 'STARTED', 'Running', 'Stopping', 'Stopped'], routine('is on its way')),
        },
        says: ['errorMessage', 'message'],
        places: ({ detail }) => [consolePage('glue-crawler', text(detail, 'crawlerName'))],
      },
      {
        from: ['aws.glue-dataquality'],
        kinds: ['Data Quality Evaluation Results Available'],
        noun: 'Data quality of',
        thing: ({ detail }) => {
          const table = [text(detail, 'context', 'databaseName'), text(detail, 'context', 'tableName')];
          return table.every((part) => part !== null) ? table.join('.') : text(detail, 'context', 'jobName');
        },
        name: (event) => {
          const { detail } = event;
          return (
            text(detail, 'context', 'tableName') ??
            text(detail, 'context', 'jobName') ??
            text(detail, 'rulesetNames', 0)
          );
        },
        run: ['resultID', 'resultId', 'context.runId'],
        state: ({ detail }) => [text(detail, 'state')],
        states: {
          FAILED: fires('work-failed', 'does not meet its rules', { rule: 'glue-data-quality' }),
          SUCCEEDED: resolves('meets its rules'),
        },
        says: ({ detail }) => {
          const failed = text(detail, 'numRulesFailed');
          const score = text(detail, 'score');
          const said = [
            failed === null ? null : `${failed} rules failed`,
            score === null ? null : `score ${score}`,
          ];
          return said.filter((part) => part !== null).join(', ') || null;
        },
        facts: { ruleset: ['rulesetNames.0'], runId: ['context.runId'] },
        places: ({ detail }) => [
          consolePage(
            'glue-table',
            text(detail, 'context', 'databaseName'),
            text(detail, 'context', 'tableName'),
          ),
        ],
      },
    ],
  },
  {
    name: 'emr',
    title: 'Amazon EMR',
    ends: 'a step of the same name that completes; a cluster that failed ends by silence',
    watches: [
      {
        from: ['aws.emr'],
        kinds: ['EMR Step Status Change'],
        noun: 'EMR step',
        thing: ({ detail }) => lastingName(text(detail, 'name') ?? '') || text(detail, 'clusterId'),
        run: ['stepId'],
        state: ({ detail }) => [text(detail, 'state')],
        states: {
          FAILED,
          INTERRUPTED: fires('work-stopped', 'was interrupted'),
          COMPLETED: resolves('completed'),
          ...all(
            ['PENDING', 'RUNNING', 'CANCELLED', 'CANCEL_PENDING'],
            routine('is on its way or was cancelled'),
          ),
        },
        says: ['message'],
        facts: { cluster: ['clusterId'], step: ['stepId'] },
        places: ({ detail }) => [consolePage('emr-cluster', text(detail, 'clusterId'))],
      },
      {
        from: ['aws.emr'],
        kinds: ['EMR Cluster State Change'],
        noun: 'EMR cluster',
        thing: ({ detail }) => lastingName(text(detail, 'name') ?? '') || text(detail, 'clusterId'),
        run: ['clusterId'],
        state: clusterState,
        states: {
          ...all(
            ['TERMINATED_WITH_ERRORS', 'TERMINATED, CRITICAL'],
            fires('work-failed', 'ended with errors'),
          ),
          ...all(
            ['STARTING', 'BOOTSTRAPPING', 'RUNNING', 'WAITING', 'TERMINATING', 'TERMINATED'],
            routine('is on its way or done'),
          ),
        },
        says: ['message', 'stateChangeReason'],
        facts: { cluster: ['clusterId'] },
        places: ({ detail }) => [consolePage('emr-cluster', text(detail, 'clusterId'))],
      },
    ],
  },
  {
    name: 'lambda',
    title: 'AWS Lambda asynchronous invocations (on-failure destinations)',
    ends: 'silence: the record is of one event that was given up',
    watches: [
      {
        // A destination on an event bus is the one place where Lambda says `lambda`, without `aws.`.
        from: ['lambda', 'aws.lambda'],
        kinds: ['Lambda Function Invocation Result - Failure', 'Lambda Function Invocation Result - Success'],
        form: isDestinationRecord,
        noun: 'Lambda function',
        thing: functionOf,
        run: ['requestContext.requestId'],
        time: ['timestamp'],
        state: ({ detail }) => [text(detail, 'requestContext', 'condition')],
        states: {
          RetriesExhausted: fires('work-failed', 'gave up on an event after its tries'),
          EventAgeExceeded: fires('work-failed', 'gave up on an event that had waited too long'),
          RetryAttemptsExhausted: fires('work-failed', 'gave up on a batch of its stream after its tries'),
          ...all(
            ['MaximumRecordAgeExceeded', 'RecordAgeExceeded'],
            fires('work-failed', 'gave up on a batch of its stream that had waited too long'),
          ),
          Success: routine('succeeded'),
        },
        says: ({ detail }) => {
          const said = [
            text(detail, 'responsePayload', 'errorType'),
            text(detail, 'responsePayload', 'errorMessage'),
          ];
          const words = said.filter((part) => part !== null && part !== '').join(': ');
          return words || text(detail, 'responseContext', 'functionError');
        },
        facts: {
          requestId: ['requestContext.requestId'],
          tries: ['requestContext.approximateInvokeCount'],
          errorType: ['responsePayload.errorType'],
          stream: ['KinesisBatchInfo.streamArn', 'DDBStreamBatchInfo.streamArn'],
        },
        places: (event) => {
          const name = shortName(functionOf(event) ?? '');
          const at = firstTime(text(event.detail, 'timestamp'), event.time) ?? event.receivedAt;
          const find = text(event.detail, 'requestContext', 'requestId');
          return name === ''
            ? []
            : [
                { is: 'logs-insights', group: `/aws/lambda/${name}`, at, find },
                consolePage('function', name),
              ];
        },
      },
    ],
  },
];
