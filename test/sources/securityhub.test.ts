import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../shared/model/json.ts';
import { at, isObject } from '../../shared/model/json.ts';
import type { Signal } from '../../shared/model/signal.ts';
import { only, read, ruleOf, sample } from './sample.ts';

/** The finding of a sample with some of its keys replaced. */
function finding(name: string, keys: JsonObject): Signal {
  const event = sample(name);
  const found = at(event, 'detail', 'findings', 0);
  return only({ ...event, detail: { findings: [{ ...(isObject(found) ? found : {}), ...keys }] } });
}

const asff = (keys: JsonObject) => finding('securityhub/failed-high', keys);
const ocsf = (keys: JsonObject) => finding('securityhub/v2-failed', keys);

describe('a failed check', () => {
  test('tells what, where and what to do', () => {
    expect(only(sample('securityhub/failed-high'))).toMatchObject({
      source: 'securityhub',
      status: 'firing',
      lifecycle: 'states',
      service: 'securityhub',
      account: '111122223333',
      region: 'ap-northeast-1',
      resource: 'arn:aws:s3:::orders-archive',
      title: 'S3.8 S3 general purpose buckets should block public access',
      remedy: {
        text: 'The Security Hub controls documentation has the steps.',
        url: 'https://docs.aws.amazon.com/console/securityhub/S3.8/remediation',
      },
      fields: {
        severity: 'HIGH',
        workflow: 'NEW',
        record: 'ACTIVE',
        compliance: 'FAILED',
        product: 'Security Hub',
        control: 'S3.8',
      },
    });
  });

  test('every finding of an event is a signal', () => {
    const { signals } = read(sample('securityhub/critical-and-medium'));
    expect(signals.map((s) => s.fields?.severity)).toEqual(['CRITICAL', 'MEDIUM']);
    expect(new Set(signals.map((s) => s.id)).size).toBe(2);
  });

  test('is the same signal when a person sends it by a custom action', () => {
    const imported = only(sample('securityhub/failed-high'));
    const sent = only(sample('securityhub/custom-action'));
    expect(sent).toMatchObject({ id: imported.id, identity: imported.identity, status: 'firing' });
    expect(sent.fields).toMatchObject({ action: 'Tell on-call' });
  });

  test.each<[string, unknown]>([
    ['bare', sample('securityhub/bare')],
    ['in a list', [sample('securityhub/bare')]],
    ['as the API answers', { Findings: [sample('securityhub/bare')] }],
  ])('needs no envelope: %s', (_, raw) => {
    expect(only(raw)).toMatchObject({
      source: 'securityhub',
      account: '111122223333',
      fields: { control: 'RDS.8' },
    });
  });
});

describe('status', () => {
  test.each<[string, JsonObject, string, string]>([
    ['active, new, failed', {}, 'firing', ''],
    ['a warning', { Compliance: { Status: 'WARNING' } }, 'firing', ''],
    ['no check at all', { Compliance: null }, 'firing', ''],
    [
      'no workflow and no record state',
      { Workflow: null, WorkflowState: null, RecordState: null },
      'firing',
      '',
    ],
    ['passed', { Compliance: { Status: 'PASSED' } }, 'resolved', 'securityhub-passed'],
    ['archived', { RecordState: 'ARCHIVED' }, 'resolved', 'securityhub-archived'],
    ['resolved', { Workflow: { Status: 'RESOLVED' } }, 'resolved', 'securityhub-resolved'],
    [
      'resolved, the old way',
      { Workflow: {}, WorkflowState: 'RESOLVED' },
      'resolved',
      'securityhub-resolved',
    ],
    [
      'archived while suppressed',
      { RecordState: 'ARCHIVED', Workflow: { Status: 'SUPPRESSED' } },
      'resolved',
      'securityhub-archived',
    ],
    ['suppressed', { Workflow: { Status: 'SUPPRESSED' } }, 'resolved', 'securityhub-suppressed'],
    ['notified', { Workflow: { Status: 'NOTIFIED' } }, 'info', 'securityhub-notified'],
    ['not available', { Compliance: { Status: 'NOT_AVAILABLE' } }, 'info', 'securityhub-not-available'],
    ['a sample', { Sample: true }, 'info', 'securityhub-sample'],
  ])('%s', (_, keys, status, rule) => {
    const signal = asff(keys);
    expect([signal.status, ruleOf(signal)]).toEqual([status, rule]);
  });

  test('a passed check of high severity does not fire', () => {
    expect(only(sample('securityhub/passed-high-third-party'))).toMatchObject({
      status: 'resolved',
      fields: { severity: 'HIGH' },
    });
  });

  test('resolving by hand is newer than the finding that it resolves, though UpdatedAt stands still', () => {
    const fired = only(sample('securityhub/failed-high'));
    const resolved = only(sample('securityhub/resolved-by-hand'));
    expect(resolved.identity).toEqual(fired.identity);
    expect(resolved.time).toBeGreaterThan(fired.time);
  });
});

