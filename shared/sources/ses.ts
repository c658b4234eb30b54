import { at, isObject, type Json, list, text } from '../model/json.ts';
import type { Status } from '../model/signal.ts';
import { builtIn, type Why } from '../model/why.ts';
import { facts, say, signalId } from './say.ts';
import type { Envelope, Source } from './source.ts';
import { firstTime } from './times.ts';
import { labelled, lines, oneLine } from './words.ts';

/** What is bad news for a sender; everything else that SES reports is the way mail goes. */
const BAD: ReadonlyMap<string, string> = new Map([
  ['Bounce', 'bounced'],
  ['Complaint', 'was reported as spam'],
  ['Reject', 'was rejected'],
  ['Rendering Failure', 'could not be rendered'],
]);

/** EventBridge says the same in its detail-type. */
const KINDS: ReadonlyMap<string, string> = new Map([
  ['Email Bounced', 'Bounce'],
  ['Email Complaint Received', 'Complaint'],
  ['Email Rejected', 'Reject'],
  ['Email Rendering Failed', 'Rendering Failure'],
]);

/**
 * Amazon SES: bounces, complaints, rejects and rendering failures, from SNS (identity notifications and event
 * publishing) and from EventBridge. One problem a sender and kind, never one a recipient; recipients stay out of
 * title and text.
 * https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html
 */
export const ses: Source = {
  name: 'ses',
  about: {
    title: 'Amazon SES',
    reads: ['SNS: bounce and complaint notifications, event publishing', ...KINDS.keys()],
    ends: 'quiet; soft bounces open nothing',
  },
  accepts: ({ kind, source, detail }) =>
    (source === 'aws.ses' && kind.startsWith('Email ') && isMail(detail)) ||
    (kind === '' && whatOf(detail) !== '' && isMail(detail)),
  read: (event) => [toSignal(event)],
};

function isMail(detail: Json): boolean {
  return isObject(at(detail, 'mail'));
}

/** `Bounce`, `Complaint`, `Delivery`, …: SNS notifications and event publishing spell the key in two ways. */
function whatOf(detail: Json): string {
  const stated = text(detail, 'notificationType') ?? text(detail, 'eventType') ?? '';
  return stated === 'RenderingFailure' ? 'Rendering Failure' : stated;
}

function toSignal(event: Envelope) {
  const { detail } = event;
  const what = whatOf(detail) || (KINDS.get(event.kind) ?? event.kind);
  const mail = at(detail, 'mail');
  const sender = text(mail, 'source') ?? text(mail, 'sourceArn') ?? '';
  const bounce = at(detail, 'bounce');
  const { status, why } = judge(what, detail);
  const account = text(mail, 'sendingAccountId') || event.account;
  return say(event, {
    source: 'ses',
    kind: `SES ${what}`,
    id: signalId(
      'ses',
      what,
      text(mail, 'messageId') || event.id,
      text(bounce, 'feedbackId') ?? text(detail, 'complaint', 'feedbackId') ?? '',
    ),
    status,
    lifecycle: 'quiet',
    time:
      firstTime(at(bounce, 'timestamp'), at(detail, 'complaint', 'timestamp'), at(mail, 'timestamp')) ??
      event.time ??
      event.receivedAt,
    account,
    region: event.region,
    service: 'ses',
    resource: text(mail, 'sourceArn') ?? (sender || null),
    title: `Mail from ${oneLine(senderName(sender), 80)} ${BAD.get(what) ?? oneLine(what, 40).toLowerCase()}`,
    message: lines(
      text(detail, 'failure', 'errorMessage') ?? text(detail, 'reject', 'reason'),
      labelled(
        'Kind',
        [text(bounce, 'bounceType'), text(bounce, 'bounceSubType')].filter((one) => one !== null).join(', '),
      ),
      labelled('Feedback', text(detail, 'complaint', 'complaintFeedbackType')),
      labelled('Template', text(detail, 'failure', 'templateName')),
      labelled('Sender', senderName(sender)),
      labelled('Recipients', String(recipients(detail))),
      labelled('Diagnosis', text(bounce, 'bouncedRecipients', 0, 'status')),
    ),
    identity: { by: 'source', key: `${what} ${sender}` },
    places: [{ is: 'console', page: 'ses', names: [] }],
    fields: facts({
      what,
      bounce: text(bounce, 'bounceType'),
      detail: text(bounce, 'bounceSubType'),
      recipients: recipients(detail),
    }),
    why: why === null ? [] : [why],
  });
}

function judge(what: string, detail: Json): { readonly status: Status; readonly why: Why | null } {
  const routine = routineOf(what, detail);
  return routine === null ? { status: 'firing', why: null } : { status: 'info', why: routine };
}

/** Why this is no bad news, or null. Only hard bounces and true complaints count against the account. */
function routineOf(what: string, detail: Json): Why | null {
  if (!BAD.has(what)) return builtIn('read', 'ses-routine', `"${oneLine(what, 40)}" is how mail goes`);
  if (text(detail, 'bounce', 'bounceType') === 'Transient')
    return builtIn('read', 'ses-transient', 'a soft bounce: the address may take mail again later');
  const subTypes = [text(detail, 'bounce', 'bounceSubType'), text(detail, 'complaint', 'complaintSubType')];
  if (subTypes.includes('OnAccountSuppressionList'))
    return builtIn('read', 'ses-suppressed', "SES did not send it: the address is on the account's own list");
  if (text(detail, 'complaint', 'complaintFeedbackType') === 'not-spam')
    return builtIn('read', 'ses-not-spam', 'somebody says that it is no spam');
  return null;
}

/** The address alone, without the name before it. */
function senderName(sender: string): string {
  return /<([^<>]{1,320})>\s*$/.exec(sender.slice(0, 1000))?.[1] ?? (sender || 'somebody');
}

function recipients(detail: Json): number {
  const told = [
    list(detail, 'bounce', 'bouncedRecipients'),
    list(detail, 'complaint', 'complainedRecipients'),
    list(detail, 'mail', 'destination'),
  ];
  return told.find((some) => some.length > 0)?.length ?? 0;
}
