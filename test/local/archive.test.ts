import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openArchive } from '../../local/archive.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hansho-archive-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const line = (n: number): string => `{"archived":1,"n":${n}}`;
const nobody = (message: string): void => {
  throw new Error(message);
};

it('keeps the lines of the archive and gives the others back', async () => {
  const archive = await openArchive(folder, nobody);
  expect(archive.sift(`{"what":"tracked"}\n${line(1)}\n{"what":"ledger"}\n${line(2)}\n`)).toBe(
    '{"what":"tracked"}\n{"what":"ledger"}\n',
  );
  expect(archive.sift('plain\n')).toBe('plain\n');
  await archive.close();
  expect(readFileSync(join(folder, 'current.jsonl'), 'utf8')).toBe(`${line(1)}\n${line(2)}\n`);
});

it('compresses a file that is full and forgets the oldest', async () => {
  for (let n = 1; n <= 4; n += 1) {
    const archive = await openArchive(folder, nobody, { fileBytes: 10, files: 2 });
    archive.sift(`${line(n)}\n`);
    await archive.close();
  }
  const files = readdirSync(folder).toSorted();
  expect(files).toEqual(['00000003.jsonl.gz', '00000004.jsonl.gz']);
  const text = files.map((name) => gunzipSync(readFileSync(join(folder, name))).toString('utf8'));
  expect(text).toEqual([`${line(3)}\n`, `${line(4)}\n`]);
});

it('begins anew behind half a line that a killed process left', async () => {
  appendFileSync(join(folder, 'current.jsonl'), '{"archi');
  const archive = await openArchive(folder, nobody);
  archive.sift(`${line(1)}\n`);
  await archive.close();
  expect(readFileSync(join(folder, 'current.jsonl'), 'utf8')).toBe(`{"archi\n${line(1)}\n`);
});

it('says once that it cannot write, and is in nobody’s way', async () => {
  const said: string[] = [];
  const archive = await openArchive(join(folder, 'a'), (message) => said.push(message));
  rmSync(join(folder, 'a'), { recursive: true });
  writeFileSync(join(folder, 'a'), 'no folder');
  for (let n = 0; n < 2; n += 1) {
    expect(archive.sift(`${line(n)}\nrest`)).toBe('rest');
    await archive.close();
  }
  expect(said).toHaveLength(1);
});
