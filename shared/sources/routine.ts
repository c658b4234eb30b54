import { at, type Json, list, text } from '../model/json.ts';
import type { Status } from '../model/signal.ts';
import { builtIn, type Why } from '../model/why.ts';
import { isSet, statesOf } from './event-words.ts';
import type { Envelope } from './source.ts';
import { oneLine } from './words.ts';

/** Whether an event that no source knows is news, and why. */
export interface Judgement {
  readonly status: Status;
  readonly why: Why;
}

interface Rule {
  readonly name: string;
  readonly status: Status;
  readonly because: string;
  readonly holds: (event: Envelope) => boolean;
}

/**
 * Tells news from routine among events that have no source of their own: the first rule that holds decides,
 * and what no rule knows fires, so that a person sees it.
 */
export function judge(event: Envelope): Judgement {
  const named = NAMED.find((rule) => rule.holds(event));
  if (named !== undefined) return { status: named.status, why: builtIn('read', named.name, named.because) };
  const states = statesOf(event);
  const bad = states.find((state) => FAILED.test(state) && !ROUTINE.has(state)) ?? failedKind(event.kind);
  if (bad !== undefined) return judged('firing', 'event-failed', `it says ${oneLine(bad, 80)}`);
  const error = errorIn(event.detail);
  if (error !== null)
    return judged('firing', 'event-carries-error', `it carries an error: ${oneLine(error, 120)}`);
  if (states.length > 0 && states.every(isRoutineState)) {
    return judged('info', 'event-routine-state', `${oneLine(states.join(', '), 80)} is success or progress`);
  }
  if (states.length === 0 && ROUTINE_KIND.test(event.kind.slice(-80))) {
    return judged('info', 'event-routine-kind', `"${oneLine(event.kind, 80)}" is success or progress`);
  }
  if (saysInfo(event.detail))
    return judged('info', 'event-says-info', 'the event gives its own severity as INFO');
  return judged('firing', 'event-unknown', 'no source knows this event, so a person should see it');
}

function judged(status: Status, rule: string, because: string): Judgement {
  return { status, why: builtIn('read', rule, because) };
}

const FAILED =
  /(?:^|_)(?:FAIL(?:ED|URE|URES|ING)?|ERROR(?:S|ED)?|FAULT|TIME(?:D_)?OUT|ABORT(?:ED|ING)?|EXPIRED|REJECTED|DENIED|UNSUCCESSFUL|UNHEALTHY|DEGRADED|IMPAIRED|CRASHED|ROLLBACK|THREATS_FOUND|NON_COMPLIANT|NONCOMPLIANT|WARN(?:ING)?|CRITICAL|ALARM|INTERRUPTED)(?:_|$)/;

/** A detail-type that says by itself that something went wrong. */
function failedKind(kind: string): string | undefined {
  const words = kind
    .slice(0, 200)
    .toUpperCase()
    .replace(/[^A-Z]+/g, '_');
  return FAILED.test(words) ? kind : undefined;
}

const ROUTINE: ReadonlySet<string> = new Set(
  `SUCCEEDED SUCCESS SUCCESSFUL COMPLETED COMPLETE PASSED PASS OK HEALTHY COMPLIANT NOT_APPLICABLE READY AVAILABLE
   RUNNING STARTED STARTING IN_PROGRESS INPROGRESS PENDING QUEUED SUBMITTED RUNNABLE SCHEDULED REQUESTED CREATED
   CREATING PROVISIONING ACTIVATING RESUMED SUPERSEDED REGISTERED ENABLED NO_THREATS_FOUND`.split(/\s+/),
);

function isRoutineState(state: string): boolean {
  return ROUTINE.has(state) || /_(?:SUCCEEDED|COMPLETE|COMPLETED|IN_PROGRESS)$/.test(state);
}

const ROUTINE_KIND =
  /(?:^| )(?:Successful|Succeeded|Success|Completed|Complete|Started|Healthy|In Progress|Checkpoint Reached)$/;

const ERROR_KEYS = ['error', 'errorCode', 'errorMessage', 'failureReason', 'FailureReason', 'failureMessage'];

function errorIn(detail: Json): string | null {
  for (const key of ERROR_KEYS) {
    const value = text(detail, key)?.trim() ?? '';
    if (value !== '' && !/^(?:n\/a|none|null|false|0|-)$/i.test(value)) return value;
  }
  return null;
}

