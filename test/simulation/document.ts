import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { MUTATIONS } from './mutations.ts';
import type { Caught, Found } from './search.ts';
import { WORKLOADS } from './workloads.ts';

const DOCUMENT = new URL('../../docs/simulation.md', import.meta.url);

interface Run {
  readonly found: Found;
  readonly from: number;
  readonly seconds: number;
}

/** Puts what was measured between its marks in docs/simulation.md. */
export function writeTables(measured: { readonly run?: Run; readonly caught?: readonly Caught[] }): void {
  let text = readFileSync(DOCUMENT, 'utf8');
  if (measured.run !== undefined) text = between(text, 'run', runTable(measured.run));
  if (measured.caught !== undefined) text = between(text, 'mutations', mutationTable(measured.caught));
  writeFileSync(DOCUMENT, text);
}

/** The seeds of the table of mutations, by what they switch off, so that a test need not look for them again. */
export function measuredSeeds(): ReadonlyMap<string, number> {
  const rows = readFileSync(DOCUMENT, 'utf8').matchAll(/^\| ([^|]+) \| (\d+) \|/gm);
  return new Map(Array.from(rows, ([, off = '', seed = '']) => [off, Number(seed)]));
}

function between(text: string, mark: string, content: string): string {
  const [start, end] = [`<!-- ${mark} -->`, `<!-- /${mark} -->`];
  const [from, to] = [text.indexOf(start), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`docs/simulation.md has no place for "${mark}"`);
  return `${text.slice(0, from + start.length)}\n${content}\n${text.slice(to)}`;
}

function runTable({ found, from, seconds }: Run): string {
  const rate = (found.seeds / seconds).toFixed(1);
  const machine = `${availableParallelism()} × ${cpus()[0]?.model.trim() ?? 'an unknown processor'}, Node ${process.version}`;
  return [
    `**${number(found.seeds)} seeds (${from} to ${from + found.seeds - 1}): ${found.failed.length} violations.**`,
    `${number(Math.round(seconds))} s, ${rate} seeds a second (${machine}).`,
    '',
    table(
      ['workload', 'seeds'],
      WORKLOADS.map(({ name }) => [name, number(found.workloads[name] ?? 0)]),
    ),
    '',
    table(
      ['fault', 'injected'],
      Object.entries(found.injected)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, n]) => [name, number(n)]),
    ),
  ].join('\n');
}

function mutationTable(caught: readonly Caught[]): string {
  const rows = MUTATIONS.map(({ name, off }) => {
    const found = caught.find((c) => c.name === name);
    const seed = found?.seed ?? null;
    return [off, seed === null ? '**not caught**' : String(seed), lawOf(found?.law ?? null)];
  });
  return table(['switched off', 'first seed', 'what noticed'], rows);
}

/** The law without the names of one run. */
function lawOf(law: string | null): string {
  return law === null
    ? ''
    : law
        .replaceAll(/\b[0-9a-f]{20}\b/g, 'an incident')
        .replaceAll('|', '/')
        .slice(0, 100);
}

function number(n: number): string {
  return n.toLocaleString('en-US');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
