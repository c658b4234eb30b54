import type { SQSRecord } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { need } from '../../shared/wiring/env.ts';
import { bodyOf, eachRecord, eachTelling, isSqs, lambda } from '../../shared/wiring/handle.ts';
import { linesOf } from '../adapters/lines.ts';
import { bundle, tally } from '../support/make.ts';

const record = (messageId: string, body: unknown = {}): SQSRecord => ({
  messageId,
  body: typeof body === 'string' ? body : JSON.stringify(body),
  receiptHandle: '',
  attributes: {
    ApproximateReceiveCount: '1',
    SentTimestamp: '0',
    SenderId: '',
    ApproximateFirstReceiveTimestamp: '0',
  },
  messageAttributes: {},
  md5OfBody: '',
  eventSource: 'aws:sqs',
  eventSourceARN: '',
  awsRegion: '',
});
const failed = (...ids: string[]) => ({
  batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })),
});
const context = {} as Parameters<ReturnType<typeof lambda>>[1];

describe('a batch', () => {
  it('gives back the records that failed, and only those, however they fail', async () => {
    const { log, lines } = linesOf();
    const work = (r: SQSRecord) => {
      if (r.messageId === 'throws') throw new Error('at once');
      return r.messageId === 'rejects' ? Promise.reject(new Error('later')) : Promise.resolve();
    };
    const records = ['fine', 'throws', 'rejects', 'also fine'].map((id) => record(id));
    expect(await eachRecord(records, work, log)).toEqual(failed('throws', 'rejects'));
    expect(lines.map(({ message, because }) => [message, because])).toEqual([
      ['throws', 'Error: at once'],
      ['rejects', 'Error: later'],
    ]);
  });

  it('of wake-ups works once for those of one incident and address, and fails together', async () => {
    const woken: unknown[] = [];
    const others: unknown[] = [];
    const handOver = async (h: unknown) => void others.push(h);
    const untracked = async (one: unknown) => void others.push(one);
    const records = [
      record('1', { incident: 'a', address: null }),
      record('2', { incident: 'a', address: null, severity: 'SEV1' }),
      record('3', { incident: 'a', address: 'slack:#x' }),
      record('4', { incident: 'b', address: null }),
      record('5', 'no JSON'),
      record('6', { address: null }),
    ];
    const work = async (wake: { incident: string }) => {
      woken.push(wake);
      if (wake.incident === 'a') throw new Error('the table is away');
    };
    expect(await eachTelling(records, { wake: work, handOver, untracked }, linesOf().log)).toEqual(
      failed('1', '2', '3', '5', '6'),
    );
    expect(others).toEqual([]);
    expect(woken).toEqual([
      { incident: 'a', address: null },
      { incident: 'a', address: 'slack:#x' },
      { incident: 'b', address: null },
    ]);
  });
});

describe('a message of a tell queue', () => {
  const target = { name: 'slack-alert', kind: 'slack', address: 'slack:#alert' };
  const handover = {
    incident: 'incident-1',
    address: 'slack:#alert',
    target,
    handle: null,
    signal: { mark: 'm1', receivedAt: 5 },
    at: 6,
  };
  const untracked = { target, bundle: bundle({ firing: [tally('m1', 5)] }), since: 4 };
  it.each([
    ['wake', { incident: 'incident-1', address: null }],
    ['handOver', handover],
    ['untracked', untracked],
  ])('is given to %s as it was sent', async (name, message) => {
    const given: unknown[] = [];
    const note = (what: string) => async (message: unknown) => void given.push([what, message]);
    const work = { wake: note('wake'), handOver: note('handOver'), untracked: note('untracked') };
    await eachTelling([record('1', message)], work, linesOf().log);
    expect(given).toEqual([[name, message]]);
  });

  it.each([
    ['an untracked one without a target', { ...untracked, target: null }],
    ['an untracked one of an unknown kind', { ...untracked, target: { ...target, kind: 'fax' } }],
  ])('%s is told to nobody and given back', async (_, message) => {
    const never = async () => expect.unreachable();
    const work = { wake: never, handOver: never, untracked: never };
    expect(await eachTelling([record('1', message)], work, linesOf().log)).toEqual(failed('1'));
  });
});

describe('an event', () => {
  it.each([
    { name: 'an SQS batch', event: { Records: [record('1')] }, sqs: true },
    { name: 'an SNS event', event: { Records: [{ EventSource: 'aws:sns' }] }, sqs: false },
    { name: 'an alarm’s own action', event: { source: 'aws.cloudwatch' }, sqs: false },
    { name: 'no records', event: { Records: [] }, sqs: false },
    { name: 'nothing', event: null, sqs: false },
  ])('is told apart: $name', ({ event, sqs }) => {
    expect(isSqs(event)).toBe(sqs);
  });

  it.each([
    { name: 'JSON', body: '{"a":1}', is: { a: 1 } },
    { name: 'text', body: 'disk full', is: 'disk full' },
    { name: 'text that looks like JSON', body: '{disk full', is: '{disk full' },
    {
      name: 'moved back from a dead-letter queue, the event that Lambda had wrapped',
      body: JSON.stringify({
        version: '1.0',
        requestContext: { condition: 'RetriesExhausted' },
        requestPayload: { a: 1 },
      }),
      is: { a: 1 },
    },
    {
      name: 'an event with a payload of its own',
      body: '{"requestPayload":{"a":1}}',
      is: { requestPayload: { a: 1 } },
    },
  ])('in a body is $name', ({ body, is }) => {
    expect(bodyOf({ body })).toEqual(is);
  });
});

describe('a function', () => {
  it('logs what it throws, and still fails', async () => {
    const { log, lines } = linesOf();
    const handler = lambda(log, async () => {
      throw new TypeError('boom');
    });
    await expect(handler({}, context)).rejects.toThrow('boom');
    expect(lines).toMatchObject([{ level: 'ERROR', what: 'invocation failed', because: 'TypeError: boom' }]);
  });

  it('gives back what its work gives', async () => {
    const handler = lambda(linesOf().log, async (event: { n: number }) => event.n + 1);
    expect(await handler({ n: 1 }, context)).toBe(2);
  });

  it('does not start without its variables', () => {
    expect(need({ A: 'a' }, 'A')).toBe('a');
    for (const env of [{}, { A: '' }]) expect(() => need(env, 'A')).toThrow('A is not set: serverless.yml');
  });
});
