import { describe, expect, it, test } from 'vitest';
import type { Address } from '../../shared/model/decision.ts';
import { CHANNELS, type Channel, SEVERITIES, type Severity } from '../../shared/model/severity.ts';
import { makeJudge } from '../../shared/rules/judge.ts';
import { rulesFrom } from '../config/make.ts';
import { judgeFrom, line, MORNING } from './make.ts';

const judge = judgeFrom(`
channels:
  alert: [slack-alert, { oncall: SEV2 }]
  notify: [slack-notify]
teams:
  - { name: own-slack, owns: { service: [a] }, slack: "#a" }
  - { name: own-both, owns: { service: [b] }, slack: "#b", notify: "#b-notify" }
  - { name: own-pager, owns: { service: [c] }, pagerduty: { ssm:/c: SEV1 } }
  - { name: loud-pager, owns: { service: [d] }, pagerduty: ssm:/d }
  - { name: same, owns: { service: [e] }, slack: "#notify" }
  - { name: plain, owns: { service: [f] } }
`);

function told(severity: Severity, channel: Channel, team: string | null): string {
  return judge
    .route({ severity, channel, team, also: [], at: 0 })
    .targets.map((target) => target.name)
    .join(' ');
}

describe('who is told', () => {
  test.each<[Severity, Channel, string | null, string]>([
    ['SEV1', 'alert', null, 'slack-alert oncall'],
    ['SEV2', 'alert', null, 'slack-alert oncall'],
    ['SEV3', 'alert', null, 'slack-alert'],
    ['SEV4', 'notify', null, 'slack-notify'],
    ['SEV5', 'alert', null, 'slack-alert'],
    ['SEV2', 'alert', 'own-slack', 'own-slack/slack oncall'],
    ['SEV4', 'notify', 'own-slack', 'slack-notify'],
    ['SEV3', 'alert', 'own-both', 'own-both/slack'],
    ['SEV4', 'notify', 'own-both', 'own-both/notify'],
    ['SEV1', 'alert', 'own-pager', 'own-pager/pagerduty slack-alert'],
    ['SEV2', 'alert', 'own-pager', 'slack-alert'],
    ['SEV3', 'alert', 'loud-pager', 'loud-pager/pagerduty slack-alert'],
    ['SEV3', 'alert', 'same', 'slack-notify'],
    ['SEV3', 'alert', 'plain', 'slack-alert'],
    ['SEV3', 'alert', 'a team that was removed', 'slack-alert'],
  ])('%s in %s for %s: %s', (severity, channel, team, expected) => {
    expect(told(severity, channel, team)).toBe(expected);
  });

  it('says who hears only graver ones', () => {
    expect(judge.route({ severity: 'SEV3', channel: 'alert', team: null, also: [], at: 0 }).why).toEqual([
      {
        stage: 'route',
        rule: 'alert',
        at: 'hansho.yml:7',
        because: 'told to slack-alert; oncall hears SEV2 and worse',
      },
    ]);
  });

  it('is never nobody, for any severity, channel and team', () => {
    for (const severity of SEVERITIES) {
      for (const channel of CHANNELS) {
        for (const team of [null, ...judge.rules.teams.map(({ name }) => name)]) {
          expect(judge.route({ severity, channel, team, also: [], at: 0 }).targets.length).toBeGreaterThan(0);
        }
      }
    }
  });
});

describe('several teams', () => {
  const town = judgeFrom(`
teams:
  - { name: web, owns: { service: [{ prefix: web }] }, slack: "#web", continue: true }
  - { name: platform, owns: { service: [{ prefix: web- }] }, pagerduty: ssm:/platform, continue: true }
  - { name: other, owns: { service: [other] }, slack: "#other" }
  - { name: edge, owns: { service: [web-edge] }, slack: "#edge" }
  - { name: never, owns: { service: [web-edge] }, slack: "#never" }
`);
  const verdict = (service: string) => {
    const found = town.verdict(line('ERROR', { service }), MORNING);
    if (found.outcome !== 'tracked') throw new Error(found.outcome);
    return found;
  };

  test.each<[string, string | null, readonly string[], readonly string[]]>([
    ['web', 'web', [], ['web/slack']],
    ['web-shop', 'web', ['platform'], ['web/slack', 'platform/pagerduty', 'slack-alert']],
    [
      'web-edge',
      'web',
      ['platform', 'edge'],
      ['web/slack', 'platform/pagerduty', 'slack-alert', 'edge/slack'],
    ],
    ['other', 'other', [], ['other/slack']],
    ['nobody', null, [], ['slack-alert']],
  ])('%s belongs to %s, and %j hear it too', (service, team, also, told) => {
    const found = verdict(service);
    expect([found.team, found.also, found.targets.map(({ name }) => name)]).toEqual([team, also, told]);
  });

  it('are named, each with its place', () => {
    expect(verdict('web-shop').why.filter(({ stage }) => stage === 'team')).toEqual([
      { stage: 'team', rule: 'web', at: 'hansho.yml:10', because: 'web owns it (service = web-shop)' },
      {
        stage: 'team',
        rule: 'platform',
        at: 'hansho.yml:11',
        because: 'platform hears it too (service = web-shop)',
      },
    ]);
  });
});

