import type { LevelReading } from '../model/level.ts';
import { readErrorBehind, readJsonBehind } from './json-lines.ts';
import { bodyFrom, type Line, says } from './line.ts';
import { readLogfmt } from './logfmt.ts';
import { afterRequest, afterStamp } from './stamps.ts';
import { levelOfColumn, levelOfHeader, levelOfValue } from './words.ts';

const COLUMNS = ['first', 'second', 'third', 'fourth'] as const;

/** Columns of a TAB-separated header, with the index in `head` where each begins. */
function columns(head: string): readonly { readonly text: string; readonly at: number }[] {
  const found: { text: string; at: number }[] = [];
  for (let at = 0; found.length < COLUMNS.length; ) {
    const tab = head.indexOf('\t', at);
    found.push({ text: head.slice(at, tab === -1 ? head.length : tab), at });
    if (tab === -1) break;
    at = tab + 1;
  }
  return found;
}

/** Node's runtime puts these words before the error that nobody caught, as JSON. */
const UNHANDLED = /^(?:Uncaught Exception|Unhandled Promise Rejection|Invoke Error)\s{1,4}(?=\{)/;

/**
 * A level in a TAB column behind the time: Lambda's Node and .NET text format (time, request id, level, text),
 * zap's development format (time, level, …).
 */
export function readTabs(line: Line): LevelReading | null {
  if (!line.head.includes('\t')) return null;
  const cells = columns(line.head);
  const time = cells[0]?.text ?? '';
  if (afterStamp(time, 0) !== time.length) return null;
  const request = cells[1]?.text ?? '';
  const last = afterRequest(request, 0) === request.length ? 3 : 2;
  for (let index = 1; index <= last; index++) {
    const cell = cells[index];
    const level = cell === undefined ? null : levelOfColumn(cell.text);
    if (cell === undefined || level === null) continue;
    const stated = { level, evidence: `${COLUMNS[index]} tab column "${cell.text.trim()}"` };
    const next = Math.min(cell.at + cell.text.length + 1, line.text.length);
    const words = UNHANDLED.exec(line.head.slice(next))?.[0].length ?? 0;
    const error = words === 0 ? null : readErrorBehind(line, next + words, stated);
    return (
      error ?? readJsonBehind(line, next, stated) ?? says(stated.level, stated.evidence, bodyFrom(line, next))
    );
  }
  return null;
}

const CSV_CELL = /,"?([^",\r\n]{0,60})"?(?=,)/y;

/** Words that are hardly anything but a level in a table; `ALERT` or `重大` may be what a camera or a customer said. */
const CSV_WORD = /^(?:FATAL|CRITICAL|ERROR|WARN(?:ING)?|NOTICE|INFO|DEBUG|TRACE|致命的|エラー|警告|情報)$/;

/** A level that fills the first or second cell behind the time of a comma-separated line, quoted or not. */
export function readCsv(line: Line): LevelReading | null {
  if (!line.head.includes(',')) return null;
  const quote = line.head.startsWith('"') ? '"' : '';
  const stamp = afterStamp(line.head, quote.length);
  if (stamp === -1 || !line.head.startsWith(`${quote},`, stamp)) return null;
  CSV_CELL.lastIndex = stamp + quote.length;
  for (let count = 0; count < 2; count++) {
    const word = CSV_CELL.exec(line.head)?.[1];
    if (word === undefined) return null;
    const level = CSV_WORD.test(word) ? levelOfHeader(word) : null;
    if (level !== null)
      return says(level, `comma-separated cell "${word}"`, bodyFrom(line, CSV_CELL.lastIndex + 1));
  }
  return null;
}

/** What Spring Boot, nginx and Apache still write between the level and the text: process, thread, logger, client. */
const BEHIND =
  /^(?:\d{1,9} --- (?:\[[^\]]{0,120}\] ){1,3}\s{0,60}\S{1,120}\s{0,60}: |\d{1,9}#\d{1,9}: (?:\*\d{1,12} )?|\[pid \d{1,9}(?::tid \d{1,20})?\] (?:\[client [^\]]{1,60}\] )?)/;

/** A level word in the line's header, or in the JSON or logfmt behind that header. */
export function readTextHeader(line: Line): LevelReading | null {
  const { found, end, known } = line.header();
  if (found === null) {
    if (!known && end === 0) return readLogfmt(line, 0) ?? readNamedFirst(line) ?? readEcho(line);
    return readJsonBehind(line, end, null) ?? readLogfmt(line, end) ?? readEcho(line);
  }
  const level = readJsonBehind(line, end, found);
  if (level !== null) return level;
  const behind = BEHIND.exec(line.head.slice(end));
  return says(found.level, found.evidence, bodyFrom(line, end + (behind?.[0].length ?? 0)));
}

const NAMED_FIRST =
  /^(?:level|severity|loglevel): ?([A-Za-z]{3,13})(?:, | \| |\t| (?=[a-z_]\w{0,30}:\S))|^(?:レベル|ログレベル|重要度): ?([A-Za-z]{3,9}|[\u30a1-\u30fc\u4e00-\u9fff]{2,5})[ ,\t](?=[^\s:=]{1,20}[:=])|^(?:[\w.-]{1,40}:[^\t]{0,300}\t){1,12}(?:level|severity|log_?level|lvl):([A-Za-z]{3,13})(?:\t|$)/i;

/** `level: error, disk full`: the key named in words at the start; and LTSV (http://ltsv.org), where it is any label. */
function readNamedFirst(line: Line): LevelReading | null {
  const found = NAMED_FIRST.exec(line.head);
  const level = found === null ? null : levelOfValue(found[1] ?? found[2] ?? found[3] ?? '');
  return found === null || level === null
    ? null
    : says(level, `key "${found[0].trim()}" at the start`, bodyFrom(line, found[0].length));
}

const ECHO = /^[^{"=]{0,100}(?=\{")/;

/** JSON behind a few words (`orders service: {"level":…}`): only a level key counts, not a status or an error. */
function readEcho(line: Line): LevelReading | null {
  const words = ECHO.exec(line.head)?.[0];
  return words === undefined || !line.text.endsWith('}')
    ? null
    : readJsonBehind(line, words.length, null, true);
}

const JAVA_CALL = /^(?:[A-Z][a-z]{2} \d{1,2}, \d{4},? .{7,12}|\d.{10,30}) [\w.$]{1,200} [\w$<>]{1,120}$/;
const JAVA_LEVEL = /^[^\r\n]{0,600}[\r\n]{1,2}(SEVERE|WARNING|INFO|CONFIG|FINE|FINER|FINEST): /;

/** java.util.logging: the first line is time, class and method alone; the level leads the second. */
export function readJavaUtil(line: Line): LevelReading | null {
  if (!JAVA_CALL.test(line.head)) return null;
  const found = JAVA_LEVEL.exec(line.text.slice(0, 700));
  const level = found === null ? null : levelOfValue(found[1] ?? '');
  if (found === null || level === null) return null;
  return says(level, `java.util.logging word "${found[1]}"`, bodyFrom(line, found[0].length));
}

/** For lines that are indented: a time or a bracket still begins a header; a word may be source code or YAML. */
export function hasStrongHeader(line: Line): boolean {
  return /^(?!\[cause\])[\d[【]/.test(line.head) && line.header().found !== null;
}
