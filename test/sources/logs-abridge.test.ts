import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { loadRules } from '../../shared/config/load.ts';
import { calmEnd, isCalm } from '../../shared/levels/levels.ts';
import { levelsFor, sparedBy } from '../../shared/pipeline/levels.ts';
import { makeJudge } from '../../shared/rules/judge.ts';
import { decodeLogs, type LogBatch, readLogs } from '../../shared/sources/logs.ts';
import { abridge } from '../../shared/sources/logs-abridge.ts';
import { LINES } from '../levels/lines.ts';

const loaded = loadRules(
  'destinations: { a: { slack: "#a" } }\nchannels: { alert: [a], notify: [a] }\n',
  'hansho.yml',
);
if (!loaded.ok) throw new Error(JSON.stringify(loaded));
const given = loaded.rules;

const FROM = 1_795_305_600_000;
const CALM = [
  '2026-11-22T03:00:00.000Z\t3fa1c0de-77b2-4d19-9e55-b6a0c4d2e8f1\tINFO\tGET /cart, run_time_ms=4\n',
  '{"level":"INFO","message":"he said \\"no\\"","path":"C:\\\\tmp","n":1}',
  '{"level":"INFO","message":"\\u0041"}',
  '{"level":"INFO","message":"ok","level":"ERROR"}',
  '{"level":"INFO","message":"ok","l\\u0065vel":"ERROR"}',
  '[INFO]\t2026-11-22T03:00:00.000Z\t3fa1c0de-77b2-4d19-9e55-b6a0c4d2e8f1\t在庫 "ok" {"level":"ERROR"}',
  '2026-11-22 03:00:00,123 INFO a.B: "},{"id":"7","timestamp":1795305600000,"message":"ERROR no',
  'START RequestId: 3fa1c0de-77b2-4d19-9e55-b6a0c4d2e8f1 Version: 1',
  'REPORT RequestId: 3fa1c0de-77b2-4d19-9e55-b6a0c4d2e8f1\tDuration: 2.10 ms\tBilled Duration: 3 ms\tMemory Size: 512 MB\tMax Memory Used: 512 MB\t\n',
  'INFO ends with a backslash \\',
];
const lines = [...CALM, ...CALM, ...Object.values(LINES).flatMap((rows) => rows.map(([line]) => line))];

function payload(messages: readonly string[], change: object = {}): string {
  const logEvents = messages.map((message, i) => ({
    id: String(10 ** 15 + i),
    timestamp: FROM + i,
    message,
  }));
  const own = { messageType: 'DATA_MESSAGE', owner: '111122223333', logGroup: '/aws/lambda/cart' };
  return JSON.stringify({ ...own, logStream: 's', subscriptionFilters: ['hansho'], logEvents, ...change });
}

const MEASURING = {
  name: 'slow',
  match: { fields: { run_time_ms: [{ numeric: ['>', 3] as const }] } },
  severity: 'SEV3' as const,
  channel: null,
  why: 'slow',
  runbook: null,
  shadow: false,
  at: 'test',
};

async function bothWays(text: string, measuring: boolean) {
  const judge = makeJudge(measuring ? { ...given, severities: [...given.severities, MEASURING] } : given);
  const data = gzipSync(text).toString('base64');
  const read = (batch: LogBatch) =>
    readLogs(batch, {
      ...levelsFor(judge, batch.logGroup),
      receivedAt: FROM,
      region: 'ap-northeast-1',
      partition: 'aws',
      all: false,
      prefilter: judge.prefilter,
    });
  const [whole, short] = [await decodeLogs(data), await decodeLogs(data, { spared: sparedBy(judge) })];
  if (!whole.ok || !short.ok) throw new Error('cannot be decoded');
  return { whole: whole.batch, short: short.batch, signals: [read(whole.batch), read(short.batch)] as const };
}

