import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { loadRules } from '../../shared/config/load.ts';
import { BASE, problemsOf, rulesFrom, whole } from './make.ts';

const MORNING = Date.UTC(2026, 10, 22);

describe('a file with every key', () => {
  const source = readFileSync(new URL('golden/full.yml', import.meta.url), 'utf8');

  it('compiles to the golden rules', async () => {
    const loaded = loadRules(source, 'hansho.yml', MORNING);
    expect(loaded.ok).toBe(true);
    await expect(`${JSON.stringify(loaded, null, 2)}\n`).toMatchFileSnapshot('golden/full.json');
  });

  it('is plain JSON: the build can put it into a bundle and lose nothing', () => {
    const loaded = loadRules(source, 'hansho.yml');
    expect(JSON.parse(JSON.stringify(loaded))).toEqual(loaded);
  });

  it('has the same hash for the same text, and another for another', () => {
    expect(rulesFrom('language: en\n').hash).toBe(rulesFrom('language: en\n').hash);
    expect(rulesFrom('language: en\n').hash).not.toBe(rulesFrom('language: ja\n').hash);
    expect(rulesFrom('').hash).toMatch(/^[0-9a-f]{12}$/);
  });
});

describe('what may be left out', () => {
  it('language, time zone, quiet, storm and reopen have defaults', () => {
    const { language, timezone, quiet, storm, reopenMs } = rulesFrom('');
    expect({ language, timezone, quiet, storm, reopenMs }).toEqual({
      language: 'en',
      timezone: 'UTC',
      quiet: { ERROR: 1_800_000, WARNING: 7_200_000, findings: 86_400_000 },
      storm: { cards: 60, pages: 20, calmMs: 300_000, at: 'built-in' },
      reopenMs: 14_400_000,
    });
  });

  it('a storm says where its limit is written', () => {
    expect(rulesFrom('storm: { cards: 5 }\n').storm).toEqual({
      cards: 5,
      pages: 20,
      calmMs: 300_000,
      at: expect.stringMatching(/^hansho\.yml:\d+$/),
    });
  });

  it('a section whose entries are all commented out is empty', () => {
    expect(problemsOf(`${BASE}teams:\nseverities:\nignore:\nescalate:\nquiet:\n`)).toEqual([]);
  });

  it('ignore and escalate rules are named by their position', () => {
    const { ignore, escalate } = rulesFrom(`
ignore:
  - { name: first, match: { service: [a] }, reason: r, owner: o, expires: never }
  - { match: { service: [b] }, reason: r, owner: o, expires: never }
escalate:
  - { match: { level: [WARNING] }, count: 5, within: 1h, to: SEV3 }
`);
    expect(ignore.map((rule) => rule.name)).toEqual(['first', 'ignore-2']);
    expect(escalate.map((rule) => rule.name)).toEqual(['escalate-1']);
  });
});

