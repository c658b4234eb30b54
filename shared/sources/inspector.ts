import { at, type Json, list, text } from '../model/json.ts';
import type { Status } from '../model/signal.ts';
import { builtIn, type Why } from '../model/why.ts';
import { readArn } from './arns.ts';
import { remedyFrom } from './finding.ts';
import { facts, say, signalId } from './say.ts';
import type { Envelope, Source } from './source.ts';
import { firstTime } from './times.ts';
import { labelled, lines } from './words.ts';

/**
 * Amazon Inspector findings, from EventBridge and bare. The finding's ARN is the problem, as it is in Security Hub's
 * copy, so that both are one incident. Scans and coverage are no findings: the last source reads them.
 * https://docs.aws.amazon.com/inspector/latest/user/eventbridge-integration.html
 */
export const inspector: Source = {
  name: 'inspector',
  about: {
    title: 'Amazon Inspector',
    reads: ['Inspector2 Finding'],
    ends: 'the finding is CLOSED, or a person suppresses it',
  },
  accepts: ({ kind, source, detail }) =>
    kind === 'Inspector2 Finding'
      ? source === 'aws.inspector2' || source === ''
      : kind === '' && readArn(text(detail, 'findingArn'))?.service === 'inspector2',
  read: (event) => [toSignal(event)],
};

function toSignal(event: Envelope) {
  const { detail } = event;
  const stated = text(detail, 'findingArn') ?? '';
  const arn = readArn(stated);
  const updated = firstTime(at(detail, 'updatedAt'), at(detail, 'lastObservedAt'));
  const title = text(detail, 'title') || text(detail, 'type') || 'Inspector finding';
  const { status, why } = judge(detail);
  return say(event, {
    source: 'inspector',
    kind: 'Inspector2 Finding',
    id: signalId('inspector', stated || event.id, String(updated ?? '')),
    status,
    lifecycle: 'states',
    time: updated ?? event.time ?? event.receivedAt,
    // The envelope names the account that received it, which may be the delegated administrator.
    account: arn?.account || text(detail, 'awsAccountId') || event.account,
    region: arn?.region || event.region,
    service: 'inspector',
    resource: text(detail, 'resources', 0, 'id') ?? event.resources[0] ?? null,
    title: `${title}${affected(detail)}`,
    message: messageOf(detail),
    identity: { by: 'source', key: stated || `${title} ${text(detail, 'resources', 0, 'id') ?? ''}` },
    remedy: remedyFrom(
      text(detail, 'remediation', 'recommendation', 'text'),
      text(detail, 'remediation', 'recommendation', 'Url') ??
        text(detail, 'remediation', 'recommendation', 'url'),
    ),
    places:
      stated === '' ? [] : [{ is: 'console', page: 'inspector-finding', names: [stated.slice(0, 1024)] }],
    tagged: list(detail, 'resources'),
    fields: facts({
      severity: text(detail, 'severity')?.toUpperCase(),
      status: text(detail, 'status'),
      type: text(detail, 'type'),
      vulnerability: text(detail, 'packageVulnerabilityDetails', 'vulnerabilityId'),
      exploit: text(detail, 'exploitAvailable'),
      fix: text(detail, 'fixAvailable'),
      score: at(detail, 'inspectorScore'),
      epss: at(detail, 'epss', 'score'),
      resourceType: text(detail, 'resources', 0, 'type'),
    }),
    why: why === null ? [] : [why],
  });
}

function judge(detail: Json): { readonly status: Status; readonly why: Why | null } {
  switch (text(detail, 'status')?.toUpperCase()) {
    case 'CLOSED':
      return { status: 'resolved', why: builtIn('read', 'inspector-closed', 'Inspector closed the finding') };
    case 'SUPPRESSED':
      return {
        status: 'resolved',
        why: builtIn('read', 'inspector-suppressed', 'a suppression rule of yours holds the finding'),
      };
    default:
      return { status: 'firing', why: null };
  }
}

function affected(detail: Json): string {
  const id = text(detail, 'resources', 0, 'id') ?? '';
  return id === '' ? '' : `: ${readArn(id)?.resource ?? id}`;
}

function messageOf(detail: Json): string {
  const packages = list(detail, 'packageVulnerabilityDetails', 'vulnerablePackages')
    .slice(0, 10)
    .map(packageWords);
  const ports = at(detail, 'networkReachabilityDetails', 'openPortRange');
  return lines(
    text(detail, 'description')?.trim() ?? null,
    labelled('Severity', text(detail, 'severity')),
    labelled('Score', text(detail, 'inspectorScore')),
    labelled('Resource', text(detail, 'resources', 0, 'id')),
    labelled('Packages', packages.join(', ')),
    ports === undefined ? null : labelled('Open ports', `${text(ports, 'begin')}–${text(ports, 'end')}`),
    labelled('Exploit available', text(detail, 'exploitAvailable')),
    labelled('Fix available', text(detail, 'fixAvailable')),
  );
}

function packageWords(one: Json): string {
  const fixed = text(one, 'fixedInVersion') ?? '';
  const name = `${text(one, 'name') ?? ''} ${text(one, 'version') ?? ''}`.trim();
  return fixed === '' || fixed === 'NotAvailable' ? name : `${name} (fixed in ${fixed})`;
}
