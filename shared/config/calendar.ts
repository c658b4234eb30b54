import type { CalendarDay, Expected, TimeRange } from '../model/rules.ts';
import type { Entry } from './parts.ts';
import { brief, type Finding, wrong } from './problem.ts';
import type { ExpectPart, WindowPart } from './schema.ts';
import { didYouMean } from './suggest.ts';
import { bad, good, kindOf, type Read } from './words.ts';

const DAY = 24 * 60;
const HINT = 'write two times of the day: 02:00-06:00';

/** `02:00-06:00`; `22:00-06:00` ends on the next day. */
export function readWindow(value: unknown): Read<TimeRange> {
  if (typeof value !== 'string') return bad(`must be two times of the day, not ${kindOf(value)}`, HINT);
  const [, fromHour, fromMinute, hour, minute] = /^(\d\d):(\d\d)-(\d\d):(\d\d)$/.exec(value) ?? [];
  const from = minutesOf(fromHour, fromMinute);
  const until = minutesOf(hour, minute);
  if (from === null || until === null || from === DAY)
    return bad(`must be two times of the day, not ${brief(value)}`, HINT);
  if (from === until) return bad('begins when it ends', 'for a whole day write 00:00-24:00');
  return good({ from, until: until > from ? until : until + DAY });
}

/** 24:00 is the midnight at the day's end. */
function minutesOf(hours: string | undefined, minutes: string | undefined): number | null {
  const [h, m] = [Number(hours), Number(minutes)];
  const all = h * 60 + m;
  return m < 60 && all <= DAY ? all : null;
}

const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const DAYS_HINT = 'write weekdays, days of the month or last: [mon, fri], [1, 15, last]';

/** `[mon, tue]`, `[1, 15, last]`. */
export function readDays(value: unknown): Read<readonly CalendarDay[]> {
  if (!Array.isArray(value) || value.length === 0)
    return bad(
      `must be a list of days, not ${Array.isArray(value) ? 'an empty one' : kindOf(value)}`,
      DAYS_HINT,
    );
  const days: CalendarDay[] = [];
  for (const one of value) {
    const day = dayOf(one);
    if (day === null) {
      const near = typeof one === 'string' ? didYouMean(one.toLowerCase().slice(0, 3), WEEKDAYS) : null;
      return bad(`must be days, not ${brief(one)}`, near ?? DAYS_HINT);
    }
    days.push(day);
  }
  return good(days);
}

function dayOf(value: unknown): CalendarDay | null {
  if (value === 'last') return { is: 'last' };
  const weekday = WEEKDAYS.indexOf(String(value));
  if (weekday >= 0) return { is: 'weekday', day: weekday };
  const date = typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 31;
  return date ? { is: 'date', day: value } : null;
}

/** One time range, or several. */
export function readTimes(value: unknown): Read<readonly TimeRange[]> {
  const ranges: TimeRange[] = [];
  for (const one of Array.isArray(value) ? value : [value]) {
    const read = readWindow(one);
    if (!read.ok) return read;
    ranges.push(read.value);
  }
  return ranges.length > 0 ? good(ranges) : bad('is empty', HINT);
}

/** `[1, 12]` */
export function readMonths(value: unknown): Read<readonly number[]> {
  const months: unknown[] = Array.isArray(value) ? value : [];
  const known = months.filter(isMonth);
  return known.length > 0 && known.length === months.length
    ? good(known)
    : bad('must be a list of months, 1 to 12', 'write [1, 12]');
}

function isMonth(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 12;
}

/** Each rule says either how often or between what times. */
export function checkExpectations(rules: readonly Entry<ExpectPart>[]): readonly Finding[] {
  return rules.flatMap(({ path, value: { every, between, days } }): readonly Finding[] => {
    if (every === null && between === null)
      return [
        wrong(
          path,
          '`every` or `between` is missing',
          'say when it must be heard: every: 15m, or between: 02:00-06:00',
        ),
      ];
    if (every !== null && between !== null)
      return [wrong(path, '`every` and `between` are two rules', 'make two entries of it')];
    return every !== null && days !== null
      ? [
          wrong(
            [...path, 'days'],
            '`days` belongs to `between`',
            'leave it out, or write between: 00:00-24:00',
          ),
        ]
      : [];
  });
}

/** When it must be heard. Only for a rule without findings. */
export function expectedOf({ every, between, days }: ExpectPart): Expected {
  if (between === null) return { is: 'every', ms: every ?? 0 };
  return { is: 'between', from: between.from, until: between.until, days: days ?? [] };
}

/** A window that is always open is an ignore rule. */
export function checkWindows(windows: readonly Entry<WindowPart>[]): readonly Finding[] {
  return windows.flatMap(({ path, value: { times, days, months } }) =>
    times === null && days === null && months === null
      ? [
          wrong(
            path,
            'this window is always open',
            'say when: times: [22:00-06:00], days: [sat, sun]; for always use `ignore`',
          ),
        ]
      : [],
  );
}
