import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { Json } from '../../shared/model/json.ts';
import { isObject } from '../../shared/model/json.ts';
import { makeJudge } from '../../shared/rules/judge.ts';
import { rulesFrom } from '../config/make.ts';
import { judgeFrom, line, MORNING } from './make.ts';

function prefilterOf(pattern: string): readonly string[] {
  return judgeFrom(`severities:\n  - { name: one, severity: SEV3, match: { ${pattern} } }\n`).prefilter;
}

describe('what a line below WARNING must hold to be worth judging', () => {
  test.each<[string, string, string[]]>([
    ['nothing measures', 'service: [checkout]', []],
    ['only errors', 'level: [ERROR], message: [{ prefix: abc }]', []],
    ['another source', 'source: [alarm], fields: { state: [ALARM] }', []],
    ['a key', 'fields: { run_time_ms: [{ numeric: [">", 60000] }] }', ['run_time_ms']],
    ['the longer of two keys', 'fields: { ms: [5], run_time_ms: [5] }', ['run_time_ms']],
    ['the longest key of a path', 'fields: { http: { elapsed: { ms: [5] } } }', ['elapsed']],
    ['a value that says more than its key', 'fields: { type: [batch_finished] }', ['batch_finished']],
    [
      'either of two values',
      'fields: { type: [batch_finished, batch_aborted] }',
      ['batch_aborted', 'batch_finished'],
    ],
    ['a value among open ones', 'fields: { type: [batch_finished, { anything-but: x }] }', ['type']],
    ['a text', 'message: [the batch is late]', ['the batch is late']],
    ['how a text begins', 'message: [{ prefix: "the batch" }]', ['the batch']],
    ['how a text ends', 'message: [{ suffix: is late }]', ['is late']],
    ['the longest part of a wildcard', 'message: [{ wildcard: "a*the batch*b" }]', ['the batch']],
    [
      'a part of a message that may be put together',
      'message: [{ prefix: "TypeError: batch is late" }]',
      ['batch is late'],
    ],
    ['a word of a title', 'title: [{ prefix: "Slow: batch-7 today" }]', ['batch']],
    [
      'the part that every JSON encoder writes alike',
      'message: [{ prefix: "path \\"/a/b\\" is slow" }]',
      [' is slow'],
    ],
    [
      'another script, in its three spellings',
      'message: [{ prefix: 締め }]',
      ['締め', '\\u7de0\\u3081', '\\u7DE0\\u3081'].toSorted(),
    ],
    ['any case', 'message: [{ equals-ignore-case: abc }]', ['']],
    ['all but some', 'message: [{ anything-but: abc }]', ['']],
    ['a level alone', 'level: [INFO], service: [checkout]', ['']],
    ['what is absent', 'fields: { done: [{ exists: false }] }', ['']],
    ['a short text', 'message: [x]', ['']],
    ['one choice without a text', '$or: [{ fields: { run_time_ms: [5] } }, { level: [INFO] }]', ['']],
    [
      'a choice that only errors take',
      '$or: [{ fields: { run_time_ms: [5] } }, { level: [ERROR] }]',
      ['run_time_ms'],
    ],
    [
      'two choices',
      '$or: [{ fields: { run_time_ms: [5] } }, { message: [{ prefix: slow }] }]',
      ['run_time_ms', 'slow'],
    ],
  ])('%s', (_, pattern, expected) => {
    expect(prefilterOf(pattern)).toEqual(expected);
  });

  it('is nothing while no rule measures: all lines below WARNING are passed over', () => {
    expect(judgeFrom('').prefilter).toEqual([]);
  });
});

/** How loggers write JSON: as it is, or with all but ASCII escaped. */
const ENCODERS = [
  (value: unknown) => JSON.stringify(value),
  (value: unknown) =>
    JSON.stringify(value).replaceAll(
      /[^\0-~]/g,
      (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
    ),
  (value: unknown) =>
    JSON.stringify(value)
      .replaceAll('/', '\\/')
      .replaceAll(/[<>&']/g, (char) => `\\u00${char.charCodeAt(0).toString(16).toUpperCase()}`),
];

/** Room for a busy machine, ms. */
const SLOW = 60_000;

describe('the law of the prefilter', () => {
  const text = fc.oneof(
    fc.string({ maxLength: 12 }),
    fc.constantFrom('batch done', '締め処理', 'a/b "c"', 'ms', '😀😀', "it's <b>"),
  );
  const leaf = fc.oneof(
    fc.array(text, { minLength: 1, maxLength: 2 }),
    text.map((prefix) => [{ prefix }]),
    text.map((suffix) => [{ suffix }]),
    text.map((part) => [{ wildcard: `*${part.replaceAll(/[*\\]/g, '')}*` }]),
  );
  const key = fc.constantFrom('a', 'run_time', '名前', 'x y', '__proto__');

  it(
    'a line that a rule would track holds one of its texts, however it was encoded',
    () => {
      const rules = rulesFrom('');
      fc.assert(
        fc.property(key, leaf, text, fc.constantFrom(...ENCODERS), (name, list, value, encode) => {
          const match = { fields: Object.fromEntries([[name, list as Json]]) };
          const rule = {
            name: 'one',
            match,
            severity: 'SEV3',
            channel: null,
            why: 'w',
            runbook: null,
            shadow: false,
            at: 'x',
          } as const;
          const judge = makeJudge({ ...rules, severities: [rule] });
          for (const held of [value, ...wordsOf(list)]) {
            const fields = Object.fromEntries([[name, held]]);
            const verdict = judge.verdict(line('INFO', { fields }), MORNING);
            const raw = encode(fields);
            if (verdict.outcome === 'tracked')
              expect(judge.prefilter.some((part) => raw.includes(part))).toBe(true);
          }
        }),
        { numRuns: 2_000 },
      );
    },
    SLOW,
  );
});

function wordsOf(list: readonly unknown[]): readonly string[] {
  return list
    .flatMap((item) => (isObject(item) ? Object.values(item) : [item]))
    .filter((item) => typeof item === 'string');
}
