import { type SendMessageBatchCommandInput, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bytes } from '../../shared/adapters/size.ts';
import { makeSignalQueue, makeUntrackedQueue, makeWakeQueue } from '../../shared/adapters/sqs.ts';
import { within } from '../../shared/adapters/within.ts';
import type { IncidentId } from '../../shared/model/bundle.ts';
import type { Untracked } from '../../shared/model/untracked.ts';
import { parseBundle, parseUntracked, parseWake } from '../../shared/pipeline/messages.ts';
import { bundle, MORNING, report, tally, target } from '../support/make.ts';
import { linesOf } from './lines.ts';
import { type LocalQueues, localQueues } from './local-queues.ts';

let local: LocalQueues;
beforeAll(async () => {
  local = await localQueues();
});
afterAll(() => local.close());

const lanes = async () => ({ urgent: await local.queue(), normal: await local.queue() });
const many = (count: number, message: string) =>
  Array.from({ length: count }, (_, i) =>
    bundle({
      incident: `i${i}` as IncidentId,
      firing: [tally(`mark${i}`, MORNING)],
      report: report({ message }),
    }),
  );

describe('the signals queue', () => {
  it('takes each bundle as one message of its lane, whole', async () => {
    const urls = await lanes();
    const sent = many(23, '半鐘 "\n" message');
    expect(await makeSignalQueue(local.sqs, urls, linesOf().log).send('urgent', sent)).toEqual([]);
    const received = (await local.drain(urls.urgent)).map(({ Body = '' }) => parseBundle(JSON.parse(Body)));
    expect(received).toHaveLength(23);
    expect(received).toEqual(expect.arrayContaining([...sent]));
    expect(await local.drain(urls.normal)).toEqual([]);
  });

  it.each([
    { name: 'emoji', message: 'deploy 🚀 failed 🔥' },
    { name: 'noncharacters', message: '\uFFFE \uFFFF' },
    { name: 'half of a surrogate pair', message: 'a\uD83D' },
    { name: 'control characters', message: '\u0000\u0007\u001B[31m\u007F\u0085\u2028' },
  ])('takes text that SQS by itself would refuse: $name', async ({ message }) => {
    const urls = await lanes();
    expect(await makeSignalQueue(local.sqs, urls, linesOf().log).send('normal', many(1, message))).toEqual(
      [],
    );
    const [{ Body = '' } = {}] = await local.drain(urls.normal);
    expect(Body).not.toMatch(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD]/);
    expect(parseBundle(JSON.parse(Body))?.report.message).toBe(message);
  });

  it('takes bundles that together are larger than one batch may be', async () => {
    const urls = await lanes();
    const sent = many(12, 'x'.repeat(100_000));
    expect(await makeSignalQueue(local.sqs, urls, linesOf().log).send('normal', sent)).toEqual([]);
    expect(await local.drain(urls.normal)).toHaveLength(12);
  });

  it.each([
    { name: 'plain text', message: 'x'.repeat(2_000_000) },
    { name: 'text that grows when it is escaped', message: '\u0001'.repeat(300_000) },
    { name: 'text of many bytes a character', message: '半'.repeat(300_000) },
    { name: 'text of surrogate pairs, not cut inside one', message: '🔔'.repeat(200_001) },
  ])('cuts a message too long for SQS, and says so: $name', async ({ message }) => {
    const urls = await lanes();
    expect(await makeSignalQueue(local.sqs, urls, linesOf().log).send('normal', many(1, message))).toEqual(
      [],
    );
    const [{ Body = '' } = {}] = await local.drain(urls.normal);
    const received = parseBundle(JSON.parse(Body));
    expect(bytes(Body)).toBeLessThanOrEqual(240_000);
    expect(received?.report.message).toMatch(/… \(cut: too long for one message\)$/);
    expect(received?.report.message.isWellFormed()).toBe(true);
    expect(received?.report.message.slice(0, 1_000)).toBe(message.slice(0, 1_000));
    expect(received?.firing).toEqual([tally('mark0', MORNING)]);
  });

  it('offers again what SQS turned down, and names what it never took', async () => {
    const { sqs, offered } = refusing({ always: ['1'], once: ['0', '2'] });
    const { log, lines } = linesOf();
    const urls = { urgent: 'http://127.0.0.1/u', normal: 'http://127.0.0.1/n' };
    expect(await makeSignalQueue(sqs, urls, log).send('normal', many(4, 'm'))).toEqual([1]);
    expect(offered).toEqual([['0', '1', '2', '3'], ['0', '1', '2'], ['1']]);
    expect(lines.at(-1)).toMatchObject({ level: 'WARN', what: 'signal not queued', code: 'InternalError' });
  });

  it('names every bundle of a call that failed, goes on with the next, and says why', async () => {
    const { log, lines } = linesOf();
    const gone = {
      urgent: 'http://127.0.0.1:1/000000000000/gone',
      normal: 'http://127.0.0.1:1/000000000000/gone',
    };
    const sqs = new SQSClient({
      region: 'us-east-1',
      endpoint: 'http://127.0.0.1:1',
      maxAttempts: 1,
      credentials: CREDENTIALS,
    });
    const lost = await makeSignalQueue(sqs, gone, log).send('normal', many(11, 'm'));
    expect(lost).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(lines.map((line) => line.what)).toEqual(['signals not queued', 'signals not queued']);
    expect(lines[0]?.because).toContain('ECONNREFUSED');
  });

  it('counts what waits, is being worked on or is delayed, in both lanes', async () => {
    const urls = await lanes();
    const queue = makeSignalQueue(local.sqs, urls, linesOf().log);
    expect(await queue.waiting()).toBe(0);
    await queue.send('urgent', many(2, 'm'));
    await queue.send('normal', many(3, 'm'));
    expect(await queue.waiting()).toBe(5);
  });
});

const CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };

/** An SQS that takes everything but these entries. */
function refusing({ always, once }: { always: readonly string[]; once: readonly string[] }) {
  const offered: string[][] = [];
  const sqs = new SQSClient({ region: 'us-east-1', credentials: CREDENTIALS });
  sqs.middlewareStack.add(
    () => async (args) => {
      const { Entries = [] } = args.input as SendMessageBatchCommandInput;
      const ids = Entries.map(({ Id = '' }) => Id);
      offered.push(ids);
      const failed = ids.filter((id) => always.includes(id) || (offered.length === 1 && once.includes(id)));
      const Failed = failed.map((Id) => ({ Id, Code: 'InternalError', SenderFault: false }));
      return { output: { $metadata: {}, Successful: [], Failed }, response: {} };
    },
    { step: 'initialize', name: 'refuse' },
  );
  return { sqs, offered };
}

describe('the wake queues', () => {
  const wake = { incident: 'i1' as IncidentId, address: null };

  it('wake by kind and lane', async () => {
    const slack = await lanes();
    const pagerduty = await lanes();
    await makeWakeQueue(local.sqs, { slack, pagerduty }).wake('pagerduty', 'urgent', wake, 0);
    const [{ Body = '' } = {}] = await local.drain(pagerduty.urgent);
    expect(parseWake(JSON.parse(Body))).toEqual(wake);
    for (const url of [pagerduty.normal, slack.urgent, slack.normal])
      expect(await local.drain(url)).toEqual([]);
  });

  it.each([
    { delayMs: -5, seconds: 0 },
    { delayMs: 1, seconds: 1 },
    { delayMs: 60_000, seconds: 60 },
    { delayMs: 86_400_000, seconds: 900 },
  ])(
    'wait $delayMs ms as $seconds s: never too early, never longer than SQS can',
    async ({ delayMs, seconds }) => {
      const delays: unknown[] = [];
      const sqs = new SQSClient({ region: 'us-east-1', credentials: CREDENTIALS });
      sqs.middlewareStack.add(
        () => async (args) => {
          delays.push((args.input as { DelaySeconds?: number }).DelaySeconds);
          return { output: { $metadata: {} }, response: {} };
        },
        { step: 'initialize', name: 'remember' },
      );
      await makeWakeQueue(sqs, { slack: { urgent: 'http://u', normal: 'http://n' } }).wake(
        'slack',
        'normal',
        wake,
        delayMs,
      );
      expect(delays).toEqual([seconds]);
    },
  );

  it('refuse a kind that this function has no queues of', async () => {
    const queue = makeWakeQueue(local.sqs, { slack: await lanes() });
    await expect(queue.wake('pagerduty', 'normal', wake, 0)).rejects.toThrow('no queue to wake pagerduty');
  });
});

describe('the untracked queues', () => {
  const untracked = (over: Partial<Untracked> = {}): Untracked => ({
    target: target('#半鐘'),
    bundle: bundle({ firing: [tally('m1', MORNING)] }),
    since: MORNING,
    ...over,
  });
  const queues = async () => ({ slack: await local.queue(true), pagerduty: await local.queue(true) });

  it('take what is the same at an address once, whatever it says and however often it comes', async () => {
    const urls = await queues();
    const queue = makeUntrackedQueue(local.sqs, urls);
    const one = untracked();
    await queue.send(one);
    await queue.send({ ...one, since: MORNING + 1 });
    await queue.send({ ...one, bundle: { ...one.bundle, severity: 'SEV1' } });
    const received = await local.drain(urls.slack);
    expect(received.map(({ Body = '' }) => parseUntracked(JSON.parse(Body)))).toEqual([one]);
  });

  it('take another problem, another address and another kind by themselves', async () => {
    const urls = await queues();
    const queue = makeUntrackedQueue(local.sqs, urls);
    await queue.send(untracked());
    await queue.send(untracked({ bundle: bundle({ incident: 'other' as IncidentId }) }));
    await queue.send(untracked({ target: target('#other') }));
    await queue.send(untracked({ target: target('oncall', 'pagerduty') }));
    expect(await local.drain(urls.slack)).toHaveLength(3);
    expect(await local.drain(urls.pagerduty)).toHaveLength(1);
  });

  it('cut a message that is too long', async () => {
    const urls = await queues();
    const long = bundle({ report: report({ message: '漢'.repeat(300_000) }) });
    await makeUntrackedQueue(local.sqs, urls).send(untracked({ bundle: long }));
    const [{ Body = '' } = {}] = await local.drain(urls.slack);
    expect(bytes(Body)).toBeLessThan(256 * 1024);
    expect(parseUntracked(JSON.parse(Body))?.bundle.report.message).toContain('cut');
  });
});

describe('a limit of time', () => {
  it('gives what the work gives, fails as it fails, and fails when it takes too long', async () => {
    expect(await within(1_000, Promise.resolve('done'))).toBe('done');
    await expect(within(1_000, Promise.reject(new Error('boom')))).rejects.toThrow('boom');
    await expect(within(1, new Promise(() => {}))).rejects.toThrow('No answer within 1 ms');
  });
});
