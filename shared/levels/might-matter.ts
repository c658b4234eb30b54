/**
 * Most lines of most systems are INFO, and intake must not spend its time on reading them. Two steps tell
 * that a line cannot matter: its header says INFO or below in one of the commonest formats, or it holds
 * nothing that any reader could take for WARNING or worse. Where in doubt, a line might matter.
 */

/** Level words, phrases and error types: the shortest part of each that everyday log words do not hold. */
const WORDS = new RegExp(
  [
    'err|eror|fail|fata|warn|wrn|crit|emerg|severe|alert|panic|pani\\[|ftl|exception|throwable|traceback',
    'time[sd]? ?out|aborted|runtime\\.|exited|out of memory|maxmemory|max memory|platform\\.[fl]|core dumped',
    'segmentation|bus error|illegal ins|floating point ex|breakpoint trap|terminate called|terminating|process term|sig[a-z]{3,5}: ',
    'smashing|overflow|corrupt|\\): |assertion|unexpected fault|stack exceeds|allocation of|\\[bug\\]|crash report|supervisor|extension\\.[a-z]|sandbox\\.|function\\.[a-z]',
  ].join('|'),
  'i',
);
/** Of its own, because the engine skips it at once on a line that is all Latin. */
const WIDE = /エラー|ｴﾗｰ|致命的|緊急|異常|障害|警告|注意|重大|[\uff21-\uff3a\uff41-\uff5a]/;
/** Colours may stand in the middle of a word. */
const ESCAPE = '\u001b';

/** Formats that write the level as a letter or number: syslog, klog, letters in brackets or tags, logcat, Redis. */
const LETTERS =
  '<[\\defw]|slf4j\\([ew]|[afew]/[\\w.$-]|[few]\\d{4,8} |\\[ ?[cfew] |\\d\\d-\\d\\d \\d\\d:|\\d{1,7}:[xcsm] ';
const LETTER_FIRST = new RegExp(`^\\s*(?:${LETTERS})`, 'i');
/**
 * A letter behind a time (`E [1:main]`, `E!`, `[E]`, WebSphere's columns), and klog's behind a collector's header.
 * Both in one look, because each costs the whole line.
 */
const LETTER_LATER = /[ [|\t\]<][EWFC](?:[!\] >]|\d{4})/;

/** A key's quotes, escaped when the object is the text of a log router's `log`. */
const Q = '\\\\{0,7}"';
const VALUE = `${Q}\\s*:\\s*(?:${Q})?`;
/** Numbers that are levels: all but those that are surely INFO and below on every scale. */
const NUMBERS = new RegExp(
  [
    `(?:level|lvl)${VALUE}(?!(?:10|20|30|100|200|250)[\\s",}\\\\])\\d`,
    `levelno${VALUE}(?!(?:10|20)[\\s",}\\\\])\\d`,
    `level_value${VALUE}(?!(?:5000|10000|20000)[\\s",}\\\\])\\d`,
    `severity_?number${VALUE}(?!(?:[1-9]|1[0-2])[\\s",}\\\\])\\d`,
    `severity${VALUE}(?!(?:[1-3]00|\\d{1,2})[\\s",}\\\\])\\d`,
    `priority${VALUE}[0-4]`,
    `status(?:_?code)?${VALUE}[45]\\d\\d`,
    `levelname${VALUE}(?!(?:info|debug)[\\\\"])`,
    `short_message|EventId|"s${VALUE}[few]`,
    `"log${VALUE}(?:\\\\{1,8}\\w|\\s){0,8}(?:${LETTERS})`,
    // JSON's escapes may hide a word: ASCII, the first letters of the Japanese words, full width.
    '\\\\u(?:00[0-7]|30a8|81f4|7dca|7570|969c|8b66|6ce8|91cd|ff)',
  ].join('|'),
  'i',
);

const MEMBER =
  '"(?![lL][eE][vV])[\\w@.-]{1,40}": ?(?:"[^"\\\\\\x00-\\x1f]{0,200}"|(?:0|[1-9]\\d{0,18})(?:\\.\\d{1,9})?), ?';
/** `"level": "INFO"` (or pino's 10 to 30) among the first members of an object. */
const CALM_JSON = new RegExp(
  `^\\{(?:${MEMBER}){0,8}"level": ?(?:"(?:INFO|info|Info|Information|DEBUG|debug|TRACE|trace|notice)"|[123]0(?=[,} ]))`,
);

