import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { Bundle } from '../../shared/model/bundle.ts';
import type { JsonObject } from '../../shared/model/json.ts';
import { makeBeats } from '../../shared/pipeline/expect.ts';
import { intakeEvent, intakeLogs } from '../../shared/pipeline/intake.ts';
import { judgeSignal } from '../../shared/pipeline/judge.ts';
import { readAny } from '../../shared/pipeline/read.ts';
import { judgeFrom, MORNING } from '../rules/make.ts';

const LINES = [
  'INFO import done, errors=0',
  'plain text of no level',
  '{"level":"INFO","message":"batch done","run_time_ms":61000}',
  '{"level":"DEBUG","message":"batch done"}',
  '{"level":"INFO","requestId":"1","message":{"message":"settled","run_time_ms":62000}}',
  'WARNING disk at 91 %',
  'ERROR card declined',
  '    at pay (pay.js:1:1)',
];
const BATCH = {
  messageType: 'DATA_MESSAGE',
  owner: '111122223333',
  logGroup: '/aws/lambda/checkout',
  logStream: 's',
  logEvents: LINES.map((message, i) => ({ id: `line-${i}`, timestamp: MORNING, message })),
};
const PLACE = { region: 'ap-northeast-1', partition: 'aws', account: '111122223333' };

test('what rules on trial would have decided is logged and counted by rule, also of lines that are told nowhere', async () => {
  const judge = judgeFrom(
    'severities:\n  - { name: slow, match: { fields: { run_time_ms: [{ numeric: [">", 60000] }] } }, severity: SEV2, shadow: true }\n',
  );
  const logged: unknown[] = [];
  const counted: unknown[] = [];
  const quiet = () => undefined;
  const report = await intakeLogs(gzipSync(JSON.stringify(BATCH)).toString('base64'), {
    ...PLACE,
    judge,
    beats: makeBeats(),
    clock: () => MORNING,
    log: { info: (what, fields) => what === 'shadow' && logged.push(fields), warn: quiet, error: quiet },
    metrics: { count: (...all) => all[0] === 'Shadow' && counted.push(all) },
    signals: { waiting: async () => 0, send: async () => [] },
  });
  expect(report).toMatchObject({ tracked: 2 });
  expect(logged).toHaveLength(2);
  expect(logged[0]).toMatchObject({
    rule: 'slow',
    at: expect.stringMatching(/^hansho\.yml:\d+$/),
    because: expect.stringContaining('would have made it SEV2'),
  });
  expect(counted).toEqual([['Shadow', 2, { rule: 'slow' }]]);
});

describe('what explain says of a log line is what intake does', () => {
  test.each([
    ['no rule of its own', ''],
    ['any INFO line', 'level: [INFO]'],
    ['lines without a level', 'level: [{ exists: false }], service: [checkout]'],
    ['a number', 'fields: { run_time_ms: [{ numeric: [">", 60000] }] }'],
    ['a text', 'message: [{ suffix: done }]'],
    ['anything but a text', 'message: [{ anything-but: x }]'],
    ['a title', 'title: [{ prefix: plain }]'],
    ['a service alone', 'service: [checkout]'],
  ])('%s', async (_, match) => {
    const judge = judgeFrom(match && `severities: [{ name: own, severity: SEV2, match: { ${match} } }]\n`);
    const read = await readAny(BATCH, {
      ...PLACE,
      receivedAt: MORNING,
      all: true,
      prefilter: [],
      judge,
    });
    if (!read.ok) throw new Error(read.because);
    const judged = read.reading.signals.map((signal) => judgeSignal(signal, judge, MORNING));
    const explained = judged.filter(({ verdict }) => verdict.outcome === 'tracked');

    const sent: Bundle[] = [];
    const quiet = () => undefined;
    await intakeLogs(gzipSync(JSON.stringify(BATCH)).toString('base64'), {
      ...PLACE,
      judge,
      beats: makeBeats(),
      clock: () => MORNING,
      log: { info: quiet, warn: quiet, error: quiet },
      metrics: { count: quiet },
      signals: {
        waiting: async () => 0,
        send: async (_lane, bundles) => {
          sent.push(...bundles);
          return [];
        },
      },
    });
    const taken = sent.flatMap(({ incident, severity, firing }) =>
      firing.map(() => `${incident} ${severity}`),
    );
    expect(taken.toSorted()).toEqual(
      explained
        .map(({ incident, verdict }) => `${incident} ${'severity' in verdict && verdict.severity}`)
        .toSorted(),
    );
    expect(taken.length).toBeGreaterThanOrEqual(2);
  });
});

describe('what becomes of an input', () => {
  const event = (detail: object) => ({
    source: 'aws.guardduty',
    'detail-type': 'GuardDuty Finding',
    account: '111122223333',
    region: 'ap-northeast-1',
    time: '2026-11-22T00:00:00Z',
    detail: { id: 'f1', type: 'x:y/z', severity: 8, accountId: '111122223333', ...detail },
  });
  const IGNORE =
    'ignore:\n  - { name: known-test, match: { detail: { id: [f2] } }, reason: a test, owner: sec, expires: 2099-01-01 }\n';

  async function taken(...raw: readonly unknown[]) {
    const logged: { what: string; fields: JsonObject }[] = [];
    const counted: (readonly unknown[])[] = [];
    for (const one of raw) {
      await intakeEvent(one, {
        ...PLACE,
        judge: judgeFrom(IGNORE),
        beats: makeBeats(),
        clock: () => MORNING,
        log: { info: (what, fields) => void logged.push({ what, fields }), warn() {}, error() {} },
        metrics: { count: (...args) => void counted.push(args) },
        signals: { waiting: async () => 0, send: async () => [] },
      });
    }
    return { ledger: logged.filter(({ what }) => what === 'ledger').map(({ fields }) => fields), counted };
  }

  test.each([
    ['tracked', event({}), { signals: 1, tracked: 1, ignored: 0, unremarkable: 0, bundles: 1, faults: 0 }],
    [
      'ignored',
      event({ id: 'f2' }),
      { signals: 1, tracked: 0, ignored: 1, unremarkable: 0, bundles: 0, faults: 0 },
    ],
    [
      'each on its own',
      { Records: [{ Sns: { Message: JSON.stringify(event({})) } }, { Sns: {} }] },
      { signals: 1, tracked: 1, ignored: 0, unremarkable: 0, bundles: 1, faults: 1 },
    ],
  ])('is one line that can be summed: %s', async (_, raw, line) => {
    expect((await taken(raw)).ledger).toMatchObject([line]);
  });

  test('is named by what it holds: the same when it comes again, in whatever wrapping', async () => {
    const wrapped = { Records: [{ Sns: { MessageId: 'm', Message: JSON.stringify(event({})) } }] };
    const { ledger } = await taken(event({}), event({}), wrapped, event({ id: 'f3' }));
    const [first, again, inSns, other] = ledger.map(({ input }) => input);
    expect([again, inSns]).toEqual([first, first]);
    expect(other).not.toBe(first);
  });

  test('is counted, what was ignored by the rule that took it', async () => {
    const { counted } = await taken(event({ id: 'f2' }));
    expect(counted).toContainEqual(['SignalsIgnored', 1, { rule: 'known-test' }]);
    expect((await taken(event({}))).counted).toContainEqual(['SignalsIgnored', 0]);
  });
});
