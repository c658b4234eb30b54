import { request } from 'node:http';
import { describe, expect, it, onTestFinished, test } from 'vitest';
import { type Backend, type Server, startServer } from '../../local/server.ts';

const BACKEND: Backend = {
  accept: async (body, contentType) => ({
    signals: body.length + (contentType === 'application/json' ? 1_000 : 0),
  }),
  incidents: async () => [],
  ledger: async () => ({ in: 1 }),
  outbox: () => ({ slack: [] }),
  stack: () => ({}),
  silences: {
    add: async ({ match, dryRun }) =>
      match === undefined
        ? { problems: ['`match` must be a pattern'] }
        : {
            ...{ id: 'silence-1', until: '2026-11-22T05:00:00.000Z', made: dryRun !== true },
            preview: { firing: 1, lastDay: 2, titles: [] },
          },
    list: async () => [],
    end: async (id) => (id === 'silence-1' ? { released: 3 } : { problems: [`There is no silence ${id}.`] }),
  },
};

async function start(ready = true): Promise<Server> {
  const server = await startServer(0, new URL('../../console/', import.meta.url));
  onTestFinished(() => server.close());
  if (ready) server.ready(BACKEND);
  return server;
}

/** `fetch` may not set Host. */
function raw(server: Server, path: string, headers: Record<string, string>, method = 'GET'): Promise<number> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port: server.port, path, method, headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on('error', reject)
      .end();
  });
}

describe('who may ask', () => {
  test.each([
    ['its own address', (port: number) => ({ host: `127.0.0.1:${port}` }), 200],
    ['localhost', (port: number) => ({ host: `localhost:${port}` }), 200],
    ['a name that was rebound to it', (port: number) => ({ host: `evil.example:${port}` }), 403],
    ['another port', () => ({ host: '127.0.0.1:1' }), 403],
    [
      'its own page',
      (port: number) => ({ host: `127.0.0.1:${port}`, origin: `http://127.0.0.1:${port}` }),
      200,
    ],
    [
      'a page elsewhere',
      (port: number) => ({ host: `127.0.0.1:${port}`, origin: 'https://evil.example' }),
      403,
    ],
    ['a page without an origin', (port: number) => ({ host: `127.0.0.1:${port}`, origin: 'null' }), 403],
  ])('%s', async (_who, headers, status) => {
    const server = await start();
    expect(await raw(server, '/api/ledger', headers(server.port))).toBe(status);
  });
});

describe('silences', () => {
  test.each([
    ['POST', '', '{"match":{}}', 201, 'id'],
    ['POST', '', '{"match":{},"dryRun":true}', 200, 'preview'],
    ['POST', '', '{}', 400, 'problems'],
    ['POST', '', '[]', 400, 'problems'],
    ['POST', '', `{"reason":"${'x'.repeat(20_000)}"}`, 400, 'problems'],
    ['DELETE', '/silence-1?by=sato', undefined, 200, 'released'],
    ['DELETE', '/silence-1', undefined, 400, 'problems'],
    ['DELETE', '/silence-2?by=sato', undefined, 404, 'problems'],
  ])('%s %s %s gives %i', async (method, path, body, status, key) => {
    const server = await start();
    const answer = await fetch(`${server.url}/api/silences${path}`, {
      method,
      ...(body !== undefined && { body }),
    });
    expect(answer.status).toBe(status);
    expect(await answer.json()).toHaveProperty(key);
  });

  it('are nobody’s to make or end from a page elsewhere', async () => {
    const server = await start();
    const headers = { host: `127.0.0.1:${server.port}`, origin: 'https://evil.example' };
    expect(await raw(server, '/api/silences/silence-1?by=x', headers, 'DELETE')).toBe(403);
    expect(await raw(server, '/api/silences', headers, 'POST')).toBe(403);
  });
});

