import type { Fingerprint, IncidentId, Report } from './bundle.ts';
import type { Address, Target } from './decision.ts';
import type { Channel, Severity } from './severity.ts';
import type { Lifecycle } from './signal.ts';
import type { Why } from './why.ts';

/**
 * What can be told about an incident at one moment. Telling compares the facts that a destination was told
 * with the facts as they are now: the difference is what is still wanted there.
 */
export interface Facts {
  readonly occurrence: number;
  readonly status: 'firing' | 'resolved';
  readonly severity: Severity;
  readonly channel: Channel;
  readonly count: number;
  /** Source times of the first and last firing signal of this occurrence, ms; 0 when there was none. */
  readonly first: number;
  readonly last: number;
  /**
   * Ordering times, ms: source time where the source states its own end, receive time where only quiet ends it.
   * Firing when lastFiring >= resolvedAt. 0 when there was none.
   */
  readonly lastFiring: number;
  readonly resolvedAt: number;
  /** While it flaps: how often it began lately, and in how many ms. 0 while it does not. */
  readonly flaps: number;
  readonly flapMs: number;
}

/**
 * The calls that a destination knows. `remind` is a reply that says no more than that it goes on; `find` looks for what
 * an unsettled one may have left; `remove` takes away, or ends, a stray.
 */
export const CALL_NAMES = [
  'post',
  'update',
  'reply',
  'remind',
  'find',
  'trigger',
  'resolve',
  'remove',
] as const;
export type CallName = (typeof CALL_NAMES)[number];

/**
 * How long a claim holds, ms: longer than the function that wrote it can live (HTTP timeout 10 s < function
 * timeout 30 s < lease). Until then its call may still be under way.
 */
export const LEASE_MS = 60_000;

/** What a delivery is in the middle of. Written before the call leaves, removed when its outcome is known. */
export interface Sending {
  readonly nonce: string;
  /** ms; the claim may be taken over when its lease has run out. */
  readonly at: number;
  readonly call: CallName;
  readonly facts: Facts;
  /** The outcome is unknown (timeout, lost answer): look before sending again. */
  readonly unsettled: boolean;
  /**
   * It was sent over a claim whose fate nobody could tell. What that one may have left stays in doubt until a
   * call is accepted, even when this one certainly fails.
   */
  readonly repeats: boolean;
}

/** What can hold something back, by the section of hansho.yml that says so. */
export const HOLD_KINDS = ['silence', 'window', 'inhibit', 'hold', 'storm'] as const;
export type HoldKind = (typeof HOLD_KINDS)[number];

/** A named rule keeps a first message, or one that calls people, from an address for now. */
export interface Held {
  readonly kind: HoldKind;
  /** The rule's name and its place: `storm`, `built-in`. */
  readonly by: string;
  readonly at: string;
  /** The evidence, as a short sentence. */
  readonly because: string;
  readonly since: number;
  /** When the rule ends, as far as is known, ms. */
  readonly until: number;
  /** When it is asked again, ms: rules may change before they end. */
  readonly askAt: number;
  /** What it kept back. Once the incident has moved on from it, the rule is asked at once. */
  readonly facts: Facts;
}

/**
 * Something of ours that may stand at an address beside what we keep up to date there: a message that was sent again
 * because nobody could look whether it had arrived. It is looked for and taken away once all is told.
 */
export interface Stray {
  /** Its mark: every message of the incident that bears it is taken away. */
  readonly nonce: string;
  /** Sent no earlier than this, ms. */
  readonly since: number;
  /** Slack: the `ts` of the card whose thread it is in; null: in the channel. */
  readonly thread: string | null;
  /** Where it is (Slack `<channel id>/<ts>`, PagerDuty the dedup key); null until it has been looked up. */
  readonly handle: string | null;
  /** Not before this time, ms. */
  readonly retryAt: number;
  /** A message that cannot be found or removed until then stays, ms. An alert is ended however long it takes. */
  readonly until: number;
}

/** An address that the rules do not route to hears of it, because it went on for too long. */
export interface Called {
  /** The rule's name and its place. */
  readonly by: string;
  readonly at: string;
  /** How long it had gone on, ms: the rule's `after`. */
  readonly afterMs: number;
}

