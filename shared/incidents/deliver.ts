import type { Address } from '../model/decision.ts';
import type { CallName, Delivery, Facts, Held, Incident, Sending } from '../model/incident.ts';
import { newsOf, outdated } from '../model/news.ts';
import type { Outcome } from '../model/telling.ts';
import { mended } from './fallback.ts';
import { reschedule } from './schedule.ts';
import { doubtOf, isTidying, tidied } from './strays.ts';

/** The first refresh of a moved count, doubling up to the last. */
const REFRESH_FIRST_MS = 60_000;
const REFRESH_LAST_MS = 3_600_000;
/** Less than the minute between two sweeps. */
const STORM_REFRESH_MS = 45_000;
/** Backoff of failed sends: 5 s, doubling up to 5 min, so that "untold" is looked at again within the alarm's period. */
const BACKOFF_FIRST_MS = 5_000;
const BACKOFF_LAST_MS = 300_000;
/** A rule can be ended or deployed away before its time: whatever it holds is asked about this often. */
const ASK_AGAIN_MS = 15 * 60_000;

/**
 * Writes down what is about to be sent, before it is sent. A `find` keeps the claim it looks for; any other call that
 * leaves over a message whose fate nobody could tell keeps that one as a stray.
 */
export function claim(incident: Incident, address: Address, sending: Sending, now: number): Incident {
  return change(incident, address, now, (d) => ({
    ...d,
    sending,
    strays: sending.nonce === d.sending?.nonce ? d.strays : [...d.strays, ...doubtOf(d, now)],
  }));
}

/**
 * Notes facts as told without a call, because a named rule took the news (already resolved, nobody is paged). Where
 * there was no news, what people were told does not move: a firing that still arrives would be hidden behind it. A card
 * that is there still learns its count.
 */
export function note(incident: Incident, address: Address, facts: Facts, now: number): Incident {
  return change(incident, address, now, (d) => ({
    ...d,
    // Only of this occurrence: the card of an earlier one stays what it was.
    shown: d.shown?.occurrence === facts.occurrence ? { ...facts, count: d.shown.count } : facts,
    announced: newsOf(d.announced, facts) === null ? d.announced : facts,
    held: null,
    lateBy: null,
    sending: null,
    attempts: 0,
    retryAt: 0,
    strays: [...d.strays, ...doubtOf(d, now)],
  }));
}

/**
 * Not told for now: a named rule holds it back. What was already held stays so from when it was, and what had become
 * news before is so from then. An update in doubt is let go: it is the same however often it is sent.
 */
export function hold(
  incident: Incident,
  address: Address,
  rule: Omit<Held, 'since' | 'askAt' | 'facts'>,
  now: number,
): Incident {
  return change(incident, address, now, (d) => ({
    ...d,
    sending: null,
    held: {
      ...rule,
      since: newsSince(d) ?? now,
      askAt: Math.min(rule.until, now + ASK_AGAIN_MS),
      facts: incident.facts,
    },
  }));
}

/** Since when what is wanted there waits, ms: untold, or held. */
export function newsSince({ held, untoldSince }: Delivery): number | null {
  return held?.since ?? untoldSince;
}

/** What this rule holds is asked about at once. */
export function askNow(incident: Incident, by: string, now: number): Incident {
  const deliveries = incident.deliveries.map((d) =>
    d.held?.by === by ? { ...d, held: { ...d.held, askAt: now } } : d,
  );
  return reschedule({ ...incident, deliveries }, now);
}

/** No rule holds it any more: what is wanted there is untold from now on. */
export function lift(incident: Incident, address: Address, now: number): Incident {
  return change(incident, address, now, (d) =>
    d.held === null ? d : { ...d, held: null, lateBy: { kind: d.held.kind, by: d.held.by } },
  );
}

/** A named rule keeps the reminder back for now: it is asked again. */
export function remindLater(incident: Incident, address: Address, until: number, now: number): Incident {
  const remindAt = Math.min(until, now + ASK_AGAIN_MS);
  return change(incident, address, now, (d) => ({ ...d, remindAt }));
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
  const taken = outcome.is === 'told' || outcome.is === 'found';
  return change(taken ? mended(incident, address) : incident, address, now, (d) =>
    d.sending === null || d.sending.nonce !== nonce
      ? d
      : withPace(settleDelivery(d, d.sending, call, outcome, now), incident, now),
  );
}

function settleDelivery(
  d: Delivery,
  sending: Sending,
  call: CallName,
  outcome: Outcome,
  now: number,
): Delivery {
  if (isTidying(sending.call)) return tidied(d, sending.call, outcome, now);
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
        ? { ...d, sending: null, strays: [...d.strays, ...doubtOf(d, now)] }
        : failed(d, call, sending, now);
  }
}

function told(d: Delivery, call: CallName, facts: Facts, handle: string, now: number): Delivery {
  const done = { ...d, sending: null, attempts: 0, retryAt: 0 };
  const news = { announced: facts, lateBy: null, newsAt: now, reminders: 0, remindAt: null };
  switch (call) {
    case 'post':
      return {
        ...done,
        ...news,
        handle,
        shown: facts,
        ...refresh(REFRESH_FIRST_MS, now),
      };
    case 'update': {
      const step = outdated(d.shown, facts)
        ? REFRESH_FIRST_MS
        : Math.min(d.refreshStepMs * 2, REFRESH_LAST_MS);
      return { ...done, shown: facts, ...refresh(step, now) };
    }
    case 'reply':
      return { ...done, ...news };
    case 'remind':
      return { ...done, reminders: d.reminders + 1, remindAt: null };
    case 'trigger':
    case 'resolve':
      // An alert with this key is ours to keep from here on.
      return {
        ...done,
        ...news,
        handle,
        shown: facts,
        strays: d.strays.filter((s) => s.handle !== handle),
      };
    case 'find':
    case 'remove':
      return done;
  }
}

/** A storm's card grows with every sweep; all others ever more slowly. */
function withPace(d: Delivery, { storm }: Incident, now: number): Delivery {
  const step = storm === null ? REFRESH_LAST_MS : STORM_REFRESH_MS;
  return d.refreshStepMs <= step ? d : { ...d, ...refresh(step, now) };
}

function refresh(stepMs: number, now: number): Pick<Delivery, 'refreshAt' | 'refreshStepMs'> {
  return { refreshStepMs: stepMs, refreshAt: now + stepMs };
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
