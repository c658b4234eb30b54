import { describe, expect, it, test } from 'vitest';
import { builtIn } from '../../shared/model/why.ts';
import { isBroken } from '../../shared/rules/compiled.ts';
import { makeJudge } from '../../shared/rules/judge.ts';
import { rulesFrom } from '../config/make.ts';
import { finding, judgeFrom, line, MORNING } from './make.ts';

const FULL = `
teams:
  - name: shop
    owns: { logGroup: [{ prefix: /aws/lambda/check }] }
    slack: "#shop-alert"
    runbook: https://wiki.example.com/shop
  - name: everyone
    owns: { account: ["111122223333"] }
severities:
  - name: cannot-pay
    match: { level: [ERROR], service: [checkout] }
    severity: SEV2
    why: customers cannot pay
  - name: slow
    match: { fields: { ms: [{ numeric: [">", 500] }] } }
    severity: SEV4
    runbook: https://wiki.example.com/slow
  - name: loud
    match: { service: [loud] }
    severity: SEV4
    channel: alert
    why: the boss reads it
ignore:
  - { name: over, match: { message: [{ prefix: card declined }] }, reason: past, owner: shop, expires: 2026-11-20 }
  - { name: declined, match: { message: [{ prefix: card declined }] }, reason: "the customer's own card", owner: shop, expires: 2027-03-31 }
  - { name: toy, match: { team: [everyone], severity: [SEV4] }, reason: a toy, owner: sre, expires: never }
`;
const judge = judgeFrom(FULL);

describe('the whole of a verdict', () => {
  it('carries the reason of each step, by rule, place and evidence', () => {
    const verdict = judge.verdict(line('ERROR'), MORNING);
    expect(verdict).toEqual({
      outcome: 'tracked',
      severity: 'SEV2',
      channel: 'alert',
      team: 'shop',
      also: [],
      runbook: 'https://wiki.example.com/shop',
      targets: [
        { name: 'shop/slack', kind: 'slack', address: 'slack:#shop-alert' },
        { name: 'oncall', kind: 'pagerduty', address: 'pagerduty:ssm:/hansho/pagerduty/oncall' },
      ],
      quietMs: 1_800_000,
      counts: [],
      why: [
        {
          stage: 'team',
          rule: 'shop',
          at: 'hansho.yml:10',
          because: 'shop owns it (logGroup = /aws/lambda/checkout)',
        },
        {
          stage: 'severity',
          rule: 'cannot-pay',
          at: 'hansho.yml:17',
          because: 'SEV2: customers cannot pay (level = ERROR, service = checkout)',
        },
        { stage: 'route', rule: 'alert', at: 'hansho.yml:6', because: 'SEV2 belongs to alert' },
        { stage: 'route', rule: 'shop', at: 'hansho.yml:10', because: 'told to shop/slack, oncall' },
      ],
    });
  });

  it('finds the team by a tag, which is the evidence', () => {
    const judge = judgeFrom(
      'teams:\n  - { name: payments, owns: { tags: { team: [payments] } }, slack: "#payments" }\n',
    );
    const owned = judge.verdict(finding('guardduty', {}, { tags: { team: 'payments' } }), MORNING);
    expect(owned).toMatchObject({ team: 'payments' });
    expect(owned.why[0]).toMatchObject({ because: 'payments owns it (tags.team = payments)' });
    for (const tags of [{}, { team: 'web' }, { Team: 'payments' }])
      expect(judge.verdict(finding('guardduty', {}, { tags }), MORNING)).toMatchObject({ team: null });
  });

  it('says what it counts for', () => {
    const verdict = judgeFrom('').verdict(line('WARNING'), MORNING);
    expect(verdict).toMatchObject({ counts: ['warning-burst'] });
    expect(verdict.why.at(-1)).toEqual({
      stage: 'escalate',
      rule: 'warning-burst',
      at: 'built-in',
      because: 'counts towards SEV3: 5 of the same within 1 h',
    });
  });
});

describe('severity', () => {
  it("the operator's rule comes before the built-in one", () => {
    expect(judge.verdict(line('ERROR'), MORNING)).toMatchObject({ severity: 'SEV2' });
    expect(judge.verdict(line('ERROR', { service: 'other' }), MORNING)).toMatchObject({ severity: 'SEV3' });
  });

  it('of two rules that match, the first wins', () => {
    expect(judge.verdict(line('ERROR', { fields: { ms: 900 } }), MORNING)).toMatchObject({
      severity: 'SEV2',
    });
  });

  it('a rule can set the channel', () => {
    const verdict = judge.verdict(line('WARNING', { service: 'loud', logGroup: null, account: '' }), MORNING);
    expect(verdict).toMatchObject({ severity: 'SEV4', channel: 'alert', team: null });
    expect(verdict.why).toContainEqual({
      stage: 'route',
      rule: 'loud',
      at: 'hansho.yml:25',
      because: 'the rule sends it to alert',
    });
  });

  it("the rule's runbook comes before the team's", () => {
    expect(judge.verdict(line('INFO', { fields: { ms: 900 } }), MORNING)).toMatchObject({
      runbook: 'https://wiki.example.com/slow',
    });
  });
});

