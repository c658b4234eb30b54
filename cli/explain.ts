import { styleText } from 'node:util';
import { type Command, Option } from 'commander';
import { linksFor } from '../shared/links/links.ts';
import { isObject } from '../shared/model/json.ts';
import type { Signal } from '../shared/model/signal.ts';
import type { Why } from '../shared/model/why.ts';
import { holdsOf } from '../shared/pipeline/hold.ts';
import { type Judged, judgeSignal } from '../shared/pipeline/judge.ts';
import { readAny } from '../shared/pipeline/read.ts';
import { remindersOf } from '../shared/pipeline/remind.ts';
import type { Hold } from '../shared/rules/hold.ts';
import { type Judge, makeJudge } from '../shared/rules/judge.ts';
import { type AskOtherwise, makeOtherwise, type Otherwise } from './explain/otherwise.ts';
import { readInput } from './input.ts';
import { printable } from './print.ts';
import { readRules } from './rules-file.ts';
import { UserError } from './user-error.ts';

interface Options {
  readonly config: string;
  readonly json: boolean;
  readonly lines: boolean;
  readonly logGroup: string;
  readonly region: string;
  readonly account: string;
  readonly at?: string;
}

/** One answer: a judged signal, with the file or line that it came from. */
type Answer = { readonly file?: string; readonly line?: number } & (
  | {
      readonly judged: Judged;
      readonly holds: readonly Hold[];
      readonly otherwise: readonly Otherwise[];
      readonly reminders: readonly Why[];
    }
  | { readonly error: string }
);

const EXAMPLES = `
Examples:
  hansho explain events/guardduty/high.json
  cat events/sns/two-records.json | hansho explain --json -
  tail -n 50 app.log | hansho explain --lines --log-group /aws/lambda/payments-api
  hansho explain --at 2026-12-24T20:00:00+09:00 events/alarm/firing.json

Exit codes: 0 all read; 1 something could not be read (the rest is still explained).`;

/** Mounts `hansho explain`: where would this event, or this log line, go, and why? */
export function addExplain(program: Command): void {
  program
    .command('explain [files...]')
    .description('say where raw events or log lines would go, and why (- or nothing: standard input)')
    .addOption(new Option('--config <file>', 'the rules').default('hansho.yml'))
    .option('--json', 'one JSON object a signal, a line each', false)
    .option('--lines', 'the input is plain log lines, one event each', false)
    .option('--log-group <name>', 'the log group the lines come from', '/aws/lambda/example')
    .option('--region <name>', 'where log payloads come from', process.env.AWS_REGION ?? 'us-east-1')
    .option('--account <id>', 'the account that --lines come from', '111122223333')
    .option('--at <time>', 'judge as of this moment (ISO 8601)')
    .addHelpText('after', EXAMPLES)
    .action(explain);
}

/** The rules, and what else they could have said. */
interface Asked {
  readonly judge: Judge;
  readonly otherwise: AskOtherwise;
}

async function explain(files: readonly string[], options: Options): Promise<void> {
  const judge = makeJudge(await readRules(options.config));
  const asked: Asked = { judge, otherwise: makeOtherwise(judge) };
  const now = options.at === undefined ? Date.now() : Date.parse(options.at);
  if (Number.isNaN(now))
    throw new UserError(`--at ${options.at} is not a time; write it like 2026-11-22T03:00:00+09:00.`);
  for (const file of files.length === 0 ? ['-'] : files) {
    for (const answer of await answersFor(file, files.length > 0, asked, now, options)) {
      process.stdout.write(options.json ? `${JSON.stringify(toJson(answer))}\n` : toWords(answer));
      if ('error' in answer) process.exitCode = 1;
    }
  }
}

async function answersFor(
  file: string,
  named: boolean,
  asked: Asked,
  now: number,
  options: Options,
): Promise<readonly Answer[]> {
  const from = named ? { file } : {};
  const read = await readInput(file);
  if ('error' in read) return [{ ...from, error: read.error }];
  if (options.lines) return explainLines(read.text, asked, now, options, from);
  const answers: Answer[][] = [];
  for (const event of parseEvents(read.text)) {
    if ('error' in event) answers.push([{ ...from, error: event.error }]);
    else answers.push(await explainEvent(event.raw, asked, now, options, from));
  }
  return answers.flat();
}

type Event = { readonly raw: unknown } | { readonly error: string };

/** A JSON document, or JSON lines: there a bad line costs only itself. */
function parseEvents(input: string): readonly Event[] {
  if (input.trim() === '') return [{ error: 'it is empty' }];
  const whole = parseJson(input);
  if (whole !== null) return [whole];
  const lines = input.split('\n').map((text, i) => ({ text, number: i + 1, event: parseJson(text) }));
  // A document that is cut or broken has lines of JSON too, but no whole events among them.
  if (!lines.some(({ event }) => event !== null && isObject(event.raw) && Object.keys(event.raw).length > 0))
    return [{ error: 'not JSON. For plain log lines add --lines --log-group GROUP.' }];
  return lines
    .filter(({ text }) => text.trim() !== '')
    .map(({ event, number }) => event ?? { error: `line ${number} is not JSON` });
}

function parseJson(source: string): { readonly raw: unknown } | null {
  try {
    return { raw: JSON.parse(source) };
  } catch {
    return null;
  }
}

