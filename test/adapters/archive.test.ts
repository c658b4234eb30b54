import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { describe, expect, it } from 'vitest';
import { makeArchive } from '../../shared/adapters/archive.ts';
import { archivedLines } from '../../shared/adapters/archive-reader.ts';

describe('the archive in the log', () => {
  it('writes a line a signal and says how many were too long for one', () => {
    const lines: string[] = [];
    const put = makeArchive((line) => lines.push(line));
    expect(
      put([
        { archived: 1, a: 1 },
        { archived: 1, a: 'あ'.repeat(100_000) },
        { archived: 1, a: 2 },
      ]),
    ).toBe(1);
    expect(lines).toEqual(['{"archived":1,"a":1}', '{"archived":1,"a":2}']);
  });
});

describe('reading it', () => {
  it('asks each intake function for its pages, and passes over one that is not deployed', async () => {
    const asked: unknown[] = [];
    const client = clientThat((input) => {
      asked.push(input);
      const { logGroupName, nextToken } = input;
      if (logGroupName.endsWith('webhook')) return 'absent';
      if (logGroupName.endsWith('events')) return { events: [{ message: 'c' }] };
      return nextToken === undefined
        ? { events: [{ message: 'a' }], nextToken: 'more' }
        : { events: [{ message: 'b' }] };
    });
    const pages: (readonly string[])[] = [];
    for await (const page of archivedLines(client, 'hansho-prod', 5)) pages.push(page);
    expect(pages.flat()).toEqual(['a', 'b', 'c']);
    const common = { startTime: 5, filterPattern: '{ $.archived = * }' };
    expect(asked).toEqual([
      { ...common, logGroupName: '/aws/lambda/hansho-prod-intake-logs' },
      { ...common, logGroupName: '/aws/lambda/hansho-prod-intake-logs', nextToken: 'more' },
      { ...common, logGroupName: '/aws/lambda/hansho-prod-intake-events' },
      { ...common, logGroupName: '/aws/lambda/hansho-prod-intake-webhook' },
    ]);
  });
});

type Asked = { readonly logGroupName: string; readonly nextToken?: string };

/** A client of the real SDK whose calls are answered here, in the service's own JSON. */
function clientThat(answer: (input: Asked) => object | 'absent'): CloudWatchLogsClient {
  const client = new CloudWatchLogsClient({
    region: 'ap-northeast-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  client.middlewareStack.add(
    () => async (args) => {
      const given = answer(args.input as unknown as Asked);
      if (given === 'absent') {
        const { ResourceNotFoundException } = await import('@aws-sdk/client-cloudwatch-logs');
        throw new ResourceNotFoundException({ message: 'no such group', $metadata: {} });
      }
      return { response: {}, output: { $metadata: {}, ...given } as never };
    },
    { step: 'initialize', name: 'answers' },
  );
  return client;
}
