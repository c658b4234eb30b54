import { describe, expect, test } from 'vitest';
import { read, ruleOf, SAMPLES, sample } from './sample.ts';

/** What each sample is read as: source and status, title, and the rules that decided. */
const GOLDEN: readonly (readonly [string, string, string, string])[] = [
  ['alarm/anomaly-firing', 'alarm firing', 'orders-traffic-odd: OrdersPlaced 3 outside 118.4–640.1', ''],
  [
    'alarm/composite-firing-sns',
    'alarm firing',
    'checkout-down: ALARM through checkout-cpu-high, checkout-5xx',
    '',
  ],
  [
    'alarm/composite-firing',
    'alarm firing',
    'checkout-down: ALARM through checkout-cpu-high, checkout-5xx',
    '',
  ],
  [
    'alarm/composite-resolved-while-suppressed',
    'alarm resolved',
    'checkout-down: arn:aws:cloudwatch:ap-northeast-1:111122223333:alarm:checkout-down was created and its alarm rule evaluates to OK',
    '',
  ],
  [
    'alarm/composite-suppressed',
    'alarm info',
    'checkout-down: ALARM through checkout-cpu-high, checkout-5xx',
    'alarm-suppressed',
  ],
  [
    'alarm/configuration-change',
    'alarm info',
    'checkout-cpu-high: alarm configuration update',
    'alarm-configuration-change',
  ],
  [
    'alarm/contributor-firing',
    'alarm firing',
    'any-function-errors (FunctionName=orders-import): Errors 12 > 0',
    '',
  ],
  ['alarm/firing-direct', 'alarm firing', 'checkout-cpu-high: CPUUtilization 97.31 > 80', ''],
  ['alarm/firing-sns-without-arn', 'alarm firing', 'checkout-cpu-high: CPUUtilization 97.31 > 80', ''],
  ['alarm/firing-sns', 'alarm firing', 'checkout-cpu-high: CPUUtilization 97.31 > 80', ''],
  ['alarm/firing', 'alarm firing', 'checkout-cpu-high: CPUUtilization 97.31 > 80', ''],
  [
    'alarm/initial-creation',
    'alarm info',
    'orders-queue-age: ApproximateAgeOfOldestMessage 4 ≤ 300',
    'alarm-created',
  ],
  [
    'alarm/insufficient-data',
    'alarm info',
    'orders-queue-age: Insufficient Data: 1 datapoint was unknown.',
    'alarm-insufficient-data',
  ],
  ['alarm/metric-math-sns', 'alarm firing', 'api-error-rate: Error rate (%) 7.25 ≥ 5', ''],
  ['alarm/mute-ended', 'alarm firing', 'checkout-cpu-high: CPUUtilization 97.31 > 80', ''],
  ['alarm/muted', 'alarm info', 'checkout-cpu-high: CPUUtilization 97.31 > 80', 'alarm-muted'],
  ['alarm/resolved-sns', 'alarm resolved', 'checkout-cpu-high: CPUUtilization 41.5 ≤ 80', ''],
  ['alarm/resolved-while-muted', 'alarm resolved', 'checkout-cpu-high: CPUUtilization 41.5 ≤ 80', ''],
  ['alarm/resolved', 'alarm resolved', 'checkout-cpu-high: CPUUtilization 41.5 ≤ 80', ''],
  [
    'guardduty/administrator-copy',
    'guardduty firing',
    'The EC2 instance i-0aa11bb22cc33dd44 is talking to a cryptocurrency network.',
    '',
  ],
  [
    'guardduty/api-findings',
    'guardduty firing',
    'The EC2 instance i-0aa11bb22cc33dd44 is talking to a cryptocurrency network.',
    '',
  ],
  [
    'guardduty/api-findings',
    'guardduty firing',
    'User maintenance signed in to the console from two places at once.',
    '',
  ],
  [
    'guardduty/archived',
    'guardduty resolved',
    'The EC2 instance i-0aa11bb22cc33dd44 is talking to a cryptocurrency network.',
    'guardduty-archived',
  ],
  ['guardduty/bare', 'guardduty firing', 'User reporting lists buckets in an unusual way.', ''],
  [
    'guardduty/critical-attack-sequence',
    'guardduty firing',
    'Data of an S3 bucket may be compromised by a sequence of actions of user deploy-bot.',
    '',
  ],
  [
    'guardduty/high-again',
    'guardduty firing',
    'The EC2 instance i-0aa11bb22cc33dd44 is talking to a cryptocurrency network.',
    '',
  ],
  [
    'guardduty/high',
    'guardduty firing',
    'The EC2 instance i-0aa11bb22cc33dd44 is talking to a cryptocurrency network.',
    '',
  ],
  [
    'guardduty/low-float',
    'guardduty firing',
    'The EC2 instance i-0aa11bb22cc33dd44 scans ports of a remote host.',
    '',
  ],
  [
    'guardduty/sample',
    'guardduty info',
    '[SAMPLE] The EC2 instance i-99999999 sends spam.',
    'guardduty-sample',
  ],
  [
    'guardduty/without-source',
    'guardduty firing',
    'The EC2 instance i-0aa11bb22cc33dd44 is talking to a cryptocurrency network.',
    '',
  ],
  [
    'securityhub/archived',
    'securityhub resolved',
    'S3.8 S3 general purpose buckets should block public access',
    'securityhub-archived',
  ],
  [
    'securityhub/bare',
    'securityhub firing',
    'RDS.8 RDS DB instances should have deletion protection enabled',
    '',
  ],
  [
    'securityhub/critical-and-medium',
    'securityhub firing',
    'IAM.4 IAM root user access key should not exist',
    '',
  ],
  [
    'securityhub/critical-and-medium',
    'securityhub firing',
    'EC2.19 EC2 security groups should not allow unrestricted access to high risk ports',
    '',
  ],
  [
    'securityhub/custom-action',
    'securityhub firing',
    'S3.8 S3 general purpose buckets should block public access',
    '',
  ],
  [
    'securityhub/failed-high',
    'securityhub firing',
    'S3.8 S3 general purpose buckets should block public access',
    '',
  ],
  [
    'securityhub/guardduty-copy',
    'securityhub firing',
    'The EC2 instance i-0aa11bb22cc33dd44 is talking to a cryptocurrency network.',
    '',
  ],
  [
    'securityhub/guardduty-sample',
    'securityhub info',
    '[SAMPLE] The EC2 instance i-99999999 sends spam.',
    'securityhub-sample',
  ],
  [
    'securityhub/insight-results',
    'event info',
    'Security Hub Insight Results: custom/tell-on-call: 10. S3 buckets with public write or read permissions',
    'event-notice',
  ],
  [
    'securityhub/not-available',
    'securityhub info',
    'S3.8 S3 general purpose buckets should block public access',
    'securityhub-not-available',
  ],
  [
    'securityhub/notified',
    'securityhub info',
    'S3.8 S3 general purpose buckets should block public access',
    'securityhub-notified',
  ],
  [
    'securityhub/passed-high-third-party',
    'securityhub resolved',
    'S3.8 S3 general purpose buckets should block public access',
    'securityhub-passed',
  ],
  [
    'securityhub/passed',
    'securityhub resolved',
    'S3.8 S3 general purpose buckets should block public access',
    'securityhub-resolved',
  ],
  [
    'securityhub/resolved-by-hand',
    'securityhub resolved',
    'S3.8 S3 general purpose buckets should block public access',
    'securityhub-resolved',
  ],
  [
    'securityhub/suppressed',
    'securityhub resolved',
    'S3.8 S3 general purpose buckets should block public access',
    'securityhub-suppressed',
  ],
  [
    'securityhub/third-party-without-severity',
    'securityhub firing',
    'TLS 1.0 is accepted',
    'securityhub-severity',
  ],
  [
    'securityhub/v2-failed',
    'securityhub firing',
    'S3.8 S3 general purpose buckets should block public access',
    '',
  ],
  [
    'securityhub/v2-resolved',
    'securityhub resolved',
    'S3.8 S3 general purpose buckets should block public access',
    'securityhub-resolved',
  ],
  [
    'securityhub/v2-severity-disagrees',
    'securityhub firing',
    'S3.8 S3 general purpose buckets should block public access',
    'securityhub-ocsf',
  ],
  [
    'securityhub/v2-suppressed',
    'securityhub resolved',
    'S3.8 S3 general purpose buckets should block public access',
    'securityhub-suppressed',
  ],
  ['health/abuse', 'health firing', 'ABUSE port scanning report in ap-northeast-1: i-0aa11bb22cc33dd44', ''],
  ['health/account-notification', 'health firing', 'LAMBDA runtime deprecation notice in ap-northeast-1', ''],
  ['health/api-form', 'health resolved', 'EC2 operational issue in ap-northeast-1', ''],
  [
    'health/before-communication-ids',
    'health firing',
    'RDS operational issue in ap-northeast-1: arn:aws:rds:ap-northeast-1:111122223333:db:orders',
    '',
  ],
  ['health/investigation', 'health firing', 'EBS operational investigation in ap-northeast-1', ''],
  [
    'health/issue-backup-copy',
    'health firing',
    'RDS operational issue in ap-northeast-1: arn:aws:rds:ap-northeast-1:111122223333:db:orders',
    '',
  ],
  [
    'health/issue-closed',
    'health resolved',
    'RDS operational issue in ap-northeast-1: arn:aws:rds:ap-northeast-1:111122223333:db:orders',
    '',
  ],
  [
    'health/issue-open',
    'health firing',
    'RDS operational issue in ap-northeast-1: arn:aws:rds:ap-northeast-1:111122223333:db:orders',
    '',
  ],
  ['health/issue-public', 'health firing', 'CLOUDFRONT operational issue in global', ''],
  [
    'health/issue-resolved-text',
    'health resolved',
    'RDS operational issue in ap-northeast-1: arn:aws:rds:ap-northeast-1:111122223333:db:orders',
    'health-resolved-text',
  ],
  [
    'health/organization-view',
    'health firing',
    'RDS operational issue in ap-northeast-1: arn:aws:rds:ap-northeast-1:111122223333:db:orders',
    '',
  ],
  [
    'health/scheduled-change',
    'health firing',
    'EC2 persistent instance retirement scheduled in ap-northeast-1: i-0aa11bb22cc33dd44 and 1 more',
    '',
  ],
  ['health/test', 'health info', 'EC2 health test event in ap-northeast-1', 'health-test'],
  [
    'event/api-call-denied',
    'event firing',
    'AWS API Call via CloudTrail: PutBucketPolicy by deploy/ci: User is not authorized to perform this action',
    'event-carries-error',
  ],
  [
    'event/api-call',
    'event info',
    'AWS API Call via CloudTrail: PutBucketPolicy by deploy/ci',
    'event-api-call',
  ],
  [
    'event/application',
    'event firing',
    'Payment Provider Switched: alpha-pay answers too slowly',
    'event-unknown',
  ],
  [
    'event/backup-with-issues',
    'event firing',
    'Backup Job State Change: orders COMPLETED',
    'event-completed-with-issues',
  ],
  [
    'event/console-sign-in-root',
    'event firing',
    'AWS Console Sign In via CloudTrail: ConsoleLogin by root',
    'event-unknown',
  ],
  [
    'event/console-sign-in',
    'event info',
    'AWS Console Sign In via CloudTrail: ConsoleLogin by maintenance',
    'event-sign-in',
  ],
  [
    'event/database-backup',
    'event info',
    'RDS DB Instance Event: orders: Backing up DB instance',
    'event-database-routine',
  ],
  [
    'event/database-failover',
    'event firing',
    'RDS DB Instance Event: orders: Multi-AZ instance failover started.',
    'event-unknown',
  ],
  [
    'event/detail-as-text',
    'event firing',
    'Step Functions Execution Status Change: nightly-close TIMED_OUT',
    'event-failed',
  ],
  [
    'event/image-scan-critical',
    'event firing',
    'ECR Image Scan: checkout COMPLETE',
    'event-vulnerable-image',
  ],
  [
    'event/inspector-closed',
    'event info',
    'Inspector2 Finding: 0123456789abcdef0123456789abcdef CLOSED: CVE-2025-00000 - openssl',
    'event-finding-closed',
  ],
  [
    'event/malware-found',
    'event firing',
    'GuardDuty Malware Protection Object Scan Result: invoice.zip COMPLETED, THREATS_FOUND',
    'event-failed',
  ],
  [
    'event/malware-not-found',
    'event info',
    'GuardDuty Malware Protection Object Scan Result: invoice.pdf COMPLETED, NO_THREATS_FOUND',
    'event-routine-state',
  ],
  ['event/object-created', 'event info', 'Object Created: orders-archive: PutObject', 'event-notice'],
  ['event/scheduled', 'event info', 'Scheduled Event: every-hour', 'event-scheduled'],
  [
    'event/stack-rolled-back',
    'event firing',
    'CloudFormation Stack Status Change: orders/00000000-0000-4000-8000-000000000001 UPDATE_ROLLBACK_COMPLETE',
    'event-failed',
  ],
  [
    'event/step-functions-failed',
    'event firing',
    'Step Functions Execution Status Change: nightly-close FAILED: States.TaskFailed',
    'event-failed',
  ],
  [
    'event/step-functions-succeeded',
    'event info',
    'Step Functions Execution Status Change: nightly-close SUCCEEDED',
    'event-routine-state',
  ],
  [
    'event/task-crashed',
    'event firing',
    'ECS Task State Change: service:checkout STOPPED: Essential container in task exited',
    'event-unknown',
  ],
  [
    'event/task-scaled-in',
    'event info',
    'ECS Task State Change: service:checkout STOPPED: Scaling activity initiated by deployment',
    'event-task-stopped-on-purpose',
  ],
  ['event/unknown-json', 'event firing', 'JSON message with temperature, rack, unit', 'event-unknown'],
  ['sns/alarm-http', 'alarm firing', 'checkout-cpu-high: CPUUtilization 97.31 > 80', ''],
  [
    'sns/backup-completed-text',
    'event info',
    'Notification from AWS Backup: An AWS Backup job was completed successfully. Resource ARN : arn:aws:dynamodb:ap-northeast-1:111122223333:table/orders.',
    'event-routine-state',
  ],
  [
    'sns/backup-failed-text',
    'event firing',
    'Notification from AWS Backup: An AWS Backup job failed. Resource ARN : arn:aws:dynamodb:ap-northeast-1:111122223333:table/orders. BackupJob ID : 0000…',
    'event-failed',
  ],
  ['sns/console-test', 'event info', 'TestInvoke: Hello from SNS!', 'event-test'],
  [
    'sns/eventbridge',
    'guardduty firing',
    'The EC2 instance i-0aa11bb22cc33dd44 is talking to a cryptocurrency network.',
    '',
  ],
  ['sns/object-created', 'event info', 'Amazon S3 Notification: ObjectCreated:Put', 'event-notice'],
  [
    'sns/subscription-confirmation',
    'event firing',
    'SNS asks to confirm a subscription: arn:aws:sns:ap-northeast-1:111122223333:alerts',
    'event-sns-subscription',
  ],
  [
    'sns/text',
    'event firing',
    'Stock import is slow: The nightly stock import took 94 minutes. Please look at the supplier feed.',
    'event-unknown',
  ],
  ['sns/two-records', 'alarm firing', 'checkout-cpu-high: CPUUtilization 97.31 > 80', ''],
  ['sns/two-records', 'event firing', 'disk of build-3 is full', 'event-unknown'],
  [
    'sns/unsubscribe-confirmation',
    'event firing',
    'An SNS subscription ended: arn:aws:sns:ap-northeast-1:111122223333:alerts',
    'event-sns-subscription',
  ],
  ['sqs/batch-with-a-bad-record', 'alarm firing', 'checkout-cpu-high: CPUUtilization 97.31 > 80', ''],
  [
    'sqs/batch-with-a-bad-record',
    'event firing',
    'Step Functions Execution Status Change: nightly-close FAILED: States.Timeout',
    'event-failed',
  ],
  ['sqs/eventbridge', 'alarm firing', 'checkout-cpu-high: CPUUtilization 97.31 > 80', ''],
  ['sqs/sns-raw-delivery', 'alarm firing', 'checkout-cpu-high: CPUUtilization 97.31 > 80', ''],
  ['sqs/sns-wrapped', 'alarm firing', 'checkout-cpu-high: CPUUtilization 97.31 > 80', ''],
  ['sqs/text', 'event firing', 'the label printer in warehouse 2 is out of paper', 'event-unknown'],
];

describe('samples', () => {
  test.each(GOLDEN.map(([name]) => name).filter((name, i, all) => all.indexOf(name) === i))('%s', (name) => {
    const { signals } = read(sample(name));
    const seen = signals.map((s) => [name, `${s.source} ${s.status}`, s.title, ruleOf(s)]);
    expect(seen).toEqual(GOLDEN.filter((row) => row[0] === name));
  });

  test('none is missing from the table', () => {
    expect(SAMPLES.filter((name) => !GOLDEN.some((row) => row[0] === name))).toEqual([]);
  });

  test('only the two bad records of the bad batch are faults', () => {
    const faulty = SAMPLES.flatMap((name) =>
      read(sample(name)).faults.map((fault) => `${name} ${fault.where}`),
    );
    expect(faulty).toEqual([
      'sqs/batch-with-a-bad-record .Records[1].body',
      'sqs/batch-with-a-bad-record .Records[2].body',
    ]);
  });
});
