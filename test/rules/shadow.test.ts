import { describe, expect, it, test } from 'vitest';
import { judgeFrom, line, MORNING } from './make.ts';

/** The rules with and without their trials, on one signal: the verdict but for its reasons, and the trials' words. */
function compare(source: string, signal = line('ERROR')) {
  const tried = judgeFrom(source).verdict(signal, MORNING);
  const without = judgeFrom(source.replaceAll(/^ {2}- .*shadow: true.*\n/gm, '')).verdict(signal, MORNING);
  const said = tried.why.filter(({ stage }) => stage === 'shadow');
  const others = tried.why.filter(({ stage }) => stage !== 'shadow').map(({ because }) => because);
  expect({ ...tried, why: others }).toEqual({ ...without, why: without.why.map(({ because }) => because) });
  return said.map(({ rule, because }) => `${rule} ${because}`);
}

const SEVERE =
  '  - { name: severe, match: { service: [checkout] }, severity: SEV2, why: nobody can pay, shadow: true }\n';

describe('a rule with shadow: true decides nothing for anybody, and says what it would have decided', () => {
  test.each([
    [
      'a severity rule',
      `severities:\n${SEVERE}`,
      [
        'severe shadow: would have made it SEV2, alert → slack-alert, oncall: nobody can pay (service = checkout)',
      ],
    ],
    [
      'an ignore rule',
      'ignore:\n  - { match: { level: [ERROR] }, reason: known, owner: shop, expires: never, shadow: true }\n',
      ['ignore-1 shadow: would have ignored it: known (level = ERROR)'],
    ],
    [
      'an escalation',
      'escalate:\n  - { match: { level: [ERROR] }, count: 5, within: 1h, to: SEV1, shadow: true }\n',
      ['escalate-1 shadow: would count towards SEV1: 5 of the same within 1 h'],
    ],
    [
      'several, each as if it alone were live',
      `severities:\n${SEVERE}  - { name: mild, match: { level: [ERROR] }, severity: SEV5, channel: alert, shadow: true }\n`,
      [
        'severe shadow: would have made it SEV2, alert → slack-alert, oncall: nobody can pay (service = checkout)',
        'mild shadow: would have made it SEV5, alert → slack-alert: it matches this rule (level = ERROR)',
      ],
    ],
  ])('%s', (_, source, said) => expect(compare(source)).toEqual(said));

  test.each([
    [
      'a rule above decides first',
      `severities:\n  - { name: first, match: { level: [ERROR] }, severity: SEV3 }\n${SEVERE}`,
      line('ERROR'),
    ],
    ['it does not match', `severities:\n${SEVERE}`, line('ERROR', { service: 'cart' })],
    [
      'an ignore rule on trial has expired',
      'ignore:\n  - { match: { level: [ERROR] }, reason: r, owner: o, expires: 2020-01-01, shadow: true }\n',
      line('ERROR'),
    ],
    [
      'what ends is never ignored',
      'ignore:\n  - { match: { level: [ERROR] }, reason: r, owner: o, expires: never, shadow: true }\n',
      line('ERROR', { status: 'resolved' }),
    ],
    [
      'an ignore rule above takes it first',
      'ignore:\n  - { match: { level: [ERROR] }, reason: r, owner: o, expires: never }\n  - { match: { level: [ERROR] }, reason: r, owner: o, expires: never, shadow: true }\n',
      line('ERROR'),
    ],
  ])('says nothing where %s', (_, source, signal) => expect(compare(source, signal)).toEqual([]));

  it('reaches a line below WARNING as a live rule would, and still leaves it untold', () => {
    const source =
      'severities:\n  - { name: slow, match: { message: [{ prefix: slow }] }, severity: SEV3, shadow: true }\n';
    expect(compare(source, line('INFO', { message: 'slow query' }))).toEqual([
      'slow shadow: would have made it SEV3, alert → slack-alert: it matches this rule (message = slow query)',
    ]);
    expect(judgeFrom(source).prefilter).toEqual(['slow']);
  });

  it('does not take the place of a built-in escalation of its name', () => {
    const judge = judgeFrom(
      'escalate:\n  - { name: warning-burst, match: { level: [WARNING] }, count: 50, within: 1h, to: SEV2, shadow: true }\n',
    );
    expect(judge.escalation('warning-burst')).toMatchObject({ count: 5, at: 'built-in' });
    expect(judge.verdict(line('WARNING'), MORNING)).toMatchObject({ counts: ['warning-burst'] });
  });
});
