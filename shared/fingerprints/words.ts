/** Keys whose value says which fault it is: a 500 and a 404 are different problems. Compared in lower case, letters and digits alone. */
const CODE_KEYS = new Set([
  'code',
  'errcode',
  'errno',
  'errorcode',
  'errorname',
  'errortype',
  'exceptiontype',
  'exit',
  'exitcode',
  'exited',
  'exitstatus',
  'httpcode',
  'httpmethod',
  'httpstatus',
  'httpstatuscode',
  'method',
  'rc',
  'requestmethod',
  'responsecode',
  'responsestatus',
  'returncode',
  'signal',
  'sqlstate',
  'status',
  'statuscode',
]);

/** Keys whose value is prose: its words stay, only the ids and numbers in it are masked. */
const PROSE_KEYS = new Set([
  'cause',
  'description',
  'detail',
  'details',
  'err',
  'errmsg',
  'error',
  'errormessage',
  'event',
  'exception',
  'exceptionmessage',
  'exceptionname',
  'message',
  'msg',
  'reason',
  'shortmessage',
  'title',
  'type',
]);

/** Keys of a JSON line that hold a stack trace, as text or as a list of lines. */
const STACK_KEYS = new Set(['stack', 'stacktrace', 'trace', 'traceback']);

/** Japanese words that end the run of kanji or kana before a code: 終了コード 137. */
const CODE_WORDS_JA = ['コード', 'ステータス', 'シグナル', 'エラー'];

/** Verbs and nouns after which a three-digit number can be an HTTP status: `returned 502`. */
const ANSWERS = new Set(
  'answer answered answers failed got received replied responded responds response returned returns'.split(
    ' ',
  ),
);

/** Words that may stand between such a word and its number: `responded with 503`, `status was 404`. */
const LINKS = new Set('a an as by is of to was with'.split(' '));

/** What may follow an HTTP status in prose. A noun there makes the number a count: `returned 200 rows`. */
const AFTER_STATUS = new Set(
  'after and at but during error for from in on response status to when while'.split(' '),
);

/** First words of the standard reason phrases: `502 Bad Gateway`. */
const REASONS = new Set(
  'bad client conflict forbidden gateway gone internal method not payment server service too unauthorized unprocessable'.split(
    ' ',
  ),
);

/** Technical names whose digit belongs to the name. */
const NAMES_WITH_DIGITS = new Set(
  'base64 boto3 ec2 http2 i18n ipv4 ipv6 k8s log4j log4j2 md5 mysql2 oauth2 psycopg2 route53 s3 sha1 sha256 sha512 urllib3 utf16 utf8 x509'.split(
    ' ',
  ),
);

/** Units that belong to the number before them: 900 KB and 2 MB are the same fault. */
const UNITS = new Set(
  'b byte bytes d day days gb gib h hour hours kb kib m mb mib min mins minute minutes ms ns s sec second seconds secs tb tib us'.split(
    ' ',
  ),
);

const BEFORE_USER = new Set('as by for invalid of unknown'.split(' '));
const AFTER_USER = new Set('at by from in on to with'.split(' '));
const NOT_A_USER = new Set(
  'account agent already and at by cannot data did does error exists for from group has id in input is lookup must name not on or password pool profile service session to token unknown was with'.split(
    ' ',
  ),
);

/** Names of errors keep their digits: `AmazonS3Exception`, `ERR_HTTP2_STREAM_ERROR`. */
const ERROR_NAME = /^[A-Za-z_][\w.$]*(?:Error|Exception|Fault|Failure|Timeout|ERROR)$|^ERR_\w+$/;

/** Numbered messages of well-known products: `ORA-00942`, `SQLSTATE[42S02]`, Prisma's `P2002`, MongoDB's `E11000`. */
const NUMBERED =
  /^(?:(?:AH|CS|E|H|HY|MY|ORA|P|PGRST|PLS|RDS-EVENT|RMAN|SQL|TNS|TS|HTTP)-?\d{1,6}[A-Z]?|SQLSTATE\W?[0-9A-Z]{5}|CVE-\d{4}-\d{4,7})$/;

