import type { Sample } from '../shared/config/samples.ts';
import { type Judged, judgeSignal } from '../shared/pipeline/judge.ts';
import { readAny } from '../shared/pipeline/read.ts';
import type { Judge } from '../shared/rules/judge.ts';

/** What became of a sample: a signal each, or why it cannot be read. */
export type Tried =
  | { readonly ok: true; readonly signals: readonly Judged[] }
  | { readonly ok: false; readonly because: string };

/** Where a sample comes from that does not say so: what `hansho explain` takes too. */
const REGION = 'us-east-1';
const ACCOUNT = '111122223333';
const LOG_GROUP = '/aws/lambda/example';

/** Judges a log line or raw event as of `now`, ms. What of an event cannot be read counts as all of it. */
export async function trySample(sample: Sample, judge: Judge, now: number): Promise<Tried> {
  const raw = sample.is === 'event' ? sample.event : batchOf(sample.line, sample.logGroup ?? LOG_GROUP, now);
  const setting = { region: REGION, partition: 'aws', receivedAt: now, all: true, prefilter: [], judge };
  const read = await readAny(raw, setting);
  if (!read.ok) return read;
  const { signals, faults } = read.reading;
  const [fault] = faults;
  if (fault !== undefined) return { ok: false, because: `${fault.where}: ${fault.because}` };
  return { ok: true, signals: signals.map((signal) => judgeSignal(signal, judge, now)) };
}

/** The payload by which CloudWatch Logs would deliver the line. */
function batchOf(message: string, logGroup: string, timestamp: number): object {
  const logEvents = [{ id: 'line-000000001', timestamp, message }];
  return { messageType: 'DATA_MESSAGE', owner: ACCOUNT, logGroup, logStream: 'sample', logEvents };
}
