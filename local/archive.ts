import { createReadStream, createWriteStream } from 'node:fs';
import { appendFile, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

/** Takes the archive's lines out of what the functions log. */
export interface LocalArchive {
  /** Keeps the lines of the archive; gives the others back. */
  sift(text: string): string;
  /** Waits until everything is written. */
  close(): Promise<void>;
}

export interface ArchiveLimits {
  /** A file that has grown so large is closed and compressed. */
  readonly fileBytes: number;
  /** Of the compressed ones, the oldest above so many are removed. */
  readonly files: number;
}

/** About 3 MB each once compressed: half a million signals of 1 kB, in 100 MB. */
const LIMITS: ArchiveLimits = { fileBytes: 16 * 1024 * 1024, files: 32 };

const OPEN = 'current.jsonl';
/** As `archive()` writes it: the first key of each line. */
const MARK = '{"archived":';

/**
 * Opens the archive in `folder`: `current.jsonl`, which grows, and older ones as `.jsonl.gz`. It never is in the way:
 * what cannot be written is said to `onError`, once.
 */
export async function openArchive(
  folder: string,
  onError: (message: string) => void,
  limits: ArchiveLimits = LIMITS,
): Promise<LocalArchive> {
  await mkdir(folder, { recursive: true });
  const open = join(folder, OPEN);
  let size = await stat(open).then(
    (found) => found.size,
    () => 0,
  );
  // A killed process may have left half a line: the next one begins anew.
  let waiting = size > 0 ? '\n' : '';
  let writing: Promise<void> | null = null;
  let complained = false;

  const write = async (): Promise<void> => {
    while (waiting !== '') {
      const text = waiting;
      waiting = '';
      await appendFile(open, text);
      size += Buffer.byteLength(text);
      if (size >= limits.fileBytes) {
        await rotate(folder, open, limits.files);
        size = 0;
      }
    }
  };
  const begin = (): void => {
    writing ??= write()
      .catch((error: unknown) => {
        waiting = '';
        if (!complained) onError(`The archive ${folder} cannot be written: ${String(error)}`);
        complained = true;
      })
      .finally(() => {
        writing = null;
        if (waiting !== '') begin();
      });
  };
  return {
    sift: (text) => {
      if (!text.includes(MARK)) return text;
      const lines = text.split('\n');
      const kept = lines.filter((line) => line.startsWith(MARK));
      if (kept.length > 0) {
        waiting += `${kept.join('\n')}\n`;
        begin();
      }
      return lines.filter((line) => !line.startsWith(MARK)).join('\n');
    },
    close: async () => {
      while (writing !== null) await writing;
    },
  };
}

/** Whole at any moment: it has its name only once it is compressed, and the open one goes only then. */
async function rotate(folder: string, open: string, most: number): Promise<void> {
  const half = join(folder, 'half.gz');
  await pipeline(createReadStream(open), createGzip(), createWriteStream(half));
  const closed = (await readdir(folder)).filter((name) => name.endsWith('.jsonl.gz')).toSorted();
  const last = Number.parseInt(closed.at(-1) ?? '0', 10);
  await rename(half, join(folder, `${String(last + 1).padStart(8, '0')}.jsonl.gz`));
  await rm(open);
  for (const name of closed.slice(0, Math.max(0, closed.length + 1 - most))) await rm(join(folder, name));
}
