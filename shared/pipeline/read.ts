import { at } from '../model/json.ts';
import type { Judge } from '../rules/judge.ts';
import { decodeLogs, readLogs, toBatch } from '../sources/logs.ts';
import { readEvent } from '../sources/registry.ts';
import type { Reading } from '../sources/source.ts';
import { levelsFor } from './levels.ts';

/** Where and when an input is read; a log payload says neither its region nor its partition. */
export interface Setting {
  readonly region: string;
  readonly partition: string;
  readonly receivedAt: number;
  /** Every log event becomes a signal, also those below the line: for people who ask where a line would go. */
  readonly all: boolean;
  readonly prefilter: readonly string[];
  /** Whose rules say how log groups write their levels. */
  readonly judge: Pick<Judge, 'levels'>;
}

/**
 * Reads any raw input as the function that AWS would hand it to: a log payload (`awslogs.data`, or a decoded
 * batch), or any event. Returns why when it cannot be read as a whole.
 */
export async function readAny(
  raw: unknown,
  setting: Setting,
): Promise<
  { readonly ok: true; readonly reading: Reading } | { readonly ok: false; readonly because: string }
> {
  const data = at(raw, 'awslogs', 'data');
  const isBatch = Array.isArray(at(raw, 'logEvents')) && typeof at(raw, 'logGroup') === 'string';
  if (data === undefined && !isBatch) return { ok: true, reading: readEvent(raw, setting.receivedAt) };
  if (data !== undefined && typeof data !== 'string')
    return { ok: false, because: 'awslogs.data is not a string' };
  const decoded = data === undefined ? toBatch(raw) : await decodeLogs(data);
  if (!decoded.ok) return decoded;
  const { readLevel } = levelsFor(setting.judge, decoded.batch.logGroup);
  return { ok: true, reading: readLogs(decoded.batch, { ...setting, readLevel }) };
}
