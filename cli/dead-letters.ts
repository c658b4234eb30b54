import type { Command } from 'commander';
import { type Letter, type QueueRef, type Stack, UNREAD } from '../shared/adapters/stack.ts';
import {
  type LetterStory,
  redactedBody,
  redactedPayload,
  storyOf,
  storyOfPayload,
} from '../shared/pipeline/dead-letters.ts';
import { ago, count, oneLine } from './say.ts';
import { addStackOptions, type StackOptions, withStack } from './stack.ts';
import { UserError } from './user-error.ts';

const EXAMPLES = `
Examples:
  hansho dead-letters list --stage prod
  hansho dead-letters show 3f6c --stage prod      # the first characters of an id will do
  hansho dead-letters replay 3f6c --stage prod
  hansho dead-letters replay --all --queue SignalsDeadQueue --stage prod
  hansho dead-letters replay --all --queue UnreadBucket --stage prod   # log payloads that Lambda gave up on
Without --stage: of the \`hansho local\` on this machine.

A message is taken out of its dead-letter queue only once the queue that it goes back to has accepted it. Replaying is
safe to repeat: what was done already is recognised by its content and not done twice. Mend the reason first; what still
fails comes back here after its tries.

Exit codes: 0 done (also when there was nothing to do); 1 something could not be done; 2 the command is not right.`;

interface Options extends StackOptions {
  readonly queue?: string;
  readonly all?: true;
}

/** Mounts `hansho dead-letters list | show | replay`. */
export function addDeadLetters(program: Command): void {
  const group = program
    .command('dead-letters')
    .description('what was given up and is kept: look at it, give it back')
    .addHelpText('after', EXAMPLES);
  const onQueue = (command: Command): Command =>
    addStackOptions(command).option('--queue <name>', 'only this dead-letter queue');
  onQueue(group.command('list'))
    .description('every message: what it is, from where, how old, and why')
    .action(async (options: Options) => say(await withStack(options, (stack) => listed(stack, options))));
  onQueue(group.command('show <id>'))
    .description('one message whole, redacted')
    .action(async (id: string, options: Options) =>
      say(await withStack(options, (stack) => shown(stack, id, options))),
    );
  onQueue(group.command('replay [ids...]'))
    .description('send messages back to where they came from')
    .option('--all', 'every message (of --queue)')
    .action(async (ids: readonly string[], options: Options) => {
      if (ids.length > 0 === (options.all === true))
        throw new UserError('name messages by their ids, or say --all.', 2);
      say(await withStack(options, (stack) => replayed(stack, ids, options)));
    });
}

function say(lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}

async function listed(stack: Stack, options: Options): Promise<readonly string[]> {
  return looking(stack, options, async (letters) => {
    if (letters.length === 0) return ['No dead letters.'];
    const now = Date.now();
    const entries = [];
    for (const letter of letters) entries.push(...(await entryOf(letter, now)));
    return [
      ...entries,
      `${count(letters.length, 'message')}. Mend the reason, then: hansho dead-letters replay ID`,
    ];
  });
}

function tell(letter: Letter, now: number): LetterStory | Promise<LetterStory> {
  return letter.queue === UNREAD ? storyOfPayload(letter) : storyOf(letter, now);
}

async function entryOf(letter: Letter, now: number): Promise<readonly string[]> {
  const { kind, what, because, reader } = await tell(letter, now);
  const why = because ?? `the log of ${reader} says: what = "record failed", message = "${letter.id}"`;
  return [
    `${letter.id.slice(0, 8)}  ${letter.queue}, ${ago(now - letter.sentAt)} old, ${kind}: ${oneLine(what)}`,
    `          why: ${oneLine(why, 300)}`,
  ];
}

