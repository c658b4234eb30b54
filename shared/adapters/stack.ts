import { DynamoDBClient, paginateListTables } from '@aws-sdk/client-dynamodb';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  paginateListQueues,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { Pile } from '../model/pile.ts';
import type { Store } from '../pipeline/ports.ts';
import { CLIENT_OPTIONS } from './clients.ts';
import { makeStore } from './dynamodb.ts';
import { readTable, type TableContents } from './dynamodb-scan.ts';
import type { Unread } from './unread.ts';

/** A queue by its name in serverless.yml. */
export interface QueueRef {
  readonly id: string;
  readonly url: string;
}

/** One message of a dead-letter queue. Times are ms since the epoch. */
export interface Letter {
  readonly id: string;
  readonly queue: string;
  readonly body: string;
  /** When it was first put on a queue. */
  readonly sentAt: number;
  readonly attributes: Readonly<Record<string, string>>;
  /** Gives the message back or takes it away, for as long as it is hidden from others. */
  readonly receipt: string;
}

/** A deployed Hansho, as a person at a terminal sees it. Every call throws what the SDK throws. */
export interface Stack {
  readonly queues: readonly QueueRef[];
  table(): Promise<TableContents>;
  readonly store: Store;
  /** Messages in each queue, those included that are being worked on or wait for their time: about. */
  depths(): Promise<readonly Pile[]>;
  /** The messages of a dead-letter queue. Nobody else sees them for `HIDDEN_S` or until they are released. */
  letters(queue: QueueRef): Promise<readonly Letter[]>;
  release(letter: Letter): Promise<void>;
  send(queue: QueueRef, body: string): Promise<void>;
  remove(letter: Letter): Promise<void>;
  /** Log payloads that Lambda gave up on lie in a bucket; null where there is none. */
  unread(): Promise<Unread | null>;
  close(): void;
}

/** Where a stack is: on AWS by its name, or in a running `hansho local`. */
export type StackPlace =
  | { readonly is: 'aws'; readonly stack: string; readonly region: string | undefined }
  | {
      readonly is: 'local';
      readonly queuesUrl: string;
      readonly tablesUrl: string;
      readonly region: string;
      readonly table: string;
      readonly queues: readonly QueueRef[];
    };

/** Nothing of that name is deployed in this account and Region. */
export class NoStack extends Error {
  override readonly name = 'NoStack';
}

/** The bucket's name in serverless.yml; its objects are listed as the letters of a queue are. */
export const UNREAD = 'UnreadBucket';
/** Long enough to send a thousand messages back, short enough that a look does not keep them from others for long. */
const HIDDEN_S = 120;
const MESSAGES_A_RECEIVE = 10;
/** More than a person reads; the rest is shown when these are gone. */
const MOST_LETTERS = 1_000;

/** Finds a stack's table and queues by their names. @throws NoStack */
export async function openStack(place: StackPlace): Promise<Stack> {
  const [sqs, dynamodb] = clients(place);
  const { queues, table } = place.is === 'local' ? place : await find(place.stack, sqs, dynamodb);
  const urlOf = (id: string): string => queues.find((queue) => queue.id === id)?.url ?? '';
  let unread: Promise<Unread | null> | null = null;
  return {
    queues,
    table: () => readTable(dynamodb, table),
    store: makeStore(dynamodb, table),
    depths: () => Promise.all(queues.map((queue) => depth(sqs, queue))),
    letters: (queue) => receiveAll(sqs, queue),
    release: async ({ queue, receipt }) => {
      await sqs.send(
        new ChangeMessageVisibilityCommand({
          QueueUrl: urlOf(queue),
          ReceiptHandle: receipt,
          VisibilityTimeout: 0,
        }),
      );
    },
    send: async ({ url }, body) => {
      await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: body }));
    },
    remove: async ({ queue, receipt }) => {
      await sqs.send(new DeleteMessageCommand({ QueueUrl: urlOf(queue), ReceiptHandle: receipt }));
    },
    unread: () => {
      unread ??= place.is === 'local' ? Promise.resolve(null) : bucketOf(place.stack, place.region);
      return unread;
    },
    close: () => {
      void unread?.then(
        (opened) => opened?.close(),
        () => {},
      );
      sqs.destroy();
      dynamodb.destroy();
    },
  };
}

