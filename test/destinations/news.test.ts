import { describe, expect, it, test } from 'vitest';
import type { Facts } from '../../shared/model/incident.ts';
import { type News, newsOf } from '../../shared/model/news.ts';
import { facts } from './fixtures.ts';

const firing = facts({ last: 100, first: 100 });
const resolved = facts({ first: 100, last: 100, resolvedAt: 200 });

interface Row {
  readonly rule: string;
  readonly announced: Facts | null;
  readonly now: Facts;
  readonly news: News | null;
}

const ROWS: readonly Row[] = [
  { rule: 'tells an opening', announced: null, now: firing, news: 'opened' },
  {
    rule: 'tells an opening that is over already, late',
    announced: null,
    now: resolved,
    news: 'opened',
  },
  {
    rule: 'keeps quiet about an end whose beginning never came',
    announced: null,
    now: facts({ count: 0, first: 0, last: 0, lastFiring: 0, resolvedAt: 50 }),
    news: null,
  },
  {
    rule: 'tells the next occurrence as an opening',
    announced: resolved,
    now: facts({ occurrence: 2, first: 900, last: 900, resolvedAt: 200 }),
    news: 'opened',
  },
  { rule: 'has nothing to say when nothing moved', announced: firing, now: firing, news: null },
  {
    rule: 'does not tell that it fired again while it fires',
    announced: firing,
    now: facts({ first: 100, last: 150, count: 9 }),
    news: null,
  },
  { rule: 'tells an end', announced: firing, now: resolved, news: 'resolved' },
  {
    rule: 'tells a rise',
    announced: firing,
    now: { ...firing, severity: 'SEV1' },
    news: 'risen',
  },
  {
    rule: 'tells an end before a rise that came with it (the reply mentions both)',
    announced: firing,
    now: { ...resolved, severity: 'SEV1' },
    news: 'resolved',
  },
  {
    rule: 'tells that it ended and came back while nobody could be told',
    announced: firing,
    now: facts({ first: 100, last: 300, resolvedAt: 200, count: 2 }),
    news: 'reopened',
  },
  {
    rule: 'does not take a late end from before the last announced firing for a return',
    announced: firing,
    now: facts({ first: 40, last: 100, resolvedAt: 50, count: 2 }),
    news: null,
  },
  {
    rule: 'tells a rise that came with such a late end',
    announced: firing,
    now: facts({ first: 40, last: 100, resolvedAt: 50, count: 2, severity: 'SEV1' }),
    news: 'risen',
  },
  {
    rule: 'tells a return',
    announced: resolved,
    now: facts({ first: 100, last: 300, resolvedAt: 200, count: 2 }),
    news: 'reopened',
  },
  {
    rule: 'tells a return at the very moment of the end',
    announced: resolved,
    now: facts({ first: 100, last: 200, resolvedAt: 200, count: 2 }),
    news: 'reopened',
  },
  {
    rule: 'tells that it came back and ended again while nobody could be told',
    announced: resolved,
    now: facts({ first: 100, last: 300, resolvedAt: 400, count: 2 }),
    news: 'recurred',
  },
  {
    rule: 'tells a return at the very moment of the end that has ended again',
    announced: resolved,
    now: facts({ first: 100, last: 200, resolvedAt: 400, count: 2 }),
    news: 'recurred',
  },
  {
    rule: 'does not tell a later end of what had ended',
    announced: resolved,
    now: { ...resolved, resolvedAt: 250 },
    news: null,
  },
  {
    rule: 'tells that what is over was graver than was told',
    announced: resolved,
    now: { ...resolved, severity: 'SEV1' },
    news: 'risen',
  },
];

describe('what a person must still be told', () => {
  test.each(ROWS)('$rule', ({ announced, now, news }) => {
    expect(newsOf(announced, now)).toBe(news);
  });

  it('is nothing once the facts of now were announced', () => {
    for (const { now } of ROWS) expect(newsOf(now, now)).toBeNull();
  });
});
