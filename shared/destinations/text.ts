/** Terminal colours and their kin, whole: without this, stripping ESC alone would leave `[31m` behind. */
const TERMINAL = /\u001b\[[0-9:;<=>?]{0,64}[ -/]{0,8}[@-~]/g;
/** C0 but tab and newline, DEL, C1. */
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g;
/**
 * What is not seen but changes how text reads: bidi marks, embeddings and isolates, zero-width characters,
 * soft hyphens, fillers, interlinear marks, tags.
 */
const INVISIBLE =
  /\u034f|\u17b4|\u17b5|[\u180b-\u180f]|[\u00ad\u061c\u115f\u1160\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb]|[\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]/gu;
const LINE_END = /\r\n?|\u0085|\u2028|\u2029/g;
/** The first characters of Slack's `<!here>`, `<@user>`, `<#channel>`. */
const PING = /<(?=[!@#])/g;

/**
 * Text from outside, made harmless wherever it is shown as plain text: nothing invisible, nothing that
 * reorders, no half characters, nothing that could ever be read as a ping. Newlines and tabs stay.
 */
export function clean(text: string): string {
  return text
    .toWellFormed()
    .replace(LINE_END, '\n')
    .replace(TERMINAL, '')
    .replace(CONTROL, '')
    .replace(INVISIBLE, '')
    .replace(PING, '‹');
}

/** Cleaned, on one line, without blanks at its ends. */
export function oneLine(text: string): string {
  return clean(text).replace(/\s+/g, ' ').trim();
}

/** At most `max` UTF-16 units, cut between code points and ended by `…` when something is missing. */
export function cut(text: string, max: number): string {
  return text.length <= max ? text : `${upTo(text, max - 1)}…`;
}

/** How much of a long text is kept, and how the gap is named. */
export interface Room {
  readonly lines: number;
  readonly characters: number;
  readonly linesCut: (n: number) => string;
  readonly charactersCut: (n: number) => string;
}

/**
 * A long text without its middle: three quarters from its start and one from its end, since some languages
 * put the error first and others last. The gap says how much is missing.
 */
export function cutMiddle(text: string, room: Room): string {
  return cutCharacters(cutLines(text, room), room);
}

function cutLines(text: string, { lines, linesCut }: Room): string {
  const all = text.split('\n');
  if (all.length <= lines) return text;
  const tail = Math.floor(lines / 4);
  const head = lines - tail - 1;
  const gap = linesCut(all.length - head - tail);
  return [...all.slice(0, head), gap, ...all.slice(all.length - tail)].join('\n');
}

function cutCharacters(text: string, { characters, charactersCut }: Room): string {
  if (text.length <= characters) return text;
  const longestGap = `\n${charactersCut(text.length)}\n`;
  const kept = Math.max(0, characters - longestGap.length);
  const tail = downTo(text, Math.floor(kept / 4));
  const head = upTo(text, kept - tail.length);
  return `${head}\n${charactersCut(text.length - head.length - tail.length)}\n${tail}`;
}

/** The first `max` units, not ending in half a character. */
function upTo(text: string, max: number): string {
  const end = isHigh(text.charCodeAt(max - 1)) ? max - 1 : max;
  return text.slice(0, Math.max(0, end));
}

/** The last `max` units, not beginning with half a character. */
function downTo(text: string, max: number): string {
  const start = text.length - max;
  return text.slice(isHigh(text.charCodeAt(start - 1)) ? start + 1 : start);
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
