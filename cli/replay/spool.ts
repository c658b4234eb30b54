import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Part } from './read.ts';

/** Keeps what can be read only once in a file, compressed, for as long as it is used. `name` is what people call it. */
export async function spooled<Answer>(
  input: AsyncIterable<string | Buffer>,
  name: string,
  use: (part: Part) => Promise<Answer>,
): Promise<Answer> {
  const folder = await mkdtemp(join(tmpdir(), 'hansho-replay-'));
  try {
    const file = join(folder, 'input.gz');
    await pipeline(input, createGzip({ level: 1 }), createWriteStream(file, { mode: 0o600 }));
    return await use({ file, name, from: 0, to: null, bytes: 0 });
  } finally {
    await rm(folder, { recursive: true });
  }
}
