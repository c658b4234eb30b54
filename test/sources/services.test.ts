import { describe, expect, test } from 'vitest';
import { identify } from '../../shared/fingerprints/identify.ts';
import { wordsOf } from '../../shared/messages/words.ts';
import { LANGUAGES } from '../../shared/model/decision.ts';
import { readEvent } from '../../shared/sources/registry.ts';
import { DEAD_LETTERS } from '../../shared/sources/services/dead-letters.ts';
import { TABLE } from '../../shared/sources/services/services.ts';
import { lastingName } from '../../shared/sources/services/work.ts';
import type { Watch } from '../../shared/sources/watch.ts';
import { only, RECEIVED, read, ruleOf, SAMPLES, sample, withDetail } from './sample.ts';

const SERVICES = [...TABLE, DEAD_LETTERS];

/** What each sample is read as: status and impact (`-`: none, `unknown`: no row knows the state), title. */
const READ: readonly (readonly [string, string, string])[] = [
  [
    'ecs/deployment-completed',
    'resolved deployment-failed',
    'ECS service checkout deployment completed: ECS deployment ecs-svc/0123456789012345678 completed.',
  ],
  [
    'ecs/deployment-failed',
    'firing deployment-failed',
    'ECS service checkout deployment failed: ECS deployment circuit breaker: task failed to start.',
  ],
  [
    'ecs/deployment-in-progress',
    'info -',
    'ECS service checkout is deploying: ECS deployment ecs-svc/0123456789012345678 in progress.',
  ],
  [
    'ecs/service-action-unknown',
    'firing unknown',
    'ECS service checkout is SERVICE_LEFT_THE_BUILDING: SERVICE_LEFT_THE_BUILDING',
  ],
  [
    'ecs/service-cannot-place-tasks',
    'firing service-degraded',
    'ECS service checkout cannot place tasks: RESOURCE:FARGATE',
  ],
  [
    'ecs/service-start-impaired',
    'firing service-degraded',
    'ECS service checkout cannot start tasks reliably: SERVICE_TASK_START_IMPAIRED',
  ],
  ['ecs/service-steady', 'resolved service-degraded', 'ECS service checkout is steady: SERVICE_STEADY_STATE'],
  [
    'ecs/service-unhealthy-instance',
    'firing early-warning',
    'ECS service checkout has a warning: SERVICE_DISCOVERY_INSTANCE_UNHEALTHY',
  ],
  [
    'ecs/standalone-done',
    'resolved work-failed',
    'ECS family nightly-report task ended well: Essential container in task exited',
  ],
  [
    'ecs/standalone-failed',
    'firing work-failed',
    'ECS family nightly-report task failed: app exit code 1; Essential container in task exited',
  ],
  [
    'ecs/task-cannot-pull',
    'firing service-degraded',
    'ECS service checkout task cannot pull its image: CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref 1111…',
  ],
  [
    'ecs/task-cannot-start',
    'firing service-degraded',
    'ECS service checkout task cannot start: ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed',
  ],
  [
    'ecs/task-crashed',
    'firing service-degraded',
    'ECS service checkout task failed: app exit code 137; Essential container in task exited',
  ],
  [
    'ecs/task-exited-cleanly',
    'firing early-warning',
    'ECS service checkout task ended by itself with exit code 0: Essential container in task exited',
  ],
  [
    'ecs/task-out-of-memory',
    'firing service-degraded',
    'ECS service checkout task ran out of memory: app exit code 137; Essential container in task exited; OutOfMemoryError: Container killed due to memory …',
  ],
  [
    'ecs/task-replaced-by-deployment',
    'info -',
    'ECS service checkout task was stopped by its service, to scale in or to deploy: app exit code 143; Scaling activity initiated by (deployment ecs-svc/…',
  ],
  ['ecs/task-running', 'info -', 'ECS service checkout task is starting, running or on its way out'],
  [
    'ecs/task-scaled-in',
    'info -',
    'ECS service checkout task was stopped by its service, to scale in or to deploy: Scaling activity initiated by deployment',
  ],
  [
    'ecs/task-spot-interruption',
    'firing worth-a-review',
    'ECS service checkout task lost its host: Spot capacity or the host was taken back: app exit code 143; Your Spot Task was interrupted.',
  ],
  [
    'ecs/task-stop-code-unknown',
    'firing unknown',
    'ECS service checkout is HostWentForAWalk: The host is somewhere else',
  ],
  [
    'ecs/task-stopped-by-user',
    'info -',
    'ECS service checkout task was stopped by somebody: app exit code 137; Task stopped by user',
  ],
  [
    'ecs/task-unhealthy',
    'firing service-degraded',
    'ECS service checkout task failed its health check: app exit code 143; Task failed ELB health checks in (target-group arn:aws:elasticloadbalancing:ap-…',
  ],
  [
    'batch/failed',
    'firing work-failed',
    'Batch job nightly-report failed: Essential container in task exited; OutOfMemoryError: Container killed due to memory usage',
  ],
  ['batch/running', 'info -', 'Batch job nightly-report is on its way'],
  ['batch/succeeded', 'resolved work-failed', 'Batch job nightly-report succeeded'],
  ['step-functions/aborted', 'firing work-stopped', 'State machine order-flow was aborted'],
  ['step-functions/detail-as-text', 'firing work-failed', 'State machine nightly-close timed out'],
  [
    'step-functions/failed',
    'firing work-failed',
    'State machine nightly-close failed: States.TaskFailed: The ledger service did not answer.',
  ],
  ['step-functions/running', 'info -', 'State machine order-flow is running'],
  ['step-functions/succeeded', 'resolved work-failed', 'State machine nightly-close succeeded'],
  ['step-functions/timed-out', 'firing work-failed', 'State machine order-flow timed out: States.Timeout'],
  ['glue/crawler-failed', 'firing work-failed', 'Glue crawler orders-raw failed: Internal Service Exception'],
  ['glue/crawler-succeeded', 'resolved work-failed', 'Glue crawler orders-raw succeeded: Crawler Succeeded'],
  [
    'glue/job-failed',
    'firing work-failed',
    'Glue job load-orders failed: AnalysisException: Path does not exist: s3://shop-orders/2026/01/01',
  ],
  ['glue/job-stopped', 'info -', 'Glue job load-orders was stopped by somebody: Job run stopped'],
  ['glue/job-succeeded', 'resolved work-failed', 'Glue job load-orders succeeded: Job run succeeded'],
  ['glue/job-timeout', 'firing work-failed', 'Glue job load-orders timed out: Job run timed out'],
  [
    'glue/quality-failed',
    'firing work-failed',
    'Data quality of orders does not meet its rules: 2 rules failed, score 0.5',
  ],
  [
    'glue/quality-passed',
    'resolved work-failed',
    'Data quality of orders meets its rules: 0 rules failed, score 1',
  ],
  [
    'emr/cluster-ended-with-errors',
    'firing work-failed',
    'EMR cluster reports ended with errors: Amazon EMR Cluster j-1YONHTCP3YZKC (reports) has terminated with errors at 2026-01-01 01:00 UTC with a reason …',
  ],
  [
    'emr/step-completed',
    'resolved work-failed',
    'EMR step aggregate completed: Step s-2B (aggregate) in Amazon EMR cluster j-1YONHTCP3YZKC (reports) completed execution at 2026-01-01 02:00 UTC.',
  ],
  [
    'emr/step-failed',
    'firing work-failed',
    'EMR step aggregate failed: Step s-1A (aggregate) in Amazon EMR cluster j-1YONHTCP3YZKC (reports) failed at 2026-01-01 01:00 UTC.',
  ],
  [
    'lambda/event-age-exceeded-on-a-bus',
    'firing work-failed',
    'Lambda function orders-import gave up on an event that had waited too long',
  ],
  [
    'lambda/retries-exhausted',
    'firing work-failed',
    "Lambda function orders-import gave up on an event after its tries: TypeError: Cannot read properties of undefined (reading 'lines')",
  ],
  [
    'lambda/stream-batch-given-up',
    'firing work-failed',
    'Lambda function orders-import gave up on a batch of its stream after its tries: Unhandled',
  ],
  ['lambda/succeeded-on-a-bus', 'info -', 'Lambda function orders-import succeeded'],
  [
    'codepipeline/action-failed',
    'firing change-failed',
    'Pipeline action release/Test/IntegrationTests failed: Build terminated with state: FAILED',
  ],
  ['codepipeline/failed-by-notification-rule', 'firing change-failed', 'Pipeline release failed'],
  [
    'codepipeline/failed',
    'firing change-failed',
    'Pipeline release failed: IntegrationTests: Build terminated with state: FAILED',
  ],
  ['codepipeline/stage-failed', 'firing change-failed', 'Pipeline stage release/Test failed'],
  ['codepipeline/stage-succeeded', 'resolved change-failed', 'Pipeline stage release/Test succeeded'],
  ['codepipeline/state-unknown', 'firing unknown', 'Pipeline release is PUZZLED'],
  ['codepipeline/succeeded', 'resolved change-failed', 'Pipeline release succeeded'],
  ['codepipeline/superseded', 'info -', 'Pipeline release was stopped or replaced on purpose'],
  [
    'codebuild/failed-in-pipeline',
    'firing change-failed',
    'CodeBuild project checkout failed: BUILD: COMMAND_EXECUTION_ERROR: Error while executing command: npm test. Reason: exit status 1',
  ],
  [
    'codebuild/failed',
    'firing change-failed',
    'CodeBuild project checkout failed: BUILD: COMMAND_EXECUTION_ERROR: Error while executing command: npm test. Reason: exit status 1',
  ],
  ['codebuild/stopped', 'info -', 'CodeBuild project checkout was stopped or replaced on purpose'],
  ['codebuild/succeeded', 'resolved change-failed', 'CodeBuild project checkout succeeded'],
  ['codebuild/timed-out', 'firing change-failed', 'CodeBuild project checkout timed out'],
  [
    'codedeploy/failed-by-trigger',
    'firing deployment-failed',
    'Deployment of checkout failed: The overall deployment failed because too many individual instances failed deployment.',
  ],
  ['codedeploy/failed', 'firing deployment-failed', 'Deployment of checkout failed'],
  ['codedeploy/started', 'info -', 'Deployment of checkout is on its way'],
  ['codedeploy/stopped', 'firing work-stopped', 'Deployment of checkout was stopped'],
  ['codedeploy/succeeded', 'resolved deployment-failed', 'Deployment of checkout succeeded'],
  ['cloudformation/deleted', 'resolved deployment-failed', 'CloudFormation stack shop-api was deleted'],
  ['cloudformation/deleted', 'resolved deployment-failed', 'CloudFormation stack shop-api was deleted'],
  [
    'cloudformation/drifted',
    'firing worth-a-review',
    'CloudFormation stack shop-api has drifted: 2 resources differ',
  ],
  ['cloudformation/in-sync', 'resolved worth-a-review', 'CloudFormation stack shop-api is in sync'],
  [
    'cloudformation/rolled-back',
    'firing change-failed',
    'CloudFormation stack orders failed and was rolled back',
  ],
  [
    'cloudformation/rolls-back',
    'firing change-failed',
    'CloudFormation stack shop-api failed and rolls back: The following resource(s) failed to update: [Queue].',
  ],
  ['cloudformation/stack-set-failed', 'firing change-failed', 'CloudFormation stack set guardrails failed'],
  [
    'cloudformation/stack-set-succeeded',
    'resolved change-failed',
    'CloudFormation stack set guardrails succeeded',
  ],
  [
    'cloudformation/stuck',
    'firing deployment-failed',
    'CloudFormation stack shop-api failed and could not be rolled back: The following resource(s) failed to update: [Queue].',
  ],
  ['cloudformation/updated', 'resolved deployment-failed', 'CloudFormation stack shop-api is complete'],
  ['cloudformation/updating', 'info -', 'CloudFormation stack shop-api is on its way'],
  [
    'ec2/rebalance-recommendation',
    'info -',
    'Spot instance i-0aa11bb22cc33dd44 may be taken back: Auto Scaling acts on it',
  ],
  [
    'ec2/spot-interruption',
    'firing capacity-at-risk',
    'Spot capacity will be taken back in two minutes: i-0aa11bb22cc33dd44 (terminate)',
  ],
  ['ec2/state-unknown', 'firing unknown', 'EC2 instance i-0aa11bb22cc33dd44 is levitating'],
  ['ec2/terminated', 'info -', 'EC2 instance i-0aa11bb22cc33dd44 was stopped or terminated'],
  [
    'auto-scaling/launch-failed-sns',
    'firing capacity-at-risk',
    'Auto Scaling group web cannot launch an instance: You have requested more vCPU capacity than your current vCPU limit of 32 allows. Launching EC2 inst…',
  ],
  [
    'auto-scaling/launch-failed',
    'firing capacity-at-risk',
    'Auto Scaling group web cannot launch an instance: We currently do not have sufficient c7g.xlarge capacity in the Availability Zone you requested (ap-…',
  ],
  [
    'auto-scaling/launched',
    'resolved capacity-at-risk',
    'Auto Scaling group web launched an instance: At 2026-01-01T01:00:00Z an instance was started in response to a difference between desired and actual c…',
  ],
  ['auto-scaling/refresh-failed', 'firing change-failed', 'Auto Scaling group web instance refresh failed'],
  [
    'auto-scaling/refresh-succeeded',
    'resolved deployment-failed',
    'Auto Scaling group web instance refresh succeeded',
  ],
  [
    'auto-scaling/terminate-failed',
    'firing capacity-at-risk',
    'Auto Scaling group web cannot terminate an instance: The instance is protected.',
  ],
  [
    'auto-scaling/terminated',
    'resolved capacity-at-risk',
    'Auto Scaling group web terminated an instance: At 2026-01-01T01:00:00Z an instance was started in response to a difference between desired and actual…',
  ],
  [
    'ebs/attach-failed',
    'firing service-degraded',
    'EBS volume vol-0a1b2c3d4e5f60718 cannot be attached: arn:aws:kms:ap-northeast-1:111122223333:key/01234567-0123-0123-0123-0123456789ab is disabled.',
  ],
  ['ebs/attached', 'resolved service-degraded', 'EBS volume vol-0a1b2c3d4e5f60718 is attached'],
  [
    'ebs/create-failed',
    'firing change-failed',
    'EBS volume vol-0a1b2c3d4e5f60718 could not be created: arn:aws:kms:ap-northeast-1:111122223333:key/01234567-0123-0123-0123-0123456789ab is pending de…',
  ],
  ['ebs/created', 'info -', 'EBS volume vol-0a1b2c3d4e5f60718 was changed as asked'],
  [
    'ebs/snapshot-failed',
    'firing data-unprotected',
    'Snapshot of vol-0a1b2c3d4e5f60718 failed: The snapshot could not be created.',
  ],
  ['ebs/snapshot-shared', 'info -', 'Snapshot of vol-0a1b2c3d4e5f60718 was shared or changed as asked'],
  ['ebs/snapshot-succeeded', 'resolved data-unprotected', 'Snapshot of vol-0a1b2c3d4e5f60718 succeeded'],
  ['ecr/clean', 'resolved early-warning', 'Image checkout:2026.1 has no critical or high vulnerabilities'],
  ['ecr/critical', 'firing early-warning', 'Image checkout:2026.1 has critical vulnerabilities: 2 CRITICAL'],
  ['rds/backup-finished', 'info -', 'Database orders has routine news: Backing up DB instance'],
  [
    'rds/cluster-failover-completed',
    'resolved service-down',
    'Database shop has failed over: Completed failover to DB instance: shop-2.',
  ],
  [
    'rds/cluster-failover-failed',
    'firing service-down',
    'Database shop could not fail over: Cluster failover failed, check the health of your cluster instances and try again.',
  ],
  [
    'rds/cluster-failover-started',
    'firing service-degraded',
    'Database shop fails over: Started cross AZ failover to DB instance: shop-2.',
  ],
  [
    'rds/failed',
    'firing service-down',
    'Database orders is in a failed state: DB instance put into failed state. RDS recommends that you initiate a point-in-time-restore.',
  ],
  [
    'rds/failover-completed',
    'resolved service-down',
    'Database orders has failed over: Multi-AZ instance failover completed',
  ],
  [
    'rds/failover-started-sns',
    'firing service-degraded',
    'Database orders fails over: Multi-AZ instance failover started.',
  ],
  [
    'rds/failover-started',
    'firing service-degraded',
    'Database orders fails over: Multi-AZ instance failover started.',
  ],
  [
    'rds/failure-of-a-new-kind',
    'firing service-degraded',
    'Database orders reports a failure: Something that this table has never heard of.',
  ],
  [
    'rds/notice',
    'info -',
    'Database orders has routine news: The DB instance has a DB engine minor version upgrade available.',
  ],
  [
    'rds/replication-resumed',
    'resolved service-degraded',
    'Database orders-replica replication runs again: Replication for the Read Replica resumed.',
  ],
  [
    'rds/replication-stopped',
    'firing service-degraded',
    'Database orders-replica replication has stopped: Replication has stopped.',
  ],
  ['rds/restarted', 'resolved service-down', 'Database orders runs again: DB instance restarted.'],
  ['rds/shutdown', 'firing service-degraded', 'Database orders shut down: DB instance shutdown.'],
  [
    'rds/storage-full',
    'firing service-down',
    'Database orders has no storage left: Allocated storage has been exhausted. Allocate additional storage to resolve.',
  ],
  [
    'rds/storage-low',
    'firing service-degraded',
    'Database orders runs out of storage: The free storage capacity for DB instance: orders is low at 9% of the provisioned storage [Provisioned Storage: …',
  ],
  [
    'rds/storage-raised',
    'resolved service-down',
    'Database orders has more storage: Finished applying modification to allocated storage.',
  ],
  [
    'backup/completed-with-issues',
    'firing early-warning',
    'Backup of orders completed with issues: Some files could not be read.',
  ],
  ['backup/completed', 'resolved data-unprotected', 'Backup of orders completed'],
  ['backup/copy-completed', 'resolved data-unprotected', 'Backup copy of orders completed'],
  [
    'backup/copy-failed',
    'firing data-unprotected',
    'Backup copy of orders failed: The destination vault does not exist.',
  ],
  [
    'backup/expired',
    'firing data-unprotected',
    'Backup of orders did not start in its window: Backup job expired before it could start.',
  ],
  [
    'backup/failed',
    'firing data-unprotected',
    'Backup of orders failed: Access denied to the KMS key of the vault.',
  ],
  ['backup/restore-completed', 'resolved work-failed', 'Restore of RDS completed'],
  ['backup/restore-failed', 'firing work-failed', 'Restore of RDS failed: The subnet group does not exist.'],
  ['backup/running', 'info -', 'Backup of orders is on its way'],
  [
    'dms/instance-low-storage',
    'firing service-degraded',
    'DMS cdc runs out of storage: The replication instance has consumed more than 90% of its allocated storage.',
  ],
  [
    'dms/task-failed',
    'firing service-degraded',
    'DMS orders-cdc failed: Last Error Task error notification received from subtask 0, thread 0 Stop Reason FATAL_ERROR Error Level FATAL',
  ],
  [
    'dms/task-finished',
    'resolved service-degraded',
    'DMS orders-cdc runs or has finished: Stop Reason FULL_LOAD_ONLY_FINISHED Error Level NORMAL',
  ],
  [
    'dms/task-started',
    'resolved service-degraded',
    'DMS orders-cdc runs or has finished: Replication task started, with flag = resume',
  ],
  [
    'dms/task-stopped',
    'firing work-stopped',
    'DMS orders-cdc stopped: Stop Reason RECOVERABLE_ERROR Error Level RECOVERABLE',
  ],
  ['redshift/statement-aborted', 'firing work-stopped', 'Redshift statement refresh-orders was aborted'],
  ['redshift/statement-failed', 'firing work-failed', 'Redshift statement refresh-orders failed'],
  ['redshift/statement-finished', 'resolved work-failed', 'Redshift statement refresh-orders finished'],
  ['elasticache/event-unknown', 'firing unknown', 'Cache sessions is CacheDoesSomethingNew'],
  ['elasticache/failed-over', 'firing early-warning', 'Cache sessions failed over to a replica'],
  ['elasticache/node-replace-started', 'firing service-degraded', 'Cache sessions replaces a node'],
  ['elasticache/node-replaced', 'resolved service-degraded', 'Cache sessions has its nodes again'],
  [
    'opensearch/high-memory',
    'firing service-degraded',
    'Search domain search warns gravely: JVM memory pressure has exceeded 80%.',
  ],
  [
    'opensearch/low-disk',
    'firing early-warning',
    'Search domain search warns: One or more data nodes in your cluster has less than 25% of storage space or less than 25GB.',
  ],
  [
    'opensearch/red-restored',
    'resolved service-down',
    'Search domain search is no longer red: The red indices are restored.',
  ],
  [
    'opensearch/red',
    'firing service-down',
    'Search domain search is red: Your cluster status is red. We have started automatic snapshot restore for the red indices.',
  ],
  [
    'opensearch/update-available',
    'info -',
    'Search domain search has planned news: Service software update R20260101 available.',
  ],
  [
    'dead-letter/event-rule',
    'firing work-failed',
    'EventBridge rule orders could not deliver an event: NO_PERMISSIONS: Not authorized to invoke the function.',
  ],
  [
    'dead-letter/lambda',
    'firing work-failed',
    'Lambda function gave up on an event: 200: Task timed out after 30.00 seconds',
  ],
  [
    'dead-letter/moved-back-home',
    'firing unknown',
    'The EC2 instance i-0aa11bb22cc33dd44 is talking to a cryptocurrency network.',
  ],
  [
    'dead-letter/pipe',
    'firing work-failed',
    'Pipe orders gave up on a batch after its tries: RetryAttemptsExhausted',
  ],
  ['dead-letter/queue', 'firing work-failed', 'Queue orders gave up on a message'],
  [
    'dead-letter/schedule',
    'firing work-failed',
    'Schedule close-day could not call its target: AWS.Scheduler.InternalServerError: The target did not answer.',
  ],
  [
    'glue/job-delayed',
    'firing worth-a-review',
    'Glue job load-orders runs longer than it should: more than 30 minutes',
  ],
  [
    'emr/cluster-terminated-by-failure',
    'firing work-failed',
    'EMR cluster reports ended with errors: Amazon EMR Cluster j-1YONHTCP3YZKC (reports) has terminated at 2026-01-01 01:20 UTC with a reason of STEP_FAIL…',
  ],
  [
    'emr/cluster-terminated',
    'info -',
    'EMR cluster reports is on its way or done: Amazon EMR Cluster j-1YONHTCP3YZKC (reports) has terminated at 2026-01-01 03:00 UTC with a reason of USER_…',
  ],
  [
    'emr/step-interrupted',
    'firing work-stopped',
    'EMR step aggregate was interrupted: Step s-1C (aggregate) in Amazon EMR cluster j-1YONHTCP3YZKC (reports) was interrupted at 2026-01-01 01:10 UTC.',
  ],
  [
    'dms/instance-available',
    'resolved early-warning',
    'DMS cdc is available after maintenance: Offline maintenance of the replication instance is complete. The replication instance is now available.',
  ],
  [
    'dms/instance-failed-over',
    'resolved service-degraded',
    'DMS cdc has failed over: Failover is complete for a Multi-AZ replication instance.',
  ],
  [
    'dms/instance-fails-over',
    'firing service-degraded',
    'DMS cdc fails over: Failover started for a Multi-AZ replication instance.',
  ],
  [
    'dms/instance-maintenance',
    'firing early-warning',
    'DMS cdc is unavailable for maintenance: Offline maintenance of the replication instance is taking place. The replication instance is currently unavai…',
  ],
  [
    'dms/instance-storage-raised',
    'resolved service-degraded',
    'DMS cdc has more storage: The storage for the replication instance has been increased.',
  ],
  [
    'dms/task-reading-paused',
    'firing early-warning',
    'DMS orders-cdc paused reading: Reading was paused because the swap files limit was reached.',
  ],
  ['dms/task-reading-resumed', 'resolved early-warning', 'DMS orders-cdc reads again: Reading resumed.'],
  [
    'kms/deleted',
    'firing early-warning',
    'KMS key 1234abcd-12ab-34cd-56ef-1234567890ab was deleted: what it encrypts is lost',
  ],
  [
    'kms/material-expired',
    'firing service-degraded',
    'KMS key 1234abcd-12ab-34cd-56ef-1234567890ab has lost its imported key material: what it encrypts cannot be read',
  ],
  [
    'ses-sending/advisor-open',
    'firing worth-a-review',
    'SES advisor shop.example.com has a recommendation: The DKIM record of shop.example.com is missing.',
  ],
  [
    'ses-sending/advisor-resolved',
    'resolved worth-a-review',
    'SES advisor shop.example.com recommendation is followed: The DKIM record of shop.example.com was found.',
  ],
  [
    'ses-sending/disabled',
    'firing service-down',
    'SES receipts may not send mail any more: The bounce rate of this configuration set is above its limit.',
  ],
  ['ses-sending/enabled', 'resolved service-down', 'SES receipts may send mail again'],
  [
    'elasticache/limit-approaching',
    'firing early-warning',
    'Cache sessions comes near its limit: the cache uses more than 75 % of its limit.',
  ],
  [
    'elasticache/snapshot-created',
    'resolved data-unprotected',
    'Cache sessions snapshot is complete: A snapshot of cache sessions was created.',
  ],
  [
    'elasticache/snapshot-failed',
    'firing data-unprotected',
    'Cache sessions snapshot failed: Failed to create a snapshot of cache sessions.',
  ],
  [
    'elasticache/update-failed',
    'firing change-failed',
    'Cache sessions could not be changed: Failed to update cache sessions.',
  ],
  [
    'elasticache/updated',
    'resolved change-failed',
    'Cache sessions was changed as asked: Cache sessions was updated.',
  ],
  [
    'elasticache/updated',
    'resolved change-failed',
    'Cache sessions was changed as asked: Cache sessions was updated.',
  ],
];

