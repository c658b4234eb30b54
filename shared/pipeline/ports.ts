import type { Bundle, IncidentId, Report } from '../model/bundle.ts';
import type { Perch, Sighting } from '../model/canary.ts';
import type { Address, DestinationKind } from '../model/decision.ts';
import type { Incident, Telling, Transition, Wake } from '../model/incident.ts';
import type { JsonObject } from '../model/json.ts';
import type { Channel, Lane } from '../model/severity.ts';
import type { MadeSilences } from '../model/silence.ts';
import type { AddressState, Outcome } from '../model/telling.ts';
import type { Handover, Untracked } from '../model/untracked.ts';

/** Wall clock, ms since the epoch. */
export type Clock = () => number;

/** A fresh unguessable token; the claim of one send. */
export type MakeNonce = () => string;

/** The incidents table. Every write is a single-item conditional one; all methods throw when the table is unreachable. */
export interface Store {
  load(id: IncidentId): Promise<Incident | null>;
  /**
   * Writes `incident` if the stored version is still `incident.version` (0: if none is stored), as version + 1.
   * `conflict` means that somebody else wrote first: load, decide again.
   */
  save(incident: Incident): Promise<'saved' | 'conflict'>;
  /** Keeps the newest report (greatest source time, then signal id); an older one changes nothing. */
  saveReport(id: IncidentId, report: Report, now: number): Promise<void>;
  loadReport(id: IncidentId): Promise<Report | null>;
  /** Adds one line to the incident's history. */
  addHistory(id: IncidentId, entry: HistoryEntry, now: number): Promise<void>;
  /** Incidents whose dueAt has come, earliest first. */
  due(now: number, limit: number): Promise<readonly IncidentId[]>;
  loadAddress(address: Address): Promise<AddressState>;
  saveAddress(state: AddressState): Promise<'saved' | 'conflict'>;
  /**
   * Adds to counters that belong to an address and a minute (ms since the epoch, its beginning), atomically and
   * without reading first, and gives them all as they are then. Forgotten after some days.
   */
  addCounts(address: Address, minute: number, adds: Counts): Promise<Counts>;
  loadCounts(address: Address, minute: number): Promise<Counts>;
  /** Notes that an incident fires which holds others back: `key` is the place of a rule that it is found at. A few are kept. */
  addSource(key: string, id: IncidentId, now: number): Promise<void>;
  removeSource(key: string, id: IncidentId): Promise<void>;
  /** Those that may fire, in no order. */
  loadSources(key: string): Promise<readonly IncidentId[]>;
  /** The silences that were made at run time, those of the last days that are over as well. */
  loadSilences(): Promise<MadeSilences>;
  saveSilences(made: MadeSilences): Promise<'saved' | 'conflict'>;
  /** How far `track` has come: the receive time of the oldest signal of its last batch, ms. */
  loadProgress(): Promise<number | null>;
  saveProgress(receivedAt: number): Promise<void>;
  /** The canary that was seen last at this place; null before the first. */
  loadSighting(perch: Perch): Promise<Sighting | null>;
  saveSighting(sighting: Sighting): Promise<void>;
}

/** What the table knows of incidents, as people's tools see it; functions never read so much. */
export interface Stored {
  readonly incidents: readonly Incident[];
  readonly reports: ReadonlyMap<string, Report>;
  /** Which incidents a rule has ever held, by the rule's name. */
  readonly heldBy: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Counters by name. */
export type Counts = ReadonlyMap<string, number>;

export interface HistoryEntry {
  readonly at: number;
  /** Unique within the incident and the same on a repeat, so that repeating writes nothing new. */
  readonly key: string;
  readonly what: Transition | 'told' | 'held' | 'taken' | 'called';
  readonly detail: JsonObject;
}

/** The signals queues: each bundle is one message. Resolves to the indexes that were not accepted. */
export interface SignalQueue {
  send(lane: Lane, bundles: readonly Bundle[]): Promise<readonly number[]>;
  /** Signals that wait or are being worked on, about. */
  waiting(): Promise<number>;
}

/** The tell queues. */
export interface WakeQueue {
  /** `delayMs` is cut to SQS's 900 s. */
  wake(kind: DestinationKind, lane: Lane, wake: Wake | Handover, delayMs: number): Promise<void>;
}

/**
 * The untracked queues: of each incident and address one message in five minutes, what comes sooner is dropped; each
 * lane of an address is handed over one message after the other.
 */
export interface UntrackedQueue {
  send(one: Untracked): Promise<void>;
}

/** What the work gives. @throws when it is not done within so long, ms; it may go on unseen. */
export type Within = <T>(ms: number, work: Promise<T>) => Promise<T>;

/** The `alert` and `notify` topics: one message a transition. */
export interface Topics {
  publish(channel: Channel, telling: Telling, transitions: readonly Transition[]): Promise<void>;
}

/** Sends one call to a destination; never throws for what the destination answers. */
export type Send<Call> = (call: Call) => Promise<Outcome>;

/**
 * Log events around a moment (ms) of one stream, oldest first: as many as `eachWay` before it, the one at it, and as
 * many after. Not redacted. Fewer where there are no more, or not yet.
 */
export type LinesAround = (
  place: { readonly group: string; readonly stream: string; readonly at: number },
  eachWay: number,
) => Promise<readonly string[]>;

/** One JSON line a decision. Never given unredacted text. */
export interface Log {
  info(what: string, fields: JsonObject): void;
  warn(what: string, fields: JsonObject): void;
  error(what: string, fields: JsonObject): void;
}

/** Keeps signals for `hansho replay`, as far as it can; gives how many it could not keep. Never given unredacted text. */
export type Archive = (signals: readonly JsonObject[]) => number;

/** CloudWatch metrics in the namespace `Hansho`: counts, but those named `…Seconds`. */
export interface Metrics {
  count(name: MetricName, value: number, dimensions?: { readonly [name: string]: string }): void;
}
export const METRICS = [
  'SignalsIn',
  'SignalsIgnored',
  'SignalsTracked',
  'SignalsStuck',
  'SignalsUnremarkable',
  'InputUnreadable',
  'RulesBroken',
  'Shadow',
  'NotArchived',
  'Told',
  'ToldUntracked',
  'TellFailed',
  'AddressBroken',
  'FellBack',
  'Held',
  'Untold',
  'UntoldSeconds',
  'CanaryOut',
  'SweepHeartbeat',
] as const;
export type MetricName = (typeof METRICS)[number];
