import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DynamoDBClient,
  ResourceInUseException,
} from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { buildApp } from 'fauxqs';
// The emulator's stores are not exported by name. They are used directly, because pollers that went through
// HTTP would spend most of their time there; the version is pinned exactly.
import { S3Store } from '../node_modules/fauxqs/dist/s3/s3Store.js';
import { SnsStore } from '../node_modules/fauxqs/dist/sns/snsStore.js';
import { type SqsQueue, SqsStore } from '../node_modules/fauxqs/dist/sqs/sqsStore.js';
import { INVALID_MESSAGE_BODY_CHAR } from '../node_modules/fauxqs/dist/sqs/sqsTypes.js';
import { text } from '../shared/model/json.ts';
import { type Deployment, REGION, type Table } from './template.ts';

/** Queues, topics and tables on this machine. */
export interface World {
  /** Endpoint of SQS and SNS. */
  readonly queuesUrl: string;
  readonly tablesUrl: string;
  /** The client that the console reads the table with. */
  readonly tables: DynamoDBClient;
  queueUrl(name: string): string;
  /** Makes everything that the template asks for; tables that are there already stay as they are. */
  create(deployment: Deployment): Promise<void>;
  /** @throws when the template has no such queue. */
  queue(arn: string): SqsQueue;
  /** Puts a message on a queue, of any size; returns its id. */
  send(arn: string, body: string): string;
  /** Whether the table answers: `true` makes it fail every call, as DynamoDB does when it is away. */
  takeTable(away: boolean): void;
  close(): Promise<void>;
}

export const CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' } as const;

/**
 * Starts the emulators on free ports of 127.0.0.1. `tablePath`: where the table is kept; null: in memory.
 * @throws when another process has the table open.
 */
export async function startWorld(tablePath: string | null): Promise<World> {
  if (tablePath !== null) await refuseIfOpen(tablePath);
  const sqs = new SqsStore();
  const sns = new SnsStore();
  sqs.region = REGION;
  sns.region = REGION;
  acceptEveryCharacter();
  const emulator = buildApp({
    logger: false,
    stores: { sqsStore: sqs, snsStore: sns, s3Store: new S3Store() },
  });
  emulator.addHook('onRequest', async (request, reply) => {
    if (request.headers.origin !== undefined) await reply.code(403).send();
  });
  const queuesUrl = await emulator.listen({ port: 0, host: '127.0.0.1' });
  const tableServer = await startTables(tablePath);
  const tablesUrl = tableServer.url;
  const tables = new DynamoDBClient({ endpoint: tablesUrl, region: REGION, credentials: CREDENTIALS });
  const queueUrl = (name: string): string => `${queuesUrl}/000000000000/${name}`;
  const queue = (arn: string): SqsQueue => {
    const found = sqs.getQueueByArn(arn);
    if (found === undefined) throw new Error(`The compiled template has no queue ${arn}.`);
    return found;
  };
  return {
    queuesUrl,
    tablesUrl,
    tables,
    queueUrl,
    create: async (deployment) => {
      for (const queue of deployment.queues) {
        sqs.createQueue(queue.name, queueUrl(queue.name), queue.arn, { ...queue.attributes });
      }
      for (const topic of deployment.topics) sns.createTopic(topic.name, undefined, undefined, REGION);
      for (const { topicArn, protocol, endpoint, attributes } of deployment.subscriptions) {
        if (protocol === 'sqs') sns.subscribe(topicArn, protocol, endpoint, { ...attributes });
      }
      for (const table of deployment.tables) await createTable(tables, table);
    },
    queue,
    send: (arn, body) => {
      const message = SqsStore.createMessage(body);
      queue(arn).enqueue(message);
      return message.messageId;
    },
    takeTable: tableServer.take,
    close: async () => {
      tables.destroy();
      await emulator.close();
      await tableServer.close();
    },
  };
}

/** SQS takes every character but a few control ones (API SendMessage); the emulator refuses emoji as well. */
function acceptEveryCharacter(): void {
  const refused = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;
  INVALID_MESSAGE_BODY_CHAR.test = (body: string) => refused.test(body.toWellFormed());
}

async function createTable(client: DynamoDBClient, table: Table): Promise<void> {
  try {
    // The template's own words, which CloudFormation hands to the same API.
    await client.send(new CreateTableCommand(table.create as unknown as CreateTableCommandInput));
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
  }
}

interface TableServer {
  readonly url: string;
  take(away: boolean): void;
  close(): Promise<void>;
}

async function startTables(path: string | null): Promise<TableServer> {
  const server = dynalite({ createTableMs: 0, ...(path === null ? {} : { path }) });
  let away = false;
  shield(server, () => away);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    take: (taken) => {
      away = taken;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/**
 * The emulator throws when a client goes away in the middle of a request, as a killed function does; and it would
 * let any web page read the table.
 */
function shield(server: Server, away: () => boolean): void {
  const handlers = server.listeners('request') as ((
    request: IncomingMessage,
    response: ServerResponse,
  ) => void)[];
  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (request.headers.origin !== undefined) return void response.writeHead(403).end();
    if (away()) return void response.writeHead(500).end('{"__type":"InternalServerError"}');
    for (const handle of handlers) handle(request, response);
    request.removeAllListeners('error');
    request.on('error', () => {});
  });
}

/** A killed process holds its lock for a moment longer. */
const DYING_MS = 2_000;
const LOOK_EVERY_MS = 50;

/** LevelDB's own lock tells who is alive; the table emulator would crash on it later. */
async function refuseIfOpen(path: string): Promise<void> {
  const inDynalite = createRequire(createRequire(import.meta.url).resolve('dynalite'));
  const { Level } = inDynalite('level') as { Level: new (path: string) => Database };
  for (let waited = 0; ; waited += LOOK_EVERY_MS) {
    const database = new Level(path);
    const problem = await database.open().then(() => null, causeOf);
    if (problem === null) return database.close();
    if (problem.code !== 'LEVEL_LOCKED')
      throw new Error(`${path} cannot be opened as a table: ${problem.message}`);
    if (waited >= DYING_MS) {
      throw new Error(
        `${path} is open in another process. Stop that "hansho local", or give another --data directory.`,
      );
    }
    await sleep(LOOK_EVERY_MS);
  }
}

function causeOf(error: unknown): { readonly code: string; readonly message: string } {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return { code: text(cause, 'code') ?? '', message: cause instanceof Error ? cause.message : String(cause) };
}

interface Database {
  open(): Promise<void>;
  close(): Promise<void>;
}
