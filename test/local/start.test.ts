import { describe, expect, it } from 'vitest';
import { post, startFixture } from './fixture/make.ts';

describe('hansho local', () => {
  it('takes an event through queues, functions and topic to Slack', async () => {
    const local = await startFixture();
    expect(await post(local, { severity: 'SEV1', text: 'fire 🔥' })).toEqual({
      status: 202,
      body: { signals: 1 },
    });
    await local.settle(5_000);
    expect(local.slack?.messages()).toMatchObject([{ channel: '#alert', text: 'fire 🔥', threadTs: null }]);
  });
});
