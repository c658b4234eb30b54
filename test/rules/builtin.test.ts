import { describe, expect, it, test } from 'vitest';
import { IMPACTS } from '../../shared/model/impact.ts';
import type { Severity } from '../../shared/model/severity.ts';
import type { Signal } from '../../shared/model/signal.ts';
import { builtIn } from '../../shared/model/why.ts';
import { compilePattern } from '../../shared/patterns/parse.ts';
import { BUILT_IN_ESCALATIONS, BUILT_IN_SEVERITIES } from '../../shared/rules/builtin.ts';
import { GOVERNANCE } from '../../shared/rules/builtin-governance.ts';
import { finding, judgeFrom, line, MORNING } from './make.ts';

const judge = judgeFrom('');

/** The rule that decided, and what it decided. */
function decided(signal: Signal): string {
  const verdict = judge.verdict(signal, MORNING);
  const rule = verdict.why.find((why) => why.stage === 'severity')?.rule ?? 'none';
  switch (verdict.outcome) {
    case 'tracked':
      return `${rule} ${verdict.severity} ${verdict.channel}`;
    case 'ignored':
    case 'unremarkable':
      return `${rule} ${verdict.outcome}`;
  }
}

describe('what the built-in rules decide', () => {
  test.each<[string, Signal, string]>([
    ['a FATAL line', line('FATAL'), 'log-fatal SEV3 alert'],
    ['an ERROR line', line('ERROR'), 'log-error SEV3 alert'],
    ['a WARNING line', line('WARNING'), 'log-warning SEV4 notify'],
    ['an INFO line', line('INFO'), 'below-warning unremarkable'],
    ['a DEBUG line', line('DEBUG'), 'below-warning unremarkable'],
    ['a TRACE line', line('TRACE'), 'below-warning unremarkable'],
    ['a line without a level', line(null), 'below-warning unremarkable'],
    ['an informational line', line('ERROR', { status: 'info' }), 'informational unremarkable'],
    ['a payload that was cut', line(null, { kind: 'payload cut' }), 'payload-cut SEV3 alert'],
    ['a cut payload at ERROR', line('ERROR', { kind: 'payload cut' }), 'payload-cut SEV3 alert'],
    ['GuardDuty 10', finding('guardduty', { severity: 10 }), 'guardduty-high SEV1 alert'],
    ['GuardDuty 7.0', finding('guardduty', { severity: 7 }), 'guardduty-high SEV1 alert'],
    ['GuardDuty 6.9', finding('guardduty', { severity: 6.9 }), 'guardduty-medium SEV3 alert'],
    ['GuardDuty 4.0', finding('guardduty', { severity: 4 }), 'guardduty-medium SEV3 alert'],
    ['GuardDuty 3.9', finding('guardduty', { severity: 3.9 }), 'guardduty-low SEV5 notify'],
    ['GuardDuty 0', finding('guardduty', { severity: 0 }), 'guardduty-low SEV5 notify'],
    ['GuardDuty without a severity', finding('guardduty', {}), 'guardduty-unrated SEV3 alert'],
    ['a GuardDuty sample', finding('guardduty', { severity: 8, sample: true }), 'guardduty-sample ignored'],
    [
      'an archived GuardDuty finding',
      finding('guardduty', { severity: 8, archived: true }),
      'guardduty-archived ignored',
    ],
    [
      'a real GuardDuty finding',
      finding('guardduty', { severity: 8, sample: false, archived: false }),
      'guardduty-high SEV1 alert',
    ],
    [
      'Security Hub CRITICAL',
      finding('securityhub', { severity: 'CRITICAL' }),
      'securityhub-critical SEV2 alert',
    ],
    [
      'GuardDuty HIGH through Security Hub',
      finding('securityhub', { product: 'GuardDuty', severity: 'HIGH' }),
      'securityhub-guardduty-high SEV1 alert',
    ],
    [
      'GuardDuty MEDIUM through Security Hub',
      finding('securityhub', { product: 'GuardDuty', severity: 'MEDIUM' }),
      'securityhub-guardduty-medium SEV3 alert',
    ],
    ['Security Hub HIGH', finding('securityhub', { severity: 'HIGH' }), 'securityhub-high SEV3 alert'],
    ['Security Hub MEDIUM', finding('securityhub', { severity: 'MEDIUM' }), 'securityhub-low SEV5 notify'],
    ['Security Hub LOW', finding('securityhub', { severity: 'LOW' }), 'securityhub-low SEV5 notify'],
    [
      'Security Hub INFORMATIONAL',
      finding('securityhub', { severity: 'INFORMATIONAL' }),
      'securityhub-low SEV5 notify',
    ],
    ['Security Hub without a severity', finding('securityhub', {}), 'securityhub-unrated SEV3 alert'],
    ['an alarm', finding('alarm', { state: 'ALARM' }), 'alarm SEV3 alert'],
    ['a Health issue', finding('health', { category: 'issue' }), 'health-issue SEV2 alert'],
    ['a Health abuse report', finding('health', { category: 'abuse' }), 'health-abuse SEV2 alert'],
    [
      'a Health investigation',
      finding('health', { category: 'investigation' }),
      'health-investigation SEV3 alert',
    ],
    [
      'a planned change',
      finding('health', { category: 'scheduledChange' }),
      'health-scheduled-change SEV4 notify',
    ],
    [
      'news for the account',
      finding('health', { category: 'accountNotification' }),
      'health-notification SEV5 notify',
    ],
    ['another Health category', finding('health', { category: 'new' }), 'health-other SEV4 notify'],
    [
      'a service event of impact service-down',
      finding('ecs', { impact: 'service-down' }),
      'service-down SEV2 alert',
    ],
    [
      'a service event of impact service-degraded',
      finding('ecs', { impact: 'service-degraded' }),
      'service-degraded SEV3 alert',
    ],
    [
      'a service event of impact deployment-failed',
      finding('ecs', { impact: 'deployment-failed' }),
      'deployment-failed SEV3 alert',
    ],
    [
      'a service event of impact work-failed',
      finding('ecs', { impact: 'work-failed' }),
      'work-failed SEV3 alert',
    ],
    [
      'a service event of impact data-unprotected',
      finding('ecs', { impact: 'data-unprotected' }),
      'data-unprotected SEV3 alert',
    ],
    [
      'a service event of impact change-failed',
      finding('ecs', { impact: 'change-failed' }),
      'change-failed SEV4 notify',
    ],
    [
      'a service event of impact work-stopped',
      finding('ecs', { impact: 'work-stopped' }),
      'work-stopped SEV4 notify',
    ],
    [
      'a service event of impact capacity-at-risk',
      finding('ecs', { impact: 'capacity-at-risk' }),
      'capacity-at-risk SEV4 notify',
    ],
    [
      'a service event of impact early-warning',
      finding('ecs', { impact: 'early-warning' }),
      'early-warning SEV4 notify',
    ],
    [
      'a service event of impact worth-a-review',
      finding('ecs', { impact: 'worth-a-review' }),
      'worth-a-review SEV5 notify',
    ],
    ['a planned readiness', finding('readiness', {}), 'readiness SEV5 notify'],
    ['a service in a state that nobody knows', finding('ecs', {}), 'unknown-event SEV4 notify'],
    ['an event that nobody knows', finding('event', {}), 'unknown-event SEV4 notify'],
    ['a source that does not exist yet', finding('future', {}), 'unknown-event SEV4 notify'],
  ])('%s', (_, signal, expected) => {
    expect(decided(signal)).toBe(expected);
  });

  it('tries every rule of the table above', () => {
    const tried = new Set([
      ...'payload-cut log-fatal log-error log-warning guardduty-sample guardduty-archived guardduty-high'.split(
        ' ',
      ),
      ...'guardduty-medium guardduty-low guardduty-unrated securityhub-critical securityhub-high'.split(' '),
      ...'securityhub-low securityhub-unrated alarm health-abuse health-issue health-investigation'.split(
        ' ',
      ),
      ...'securityhub-guardduty-high securityhub-guardduty-medium'.split(' '),
      ...'health-scheduled-change health-notification health-other readiness unknown-event'.split(' '),
      ...IMPACTS,
    ]);
    // Those are tried on samples, in governance.test.ts.
    const others = BUILT_IN_SEVERITIES.filter((rule) => !GOVERNANCE.includes(rule));
    expect(new Set(others.map((rule) => rule.name))).toEqual(tried);
  });

  it('has one name a rule, and patterns of the same language as the operator writes', () => {
    const rules = [...BUILT_IN_SEVERITIES, ...BUILT_IN_ESCALATIONS];
    expect(new Set(rules.map((rule) => rule.name)).size).toBe(rules.length);
    for (const rule of rules) expect(compilePattern(rule.match)).toMatchObject({ ok: true, warnings: [] });
  });
});

