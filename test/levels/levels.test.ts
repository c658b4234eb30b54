import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { readLevel } from '../../shared/levels/levels.ts';
import { isObject, text } from '../../shared/model/json.ts';
import { LEVELS } from '../../shared/model/level.ts';
import { LINES, type Row } from './lines.ts';

const RUNS = 10_000;
const all = Object.values(LINES).flat();

const families: [string, readonly Row[]][] = Object.entries(LINES);

describe.each(families)('%s', (_, rows) => {
  test.each(rows.map((row) => [...row]))('%j reads as %s', (line, level, goesOn) => {
    const reading = readLevel(line);
    expect([reading.level, reading.continues]).toEqual([level, goesOn !== undefined]);
    expect(reading.evidence).not.toBe('');
  });
});

const LABELLED = new URL('../../../shared/data/log-levels.jsonl', import.meta.url);

describe.skipIf(!existsSync(LABELLED))('the labelled lines on the reference shelf', () => {
  const rows = existsSync(LABELLED) ? readFileSync(LABELLED, 'utf8').trim().split('\n') : [];
  const labelled = rows.map((row): unknown => JSON.parse(row));
  test.each(labelled)('%j', (row) => {
    const reading = readLevel(text(row, 'line') ?? '');
    const continues = isObject(row) && row.continues === true;
    expect([reading.level, reading.continues]).toEqual([text(row, 'level'), continues]);
  });
});

describe('evidence names the place that decided', () => {
  test.each([
    ['2027-01-05T04:00:00.100Z\tr-1\tx', 'no level in a known place'],
    ['2027-01-05T04:00:00.100Z\t3fa1c0de-77b2-4d19-9e55-b6a0c4d2e8f1\tERROR\tx', 'third tab column "ERROR"'],
    ['{"level":50,"pid":1,"hostname":"h"}', 'key "level" = 50 (pino scale)'],
    ['{"level":30,"levelname":"WARNING"}', 'key "levelname" = "WARNING"'],
    ['{"version":"1.1","short_message":"x","level":3}', 'key "level" = 3 (syslog scale)'],
    ['{"level":"WARN","message":"cut', 'key "level" = "WARN" (the JSON is cut off or broken)'],
    ['[core:error] x', 'bracket "[core:error]"'],
    ['[2027-01-05 04:00:00] app.ALERT: x', 'channel and level "app.ALERT:"'],
    ['level=warning msg=x', 'key level=warning'],
    ['ERROR x', 'word "ERROR" at the start'],
    ['app: ERROR x', 'word "ERROR" after "app:"'],
    ['✖ error pool exhausted', 'word "error" after "✖"'],
    ['<27>x', 'syslog priority <27>'],
    ['E0105 04:00:00.1 1 a.go:1] x', 'klog letter "E"'],
    ['Task timed out after 3.00 seconds', 'Lambda timeout'],
  ])('%s', (line, evidence) => {
    expect(readLevel(line).evidence).toBe(evidence);
  });
});

describe('body is the text without its header', () => {
  const id = '3fa1c0de-77b2-4d19-9e55-b6a0c4d2e8f1';
  test.each([
    [`2027-01-05T04:00:00.100Z\t${id}\tERROR\tcannot save`, 'cannot save'],
    [`[ERROR]\t2027-01-05T04:00:00.100Z\t${id}\tcannot save`, 'cannot save'],
    [`2027-01-05 04:00:00 ${id} ERROR cannot save`, 'cannot save'],
    ['2027-01-05T04:00:00Z ERROR 1 --- [main] c.a.Cart   : cannot save', 'cannot save'],
    [`E, [2027-01-05T04:00:00.1 #8] ERROR ${id} -- : cannot save`, 'cannot save'],
    ['<11>1 2027-01-05T04:00:00Z host app 123 - - cannot save', 'cannot save'],
    ['time=2027-01-05T04:00:00Z level=ERROR msg="cannot save" error="no route"', 'cannot save: no route'],
    ['{"level":"error","message":"cannot save"}', 'cannot save'],
    [
      '{"level":"error","msg":"cannot save","err":{"type":"TypeError","message":"x is null"}}',
      'cannot save: TypeError: x is null',
    ],
    [
      '{"level":"error","errorType":"KeyError","errorMessage":"\'sku\'","stackTrace":["  File a"]}',
      "KeyError: 'sku'\n  File a",
    ],
    [
      '{"level":"error","error":{"name":"E","message":"m","stack":"E: m\\n    at f (a.js:1:1)"}}',
      'E: m\n    at f (a.js:1:1)',
    ],
    ['{"level":"ERROR","message":{"errorType":"E","errorMessage":"m"}}', 'E: m'],
    ['{"level":"ERROR","message":{"cart":3}}', '{"cart":3}'],
    [
      `2027-01-05T04:00:00.100Z\t${id}\tERROR\tInvoke Error \t{"errorType":"E","errorMessage":"m","stack":["E: m","    at f"]}`,
      'E: m\n    at f',
    ],
    ['[ERROR] one\rtwo\r\nthree', 'one\ntwo\nthree'],
    ['plain', 'plain'],
  ])('%s', (line, body) => {
    expect(readLevel(line).body).toBe(body);
  });
});

