import type { CallName, Delivery, Stray } from '../model/incident.ts';
import type { Outcome } from '../model/telling.ts';

/** How soon a stray that could not be taken away is tried again. */
const AGAIN_MS = 5 * 60_000;
/** Instead of a mark: the one message that the handle names, and no other. */
export const KNOWN = 'known';
/** A message that could neither be found nor removed for so long is left where it is. */
export const GIVE_UP_MS = 24 * 3_600_000;

/** Whether a claim is for taking a stray away. A look-up of a claimed call keeps that call's claim. */
export function isTidying(claimed: CallName): boolean {
  return claimed === 'find' || claimed === 'remove';
}

/** The message that may have been left by a call of which nobody knows what came of it. Only Slack's are not idempotent. */
export function doubtOf({ sending, untoldSince, handle }: Delivery, now: number): readonly Stray[] {
  if (sending?.call !== 'post' && sending?.call !== 'reply' && sending?.call !== 'remind') return [];
  const thread = sending.call === 'post' ? null : (handle?.split('/')[1] ?? null);
  const since = Math.min(sending.at, untoldSince ?? sending.at);
  return [{ nonce: sending.nonce, since, thread, handle: null, retryAt: 0, until: now + GIVE_UP_MS }];
}

/** The strays that are still worth looking for. */
export function notGivenUp({ strays, target }: Delivery, now: number): readonly Stray[] {
  return target.kind === 'slack' ? strays.filter(({ until }) => now < until) : strays;
}

/**
 * What came of looking for the first stray, or of taking it away. A message that is gone is looked for once more
 * by its mark: there may be several. A failure delays nothing but the tidying.
 */
export function tidied(delivery: Delivery, call: CallName, outcome: Outcome, now: number): Delivery {
  const [stray, ...others] = delivery.strays;
  const free = { ...delivery, sending: null };
  if (stray === undefined) return free;
  switch (outcome.is) {
    case 'found':
      return { ...free, strays: [{ ...stray, handle: outcome.handle }, ...others] };
    case 'absent':
      return { ...free, strays: others };
    case 'told':
    case 'gone':
      return delivery.target.kind === 'slack' && call === 'remove' && stray.nonce !== KNOWN
        ? { ...free, strays: [{ ...stray, handle: null }, ...others] }
        : { ...free, strays: others };
    case 'wait':
    case 'retry':
    case 'unsettled':
    case 'too-big':
    case 'broken':
      return { ...free, strays: knownFirst([...others, { ...stray, retryAt: now + AGAIN_MS }]) };
  }
}

/** What is to be looked for may have to wait until its channel is known: nothing waits behind it. */
export function knownFirst(strays: readonly Stray[]): readonly Stray[] {
  return strays.toSorted((a, b) => Number(b.nonce === KNOWN) - Number(a.nonce === KNOWN));
}
