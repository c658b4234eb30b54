import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { CreateQueueCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { Command } from 'commander';
import { vi } from 'vitest';
import { addDeadLetters } from '../../cli/dead-letters.ts';
import { addIncidents } from '../../cli/incidents.ts';
import { addLedger } from '../../cli/ledger.ts';
import { UserError } from '../../cli/user-error.ts';
import { type LocalQueues, localQueues } from '../adapters/local-queues.ts';
import { type MockHttp, mockHttp } from '../adapters/mock-http.ts';
import { type LocalTables, localTables, shape } from '../contracts/table.ts';

/** What `sls deploy --stage prod` leaves in an account, on emulators: names as CloudFormation makes them. */
export interface Deployed {
  readonly queues: LocalQueues;
  readonly tables: LocalTables;
  readonly table: string;
  /** Lambda, which accepts every invocation. */
  readonly functions: MockHttp;
  url(id: string): string;
  /** Runs `hansho …` as a person would. */
  hansho(...args: readonly string[]): Promise<Ran>;
  close(): Promise<void>;
}

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

const QUEUES = ['Events', 'Signals', 'SignalsUrgent', 'Slack', 'Pagerduty'].flatMap((name) => [
  `${name}Queue`,
  `${name}DeadQueue`,
]);

export async function deployed(stack = 'hansho-prod'): Promise<Deployed> {
  const [queues, tables, functions] = await Promise.all([localQueues(), localTables(), mockHttp()]);
  functions.answer({ status: 202 });
  const urls = new Map<string, string>();
  for (const id of [...QUEUES, 'SweepDeadQueue'])
    urls.set(id, await make(queues.sqs, `${stack}-${id}-1A2B3C4D5E`));
  const dead = `${stack}-SlackUntrackedDeadQueue-1A2B3C4D5E.fifo`;
  urls.set('SlackUntrackedDeadQueue', await make(queues.sqs, dead, { FifoQueue: 'true' }));
  // Others in the same account, of a like name.
  await make(queues.sqs, `${stack}-eu-EventsDeadQueue-9Z8Y`);
  const table = `${stack}-IncidentsTable-6F7G8H`;
  await tables.client.send(new CreateTableCommand(shape(table)));
  const endpoint = async (client: {
    config: { endpoint?: () => Promise<{ hostname: string; port?: number }> };
  }) => {
    const { hostname, port } = (await client.config.endpoint?.()) ?? { hostname: '', port: 0 };
    return `http://${hostname}:${port}`;
  };
  const env = {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_ENDPOINT_URL_S3: await endpoint(queues.sqs),
    AWS_ENDPOINT_URL_LAMBDA: functions.url,
    AWS_ENDPOINT_URL_SQS: await endpoint(queues.sqs),
    AWS_ENDPOINT_URL_DYNAMODB: await endpoint(tables.client),
  };
  return {
    queues,
    tables,
    table,
    functions,
    url: (id) => urls.get(id) ?? '',
    hansho: (...args) => hansho(args, env),
    close: async () => {
      await Promise.all([queues.close(), tables.close(), functions.close()]);
    },
  };
}

async function make(
  sqs: SQSClient,
  QueueName: string,
  Attributes: Record<string, string> = {},
): Promise<string> {
  return (await sqs.send(new CreateQueueCommand({ QueueName, Attributes }))).QueueUrl ?? '';
}

/** In this process, which is quicker by seconds; test/local/cli.test.ts starts real ones. */
async function hansho(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Ran> {
  const before = process.exitCode;
  const said: string[] = [];
  const out = vi.spyOn(process.stdout, 'write').mockImplementation((text) => said.push(String(text)) > 0);
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  const program = new Command('hansho').exitOverride();
  addLedger(program);
  addIncidents(program);
  addDeadLetters(program);
  process.exitCode = 0;
  try {
    await program.parseAsync(args, { from: 'user' });
    return { code: Number(process.exitCode), out: said.join(''), err: '' };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { code: error.exitCode, out: said.join(''), err: error.message };
  } finally {
    out.mockRestore();
    vi.unstubAllEnvs();
    process.exitCode = before;
  }
}
