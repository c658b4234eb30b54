import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { makeReplayer, type Question } from './judge.ts';
import type { Task } from './read.ts';
import { emptyTally, merge, type Tally } from './tally.ts';

/** A task and its place in the input. */
export interface Order {
  readonly index: number;
  readonly task: Task;
}

/** What a worker answers. */
export interface Done {
  readonly index: number;
  readonly tally: Tally;
}

/** Below so much, starting threads takes longer than the work. */
const WORTH_THREADS_BYTES = 8 * 1024 * 1024;
/** Tallies that wait for an earlier one, a thread: they bound the memory where one task takes long. */
const AHEAD = 8;

/**
 * Replays the tasks on so many threads; null: as many as there are cores, where it is worth it. The answer does not
 * depend on their number.
 */
export async function replay(
  tasks: readonly Task[],
  question: Question,
  threads: number | null,
): Promise<Tally> {
  const bytes = tasks.flat().reduce((sum, part) => sum + part.bytes, 0);
  const wanted = threads ?? (bytes < WORTH_THREADS_BYTES ? 1 : availableParallelism());
  const standardInput = tasks.some((task) => task.some(({ file }) => file === '-'));
  const used = Math.min(wanted, tasks.length);
  return used <= 1 || standardInput ? alone(tasks, question) : together(tasks, question, used);
}

async function alone(tasks: readonly Task[], question: Question): Promise<Tally> {
  const replayer = makeReplayer(question);
  const tally = emptyTally();
  for (const part of tasks.flat()) await replayer.add(tally, part);
  return tally;
}

/** Whoever is free takes the next task; what comes back is merged in the order of the input. */
function together(tasks: readonly Task[], question: Question, threads: number): Promise<Tally> {
  const tally = emptyTally();
  const early = new Map<number, Tally>();
  const idle: Worker[] = [];
  let next = 0;
  let merged = 0;
  const workers = Array.from(
    { length: threads },
    () => new Worker(new URL('./worker.ts', import.meta.url), { workerData: question }),
  );
  const stop = (): void => {
    for (const worker of workers) void worker.terminate();
  };
  const give = (): void => {
    while (next < tasks.length && next < merged + AHEAD * threads) {
      const worker = idle.pop();
      const task = tasks[next];
      if (worker === undefined || task === undefined) return;
      worker.postMessage({ index: next, task } satisfies Order);
      next += 1;
    }
  };
  const take = ({ index, tally: part }: Done): void => {
    early.set(index, part);
    for (let ready = early.get(merged); ready !== undefined; ready = early.get(merged)) {
      merge(tally, ready);
      early.delete(merged);
      merged += 1;
    }
  };
  return new Promise<Tally>((resolve, reject) => {
    for (const worker of workers) {
      idle.push(worker);
      worker.on('error', reject);
      worker.on('message', (done: Done) => {
        take(done);
        idle.push(worker);
        if (merged === tasks.length) resolve(tally);
        else give();
      });
    }
    give();
  }).finally(stop);
}
