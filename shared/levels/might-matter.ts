/**
 * The second look at a line that is not calm: it cannot matter when it holds nothing that any reader could take for
 * WARNING or worse. Where in doubt, a line might matter.
 */

/** Level words, phrases and error types: the shortest part of each that everyday log words do not hold. */
const WORDS = new RegExp(
  [
    'err|eror|fail|fata|warn|wrn|crit|emerg|severe|alert|panic|pani\\[|ftl|exception|throwable|traceback',
    'time[sd]? ?out|aborted|runtime\\.|exited|out of memory|maxmemory|max memory|platform\\.[fl]|core dumped',
    'segmentation|bus error|illegal ins|floating point ex|breakpoint trap|terminate called|terminating|process term|sig[a-z]{3,5}: ',
    'smashing|overflow|corrupt|\\): |assertion|unexpected fault|stack exceeds|allocation of|\\[bug\\]|crash report|supervisor|extension\\.[a-z]|sandbox\\.|function\\.[a-z]',
    // Spelt out, which the engine looks for faster than groups.
    "not found|denied|no such file|unbound var|cannot exec|abend|abnormally|curl: \\(|ora-\\d|tns-\\d|rman-\\d|segfault|can't locate",
    'user process|valid bootstrap|not exit succ|lua: |luajit: |lua[\\d.]|sql\\d\\d\\d\\d|msg \\d|make: \\*|make\\[\\d',
  ].join('|'),
  'i',
);
/** Of its own, because the engine skips it at once on a line that is all Latin. */
const WIDE = /エラー|ｴﾗｰ|致命的|緊急|異常|障害|警告|注意|重大|[\u26a0\u2a2f]|[\uff21-\uff3a\uff41-\uff5a]/;
/** Colours may stand in the middle of a word. */
const ESCAPE = '\u001b';

/** Formats that write the level as a letter or number: syslog, klog, letters in brackets or tags, logcat, Redis. */
const LETTERS =
  '<[\\defw]|slf4j\\([ew]|[afew]/[\\w.$-]|[few]\\d{4,8} |\\[ ?[cfew] |\\d\\d-\\d\\d \\d\\d:|\\d{1,7}:[xcsm] |[\\d:.]{8,15} [afew]/';
const LETTER_FIRST = new RegExp(`^\\s*(?:${LETTERS})`, 'i');
/**
 * A letter behind a time (`E [1:main]`, `E!`, `[E]`, WebSphere's columns), and klog's behind a collector's header.
 * Both in one look, because each costs the whole line.
 */
const LETTER_LATER = /[ [|\t\]<][EWFC](?:[!\] >]|\d{4})|\d-[EW][: ]/;

/** A key's quotes, escaped when the object is the text of a log router's `log`. */
const Q = '\\\\{0,7}"';
const VALUE = `${Q}\\s*:\\s*(?:${Q})?`;
/** Numbers that are levels: all but those that are surely INFO and below on every scale. */
const NUMBERS = new RegExp(
  [
    `(?:level|lvl)${VALUE}(?:(?!(?:10|20|30|100|200|250)[\\s",}\\\\])\\d|[few]${Q})`,
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
    '\\\\u(?:00[0-7]|30a8|81f4|7dca|7570|969c|8b66|6ce8|91cd|26a0|2a2f|ff)',
  ].join('|'),
  'i',
);

/** The status of an access log line: behind the quoted request, in ALB's, CloudFront's or Gin's column. */
const BAD_STATUS = /" [45]\d\d[ \r\n]|" [45]\d\d$|[ \t][45]\d\d[ \t]/;

function isBadRequest(line: string): boolean {
  if (line.includes('" 4') || line.includes('" 5')) return BAD_STATUS.test(line);
  return /^\s*(?:\d{4}-\d\d-\d\d\t|(?:https?|h2|grpcs?|wss?) \d|\[GIN\])/.test(line) && BAD_STATUS.test(line);
}

function hasWord(line: string): boolean {
  return WORDS.test(line) || WIDE.test(line) || line.includes(ESCAPE);
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
