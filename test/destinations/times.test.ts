import { describe, expect, it, test } from 'vitest';
import { amount, iso, localTime, span, zoneName } from '../../shared/destinations/times.ts';
import { wordsOf } from '../../shared/messages/words.ts';
import { tokyo } from './fixtures.ts';

describe('clocks', () => {
  test.each([
    ['Asia/Tokyo', '2026-11-22', '03:01:22', 'JST'],
    ['UTC', '2026-11-21', '18:01:22', 'UTC'],
    ['America/New_York', '2026-11-21', '13:01:22', 'EST'],
    ['Europe/Paris', '2026-11-21', '19:01:22', 'CET'],
    ['Asia/Kolkata', '2026-11-21', '23:31:22', 'IST'],
    ['America/Sao_Paulo', '2026-11-21', '15:01:22', 'GMT-3'],
    ['Mars/Olympus', '2026-11-21', '18:01:22', 'UTC'],
  ])('in %s', (zone, date, time, name) => {
    expect(localTime(tokyo(3, 1, 22), zone)).toEqual({ date, time });
    expect(zoneName(tokyo(3, 1, 22), zone)).toBe(name);
  });

  it('midnight is 00, not 24', () => {
    expect(localTime(tokyo(0, 0), 'Asia/Tokyo')).toEqual({ date: '2026-11-22', time: '00:00:00' });
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, -1e300, 1e300])('%s is no reason to fail', (ms) => {
    expect(iso(ms)).toMatch(/Z$/);
    expect(localTime(ms, 'Asia/Tokyo').time).toMatch(/^\d\d:\d\d:\d\d$/);
    expect(span(ms, wordsOf('en'))).not.toBe('');
  });
});

describe('lengths of time', () => {
  test.each([
    [0, '0 s', '0秒'],
    [999, '0 s', '0秒'],
    [43_000, '43 s', '43秒'],
    [763_000, '12 min 43 s', '12分43秒'],
    [1_800_000, '30 min', '30分'],
    [3_600_000, '1 h', '1時間'],
    [3_605_000, '1 h', '1時間'],
    [93_780_000, '1 d 2 h', '1日2時間'],
    [-5, '0 s', '0秒'],
  ])('%i ms', (ms, english, japanese) => {
    expect([span(ms, wordsOf('en')), span(ms, wordsOf('ja'))]).toEqual([english, japanese]);
  });

  it('sets thousands apart', () => {
    expect([amount(12), amount(1_412), amount(2_000_000)]).toEqual(['12', '1,412', '2,000,000']);
  });
});
