import { createReadStream } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { UserError } from '../user-error.ts';

/** A part of the input that one worker reads: a file, or the lines of one that begin within these bytes. */
export interface Part {
  readonly file: string;
  /** What people call it, when not by its file. */
  readonly name?: string;
  readonly from: number;
  /** null: to its end, and the file may be one document. */
  readonly to: number | null;
  readonly bytes: number;
}

/** What a worker does at once: a large part, or many small files. */
export type Task = readonly Part[];

/** A value of the input, or why one could not be read. */
export type Value =
  | { readonly value: unknown; readonly where: string }
  | { readonly fault: string; readonly where: string };

const MIB = 1024 * 1024;
/** Enough work to be worth a message, small enough that two cores end together. */
const TASK_BYTES = 8 * MIB;
/** Compressed files are taken for so many times as much work. */
const INFLATES = 8;
/** The largest event is a log payload: 1 MiB of AWS, 6 times that once it is text. */
const LONGEST_LINE = 16 * MIB;
const LARGEST_DOCUMENT = 64 * MIB;
const BLOCK = MIB;
const IN_A_FOLDER = /\.(json|jsonl|ndjson)(\.gz)?$/;
const ZIPPED = /\.gz$/;
const NEWLINE = 0x0a;

/**
 * The input in tasks, in an order that depends on its names alone. Folders are searched for `.json`, `.jsonl` and
 * `.ndjson`, also with `.gz`; the data folder of `hansho local` gives its archive. `-` is standard input.
 * @throws UserError when a path does not exist, or nothing is found.
 */
export async function tasksOf(paths: readonly string[]): Promise<readonly Task[]> {
  const files: string[] = [];
  for (const path of paths) files.push(...(path === '-' ? ['-'] : await filesIn(path)));
  if (files.length === 0)
    throw new UserError(
      `no .json, .jsonl or .ndjson file (also .gz) lies in ${paths.join(', ')}: nothing to replay.`,
      2,
    );
  const tasks: Part[][] = [];
  let room = 0;
  for (const file of files) {
    for (const part of await partsOf(file)) {
      if (part.bytes > room) {
        tasks.push([]);
        room = TASK_BYTES;
      }
      tasks.at(-1)?.push(part);
      room -= part.bytes;
    }
  }
  return tasks;
}

async function filesIn(path: string): Promise<readonly string[]> {
  const found = await stat(path).catch(() => null);
  if (found === null) throw new UserError(`there is no file or folder ${path}.`, 2);
  if (!found.isDirectory()) return [path];
  const archive = join(path, 'archive');
  if ((await stat(archive).catch(() => null))?.isDirectory()) return filesIn(archive);
  const names = await readdir(path, { recursive: true });
  return names
    .filter((name) => IN_A_FOLDER.test(name))
    .toSorted()
    .map((name) => join(path, name));
}

async function partsOf(file: string): Promise<readonly Part[]> {
  if (file === '-') return [{ file, from: 0, to: null, bytes: 0 }];
  const { size } = await stat(file);
  if (ZIPPED.test(file)) return [{ file, from: 0, to: null, bytes: size * INFLATES }];
  if (size <= TASK_BYTES || !(await beginsWithJsonLine(file)))
    return [{ file, from: 0, to: null, bytes: size }];
  const parts = Math.ceil(size / TASK_BYTES);
  return Array.from({ length: parts }, (_, i) => {
    const from = i * TASK_BYTES;
    const to = Math.min(size, from + TASK_BYTES);
    return { file, from, to, bytes: to - from };
  });
}

async function beginsWithJsonLine(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(2 * MIB), 0, 2 * MIB, 0);
    const end = buffer.subarray(0, bytesRead).indexOf(NEWLINE);
    return end > 0 && parse(buffer.toString('utf8', 0, end)) !== null;
  } finally {
    await handle.close();
  }
}

/** The values of one part, a block at a time. What cannot be read is a fault and costs only itself. */
export async function* valuesOf(part: Part): AsyncGenerator<readonly Value[]> {
  const name = part.name ?? (part.file === '-' ? 'standard input' : part.file);
  try {
    if (part.to === null) yield* wholeFile(part, name);
    else yield* jsonLines(linesOf(part), name, []);
  } catch (error) {
    yield [{ fault: `cannot be read to its end: ${reasonOf(error)}`, where: name }];
  }
}

