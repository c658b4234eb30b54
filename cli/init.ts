import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import { readReference, readSlackChannel } from '../shared/config/places.ts';
import { type Answers, starterRules } from '../shared/config/starter.ts';
import { type Read, readLanguage, readName, readTimezone } from '../shared/config/words.ts';
import { UserError } from './user-error.ts';

const EXAMPLES = `
Examples:
  hansho init                                        # asks; an empty answer takes what stands in brackets
  hansho init --yes --slack-alert '#alert' --slack-notify '#notify' --pagerduty ssm:/hansho/pagerduty/oncall
  printf 'ja\\n\\n\\n\\nno\\n\\n' | hansho init --force       # answers from a pipe work as well`;

const PAGERDUTY = 'ssm:/hansho/pagerduty/oncall';

interface Options {
  readonly config: string;
  readonly yes: boolean;
  readonly force: boolean;
  readonly language?: string;
  readonly timezone?: string;
  readonly slackAlert?: string;
  readonly slackNotify?: string;
  readonly pagerduty?: string;
  readonly teams?: string;
}

/** Mounts `hansho init`: a few questions, and a first hansho.yml. */
export function addInit(program: Command): void {
  program
    .command('init')
    .description('ask a few questions and write a first hansho.yml')
    .option('--config <file>', 'the file to write', 'hansho.yml')
    .option('--yes', 'ask nothing: take the flags, and a default for the rest', false)
    .option('--force', 'replace the file when it is there', false)
    .option('--language <word>', 'of messages: en or ja')
    .option('--timezone <name>', 'an IANA name, such as Asia/Tokyo')
    .option('--slack-alert <channel>', 'where to act: "#alert", or a channel id')
    .option('--slack-notify <channel>', 'what to know: "#notify", or a channel id')
    .option('--pagerduty <reference>', 'where the routing key lies (ssm:/…), or no')
    .option('--teams <names>', 'names of teams, with commas between')
    .addHelpText('after', EXAMPLES)
    .action(init);
}

/** One thing to ask, how to read the answer, and what holds without one. */
interface Question<T> {
  readonly flag: string;
  readonly given: string | undefined;
  readonly words: string;
  readonly otherwise: string;
  readonly read: (text: string) => Read<T>;
}

async function init(options: Options): Promise<void> {
  if (!options.force && existsSync(options.config)) throw isThere(options.config);
  const lines = options.yes ? null : createInterface({ input: process.stdin });
  try {
    const answers = await answersTo(options, asker(lines?.[Symbol.asyncIterator]() ?? null));
    await write(options, starterRules(answers));
    process.stdout.write(nextSteps(options.config, answers));
  } finally {
    lines?.close();
  }
}

type Ask = <T>(question: Question<T>) => Promise<T>;

async function answersTo(options: Options, ask: Ask): Promise<Answers> {
  const language = await ask({
    ...{ flag: '--language', given: options.language, words: 'Language of messages, en or ja' },
    ...{ otherwise: systemLanguage(), read: readLanguage },
  });
  const timezone = await ask({
    ...{ flag: '--timezone', given: options.timezone, words: 'Time zone' },
    ...{ otherwise: systemTimezone(), read: readTimezone },
  });
  const slackAlert = await ask({
    ...{ flag: '--slack-alert', given: options.slackAlert, words: 'Slack channel for what needs action now' },
    ...{ otherwise: '#alert', read: readSlackChannel },
  });
  const slackNotify = await ask({
    ...{
      flag: '--slack-notify',
      given: options.slackNotify,
      words: 'Slack channel for what is good to know',
    },
    ...{ otherwise: '#notify', read: readSlackChannel },
  });
  const pagerduty = await ask({
    ...{ flag: '--pagerduty', given: options.pagerduty },
    words: `PagerDuty for SEV1 and SEV2: no, yes (key in ${PAGERDUTY}), or where the key lies`,
    ...{ otherwise: 'no', read: readPager },
  });
  const teams = await ask({
    ...{ flag: '--teams', given: options.teams, words: 'Teams, with commas between (none)' },
    ...{ otherwise: '', read: readTeams },
  });
  return { language, timezone, slackAlert, slackNotify, pagerduty, teams };
}

/** A flag answers its question; so does a line of standard input, and at its end what holds without an answer. */
function asker(lines: AsyncIterator<string> | null): Ask {
  return async ({ flag, given, words, otherwise, read }) => {
    let complaint = '';
    for (let text = given; ; text = undefined) {
      if (text === undefined && lines !== null) {
        process.stdout.write(`${complaint}${words}${otherwise === '' ? '' : ` [${otherwise}]`}: `);
        const line = await lines.next();
        if (line.done === true && complaint !== '') throw new UserError(complaint.trim());
        text = line.done === true ? '' : line.value.trim();
      }
      const answer = read(text === undefined || text === '' ? otherwise : text);
      if (answer.ok) return answer.value;
      complaint = `${flag} ${answer.message}${answer.suggestion === null ? '' : `; ${answer.suggestion}`}\n`;
      if (lines === null || given !== undefined) throw new UserError(complaint.trim());
    }
  };
}

function readPager(text: string): Read<string | null> {
  if (/^no?$/i.test(text)) return { ok: true, value: null };
  return readReference(/^y(es)?$/i.test(text) ? PAGERDUTY : text);
}

function readTeams(text: string): Read<readonly string[]> {
  const names = text.split(',').flatMap((name) => (name.trim() === '' ? [] : [name.trim()]));
  for (const name of names) {
    const read = readName(name);
    if (!read.ok) return read;
  }
  return { ok: true, value: [...new Set(names)] };
}

function systemLanguage(): string {
  return new Intl.DateTimeFormat().resolvedOptions().locale.startsWith('ja') ? 'ja' : 'en';
}

function systemTimezone(): string {
  const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  return readTimezone(zone).ok ? zone : 'UTC';
}

async function write({ config, force }: Options, text: string): Promise<void> {
  try {
    await writeFile(config, text, { flag: force ? 'w' : 'wx' });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'EEXIST') throw isThere(config);
    throw new UserError(`cannot write ${config}: ${error instanceof Error ? error.message : error}`);
  }
}

function isThere(config: string): UserError {
  return new UserError(`${config} is there already and stays as it is. To replace it, add --force.`);
}

function nextSteps(config: string, { slackAlert, slackNotify, pagerduty }: Answers): string {
  const channels = slackAlert === slackNotify ? slackAlert : `${slackAlert} and ${slackNotify}`;
  const steps = [
    `npx hansho check ${config}`,
    'npx hansho local --demo                     # see it work, without AWS',
    ...(pagerduty?.startsWith('ssm:') === true
      ? [`aws ssm put-parameter --type SecureString --name ${pagerduty.slice(4)} --value ROUTING_KEY`]
      : []),
    `invite the bot to ${channels}: /invite @hansho`,
    'npx sls deploy                              # docs/deploy.md',
  ];
  return `\n${config} is written. Next:\n${steps.map((step, i) => `  ${i + 1}. ${step}`).join('\n')}\n`;
}
