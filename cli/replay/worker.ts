/** One thread of a replay: takes tasks, answers with what they came to. */
import { parentPort, workerData } from 'node:worker_threads';
import { countPass, type Pass, type PassOrder, surveyPass } from './passes.ts';
import type { Done, Order } from './run.ts';

const { question, surveyed } = workerData as PassOrder;
if (surveyed === null) answer(surveyPass(question));
else answer(countPass(question, surveyed));

function answer<Sum>({ none, reader }: Pass<Sum>): void {
  const read = reader();
  const work = async ({ index, task }: Order): Promise<void> => {
    const sum = none();
    for (const part of task) await read(sum, part);
    parentPort?.postMessage({ index, sum } satisfies Done<Sum>);
  };
  parentPort?.on('message', (order: Order) => void work(order));
}
