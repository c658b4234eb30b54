import { gzipSync } from 'node:zlib';
import { CreateBucketCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bundle, tally, target } from '../support/make.ts';
import { type Deployed, deployed } from './deployed.ts';

const EVENT = {
  source: 'aws.health',
  'detail-type': 'AWS Health Event',
  account: '111122223333',
  region: 'ap-northeast-1',
  time: '2026-11-22T00:00:00Z',
  detail: { password: 'hunter2-hunter2', service: 'EC2' },
};
/** As Lambda hands a failed asynchronous event to its on-failure destination. */
const FAILED = {
  version: '1.0',
  requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 3 },
  requestPayload: EVENT,
  responsePayload: { errorType: 'TypeError', errorMessage: 'boom\u001b[31m with AKIAIOSFODNN7EXAMPLE' },
};

let stack: Deployed;
beforeEach(async () => {
  stack = await deployed();
});
afterEach(() => stack.close());

async function put(id: string, body: unknown, because?: string): Promise<string> {
  const { MessageId = '' } = await stack.queues.sqs.send(
    new SendMessageCommand({
      QueueUrl: stack.url(id),
      MessageBody: typeof body === 'string' ? body : JSON.stringify(body),
      ...(id.includes('Untracked') ? { MessageGroupId: 'g', MessageDeduplicationId: 'd' } : {}),
      ...(because === undefined
        ? {}
        : {
            MessageAttributes: {
              ERROR_CODE: { DataType: 'String', StringValue: 'NO_PERMISSIONS' },
              ERROR_MESSAGE: { DataType: 'String', StringValue: because },
            },
          }),
    }),
  );
  return MessageId;
}
const bodiesIn = async (id: string) => (await stack.queues.drain(stack.url(id))).map(({ Body }) => Body);
const run = (...args: readonly string[]) => stack.hansho('dead-letters', ...args, '--stage', 'prod');