describe('samples', () => {
  test.each(READ.map(([name]) => name).filter((name, i, all) => all.indexOf(name) === i))('%s', (name) => {
    const seen = read(sample(name)).signals.map((signal) => {
      const unknown = signal.status === 'firing' ? 'unknown' : '-';
      return [name, `${signal.status} ${signal.fields?.impact ?? unknown}`, signal.title];
    });
    expect(seen).toEqual(READ.filter((row) => row[0] === name));
  });

  test('none is missing from the table, and each service has one that fires', () => {
    for (const { name } of SERVICES) {
      const ours = SAMPLES.filter((one) => one.startsWith(`${name}/`));
      expect(ours.filter((one) => !READ.some((row) => row[0] === one))).toEqual([]);
      expect(READ.some((row) => row[0].startsWith(`${name}/`) && row[1].startsWith('firing'))).toBe(true);
    }
  });
});

describe('a problem is one incident from its first event to the one that ends it', () => {
  test.each([
    ['ecs/task-crashed ecs/service-unhealthy-instance ecs/service-cannot-place-tasks ecs/service-steady'],
    ['ecs/task-out-of-memory ecs/task-cannot-pull ecs/task-unhealthy ecs/service-steady'],
    ['ecs/deployment-failed ecs/deployment-completed'],
    ['ecs/standalone-failed ecs/standalone-done'],
    ['batch/failed batch/succeeded'],
    ['step-functions/failed step-functions/succeeded'],
    ['glue/job-failed glue/job-timeout glue/job-succeeded'],
    ['glue/job-delayed glue/job-failed glue/job-succeeded'],
    ['glue/crawler-failed glue/crawler-succeeded'],
    ['glue/quality-failed glue/quality-passed'],
    ['emr/step-failed emr/step-interrupted emr/step-completed'],
    ['codepipeline/failed codepipeline/succeeded'],
    ['codepipeline/failed-by-notification-rule codepipeline/succeeded'],
    ['codepipeline/stage-failed codepipeline/stage-succeeded'],
    ['codebuild/failed codebuild/timed-out codebuild/succeeded'],
    ['codedeploy/failed codedeploy/failed-by-trigger codedeploy/succeeded'],
    ['cloudformation/rolls-back cloudformation/stuck cloudformation/updated'],
    ['cloudformation/drifted cloudformation/in-sync'],
    ['cloudformation/stack-set-failed cloudformation/stack-set-succeeded'],
    ['auto-scaling/launch-failed auto-scaling/launch-failed-sns auto-scaling/launched'],
    ['auto-scaling/terminate-failed auto-scaling/terminated'],
    ['auto-scaling/refresh-failed auto-scaling/refresh-succeeded'],
    ['ebs/attach-failed ebs/attached'],
    ['ebs/snapshot-failed ebs/snapshot-succeeded'],
    ['ecr/critical ecr/clean'],
    ['rds/failover-started rds/failed rds/failover-completed'],
    ['rds/failover-started-sns rds/failover-completed'],
    ['rds/storage-low rds/storage-full rds/storage-raised'],
    ['rds/replication-stopped rds/replication-resumed'],
    ['rds/shutdown rds/restarted'],
    ['rds/cluster-failover-started rds/cluster-failover-failed rds/cluster-failover-completed'],
    ['backup/failed backup/expired backup/completed'],
    ['backup/copy-failed backup/copy-completed'],
    ['backup/restore-failed backup/restore-completed'],
    ['dms/task-stopped dms/task-failed dms/task-started'],
    ['dms/task-reading-paused dms/task-reading-resumed'],
    ['dms/instance-low-storage dms/instance-storage-raised'],
    ['dms/instance-maintenance dms/instance-available'],
    ['dms/instance-fails-over dms/instance-failed-over'],
    ['elasticache/snapshot-failed elasticache/snapshot-created'],
    ['ses-sending/disabled ses-sending/enabled'],
    ['ses-sending/advisor-open ses-sending/advisor-resolved'],
    ['redshift/statement-failed redshift/statement-aborted redshift/statement-finished'],
    ['elasticache/node-replace-started elasticache/node-replaced'],
    ['opensearch/red opensearch/red-restored'],
  ])('%s', (names) => {
    const signals = names.split(' ').map((name) => only(sample(name)));
    expect(new Set(signals.map((signal) => identify(signal).incident)).size).toBe(1);
    expect(new Set(signals.map(({ id }) => id)).size).toBe(signals.length);
    expect(signals.map(({ lifecycle }) => lifecycle)).toEqual(signals.map(() => 'states'));
    expect(signals.map(({ status }) => status)).toEqual([
      ...signals.slice(1).map(() => 'firing'),
      'resolved',
    ]);
  });

  test('what no event ends is left to silence', () => {
    const names = [
      'ec2/spot-interruption',
      'lambda/retries-exhausted',
      'dead-letter/queue',
      'ebs/create-failed',
      'kms/material-expired',
      'kms/deleted',
      'emr/cluster-terminated-by-failure',
    ];
    for (const name of names) expect(only(sample(name)).lifecycle).toBe('quiet');
  });

  test('a stack that is deleted ends its drift too', () => {
    const drifted = identify(only(sample('cloudformation/drifted'))).incident;
    const ended = read(sample('cloudformation/deleted')).signals.map((signal) => identify(signal).incident);
    expect(ended).toContain(drifted);
  });

  test('Spot capacity that is taken from many instances is one incident', () => {
    const ids = ['i-1', 'i-2'].map((instance) => {
      const signal = only(withDetail('ec2/spot-interruption', { 'instance-id': instance }));
      return [identify(signal).incident, signal.id];
    });
    expect(ids[0]?.[0]).toBe(ids[1]?.[0]);
    expect(ids[0]?.[1]).not.toBe(ids[1]?.[1]);
  });

  test('two plans that back up one resource fail apart', () => {
    const other = withDetail('backup/failed', { createdBy: { backupPlanId: 'another' } });
    expect(identify(only(other)).incident).not.toBe(identify(only(sample('backup/failed'))).incident);
  });
});