const CALM = 'INFO|DEBUG|TRACE';
const HEADER = '[\\d[][-\\d/:., TZ+[\\]|]{5,50}(?:\\[(?:main|[\\w-]{0,40}\\d)\\][ -]{1,3})?';
/** A header of times, numbers and brackets that says INFO or below, Python's and others' first word, START and END. */
const CALM_TEXT = new RegExp(
  `^(?:${HEADER}(?<= )(?:${CALM})[: ]|\\[(?:${CALM})\\][\\t ]|(?:${CALM})[: ]|(?:START|END) RequestId: )`,
);
/** The commonest of those headers, spelt out: a date, a time, the level. */
const CALM_ISO = new RegExp(
  `^\\[?\\d\\d\\d\\d-\\d\\d-\\d\\d[ T]\\d\\d:\\d\\d:\\d\\d[-\\d.,+:Z\\]]{0,20} {1,3}(?:${CALM})[: ]`,
);
/**
 * Lambda's Node and .NET text format; an object right behind the header may state its own level. Spelt out
 * character by character, which the engine matches several times faster than counted repeats.
 */
const HEX_GROUPS = [8, 4, 4, 4, 12].map((n) => '[0-9a-f]'.repeat(n)).join('-');
const CALM_COLUMN = new RegExp(
  `^\\d\\d\\d\\d-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d\\d\\dZ\\t${HEX_GROUPS}\\t(?:${CALM}|info|dbug|trce)\\t(?!\\{)`,
);
const OBJECT = /\{\s{0,60}["}]/;
/** Lambda's REPORT without a status and with memory to spare, as all but a few are. */
const CALM_REPORT =
  /^REPORT RequestId: [-\w]{1,64}\tDuration: [\d.]{1,16} ms\tBilled Duration: \d{1,9} ms\tMemory Size: (\d{1,9}) MB\tMax Memory Used: (?!\1 )\d{1,9} MB\t?(?:Init Duration: [\d.]{1,16} ms\t?)?\s{0,2}(?:XRAY TraceId: [-\w]{1,60}\tSegmentId: \w{1,40}\tSampled: \w{1,9}\s{0,4})?$/;

/** The status of an access log line: behind the quoted request, in ALB's, CloudFront's or Gin's column. */
const BAD_STATUS = /" [45]\d\d[ \r\n]|" [45]\d\d$|[ \t][45]\d\d[ \t]/;

function isBadRequest(line: string): boolean {
  if (line.includes('" 4') || line.includes('" 5')) return BAD_STATUS.test(line);
  return /^\s*(?:\d{4}-\d\d-\d\d\t|(?:https?|h2|grpcs?|wss?) \d|\[GIN\])/.test(line) && BAD_STATUS.test(line);
}

/**
 * INFO by its own first level key. A repeated key would win over the first, however it is written; looking for
 * `vel` is much faster than for the whole key, because a quote stands everywhere.
 */
function isCalmJson(line: string): boolean {
  const calm = CALM_JSON.exec(line);
  if (calm === null || line.indexOf('vel', calm[0].length) !== -1) return false;
  return !line.includes('\\') || !line.includes('\\u00');
}

function hasWord(line: string): boolean {
  return WORDS.test(line) || WIDE.test(line) || line.includes(ESCAPE);
}

/** INFO or below by a header that nothing behind it can overrule. */
function isCalmText(line: string): boolean {
  if (CALM_COLUMN.test(line)) return true;
  return (CALM_ISO.test(line) || CALM_TEXT.test(line)) && !(line.includes('{') && OBJECT.test(line));
}

/**
 * True only for a line that `readLevel` finds INFO or below and no part of the event before it: its own header says
 * so in one of the commonest formats.
 */
export function isCalm(line: string): boolean {
  if (line.startsWith('{')) return isCalmJson(line);
  return isCalmText(line) || (line.startsWith('REPORT ') && CALM_REPORT.test(line));
}

/**
 * Of a line that is not calm: false only when `readLevel` gives it neither WARNING or worse nor such a level when it
 * stands alone. True for some lines that are harmless.
 */
export function mightMatter(line: string): boolean {
  if (hasWord(line) || isBadRequest(line)) return true;
  if (line.startsWith('{')) return NUMBERS.test(line);
  if (line.startsWith('REPORT ')) return true;
  return LETTER_FIRST.test(line) || LETTER_LATER.test(line) || (line.includes('{') && NUMBERS.test(line));
}
