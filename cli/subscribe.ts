import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { SNSClient } from '@aws-sdk/client-sns';
import { type Command, InvalidArgumentError } from 'commander';
import { CLIENT_OPTIONS } from '../shared/adapters/clients.ts';
import { makeLogGroups } from '../shared/adapters/log-groups.ts';
import { NoStack } from '../shared/adapters/stack.ts';
import { makeDeployedTopics } from '../shared/adapters/topics.ts';
import { forPeople } from './stack.ts';
import { runSubscribe } from './subscribe/run.ts';
import { subscribeTable, succeeded } from './subscribe/words.ts';
import { UserError } from './user-error.ts';

const EXAMPLES = `
Examples:
  hansho subscribe --stage prod --prefix /aws/lambda/payments- --dry-run
  hansho subscribe --stage prod --prefix /ecs/ --prefix /aws/lambda/ --tag team=payments
  hansho subscribe --stage prod --prefix /aws/lambda/ --remove

Exit code: 0 when every group is heard or was left out on purpose, 1 when one could not be subscribed.`;

/** One person waits, and asks about many groups in a row: throttling is waited out rather than reported. */
const PATIENT = { ...CLIENT_OPTIONS, maxAttempts: 8 } as const;

interface Options {
  readonly prefix: readonly string[];
  readonly tag: readonly (readonly [string, string])[];
  readonly stage: string;
  readonly region?: string;
  readonly filter: string;
  readonly remove?: true;
  readonly dryRun?: true;
}

/** Mounts `hansho subscribe`: subscribes the log groups that are there now to a deployed stage. */
export function addSubscribe(program: Command): void {
  program
    .command('subscribe')
    .description('have a deployed stage read log groups, chosen by prefix or tag')
    .option('--prefix <prefix>', 'groups whose name begins so; may be repeated', collect, [])
    .option('--tag <key=value>', 'groups that bear this tag; repeated: all of them', collectTag, [])
    .option('--stage <stage>', 'the deployed stage', 'dev')
    .option('--region <region>', 'its Region')
    .option('--filter <pattern>', 'a CloudWatch Logs filter pattern; empty: every line', '')
    .option('--remove', 'take away what this command subscribed')
    .option('--dry-run', 'say what would be done, and do nothing')
    .addHelpText('after', EXAMPLES)
    .action(subscribe);
}

async function subscribe(options: Options): Promise<void> {
  const { prefix: prefixes, tag: tags, stage, filter: pattern } = options;
  if (prefixes.length === 0 && tags.length === 0)
    throw new UserError('say which groups: --prefix /aws/lambda/payments-, or --tag team=payments.');
  const aws = { ...PATIENT, ...(options.region === undefined ? {} : { region: options.region }) };
  const dryRun = options.dryRun === true;
  const result = await runSubscribe(
    { prefixes, tags, pattern, dryRun, remove: options.remove === true },
    {
      topics: makeDeployedTopics(new SNSClient(aws)),
      groups: makeLogGroups(new CloudWatchLogsClient(aws)),
      stage,
    },
    subscribeReason,
  ).catch((error: unknown) => {
    throw forPeople(error, options);
  });
  if (result.is === 'not deployed') throw forPeople(new NoStack(), options);
  if (result.steps.length === 0)
    throw new UserError('no log group fits. Names are case-sensitive and begin with the prefix.');
  process.stdout.write(`${subscribeTable(result.steps, dryRun)}\n`);
  if (!succeeded(result.steps)) process.exitCode = 1;
}

/** CloudWatch tries the function before it subscribes it, and names a missing permission in words of its own. */
function subscribeReason(error: unknown): string {
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return reason.includes('Could not execute the lambda function')
    ? `${reason} Deploy the stage again: LogsMayInvoke allows it.`
    : reason;
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

function collectTag(
  value: string,
  before: readonly (readonly [string, string])[],
): readonly (readonly [string, string])[] {
  const [, key, wanted] = /^([^=]+)=(.*)$/s.exec(value) ?? [];
  if (key === undefined || wanted === undefined) throw new InvalidArgumentError('Write a tag as key=value.');
  return [...before, [key, wanted]];
}
