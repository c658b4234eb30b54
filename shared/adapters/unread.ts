import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  paginateListBuckets,
  S3Client,
} from '@aws-sdk/client-s3';
import type { Json } from '../model/json.ts';
import { at } from '../model/json.ts';
import { CLIENT_OPTIONS } from './clients.ts';
import { type Letter, UNREAD } from './stack.ts';

/** Each is a payload of up to a megabyte that has to be read to say what it is; the rest is shown when these are gone. */
const MOST_OBJECTS = 100;

/** Log payloads that Lambda gave up on, as it keeps them for intake-logs. Every call throws what the SDK throws. */
export interface Unread {
  letters(): Promise<readonly Letter[]>;
  /** Hands the payload to intake-logs again, and removes it here once Lambda has accepted it. */
  giveBack(letter: Letter): Promise<void>;
  close(): void;
}

/** Null when the stack has no such bucket in this account and Region. */
export async function openUnread(stack: string, region: string | undefined): Promise<Unread | null> {
  const options = { ...CLIENT_OPTIONS, ...(region === undefined ? {} : { region }) };
  const s3 = new S3Client(options);
  const Bucket = await bucketOf(stack, s3);
  if (Bucket === null) {
    s3.destroy();
    return null;
  }
  const lambda = new LambdaClient(options);
  return {
    letters: () => readLetters(s3, Bucket),
    giveBack: async ({ body, receipt }) => {
      const { StatusCode } = await lambda.send(
        new InvokeCommand({
          FunctionName: `${stack}-intake-logs`,
          InvocationType: 'Event',
          Payload: Buffer.from(JSON.stringify(payloadIn(body))),
        }),
      );
      if (StatusCode !== 202) throw new Error(`Lambda answered ${StatusCode}`);
      await s3.send(new DeleteObjectCommand({ Bucket, Key: receipt }));
    },
    close: () => {
      s3.destroy();
      lambda.destroy();
    },
  };
}

/** CloudFormation names a bucket `<stack>-<its name in the template>-<random>` in small letters. */
async function bucketOf(stack: string, client: S3Client): Promise<string | null> {
  const own = new RegExp(`^${stack}-${UNREAD}-[a-z0-9]+$`, 'i');
  for await (const { Buckets = [] } of paginateListBuckets({ client }, { Prefix: stack.toLowerCase() })) {
    const found = Buckets.find(({ Name = '' }) => own.test(Name));
    if (found?.Name !== undefined) return found.Name;
  }
  return null;
}

/** A key ends in the time and the id of the request: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html */
async function readLetters(s3: S3Client, Bucket: string): Promise<readonly Letter[]> {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, MaxKeys: MOST_OBJECTS }));
  const letters: Letter[] = [];
  for (const { Key = '', LastModified } of Contents) {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    letters.push({
      id: /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/.exec(Key)?.[0] ?? Key,
      queue: UNREAD,
      body: (await Body?.transformToString()) ?? '',
      sentAt: LastModified?.getTime() ?? 0,
      attributes: {},
      receipt: Key,
    });
  }
  return letters.sort((a, b) => a.sentAt - b.sentAt);
}

/** @throws when there is none: what is not Lambda's record cannot be given back. */
function payloadIn(body: string): Json {
  const payload = at(JSON.parse(body) as Json, 'requestPayload');
  if (payload === undefined) throw new Error('it holds no requestPayload');
  return payload;
}
