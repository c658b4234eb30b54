import { describe, expect, it } from 'vitest';
import { readLevel } from '../../shared/levels/levels.ts';
import { type Labelled, labelled } from './formats.ts';

/** Labelled from each format's documentation before any reader was run on them; the second set after the first. */
const SETS = ['formats-1.txt'];

const grave = (level: unknown) => level === 'ERROR' || level === 'FATAL';

function isRight({ line, level, part, alone }: Labelled): boolean {
  const reading = readLevel(line);
  const joined = !part || (reading.continues && (alone === null || reading.alone === alone));
  return reading.level === level && joined;
}

describe.each(SETS)('%s', (file) => {
  const rows = labelled(file);

  it('is read right, but for the few lines named here', () => {
    const wrong = rows.filter((row) => !isRight(row)).map(({ line }) => line);
    expect(wrong).toEqual([]);
  });

  it('has no ERROR or FATAL that is read as nothing', () => {
    const missed = rows.filter(({ line, level }) => grave(level) && readLevel(line).level === null);
    expect(missed).toEqual([]);
  });
});
