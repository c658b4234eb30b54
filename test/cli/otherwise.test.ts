import { describe, expect, it, test } from 'vitest';
import { makeOtherwise } from '../../cli/explain/otherwise.ts';
import type { Signal } from '../../shared/model/signal.ts';
import { holdsOf } from '../../shared/pipeline/hold.ts';
import { judgeSignal } from '../../shared/pipeline/judge.ts';
import { makeJudge } from '../../shared/rules/judge.ts';
import { rulesFrom } from '../config/make.ts';
import { finding, line } from '../rules/make.ts';

const RULES = `timezone: Asia/Tokyo
destinations:
  slack-alert: { slack: "#alert" }
  slack-notify: { slack: "#notify" }
  oncall: { pagerduty: ssm:/hansho/pagerduty/oncall }
  office: { slack: "#office", hours: [09:00-18:00], days: [mon, tue, wed, thu, fri], otherwise: slack-alert }
channels:
  alert: [slack-alert, { oncall: SEV2 }]
  notify: [slack-notify]
teams:
  - { name: payments, owns: { service: [payments] }, slack: "#payments" }
  - { name: shop, owns: { service: [shop] }, slack: office }
severities:
  - { name: cannot-pay, match: { level: [ERROR], team: [payments] }, severity: SEV2, why: x }
  - { name: slow, match: { level: [INFO], fields: { ms: [{ numeric: [">", 100] }] } }, severity: SEV3, why: slow }
ignore:
  - name: declined
    match: { team: [payments], message: [{ prefix: card declined }] }
    reason: their own card
    owner: payments
    expires: 2027-03-31
escalate:
  - { name: many-users, match: { level: [ERROR] }, count: 3, within: 10m, distinct: fields.user, to: SEV1 }
silences:
  - { name: move, match: { service: [orders] }, from: 2026-11-22T08:00, until: 2026-11-22T12:00, author: sato, reason: r }
windows:
  - { name: nights, match: { severity: [SEV4] }, times: [20:00-08:00], reason: r }
inhibit:
  - { name: database, source: { source: [alarm] }, target: { service: [reports] }, equal: [account] }
hold:
  - { name: blips, match: { service: [edge] }, for: 2m }
`;

const judge = makeJudge(rulesFrom(RULES));
const ask = makeOtherwise(judge);
/** A Monday in Tokyo, and the Sunday before. */
const MONDAY = '2026-11-23T10:00+09:00';
const SUNDAY = '2026-11-22T10:00+09:00';

/** `change (line) → outcome`, and all reasons of the decision. */
function explained(signal: Signal, at: string) {
  const now = Date.parse(at);
  const judged = judgeSignal(signal, judge, now);
  const holds = holdsOf(judged, judge, now);
  const why = [...judged.why, ...holds.map((one) => ({ stage: 'hold' as const, rule: one.by, ...one }))];
  const otherwise = ask(judged, why, now).map(
    ({ change, at: place, outcome }) => `${change}${place === null ? '' : ` (${place})`} → ${outcome}`,
  );
  return { why, otherwise };
}

const from = (service: string, level: Signal['level'] = 'ERROR', over: Partial<Signal> = {}) =>
  line(level, { service, ...over });
const says = (message: string): Partial<Signal> => ({
  message,
  identity: { by: 'text', errorType: null, text: message },
});
const place = (name: string): string =>
  `hansho.yml:${RULES.split('\n').findIndex((text) => text.includes(`name: ${name}`)) + 1}`;

