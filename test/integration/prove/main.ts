/** `npm run prove`: the laws over real HTTP; prints what was measured, exits 1 when a law was broken. `--small`: in a minute. */
import { SMALL, WHOLE } from './phases.ts';
import { type Proof, prove } from './prove.ts';

const HEADS = [
  'phase',
  'seconds',
  'sent',
  'problems',
  'told',
  'waited s',
  'longest s',
  'SEV1 s',
  'doubled',
  'lost',
];

function table({ rows }: Proof): string {
  const s = (ms: number): string => (ms / 1_000).toFixed(1);
  const cells = rows.map((r) =>
    [
      r.phase,
      r.seconds.toFixed(0),
      r.sent,
      r.problems,
      r.told,
      s(r.waited.middle),
      s(r.waited.longest),
      s(r.waited.sev1),
      r.doubled,
      r.lost,
    ].map(String),
  );
  const widths = HEADS.map((head, i) => Math.max(head.length, ...cells.map((row) => row[i]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join(' | ')} |`;
  const rule = `|${widths.map((width, i) => (i === 0 ? ` ${'-'.repeat(width)} ` : ` ${'-'.repeat(width - 1)}: `)).join('|')}|`;
  return [line(HEADS), rule, ...cells.map(line)].join('\n');
}

const started = Date.now();
const say = (what: string): void =>
  console.error(`${((Date.now() - started) / 1_000).toFixed(0).padStart(4)} s  ${what}`);
const proof = await prove(process.argv.includes('--small') ? SMALL : WHOLE, say);
console.log(table(proof));
console.log(
  `${proof.lines} lines said again what was known; ${proof.removed} cards removed by people; ` +
    `all laws held ${(proof.mendedMs / 1_000).toFixed(0)} s after the last fault had ended.`,
);
for (const violation of proof.violations) console.log(`BROKEN  ${violation}`);
process.exitCode = proof.violations.length === 0 ? 0 : 1;
