import type { AddressInfo } from 'node:net';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { buildApp } from 'fauxqs';

export interface LocalQueues {
  readonly sqs: SQSClient;
  readonly sns: SNSClient;
  /** A new empty queue; resolves to its URL. */
  queue(fifo?: boolean): Promise<string>;
  topic(): Promise<string>;
  subscribe(topicArn: string, queueUrl: string, filter: object): Promise<void>;
  /** Everything that can be received now, taken off the queue. */
  drain(url: string): Promise<readonly Message[]>;
  remove(url: string): Promise<void>;
  close(): Promise<void>;
}

/** In-process SQS and SNS on 127.0.0.1. */
export async function localQueues(): Promise<LocalQueues> {
  const app = buildApp({ logger: false });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  const options = {
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  };
  const sqs = new SQSClient(options);
  const sns = new SNSClient(options);
  let names = 0;
  const name = () => `n${++names}`;
  return {
    sqs,
    sns,
    queue: async (fifo = false) => {
      const command = fifo
        ? new CreateQueueCommand({ QueueName: `${name()}.fifo`, Attributes: { FifoQueue: 'true' } })
        : new CreateQueueCommand({ QueueName: name() });
      return (await sqs.send(command)).QueueUrl ?? '';
    },
    topic: async () => (await sns.send(new CreateTopicCommand({ Name: name() }))).TopicArn ?? '',
    subscribe: async (TopicArn, QueueUrl, filter) => {
      const { Attributes } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
      );
      const Endpoint = Attributes?.QueueArn ?? '';
      const settings = { RawMessageDelivery: 'true', FilterPolicy: JSON.stringify(filter) };
      await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint, Attributes: settings }));
    },
    drain: (url) => drain(sqs, url),
    remove: async (QueueUrl) => {
      await sqs.send(new DeleteQueueCommand({ QueueUrl }));
    },
    close: async () => {
      sqs.destroy();
      sns.destroy();
      await app.close();
    },
  };
}

async function drain(sqs: SQSClient, QueueUrl: string): Promise<readonly Message[]> {
  const all: Message[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] }),
    );
    if (Messages.length === 0) return all;
    all.push(...Messages);
    for (const { ReceiptHandle } of Messages)
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  }
}