describe('what no team owns', () => {
  const town = judgeFrom(`
unowned: { sre: SEV4 }
destinations:
  a: { slack: "#a" }
  sre: { slack: "#sre" }
channels: { alert: [a], notify: [a] }
teams:
  - { name: payments, owns: { service: [payments] }, slack: "#payments" }
`);
  const told = (severity: Severity, team: string | null) =>
    town.route({ severity, channel: 'alert', team, also: [], at: 0 }).targets.map(({ name }) => name);

  test.each<[string, Severity, string | null, readonly string[]]>([
    ['goes to `unowned` too', 'SEV3', null, ['a', 'sre']],
    ['from the severity that it names', 'SEV5', null, ['a']],
    ['what a team owns does not', 'SEV3', 'payments', ['payments/slack']],
    ['what a team owned that is gone does', 'SEV3', 'gone', ['a', 'sre']],
  ])('%s', (_, severity, team, expected) => {
    expect(told(severity, team)).toEqual(expected);
  });

  it('is named with its place', () => {
    expect(
      town.route({ severity: 'SEV3', channel: 'alert', team: null, also: [], at: 0 }).why.at(-1),
    ).toEqual({
      stage: 'route',
      rule: 'unowned',
      at: 'hansho.yml:2',
      because: 'sre hears what no team owns',
    });
  });
});

describe('business hours', () => {
  const office = judgeFrom(`
timezone: Asia/Tokyo
destinations:
  office: { slack: "#office", hours: 09:00-18:00, days: [mon, tue, wed, thu, fri], otherwise: night }
  night: { slack: "#night" }
  all: { slack: "#all" }
channels:
  alert: [office, all]
  notify: [{ office: SEV4 }, all]
`);
  const FRIDAY = Date.UTC(2026, 10, 20);
  const at = (hour: number, minute = 0) => FRIDAY + ((hour - 9) * 60 + minute) * 60_000;

  test.each<[string, Severity, number, string]>([
    ['at nine', 'SEV3', at(9), 'office all'],
    ['a minute before', 'SEV3', at(8, 59), 'night all'],
    ['a minute before six', 'SEV3', at(17, 59), 'office all'],
    ['at six', 'SEV3', at(18), 'night all'],
    ['on Saturday', 'SEV3', at(24 + 12), 'night all'],
    ['on Monday', 'SEV3', at(72 + 12), 'office all'],
    ['what cannot wait, at night, at both', 'SEV2', at(22), 'office night all'],
    ['what cannot wait, by day', 'SEV1', at(12), 'office all'],
  ])('%s', (_, severity, ms, expected) => {
    const { targets } = office.route({ severity, channel: 'alert', team: null, also: [], at: ms });
    expect(targets.map(({ name }) => name).join(' ')).toBe(expected);
  });

  it('whoever stands in hears from the same severity', () => {
    const told = (severity: Severity) =>
      office
        .route({ severity, channel: 'notify', team: null, also: [], at: at(22) })
        .targets.map(({ name }) => name);
    expect([told('SEV4'), told('SEV5')]).toEqual([['night', 'all'], ['all']]);
  });

  it('are named with the place in the file', () => {
    const { why } = office.route({ severity: 'SEV3', channel: 'alert', team: null, also: [], at: at(22) });
    expect(why.at(-1)).toEqual({
      stage: 'route',
      rule: 'office',
      at: 'hansho.yml:4',
      because: 'outside the hours of office: night hears in its place',
    });
  });

  it('that cannot be read do not silence anybody: the destination always hears', () => {
    const { rules } = office;
    const broken = rules.destinations.map((one) =>
      one.hours === null ? one : { ...one, hours: { ...one.hours, timezone: 'Mars/Olympus' } },
    );
    const { targets } = makeJudge({ ...rules, destinations: broken }).route({
      severity: 'SEV3',
      channel: 'alert',
      team: null,
      also: [],
      at: at(22),
    });
    expect(targets.map(({ name }) => name)).toEqual(['office', 'all']);
  });
});

describe('rules that no check has seen', () => {
  const rules = rulesFrom('');

  it('two names of one place are told once', () => {
    const [first, second, ...others] = rules.destinations;
    if (first === undefined || second === undefined) throw new Error('BASE has destinations');
    const twin = { ...second, address: first.address };
    const channels = {
      ...rules.channels,
      alert: [...rules.channels.alert, { destination: twin.name, floor: null }],
    };
    const { targets } = makeJudge({ ...rules, destinations: [first, twin, ...others], channels }).route({
      severity: 'SEV3',
      channel: 'alert',
      team: null,
      also: [],
      at: 0,
    });
    expect(targets.map((target) => target.name)).toEqual(['slack-alert']);
  });

  it('a severity that nobody hears is told to the whole channel', () => {
    const channels = { ...rules.channels, alert: [{ destination: 'oncall', floor: 'SEV2' as const }] };
    const routed = makeJudge({ ...rules, channels }).route({
      severity: 'SEV3',
      channel: 'alert',
      team: null,
      also: [],
      at: 0,
    });
    expect(routed.targets.map((target) => target.name)).toEqual(['oncall']);
    expect(routed.why[0]?.because).toContain('nobody hears SEV3');
  });

  it('a channel without anybody is told to everybody', () => {
    const channels = { ...rules.channels, alert: [] };
    const routed = makeJudge({ ...rules, channels }).route({
      severity: 'SEV3',
      channel: 'alert',
      team: null,
      also: [],
      at: 0,
    });
    expect(routed.targets).toHaveLength(3);
  });
});

describe('looking a destination up', () => {
  it('by address', () => {
    expect(judge.destination('slack:#a' as Address)?.name).toBe('own-slack/slack');
    expect(judge.destination('slack:#zebra' as Address)).toBeNull();
  });

  it('works without `this`', () => {
    const { route, destination, escalation, verdict } = judge;
    expect(route({ severity: 'SEV3', channel: 'alert', team: null, also: [], at: 0 }).targets).toHaveLength(
      1,
    );
    expect([destination('x' as Address), escalation('x'), typeof verdict]).toEqual([null, null, 'function']);
  });
});
