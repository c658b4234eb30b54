import { isObject, type Json } from '../model/json.ts';
import type { Identity, Signal, SignalId } from '../model/signal.ts';
import { builtIn } from '../model/why.ts';
import { readArn } from './arns.ts';
import { kindOf, resourceOf, serviceOf, titleOf } from './event-words.ts';
import { judge } from './routine.ts';
import { digest, say, signalId } from './say.ts';
import type { Envelope, Source } from './source.ts';
import { clip, firstText, lines, pretty } from './words.ts';

/**
 * The last source: reads whatever no other one knows into something that a person can read. Successes and
 * notices are `info`; failures and everything unknown fire.
 */
export const event: Source = {
  name: 'event',
  about: {
    title: 'Anything else',
    reads: ['every event, message and text that no other source knows'],
    ends: 'quiet; successes and notices open nothing',
  },
  accepts: () => true,
  read: (one) => [isConfirmation(one) ? confirmation(one) : toSignal(one)],
};

function toSignal(one: Envelope): Signal {
  const { status, why } = judge(one);
  return say(one, {
    ...common(one),
    title: titleOf(one),
    message: messageOf(one.detail),
    status,
    why: [why],
  });
}

const ACCOUNT_KEYS = ['awsAccountId', 'accountId', 'AccountId', 'recipientAccountId'];
const REGION_KEYS = ['awsRegion', 'region', 'Region'];

function common(one: Envelope) {
  const resource = resourceOf(one);
  const arn = readArn(resource);
  return {
    source: 'event',
    kind: kindOf(one),
    id: idOf(one),
    lifecycle: 'quiet',
    time: one.time ?? one.receivedAt,
    account: one.account || firstText(one.detail, ACCOUNT_KEYS) || (arn?.account ?? ''),
    region: one.region || firstText(one.detail, REGION_KEYS) || (arn?.region ?? ''),
    service: serviceOf(one) || arn?.service || 'event',
    resource,
    identity: identityOf(one),
    fields: {},
  } as const;
}

/** An id is logged and stored as it is, so what a sender wrote freely stands in it only as a hash. */
function idOf(one: Envelope): SignalId {
  const what = `${one.source} ${kindOf(one)}`;
  const id = /^[\w-]{1,64}$/.test(one.id) ? one.id : digest(one.id || JSON.stringify(one.raw));
  return signalId('event', one.source.startsWith('aws.') ? what : digest(what), id);
}

function messageOf(detail: Json): string {
  return typeof detail === 'string' ? clip(detail) : pretty(detail);
}

/** Events of one kind about one thing are one problem; texts are one when their templates are. */
function identityOf(one: Envelope): Identity {
  const resource = typeof one.detail === 'string' ? null : resourceOf(one);
  const kind = kindOf(one);
  if (resource !== null) return { by: 'source', key: `${one.source} ${kind} ${resource}` };
  const words = typeof one.detail === 'string' ? clip(one.detail, 2000) : titleOf(one);
  return { by: 'text', errorType: null, text: `${kind} ${words}` };
}

function isConfirmation({ kind, source }: Envelope): boolean {
  return source === '' && (kind === 'SubscriptionConfirmation' || kind === 'UnsubscribeConfirmation');
}

/**
 * SNS asks whether it may send here. It is never answered by itself: anyone can make a topic ask. The token
 * and the link that holds it are left out of the signal.
 */
function confirmation(one: Envelope): Signal {
  const subscribes = one.kind === 'SubscriptionConfirmation';
  const topic = one.topicArn || 'a topic that gives no name';
  const asked = subscribes
    ? 'It sends nothing until somebody confirms. If you know this topic, confirm this subscription: subscribe again from the account that owns the queue, or open the SubscribeURL of a new request. If you do not, ignore it.'
    : 'It sends nothing here any more. If that is not what you want, subscribe again.';
  const because = subscribes ? 'SNS waits for a person to confirm' : 'SNS says that a subscription has ended';
  return say(one, {
    ...common(one),
    title: subscribes
      ? `SNS asks to confirm a subscription: ${topic}`
      : `An SNS subscription ended: ${topic}`,
    message: lines(`Topic: ${topic}`, asked),
    resource: one.topicArn || null,
    identity: { by: 'source', key: `${one.kind} ${one.topicArn}` },
    detail: withoutToken(one.detail),
    status: 'firing',
    why: [builtIn('read', 'event-sns-subscription', because)],
  });
}

function withoutToken(detail: Json): Json {
  if (!isObject(detail)) return null;
  const secret = ['Token', 'SubscribeURL', 'Message'];
  return Object.fromEntries(Object.entries(detail).filter(([key]) => !secret.includes(key)));
}