describe('severity', () => {
  test.each<[string, JsonObject, string, string]>([
    ['the label', { Severity: { Label: 'LOW', Normalized: 90 } }, 'LOW', ''],
    ['the label in any case', { Severity: { Label: 'critical' } }, 'CRITICAL', ''],
    ['the normalised number', { Severity: { Normalized: 89 } }, 'HIGH', ''],
    ['the normalised number as text', { Severity: { Normalized: '40' } }, 'MEDIUM', ''],
    ['zero', { Severity: { Normalized: 0 } }, 'INFORMATIONAL', ''],
    [
      "the provider's fields",
      { Severity: {}, FindingProviderFields: { Severity: { Label: 'HIGH' } } },
      'HIGH',
      'securityhub-severity',
    ],
    ["the product's number", { Severity: { Product: 95 } }, 'CRITICAL', 'securityhub-severity'],
    [
      "GuardDuty's own scale",
      { Severity: { Product: 8 }, ProductName: 'GuardDuty' },
      'HIGH',
      'securityhub-severity',
    ],
    ["the product's word", { Severity: { Original: 'Low' } }, 'LOW', 'securityhub-severity'],
    ['nothing', { Severity: null }, 'MEDIUM', 'securityhub-severity'],
    ['nonsense', { Severity: { Label: 'SEVERE', Normalized: 9000 } }, 'MEDIUM', 'securityhub-severity'],
  ])('from %s', (_, keys, severity, rule) => {
    const signal = asff(keys);
    expect([signal.fields?.severity, ruleOf(signal)]).toEqual([severity, rule]);
  });
});

describe('identity', () => {
  test("a GuardDuty finding keeps GuardDuty's own id, so that both copies can be merged", () => {
    expect(only(sample('securityhub/guardduty-copy')).identity).toEqual(
      only(sample('guardduty/high')).identity,
    );
  });

  test('two products may use the same id', () => {
    expect(asff({ Id: '1', ProductArn: 'arn:aws:securityhub:eu-west-1::product/a/a' }).identity).not.toEqual(
      asff({ Id: '1', ProductArn: 'arn:aws:securityhub:eu-west-1::product/b/b' }).identity,
    );
  });

  test('a copy in the aggregation region and account is the same signal', () => {
    const event = { ...sample('securityhub/failed-high'), account: '444455556666', region: 'us-east-1' };
    const { id, account, region } = only(event);
    const original = only(sample('securityhub/failed-high'));
    expect({ id, account, region }).toEqual({
      id: original.id,
      account: original.account,
      region: original.region,
    });
  });
});

