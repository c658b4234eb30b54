import type { LevelReader, LevelReading } from '../model/level.ts';
import { readAccess } from './access.ts';
import { readException, readPart } from './continuation.ts';
import { readJsonLine } from './json-lines.ts';
import { readLetters, readLettersBehind, readPostgres, readRuby, readSyslog } from './letters.ts';
import { bodyFrom, type Line, makeLine, type Reader, says } from './line.ts';
import { pairsOf } from './logfmt.ts';
import { readLambdaExit, readNative, worseThanError } from './native.ts';
import { readPlatformText } from './platform.ts';
import { hasStrongHeader, readCsv, readJavaUtil, readTabs, readTextHeader } from './text.ts';

export { calmEnd, isCalm } from './calm.ts';
export { mightMatter } from './might-matter.ts';

/** The families of formats, in the order in which they are asked. A new format is one more reader here. */
const READERS: readonly Reader[] = [
  readPlatformText,
  (line) => readJsonLine(line, readLevel),
  readAccess,
  readSyslog,
  readLambdaExit,
  readRuby,
  readLetters,
  readPostgres,
  readTabs,
  readTextHeader,
  readCsv,
  readLettersBehind,
  readJavaUtil,
  readNative,
  readException,
  readPart,
];

/** An indented line is a part of the one before it unless it is JSON or has a header with more than a word. */
const INDENTED: readonly Reader[] = READERS.map((reader) =>
  reader === readTextHeader ? (line) => (hasStrongHeader(line) ? readTextHeader(line) : null) : reader,
);

function firstOf(readers: readonly Reader[], line: Line): LevelReading | null {
  for (const reader of readers) {
    const reading = reader(line);
    if (reading !== null) return reading;
  }
  return null;
}

/**
 * The level of one log event, and where the event says so. The level's own place in a known format decides
 * (key, column, header word); a level word anywhere else is text. What says nothing has no level. One event
 * is one record whatever line breaks it holds: its first header wins.
 */
export const readLevel: LevelReader = (raw) => {
  const line = makeLine(raw);
  const reading = firstOf(line.indented ? INDENTED : READERS, line);
  if (reading === null) return withPairs(line, says(null, 'no level in a known place', bodyFrom(line, 0)));
  return withPairs(line, worseThanError(line, reading) ?? reading);
};

/** A text line's `key=value` pairs are its fields, as a JSON line's members are. */
function withPairs(line: Line, reading: LevelReading): LevelReading {
  // Walking over the header costs more than this look, and most lines have no pair.
  if (reading.json !== null || reading.continues || !line.text.includes('=')) return reading;
  const json = pairsOf(line.text, line.header().end);
  return json === null ? reading : { ...reading, json };
}
