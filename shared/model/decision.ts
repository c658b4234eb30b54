import type { Brand } from './brand.ts';
import type { Channel, Severity } from './severity.ts';
import type { Why } from './why.ts';

export const DESTINATION_KINDS = ['slack', 'pagerduty'] as const;
export type DestinationKind = (typeof DESTINATION_KINDS)[number];

/** What a destination's name resolves to: `slack:#alert`, `pagerduty:ssm:/hansho/pagerduty/oncall`. */
export type Address = Brand<string, 'Address'>;

export const LANGUAGES = ['en', 'ja'] as const;
export type Language = (typeof LANGUAGES)[number];

/** A place to tell: the rules' name for it and the address that it resolves to. */
export interface Target {
  readonly name: string;
  readonly kind: DestinationKind;
  readonly address: Address;
}

/** What decides who is told of an incident. */
export interface Routing {
  readonly severity: Severity;
  readonly channel: Channel;
  readonly team: string | null;
  /** Other teams that hear it, by `continue`. */
  readonly also: readonly string[];
  /** When it became what it is (opened, rose, reopened), ms: business hours are asked about this moment alone. */
  readonly at: number;
}

/** What a signal counts by, for an escalation rule across incidents. */
export interface Counted {
  readonly rule: string;
  /** The values of its `per`, as JSON. */
  readonly per: string;
  /** The value of its `distinct`; null when the rule has none. */
  readonly value: string | null;
}

/** What the rules decide about one signal. */
export type Verdict =
  | {
      readonly outcome: 'tracked';
      readonly severity: Severity;
      readonly channel: Channel;
      readonly team: string | null;
      /** Other teams that hear it, by `continue`. */
      readonly also: readonly string[];
      readonly runbook: string | null;
      readonly targets: readonly Target[];
      /** Resolves after this long without a new signal, ms; null when the source resolves by itself. */
      readonly quietMs: number | null;
      /** Names of the escalation rules that this signal counts for. */
      readonly counts: readonly string[];
      /** Those that count across incidents, with the values that they count by. Left out: none. */
      readonly groups?: readonly Counted[];
      readonly why: readonly Why[];
    }
  /** A named rule took it: it is counted, and never told. */
  | {
      readonly outcome: 'ignored';
      readonly reason: string;
      readonly severity: Severity | null;
      readonly why: readonly Why[];
    }
  /** Nothing to act on: a level below the line, a passed check, an informational event. */
  | { readonly outcome: 'unremarkable'; readonly why: readonly Why[] };
