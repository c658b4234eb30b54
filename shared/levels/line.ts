import type { JsonObject } from '../model/json.ts';
import type { Level, LevelReading } from '../model/level.ts';
import { type Header, readHeader } from './header.ts';
import { fold, stripColour } from './words.ts';

/** Levels stand at the start of a line: this much of it is looked at, in characters. */
const HEAD = 600;
/** What a person can read and a fingerprint can use; the rest of a huge line is only in the message. */
const BODY = 32_768;

/** One log event, prepared once for all readers. */
export interface Line {
  /** Without colour codes and surrounding white space. */
  readonly text: string;
  /** The beginning of the first line of `text`, full-width ASCII as ASCII; indexes are the same as in `text`. */
  readonly head: string;
  /** White space stood before it. One blank is no indent: some loggers pad (` WARN …`). */
  readonly indented: boolean;
  /** Its header, walked over once. */
  readonly header: () => Header;
}

/** One family of formats. null: the line is none of them. */
export type Reader = (line: Line) => LevelReading | null;

/** Lines of marks alone above what they frame (Terraform's `╷`, the JVM's `#`, `=====`); `---` begins YAML. */
const FRAME = /^(?:(?!-{1,3}[\t\r\n ])[-#*=~_\u2500-\u257f]{1,200}[\t ]{0,8}[\r\n]{1,2}){1,4}/;

/** Prepares a log event for the readers. */
export function makeLine(raw: string): Line {
  const plain = stripColour(raw);
  const text = plain.trim().replace(FRAME, '');
  const first = text.slice(0, HEAD);
  const lineEnd = first.search(/[\r\n]/);
  const head = fold(lineEnd === -1 ? first : first.slice(0, lineEnd));
  let known: Header | null = null;
  const header = () => {
    known ??= readHeader(head);
    return known;
  };
  return { text, head, indented: /^(?:[\t\u3000]|\s{2})/.test(plain), header };
}

/** The text from `index` on, as a person reads it: LF line ends, bounded. */
export function bodyFrom(line: Line, index: number): string {
  const body = line.text.slice(index, index + BODY).trim();
  return body.includes('\r') ? body.replace(/\r\n?/g, '\n') : body;
}

/** A reading of an event that stands by itself. */
export function says(
  level: Level | null,
  evidence: string,
  body: string,
  json: JsonObject | null = null,
): LevelReading {
  return { level, evidence, continues: false, alone: null, json, body };
}

/** A reading of an event that belongs to the one before it. */
export function goesOn(line: Line, evidence: string, alone: Level | null = null): LevelReading {
  return { level: null, evidence, continues: true, alone, json: null, body: bodyFrom(line, 0) };
}

/** One regex that matches whatever any of the patterns does: most lines match none, and one look tells. */
export function anyOf(patterns: readonly RegExp[]): RegExp {
  return new RegExp(patterns.map(({ source }) => source).join('|'), 'i');
}
