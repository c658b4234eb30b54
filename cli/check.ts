import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { type Loaded, loadRules } from '../shared/config/load.ts';
import type { Problem } from '../shared/config/problem.ts';
import type { ChannelMember, Rules } from '../shared/model/rules.ts';
import { CHANNELS, type Channel } from '../shared/model/severity.ts';
import type { Why } from '../shared/model/why.ts';
import { type Judge, makeJudge } from '../shared/rules/judge.ts';
import { hadSay } from '../shared/rules/proof.ts';
import { readInput } from './input.ts';
import { count } from './print.ts';
import { prove, testsBeside, tryFile } from './proof.ts';
import { UserError } from './user-error.ts';

/** `hansho check [FILE]`: exit code 0 when the rules are valid, 1 when they are not or cannot be read. */
export function addCheck(program: Command): void {
  program
    .command('check')
    .description('check the rules: what is wrong, where, and what to write instead')
    .argument('[file]', 'the rules', 'hansho.yml')
    .option('--events <folder>', 'name the ignore rules that match none of the raw events in there (*.json)')
    .addHelpText(
      'after',
      '\nExamples:\n  hansho check\n  hansho check staging/hansho.yml\n  hansho check --events events',
    )
    .action(check);
}

async function check(file: string, { events }: { readonly events?: string }): Promise<void> {
  const now = Date.now();
  const loaded = loadRules(await read(file), file, now);
  if (!loaded.ok) {
    process.stdout.write(`${complaint(file, loaded.problems)}\n`);
    process.exitCode = 1;
    return;
  }
  const judge = makeJudge(loaded.rules);
  const doubts = [
    ...loaded.warnings.map(told),
    ...(await unproven(file, loaded, judge, now)),
    ...(events === undefined ? [] : await unmatched(events, judge, now)),
  ];
  process.stdout.write(`${[...summary(file, loaded), ...warned(doubts)].join('\n')}\n`);
}

function warned(doubts: readonly string[]): readonly string[] {
  return doubts.length === 0 ? [] : ['', ...doubts.map((doubt) => `warning: ${doubt}`)];
}

/** The rules in which no example and no route test has a say, where there are any of these at all. */
async function unproven(
  file: string,
  { rules, claims }: Valid,
  judge: Judge,
  now: number,
): Promise<readonly string[]> {
  const proof = await prove(judge, claims, testsBeside(file), now);
  if (proof.length === 0) return [];
  const whys = proof.flatMap((one) => one.whys);
  const { teams, severities, ignore, escalate, expect } = rules;
  return [...teams, ...severities, ...ignore, ...escalate, ...expect]
    .filter((rule) => !whys.some((why) => hadSay(rule, why)))
    .map(({ name, at }) => `${at} no example or route test reaches \`${name}\`\n    docs/testing-rules.md`);
}

/** The ignore rules that no raw event of the folder meets: what they were written for may be gone. */
async function unmatched(folder: string, judge: Judge, now: number): Promise<readonly string[]> {
  const files = filesIn(folder);
  const whys: (readonly Why[])[] = [];
  const unread: string[] = [];
  for (const file of files) {
    const tried = await tryFile(file, judge, now);
    if (tried.ok) whys.push(...tried.signals.map(({ why }) => why));
    else unread.push(`${file} is passed over: ${tried.because}`);
  }
  const idle = judge.rules.ignore.filter((rule) => !whys.some((why) => hadSay(rule, why)));
  const among = `${count(files.length - unread.length, 'event')} in ${folder}`;
  return [
    ...unread,
    ...idle.map(
      ({ name, at, owner }) =>
        `${at} \`${name}\` matches none of ${among}\n    ${owner}: is it still needed?`,
    ),
  ];
}

function filesIn(folder: string): readonly string[] {
  try {
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    return names
      .filter((name) => name.endsWith('.json'))
      .sort()
      .map((name) => join(folder, name));
  } catch {
    throw new UserError(`cannot read the folder ${folder}. Name one that holds raw events: --events events`);
  }
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

type Valid = Extract<Loaded, { ok: true }>;

function summary(file: string, { rules }: Valid): readonly string[] {
  const { destinations, unowned, teams, severities, ignore, escalate, readiness, language, timezone } = rules;
  return [
    `${file} is valid (${language}, ${timezone}, ${rules.hash})`,
    `  destinations  ${destinations.map(({ name }) => name).join(', ')}`,
    ...CHANNELS.map((channel) => `  ${channel.padEnd(12)}  ${membersOf(channel, rules)}`),
    `  teams         ${teams.map(({ name }) => name).join(', ') || 'none'}`,
    ...(unowned === null ? [] : [`  unowned       ${heardBy(unowned)}`]),
    `  rules         ${severities.length} severity, ${ignore.length} ignore, ${escalate.length} escalate, besides the built-in ones`,
    ...readiness.map(({ name, level, ends }) => `  readiness     ${name}: level ${level} until ${ends}`),
  ];
}

function membersOf(channel: Channel, { channels }: Rules): string {
  return channels[channel].map(heardBy).join(', ');
}

function heardBy({ destination, floor }: ChannelMember): string {
  return destination + (floor === null ? '' : ` (${floor} and worse)`);
}