describe('lines below WARNING', () => {
  test.each([
    ['that a rule measures', line('INFO', { fields: { ms: 900 } }), 'tracked'],
    ['without a level that a rule measures', line(null, { fields: { ms: 900 } }), 'tracked'],
    ['within bounds', line('INFO', { fields: { ms: 100 } }), 'unremarkable'],
    [
      'of a service that a rule is about: it means its errors',
      line('INFO', { service: 'loud' }),
      'unremarkable',
    ],
  ] as const)('%s: %s', (_, signal, outcome) => {
    expect(judge.verdict(signal, MORNING).outcome).toBe(outcome);
  });

  test.each([
    ['its level', 'level: [INFO]', true],
    ['every level but one', 'level: [{ anything-but: DEBUG }]', true],
    ['no level', 'level: [{ exists: false }]', false],
    ['its text', 'message: [{ wildcard: "*gateway*" }]', true],
    ['its title', 'title: [{ prefix: the gateway }]', true],
    ['only errors', 'level: [ERROR], message: [{ wildcard: "*gateway*" }]', false],
    ['another source', 'source: [alarm], message: [{ wildcard: "*gateway*" }]', false],
    ['its service alone', 'service: [checkout]', false],
    ['one of two choices', '$or: [{ service: [checkout] }, { message: [{ prefix: the gateway }] }]', true],
    ['the other choice', '$or: [{ service: [checkout] }, { message: [{ prefix: another }] }]', false],
  ])('a rule on %s', (_, pattern, reaches) => {
    const one = judgeFrom(`severities:\n  - { name: one, match: { ${pattern} }, severity: SEV3 }\n`);
    expect(one.verdict(line('INFO'), MORNING).outcome).toBe(reaches ? 'tracked' : 'unremarkable');
  });
});

describe('a line that belongs to an event before it', () => {
  const joined = {
    status: 'info',
    why: [builtIn('read', 'joined', 'belongs to an event before it (1)')],
  } as const;
  test.each(['ERROR', 'INFO', null] as const)('is told with that event, never alone: %s', (level) => {
    const all = judgeFrom(
      'severities:\n  - { name: any, match: { message: [{ prefix: the }] }, severity: SEV1 }\n',
    );
    expect(all.verdict(line(level, joined), MORNING)).toEqual({
      outcome: 'unremarkable',
      why: [builtIn('severity', 'informational', 'belongs to an event before it (1): no channel')],
    });
  });
});

describe('the message that patterns see', () => {
  const declined = judgeFrom(
    'ignore:\n  - { match: { message: [{ prefix: card declined }] }, reason: r, owner: o, expires: never }\n',
  );
  const said = { by: 'text', errorType: null, text: 'card declined: 51' } as const;
  test.each([
    [
      'a line, without its time and level',
      '2026-11-22T00:00:00Z\tERROR\tcard declined: 51',
      { identity: said },
    ],
    ['of a JSON line its message', '{"level":"ERROR","message":"card declined: 51"}', { identity: said }],
    [
      'of a JSON line with a fingerprint of its own its message too',
      '{"message":"card declined: 51","fingerprint":"card"}',
      { identity: { by: 'app', key: 'card' }, fields: { message: 'card declined: 51', fingerprint: 'card' } },
    ],
  ] as const)('is what is said: %s', (_, message, over) => {
    expect(declined.verdict(line('ERROR', { message, ...over }), MORNING).outcome).toBe('ignored');
  });

  it("is the platform's whole report, not the word that it is fingerprinted by", () => {
    const slow = judgeFrom(
      'severities:\n  - { name: slow, match: { message: [{ wildcard: "*after 900.* seconds*" }] }, severity: SEV2 }\n',
    );
    const timeout = line('ERROR', {
      kind: 'lambda timeout',
      message: 'Task timed out after 900.10 seconds',
      identity: { by: 'text', errorType: null, text: 'Task timed out' },
    });
    expect(slow.verdict(timeout, MORNING)).toMatchObject({ severity: 'SEV2' });
  });
});

