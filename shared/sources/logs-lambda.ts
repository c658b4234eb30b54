import { type JsonObject, text } from '../model/json.ts';
import type { Level } from '../model/level.ts';

/** What a log signal is of. All but `log line` and `access log` are faults that the platform reports, not the program. */
export type LogKind =
  | 'log line'
  | 'access log'
  | 'lambda timeout'
  | 'lambda exit'
  | 'lambda failure'
  | 'lambda memory'
  | 'import error'
  | 'out of memory';

/** One event's part in a Lambda call. */
export interface Part {
  readonly kind: LogKind;
  /** REPORT or a `platform.…` record: it sums up a call and says nothing new when the fault itself was logged. */
  readonly record: boolean;
  /** The runtime wrote it because the handler did not catch an error. */
  readonly unhandled: boolean;
  /** A bare `Runtime.ExitError`: it belongs to the exit in the event before. */
  readonly bare: boolean;
}

const RECORD = /^(?:INIT_|RESTORE_)?REPORT\b/;
const OUT_OF_MEMORY =
  /^(?:MemoryError\b|(?:[A-Za-z/][^{}]{0,200})?(?:java\.lang\.OutOfMemoryError|JavaScript heap out of memory|runtime: out of memory|\(NoMemoryError\)|ut of memory: Kill))/;
const IMPORT = /\bRuntime\.(?:ImportModuleError|HandlerNotFound|MalformedHandlerName|UserCodeSyntaxError)\b/;
const UNHANDLED = /\t(?:Uncaught Exception|Unhandled Promise Rejection|Invoke Error)\b/;

function recordKind(level: Level | null, body: string): LogKind {
  if (level === 'WARNING') return 'lambda memory';
  return /\btimeout\b/.test(body) ? 'lambda timeout' : 'lambda failure';
}

function kindOf(body: string): LogKind {
  if (/^(?:Error: )?Task timed out after /.test(body)) return 'lambda timeout';
  if (/memory/i.test(body) && OUT_OF_MEMORY.test(body)) return 'out of memory';
  if (
    /^(?:Error: )?(?:Runtime exited\b|Process exited before )|^(?:Runtime|Extension|Sandbox)\.\w+$/.test(body)
  )
    return 'lambda exit';
  return IMPORT.test(body) ? 'import error' : 'log line';
}

/** Says which part of a Lambda call an event tells, from its level, its text and its body. */
export function partOf(level: Level | null, message: string, body: string, json: JsonObject | null): Part {
  const start = body.slice(0, 500);
  const record = RECORD.test(message) || (text(json, 'type') ?? '').startsWith('platform.');
  const grave = level === 'FATAL' || level === 'ERROR' || level === 'WARNING';
  const kind = !grave ? 'log line' : record ? recordKind(level, start) : kindOf(start);
  const unhandled = grave && (UNHANDLED.test(message.slice(0, 200)) || kind === 'import error');
  return { kind, record, unhandled, bare: grave && /^(?:Runtime|Extension|Sandbox)\.\w+$/.test(start) };
}

/**
 * True when `later` tells the same fault as `first`, both of one call: a timeout and its REPORT, an exit and its
 * record, an uncaught error and the exit that it caused. Two errors that a program logged are two faults.
 */
export function sameFault(first: Part, later: Part): boolean {
  if (later.record) return sumsUp(later.kind, first);
  if (/^(?:log line|access log|import error)$/.test(later.kind)) return false;
  if (first.record) return sumsUp(first.kind, later);
  if (later.kind === 'lambda exit')
    return first.unhandled || /^(?:lambda exit|out of memory)$/.test(first.kind);
  return later.kind === first.kind;
}

/** Whether a record of this kind may be the summary of the fault that `part` tells. */
function sumsUp(record: LogKind, part: Part): boolean {
  if (record === 'lambda timeout') return part.kind === 'lambda timeout';
  if (record === 'lambda memory') return part.record || /^(?:lambda exit|out of memory)$/.test(part.kind);
  return part.kind !== 'lambda timeout' || part.record;
}

/** Whether a bare `Runtime.ExitError` right behind this part only names the exit that it was. */
export function namesExitOf(part: Part): boolean {
  return part.unhandled || part.record || /^(?:lambda exit|out of memory)$/.test(part.kind);
}

/** Faults of one call share this key: its request id, or `init` for what happens before the first request. */
export function callOf(requestId: string | null, part: Part): string | null {
  return requestId ?? (part.record || part.unhandled ? 'init' : null);
}

const REQUEST_KEYS = [
  'requestId',
  'AWSRequestId',
  'awsRequestId',
  'aws_request_id',
  'function_request_id',
  'request_id',
];
const REQUEST = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i;

/** The request that an event belongs to: its JSON field, or the id in its header. null when it names none. */
export function requestIdOf(message: string, json: JsonObject | null): string | null {
  for (const key of REQUEST_KEYS) {
    const id = text(json, key);
    if (id !== null && id !== '') return id.slice(0, 128);
  }
  return text(json, 'record', 'requestId') ?? REQUEST.exec(message.slice(0, 140))?.[0] ?? null;
}

const TRACE = /\b1-[0-9a-f]{8}-[0-9a-f]{24}\b/;

/** The X-Ray trace that an event names (`xray_trace_id`, `Root=1-…`, `XRAY TraceId: 1-…`), or null. */
export function traceIdOf(message: string): string | null {
  return TRACE.exec(message.slice(0, 16_384))?.[0] ?? null;
}
