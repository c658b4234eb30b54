import { ABOUT_LEVELS, anyCase, NO_ERROR } from './words.ts';

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
  `(?:${DAY} )?\\d\\d?[-/ ]${MONTH}[-/ ]\\d{2,4}:?`,
  `(?:${DAY} )?${MONTH} {1,2}\\d\\d?(?:,? \\d{4}(?=[ ,]))?`,
  '\\d{4}年\\d\\d?月\\d\\d?日',
  '\\d{6}(?= \\d{6} )',
  '\\d{8}(?=[ T]\\d\\d:)',
].join('|');
const TIME =
  '\\d\\d?:\\d\\d(?::\\d\\d)?(?:[.,]\\d{1,9})? ?(?:[AP]M)?|\\d\\d?時\\d\\d?分(?:\\d\\d?秒)?|-\\d\\d\\.\\d\\d\\.\\d\\d\\.\\d+|\\d{6}(?= )';
const ZONE = 'Z|[+-]\\d\\d:?\\d\\d|\\b(?:UTC|GMT|JST|EST|EDT|CST|CDT|PST|PDT|CET|CEST|BST|IST|KST|AEST)\\b';
const YEAR = '\\d{4}(?=\\])';
const EPOCH = '\\d{10}(?:\\.\\d{1,9})?(?= |: )|\\d{13}(?= )|\\d\\.\\d{3,15}e\\+\\d\\d(?=\\s|$)';

/** A time, with or without its date and zone. */
const STAMP = new RegExp(
  `(?:${DATE})(?:,? {1,2}|[T_:]|(?=[-\\]\\t]|$))(?:(?:${TIME})(?: ?(?:${ZONE}))?(?: ${YEAR})?)?|(?:${TIME})(?:${ZONE})?(?![\\w.])|${EPOCH}`,
  'y',
);

