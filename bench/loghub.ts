/** Reading the 2k samples of https://github.com/logpai/loghub from a checkout. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The names of the sets in a checkout: its folders with a sample. */
export function setsIn(folder: string): readonly string[] {
  return readdirSync(folder).filter((one) => existsSync(join(folder, one, `${one}_2k.log`)));
}

/** The fields of one CSV record; the samples hold no line breaks inside quotes. */
function fieldsOf(record: string): readonly string[] {
  return [...record.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) =>
    quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'),
  );
}

function recordsOf(file: string): readonly string[] {
  return readFileSync(file, 'utf8')
    .replace(/\r?\n$/, '')
    .split(/\r?\n/);
}

/** The lines of a set as they were written. */
export function linesOf(folder: string, name: string): readonly string[] {
  return recordsOf(join(folder, name, `${name}_2k.log`));
}

/** What the set's makers parsed out of each line under a column's name; null where there is no such column. */
export function columnOf(folder: string, name: string, column: string): readonly string[] | null {
  const [head = '', ...records] = recordsOf(join(folder, name, `${name}_2k.log_structured.csv`));
  const at = fieldsOf(head).indexOf(column);
  return at === -1 ? null : records.map((record) => fieldsOf(record)[at] ?? '');
}
