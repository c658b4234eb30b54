import { expect, test } from 'vitest';
import { BASE, problemsOf, rulesFrom } from './make.ts';

const rule = (rest: string) =>
  `${BASE}expect:\n  - { name: a, match: { logGroup: [/x] }, severity: SEV3, ${rest} }\n`;
const TIMES = 'write two times of the day: 02:00-06:00';
const DAYS = 'write weekdays, days of the month or last: [mon, fri], [1, 15, last]';

test.each([
  ['every: 15m', []],
  ['between: 00:00-24:00', []],
  ['between: 22:00-06:00, days: [sun, 31, last]', []],
  ['every: 1m', ['9:66 `every` must be from 5m to 32d, not 1m']],
  ['between: 2-6', [`9:68 \`between\` must be two times of the day, not "2-6" | ${TIMES}`]],
  ['between: 25:00-26:00', [`9:68 \`between\` must be two times of the day, not "25:00-26:00" | ${TIMES}`]],
  ['between: 02:00-02:00', ['9:68 `between` begins when it ends | for a whole day write 00:00-24:00']],
  ['between: 02:00-06:00, days: [mno]', ['9:87 `days` must be days, not "mno" | did you mean `mon`?']],
  ['between: 02:00-06:00, days: [Monday]', ['9:87 `days` must be days, not "Monday" | did you mean `mon`?']],
  ['between: 02:00-06:00, days: [32]', [`9:87 \`days\` must be days, not 32 | ${DAYS}`]],
  ['between: 02:00-06:00, days: []', [`9:87 \`days\` must be a list of days, not an empty one | ${DAYS}`]],
  [
    'why: x',
    ['9:5 `every` or `between` is missing | say when it must be heard: every: 15m, or between: 02:00-06:00'],
  ],
  ['every: 1h, between: 02:00-06:00', ['9:5 `every` and `between` are two rules | make two entries of it']],
  [
    'every: 1h, days: [mon]',
    ['9:76 `days` belongs to `between` | leave it out, or write between: 00:00-24:00'],
  ],
])('expect with %s', (rest, problems) => {
  expect(problemsOf(rule(rest))).toEqual(problems);
});

test('two rules of one name would be one incident', () => {
  const two = `${BASE}expect:\n${'  - { name: a, match: { logGroup: [/x] }, severity: SEV3, every: 1h }\n'.repeat(2)}`;
  expect(problemsOf(two)).toEqual([expect.stringContaining('`a`')]);
});

test('a window over midnight ends on the next day', () => {
  const rules = rulesFrom(
    'expect: [{ name: a, match: { logGroup: [/x] }, severity: SEV3, between: 22:00-06:00 }]\n',
  );
  expect(rules.expect[0]?.when).toEqual({ is: 'between', from: 22 * 60, until: 30 * 60, days: [] });
});