describe('places', () => {
  it('a destination without a language speaks the language of the file', () => {
    const { destinations } = rulesFrom('language: ja\n');
    expect(destinations.map((one) => one.language)).toEqual(['ja', 'ja', 'ja']);
  });

  it("a team's place becomes a destination of its own", () => {
    const { destinations, teams } = rulesFrom(
      'teams:\n  - { name: pay, owns: { service: [pay] }, slack: "#pay" }\n',
    );
    expect(destinations.at(-1)).toEqual({
      name: 'pay/slack',
      kind: 'slack',
      address: 'slack:#pay',
      language: 'en',
      mention: null,
      fallback: null,
      hours: null,
      at: 'hansho.yml:9',
    });
    expect(teams[0]?.destinations).toEqual({
      alert: [{ destination: 'pay/slack', floor: null }],
      notify: null,
    });
  });

  it('brings its own language, and its mention to Slack', () => {
    const { destinations } = rulesFrom(
      'teams:\n  - { name: pay, owns: { service: [pay] }, slack: "#pay", pagerduty: ssm:/pay, language: ja, mention: "<!here>" }\n',
    );
    expect(destinations.slice(-2).map(({ kind, language, mention }) => [kind, language, mention])).toEqual([
      ['slack', 'ja', '<!here>'],
      ['pagerduty', 'ja', null],
    ]);
  });

  it('a place that has a name already keeps it, with its language and mention', () => {
    const { destinations, teams } = rulesFrom(
      'teams:\n  - { name: pay, owns: { service: [pay] }, slack: "#notify" }\n',
    );
    expect(destinations.map((one) => one.name)).toEqual(['slack-alert', 'slack-notify', 'oncall']);
    expect(teams[0]?.destinations.alert).toEqual([{ destination: 'slack-notify', floor: null }]);
  });

  it('two teams share one place', () => {
    const { destinations, teams } = rulesFrom(`teams:
  - { name: a, owns: { service: [a] }, slack: "#ab" }
  - { name: b, owns: { service: [b] }, slack: "#ab" }
`);
    expect(destinations.filter((one) => one.address === 'slack:#ab')).toHaveLength(1);
    expect(teams[1]?.destinations.alert).toEqual([{ destination: 'a/slack', floor: null }]);
  });

  test.each(['"#alert"', '"#本番アラート"', '"#a_b-1"', 'C0123456789', 'G0123456789'])(
    'slack: %s is a channel',
    (slack) => {
      expect(
        problemsOf(
          whole(`destinations:
  slack-alert: { slack: ${slack} }
  slack-notify: { slack: "#notify" }
  oncall: { pagerduty: ssm:/x }
`),
        ),
      ).toEqual([]);
    },
  );
});

describe('the end of an ignore rule', () => {
  const end = (expires: string, timezone: string) =>
    rulesFrom(`timezone: ${timezone}
ignore: [{ match: { service: [a] }, reason: r, owner: o, expires: ${expires} }]
`).ignore[0]?.expires;

  test.each([
    ['a day holds to its last moment in Tokyo', '2027-03-31', 'Asia/Tokyo', '2027-03-31T15:00:00Z'],
    ['in UTC', '2027-03-31', 'UTC', '2027-04-01T00:00:00Z'],
    ['where the day has 25 hours', '2026-11-01', 'America/New_York', '2026-11-02T05:00:00Z'],
    ['where the clocks go forward on that day', '2027-03-14', 'America/New_York', '2027-03-15T04:00:00Z'],
    ['in a zone of half an hour', '2027-01-01', 'Asia/Kolkata', '2027-01-01T18:30:00Z'],
    ['on the last day of a year', '2026-12-31', 'Asia/Tokyo', '2026-12-31T15:00:00Z'],
    ['a moment is that moment', '2027-03-31T18:00:00+09:00', 'UTC', '2027-03-31T09:00:00Z'],
  ])('%s', (_, expires, timezone, expected) => {
    expect(new Date(end(expires, timezone) ?? 0).toISOString()).toBe(expected.replace('Z', '.000Z'));
  });

  it('never is null', () => {
    expect(end('never', 'UTC')).toBeNull();
  });
});

