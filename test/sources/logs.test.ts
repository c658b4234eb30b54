import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { isCalm, mightMatter, readLevel } from '../../shared/levels/levels.ts';
import { text } from '../../shared/model/json.ts';
import type { Signal } from '../../shared/model/signal.ts';
import { decodeLogs, type LogOptions, readLogs, toBatch } from '../../shared/sources/logs.ts';
import type { Reading } from '../../shared/sources/source.ts';
import { LINES } from '../levels/lines.ts';

const T0 = 1_800_000_000_000;
const ID = '3fa1c0de-77b2-4d19-9e55-b6a0c4d2e8f1';
const OPTIONS: LogOptions = {
  readLevel,
  spare: { isCalm, mightMatter },
  all: false,
  prefilter: [],
  region: 'ap-northeast-1',
  partition: 'aws',
  receivedAt: T0 + 60_000,
};
type Line = string | readonly [after: number, message: string];

function payload(lines: readonly Line[], more: object = {}): object {
  const events = lines.map((line, n) => (typeof line === 'string' ? ([n, line] as const) : line));
  return {
    messageType: 'DATA_MESSAGE',
    owner: '123456789012',
    logGroup: '/aws/lambda/orders',
    logStream: '2027/01/05/[1]0a1b',
    logEvents: events.map(([after, message], n) => ({ id: `e${n}`, timestamp: T0 + after, message })),
    ...more,
  };
}

function readRaw(raw: unknown, options: Partial<LogOptions> = {}): Reading {
  const decoded = toBatch(raw);
  if (!decoded.ok) throw new Error(decoded.because);
  return readLogs(decoded.batch, { ...OPTIONS, ...options });
}

function read(lines: readonly Line[], options: Partial<LogOptions> = {}): readonly Signal[] {
  return readRaw(payload(lines), options).signals;
}

function one(...lines: readonly Line[]): Signal {
  const signals = read(lines);
  expect(signals).toHaveLength(1);
  const [signal] = signals;
  if (signal === undefined) throw new Error('no signal');
  return signal;
}

const node = (level: string, message: string) => `2027-01-05T04:00:00.100Z\t${ID}\t${level}\t${message}\n`;
const report = (more: string, used = 80) =>
  `REPORT RequestId: ${ID}\tDuration: 9000.00 ms\tBilled Duration: 9000 ms\tMemory Size: 256 MB\tMax Memory Used: ${used} MB\t${more}\n`;
const platform = (type: string, status: string) =>
  JSON.stringify({
    time: '2027-01-05T04:00:00Z',
    type: `platform.${type}`,
    record: { requestId: ID, status, metrics: { durationMs: 9000 } },
  });

