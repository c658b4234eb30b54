import type { PlanInput } from '../../shared/destinations/plan.ts';
import {
  AGAIN,
  delivery,
  END,
  FIRST,
  facts,
  LAST,
  logPlaces,
  PAGER,
  type Scene,
  scene,
  target,
  tokyo,
  toldOf,
} from './fixtures.ts';

const paged = toldOf(facts(), { target: PAGER, handle: 'hansho-key' });
const mention = '<!subteam^S0PAYMENTS>';
const storm = facts({ count: 1_412, last: LAST });
const twelve = facts({ count: 12, last: LAST });
const ended = facts({ count: 12, last: LAST, resolvedAt: END });
const back = facts({ count: 14, last: AGAIN, resolvedAt: END });
const newest = (at: number) => ({ places: logPlaces(at) });
const quietFacts = facts({ count: 12, last: LAST, resolvedAt: LAST + 1 });

const stock: Scene = {
  facts: facts({ severity: 'SEV3', count: 5, first: tokyo(2, 20, 5), last: FIRST, occurrence: 4 }),
  incident: {
    knownSince: Date.UTC(2026, 10, 3, 4, 0),
    severityWhy: {
      stage: 'escalate',
      rule: 'warning-burst',
      at: 'built-in',
      because: '5 within 60 min, the limit is 5: SEV3',
    },
  },
  report: {
    service: 'stock-sync',
    team: null,
    logGroup: '/ecs/stock-sync',
    title: 'retrying, the supplier answered 503',
    message: '2026-11-21T18:01:22.000Z WARN retrying, the supplier answered 503',
    runbook: null,
    places: logPlaces(FIRST).slice(0, 1),
    why: [],
  },
};
const stockBefore = facts({ severity: 'SEV4', first: tokyo(2, 20, 5), occurrence: 4 });
const inNotify = toldOf(stockBefore, {
  target: target('#notify'),
  routed: false,
  handle: `C0NOTIFY/${tokyo(2, 20, 7) / 1_000}.000100`,
});

const flapping = facts({
  count: 14,
  last: AGAIN,
  resolvedAt: AGAIN - 60_000,
  flaps: 14,
  flapMs: 20 * 60_000,
});
const openings = {
  total: 4_812,
  services: [
    ['payments-api', 2_100],
    ['orders', 900],
    ['stock-sync', 412],
    ['', 1_400],
  ],
  kinds: [
    ['TimeoutError', 3_900],
    ['log line', 900],
    ['Batch Job State Change', 12],
  ],
} as const;
const stormOf = (over: Partial<Scene> = {}): PlanInput =>
  scene({
    facts: facts({ severity: 'SEV3', count: openings.total, last: LAST }),
    incident: {
      lifecycle: 'quiet',
      quietMs: 300_000,
      storm: { openings, closed: openings, closedUntil: FIRST },
      severityWhy: {
        stage: 'severity',
        rule: 'storm',
        at: 'hansho.yml:61',
        because:
          'SEV3: more than 60 new problems in a minute at slack:#alert, as grave as the gravest of them',
      },
    },
    report: {
      source: 'storm',
      kind: 'storm',
      service: 'storm',
      team: null,
      account: '',
      region: '',
      logGroup: null,
      title: 'more than 60 new problems in a minute at slack:#alert',
      message: '',
      runbook: null,
      places: [],
      why: [],
    },
    ...over,
  });
const stormOver = facts({ severity: 'SEV3', count: openings.total, last: LAST, resolvedAt: LAST + 1 });

const HOUR = 3_600_000;
const reminding: PlanInput['reminding'] = [
  {
    name: 'nobody-came',
    match: {},
    every: { ms: HOUR / 2, maxMs: 4 * HOUR, broadcast: true },
    afterMs: HOUR,
    mention,
    tell: [],
    at: 'hansho.yml:71',
  },
];
const due = (reminders: number, over: Scene['input'] = {}): PlanInput =>
  scene({
    facts: twelve,
    delivery: toldOf(twelve, { newsAt: FIRST, reminders, remindAt: FIRST }),
    input: { reminding, now: FIRST + (2 ** (reminders + 1) - 1) * (HOUR / 2), ...over },
  });

