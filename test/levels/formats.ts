import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LEVELS, type Level } from '../../shared/model/level.ts';

/** Each labelled from the formats' documentation before the readers of its day were run on it. */
export const SETS = [
  'formats-1.txt',
  'formats-2.txt',
  'formats-3.txt',
  'formats-4.txt',
  'formats-5.txt',
  'formats-6.txt',
  'formats-7.txt',
];

/** One labelled line of test/levels/formats-*.txt. */
export interface Labelled {
  readonly family: string;
  readonly line: string;
  readonly level: Level | null;
  /** It belongs to the event before it; `alone` is what it says when there is none. */
  readonly part: boolean;
  readonly alone: Level | null;
}

/** What a text file cannot show, as a picture that it can. */
const PICTURES: ReadonlyMap<string, string> = new Map([
  ['⇥', '\t'],
  ['␍', '\r'],
  ['␊', '\n'],
  ['␛', '\u001b'],
  ['⍽', '\u00a0'],
]);

function levelNamed(name: string | undefined): Level | null {
  return LEVELS.find((level) => level === name) ?? null;
}

function rowOf(row: string, family: string): Labelled {
  const blank = row.indexOf(' ');
  const label = row.slice(0, blank);
  const [kind, alone] = label.split('/');
  if (!/^(?:none|part)$/.test(kind ?? '') && levelNamed(kind) === null) throw new Error(`label of ${row}`);
  const line = row.slice(blank + 1).replace(/[⇥␍␊␛⍽]/g, (picture) => PICTURES.get(picture) ?? picture);
  return { family, line, level: levelNamed(kind), part: kind === 'part', alone: levelNamed(alone) };
}

/** The rows of one table. `#` alone begins a remark, `##` a family. */
export function labelled(file: string): readonly Labelled[] {
  const rows: Labelled[] = [];
  let family = '';
  for (const row of readFileSync(join(import.meta.dirname, file), 'utf8').split('\n')) {
    if (row.startsWith('## ')) family = row.slice(3);
    else if (row !== '' && !row.startsWith('# ')) rows.push(rowOf(row, family));
  }
  return rows;
}
