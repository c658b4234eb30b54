import type { LevelReading } from '../model/level.ts';
import { anyOf, bodyFrom, goesOn, type Line, says } from './line.ts';

/** The first line of an exception: its type, with its package, and the message. Nothing but that. */
const EXCEPTION =
  /^(?:[A-Za-z_$][\w$]{0,80}(?:\.|::|\\)){0,12}[A-Za-z_$]?[\w$]{0,80}(?:Error|Exception|Throwable)(?:\$\w{1,60})?(?: \[[\w.]{1,60}\]| \((?=\S))?(?::|$|(?<=\())/;
const TRACEBACK = /^Traceback \(most recent call last\):/;
/** A stack in the same event: then the event stands by itself. */
const FRAMES = /[\r\n][\s\u00a0]{0,20}(?:at |File "|from \/|#\d)/;

/** Lines that only make sense below another one, each with what it is. */
const PARTS: readonly (readonly [RegExp, string])[] = [
  [/^at [\w$.<>/[\]` ]{1,300}[(:]/, 'stack frame'],
  [/^(?:Caused by|Suppressed|Wrapped by): /, 'cause of the exception before'],
  [/^\.{3}(?: \d{1,6} |$)/, 'shortened stack'],
  [/^ORA-06512: /, 'PL/SQL position'],
  [/^(?:File "|from \/|#\d{1,4} |! )/, 'stack frame'],
  [
    /^(?:During handling of the above exception|The above exception was the direct cause)/,
    'chained exception',
  ],
  [/^(?:goroutine \d{1,9} \[|created by |\[signal SIG|exit status \d)/, 'goroutine dump'],
  [/^[\w./*()-]{1,200}\((?:0x[\da-f]|\.\.\.\)|\{0x|\)$)/, 'stack frame'],
  [/^\S{1,300}\.(?:rb|erb|rake):\d{1,7}:in [`']/, 'stack frame'],
  [
    /^\S{1,300}\.(?:js|mjs|cjs|ts|py|rb|php|go):\d{1,7}(?::\d{1,6})?(?: \+0x[\da-f]{1,16})?$/,
    'source position',
  ],
  [
    /^(?:stack backtrace:|note: run with |Stack trace:|PHP Stack trace:|PHP {1,6}\d{1,4}\. |thrown in )/,
    'stack trace',
  ],
  [/^\[(?:stacktrace|previous exception)\]/, 'stack trace'],
  [/^-{3,} ?(?:End of |>)/, 'end of a stack'],
  [/^(?:Node\.js v\d|\(Use `node --trace)/, 'end of a Node crash'],
  [/^[{}[\](),;"]{1,8}$/, 'closing or opening brace'],
  [/^"[\w.@-]{1,80}" ?:/, 'member of a pretty-printed object'],
];

const ANY_PART = anyOf(PARTS.map(([pattern]) => pattern));

/** Part of the event before it: a stack frame, a cause, a brace, anything indented. */
export function readPart(line: Line): LevelReading | null {
  const part = ANY_PART.test(line.head) ? PARTS.find(([pattern]) => pattern.test(line.head)) : undefined;
  if (part !== undefined) return goesOn(line, part[1]);
  if (line.text === '') return goesOn(line, 'blank line');
  return line.indented ? goesOn(line, 'indented line') : null;
}

/**
 * An exception without a level. With its stack in the same event it is an ERROR; its first line alone belongs
 * to the ERROR before it, and is one itself when there is none.
 */
export function readException(line: Line): LevelReading | null {
  const traceback = TRACEBACK.test(line.head);
  if (!traceback && !EXCEPTION.test(line.head)) return null;
  if (FRAMES.test(line.text.slice(0, 8_000))) {
    return says(
      'ERROR',
      traceback ? 'traceback without a level' : 'exception with its stack',
      bodyFrom(line, 0),
    );
  }
  return goesOn(line, traceback ? 'head of a traceback' : 'first line of an exception', 'ERROR');
}