describe('the paths', () => {
  test.each([
    ['/api/incidents', []],
    ['/api/ledger', { in: 1 }],
    ['/api/outbox', { slack: [] }],
    ['/api/silences', []],
  ])('GET %s', async (path, body) => {
    const server = await start();
    const response = await fetch(server.url + path);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.json()).toEqual(body);
  });

  it('serves the page under a policy that runs only its own files', async () => {
    const server = await start();
    for (const path of ['/', '/page.css', '/page.js', '/slack.js', '/mrkdwn.js']) {
      const response = await fetch(server.url + path);
      expect(response.status).toBe(200);
      expect(response.headers.get('content-security-policy')).toMatch(
        /^default-src 'none'; script-src 'self';/,
      );
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    }
  });

  test.each([
    '/package.json',
    '/../package.json',
    '/tsconfig.json',
    '/%2e%2e/package.json',
    '/api/',
    '/intake',
  ])('has nothing at GET %s, and says what there is', async (path) => {
    const server = await start();
    const response = await fetch(server.url + path);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ next: expect.stringContaining('POST /intake') });
  });

  it('asks to wait until it is ready', async () => {
    const server = await start(false);
    expect((await fetch(`${server.url}/api/ledger`)).status).toBe(503);
    server.ready(BACKEND);
    expect((await fetch(`${server.url}/api/ledger`)).status).toBe(200);
  });

  it('says what went wrong behind it', async () => {
    const server = await start();
    server.ready({ ...BACKEND, ledger: () => Promise.reject(new Error('the table is gone')) });
    const response = await fetch(`${server.url}/api/ledger`);
    expect(response.status).toBe(500);
    expect(await response.json()).toMatchObject({ error: expect.stringContaining('the table is gone') });
  });
});

describe('POST /webhook/<name>', () => {
  const post = async (path: string, body: string) => {
    const server = await start();
    const response = await fetch(server.url + path, { method: 'POST', body });
    const answer: unknown = await response.json();
    return { status: response.status, answer };
  };

  it('takes a body as the function behind the URL would', async () => {
    expect(await post('/webhook/datadog', '{"title":"x"}')).toEqual({
      status: 202,
      answer: { signals: expect.any(Number) },
    });
  });

  test.each([
    ['/webhook/Not%20A%20Name', '{}', 404],
    ['/webhook/datadog', 'hello', 400],
    ['/webhook/datadog', '[]', 400],
    ['/webhook/datadog', 'x'.repeat(1024 * 1024 + 1), 413],
  ])('%s with a body it cannot take: the reason and the next step', async (path, body, status) => {
    expect(await post(path, body)).toEqual({
      status,
      answer: { error: expect.any(String), next: expect.any(String) },
    });
  });
});

describe('POST /intake', () => {
  const post = async (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) => {
    const server = await start();
    const response = await fetch(`${server.url}/intake`, { method: 'POST', body, headers });
    return { status: response.status, body: (await response.json()) as unknown };
  };

  it('answers 202 with the number of signals', async () => {
    expect(await post('abc')).toEqual({ status: 202, body: { signals: 3 } });
  });

  it('takes what SNS posts for an event, though SNS calls it text', async () => {
    const headers = { 'content-type': 'text/plain; charset=UTF-8', 'x-amz-sns-message-type': 'Notification' };
    expect(await post('abc', headers)).toEqual({ status: 202, body: { signals: 1_003 } });
  });

  it('refuses more than 10 MB', async () => {
    expect(await post(new Uint8Array(10 * 1024 * 1024 + 1))).toMatchObject({
      status: 413,
      body: { next: 'Post it in parts.' },
    });
  });

  it('refuses a foreign encoding', async () => {
    expect(await post('x', { 'content-encoding': 'br' })).toMatchObject({ status: 415 });
  });
});

describe('GET /api/events', () => {
  it('says hello, and then what moved', async () => {
    const server = await start();
    const response = await fetch(`${server.url}/api/events`);
    const reader = response.body?.getReader();
    const text = async (): Promise<string> => new TextDecoder().decode((await reader?.read())?.value);
    expect(await text()).toContain('event: hello');
    server.announce('incidents', {});
    expect(await text()).toBe('event: incidents\ndata: {}\n\n');
    await reader?.cancel();
  });
});
