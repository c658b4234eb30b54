/** Times outside of these are placeholders or nonsense: AWS has no events before 2000, and 1970 means "not set". */
const EARLIEST = Date.UTC(2000, 0, 1);
const LATEST = Date.UTC(2100, 0, 1);

const ISO = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?(?:[.,]\d{1,9})?) ?(Z|UTC|GMT|[+-]\d\d:?\d\d)?$/i;
/** `Fri, 27 Jan 2023 06:02:51 GMT` (AWS Health). */
const RFC_1123 = /^(?:[A-Z][a-z]{2}, )?\d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d (?:GMT|UTC|[+-]\d{4})$/;
/** `Wed Sep 04 16:59:44.356 UTC 2024` (Inspector, CodeDeploy). */
const UNIX_DATE =
  /^[A-Z][a-z]{2} ([A-Z][a-z]{2}) +(\d{1,2}) (\d\d:\d\d:\d\d)(\.\d{1,3})? (?:UTC|GMT) (\d{4})$/;

/**
 * Reads a time in any form that AWS events use: ISO 8601 (`Z`, `+0000`, `+00:00`; no zone means UTC), RFC 1123,
 * Unix date, epoch milliseconds or seconds (numbers or digits). Returns ms since the epoch, or null for
 * anything else and for times before 2000 or after 2099. Never depends on the machine's own zone.
 */
export function readTime(value: unknown): number | null {
  if (typeof value === 'number') return plausible(fromEpoch(value));
  if (typeof value !== 'string' || value.length > 64) return null;
  const text = value.trim();
  if (/^\d{9,16}(\.\d{1,9})?$/.test(text)) return plausible(fromEpoch(Number(text)));
  return plausible(fromWords(text));
}

/** The first of `candidates` that is a time, or null. */
export function firstTime(...candidates: readonly unknown[]): number | null {
  for (const candidate of candidates) {
    const time = readTime(candidate);
    if (time !== null) return time;
  }
  return null;
}

/** Seconds have ten digits until 2286, milliseconds had twelve by 1973: nothing plausible is both. */
function fromEpoch(value: number): number {
  return value < 1e11 ? value * 1000 : value;
}

function fromWords(text: string): number {
  const iso = ISO.exec(text);
  if (iso !== null) return Date.parse(`${iso[1]}T${iso[2]?.replace(',', '.')}${isoZone(iso[3])}`);
  if (RFC_1123.test(text)) return Date.parse(text);
  const unix = UNIX_DATE.exec(text);
  if (unix === null) return Number.NaN;
  const [, month, day, clock, fraction] = unix;
  return Date.parse(`${day} ${month} ${unix[5]} ${clock} GMT`) + Math.round(Number(fraction ?? 0) * 1000);
}

function isoZone(zone: string | undefined): string {
  if (zone === undefined || /^[zug]/i.test(zone)) return 'Z';
  return zone.includes(':') ? zone : `${zone.slice(0, 3)}:${zone.slice(3)}`;
}

function plausible(time: number): number | null {
  return time >= EARLIEST && time < LATEST ? Math.floor(time) : null;
}