/** JSON lines when its first line is JSON by itself; else one document, or lines after all. */
async function* wholeFile(part: Part, name: string): AsyncGenerator<readonly Value[]> {
  const held: (readonly Line[])[] = [];
  let size = 0;
  const blocks = linesOf(part);
  for await (const block of blocks) {
    const first = held.length === 0 ? block.find(({ text }) => text.trim() !== '') : undefined;
    if (first !== undefined && parse(first.text) !== null) return yield* jsonLines(blocks, name, block);
    held.push(block);
    size += block.reduce((sum, { text }) => sum + text.length, 0);
    if (size > LARGEST_DOCUMENT) return yield* jsonLines(blocks, name, held.flat());
  }
  const lines = held.flat();
  const whole = parse(lines.map(({ text }) => text).join('\n'));
  if (whole !== null) return yield [{ value: whole.value, where: name }];
  if (lines.every(({ text }) => text.trim() === '')) return;
  const events = lines.some(({ text }) => text.startsWith('{') && parse(text) !== null);
  if (!events) return yield [{ fault: 'it is neither JSON nor JSON lines', where: name }];
  yield valuesIn(lines, name);
}

interface Line {
  readonly text: string;
  readonly number: number | null;
  readonly tooLong: boolean;
}

async function* jsonLines(
  blocks: AsyncIterable<readonly Line[]>,
  name: string,
  first: readonly Line[],
): AsyncGenerator<readonly Value[]> {
  yield valuesIn(first, name);
  for await (const block of blocks) yield valuesIn(block, name);
}

function valuesIn(lines: readonly Line[], name: string): readonly Value[] {
  const values: Value[] = [];
  for (const { text, number, tooLong } of lines) {
    if (text.trim() === '' && !tooLong) continue;
    const where = number === null ? name : `${name}:${number}`;
    const parsed = tooLong ? null : parse(text);
    if (parsed !== null) values.push({ value: parsed.value, where });
    else values.push({ fault: tooLong ? `a line of more than ${LONGEST_LINE} bytes` : 'not JSON', where });
  }
  return values;
}

/** Lines with their numbers, where the part begins its file; never a line that begins in another part. */
async function* linesOf({ file, from, to }: Part): AsyncGenerator<readonly Line[]> {
  // From one byte before, so that a line which begins just here is not taken for the rest of another.
  let position = Math.max(0, from - 1);
  let number = 0;
  let rest: Buffer[] = [];
  let restBytes = 0;
  let skipping = from > 0;
  let tooLong = false;
  const take = (text: string): Line => {
    number += 1;
    const line = { text, number: from === 0 ? number : null, tooLong };
    tooLong = false;
    return line;
  };
  for await (const chunk of streamOf(file, position)) {
    const lines: Line[] = [];
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      const begins = position + start - restBytes;
      if (!skipping && to !== null && begins >= to) {
        if (lines.length > 0) yield lines;
        return;
      }
      if (!skipping) lines.push(take(textOf(rest, chunk.subarray(start, end))));
      skipping = false;
      rest = [];
      restBytes = 0;
      start = end + 1;
    }
    if (start < chunk.length) {
      const tail = chunk.subarray(start);
      restBytes += tail.length;
      if (restBytes <= LONGEST_LINE && !skipping) rest.push(Buffer.from(tail));
      else {
        tooLong ||= !skipping;
        rest = [];
      }
    }
    position += chunk.length;
    if (lines.length > 0) yield lines;
  }
  const begins = position - restBytes;
  if (restBytes > 0 && !skipping && (to === null || begins < to)) yield [take(textOf(rest, EMPTY))];
}

const EMPTY = Buffer.alloc(0);

function textOf(before: readonly Buffer[], end: Buffer): string {
  return before.length === 0 ? end.toString('utf8') : Buffer.concat([...before, end]).toString('utf8');
}

async function* streamOf(file: string, start: number): AsyncGenerator<Buffer> {
  const stream: Readable =
    file === '-' ? process.stdin : createReadStream(file, { start, highWaterMark: BLOCK });
  const plain = ZIPPED.test(file) ? inflated(stream) : stream;
  for await (const chunk of plain) yield Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
}

function inflated(stream: Readable): Readable {
  const inflate = createGunzip({ chunkSize: BLOCK });
  stream.on('error', (error) => inflate.destroy(error));
  return stream.pipe(inflate);
}

/** Null: not JSON. */
export function parse(text: string): { readonly value: unknown } | null {
  try {
    return { value: JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text) };
  } catch {
    return null;
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
