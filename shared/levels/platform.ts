import { at, isObject, type JsonObject, number, text } from '../model/json.ts';
import type { LevelReading } from '../model/level.ts';
import { bodyFrom, type Line, says } from './line.ts';

const FIRST_WORDS =
  /^(?:(?:START|END|REPORT|RESTORE_REPORT) RequestId: |REPORT\t|(?:INIT_START|INIT_REPORT|RESTORE_START|RESTORE_REPORT) |(?:EXTENSION|TELEMETRY)\s{1,4}Name: |XRAY TraceId: )/;
const STATUS = /\b(?:Status|State): {0,2}(failure|error|timeout|(?:Launch|Init|Exit)Error)\b/;
const MEMORY = /Memory Size: (\d{1,9}) MB.{1,6}Max Memory Used: (\d{1,9}) MB/;

/** Lambda's own text lines: START, END, REPORT, INIT_…, EXTENSION. Only a bad status or full memory is a level. */
export function readPlatformText(line: Line): LevelReading | null {
  if (!FIRST_WORDS.test(line.head)) return null;
  const body = bodyFrom(line, 0);
  const word = /^\w+/.exec(line.head)?.[0] ?? '';
  const status = STATUS.exec(line.head)?.[1];
  if (status !== undefined) return says('ERROR', `Lambda ${word} with status ${status}`, body);
  const memory = MEMORY.exec(line.head);
  if (memory !== null && memory[1] === memory[2]) {
    return says('WARNING', `Lambda ${word}: all ${memory[1]} MB of memory were used`, body);
  }
  return says(null, `Lambda platform line ${word}`, body);
}

/** Record types whose failure means that every call fails until the next deploy. */
const BEFORE_CALLS = new Set([
  'platform.initReport',
  'platform.initRuntimeDone',
  'platform.restoreReport',
  'platform.restoreRuntimeDone',
]);

function platformBody(type: string, record: unknown): string {
  if (typeof record === 'string') return record;
  const status = text(record, 'status') ?? '';
  const error = text(record, 'errorType');
  const request = text(record, 'requestId');
  return [`Lambda ${type.slice(9)}`, status, error, request && `RequestId: ${request}`]
    .filter(Boolean)
    .join(' ');
}

/** Lambda's own JSON lines (`"type": "platform.…"`): the record's status decides. */
export function readPlatformJson(json: JsonObject): LevelReading | null {
  const type = text(json, 'type');
  if (type === null || !type.startsWith('platform.')) return null;
  const record = at(json, 'record');
  const body = platformBody(type, record);
  if (type === 'platform.fault') return says('ERROR', 'Lambda platform.fault', body, json);
  if (type === 'platform.logsDropped')
    return says('WARNING', 'Lambda dropped log lines (platform.logsDropped)', body, json);
  const status = isObject(record) ? text(record, 'status') : null;
  if (status !== null && /^(?:failure|error|timeout)$/.test(status)) {
    return says(
      BEFORE_CALLS.has(type) ? 'FATAL' : 'ERROR',
      `Lambda ${type} with status ${status}`,
      body,
      json,
    );
  }
  const size = number(record, 'metrics', 'memorySizeMB');
  if (size !== null && size === number(record, 'metrics', 'maxMemoryUsedMB')) {
    return says('WARNING', `Lambda ${type}: all ${size} MB of memory were used`, body, json);
  }
  return says(null, `Lambda platform record ${type}`, body, json);
}