describe('what becomes a signal', () => {
  it('WARNING and worse do, in the order of the payload; the rest does not', () => {
    const lines = [
      node('INFO', 'a'),
      node('ERROR', 'b'),
      'plain',
      node('WARN', 'c'),
      node('DEBUG', 'd'),
      node('FATAL', 'e'),
    ];
    expect(read(lines).map((s) => [s.id, s.level, s.status])).toEqual([
      ['e1', 'ERROR', 'firing'],
      ['e3', 'WARNING', 'firing'],
      ['e5', 'FATAL', 'firing'],
    ]);
  });

  it('a line that a rule measures does too, with status info', () => {
    const lines = ['name=close run-time=61000ms', 'name=close', node('INFO', 'run-time=1ms')];
    const signals = read(lines, { prefilter: ['run-time='] });
    expect(signals.map((s) => [s.id, s.level, s.status])).toEqual([
      ['e0', null, 'info'],
      ['e2', 'INFO', 'info'],
    ]);
  });

  it('every line does when a rule measures lines of any text', () => {
    const lines = [node('INFO', 'a'), 'plain', node('DEBUG', 'b')];
    expect(read(lines, { prefilter: [''] }).map((s) => s.id)).toEqual(['e0', 'e1', 'e2']);
  });

  it('an object that a Node function logs alone is read as the line itself: message, fields, service, fingerprint', () => {
    const own = { message: 'settled', run_time_ms: 61_000, service: 'ledger', fingerprint: 'f', level: 'x' };
    const wrapped = JSON.stringify({
      timestamp: '2027-01-05T04:00:00Z',
      level: 'ERROR',
      requestId: ID,
      message: own,
    });
    expect(one(wrapped)).toMatchObject({
      level: 'ERROR',
      title: 'settled',
      service: 'ledger',
      identity: { by: 'app', key: 'f' },
      fields: { run_time_ms: 61_000, level: 'ERROR', message: own },
    });
  });

  it('with all, every event does: one signal an event, in order', () => {
    const lines = [node('INFO', 'a'), '', 'ERROR b', '\tat a.b(C.java:1)', '}', report('')];
    const signals = read(lines, { all: true });
    expect(signals.map((s) => [s.id, s.level, s.status])).toEqual([
      ['e0', 'INFO', 'info'],
      ['e1', null, 'info'],
      ['e2', 'ERROR', 'firing'],
      ['e3', null, 'info'],
      ['e4', null, 'info'],
      ['e5', null, 'info'],
    ]);
    expect(signals[3]?.why[0]).toMatchObject({
      rule: 'joined',
      because: 'belongs to an event before it (e2)',
    });
  });

  it('a control message gives nothing', () => {
    const raw = payload(['ERROR x'], { messageType: 'CONTROL_MESSAGE' });
    expect(readRaw(raw)).toEqual({ signals: [], faults: [] });
  });

  it.each([
    ['a metric line without a level', '{"_aws":{"CloudWatchMetrics":[]},"errors":4}', 0],
    [
      'a metric line with an error level',
      '{"_aws":{"CloudWatchMetrics":[]},"level":"ERROR","message":"x"}',
      1,
    ],
    ['an answered request', '10.0.0.9 - - [05/Jan/2027:04:00:00 +0000] "GET /error HTTP/1.1" 200 12', 0],
    ['a refused request alone', '10.0.0.9 - - [05/Jan/2027:04:00:00 +0000] "GET /x HTTP/1.1" 404 12', 0],
    ['a failed request', '10.0.0.9 - - [05/Jan/2027:04:00:00 +0000] "GET /x HTTP/1.1" 500 12', 1],
    [
      'a timeout that a wrapper tells at info',
      '{"level":"info","message":"Task timed out after 3.00 seconds"}',
      0,
    ],
  ])('%s', (_, line, count) => {
    expect(read([line])).toHaveLength(count);
  });

  it('sparing harmless lines changes nothing: with and without sparing, and with all, the same fires', () => {
    const lines = fc.array(fc.constantFrom(...Object.values(LINES).flat()), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(lines, (rows) => {
        const { spare: _, ...reading } = OPTIONS;
        const batch = toBatch(payload(rows.map(([line]) => line)));
        if (!batch.ok) return false;
        const firing = (options: LogOptions) =>
          JSON.stringify(readLogs(batch.batch, options).signals.filter((s) => s.status === 'firing'));
        const fired = firing(OPTIONS);
        return fired === firing(reading) && fired === firing({ ...OPTIONS, all: true });
      }),
      { numRuns: 500 },
    );
  }, 60_000);
});

