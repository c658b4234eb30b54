import type { Address } from './decision.ts';
import type { JsonObject } from './json.ts';

/** What one call to a destination came to. Expected failures are values; only our own faults throw. */
export type Outcome =
  /** Accepted. `handle` finds it again: Slack `<channel id>/<ts>`, PagerDuty the dedup key. */
  | { readonly is: 'told'; readonly handle: string }
  /** A look-up found what an unsettled call had left, or saw that it left nothing. */
  | { readonly is: 'found'; readonly handle: string }
  | { readonly is: 'absent' }
  /** 429: nothing more to this address for so long, ms. */
  | { readonly is: 'wait'; readonly ms: number; readonly because: string }
  /** Certainly not accepted; worth another try. */
  | { readonly is: 'retry'; readonly because: string }
  /** May have been accepted (timeout, 5xx, lost connection). */
  | { readonly is: 'unsettled'; readonly because: string }
  /** What the handle points at is gone (a person deleted the card): start anew. */
  | { readonly is: 'gone'; readonly because: string }
  | { readonly is: 'too-big'; readonly because: string }
  /** A person must mend the configuration: the code, and the next step in words. */
  | { readonly is: 'broken'; readonly code: string; readonly hint: string };

/** A message's mark, so that an unsettled send is found again: the event type `hansho` and this payload. */
export interface CardMark {
  readonly incident: string;
  readonly nonce: string;
}

export type SlackCall =
  | {
      readonly do: 'post';
      readonly channel: string;
      /** What a phone's notification says; Slack shows it in the channel only where there is no `head`. */
      readonly text: string;
      /** Top-level blocks, above the coloured bar: they are never folded behind "Show more". Empty: plain text. */
      readonly head: readonly JsonObject[];
      /** Blocks of the one attachment with the coloured bar. Empty: no attachment. */
      readonly blocks: readonly JsonObject[];
      readonly color: string;
      readonly mark: CardMark;
    }
  | {
      readonly do: 'update';
      readonly handle: string;
      readonly text: string;
      readonly head: readonly JsonObject[];
      readonly blocks: readonly JsonObject[];
      readonly color: string;
      readonly mark: CardMark;
    }
  | {
      readonly do: 'reply';
      readonly handle: string;
      readonly text: string;
      /** Top-level blocks: the reply as it is read; `text` is its notification. */
      readonly blocks: readonly JsonObject[];
      /** Also shown in the channel, so that it notifies. */
      readonly broadcast: boolean;
      readonly mark: CardMark;
    }
  /** Look for a message with this mark: in the channel since `sinceMs`, or in the card's thread. */
  | {
      readonly do: 'find';
      /** A channel id: names cannot be searched. */
      readonly channel: string;
      readonly thread: string | null;
      readonly sinceMs: number;
      readonly mark: CardMark;
    }
  /** Take away a message of ours. */
  | { readonly do: 'remove'; readonly handle: string };

/** One event for the Events API v2; the key itself is fetched by the adapter from `routingKey` (a secret's reference). */
export interface PagerDutyCall {
  readonly do: 'trigger' | 'resolve';
  readonly routingKey: string;
  readonly dedupKey: string;
  /** The whole body but `routing_key`. */
  readonly body: JsonObject;
}

/** The state of an address: shared by all incidents that are told there. */
export interface AddressState {
  readonly address: Address;
  readonly version: number;
  /** Asked to wait until, ms (429). */
  readonly blockedUntil: number;
  /** The next free second of the channel's pace, ms. */
  readonly nextFreeAt: number;
  /** Slack's id of the channel, once an answer has told it. */
  readonly channelId: string | null;
  /** What a person must mend; tried again at `retryAt`. */
  readonly broken: {
    readonly since: number;
    readonly retryAt: number;
    readonly code: string;
    readonly hint: string;
  } | null;
}
