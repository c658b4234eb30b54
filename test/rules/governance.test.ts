import { describe, expect, it, test } from 'vitest';
import { judgeSignal } from '../../shared/pipeline/judge.ts';
import { GOVERNANCE } from '../../shared/rules/builtin-governance.ts';
import { RECEIVED, read, sample, withDetail } from '../sources/sample.ts';
import { judgeFrom } from './make.ts';

const judge = judgeFrom('');

/** How the first signal of an event is judged: rule, severity, channel; for what is no incident, only why. */
function judged(raw: unknown): string {
  const [signal] = read(raw).signals;
  if (signal === undefined) throw new Error('no signal');
  const { verdict, why } = judgeSignal(signal, judge, RECEIVED);
  const rule = why.find(({ stage }) => stage === 'severity')?.rule ?? 'none';
  return verdict.outcome === 'tracked' ? `${rule} ${verdict.severity} ${verdict.channel}` : rule;
}

const TABLE: readonly (readonly [string, string])[] = [
  ['inspector/high', 'inspector-high SEV3 alert'],
  ['inspector/worsens-critical', 'inspector-critical SEV2 alert'],
  ['inspector/network-medium', 'inspector-low SEV5 notify'],
  ['macie/policy-high', 'macie-high SEV3 alert'],
  ['macie/sensitive-data-medium', 'macie-low SEV5 notify'],
  ['macie/sample', 'informational'],
  ['access-analyzer/cannot-analyze', 'access-analyzer-error SEV5 notify'],
  ['access-analyzer/worsens-public', 'access-analyzer-public SEV2 alert'],
  ['access-analyzer/external', 'access-analyzer-external SEV3 alert'],
  ['access-analyzer/internal', 'access-analyzer-internal SEV4 notify'],
  ['access-analyzer/unused-role', 'access-analyzer-unused SEV5 notify'],
  ['config/non-compliant', 'config-non-compliant SEV4 notify'],
  ['config/first-evaluation', 'informational'],
  ['config/not-evaluated', 'informational'],
  ['config/rule-of-security-hub', 'informational'],
  ['trusted-advisor/limit-near', 'trusted-advisor-warning SEV5 notify'],
  ['trusted-advisor/limit-reached', 'trusted-advisor-limit SEV3 alert'],
  ['trusted-advisor/exposed-key', 'trusted-advisor-exposed-keys SEV2 alert'],
  ['trusted-advisor/open-ports', 'trusted-advisor-error SEV4 notify'],
  ['signin/root', 'signin-root SEV2 alert'],
  ['signin/root-failed', 'signin-root-failed SEV3 alert'],
  ['signin/failed', 'signin-failed SEV5 notify'],
  ['signin/user', 'informational'],
  ['cloudtrail/stop-logging', 'cloudtrail-watch-off SEV2 alert'],
  ['cloudtrail/stop-logging-denied', 'cloudtrail-denied SEV4 notify'],
  ['cloudtrail/key-deletion-scheduled', 'cloudtrail-key SEV3 alert'],
  ['cloudtrail/network-open', 'cloudtrail-network SEV4 notify'],
  ['cloudtrail/network-open-web', 'informational'],
  ['cloudtrail/root-call', 'cloudtrail-root SEV3 alert'],
  ['acm/expiring', 'acm-expiring SEV5 notify'],
  ['acm/renewal-needs-action', 'acm-action SEV4 notify'],
  ['acm/worsens-last-week', 'acm-soon SEV3 alert'],
  ['acm/expired', 'acm-over SEV2 alert'],
  ['dns-firewall/alert', 'dns-firewall-alert SEV3 alert'],
  ['dns-firewall/block', 'dns-firewall-block SEV4 notify'],
  ['cost-anomaly/detected', 'cost-anomaly SEV4 notify'],
  ['cost-anomaly/grown', 'cost-anomaly-large SEV3 alert'],
  ['budgets/forecast', 'budget-forecast SEV5 notify'],
  ['budgets/threshold', 'budget-threshold SEV4 notify'],
  ['budgets/exceeded', 'budget-exceeded SEV3 alert'],
  ['ses/bounce', 'ses-feedback SEV5 notify'],
  ['ses/bounce-transient', 'informational'],
  ['ses/delivery', 'informational'],
  ['ses/rendering-failure', 'ses-reject SEV4 notify'],
  ['webhook/datadog-triggered', 'webhook-critical SEV2 alert'],
  ['webhook/autify-failed', 'webhook-error SEV3 alert'],
  ['webhook/plain-firing', 'webhook-warning SEV4 notify'],
  ['webhook/grafana-legacy', 'webhook-unrated SEV4 notify'],
  ['webhook/newrelic-acknowledged', 'informational'],
];

const info = withDetail('webhook/plain-firing', { severity: 'low' });
const unused = withDetail('acm/expired', { InUse: false });

describe('how grave security, governance, cost and other tools are by default', () => {
  test.each(TABLE)('%s: %s', (name, expected) => {
    expect(judged(sample(name))).toBe(expected);
  });

  test('what a tool calls low is information', () => {
    expect(judged(info)).toBe('webhook-info SEV5 notify');
  });

  test('a certificate that nothing uses wakes nobody when it expires', () => {
    expect(judged(unused)).toBe('acm-unused SEV5 notify');
  });

  test('an exported certificate is used where ACM cannot see it', () => {
    expect(judged(withDetail('acm/expired', { InUse: false, Exported: true }))).toBe('acm-over SEV2 alert');
  });

  it('tries every rule', () => {
    const tried = new Set(
      [...TABLE.map(([name]) => judged(sample(name))), judged(info), judged(unused)].map(
        (said) => said.split(' ')[0],
      ),
    );
    // A sample finding is informational already when it is read; its rule is for whatever reads it otherwise.
    const untried = GOVERNANCE.filter(({ name }) => !tried.has(name)).map(({ name }) => name);
    expect(untried).toEqual(['macie-sample']);
  });
});
