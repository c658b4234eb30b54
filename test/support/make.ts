import type { Policy } from '../../shared/incidents/step.ts';
import type { Bundle, Fingerprint, IncidentId, Report, Tally } from '../../shared/model/bundle.ts';
import type { Address, DestinationKind, Target } from '../../shared/model/decision.ts';
import type { EscalateRule, Rules } from '../../shared/model/rules.ts';
import { channelOf, type Severity } from '../../shared/model/severity.ts';
import { builtIn } from '../../shared/model/why.ts';
import { makeExpectations } from '../../shared/rules/expect.ts';
import { makeHolds } from '../../shared/rules/hold.ts';
import { makeLevelRules } from '../../shared/rules/levels.ts';
import { makeReadiness } from '../../shared/rules/readiness.ts';
import { makeReminds } from '../../shared/rules/remind.ts';

/** 2026-11-22T00:00:00Z: tests live on this morning. */
export const MORNING = Date.UTC(2026, 10, 22);
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export function target(name: string, kind: DestinationKind = 'slack'): Target {
  return { name, kind, address: `${kind}:${name}` as Address };
}

export const burst: EscalateRule = {
  name: 'warning-burst',
  match: {},
  count: 5,
  withinMs: HOUR,
  to: 'SEV3',
  shadow: false,
  per: [],
  distinct: null,
  at: 'built-in',
};

/** Alert and notify go to a Slack channel each; SEV1–2 page as well. */
export const policy: Policy = {
  reopenMs: 4 * HOUR,
  escalation: (name) => (name === burst.name ? burst : null),
  route: ({ severity, channel }) => ({
    targets: [
      target(channel === 'alert' ? '#alert' : '#notify'),
      ...(severity === 'SEV1' || severity === 'SEV2' ? [target('oncall', 'pagerduty')] : []),
    ],
  }),
};

/** As hansho.yml has it when it says nothing. */
export const STORM: Rules['storm'] = { cards: 60, pages: 20, calmMs: 5 * MINUTE, at: 'built-in' };

export function report(over: Partial<Report> = {}): Report {
  return {
    time: MORNING,
    signalId: 'signal-1',
    source: 'logs',
    kind: 'log line',
    account: '111122223333',
    region: 'ap-northeast-1',
    partition: 'aws',
    service: 'payments-api',
    team: null,
    also: [],
    resource: null,
    logGroup: '/aws/lambda/payments-api',
    title: 'card gateway refused the call',
    message: '2026-11-22T00:00:00.000Z\tERROR\tcard gateway refused the call',
    remedy: null,
    runbook: null,
    places: [],
    why: [builtIn('severity', 'log-error', 'level ERROR')],
    ...over,
  };
}

export function tally(mark: string, time: number, n = 1): Tally {
  return { mark, n, first: time, last: time };
}

/** Where the pipeline runs, and a judge who expects and holds nothing. */
export const home = { account: '111122223333', region: 'ap-northeast-1', partition: 'aws' };
export const nothing = {
  prefilter: [],
  levels: makeLevelRules([]),
  expects: makeExpectations([]),
  readiness: makeReadiness([]),
  reminds: makeReminds([]),
  holds: makeHolds({ silences: [], windows: [], inhibit: [], hold: [], readiness: [] }),
};

/** A bundle of one problem of a source that states its own end (an alarm), unless told otherwise. */
export function bundle(over: Partial<Bundle> & { readonly severity?: Severity } = {}): Bundle {
  const severity = over.severity ?? 'SEV3';
  return {
    incident: 'incident-1' as IncidentId,
    fingerprint: 'fingerprint-1' as Fingerprint,
    lifecycle: 'states',
    quietMs: null,
    receivedAt: MORNING,
    firing: [],
    resolvedAt: null,
    severity,
    channel: channelOf(severity),
    counts: [],
    report: report({ time: over.receivedAt ?? MORNING }),
    ...over,
  };
}
