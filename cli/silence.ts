import { userInfo } from 'node:os';
import type { Command } from 'commander';
import type { Added, Refused, SilenceDesk } from '../local/silences.ts';
import { makeSilenceDesk } from '../local/silences.ts';
import { isObject, type JsonObject, text } from '../shared/model/json.ts';
import type { SilenceView } from '../shared/pipeline/silences.ts';
import { addStackOptions, localUrl, type StackOptions, withStack } from './stack.ts';
import { UserError } from './user-error.ts';

interface Where extends StackOptions {
  readonly json: boolean;
}

interface Wish extends Where {
  readonly match: string;
  readonly for: string;
  readonly author: string;
  readonly reason: string;
  readonly dryRun?: true;
}

const EXAMPLES = `
Examples:
  hansho silence add --match '{"service":["orders"]}' --for 2h --author yamada --reason 'migration' --dry-run
  hansho silence add --match '{"team":["shop"],"severity":["SEV4"]}' --for 1d --author sato --reason 'we know' --stage prod
  hansho silence list --stage prod
  hansho silence end silence-1a2b3c --stage prod

Without --stage they speak to a running \`hansho local\`.`;

/** Mounts `hansho silence`: keep something from being told for some hours, without a deployment. */
export function addSilenceCommands(program: Command): void {
  const silence = program
    .command('silence')
    .description('keep something from being told for some hours, see what that holds, and end it early')
    .addHelpText('after', EXAMPLES);
  const command = (name: string, description: string): Command =>
    addStackOptions(silence.command(name).description(description)).option(
      '--json',
      'the answer as JSON',
      false,
    );
  command('add', 'make a silence')
    .requiredOption('--match <pattern>', 'an event pattern on what incidents keep, as JSON')
    .requiredOption('--for <duration>', 'how long, 30d at most: 2h')
    .requiredOption('--author <name>', 'who decided it')
    .requiredOption('--reason <text>', 'why nobody needs to hear it')
    .option('--dry-run', 'only say what it would hold')
    .action(add);
  command('list', 'all silences made at run time, and what each has held').action(list);
  command('end <id>', 'end a silence now: what it holds is told')
    .option('--by <name>', 'who ends it', userInfo().username)
    .action(end);
}

async function add({ match, for: forHow, author, reason, dryRun, ...where }: Wish): Promise<void> {
  const wish = { match: patternOf(match), for: forHow, author, reason, dryRun: dryRun === true };
  const added = accepted(await atDesk(where, (desk) => desk.add(wish)));
  print(where, added, addedWords(added, `${author}: ${reason}`));
}

async function list(where: Where): Promise<void> {
  const silences = await atDesk(where, (desk) => desk.list());
  print(
    where,
    silences,
    silences.length === 0 ? 'No silences made at run time.' : silences.map(silenceWords).join('\n'),
  );
}

async function end(id: string, { by, ...where }: Where & { readonly by: string }): Promise<void> {
  const { released } = accepted(await atDesk(where, (desk) => desk.end(id, by)));
  print(
    where,
    { id, released },
    `${id} is over. ${incidents(released)} that it held: told within a minute, many thirty a minute.`,
  );
}

function patternOf(given: string): JsonObject {
  try {
    const pattern: unknown = JSON.parse(given);
    if (isObject(pattern)) return pattern;
  } catch {
    // Said below.
  }
  throw new UserError(`--match is not a JSON object; write it like '{"service":["orders"]}'.`);
}

function accepted<T extends object>(answer: T | Refused): T {
  if ('problems' in answer) throw new UserError(answer.problems.join('\n  '));
  return answer;
}

function print({ json }: Where, answer: object, words: string): void {
  process.stdout.write(`${json ? JSON.stringify(answer) : words}\n`);
}

function addedWords({ id, until, preview, made }: Added, by: string): string {
  const { firing, lastDay, titles } = preview;
  const more = firing - titles.length;
  return [
    made
      ? `${id} holds until ${until} (${by}).`
      : `Nothing was written: --dry-run. It would hold until ${until}.`,
    `  Matches ${incidents(firing)} firing now${firing === 0 ? '.' : ':'}`,
    ...titles.map((title) => `    ${printable(title)}`),
    ...(more > 0 ? [`    and ${more} more`] : []),
    `  Matches ${incidents(lastDay)} that fired in the last 24 h.`,
    ...(made ? [`  End it early: hansho silence end ${id}`] : []),
  ].join('\n');
}

function silenceWords(one: SilenceView): string {
  const over = one.endedBy === null ? one.state : `ended by ${one.endedBy}`;
  const now = one.holds === 0 ? '' : `, ${one.holds} of them now`;
  return [
    `${one.name}  ${over}  ${one.from} to ${one.until}`,
    `  ${printable(`${one.author}: ${one.reason}`)}`,
    `  ${JSON.stringify(one.match)}`,
    `  has held ${incidents(one.held)}${now}`,
  ].join('\n');
}

function incidents(n: number): string {
  return n === 1 ? '1 incident' : `${n} incidents`;
}

function printable(said: string): string {
  return said.replaceAll(/\p{C}/gu, ' ');
}

// --- where ---

/** A running `hansho local` is asked by its API, so that its page sees it at once. */
async function atDesk<T>(where: StackOptions, work: (desk: SilenceDesk) => Promise<T>): Promise<T> {
  const url = localUrl(where);
  return url === null
    ? withStack(where, (stack) => work(makeSilenceDesk(stack.store, stack.table)))
    : work(remoteDesk(url));
}

/** A running `hansho local`. */
function remoteDesk(url: string): SilenceDesk {
  if (!URL.canParse('/api/silences', url))
    throw new UserError(`--url ${url} is not an address; write it like http://127.0.0.1:4460.`);
  const ask = async (method: string, path: string, body: object | null = null): Promise<unknown> => {
    const answer = await fetch(new URL(path, url), {
      method,
      ...(body === null
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    }).catch(() => {
      throw new UserError(
        `nothing answers at ${url}. Start it with \`npx hansho local\`, or name a deployed stage with --stage.`,
      );
    });
    const said: unknown = await answer.json();
    if (answer.ok || (isObject(said) && 'problems' in said)) return said;
    throw new UserError(`${url} answered ${answer.status}: ${text(said, 'error')} ${text(said, 'next')}`);
  };
  // Our own server's answers, of the types that it is written with.
  return {
    add: async (wish) => (await ask('POST', '/api/silences', wish)) as Added | Refused,
    list: async () => (await ask('GET', '/api/silences')) as readonly SilenceView[],
    end: async (id, by) =>
      (await ask('DELETE', `/api/silences/${encodeURIComponent(id)}?by=${encodeURIComponent(by)}`)) as
        | { readonly released: number }
        | Refused,
  };
}
