import { describe, expect, it, test } from 'vitest';
import { readLevelBy } from '../../shared/levels/override.ts';
import type { LogsRule } from '../../shared/model/rules.ts';
import { makeLevelRules } from '../../shared/rules/levels.ts';

const group = { logGroup: [{ prefix: '/ecs/legacy-' }] };
const rule = (over: Partial<LogsRule>): LogsRule => ({
  name: 'legacy',
  match: group,
  field: null,
  scale: null,
  words: {},
  level: null,
  at: 'hansho.yml:9',
  ...over,
});

const RULES = makeLevelRules([
  rule({ field: 'meta.sev', scale: 'syslog', words: { S1: 'FATAL', note: 'WARNING' } }),
  rule({
    name: 'night',
    match: { ...group, message: [{ wildcard: '*異常終了*' }, { prefix: 'ORA-' }] },
    level: 'ERROR',
  }),
  rule({ name: 'elsewhere', match: { logGroup: ['/ecs/other'] }, level: 'FATAL' }),
]);

describe('what an operator says of a log group', () => {
  const read = readLevelBy(RULES.of('/ecs/legacy-till'));

  test.each([
    ['a word of its own', '{"meta":{"sev":"S1"},"message":"x"}', 'FATAL'],
    ['in any case', '{"meta":{"sev":"NOTE"},"message":"x"}', 'WARNING'],
    ['a number on its scale', '{"meta":{"sev":3},"message":"x"}', 'ERROR'],
    ['a number as text', '{"meta":{"sev":"4"},"message":"x"}', 'WARNING'],
    ['a usual word', '{"meta":{"sev":"warn"},"message":"x"}', 'WARNING'],
    ['before the usual key', '{"level":"error","meta":{"sev":7},"message":"x"}', 'DEBUG'],
    ['a dotted key', '{"meta.sev":2,"message":"x"}', 'FATAL'],
    ['a pair of a text line', 'meta.sev=S1 msg="drawer open"', 'FATAL'],
    ['a field that is missing: as usual', '{"level":"error","message":"x"}', 'ERROR'],
    ['a word that nobody knows: as usual', '{"level":"error","meta":{"sev":"purple"}}', 'ERROR'],
    ['a text without a level', '夜間バッチが異常終了しました', 'ERROR'],
    ['a text behind a time', '2027-01-05 04:00:00 ORA-00600: internal error code', 'ERROR'],
    ['a text with a level of its own', 'INFO 異常終了のテスト', 'INFO'],
    ['any other text', '夜間バッチが終わりました', null],
    ['a rule of another group', 'nothing to see', null],
  ])('%s', (_, line, level) => {
    expect(read(line).level).toBe(level);
  });

  it('says which rule decided, and where it stands', () => {
    expect(read('{"meta":{"sev":"S1"}}').evidence).toBe('key "meta.sev" = "S1" (rule legacy, hansho.yml:9)');
    expect(read('ORA-1').evidence).toBe('no level of its own (rule night, hansho.yml:9)');
  });

  it('most log groups have no rules', () => {
    expect(RULES.of('/aws/lambda/checkout')).toEqual([]);
    expect(RULES.of('/ecs/other').map(({ name }) => name)).toEqual(['elsewhere']);
  });
});
