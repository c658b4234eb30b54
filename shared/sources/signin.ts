import { at, type Json, text } from '../model/json.ts';
import type { Status } from '../model/signal.ts';
import { builtIn, type Why } from '../model/why.ts';
import { facts, say, signalId } from './say.ts';
import type { Envelope, Source } from './source.ts';
import { firstTime } from './times.ts';
import { labelled, lines, oneLine } from './words.ts';

const KIND = 'AWS Console Sign In via CloudTrail';

/**
 * Signing in to the console, as CloudTrail tells it: the root user's, and what failed. A user who is let in is
 * no news.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html
 */
export const signin: Source = {
  name: 'signin',
  about: { title: 'Console sign-in (CloudTrail)', reads: [KIND], ends: 'quiet' },
  accepts: ({ kind, source }) => kind === KIND && (source === 'aws.signin' || source === ''),
  read: (event) => [toSignal(event)],
};

function toSignal(event: Envelope) {
  const { detail } = event;
  const isRoot = text(detail, 'userIdentity', 'type') === 'Root';
  const call = text(detail, 'eventName') || 'ConsoleLogin';
  const user = isRoot ? 'the root user' : whoOf(detail);
  const outcome = outcomeOf(detail, call);
  const { status, why } = judge(isRoot, outcome);
  return say(event, {
    source: 'signin',
    kind: KIND,
    id: signalId('signin', text(detail, 'eventID') || event.id),
    status,
    lifecycle: 'quiet',
    time: firstTime(at(detail, 'eventTime')) ?? event.time ?? event.receivedAt,
    account: text(detail, 'recipientAccountId') || text(detail, 'userIdentity', 'accountId') || event.account,
    region: text(detail, 'awsRegion') || event.region,
    service: 'signin',
    resource: text(detail, 'userIdentity', 'arn') ?? user,
    title: titleOf(user, call, outcome),
    message: lines(
      text(detail, 'errorMessage'),
      labelled('User', text(detail, 'userIdentity', 'arn') ?? user),
      labelled('Event', call),
      labelled('Result', outcome),
      labelled('From', text(detail, 'sourceIPAddress')),
      labelled('MFA', text(detail, 'additionalEventData', 'MFAUsed')),
      labelled('Client', text(detail, 'userAgent')),
    ),
    identity: { by: 'source', key: `${isRoot ? 'root' : user} ${call} ${outcome}` },
    places: trailPlaces(detail),
    fields: facts({
      user: isRoot ? 'root' : user,
      root: isRoot,
      outcome,
      call,
      mfa: text(detail, 'additionalEventData', 'MFAUsed'),
      from: text(detail, 'sourceIPAddress'),
    }),
    why: why === null ? [] : [why],
  });
}

/** Where CloudTrail shows the event itself. */
export function trailPlaces(detail: Json) {
  const id = text(detail, 'eventID') ?? '';
  return id === '' ? [] : [{ is: 'console', page: 'cloudtrail-event', names: [id.slice(0, 64)] } as const];
}

function whoOf(detail: Json): string {
  const name =
    text(detail, 'userIdentity', 'userName') || text(detail, 'userIdentity', 'arn')?.split('/').at(-1);
  return oneLine(name || text(detail, 'userIdentity', 'principalId') || 'somebody', 100);
}

/** `ConsoleLogin` and its kin answer under their own name. */
function outcomeOf(detail: Json, call: string): string {
  const stated = text(detail, 'responseElements', call) || text(detail, 'responseElements', 'ConsoleLogin');
  return oneLine(stated || (text(detail, 'errorMessage') === null ? 'Success' : 'Failure'), 40);
}

function judge(isRoot: boolean, outcome: string): { readonly status: Status; readonly why: Why | null } {
  if (isRoot || outcome !== 'Success') return { status: 'firing', why: null };
  return { status: 'info', why: builtIn('read', 'signin-user', 'a user other than root signed in') };
}

function titleOf(user: string, call: string, outcome: string): string {
  const did = call === 'ConsoleLogin' ? 'signed in to the console' : `used ${oneLine(call, 60)}`;
  const tried =
    call === 'ConsoleLogin' ? 'failed to sign in to the console' : `failed at ${oneLine(call, 60)}`;
  const title = `${user} ${outcome === 'Success' ? did : tried}`;
  return `${title.charAt(0).toUpperCase()}${title.slice(1)}`;
}
