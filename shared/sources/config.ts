import { at, type Json, text } from '../model/json.ts';
import type { Status } from '../model/signal.ts';
import { builtIn, type Why } from '../model/why.ts';
import { facts, say, signalId } from './say.ts';
import type { Envelope, Source } from './source.ts';
import { firstTime } from './times.ts';
import { labelled, lines, oneLine } from './words.ts';

const KIND = 'Config Rules Compliance Change';
const SNS = 'ComplianceChangeNotification';

/**
 * AWS Config: a resource does or does not comply with a rule, from EventBridge and from Config's own topic.
 * https://docs.aws.amazon.com/config/latest/developerguide/monitor-config-with-cloudwatchevents.html
 */
export const config: Source = {
  name: 'config',
  about: {
    title: 'AWS Config',
    reads: [KIND, `SNS: ${SNS}`],
    ends: 'the resource is COMPLIANT, or the rule no longer applies to it',
  },
  accepts: ({ kind, source, detail }) =>
    kind === KIND
      ? source === 'aws.config' || source === ''
      : kind === '' && text(detail, 'messageType') === SNS && text(detail, 'configRuleName') !== null,
  read: (event) => [toSignal(event)],
};

function toSignal(event: Envelope) {
  const { detail } = event;
  const [rule, type, resource] = [
    named(detail, 'configRuleName'),
    named(detail, 'resourceType'),
    named(detail, 'resourceId'),
  ];
  const state = text(detail, 'newEvaluationResult', 'complianceType') ?? '';
  const stated = firstTime(
    at(detail, 'newEvaluationResult', 'resultRecordedTime'),
    at(detail, 'notificationCreationTime'),
  );
  const { status, why } = judge(detail, rule, state);
  return say(event, {
    source: 'config',
    kind: KIND,
    // The same whether EventBridge or the topic brought it.
    id: signalId('config', rule || event.id, type, resource, state, String(stated ?? '')),
    status,
    lifecycle: 'states',
    time: stated ?? event.time ?? event.receivedAt,
    account: text(detail, 'awsAccountId') || event.account,
    region: text(detail, 'awsRegion') || event.region,
    service: 'config',
    resource: resource || null,
    title: `${oneLine(rule, 80) || 'A Config rule'}: ${oneLine(resource, 80) || 'a resource'} is ${oneLine(state, 40) || 'evaluated'}`,
    message: lines(
      text(detail, 'newEvaluationResult', 'annotation'),
      labelled('Rule', rule),
      labelled('Resource', `${type} ${resource}`.trim()),
      labelled('Was', text(detail, 'oldEvaluationResult', 'complianceType')),
      labelled('Is', state),
    ),
    identity: { by: 'source', key: complianceKey(rule, type, resource) },
    places: rule === '' ? [] : [{ is: 'console', page: 'config-rule', names: [rule.slice(0, 256)] }],
    fields: facts({ compliance: state, rule, resourceType: type }),
    why: why === null ? [] : [why],
  });
}

/** Stated at the top, or only where the result says what it is about. */
function named(detail: Json, name: string): string {
  const qualifier = ['newEvaluationResult', 'evaluationResultIdentifier', 'evaluationResultQualifier'];
  return text(detail, name) ?? text(detail, ...qualifier, name) ?? '';
}

/**
 * What a resource is against a rule, the same from what Config says (`AWS::S3::Bucket`, `orders`) and from Security Hub's
 * copy (`AwsS3Bucket`, `arn:aws:s3:::orders`; `Other`, `AWS::::Account:111122223333`).
 */
export function complianceKey(rule: string, type: string, resource: string): string {
  const name = resource.slice(0, 2048).split(/[:/]/).at(-1) || resource;
  const kind = type === 'Other' ? resource.slice(0, -name.length) : type;
  return `${rule} ${kind.replace(/[^a-z0-9]/gi, '').toLowerCase()} ${name}`;
}

/** Security Hub makes rules of its own for its controls, and reports on them itself. */
const OF_SECURITY_HUB = /^securityhub-/;

function judge(
  detail: Json,
  rule: string,
  state: string,
): { readonly status: Status; readonly why: Why | null } {
  if (OF_SECURITY_HUB.test(rule)) {
    return decided(
      'info',
      'config-of-securityhub',
      'Security Hub made this rule and reports on it as a control',
    );
  }
  if (state === 'COMPLIANT' || state === 'NOT_APPLICABLE') {
    const before = text(detail, 'oldEvaluationResult', 'complianceType');
    return before === 'NON_COMPLIANT' || before === null
      ? decided('resolved', 'config-compliant', `the resource is ${state}`)
      : decided('info', 'config-compliant', `the resource is ${state} and was ${oneLine(before, 40)}`);
  }
  if (state === 'INSUFFICIENT_DATA') {
    return decided('info', 'config-insufficient-data', 'nothing could be evaluated');
  }
  return { status: 'firing', why: null };
}

function decided(status: Status, name: string, because: string) {
  return { status, why: builtIn('read', name, because) };
}