/** A word without punctuation and case: how the lists above are asked. */
export function plain(word: string): string {
  if (/^[a-z]*$/.test(word)) return word;
  return word.replace(/[^A-Za-z0-9]+/g, '').toLowerCase();
}

export function isCodeKey(key: string): boolean {
  return CODE_KEYS.has(plain(key));
}

export function isProseKey(key: string): boolean {
  return PROSE_KEYS.has(plain(key));
}

export function isStackKey(key: string): boolean {
  return STACK_KEYS.has(plain(key));
}

/** True when a value is short enough to be a code; one with more than six digits is an id under a code's key. */
export function isCode(value: string): boolean {
  if (value.length > 40 || !/^-?\w[\w.:-]*$/.test(value)) return false;
  return value.replace(/[^0-9]+/g, '').length <= 6 || /^0x[0-9a-f]{1,8}$/i.test(value);
}

/** True for a word with digits that is a name all the same. */
export function isName(word: string): boolean {
  if (/^[\d.,:-]+$/.test(word)) return false;
  return (
    NAMES_WITH_DIGITS.has(word.toLowerCase()) ||
    ERROR_NAME.test(word) ||
    NUMBERED.test(word) ||
    isClassName(word)
  );
}

/** `psycopg2.errors.UniqueViolation`: labels of letters and digits, the last one of letters with a capital first. */
function isClassName(word: string): boolean {
  const labels = word.split('.');
  const last = labels.at(-1) ?? '';
  return (
    labels.length >= 2 &&
    /^[A-Z][A-Za-z]+$/.test(last) &&
    labels.every((label) => /^[A-Za-z_]\w*$/.test(label))
  );
}

export function isUnit(word: string): boolean {
  return UNITS.has(plain(word));
}

/** The words around one word, nearest first; words of punctuation alone are left out. */
export interface Around {
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** Punctuation follows the word itself: its sentence part ends here. */
  readonly closed: boolean;
}

/** True when the words around a number say that it is a code, not a count: `exit code 137`, `HTTP/1.1" 502`. */
export function isCodeHere(word: string, around: Around): boolean {
  if (!isCode(word) || word.length > 12) return false;
  const [last = '', secondLast = ''] = around.before;
  const linked = LINKS.has(plain(last)) ? secondLast : last;
  if (CODE_WORDS_JA.some((ending) => linked.endsWith(ending))) return true;
  const asked = plain(linked);
  if (CODE_KEYS.has(asked)) return true;
  if (asked === 'error' && !linked.endsWith(':') && /^\d{1,5}$/.test(word)) return isErrorNumber(around);
  return /^[1-5]\d\d$/.test(word) && isStatusHere(linked, asked, around);
}

/** `Error 1062 (23000)`, `error 13: denied`; in `ERROR 812 --- [main]` the number is a process. */
function isErrorNumber({ after, closed }: Around): boolean {
  const [next] = after;
  return closed || next === undefined || next.startsWith('(');
}

function isStatusHere(before: string, asked: string, around: Around): boolean {
  const [after = ''] = around.after;
  if (asked.startsWith('http') || asked.endsWith('error') || asked.endsWith('exception')) return true;
  if (REASONS.has(plain(after)) || after.startsWith('エラー')) return true;
  const ends = around.closed || after === '' || /^\W/.test(after) || AFTER_STATUS.has(plain(after));
  if (before.includes('/')) return ends || /^\d/.test(after);
  return ANSWERS.has(asked) && ends;
}

/** True for the name in `for user taro from …`: whoever it is, the fault is the same. */
export function isUserHere(word: string, around: Around): boolean {
  const [last = '', secondLast = ''] = around.before;
  if (plain(last) !== 'user' || !/^[\w.-]+$/.test(word) || NOT_A_USER.has(word.toLowerCase())) return false;
  const next = around.after[0];
  if (next === undefined) return BEFORE_USER.has(plain(secondLast));
  return AFTER_USER.has(next) || /^[[(]/.test(next);
}
