import type { Level, LevelReader, LevelReading } from '../model/level.ts';
import { lowerRare } from './logs-access.ts';
import type { LogBatch, LogEvent } from './logs-batch.ts';
import { callOf, namesExitOf, type Part, partOf, requestIdOf, sameFault } from './logs-lambda.ts';
import { serviceOfGroup } from './logs-service.ts';
import { cutSignal, type Draft, isGrave, signalOf, textOf, type Where } from './logs-signal.ts';
import { measuredBy } from './measured.ts';
import type { Reading } from './source.ts';

export { type Cut, type Decoded, type LogBatch, type LogEvent, toBatch } from './logs-batch.ts';
export { decodeLogs, MAX_INFLATED, type Spared } from './logs-decode.ts';

/** Cheap looks at a line before it is read. */
export interface Spare {
  /** True only for lines that `readLevel` finds below WARNING and no part of the event before them. */
  readonly isCalm: (line: string) => boolean;
  /** Asked of the others: false only for lines that `readLevel` finds harmless. */
  readonly mightMatter: (line: string) => boolean;
}

export interface LogOptions extends Where {
  readonly readLevel: LevelReader;
  /** Spares harmless lines the reading. Without it every line is read. */
  readonly spare?: Spare;
  /** One signal for every event, for people who ask; otherwise only what is WARNING or worse, or measured. */
  readonly all: boolean;
  /** A line below WARNING that holds one of these is a signal too: a rule measures it. */
  readonly prefilter: readonly string[];
}

/** A request of an access log is no part of a Lambda call. */
const REQUEST: Part = { kind: 'access log', record: false, unhandled: false, bare: false };
/** An exception's first line belongs to an error only if it follows it at once, ms. */
const AT_ONCE = 2_000;
/** As much as is kept of the events that belong to one, in characters. */
const MORE_LENGTH = 16_384;
const FRAME_LENGTH = 1_024;

interface Pass {
  readonly options: LogOptions;
  readonly isMeasured: (message: string) => boolean;
  readonly drafts: Draft[];
  /** The last grave event, as long as only lines that continue it have followed. */
  open: Draft | null;
  /** Id of the last event that stands by itself. */
  lastId: string | null;
  /** The latest error or record of each call. */
  readonly calls: Map<string, Draft>;
}

function draftOf(
  event: LogEvent,
  reading: LevelReading,
  level: Level | null,
  belongsTo: string | null,
): Draft {
  const { json, body } = reading;
  const standsAlone = reading.level === null && level !== null ? ', standing alone' : '';
  return {
    event,
    reading,
    part: reading.request === undefined ? partOf(level, event.message, body, json) : REQUEST,
    requestId: requestIdOf(event.message, json),
    level,
    evidence: reading.evidence + standsAlone,
    more: [],
    moreLength: 0,
    moreEvents: 0,
    frames: [],
    lastAt: event.timestamp,
    belongsTo,
  };
}

function join(first: Draft, event: LogEvent, frame: string | null): void {
  const text = textOf(event);
  if (text.trim() !== '' && first.moreLength < MORE_LENGTH) {
    first.more.push(text);
    first.moreLength += text.length;
    if (frame !== null) first.frames.push(frame.slice(0, FRAME_LENGTH));
  }
  first.moreEvents++;
  first.lastAt = event.timestamp ?? first.lastAt;
}

/** Whether a line that continues something continues the open event. */
function continues(open: Draft | null, event: LogEvent, reading: LevelReading): open is Draft {
  if (open === null || !reading.continues) return false;
  if (reading.alone === null || event.timestamp === null || open.lastAt === null) return true;
  return Math.abs(event.timestamp - open.lastAt) <= AT_ONCE;
}

/** The earlier event of this payload that tells the same fault of the same call, or null. */
function earlierOf({ part, requestId }: Draft, pass: Pass): Draft | null {
  if (part.bare && pass.open !== null && namesExitOf(pass.open.part)) return pass.open;
  const call = callOf(requestId, part);
  const init = part.kind === 'lambda exit' ? pass.calls.get('init') : undefined;
  const first = (call === null ? undefined : pass.calls.get(call)) ?? init;
  return first !== undefined && sameFault(first.part, part) ? first : null;
}

function remember(draft: Draft, calls: Map<string, Draft>): void {
  const call = callOf(draft.requestId, draft.part);
  const error = draft.level === 'FATAL' || draft.level === 'ERROR';
  if (call !== null && (error || draft.part.record)) calls.set(call, draft);
}

/** Joins another report of the same fault: the worse level counts, and the fault's own words beat a record's. */
function absorb(first: Draft, later: Draft): void {
  join(first, later.event, null);
  if (later.level === 'FATAL' || first.level === 'WARNING') first.level = later.level;
  if (!first.part.record || later.part.record) return;
  first.part = later.part;
  first.reading = later.reading;
  first.evidence = later.evidence;
}

function takeContinuing(event: LogEvent, reading: LevelReading, pass: Pass): boolean {
  if (continues(pass.open, event, reading)) join(pass.open, event, reading.body);
  else if (!reading.continues || reading.alone !== null) return false;
  if (pass.options.all) pass.drafts.push(draftOf(event, reading, null, pass.lastId));
  return true;
}

function take(event: LogEvent, pass: Pass): void {
  const { options } = pass;
  const reading = options.readLevel(event.message);
  if (takeContinuing(event, reading, pass)) return;
  const level = reading.level ?? reading.alone;
  const grave = isGrave(level);
  if (!grave && !options.all && !pass.isMeasured(event.message)) {
    pass.open = null;
    return;
  }
  const draft = draftOf(event, reading, level, null);
  const first = grave ? earlierOf(draft, pass) : null;
  if (first !== null) {
    absorb(first, draft);
    pass.open = first;
    if (options.all) pass.drafts.push({ ...draft, belongsTo: first.event.id });
    return;
  }
  pass.lastId = event.id;
  pass.open = grave ? draft : null;
  if (grave) remember(draft, pass.calls);
  pass.drafts.push(draft);
}

/**
 * The signals of a payload, in its order. Lines that continue the event before them, and Lambda's several
 * reports of one failed call, join into one signal. A line below WARNING is a signal only when a rule measures
 * it (`prefilter`) or every event is asked for (`all`); then its status is `info`. Total: never throws.
 */
export function readLogs(batch: LogBatch, options: LogOptions): Reading {
  if (batch.messageType === 'CONTROL_MESSAGE') return { signals: [], faults: [] };
  const isMeasured = measuredBy(options.prefilter);
  const pass: Pass = { options, isMeasured, drafts: [], open: null, lastId: null, calls: new Map() };
  for (const event of batch.logEvents) {
    if (options.all || isMeasured(event.message)) take(event, pass);
    else if (options.spare?.isCalm(event.message)) pass.open = null;
    else if (pass.open !== null || options.spare?.mightMatter(event.message) !== false) take(event, pass);
  }
  const service = serviceOfGroup(batch.logGroup);
  const rare = lowerRare(pass.drafts, batch.logEvents.length + batch.passedOver);
  const drafts = options.all
    ? pass.drafts
    : pass.drafts.filter((d) => !rare.has(d) || isMeasured(d.event.message));
  const signals = drafts.map((draft) => signalOf(draft, batch, options, service));
  const cut = cutSignal(batch, options);
  return { signals: cut === null ? signals : [...signals, cut], faults: batch.faults };
}