const UUID = '[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}';
/** A request id in whichever way runtimes write it; `undefined` is Node before the first request. */
const REQUEST = new RegExp(`(?:RequestId:? )?(?:${UUID}|undefined|null)(?![\\w.])`, 'y');
const PROCESS =
  /(?:\d{1,9}(?:[:#]\d{1,9})?|spid\d{1,6}s?|(?!K[A-Z]{3}\d{4,5}-[EWI][: ])[A-Z]{1,20}\d{1,9}-[\w:-]+|[A-Z][A-Z_]{3,30}(?= \d{4}-\d\d-\d\d-)|(?:pid|tid)[=:]\s?\d+)(?=[\s:|,])/y;
const SEPARATOR =
  /\|-(?=[A-Z])|(?:-{1,3}|[|:,;*#]|[\u2014\u203a\u00bb\u2190-\u27bf]\ufe0f?)(?=\s|\||$)|[|:,;]/y;
/** The container runtime's own columns before what the program wrote. */
const STREAM = /(?:stdout|stderr) [FP](?= )/y;
/** `app[12]:`, `kubelet[1]:`, `main.go:10:`; a name alone needs no digits once a time stood before it. */
const TAG = /(?:[\w./@-]{1,80}\[[\w./-]{1,40}\]:|[\w./-]{1,80}\.\w{1,4}:\d{1,6}:)(?=\s)/y;
/** Behind an ISO time any two words could stand: only a process number tells a tag. */
const ISO_HOST = /[\w.-]{1,80} [\w./()-]{1,60}\[\d{1,9}\]:(?= )/y;
const SYSLOG_HOST = /[\w.-]{1,80} [\w./()-]{1,60}(?:\[\d{1,9}\])?:(?= )/y;
/** A logger's or host's name right before an upper-case level: dotted, in camel case, with a digit or
 * behind the time that Python writes (`…,123 shop ERROR`), so that prose is not one. */
const LOGGER =
  /(?:[\w$-]{1,60}(?:[.:/][\w$-]{1,60}){1,12}|[A-Z][a-z0-9]{1,30}[A-Z]\w{0,60}|[a-z][a-z-]{0,40}\d[\w-]{0,40}|(?<=,\d{3} )[\w-]{1,60}|root|__main__) {1,40}(?=[A-Z]{3,9}(?:[\s:]|$)|\[[A-Z]{4,8}\] )/y;
/** A name between separators: ` - app - ERROR - `, `| app | ERROR |`. */
const BETWEEN =
  /(?:(?![A-Z]{3,9}\b)[^\s|]{1,80} - ){0,5}(?![A-Z]{3,9}\b)[^\s|]{1,80}(?= - [A-Z]{3,9}\b)|[^\s|]{1,80}(?=\s{0,9}\|)/y;
const PARENS = /\([^()\s]{1,60}\)(?=\s)|\{[^{}"\s]{0,60}\}(?=\s)|<[^<>{}"\s]{1,60}>(?=\s)/y;
/** `pid=1 tid=ga1 class=Job` right before an upper-case level or one in brackets. */
const PAIRS =
  /(?:(?!level|lvl|severity)[a-z_]{2,16}=[^\s"=]{1,80} ){1,8}(?=(?:FATAL|ERROR|WARN|WARNING|INFO|DEBUG|TRACE)\b|\[[a-z]{4,9}\] )/y;
/** A time in angle brackets, as WebLogic writes it. */
const ANGLE_TIME = /<[A-Z][a-z]{2} \d{1,2}, \d{4}[^<>]{5,40}>/y;
/** A file or host that a collector put before the line's own time, or the program's name before a level in brackets. */
const PREFIX =
  /[^\s{"]{1,120} {1,3}(?=\d{4}-\d\d-\d\d[T ]\d\d:\d\d)|[\w.-]{1,60} {0,9}\|(?!\|)|[A-Z-]{1,20}(?= \d{10} )|[^\s{"]{1,80} (?=[A-Z]{4,8} \d{4}-\d\d-\d\d)|[\w$-]{1,60}(?:\.[\w$-]{1,60}){1,8} {1,4}(?=(?:FATAL|ERROR|WARN|WARNING|INFO|DEBUG|TRACE)[\s:])|\d{1,12} (?=\[[^[\]]{1,80}\] {1,2}[A-Z]{4,5} )|[\w.-]{1,40}: (?=\[(?:[a-z]{4,9}|[A-Z]{4,9})\] )|\([\w=, -]{1,60}\) (?=\[\d{4}-)|#{4}(?=<[A-Z][a-z]{2} \d)/y;
/** Rules, bullets and pictures that people draw before a level: `*** ERROR ***`, `## ERROR ##`, `■エラー■`. */
const MARKS =
  /(?:[*=~!>]{2,10}|-{2,10}(?=[A-Z]{3,9}-{2})|-{3,10} (?=[A-Z]{3,9}[: ][^\r\n]{0,300}-{3})|#{1,10}(?= ?[A-Z]{3,9} ?#)|(?:\p{Extended_Pictographic}|[\u2500-\u27bf\u203b]|\ufe0f){1,8})\s{0,2}(?=[A-Z[【(\u30a1-\u30fc\u4e00-\u9fff]|(?<=[\u2500-\u27bf]\ufe0f?\s{0,2})(?:error|fatal|warn)\b)/uy;

/** What introduces somebody's words, a state or a count is no program. */
const QUOTING = anyCase(
  'usage|docs?|help|see|re|fwd?|subject|title|comments?|messages?|msg|text|body|query|search|input|label|note|filter|expected|actual|got|last|user|name|said|says|quote|example|tags?|format|columns?|fields?|values?|keys?|levels?|headers?|types?|status|state|health|recovery|totals?|summary|counts?|alarms?|alerts?|incidents?|notifications?|results?|[\\w.-]{0,39}(?:level|severity|threshold)[\\w.-]{0,39}',
);
/** A capitalised word alone (`Health: `, `RECOVERY: `) is a label. */
const PROGRAM = `(?!(?:${QUOTING}):|[A-Z](?:[a-z]+|[A-Z]+):)[A-Za-z][\\w.-]{0,39}: `;
const IDS =
  '(?:(?:p?id|tid|thread|host|app|service|class|component|module|job|jid|task|req(?:uest)?_?id|trace_?id)=[^\\s"=]{1,80} ){1,8}';
/** A program's name or ids before a level at the start: `psql: error: …`, `app: ERROR …`, `pid=9 ERROR …`. */
const NAMED = new RegExp(
  `${PROGRAM}(?=(?:fatal|error|warning|info|debug): (?! {0,2}(?:${NO_ERROR}))\\S|\\[[A-Z][a-z]{3,8}\\] )|` +
    `(?:${PROGRAM}|${IDS})(?=(?:FATAL|CRITICAL|ERROR|WARN|WARNING|INFO|DEBUG|TRACE)(?!:? {1,3}(?:${NO_ERROR}))(?:: | (?!(?:${ABOUT_LEVELS})\\b)[^\\s=]))`,
  'y',
);

/** A program's part behind a time, before a level with a colon: BIND's `general: error: `, Dovecot's `imap(bob)<31>: Error: `. */
const CATEGORY = new RegExp(
  `(?!(?:${QUOTING}):)[\\w.-]{1,40}(?:\\([^()\\s]{1,80}\\))?(?:<[^<>\\s]{1,60}>){0,3}: (?=(?:${anyCase('fatal|panic|critical|error|warning|notice|info|debug')}): (?! {0,2}(?:${NO_ERROR})))`,
  'y',
);
/** Ceph: thread, verbosity, channel. */
const CHANNEL = /[\da-f]{6,16} {1,3}-?\d{1,2} log_channel\(\w{1,30}\) log (?=\[[A-Z]{3}\])/y;

function end(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : -1;
}

/** Index after the time at `at`, or -1. */
export function afterStamp(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code === 60) return end(ANGLE_TIME, text, at);
  const digitLetterOrDash = (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || code === 45;
  return digitLetterOrDash ? end(STAMP, text, at) : -1;
}

/** Index after a request id, or -1. */
export function afterRequest(text: string, at: number): number {
  return end(REQUEST, text, at);
}

/** Index after what a collector or container runtime put before the whole line, or marks drawn there, or -1. */
export function afterPrefix(text: string): number {
  for (const before of [PREFIX, MARKS, NAMED]) {
    const next = end(before, text, 0);
    if (next !== -1) return next;
  }
  return -1;
}

/** Index after a separator, or -1. */
export function afterSeparator(text: string, at: number): number {
  return end(SEPARATOR, text, at);
}

/** Index after a tag with a process number or a source line (`app[12]:`), or -1. */
export function afterTag(text: string, at: number): number {
  return end(TAG, text, at);
}

const PARTS = [CHANNEL, PROCESS, STREAM, LOGGER, BETWEEN, PARENS, PAIRS, CATEGORY];

/** Index after a part that is only header material behind a time or a bracket, or -1. */
export function afterPart(text: string, at: number): number {
  for (const part of PARTS) {
    const next = end(part, text, at);
    if (next !== -1) return next;
  }
  return -1;
}

/** Index after the host and tag of a syslog line without priority, or -1. `named`: its time begins with a month. */
export function afterHost(text: string, at: number, named: boolean): number {
  return end(named ? SYSLOG_HOST : ISO_HOST, text, at);
}