test('the same event is one signal, whoever carries it and however often', () => {
  const event = sample('codepipeline/failed');
  const topic = 'arn:aws:sns:ap-northeast-1:111122223333:t';
  const carried = only({ MessageId: 'm', TopicArn: topic, Message: JSON.stringify(event) });
  expect(carried.id).toBe(only(event).id);
  expect(only({ ...event, id: 'sent again' }).id).toBe(only(event).id);
});

describe('what a row does not know is told', () => {
  const rows = TABLE.flatMap(({ name, watches }) =>
    watches
      .filter(({ kinds }) => kinds.length > 0)
      .map((watch) => [name, watch.kinds[0] ?? '', watch] as const),
  );

  test.each(rows)('%s: %s without a detail is a plain card', (_, kind, watch: Watch) => {
    const signal = only({ source: watch.from[0], 'detail-type': kind, id: 'e-1', detail: {} });
    const byKind = watch.states[kind] !== undefined || kind.startsWith('EC2 Auto Scaling Instance Refresh');
    if (!byKind)
      expect([signal.status, ruleOf(signal)]).toEqual(['firing', expect.stringMatching(/-unknown-state$/)]);
    expect(signal.title).not.toMatch(/null|undefined/);
  });

  test('an event that lost its source on the way is read by its detail-type', () => {
    const { source: _, ...lost } = sample('step-functions/failed');
    expect(only(lost).source).toBe('step-functions');
  });

  test('the same detail-type of an application proves nothing', () => {
    expect(only({ ...sample('batch/failed'), source: 'shop.batch' }).source).toBe('event');
    expect(
      only({ detail: { Event: 'autoscaling:EC2_INSTANCE_LAUNCH' }, source: 'shop', 'detail-type': 'x' })
        .source,
    ).toBe('event');
  });

  test('a new detail-type of RDS is read by its event id and category', () => {
    const signal = only({ ...sample('rds/failover-started'), 'detail-type': 'RDS DB Moon Event' });
    expect(signal).toMatchObject({ source: 'rds', status: 'firing' });
  });
});

