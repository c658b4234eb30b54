import { parentPort } from 'node:worker_threads';
import { type Caught, catchMutation, type Found, searchSeeds } from './search.ts';

/** One piece of work, as main.ts hands it out, and what comes of it. */
export type Task =
  | { readonly is: 'seeds'; readonly from: number; readonly to: number }
  | { readonly is: 'mutation'; readonly name: string; readonly limit: number };
export type Done =
  | { readonly is: 'seeds'; readonly found: Found }
  | { readonly is: 'mutation'; readonly caught: Caught };

async function work(task: Task): Promise<Done> {
  switch (task.is) {
    case 'seeds':
      return { is: 'seeds', found: await searchSeeds(task.from, task.to) };
    case 'mutation':
      return { is: 'mutation', caught: await catchMutation(task.name, task.limit) };
  }
}

parentPort?.on('message', (task: Task) => {
  work(task).then((done) => parentPort?.postMessage(done));
});
