import { at, isObject, type Json, text } from '../model/json.ts';
import type { Status } from '../model/signal.ts';
import { builtIn, type Why } from '../model/why.ts';
import { facts, say, signalId } from './say.ts';
import type { Envelope, Source } from './source.ts';
import { firstText, labelled, lines, oneLine } from './words.ts';

const KIND = 'Trusted Advisor Check Item Refresh Notification';

/**
 * Trusted Advisor, service limits among its checks: the state of one item of one check after a refresh. AWS sends
 * these in us-east-1 alone.
 * https://docs.aws.amazon.com/awssupport/latest/user/cloudwatch-events-ta.html
 */
export const trustedAdvisor: Source = {
  name: 'trusted-advisor',
  about: {
    title: 'AWS Trusted Advisor (with its service limits)',
    reads: [`${KIND} (us-east-1 only)`],
    ends: 'the item is OK at a later refresh',
  },
  accepts: ({ kind, source }) => kind === KIND && (source === 'aws.trustedadvisor' || source === ''),
  read: (event) => [toSignal(event)],
};

/** What checks without a resource id call the thing that they are about. */
const THINGS = ['Resource', 'Resource ID', 'Instance ID', 'User Name (IAM or Root)'];

function toSignal(event: Envelope) {
  const { detail } = event;
  const check = text(detail, 'check-name') ?? '';
  const state = text(detail, 'status')?.toUpperCase() ?? '';
  const item = at(detail, 'check-item-detail');
  const resource = text(detail, 'resource_id') || (firstText(item, THINGS) ?? '');
  const region = text(item, 'Region') || text(item, 'Region/AZ') || '';
  const limit = text(item, 'Limit Amount') || null;
  const { status, why } = judge(state);
  return say(event, {
    source: 'trusted-advisor',
    kind: KIND,
    id: signalId(
      'trusted-advisor',
      check || event.id,
      resource,
      region,
      state,
      String(event.time ?? event.id),
    ),
    status,
    lifecycle: 'states',
    time: event.time ?? event.receivedAt,
    account: event.account,
    region: event.region,
    service: 'trusted-advisor',
    resource: resource || null,
    title: titleOf(check, resource, region, state, item),
    message: lines(labelled('Check', check), labelled('Status', state), ...itemWords(item)),
    identity: {
      by: 'source',
      key: `${check} ${resource} ${limit === null ? '' : `${region} ${text(item, 'Limit Name') ?? ''}`}`,
    },
    places: [{ is: 'console', page: 'trusted-advisor', names: [] }],
    fields: facts({ status: state, check, limit, usage: text(item, 'Current Usage'), region }),
    why: why === null ? [] : [why],
  });
}

function judge(state: string): { readonly status: Status; readonly why: Why | null } {
  return state === 'OK'
    ? { status: 'resolved', why: builtIn('read', 'trusted-advisor-ok', 'the check is OK') }
    : { status: 'firing', why: null };
}

function titleOf(
  check: string,
  resource: string,
  region: string,
  state: string,
  item: Json | undefined,
): string {
  const limit = text(item, 'Limit Amount');
  const used =
    limit === null
      ? ''
      : `: ${oneLine(text(item, 'Limit Name') ?? 'limit', 60)} ${text(item, 'Current Usage') ?? '?'} of ${limit} in ${region}`;
  const about = limit === null && resource !== '' ? `: ${resource}` : used;
  return `${oneLine(check, 80) || 'Trusted Advisor check'} ${oneLine(state, 20)}${about}`;
}

function itemWords(item: Json | undefined): readonly (string | null)[] {
  if (!isObject(item)) return [];
  return Object.keys(item)
    .slice(0, 20)
    .map((key) => labelled(oneLine(key, 60), text(item, key)));
}
