import type { Address } from '../model/decision.ts';
import type { CallName, Delivery, Facts, Incident, Sending } from '../model/incident.ts';
import { newsOf, outdated } from '../model/news.ts';
import type { Outcome } from '../model/telling.ts';
import { reschedule } from './schedule.ts';

/** The first refresh of a moved count, doubling up to the last. */
const REFRESH_FIRST_MS = 60_000;
const REFRESH_LAST_MS = 3_600_000;
/** Backoff of failed sends: 5 s, doubling up to 5 min, so that "untold" is looked at again within the alarm's period. */
const BACKOFF_FIRST_MS = 5_000;
const BACKOFF_LAST_MS = 300_000;

/** Writes down what is about to be sent, before it is sent. A `find` keeps the claim it looks for. */
export function claim(incident: Incident, address: Address, sending: Sending, now: number): Incident {
  return change(incident, address, now, (d) => ({ ...d, sending }));
}

/**
 * Notes facts as told without a call, because a named rule took the news (already resolved, nobody is paged). Where
 * there was no news, what people were told does not move: a firing that still arrives would be hidden behind it.
 */
export function note(incident: Incident, address: Address, facts: Facts, now: number): Incident {
  return change(incident, address, now, (d) => ({
    ...d,
    shown: facts,
    announced: newsOf(d.announced, facts) === null ? d.announced : facts,
    sending: null,
    attempts: 0,
    retryAt: 0,
  }));
}

/** Nothing more to this address before `until`, ms. */
export function postpone(incident: Incident, address: Address, until: number, now: number): Incident {
  return change(incident, address, now, (d) => ({ ...d, retryAt: until }));
}

/**
 * Records what a call came to. Only the holder of the claim may: when the nonce is another's, the incident
 * comes back unchanged. Nothing is told before the destination has accepted it (law 4).
 */
export function settle(
  incident: Incident,
  address: Address,
  nonce: string,
  call: CallName,
  outcome: Outcome,
  now: number,
): Incident {
  return change(incident, address, now, (d) =>
    d.sending === null || d.sending.nonce !== nonce ? d : settleDelivery(d, d.sending, call, outcome, now),
  );
}

function settleDelivery(
  d: Delivery,
  sending: Sending,
  call: CallName,
  outcome: Outcome,
  now: number,
): Delivery {
  switch (outcome.is) {
    case 'told':
      return told(d, call, sending.facts, outcome.handle, now);
    case 'found':
      return told(d, sending.call, sending.facts, outcome.handle, now);
    case 'absent':
      return { ...d, sending: null };
    case 'wait':
      // Asked to wait is not a failure: it must not lengthen the backoff of a later one.
      return { ...failed(d, call, sending, now), attempts: d.attempts, retryAt: now + outcome.ms };
    case 'retry':
      return failed(d, call, sending, now);
    case 'unsettled':
      return { ...failed(d, call, sending, now), sending: { ...sending, unsettled: true } };
    case 'gone':
      // What people were told stays told: where it fires, its end is still owed, wherever the rules send it now.
      return { ...d, sending: null, shown: null, handle: null, attempts: 0, retryAt: 0 };
    case 'too-big':
      return d.shrink === 2
        ? failed(d, call, sending, now)
        : { ...d, sending: givenBack(sending), shrink: d.shrink === 0 ? 1 : 2 };
    case 'broken':
      // A look-up that may not look decides nothing: send again, two cards beat none. Where the rules no longer send
      // it, nothing would be sent again, and what may have been told would never hear of the end: look until it is mended.
      return call === 'find' && d.routed
        ? { ...d, sending: inTheBlind(sending) }
        : failed(d, call, sending, now);
  }
}

function told(d: Delivery, call: CallName, facts: Facts, handle: string, now: number): Delivery {
  const done = { ...d, sending: null, attempts: 0, retryAt: 0 };
  switch (call) {
    case 'post':
      return { ...done, handle, shown: facts, announced: facts, ...refresh(REFRESH_FIRST_MS, now) };
    case 'update': {
      const step = outdated(d.shown, facts)
        ? REFRESH_FIRST_MS
        : Math.min(d.refreshStepMs * 2, REFRESH_LAST_MS);
      return { ...done, shown: facts, ...refresh(step, now) };
    }
    case 'reply':
      return { ...done, announced: facts };
    case 'trigger':
    case 'resolve':
      return { ...done, handle, shown: facts, announced: facts };
    case 'find':
      return done;
  }
}

function refresh(stepMs: number, now: number): Pick<Delivery, 'refreshAt' | 'refreshStepMs'> {
  return { refreshStepMs: stepMs, refreshAt: now + stepMs };
}

/** A card that may be there stays in doubt until another is accepted: the rules may move on before. */
function inTheBlind(sending: Sending): Sending | null {
  return sending.call === 'post' ? { ...sending, unsettled: true, blind: true } : null;
}

/** What an earlier call may have left outlives this one's certain failure (law 2: its end must be told). */
function givenBack(sending: Sending): Sending | null {
  return sending.repeats ? { ...sending, unsettled: true } : null;
}

/** A look-up that failed leaves the question open: the claim stays. Any other failure gives it back. */
function failed(d: Delivery, call: CallName, sending: Sending, now: number): Delivery {
  const wait = Math.min(BACKOFF_FIRST_MS * 2 ** d.attempts, BACKOFF_LAST_MS);
  return {
    ...d,
    sending: call === 'find' ? sending : givenBack(sending),
    attempts: d.attempts + 1,
    retryAt: now + wait,
  };
}

function change(
  incident: Incident,
  address: Address,
  now: number,
  how: (delivery: Delivery) => Delivery,
): Incident {
  const deliveries = incident.deliveries.map((d) => (d.target.address === address ? how(d) : d));
  return reschedule({ ...incident, deliveries }, now);
}
