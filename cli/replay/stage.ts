import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { archivedLines } from '../../shared/adapters/archive-reader.ts';
import { forPeople } from '../stack.ts';
import type { Question } from './judge.ts';
import { replay } from './run.ts';
import { spooled } from './spool.ts';
import type { Tally } from './tally.ts';

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

/** Replays lines of the archive. All are read before the first is judged: a rule may hold one because of another. */
export async function replayLines(
  pages: AsyncIterable<readonly string[]>,
  question: Question,
): Promise<Tally> {
  return spooled(textOf(pages), 'AWS', (part) => replay([[part]], question, null));
}

async function* textOf(pages: AsyncIterable<readonly string[]>): AsyncGenerator<string> {
  for await (const page of pages) yield page.map((line) => `${line.replace(/\n$/, '')}\n`).join('');
}
