import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { formatRules } from '../shared/config/format.ts';
import { diff } from './diff.ts';
import { readInput } from './input.ts';
import { loadRulesFile } from './rules-file.ts';
import { UserError } from './user-error.ts';

const EXAMPLES = `
Examples:
  hansho fmt                 # hansho.yml, in place
  hansho fmt --check         # for CI: shows what would change

Exit codes: 0 in form; 1 the rules are not valid, or --check found something to change.`;

/** Mounts `hansho fmt`: one form for the rules, so that a change shows what it changes. */
export function addFmt(program: Command): void {
  program
    .command('fmt')
    .description('write the rules in one form: order of sections, indentation, quotes; comments stay')
    .argument('[file]', 'the rules', 'hansho.yml')
    .option('--check', 'change nothing; show the difference and exit with 1 when there is one', false)
    .addHelpText('after', EXAMPLES)
    .action(fmt);
}

async function fmt(file: string, { check }: { readonly check: boolean }): Promise<void> {
  await loadRulesFile(file);
  const read = await readInput(file);
  if ('error' in read) throw new UserError(read.error);
  const formatted = formatRules(read.text);
  if (!formatted.ok) throw new UserError(`${file} is left as it is: ${formatted.because}.`);
  if (formatted.text === read.text) return;
  if (!check) {
    await writeFile(file, formatted.text);
    process.stdout.write(`${file}: formatted\n`);
    return;
  }
  process.stdout.write(`${diff(read.text, formatted.text, file)}\nRun \`hansho fmt ${file}\`.\n`);
  process.exitCode = 1;
}