describe('ignore', () => {
  const declined = line('ERROR', { message: 'card declined: 51' });

  it('the first rule that holds takes it; an expired one says that it does not', () => {
    expect(judge.verdict(declined, MORNING)).toMatchObject({
      outcome: 'ignored',
      reason: "the customer's own card",
      severity: 'SEV2',
    });
    const why = judge.verdict(declined, MORNING).why.filter((one) => one.stage === 'ignore');
    expect(why).toEqual([
      {
        stage: 'ignore',
        rule: 'over',
        at: 'hansho.yml:31',
        because:
          'not ignored: the rule expired at 2026-11-21T00:00Z, shop can renew or remove it (message = card declined: 51)',
      },
      {
        stage: 'ignore',
        rule: 'declined',
        at: 'hansho.yml:32',
        because:
          "the customer's own card; shop ignores it until 2027-04-01T00:00Z (message = card declined: 51)",
      },
    ]);
  });

  it('holds to the last ms of its last day, and not after', () => {
    const end = Date.UTC(2027, 3, 1);
    expect(judge.verdict(declined, end - 1).outcome).toBe('ignored');
    expect(judge.verdict(declined, end).outcome).toBe('tracked');
  });

  it('sees the team and the severity', () => {
    const toy = line('WARNING', { logGroup: '/toy' });
    expect(judge.verdict(toy, MORNING)).toMatchObject({ outcome: 'ignored', severity: 'SEV4' });
    expect(judge.verdict({ ...toy, level: 'ERROR', service: 'x' }, MORNING).outcome).toBe('tracked');
  });

  it('never takes a resolve: what was told firing before the rule came must be told resolved', () => {
    const all = judgeFrom(
      'ignore:\n  - { match: { source: [alarm] }, reason: r, owner: o, expires: never }\n',
    );
    expect(all.verdict(finding('alarm', {}), MORNING).outcome).toBe('ignored');
    const resolved = all.verdict(finding('alarm', {}, { status: 'resolved' }), MORNING);
    expect(resolved.outcome).toBe('tracked');
    expect(resolved.why).toContainEqual(expect.objectContaining({ stage: 'ignore', rule: 'ignore-1' }));
  });
});

describe('escalation', () => {
  it('warning-burst is always there', () => {
    expect(judge.escalation('warning-burst')).toMatchObject({ count: 5, withinMs: 3_600_000, to: 'SEV3' });
    expect(judge.escalation('zebra')).toBeNull();
  });

  it('an escalate rule of its name takes its place', () => {
    const own = judgeFrom(
      'escalate:\n  - { name: warning-burst, match: { service: [x] }, count: 9, within: 2h, to: SEV2 }\n',
    );
    expect(own.escalation('warning-burst')).toMatchObject({ count: 9, at: 'hansho.yml:9' });
    expect(own.verdict(line('WARNING'), MORNING)).toMatchObject({ counts: [] });
    expect(own.verdict(line('WARNING', { service: 'x' }), MORNING)).toMatchObject({
      counts: ['warning-burst'],
    });
  });

  it('a signal counts for every rule that it matches', () => {
    const two = judgeFrom(
      'escalate:\n  - { match: { severity: [SEV4] }, count: 9, within: 90s, to: SEV2 }\n',
    );
    const verdict = two.verdict(line('WARNING'), MORNING);
    expect(verdict).toMatchObject({ counts: ['escalate-1', 'warning-burst'] });
    expect(verdict.why.at(-2)?.because).toBe('counts towards SEV2: 9 of the same within 90 s');
  });

  it('what resolves counts for nothing', () => {
    const alarms = judgeFrom(
      'escalate:\n  - { match: { source: [alarm] }, count: 3, within: 1h, to: SEV2 }\n',
    );
    expect(alarms.verdict(finding('alarm', {}), MORNING)).toMatchObject({ counts: ['escalate-1'] });
    expect(alarms.verdict(finding('alarm', {}, { status: 'resolved' }), MORNING)).toMatchObject({
      counts: [],
    });
  });
});

