import { type Frame, frameOf, goFrameOf } from './frames.ts';
import { maskLine } from './mask.ts';
import { unpack } from './unpack.ts';

const MAX_TRACE_CHARS = 32_768;
const MAX_TRACE_LINES = 400;
const MAX_HEAD_CHARS = 2_000;
/** The message is told apart by its first two lines that are not empty. */
const HEAD_LINES = 2;
const OWN_FRAMES = 3;
const MAX_CAUSES = 3;

const COLOURS = /\u001B\[[0-9;]*[A-Za-z]/g;
const CONTROLS = /[\u0000-\u0009\u000B\u000C\u000E-\u001F\u007F]+/g;
const LINE_BREAKS = /\r\n|[\r\n\u0085\u2028\u2029]/;

/** Lines of a trace that say nothing of the fault. */
const NOISE =
  /^(?:Traceback \(most recent call last\):|Stack ?trace:|\.\.\. \d+ (?:more|common frames omitted)|--- End of .*|During handling of the above exception.*|The above exception was the direct cause.*|\[Previous line repeated .*|[{}[\]();,~^ ]+)$/i;
/** `KeyError: 'x'`, `botocore.exceptions.ClientError: …`: how Python names an error. */
const ERROR_LINE =
  /^[A-Za-z_][\w.]{0,200}(?:Error|Exception|Warning|Exit|Interrupt|Fault|Failure|Timeout)(?::|$)|^(?:[a-z_]\w{0,60}\.){1,8}[A-Z]\w{0,80}(?::|$)/;
const CAUSE = /^(?:Caused by: |\[cause\]: |Suppressed: )([\w.$]{1,200})/;
/** From here on a Go text is all trace: two lines a call. */
const GOROUTINE = /^goroutine \d+ \[/;
/** Properties that Node prints under a trace: `code: 'ECONNREFUSED',`. */
const PROPERTY = /^\[?(code|errno|name|statusCode|httpStatusCode|\$fault)\]?: ['"]?([\w.-]{1,40})['"]?,?$/;

/**
 * What stays the same in the text of one fault from line to line: its words and codes, with `<*>` for whatever
 * changes, and for a stack trace its error, causes and top own frames. Two texts with one template are the same
 * problem. Stateless, total, and bounded: two lines of 2,000 characters together count, a trace by its first 32 kB.
 */
export function templateOf(text: string): string {
  const clean = unpack(text.slice(0, MAX_TRACE_CHARS * 2))
    .replace(COLOURS, '')
    .replace(CONTROLS, ' ');
  const trace = readTrace(clean.slice(0, MAX_TRACE_CHARS).split(LINE_BREAKS, MAX_TRACE_LINES));
  const named = trace.closing.length > 0 ? trace.closing : trace.others;
  const lines = bounded([...new Set([...trace.head, ...named])]);
  const message = lines.map(maskLine).join(' ');
  const causes = trace.causes.map((cause) => `caused by ${cause}`);
  return [message, ...causes, ...trace.properties, framesOf(trace.frames)]
    .filter((part) => part !== '')
    .join(' | ');
}

/** Cut between words: half an id would not look like one. */
function bounded(lines: readonly string[]): readonly string[] {
  let left = MAX_HEAD_CHARS;
  return lines.map((line) => {
    const space = line.length > left ? line.lastIndexOf(' ', left) : line.length;
    const kept = line.slice(0, space > 0 ? space : left);
    left -= kept.length;
    return kept;
  });
}

interface Trace {
  readonly head: string[];
  /** The lines under a Python trace that name the error. */
  readonly closing: string[];
  /** Other lines under it, for an error that does not look like one. */
  readonly others: string[];
  readonly causes: string[];
  readonly properties: string[];
  readonly frames: Frame[];
  /** The message is over. */
  below: boolean;
  /** The line before was a frame of a Python trace; its source line may follow. */
  afterPython: boolean;
}

function readTrace(lines: readonly string[]): Trace {
  const trace: Trace = {
    head: [],
    closing: [],
    others: [],
    causes: [],
    properties: [],
    frames: [],
    below: false,
    afterPython: false,
  };
  let above = '';
  for (const line of lines) {
    const trimmed = line.trim().slice(0, MAX_HEAD_CHARS);
    if (trimmed !== '') place(trace, trimmed, line, above);
    above = trimmed;
  }
  return trace;
}

function place(trace: Trace, trimmed: string, line: string, above: string): void {
  const frame = frameOf(trimmed) ?? goFrameOf(trimmed, above);
  if (frame !== null) {
    trace.frames.push(frame);
    trace.below = true;
    trace.afterPython = frame.innermost === 'last';
    return;
  }
  const cause = CAUSE.exec(trimmed)?.[1];
  if (cause !== undefined) addUpTo(MAX_CAUSES, trace.causes, cause);
  else if (GOROUTINE.test(trimmed)) trace.below = true;
  else if (NOISE.test(trimmed)) return;
  else if (!trace.below) addUpTo(HEAD_LINES, trace.head, trimmed);
  else addBelow(trace, trimmed, line);
  trace.afterPython = false;
}

function addBelow(trace: Trace, trimmed: string, line: string): void {
  const property = PROPERTY.exec(trimmed);
  if (property !== null) addUpTo(MAX_CAUSES, trace.properties, `${property[1]}=${property[2]}`);
  else if (trace.frames[0]?.innermost !== 'last') return;
  else if (ERROR_LINE.test(trimmed)) addUpTo(MAX_CAUSES, trace.closing, trimmed);
  // Python writes the source under a frame, indented unless somebody trimmed it.
  else if (!trace.afterPython && !/^\s/.test(line)) addUpTo(1, trace.others, trimmed);
}

function addUpTo(limit: number, list: string[], item: string): void {
  if (list.length < limit && !list.includes(item)) list.push(item);
}

/** The top own frames, innermost first; calls of a function by itself count once. */
function framesOf(frames: readonly Frame[]): string {
  const own = frames.filter((frame) => frame.own);
  const ordered = own[0]?.innermost === 'last' ? own.reverse() : own;
  const names = [...new Set(ordered.map((frame) => frame.name))].slice(0, OWN_FRAMES);
  return names.length === 0 ? '' : `at ${names.join(' < ')}`;
}
