import type { Command } from 'commander';
import { contradictionsIn, lateOf, type States, statesOf } from '../shared/incidents/ledger.ts';
import { type Json, list, number, text } from '../shared/model/json.ts';
import type { Pile } from '../shared/model/pile.ts';
import { ago, count } from './say.ts';
import { addStackOptions, ask, localUrl, type StackOptions, withStack } from './stack.ts';

const EXAMPLES = `
Examples:
  hansho ledger                    # of the hansho local on this machine
  hansho ledger --stage prod       # of a stage on AWS
  hansho ledger --stage prod --json | jq .states.untold

Exit codes: 0 all adds up and nothing is late; 1 something does not add up, or has been untold for more than five
minutes; 2 the command is not right.`;

interface Options extends StackOptions {
  readonly json: boolean;
}

/** Mounts `hansho ledger`: where everything is, and whether it adds up. */
export function addLedger(program: Command): void {
  const command = program
    .command('ledger')
    .description('reconcile where every signal and incident is, and name any difference')
    .option('--json', 'as JSON, times in ms since the epoch', false);
  addStackOptions(command).addHelpText('after', EXAMPLES).action(run);
}

/** What is known of a stack. `signals`: only `hansho local` knows what it accepted. */
export interface Account {
  readonly signals: Signals | null;
  readonly states: States;
  readonly queues: readonly Pile[];
  readonly deadLetters: readonly Pile[];
  readonly differences: readonly string[];
  readonly late: readonly string[];
}

interface Signals {
  readonly in: number;
  readonly elsewhere: number;
  readonly repeated: number;
  readonly tracked: number;
  readonly ignored: number;
  readonly unremarkable: number;
  readonly waiting: number;
  readonly deadLettered: number;
}

async function run(options: Options): Promise<void> {
  const account = await accountOf(options);
  const now = Date.now();
  const words = options.json ? JSON.stringify(account, null, 2) : linesOf(account, now).join('\n');
  process.stdout.write(`${words}\n`);
  process.exitCode = account.differences.length + account.late.length > 0 ? 1 : 0;
}

async function accountOf(options: StackOptions): Promise<Account> {
  const url = localUrl(options);
  const view = url === null ? null : await ask(url, '/api/ledger');
  return withStack(options, async (stack) => {
    const [table, piles] = await Promise.all([stack.table(), stack.depths()]);
    const now = Date.now();
    const states = statesOf(table, now);
    const bucket = list(view, 'deadLetters').map(pileIn);
    return {
      signals: view === null ? null : signalsIn(view),
      states,
      queues: piles.filter(({ queue }) => !isDead(queue)),
      deadLetters: [
        ...piles.filter(({ queue }) => isDead(queue)),
        ...bucket.filter(({ queue }) => !isDead(queue)),
      ],
      differences: view === null ? contradictionsIn(table, now) : list(view, 'differences').map(String),
      late: lateOf(states, now),
    };
  });
}

function isDead(queue: string): boolean {
  return queue.endsWith('DeadQueue');
}

function pileIn(value: Json): Pile {
  return { queue: text(value, 'queue') ?? '?', messages: number(value, 'messages') ?? 0 };
}

function signalsIn(view: unknown): Signals {
  const n = (...path: readonly string[]): number => number(view, ...path) ?? 0;
  return {
    in: n('in'),
    elsewhere: n('elsewhere'),
    repeated: n('repeated'),
    tracked: n('tracked'),
    ignored: n('ignored'),
    unremarkable: n('unremarkable'),
    waiting: n('unread', 'waiting'),
    deadLettered: n('unread', 'deadLettered'),
  };
}

/** The account for a person: what is wrong comes last, where it is read first. */
export function linesOf({ signals, states, queues, deadLetters, differences, late }: Account, now: number) {
  const { incidents } = states;
  const soon = states.untold.length - late.length;
  return [
    ...(signals === null ? [] : signalLines(signals)),
    `Incidents  ${incidents.total}: ${incidents.firing} firing, ${incidents.resolved} resolved`,
    `           ${incidents.told} told everywhere, ${incidents.untold} not yet, ${incidents.held} held`,
    ...(soon > 0 ? [`           on its way for less than five minutes: to ${count(soon, 'address')}`] : []),
    ...heldLines(states.held, now),
    `Queues     ${pilesIn(queues, 'nothing waits')}`,
    `Dead       ${pilesIn(deadLetters, 'no dead letters')}`,
    ...(deadLetters.some(({ messages }) => messages > 0)
      ? ['           Look at them with: hansho dead-letters list']
      : []),
    ...states.addresses.map(({ address, is, at, because }) =>
      is === 'broken'
        ? `Broken     ${address}, for ${ago(now - at)}: ${because}`
        : `Blocked    ${address}: ${because}`,
    ),
    ...canaryLines(states.canary, now),
    ...late.map((line) => `Late       ${line}`),
    ...differences.map((line) => `Difference ${line}`),
    differences.length + late.length === 0 ? 'All adds up.' : 'This does not add up, or is late: see above.',
  ];
}

function signalLines(signals: Signals): readonly string[] {
  const more = [
    signals.repeated > 0 ? `${signals.repeated} repeated` : null,
    signals.waiting > 0 ? `${signals.waiting} waiting` : null,
    signals.deadLettered > 0 ? `${signals.deadLettered} dead-lettered unread` : null,
  ].filter((part) => part !== null);
  const states = [
    `${signals.tracked} tracked`,
    `${signals.ignored} ignored`,
    `${signals.unremarkable} unremarkable`,
    ...more,
  ].join(' + ');
  const elsewhere = signals.elsewhere > 0 ? `, and ${signals.elsewhere} that came past the door` : '';
  return [`Signals    ${signals.in} accepted${elsewhere} = ${states}`];
}

/** By rule, because a storm holds many. */
function heldLines(held: States['held'], now: number): readonly string[] {
  return [...Map.groupBy(held, ({ by, at }) => `${by} (${at})`)].map(([rule, some]) => {
    const since = Math.min(...some.map((one) => one.since));
    return `Held       ${count(some.length, 'delivery')} by ${rule}, the oldest for ${ago(now - since)}`;
  });
}

function pilesIn(piles: readonly Pile[], none: string): string {
  const some = piles.filter(({ messages }) => messages > 0);
  return some.map(({ queue, messages }) => `${queue}: ${messages}`).join(', ') || none;
}

function canaryLines(canary: States['canary'], now: number): readonly string[] {
  const out = canary.filter(({ outAt }) => outAt !== null);
  if (out.length === 0) return ['Canary     has not come out yet'];
  const doors = canary.map(({ door, outAt }) =>
    outAt === null ? `${door} never` : `${door} ${ago(now - outAt)} ago`,
  );
  return [`Canary     last out: ${doors.join(', ')}`];
}
