import type { Brand } from './brand.ts';
import type { Channel, Severity } from './severity.ts';
import type { Lifecycle, Place, Remedy } from './signal.ts';
import type { Why } from './why.ts';

/** Which problem: a hash of account, region, service and the source's own id or the text's template. */
export type IncidentId = Brand<string, 'IncidentId'>;
export type Fingerprint = Brand<string, 'Fingerprint'>;

/**
 * Signals that are counted together and recognised when they come again. One tally a signal; in a storm
 * one tally for each run of `n` signals of one payload, whose mark is the hash of their ids.
 */
export interface Tally {
  readonly mark: string;
  readonly n: number;
  /** Source times of the first and last of them, ms. */
  readonly first: number;
  readonly last: number;
}

/** What a person reads about a problem: the newest signal's words. Redacted before it leaves intake. */
export interface Report {
  /** Source time and id of the signal it was made from; the greatest pair wins, so order does not matter. */
  readonly time: number;
  readonly signalId: string;
  readonly source: string;
  readonly kind: string;
  readonly account: string;
  readonly region: string;
  readonly partition: string;
  readonly service: string;
  readonly team: string | null;
  /** Other teams that hear it, by `continue`. */
  readonly also: readonly string[];
  readonly resource: string | null;
  readonly logGroup: string | null;
  readonly title: string;
  readonly message: string;
  readonly remedy: Remedy | null;
  readonly runbook: string | null;
  readonly places: readonly Place[];
  readonly why: readonly Why[];
}

/** Signals that count together for a rule that counts across incidents. */
export interface Group {
  readonly rule: string;
  /** Hash of the values that they have in common. */
  readonly key: string;
  /** Hash of the value of which different ones are counted; null: signals are. */
  readonly value: string | null;
  readonly n: number;
}

/** The signals of one payload (or of one batch) that are the same problem. */
export interface Bundle {
  readonly incident: IncidentId;
  readonly fingerprint: Fingerprint;
  readonly lifecycle: Lifecycle;
  readonly quietMs: number | null;
  /** When intake accepted it, ms. */
  readonly receivedAt: number;
  /** The firing ones; empty when all of them resolve. */
  readonly firing: readonly Tally[];
  /** Ordering time (see Lifecycle) of the newest resolving one, ms; null when none resolves. */
  readonly resolvedAt: number | null;
  /** The newest ends in it, ms, `resolvedAt` among them. Left out: that one is all that is known. */
  readonly ends?: readonly number[];
  /** Worst of the firing ones; for a bundle that only resolves, what it would have been. */
  readonly severity: Severity;
  readonly channel: Channel;
  readonly counts: readonly string[];
  /** Left out: it counts for no rule that counts across incidents. */
  readonly groups?: readonly Group[];
  readonly report: Report;
}
