import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openAppendLog, readLines } from '../../local/append-log.ts';
import { temporary } from './fixture/make.ts';

async function linesOf(path: string, from = 0): Promise<{ text: string; end: number }[]> {
  const lines: { text: string; end: number }[] = [];
  for await (const line of readLines(path, from)) lines.push(line);
  return lines;
}

describe('an append log', () => {
  it('answers each line with the byte behind it, also when many share one write', async () => {
    const path = join(await temporary(), 'log');
    const log = await openAppendLog(path);
    const ends = await Promise.all(['a', 'béé', 'c'].map((line) => log.append(line)));
    expect(ends).toEqual([2, 8, 10]);
    expect(await readFile(path, 'utf8')).toBe('a\nbéé\nc\n');
    expect(log.size()).toBe(10);
    await log.close();
  });

  it('cuts off a last line that was never acknowledged', async () => {
    const path = join(await temporary(), 'log');
    await writeFile(path, 'whole\nhal');
    const log = await openAppendLog(path);
    await log.append('next');
    await log.close();
    expect(await readFile(path, 'utf8')).toBe('whole\nnext\n');
  });

  it('empties itself of a file that is nothing but half a line', async () => {
    const path = join(await temporary(), 'log');
    await writeFile(path, 'x'.repeat(200_000));
    const log = await openAppendLog(path);
    expect(log.size()).toBe(0);
    await log.close();
  });

  it('starts anew after it was cleared', async () => {
    const path = join(await temporary(), 'log');
    const log = await openAppendLog(path);
    await log.append('old');
    await log.clear();
    expect(await log.append('new')).toBe(4);
    await log.close();
    expect(await readFile(path, 'utf8')).toBe('new\n');
  });

  it('rejects what the disk refuses, and goes on', async () => {
    const path = join(await temporary(), 'log');
    const log = await openAppendLog(path);
    await log.close();
    await expect(log.append('late')).rejects.toThrow();
  });
});

describe('reading lines', () => {
  it('ends a line at a line feed only', async () => {
    const path = join(await temporary(), 'log');
    await appendFile(path, '"a\u2028b\r"\nsecond\n');
    expect(await linesOf(path)).toEqual([
      { text: '"a\u2028b\r"', end: 9 },
      { text: 'second', end: 16 },
    ]);
  });

  it('reads on from a byte, over chunk borders', async () => {
    const path = join(await temporary(), 'log');
    const long = '長'.repeat(100_000);
    await appendFile(path, `first\n${long}\nlast\n`);
    const lines = await linesOf(path, 6);
    expect(lines.map((line) => line.text)).toEqual([long, 'last']);
    expect(lines.at(-1)?.end).toBe(6 + 300_001 + 5);
  });

  it('finds nothing in a file that is not there', async () => {
    expect(await linesOf(join(await temporary(), 'nothing'))).toEqual([]);
  });
});
