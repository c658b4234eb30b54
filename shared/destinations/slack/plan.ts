import type { Sending, Stray } from '../../model/incident.ts';
import { newsOf, outdated } from '../../model/news.ts';
import { isReminderDue } from '../../model/remind.ts';
import { atLeast } from '../../model/severity.ts';
import type { CardMark, SlackCall } from '../../model/telling.ts';
import {
  callStep,
  concerns,
  LEASE_MS,
  type PlanInput,
  placeOf,
  type Step,
  tidyStep,
  underWay,
} from '../plan.ts';
import { cardOf } from './card.ts';
import { type Reply, reminderOf, replyOf } from './reply.ts';

/**
 * How long a message below SEV2 whose fate cannot be looked up waits before it is sent again: time enough for
 * another card to teach the channel's id, without which nothing can be looked up.
 */
const DOUBT_MS = 15_000;

/**
 * The single next call for one incident in one Slack channel, from what is shown and announced there and what
 * is true now. The card comes first, then the word about it, then a moved count. Asked again after each outcome.
 */
export function planSlack(input: PlanInput): Step<SlackCall> {
  const step = planTelling(input);
  return step.do === 'nothing' || step.do === 'wait'
    ? (tidyStep(input, (stray) => tidy(stray, input)) ?? step)
    : step;
}

/** A stray is looked for where the channel is known, and taken away once it is found. */
function tidy(stray: Stray, input: PlanInput): SlackCall | null {
  if (stray.handle !== null) return { do: 'remove', handle: stray.handle };
  const where = lookUpIn(input);
  if (where === null) return null;
  const mark: CardMark = { incident: input.telling.incident.id, nonce: stray.nonce };
  return { do: 'find', channel: where, thread: stray.thread, sinceMs: stray.since, mark };
}

function planTelling(input: PlanInput): Step<SlackCall> {
  const { delivery, telling, now } = input;
  const { facts } = telling.incident;
  if (delivery.sending !== null) {
    const first = settleFirst(input, delivery.sending);
    if (first !== null) return first;
  }
  if (!concerns(delivery, facts)) return { do: 'nothing' };
  const news = newsOf(delivery.announced, facts);
  if (delivery.handle === null || delivery.shown === null || news === 'opened')
    return cardStep(input, news !== null);
  const old = outdated(delivery.shown, facts);
  // Of an update without an answer nobody knows whether the card shows it.
  if (old || delivery.sending?.call === 'update') return update(input, delivery.handle, old);
  if (news !== null) {
    const reply = replyOf(input, news);
    return callStep({ do: 'reply', handle: delivery.handle, ...reply, mark: markOf(input) }, facts);
  }
  const reminder = isReminderDue(delivery, facts, now) ? reminderOf(input) : null;
  if (reminder !== null) return remind(input, delivery.handle, reminder);
  if (delivery.shown.count === facts.count && delivery.shown.last === facts.last) return { do: 'nothing' };
  return now >= delivery.refreshAt
    ? update(input, delivery.handle, false)
    : { do: 'wait', until: delivery.refreshAt };
}

/** No card of this occurrence. One whose end was told and that somebody took away is not brought back. */
function cardStep(input: PlanInput, hasNews: boolean): Step<SlackCall> {
  const { facts } = input.telling.incident;
  if (!hasNews && facts.status === 'resolved') {
    if (!outdated(input.delivery.shown, facts) && input.delivery.sending === null) return { do: 'nothing' };
    return { do: 'settled', because: 'its end was told, and the card is gone', facts };
  }
  const channel = placeOf(input.delivery.target.address);
  return callStep({ do: 'post', channel, ...cardOf(input), mark: markOf(input) }, facts);
}

/**
 * An update notifies nobody, so it mentions nobody and is never held; what it is about is said by the reply that follows.
 */
function update(input: PlanInput, handle: string, matters: boolean): Step<SlackCall> {
  const { facts } = input.telling.incident;
  const delivery = { ...input.delivery, held: null, lateBy: null };
  const card = cardOf({ ...input, mention: null, delivery });
  const next = callStep<SlackCall>({ do: 'update', handle, ...card, mark: markOf(input) }, facts);
  return matters ? next : { ...next, urgent: false };
}

/** A reminder is no news: all that is news anywhere goes before it. */
function remind(input: PlanInput, handle: string, reminder: Reply): Step<SlackCall> {
  const { facts } = input.telling.incident;
  const call: SlackCall = { do: 'reply', handle, ...reminder, mark: markOf(input) };
  return { ...callStep(call, facts), name: 'remind', urgent: false };
}

/**
 * What must be known before anything else is sent: null when nothing must. An update is the same however
 * often it is sent; a post or a reply may have landed, so it is looked up by its mark.
 */
function settleFirst(input: PlanInput, sending: Sending): Step<SlackCall> | null {
  if (underWay(sending, input.now)) return { do: 'wait', until: sending.at + LEASE_MS };
  if (sending.call !== 'post' && sending.call !== 'reply' && sending.call !== 'remind') return null;
  const channel = lookUpIn(input);
  if (channel !== null) return find(input, sending, channel);
  // Two beat none, at once where it is grave.
  const grave = atLeast(input.telling.incident.facts.severity, 'SEV2');
  const until = sending.at + DOUBT_MS;
  return grave || input.now >= until ? null : { do: 'wait', until };
}

/** Only a channel's id can be searched, and only Slack's answers tell it. */
function lookUpIn({ delivery, address }: PlanInput): string | null {
  return delivery.handle?.split('/')[0] ?? address.channelId;
}

/** `sending.at` moves with each look-up, `untoldSince` does not: whatever was sent, was sent after it. */
function find({ delivery, telling }: PlanInput, sending: Sending, channel: string): Step<SlackCall> {
  const thread = sending.call === 'post' ? null : (delivery.handle?.split('/')[1] ?? null);
  const sinceMs = Math.min(sending.at, delivery.untoldSince ?? sending.at);
  const mark: CardMark = { incident: telling.incident.id, nonce: sending.nonce };
  return callStep({ do: 'find', channel, thread, sinceMs, mark }, sending.facts);
}

function markOf({ telling, nonce }: PlanInput): CardMark {
  return { incident: telling.incident.id, nonce };
}
