import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readTemplate } from '../../local/template.ts';
import { startWorld, type World } from '../../local/world.ts';
import { HANDLERS } from './fixture/handlers.ts';
import { temporary } from './fixture/make.ts';
import { TEMPLATE } from './fixture/template.ts';

async function start(path: string | null = null): Promise<World> {
  const world = await startWorld(path);
  onTestFinished(() => world.close());
  await world.create(readTemplate(TEMPLATE, { bundles: Object.keys(HANDLERS), queueUrl: world.queueUrl }));
  return world;
}

const EVENTS = 'arn:aws:sqs:ap-northeast-1:000000000000:hansho-local-events';

describe('the emulated world', () => {
  it('holds what the template asks for', async () => {
    const world = await start();
    world.send(EVENTS, 'x');
    expect(world.queue(EVENTS).messages.map((m) => m.body)).toEqual(['x']);
    expect((await world.tables.send(new ListTablesCommand({}))).TableNames).toEqual(['fixture-incidents']);
    expect(() => world.queue('arn:aws:sqs:ap-northeast-1:000000000000:nowhere')).toThrow(/no queue/);
  });

  it('finds its table again', async () => {
    const path = await temporary();
    await (await startWorld(path)).close();
    const world = await start(path);
    expect((await world.tables.send(new ListTablesCommand({}))).TableNames).toEqual(['fixture-incidents']);
  });

  it('listens on 127.0.0.1 alone, and answers no web page', async () => {
    const world = await start();
    for (const url of [world.queuesUrl, world.tablesUrl]) {
      expect(new URL(url).hostname).toBe('127.0.0.1');
      const response = await fetch(url, { headers: { origin: 'http://evil.example' } });
      expect(response.status).toBe(403);
      expect(response.headers.get('access-control-allow-origin')).toBeNull();
    }
  });

  it.each([
    ['an emoji', '\u{1f525}', 200],
    ['a character that SQS does not take', '\u0000', 400],
  ])('takes %s as SQS does', async (_rule, character, status) => {
    const world = await start();
    const response = await fetch(world.queuesUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'AmazonSQS.SendMessage' },
      body: JSON.stringify({
        QueueUrl: world.queueUrl('hansho-local-events'),
        MessageBody: `a${character}b`,
      }),
    });
    expect(response.status).toBe(status);
  });
});
