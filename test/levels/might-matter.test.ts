import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { isCalm, mightMatter, readLevel } from '../../shared/levels/levels.ts';
import { text } from '../../shared/model/json.ts';
import { labelled, SETS } from './formats.ts';
import { LINES } from './lines.ts';

const lines = Object.values(LINES)
  .flat()
  .map(([line]) => line);
const LABELLED = new URL('../../../shared/data/log-levels.jsonl', import.meta.url);
for (const file of SETS) lines.push(...labelled(file).map(({ line }) => line));
if (existsSync(LABELLED)) {
  for (const row of readFileSync(LABELLED, 'utf8').trim().split('\n'))
    lines.push(text(JSON.parse(row), 'line') ?? '');
}

function matters(line: string): boolean {
  const { level, alone } = readLevel(line);
  return ['FATAL', 'ERROR', 'WARNING'].includes(level ?? alone ?? '');
}

lines.push('START RequestId: 3fa1c0de-77b2-4d19-9e55-b6a0c4d2e8f1 Version: 1 Status: error');

/** The line that breaks the law, so that a failure shows it. */
function missed(line: string): string | null {
  if (isCalm(line)) return matters(line) || readLevel(line).continues ? line : null;
  return matters(line) && !mightMatter(line) ? line : null;
}

describe('no line that matters is spared, and no part of another event taken for calm', () => {
  test('on every known line, also indented, coloured, wrapped by a log router and behind other headers', () => {
    const wrap = (log: string) => JSON.stringify({ stream: 'stderr', log });
    for (const line of lines) {
      const forms = [
        line,
        ` ${line}`,
        `\u001b[1m${line}`,
        wrap(line),
        wrap(wrap(line)),
        `2027-01-05T04:00:00Z ${line}`,
      ];
      for (const form of [...forms, `[main] ${line}`, `app[3]: ${line}`, `INFO ${line}`, `x ${line}`]) {
        expect(missed(form)).toBeNull();
      }
    }
  });

  const word = fc.constantFrom(
    ...'fatal crit alert panic error err eror severe fail warn wrn warning info debug notice trace log'.split(
      ' ',
    ),
    ...[
      'エラー',
      '警告',
      '致命的',
      'ＥＲＲＯＲ',
      'ERROR+2',
      'information',
      '50',
      '30',
      '3',
      '40000',
      '17',
      'E',
      'W',
    ],
  );
  const cased = fc
    .tuple(word, fc.constantFrom(0, 1, 2))
    .map(([w, how]) =>
      how === 0 ? w : how === 1 ? w.toUpperCase() : w.slice(0, 1).toUpperCase() + w.slice(1),
    );
  const part = fc.oneof(
    cased,
    cased.map((w) => `[${w}]`),
    cased.map((w) => `${w}:`),
    cased.map((w) => `【${w}】`),
    cased.map((w) => `level=${w}`),
    fc.constantFrom(
      '2027-01-05T04:00:00Z',
      '2027-01-05 04:00:00,123',
      '04:00:00.1',
      '[2027-01-05 04:00:00]',
      '270105 040000',
    ),
    fc.constantFrom(
      '3fa1c0de-77b2-4d19-9e55-b6a0c4d2e8f1',
      'undefined',
      '148',
      '[main]',
      '[nio-1]',
      'a.b.C',
      'app[1]:',
      '-',
      '|',
      '---',
    ),
    fc.constantFrom(
      'JavaScript heap out of memory',
      'java.lang.OutOfMemoryError',
      'MemoryError',
      'Task timed out after 3 seconds',
    ),
    fc.constantFrom(
      '{"level":"error"}',
      '{"level":50}',
      '{"severityNumber":20}',
      '{"level":30,"levelno":40}',
      '{"a":1}',
    ),
    fc.lorem({ maxCount: 2 }),
  );
  const textLine = fc
    .tuple(fc.array(part, { minLength: 1, maxLength: 7 }), fc.constantFrom(' ', '\t', ' - ', '  ', '|'))
    .map(([parts, gap]) => parts.join(gap));

  it('on generated text lines', () => {
    fc.assert(
      fc.property(textLine, (line) => missed(line) === null),
      { numRuns: 8_000 },
    );
  }, 60_000);

  const key = fc.constantFrom(
    ...'level LEVEL Level log_level severity severityText levelname level_name log.level lvl logLevel levelno'.split(
      ' ',
    ),
    ...'severityNumber severity_number level_value status PRIORITY s ctx EventId channel short_message pid'.split(
      ' ',
    ),
    ...'message timestamp time log stream type errorType errorMessage details @l @level _aws __proto__ fingerprint'.split(
      ' ',
    ),
  );
  const value = fc.oneof(
    cased,
    fc.constantFrom(
      0,
      1,
      3,
      4,
      5,
      9,
      10,
      13,
      17,
      20,
      30,
      35,
      40,
      50,
      60,
      100,
      250,
      300,
      400,
      30000,
      3e1,
      30.5,
    ),
    fc.constantFrom(
      'TaskFailed',
      'platform.fault',
      'x',
      '',
      '\u001b[31mERROR',
      'E0105 04:00:00 1 a:1] x',
      '<3>x',
      null,
    ),
    fc.record({ level: cased }),
  );
  const json = fc
    .tuple(
      fc.array(fc.tuple(key, value), { minLength: 1, maxLength: 6 }),
      fc.constantFrom(undefined, 1),
      fc.nat(200),
    )
    .map(([members, indent, cut]) => {
      // Written by hand, so that keys may repeat as they may in hostile JSON.
      const space = indent === undefined ? '' : ' ';
      const whole = `{${members.map(([k, v]) => `${JSON.stringify(k)}:${space}${JSON.stringify(v)}`).join(`,${space}`)}}`;
      return cut < 30 ? whole.slice(0, -cut) : whole;
    });

  it('on generated JSON lines, also with repeated keys, cut, and behind headers', () => {
    const behind = fc.tuple(
      fc.constantFrom('', '', '[INFO] ', 'INFO ', '2027-01-05T04:00:00Z app[1]: ', 'x '),
      json,
    );
    fc.assert(
      fc.property(behind, ([header, line]) => missed(header + line) === null),
      { numRuns: 12_000 },
    );
  }, 60_000);

  it('on damaged lines', () => {
    const damaged = fc
      .tuple(fc.constantFrom(...lines), fc.nat(200), fc.nat(40), fc.constantFrom(...lines))
      .map(
        ([line, from, length, other]) =>
          line.slice(0, from) + other.slice(0, length) + line.slice(from + length),
      );
    fc.assert(
      fc.property(damaged, (line) => missed(line) === null),
      { numRuns: 8_000 },
    );
  }, 60_000);
});

