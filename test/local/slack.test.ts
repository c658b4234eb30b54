import { join } from 'node:path';
import { describe, expect, it, onTestFinished, test } from 'vitest';
import { openOutbox } from '../../local/outbox.ts';
import { type SlackOptions, type SlackStandIn, startSlack } from '../../local/slack.ts';
import { temporary } from './fixture/make.ts';

async function start(options: Partial<SlackOptions> & { directory?: string } = {}): Promise<SlackStandIn> {
  const outbox = options.outbox ?? (await openOutbox(options.directory ?? null));
  const slack = await startSlack({ outbox, onChange: () => {}, clock: () => 1_700_000_000_000, ...options });
  onTestFinished(() => slack.close());
  return slack;
}

async function call(
  slack: SlackStandIn,
  method: string,
  args: Record<string, unknown>,
  token = 'xoxb-test',
): Promise<{ status: number; retryAfter: string | null; body: Record<string, unknown> }> {
  const fields = Object.entries(args).map(([key, value]) => [
    key,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  const response = await fetch(slack.url + method, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: new URLSearchParams(fields as [string, string][]),
  });
  return {
    status: response.status,
    retryAfter: response.headers.get('retry-after'),
    body: (await response.json()) as Record<string, unknown>,
  };
}

const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text } });
const header = (text: string) => ({ type: 'header', text: { type: 'plain_text', text } });

describe('chat.postMessage', () => {
  it('answers with the channel id and the ts, which an update and a reply use', async () => {
    const slack = await start();
    const { body } = await call(slack, 'chat.postMessage', { channel: '#alert', text: 'one' });
    expect(body).toMatchObject({
      ok: true,
      channel: expect.stringMatching(/^C[A-Z0-9]{10}$/),
      ts: '1700000000.000000',
    });
    const { channel, ts } = body as { channel: string; ts: string };
    await call(slack, 'chat.update', { channel, ts, text: 'two' });
    await call(slack, 'chat.postMessage', { channel, thread_ts: ts, reply_broadcast: true, text: 'reply' });
    expect(slack.messages()).toMatchObject([
      { channel: '#alert', ts, text: 'two', threadTs: null, revisions: [{ text: 'one' }] },
      { channel: '#alert', text: 'reply', threadTs: ts, broadcast: true },
    ]);
    expect(slack.calls.map((c) => c.method)).toEqual(['chat.postMessage', 'chat.update', 'chat.postMessage']);
  });

  it('knows a channel by one id, however it is named', async () => {
    const slack = await start();
    const ids = [];
    for (const channel of ['#alert', 'alert'])
      ids.push((await call(slack, 'chat.postMessage', { channel, text: 'x' })).body.channel);
    expect(new Set(ids).size).toBe(1);
  });

  test.each([
    ['no_text', { text: '' }],
    ['msg_too_long', { text: 'x'.repeat(40_001) }],
    ['message_not_found', { text: 'x', thread_ts: '1.000000' }],
    ['invalid_blocks', { blocks: [header('x'.repeat(151))] }],
    ['invalid_blocks', { blocks: [section('x'.repeat(3_001))] }],
    ['invalid_blocks', { blocks: [section('')] }],
    ['invalid_blocks', { blocks: Array.from({ length: 51 }, () => ({ type: 'divider' })) }],
    ['invalid_blocks', { blocks: [{ type: 'made_up' }] }],
    ['invalid_blocks', { blocks: [{ type: 'header', text: { type: 'mrkdwn', text: 'x' } }] }],
    [
      'invalid_blocks',
      {
        blocks: [
          { ...section('a'), block_id: 'b' },
          { ...section('a'), block_id: 'b' },
        ],
      },
    ],
    ['invalid_blocks', { blocks: [{ type: 'context', elements: [] }] }],
    [
      'invalid_blocks',
      {
        blocks: [
          {
            type: 'actions',
            elements: [{ type: 'button', text: { type: 'plain_text', text: 'x'.repeat(76) } }],
          },
        ],
      },
    ],
    ['invalid_blocks', { attachments: [{ color: '#aabbcc', blocks: [section('x'.repeat(3_001))] }] }],
    ['msg_blocks_too_long', { blocks: Array.from({ length: 5 }, () => section('x'.repeat(2_700))) }],
    ['too_many_attachments', { attachments: Array.from({ length: 101 }, () => ({ text: 'x' })) }],
  ])('refuses with %s', async (error, args) => {
    const slack = await start();
    const answer = await call(slack, 'chat.postMessage', { channel: '#alert', ...args });
    expect(answer).toMatchObject({ status: 200, body: { ok: false, error } });
    expect(slack.messages()).toEqual([]);
  });

  test.each([
    ['a header of 150', [header('x'.repeat(150))]],
    ['a section of 3,000', [section('x'.repeat(3_000))]],
    ['50 blocks', Array.from({ length: 50 }, () => ({ type: 'divider' }))],
    ['13,200 characters altogether', Array.from({ length: 5 }, () => section('x'.repeat(2_640)))],
  ])('takes %s', async (_rule, blocks) => {
    const slack = await start();
    expect((await call(slack, 'chat.postMessage', { channel: '#a', text: 't', blocks })).body).toMatchObject({
      ok: true,
    });
  });

  it('says in invalid_blocks which block it is', async () => {
    const slack = await start();
    const { body } = await call(slack, 'chat.postMessage', {
      channel: '#a',
      blocks: [{ type: 'divider' }, header('')],
    });
    expect(body.errors).toEqual([expect.stringContaining('json-pointer:/blocks/1')]);
  });

  it('takes one message a second and channel after a short burst, and says how long to wait', async () => {
    let now = 1_700_000_000_000;
    const slack = await start({ clock: () => now });
    const post = (channel: string) => call(slack, 'chat.postMessage', { channel, text: 'x' });
    const answers = [await post('#a'), await post('#a'), await post('#a'), await post('#a')];
    expect(answers.map((a) => a.status)).toEqual([200, 200, 200, 429]);
    expect(answers[3]).toMatchObject({ retryAfter: '1', body: { ok: false, error: 'ratelimited' } });
    expect((await post('#b')).status).toBe(200);
    now += 1_000;
    expect([(await post('#a')).status, (await post('#a')).status]).toEqual([200, 429]);
  });

  test.each([
    ['', 'not_authed'],
    ['sesame', 'invalid_auth'],
  ])('refuses the token "%s"', async (token, error) => {
    const slack = await start();
    expect((await call(slack, 'auth.test', {}, token)).body).toMatchObject({ ok: false, error });
  });
});

