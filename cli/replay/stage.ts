import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { archivedLines } from '../../shared/adapters/archive-reader.ts';
import { forPeople } from '../stack.ts';
import { makeReplayer, type Question } from './judge.ts';
import { parse } from './read.ts';
import { countFault, emptyTally, type Tally } from './tally.ts';

/** FilterLogEvents allows a few calls a second: the SDK waits and tries again. */
const CLIENT = { maxAttempts: 10, retryMode: 'adaptive' } as const;

/** Replays what a stage on AWS archived since then, ms. @throws UserError with what AWS says. */
export async function replayStage(
  stage: string,
  region: string,
  question: Question,
  from: number,
): Promise<Tally> {
  const client = new CloudWatchLogsClient({ ...CLIENT, region });
  try {
    return await replayLines(archivedLines(client, `hansho-${stage}`, from), question);
  } catch (error) {
    throw forPeople(error, { stage, region });
  } finally {
    client.destroy();
  }
}

/** Replays lines of the archive, a page in memory at a time. */
export async function replayLines(
  pages: AsyncIterable<readonly string[]>,
  question: Question,
): Promise<Tally> {
  const replayer = makeReplayer(question);
  const tally = emptyTally();
  for await (const page of pages) {
    for (const line of page) {
      const parsed = parse(line);
      if (parsed === null) countFault(tally, 'a line of the archive is cut or damaged');
      else await replayer.addValue(tally, parsed.value, 'AWS');
    }
  }
  return tally;
}
