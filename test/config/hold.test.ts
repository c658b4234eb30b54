import { expect, test } from 'vitest';
import { BASE, problemsOf } from './make.ts';

const KEPT =
  'it is asked when telling, of what an incident keeps: source, kind, severity, service, team, account, region, logGroup, resource, title';
const SPAN = 'from: 2026-11-22, until: 2026-11-23, author: a, reason: r';

test.each([
  ['a silence', `silences: [{ match: { service: [a] }, ${SPAN} }]`, []],
  [
    'a silence that ends before it begins',
    'silences: [{ match: { service: [a] }, from: 2026-11-22T05:00, until: 2026-11-22T01:00, author: a, reason: r }]',
    ['8:70 `until` is not after `from` | a silence ends after it begins'],
  ],
  [
    'a silence for ever',
    'silences: [{ match: { service: [a] }, from: 2026-11-22, until: 2027-11-22, author: a, reason: r }]',
    ['8:64 a silence lasts 30 days at most | for longer use `ignore`, or `windows` for its hours'],
  ],
  [
    'a silence without an author',
    'silences: [{ match: { service: [a] }, from: 2026-11-22, until: 2026-11-22, reason: r }]',
    ['8:12 `author` is missing | say who decided it'],
  ],
  [
    'a silence on what an incident does not keep',
    `silences: [{ match: { level: [ERROR] }, ${SPAN} }]`,
    [`8:23 \`level\` is not known here | ${KEPT}`],
  ],
  [
    'a window that is always open',
    'windows: [{ name: a, match: { service: [a] }, reason: r }]',
    [
      '8:11 this window is always open | say when: times: [22:00-06:00], days: [sat, sun]; for always use `ignore`',
    ],
  ],
  [
    'a window in a thirteenth month',
    'windows: [{ name: a, months: [13], reason: r }]',
    ['8:30 `months` must be a list of months, 1 to 12 | write [1, 12]'],
  ],
  [
    'an inhibition by a field',
    'inhibit: [{ name: a, source: { service: [a] }, target: { fields: { a: [1] } }, equal: [account] }]',
    [`8:58 \`fields\` is not known here | ${KEPT}`],
  ],
  [
    'an inhibition by an unknown key',
    'inhibit: [{ name: a, source: { service: [a] }, target: { service: [b] }, equal: [acount] }]',
    [
      '8:81 `equal` must be a list of account, region, service, team, logGroup, resource | did you mean `account`?',
    ],
  ],
  [
    'a hold for a day',
    'hold: [{ match: { service: [a] }, for: 1d }]',
    ['8:40 `for` must be from 10s to 1h, not 1d'],
  ],
])('%s', (_, section, problems) => {
  expect(problemsOf(`${BASE}${section}\n`)).toEqual(problems);
});
