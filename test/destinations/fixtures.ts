import type { PlanInput } from '../../shared/destinations/plan.ts';
import { newDelivery } from '../../shared/incidents/delivery.ts';
import type { Report } from '../../shared/model/bundle.ts';
import type { Address, DestinationKind, Target } from '../../shared/model/decision.ts';
import type { Delivery, Facts, Incident, Sending } from '../../shared/model/incident.ts';
import { channelOf } from '../../shared/model/severity.ts';
import type { AddressState } from '../../shared/model/telling.ts';

/** A time of day on the night of the drawings, in Tokyo: 2026-11-22. */
export function tokyo(hours: number, minutes: number, seconds = 0): number {
  return Date.UTC(2026, 10, 21, 15 + hours, minutes, seconds);
}

export const FIRST = tokyo(3, 1, 22);
export const LAST = tokyo(3, 14, 5);
export const END = tokyo(3, 15, 0);
export const AGAIN = tokyo(3, 31, 40);

export function target(place: string, kind: DestinationKind = 'slack', name = place): Target {
  return { name, kind, address: `${kind}:${place}` as Address };
}

export const SLACK = target('#alert');
export const PAGER = target('ssm:/hansho/pagerduty/oncall', 'pagerduty', 'oncall');

/** Firing once at `FIRST`, unless told otherwise; what follows from a severity or a time follows. */
export function facts(over: Partial<Facts> = {}): Facts {
  const severity = over.severity ?? 'SEV2';
  const first = over.first ?? FIRST;
  const last = over.last ?? first;
  const lastFiring = over.lastFiring ?? last;
  const resolvedAt = over.resolvedAt ?? 0;
  return {
    occurrence: 1,
    status: lastFiring >= resolvedAt ? 'firing' : 'resolved',
    severity,
    channel: channelOf(severity),
    count: 1,
    first,
    last,
    lastFiring,
    resolvedAt,
    flaps: 0,
    flapMs: 0,
    ...over,
  };
}

export function delivery(over: Partial<Delivery> = {}): Delivery {
  return { ...newDelivery(SLACK), ...over };
}

/** A delivery whose card (or alert) shows `told`, and whose people were told of it. */
export function toldOf(told: Facts, over: Partial<Delivery> = {}): Delivery {
  return delivery({ shown: told, announced: told, handle: 'C0ALERT/1795284082.000100', ...over });
}

export function sending(over: Partial<Sending> = {}): Sending {
  return {
    nonce: 'nonce-0',
    at: FIRST,
    call: 'post',
    facts: facts(),
    unsettled: false,
    repeats: false,
    ...over,
  };
}

export function incident(over: Partial<Incident> = {}): Incident {
  return {
    id: 'incident-1' as Incident['id'],
    fingerprint: 'fingerprint-1' as Incident['fingerprint'],
    version: 1,
    lifecycle: 'states',
    quietMs: null,
    facts: facts(),
    floor: 0,
    marks: [],
    recent: [],
    flips: { fires: [], ends: [] },
    storm: null,
    escalated: [],
    counts: [],
    severityWhy: {
      stage: 'severity',
      rule: 'payments-errors',
      at: 'hansho.yml:42',
      because: 'a customer cannot pay',
    },
    title: 'connect ECONNREFUSED 10.0.3.17:5432',
    service: 'payments-api',
    team: 'payments',
    also: [],
    account: '111122223333',
    region: 'ap-northeast-1',
    source: 'logs',
    reported: { time: FIRST, signalId: 'signal-1' },
    knownSince: null,
    receivedAt: FIRST,
    routedAt: 0,
    deliveries: [],
    callAt: null,
    dueAt: null,
    expiresAt: null,
    ...over,
  };
}

export function report(over: Partial<Report> = {}): Report {
  return {
    time: FIRST,
    signalId: 'signal-1',
    source: 'logs',
    kind: 'log line',
    account: '111122223333',
    region: 'ap-northeast-1',
    partition: 'aws',
    service: 'payments-api',
    team: 'payments',
    also: [],
    resource: null,
    logGroup: '/aws/lambda/payments-api',
    title: 'connect ECONNREFUSED 10.0.3.17:5432',
    message: [
      'ConnectionError: connect ECONNREFUSED 10.0.3.17:5432',
      '    at Pool.connect (/var/task/db.js:41:11)',
      '    at charge (/var/task/charge.js:88:20)',
    ].join('\n'),
    remedy: null,
    runbook: 'https://wiki.example.com/payments/database',
    places: logPlaces(FIRST),
    why: [
      { stage: 'level', rule: 'level-tab', at: 'built-in', because: 'third tab column is ERROR' },
      { stage: 'severity', rule: 'payments-errors', at: 'hansho.yml:42', because: 'a customer cannot pay' },
    ],
    ...over,
  };
}

export function logPlaces(at: number): Report['places'] {
  const group = '/aws/lambda/payments-api';
  return [
    { is: 'log-stream', group, stream: '2026/11/21/[$LATEST]0f1e2d3c', at },
    { is: 'logs-insights', group, at, find: 'connect ECONNREFUSED' },
  ];
}

export function address(over: Partial<AddressState> = {}): AddressState {
  return {
    address: SLACK.address,
    version: 1,
    blockedUntil: 0,
    nextFreeAt: 0,
    channelId: null,
    broken: null,
    ...over,
  };
}

export interface Scene {
  readonly facts?: Facts;
  readonly incident?: Partial<Incident>;
  readonly report?: Partial<Report>;
  readonly delivery?: Delivery;
  readonly others?: readonly Delivery[];
  readonly address?: Partial<AddressState>;
  readonly input?: Partial<
    Pick<PlanInput, 'language' | 'mention' | 'timezone' | 'reminding' | 'nonce' | 'now'>
  >;
}

/** A plan's input in which everything that the scene does not name is as on the open card of the drawings. */
export function scene(of: Scene = {}): PlanInput {
  const mine = of.delivery ?? delivery();
  const now = of.facts ?? facts();
  return {
    telling: {
      incident: incident({ facts: now, deliveries: [mine, ...(of.others ?? [])], ...of.incident }),
      report: report(of.report),
    },
    delivery: mine,
    address: address({ address: mine.target.address, ...of.address }),
    language: 'en',
    mention: null,
    timezone: 'Asia/Tokyo',
    reminding: [],
    nonce: 'nonce-1',
    now: now.last + 1_000,
    ...of.input,
  };
}
