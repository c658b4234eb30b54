import { describe, expect, test } from 'vitest';
import { firstTime, readTime } from '../../shared/sources/times.ts';

const AT = Date.UTC(2023, 0, 27, 6, 2, 51);

describe('readTime', () => {
  test.each([
    ['ISO with Z', '2023-01-27T06:02:51Z', AT],
    ['ISO with milliseconds', '2023-01-27T06:02:51.345Z', AT + 345],
    ['ISO with microseconds', '2023-01-27T06:02:51.345678+00:00', AT + 345],
    ['a zone without a colon (alarms)', '2023-01-27T06:02:51.345+0000', AT + 345],
    ['a zone that is not UTC', '2023-01-27T15:02:51+0900', AT],
    ['no zone, which means UTC', '2023-01-27T06:02:51', AT],
    ['a space instead of T (RDS)', '2023-01-27 06:02:51.345', AT + 345],
    ['RFC 1123 (Health)', 'Fri, 27 Jan 2023 06:02:51 GMT', AT],
    ['RFC 1123 with one digit for the day', 'Fri, 7 Jan 2022 06:02:51 GMT', Date.UTC(2022, 0, 7, 6, 2, 51)],
    ['Unix date (Inspector)', 'Fri Jan 27 06:02:51.345 UTC 2023', AT + 345],
    ['Unix date without milliseconds (CodeDeploy)', 'Fri Jan 27 06:02:51 UTC 2023', AT],
    ['epoch milliseconds', AT + 345, AT + 345],
    ['epoch seconds', AT / 1000, AT],
    ['epoch seconds with a fraction', AT / 1000 + 0.5, AT + 500],
    ['epoch milliseconds as text', String(AT), AT],
    ['epoch seconds as text', String(AT / 1000), AT],
  ])('reads %s', (_, value, time) => {
    expect(readTime(value)).toBe(time);
  });

  test.each([
    ['the placeholder of samples', '1970-01-01T00:00:00Z'],
    ['zero', 0],
    ['a far future', '2150-01-01T00:00:00Z'],
    ['a year of six digits', '+275760-09-13T00:00:00.000Z'],
    ['words', 'yesterday'],
    ['a date that depends on the zone of the machine', 'Nov 29, 2016 7:43:25 PM'],
    ['a month that does not exist', '2023-13-27T06:02:51Z'],
    ['NaN', Number.NaN],
    ['an object', { hour: 3 }],
    ['null', null],
    ['a megabyte of digits', '1'.repeat(1_000_000)],
  ])('does not believe %s', (_, value) => {
    expect(readTime(value)).toBeNull();
  });

  test('firstTime takes the first that is one', () => {
    expect(firstTime(null, 'soon', '2023-01-27T06:02:51Z', '2024-01-27T06:02:51Z')).toBe(AT);
    expect(firstTime()).toBeNull();
  });
});