/** The drawings of docs/cards.md, by the names that its comments give them: what the plan is asked with. */
export const SCENES: { readonly [name: string]: PlanInput } = {
  open: scene({ others: [paged], input: { mention } }),
  'open-ja': scene({ others: [paged], input: { mention, language: 'ja' } }),
  noisy: scene({ facts: storm, report: newest(LAST), delivery: toldOf(facts()), others: [paged] }),
  'risen-alert': scene({ ...stock, others: [inNotify], input: { mention: '<!here>' } }),
  risen: scene({
    ...stock,
    delivery: { ...inNotify, shown: stock.facts ?? null },
    others: [delivery()],
  }),
  resolved: scene({ facts: ended, report: newest(LAST), delivery: toldOf(twelve), others: [paged] }),
  'resolved-reply': scene({
    facts: ended,
    report: newest(LAST),
    delivery: toldOf(twelve, { shown: ended }),
  }),
  'quiet-ja': scene({
    facts: quietFacts,
    incident: { lifecycle: 'quiet', quietMs: 1_800_000 },
    delivery: toldOf(twelve, { shown: quietFacts }),
    input: { language: 'ja' },
  }),
  reopened: scene({
    facts: back,
    report: newest(AGAIN),
    delivery: toldOf(ended),
    others: [paged],
    input: { mention },
  }),
  'reopened-reply': scene({
    facts: back,
    delivery: toldOf(facts({ severity: 'SEV3', count: 12, last: LAST, resolvedAt: END }), { shown: back }),
    others: [paged],
    input: { mention },
  }),
  flapping: scene({
    facts: flapping,
    report: newest(AGAIN),
    delivery: toldOf(facts({ count: 12, last: LAST })),
    others: [paged],
  }),
  'flapping-reply': scene({
    facts: flapping,
    delivery: toldOf(facts({ count: 12, last: LAST }), { shown: flapping }),
    others: [paged],
    input: { mention },
  }),
  'flapping-reply-ja': scene({
    facts: flapping,
    delivery: toldOf(facts({ count: 12, last: LAST }), { shown: flapping }),
    others: [paged],
    input: { mention, language: 'ja' },
  }),
  'calm-reply': scene({
    facts: back,
    delivery: toldOf(flapping, { shown: back }),
    others: [paged],
  }),
  storm: stormOf({ input: { mention: '<!here>' } }),
  'storm-ja': stormOf({ input: { mention: '<!here>', language: 'ja' } }),
  'storm-over': stormOf({
    facts: stormOver,
    delivery: toldOf(facts({ severity: 'SEV3', count: 61, last: FIRST })),
  }),
  released: scene({
    delivery: delivery({ lateBy: { kind: 'silence', by: 'migration' } }),
    input: { mention: '<!here>' },
  }),
  'released-ja': scene({
    delivery: delivery({ lateBy: { kind: 'window', by: 'nights' } }),
    input: { language: 'ja' },
  }),
  reminder: due(1),
  'reminder-ja': due(0, { language: 'ja' }),
  called: scene({
    facts: twelve,
    delivery: delivery({ called: { by: 'nobody-came', at: 'hansho.yml:71', afterMs: HOUR / 4 } }),
    others: [toldOf(twelve, { target: target('#boss') })],
  }),
  'called-ja': scene({
    delivery: delivery({ called: { by: 'nobody-came', at: 'hansho.yml:71', afterMs: HOUR / 4 } }),
    input: { language: 'ja' },
  }),
  late: scene({
    facts: facts({ severity: 'SEV1', resolvedAt: tokyo(3, 5, 32) }),
    incident: {
      severityWhy: {
        stage: 'severity',
        rule: 'guardduty-high',
        at: 'built-in',
        because: 'severity 8 is 7.0 or more',
      },
    },
    report: {
      source: 'guardduty',
      kind: 'GuardDuty Finding',
      service: 'guardduty',
      team: null,
      logGroup: null,
      resource: 'arn:aws:iam::111122223333:role/deploy',
      title: 'Credentials of role deploy were used from a Tor exit node',
      message: 'An API was called from a Tor exit node address.',
      runbook: null,
      places: [{ is: 'guardduty-finding', id: '1ab2c3d4e5f60718293a4b5c6d7e8f90' }],
      why: [],
    },
    input: { mention: '<!here>' },
  }),
};
