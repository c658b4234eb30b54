import type { Words } from '../messages/words.ts';

/** The longest time from the epoch that ECMAScript can name (ECMA-262, "Time Values"). */
const FARTHEST_MS = 8.64e15;

/** Making a formatter costs a hundred times what using it does; there are as many as zones in the rules. */
const FORMATTERS = new Map<string, Intl.DateTimeFormat>();

function formatter(
  locale: string,
  timezone: string,
  options: Intl.DateTimeFormatOptions,
): Intl.DateTimeFormat {
  const key = JSON.stringify([locale, timezone, options]);
  const made =
    FORMATTERS.get(key) ?? new Intl.DateTimeFormat(locale, { ...options, timeZone: known(timezone) });
  FORMATTERS.set(key, made);
  return made;
}

/** One moment as a clock on the wall of a time zone shows it. */
export interface LocalTime {
  /** `2026-11-22` */
  readonly date: string;
  /** `03:01:22` */
  readonly time: string;
}

const CLOCK: Intl.DateTimeFormatOptions = {
  hourCycle: 'h23',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
};

/** `ms` in an IANA time zone; an unknown zone reads as UTC, an impossible time as the nearest possible. */
export function localTime(ms: number, timezone: string): LocalTime {
  const [date = '', time = ''] = iso(possible(ms) + zoneAt(ms, timezone).ahead).split('T');
  return { date, time: time.slice(0, 8) };
}

/** `JST`, `EST`, `CET`; `GMT+9` where no abbreviation is in common use. */
export function zoneName(ms: number, timezone: string): string {
  return zoneAt(ms, timezone).name;
}

interface Zone {
  /** How far its clocks are ahead of UTC, ms. */
  readonly ahead: number;
  readonly name: string;
}

/** Clocks are set at full quarters of an hour. */
const STEADY_MS = 15 * 60_000;
/** Asking the formatters is most of what a card costs, and its moments are mostly of the same hours. */
const ZONES = new Map<string, Zone>();
const ZONES_KEPT = 500;

function zoneAt(ms: number, timezone: string): Zone {
  const quarter = Math.floor(possible(ms) / STEADY_MS) * STEADY_MS;
  const key = `${timezone} ${quarter}`;
  const kept = ZONES.get(key);
  if (kept !== undefined) return kept;
  const zone = { ahead: aheadOf(quarter, timezone), name: nameOf(quarter, timezone) };
  if (ZONES.size >= ZONES_KEPT) ZONES.clear();
  ZONES.set(key, zone);
  return zone;
}

function aheadOf(ms: number, timezone: string): number {
  const parts = new Map(
    formatter('en-US', timezone, CLOCK)
      .formatToParts(possible(ms))
      .map(({ type, value }) => [type, Number(value)]),
  );
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
  const shown = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  );
  return shown - ms;
}

/** Locales in whose countries a zone's abbreviation is in use; the others name only an offset. */
const NAMING = ['en-US', 'en-GB', 'en-AU', 'ja-JP', 'en-IN'] as const;

function nameOf(ms: number, timezone: string): string {
  const names = NAMING.map(
    (locale) =>
      formatter(locale, timezone, { timeZoneName: 'short' })
        .formatToParts(possible(ms))
        .find((p) => p.type === 'timeZoneName')?.value ?? 'UTC',
  );
  return names.find((name) => !/^(GMT|UTC)[+-]/.test(name)) ?? names[0] ?? 'UTC';
}

/** ISO 8601 in UTC. */
export function iso(ms: number): string {
  return new Date(possible(ms)).toISOString();
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A length of time in its two largest units: `1 h 5 min`, `43 s`. */
export function span(ms: number, words: Words): string {
  const left = Math.max(0, possible(ms));
  const units = [
    { n: Math.floor(left / DAY), say: words.days },
    { n: Math.floor((left % DAY) / HOUR), say: words.hours },
    { n: Math.floor((left % HOUR) / MINUTE), say: words.minutes },
    { n: Math.floor((left % MINUTE) / SECOND), say: words.seconds },
  ];
  const largest = units.findIndex(({ n }) => n > 0);
  if (largest === -1) return words.seconds(0);
  return units
    .slice(largest, largest + 2)
    .filter(({ n }) => n > 0)
    .map(({ n, say }) => say(n))
    .join(words.unitGap);
}

const AMOUNT = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** `1,412` */
export function amount(n: number): string {
  return AMOUNT.format(n);
}

function known(timezone: string): string {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: timezone });
    return timezone;
  } catch {
    return 'UTC';
  }
}

function possible(ms: number): number {
  return Number.isNaN(ms) ? 0 : Math.min(FARTHEST_MS, Math.max(-FARTHEST_MS, ms));
}
