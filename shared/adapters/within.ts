import { setTimeout as sleep } from 'node:timers/promises';
import type { Within } from '../pipeline/ports.ts';

export const within: Within = async (ms, work) => {
  const done = new AbortController();
  const late = sleep(ms, undefined, { signal: done.signal }).then(() => {
    throw new Error(`No answer within ${ms} ms.`);
  });
  // Aborted once the work is done, or lost to it: nobody is to hear of that.
  late.catch(() => {});
  try {
    return await Promise.race([work, late]);
  } finally {
    done.abort();
  }
};
