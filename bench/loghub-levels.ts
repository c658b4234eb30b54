/**
 * How well `readLevel` tells ERROR and worse on public logs: the 2k samples of https://github.com/logpai/loghub that
 * carry a Level column. The lines are read as they were written, header included; the column is what the samples'
 * makers parsed out of them.
 *
 *     git clone https://github.com/logpai/loghub /tmp/loghub && node bench/loghub-levels.ts /tmp/loghub
 */
import { readLevel } from '../shared/levels/levels.ts';
import { columnOf, linesOf, setsIn } from './loghub.ts';

/** What the sets' level words mean, in lower case. A set whose column holds anything else has no levels there. */
const WORSE = new Set([
  'error',
  'fatal',
  'severe',
  'failure',
  'crit',
  'critical',
  'alert',
  'emerg',
  'e',
  'f',
]);
const BETTER = new Set([
  'info',
  'notice',
  'warn',
  'warning',
  'debug',
  'trace',
  'verbose',
  'i',
  'w',
  'd',
  'v',
]);

interface Score {
  hits: number;
  misses: string[];
  falseAlarms: string[];
  lines: number;
}

/** null: the set has no Level column, or one that holds no levels. */
function scoreOf(folder: string, name: string): Score | string {
  const lines = linesOf(folder, name);
  const words = columnOf(folder, name, 'Level');
  if (words === null) return 'no Level column';
  const score: Score = { hits: 0, misses: [], falseAlarms: [], lines: lines.length };
  for (const [i, written] of words.entries()) {
    const word = written.toLowerCase();
    if (!WORSE.has(word) && !BETTER.has(word)) return `the Level column holds no level ("${word}")`;
    const line = lines[i] ?? '';
    const { level } = readLevel(line);
    const read = level === 'ERROR' || level === 'FATAL';
    if (read && WORSE.has(word)) score.hits += 1;
    else if (read) score.falseAlarms.push(line);
    else if (WORSE.has(word)) score.misses.push(line);
  }
  return score;
}

function ratio(part: number, whole: number): string {
  return whole === 0 ? '  –  ' : (part / whole).toFixed(3);
}

function main(folder: string): void {
  console.log('set           lines  ERROR+  precision  recall');
  const sum = { hits: 0, read: 0, real: 0 };
  for (const name of setsIn(folder)) {
    const score = scoreOf(folder, name);
    if (typeof score === 'string') {
      console.log(`${name.padEnd(12)}  ${score}`);
      continue;
    }
    const { hits, misses, falseAlarms, lines } = score;
    const [read, real] = [hits + falseAlarms.length, hits + misses.length];
    sum.hits += hits;
    sum.read += read;
    sum.real += real;
    const row = [name.padEnd(12), String(lines).padStart(6), String(real).padStart(7)];
    console.log(`${row.join(' ')}      ${ratio(hits, read)}   ${ratio(hits, real)}`);
    for (const line of misses.slice(0, 3)) console.log(`  missed: ${line.slice(0, 140)}`);
    for (const line of falseAlarms.slice(0, 3)) console.log(`  false:  ${line.slice(0, 140)}`);
  }
  console.log(
    `all: ${sum.real} ERROR or worse, precision ${ratio(sum.hits, sum.read)}, recall ${ratio(sum.hits, sum.real)}`,
  );
}

const [folder] = process.argv.slice(2);
if (folder === undefined)
  console.error('usage: node bench/loghub-levels.ts FOLDER (a checkout of logpai/loghub)');
else main(folder);
