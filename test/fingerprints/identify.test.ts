import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { identify, markOf } from '../../shared/fingerprints/identify.ts';
import type { JsonObject } from '../../shared/model/json.ts';
import type { Identity, Signal, SignalId } from '../../shared/model/signal.ts';

const ALARM = 'arn:aws:cloudwatch:ap-northeast-1:123456789012:alarm:checkout errors';

function signal(changes: Partial<Signal> = {}): Signal {
  return {
    id: 'log:1' as SignalId,
    source: 'logs',
    kind: 'log line',
    status: 'firing',
    lifecycle: 'quiet',
    time: 1_700_000_000_000,
    account: '123456789012',
    region: 'ap-northeast-1',
    partition: 'aws',
    service: 'orders',
    resource: null,
    logGroup: '/aws/lambda/orders',
    logStream: null,
    level: 'ERROR',
    levelEvidence: null,
    title: 'boom',
    message: 'boom',
    identity: { by: 'text', errorType: 'TypeError', text: 'order 12 failed' },
    remedy: null,
    places: [],
    tags: {},
    fields: null,
    detail: null,
    why: [],
    ...changes,
  };
}

function text(words: string, errorType: string | null = null): Identity {
  return { by: 'text', errorType, text: words };
}

describe('identify', () => {
  it('gives ids of fixed length and shape', () => {
    const found = identify(signal());
    expect(found.fingerprint).toMatch(/^[0-9a-f]{16}$/);
    expect(found.incident).toMatch(/^[0-9a-f]{20}$/);
    expect(found.template).toBe('order <*> failed');
    expect(found.why).toMatchObject({ stage: 'fingerprint', rule: 'template', at: 'built-in' });
  });

  it('gives the ids that it has always given, so that a release regroups nothing', () => {
    expect(identify(signal())).toMatchObject({
      fingerprint: '32b786bfe5910e2d',
      incident: '7e0e6cb74200952447c2',
    });
  });

  test.each<[string, Partial<Signal>]>([
    ['another time', { time: 1 }],
    ['another event id', { id: 'log:2' as SignalId }],
    ['another stream', { logStream: 'b' }],
    ['another title', { title: 'other' }],
    ['other numbers in the text', { identity: text('order 99 failed', 'TypeError') }],
    ['FATAL for ERROR', { level: 'FATAL' }],
  ])('%s is the same incident', (_, changes) => {
    expect(identify(signal(changes)).incident).toBe(identify(signal()).incident);
  });

  test.each<[string, Partial<Signal>]>([
    ['another account', { account: '210987654321' }],
    ['another region', { region: 'us-east-1' }],
  ])('%s is another incident with the same fingerprint', (_, changes) => {
    expect(identify(signal(changes)).incident).not.toBe(identify(signal()).incident);
    expect(identify(signal(changes)).fingerprint).toBe(identify(signal()).fingerprint);
  });

  test.each<[string, Partial<Signal>]>([
    ['another service', { service: 'refunds' }],
    ['a warning', { level: 'WARNING' }],
    ['an INFO line that a rule measures', { level: 'INFO' }],
    ['another error type', { identity: text('order 12 failed', 'RangeError') }],
    ['no error type', { identity: text('order 12 failed') }],
    ['other words', { identity: text('order 12 vanished', 'TypeError') }],
    ["the app's key with the template's text", { identity: { by: 'app', key: 'order <*> failed' } }],
    ["the source's key with the template's text", { identity: { by: 'source', key: 'order <*> failed' } }],
  ])('%s is another problem', (_, changes) => {
    expect(identify(signal(changes)).fingerprint).not.toBe(identify(signal()).fingerprint);
    expect(identify(signal(changes)).incident).not.toBe(identify(signal()).incident);
  });

  test.each<[string, JsonObject, JsonObject]>([
    ['status', { status: 500, orderId: 1 }, { status: 404, orderId: 1 }],
    ['the code of an error', { error: { code: 'ECONNREFUSED' } }, { error: { code: 'ETIMEDOUT' } }],
    ['the status of a response', { response: { statusCode: '502' } }, { response: { statusCode: '403' } }],
    ['an exit code', { exitCode: 1 }, { exitCode: 137 }],
  ])('the same message with another %s among its fields is another problem', (_, fields, others) => {
    expect(identify(signal({ fields })).incident).not.toBe(identify(signal({ fields: others })).incident);
  });

  test.each<[string, JsonObject, JsonObject]>([
    [
      'other ids',
      { status: 500, orderId: 1, code: 'ORD-2026-0001-88' },
      { status: 500, orderId: 2, code: 'ORD-2026-0002-99' },
    ],
    ['another key order', { status: 500, method: 'GET' }, { method: 'GET', status: 500 }],
    ['prototype keys', JSON.parse('{"__proto__":{"status":1},"status":500}') as JsonObject, { status: 500 }],
  ])('the same message with %s among its fields is the same problem', (_, fields, others) => {
    expect(identify(signal({ fields })).incident).toBe(identify(signal({ fields: others })).incident);
  });

  it("uses the app's own fingerprint as it is: whatever the words and level, one problem within the service", () => {
    const identity: Identity = { by: 'app', key: 'checkout-42' };
    const one = identify(signal({ identity, message: 'a' }));
    expect(identify(signal({ identity, message: 'b', level: 'WARNING' })).incident).toBe(one.incident);
    expect(identify(signal({ identity: { by: 'app', key: 'checkout-43' } })).incident).not.toBe(one.incident);
    expect(one.why.rule).toBe('app-fingerprint');
  });

  it.each<[string, Partial<Signal>]>([
    ['EventBridge', { service: 'AWS/Lambda' }],
    ['SNS, which names the region for people', { service: 'cloudwatch', region: 'Asia Pacific (Tokyo)' }],
    ['an old SNS payload without an account', { service: '', account: '', region: '' }],
    ['a direct action', { service: 'AWS/Lambda', source: 'alarm', kind: 'composite alarm', level: null }],
  ])('an alarm that came through %s is the same incident', (_, changes) => {
    const identity: Identity = { by: 'source', key: ALARM };
    expect(identify(signal({ ...changes, identity })).incident).toBe(identify(signal({ identity })).incident);
  });

  it('takes account and region from the signal where an ARN leaves them out', () => {
    const identity: Identity = { by: 'source', key: 'arn:aws:health:us-east-1::event/EC2/AWS_EC2_ISSUE/x' };
    const other = signal({ identity, account: '210987654321' });
    expect(identify(other).incident).not.toBe(identify(signal({ identity })).incident);
  });

  it('keeps two alarms apart', () => {
    const one = identify(signal({ identity: { by: 'source', key: `${ALARM}-a` } }));
    const other = identify(signal({ identity: { by: 'source', key: `${ALARM}-b` } }));
    expect(one.incident).not.toBe(other.incident);
    expect(one.why.rule).toBe('source-id');
  });

  it('keeps long keys apart that differ at their end only, and quotes them short', () => {
    const key = 'k'.repeat(5_000);
    const one = identify(signal({ identity: { by: 'app', key: `${key}1` } }));
    const other = identify(signal({ identity: { by: 'app', key: `${key}2` } }));
    expect(one.incident).not.toBe(other.incident);
    expect(one.why.because.length).toBeLessThan(400);
  });

  it('lets no content of one field run into the next', () => {
    const field = fc.string({ unit: fc.constantFrom('a', '|', ':', '1', '\u0000'), maxLength: 6 });
    fc.assert(
      fc.property(field, field, field, field, (service, key, otherService, otherKey) => {
        fc.pre(service !== otherService || key.trim() !== otherKey.trim());
        const one = identify(signal({ service, identity: { by: 'app', key } }));
        const other = identify(signal({ service: otherService, identity: { by: 'app', key: otherKey } }));
        expect(one.fingerprint).not.toBe(other.fingerprint);
      }),
      { numRuns: 1_000 },
    );
  });

  it('is total for any identity', () => {
    const identity = fc.oneof(
      fc.record({ by: fc.constant('source' as const), key: fc.string({ unit: 'binary' }) }),
      fc.record({ by: fc.constant('app' as const), key: fc.string({ unit: 'binary' }) }),
      fc.record({
        by: fc.constant('text' as const),
        errorType: fc.option(fc.string({ unit: 'binary' })),
        text: fc.string({ unit: 'binary' }),
      }),
    );
    fc.assert(
      fc.property(identity, (id) => {
        expect(identify(signal({ identity: id })).incident).toMatch(/^[0-9a-f]{20}$/);
      }),
    );
  });
});

describe('markOf', () => {
  it('is 8 hex characters and the same for a repeat', () => {
    expect(markOf('a' as SignalId, 'firing')).toMatch(/^[0-9a-f]{8}$/);
    expect(markOf('a' as SignalId, 'firing')).toBe(markOf('a' as SignalId, 'firing'));
  });

  it('tells ids and statuses apart', () => {
    const marks = new Set([
      markOf('a' as SignalId, 'firing'),
      markOf('a' as SignalId, 'resolved'),
      markOf('a' as SignalId, 'info'),
      markOf('b' as SignalId, 'firing'),
    ]);
    expect(marks.size).toBe(4);
  });
});