describe('OCSF', () => {
  test('reads as ASFF does', () => {
    const signal = only(sample('securityhub/v2-failed'));
    expect(signal).toMatchObject({
      status: 'firing',
      account: '111122223333',
      region: 'ap-northeast-1',
      resource: 'arn:aws:s3:::orders-archive',
      title: 'S3.8 S3 general purpose buckets should block public access',
      time: Date.UTC(2026, 0, 1, 2),
      remedy: { url: 'https://docs.aws.amazon.com/console/securityhub/S3.8/remediation' },
      places: [{ is: 'securityhub-finding', id: '5f0c1d2e3b4a59687706050403020100', v2: true }],
      fields: { severity: 'HIGH', workflow: 'NEW', record: 'ACTIVE', compliance: 'FAILED', control: 'S3.8' },
    });
  });

  test.each<[string, JsonObject, string]>([
    ['new', { status_id: 1 }, 'firing'],
    ['in progress', { status_id: 2 }, 'firing'],
    ['suppressed', { status_id: 3 }, 'resolved'],
    ['resolved', { status_id: 4 }, 'resolved'],
    ['archived', { status_id: 5 }, 'resolved'],
    ['closed', { activity_id: 3, status_id: 1 }, 'resolved'],
    ['passed', { compliance: { status_id: 1 } }, 'resolved'],
    ['passed, in words', { compliance: { status: 'Pass' } }, 'resolved'],
    ['passed, as Prowler says it', { compliance: {}, status_code: 'PASS' }, 'resolved'],
    ['to be checked by hand', { compliance: {}, status_code: 'MANUAL' }, 'info'],
    ['unknown id, known word', { status_id: 0, status: 'Resolved' }, 'resolved'],
    ['neither', { status_id: 99, status: 'Odd' }, 'firing'],
    ['an incident on hold', { class_uid: 2005, status_id: 3 }, 'resolved'],
    ['a closed incident', { class_uid: 2005, status_id: 5 }, 'resolved'],
  ])('%s', (_, keys, status) => {
    expect(ocsf({ status: null, ...keys }).status).toBe(status);
  });

  test.each<[number, string, string]>([
    [1, 'Informational', 'INFORMATIONAL'],
    [2, 'Low', 'LOW'],
    [3, 'Medium', 'MEDIUM'],
    [4, 'High', 'HIGH'],
    [5, 'Critical', 'CRITICAL'],
    [6, 'Fatal', 'CRITICAL'],
    [0, 'High', 'HIGH'],
    [99, '', 'MEDIUM'],
  ])('severity_id %d, %j is %s', (severity_id, severity, label) => {
    expect(ocsf({ severity_id, severity }).fields).toMatchObject({ severity: label });
  });

  test('where number and word disagree the number counts, and the why says so', () => {
    const signal = only(sample('securityhub/v2-severity-disagrees'));
    expect(signal.fields).toMatchObject({ severity: 'MEDIUM' });
    expect(signal.why).toEqual([
      expect.objectContaining({ because: 'severity_id says MEDIUM and severity "High": the id counts' }),
    ]);
    expect(ruleOf(ocsf({ status_id: 3, status: 'New' }))).toBe('securityhub-ocsf securityhub-suppressed');
  });

  test('times may be in seconds', () => {
    const info = { uid: 'u', title: 't', modified_time: 1767232800 };
    expect(ocsf({ finding_info: info }).time).toBe(Date.UTC(2026, 0, 1, 2));
  });
});

test('insight results are no findings', () => {
  expect(only(sample('securityhub/insight-results'))).toMatchObject({ source: 'event', status: 'info' });
});

test.each<[unknown]>([[null], [7], ['text'], [[]], [{}], [{ Severity: 'HIGH', Resources: {}, Types: 'x' }]])(
  'a finding that is %j still gives a readable signal',
  (broken) => {
    const signal = only({ ...sample('securityhub/failed-high'), detail: { findings: [broken] } });
    expect(signal).toMatchObject({ source: 'securityhub', status: 'firing', title: 'Security Hub finding' });
  },
);

test('an event without findings, or with more than any event holds, is left to the last source', () => {
  const event = sample('securityhub/failed-high');
  expect(only({ ...event, detail: { findings: [] } }).source).toBe('event');
  expect(only({ ...event, detail: { findings: Array(1001).fill({}) } }).source).toBe('event');
});
