import type { Impact } from '../model/impact.ts';
import type { Json } from '../model/json.ts';
import type { Signal } from '../model/signal.ts';

/** One record that could not be read at all: where in the payload, why, and its text (cut at 64 kB). */
export interface Fault {
  readonly where: string;
  readonly because: string;
  readonly raw: string;
}

/** What one raw payload came to. A bad record is a fault and never costs the others. */
export interface Reading {
  readonly signals: readonly Signal[];
  readonly faults: readonly Fault[];
}

/**
 * An event without its wrappings: what every source reads, whichever way it came. Texts that nobody stated
 * are empty; account and region fall back to those of the topic or queue that carried the event.
 */
export interface Envelope {
  /** The detail-type; empty for a bare finding, an alarm's own JSON, plain text. */
  readonly kind: string;
  /** `aws.guardduty`, …, as written. */
  readonly source: string;
  readonly account: string;
  readonly region: string;
  /** Stated by the event, else by its carrier, ms since the epoch; null when nobody says. */
  readonly time: number | null;
  /** The event's own id, else its carrier's message id. */
  readonly id: string;
  readonly resources: readonly string[];
  /** What the event is about: EventBridge's `detail`, or the whole body where there is no envelope. */
  readonly detail: Json;
  /** The event as it was unwrapped. */
  readonly raw: Json;
  readonly receivedAt: number;
  /** What SNS or SQS said when they carried it; empty otherwise. */
  readonly topicArn: string;
  readonly subject: string;
  readonly attributes: { readonly [name: string]: string };
}

/** What docs/sources.md says of a source; its severities and samples are taken from where they are used. */
export interface About {
  /** As its maker calls it. */
  readonly title: string;
  /** What it reads: detail-types as they are written, other forms in words. */
  readonly reads: readonly string[];
  /** What ends its problems. */
  readonly ends: string;
  /** What its problems mean for people, where the built-in rules judge by that alone. */
  readonly impacts?: readonly Impact[];
}

/** One kind of event and how it is read. The registry asks in order; the first that accepts an event reads it. */
export interface Source {
  readonly name: string;
  /** Also the name of its folder of samples under `events/`. */
  readonly about?: About;
  accepts(event: Envelope): boolean;
  /** Total: an accepted event gives at least one signal, however malformed it is; never throws. */
  read(event: Envelope): readonly Signal[];
}
