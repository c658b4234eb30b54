import type { TableContents } from '../shared/adapters/dynamodb-scan.ts';
import { isUntold } from '../shared/incidents/schedule.ts';
import type { Report } from '../shared/model/bundle.ts';
import type { Delivery, Facts, HoldKind, Incident } from '../shared/model/incident.ts';
import type { Severity } from '../shared/model/severity.ts';
import type { Why } from '../shared/model/why.ts';

/** One incident as `GET /api/incidents` gives it. Times are ISO 8601. */
export interface IncidentView {
  readonly id: string;
  readonly count: number;
  readonly severity: Severity;
  readonly status: 'firing' | 'resolved';
  readonly channel: 'alert' | 'notify';
  readonly occurrence: number;
  readonly title: string;
  readonly message: string;
  readonly service: string;
  readonly team: string | null;
  readonly source: string;
  readonly kind: string;
  readonly account: string;
  readonly region: string;
  readonly resource: string | null;
  readonly logGroup: string | null;
  readonly first: string | null;
  readonly last: string | null;
  readonly resolvedAt: string | null;
  readonly fingerprint: string;
  readonly why: readonly Why[];
  readonly deliveries: readonly DeliveryView[];
}

export interface DeliveryView {
  readonly destination: string;
  readonly kind: 'slack' | 'pagerduty';
  readonly address: string;
  readonly routed: boolean;
  /** Everything that is wanted there has been told. */
  readonly told: boolean;
  readonly shown: 'firing' | 'resolved' | null;
  readonly handle: string | null;
  readonly attempts: number;
  readonly retryAt: string | null;
  /** The rule that keeps it from being told for now, until when as far as it knows, and when it is asked again. */
  readonly held: {
    readonly kind: HoldKind;
    readonly by: string;
    readonly at: string;
    readonly because: string;
    readonly since: string | null;
    readonly until: string | null;
    readonly askAt: string | null;
  } | null;
}

/** Every incident, or those that no team owns, the one heard of last first. A storm's own card is nobody's. */
export function viewsOf(
  { incidents, reports }: Pick<TableContents, 'incidents' | 'reports'>,
  which: 'all' | 'unowned' = 'all',
): readonly IncidentView[] {
  return incidents
    .filter(({ team, storm }) => which === 'all' || (team === null && storm === null))
    .sort((a, b) => b.receivedAt - a.receivedAt || (a.id < b.id ? -1 : 1))
    .map((incident) => viewOf(incident, reports.get(incident.id) ?? null));
}

function viewOf(incident: Incident, report: Report | null): IncidentView {
  const { facts } = incident;
  return {
    id: incident.id,
    count: facts.count,
    severity: facts.severity,
    status: facts.status,
    channel: facts.channel,
    occurrence: facts.occurrence,
    title: incident.title,
    message: report?.message ?? '',
    service: incident.service,
    team: incident.team,
    source: incident.source,
    kind: report?.kind ?? '',
    account: incident.account,
    region: incident.region,
    resource: report?.resource ?? null,
    logGroup: report?.logGroup ?? null,
    first: iso(facts.first),
    last: iso(facts.last),
    resolvedAt: facts.status === 'resolved' ? iso(facts.resolvedAt) : null,
    fingerprint: incident.fingerprint,
    why: report?.why ?? [],
    deliveries: incident.deliveries.map((delivery) => deliveryOf(delivery, facts)),
  };
}

function deliveryOf(delivery: Delivery, facts: Facts): DeliveryView {
  return {
    destination: delivery.target.name,
    kind: delivery.target.kind,
    address: delivery.target.address,
    routed: delivery.routed,
    told: delivery.held === null && !isUntold(delivery, facts),
    shown: delivery.shown?.status ?? null,
    handle: delivery.handle,
    attempts: delivery.attempts,
    retryAt: iso(delivery.retryAt),
    held: heldOf(delivery.held),
  };
}

function heldOf(held: Delivery['held']): DeliveryView['held'] {
  if (held === null) return null;
  const { kind, by, at, because, since, until, askAt } = held;
  return { kind, by, at, because, since: iso(since), until: iso(until), askAt: iso(askAt) };
}

/** 0 stands for "there was none". */
function iso(ms: number): string | null {
  return ms === 0 ? null : new Date(ms).toISOString();
}
