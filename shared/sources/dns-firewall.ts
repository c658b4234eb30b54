import { at, type Json, list, text } from '../model/json.ts';
import { facts, say, signalId } from './say.ts';
import type { Envelope, Source } from './source.ts';
import { firstTime } from './times.ts';
import { labelled, lines, oneLine } from './words.ts';

const KINDS: readonly string[] = ['DNS Firewall Alert', 'DNS Firewall Block'];

/**
 * Route 53 Resolver DNS Firewall: something asked for a name that a rule forbids. Who asks is the problem, whatever
 * it asks for next: malware makes up new names all day.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/events-detail-reference.html
 */
export const dnsFirewall: Source = {
  name: 'dns-firewall',
  about: { title: 'Route 53 Resolver DNS Firewall', reads: KINDS, ends: 'quiet' },
  accepts: ({ kind, source }) => KINDS.includes(kind) && (source === 'aws.route53resolver' || source === ''),
  read: (event) => [toSignal(event)],
};

function toSignal(event: Envelope) {
  const { detail } = event;
  const name = text(detail, 'query-name') ?? '';
  const asker = askerOf(detail);
  const group = text(detail, 'firewall-rule-group-id') ?? '';
  const blocked = event.kind === 'DNS Firewall Block';
  return say(event, {
    source: 'dns-firewall',
    kind: event.kind,
    id: signalId('dns-firewall', event.id),
    status: 'firing',
    lifecycle: 'quiet',
    time:
      firstTime(at(detail, 'last-observed-at'), at(detail, 'first-observed-at')) ??
      event.time ??
      event.receivedAt,
    account: text(detail, 'account-id') || event.account,
    region: event.region,
    service: 'dns-firewall',
    resource: asker || null,
    title: `${asker === '' ? 'Something' : oneLine(asker, 60)} asked for ${oneLine(name, 80) || 'a forbidden name'}${blocked ? ', blocked' : ''}`,
    message: lines(
      labelled('Name', name),
      labelled('Type', text(detail, 'query-type')),
      labelled('Asked by', asker),
      labelled('Address', text(detail, 'src-addr')),
      labelled('VPC', text(detail, 'vpc-id')),
      labelled('Action', text(detail, 'firewall-rule-action')),
      labelled('Rule group', group),
      labelled('Domain list', text(detail, 'firewall-domain-list-id')),
      labelled('Protection', text(detail, 'firewall-protection')),
    ),
    identity: {
      by: 'source',
      key: `${group} ${asker || (text(detail, 'vpc-id') ?? '')} ${blocked ? 'block' : 'alert'}`,
    },
    places: [{ is: 'console', page: 'dns-firewall', names: [] }],
    fields: facts({
      action: text(detail, 'firewall-rule-action')?.toUpperCase(),
      name,
      protection: text(detail, 'firewall-protection'),
      vpc: text(detail, 'vpc-id'),
    }),
    why: [],
  });
}

/** The instance, or the network interface, or the address: whichever the event knows. */
function askerOf(detail: Json): string {
  const instance = list(detail, 'resources').find((one) => text(one, 'resource-type') === 'instance');
  const any = instance ?? list(detail, 'resources')[0];
  const keys = [
    ['instance-details', 'id'],
    ['instance_details', 'id'],
    ['resolver-network-interface-details', 'id'],
    ['resolver-endpoint-details', 'id'],
  ];
  return (
    keys.map((path) => text(any, ...path) ?? '').find((id) => id !== '') ?? text(detail, 'src-addr') ?? ''
  );
}
