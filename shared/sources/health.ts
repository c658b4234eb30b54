import { at, type Json, list, text } from '../model/json.ts';
import type { Status } from '../model/signal.ts';
import { builtIn, type Why } from '../model/why.ts';
import { readArn } from './arns.ts';
import { digest, facts, say, signalId } from './say.ts';
import type { Envelope, Source } from './source.ts';
import { firstTime } from './times.ts';
import { labelled, lines, oneLine } from './words.ts';

const KINDS: readonly string[] = ['AWS Health Event', 'AWS Health Abuse Event'];

/**
 * AWS Health events, from EventBridge and as the API gives them. How grave one is, the rules decide by
 * `fields.category`; abuse reports are a category of their own here, though AWS files them under `issue`.
 */
export const health: Source = {
  name: 'health',
  about: {
    title: 'AWS Health (public, account, organization)',
    reads: [...KINDS, 'events as the API gives them'],
    ends: 'status closed; account notifications by quiet',
  },
  accepts: ({ kind, source, detail }) =>
    KINDS.includes(kind) ? source === 'aws.health' || source === '' : kind === '' && isHealth(detail),
  read: (event) => [toSignal(event)],
};

function isHealth(detail: Json): boolean {
  return readArn(arnOf(detail))?.service === 'health' && text(detail, 'eventTypeCode') !== null;
}

/** EventBridge says `eventArn`, the API `arn`. */
function arnOf(detail: Json): string {
  return text(detail, 'eventArn') ?? text(detail, 'arn') ?? '';
}

function toSignal(event: Envelope) {
  const { detail } = event;
  const arn = arnOf(detail);
  const account = text(detail, 'affectedAccount') || event.account;
  const code = text(detail, 'eventTypeCode') ?? '';
  const category = categoryOf(event, code);
  const { status, why } = judge(detail, code);
  return say(event, {
    source: 'health',
    kind: event.kind || 'AWS Health Event',
    id: signalId('health', arn || event.id, account, revision(detail)),
    status,
    // News for the account is never closed by AWS in a way that one could wait for.
    lifecycle: category === 'accountNotification' ? 'quiet' : 'states',
    time: firstTime(at(detail, 'lastUpdatedTime')) ?? event.time ?? event.receivedAt,
    account,
    // The envelope's region is where the event was delivered: a backup copy names another one.
    region: text(detail, 'eventRegion') || text(detail, 'region') || readArn(arn)?.region || event.region,
    service: text(detail, 'service') || 'health',
    resource: entities(detail)[0] ?? event.resources[0] ?? null,
    title: titleOf(detail, code),
    message: messageOf(detail),
    identity: { by: 'source', key: arn === '' ? `${code} ${titleOf(detail, code)}` : eventKey(arn, account) },
    places: arn === '' ? [] : [{ is: 'health-event', arn: arn.slice(0, 1024) }],
    tagged: list(detail, 'affectedEntities'),
    fields: facts({
      category,
      code,
      status: text(detail, 'statusCode'),
      scope: text(detail, 'eventScopeCode'),
      actionability: text(detail, 'actionability'),
      service: text(detail, 'service'),
      entities: entities(detail).length,
    }),
    why: why === null ? [] : [why],
  });
}

/** An event's ARN is the same in every account that it touches. */
export function eventKey(arn: string, account: string): string {
  return `${arn} ${account}`;
}

function categoryOf(event: Envelope, code: string): string {
  const isAbuse = event.kind === 'AWS Health Abuse Event' || code.startsWith('AWS_ABUSE_');
  return isAbuse ? 'abuse' : (text(event.detail, 'eventTypeCategory') ?? '');
}

/** Which word of AWS on this event it is; the same in a backup region's copy. Old events have no communication id. */
function revision(detail: Json): string {
  const communication = text(detail, 'communicationId');
  if (communication) return communication;
  const parts = ['lastUpdatedTime', 'statusCode', 'startTime', 'endTime', 'page'].map(
    (key) => text(detail, key) ?? '',
  );
  return digest([...parts, description(detail), ...entities(detail)].join('\n'));
}

function judge(detail: Json, code: string): { readonly status: Status; readonly why: Why | null } {
  if (/_TEST_(?:EVENT|ALERT)(?:_|$)/.test(code.slice(0, 300))) {
    return { status: 'info', why: builtIn('read', 'health-test', `${oneLine(code, 100)} is a test event`) };
  }
  if (text(detail, 'statusCode') === 'closed') return { status: 'resolved', why: null };
  const saysResolved = description(detail).trimStart().startsWith('[RESOLVED]');
  if (saysResolved && text(detail, 'endTime') !== null) {
    const because = 'the text starts with [RESOLVED] and an end time is set, whatever the status code says';
    return { status: 'resolved', why: builtIn('read', 'health-resolved-text', because) };
  }
  return { status: 'firing', why: null };
}

/** `AWS_EC2_OPERATIONAL_ISSUE` reads as `EC2 operational issue`, and says where and what it hits. */
function titleOf(detail: Json, code: string): string {
  const service = text(detail, 'service') ?? '';
  const region =
    text(detail, 'eventRegion') || text(detail, 'region') || (readArn(arnOf(detail))?.region ?? '');
  const hit = entities(detail);
  const what =
    codeWords(oneLine(code, 120), oneLine(service, 40)) ||
    oneLine(description(detail), 80) ||
    'AWS Health event';
  const where = region === '' ? '' : ` in ${oneLine(region, 40)}`;
  const more = hit.length > 1 ? ` and ${hit.length - 1} more` : '';
  return `${what}${where}${hit[0] === undefined ? '' : `: ${oneLine(hit[0], 100)}${more}`}`;
}

function codeWords(code: string, service: string): string {
  const bare = code.replace(/^AWS_/, '');
  const rest = bare.startsWith(`${service}_`) ? bare.slice(service.length + 1) : bare;
  return `${service} ${rest.replaceAll('_', ' ').toLowerCase()}`.trim();
}

function messageOf(detail: Json): string {
  const hit = entities(detail);
  const more = hit.length > 20 ? `, and ${hit.length - 20} more` : '';
  return lines(
    description(detail),
    labelled('Affected', `${hit.slice(0, 20).join(', ')}${more}`),
    labelled('Starts', text(detail, 'startTime')),
    labelled('Ends', text(detail, 'endTime')),
    labelled('Actionability', text(detail, 'actionability')),
    labelled('Event', arnOf(detail)),
  );
}

/** The description in English where there is one; AWS writes line ends as a backslash and an n. */
function description(detail: Json): string {
  const all = list(detail, 'eventDescription');
  const english = all.find((d) => text(d, 'language')?.startsWith('en')) ?? all[0];
  const found =
    text(english, 'latestDescription') ?? text(detail, 'eventDescription', 'latestDescription') ?? '';
  return found.slice(0, 20_000).replaceAll('\\n', '\n');
}

function entities(detail: Json): readonly string[] {
  return list(detail, 'affectedEntities')
    .map((entity) => text(entity, 'entityValue') ?? '')
    .filter((value) => value !== '');
}
