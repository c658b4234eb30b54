/**
 * The parts of a line's header that are not the level: times, ids, process numbers, tags. Each pattern is
 * sticky, tried at one index, and linear.
 */

const MONTH = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}';
const DAY = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6},?';
const DATE = [
  '\\d{4}([-/.])\\d\\d?\\1\\d\\d?',
  '\\d\\d?([-/.])\\d\\d?\\2(?:\\d{4}|\\d\\d)(?!\\d)',
  '\\d\\d-\\d\\d(?= \\d\\d:)',
  `\\d\\d?[-/ ]${MONTH}[-/ ]\\d{2,4}:?`,
  `(?:${DAY} )?${MONTH} {1,2}\\d\\d?(?:,? \\d{4}(?=[ ,]))?`,
  '\\d{4}年\\d\\d?月\\d\\d?日',
  '\\d{6}(?= \\d{6} )',
  '\\d{8}(?=[ T]\\d\\d:)',
].join('|');
const TIME =
  '\\d\\d?:\\d\\d(?::\\d\\d)?(?:[.,]\\d{1,9})? ?(?:[AP]M)?|-\\d\\d\\.\\d\\d\\.\\d\\d\\.\\d+|\\d{6}(?= )';
const ZONE = 'Z|[+-]\\d\\d:?\\d\\d|\\b(?:UTC|GMT|JST|EST|EDT|CST|CDT|PST|PDT|CET|CEST|BST|IST|KST|AEST)\\b';
const YEAR = '\\d{4}(?=\\])';
const EPOCH = '\\d{10}(?:\\.\\d{1,9})?(?= )|\\d{13}(?= )';

/** A time, with or without its date and zone. */
const STAMP = new RegExp(
  `(?:${DATE})(?:,? {1,2}|[T_:]|(?=[-\\]\\t]|$))(?:(?:${TIME})(?: ?(?:${ZONE}))?(?: ${YEAR})?)?|(?:${TIME})(?:${ZONE})?(?![\\w.])|${EPOCH}`,
  'y',
);

const UUID = '[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}';
/** A request id in whichever way runtimes write it; `undefined` is Node before the first request. */
const REQUEST = new RegExp(`(?:RequestId:? )?(?:${UUID}|undefined|null)(?![\\w.])`, 'y');
const PROCESS =
  /(?:\d{1,9}(?:[:#]\d{1,9})?|[A-Z]+\d+-[\w:-]+|[A-Z][A-Z_]{3,30}(?= \d{4}-\d\d-\d\d-)|(?:pid|tid)[=:]\s?\d+)(?=[\s:|,])/y;
const SEPARATOR = /(?:-{1,3}|[|:,;*#]|\u2014)(?=\s|\||$)|[|:,]/y;
/** The container runtime's own columns before what the program wrote. */
const STREAM = /(?:stdout|stderr) [FP](?= )/y;
/** `app[12]:`, `kubelet[1]:`, `main.go:10:`; a name alone needs no digits once a time stood before it. */
const TAG = /(?:[\w./@-]{1,80}\[[\w./-]{1,40}\]:|[\w./-]{1,80}\.\w{1,4}:\d{1,6}:)(?=\s)/y;
const SYSLOG_HOST = /[\w.-]{1,80} [\w./()-]{1,60}(?:\[\d{1,9}\])?:(?= )/y;
/** A logger's name right before an upper-case level: dotted or in camel case, so that prose is not one. */
const LOGGER =
  /(?:[\w$-]{1,60}(?:[.:/][\w$-]{1,60}){1,12}|[A-Z][a-z0-9]{1,30}[A-Z]\w{0,60}|root|__main__) {1,4}(?=[A-Z]{3,9}(?:[\s:]|$))/y;
/** A name between separators: ` - app - ERROR - `, `| app | ERROR |`. */
const BETWEEN = /(?![A-Z]{3,9}\b)[^\s|]{1,80}(?= - [A-Z]{3,9}\b|\s{0,9}\|)/y;
const PARENS = /\([^()\s]{1,60}\)(?=\s)/y;
/** A file or host that a collector put before the line's own time. */
const PREFIX =
  /[^\s{"]{1,120} {1,3}(?=\d{4}-\d\d-\d\d[T ]\d\d:\d\d)|[\w.-]{1,60} {0,9}\|(?!\|)|[A-Z-]{1,20}(?= \d{10} )/y;

function end(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : -1;
}

/** Index after the time at `at`, or -1. */
export function afterStamp(text: string, at: number): number {
  const code = text.charCodeAt(at);
  const digitLetterOrDash = (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || code === 45;
  return digitLetterOrDash ? end(STAMP, text, at) : -1;
}

/** Index after a request id, or -1. */
export function afterRequest(text: string, at: number): number {
  return end(REQUEST, text, at);
}

/** Index after what a collector or container runtime put before the whole line, or -1. */
export function afterPrefix(text: string): number {
  return end(PREFIX, text, 0);
}

/** Index after a separator, or -1. */
export function afterSeparator(text: string, at: number): number {
  return end(SEPARATOR, text, at);
}

/** Index after a tag with a process number or a source line (`app[12]:`), or -1. */
export function afterTag(text: string, at: number): number {
  return end(TAG, text, at);
}

/** Index after a part that is only header material behind a time or a bracket, or -1. */
export function afterPart(text: string, at: number): number {
  for (const part of [PROCESS, STREAM, LOGGER, BETWEEN, PARENS]) {
    const next = end(part, text, at);
    if (next !== -1) return next;
  }
  return -1;
}

/** Index after the host and tag of a syslog line without priority, or -1. */
export function afterHost(text: string, at: number): number {
  return end(SYSLOG_HOST, text, at);
}
