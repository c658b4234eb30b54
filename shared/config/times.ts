import { type Day, momentOf } from '../rules/zone.ts';
import { brief } from './problem.ts';
import { bad, good, kindOf, type Read } from './words.ts';

const UNITS = new Map([
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);
const SPOKEN = new Map([
  ['sec', 's'],
  ['second', 's'],
  ['min', 'm'],
  ['minute', 'm'],
  ['hr', 'h'],
  ['hour', 'h'],
  ['day', 'd'],
  ['w', 'w'],
  ['week', 'w'],
]);

/** A reader of durations (`30m`, `2h`, `7d`) in ms, from `least` to `most`, which are durations themselves. */
export function durationReader(least: string, most: string): (value: unknown) => Read<number> {
  const [low, high] = [msOf(least) ?? 0, msOf(most) ?? Number.POSITIVE_INFINITY];
  return (value) => {
    const ms = typeof value === 'string' ? msOf(value) : null;
    if (ms === null) return bad(`must be a duration, not ${named(value)}`, meant(value));
    return ms >= low && ms <= high ? good(ms) : bad(`must be from ${least} to ${most}, not ${value}`);
  };
}

function msOf(text: string): number | null {
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const size = UNITS.get(unit ?? '');
  return size === undefined ? null : Number(count) * size;
}

function named(value: unknown): string {
  return typeof value === 'string' ? brief(value) : kindOf(value);
}

/** `5 minutes` was meant as `5m`; `2w` as `14d`. */
function meant(value: unknown): string {
  const [, count, word] = /^(\d{1,6}) ?([a-z]{1,10})$/i.exec(String(value)) ?? [];
  const spoken = (word ?? '').toLowerCase();
  const unit = UNITS.has(spoken) ? spoken : SPOKEN.get(spoken.replace(/s$/, ''));
  if (unit === undefined) return 'write a number and s, m, h or d: 30m, 2h, 7d';
  return `did you mean \`${unit === 'w' ? `${Number(count) * 7}d` : `${Number(count)}${unit}`}\`?`;
}

/** A moment, a time of a day or a whole day in the file's time zone. */
export type Moment =
  | { readonly is: 'moment'; readonly ms: number }
  | ({ readonly is: 'local'; readonly minutes: number } & Day)
  | ({ readonly is: 'day' } & Day);

/** When an ignore ends: with a day, at a moment, or never. */
export type End = { readonly is: 'never' } | Moment;

/** `2027-03-31` (through that day), `2027-03-31T18:00`, `2027-03-31T18:00:00+09:00`, or `never`. */
export function readEnd(value: unknown): Read<End> {
  if (value === 'never') return good({ is: 'never' });
  return readMoment(value, 'write a date such as 2027-03-31 (it holds through that day), or never');
}

/** As `readEnd`, and not never. */
export function readMoment(
  value: unknown,
  hint = 'write a day and a time: 2027-03-31T18:00, in the time zone of the file',
): Read<Moment> {
  if (typeof value !== 'string') return bad(`must be a date, not ${kindOf(value)}`, hint);
  const [, date, time, offset] =
    /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}(?::\d{2})?)(Z|[+-]\d{2}:\d{2})?)?$/.exec(value) ?? [];
  if (date === undefined) return bad(`must be a date, not ${brief(value)}`, hint);
  const [year = 0, month = 0, day = 0] = date.split('-').map(Number);
  if (!isDay(year, month, day)) return bad(`must be a date, and ${date} is not in the calendar`, hint);
  if (time === undefined) return good({ is: 'day', year, month, day });
  const ms = Date.parse(`${date}T${time}${offset ?? 'Z'}`);
  if (Number.isNaN(ms)) return bad(`must be a date, not ${brief(value)}`, hint);
  if (offset !== undefined) return good({ is: 'moment', ms });
  return good({ is: 'local', year, month, day, minutes: (ms - Date.UTC(year, month - 1, day)) / 60_000 });
}

function isDay(year: number, month: number, day: number): boolean {
  const date = new Date(Date.UTC(year, month - 1, day));
  return year >= 2000 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

/** The first ms at which it no longer holds, since the epoch; null for never. `timezone` is an IANA name. */
export function endsAt(end: End, timezone: string): number | null {
  if (end.is === 'never') return null;
  return end.is === 'day' ? momentOf(end, 24 * 60, timezone) : momentOfStart(end, timezone);
}

/** The ms at which it begins: of a day, its midnight. */
export function momentOfStart(moment: Moment, timezone: string): number {
  switch (moment.is) {
    case 'moment':
      return moment.ms;
    case 'local':
      return momentOf(moment, moment.minutes, timezone);
    case 'day':
      return momentOf(moment, 0, timezone);
  }
}
