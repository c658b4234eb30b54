import { describe, expect, it, test } from 'vitest';
import { loadRules } from '../../shared/config/load.ts';
import { SOURCE_WORDS } from '../../shared/config/vocabulary.ts';
import { LEVELS } from '../../shared/model/level.ts';
import { SOURCES } from '../../shared/sources/registry.ts';
import { BASE, problemsOf, whole } from './make.ts';

/** After BASE, the first line of a section that a test adds is line 8. */
const KEY = ['0123456789abcdef', '0123456789abcdef'].join('');
const TOKEN = ['xo', 'xb-1-2-3'].join('');
const SEVERITIES = 'SEV1 SEV2 SEV3 SEV4 SEV5';
const GRAVITY = 'SEV1: everyone, now; SEV3: its owners, now; SEV5: in the weekly review';
const CLOSE = 'close every [ with ], every { with }, every quote with a quote';
const ALIGN = 'check the indentation: keys of one mapping start in the same column, spaces only';

describe('logs', () => {
  const logs = (entry: string) => `${BASE}logs:\n  - { name: till, ${entry} }\n`;
  const till = 'match: { logGroup: [/ecs/till] }';
  test.each([
    ['nothing of a level', till, 'it says nothing of the level'],
    ['a field and a level', `${till}, field: sev, level: ERROR`, 'an entry has `field` or `level`, not both'],
    [
      'words without a field',
      `${till}, level: ERROR, words: { S1: FATAL }`,
      '`words` reads a `field`, and none is named',
    ],
    ['a scale that nobody knows', `${till}, field: sev, scale: sylog`, 'did you mean `syslog`'],
    ['a level that is none', `${till}, level: WARN`, 'WARNING'],
    ['every log group', 'match: { message: [x] }, level: ERROR', 'it is about every log group'],
    ['a pattern about more', 'match: { service: [x] }, level: ERROR', '`service` is not known here'],
  ])('%s', (_, entry, said) => {
    expect(problemsOf(logs(entry)).join('\n')).toContain(said);
  });
});

describe('a file that is no YAML', () => {
  test.each([
    ['an empty file', '', '1:1 the file holds no rules | it needs `destinations` and `channels` at least'],
    [
      'only comments',
      '# nothing\n',
      '1:1 the file holds no rules | it needs `destinations` and `channels` at least',
    ],
    ['a tab', 'channels:\n\talert: []\n', '2:1 a tab cannot indent YAML | use spaces'],
    ['an open bracket', 'a: [1,\nb: 2\n', `2:1 this does not fit the lines above it | ${ALIGN}; ${CLOSE}`],
    [
      'an open quote',
      'a: "x\n',
      `2:1 a character is missing here: a closing quote, a comma, or the \`:\` after a key | ${CLOSE}`,
    ],
    [
      'two colons',
      'a: b: c\n',
      `1:4 this does not fit the lines above it | ${ALIGN}; quote text that holds a colon and a space`,
    ],
    [
      'a mention without quotes',
      'a: @here\n',
      '1:4 plain text cannot start with this character | put the text in quotes',
    ],
    [
      'a second document',
      'a: 1\n---\nb: 2\n',
      '2:1 a second document starts here | keep one document a file: remove the `---`',
    ],
    [
      'a channel without quotes in braces',
      'destinations:\n  a: { slack: #alert }\nchannels: {}\n',
      '2:15 a # after a space starts a comment: the rest of this line is not read, closing brackets included | put it in quotes: "#alert"',
    ],
  ])('%s', (_, source, expected) => {
    expect(problemsOf(source)).toEqual([expected]);
  });

  test.each([
    ['text', 'just text\n', '1:1 the file must be a mapping (`key: value`), not text'],
    ['a list', '- a\n', '1:1 the file must be a mapping (`key: value`), not a list'],
  ])('%s is no file of rules', (_, source, expected) => {
    expect(problemsOf(source)).toEqual([expected]);
  });

  test.each([
    [
      'a key twice',
      `${BASE}language: en\nlanguage: ja\n`,
      '9:1 `language` is written twice | keep one of them',
    ],
    [
      'a key twice, deep inside',
      BASE.replace('slack: "#alert"', 'slack: "#alert", slack: "#b"'),
      '2:35 `slack` is written twice | keep one of them',
    ],
    [
      'a tag',
      `${BASE}language: !english en\n`,
      '8:11 tags (`!name`) mean nothing here | write the plain value; quote text that starts with !',
    ],
    [
      'infinity',
      `${BASE}reopen: .inf\n`,
      '8:9 only text, finite numbers, true, false and null can stand here',
    ],
  ])('%s is refused, and the rest is still checked', (_, source, expected) => {
    expect(problemsOf(`${source}sevrities: []\n`)).toEqual(
      expect.arrayContaining([
        expected,
        expect.stringMatching(/unknown key `sevrities` \| did you mean `severities`\?/),
      ]),
    );
  });
});

