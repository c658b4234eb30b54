/**
 * A soft hyphen is among what `fold` takes out: what it parts is read as two words, and comes back as it was. It is a
 * sign of one byte, so that the string stays one of such.
 */
const PARTER = '\u00AD';

const INVISIBLE = /[\u00AD\u200B-\u200F\u2060\uFEFF]+/g;
const FULL_WIDTH = /[\uFF01-\uFF5E]/g;
/**
 * A sign that JSON writers escape without need: all but ASCII (Python), `=<>&` (Gson, Go), `/` (PHP), in a JSON within
 * a JSON with more backslashes. Not what ends a string (quote, backslash, control characters) and no half of a pair.
 */
const ESCAPED = /\\(?<!\\\\)\\*(?:u(?!00[01]|0022|005[cC]|[dD][89a-fA-F])([\da-fA-F]{4})|\/)/g;
const HIDES =
  /[\uFF01-\uFF5E\u3000\u00AD\u200B-\u200F\u2060\uFEFF]|\\(?:u(?!00[01]|0022|005[cC]|[dD][89a-fA-F])[\da-fA-F]{4}|\/)/;
/** One disguise may come out of another; a text that goes on longer was made to. */
const MAX_FOLDS = 4;

/** The text with full-width and escaped characters as what they stand for, and without invisible ones. */
export function fold(text: string): string {
  let now = text;
  for (let times = 0; times < MAX_FOLDS && HIDES.test(now); times += 1) now = foldOnce(now);
  return now;
}

function foldOnce(text: string): string {
  return text
    .replace(ESCAPED, (_, hex: string | undefined) =>
      hex === undefined ? '/' : String.fromCharCode(Number.parseInt(hex, 16)),
    )
    .replace(INVISIBLE, '')
    .replace(FULL_WIDTH, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
    .replaceAll('\u3000', ' ');
}

/** A blank or a control character as JSON and other languages escape it, or a terminal's colour, with a word right behind. */
const GLUED =
  /(?:\\(?<!\\\\)\\*(?:[bfnrtv]|u00[01][\da-fA-F]|x[\da-fA-F]{2})|\u001b)(?:\[[\d;?]{0,20}[A-Za-z])?(?=[\w+(-])/g;

/**
 * The text with a `PARTER` between an escape and the word behind it: the `n` of `\npin=4821` is no part of that word.
 * It may be one after all (`C:\new`), so that a text is read both as it is and parted.
 */
export function part(text: string): string {
  return text.includes('\\') || text.includes('\u001b') ? text.replace(GLUED, `$&${PARTER}`) : text;
}

/** The text of `part` as it was. */
export function unpart(text: string): string {
  return text.replaceAll(PARTER, '');
}
