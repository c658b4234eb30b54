import { describe, expect, test } from 'vitest';
import { identify } from '../../shared/fingerprints/identify.ts';
import { only, read, sample, withDetail } from './sample.ts';

const incidentOf = (name: string) => identify(only(sample(name))).incident;

describe('one problem, however it comes and whatever becomes of it, is one incident', () => {
  test.each<[string, readonly string[]]>([
    [
      'a GuardDuty finding: direct, in the administrator account, through Security Hub, archived in either',
      [
        'guardduty/high',
        'guardduty/high-again',
        'guardduty/administrator-copy',
        'guardduty/archived',
        'securityhub/guardduty-copy',
        'securityhub/guardduty-copy-archived',
        'securityhub/v2-guardduty-copy',
      ],
    ],
    [
      'a control under several standards, consolidated or not, in ASFF and OCSF',
      [
        'securityhub/failed-high',
        'securityhub/standard-best-practices',
        'securityhub/standard-cis',
        'securityhub/v2-failed',
        'securityhub/v2-worsens',
        'securityhub/v2-resolved',
        'securityhub/passed',
        'securityhub/archived',
      ],
    ],
    [
      'an Inspector finding: direct, and through Security Hub in ASFF and OCSF',
      [
        'inspector/high',
        'inspector/worsens-critical',
        'inspector/closed',
        'securityhub/inspector-copy',
        'securityhub/v2-inspector-copy',
      ],
    ],
    [
      'a Macie finding: direct, and through Security Hub in ASFF and OCSF',
      [
        'macie/policy-high',
        'macie/policy-again',
        'macie/archived',
        'securityhub/macie-copy',
        'securityhub/v2-macie-copy',
      ],
    ],
    [
      'access to a resource: direct, and through Security Hub in ASFF and OCSF',
      [
        'access-analyzer/external',
        'access-analyzer/worsens-public',
        'access-analyzer/resolved',
        'access-analyzer/archived',
        'securityhub/access-analyzer-copy',
        'securityhub/access-analyzer-copy-archived',
        'securityhub/v2-access-analyzer-copy',
      ],
    ],
    [
      'an AWS Health event: direct, and through Security Hub',
      ['health/credentials-exposed', 'securityhub/health-copy'],
    ],
    [
      'a resource that cannot be analysed',
      ['access-analyzer/cannot-analyze', 'access-analyzer/analyzed-again'],
    ],
    [
      'access that nobody uses: direct, and through Security Hub',
      ['access-analyzer/unused-role', 'securityhub/access-analyzer-unused-copy'],
    ],
    [
      'a resource against a Config rule: direct, by SNS, and through Security Hub',
      [
        'config/non-compliant',
        'config/non-compliant-sns',
        'config/compliant',
        'securityhub/config-copy',
        'securityhub/config-copy-passed',
      ],
    ],
    [
      'a service limit',
      ['trusted-advisor/limit-near', 'trusted-advisor/limit-reached', 'trusted-advisor/limit-ok'],
    ],
    ['a trail', ['cloudtrail/stop-logging', 'cloudtrail/start-logging']],
    ['a key', ['cloudtrail/key-deletion-scheduled', 'cloudtrail/key-deletion-cancelled']],
    ['a security group', ['cloudtrail/network-open', 'cloudtrail/network-closed']],
    [
      'a certificate',
      [
        'acm/expiring',
        'acm/renewal-needs-action',
        'acm/worsens-last-week',
        'acm/expired',
        'acm/revoked-by-ca',
        'acm/renewed',
      ],
    ],
    ['who asks for forbidden names', ['dns-firewall/alert', 'dns-firewall/another-name']],
    ['a cost anomaly', ['cost-anomaly/detected', 'cost-anomaly/detected-sns', 'cost-anomaly/grown']],
    ['a budget', ['budgets/forecast', 'budgets/threshold', 'budgets/exceeded']],
    [
      'a Datadog monitor',
      [
        'webhook/datadog-warned',
        'webhook/datadog-triggered',
        'webhook/datadog-no-data',
        'webhook/datadog-recovered',
      ],
    ],
    ['an alert of Grafana', ['webhook/grafana-firing', 'webhook/grafana-resolved']],
    [
      'a rule of older Grafanas',
      ['webhook/grafana-legacy', 'webhook/grafana-legacy-no-data', 'webhook/grafana-legacy-resolved'],
    ],
    [
      'a New Relic issue',
      [
        'webhook/newrelic-warned',
        'webhook/newrelic-activated',
        'webhook/newrelic-acknowledged',
        'webhook/newrelic-closed',
      ],
    ],
    ['an Autify test plan', ['webhook/autify-failed', 'webhook/autify-passed']],
    ['a problem in plain words', ['webhook/plain-firing', 'webhook/plain-resolved']],
  ])('%s', (_, names) => {
    expect(new Set(names.map(incidentOf)).size).toBe(1);
  });

  test('the account itself, which the copy calls `Other`', () => {
    const copy = JSON.parse(
      JSON.stringify(sample('securityhub/config-copy'))
        .replace('AwsEc2SecurityGroup', 'Other')
        .replace(/"arn:aws:ec2:[^"]*"/, '"AWS::::Account:111122223333"'),
    );
    const account = { resourceType: 'AWS::::Account', resourceId: '111122223333' };
    const direct = withDetail('config/non-compliant', account);
    expect(identify(only(copy)).incident).toBe(identify(only(direct)).incident);
  });

  test('an evaluation that names rule and resource in its result alone', () => {
    const bare = { configRuleName: undefined, resourceType: undefined, resourceId: undefined };
    const inner = JSON.parse(JSON.stringify(withDetail('config/non-compliant', bare)));
    expect(identify(only(inner)).incident).toBe(incidentOf('config/non-compliant'));
  });

  test('the same moment of a finding is counted once, whichever way it came', () => {
    const same = (a: string, b: string) => expect(only(sample(a)).id).toBe(only(sample(b)).id);
    same('guardduty/high', 'securityhub/guardduty-copy');
    same('guardduty/high', 'securityhub/v2-guardduty-copy');
    same('macie/policy-high', 'securityhub/macie-copy');
    same('inspector/high', 'securityhub/inspector-copy');
    same('config/non-compliant', 'config/non-compliant-sns');
    same('cost-anomaly/detected', 'cost-anomaly/detected-sns');
  });

  test('an end is newer than what it ends', () => {
    const pairs = [
      ['inspector/high', 'inspector/closed'],
      ['macie/policy-high', 'macie/archived'],
      ['access-analyzer/external', 'access-analyzer/resolved'],
      ['config/non-compliant', 'config/compliant'],
      ['config/non-compliant', 'securityhub/config-copy-passed'],
      ['access-analyzer/external', 'securityhub/access-analyzer-copy-archived'],
      ['trusted-advisor/limit-reached', 'trusted-advisor/limit-ok'],
      ['cloudtrail/stop-logging', 'cloudtrail/start-logging'],
      ['cloudtrail/key-deletion-scheduled', 'cloudtrail/key-deletion-cancelled'],
      ['cloudtrail/network-open', 'cloudtrail/network-closed'],
      ['acm/expiring', 'acm/renewed'],
      ['webhook/datadog-triggered', 'webhook/datadog-recovered'],
      ['webhook/newrelic-activated', 'webhook/newrelic-closed'],
      ['webhook/grafana-firing', 'webhook/grafana-resolved'],
      ['alarm/route53-unhealthy', 'alarm/route53-healthy'],
      ['alarm/shield-attack', 'alarm/shield-attack-over'],
      ['alarm/waf-blocks', 'alarm/waf-calm'],
      ['alarm/service-quota-near', 'alarm/service-quota-raised'],
      ['securityhub/v2-failed', 'securityhub/v2-resolved'],
      ['webhook/autify-failed', 'webhook/autify-passed'],
      ['webhook/plain-firing', 'webhook/plain-resolved'],
    ] as const;
    for (const [fires, ends] of pairs) {
      const [first, last] = [only(sample(fires)), only(sample(ends))];
      expect([first.status, last.status], ends).toEqual(['firing', 'resolved']);
      expect(last.time, ends).toBeGreaterThan(first.time);
    }
  });
});