describe('what is spared the parsing changes nothing', () => {
  it('whatever lines follow each other, with and without rules that measure them', async () => {
    const some = fc.array(fc.constantFrom(...lines), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(some, fc.boolean(), async (messages, measuring) => {
        const { whole, short, signals } = await bothWays(payload(messages), measuring);
        expect(signals[1]).toEqual(signals[0]);
        expect(short.logEvents.length + short.passedOver).toBe(whole.logEvents.length);
        expect(short.logEvents.at(-1)).toEqual(whole.logEvents.at(-1));
      }),
      { numRuns: 400 },
    );
  });

  it('also where the payload is written in another way', async () => {
    const messages = [...CALM, 'ERROR disk full', ...CALM];
    const event = (message: string) => ({ message, timestamp: FROM, id: message.slice(0, 9) });
    const fields = (message: string, i: number) => ({
      ...{ id: String(i), timestamp: FROM, message, extractedFields: { level: 'INFO' } },
    });
    for (const text of [
      JSON.stringify(JSON.parse(payload(messages)), null, 2),
      payload([], { logEvents: messages.map(event) }),
      payload([], { logEvents: messages.map(fields) }),
      payload(messages, { policyLevel: 'ACCOUNT_LEVEL_POLICY', more: [{ id: '1' }] }),
      payload([...messages, '']).replaceAll('在', '\\u5728'),
    ]) {
      const { signals } = await bothWays(text, false);
      expect(signals[1]).toEqual(signals[0]);
      expect(signals[0].signals.length).toBeGreaterThan(0);
    }
  });
});

test.each([
  ['a vertical tab before its first key', JSON.stringify('2026-11-22 03:00:00,123 INFO {\v"level":"ERROR"}')],
  ['quotes by their numbers', '"INFO {\\u0022level\\u0022:\\u0022ERROR\\u0022}"'],
  ['letters by their numbers, which a rule may measure', '"INFO \\u5728\\u5eab no stock"'],
])('a line is parsed that has %s', (_, escaped) => {
  expect(calmEnd(escaped, 1)).toBe(-1);
});

test('a calm line that is newer than the next stays: something was heard then', async () => {
  const { short } = await bothWays(
    payload([], {
      logEvents: [9, 5, 6, 7].map((n) => ({ id: `e${n}`, timestamp: FROM + n, message: 'INFO ok' })),
    }),
    false,
  );
  expect(short.logEvents.map(({ timestamp }) => (timestamp ?? 0) - FROM)).toEqual([9, 7]);
});

test('an object that is too large for the pattern is parsed as a whole', async () => {
  const message = `{"level":"INFO","message":"${'v'.repeat(6_000_000)}"}`;
  const { short, whole } = await bothWays(payload([message, message]), false);
  expect(short.logEvents).toHaveLength(whole.logEvents.length);
});

test('a line that ends its string early by a trick is not passed over with what comes after it', () => {
  const text = `{"logEvents":[{"id":"1","timestamp":${FROM},"message":"INFO a"},{"message":"ERROR b"},{"id":"2","timestamp":${FROM},"message":"INFO c"}]}`;
  expect(abridge(text, calmEnd)).toBeNull();
});

test('of calm lines in a row the last stays, and parts what stands around it', async () => {
  const [calm = ''] = CALM;
  const { short } = await bothWays(payload([calm, calm, calm, 'ERROR a', calm, calm, '\tat b', calm]), false);
  expect(short.logEvents.map(({ timestamp }) => (timestamp ?? 0) - FROM)).toEqual([2, 3, 5, 6, 7]);
  expect(short.passedOver).toBe(3);
});

test('a line is calm in a payload only if it is calm by itself', () => {
  for (const line of [...lines, ...lines.map((line) => ` ${line}`), ...lines.map((line) => `INFO ${line}`)]) {
    const escaped = Buffer.from(JSON.stringify(line)).toString('latin1');
    const end = calmEnd(`${escaped}}`, 1);
    if (end !== -1) expect([line, end, isCalm(line)]).toEqual([line, escaped.length - 1, true]);
  }
  const plainly = CALM.filter(
    (line) => calmEnd(Buffer.from(JSON.stringify(line)).toString('latin1'), 1) !== -1,
  );
  expect(plainly).toEqual(CALM.filter((line) => isCalm(line) && !line.includes('\\u')));
});
