import { CloudWatchLogsClient, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import type { LinesAround } from '../pipeline/ports.ts';

/** Once and quickly, or not at all: whoever asks waits half a second. */
const HURRY = {
  maxAttempts: 1,
  requestHandler: { connectionTimeout: 300, requestTimeout: 450, throwOnRequestTimeout: true },
} as const;

/**
 * Reads a stream backwards from a moment and forwards from it. An event of exactly that moment counts as after it,
 * so that the error itself is the first of those.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html
 */
export function makeLinesAround(
  client: Pick<CloudWatchLogsClient, 'send'> = new CloudWatchLogsClient(HURRY),
): LinesAround {
  return async ({ group, stream, at }, eachWay) => {
    const where = { logGroupName: group, logStreamName: stream };
    const [before, after] = await Promise.all([
      client.send(new GetLogEventsCommand({ ...where, endTime: at, startFromHead: false, limit: eachWay })),
      client.send(
        new GetLogEventsCommand({ ...where, startTime: at, startFromHead: true, limit: eachWay + 1 }),
      ),
    ]);
    return [...(before.events ?? []), ...(after.events ?? [])].map(({ message = '' }) => message);
  };
}
