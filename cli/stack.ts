import type { Command } from 'commander';
import { NoStack, openStack, type Stack, type StackPlace } from '../shared/adapters/stack.ts';
import { list, text } from '../shared/model/json.ts';
import { UserError } from './user-error.ts';

const LOCAL = 'http://127.0.0.1:4460';

/** Where to look: a deployed stage, or a running `hansho local`. */
export interface StackOptions {
  readonly url?: string;
  readonly stage?: string;
  readonly region?: string;
}

export function addStackOptions(command: Command): Command {
  return command
    .option('--stage <stage>', 'a stage on AWS, with the credentials and the Region of the environment')
    .option('--region <region>', 'with --stage: its Region')
    .option('--url <url>', `a running \`hansho local\` (without --stage: ${LOCAL})`);
}

/** The address of `hansho local`; null when a stage is meant. @throws UserError when both are. */
export function localUrl({ url, stage }: StackOptions): string | null {
  if (stage === undefined) return url ?? LOCAL;
  if (url !== undefined) throw new UserError('--url and --stage name two places; give one of them.', 2);
  return null;
}

/** Opens the stack, lets `work` look into it, and closes it. What AWS or the network says becomes a message for people. */
export async function withStack<T>(options: StackOptions, work: (stack: Stack) => Promise<T>): Promise<T> {
  const url = localUrl(options);
  const place: StackPlace =
    url === null
      ? { is: 'aws', stack: `hansho-${options.stage}`, region: options.region }
      : await localPlace(url);
  let stack: Stack | null = null;
  try {
    stack = await openStack(place);
    return await work(stack);
  } catch (error) {
    throw forPeople(error, options);
  } finally {
    stack?.close();
  }
}

/** What `hansho local` answers at a path of its API. */
export async function ask(url: string, path: string): Promise<unknown> {
  if (!URL.canParse(path, url))
    throw new UserError(`--url ${url} is not an address; write it like ${LOCAL}.`, 2);
  try {
    const response = await fetch(new URL(path, url));
    if (response.ok) return await response.json();
    throw new UserError(
      `${url} answered ${response.status} to ${path}. Is it a \`hansho local\` of this version?`,
    );
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(
      `nothing answers at ${url}. Start it with \`npx hansho local\`, name it with --url, or name a stage with --stage.`,
    );
  }
}

async function localPlace(url: string): Promise<StackPlace> {
  const answer = await ask(url, '/api/stack');
  const of = (name: string): string => text(answer, name) ?? '';
  return {
    is: 'local',
    queuesUrl: of('queuesUrl'),
    tablesUrl: of('tablesUrl'),
    region: of('region'),
    table: of('table'),
    queues: list(answer, 'queues').map((queue) => ({
      id: text(queue, 'id') ?? '',
      url: text(queue, 'url') ?? '',
    })),
  };
}

/** What AWS or the network says, as a message with the next step; anything else as it is. */
export function forPeople(error: unknown, { stage, region }: StackOptions): unknown {
  if (error instanceof NoStack) {
    const where = region ?? process.env.AWS_REGION ?? 'the Region of your configuration';
    return new UserError(
      `no stage ${stage} of Hansho is deployed in ${where}. Name another with --stage or --region; \`npx sls deploy --stage ${stage}\` makes it.`,
    );
  }
  if (!(error instanceof Error) || error instanceof UserError) return error;
  if (error.name === 'CredentialsProviderError')
    return new UserError('there are no AWS credentials. Sign in (`aws sso login`), or set AWS_PROFILE.');
  if (/^Region is missing/.test(error.message))
    return new UserError('no Region is set. Give --region, or set AWS_REGION.');
  if (/AccessDenied|ExpiredToken|UnrecognizedClient/.test(error.name))
    return new UserError(`AWS refuses: ${error.message}`);
  return error;
}
