import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { needsSurvey, type Question } from './judge.ts';
import { countPass, type Pass, surveyPass } from './passes.ts';
import type { Task } from './read.ts';
import { spooled } from './spool.ts';
import type { Tally } from './tally.ts';

/** A task and its place in the input. */
export interface Order {
  readonly index: number;
  readonly task: Task;
}

/** What a worker answers. */
export interface Done<Sum> {
  readonly index: number;
  readonly sum: Sum;
}

/** Below so much, starting threads takes longer than the work. */
const WORTH_THREADS_BYTES = 8 * 1024 * 1024;
/** Tallies that wait for an earlier one, a thread: they bound the memory where one task takes long. */
const AHEAD = 8;

/**
 * Replays the tasks on so many threads; null: as many as there are cores, where it is worth it. The answer does not
 * depend on their number. Where a rule holds signals because of others, the input is read twice.
 */
export async function replay(
  tasks: readonly Task[],
  question: Question,
  threads: number | null,
): Promise<Tally> {
  if (!needsSurvey(question)) return run(tasks, countPass(question, { before: null, after: null }), threads);
  if (isStandardInput(tasks))
    return spooled(process.stdin, 'standard input', (kept) =>
      replay(
        tasks.map((task) => task.map((part) => (part.file === '-' ? kept : part))),
        question,
        threads,
      ),
    );
  const surveyed = await run(tasks, surveyPass(question), threads);
  const tally = await run(tasks, countPass(question, surveyed), threads);
  tally.crowded = [surveyed.before, surveyed.after].some((firing) => firing?.full ?? false);
  return tally;
}

function isStandardInput(tasks: readonly Task[]): boolean {
  return tasks.some((task) => task.some(({ file }) => file === '-'));
}

async function run<Sum>(tasks: readonly Task[], pass: Pass<Sum>, threads: number | null): Promise<Sum> {
  const bytes = tasks.flat().reduce((sum, part) => sum + part.bytes, 0);
  const wanted = threads ?? (bytes < WORTH_THREADS_BYTES ? 1 : availableParallelism());
  const used = Math.min(wanted, tasks.length);
  return used <= 1 || isStandardInput(tasks) ? alone(tasks, pass) : together(tasks, pass, used);
}

async function alone<Sum>(tasks: readonly Task[], { none, reader }: Pass<Sum>): Promise<Sum> {
  const sum = none();
  const read = reader();
  for (const part of tasks.flat()) await read(sum, part);
  return sum;
}

/** Whoever is free takes the next task; what comes back is merged in the order of the input. */
function together<Sum>(tasks: readonly Task[], pass: Pass<Sum>, threads: number): Promise<Sum> {
  const sum = pass.none();
  const early = new Map<number, Sum>();
  const idle: Worker[] = [];
  let next = 0;
  let merged = 0;
  const workers = Array.from(
    { length: threads },
    () => new Worker(new URL('./worker.ts', import.meta.url), { workerData: pass.order }),
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
  const take = ({ index, sum: part }: Done<Sum>): void => {
    early.set(index, part);
    for (let ready = early.get(merged); ready !== undefined; ready = early.get(merged)) {
      pass.merge(sum, ready);
      early.delete(merged);
      merged += 1;
    }
  };
  return new Promise<Sum>((resolve, reject) => {
    for (const worker of workers) {
      idle.push(worker);
      worker.on('error', reject);
      worker.on('message', (done: Done<Sum>) => {
        take(done);
        idle.push(worker);
        if (merged === tasks.length) resolve(sum);
        else give();
      });
    }
    give();
  }).finally(stop);
}
