import {
  type CloudWatchLogsClient,
  FilterLogEventsCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-cloudwatch-logs';

/** The functions whose logs hold the archive. */
const INTAKES = ['intake-logs', 'intake-events', 'intake-webhook'] as const;

/**
 * The archive's lines of a stack, a page at a time (up to 1 MiB), one log group after the other. `from`, ms. A function that
 * is not deployed has none. @throws what the SDK throws.
 */
export async function* archivedLines(
  client: CloudWatchLogsClient,
  stack: string,
  from: number,
): AsyncGenerator<readonly string[]> {
  for (const name of INTAKES) yield* linesOf(client, `/aws/lambda/${stack}-${name}`, from);
}

async function* linesOf(
  client: CloudWatchLogsClient,
  logGroupName: string,
  startTime: number,
): AsyncGenerator<readonly string[]> {
  let nextToken: string | undefined;
  do {
    const page = await client
      .send(
        new FilterLogEventsCommand({
          logGroupName,
          startTime,
          filterPattern: '{ $.archived = * }',
          ...(nextToken === undefined ? {} : { nextToken }),
        }),
      )
      .catch(absent);
    nextToken = page.nextToken;
    yield (page.events ?? []).flatMap(({ message }) => message ?? []);
  } while (nextToken !== undefined);
}

function absent(error: unknown) {
  if (error instanceof ResourceNotFoundException) return { events: [], nextToken: undefined };
  throw error;
}