function saysInfo(detail: Json): boolean {
  const word = text(detail, 'severity') ?? text(detail, 'eventType') ?? '';
  return /^info(?:rmational)?$/i.test(word);
}

/** Detail-types that only report that somebody or some schedule did what they do. */
const NOTICES: ReadonlySet<string> = new Set([
  'Object Created',
  'Object Deleted',
  'Object Tags Added',
  'Object Tags Deleted',
  'Object ACL Updated',
  'Object Storage Class Changed',
  'Object Access Tier Changed',
  'Object Restore Initiated',
  'Object Restore Completed',
  'Object Restore Expired',
  'EC2 Instance-launch Lifecycle Action',
  'EC2 Instance-terminate Lifecycle Action',
  'Config Configuration Item Change',
  'Glue Data Catalog Database State Change',
  'Glue Data Catalog Table State Change',
  'KMS CMK Rotation',
  'Parameter Store Change',
  'Tag Change on Resource',
  'Security Hub Insight Results',
]);
const NOTICE_MESSAGES: ReadonlySet<string> = new Set([
  'ConfigurationItemChangeNotification',
  'ConfigurationSnapshotDeliveryStarted',
  'ConfigurationSnapshotDeliveryCompleted',
  'ConfigurationHistoryDeliveryCompleted',
]);
const API_CALLS = ['AWS API Call via CloudTrail', 'AWS Service Event via CloudTrail'];
const CLOSED = ['CLOSED', 'SUPPRESSED', 'RESOLVED', 'ARCHIVED'];

/** Asked in this order, before the states: what a state word alone would misread stands first. */
const NAMED: readonly Rule[] = [
  {
    name: 'event-scheduled',
    status: 'info',
    because: 'a schedule fired, as it should',
    holds: ({ kind, source }) => kind === 'Scheduled Event' && source === 'aws.events',
  },
  {
    name: 'event-test',
    status: 'info',
    because: "it is a service's own test message",
    holds: isTest,
  },
  {
    name: 'event-finding-closed',
    status: 'info',
    because: 'the finding is closed, suppressed, resolved or archived',
    holds: ({ kind, detail }) => (/Finding$/.test(kind) || isFinding(detail)) && isClosed(detail),
  },
  {
    name: 'event-container-instance',
    status: 'info',
    because: 'the container instance is active and its agent is connected',
    holds: ({ kind, detail }) =>
      kind === 'ECS Container Instance State Change' &&
      text(detail, 'status') === 'ACTIVE' &&
      text(detail, 'agentConnected') === 'true',
  },
  {
    name: 'event-api-call',
    status: 'info',
    because: 'an API call that succeeded',
    holds: ({ kind, detail }) => API_CALLS.includes(kind) && !text(detail, 'errorCode'),
  },
  {
    name: 'event-notice',
    status: 'info',
    because: 'it reports a change that somebody made, nothing that went wrong',
    holds: ({ kind, source, detail }) =>
      (NOTICES.has(kind) && source.startsWith('aws.')) ||
      source === 'aws.codecommit' ||
      NOTICE_MESSAGES.has(text(detail, 'messageType') ?? '') ||
      isObjectNotice(detail),
  },
];

function isClosed(detail: Json): boolean {
  return CLOSED.includes(text(detail, 'status') ?? '') || isSet(detail, 'archived');
}

function isFinding(detail: Json): boolean {
  return text(detail, 'findingArn') !== null;
}

/** S3 tells a topic or queue in records of its own: `ObjectCreated:Put`. */
function isObjectNotice(detail: Json): boolean {
  return (
    text(detail, 'eventSource') === 'aws:s3' && at(detail, 's3') !== undefined && list(detail).length === 0
  );
}

/** The Lambda console's SNS template, and what S3, Auto Scaling and CodeDeploy send when a notification is set up. */
function isTest({ detail, subject }: Envelope): boolean {
  if (typeof detail === 'string') {
    const isTemplate = subject === 'TestInvoke' && detail.trim() === 'Hello from SNS!';
    return isTemplate || subject.startsWith('SUCCESS: AWS CodeDeploy notification setup');
  }
  return ['s3:TestEvent', 'autoscaling:TEST_NOTIFICATION'].includes(text(detail, 'Event') ?? '');
}
