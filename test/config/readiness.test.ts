import { describe, expect, it, test } from 'vitest';
import { loadRules } from '../../shared/config/load.ts';
import { problemsOf, rulesFrom, whole } from './make.ts';

const FROM = 'from: 2026-12-05T20:00';
const entry = (rest: string, times = `${FROM}, until: 2026-12-05T23:00`) =>
  `readiness:\n  - { name: sale, why: the sale, owner: ito, ${times}, ${rest} }\n`;

describe('what a level means', () => {
  test.each([
    [1, { graver: 0, bursts: 1, passWindows: false, floor: 'SEV4' }],
    [2, { graver: 0, bursts: 2, passWindows: false, floor: 'SEV4' }],
    [3, { graver: 1, bursts: 2, passWindows: true, floor: 'SEV4' }],
    [4, { graver: 1, bursts: 4, passWindows: true, floor: 'SEV5' }],
  ])('%i', (level, expected) => {
    const [rule] = rulesFrom(entry(`level: ${level}, watchers: [slack-notify]`)).readiness;
    const { graver, bursts, passWindows, watchers } = rule ?? {};
    expect({ graver, bursts, passWindows, floor: watchers?.[0]?.floor }).toEqual(expected);
  });
});

describe('from and until', () => {
  test.each([
    ['in the time zone of the file', 'from: 2026-12-05T20:00, until: 2026-12-05T23:00', '11:00Z', '14:00Z'],
    [
      'with a zone of their own',
      'from: 2026-12-05T20:00Z, until: 2026-12-05T23:00:00+01:00',
      '20:00Z',
      '22:00Z',
    ],
    ['whole days', 'from: 2026-12-05, until: 2026-12-05', '04T15:00Z', '05T15:00Z'],
  ])('%s', (_, times, from, until) => {
    const [rule] = rulesFrom(`timezone: Asia/Tokyo\n${entry('level: 1', times)}`).readiness;
    const iso = (ms = 0) => new Date(ms).toISOString().replace(':00.000Z', 'Z');
    expect(iso(rule?.from)).toContain(from);
    expect(iso(rule?.until)).toContain(until);
  });
});

const TASK = 'write - { do: raise the limit of the database, who: yamada }';
const KEPT =
  'it is asked when telling, of what an incident keeps: source, kind, severity, service, team, account, region, logGroup, resource, title';

test.each([
  [
    'a level that is none',
    entry('level: 5'),
    ['`level` must be a whole number from 1 to 4, not the number 5'],
  ],
  [
    'no level',
    entry('why2: x').replace(', why2: x', ''),
    ['`level` is missing | from 1 (a mail to customers) to 4 (a programme on television)'],
  ],
  [
    'an end before its beginning',
    entry('level: 1', `${FROM}, until: 2026-12-05T19:00`),
    ['`until` is not after `from` | a readiness ends after it begins'],
  ],
  [
    'more than two weeks',
    entry('level: 1', `${FROM}, until: 2026-12-19T20:01`),
    [
      'a readiness lasts 14 days at most | what is always so is a rule of `severities` and a member of `channels`',
    ],
  ],
  ['two weeks', entry('level: 1', `${FROM}, until: 2026-12-19T20:00`), []],
  [
    'a watcher that is nobody',
    entry('level: 1, watchers: [slack-alrt]'),
    ['there is no destination "slack-alrt" | did you mean `slack-alert`?'],
  ],
  [
    'a watcher with a floor that is nobody',
    entry('level: 1, watchers: [{ noone: SEV3 }]'),
    ['there is no destination "noone" | there are slack-alert, slack-notify, oncall'],
  ],
  [
    'no list of watchers',
    entry('level: 1, watchers: slack-alert'),
    ['`watchers` must be a list of destinations, not text | write [sale-room, { oncall: SEV3 }]'],
  ],
  [
    'a task that says nothing',
    entry('level: 1, checklist: [{ who: ito }]'),
    [`\`checklist\` must say what to do | ${TASK}`],
  ],
  [
    'a task with a strange key',
    entry('level: 1, checklist: [{ do: x, when: now }]'),
    [`\`checklist\` has the unknown key \`when\` | ${TASK}`],
  ],
  [
    'a level of a log line',
    entry('level: 1, match: { level: [ERROR] }'),
    [`\`level\` is not known here | ${KEPT}`],
  ],
  [
    'a severity',
    entry('level: 1, match: { severity: [SEV3] }'),
    ['`severity` is not known here | it changes the severity'],
  ],
  [
    'more than two steps',
    entry('level: 4, graver: 3'),
    ['`graver` must be a whole number from 0 to 2, not the number 3'],
  ],
  [
    'two of one name',
    entry('level: 1') + entry('level: 2').replace('readiness:\n', ''),
    ['there are two of the name `sale`: readiness | give each its own name'],
  ],
  [
    'the name of a team',
    `teams: [{ name: sale, owns: { service: [x] } }]\n${entry('level: 1')}`,
    ['`sale` is a team | choose another name'],
  ],
])('%s', (_, source, expected) => {
  expect(problemsOf(whole(source)).map((one) => one.replace(/^\d+:\d+ /, ''))).toEqual(expected);
});

describe('hansho check warns of', () => {
  const ROOM = 'match: { service: [checkout] }';
  const warnings = (source: string, now: string) => {
    const loaded = loadRules(whole(source), 'hansho.yml', Date.parse(now));
    return loaded.ok ? loaded.warnings.map(({ message }) => message) : loaded.problems;
  };
  const before = '2026-12-01T00:00Z';
  test.each([
    ['nothing', entry(`level: 4, ${ROOM}`), before, []],
    ['one that is over', entry(`level: 1, ${ROOM}`), '2026-12-05T23:00Z', ['this readiness is over']],
    ['not one that is on', entry(`level: 1, ${ROOM}`), '2026-12-05T22:59Z', []],
    [
      'a long one',
      entry(`level: 1, ${ROOM}`, `${FROM}, until: 2026-12-08T20:01`),
      before,
      ['this readiness lasts for more than three days: what is always loud is not heard'],
    ],
    [
      'two at one time',
      entry(`level: 1, ${ROOM}`) +
        entry(`level: 2, ${ROOM}`).replace('readiness:\n', '').replace('sale', 'tv'),
      before,
      ['it overlaps `sale` (hansho.yml:9): what both touch is as grave as the graver of the two makes it'],
    ],
    ['all that is graver', entry('level: 3'), before, ['everything is graver meanwhile']],
    ['not all that is heard by more', entry('level: 2'), before, []],
  ])('%s', (_, source, now, expected) => {
    expect(warnings(source, now)).toEqual(expected);
  });

  it('no destination that only watchers are told at', () => {
    const room =
      'destinations: { slack-alert: { slack: "#alert" }, slack-notify: { slack: "#notify" }, oncall: { pagerduty: ssm:/x }, room: { slack: "#room" } }\n';
    expect(warnings(`${room}${entry(`level: 1, watchers: [room], ${ROOM}`)}`, before)).toEqual([]);
  });
});
