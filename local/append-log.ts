import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

/** A file of lines that only grows, and that a crash at any moment leaves readable. */
export interface AppendLog {
  /**
   * Resolves to the byte behind the line once it is on the disk (fsync). Lines that wait together share one
   * write and one sync.
   */
  append(line: string): Promise<number>;
  /** Bytes that are on the disk. */
  size(): number;
  /** Empties it. Not while anything is appended. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

interface Waiting {
  readonly line: string;
  readonly resolve: (end: number) => void;
  readonly reject: (error: Error) => void;
}

/** Opens `path`, making it if need be. A last line without its line break was never acknowledged: it is cut off. */
export async function openAppendLog(path: string): Promise<AppendLog> {
  const file = await open(path, 'a+');
  let size = await wholeLines(file);
  await file.truncate(size);
  let waiting: Waiting[] = [];
  let working: Promise<void> | null = null;

  const flush = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        const lines = batch.map(({ line }) => Buffer.from(`${line}\n`));
        await file.appendFile(Buffer.concat(lines));
        await file.datasync();
        for (const [i, { resolve }] of batch.entries()) {
          size += lines[i]?.length ?? 0;
          resolve(size);
        }
      } catch (error) {
        // A full disk may have taken half of it: the half must not stay in front of the next line.
        await file.truncate(size).catch(() => {});
        for (const { reject } of batch) reject(error instanceof Error ? error : new Error(String(error)));
      }
    }
    working = null;
  };

  return {
    append: (line) =>
      new Promise((resolve, reject) => {
        waiting.push({ line, resolve, reject });
        working ??= flush();
      }),
    size: () => size,
    clear: async () => {
      await working;
      await file.truncate(0);
      await file.datasync();
      size = 0;
    },
    close: async () => {
      await working;
      await file.close();
    },
  };
}

/** For runs without a directory: nothing is kept, and everything is acknowledged at once. */
export function forgetfulLog(): AppendLog {
  return {
    append: () => Promise.resolve(0),
    size: () => 0,
    clear: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}

export interface Line {
  readonly text: string;
  /** Where the next line begins, bytes. */
  readonly end: number;
}

/**
 * The lines of `path` from byte `from` on; none when there is no such file. Only a line feed ends a line:
 * node:readline also splits at U+2028, which JSON text may hold.
 */
export async function* readLines(path: string, from = 0): AsyncGenerator<Line> {
  const stream = createReadStream(path, { start: from });
  const opened = await new Promise<boolean>((resolve) => {
    stream.once('open', () => resolve(true));
    stream.once('error', () => resolve(false));
  });
  if (!opened) return;
  let end = from;
  let parts: Buffer[] = [];
  for await (const chunk of stream) {
    if (!Buffer.isBuffer(chunk)) continue;
    let start = 0;
    for (let at = chunk.indexOf(LINE_BREAK); at >= 0; at = chunk.indexOf(LINE_BREAK, start)) {
      parts.push(chunk.subarray(start, at));
      const bytes = Buffer.concat(parts);
      end += bytes.length + 1;
      yield { text: bytes.toString('utf8'), end };
      parts = [];
      start = at + 1;
    }
    parts.push(chunk.subarray(start));
  }
}

const LINE_BREAK = 0x0a;
const STEP = 64 * 1024;

/** Length up to and with the last line break. */
async function wholeLines(file: FileHandle): Promise<number> {
  const { size } = await file.stat();
  for (let end = size; end > 0; ) {
    const start = Math.max(0, end - STEP);
    const { buffer } = await file.read(Buffer.alloc(end - start), 0, end - start, start);
    const found = buffer.lastIndexOf(LINE_BREAK);
    if (found >= 0) return start + found + 1;
    end = start;
  }
  return 0;
}
