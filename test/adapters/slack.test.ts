import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SecretUnavailable } from '../../shared/adapters/secrets.ts';
import {
  makeSlack,
  makeSlackReady,
  type SlackFailure,
  type SlackOptions,
} from '../../shared/adapters/slack.ts';
import type { Outcome, SlackCall } from '../../shared/model/telling.ts';
import { closedUrl, type MockHttp, mockHttp } from './mock-http.ts';

let slack: MockHttp;
beforeAll(async () => {
  slack = await mockHttp();
});
afterAll(() => slack.close());

const mark = { incident: 'i1', nonce: 'n1' };
const head = [{ type: 'header', text: { type: 'plain_text', text: 'down' } }];
const blocks = [{ type: 'section', text: { type: 'plain_text', text: 'the details' } }];
const post: SlackCall = {
  do: 'post',
  channel: '#alert',
  text: 'SEV1 down',
  head,
  blocks,
  color: '#a30200',
  mark,
};
const update: SlackCall = { ...post, do: 'update', handle: 'C1/1700000000.000100' };
const reply: SlackCall = {
  do: 'reply',
  handle: 'C1/1700000000.000100',
  text: 'worse',
  blocks,
  broadcast: true,
  mark,
};
const find: SlackCall = { do: 'find', channel: 'C1', thread: null, sinceMs: 1_700_000_060_000, mark };

