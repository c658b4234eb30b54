import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { addTest } from '../../cli/test.ts';
import { BASE } from '../config/make.ts';
import { bench } from './run.ts';

const { path, run } = bench(addTest);

/** Runs `hansho test` on these rules and route tests. */
function test(rules: string, tests: string | null = null) {
  writeFileSync(path('hansho.yml'), BASE + rules);
  if (tests !== null) writeFileSync(path('hansho.test.yml'), tests);
  return run('test', '--config', path('hansho.yml'));
}

describe('hansho test', () => {
  it('holds for the rules that ship', async () => {
    const { out, code } = await run('test', '--config', join(import.meta.dirname, '../../hansho.yml'));
    expect(out).toMatch(/^\d+ route tests, 0 examples: all hold\n$/);
    expect(code).toBe(0);
  });

  it('says what was expected, what is, and which rule decided it, and exits with 1', async () => {
    const tests =
      '- { name: pays, line: "ERROR x", expect: { severity: SEV2, destinations: [oncall, slack-alert], team: null } }\n';
    const { out, code } = await test('', tests);
    expect(out).toBe(`FAILED hansho.test.yml:1 pays
  severity     expected SEV2
               actual   SEV3
               why      severity log-error (built-in): SEV3: an ERROR line (level = ERROR)
  destinations expected [oncall, slack-alert]
               actual   [slack-alert]
               why      route alert (hansho.yml:6): told to slack-alert; oncall hears SEV2 and worse

1 route test, 0 examples: 1 failed
`);
    expect(code).toBe(1);
  });

  it('takes an event from a file beside the tests, in place, or a line; each signal has its own expectation', async () => {
    const event = {
      source: 'aws.health',
      'detail-type': 'AWS Health Event',
      detail: { eventTypeCategory: 'issue' },
    };
    writeFileSync(path('issue.json'), JSON.stringify(event));
    const records = {
      Records: [
        { eventSource: 'aws:sqs', body: JSON.stringify(event) },
        { eventSource: 'aws:sqs', body: '{"source":"shop"}' },
      ],
    };
    const { out } = await test(
      '',
      `- { name: file, event: issue.json, expect: { severity: SEV2, source: health } }
- { name: in place, event: ${JSON.stringify(event)}, expect: { severity: SEV2 } }
- { name: line, line: "WARN x", logGroup: /aws/lambda/pay, expect: { level: WARNING, service: pay, channel: notify } }
- name: each
  event: ${JSON.stringify(records)}
  expect: [{ severity: SEV2 }, { severity: SEV4, rule: unknown-event }]
`,
    );
    expect(out).toBe('4 route tests, 0 examples: all hold\n');
  });

  it('judges as of the moment of the test: an ignore rule has its end, a window its hours', async () => {
    const rules = `ignore:
  - { name: known, match: { message: [{ prefix: known }] }, reason: r, owner: o, expires: 2026-11-20 }
windows:
  - { name: nights, match: { service: [example] }, times: [22:00-06:00], reason: rest }
`;
    const line = (at: string, text: string, expected: string) =>
      `- { name: x, line: "ERROR ${text}", at: ${at}, expect: { ${expected} } }\n`;
    const { out } = await test(
      rules,
      line('2026-11-20T12:00:00Z', 'known', 'ignored: known, held: false, severity: SEV3') +
        line('2026-11-21T12:00:00Z', 'known', 'ignored: false, held: null') +
        line('2026-11-21T23:00:00Z', 'known', 'held: nights, status: firing') +
        line('2026-11-21T23:00:00Z', 'other', 'held: true'),
    );
    expect(out).toBe('4 route tests, 0 examples: all hold\n');
  });

  it('asks the examples of every kind of rule, also of one on trial and of one that has expired', async () => {
    const { out, code } = await test(`teams:
  - { name: pay, owns: { service: [pay] }, examples: [{ line: ERROR x, logGroup: /aws/lambda/pay }], counterexamples: [ERROR x] }
severities:
  - { name: slow, match: { message: [{ prefix: slow }] }, severity: SEV2, shadow: true, examples: [slow query, ERROR slow], counterexamples: [fast] }
ignore:
  - { match: { message: [{ prefix: old }] }, reason: r, owner: o, expires: 2020-01-01, examples: [ERROR old] }
escalate:
  - { match: { level: [ERROR] }, count: 2, within: 1h, to: SEV1, examples: [ERROR x], counterexamples: [WARN x] }
expect:
  - { name: alive, match: { message: [{ prefix: done }] }, every: 1h, severity: SEV3, examples: [done] }
`);
    expect(out).toBe('0 route tests, 9 examples: all hold\n');
    expect(code).toBe(0);
  });

  it('says which rule took an example, and by what a counterexample was taken', async () => {
    const { out, code } = await test(`severities:
  - { name: all, match: { level: [ERROR] }, severity: SEV3 }
  - name: pay
    match: { level: [ERROR], message: [{ prefix: pay }] }
    severity: SEV1
    examples: [ERROR pay]
  - name: warn
    match: { level: [WARNING] }
    severity: SEV5
    counterexamples: [WARN later]
`);
    expect(out).toBe(`FAILED hansho.yml:13 pay: example ERROR pay
  pay has no say in it
               why      severity all (hansho.yml:9): SEV3: it matches this rule (level = ERROR)

FAILED hansho.yml:17 warn: counterexample WARN later
  warn has a say in it
               why      severity warn (hansho.yml:14): SEV5: it matches this rule (level = WARNING)

0 route tests, 2 examples: 2 failed
`);
    expect(code).toBe(1);
  });

  it('fails a test whose file is not there, and one of which nothing is read', async () => {
    const { out } = await test(
      '',
      '- { name: gone, event: gone.json, expect: { severity: SEV1 } }\n- { name: none, event: { Records: [] }, expect: [{ severity: SEV1 }, { severity: SEV1 }] }\n',
    );
    expect(out).toContain('FAILED hansho.test.yml:1 gone\n  cannot read gone.json: there is no such file\n');
    expect(out).toMatch(/FAILED hansho\.test\.yml:2 none\n {2}expected 2 signals, read \d\n/);
  });

  it('is not content with nothing to test', async () => {
    await expect(test('')).rejects.toThrow(/there is nothing to test: write hansho\.test\.yml beside/);
  });

  it('prints nothing that a terminal would obey', async () => {
    const { out } = await test(
      '',
      '- { name: "a\\u001b[31m", line: "ERROR x", expect: { title: "\\u001b[2J" } }\n',
    );
    expect(out).not.toContain('\u001b');
  });
});