describe('what is only informational', () => {
  it("is unremarkable with its source's own reason", () => {
    const why = [builtIn('read', 'alarm-muted', 'a mute rule holds until 09:00')];
    const verdict = judge.verdict(finding('alarm', { state: 'ALARM' }, { status: 'info', why }), MORNING);
    expect(verdict).toEqual({
      outcome: 'unremarkable',
      why: [builtIn('severity', 'informational', 'a mute rule holds until 09:00: no channel')],
    });
  });

  it('says what the source said, not what redaction added', () => {
    const why = [
      builtIn('read', 'passed', 'the check passed'),
      builtIn('redact', 'secrets', 'masked a token'),
    ];
    const { why: told } = judge.verdict(finding('securityhub', {}, { status: 'info', why }), MORNING);
    expect(told[0]?.because).toBe('the check passed: no channel');
  });

  it('stays so, whatever an operator rule says', () => {
    const strict = judgeFrom('severities:\n  - { name: all, match: { source: [alarm] }, severity: SEV1 }\n');
    expect(strict.verdict(finding('alarm', {}, { status: 'info' }), MORNING).outcome).toBe('unremarkable');
  });

  test.each([
    ['INFO', 'INFO is below WARNING: no channel'],
    ['TRACE', 'TRACE is below WARNING: no channel'],
    [null, 'no level, so taken as below WARNING: no channel'],
  ] as const)('%s says why it goes nowhere', (level, because) => {
    expect(judge.verdict(line(level), MORNING).why).toEqual([builtIn('severity', 'below-warning', because)]);
  });
});

