import { describe, expect, it, test } from 'vitest';
import type { Expected } from '../../shared/model/rules.ts';
import { missed } from '../../shared/rules/expect.ts';
import { HOUR, MINUTE } from '../support/make.ts';

const at = (local: string) => Date.parse(local);
const time = (ms: number | undefined) => (ms === undefined ? null : new Date(ms).toISOString().slice(0, 16));

describe('what must be heard every 15 minutes', () => {
  const every: Expected = { is: 'every', ms: 15 * MINUTE };
  const heard = at('2026-11-22T00:00Z');
  test.each([
    ['is not overdue before', 15 * MINUTE - 1, null],
    ['is overdue at that moment', 15 * MINUTE, '2026-11-22T00:15'],
    ['stays overdue from that moment on', 5 * HOUR, '2026-11-22T00:15'],
  ])('%s', (_, after, by) => {
    expect(time(missed(every, heard, heard + after, 'UTC')?.by)).toBe(by);
  });

  it('is ended by whatever is heard after the last time', () => {
    expect(missed(every, heard, heard + HOUR, 'UTC')?.since).toBe(heard + 1);
  });
});

describe('what must be heard between two times', () => {
  const nightly: Expected = { is: 'between', from: 120, until: 360, days: [] };
  const overMidnight: Expected = { is: 'between', from: 1320, until: 1800, days: [] };
  const weekdays: Expected = { ...nightly, days: [{ is: 'weekday', day: 1 }] };
  const monthEnd: Expected = { ...nightly, days: [{ is: 'last' }] };
  const first: Expected = { ...nightly, days: [{ is: 'date', day: 1 }] };
  // 2026-11-22 is a Sunday.
  test.each<[string, Expected, string, string, string, string | null]>([
    ['in time', nightly, 'Asia/Tokyo', '2026-11-22T03:00+09:00', '2026-11-22T09:00+09:00', null],
    [
      'not at all',
      nightly,
      'Asia/Tokyo',
      '2026-11-21T03:00+09:00',
      '2026-11-22T09:00+09:00',
      '2026-11-21T21:00',
    ],
    [
      'not yet, the window is open',
      nightly,
      'Asia/Tokyo',
      '2026-11-21T03:00+09:00',
      '2026-11-22T05:59+09:00',
      null,
    ],
    [
      'lines may still be on their way',
      nightly,
      'Asia/Tokyo',
      '2026-11-21T03:00+09:00',
      '2026-11-22T06:01+09:00',
      null,
    ],
    [
      'too early',
      nightly,
      'Asia/Tokyo',
      '2026-11-22T01:59+09:00',
      '2026-11-22T09:00+09:00',
      '2026-11-21T21:00',
    ],
    ['late, so it is heard', nightly, 'Asia/Tokyo', '2026-11-22T06:40+09:00', '2026-11-22T09:00+09:00', null],
    [
      'late yesterday does not count today',
      nightly,
      'Asia/Tokyo',
      '2026-11-21T06:40+09:00',
      '2026-11-22T09:00+09:00',
      '2026-11-21T21:00',
    ],
    ['over midnight, in time', overMidnight, 'UTC', '2026-11-21T23:00Z', '2026-11-22T07:00Z', null],
    ['over midnight, not', overMidnight, 'UTC', '2026-11-21T21:00Z', '2026-11-22T07:00Z', '2026-11-22T06:00'],
    ['on other days nothing is expected', weekdays, 'UTC', '2026-11-16T03:00Z', '2026-11-22T09:00Z', null],
    ['on its day', weekdays, 'UTC', '2026-11-16T03:00Z', '2026-11-23T09:00Z', '2026-11-23T06:00'],
    [
      'the last day of a month',
      monthEnd,
      'UTC',
      '2026-11-01T00:00Z',
      '2026-11-30T09:00Z',
      '2026-11-30T06:00',
    ],
    ['the first', first, 'UTC', '2026-10-31T00:00Z', '2026-11-22T09:00Z', '2026-11-01T06:00'],
    [
      'when clocks go forward',
      nightly,
      'America/New_York',
      '2026-03-07T12:00Z',
      '2026-03-08T15:00Z',
      '2026-03-08T10:00',
    ],
    [
      'when clocks go back',
      nightly,
      'America/New_York',
      '2026-10-31T12:00Z',
      '2026-11-01T15:00Z',
      '2026-11-01T11:00',
    ],
  ])('%s', (_, when, timezone, heard, now, by) => {
    expect(time(missed(when, at(heard), at(now), timezone)?.by)).toBe(by);
  });

  it('is ended by what is heard from the beginning of the window on, though it comes late', () => {
    const gap = missed(nightly, at('2026-11-21T03:00Z'), at('2026-11-22T09:00Z'), 'UTC');
    expect(time(gap?.since)).toBe('2026-11-22T02:00');
  });
});