describe('a signal says', () => {
  const line = JSON.stringify({
    level: 'ERROR',
    message: 'order could not be stored',
    service: 'shop',
    function_request_id: ID,
    xray_trace_id: '1-69200000-0123456789abcdef01234567',
    error: {
      name: 'TypeError',
      message: 'x is null',
      stack: 'TypeError: x is null\n    at store (/var/task/store.js:3:1)',
    },
  });

  it('what, where, when and why', () => {
    expect(one(line)).toMatchObject({
      id: 'e0',
      source: 'logs',
      kind: 'log line',
      status: 'firing',
      lifecycle: 'quiet',
      time: T0,
      account: '123456789012',
      region: 'ap-northeast-1',
      partition: 'aws',
      service: 'shop',
      resource: 'arn:aws:lambda:ap-northeast-1:123456789012:function:orders',
      logGroup: '/aws/lambda/orders',
      logStream: '2027/01/05/[1]0a1b',
      level: 'ERROR',
      levelEvidence: 'key "level" = "ERROR"',
      title: 'order could not be stored: TypeError: x is null',
      message: line,
      fields: JSON.parse(line),
      identity: {
        by: 'text',
        errorType: 'TypeError',
        text: 'order could not be stored: TypeError: x is null\n    at store (/var/task/store.js:3:1)',
      },
      places: [
        { is: 'log-stream', group: '/aws/lambda/orders', stream: '2027/01/05/[1]0a1b', at: T0 },
        { is: 'logs-insights', group: '/aws/lambda/orders', at: T0, find: ID },
        { is: 'trace', id: '1-69200000-0123456789abcdef01234567' },
      ],
      why: [
        { stage: 'read', rule: 'log-line' },
        { stage: 'level', rule: 'error', because: 'key "level" = "ERROR"' },
      ],
    });
  });

  test.each([
    ['ERROR cannot save', 'cannot save'],
    [
      '[ERROR] KeyError: \'sku\'\rTraceback (most recent call last):\r\u00a0\u00a0File "a.py", line 1',
      "KeyError: 'sku'",
    ],
    [
      'Traceback (most recent call last):\n  File "a.py", line 1, in f\nValueError: bad sku',
      'ValueError: bad sku',
    ],
    [node('ERROR', 'order 3\rTypeError: x is null\r    at f (a.js:1:1)'), 'order 3 (TypeError)'],
    ['ERROR \u0007two\u0000 words', 'two words'],
    ['ERROR', 'an empty log event'],
    [`ERROR ${'🍜'.repeat(200)}`, `${'🍜'.repeat(149)}…`],
  ])('as title of %j: %s', (message, title) => {
    expect(one(message).title).toBe(title);
  });

  test.each([
    ['{"level":"error","message":"x","fingerprint":"cart-lost"}', 'cart-lost'],
    ['{"level":"error","message":"x","fingerprint":["cart","lost"]}', 'cart lost'],
    ['{"level":"error","message":"x","error":{"fingerprint":"cart-lost"}}', 'cart-lost'],
  ])("the app's own fingerprint of %s", (message, key) => {
    expect(one(message).identity).toEqual({ by: 'app', key });
  });

  it.each(['', '  ', 7, null, {}, []])('no app fingerprint for %j', (fingerprint) => {
    expect(one(JSON.stringify({ level: 'error', message: 'x', fingerprint })).identity.by).toBe('text');
  });

  test.each([
    ['/aws/lambda/orders', 'orders'],
    ['/aws/lambda/us-east-1.edge-auth', 'edge-auth'],
    ['/ecs/prod/shipping', 'shipping'],
    ['/ecs/shipping/prod', 'shipping'],
    ['/aws/rds/instance/shop-db/error', 'shop-db'],
    ['/aws/rds/cluster/shop/postgresql', 'shop'],
    ['/aws/eks/blue/cluster', 'blue'],
    ['/aws/ecs/containerinsights/blue/performance', 'blue'],
    ['my-app', 'my-app'],
    ['/logs/prod', 'prod'],
    ['', 'unknown'],
  ])('the service of log group %j: %s', (logGroup, service) => {
    expect(readRaw(payload(['ERROR x'], { logGroup })).signals[0]?.service).toBe(service);
  });

  test.each([
    ['{"level":"error","service":"shop"}', 'shop'],
    ['{"level":"error","service":{"name":"shop"}}', 'shop'],
    ['{"level":"error","service.name":"shop"}', 'shop'],
    ['{"level":"error","service":"service_undefined"}', 'orders'],
    ['{"level":"error","service":" \\n "}', 'orders'],
  ])('the service that %s names: %s', (message, service) => {
    expect(one(message).service).toBe(service);
  });

  test.each([
    [`{"level":"error","requestId":"${ID}"}`, ID],
    ['{"level":"error","AWSRequestId":"r-1"}', 'r-1'],
    [node('ERROR', 'x'), ID],
    ['ERROR no request', null],
  ])('the request of %j: %s', (message, find) => {
    expect(one(message).places).toContainEqual({
      is: 'logs-insights',
      group: '/aws/lambda/orders',
      at: T0,
      find,
    });
  });

  test.each([
    ['ERROR x Root=1-69200000-0123456789abcdef01234567;Sampled=1', '1-69200000-0123456789abcdef01234567'],
    [
      `${report('Status: error').trim()}\nXRAY TraceId: 1-69200000-0123456789abcdef01234567\tSampled: true`,
      '1-69200000-0123456789abcdef01234567',
    ],
  ])('the trace of %j', (message, id) => {
    expect(one(message).places).toContainEqual({ is: 'trace', id });
  });

  it('the receive time where the event states none', () => {
    const signals = readRaw(payload([], { logEvents: [{ id: 'a', message: 'ERROR x' }] })).signals;
    expect(signals[0]?.time).toBe(OPTIONS.receivedAt);
  });

  it('no ARN where the region is not known', () => {
    expect(readRaw(payload(['ERROR x']), { region: '' }).signals[0]?.resource).toBeNull();
  });
});

