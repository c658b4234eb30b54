import type { Level } from '../model/level.ts';

/** Every word that stands for a level, in lower case. What is not here is no level. */
const WORDS: ReadonlyMap<string, Level> = new Map<string, Level>([
  ...words(
    'FATAL',
    'fatal critical crit emerg emergency alert panic dpanic severe-fatal ftl fata 致命的 緊急 重大 致命的エラー 重大エラー',
  ),
  ['fatal error', 'FATAL'],
  ...words(
    'ERROR',
    'error err eror erro severe エラー ｴﾗｰ 異常 障害 システムエラー エラー発生 異常発生 障害発生',
  ),
  ...words('WARNING', 'warn warning wrn 警告 注意'),
  ...words('INFO', 'info information informational inf notice success log config 情報 お知らせ'),
  ...words('DEBUG', 'debug debu dbug dbg fine finer verbose vrb http silly デバッグ'),
  ...words('TRACE', 'trace trac trce trc finest'),
]);

/** Level words that are also everyday words and component names: they count as a value or column, not in a header. */
const EVERYDAY: ReadonlySet<string> = new Set(['log', 'config', 'http', 'fine', 'finer']);

function words(level: Level, list: string): [string, Level][] {
  return list.split(' ').map((word) => [word, level]);
}

/**
 * A pattern's small letters in both cases; escapes and classes stay. Not `(?i:…)`: V8 reads that wrongly once a process
 * has compiled so many patterns that it stops to optimise them (`node --no-regexp-optimization` shows it).
 */
export function anyCase(pattern: string): string {
  return pattern.replace(/\\.|\[[^\]]*\]|[a-z]/g, (part) =>
    part.length === 1 ? `[${part}${part.toUpperCase()}]` : part,
  );
}

/** Full-width ASCII brought to ASCII, character by character, so that indexes stay the same. */
export function fold(text: string): string {
  if (!/[\u3000\uff01-\uff5e]/.test(text)) return text;
  return text.replace(/[\u3000\uff01-\uff5e]/g, (c) =>
    c === '\u3000' ? ' ' : String.fromCharCode(c.charCodeAt(0) - 0xfee0),
  );
}

/** `text` without terminal colour codes. */
export function stripColour(text: string): string {
  return text.includes('\u001b') ? text.replace(/\u001b\[[0-9;?]{0,20}[A-Za-z]/g, '') : text;
}

/**
 * The level that a whole value names (`"level": "Warning"`, `level=err`), or null. Colour codes, full width,
 * slog's offset (`ERROR+2`) and the degrees of OpenTelemetry and PostgreSQL (`INFO2`, `DEBUG1`) are allowed for.
 */
export function levelOfValue(value: string): Level | null {
  if (value.length > 60) return null;
  const word = fold(stripColour(value)).trim().toLowerCase();
  return WORDS.get(word) ?? WORDS.get(word.replace(/(?:[+-]\d{1,3}|[1-5])$/, '')) ?? null;
}

/** The level that a TAB column names. .NET writes `fail` there for Error; nowhere else is that word a level. */
export function levelOfColumn(column: string): Level | null {
  const word = column.trim();
  return word === 'fail' ? 'ERROR' : levelOfValue(word);
}

/** The level that a word in a header names; words of everyday speech do not count there. */
export function levelOfHeader(word: string): Level | null {
  const lower = word.toLowerCase();
  return EVERYDAY.has(lower) ? null : (WORDS.get(lower) ?? null);
}

/** What makes `error` behind a time the first half of a noun (`error rate 0`) or a sentence about one; a regex. */
export const ABOUT_LEVELS = [
  'rates?|counts?|counters?|handl\\w{2,4}|budgets?|logs?|logging|pages?|codes?|tables?|report\\w{0,3}|monitor\\w{0,3}',
  'messages?|track\\w{2,3}|queues?|lists?|levels?|metrics?|margins?|summary|notifications?|detect\\w{2,4}',
  'correct\\w{2,4}|recover\\w{1,3}|thresholds?|free|\\w{2,20}ing|while|when|during|occurred|is|was|are|were|has|cleared|fixed|resolved|ignored',
].join('|');

const SETTLED =
  'closed|acknowledged|acked|dismissed|silenced|suppressed|muted|snoozed|resolved|recovered|cleared|ended|over|gone|expired|effective|enabled|disabled';

/**
 * What follows a level word that counts, is a state or holds nothing: `ERROR 0, WARN 2`, `error: null`, `CRITICAL -> OK`,
 * `ALERT acknowledged by bob`; a regex. Not what an error may begin with: `undefined method`, `null pointer`, `0x80`.
 */
export const NO_ERROR = [
  '0(?:\\.\\d{1,9})?%?(?![\\w.])|[\\d.]{1,12}%?(?=$|[,;)]| {1,3}(?:fatal|errors?|warn(?:ings?)?|info|debug|FATAL|ERRORS?|WARN(?:INGS?)?|INFO|DEBUG)\\b)',
  '(?:none|nothing|no errors?|n\\/a|N\\/A|ok|OK|null|nil|false|undefined|""|\'\'|\\{\\}|\\[\\]|\\(0\\)|-)(?= {0,3}(?:$|[,;.。)|]|[-=*#]{2}|(?:found|reported|detected)\\b|(?!symbol|reference|method|function|variable|value|pointer|identifier)\\w{1,30} ?[:=]))',
  `-{1,2}>|=>|\\u2192|to\\b|(?:${SETTLED})(?= {0,3}(?:$|[,;.)]|(?:by|at|on|after|since|in|for|from)\\b))`,
].join('|');

const LETTERS: ReadonlyMap<string, Level> = new Map<string, Level>([
  ['F', 'FATAL'],
  ['C', 'FATAL'],
  ['E', 'ERROR'],
  ['W', 'WARNING'],
  ['I', 'INFO'],
  ['D', 'DEBUG'],
  ['T', 'TRACE'],
]);

/** The level that a single letter stands for where a format writes one, or null. */
export function levelOfLetter(letter: string): Level | null {
  return LETTERS.get(letter) ?? null;
}
