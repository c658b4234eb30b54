import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';

/** The text of a file, or of standard input (`-`), without a byte order mark; or why it cannot be read. */
export async function readInput(
  file: string,
): Promise<{ readonly text: string } | { readonly error: string }> {
  try {
    // A pipe may be empty for now; reading it by its descriptor would take that for a fault.
    const whole = file === '-' ? await text(process.stdin) : await readFile(file, 'utf8');
    return { text: whole.replace(/^\uFEFF/, '') };
  } catch (error) {
    const name = file === '-' ? 'standard input' : file;
    return { error: `cannot read ${name}: ${reasonOf(error)}` };
  }
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EISDIR') return 'it is a folder';
  return code === 'EACCES' ? 'you may not read it' : code;
}