/** One incident at one address: what is shown there, what a person was told, and what is under way. */
export interface Delivery {
  readonly target: Target;
  /** The rules still send this incident here. Once told, a delivery lives on until it is told resolved. */
  readonly routed: boolean;
  /** What the destination shows now (the card's content; PagerDuty's alert). null: nothing. */
  readonly shown: Facts | null;
  /** The facts a person was last notified of. null: nobody was told anything yet. */
  readonly announced: Facts | null;
  /** Slack: `<channel id>/<ts>` of the card. PagerDuty: the dedup key. */
  readonly handle: string | null;
  readonly sending: Sending | null;
  /** Not told for now: visible, not late, asked again when it ends. null: nothing holds it. */
  readonly held: Held | null;
  /** What held it until now, so that what is told next can say why it comes late. null: nothing did. */
  readonly lateBy: Pick<Held, 'kind' | 'by'> | null;
  /** Since when something is wanted here that has not been told, ms; null when all is told. */
  readonly untoldSince: number | null;
  /** Not before this time, ms. */
  readonly retryAt: number;
  readonly attempts: number;
  /** When a card whose count has moved is refreshed next, ms, and the step after that (60 s, doubling). */
  readonly refreshAt: number;
  readonly refreshStepMs: number;
  /** When news was last told here, ms; null: never. */
  readonly newsAt: number | null;
  /** How many reminders have followed it, and when the next one goes, ms; null: none. */
  readonly reminders: number;
  readonly remindAt: number | null;
  /** Why it is routed here where the rules alone would not; null: they do, or it is routed no more. */
  readonly called: Called | null;
  /** How much the destination made us shrink the card: 0 whole, 1 short, 2 plain text. */
  readonly shrink: 0 | 1 | 2;
  /** It is told here because an address that the rules name cannot be told: which, and why. null: the rules name this one. */
  readonly standsFor: {
    readonly name: string;
    readonly address: Address;
    readonly code: string;
  } | null;
  /** What must go from here, the next one first. */
  readonly strays: readonly Stray[];
}

/** Source times of the latest firings and ends, oldest first, ms. */
export interface Flips {
  readonly fires: readonly number[];
  readonly ends: readonly number[];
}

/** How many, by name, the most frequent first; the rest stands under an empty name. */
export type Ranking = readonly (readonly [name: string, n: number])[];

export interface Openings {
  readonly total: number;
  readonly services: Ranking;
  readonly kinds: Ranking;
}

/** What the incident that stands for a storm knows of it. */
export interface Storm {
  /** New problems below SEV2 since it began. */
  readonly openings: Openings;
  /** The same without the minutes from `closedUntil` (ms) on, which are counted anew at each look. */
  readonly closed: Openings;
  readonly closedUntil: number;
}

/** One problem: the item that the table holds. Everything in it but `deliveries` is a join of what signals said. */
export interface Incident {
  readonly id: IncidentId;
  readonly fingerprint: Fingerprint;
  /** Moves with every write; writes are conditional on it. 0: not stored yet. */
  readonly version: number;
  readonly lifecycle: Lifecycle;
  readonly quietMs: number | null;
  readonly facts: Facts;
  /** Signals up to this ordering time belong to earlier occurrences. */
  readonly floor: number;
  /** Marks of the latest tallies, oldest first: a repeat is recognised and moves nothing. */
  readonly marks: readonly string[];
  /** Firing signals by time slot, for escalation by count: [slot, n], oldest first. */
  readonly recent: readonly (readonly [number, number])[];
  /** Whether it flaps is seen here. Empty where only quiet ends it. */
  readonly flips: Flips;
  /** Only of the incident that stands for a storm of others. */
  readonly storm: Storm | null;
  /** Escalation rules that have counted to their limit in this occurrence. */
  readonly escalated: readonly string[];
  /** Escalation rules that its signals count for. */
  readonly counts: readonly string[];
  /** Why it is as grave as it is: the rule that gave the severity, or the escalation that raised it. */
  readonly severityWhy: Why | null;
  readonly title: string;
  readonly service: string;
  readonly team: string | null;
  /** Other teams that hear it, by `continue`. */
  readonly also: readonly string[];
  readonly account: string;
  readonly region: string;
  readonly source: string;
  /** Source time and signal id of the report these words came from. */
  readonly reported: { readonly time: number; readonly signalId: string };
  /** Ever seen before this occurrence, ms; null for the first. */
  readonly knownSince: number | null;
  /** Receive time of the newest signal, ms; quiet counts from here. */
  readonly receivedAt: number;
  /** When it last became news (opened, rose, reopened), ms: the moment that business hours are asked about. */
  readonly routedAt: number;
  readonly deliveries: readonly Delivery[];
  /** When the next destinations are called if it goes on until then, ms; null: there are none. */
  readonly callAt: number | null;
  /** When sweep must look at it, ms; null when there is nothing to wait for. */
  readonly dueAt: number | null;
  /** When the table may forget it, ms; only set once it is told resolved everywhere. */
  readonly expiresAt: number | null;
}

/** What happened to an incident when a bundle or a tick was applied; the topics carry one message for each. */
export type Transition = 'opened' | 'risen' | 'resolved' | 'reopened' | 'rerouted';

/** Everything a destination may show: the incident and the newest words about it. */
export interface Telling {
  readonly incident: Incident;
  readonly report: Report;
}

/** A wake-up: load the incident and make what was told equal to what is wanted. Safe to lose or repeat. */
export interface Wake {
  readonly incident: IncidentId;
  /** null: every address of the receiving function's kind. */
  readonly address: import('./decision.ts').Address | null;
}
