import { at, isObject, type JsonObject } from '../model/json.ts';
import type { Level, LevelReading } from '../model/level.ts';
import type { Identity, Place, Signal, SignalId } from '../model/signal.ts';
import { builtIn, type Why } from '../model/why.ts';
import { problemOf } from './logs-access.ts';
import type { LogBatch, LogEvent } from './logs-batch.ts';
import type { LogKind, Part } from './logs-lambda.ts';
import { traceIdOf } from './logs-lambda.ts';
import { functionOf, serviceIn, serviceOfGroup } from './logs-service.ts';
import { cutMessage, errorTypeOf, type Story, tell } from './logs-text.ts';
import { digest } from './say.ts';
import { oneLine } from './words.ts';

/** A log event on its way to a signal, with the events that turned out to belong to it. */
export interface Draft {
  readonly event: LogEvent;
  reading: LevelReading;
  part: Part;
  readonly requestId: string | null;
  level: Level | null;
  evidence: string;
  /** Texts of the events that belong to it, as they were logged, in order and bounded. */
  readonly more: string[];
  moreLength: number;
  moreEvents: number;
  /** Of the events that continue it, the texts without headers: frames that tell what problem it is. */
  readonly frames: string[];
  /** Time of its last event so far. */
  lastAt: number | null;
  /** Id of the event that it belongs to, when it is only shown because every event is asked for. */
  readonly belongsTo: string | null;
}

/** What a log payload does not say about itself. */
export interface Where {
  readonly region: string;
  readonly partition: string;
  readonly receivedAt: number;
}

/** WARNING or worse: what is told without a rule that asks for it. */
export function isGrave(level: Level | null): boolean {
  return level === 'FATAL' || level === 'ERROR' || level === 'WARNING';
}

function appFingerprint(json: JsonObject | null): string | null {
  const own = at(json, 'fingerprint') ?? at(json, 'error', 'fingerprint');
  const key = Array.isArray(own) ? own.filter((part) => typeof part === 'string').join(' ') : own;
  return typeof key === 'string' && key.trim() !== '' ? key.trim().slice(0, 300).toWellFormed() : null;
}

/** The platform's words vary from call to call (duration, request id); what is at fault is always the same. */
const PLATFORM_TEXT: { readonly [K in LogKind]: string | null } = {
  'lambda timeout': 'Task timed out',
  'lambda failure': 'Lambda reported a failed call',
  'lambda memory': 'Lambda used all of its memory',
  'lambda exit': null,
  'log line': null,
  'access log': null,
  'import error': null,
  'out of memory': null,
};

/** A JSON line's own fields. What a program logs as one object, Lambda's runtime wraps as `message`: its keys count too. */
function fieldsOf(json: JsonObject | null): JsonObject | null {
  const inner = at(json, 'message');
  // An error that is logged alone lies there too; its type and stack are read as such.
  const wrapped = json !== null && isObject(inner) && typeof at(inner, 'errorType') !== 'string';
  return wrapped ? { ...inner, ...json } : json;
}

function identityOf(draft: Draft, story: Story): Identity {
  const own = appFingerprint(fieldsOf(draft.reading.json));
  if (own !== null) return { by: 'app', key: own };
  const { request, problem } = draft.reading;
  if (problem !== undefined) return { by: 'source', key: problem };
  if (request !== undefined) return { by: 'source', key: problemOf(request) };
  const platform = PLATFORM_TEXT[draft.part.kind];
  if (platform !== null) return { by: 'text', errorType: null, text: platform };
  // Whether the bare type that follows an exit came in the same payload must not matter.
  if (draft.part.kind === 'lambda exit') return { by: 'text', errorType: null, text: firstLine(draft) };
  return { by: 'text', errorType: story.errorType, text: story.text.toWellFormed() };
}

function firstLine({ reading }: Draft): string {
  return oneLine(reading.body.split(/[\r\n]/, 1)[0] ?? '', 300);
}

/** A record's own text is a table of numbers: say what it means. */
function titleOf(draft: Draft, whole: string, story: Story): string {
  const kind = draft.part.kind;
  if (kind === 'lambda timeout') {
    const said = /Task timed out after [\d.]{1,12} seconds/.exec(whole)?.[0];
    const ms = /Duration: (\d{1,9}(?:\.\d{1,9})?) ms|"durationMs": ?(\d{1,9}(?:\.\d{1,9})?)/.exec(whole);
    if (said !== undefined || ms === null) return said ?? 'Task timed out';
    return `Task timed out after ${(Number(ms[1] ?? ms[2]) / 1000).toFixed(2)} seconds`;
  }
  if (kind === 'lambda memory') return draft.evidence;
  if (kind === 'lambda exit') return oneLine(firstLine(draft));
  if (kind === 'lambda failure' && draft.part.record) {
    const type = /Error Type: ([\w.]{1,100})|"errorType": ?"([\w.]{1,100})"/.exec(whole);
    return type === null ? draft.evidence : `${draft.evidence} (${type[1] ?? type[2]})`;
  }
  return story.title;
}

