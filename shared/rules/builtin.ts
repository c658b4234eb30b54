import { IMPACTS, type Impact } from '../model/impact.ts';
import type { JsonObject } from '../model/json.ts';
import { type EscalateRule, READINESS, type SeverityRule } from '../model/rules.ts';
import type { Severity } from '../model/severity.ts';
import { GOVERNANCE } from './builtin-governance.ts';
import { AT, finding, rule } from './builtin-rule.ts';

function logs(name: string, severity: Severity, match: JsonObject, why: string): SeverityRule {
  return rule(name, severity, { source: ['logs'], ...match }, why);
}

/** The one rule on logs that asks for no level. */
export const PAYLOAD_CUT = logs(
  'payload-cut',
  'SEV3',
  { kind: ['payload cut'] },
  'part of a log payload was too large to read',
);

/** How grave a failure of an AWS service is, by what it means for people. */
const IMPACT_SEVERITIES: { readonly [I in Impact]: readonly [Severity, string] } = {
  'service-down': ['SEV2', 'it is down or about to be, so users are likely hurt'],
  'service-degraded': ['SEV3', 'it runs with less than it should, so users may be hurt'],
  'deployment-failed': ['SEV3', 'a change to what runs failed half way'],
  'work-failed': ['SEV3', 'a job, workflow or delivery failed, so its work is not done'],
  'data-unprotected': ['SEV3', 'a backup or snapshot is missing, so data may not be restorable'],
  'change-failed': ['SEV4', 'a change did not take place; what ran before still runs'],
  'work-stopped': ['SEV4', 'somebody or something stopped it before its end'],
  'capacity-at-risk': ['SEV4', 'capacity is missing or about to be taken; alarms tell when users are hurt'],
  'early-warning': ['SEV4', 'a warning before anything failed'],
  'worth-a-review': ['SEV5', 'worth reading in the weekly review'],
};

function impacts(): readonly SeverityRule[] {
  const notLogs = [{ 'anything-but': 'logs' }];
  return IMPACTS.map((impact) => {
    const [severity, why] = IMPACT_SEVERITIES[impact];
    return rule(impact, severity, { source: notLogs, fields: { impact: [impact] } }, why);
  });
}

/**
 * What decides where no rule of the operator does; the first match wins. Every signal but a log line below
 * WARNING meets one of them: the last of a source takes what the others leave, and `unknown-event` the rest.
 * GuardDuty's bands: https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings-severity.html
 */
export const BUILT_IN_SEVERITIES: readonly SeverityRule[] = [
  PAYLOAD_CUT,
  logs('log-fatal', 'SEV3', { level: ['FATAL'] }, 'a FATAL line'),
  logs('log-error', 'SEV3', { level: ['ERROR'] }, 'an ERROR line'),
  logs('log-warning', 'SEV4', { level: ['WARNING'] }, 'a WARNING line'),

  finding('guardduty', 'guardduty-sample', null, { sample: [true] }, 'a sample finding is never an incident'),
  finding(
    'guardduty',
    'guardduty-archived',
    null,
    { archived: [true] },
    'an archived finding is never an incident',
  ),
  finding(
    'guardduty',
    'guardduty-high',
    'SEV1',
    { severity: [{ numeric: ['>=', 7] }] },
    'GuardDuty 7.0 and above',
  ),
  finding(
    'guardduty',
    'guardduty-medium',
    'SEV3',
    { severity: [{ numeric: ['>=', 4] }] },
    'GuardDuty 4.0 to 6.9',
  ),
  finding('guardduty', 'guardduty-low', 'SEV5', { severity: [{ numeric: ['<', 4] }] }, 'GuardDuty below 4.0'),
  finding('guardduty', 'guardduty-unrated', 'SEV3', null, 'a GuardDuty finding without a severity'),

  // GuardDuty's bands, whichever way its finding came: the label stands for them.
  finding(
    'securityhub',
    'securityhub-guardduty-high',
    'SEV1',
    { product: ['GuardDuty'], severity: ['CRITICAL', 'HIGH'] },
    'GuardDuty 7.0 and above, through Security Hub',
  ),
  finding(
    'securityhub',
    'securityhub-guardduty-medium',
    'SEV3',
    { product: ['GuardDuty'], severity: ['MEDIUM'] },
    'GuardDuty 4.0 to 6.9, through Security Hub',
  ),
  finding('securityhub', 'securityhub-critical', 'SEV2', { severity: ['CRITICAL'] }, 'Security Hub CRITICAL'),
  finding('securityhub', 'securityhub-high', 'SEV3', { severity: ['HIGH'] }, 'Security Hub HIGH'),
  finding(
    'securityhub',
    'securityhub-low',
    'SEV5',
    { severity: ['MEDIUM', 'LOW', 'INFORMATIONAL'] },
    'Security Hub MEDIUM and below',
  ),
  finding('securityhub', 'securityhub-unrated', 'SEV3', null, 'a Security Hub finding without a severity'),

  finding('alarm', 'alarm', 'SEV3', null, 'a CloudWatch alarm'),

  finding('health', 'health-abuse', 'SEV2', { category: ['abuse'] }, 'AWS reports abuse from this account'),
  finding('health', 'health-issue', 'SEV2', { category: ['issue'] }, 'AWS reports an issue of its own'),
  finding(
    'health',
    'health-investigation',
    'SEV3',
    { category: ['investigation'] },
    'AWS looks into a possible issue',
  ),
  finding(
    'health',
    'health-scheduled-change',
    'SEV4',
    { category: ['scheduledChange'] },
    'AWS plans a change',
  ),
  finding(
    'health',
    'health-notification',
    'SEV5',
    { category: ['accountNotification'] },
    'AWS has news for the account',
  ),
  finding('health', 'health-other', 'SEV4', null, 'an AWS Health event of a new category'),

  ...GOVERNANCE,
  ...impacts(),

  rule('readiness', 'SEV5', { source: [READINESS] }, 'a planned readiness, ahead or over'),

  rule(
    'unknown-event',
    'SEV4',
    { source: [{ 'anything-but': 'logs' }] },
    'no rule knows this event: a person should',
  ),
];

/** Always there, unless the operator's `escalate` has a rule of the same name. */
export const BUILT_IN_ESCALATIONS: readonly EscalateRule[] = [
  {
    name: 'warning-burst',
    // Refused requests are told by their rate already.
    match: { source: ['logs'], level: ['WARNING'], kind: [{ 'anything-but': 'access log' }] },
    count: 5,
    withinMs: 3_600_000,
    to: 'SEV3',
    shadow: false,
    per: [],
    distinct: null,
    at: AT,
  },
  {
    name: 'signin-burst',
    match: { source: ['signin'], fields: { outcome: ['Failure'] } },
    count: 5,
    withinMs: 3_600_000,
    to: 'SEV3',
    shadow: false,
    per: [],
    distinct: null,
    at: AT,
  },
  {
    name: 'ses-burst',
    match: { source: ['ses'] },
    count: 50,
    withinMs: 3_600_000,
    to: 'SEV3',
    shadow: false,
    per: [],
    distinct: null,
    at: AT,
  },
];
