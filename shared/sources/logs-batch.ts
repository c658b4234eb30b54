import { at, isObject, list, number, text } from '../model/json.ts';
import { digest } from './say.ts';
import type { Fault } from './source.ts';

/** One log event of a subscription payload. */
export interface LogEvent {
  /** CloudWatch's own id, or one derived from stream, time and text where the payload has none. */
  readonly id: string;
  /** ms since the epoch; null when the payload does not state a time. */
  readonly timestamp: number | null;
  readonly message: string;
}

/** What of a payload could be read when not all of it could. */
export interface Cut {
  /** Inflated bytes that were read. */
  readonly bytes: number;
  readonly because: string;
}

/** One CloudWatch Logs subscription payload, checked: the events of one log stream. */
export interface LogBatch {
  readonly messageType: string;
  /** The account that owns the log group. */
  readonly owner: string;
  readonly logGroup: string;
  readonly logStream: string;
  readonly logEvents: readonly LogEvent[];
  /** How many more events it had, all calm: nobody need read them. */
  readonly passedOver: number;
  /** Events that say nothing readable; they cost only themselves. */
  readonly faults: readonly Fault[];
  readonly cut: Cut | null;
}

export type Decoded =
  | { readonly ok: true; readonly batch: LogBatch }
  | { readonly ok: false; readonly because: string };

const RAW_MAX = 65_536;
/** Times before 1973 in ms are times in seconds; CloudWatch has no log events that old. */
const FIRST_MS = 100_000_000_000;
/** The last moment that a date can hold. */
const LAST_MS = 8_640_000_000_000_000;

/** A well-formed event, as CloudWatch sends it; almost all are, and are used as they stand. */
function isEvent(value: unknown): value is LogEvent {
  if (!isObject(value)) return false;
  const { id, timestamp, message } = value;
  return (
    typeof message === 'string' &&
    typeof id === 'string' &&
    id !== '' &&
    id.length <= 256 &&
    typeof timestamp === 'number' &&
    timestamp >= FIRST_MS &&
    timestamp <= LAST_MS
  );
}

function timeOf(value: unknown): number | null {
  const stated = number(value, 'timestamp');
  if (stated === null || stated <= 0) return null;
  const ms = stated < FIRST_MS ? stated * 1000 : stated;
  return ms <= LAST_MS ? Math.trunc(ms) : null;
}

/** A message that is no string is shown as its JSON; a missing one is null. */
function messageOf(value: unknown): string | null {
  const message = at(value, 'message');
  if (typeof message === 'string') return message;
  return message === undefined || message === null ? null : JSON.stringify(message);
}

/** Makes the best of an event that is not as documented: derives its id, leaves its time open. */
function mended(value: unknown, index: number, stream: string): LogEvent | Fault {
  const message = messageOf(value);
  if (message === null) {
    const because = isObject(value) ? 'the log event has no message' : 'the log event is not an object';
    const raw = (JSON.stringify(value) ?? 'undefined').slice(0, RAW_MAX);
    return { where: `logEvents[${index}]`, because, raw };
  }
  const timestamp = timeOf(value);
  const id = text(value, 'id') ?? '';
  const usable = id !== '' && id.length <= 256;
  return { id: usable ? id : digest(`${stream}\n${timestamp}\n${message}`), timestamp, message };
}

function eventsOf(value: unknown, stream: string): Pick<LogBatch, 'logEvents' | 'faults'> {
  const events: readonly unknown[] = list(value, 'logEvents');
  if (events.every(isEvent)) return { logEvents: events, faults: [] };
  const logEvents: LogEvent[] = [];
  const faults: Fault[] = [];
  for (const [index, event] of events.entries()) {
    const read = isEvent(event) ? event : mended(event, index, stream);
    if ('where' in read) faults.push(read);
    else logEvents.push(read);
  }
  return { logEvents, faults };
}

/**
 * Checks a decoded payload. A bad event costs only itself: its missing id is derived from stream, time and
 * text, its missing time is left open, and without a message it becomes a fault. Never throws.
 */
export function toBatch(value: unknown, cut: Cut | null = null, passedOver = 0): Decoded {
  if (!isObject(value)) return { ok: false, because: 'the payload is not a JSON object' };
  const messageType = text(value, 'messageType') ?? 'DATA_MESSAGE';
  const logStream = text(value, 'logStream') ?? '';
  const logGroup = text(value, 'logGroup');
  if (messageType !== 'CONTROL_MESSAGE') {
    if (logGroup === null) return { ok: false, because: 'the payload names no logGroup' };
    if (!Array.isArray(at(value, 'logEvents')))
      return { ok: false, because: 'the payload has no logEvents list' };
  }
  const owner = text(value, 'owner') ?? '';
  const events = eventsOf(value, logStream);
  const batch = { messageType, owner, logGroup: logGroup ?? '', logStream, ...events, passedOver, cut };
  return { ok: true, batch };
}
