import { type Command, InvalidArgumentError, Option } from 'commander';
import { MOVES, type Move } from './replay/fate.ts';
import type { Question } from './replay/judge.ts';
import { notesOn } from './replay/notes.ts';
import { tasksOf } from './replay/read.ts';
import { replay } from './replay/run.ts';
import type { Tally } from './replay/tally.ts';
import { type Report, toJson, toMarkdown, toText } from './replay/words.ts';
import { readRules } from './rules-file.ts';
import { UserError } from './user-error.ts';

const EXAMPLES = `
Examples:
  hansho replay --rules new.yml events/
  hansho replay --rules hansho.yml --against main.yml --markdown .hansho > replay.md
  hansho replay --rules new.yml --fail-on lost,newly-ignored,pages-less archive/*.jsonl.gz

PATH: files or folders of raw events, log batches, and archives (JSON, JSON lines, also .gz); - is standard input.
Moves: ${MOVES.join(', ')}.
Exit codes: 0 nothing moves; 1 something moves (with --fail-on: in a way that it names); 2 there is nothing to
replay, or the rules or the command are not right.`;

const WEEK_MS = 7 * 86_400_000;

type Failing = Move | 'unreadable' | 'none';
const FAILING: readonly Failing[] = [...MOVES, 'unreadable', 'none'];

interface Options {
  readonly rules: string;
  readonly against: string;
  readonly since?: number;
  readonly stage?: string;
  readonly json: boolean;
  readonly markdown: boolean;
  readonly failOn: readonly Failing[];
  readonly at?: number;
  readonly region: string;
  readonly threads?: number;
}

/** Mounts `hansho replay`: may I merge this change of the rules? */
export function addReplay(program: Command): void {
  program
    .command('replay [paths...]')
    .description('judge past signals by old and new rules, and say what would move')
    .requiredOption('--rules <file>', 'the new rules')
    .option('--against <file>', 'the old rules', 'hansho.yml')
    .option('--since <duration>', 'only archived signals of this time: 12h, 7d', duration)
    .option('--stage <stage>', 'read the archive of a stage on AWS (of 7d, or --since)')
    .addOption(new Option('--json', 'one JSON object').default(false).conflicts('markdown'))
    .option('--markdown', 'a summary for a pull request', false)
    .option('--fail-on <moves>', 'which moves give exit code 1, or unreadable, or none', failing, [...MOVES])
    .option('--at <time>', 'judge all as of this moment (ISO 8601), not of when each came', moment)
    .option(
      '--region <name>',
      'where the stage is, or raw log payloads come from',
      process.env.AWS_REGION ?? 'us-east-1',
    )
    .option('--threads <n>', 'how many threads read and judge (as many as cores)', threads)
    .addHelpText('after', EXAMPLES)
    .action(run);
}

async function run(paths: readonly string[], options: Options): Promise<void> {
  const question = await questionOf(options);
  const tally = await tallyOf(paths, question, options);
  if (tally.signals === 0)
    throw new UserError(`nothing to replay: ${tally.faults[0] ?? 'no signal of that time'}.`, 2);
  const report: Report = {
    before: options.against,
    after: options.rules,
    tally,
    notes: notesOn(question.before, question.after, tally),
  };
  process.stdout.write(inForm(report, options));
  process.exitCode = fails(tally, options.failOn) ? 1 : 0;
}

async function tallyOf(paths: readonly string[], question: Question, options: Options): Promise<Tally> {
  const { stage, region, since = WEEK_MS } = options;
  if (stage !== undefined && paths.length > 0)
    throw new UserError('--stage and paths name two inputs; give one of them.', 2);
  if (stage !== undefined) {
    // Its SDK is only loaded by who needs it.
    const { replayStage } = await import('./replay/stage.ts');
    return replayStage(stage, region, question, question.now - since);
  }
  if (paths.length === 0)
    throw new UserError('name what to replay: files, folders, - or a --stage on AWS.', 2);
  return replay(await tasksOf(paths), question, options.threads ?? null);
}

function inForm(report: Report, { json, markdown }: Options): string {
  if (json) return `${toJson(report)}\n`;
  return markdown ? toMarkdown(report) : toText(report);
}

async function questionOf(options: Options): Promise<Question> {
  const now = Date.now();
  return {
    before: await rulesOf(options.against),
    after: await rulesOf(options.rules),
    region: options.region,
    at: options.at ?? null,
    now,
    since: options.since === undefined ? null : now - options.since,
  };
}

async function rulesOf(file: string) {
  try {
    return await readRules(file);
  } catch (error) {
    throw error instanceof UserError ? new UserError(error.message, 2) : error;
  }
}

function fails({ moved, unreadable }: Tally, failOn: readonly Failing[]): boolean {
  return (
    MOVES.some((move) => failOn.includes(move) && moved.has(move)) ||
    (failOn.includes('unreadable') && unreadable > 0)
  );
}

function failing(value: string): readonly Failing[] {
  return value.split(',').map((name) => {
    const found = FAILING.find((one) => one === name.trim());
    if (found === undefined) throw new InvalidArgumentError(`It is a list of ${FAILING.join(', ')}.`);
    return found;
  });
}

function moment(value: string): number {
  const at = Date.parse(value);
  if (!Number.isNaN(at)) return at;
  throw new InvalidArgumentError('Write it like 2026-11-22T03:00:00+09:00.');
}

const UNITS: ReadonlyMap<string, number> = new Map([
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);

function duration(value: string): number {
  const parts = /^(\d{1,5})([mhd])$/.exec(value);
  const ms = Number(parts?.[1]) * (UNITS.get(parts?.[2] ?? '') ?? Number.NaN);
  if (ms > 0) return ms;
  throw new InvalidArgumentError('Write a duration as 30m, 12h or 7d.');
}

function threads(value: string): number {
  const n = Number(value);
  if (Number.isInteger(n) && n > 0 && n <= 64) return n;
  throw new InvalidArgumentError('A number from 1 to 64.');
}