async function shown(stack: Stack, id: string, options: Options): Promise<readonly string[]> {
  return looking(stack, options, async (letters) => {
    const [letter] = chosen(letters, [id]);
    if (letter === undefined) return [];
    const now = Date.now();
    const { kind, what, because, backTo, reader } = await tell(letter, now);
    const body = letter.queue === UNREAD ? await redactedPayload(letter) : redactedBody(letter);
    return [
      `id      ${letter.id}`,
      `queue   ${letter.queue}`,
      `goes    ${backTo === null ? 'nowhere: what it asked for is done, or waits elsewhere' : `back to ${backTo}`}`,
      `sent    ${new Date(letter.sentAt).toISOString()} (${ago(now - letter.sentAt)} ago)`,
      `what    ${kind}: ${oneLine(what, 1_000)}`,
      `why     ${oneLine(because ?? `see the log of ${reader}: what = "record failed", message = "${letter.id}"`, 1_000)}`,
      JSON.stringify(body, null, 2),
    ];
  });
}

async function replayed(stack: Stack, ids: readonly string[], options: Options): Promise<readonly string[]> {
  return looking(stack, options, async (letters) => {
    const lines: string[] = [];
    for (const letter of options.all === true ? letters : chosen(letters, ids)) {
      lines.push(await replay(stack, letter));
    }
    return lines.length === 0 ? ['No dead letters.'] : lines;
  });
}

/** Removed only once it is accepted elsewhere: in between it is in both places, which does no harm. */
async function replay(stack: Stack, letter: Letter): Promise<string> {
  const name = `${letter.id.slice(0, 8)} (${letter.queue})`;
  const { backTo } = await tell(letter, Date.now());
  try {
    if (letter.queue === UNREAD) {
      await (await stack.unread())?.giveBack(letter);
      return `${name}: sent back to ${backTo}`;
    }
    if (backTo === null) {
      await stack.remove(letter);
      return `${name}: removed; what it asked for is done, or waits elsewhere`;
    }
    const queue = stack.queues.find(({ id }) => id === backTo);
    if (queue === undefined) throw new Error(`the stack has no ${backTo}`);
    await stack.send(queue, letter.body);
    await stack.remove(letter);
    return `${name}: sent back to ${backTo}`;
  } catch (error) {
    process.exitCode = 1;
    return `${name}: not sent back, it stays: ${error instanceof Error ? error.message : error}`;
  }
}

/** Receives the dead letters, and gives back those that are still there afterwards, whatever happens in between. */
async function looking<T>(
  stack: Stack,
  { queue }: Options,
  work: (letters: readonly Letter[]) => Promise<T>,
): Promise<T> {
  const received = await Promise.allSettled([
    ...deadQueues(stack, queue).map((one) => stack.letters(one)),
    ...(queue === undefined || isUnread(queue) ? [unreadOf(stack)] : []),
  ]);
  const letters = received.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
  try {
    for (const one of received) if (one.status === 'rejected') throw one.reason;
    return await work(letters);
  } finally {
    // One that is gone already, or whose time is up, needs no release.
    const hidden = letters.filter(({ queue }) => queue !== UNREAD);
    await Promise.allSettled(hidden.map((letter) => stack.release(letter)));
  }
}

async function unreadOf(stack: Stack): Promise<readonly Letter[]> {
  return (await (await stack.unread())?.letters()) ?? [];
}

function isUnread(queue: string): boolean {
  return queue.toLowerCase() === UNREAD.toLowerCase();
}

function deadQueues({ queues }: Stack, wanted: string | undefined): readonly QueueRef[] {
  const dead = queues.filter(({ id }) => id.endsWith('DeadQueue'));
  if (wanted === undefined) return dead;
  if (isUnread(wanted)) return [];
  const found = dead.filter(({ id }) => id.toLowerCase() === wanted.toLowerCase());
  if (found.length > 0) return found;
  throw new UserError(
    `there is no dead-letter queue ${wanted}; there are ${[...dead.map(({ id }) => id), UNREAD].join(', ')}.`,
    2,
  );
}

function chosen(letters: readonly Letter[], ids: readonly string[]): readonly Letter[] {
  return ids.map((wanted) => {
    const found = letters.filter(({ id }) => id.startsWith(wanted));
    const [letter] = found;
    if (letter === undefined)
      throw new UserError(`no dead letter has the id ${wanted}. See: hansho dead-letters list`);
    if (found.length > 1)
      throw new UserError(`${found.length} dead letters begin with ${wanted}; give more of the id.`, 2);
    return letter;
  });
}