function placesOf(draft: Draft, batch: LogBatch, time: number, whole: string): readonly Place[] {
  const { logGroup: group, logStream: stream } = batch;
  const trace = traceIdOf(whole);
  return [
    { is: 'log-stream', group, stream, at: time },
    { is: 'logs-insights', group, at: time, find: draft.requestId },
    ...(trace === null ? [] : [{ is: 'trace', id: trace } as const]),
  ];
}

function whyOf(draft: Draft): readonly Why[] {
  const read =
    draft.belongsTo === null
      ? builtIn('read', draft.part.kind.replaceAll(' ', '-'), readBecause(draft))
      : builtIn('read', 'joined', `belongs to an event before it (${draft.belongsTo})`);
  return [read, builtIn('level', draft.level?.toLowerCase() ?? 'no-level', draft.evidence)];
}

function readBecause({ part, moreEvents }: Draft): string {
  const what = part.kind === 'log line' ? 'one log event' : part.kind;
  return moreEvents === 0 ? what : `${what}, with ${moreEvents} more that belong to it`;
}

function resourceOf(batch: LogBatch, { region, partition }: Where): string | null {
  const name = functionOf(batch.logGroup);
  return name === null || region === ''
    ? null
    : `arn:${partition}:lambda:${region}:${batch.owner}:function:${name}`;
}

/** The signal of a finished draft. `service`: whose log group it is, for lines that name no service. */
export function signalOf(draft: Draft, batch: LogBatch, where: Where, service: string): Signal {
  const { event, reading } = draft;
  const fields = fieldsOf(reading.json);
  const time = event.timestamp ?? where.receivedAt;
  const story = tell([reading.body, ...draft.frames].join('\n'), errorTypeOf(reading.json));
  const whole = [event.message.trimEnd(), ...draft.more].join('\n');
  return {
    id: event.id as SignalId,
    source: 'logs',
    kind: draft.part.kind,
    status: isGrave(draft.level) && draft.belongsTo === null ? 'firing' : 'info',
    lifecycle: 'quiet',
    time,
    account: batch.owner,
    region: where.region,
    partition: where.partition,
    service: serviceIn(fields) ?? service,
    resource: resourceOf(batch, where),
    logGroup: batch.logGroup,
    logStream: batch.logStream,
    level: draft.level,
    levelEvidence: draft.evidence,
    title: titleOf(draft, whole.slice(0, 16_384), story) || 'an empty log event',
    message: cutMessage(whole),
    identity: identityOf(draft, story),
    remedy: null,
    places: placesOf(draft, batch, time, whole),
    tags: {},
    fields,
    detail: null,
    why: whyOf(draft),
  };
}

/** Says that not all of a payload could be read: whoever reads the card can look at the rest in the console. */
export function cutSignal(batch: LogBatch, where: Where): Signal | null {
  if (batch.cut === null) return null;
  const { bytes, because } = batch.cut;
  const { logGroup: group, logStream: stream, logEvents: events } = batch;
  const time = events.at(-1)?.timestamp ?? where.receivedAt;
  const message =
    `Only the first ${events.length} log events (${bytes} bytes inflated) of one payload from ${group} could be read: ` +
    `${because}. What came after them was not looked at. Read the log stream from the time of this message on, and ` +
    'write fewer or shorter lines there, or give the log group a narrower subscription filter.';
  return {
    id: `payload-cut ${digest([batch.owner, group, stream, events[0]?.id ?? '', String(bytes)].join('\n'))}` as SignalId,
    source: 'logs',
    kind: 'payload cut',
    status: 'firing',
    lifecycle: 'quiet',
    time,
    account: batch.owner,
    region: where.region,
    partition: where.partition,
    service: serviceOfGroup(group),
    resource: null,
    logGroup: group,
    logStream: stream,
    level: 'ERROR',
    levelEvidence: 'the payload was cut',
    title: `Log payload cut: only its first ${events.length} events were read`,
    message,
    identity: { by: 'source', key: `payload cut ${group}` },
    remedy: null,
    places: [{ is: 'log-stream', group, stream, at: time }],
    tags: {},
    fields: null,
    detail: null,
    why: [
      builtIn('read', 'payload-cut', because),
      builtIn('level', 'error', 'a cut payload counts as ERROR'),
    ],
  };
}

/** The text that an event adds to the one it belongs to. */
export function textOf(event: LogEvent): string {
  return event.message.slice(0, 4_096).replace(/\r\n?/g, '\n').trimEnd();
}