async function explainEvent(
  raw: unknown,
  asked: Asked,
  now: number,
  options: Options,
  from: { readonly file?: string },
): Promise<Answer[]> {
  const read = await readAny(raw, setting(now, options, asked.judge));
  if (!read.ok) return [{ ...from, error: read.because }];
  const judged = read.reading.signals.map((s) => ({ ...from, ...answerTo(s, asked, now) }));
  const faults = read.reading.faults.map((f) => ({ ...from, error: `${f.where}: ${f.because}` }));
  return [...judged, ...faults];
}

async function explainLines(
  input: string,
  asked: Asked,
  now: number,
  options: Options,
  from: { readonly file?: string },
): Promise<readonly Answer[]> {
  if (input === '') return [];
  const lines = input.replace(/\r?\n$/, '').split(/\r?\n/);
  const ids = lines.map((_, i) => `line-${String(i + 1).padStart(9, '0')}`);
  const batch = {
    messageType: 'DATA_MESSAGE',
    owner: options.account,
    logGroup: options.logGroup,
    logStream: 'explain',
    logEvents: lines.map((message, i) => ({ id: ids[i], timestamp: now, message })),
  };
  const read = await readAny(batch, setting(now, options, asked.judge));
  if (!read.ok) return [{ ...from, error: read.because }];
  const byId = new Map(read.reading.signals.map((s) => [String(s.id), s]));
  return lines.map((_, i) => {
    const signal = byId.get(ids[i] ?? '');
    const place = { ...from, line: i + 1 };
    return signal === undefined
      ? { ...place, error: 'the line could not be read' }
      : { ...place, ...answerTo(signal, asked, now) };
  });
}

function answerTo(signal: Signal, { judge, otherwise }: Asked, now: number) {
  const judged = judgeSignal(signal, judge, now);
  const holds = holdsOf(judged, judge, now);
  const reminders = remindersOf(judged, judge);
  return { judged, holds, reminders, otherwise: otherwise(judged, holds.map(holdWhy), now) };
}

function setting(now: number, { region }: Options, judge: Judge) {
  const partition = region.startsWith('cn-') ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
  return { region, partition, receivedAt: now, all: true, prefilter: [], judge };
}

/**
 * The stable interface of `--json`. An end opens no card by itself, so it has a severity (what it ends) but no
 * channel; it is told wherever the beginning was told.
 */
function toJson(answer: Answer): object {
  const { file, line } = answer;
  const from = { ...(file === undefined ? {} : { file }), ...(line === undefined ? {} : { line }) };
  if ('error' in answer) return { ...from, error: answer.error };
  const { holds } = answer;
  const [held] = holds;
  const { signal, fingerprint, incident, verdict, why } = answer.judged;
  const tracked = verdict.outcome === 'tracked';
  const told = tracked && signal.status === 'firing';
  return {
    ...from,
    source: signal.source,
    kind: signal.kind,
    id: signal.id,
    time: iso(signal.time),
    level: signal.level,
    levelEvidence: signal.levelEvidence,
    severity: verdict.outcome === 'unremarkable' ? null : verdict.severity,
    channel: told ? verdict.channel : null,
    destinations: told ? verdict.targets.map((t) => t.name) : [],
    fingerprint,
    incident,
    title: signal.title,
    message: signal.message,
    account: signal.account,
    region: signal.region,
    service: signal.service,
    team: tracked ? verdict.team : null,
    status: signal.status,
    ignored: verdict.outcome === 'ignored' ? verdict.reason : null,
    held: held === undefined ? null : { by: held.by, until: iso(held.until) },
    remedy: signal.remedy,
    links: Object.fromEntries(linksFor(signal.places, signal).map((l) => [l.is, l.url])),
    why: [...why, ...holds.map(holdWhy), ...answer.reminders],
    otherwise: answer.otherwise,
  };
}

function holdWhy({ by, at, because, until }: Hold): Why {
  return { stage: 'hold', rule: by, at, because: `${because}, until ${iso(until)}` };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

function toWords(answer: Answer): string {
  const place = [answer.file, answer.line].filter((p) => p !== undefined).join(':');
  const head = place === '' ? '' : styleText('dim', `${place}  `);
  if ('error' in answer)
    return `${head}${styleText('red', 'cannot be read')}: ${printable(answer.error)}\n\n`;
  const { signal } = answer.judged;
  const reasons = [...answer.judged.why, ...answer.holds.map(holdWhy), ...answer.reminders].map(
    (w) =>
      `  ${w.stage.padEnd(11)} ${w.rule} ${styleText('dim', `(${w.at})`)}\n              ${printable(w.because)}\n`,
  );
  const others = answer.otherwise.map(
    ({ change, at, outcome }) =>
      `  ${styleText('dim', 'otherwise')}   ${printable(change)}${at === null ? '' : styleText('dim', ` (${at})`)}\n              ${printable(outcome)}\n`,
  );
  return `${head}${fate(answer.judged)}${wait(answer.holds)}  ${printable(signal.title)}\n${reasons.join('')}${others.join('')}\n`;
}

function fate({ signal, verdict }: Judged): string {
  switch (verdict.outcome) {
    case 'tracked': {
      if (signal.status === 'resolved')
        return styleText('green', 'resolves what is open, and tells whoever was told');
      const to = verdict.targets.map((t) => t.name).join(', ');
      return styleText(
        verdict.channel === 'alert' ? 'red' : 'yellow',
        `${verdict.severity} ${verdict.channel} → ${to}`,
      );
    }
    case 'ignored':
      return styleText('cyan', `ignored: ${verdict.reason}`);
    case 'unremarkable':
      return styleText('dim', 'nothing to tell');
  }
}

function wait([held]: readonly Hold[]): string {
  return held === undefined ? '' : styleText('cyan', ` held by ${held.by} until ${iso(held.until)}`);
}
