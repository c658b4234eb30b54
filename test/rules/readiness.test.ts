import { describe, expect, it, test } from 'vitest';
import type { Signal } from '../../shared/model/signal.ts';
import { makeHolds } from '../../shared/rules/hold.ts';
import { makeJudge } from '../../shared/rules/judge.ts';
import { rulesFrom } from '../config/make.ts';
import { finding, judgeFrom, line } from './make.ts';

const BEGIN = Date.parse('2026-12-05T20:00+09:00');
const END = Date.parse('2026-12-05T23:59+09:00');

/** A sale that touches the checkout, with what else the entry says. */
const sale = (rest: string, name = 'sale') => `timezone: Asia/Tokyo
destinations:
  slack-alert: { slack: "#alert" }
  slack-notify: { slack: "#notify" }
  oncall: { pagerduty: ssm:/hansho/pagerduty/oncall }
  sale-room: { slack: "#sale-room" }
readiness:
  - { name: ${name}, why: the year-end sale, from: 2026-12-05T20:00, until: 2026-12-05T23:59, owner: yamada, match: { service: [checkout] }, ${rest} }
`;

/** `SEV2 alert → slack-alert, oncall`, or why it goes nowhere. */
function fate(source: string, signal: Signal, now = BEGIN): string {
  const verdict = judgeFrom(source).verdict(signal, now);
  if (verdict.outcome !== 'tracked') return verdict.outcome;
  const { severity, channel, targets } = verdict;
  return `${severity} ${channel} → ${targets.map(({ name }) => name).join(', ')}`;
}

const high = finding('guardduty', { severity: 8 }, { service: 'checkout' });
const info = line('INFO', { message: 'slow 7', fields: { ms: 7 } });
const IGNORED = 'ignore: [{ match: { severity: [SEV4] }, reason: known, owner: shop, expires: never }]\n';
const MINOR =
  'severities: [{ name: minor, match: { level: [ERROR] }, severity: SEV4, channel: notify, why: a retry follows }]\n';

describe('while it is on, and at no other time', () => {
  test.each([
    ['the moment before', BEGIN - 1, 'SEV3 alert → slack-alert'],
    ['its first moment', BEGIN, 'SEV2 alert → slack-alert, oncall'],
    ['its last', END - 1, 'SEV2 alert → slack-alert, oncall'],
    ['its end', END, 'SEV3 alert → slack-alert'],
  ])('%s', (_, now, expected) => {
    expect(fate(sale('level: 3'), line('ERROR'), now)).toBe(expected);
  });
});

describe('how grave what it touches is', () => {
  test.each<[string, string, Signal, string, string?]>([
    ['levels 1 and 2 leave it', 'level: 2', line('ERROR'), 'SEV3 alert → slack-alert'],
    ['level 3: one graver', 'level: 3', line('WARNING'), 'SEV3 alert → slack-alert'],
    ['level 4: one graver', 'level: 4', line('ERROR'), 'SEV2 alert → slack-alert, oncall'],
    ['two where the entry says so', 'level: 4, graver: 2', line('ERROR'), 'SEV1 alert → slack-alert, oncall'],
    ['none where the entry says so', 'level: 4, graver: 0', line('ERROR'), 'SEV3 alert → slack-alert'],
    ['SEV1 is the gravest', 'level: 4', high, 'SEV1 alert → slack-alert, oncall'],
    ['others are as ever', 'level: 4', line('ERROR', { service: 'cart' }), 'SEV3 alert → slack-alert'],
    ['nothing becomes an incident by it', 'level: 4', info, 'unremarkable'],
    ['what a rule ignores stays ignored', 'level: 4', line('WARNING'), 'ignored', IGNORED],
    ['a channel that a rule sets stays', 'level: 3', line('ERROR'), 'SEV3 notify → slack-notify', MINOR],
  ])('%s', (_, rest, signal, expected, others = '') => {
    expect(fate(`${sale(rest)}${others}`, signal)).toBe(expected);
  });

  it('is said by the name and place of the entry, with what it would be else', () => {
    const { why } = judgeFrom(sale('level: 3')).verdict(line('ERROR'), BEGIN);
    expect(why.filter(({ rule }) => rule === 'sale')).toEqual([
      {
        stage: 'severity',
        rule: 'sale',
        at: 'hansho.yml:11',
        because:
          'SEV2: level 3, one graver until 2026-12-05 23:59 (Asia/Tokyo) (service = checkout); else SEV3: an ERROR line (level = ERROR)',
      },
      {
        stage: 'route',
        rule: 'sale',
        at: 'hansho.yml:11',
        because:
          'level 3 until 2026-12-05 23:59 (Asia/Tokyo), escalations count to 1/2 of their limit, mute windows do not hold it',
      },
    ]);
  });

  it('is decided by the gravest of two that overlap', () => {
    const both = `${sale('level: 1')}${sale('level: 3', 'tv').split('readiness:\n')[1]}`;
    expect(fate(both, line('ERROR'))).toBe('SEV2 alert → slack-alert, oncall');
  });

  it('is as ever without a broken entry, which says so', () => {
    const rules = rulesFrom(sale('level: 3'));
    const readiness = rules.readiness.map((entry) => ({ ...entry, match: { service: 'checkout' } }));
    const verdict = makeJudge({ ...rules, readiness }).verdict(line('ERROR'), BEGIN);
    expect(verdict).toMatchObject({ severity: 'SEV3' });
    expect(verdict.why).toContainEqual(expect.objectContaining({ rule: 'sale', at: 'hansho.yml:11' }));
  });
});

