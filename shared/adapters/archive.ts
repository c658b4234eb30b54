import type { Archive } from '../pipeline/ports.ts';
import { toStdout, type WriteLine } from './log.ts';

/** CloudWatch takes a log event of 256 KB from Lambda and cuts what is longer: that line would no longer be JSON. */
const LINE_BYTES = 250_000;

/**
 * The function's own log is the archive (docs/decisions/0008-the-log-is-the-archive.md): a JSON line a signal, that
 * begins with `archived`. A longer one is not written.
 */
export function makeArchive(write: WriteLine = toStdout): Archive {
  return (signals) => {
    const lines = signals.map((signal) => JSON.stringify(signal));
    const short = lines.filter((line) => Buffer.byteLength(line) <= LINE_BYTES);
    for (const line of short) write(line);
    return lines.length - short.length;
  };
}