describe('message is the text as it was written, at most 16 kB', () => {
  const bytes = (of: string) => new TextEncoder().encode(of).length;

  it.each([
    ['ASCII', 'x'],
    ['Japanese', '障'],
    ['emoji', '🍜'],
  ])('a megabyte of %s is cut between characters, with a mark', (_, unit) => {
    const { message, title } = one(`ERROR ${unit.repeat(1_000_000 / bytes(unit))}`);
    expect(bytes(message)).toBeLessThanOrEqual(16_384);
    expect(bytes(message)).toBeGreaterThan(16_300);
    expect(message).toMatch(/\n… \(cut; the whole text is in the log stream\)$/);
    expect(message.isWellFormed() && title.isWellFormed()).toBe(true);
  });

  it('16 kB exactly is not cut', () => {
    const exact = `ERROR ${'x'.repeat(16_384 - 6)}`;
    expect(one(exact).message).toBe(exact);
    expect(one(`${exact}x`).message).toMatch(/ stream\)$/);
  });

  it('lone surrogates become replacement characters', () => {
    expect(one('ERROR a\ud800b').message).toBe('ERROR a\ufffdb');
  });
});

describe('lines that continue an event join it', () => {
  const stack = [
    '2027-01-05T04:00:00.123Z ERROR 1 --- [main] c.a.Cart : cannot save',
    'java.lang.IllegalStateException: closed',
    '\tat com.acme.Cart.save(Cart.java:7)',
    'Caused by: java.net.ConnectException: refused',
    '\t... 12 more',
  ];

  it('as one signal with all their text', () => {
    const signal = one(...stack, node('INFO', 'done'));
    expect(signal.message).toBe(stack.join('\n'));
    expect(signal.title).toBe('cannot save (java.lang.IllegalStateException)');
    expect(signal.identity).toEqual({
      by: 'text',
      errorType: 'java.lang.IllegalStateException',
      text: ['cannot save', stack[1], stack[2]?.trim(), stack[3], stack[4]?.trim()].join('\n'),
    });
    expect(signal.why[0]?.because).toBe('one log event, with 4 more that belong to it');
  });

  it('only until another line stands between', () => {
    const signals = read(['ERROR a', node('INFO', 'b'), '\tat com.acme.Cart.save(Cart.java:7)']);
    expect(signals.map((s) => s.message)).toEqual(['ERROR a']);
  });

  it('frames below a line that does not matter are nothing', () => {
    expect(read([node('INFO', 'a'), '\tat com.acme.ErrorCart.save(Cart.java:7)', '\t... 1 more'])).toEqual(
      [],
    );
  });

  it('an exception that follows nothing is an ERROR of its own, with its frames', () => {
    const signal = one('java.sql.SQLException: gone', '\tat com.acme.Cart.save(Cart.java:7)');
    expect(signal).toMatchObject({
      level: 'ERROR',
      levelEvidence: 'first line of an exception, standing alone',
      title: 'java.sql.SQLException: gone',
      message: 'java.sql.SQLException: gone\n\tat com.acme.Cart.save(Cart.java:7)',
    });
  });

  it('an exception later than a moment is a fault of its own', () => {
    expect(
      read([
        [0, 'ERROR a'],
        [2_000, 'KeyError: 1'],
      ]),
    ).toHaveLength(1);
    expect(
      read([
        [0, 'ERROR a'],
        [2_001, 'KeyError: 1'],
      ]),
    ).toHaveLength(2);
    expect(
      read([
        [0, 'ERROR a'],
        [9_000, '\tat a.b(C.java:1)'],
      ]),
    ).toHaveLength(1);
  });

  it('ten thousand frames stay bounded', () => {
    const signal = one(
      'ERROR deep',
      ...Array.from({ length: 10_000 }, (_, n) => `\tat com.acme.Deep.call${n}(Deep.java:${n})`),
    );
    expect(signal.message.length).toBeLessThanOrEqual(16_384);
    expect(signal.why[0]?.because).toBe('one log event, with 10000 more that belong to it');
  });

  it("Ruby's error over many events is titled by its type and message", () => {
    const lines = [
      'Error raised from handler method',
      '{',
      '  "errorMessage": "no such sku",',
      '  "errorType": "Function<KeyError>",',
      '}',
    ];
    expect(one(...lines)).toMatchObject({
      title: 'KeyError: no such sku',
      identity: { errorType: 'KeyError' },
    });
  });

  it('a forged second line in one event stays text', () => {
    expect(read([node('INFO', `user said\r${node('ERROR', 'forged')}`)])).toEqual([]);
  });
});

