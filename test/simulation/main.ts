import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { writeTables } from './document.ts';
import { MUTATIONS } from './mutations.ts';
import { add, type Caught, NOTHING, storyOf } from './search.ts';
import { live } from './trial.ts';
import type { Done, Task } from './worker.ts';

const USAGE = `npm run simulate -- [--seeds N] [--from S] [--seed S] [--mutate] [--limit N] [--workers N] [--write]
  --seeds N    runs so many seeds (default 1000), from S (default 0)
  --seed S     runs one and prints its whole trace
  --mutate     switches each protection off and looks for the first seed that notices, below --limit (default 2000)
  --write      puts the measured tables into docs/simulation.md
Exit code 1: a law was broken, or a mutation was not caught.`;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string' },
    from: { type: 'string', default: '0' },
    seed: { type: 'string' },
    mutate: { type: 'boolean', default: false },
    limit: { type: 'string', default: '2000' },
    workers: { type: 'string', default: String(availableParallelism()) },
    write: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

/** Seeds that a worker runs between two reports. */
const CHUNK = 100;
/** Stories of failing seeds that are printed. */
const STORIES = 5;

function count(name: 'seeds' | 'from' | 'seed' | 'limit' | 'workers', otherwise: number): number {
  const asked = values[name];
  const n = asked === undefined ? otherwise : Number(asked);
  if (!Number.isSafeInteger(n) || n < 0) throw new Error(`--${name} takes a whole number, not "${asked}"`);
  return n;
}

/** Hands the tasks to the workers, the next one to whoever is done. */
async function share(tasks: readonly Task[], onDone: (done: Done) => void): Promise<void> {
  const left = [...tasks];
  const workers = Math.min(Math.max(1, count('workers', 1)), tasks.length);
  await Promise.all(Array.from({ length: workers }, () => employ(left, onDone)));
}

function employ(left: Task[], onDone: (done: Done) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url));
    const next = (): void => {
      const task = left.shift();
      if (task !== undefined) worker.postMessage(task);
      else void worker.terminate().then(() => resolve());
    };
    worker.on('error', reject);
    worker.on('message', (done: Done) => {
      onDone(done);
      next();
    });
    next();
  });
}

async function one(seed: number): Promise<boolean> {
  const trial = await live(seed);
  console.log(storyOf(trial, null));
  return trial.violations.length === 0;
}

async function many(): Promise<boolean> {
  const from = count('from', 0);
  const to = from + count('seeds', 1_000);
  const tasks: Task[] = [];
  for (let at = from; at < to; at += CHUNK)
    tasks.push({ is: 'seeds', from: at, to: Math.min(to, at + CHUNK) });
  const started = performance.now();
  let total = NOTHING;
  await share(tasks, (done) => {
    if (done.is !== 'seeds') return;
    total = add(total, done.found);
    for (const { seed, violations } of done.found.failed) console.log(`seed ${seed}: ${violations[0]}`);
    const rate = total.seeds / ((performance.now() - started) / 1_000);
    if (total.seeds % (10 * CHUNK) === 0 || total.seeds === to - from)
      console.log(`${total.seeds} seeds, ${rate.toFixed(1)} a second, ${total.failed.length} failed`);
  });
  for (const { seed } of total.failed.slice(0, STORIES)) console.log(`\n${storyOf(await live(seed))}`);
  if (values.write)
    writeTables({ run: { found: total, from, seconds: (performance.now() - started) / 1_000 } });
  return total.failed.length === 0;
}

async function mutate(): Promise<boolean> {
  const limit = count('limit', 2_000);
  const caught: Caught[] = [];
  const tasks = MUTATIONS.map(({ name }): Task => ({ is: 'mutation', name, limit }));
  await share(tasks, (done) => {
    if (done.is !== 'mutation') return;
    caught.push(done.caught);
    const { name, seed, law } = done.caught;
    console.log(
      seed === null ? `${name}: NOT CAUGHT within ${limit} seeds` : `${name}: seed ${seed}: ${law}`,
    );
  });
  if (values.write) writeTables({ caught });
  return caught.every(({ seed }) => seed !== null);
}

async function main(): Promise<boolean> {
  if (values.help) {
    console.log(USAGE);
    return true;
  }
  if (values.seed !== undefined) return one(count('seed', 0));
  if (!values.mutate) return many();
  return (await mutate()) && (values.seeds === undefined || (await many()));
}

process.exitCode = (await main()) ? 0 : 1;