test.each([
  '2027-01-05T04:00:00.100Z\t3fa1c0de-77b2-4d19-9e55-b6a0c4d2e8f1\tINFO\tlast ERROR was 3 days ago',
  '[INFO]\t2027-01-05T04:00:00.100Z\t3fa1c0de-77b2-4d19-9e55-b6a0c4d2e8f1\tno errors',
  '2027-01-05 04:00:00,123 INFO [main] a.b.ErrorMapper: ready',
  '{"level":"INFO","message":"no errors","service":"cart"}',
  '{"timestamp":"2027-01-05T04:00:00Z","level":"INFO","requestId":"r1","message":"errors: 0"}',
  '{"level":30,"time":1,"pid":1,"hostname":"h","msg":"failed 0"}',
  'START RequestId: 3fa1c0de-77b2-4d19-9e55-b6a0c4d2e8f1 Version: 1',
  'REPORT RequestId: 3fa1c0de-77b2-4d19-9e55-b6a0c4d2e8f1\tDuration: 2.10 ms\tBilled Duration: 3 ms\tMemory Size: 512 MB\tMax Memory Used: 90 MB\tInit Duration: 166.62 ms\t\n',
  'listening on 8080',
])('the everyday line %j is spared', (line) => {
  expect(isCalm(line) || !mightMatter(line)).toBe(true);
});
