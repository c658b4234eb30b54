import { at, isObject, type JsonObject, text } from '../model/json.ts';
import { oneLine } from './words.ts';

/** What a person may have to read of one event, in bytes of UTF-8. */
export const MESSAGE_BYTES = 16_384;
const CUT_MARK = '\n… (cut; the whole text is in the log stream)';
const encoder = new TextEncoder();
const room = new Uint8Array(MESSAGE_BYTES);

/** `message` at most 16 kB long, cut between characters with a visible mark. */
export function cutMessage(message: string): string {
  if (message.length * 3 <= MESSAGE_BYTES) return message.toWellFormed();
  const start = message.slice(0, MESSAGE_BYTES).toWellFormed();
  const { read } = encoder.encodeInto(start, room);
  if (read === message.length) return start;
  const space = room.subarray(0, MESSAGE_BYTES - encoder.encode(CUT_MARK).length);
  return start.slice(0, encoder.encodeInto(start, space).read) + CUT_MARK;
}

const EXCEPTION =
  /^(?:Uncaught |Unhandled exception\. |Exception in thread "[^"]{0,80}" |Caused by: )?((?:[A-Za-z_$][\w$]{0,80}(?:\.|::|\\)){0,12}[A-Za-z_$]?[\w$]{0,80}(?:Error|Exception|Throwable))(?=:|$| \(| \[)/;
/** An error's own line is near the top; deeper lines are frames. */
const LINES = 60;

/** The error type that a line begins with, or null. */
export function errorTypeIn(line: string): string | null {
  return EXCEPTION.exec(line)?.[1] ?? null;
}

const ERRORS = ['error', 'err', 'exception'] as const;

/** The error type that a JSON line states: Lambda's errorType, an error object's type or name, Powertools' key. */
export function errorTypeOf(json: JsonObject | null): string | null {
  if (json === null) return null;
  const own = text(json, 'errorType') ?? text(json, 'message', 'errorType') ?? text(json, 'exception_name');
  if (own !== null && own !== '') return own.slice(0, 200);
  for (const key of ERRORS) {
    const error = at(json, key);
    const type = isObject(error) ? (text(error, 'type') ?? text(error, 'name')) : null;
    if (type !== null && type !== '') return type.slice(0, 200);
  }
  return null;
}

/** A log event's text as a person and a fingerprint need it. */
export interface Story {
  /** One line: what happened. */
  readonly title: string;
  readonly errorType: string | null;
  /** The line that says what happened, then the rest with the first stack frames. */
  readonly text: string;
}

const STORY_LENGTH = 8_192;

/** Ruby's runtime writes its error as JSON over many events. */
const RUBY_TYPE = /"errorType": ?"(?:Function<)?([\w:.]{1,200})/;
const RUBY_MESSAGE = /"errorMessage": ?"((?:[^"\\]|\\.){0,2000})"/;

/** The line that names what happened: of a traceback the last one that names an error, else the first. */
function tellingLine(lines: readonly string[], whole: string): string {
  const first = lines[0] ?? '';
  if (first.startsWith('Traceback (')) return lines.findLast((line) => errorTypeIn(line) !== null) ?? first;
  if (/^(?:Error raised from handler method|Init error when loading handler)/.test(first)) {
    const message = RUBY_MESSAGE.exec(whole)?.[1];
    const type = RUBY_TYPE.exec(whole)?.[1];
    if (message !== undefined) return type === undefined ? message : `${type}: ${message}`;
  }
  return first;
}

/** The telling line with the error's type, which may come from a line below it. */
function titled(line: string, errorType: string | null): string {
  if (errorType === null || line.includes(errorType)) return oneLine(line);
  const type = ` (${oneLine(errorType, 60)})`;
  return oneLine(line, 150 - type.length) + type;
}

/** Tells an event's body: `stated` is the error type that its fields state. */
export function tell(body: string, stated: string | null): Story {
  const whole = body.slice(0, STORY_LENGTH).replace(/\r\n?/g, '\n');
  const lines = whole.split('\n', LINES).filter((line) => line.trim() !== '');
  const telling = tellingLine(lines, whole);
  const errorType =
    stated ?? errorTypeIn(telling) ?? lines.map(errorTypeIn).find((type) => type !== null) ?? null;
  const title = titled(telling, errorType);
  const text = telling === lines[0] ? whole : `${telling}\n${whole}`;
  return { title, errorType, text };
}