describe('each decision is explained by the rule that made it, and by what would have changed it', () => {
  test.each<[string, Signal, string, string, string]>([
    [
      'ignored',
      from('payments', 'ERROR', says('card declined: no funds')),
      MONDAY,
      'declined',
      `without declined (${place('declined')}) → SEV2 alert → payments/slack, oncall`,
    ],
    [
      'held by a silence',
      from('orders'),
      SUNDAY,
      'move',
      `without move (${place('move')}) → SEV3 alert → slack-alert`,
    ],
    [
      'in a mute window',
      from('x', 'WARNING'),
      '2026-11-23T03:00+09:00',
      'nights',
      `without nights (${place('nights')}) → SEV4 notify → slack-notify`,
    ],
    [
      'inhibited',
      from('reports'),
      MONDAY,
      'database',
      `without database (${place('database')}) → SEV3 alert → slack-alert`,
    ],
    [
      'on hold',
      from('edge'),
      MONDAY,
      'blips',
      `without blips (${place('blips')}) → SEV3 alert → slack-alert`,
    ],
    [
      'its destination is closed',
      from('shop'),
      SUNDAY,
      'office',
      'inside the hours of office (hansho.yml:6) → SEV3 alert → office',
    ],
    ['unowned', from('x'), MONDAY, 'no-team', 'a team that `owns` it → the destinations of that team'],
    [
      'owned',
      from('payments'),
      MONDAY,
      'payments',
      `without payments (${place('payments')}) → SEV3 alert → slack-alert`,
    ],
    [
      'graver by a rule',
      from('payments'),
      MONDAY,
      'cannot-pay',
      `without cannot-pay (${place('cannot-pay')}) → SEV3 alert → payments/slack`,
    ],
    [
      'would be promoted by a burst',
      from('x', 'WARNING'),
      MONDAY,
      'warning-burst',
      '5 of the same within 1 h (warning-burst) (built-in) → SEV3 alert → slack-alert',
    ],
    [
      'would be promoted by different values',
      from('x', 'ERROR', { fields: { user: 'u1' } }),
      MONDAY,
      'many-users',
      `3 different fields.user within 10 min (many-users) (${place('many-users')}) → SEV1 alert → slack-alert, oncall`,
    ],
    [
      'below every level',
      from('x', 'INFO'),
      MONDAY,
      'below-warning',
      'as WARNING → SEV4 notify → slack-notify',
    ],
    [
      'measured below its level',
      from('x', 'INFO', { fields: { ms: 101 } }),
      MONDAY,
      'slow',
      `without slow (${place('slow')}) → nothing to tell`,
    ],
    ['pages nobody yet', from('x'), MONDAY, 'log-error', 'as SEV2 → SEV2 alert → slack-alert, oncall'],
    [
      'nothing to act on',
      finding('alarm', {}, { status: 'info' }),
      MONDAY,
      'informational',
      'by no rule → its source says that there is nothing to act on',
    ],
  ])('%s', (_, signal, at, rule, expected) => {
    const { why, otherwise } = explained(signal, at);
    expect(why.map((one) => one.rule)).toContain(rule);
    for (const one of why) expect(one.at).toMatch(/^(built-in|hansho\.yml:\d+)$/);
    expect(otherwise).toContain(expected);
  });

  test.each<[string, Signal, string]>([
    [
      'a text',
      from('payments', 'ERROR', says('card service away')),
      `declined wants message: [{"prefix":"card declined"}], and it is "card service away" (${place('declined')}) → ignored: their own card`,
    ],
    [
      'a number',
      from('x', 'INFO', { fields: { ms: 99 } }),
      `slow wants fields.ms: [{"numeric":[">",100]}], and it is 99 (${place('slow')}) → SEV3: slow`,
    ],
    [
      'a value that is not there',
      from('x'),
      `cannot-pay wants team: ["payments"], and it has none (${place('cannot-pay')}) → SEV2: x`,
    ],
    [
      'another time',
      from('orders'),
      `from 2026-11-21T23:00:00.000Z until 2026-11-22T03:00:00.000Z (${place('move')}) → held by move`,
    ],
    [
      'another hour',
      from('x', 'WARNING'),
      `while the window nights is open (${place('nights')}) → held by nights`,
    ],
  ])('a rule that wanted one thing more: %s', (_, signal, expected) => {
    expect(explained(signal, MONDAY).otherwise).toContain(expected);
  });

  it('says where a value to count by is missing, in place of that it counts', () => {
    const { why, otherwise } = explained(from('x'), MONDAY);
    expect(why.find(({ rule }) => rule === 'many-users')?.because).toBe(
      'has no fields.user to count by towards SEV1: 3 different fields.user within 10 min',
    );
    expect(otherwise.join()).not.toContain('many-users');
  });

  it('says nothing of an end, which is told wherever its beginning was', () => {
    expect(explained(finding('alarm', {}, { status: 'resolved' }), MONDAY).otherwise).toEqual([]);
  });
});
