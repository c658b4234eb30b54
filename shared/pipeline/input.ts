import { hash } from 'node:crypto';
import type { Reading } from '../sources/source.ts';

/**
 * What names an input in the ledger: a hash of what it holds, and not of what carried it. Input that is delivered
 * again, or moved back from a dead-letter queue, keeps its name, so that it is not counted twice.
 */
export function inputOf({ signals, faults }: Reading): string {
  const parts = [signals.map(({ id }) => id), faults.map(({ where, raw }) => [where, raw])];
  return hash('sha256', JSON.stringify(parts), 'hex').slice(0, 16);
}