describe('who hears what it touches', () => {
  test.each<[string, string, Signal, string]>([
    [
      'watchers as well',
      'level: 1, watchers: [sale-room]',
      line('ERROR'),
      'SEV3 alert → slack-alert, sale-room',
    ],
    [
      'from SEV4 on',
      'level: 1, watchers: [sale-room]',
      line('WARNING'),
      'SEV4 notify → slack-notify, sale-room',
    ],
    [
      'from the severity that the entry says',
      'level: 1, hear: SEV3, watchers: [sale-room]',
      line('WARNING'),
      'SEV4 notify → slack-notify',
    ],
    [
      'from the severity that one of them has',
      'level: 1, watchers: [{ sale-room: SEV2 }, { oncall: SEV3 }]',
      line('ERROR'),
      'SEV3 alert → slack-alert, oncall',
    ],
    [
      'not of what it does not touch',
      'level: 4, watchers: [sale-room]',
      line('ERROR', { service: 'cart' }),
      'SEV3 alert → slack-alert',
    ],
    [
      'of the entry itself in Slack alone, and whatever they hear from',
      'level: 4, watchers: [{ sale-room: SEV1 }, { oncall: SEV5 }]',
      finding('readiness', {}, { service: 'sale' }),
      'SEV5 notify → slack-notify, sale-room',
    ],
  ])('%s', (_, rest, signal, expected) => {
    expect(fate(sale(rest), signal)).toBe(expected);
  });

  it('is not called a place that hears less, when it hears this as a watcher', () => {
    const { why } = judgeFrom(sale('level: 1, watchers: [{ oncall: SEV3 }]')).verdict(line('ERROR'), BEGIN);
    expect(why.at(-1)?.because).toBe('told to slack-alert, oncall');
  });
});

describe('an escalation while it is on', () => {
  test.each([
    ['level 1: as ever', 'level: 1', ['warning-burst 5 SEV3']],
    ['level 2: half as many', 'level: 2', ['warning-burst 5 SEV3', 'warning-burst/sale 3 SEV3']],
    [
      'level 3: and what it comes to is graver',
      'level: 3',
      ['warning-burst 5 SEV3', 'warning-burst/sale 3 SEV2'],
    ],
    ['level 4: a quarter', 'level: 4', ['warning-burst 5 SEV3', 'warning-burst/sale 2 SEV2']],
    ['one alone is no burst', 'level: 1, bursts: 10', ['warning-burst 5 SEV3', 'warning-burst/sale 2 SEV3']],
  ])('%s', (_, rest, expected) => {
    const judge = judgeFrom(sale(rest));
    const verdict = judge.verdict(line('WARNING'), BEGIN);
    const counts = verdict.outcome === 'tracked' ? verdict.counts : [];
    const rules = counts.map((name) => judge.escalation(name));
    expect(rules.map((rule) => `${rule?.name} ${rule?.count} ${rule?.to}`)).toEqual(expected);
    expect(judge.verdict(line('WARNING'), END)).toMatchObject({ counts: ['warning-burst'] });
  });

  it('counts across incidents apart, by the same values', () => {
    const across =
      'escalate: [{ name: many, match: { level: [ERROR] }, count: 6, within: 10m, to: SEV2, per: fields.user }]\n';
    const judge = judgeFrom(`${sale('level: 2')}${across}`);
    const verdict = judge.verdict(line('ERROR', { fields: { user: 'u1' } }), BEGIN);
    expect(verdict).toMatchObject({
      groups: [
        { rule: 'many', per: '["u1"]' },
        { rule: 'many/sale', per: '["u1"]' },
      ],
    });
    expect(judge.escalation('many/sale')).toMatchObject({ count: 3, at: 'hansho.yml:11' });
  });
});

describe('mute windows', () => {
  const nights = 'windows: [{ name: nights, times: [22:00-08:00], reason: nobody looks at night }]\n';
  const night = Date.parse('2026-12-05T22:30+09:00');
  const about = {
    source: 'logs',
    kind: '',
    status: 'firing',
    account: '',
    region: '',
    title: '',
    message: '',
  };
  test.each([
    ['hold at level 2', 'level: 2', 'checkout', night, 'nights'],
    ['do not hold at level 3', 'level: 3', 'checkout', night, null],
    ['hold what it does not touch', 'level: 4', 'cart', night, 'nights'],
    ['hold again at its end', 'level: 3', 'checkout', END, 'nights'],
    ['do not hold where the entry says so', 'level: 1, passWindows: true', 'checkout', night, null],
    ['hold where the entry says so', 'level: 4, passWindows: false', 'checkout', night, 'nights'],
  ])('%s', (_, rest, service, now, expected) => {
    const { muted } = makeHolds(rulesFrom(`${sale(rest)}${nights}`));
    expect(muted({ ...about, service, severity: 'SEV4' }, now)?.by ?? null).toBe(expected);
  });

  it('are let through, silences are not: a person decided those for these very hours', () => {
    const silences =
      'silences: [{ match: { service: [checkout] }, from: 2026-12-05, until: 2026-12-05, author: ito, reason: known }]\n';
    const { silenced } = makeHolds(rulesFrom(`${sale('level: 4')}${silences}`));
    expect(silenced({ ...about, service: 'checkout', severity: 'SEV4' }, night)?.by).toBe('silence-1');
  });
});