describe('chat.update', () => {
  test.each([
    ['channel_not_found', { channel: 'C0000000000', ts: '1.000000', text: 'x' }],
    ['message_not_found', { ts: '1.000000', text: 'x' }],
    ['msg_too_long', { text: 'x'.repeat(4_001) }],
  ])('refuses with %s', async (error, args) => {
    const slack = await start();
    const { channel, ts } = (await call(slack, 'chat.postMessage', { channel: '#a', text: 'x' })).body;
    expect((await call(slack, 'chat.update', { channel, ts, ...args })).body).toMatchObject({
      ok: false,
      error,
    });
  });

  it('finds no message that a person removed', async () => {
    const slack = await start();
    const { channel, ts } = (await call(slack, 'chat.postMessage', { channel: '#a', text: 'x' }))
      .body as Record<string, string>;
    slack.remove(channel ?? '', ts ?? '');
    expect((await call(slack, 'chat.update', { channel, ts, text: 'y' })).body).toMatchObject({
      error: 'message_not_found',
    });
  });
});

describe('chat.delete', () => {
  it('takes a message away for good, over a restart too, and finds it no second time', async () => {
    const directory = await temporary();
    const slack = await start({ directory });
    const { channel, ts } = (await call(slack, 'chat.postMessage', { channel: '#alert', text: 'one' }))
      .body as { channel: string; ts: string };
    expect((await call(slack, 'chat.delete', { channel, ts })).body).toEqual({ ok: true, channel, ts });
    expect(slack.messages()).toEqual([]);
    expect((await call(slack, 'chat.delete', { channel, ts })).body.error).toBe('message_not_found');
    expect((await start({ directory })).messages()).toEqual([]);
  });

  it('knows no channel by its name', async () => {
    const slack = await start();
    await call(slack, 'chat.postMessage', { channel: '#alert', text: 'one' });
    const { body } = await call(slack, 'chat.delete', { channel: '#alert', ts: '1.0' });
    expect(body.error).toBe('channel_not_found');
  });
});