describe('standing alone', () => {
  test.each([
    ['java.lang.IllegalStateException: x', 'ERROR'],
    ['Traceback (most recent call last):', 'ERROR'],
    ['\tat a.b.C.d(C.java:1)', null],
    ['Caused by: java.io.IOException: x', null],
    ['}', null],
  ] as const)('%s would be %s', (line, alone) => {
    expect(readLevel(line)).toMatchObject({ level: null, continues: true, alone });
  });
});

describe('hostile lines', () => {
  const MEGA = 1_000_000;
  it.each([
    ['one letter', 'a'.repeat(MEGA)],
    ['spaces', `ERROR ${' '.repeat(MEGA)}`],
    ['brackets', '['.repeat(MEGA)],
    ['open brackets with times', '[2027-01-05 04:00:00] '.repeat(MEGA / 20)],
    ['backslashes in cut JSON', `{"level":"info","a":"${'\\'.repeat(MEGA)}`],
    ['deep cut JSON', `{"a":${'['.repeat(MEGA)}`],
    ['quotes', `{${'"'.repeat(MEGA)}`],
    ['dots', `${'a.'.repeat(MEGA / 2)}Error: x`],
    ['pairs', 'a=b '.repeat(MEGA / 4)],
    ['colour codes', '\u001b[31m'.repeat(MEGA / 5)],
    ['dashes', '- '.repeat(MEGA / 2)],
    ['times', '04:00:00 '.repeat(MEGA / 9)],
    ['numbers', `INFO ${'a=1 '.repeat(MEGA / 4)}`],
    ['open quotes', `INFO ${'a="'.repeat(MEGA / 3)}`],
    ['names between dashes', `04:00:00 ${'- a '.repeat(MEGA / 4)}`],
    ['a request', `1.1.1.1 - - [05/Jan/2027:04:00:00 +0000] "GET /${'a'.repeat(MEGA)}`],
    [
      'a path of ids',
      `1.1.1.1 - - [05/Jan/2027:04:00:00 +0000] "GET ${'/1'.repeat(MEGA / 2)} HTTP/1.1" 500 1`,
    ],
    ['marks', '*'.repeat(MEGA)],
    ['pictures', '⚠'.repeat(MEGA)],
  ])('a megabyte of %s is read in time in proportion', (_, line) => {
    expect(readLevel(line).body.length).toBeLessThanOrEqual(40_000);
  });

  it('a megabyte of message keeps its level', () => {
    const message = 'x'.repeat(MEGA);
    expect(readLevel(JSON.stringify({ level: 'error', message })).level).toBe('ERROR');
    expect(readLevel(`ERROR ${message}`).level).toBe('ERROR');
  });

  it('__proto__ and constructor are keys like any other', () => {
    const line = '{"__proto__":{"level":"fatal"},"constructor":{"level":"fatal"},"level":"info"}';
    expect(readLevel(line).level).toBe('INFO');
    expect(Object.hasOwn(readLevel(line).json ?? {}, '__proto__')).toBe(true);
  });

  it('one event is one record: a forged second line changes nothing', () => {
    // An object cut by a second line is read by its leading keys, which do not see a key repeated in escapes.
    const repeated = '\\u006cevel';
    const stating = all.filter(([, level]) => level !== null);
    const changed = all.flatMap(([first]) => {
      const own = readLevel(`INFO ${first}`).level;
      const forged = stating.filter(([second]) => readLevel(`INFO ${first}\n${second}`).level !== own);
      return forged.length > 0 && !first.includes(repeated) ? [first] : [];
    });
    expect(changed).toEqual([]);
  });

  it('ten thousand damaged lines never throw, and always give a known level', () => {
    const damaged = fc
      .tuple(fc.constantFrom(...all), fc.nat(400), fc.nat(400), fc.string({ unit: 'binary', maxLength: 8 }))
      .map(([[line], from, length, junk]) => line.slice(0, from) + junk + line.slice(from + length));
    fc.assert(
      fc.property(damaged, (line) => {
        const { level, body, evidence } = readLevel(line);
        const known = level === null || LEVELS.includes(level);
        return known && typeof body === 'string' && evidence !== '';
      }),
      { numRuns: RUNS },
    );
  }, 60_000);
});

describe('laws', () => {
  it('colour codes change no level', () => {
    const colour = (line: string) => `\u001b[1m${line}\u001b[0m`;
    for (const [line, level] of all) expect([line, readLevel(colour(line)).level]).toEqual([line, level]);
  });

  it('a line break at the end changes nothing', () => {
    for (const [line, level] of all) {
      for (const end of ['\n', '\r', '\r\n', ' \n']) {
        expect([line, readLevel(line + end).level]).toEqual([line, level]);
      }
    }
  });

  it('a level word behind an INFO header is never a level', () => {
    const words = fc.constantFrom(
      'ERROR',
      'FATAL',
      'panic:',
      '[ERROR]',
      'level=error',
      'エラー:',
      'CRITICAL',
    );
    const header = fc.constantFrom(
      'INFO',
      '2027-01-05T04:00:00Z INFO',
      '[INFO]',
      '2027-01-05 04:00:00 - app - INFO -',
    );
    fc.assert(
      fc.property(
        header,
        fc.array(fc.oneof(words, fc.lorem({ maxCount: 3 })), { minLength: 1 }),
        (h, parts) => {
          expect(readLevel(`${h} ${parts.join(' ')}`).level).toBe('INFO');
        },
      ),
    );
  });
});
