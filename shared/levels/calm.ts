import { stringEnd } from '../model/cut-json.ts';

/**
 * Most lines of most systems are INFO, and intake must not spend its time on reading them. A line whose own header
 * says INFO or below, in one of the commonest formats, is calm. Where in doubt, a line is not.
 */

/** How a line is written where it is looked at; each value is the source of a pattern. */
interface Written {
  readonly tab: string;
  readonly space: string;
  readonly quote: string;
}
const AS_LOGGED: Written = { tab: '\\t', space: '\\s', quote: '"' };
/** As the text of a JSON string, without its quotes: the form that it has in a payload of CloudWatch Logs. */
const ESCAPED: Written = { tab: '\\\\t', space: '(?:\\\\[nrtf]|\\s)', quote: '\\\\"' };

const CALM = 'INFO|DEBUG|TRACE';

/** A member of an object that does not state its level. */
function memberBy({ quote }: Written): string {
  const string = `${quote}[^"\\\\\\x00-\\x1f]{0,200}${quote}`;
  return `${quote}(?![lL][eE][vV])[\\w@.-]{1,40}${quote}: ?(?:${string}|(?:0|[1-9]\\d{0,18})(?:\\.\\d{1,9})?), ?`;
}

/** `"level": "INFO"`, or pino's 10 to 30. */
function levelBy({ quote }: Written): string {
  const words = 'INFO|info|Info|Information|DEBUG|debug|TRACE|trace|notice';
  return `${quote}level${quote}: ?(?:${quote}(?:${words})${quote}|[123]0(?=[,} ]))`;
}

/** Its level among the first members of an object. */
const CALM_JSON = new RegExp(`^\\{(?:${memberBy(AS_LOGGED)}){0,8}${levelBy(AS_LOGGED)}`);

/**
 * Lambda's Node and .NET text format; an object right behind the header may state its own level. Spelt out
 * character by character, which the engine matches several times faster than counted repeats.
 */
function columnPattern({ tab }: Written): RegExp {
  const hex = [8, 4, 4, 4, 12].map((n) => '[0-9a-f]'.repeat(n)).join('-');
  const time = '\\d\\d\\d\\d-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d\\d\\dZ';
  return new RegExp(`^${time}${tab}${hex}${tab}(?:${CALM}|info|dbug|trce)${tab}(?!\\{)`);
}

/** The commonest headers of times, numbers and brackets, spelt out: a date, a time, the level. */
const ISO = new RegExp(
  `^\\[?\\d\\d\\d\\d-\\d\\d-\\d\\d[ T]\\d\\d:\\d\\d:\\d\\d[-\\d.,+:Z\\]]{0,20} {1,3}(?:${CALM})[: ]`,
);

/** Any such header that says INFO or below, Python's and others' first word, START and END. */
function headerPattern({ tab, space }: Written): RegExp {
  const header = '[\\d[][-\\d/:., TZ+[\\]|]{5,50}(?:\\[(?:main|[\\w-]{0,40}\\d)\\][ -]{1,3})?';
  const first = `\\[(?:${CALM})\\](?:${tab}| )|(?:${CALM})[: ]`;
  const call = `(?:START|END) RequestId: [-\\w]{1,64}(?: Version: [-\\w$]{1,80})?${space}{0,4}$`;
  return new RegExp(`^(?:${header}(?<= )(?:${CALM})[: ]|${first}|${call})`);
}

/** Lambda's REPORT without a status and with memory to spare, as all but a few are. */
function reportPattern({ tab, space }: Written): RegExp {
  const took = `Duration: [\\d.]{1,16} ms${tab}Billed Duration: \\d{1,9} ms${tab}`;
  const memory = `Memory Size: (\\d{1,9}) MB${tab}Max Memory Used: (?!\\1 )\\d{1,9} MB(?:${tab})?`;
  const start = `(?:Init Duration: [\\d.]{1,16} ms(?:${tab})?)?${space}{0,2}`;
  const trace = `(?:XRAY TraceId: [-\\w]{1,60}${tab}SegmentId: \\w{1,40}${tab}Sampled: \\w{1,9}${space}{0,4})?`;
  return new RegExp(`^REPORT RequestId: [-\\w]{1,64}${tab}${took}${memory}${start}${trace}$`);
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

/** INFO or below by a header that nothing behind it can overrule. */
function calmTextBy(written: Written): (line: string) => boolean {
  const [column, header, report] = [columnPattern(written), headerPattern(written), reportPattern(written)];
  const object = new RegExp(`\\{${written.space}{0,60}(?:${written.quote}|\\})`);
  return (line) => {
    if (column.test(line)) return true;
    if (ISO.test(line) || header.test(line)) return !(line.includes('{') && object.test(line));
    return line.startsWith('REPORT ') && report.test(line);
  };
}
const isCalmText = calmTextBy(AS_LOGGED);

/**
 * True only for a line that `readLevel` finds INFO or below and no part of the event before it: its own header says
 * so in one of the commonest formats.
 */
export function isCalm(line: string): boolean {
  // Colours may stand in the middle of a key.
  if (line.includes('\u001b')) return false;
  return line.startsWith('{') ? isCalmJson(line) : isCalmText(line);
}

const isCalmTextEscaped = calmTextBy(ESCAPED);

/**
 * A calm object up to the quote that closes its string, at one look. Behind the level, no `vel` and no escape that could
 * hide one; each piece begins with a character that ends the one before, so that it is linear.
 */
const CALM_OBJECT = new RegExp(
  `\\{(?:${memberBy(ESCAPED)}){0,8}${levelBy(ESCAPED)}[^"\\\\v]*(?:(?:\\\\(?:["/bfnrt]|\\\\(?!u))|v(?!el))[^"\\\\v]*)*(?=")`,
  'y',
);

/**
 * Where the JSON string that opens before `from` closes, if the line that it holds is calm; else -1. So a line need not
 * be taken out of a payload to be passed over. A line with a character that is written by its number is not: it may be
 * any. `text`: one byte a character, of any superset of ASCII.
 */
export function calmEnd(text: string, from: number): number {
  if (text[from] === '{') {
    CALM_OBJECT.lastIndex = from;
    return CALM_OBJECT.test(text) ? CALM_OBJECT.lastIndex : -1;
  }
  const end = stringEnd(text, from - 1) - 1;
  if (end < 0) return -1;
  const line = text.slice(from, end);
  return isCalmTextEscaped(line) && !line.includes('\\u') ? end : -1;
}