describe('looking back', () => {
  const metadata = { event_type: 'hansho', event_payload: { nonce: 'n' } };

  it('gives history newest first, with metadata only when asked, replies apart, and in pages', async () => {
    let now = 1_700_000_000_000;
    const slack = await start({ clock: () => (now += 1_000) });
    const { channel, ts } = (await call(slack, 'chat.postMessage', { channel: '#a', text: 'card', metadata }))
      .body;
    await call(slack, 'chat.postMessage', { channel, thread_ts: ts, text: 'quiet reply' });
    await call(slack, 'chat.postMessage', {
      channel,
      thread_ts: ts,
      text: 'loud reply',
      reply_broadcast: true,
    });
    const plain = await call(slack, 'conversations.history', { channel });
    expect(plain.body.messages).toMatchObject([{ text: 'loud reply' }, { text: 'card' }]);
    expect(JSON.stringify(plain.body)).not.toContain('nonce');
    const full = await call(slack, 'conversations.history', {
      channel,
      include_all_metadata: true,
      limit: '1',
    });
    expect(full.body).toMatchObject({ has_more: true, response_metadata: { next_cursor: '1' } });
    const rest = await call(slack, 'conversations.history', {
      channel,
      include_all_metadata: true,
      limit: '1',
      cursor: '1',
    });
    expect(rest.body).toMatchObject({ messages: [{ text: 'card', metadata }], has_more: false });
    const thread = await call(slack, 'conversations.replies', { channel, ts });
    expect(thread.body.messages).toMatchObject([
      { text: 'card' },
      { text: 'quiet reply' },
      { text: 'loud reply' },
    ]);
    const since = await call(slack, 'conversations.history', { channel, oldest: String(ts) });
    expect(since.body.messages).toMatchObject([{ text: 'loud reply' }]);
  });

  it('knows neither a channel nor a method that is not there', async () => {
    const slack = await start();
    expect((await call(slack, 'conversations.history', { channel: 'C0000000000' })).body.error).toBe(
      'channel_not_found',
    );
    expect((await call(slack, 'chat.dance', {})).body.error).toBe('unknown_method');
  });
});

describe('faults', () => {
  const post = (slack: SlackStandIn) => call(slack, 'chat.postMessage', { channel: '#a', text: 'x' });

  it('are used up in order, by the calls that they fit', async () => {
    const slack = await start();
    slack.faults.push(
      { do: 'error', code: 'token_revoked', on: 'chat.update' },
      { do: 'rate-limit', retryAfterSeconds: 7 },
      { do: 'error', code: 'is_archived', times: 2 },
    );
    expect(await post(slack)).toMatchObject({ status: 429, retryAfter: '7' });
    expect([(await post(slack)).body.error, (await post(slack)).body.error]).toEqual([
      'is_archived',
      'is_archived',
    ]);
    expect((await post(slack)).body.ok).toBe(true);
  });

  it('may lose the answer to what was taken', async () => {
    const slack = await start();
    slack.faults.push({ do: 'drop-answer' });
    await expect(post(slack)).rejects.toThrow();
    expect(slack.messages()).toHaveLength(1);
  });

  it('may answer with a page instead of JSON', async () => {
    const slack = await start();
    slack.faults.push({ do: 'status', status: 503 });
    await expect(post(slack)).rejects.toThrow(/JSON/);
    expect(slack.messages()).toEqual([]);
  });

  it('may be away until somebody mends it', async () => {
    const calls: (readonly [string, string | null])[] = [];
    const slack = await start({ onCall: (...what) => calls.push(what) });
    slack.faults.push({ do: 'away', times: Number.POSITIVE_INFINITY });
    for (const _ of [1, 2, 3]) await expect(post(slack)).rejects.toThrow();
    expect(slack.messages()).toEqual([]);
    slack.faults.clear();
    expect((await post(slack)).body.ok).toBe(true);
    expect(calls).toEqual(Array(4).fill(['chat.postMessage', '#a']));
  });

  it('may never answer, until the stand-in ends', async () => {
    const slack = await start();
    slack.faults.push({ do: 'hang' });
    const hanging = post(slack).then(
      () => 'answered',
      () => 'cut off',
    );
    await post(slack);
    await slack.close();
    expect(await hanging).toBe('cut off');
    expect(slack.messages()).toHaveLength(1);
  });
});

describe('a restart', () => {
  it('finds the same messages under the same handles', async () => {
    const directory = await temporary();
    const first = await start({ directory });
    const { channel, ts } = (await call(first, 'chat.postMessage', { channel: '#a', text: 'one' })).body;
    await call(first, 'chat.update', { channel, ts, text: 'two' });
    const second = await start({ outbox: await openOutbox(join(directory)) });
    expect(second.messages()).toEqual(first.messages());
    expect((await call(second, 'chat.update', { channel, ts, text: 'three' })).body.ok).toBe(true);
    const { body } = await call(second, 'chat.postMessage', { channel: '#a', text: 'later' });
    expect(body.ts).not.toBe(ts);
  });
});