describe('a hostile file', () => {
  it('does not unfold a bomb of anchors', () => {
    const lines = ['a0: &a0 [x, x]'];
    for (let i = 1; i < 12; i++) lines.push(`a${i}: &a${i} [${`*a${i - 1}, `.repeat(9)}]`);
    const problems = problemsOf(lines.join('\n'));
    expect(problems).toContainEqual(expect.stringContaining('more than 100 aliases'));
    expect(problems.length).toBeLessThan(10_000);
  });

  it('does not follow an anchor into itself for ever', () => {
    expect(problemsOf('destinations: &x [*x]\n')).toContainEqual(
      expect.stringMatching(/nested too deep|aliases/),
    );
  });

  it('lets anchors be used as people use them', () => {
    expect(
      problemsOf(`${BASE}severities:
  - { name: a, match: &errors { level: [ERROR] }, severity: SEV2 }
ignore:
  - { match: *errors, reason: r, owner: o, expires: never }
`),
    ).toEqual([]);
  });

  test.each([
    ['brackets', `a: ${'['.repeat(30_000)}`],
    ['braces', '{a: '.repeat(30_000)],
    ['dashes', '- '.repeat(30_000)],
    ['question marks', '? '.repeat(30_000)],
    ['indentation', Array.from({ length: 600 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
  ])('does not exhaust the stack on nested %s', (_, source) => {
    expect(problemsOf(source)).toContainEqual(expect.stringContaining('nested too deep'));
  });

  it('does not read a file that is far too large', () => {
    expect(problemsOf(`${BASE}${'# x\n'.repeat(70_000)}`)).toEqual([
      expect.stringContaining('larger than 256 KiB'),
    ]);
  });

  it('takes __proto__ for the unknown key that it is', () => {
    expect(problemsOf(`${BASE}__proto__: { language: ja }\n`)).toEqual([
      expect.stringContaining('8:1 unknown key `__proto__`'),
    ]);
  });
});

describe('keys', () => {
  test.each([
    ['at the top', 'severites: []\n', '8:1 unknown key `severites` | did you mean `severities`?'],
    ['in another case', 'Language: en\n', '8:1 unknown key `Language` | did you mean `language`?'],
    ['by another name', 'rules: []\n', '8:1 unknown key `rules` | did you mean `severities`?'],
    [
      'near nothing',
      'zebra: 1\n',
      '8:1 unknown key `zebra` | keys here: language, timezone, destinations, channels, unowned, teams, logs, severities, ignore, escalate, expect, silences, windows, inhibit, hold, readiness, remind, quiet, storm, reopen',
    ],
    ['in quiet', 'quiet: { WARN: 2h }\n', '8:10 unknown key `WARN` | did you mean `WARNING`?'],
    [
      'in an entry',
      'escalate:\n  - { mach: { level: [WARNING] }, count: 5, within: 1h, to: SEV3 }\n',
      '9:7 unknown key `mach` | did you mean `match`?',
    ],
  ])('unknown %s', (_, section, expected) => {
    expect(problemsOf(BASE + section)).toEqual([expected]);
  });

  it('a misspelt channel is one problem, not two', () => {
    expect(problemsOf(BASE.replace('  notify:', '  notifi:'))).toEqual([
      '7:3 unknown key `notifi` | did you mean `notify`?',
    ]);
  });

  test.each([
    ['destinations', 'channels: { alert: [a], notify: [a] }\n', '1:1 `destinations` is missing'],
    ['channels', 'destinations: { a: { slack: "#a" } }\n', '1:1 `channels` is missing'],
  ])('%s must be there', (_, source, expected) => {
    expect(problemsOf(source)).toContainEqual(expect.stringContaining(expected));
  });
});

describe('values', () => {
  const ignore = (over: string) =>
    `ignore:\n  - { match: { service: [a] }, reason: r, owner: o, expires: never, ${over} }\n`;
  const severity = (word: string) =>
    `severities:\n  - { name: a, match: { level: [ERROR] }, severity: ${word} }\n`;
  const escalate = (over: string) => `escalate:\n  - { match: { level: [WARNING] }, to: SEV3, ${over} }\n`;

  test.each([
    ['language', 'language: jp\n', '8:11 `language` must be one of en, ja, not "jp" | did you mean `ja`?'],
    [
      'time zone, by its city',
      'timezone: Tokyo\n',
      '8:11 `timezone` must be an IANA time zone, not "Tokyo" | did you mean `Asia/Tokyo`?',
    ],
    [
      'time zone, abbreviated',
      'timezone: JST\n',
      '8:11 `timezone` must be an IANA time zone, not "JST" | did you mean `Asia/Tokyo`?',
    ],
    [
      'time zone, misspelt',
      'timezone: Asia/Tokio\n',
      '8:11 `timezone` must be an IANA time zone, not "Asia/Tokio" | did you mean `Asia/Tokyo`?',
    ],
    [
      'time zone, an offset',
      'timezone: "+09:00"\n',
      '8:11 `timezone` must be an IANA time zone, not "+09:00" | such names look like Asia/Tokyo; UTC is one too',
    ],
    [
      'duration in words',
      'quiet: { ERROR: 5 minutes }\n',
      '8:17 `ERROR` must be a duration, not "5 minutes" | did you mean `5m`?',
    ],
    [
      'duration in weeks',
      'quiet: { findings: 2w }\n',
      '8:20 `findings` must be a duration, not "2w" | did you mean `14d`?',
    ],
    [
      'duration without a unit',
      'reopen: 30\n',
      '8:9 `reopen` must be a duration, not the number 30 | write a number and s, m, h or d: 30m, 2h, 7d',
    ],
    ['duration that is too short', 'reopen: 0m\n', '8:9 `reopen` must be from 1m to 7d, not 0m'],
    [
      'number of cards that is none',
      'storm: { cards: 0 }\n',
      '8:17 `cards` must be a whole number from 1 to 1000, not the number 0',
    ],
    [
      'duration that is too long',
      escalate('count: 5, within: 8d'),
      '9:64 `within` must be from 1m to 7d, not 8d',
    ],
    [
      'severity in lower case',
      severity('sev2'),
      `9:53 \`severity\` must be one of ${SEVERITIES}, not "sev2" | did you mean \`SEV2\`?`,
    ],
    [
      'severity as a priority',
      severity('P1'),
      `9:53 \`severity\` must be one of ${SEVERITIES}, not "P1" | did you mean \`SEV1\`?`,
    ],
    [
      'severity as a word',
      severity('high'),
      `9:53 \`severity\` must be one of ${SEVERITIES}, not "high" | ${GRAVITY}`,
    ],
    [
      'severity to leave it untold',
      severity('none'),
      `9:53 \`severity\` must be one of ${SEVERITIES}, not "none" | to leave something untold, use \`ignore\` with a reason, an owner and an end`,
    ],
    [
      'count in quotes',
      escalate('within: 1h, count: "5"'),
      '9:65 `count` must be a whole number from 2 to 1000, not text | write 5 without quotes',
    ],
    [
      'count of one',
      escalate('within: 1h, count: 1'),
      '9:65 `count` must be a whole number from 2 to 1000, not the number 1 | for one alone, use a severity rule',
    ],
    [
      'runbook over http',
      severity('SEV3, runbook: http://w.example.com'),
      '9:68 `runbook` must be an https address, not http: | serve it over https',
    ],
    [
      'runbook that is a path',
      severity('SEV3, runbook: wiki/x'),
      '9:68 `runbook` must be an https address, not "wiki/x" | write it whole: https://wiki.example.com/runbook',
    ],
    [
      'runbook with a password',
      severity('SEV3, runbook: "https://u:p@w.example.com"'),
      '9:68 `runbook` must not carry a user name or password',
    ],
    [
      'channel of a rule',
      severity('SEV3, channel: alerts'),
      '9:68 `channel` must be one of alert, notify, not "alerts" | did you mean `alert`?',
    ],
    [
      'name of two words',
      ignore('name: my rule'),
      '9:75 `name` must be one word of at most 64 letters, digits, `_`, `.` and `-` | write my-rule',
    ],
    [
      'teams as a mapping',
      'teams: { a: 1 }\n',
      '8:8 `teams` must be a list, not a mapping | start each entry with a dash',
    ],
    [
      'an entry that is text',
      'severities: [slow]\n',
      '8:14 an entry of `severities` must be a mapping (`key: value`), not text',
    ],
    [
      'an empty pattern',
      severity('SEV3').replace('{ level: [ERROR] }', '{}'),
      '9:23 `match` is empty: it would match everything | name a key: { level: [ERROR] }',
    ],
    [
      'a pattern that is a list',
      severity('SEV3').replace('{ level: [ERROR] }', '[ERROR]'),
      '9:23 `match` must be a pattern, not a list | write { level: [ERROR] }',
    ],
  ])('%s', (_, section, expected) => {
    expect(problemsOf(BASE + section)).toEqual([expected]);
  });

  test.each([
    ['reason', '9:5 `reason` is missing | say why nobody needs to hear it'],
    ['owner', '9:5 `owner` is missing | say who answers for it'],
    ['expires', '9:5 `expires` is missing | say until when: 2027-03-31, or never'],
    ['match', '9:5 `match` is missing | say what it is about: { level: [ERROR] }'],
  ])('an ignore rule without %s', (key, expected) => {
    const entry = { match: '{ service: [a] }', reason: 'r', owner: 'o', expires: 'never' };
    const kept = Object.entries(entry).filter(([name]) => name !== key);
    const section = `ignore:\n  - { ${kept.map(([name, value]) => `${name}: ${value}`).join(', ')} }\n`;
    expect(problemsOf(BASE + section)).toEqual([expected]);
  });

  test.each([
    ['2027-02-30', 'must be a date, and 2027-02-30 is not in the calendar'],
    ['soon', 'must be a date, not "soon"'],
    ['2027-3-1', 'must be a date, not "2027-3-1"'],
    ['20270331', 'must be a date, not the number 20270331'],
    ['2027-03-31T25:00:00Z', 'must be a date, not "2027-03-31T25:00:00Z"'],
    ['2027-03-31 18:00', 'must be a date, not "2027-03-31 18:00"'],
  ])('expires: %s is no end', (expires, message) => {
    const section = `ignore:\n  - { match: { service: [a] }, reason: r, owner: o, expires: ${expires} }\n`;
    expect(problemsOf(BASE + section)).toEqual([
      `9:62 \`expires\` ${message} | write a date such as 2027-03-31 (it holds through that day), or never`,
    ]);
  });

  it('a severity rule needs a name, since every reason quotes it', () => {
    expect(problemsOf(`${BASE}severities:\n  - { match: { level: [ERROR] }, severity: SEV2 }\n`)).toEqual([
      '9:5 `name` is missing | messages and `explain` say which rule decided: give it a name',
    ]);
  });
});

describe("a team's own words", () => {
  const team = (keys: string) => whole(`teams:\n  - { name: pay, owns: { service: [pay] }, ${keys} }\n`);
  const hint = 'a destination of `destinations` has its own; or write slack: "#payments-alert"';
  test.each([
    ['language: ja', [`9:44 \`language\` is for places that the team names itself | ${hint}`]],
    [
      'language: ja, slack: oncall-x',
      [
        '9:65 there is no destination "oncall-x" | did you mean `oncall`?',
        `9:44 \`language\` is for places that the team names itself | ${hint}`,
      ],
    ],
    [
      'mention: "<!here>", slack: slack-alert',
      [`9:44 \`mention\` is for places that the team names itself | ${hint}`],
    ],
    [
      'mention: "<!here>", pagerduty: ssm:/a',
      [`9:44 \`mention\` is for places that the team names itself | ${hint}`],
    ],
    ['language: ja, pagerduty: ssm:/a', []],
    ['mention: "<!here>", slack: "#a"', []],
    ['continue: yes', ['9:54 `continue` must be true or false, not text']],
  ])('%s', (keys, expected) => {
    expect([...problemsOf(team(keys))].sort()).toEqual([...expected].sort());
  });
});

describe('escalation across incidents', () => {
  const rule = (keys: string) =>
    whole(`escalate:\n  - { match: { level: [ERROR] }, count: 5, to: SEV2, ${keys} }\n`);
  const hint = 'write fields.user_id, or one of account, region, service, team, logGroup, resource';
  test.each([
    ['within: 1h, per: fields.user', []],
    ['within: 24h, per: [service, detail.a.b], distinct: fields.tenant', []],
    ['within: 7d', []],
    ['within: 2d, per: service', ['9:62 with `per` or `distinct` it is 24h at most | write 24h']],
    ['within: 1h, per: user', [`9:71 \`per\` must be a key of a signal, not "user" | ${hint}`]],
    ['within: 1h, distinct: [service]', [`9:76 \`distinct\` must be a key, not a list | ${hint}`]],
    ['within: 1h, per: []', [`9:71 \`per\` is empty | ${hint}`]],
  ])('%s', (keys, expected) => {
    expect(problemsOf(rule(keys))).toEqual(expected);
  });
});

describe('remind', () => {
  const rule = (keys: string) =>
    `${whole(`destinations:
  a: { slack: "#a" }
  day: { slack: "#day", hours: 09:00-18:00, otherwise: a }
channels: { alert: [a, day], notify: [a] }
`)}remind:\n  - { name: r, match: { service: [x] }, ${keys} }\n`;
  const hint = 'write every: 30m, or after: 15m with tell: [oncall]';
  test.each([
    ['every: 30m', []],
    ['every: 30m, max: 30m, broadcast: true, mention: "<!here>", after: 1h, tell: [a]', []],
    ['every: 30m, after: 1h, mention: "<!here>"', []],
    ['after: 1m, tell: [a]', []],
    ['broadcast: true', [`6:5 it neither reminds nor tells anybody | ${hint}`]],
    ['tell: [a]', ['6:41 `tell` needs `after` | say how long it must go on: after: 15m']],
    ['every: 30m, after: 1h', ['6:53 nothing happens `after` that | add tell: [oncall], or a `mention`']],
    ['every: 1h, max: 30m', ['6:57 `max` is less than `every` | reminders grow apart up to `max`']],
    [
      'after: 1h, tell: [a], mention: "<!here>"',
      ['6:63 `mention` is of reminders, and there are none | add every: 30m'],
    ],
    ['after: 1h, tell: [b]', ['6:59 there is no destination "b" | did you mean `a`?']],
    ['after: 1h, tell: [day]', ['6:59 `day` has hours | name one that always hears']],
    ['after: 1h, tell: a', ['6:58 `tell` must be a list of destinations, not text | write [oncall]']],
    ['every: 1m', ['6:48 `every` must be from 5m to 7d, not 1m']],
  ])('%s', (keys, expected) => {
    expect(problemsOf(rule(keys))).toEqual(expected);
  });
});

describe('unowned', () => {
  const town = (unowned: string) =>
    `destinations: { a: { slack: "#a" } }\nchannels: { alert: [a], notify: [a] }\nunowned: ${unowned}\n`;
  test.each([
    ['b', ['3:10 there is no destination "b" | did you mean `a`?']],
    ['{ b: SEV3 }', ['3:12 there is no destination "b" | did you mean `a`?']],
    [
      '{ a: SEV9 }',
      [
        '3:10 `unowned` hears from a severity, which must be one of SEV1 SEV2 SEV3 SEV4 SEV5, not "SEV9" | SEV1: everyone, now; SEV3: its owners, now; SEV5: in the weekly review',
      ],
    ],
    ['{ a: SEV3 }', []],
  ])('%s', (unowned, expected) => {
    expect(problemsOf(town(unowned))).toEqual(expected);
  });
});

describe('fallbacks', () => {
  const town = (...all: readonly string[]) => `destinations:
${all.map((one) => `  ${one}`).join('\n')}
channels: { alert: [a], notify: [a] }
`;

  it('that go in a circle are named at each of its members, and at no other', () => {
    const hint = 'name a destination that does not come back here, or leave it out';
    const source = town(
      'a: { slack: "#a", fallback: b }',
      'b: { slack: "#b", fallback: c }',
      'c: { slack: "#c", fallback: b }',
    );
    expect(problemsOf(source)).toEqual([
      `3:31 falls back in a circle: b, c, b | ${hint}`,
      `4:31 falls back in a circle: c, b, c | ${hint}`,
    ]);
  });

  it('that nearly have a name are suggested it', () => {
    const source = town('a: { slack: "#a", fallback: oncal }', 'oncall: { pagerduty: ssm:/a }');
    expect(problemsOf(source)).toEqual(['2:31 there is no destination "oncal" | did you mean `oncall`?']);
  });

  it('are used: a destination that only stands in is in no channel', () => {
    const source = town('a: { slack: "#a", fallback: b }', 'b: { pagerduty: ssm:/a }');
    const loaded = loadRules(source, 'hansho.yml', null);
    expect(loaded).toMatchObject({ ok: true, warnings: [] });
    if (!loaded.ok) return;
    expect(loaded.rules.destinations.map(({ fallback }) => fallback)).toEqual([
      { name: 'b', kind: 'pagerduty', address: 'pagerduty:ssm:/a' },
      null,
    ]);
  });
});

describe('destinations', () => {
  const only = (one: string) => `destinations:
  a: ${one}
channels: { alert: [a], notify: [a] }
`;
  test.each([
    [
      'no #',
      '{ slack: alert }',
      '2:15 `slack` must be a Slack channel, not "alert" | did you mean "#alert"?',
    ],
    [
      'capitals and spaces',
      '{ slack: "#My Alerts" }',
      '2:15 `slack` must be a Slack channel, not "#My Alerts" | did you mean "#my-alerts"?',
    ],
    ['a number', '{ slack: 5 }', '2:15 `slack` must be a Slack channel, not the number 5'],
    ['nothing', '{}', '2:6 `a` has no place | give it `slack` or `pagerduty`'],
    [
      'two places',
      '{ slack: "#a", pagerduty: ssm:/a }',
      '2:6 `a` has two places | make two destinations of it',
    ],
    [
      'a friendly mention',
      '{ slack: "#a", mention: "@here" }',
      '2:30 `mention` must be a Slack mention, not "@here" | did you mean "<!here>"?',
    ],
    [
      'a mention for PagerDuty',
      '{ pagerduty: ssm:/a, mention: "<!here>" }',
      '2:27 `mention` is for Slack alone | leave it out',
    ],
    [
      'a fallback to itself',
      '{ slack: "#a", fallback: a }',
      '2:31 `a` falls back to itself | name a destination that does not come back here, or leave it out',
    ],
    [
      'a fallback to nothing that is there',
      '{ slack: "#a", fallback: b }',
      '2:31 there is no destination "b" | did you mean `a`?',
    ],
    [
      'hours, and nobody outside them',
      '{ slack: "#a", hours: 09:00-18:00 }',
      '2:6 outside its hours nobody hears for `a` | add `otherwise: NAME`',
    ],
    [
      'hours that are none',
      '{ slack: "#a", hours: 9-18, otherwise: a }',
      '2:28 `hours` must be two times of the day, not "9-18" | write two times of the day: 02:00-06:00',
    ],
    [
      'a stand-in that is not there',
      '{ slack: "#a", days: [mon], otherwise: aa }',
      '2:45 there is no destination "aa" | did you mean `a`?',
    ],
    [
      'a stand-in for itself',
      '{ slack: "#a", days: [mon], otherwise: a }',
      '2:45 `a` stands in for itself | name one that always hears',
    ],
    [
      'a stand-in without hours',
      '{ slack: "#a", otherwise: a }',
      '2:21 `otherwise` belongs to `hours` or `days`, and there are none | say when somebody looks: hours: 09:00-18:00',
    ],
    ['an unknown key', '{ slak: "#a" }', '2:8 unknown key `slak` | did you mean `slack`?'],
    ['a word', 'text', '2:6 `a` must be a mapping (`key: value`), not text'],
  ])('%s', (_, one, expected) => {
    expect(problemsOf(only(one))).toEqual([expected]);
  });

  it('a channel lost in a comment is told as such', () => {
    expect(
      problemsOf('destinations:\n  a:\n    slack: #alert\nchannels: { alert: [a], notify: [a] }\n'),
    ).toEqual(['3:5 `slack` is empty | a # starts a comment in YAML: put the channel in quotes, "#alert"']);
  });

  test.each([
    [
      'a routing key',
      'pagerduty',
      KEY,
      'store it in SSM as a SecureString and write ssm:/hansho/pagerduty/oncall',
    ],
    ['a Slack token', 'slack', TOKEN, 'name the channel: "#alert" or its id; the bot token lies in SSM'],
  ])('%s in the file is refused and not repeated', (_, kind, secret, suggestion) => {
    const problems = problemsOf(only(`{ ${kind}: ${JSON.stringify(secret)} }`));
    const column = kind === 'slack' ? 15 : 19;
    expect(problems).toEqual([
      `2:${column} \`${kind}\` looks like a secret: secrets do not belong in this file | ${suggestion}`,
    ]);
  });

  it('no message repeats a secret, wherever it was put', () => {
    const problems = problemsOf(`destinations:
  a: { pagerduty: "${KEY.toUpperCase()}!" }
  b: { slack: ${JSON.stringify(TOKEN)}, language: ${KEY} }
channels: { alert: [${KEY}], notify: [{ ${KEY}: ${KEY} }] }
teams: [{ name: t, owns: { service: [a] }, pagerduty: ${KEY}, slack: ${JSON.stringify(TOKEN)} }]
timezone: ${KEY}
`).join('\n');
    expect(problems.length).toBeGreaterThan(200);
    expect(problems.toLowerCase()).not.toContain(KEY);
    expect(problems).not.toContain(TOKEN);
  });

  it('two names for one place are refused: a place is told once', () => {
    const source = whole('').replace('"#notify"', '"#alert"');
    expect(problemsOf(source)).toEqual([
      '3:17 `slack-notify` is the same place as `slack-alert` | use `slack-alert`',
    ]);
  });
});

describe('channels', () => {
  const alert = (members: string) => BASE.replace('[slack-alert, { oncall: SEV2 }]', members);
  test.each([
    [
      'a misspelt name',
      '[slack-alrt]',
      '6:11 there is no destination "slack-alrt" | did you mean `slack-alert`?',
    ],
    [
      'an unknown name',
      '[zebra]',
      '6:11 there is no destination "zebra" | there are slack-alert, slack-notify, oncall',
    ],
    [
      'a misspelt name with a severity',
      '[slack-alert, { oncal: SEV2 }]',
      '6:26 there is no destination "oncal" | did you mean `oncall`?',
    ],
    [
      'a bad severity',
      '[slack-alert, { oncall: 2 }]',
      `6:34 a member of a channel hears from a severity, which must be one of ${SEVERITIES}, not 2 | did you mean \`SEV2\`?`,
    ],
    ['a name twice', '[slack-alert, slack-alert]', '6:24 `slack-alert` is in alert twice | keep one of them'],
    [
      'two names in one',
      '[{ slack-alert: SEV5, oncall: SEV2 }]',
      '6:11 a member of a channel must name one destination: { NAME: SEV2 }',
    ],
    ['nobody', '[]', '6:10 nobody hears alert | name a destination: [slack-alert]'],
    [
      'nobody for all of it',
      '[{ slack-alert: SEV3 }, { oncall: SEV2 }]',
      '6:10 nobody hears all of alert | leave one destination without a severity',
    ],
    [
      'a name alone',
      'slack-alert',
      '6:10 `alert` must be a list of destinations, not text | write [slack-alert]',
    ],
    [
      'a channel lost in a comment',
      '[slack-alert, ~]',
      "6:24 a member of a channel must be a destination's name, or { NAME: SEV2 }, not nothing | a # starts a comment in YAML: put text that starts with # in quotes",
    ],
  ])('%s', (_, members, expected) => {
    expect(problemsOf(alert(members))).toContainEqual(expected);
  });

  it('SEV5 and worse is everything', () => {
    expect(problemsOf(alert('[{ slack-alert: SEV5 }, { oncall: SEV2 }]'))).toEqual([]);
  });

  it('a broken destination is one problem: the channels that name it are well', () => {
    expect(problemsOf(BASE.replace('"#alert"', 'alert'))).toHaveLength(1);
  });
});

describe('teams', () => {
  const team = (over: string) => `${BASE}teams:\n  - { name: pay, owns: { service: [pay] }, ${over} }\n`;
  test.each([
    [
      'a channel without #',
      'slack: payments',
      '9:51 there is no destination "payments" | write "#payments-alert", a channel id, or the name of a Slack destination',
    ],
    [
      'a misspelt destination',
      'slack: slack-alrt',
      '9:51 there is no destination "slack-alrt" | did you mean `slack-alert`?',
    ],
    [
      'the wrong kind',
      'slack: oncall',
      '9:51 `oncall` is no slack destination | write "#payments-alert", a channel id, or the name of a Slack destination',
    ],
    [
      'a PagerDuty word',
      'pagerduty: mine',
      '9:55 there is no destination "mine" | write ssm:/…, secretsmanager:…, or the name of a PagerDuty destination',
    ],
    [
      'nobody for all of it',
      'slack: { slack-alert: SEV2 }',
      '9:5 with its own destinations, nobody hears all of alert for the team pay | leave one of its destinations without a severity',
    ],
    [
      'an http runbook',
      'runbook: "http://w.example.com"',
      '9:53 `runbook` must be an https address, not http: | serve it over https',
    ],
  ])('%s', (_, over, expected) => {
    expect(problemsOf(team(over))).toEqual([expected]);
  });

  it('names are unique', () => {
    const two = 'teams:\n  - { name: a, owns: { service: [a] } }\n  - { name: a, owns: { service: [b] } }\n';
    expect(problemsOf(BASE + two)).toEqual([
      '10:13 there are two of the name `a`: team | give each its own name',
    ]);
  });
});

describe('names', () => {
  it('those of the built-in severity rules are taken', () => {
    expect(
      problemsOf(`${BASE}severities:\n  - { name: log-error, match: { level: [ERROR] }, severity: SEV2 }\n`),
    ).toEqual([
      '9:13 `log-error` is a built-in rule | choose another name; yours is asked first in any case',
    ]);
  });

  it('an escalation may take the name of the built-in one, and so its place', () => {
    expect(
      problemsOf(
        `${BASE}escalate:\n  - { name: warning-burst, match: { level: [WARNING] }, count: 9, within: 1h, to: SEV3 }\n`,
      ),
    ).toEqual([]);
  });
});

describe('patterns', () => {
  const match = (pattern: string) =>
    `${BASE}ignore:\n  - { reason: r, owner: o, expires: never, match: ${pattern} }\n`;
  const levels = `levels are ${LEVELS.join(' ')}`;
  const inDocument =
    'source, kind, status, level, severity, service, team, account, region, logGroup, resource, title, message, tags, fields, detail';
  test.each([
    [
      'a level that never occurs',
      '{ level: [WARN] }',
      `9:61 ${levels}, not "WARN" | did you mean \`WARNING\`?`,
    ],
    ['a level in lower case', '{ level: [error] }', `9:61 ${levels}, not "error" | did you mean \`ERROR\`?`],
    [
      'a level that is left out of nothing',
      '{ level: [{ anything-but: [INFO, WARN] }] }',
      `9:84 ${levels}, not "WARN" | did you mean \`WARNING\`?`,
    ],
    [
      'a level in any case',
      '{ level: [{ equals-ignore-case: warn }] }',
      `9:83 ${levels}, not "warn" | did you mean \`WARNING\`?`,
    ],
    ['a severity', '{ severity: [SEV6] }', `9:64 severities are ${SEVERITIES}, not "SEV6"`],
    [
      'a source by its AWS name',
      '{ source: [aws.guardduty] }',
      `9:62 sources are ${SOURCE_WORDS.join(' ')}, not "aws.guardduty" | did you mean \`guardduty\`?`,
    ],
    [
      'a source by the name that EventBridge has for it',
      '{ source: [aws.states] }',
      `9:62 sources are ${SOURCE_WORDS.join(' ')}, not "aws.states" | did you mean \`step-functions\`?`,
    ],
    [
      'a source that is an event',
      '{ source: [aws.sagemaker] }',
      `9:62 sources are ${SOURCE_WORDS.join(' ')}, not "aws.sagemaker" | other AWS events are \`event\`; match their detail-type by \`kind\``,
    ],
    [
      'a status',
      '{ status: [resolved] }',
      '9:62 statuses are firing info, not "resolved" | a resolve is judged as the firing that it ends',
    ],
    ['a team that is not there', '{ team: [pay] }', '9:60 no team is defined'],
    [
      'an account without quotes',
      '{ account: [12345678901] }',
      '9:63 `account` is text: 12345678901 never occurs | put the account id in quotes: zeros in front count',
    ],
    [
      'a value of all fields',
      '{ fields: [a] }',
      '9:61 `fields` has keys and no value of its own | write fields: { your_key: [ … ] }',
    ],
    [
      'a value of all tags',
      '{ tags: [payments] }',
      '9:59 `tags` has keys and no value of its own | write tags: { your_key: [ … ] }',
    ],
    [
      'a tag as a number',
      '{ tags: { cost: [1234] } }',
      '9:68 `tags.cost` is text: 1234 never occurs | put it in quotes',
    ],
    [
      'a tag as a number, in one of two ways',
      '{ tags: { $or: [{ cost: ["1"] }, { cost: [2] }] } }',
      '9:93 `tags.cost` is text: 2 never occurs | put it in quotes',
    ],
    ['keys within a tag', '{ tags: { team: { name: [a] } } }', '9:67 `tags.team` is text and has no keys'],
    [
      'an unknown key near `tags`',
      '{ tag: { team: [a] } }',
      '9:53 unknown document key `tag` | did you mean `tags`?',
    ],
    ['yes and no', '{ service: [true] }', '9:63 `service` is text: true never occurs | put it in quotes'],
    [
      'a number range of text',
      '{ title: [{ numeric: [">", 5] }] }',
      '9:63 `title` is text: numeric never holds | numbers are under `fields` or `detail`',
    ],
    ['keys within text', '{ message: { text: [a] } }', '9:62 `message` is text and has no keys'],
    [
      'an unknown key',
      '{ sevrity: [SEV1] }',
      '9:53 unknown document key `sevrity` | did you mean `severity`?',
    ],
    [
      "the raw event's name",
      '{ detail-type: [x] }',
      '9:53 unknown document key `detail-type` | did you mean `kind`?',
    ],
    [
      'a field at the top',
      '{ run_time_ms: [5] }',
      `9:53 unknown document key \`run_time_ms\` | a field of a log line goes under \`fields\`, one of an event under \`detail\`; keys: ${inDocument}`,
    ],
    [
      'an unknown key within $or',
      '{ $or: [{ service: [a] }, { servce: [b] }] }',
      '9:79 unknown document key `servce` | did you mean `service`?',
    ],
    [
      '$or with one choice',
      '{ $or: [{ service: [a] }] }',
      '9:58 `$or` takes a list of two patterns or more | write $or: [{ … }, { … }]',
    ],
    [
      '$or without a list',
      '{ $or: { service: [a] } }',
      '9:58 `$or` takes a list of two patterns or more | write $or: [{ … }, { … }]',
    ],
  ])('%s', (_, pattern, expected) => {
    expect(problemsOf(match(pattern))).toEqual([expected]);
  });

  test.each([
    ['a value without its list', '{ level: ERROR }', '9:60', '["ERROR"]'],
    ['an operator without its list', '{ message: { prefix: x } }', '9:72', 'in a list'],
    ['an unknown operator', '{ message: [{ contains: x }] }', '9:65', 'wildcard'],
    [
      'a number in quotes',
      '{ fields: { ms: [{ numeric: [">", "60000"] }] } }',
      '9:85',
      'write 60000 without quotes',
    ],
    ['a half comparison', '{ fields: { ms: [{ numeric: [">"] }] } }', '9:79', 'numeric'],
    ['an empty list', '{ service: [] }', '9:62', 'empty'],
    ['an empty object', '{ fields: {} }', '9:61', 'empty'],
    ['a list in a list', '{ service: [[a]] }', '9:63', 'list'],
    ['a bad network', '{ detail: { ip: [{ cidr: 10.0.0.0/99 }] } }', '9:76', 'cidr'],
    ['a field tested twice', '{ service: [a], $or: [{ service: [b] }, { kind: [c] }] }', '9:75', 'twice'],
  ])("the pattern language's own: %s", (_, pattern, place, part) => {
    const [problem, second] = problemsOf(match(pattern));
    expect(second).toBeUndefined();
    expect(problem?.split(' ')[0]).toBe(place);
    expect(problem).toContain(part);
  });

  test.each([
    [
      'severities',
      'severities:\n  - { name: a, severity: SEV1, match: { severity: [SEV1] } }\n',
      '9:41 `severity` is not known here',
    ],
    ['teams', 'teams:\n  - { name: a, owns: { team: [a] } }\n', '9:24 `team` is not known here'],
  ])('a key that is decided later is no use in %s', (_, section, expected) => {
    expect(problemsOf(BASE + section)).toEqual([expect.stringContaining(expected)]);
  });

  it('a pattern is checked beside other problems of its rule', () => {
    expect(
      problemsOf(
        `${BASE}severities:\n  - { nam: a, match: { level: [WARN], fields: { a: [{ prefx: x }], b: 5 } }, severity: 9 }\n`,
      ),
    ).toHaveLength(5);
  });

  it('every source word is one that a source says', () => {
    expect([...SOURCE_WORDS].toSorted()).toEqual(
      [...SOURCES.map((source) => source.name), 'logs', 'expect', 'readiness'].toSorted(),
    );
  });
});

it('reports everything at once, from top to bottom', () => {
  const places = problemsOf(`langauge: en
timezone: Tokyo
destinations:
  a: { slack: alert }
  a: { slack: "#x" }
channels:
  alert: [slak]
  notify: [a]
severities:
  - name: x
    match: { level: [WARN] }
    severity: high
ignore:
  - match: { severty: [SEV1] }
    reason: x
quiet: { ERROR: 30 }
`).map((problem) => problem.split(' ')[0]);
  expect(places).toEqual([
    '1:1',
    '2:11',
    '4:15',
    '5:3',
    '7:11',
    '11:22',
    '12:15',
    '14:5',
    '14:5',
    '14:14',
    '16:17',
  ]);
});