describe('tasks that stop', () => {
  test.each([
    ['UserInitiated', 'Task stopped by user', 137, 'info'],
    ['ServiceSchedulerInitiated', 'Scaling activity initiated by (deployment ecs-svc/1)', 143, 'info'],
    ['ServiceSchedulerInitiated', 'Task failed container health checks', 143, 'firing'],
    ['EssentialContainerExited', 'Essential container in task exited', 1, 'firing'],
    ['TaskFailedToStart', 'DockerTimeoutError: Could not transition to started', null, 'firing'],
    ['SpotInterruption', 'Your Spot Task was interrupted.', 143, 'firing'],
  ])('%s, %s, exit code %s: %s', (stopCode, stoppedReason, exitCode, status) => {
    const containers = [{ name: 'app', exitCode }];
    expect(only(withDetail('ecs/task-crashed', { stopCode, stoppedReason, containers })).status).toBe(status);
  });

  test('a sidecar that failed says so, though the app ended well', () => {
    const containers = [
      { name: 'app', exitCode: 0 },
      { name: 'proxy', exitCode: 2 },
    ];
    const signal = only(withDetail('ecs/standalone-done', { containers }));
    expect(signal.status).toBe('firing');
    expect(signal.title).toContain('proxy exit code 2');
  });
});

