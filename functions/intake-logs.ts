import type { CloudWatchLogsEvent } from 'aws-lambda';
import { text } from '../shared/model/json.ts';
import { intakeLogs, Unreadable } from '../shared/pipeline/intake.ts';
import { lambda } from '../shared/wiring/handle.ts';
import { wireIntake } from '../shared/wiring/intake.ts';

const deps = wireIntake(process.env, 'intake-logs');

/**
 * CloudWatch Logs hands over a subscription's payload, asynchronously: what throws is tried twice more and
 * then kept in the bucket of the on-failure destination.
 */
export const handler = lambda(deps.log, async (event: CloudWatchLogsEvent) => {
  const data = text(event, 'awslogs', 'data');
  if (data === null)
    throw new Unreadable('The event has no awslogs.data: it is not from a log subscription.');
  const { faults } = await intakeLogs(data, deps);
  if (faults.length > 0)
    throw new Unreadable(`${faults.length} log records could not be read; the others are queued.`);
});