describe('hansho dead-letters list', () => {
  it('says of each message what it is and why, redacted, without what a terminal would obey', async () => {
    const wanted: readonly (readonly [string, unknown, string | undefined, RegExp])[] = [
      [
        'EventsDeadQueue',
        FAILED,
        undefined,
        /event: health: .*EC2.*\n +why: failed 3 times: TypeError: boom \[31m with \[/,
      ],
      [
        'EventsDeadQueue',
        EVENT,
        'not authorised',
        /event: health: .*\n +why: EventBridge could not deliver it: NO_PERMISSIONS: not authorised/,
      ],
      [
        'EventsDeadQueue',
        '{"Records":[{"Sns":{}}]}',
        undefined,
        /an event that cannot be read\n +why: cannot be read: the SNS record has no Message/,
      ],
      [
        'SignalsDeadQueue',
        bundle({ firing: [tally('m1', 1), tally('m2', 2)] }),
        undefined,
        /signals: SEV3 card gateway refused the call \(2 signals\)\n +why: the log of track says: what = "record failed"/,
      ],
      [
        'SignalsUrgentDeadQueue',
        '{"a":1}',
        undefined,
        /no bundle of signals\n +why: track does not know this shape/,
      ],
      [
        'SlackDeadQueue',
        { incident: 'abc', address: 'slack:#x' },
        undefined,
        /wake-up: incident abc at slack:#x\n +why: the log of tell-slack says/,
      ],
    ];
    const ids: string[] = [];
    for (const [queue, body, because] of wanted) ids.push(await put(queue, body, because));
    const { out, code } = await run('list');
    expect(code).toBe(0);
    for (const [i, [queue, , , says]] of wanted.entries()) {
      const entry = out
        .slice(out.indexOf(`${ids[i]?.slice(0, 8)}  ${queue}, `))
        .split('\n', 2)
        .join('\n');
      expect(entry).toMatch(says);
    }
    expect(out).not.toMatch(/\u001b|AKIA/);
    expect(out).toContain('6 messages.');
  });

  it('leaves the messages where they are, at once to be seen again', async () => {
    await put('EventsDeadQueue', EVENT);
    const first = await run('list');
    expect(first.out).toContain('1 message.');
    expect((await run('list')).out).toContain('1 message.');
    expect(await bodiesIn('EventsDeadQueue')).toHaveLength(1);
  });

  it('says so when there is nothing', async () => {
    expect(await run('list')).toMatchObject({ code: 0, out: 'No dead letters.\n' });
  });
});

describe('hansho dead-letters show', () => {
  it('gives one message whole, redacted', async () => {
    const id = await put('EventsDeadQueue', EVENT);
    const { out, code } = await run('show', id.slice(0, 6));
    expect(code).toBe(0);
    expect(out).toContain(id);
    expect(out).toContain('back to EventsQueue');
    expect(out).toContain('"service": "EC2"');
    expect(out).not.toContain('hunter2');
  });

  it.each([
    { ids: ['nowhere'], says: /no dead letter has the id nowhere/, code: 1 },
    {
      ids: ['', '--queue', 'EventsQueue'],
      says: /there is no dead-letter queue EventsQueue; there are /,
      code: 2,
    },
    { ids: [''], says: /2 dead letters begin with ; give more/, code: 2 },
  ])('of $ids says what is wrong', async ({ ids, says, code }) => {
    await put('EventsDeadQueue', EVENT);
    await put('EventsDeadQueue', EVENT);
    const ran = await run('show', ...ids);
    expect(ran.code).toBe(code);
    expect(ran.err).toMatch(says);
  });
});

describe('hansho dead-letters replay', () => {
  it.each([
    ['EventsDeadQueue', 'EventsQueue', FAILED],
    ['SignalsDeadQueue', 'SignalsQueue', bundle()],
    ['SignalsUrgentDeadQueue', 'SignalsUrgentQueue', bundle()],
    ['SlackDeadQueue', 'SlackQueue', { incident: 'abc', address: null }],
    ['PagerdutyDeadQueue', 'PagerdutyQueue', { incident: 'abc', address: null }],
  ])('sends what lies in %s back to %s as it was', async (dead, live, body) => {
    const id = await put(dead, body);
    const { out, code } = await run('replay', id);
    expect({ code, out }).toEqual({ code: 0, out: `${id.slice(0, 8)} (${dead}): sent back to ${live}\n` });
    expect(await bodiesIn(live)).toEqual([JSON.stringify(body)]);
    expect(await bodiesIn(dead)).toEqual([]);
  });

  it('takes those that are named, or all of a queue, and leaves the others', async () => {
    const [a] = [await put('EventsDeadQueue', { a: 1 }), await put('EventsDeadQueue', { b: 1 })];
    await put('SlackDeadQueue', { incident: 'abc' });
    expect((await run('replay', a)).code).toBe(0);
    expect(await bodiesIn('EventsQueue')).toEqual(['{"a":1}']);
    expect((await run('replay', '--all', '--queue', 'EventsDeadQueue')).code).toBe(0);
    expect(await bodiesIn('EventsQueue')).toEqual(['{"b":1}']);
    expect(await bodiesIn('SlackDeadQueue')).toHaveLength(1);
  });

  it.each([
    ['a missed minute of the sweep: the next one did its work', 'SweepDeadQueue', FAILED],
    [
      'what was to be told without the table: its signals wait in their own queue',
      'SlackUntrackedDeadQueue',
      { bundle: bundle(), target: target('#alert'), since: 1 },
    ],
  ])('removes %s', async (_, dead, body) => {
    await put(dead, body);
    expect((await run('replay', '--all')).out).toContain('removed');
    expect(await bodiesIn(dead)).toEqual([]);
  });

  it('keeps a message that is not accepted, and says so', async () => {
    await put('EventsDeadQueue', EVENT);
    await stack.queues.remove(stack.url('EventsQueue'));
    const { code, out } = await run('replay', '--all');
    expect(code).toBe(1);
    expect(out).toMatch(/not sent back, it stays: .*EventsQueue/);
    expect(await bodiesIn('EventsDeadQueue')).toHaveLength(1);
  });

  it.each([[[]], [['abc', '--all']]])('asks for ids or --all: %j', async (args) => {
    expect(await run('replay', ...args)).toMatchObject({
      code: 2,
      err: expect.stringMatching(/name messages by their ids, or say --all/),
    });
  });
});

describe('log payloads that Lambda gave up on', () => {
  const KEY = 'aws/lambda/async/hansho-prod-intake-logs/2026/11/22/2026-11-22T00.00.00-';
  const ID = '3f6c0000-0000-4000-8000-00000000000a';
  const payload = (lines: readonly string[]) => ({
    awslogs: {
      data: gzipSync(
        JSON.stringify({
          messageType: 'DATA_MESSAGE',
          owner: '111122223333',
          logGroup: '/ecs/web',
          logStream: 's1',
          subscriptionFilters: ['f'],
          logEvents: lines.map((message, i) => ({ id: `${i}`, timestamp: 1_763_683_200_000, message })),
        }),
      ).toString('base64'),
    },
  });
  const PAYLOAD = payload(['ERROR a', 'login with password=hunter2-hunter2']);
  let s3: S3Client;
  const Bucket = 'hansho-prod-unreadbucket-1a2b3c';

  beforeEach(async () => {
    const { sqs } = stack.queues;
    const { hostname, port } = (await sqs.config.endpoint?.()) ?? { hostname: '', port: 0 };
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    s3 = new S3Client({ endpoint: `http://${hostname}:${port}`, region: 'us-east-1', credentials });
    await s3.send(new CreateBucketCommand({ Bucket }));
    const Body = JSON.stringify({ ...FAILED, requestPayload: PAYLOAD });
    await s3.send(new PutObjectCommand({ Bucket, Key: KEY + ID, Body }));
  });
  afterEach(() => s3.destroy());
  const keys = async () =>
    ((await s3.send(new ListObjectsV2Command({ Bucket }))).Contents ?? []).map(({ Key }) => Key);

  it('are listed with what they hold and why, and shown redacted', async () => {
    const { out } = await run('list');
    expect(out).toMatch(
      /3f6c0000 {2}UnreadBucket, .*log payload: 2 log events of \/ecs\/web\n +why: failed 3 times/,
    );
    const shown = (await run('show', '3f6c')).out;
    expect(shown).toContain('ERROR a');
    expect(shown).not.toMatch(/hunter2|H4sI/);
  });

  it('are handed to intake-logs again as they were, and are gone here', async () => {
    const { code, out } = await run('replay', '--all', '--queue', 'UnreadBucket');
    expect({ code, out }).toEqual({ code: 0, out: '3f6c0000 (UnreadBucket): sent back to intake-logs\n' });
    const [asked] = stack.functions.asked;
    expect(asked?.path).toBe('/2015-03-31/functions/hansho-prod-intake-logs/invocations');
    expect(asked?.headers['x-amz-invocation-type']).toBe('Event');
    expect(JSON.parse(asked?.body ?? '')).toEqual(PAYLOAD);
    expect(await keys()).toEqual([]);
  });

  it('stay where they are when Lambda does not accept them', async () => {
    stack.functions.answer({ status: 404, body: '{"Message":"no such function"}' });
    const { code, out } = await run('replay', '3f6c');
    expect(code).toBe(1);
    expect(out).toMatch(/not sent back, it stays/);
    expect(await keys()).toEqual([KEY + ID]);
  });
});

describe('a stage that is not there', () => {
  it('is named, with what to do', async () => {
    const { code, err } = await stack.hansho('dead-letters', 'list', '--stage', 'nowhere');
    expect(code).toBe(1);
    expect(err).toMatch(/no stage nowhere of Hansho is deployed in us-east-1/);
  });

  it('or a local one', async () => {
    const { code, err } = await stack.hansho('dead-letters', 'list', '--url', 'http://127.0.0.1:9');
    expect(code).toBe(1);
    expect(err).toMatch(/nothing answers at http:\/\/127.0.0.1:9. Start it with/);
  });
});