describe('what is not the same problem is not one incident', () => {
  test('one control, two resources', () => {
    const other = JSON.parse(
      JSON.stringify(sample('securityhub/failed-high')).replaceAll('orders-archive', 'invoices'),
    );
    expect(identify(only(other)).incident).not.toBe(incidentOf('securityhub/failed-high'));
  });

  test("another product's check by the name of the control", () => {
    expect(incidentOf('securityhub/passed-high-third-party')).not.toBe(incidentOf('securityhub/failed-high'));
  });

  test("two of Access Analyzer's findings on one resource, of which Security Hub keeps one", () => {
    const other = withDetail('access-analyzer/external', { id: '44444444-dcba-4444-dcba-333333333333' });
    expect(identify(only(other)).incident).not.toBe(incidentOf('securityhub/access-analyzer-copy'));
  });

  test("a resource in another account than its organization's analyzer", () => {
    const copy = JSON.parse(
      JSON.stringify(sample('securityhub/access-analyzer-copy')).replace(
        '"ResourceOwnerAccount":"111122223333"',
        '"ResourceOwnerAccount":"444455556666"',
      ),
    );
    const direct = withDetail('access-analyzer/external', { accountId: '444455556666' });
    expect(identify(only(copy)).incident).toBe(identify(only(direct)).incident);
    expect(identify(only(copy)).incident).not.toBe(incidentOf('access-analyzer/external'));
  });

  test('two resources of one name and different kinds under one Config rule', () => {
    const other = withDetail('config/non-compliant', { resourceType: 'AWS::S3::Bucket' });
    expect(identify(only(other)).incident).not.toBe(incidentOf('config/non-compliant'));
  });

  test('one finding id in two accounts', () => {
    const other = withDetail('macie/policy-high', { accountId: '444455556666' });
    expect(identify(only(other)).incident).not.toBe(incidentOf('macie/policy-high'));
  });

  test('two alerts of one Alertmanager group; each ends by itself', () => {
    const [one, two] = read(sample('webhook/alertmanager-firing')).signals.map(
      (signal) => identify(signal).incident,
    );
    expect(one).not.toBe(two);
    expect(incidentOf('webhook/alertmanager-resolved')).toBe(one);
  });

  test('one id of two tools', () => {
    const other = { ...sample('webhook/plain-firing'), source: 'webhook.other' };
    expect(identify(only(other)).incident).not.toBe(incidentOf('webhook/plain-firing'));
  });
});

describe('taking back', () => {
  test.each([
    [
      'a rule that let nobody else in',
      {
        requestParameters: {
          groupId: 'sg-0aa11bb22cc33dd44',
          cidrIp: '10.0.0.0/8',
          fromPort: 22,
          toPort: 22,
        },
      },
      'info',
    ],
    [
      'a web port',
      {
        requestParameters: {
          groupId: 'sg-0aa11bb22cc33dd44',
          cidrIp: '0.0.0.0/0',
          fromPort: 443,
          toPort: 443,
        },
      },
      'info',
    ],
    [
      'by rule ids, which the answer spells out',
      {
        requestParameters: { groupId: 'sg-0aa11bb22cc33dd44', securityGroupRuleIds: { items: [{}] } },
        responseElements: {
          revokedSecurityGroupRuleSet: { items: [{ cidrIpv4: '0.0.0.0/0', fromPort: 22, toPort: 22 }] },
        },
      },
      'resolved',
    ],
    ['what was refused', { errorCode: 'AccessDenied' }, 'info'],
  ])('%s', (_, detail, status) => {
    expect(only(withDetail('cloudtrail/network-closed', detail)).status).toBe(status);
  });
});
