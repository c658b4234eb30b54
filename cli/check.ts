import type { Command } from 'commander';
import { type Loaded, loadRules } from '../shared/config/load.ts';
import type { Problem } from '../shared/config/problem.ts';
import type { Rules } from '../shared/model/rules.ts';
import { CHANNELS, type Channel } from '../shared/model/severity.ts';
import { readInput } from './input.ts';
import { count } from './print.ts';
import { UserError } from './user-error.ts';

/** `hansho check [FILE]`: exit code 0 when the rules are valid, 1 when they are not or cannot be read. */
export function addCheck(program: Command): void {
  program
    .command('check')
    .description('check the rules: what is wrong, where, and what to write instead')
    .argument('[file]', 'the rules', 'hansho.yml')
    .addHelpText('after', '\nExamples:\n  hansho check\n  hansho check staging/hansho.yml')
    .action(async (file: string) => {
      const loaded = loadRules(await read(file), file, Date.now());
      process.stdout.write(`${loaded.ok ? summary(file, loaded) : complaint(file, loaded.problems)}\n`);
      if (!loaded.ok) process.exitCode = 1;
    });
}

async function read(file: string): Promise<string> {
  const read = await readInput(file);
  if ('error' in read) throw new UserError(`${read.error}. Name the rules: hansho check FILE`);
  return read.text;
}

function complaint(file: string, problems: readonly Problem[]): string {
  return [...problems.map(told), '', `${count(problems.length, 'problem')} in ${file}`].join('\n');
}

function told({ file, line, column, message, suggestion }: Problem): string {
  const hint = suggestion === null ? '' : `\n    ${suggestion}`;
  return `${file}:${line}:${column} ${message}${hint}`;
}

function summary(file: string, { rules, warnings }: Extract<Loaded, { ok: true }>): string {
  const { destinations, teams, severities, ignore, escalate, language, timezone } = rules;
  const lines = [
    `${file} is valid (${language}, ${timezone}, ${rules.hash})`,
    `  destinations  ${destinations.map(({ name }) => name).join(', ')}`,
    ...CHANNELS.map((channel) => `  ${channel.padEnd(12)}  ${membersOf(channel, rules)}`),
    `  teams         ${teams.map(({ name }) => name).join(', ') || 'none'}`,
    `  rules         ${severities.length} severity, ${ignore.length} ignore, ${escalate.length} escalate, besides the built-in ones`,
  ];
  if (warnings.length === 0) return lines.join('\n');
  return [...lines, '', ...warnings.map((one) => `warning: ${told(one)}`)].join('\n');
}

function membersOf(channel: Channel, { channels }: Rules): string {
  const heard = channels[channel].map(
    ({ destination, floor }) => destination + (floor === null ? '' : ` (${floor} and worse)`),
  );
  return heard.join(', ');
}