describe('evidence', () => {
  const evidenceFor = (pattern: string, over: Parameters<typeof line>[1]) =>
    judgeFrom(`severities:\n  - { name: one, why: W, severity: SEV3, match: { ${pattern} } }\n`)
      .verdict(line('ERROR', over), MORNING)
      .why.find((why) => why.rule === 'one')?.because;

  test.each([
    [
      'long text is cut',
      'message: [{ prefix: x }]',
      { message: `x${'y'.repeat(200)}` },
      `SEV3: W (message = x${'y'.repeat(59)}…)`,
    ],
    ['lines become one', 'message: [{ prefix: x }]', { message: 'x\n\ty' }, 'SEV3: W (message = x  y)'],
    [
      'three values are enough',
      'level: [ERROR], service: [checkout], region: [ap-northeast-1], account: ["111122223333"]',
      {},
      'SEV3: W (level = ERROR, service = checkout, region = ap-northeast-1)',
    ],
    [
      'the choice that held',
      '$or: [{ service: [a] }, { kind: [log line] }]',
      {},
      'SEV3: W (kind = log line)',
    ],
    ['the source, when it is all there is', 'source: [logs]', {}, 'SEV3: W (source = logs)'],
    ['not the source beside more', 'source: [logs], level: [ERROR]', {}, 'SEV3: W (level = ERROR)'],
    ['nothing for what is absent', 'resource: [{ exists: false }]', {}, 'SEV3: W'],
    ['no dump of a list', 'fields: { a: [x] }', { fields: { a: ['x', 'y'] } }, 'SEV3: W (fields.a = a list)'],
    [
      'half a character does no harm',
      'message: [{ prefix: x }]',
      { message: `${'x'.repeat(59)}😀` },
      `SEV3: W (message = ${'x'.repeat(59)}\uFFFD…)`,
    ],
  ])('%s', (_, pattern, over, expected) => {
    expect(evidenceFor(pattern, over)).toBe(expected);
  });
});

describe('a rule that does not compile', () => {
  it('is left out, says so with every verdict, and costs no other rule', () => {
    const rules = rulesFrom(FULL);
    const [first, ...others] = rules.severities;
    const broken = {
      ...first,
      name: 'broken',
      match: { level: 'ERROR' },
      severity: 'SEV1',
      channel: null,
      why: '',
      runbook: null,
      shadow: false,
      at: 'hansho.yml:99',
    } as const;
    const mended = makeJudge({ ...rules, severities: [broken, ...others] });
    const verdict = mended.verdict(line('ERROR'), MORNING);
    expect(verdict).toMatchObject({ outcome: 'tracked', severity: 'SEV3' });
    expect(verdict.why[0]).toMatchObject({ stage: 'severity', rule: 'broken', at: 'hansho.yml:99' });
    expect(verdict.why[0]?.because).toContain('broken, left out');
    expect(mended.verdict(line('INFO'), MORNING).why[0]).toMatchObject({ rule: 'broken' });
  });
});

describe('a rule that throws when it is asked', () => {
  /** Fails as a fault in the code that reads it would. */
  const throwing = <Rule extends object>(rule: Rule, key: keyof Rule): Rule =>
    Object.defineProperty({ ...rule }, key, {
      enumerable: true,
      get: () => {
        throw new Error('boom');
      },
    });
  const rules = rulesFrom(FULL);
  const sound = makeJudge(rules);

  it('is left out, named on the card’s reason, and costs neither the signal nor any other rule', () => {
    const [first, ...others] = rules.severities;
    if (first === undefined) throw new Error('no rule');
    const mended = makeJudge({ ...rules, severities: [throwing(first, 'why'), ...others] });
    const verdict = mended.verdict(line('ERROR'), MORNING);
    expect(verdict).toMatchObject({ outcome: 'tracked', severity: 'SEV3', team: 'shop' });
    const reason = verdict.why.findLast(({ stage }) => stage === 'severity');
    expect(reason).toMatchObject({ rule: 'log-error' });
    expect(reason?.because).toContain(`decided without a broken rule: cannot-pay (${first.at})`);
    expect(verdict.why.filter(isBroken)).toHaveLength(1);
  });

  it('decides nothing for signals that it does not concern', () => {
    const [first, ...others] = rules.severities;
    if (first === undefined) throw new Error('no rule');
    const mended = makeJudge({ ...rules, severities: [throwing(first, 'why'), ...others] });
    const elsewhere = line('ERROR', { service: 'elsewhere', logGroup: '/ecs/web' });
    expect(mended.verdict(elsewhere, MORNING)).toEqual(sound.verdict(elsewhere, MORNING));
  });

  it.each(['teams', 'severities', 'ignore', 'escalate', 'channels', 'destinations'] as const)(
    'as do rules whose %s cannot be read at all: the built-in ones judge, and somebody is told',
    (section) => {
      const mended = makeJudge({ ...rules, [section]: null } as unknown as typeof rules);
      const verdict = mended.verdict(line('ERROR'), MORNING);
      expect(verdict).toMatchObject({ outcome: 'tracked', severity: expect.stringMatching(/SEV[23]/) });
      if (section !== 'destinations')
        expect(verdict.outcome === 'tracked' && verdict.targets.length).toBeGreaterThan(0);
    },
  );

  it.each([null, undefined, 'text', {}, []])('as does %j in the place of the rules', (given) => {
    const verdict = makeJudge(given as unknown as typeof rules).verdict(line('ERROR'), MORNING);
    expect(verdict).toMatchObject({ outcome: 'tracked', severity: 'SEV3', channel: 'alert' });
    expect(verdict.why.some(isBroken)).toBe(true);
  });
});