describe("Lambda's several reports of one failed call are one signal", () => {
  const exit = `RequestId: ${ID} Error: Runtime exited with error: signal: killed\n`;
  const uncaught = node('ERROR', 'Uncaught Exception \t{"errorType":"Error","errorMessage":"late"}');
  test.each<readonly [string, readonly string[], readonly (readonly [string, string])[]]>([
    [
      'timeout, then its REPORT',
      [`2027-01-05T04:00:09.001Z ${ID} Task timed out after 9.00 seconds\n\n`, report('Status: timeout')],
      [['lambda timeout', 'Task timed out after 9.00 seconds']],
    ],
    [
      'REPORT, then its timeout',
      [
        report('Status: timeout'),
        node('INFO', 'x'),
        `2027-01-05T04:00:09.001Z ${ID} Task timed out after 9.00 seconds`,
      ],
      [['lambda timeout', 'Task timed out after 9.00 seconds']],
    ],
    [
      'the JSON records of a timeout',
      [platform('runtimeDone', 'timeout'), platform('report', 'timeout')],
      [['lambda timeout', 'Task timed out after 9.00 seconds']],
    ],
    [
      'REPORT of a timeout alone',
      [report('Status: timeout')],
      [['lambda timeout', 'Task timed out after 9.00 seconds']],
    ],
    [
      'exit and its bare type',
      [exit, 'Runtime.ExitError\n'],
      [['lambda exit', 'Runtime exited with error: signal: killed']],
    ],
    [
      'exit, type and REPORT with all memory used',
      [exit, 'Runtime.ExitError', report('', 256)],
      [['lambda exit', 'Runtime exited with error: signal: killed']],
    ],
    [
      'REPORT with an error, then the exit',
      [report('Status: error\tError Type: Runtime.ExitError'), exit],
      [['lambda exit', 'Runtime exited with error: signal: killed']],
    ],
    [
      'an uncaught error, the exit it causes, and the record',
      [uncaught, exit, platform('report', 'error')],
      [['log line', 'Error: late']],
    ],
    [
      'an uncaught error, more lines, then its exit and the bare type',
      [uncaught, node('INFO', 'x'), exit, 'Runtime.ExitError'],
      [['log line', 'Error: late']],
    ],
    [
      'a bare type that follows another error',
      [node('ERROR', 'gone'), 'Runtime.ExitError'],
      [
        ['log line', 'gone'],
        ['lambda exit', 'Runtime.ExitError'],
      ],
    ],
    [
      'a failed import, INIT_REPORT and the exit',
      [
        `2027-01-05T04:00:00.100Z\tundefined\tERROR\tUncaught Exception \t{"errorType":"Runtime.ImportModuleError","errorMessage":"no got"}`,
        'INIT_REPORT Init Duration: 300.00 ms\tPhase: init\tStatus: error\tError Type: Runtime.ImportModuleError',
        exit,
      ],
      [['import error', 'Runtime.ImportModuleError: no got']],
    ],
    [
      'a logged error and the failed record',
      [
        `{"level":"ERROR","requestId":"${ID}","message":"gone"}`,
        platform('runtimeDone', 'error'),
        platform('report', 'error'),
      ],
      [['log line', 'gone']],
    ],
    [
      'a logged error and a timeout are two',
      [node('ERROR', 'gone'), `2027-01-05T04:00:09.001Z ${ID} Task timed out after 9.00 seconds`],
      [
        ['log line', 'gone'],
        ['lambda timeout', 'Task timed out after 9.00 seconds'],
      ],
    ],
    [
      'a logged warning and the failed record are two',
      [node('WARN', 'slow'), platform('report', 'failure')],
      [
        ['log line', 'slow'],
        ['lambda failure', 'Lambda platform.report with status failure'],
      ],
    ],
    [
      'a logged error and full memory are two',
      [node('ERROR', 'gone'), report('', 256)],
      [
        ['log line', 'gone'],
        ['lambda memory', 'Lambda REPORT: all 256 MB of memory were used'],
      ],
    ],
    [
      'two logged errors are two',
      [node('ERROR', 'one'), node('ERROR', 'two')],
      [
        ['log line', 'one'],
        ['log line', 'two'],
      ],
    ],
    [
      'timeouts of two requests are two',
      [report('Status: timeout'), report('Status: timeout').replace('3fa1', '4fa1')],
      [
        ['lambda timeout', 'Task timed out after 9.00 seconds'],
        ['lambda timeout', 'Task timed out after 9.00 seconds'],
      ],
    ],
    [
      'heap exhaustion',
      ['FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory', exit],
      [
        ['out of memory', 'Reached heap limit Allocation failed - JavaScript heap out of memory'],
        ['lambda exit', 'Runtime exited with error: signal: killed'],
      ],
    ],
  ])('%s', (_, lines, expected) => {
    const signals = read(lines);
    expect(signals.map((s) => [s.kind, s.title])).toEqual(expected);
    for (const all of [false, true]) {
      const firing = read(lines, { all }).filter((s) => s.status === 'firing');
      expect(firing.map((s) => [s.id, s.identity])).toEqual(signals.map((s) => [s.id, s.identity]));
    }
  });

  it('the same timeout told in another way is the same problem', () => {
    const said = one(`2027-01-05T04:00:09.001Z ${ID} Task timed out after 9.00 seconds`);
    const json = one(platform('report', 'timeout'));
    expect(json.identity).toEqual(said.identity);
  });

  it('the same exit with its type in the same or another event is the same problem', () => {
    expect(one(exit).identity).toEqual(one(`${exit}Runtime.ExitError`).identity);
    expect(one(exit).identity).toEqual(one(exit, 'Runtime.ExitError').identity);
  });

  it('a record that turns out to be an import error takes its words and the worse level', () => {
    const init =
      '{"type":"platform.initReport","record":{"phase":"init","status":"error","errorType":"Runtime.ImportModuleError"}}';
    expect(one(platform('report', 'failure'), exit)).toMatchObject({ kind: 'lambda exit', level: 'ERROR' });
    expect(one(init)).toMatchObject({ level: 'FATAL', kind: 'lambda failure' });
  });
});