/** Most commands never ask for it, and need not load what it takes. */
async function bucketOf(stack: string, region: string | undefined): Promise<Unread | null> {
  const { openUnread } = await import('./unread.ts');
  return openUnread(stack, region);
}

function clients(place: StackPlace): readonly [SQSClient, DynamoDBClient] {
  const common = { ...CLIENT_OPTIONS, ...(place.region === undefined ? {} : { region: place.region }) };
  // An emulator writes host names into its queues' URLs that nobody can resolve.
  const sqs = { ...common, useQueueUrlAsEndpoint: false };
  if (place.is === 'aws') return [new SQSClient(sqs), new DynamoDBClient(common)];
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  return [
    new SQSClient({ ...sqs, credentials, endpoint: place.queuesUrl }),
    new DynamoDBClient({ ...common, credentials, endpoint: place.tablesUrl }),
  ];
}

/** CloudFormation names a resource `<stack>-<its name in the template>-<random>`. */
async function find(
  stack: string,
  sqs: SQSClient,
  dynamodb: DynamoDBClient,
): Promise<{ readonly queues: readonly QueueRef[]; readonly table: string }> {
  const own = (name: string): string | null =>
    name.startsWith(`${stack}-`)
      ? (/^([A-Z]\w*)-\w+(\.fifo)?$/.exec(name.slice(stack.length + 1))?.[1] ?? null)
      : null;
  const queues: QueueRef[] = [];
  for await (const page of paginateListQueues({ client: sqs, pageSize: 1_000 }, { QueueNamePrefix: stack })) {
    for (const url of page.QueueUrls ?? []) {
      const id = own(url.slice(url.lastIndexOf('/') + 1));
      if (id !== null) queues.push({ id, url });
    }
  }
  for await (const page of paginateListTables({ client: dynamodb }, {})) {
    const table = page.TableNames?.find((name) => own(name) === 'IncidentsTable');
    if (table !== undefined && queues.length > 0) return { queues, table };
  }
  throw new NoStack(`no stack ${stack} here`);
}

async function depth(sqs: SQSClient, { id, url }: QueueRef): Promise<Pile> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: url,
      AttributeNames: [
        'ApproximateNumberOfMessages',
        'ApproximateNumberOfMessagesNotVisible',
        'ApproximateNumberOfMessagesDelayed',
      ],
    }),
  );
  return { queue: id, messages: Object.values(Attributes).reduce((sum, count) => sum + Number(count), 0) };
}

async function receiveAll(sqs: SQSClient, { id, url }: QueueRef): Promise<readonly Letter[]> {
  const letters = new Map<string, Letter>();
  while (letters.size < MOST_LETTERS) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: url,
        MaxNumberOfMessages: MESSAGES_A_RECEIVE,
        VisibilityTimeout: HIDDEN_S,
        // Asks all of SQS's servers, not some.
        WaitTimeSeconds: 1,
        MessageSystemAttributeNames: ['SentTimestamp'],
        MessageAttributeNames: ['All'],
      }),
    );
    if (Messages.length === 0) break;
    for (const { MessageId = '', Body = '', ReceiptHandle = '', Attributes, MessageAttributes } of Messages) {
      letters.set(MessageId, {
        id: MessageId,
        queue: id,
        body: Body,
        sentAt: Number(Attributes?.SentTimestamp ?? 0),
        attributes: Object.fromEntries(
          Object.entries(MessageAttributes ?? {}).map(([name, { StringValue = '' }]) => [name, StringValue]),
        ),
        receipt: ReceiptHandle,
      });
    }
  }
  return [...letters.values()].sort((a, b) => a.sentAt - b.sentAt);
}
