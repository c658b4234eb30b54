import type { Address, Language } from '../model/decision.ts';
import {
  type CallName,
  type Delivery,
  type Facts,
  LEASE_MS,
  type Sending,
  type Stray,
  type Telling,
} from '../model/incident.ts';
import type { RemindRule } from '../model/rules.ts';
import { laneOf } from '../model/severity.ts';
import type { AddressState } from '../model/telling.ts';

/** Everything that decides what is sent next to one address. */
export interface PlanInput {
  readonly telling: Telling;
  /** The delivery of `telling.incident` that is planned. */
  readonly delivery: Delivery;
  readonly address: AddressState;
  readonly language: Language;
  /** Written by the operator: `<!subteam^S…>`, `<!here>`, `<@U…>`, several apart by blanks. */
  readonly mention: string | null;
  /** IANA name. */
  readonly timezone: string;
  /** The rules that say what is reminded of while it goes on. */
  readonly reminding: readonly RemindRule[];
  /** The mark of the call that is planned. */
  readonly nonce: string;
  readonly now: number;
}

/** The single next thing to do at an address. After its outcome is recorded, the plan is asked again. */
export type Step<Call> =
  | {
      readonly do: 'call';
      readonly call: Call;
      readonly name: CallName;
      /** SEV1–2 and resolves: they go before others when the address has a pace. */
      readonly urgent: boolean;
      /**
       * What holds there once the call is accepted: to be claimed as `sending.facts`. Not always the facts
       * of now: ending an alert whose problem is back already makes true that it has ended, and no more.
       */
      readonly facts: Facts;
    }
  /** Nothing to send, but a named rule took the news: note these facts as announced and shown. */
  | { readonly do: 'settled'; readonly because: string; readonly facts: Facts }
  /** Something is due later, ms. */
  | { readonly do: 'wait'; readonly until: number }
  | { readonly do: 'nothing' };

/** What is told of something that nobody could track. `handle`: what it leaves there, where that is known before. */
export interface UntrackedCall<Call> {
  readonly call: Call;
  readonly handle: string | null;
}

export { LEASE_MS };

/** A call that makes `facts` true at the address. */
export function callStep<Call extends { readonly do: CallName }>(
  call: Call,
  facts: Facts,
): Extract<Step<Call>, { do: 'call' }> {
  const urgent = laneOf(facts.severity) === 'urgent' || facts.status === 'resolved';
  return { do: 'call', call, name: call.do, urgent, facts };
}

/**
 * What takes the first stray away, once all is told that is wanted; it goes behind everybody else's news. Null when
 * there is none, when it is not its time, or when `tidy` does not know how yet.
 */
export function tidyStep<Call>(
  { delivery, telling, now }: PlanInput,
  tidy: (stray: Stray) => Call | null,
): Step<Call> | null {
  const { sending, strays } = delivery;
  const [stray] = strays;
  if (stray === undefined || stray.retryAt > now) return null;
  // Another call's claim stands, or somebody tidies up at this moment.
  if (sending !== null && (underWay(sending, now) || !TIDYING.has(sending.call))) return null;
  const call = tidy(stray);
  const name = stray.handle === null ? 'find' : 'remove';
  return call && { do: 'call', call, name, urgent: false, facts: telling.incident.facts };
}

const TIDYING: ReadonlySet<CallName> = new Set(['find', 'remove']);

/** Whether somebody may still be sending what is claimed. */
export function underWay(sending: Sending, now: number): boolean {
  return !sending.unsettled && now < sending.at + LEASE_MS;
}

/**
 * Whether anything of this occurrence belongs at the address: the rules send it here, or it was told here, or
 * a call may have told it (then it counts as told, so that its end is told as well).
 */
export function concerns({ routed, announced, shown, sending }: Delivery, facts: Facts): boolean {
  if (facts.count === 0) return false;
  const here = (told: Facts | null) => told !== null && told.occurrence >= facts.occurrence;
  return routed || here(announced) || here(shown) || sending !== null;
}

/** What an address names at its destination: `#alert` of `slack:#alert`. */
export function placeOf(address: Address): string {
  return address.slice(address.indexOf(':') + 1);
}
