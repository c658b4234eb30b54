import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { SNSClient } from '@aws-sdk/client-sns';
import { SSMClient } from '@aws-sdk/client-ssm';
import type { Command } from 'commander';
import { CLIENT_OPTIONS } from '../shared/adapters/clients.ts';
import { makeLogGroups } from '../shared/adapters/log-groups.ts';
import { makeSecrets } from '../shared/adapters/secrets.ts';
import { askSlack } from '../shared/adapters/slack-look.ts';
import { makeDeployedTopics } from '../shared/adapters/topics.ts';
import { at, type Json, list, text } from '../shared/model/json.ts';
import { type DoctorWorld, examine, type Finding, healthy, keysIn } from './doctor/checks.ts';
import { sendSignal } from './doctor/signal.ts';
import { readRules } from './rules-file.ts';
import { oneLine } from './say.ts';
import { addStackOptions, ask, localUrl, type StackOptions, withStack } from './stack.ts';

const EXAMPLES = `
Examples:
  hansho doctor                          # the hansho local on this machine
  hansho doctor --stage prod             # looks, and changes nothing
  hansho doctor --stage prod --signal    # and sends a SEV5 test all the way; it ends by itself

Exit code: 0 nothing failed, 1 something did; what was skipped fails nothing.`;

interface Options extends StackOptions {
  readonly config: string;
  readonly slackToken: string;
  readonly pagerdutyToken?: string;
  readonly signal?: true;
}

/** A deployed way has batch windows and a sweep every minute. */
const PATIENCE_MS = { aws: 150_000, local: 30_000 } as const;

/** Mounts `hansho doctor`: checks a stage from its secrets to a signal all the way. */
export function addDoctor(program: Command): void {
  const command = program
    .command('doctor')
    .description('check a stage end to end, and say what to do about what is not well')
    .option('--config <file>', 'the rules', 'hansho.yml')
    .option('--slack-token <reference>', 'where the bot token is', 'ssm:/hansho/slack-bot-token')
    .option('--pagerduty-token <reference>', 'where a PagerDuty REST API token is, to look the keys up')
    .option('--signal', 'send a test signal all the way: it is told, then resolved');
  addStackOptions(command).addHelpText('after', EXAMPLES).action(run);
}

async function run(options: Options): Promise<void> {
  const rules = await readRules(options.config);
  const findings = await withStack(options, async (stack) => {
    const world: DoctorWorld = { rules, stack, clock: Date.now, ...(await outside(options)) };
    // First: a channel that was told something can be looked up.
    const signal = options.signal === true ? await sendSignal(world, signalOptions(options)) : [];
    return [...(await examine(world)), ...signal];
  });
  process.stdout.write(`${findings.map(line).join('\n')}\n`);
  if (!healthy(findings)) process.exitCode = 1;
}

function signalOptions({ stage, region }: Options) {
  return {
    id: randomUUID().slice(0, 8),
    region: region ?? process.env.AWS_REGION ?? '',
    patienceMs: stage === undefined ? PATIENCE_MS.local : PATIENCE_MS.aws,
    sleep: (ms: number) => sleep(ms),
  };
}

/** What is not in the stack: Slack, PagerDuty, secrets, topics, log groups. */
async function outside(options: Options): Promise<Omit<DoctorWorld, 'rules' | 'stack' | 'clock'>> {
  const url = localUrl(options);
  const local = url === null ? null : await ask(url, '/api/stack');
  const ssm = local === null ? new SSMClient(place(options)) : localSecrets(text(local, 'secretsUrl') ?? '');
  const secrets = makeSecrets(ssm, Date.now);
  const slackUrl = text(local, 'slackUrl') ?? process.env.SLACK_API_URL ?? '';
  const { slackToken, pagerdutyToken, stage } = options;
  return {
    secret: (reference) => secrets(reference),
    slackToken,
    slack: (token, method, args) => askSlack(slackUrl, token, method, args),
    pagerdutyKeys:
      pagerdutyToken === undefined ? null : async () => pagerdutyKeys(await secrets(pagerdutyToken)),
    aws:
      stage === undefined
        ? null
        : {
            name: `hansho-${stage}`,
            topics: makeDeployedTopics(new SNSClient(place(options))),
            groups: makeLogGroups(new CloudWatchLogsClient(place(options))),
          },
  };
}

function place({ region }: StackOptions) {
  return { ...CLIENT_OPTIONS, maxAttempts: 8, ...(region === undefined ? {} : { region }) };
}

function localSecrets(endpoint: string): SSMClient {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  return new SSMClient({ ...CLIENT_OPTIONS, region: 'local', credentials, endpoint });
}

/** Through pdjs: a slow look-up hurts nobody here. Loaded when it is asked for. */
async function pagerdutyKeys(token: string): Promise<readonly string[]> {
  const { api } = await import('@pagerduty/pdjs');
  const keys: string[] = [];
  for (let offset = 0; ; offset += 100) {
    const endpoint = `/services?include[]=integrations&limit=100&offset=${offset}`;
    const { data } = await api({ token, endpoint });
    const answer: Json = JSON.parse(JSON.stringify(data ?? null));
    const error = text(answer, 'error', 'message');
    if (error !== null) throw new Error(`PagerDuty refuses the REST API token: ${error}`);
    keys.push(...keysIn(list(answer, 'services')));
    if (at(answer, 'more') !== true) return keys;
  }
}

const SIGNS = { ok: 'ok     ', failed: 'FAILED ', skipped: 'skipped' } as const;

function line({ check, is, said, next }: Finding): string {
  const todo = next === undefined || is === 'ok' ? '' : `\n         ${oneLine(next, 400)}`;
  return `${SIGNS[is]}  ${check}: ${oneLine(said, 400)}${todo}`;
}
