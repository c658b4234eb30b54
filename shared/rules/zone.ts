import type { CalendarDay } from '../model/rules.ts';

/** One day of a calendar, no clock: month from 1. */
export interface Day {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** The day that a calendar in `timezone` (IANA name) shows at `ms`. */
export function dayAt(ms: number, timezone: string): Day {
  const wall = new Date(ms + offsetAt(ms, timezone));
  return { year: wall.getUTCFullYear(), month: wall.getUTCMonth() + 1, day: wall.getUTCDate() };
}

/** `days` later; negative is earlier. Months and years follow. */
export function addDays({ year, month, day }: Day, days: number): Day {
  return dayAt(Date.UTC(year, month - 1, day + days), 'UTC');
}

/** Whether a day is one of those. None named: every day. */
export function falls(day: Day, days: readonly CalendarDay[]): boolean {
  return days.length === 0 || days.some((one) => isOn(one, day));
}

function isOn(expected: CalendarDay, day: Day): boolean {
  switch (expected.is) {
    case 'weekday':
      return weekdayOf(day) === expected.day;
    case 'date':
      return day.day === expected.day;
    case 'last':
      return addDays(day, 1).day === 1;
  }
}

/** 0 is Sunday. */
function weekdayOf({ year, month, day }: Day): number {
  return new Date(Date.UTC(year, month - 1, day)).getUTCDay();
}

/**
 * The moment, ms since the epoch, at which clocks in `timezone` show `minutes` after midnight of that day (1,440 is
 * the next midnight). Where clocks skip that time, as much later as they skip; where they show it twice, the first.
 */
export function momentOf({ year, month, day }: Day, minutes: number, timezone: string): number {
  const wall = Date.UTC(year, month - 1, day, 0, minutes);
  const guess = wall - offsetAt(wall, timezone);
  const offsets = [offsetAt(guess - DAY_MS, timezone), offsetAt(guess + DAY_MS, timezone)];
  const shown = offsets.map((offset) => wall - offset).filter((ms) => ms + offsetAt(ms, timezone) === wall);
  return Math.min(...(shown.length > 0 ? shown : [wall - (offsets[0] ?? 0)]));
}
const DAY_MS = 86_400_000;

/** `2026-12-05 23:59`, as clocks in `timezone` show it. */
export function clockAt(ms: number, timezone: string): string {
  return new Date(ms + offsetAt(ms, timezone)).toISOString().slice(0, 16).replace('T', ' ');
}

function offsetAt(ms: number, timezone: string): number {
  const name =
    formatOf(timezone)
      .formatToParts(ms)
      .find((part) => part.type === 'timeZoneName')?.value ?? '';
  const [, sign, hours = '0', minutes = '0'] = /GMT([+-])(\d{2}):(\d{2})/.exec(name) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 3_600_000 + Number(minutes) * 60_000);
}

/** Making one takes much longer than using it. There are as many as the rules name zones. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timezone: string): Intl.DateTimeFormat {
  const known = formats.get(timezone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-US', { timeZone: timezone, timeZoneName: 'longOffset' });
  formats.set(timezone, format);
  return format;
}