/** The failure table as a spy: the adapter's part ends at saying what happened. */
const seen: SlackFailure[] = [];
const outcome = (failure: SlackFailure): Outcome => {
  seen.push(failure);
  return { is: 'retry', because: 'the table says so' };
};
const send = (over: Partial<SlackOptions> = {}) => {
  seen.length = 0;
  return makeSlack({ token: async () => 'token-1', apiUrl: `${slack.url}/api/`, outcome, ...over });
};
const ok = { body: JSON.stringify({ ok: true, channel: 'C1', ts: '1700000000.000200' }) };
/** The form that was sent, JSON fields parsed. */
const form = (i = 0) => {
  const fields = new URLSearchParams(slack.asked[i]?.body);
  return Object.fromEntries(
    [...fields].map(([key, value]) => [key, /^[[{]/.test(value) ? JSON.parse(value) : value]),
  );
};

describe('whether Slack takes the token', () => {
  const ready = makeSlackReady;
  it('is asked without telling anybody', async () => {
    slack.answer({ body: '{"ok":true}' });
    const asked = slack.asked.length;
    expect(await ready({ token: async () => 't', apiUrl: `${slack.url}/api/`, outcome })()).toEqual({
      is: 'absent',
    });
    expect(slack.asked.slice(asked).map(({ path }) => path)).toEqual(['/api/auth.test']);
  });

  it('is a failure like any other when it does not', async () => {
    seen.length = 0;
    slack.answer({ body: '{"ok":false,"error":"token_revoked"}' });
    await ready({ token: async () => 't', apiUrl: `${slack.url}/api/`, outcome })();
    expect(seen).toEqual([{ kind: 'platform', code: 'token_revoked' }]);
  });
});

describe('what Slack is asked', () => {
  it('posts the head, the coloured blocks and the mark, without unfurling anything', async () => {
    slack.answer(ok);
    expect(await send()(post)).toEqual({ is: 'told', handle: 'C1/1700000000.000200' });
    expect(slack.asked[0]).toMatchObject({
      path: '/api/chat.postMessage',
      headers: { authorization: 'Bearer token-1' },
    });
    expect(form()).toEqual({
      channel: '#alert',
      text: 'SEV1 down',
      blocks: head,
      attachments: [{ color: '#a30200', fallback: 'SEV1 down', blocks }],
      metadata: { event_type: 'hansho', event_payload: mark },
      unfurl_links: 'false',
      unfurl_media: 'false',
      parse: 'none',
    });
  });

  it('updates the very message, and takes away blocks that it no longer has', async () => {
    slack.answer(ok);
    await send()({ ...update, head: [], blocks: [] });
    expect(slack.asked[0]?.path).toBe('/api/chat.update');
    expect(form()).toMatchObject({ channel: 'C1', ts: '1700000000.000100', blocks: [], attachments: [] });
  });

  it('replies in the card’s thread, broadcast when asked to', async () => {
    slack.answer(ok);
    expect(await send()(reply)).toEqual({ is: 'told', handle: 'C1/1700000000.000200' });
    expect(form()).toMatchObject({
      channel: 'C1',
      thread_ts: '1700000000.000100',
      reply_broadcast: 'true',
      text: 'worse',
      blocks,
      metadata: { event_type: 'hansho', event_payload: mark },
    });
  });
});

describe('taking a message away', () => {
  const remove: SlackCall = { do: 'remove', handle: 'C1/1700000000.000100' };

  it('names it by channel id and ts', async () => {
    slack.answer(ok);
    expect(await send()(remove)).toEqual({ is: 'told', handle: 'C1/1700000000.000100' });
    expect(slack.asked[0]?.path).toBe('/api/chat.delete');
    expect(form()).toEqual({ channel: 'C1', ts: '1700000000.000100' });
  });

  it.each(['message_not_found', 'cant_delete_message'])('leaves %s to the table', async (error) => {
    slack.answer({ body: JSON.stringify({ ok: false, error }) });
    await send()(remove);
    expect(seen).toEqual([{ kind: 'platform', code: error }]);
  });
});

describe('looking for a message of ours', () => {
  const message = (ts: string, nonce: string, event_type = 'hansho') => ({
    ts,
    metadata: { event_type, event_payload: { incident: 'i1', nonce } },
  });
  const page = (messages: unknown[], next_cursor = '') => ({
    body: JSON.stringify({ ok: true, messages, response_metadata: { next_cursor } }),
  });

  it('finds the one with the mark, on a later page', async () => {
    slack.answer(
      page(
        [{ ts: '5.0', text: 'a human' }, message('4.0', 'other'), message('3.5', 'n1', 'deploybot')],
        'more',
      ),
      page([message('3.0', 'n1')]),
    );
    expect(await send()(find)).toEqual({ is: 'found', handle: 'C1/3.0' });
    expect(slack.asked.map((a) => a.path)).toEqual([
      '/api/conversations.history',
      '/api/conversations.history',
    ]);
    expect(form()).toMatchObject({
      channel: 'C1',
      oldest: '1700000000.000000',
      limit: '100',
      include_all_metadata: 'true',
    });
    expect(form(1)).toMatchObject({ cursor: 'more' });
  });

  it('looks in the card’s thread for a reply', async () => {
    slack.answer(page([message('3.0', 'n1')]));
    expect(await send()({ ...find, thread: '1700000000.000100' })).toEqual({ is: 'found', handle: 'C1/3.0' });
    expect(slack.asked[0]?.path).toBe('/api/conversations.replies');
    expect(form()).toMatchObject({ ts: '1700000000.000100' });
  });

  it('says absent when it is not there, and after five pages', async () => {
    slack.answer(page([message('3.0', 'other')]));
    expect(await send()(find)).toEqual({ is: 'absent' });
    slack.answer(page([], 'more'));
    expect(await send()(find)).toEqual({ is: 'absent' });
    expect(slack.asked).toHaveLength(5);
  });
});

describe('what Slack answers never throws', () => {
  it.each<{ name: string; answer: Parameters<MockHttp['answer']>[0]; failure: SlackFailure }>([
    {
      name: 'ok: false',
      answer: { body: '{"ok":false,"error":"channel_not_found"}' },
      failure: { kind: 'platform', code: 'channel_not_found' },
    },
    {
      name: 'ok: false with its reasons',
      answer: {
        body: '{"ok":false,"error":"invalid_blocks","errors":["must be less than 3001 characters [json-pointer:/blocks/0]"]}',
      },
      failure: {
        kind: 'platform',
        code: 'invalid_blocks',
        detail: 'must be less than 3001 characters [json-pointer:/blocks/0]',
      },
    },
    {
      name: 'a scope that is missing',
      answer: { body: '{"ok":false,"error":"missing_scope","needed":"chat:write"}' },
      failure: { kind: 'platform', code: 'missing_scope', detail: 'chat:write' },
    },
    {
      name: '429 with Retry-After',
      answer: { status: 429, headers: { 'retry-after': '7' } },
      failure: { kind: 'rate', retryAfterSeconds: 7 },
    },
    { name: '429 without', answer: { status: 429 }, failure: { kind: 'rate', retryAfterSeconds: 30 } },
    {
      name: '429 with nonsense',
      answer: { status: 429, headers: { 'retry-after': 'soon' } },
      failure: { kind: 'rate', retryAfterSeconds: 30 },
    },
    {
      name: 'ok: false, ratelimited',
      answer: { body: '{"ok":false,"error":"ratelimited"}', headers: { 'retry-after': '9' } },
      failure: { kind: 'rate', retryAfterSeconds: 9 },
    },
    { name: '503', answer: { status: 503, body: 'upstream' }, failure: { kind: 'http', status: 503 } },
    {
      name: '502 with a page',
      answer: { status: 502, body: '<html>' },
      failure: { kind: 'http', status: 502 },
    },
    { name: '204', answer: { status: 204 }, failure: { kind: 'http', status: 204 } },
    {
      name: 'a page instead of JSON',
      answer: { body: '<html>sign in</html>' },
      failure: { kind: 'network', because: 'the answer is not JSON; is SLACK_API_URL right?' },
    },
    {
      name: 'JSON that is no object',
      answer: { body: 'null' },
      failure: { kind: 'network', because: 'the answer is not JSON; is SLACK_API_URL right?' },
    },
    {
      name: 'a redirect',
      answer: { status: 302, headers: { location: 'http://127.0.0.1:1/' } },
      failure: { kind: 'network', because: 'unexpected redirect' },
    },
    {
      name: 'a closed connection',
      answer: { instead: 'drop' },
      failure: { kind: 'network', because: 'UND_ERR_SOCKET' },
    },
    {
      name: 'nothing',
      answer: { instead: 'hang' },
      failure: { kind: 'network', because: 'no answer in time' },
    },
    {
      name: 'half an answer',
      answer: { instead: 'half' },
      failure: { kind: 'network', because: 'no answer in time' },
    },
    {
      name: 'more than anybody would',
      answer: { body: `{"ok":true,"x":"${'y'.repeat(9_000_000)}"}` },
      failure: { kind: 'network', because: 'the answer is longer than 8388608 bytes' },
    },
  ])('$name', async ({ answer, failure }) => {
    slack.answer(answer);
    const short = answer.instead === undefined ? {} : { timeoutMs: 200 };
    expect(await send(short)(post)).toEqual({ is: 'retry', because: 'the table says so' });
    expect(seen).toEqual([failure]);
    expect(slack.asked).toHaveLength(1);
  });

  it('knows that nothing has left when nobody listens', async () => {
    const outcome = await send({ apiUrl: `${await closedUrl()}/api/` })(post);
    expect(outcome).toEqual({ is: 'retry', because: 'ECONNREFUSED' });
    expect(seen).toEqual([]);
  });

  it('takes an ok without a place for unsettled: the message may be there', async () => {
    slack.answer({ body: '{"ok":true}' });
    expect(await send()(post)).toMatchObject({ is: 'unsettled' });
  });
});

describe('the token', () => {
  const refused = { body: '{"ok":false,"error":"invalid_auth"}' };

  it('is read anew once when it was refused, and the call goes on with the new one', async () => {
    slack.answer(refused, ok);
    const asked: (boolean | undefined)[] = [];
    const token = async (fresh?: boolean) => {
      asked.push(fresh);
      return fresh ? 'token-2' : 'token-1';
    };
    expect(await send({ token })(post)).toMatchObject({ is: 'told' });
    expect(asked).toEqual([undefined, true]);
    expect(slack.asked.map((a) => a.headers.authorization)).toEqual(['Bearer token-1', 'Bearer token-2']);
  });

  it('that is still the same is not offered again', async () => {
    slack.answer(refused);
    await send()(post);
    expect(slack.asked).toHaveLength(1);
    expect(seen).toEqual([{ kind: 'platform', code: 'invalid_auth' }]);
  });

  it('that is refused again is the answer', async () => {
    slack.answer(refused);
    await send({ token: async (fresh) => (fresh ? 'token-2' : 'token-1') })(post);
    expect(slack.asked).toHaveLength(2);
    expect(seen).toEqual([{ kind: 'platform', code: 'invalid_auth' }]);
  });

  it.each([
    {
      name: 'that nobody has stored breaks the address',
      mend: true,
      outcome: { is: 'broken', code: 'no_token', hint: 'why' },
    },
    {
      name: 'that cannot be read just now is tried again',
      mend: false,
      outcome: { is: 'retry', because: 'why' },
    },
  ])('$name', async ({ mend, outcome }) => {
    slack.answer(ok);
    const token = async () => {
      throw new SecretUnavailable('why', mend);
    };
    expect(await send({ token })(post)).toEqual(outcome);
    expect(slack.asked).toEqual([]);
  });
});

it('throws for a handle that is none: that is our own fault', async () => {
  await expect(send()({ ...update, handle: 'C1' })).rejects.toThrow('"C1" is not a Slack handle');
});