describe('warnings', () => {
  const warningsOf = (source: string, now: number | null = MORNING) => {
    const loaded = loadRules(whole(source), 'hansho.yml', now);
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
    return loaded.warnings.map(({ line, column, message }) => `${line}:${column} ${message}`);
  };

  it('says that an ignore rule has expired, and still takes the file', () => {
    const source = 'ignore:\n  - { match: { service: [a] }, reason: r, owner: o, expires: 2026-11-20 }\n';
    expect(warningsOf(source)).toEqual(['9:62 this ignore rule has expired and no longer holds']);
    expect(warningsOf(source.replace('20 }', '22 }'))).toEqual([
      '9:62 this ignore rule expires within a day',
    ]);
    expect(warningsOf(source.replace('11-20 }', '12-05 }'))).toEqual([
      '9:62 this ignore rule expires in 14 days',
    ]);
    expect(warningsOf(source.replace('11-20 }', '12-06 }'))).toEqual([]);
    expect(warningsOf(source, null)).toEqual([]);
  });

  test.each([
    [
      'a severity rule below one that matches as much',
      'severities:\n  - { name: a, match: { level: [ERROR] }, severity: SEV3 }\n  - { name: b, match: { level: [ERROR], service: [x] }, severity: SEV2 }\n',
      ['10:5 `b` never has a say: `a` (hansho.yml:9) stands above it and matches all that it matches'],
    ],
    [
      'a team below one that owns as much',
      'teams:\n  - { name: a, owns: { logGroup: [{ prefix: /aws/ }] } }\n  - { name: b, owns: { logGroup: [/aws/lambda/b] } }\n',
      ['10:5 `b` never has a say: `a` (hansho.yml:9) stands above it and matches all that it matches'],
    ],
    [
      'an ignore rule below one that holds as long',
      'ignore:\n  - { name: a, match: { level: [ERROR] }, reason: r, owner: o, expires: never }\n  - { name: b, match: { level: [ERROR] }, reason: r, owner: o, expires: 2027-03-31 }\n',
      ['10:5 `b` never has a say: `a` (hansho.yml:9) stands above it and matches all that it matches'],
    ],
    [
      'a severity rule below two that together match as much',
      'severities:\n  - { name: a, match: { level: [ERROR] }, severity: SEV3 }\n  - { name: b, match: { level: [WARNING] }, severity: SEV4 }\n  - { name: c, match: { level: [ERROR, WARNING] }, severity: SEV2 }\n',
      [
        '11:5 `c` never has a say: `a` (hansho.yml:9) and `b` (hansho.yml:10) stand above it and together match all that it matches',
      ],
    ],
    [
      'a rule on a range that two above it make up',
      'ignore:\n  - { name: a, match: { fields: { code: [{ numeric: ["<", 500] }] } }, reason: r, owner: o, expires: never }\n  - { name: b, match: { fields: { code: [{ numeric: [">=", 500] }] } }, reason: r, owner: o, expires: never }\n  - { name: c, match: { fields: { code: [{ numeric: [">", 400] }] } }, reason: r, owner: o, expires: never }\n',
      [
        '11:5 `c` never has a say: `a` (hansho.yml:9) and `b` (hansho.yml:10) stand above it and together match all that it matches',
      ],
    ],
    [
      'an ignore rule for lines that nobody would hear of',
      'ignore:\n  - { name: a, match: { level: [INFO] }, reason: r, owner: o, expires: never }\n',
      [
        '9:5 `a` never has a say: lines below WARNING are told nowhere, so nothing is to be ignored or counted',
      ],
    ],
    [
      'nothing of one for lines that a rule measures',
      'severities:\n  - { name: a, match: { level: [INFO], message: [slow] }, severity: SEV3 }\nignore:\n  - { name: b, match: { level: [INFO] }, reason: r, owner: o, expires: never }\n',
      [],
    ],
    [
      'nothing of a team that another lets hear',
      'teams:\n  - { name: a, owns: { logGroup: [{ prefix: /aws/ }] }, continue: true }\n  - { name: b, owns: { logGroup: [/aws/lambda/b] } }\n',
      [],
    ],
    [
      'a rule on the level of what has none',
      'escalate:\n  - { name: a, match: { source: [alarm], level: [ERROR] }, count: 5, within: 1h, to: SEV2 }\n',
      ['9:5 `a` never matches: only log lines have a `level`, and its `source` is another'],
    ],
    ...['tags: { team: [a] }, logGroup: [/b]', 'tags: { team: [a] }, source: [logs, alarm]'].map(
      (owns): [string, string, string[]] => [
        `tags of what has none: ${owns}`,
        `teams:\n  - { name: a, owns: { ${owns} } }\n`,
        ['9:5 `a` never matches: log lines and alarms carry no tags'],
      ],
    ),
    [
      'nothing of tags that something may have',
      'teams:\n  - { name: a, owns: { source: [alarm, rds], tags: { team: [a] } } }\n  - { name: b, owns: { $or: [{ tags: { team: [b] } }, { logGroup: [/b] }] } }\n  - { name: c, owns: { source: [logs], tags: { team: [{ exists: false }] } } }\n',
      [],
    ],
    [
      'nothing of one that still reaches lines below WARNING',
      'severities:\n  - { name: a, match: { service: [x] }, severity: SEV3 }\n  - { name: b, match: { service: [x], message: [{ prefix: slow }] }, severity: SEV2 }\n',
      [],
    ],
    [
      'nothing of one below a rule on trial',
      'severities:\n  - { name: a, match: { level: [ERROR] }, severity: SEV3, shadow: true }\n  - { name: b, match: { level: [ERROR] }, severity: SEV2 }\n',
      [],
    ],
    [
      'nothing of one that outlasts the one above',
      'ignore:\n  - { name: a, match: { level: [ERROR] }, reason: r, owner: o, expires: 2027-03-31 }\n  - { name: b, match: { level: [ERROR] }, reason: r, owner: o, expires: never }\n',
      [],
    ],
  ])('names %s', (_, source, warnings) => expect(warningsOf(source)).toEqual(warnings));

  it('names a destination that nothing is told', () => {
    const source = BASE.replace('channels:', '  spare: { slack: "#spare" }\nchannels:');
    expect(warningsOf(source)).toEqual(['5:3 `spare` is in no channel and no team: nothing is told there']);
  });

  it('says when a rule makes every line worth judging', () => {
    const source = 'severities:\n  - { name: any, match: { level: [INFO], service: [a] }, severity: SEV5 }\n';
    expect(warningsOf(source)).toEqual([
      '9:25 this rule names no fixed text, so every log line below WARNING must be judged',
    ]);
    expect(warningsOf(source.replace('INFO', 'ERROR'))).toEqual([]);
  });

  it.each([
    ['service: [pay-*]', '9:53'],
    ['logGroup: [{ prefix: /aws/lambda/pay-* }]', '9:64'],
    ['service: [{ anything-but: [a, test-*] }]', '9:73'],
  ])('says that a star in %s is only a star', (match, place) => {
    const source = `severities:\n  - { name: any, severity: SEV5, match: { ${match} } }\n`;
    expect(warningsOf(source)).toEqual([
      expect.stringMatching(`^${place} ".*\\*": a .\\*. outside .wildcard. is only itself$`),
    ]);
  });

  const compares = (fields: string) =>
    warningsOf(`severities:\n  - { name: late, severity: SEV5, match: { fields: ${fields} } }\n`);

  it.each([
    '{ timestamp: [{ numeric: [">", 0] }] }',
    '{ created_at: [{ numeric: [">=", 5] }] }',
    '{ sentAt: [{ numeric: [">=", 5] }] }',
    '{ job: { eventTime: ["x", { numeric: [">", 0, "<", 10] }] } }',
  ])('names a time that is compared as a number, which in ms never matches: %s', (fields) => {
    expect(compares(fields)).toEqual([
      expect.stringMatching(/sounds like a time: numeric compares numbers up to 5e9 only/),
    ]);
  });

  it.each([
    '{ run_time_ms: [{ numeric: [">", 60000] }] }',
    '{ elapsedTime: [{ numeric: [">", 5] }] }',
    '{ timestamp: [{ numeric: [">", 1767225600] }] }',
    '{ timestamp: [{ exists: true }] }',
    '{ format: [{ numeric: [">", 0] }] }',
  ])('says nothing of a duration, of seconds, of other numbers: %s', (fields) => {
    expect(compares(fields)).toEqual([]);
  });

  it('says nothing of a star in a wildcard, nor of a run of stars', () => {
    const match = 'level: [ERROR], service: [{ wildcard: "pay-*" }], message: ["*** boom ***"]';
    expect(warningsOf(`severities:\n  - { name: any, severity: SEV5, match: { ${match} } }\n`)).toEqual([]);
  });

  it('says when quiet is shorter than the time in which GuardDuty repeats itself', () => {
    expect(warningsOf('quiet: { findings: 1h }\n')).toHaveLength(1);
    expect(warningsOf('quiet: { findings: 6h }\n')).toEqual([]);
  });
});
