import { at, isObject, type Json, list, number, text } from '../model/json.ts';
import { facts, say, signalId } from './say.ts';
import type { Envelope, Source } from './source.ts';
import { labelled, lines, oneLine } from './words.ts';

const KIND = 'Anomaly Detected';

/**
 * Cost Anomaly Detection, from EventBridge and from an SNS subscription with individual alerts. AWS sends an anomaly
 * again while its impact grows and never says that it is over.
 * https://docs.aws.amazon.com/cost-management/latest/userguide/cad-eventbridge.html
 */
export const costAnomaly: Source = {
  name: 'cost-anomaly',
  about: {
    title: 'AWS Cost Anomaly Detection',
    reads: [`${KIND} (us-east-1 only)`, 'SNS: individual alerts'],
    ends: 'quiet (AWS sends it again while the impact grows)',
  },
  accepts: ({ kind, source, detail }) =>
    kind === KIND
      ? source === 'aws.ce' || source === ''
      : kind === '' && text(detail, 'anomalyId') !== null && isObject(at(detail, 'impact')),
  read: (event) => [toSignal(event)],
};

function toSignal(event: Envelope) {
  const { detail } = event;
  const id = text(detail, 'anomalyId') ?? '';
  const impact = number(detail, 'impact', 'totalImpact');
  const service = text(detail, 'dimensionValue') ?? text(detail, 'dimensionalValue') ?? '';
  const monitor = text(detail, 'monitorArn')?.split('/').at(-1) ?? '';
  return say(event, {
    source: 'cost-anomaly',
    kind: KIND,
    // The same whether EventBridge or SNS brought it; new when the impact has grown.
    id: signalId('cost-anomaly', id || event.id, String(impact ?? '')),
    status: 'firing',
    lifecycle: 'updates',
    time: event.time ?? event.receivedAt,
    account: text(detail, 'accountId') || event.account,
    region: event.region,
    service: 'cost',
    resource: service || null,
    title: titleOf(impact, number(detail, 'impact', 'totalImpactPercentage'), service),
    message: messageOf(detail),
    identity: { by: 'source', key: id || `${monitor} ${service}` },
    places:
      id === '' || monitor === ''
        ? []
        : [{ is: 'console', page: 'cost-anomaly', names: [monitor.slice(0, 256), id.slice(0, 256)] }],
    fields: facts({ impact, percentage: number(detail, 'impact', 'totalImpactPercentage'), service }),
    why: [],
  });
}

function titleOf(impact: number | null, percentage: number | null, service: string): string {
  const money = impact === null ? 'Unusual cost' : `Unusual cost of $${impact.toFixed(2)}`;
  const more = percentage === null ? '' : ` (+${Math.round(percentage)} %)`;
  return `${money}${more}${service === '' ? '' : ` in ${oneLine(service, 80)}`}`;
}

function messageOf(detail: Json): string {
  const causes = list(detail, 'rootCauses').slice(0, 5).map(causeWords);
  return lines(
    labelled('Impact', dollars(number(detail, 'impact', 'totalImpact'))),
    labelled('Spent', dollars(number(detail, 'impact', 'totalActualSpend'))),
    labelled('Expected', dollars(number(detail, 'impact', 'totalExpectedSpend'))),
    labelled('From', text(detail, 'anomalyStartDate')),
    labelled('To', text(detail, 'anomalyEndDate')),
    ...causes.map((cause) => labelled('Cause', cause)),
    labelled('Monitor', text(detail, 'monitorName') ?? text(detail, 'monitorArn')),
  );
}

function causeWords(cause: Json): string {
  const keys = ['service', 'usageType', 'region', 'linkedAccountName', 'linkedAccount'];
  return keys
    .map((key) => text(cause, key) ?? '')
    .filter((word) => word !== '')
    .join(', ');
}

function dollars(amount: number | null): string | null {
  return amount === null ? null : `$${amount.toFixed(2)}`;
}