test.each([
  ['nightly-report', 'nightly-report'],
  ['nightly-report-20260101', 'nightly-report'],
  ['nightly-report-2026-01-01T03:00', 'nightly-report'],
  ['nightly_2026_01_01_report', 'nightly_report'],
  ['report-1b4e28ba-2fa1-11d2-883f-0016d3cca427', 'report'],
  ['load-1767225600', 'load'],
  ['shard-01', 'shard-01'],
  ['v2-import', 'v2-import'],
  ['20260101', ''],
])('%s lasts as %s', (name, lasting) => {
  expect(lastingName(name)).toBe(lasting);
});

test('a dead letter that is moved back to its queue is read as what it is', () => {
  const signal = only(sample('dead-letter/moved-back-home'));
  expect(signal.source).toBe('guardduty');
  expect(signal.id).toBe(only(sample('guardduty/high')).id);
});

describe('what to do first', () => {
  test.each(LANGUAGES)('%s has words for every service, and for no rule that does not exist', (language) => {
    const { firstLook } = wordsOf(language);
    const outcomes = SERVICES.flatMap(({ watches }) =>
      watches.flatMap(({ states }) => Object.values(states)),
    );
    const rules = outcomes.flatMap((one) => (one.status === 'firing' && one.rule !== null ? [one.rule] : []));
    const names = SERVICES.map(({ name }) => name);
    for (const name of [...names, ...rules]) expect(Object.keys(firstLook)).toContain(name);
    const prefixes = names.map((name) => `${name}-`);
    const ours = Object.keys(firstLook).filter((key) => prefixes.some((prefix) => key.startsWith(prefix)));
    expect(ours.filter((key) => ![...names, ...rules].includes(key))).toEqual([]);
  });
});

test('reading does not depend on when it is received', () => {
  const event = sample('lambda/retries-exhausted');
  expect(readEvent(event, RECEIVED).signals[0]?.time).toBe(readEvent(event, RECEIVED + 1e6).signals[0]?.time);
});
