/** One thread of a replay: takes tasks, answers with what they came to. */
import { parentPort, workerData } from 'node:worker_threads';
import { makeReplayer, type Question } from './judge.ts';
import type { Done, Order } from './run.ts';
import { emptyTally } from './tally.ts';

const replayer = makeReplayer(workerData as Question);

parentPort?.on('message', (order: Order) => void work(order));

async function work({ index, task }: Order): Promise<void> {
  const tally = emptyTally();
  for (const part of task) await replayer.add(tally, part);
  parentPort?.postMessage({ index, tally } satisfies Done);
}
