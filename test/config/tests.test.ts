import { describe, expect, it, test } from 'vitest';
import { readTests } from '../../shared/config/tests.ts';

function problemsOf(source: string): readonly string[] {
  const read = readTests(source, 't.yml');
  return read.ok ? [] : read.problems.map((p) => `${p.line}:${p.column} ${p.message} | ${p.suggestion}`);
}

describe('a file of route tests', () => {
  it('reads as tests with their places', () => {
    const source =
      '- name: a\n  line: ERROR x\n  logGroup: /x\n  at: 2026-11-22T09:00:00+09:00\n  expect: { severity: null, ignored: null }\n';
    expect(readTests(source, 't.yml')).toEqual({
      ok: true,
      tests: [
        {
          name: 'a',
          at: 't.yml:1',
          input: { is: 'line', line: 'ERROR x', logGroup: '/x' },
          moment: Date.UTC(2026, 10, 22),
          expect: expect.objectContaining({ severity: null, ignored: false, channel: undefined }),
        },
      ],
    });
  });

  test.each([
    ['', '1:1 the file holds no tests | write - { name: …, event: FILE, expect: { severity: SEV3 } }'],
    [
      'a: 1\n',
      '1:1 the file must be a list of tests, not a mapping | write - { name: …, event: FILE, expect: { severity: SEV3 } }',
    ],
    [
      '- { line: x, expect: { severity: SEV1 } }\n',
      '1:3 `name` is missing | say what must hold: customers cannot pay wakes somebody',
    ],
    [
      '- { name: a, line: x }\n',
      '1:3 `expect` is missing | say where it must go: { severity: SEV2, channel: alert }',
    ],
    [
      '- { name: a, expect: { severity: SEV1 } }\n',
      '1:3 a test needs `event` or `line` | write event: events/guardduty/high.json, or line: "…" with its logGroup',
    ],
    [
      '- { name: a, line: x, event: {}, expect: { severity: SEV1 } }\n',
      '1:3 a test has `event` or `line`, not both | write event: events/guardduty/high.json, or line: "…" with its logGroup',
    ],
    [
      '- { name: a, event: {}, logGroup: /x, expect: { severity: SEV1 } }\n',
      '1:3 a test has a `logGroup` only with `line` | an event says itself where it is from',
    ],
    [
      '- { name: a, line: x, at: 2026-11-22, expect: { severity: SEV1 } }\n',
      '1:27 `at` must be a moment, not "2026-11-22" | write it with its offset: 2026-12-24T20:00:00+09:00',
    ],
    [
      '- { name: a, line: x, expect: { severty: SEV1 } }\n',
      '1:33 unknown key `severty` | did you mean `severity`?',
    ],
    [
      '- { name: a, line: x, expect: { severity: SEV9 } }\n',
      '1:43 `severity` must be one of SEV1 SEV2 SEV3 SEV4 SEV5, not "SEV9" | SEV1: everyone, now; SEV3: its owners, now; SEV5: in the weekly review',
    ],
    [
      '- { name: a, line: x, expect: {} }\n',
      '1:31 `expect` is empty: it would hold whatever happens | write { severity: SEV3 }',
    ],
  ])('says of %j what is wrong', (source, problem) => {
    expect(problemsOf(source)).toContain(problem);
  });
});
