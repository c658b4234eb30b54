import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import type { Command } from 'commander';
import { isObject, type JsonObject } from '../shared/model/json.ts';
import { matches } from '../shared/patterns/match.ts';
import { compilePattern, type PatternProblem, parsePattern } from '../shared/patterns/parse.ts';
import type { Pattern } from '../shared/patterns/pattern.ts';
import { UserError } from './user-error.ts';

const EXAMPLES = `
Examples:
  hansho match pattern.json events/guardduty/high.json
  aws events describe-rule --name findings --query EventPattern --output text | hansho match - event.json
  hansho match --batch < pairs.jsonl       # each line: {"pattern": {"source": ["aws.ec2"]}, "event": {…}}

Exit codes: 0 matches; 1 does not; 2 the pattern is not valid, or something could not be read.
With --batch: 0 once every line has its answer, {"match": true} or {"match": false} or {"error": "…"}.`;

/** What the command touches of the world. */
export interface MatchIo {
  /** The whole of a file; throws when it cannot be read. */
  readonly readFile: (file: string) => Promise<string>;
  readonly stdin: () => AsyncIterable<Uint8Array>;
  /** Resolves when there is room for more. */
  readonly out: (text: string) => Promise<void>;
  readonly err: (text: string) => void;
}

const PROCESS: MatchIo = {
  readFile: (file) => readFile(file, 'utf8'),
  stdin: () => process.stdin,
  out: async (text) => {
    if (!process.stdout.write(text)) await once(process.stdout, 'drain');
  },
  err: (text) => process.stderr.write(text),
};

/** Mounts `hansho match`: does an EventBridge event pattern match an event? */
export function addMatch(program: Command, io: MatchIo = PROCESS): void {
  program
    .command('match [files...]')
    .usage('PATTERN EVENT | --batch')
    .description('tell whether an EventBridge event pattern matches an event (files; - is standard input)')
    .option('--batch', 'answer {"pattern": …, "event": …} from standard input, line by line', false)
    // Commander would exit with 1 for an unknown option, which here means "does not match".
    .allowUnknownOption()
    .addHelpText('after', EXAMPLES)
    .action(async (files: readonly string[], { batch }: { readonly batch: boolean }) => {
      const option = files.find((file) => file.startsWith('-') && file !== '-');
      if (option !== undefined) throw new UserError(`match has no option ${option}`, 2);
      process.exitCode = batch ? await matchBatch(files, io) : await matchFiles(files, io);
    });
}

/** Matches one pattern against one event. Returns the exit code; throws a UserError with exit code 2. */
async function matchFiles(files: readonly string[], io: MatchIo): Promise<0 | 1 | 2> {
  const [patternFile, eventFile, ...more] = files;
  if (patternFile === undefined || eventFile === undefined || more.length > 0) {
    throw new UserError('name one pattern and one event: hansho match PATTERN EVENT', 2);
  }
  if (patternFile === '-' && eventFile === '-') {
    throw new UserError('standard input can be the pattern or the event, not both; put one in a file', 2);
  }
  const parsed = parsePattern(await contents(patternFile, io));
  const problems = parsed.ok ? parsed.warnings : [parsed.error];
  for (const problem of problems) io.err(`${located(problem, nameOf(patternFile), parsed.ok)}\n`);
  if (!parsed.ok) return 2;
  const event = eventOf(await contents(eventFile, io), nameOf(eventFile));
  const matched = matches(parsed.pattern, event);
  await io.out(matched ? 'matches\n' : 'does not match\n');
  return matched ? 0 : 1;
}

/** Answers each line of standard input with one line, as they come. */
async function matchBatch(files: readonly string[], io: MatchIo): Promise<0> {
  if (files.length > 0) throw new UserError('--batch reads standard input and takes no files', 2);
  for await (const line of linesOf(io.stdin())) await io.out(`${JSON.stringify(answer(line))}\n`);
  return 0;
}

type Answer = { readonly match: boolean } | { readonly error: string };

function answer(line: string): Answer {
  try {
    const { pattern, event } = objectOf(parseJson(line, 'the line'), 'the line');
    return { match: matches(patternOf(pattern), eventOf(event, 'the event')) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { error: error.message };
  }
}

/** The pattern of a line: an object, or a string that holds its JSON text. */
function patternOf(pattern: JsonObject[string]): Pattern {
  if (typeof pattern === 'string') {
    const parsed = parsePattern(pattern);
    if (!parsed.ok) throw new UserError(located(parsed.error, 'pattern'));
    return parsed.pattern;
  }
  const compiled = compilePattern(pattern);
  if (compiled.ok) return compiled.pattern;
  const { message, path } = compiled.error;
  throw new UserError(`pattern${path.map((key) => `[${JSON.stringify(key)}]`).join('')}: ${message}`);
}

/** An event: an object, or a string that holds its JSON text. */
function eventOf(event: JsonObject[string], name: string): JsonObject {
  return objectOf(typeof event === 'string' ? parseJson(event, name) : event, name);
}

function objectOf(value: unknown, name: string): JsonObject {
  if (isObject(value)) return value;
  throw new UserError(`${name} is not a JSON object`, 2);
}

function parseJson(source: string, name: string): unknown {
  try {
    return JSON.parse(source.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new UserError(`${name} is not JSON: ${error instanceof Error ? error.message : error}`, 2);
  }
}

async function contents(file: string, io: MatchIo): Promise<string> {
  try {
    return file === '-' ? await text(io.stdin()) : await io.readFile(file);
  } catch (error) {
    throw new UserError(`cannot read ${nameOf(file)}: ${error instanceof Error ? error.message : error}`, 2);
  }
}

function nameOf(file: string): string {
  return file === '-' ? 'standard input' : file;
}

function located({ line, column, message }: PatternProblem, name: string, isWarning = false): string {
  return `${name}:${line}:${column} ${isWarning ? 'warning: ' : ''}${message}`;
}

/** Lines end at \n alone: JSON strings may hold U+2028 and U+2029, at which node:readline breaks too. */
async function* linesOf(stream: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  rest += decoder.decode();
  if (rest !== '') yield rest;
}