describe('a resolve', () => {
  test.each<[string, Signal, Severity]>([
    ['an alarm', finding('alarm', { state: 'OK', previous: 'ALARM' }, { status: 'resolved' }), 'SEV3'],
    ['a finding', finding('securityhub', { severity: 'CRITICAL' }, { status: 'resolved' }), 'SEV2'],
    [
      'an archived GuardDuty finding',
      finding('guardduty', { severity: 8, archived: true }, { status: 'resolved' }),
      'SEV1',
    ],
  ])('of %s has the severity of what it ends, and counts for nothing', (_, signal, severity) => {
    expect(judge.verdict(signal, MORNING)).toMatchObject({ outcome: 'tracked', severity, counts: [] });
  });
});

describe('how long until it is taken as over', () => {
  const quiet = judgeFrom('quiet: { ERROR: 1m, WARNING: 2m, findings: 3h }\n');
  test.each<[string, Signal, number | null]>([
    ['FATAL', line('FATAL'), 60_000],
    ['ERROR', line('ERROR'), 60_000],
    ['WARNING', line('WARNING'), 120_000],
    ['a finding that never says so', finding('guardduty', { severity: 8 }), 10_800_000],
    ['an alarm, which says so itself', finding('alarm', {}), null],
  ])('%s', (_, signal, quietMs) => {
    expect(quiet.verdict(signal, MORNING)).toMatchObject({ quietMs });
  });
});
