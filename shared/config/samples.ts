import { isObject, type Json, type JsonObject } from '../model/json.ts';
import { bad, good, kindOf, type Read } from './words.ts';

/** Something to judge: a log line as the application writes it, or a raw event as AWS sends it. */
export type Sample =
  | { readonly is: 'line'; readonly line: string; readonly logGroup: string | null }
  | { readonly is: 'event'; readonly event: JsonObject };

const HINT = 'write a log line, { line: …, logGroup: … }, or a raw event';

/** The `examples` of a rule: log lines and raw events. */
export function readSamples(value: unknown): Read<readonly Sample[]> {
  if (!Array.isArray(value)) return bad(`must be a list, not ${kindOf(value)}`, HINT);
  const samples: Sample[] = [];
  for (const one of value) {
    const read = readSample(one);
    if (!read.ok) return read;
    samples.push(read.value);
  }
  return samples.length > 0 ? good(samples) : bad('is empty', HINT);
}

function readSample(value: Json | undefined): Read<Sample> {
  if (typeof value === 'string') return readLine(value, null);
  if (!isObject(value)) return bad(`must hold log lines and raw events, not ${kindOf(value)}`, HINT);
  return isLine(value) ? readLine(value.line, value.logGroup ?? null) : good({ is: 'event', event: value });
}

/** A raw event has keys of its own: one with `line` alone, or with its log group, is none. */
function isLine(value: JsonObject): boolean {
  const { line, logGroup, ...rest } = value;
  return line !== undefined && Object.keys(rest).length === 0;
}

/** A log line, and the log group that it comes from. */
export function readLine(line: Json | undefined, logGroup: Json): Read<Sample> {
  if (typeof line !== 'string' || line === '')
    return bad(
      `must hold text as a line, not ${line === '' ? 'an empty one' : kindOf(line)}`,
      'put it in quotes',
    );
  if (logGroup !== null && typeof logGroup !== 'string')
    return bad(`must hold text as a logGroup, not ${kindOf(logGroup)}`, 'write /aws/lambda/payments-api');
  return good({ is: 'line', line, logGroup });
}
