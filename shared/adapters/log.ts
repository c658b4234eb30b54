import type { JsonObject } from '../model/json.ts';
import type { Clock, Log } from '../pipeline/ports.ts';

/** Writes one line to where the platform collects lines. */
export type WriteLine = (line: string) => void;

/** CloudWatch cuts a log event at 256 KB; a longer line would no longer be JSON. */
const LINE_CHARS = 60_000;

/** Not console.log: Lambda puts its own columns in front of that, and the line would no longer be JSON. */
export const toStdout: WriteLine = (line) => {
  process.stdout.write(`${line}\n`);
};

/** One JSON line an entry: level, time (ISO), the function, what happened, and its fields. */
export function makeLog(name: string, clock: Clock, write: WriteLine = toStdout): Log {
  const entry = (level: string) => (what: string, fields: JsonObject) => {
    const head = { level, time: new Date(clock()).toISOString(), function: name, what };
    const line = JSON.stringify({ ...fields, ...head });
    write(line.length <= LINE_CHARS ? line : JSON.stringify({ ...head, cut: line.slice(0, LINE_CHARS / 2) }));
  };
  return { info: entry('INFO'), warn: entry('WARN'), error: entry('ERROR') };
}
