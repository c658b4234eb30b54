import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, beforeEach, vi } from 'vitest';

export interface Ran {
  readonly out: string;
  readonly code: typeof process.exitCode;
}

/** A folder for each test, and a way to run a command in this process; the folder is taken out of what it prints. */
export function bench(add: (program: Command) => void) {
  let folder = '';
  let before: typeof process.exitCode;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'hansho-cli-'));
    before = process.exitCode;
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
    process.exitCode = before;
    vi.restoreAllMocks();
  });
  const path = (name: string) => join(folder, name);
  const run = async (...args: readonly string[]): Promise<Ran> => {
    const printed: string[] = [];
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => printed.push(String(text)) > 0);
    process.exitCode = 0;
    const program = new Command('hansho');
    add(program);
    await program.parseAsync([...args], { from: 'user' });
    return { out: printed.join('').replaceAll(`${folder}/`, ''), code: process.exitCode };
  };
  return { path, run };
}
