import { describe, expect, it, test } from 'vitest';
import { readSilence } from '../../shared/config/silence.ts';
import { HOUR, MORNING } from '../support/make.ts';

const wish = { match: { service: ['orders'] }, for: '2h', author: 'yamada', reason: 'migration' };
const read = (over: object) => readSilence({ ...wish, ...over }, 'silence-1', MORNING);

describe('a silence asked for at run time', () => {
  it('is a rule as in the file, from now on', () => {
    expect(read({})).toEqual({
      ok: true,
      rule: {
        ...{ name: 'silence-1', match: { service: ['orders'] }, author: 'yamada', reason: 'migration' },
        ...{ from: MORNING, until: MORNING + 2 * HOUR, at: 'hansho silence' },
      },
    });
  });

  it('may name any team: the file that lists them may not be here', () => {
    expect(read({ match: { team: ['shop', { prefix: 'pay' }] } }).ok).toBe(true);
  });

  test.each([
    ['no match', { match: undefined }, '`match` must be a pattern: {"service": ["orders"]}'],
    ['a match of everything', { match: {} }, '`match` must be a pattern: {"service": ["orders"]}'],
    [
      'a match that is too long',
      { match: { title: ['x'.repeat(2_000)] } },
      '`match` must be at most 2000 characters',
    ],
    [
      'a key that incidents do not keep',
      { match: { level: ['ERROR'] } },
      'match.level: `level` is not known here',
    ],
    ['an unknown key', { match: { servce: ['orders'] } }, 'did you mean `service`'],
    ['a broken operator', { match: { service: [{ prefx: 'a' }] } }, 'match.service'],
    ['no duration', { for: undefined }, '`for` must be a duration, not nothing'],
    ['a duration that is none', { for: '2 hours' }, 'did you mean `2h`?'],
    ['more than 30 days', { for: '31d' }, '`for` must be from 1m to 30d, not 31d'],
    ['no author', { author: ' ' }, '`author` must not be empty'],
    ['no reason', { reason: undefined }, '`reason` must be text, not nothing'],
    ['a reason that is too long', { reason: 'x'.repeat(201) }, '`reason` must be at most 200 characters'],
  ])('with %s is refused', (_, over, because) => {
    const answer = read(over);
    expect(answer.ok ? [] : answer.problems).toEqual([expect.stringContaining(because)]);
  });

  it('says all that is wrong at once', () => {
    const answer = readSilence({}, 'silence-1', MORNING);
    expect(answer.ok ? [] : answer.problems).toHaveLength(4);
  });
});