describe('a payload that was cut', () => {
  const events = [{ id: 'a', timestamp: T0, message: 'INFO x' }];
  const cut = { bytes: 64, because: 'it inflates to more than 64 bytes' };
  const signals = (from: readonly object[]) => {
    const decoded = toBatch(payload([], { logEvents: from }), cut);
    return decoded.ok ? readLogs(decoded.batch, OPTIONS).signals : [];
  };

  it('is told as a signal of its own that says how much was read and what to do', () => {
    const [signal] = signals(events);
    expect(signal).toMatchObject({
      source: 'logs',
      kind: 'payload cut',
      status: 'firing',
      level: 'ERROR',
      service: 'orders',
      title: 'Log payload cut: only its first 1 events were read',
    });
    expect(signal?.message).toContain('64 bytes');
    expect(signal?.message).toContain('Read the log stream');
  });

  it('has an id from its content: the same again, another for other events', () => {
    const id = (from: readonly object[]) => signals(from)[0]?.id;
    expect(id(events)).toBe(id(events));
    expect(id(events)).not.toBe(id([{ ...events[0], id: 'b' }]));
  });
});

describe('hostile payloads', () => {
  it('two thousand damaged payloads give a reading or a reason, and never throw', async () => {
    const rows = Object.values(LINES).flat();
    const whole = JSON.stringify(payload(rows.slice(0, 40).map(([line]) => line)));
    const damaged = fc
      .tuple(fc.nat(whole.length), fc.nat(300), fc.string({ unit: 'binary', maxLength: 6 }))
      .map(([from, length, junk]) => whole.slice(0, from) + junk + whole.slice(from + length));
    await fc.assert(
      fc.asyncProperty(damaged, async (damage) => {
        const decoded = await decodeLogs(Buffer.from(damage).toString('base64'));
        if (!decoded.ok) return decoded.because !== '';
        const { signals } = readLogs(decoded.batch, { ...OPTIONS, all: true });
        return signals.every((s) => s.title !== '' && s.title.isWellFormed() && s.message.isWellFormed());
      }),
      { numRuns: 2_000 },
    );
  }, 120_000);

  it('__proto__ and constructor in a line and in a payload are plain data', () => {
    const line =
      '{"__proto__":{"service":"forged","fingerprint":"f"},"constructor":{"name":"x"},"level":"error","message":"m"}';
    expect(one(line)).toMatchObject({ service: 'orders', identity: { by: 'text' } });
    const raw: unknown = JSON.parse(
      `{"__proto__":{"owner":"1"},"logGroup":"__proto__","logStream":"s","logEvents":[{"id":"__proto__","timestamp":${T0},"message":"ERROR x"}]}`,
    );
    expect(readRaw(raw).signals).toMatchObject([{ id: '__proto__', account: '', service: '__proto__' }]);
  });
});

describe('the samples under events/logs', () => {
  const dir = join(import.meta.dirname, '../../events/logs');
  test.each(readdirSync(dir))('%s gives readable signals, the same ones twice', async (name) => {
    const raw: unknown = JSON.parse(readFileSync(join(dir, name), 'utf8'));
    const data = text(raw, 'awslogs', 'data');
    const decoded = data === null ? toBatch(raw) : await decodeLogs(data);
    if (!decoded.ok) {
      expect(name).toBe('not-a-payload.json');
      return;
    }
    const reading = readLogs(decoded.batch, OPTIONS);
    expect(readLogs(decoded.batch, OPTIONS)).toEqual(reading);
    expect(new Set(reading.signals.map((s) => s.id)).size).toBe(reading.signals.length);
    expect(reading.signals.every((s) => s.status === 'firing')).toBe(true);
    expect(reading.signals.length).toBeGreaterThan(name === 'control-message.json' ? -1 : 0);
  });
});
