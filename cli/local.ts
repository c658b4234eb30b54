import { type Command, InvalidArgumentError } from 'commander';
import { playDemo } from '../local/demo.ts';
import type { LogLine } from '../local/ledger.ts';
import { parseJson } from '../local/parse.ts';
import { type Local, startLocal } from '../local/start.ts';
import { text } from '../shared/model/json.ts';
import { UserError } from './user-error.ts';

const EXAMPLES = `
Examples:
  hansho local --demo                       # plays a morning's alerts; open the address it prints
  hansho local --data .hansho               # keeps what it accepted, also through kill -9
  hansho send events/guardduty/high.json    # in another terminal
  tail -f app.log | hansho send --log-group /aws/lambda/payments-api -

Slack and PagerDuty are stand-ins, unless these are set:
  SLACK_BOT_TOKEN        talk to the real Slack; with SLACK_API_URL to that address
  PAGERDUTY_ROUTING_KEY  page for real; with PAGERDUTY_EVENTS_URL to that address`;

const DEFAULT_PORT = 4460;
/** Ctrl-C must not hang: whatever has not ended by then is replayed at the next start. */
const STOP_MS = 1_800;
const LONGEST = 500;
const MOST_COMPLAINTS = 1_000;

interface Options {
  readonly port: number;
  readonly data?: string;
  readonly demo?: true;
  readonly sweepEvery: number;
  readonly realDelays?: true;
}

/** Mounts `hansho local`: the deployed bundles on this machine. */
export function addLocal(program: Command): void {
  program
    .command('local')
    .description('run the deployed functions on this machine, with queues, table, Slack and PagerDuty')
    .option('--port <port>', 'listen here on 127.0.0.1; 0 takes a free one', portNumber, DEFAULT_PORT)
    .option('--data <directory>', 'keep everything there; without it nothing outlives the process')
    .option('--demo', 'play sample events')
    .option(
      '--sweep-every <duration>',
      'how often quiet and untold incidents are looked for (deployed: 1m)',
      milliseconds,
      5_000,
    )
    .option('--real-delays', 'wait between retries as long as AWS does, not seconds')
    .addHelpText('after', EXAMPLES)
    .action(run);
}

async function run(options: Options): Promise<void> {
  const began = performance.now();
  const local = await start(options);
  stopOnSignals(local);
  say(
    `Hansho runs at ${local.url} (ready in ${((performance.now() - began) / 1_000).toFixed(1)} s). Ctrl-C stops it.`,
  );
  say(`  Slack: ${local.slackAt}; PagerDuty: ${local.pagerdutyAt}; data: ${options.data ?? 'in memory'}`);
  say(`  Send something: npx hansho send --url ${local.url} events/guardduty/high.json`);
  if (options.demo === true) {
    say(`  Playing sample events; watch ${local.url}`);
    await playDemo(local.url);
    say('  That was the demo. Everything keeps running.');
  }
}

async function start({ port, data, sweepEvery, realDelays }: Options): Promise<Local> {
  try {
    return await startLocal({
      port,
      data: data ?? null,
      sweepEveryMs: sweepEvery,
      realDelays: realDelays === true,
      warm: true,
      onLine: complaints((line) => process.stderr.write(`${line}\n`)),
    });
  } catch (error) {
    throw new UserError(error instanceof Error ? error.message : String(error));
  }
}

/** Passes on what goes wrong in a function, the same trouble once; a crash is no JSON and passes as it is. */
function complaints(say: (line: string) => void): (line: LogLine) => void {
  const said = new Set<string>();
  return ({ function: name, text: line }) => {
    const entry = line.startsWith('{') ? parseJson(line) : undefined;
    if (entry !== undefined && text(entry, 'level') !== 'ERROR') return;
    const words = entry === undefined ? line : [text(entry, 'what'), text(entry, 'because')].join(': ');
    const complaint = `${name}: ${words.slice(0, LONGEST)}`;
    if (said.has(complaint) || said.size >= MOST_COMPLAINTS) return;
    said.add(complaint);
    say(complaint);
  };
}

function stopOnSignals(local: Local): void {
  const stop = (): void => {
    // A second signal, or something that hangs: nothing is lost by leaving at once.
    process.once('SIGINT', () => process.exit(0));
    setTimeout(() => process.exit(0), STOP_MS).unref();
    local.stop().then(
      () => process.exit(0),
      () => process.exit(0),
    );
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function portNumber(value: string): number {
  const port = Number(value);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535 && value.trim() !== '') return port;
  throw new InvalidArgumentError('A port is a number from 0 to 65535.');
}

const UNITS = new Map([
  ['ms', 1],
  ['s', 1_000],
  ['m', 60_000],
]);

function milliseconds(value: string): number {
  const parts = /^(\d{1,6})(ms|s|m)$/.exec(value);
  const ms = Number(parts?.[1]) * (UNITS.get(parts?.[2] ?? '') ?? Number.NaN);
  if (ms >= 100) return ms;
  throw new InvalidArgumentError('Write a duration as 5s, 500ms or 1m; at least 100ms.');
}
