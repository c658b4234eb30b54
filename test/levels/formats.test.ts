import { describe, expect, it } from 'vitest';
import { readLevel } from '../../shared/levels/levels.ts';
import { type Labelled, labelled, SETS } from './formats.ts';

/**
 * Labels that the readers do not share. `Error:` alone is an exception's first line (an ERROR when it stands alone),
 * also in full width; `Info:` at the start is a level, whatever the words behind it; `Fatal error …` without a colon
 * may begin any sentence.
 */
const DISPUTED = [
  'Ｅｒｒｏｒ：在庫を更新できません',
  'Info: none needed? ERROR',
  'Fatal error handling the request',
];

const grave = (level: unknown) => level === 'ERROR' || level === 'FATAL';

function isRight({ line, level, part, alone }: Labelled): boolean {
  const reading = readLevel(line);
  const joined = !part || (reading.continues && (alone === null || reading.alone === alone));
  return reading.level === level && joined;
}

describe.each(SETS)('%s', (file) => {
  const rows = labelled(file).filter(({ line }) => !DISPUTED.includes(line));

  it('is read right', () => {
    const wrong = rows.filter((row) => !isRight(row)).map(({ line }) => line);
    expect(wrong).toEqual([]);
  });

  it('has no ERROR or FATAL that is read as nothing', () => {
    const missed = rows.filter(({ line, level }) => grave(level) && readLevel(line).level === null);
    expect(missed).toEqual([]);
  });
});
