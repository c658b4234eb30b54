import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isObject } from '../shared/model/json.ts';
import { MAX_WEBHOOK_BYTES, webhookName } from '../shared/pipeline/webhook.ts';
import { webhookEvent } from '../shared/sources/webhook.ts';
import { answerJson, type Listening, listen, readBody } from './http.ts';
import { decoded, MAX_BODY_BYTES, type Refusal, refuse } from './intake.ts';
import { parseJson } from './parse.ts';
import type { SilenceDesk } from './silences.ts';
import { REGION } from './template.ts';

/** What the server asks of the pipeline behind it. */
export interface Backend {
  /** Accepts a posted body durably; how many signals it held, or why not. */
  accept(
    body: Buffer,
    contentType: string,
    query: URLSearchParams,
  ): Promise<{ readonly signals: number } | Refusal>;
  incidents(which: 'all' | 'unowned'): Promise<object>;
  ledger(): Promise<object>;
  outbox(): object;
  /** Where the queues and the table are, for the commands that look into them. */
  stack(): object;
  readonly silences: SilenceDesk;
}

export interface Server {
  readonly url: string;
  readonly port: number;
  /** Tells every open page. */
  announce(event: 'incidents' | 'outbox', data: object): void;
  /** Until then everything answers 503. */
  ready(backend: Backend): void;
  close(): Promise<void>;
}

/** The page's own files, and nothing else of the directory. */
const PAGE = new Map([
  ['/', ['index.html', 'text/html; charset=utf-8']],
  ['/page.css', ['page.css', 'text/css; charset=utf-8']],
  ['/page.js', ['page.js', 'text/javascript; charset=utf-8']],
  ['/slack.js', ['slack.js', 'text/javascript; charset=utf-8']],
  ['/mrkdwn.js', ['mrkdwn.js', 'text/javascript; charset=utf-8']],
] as const);

/** Everything on the page comes from here; text from logs can run nothing and reach nothing. */
const SECURITY = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
} as const;

const HEARTBEAT_MS = 15_000;
const SILENCES = '/api/silences';
const MAX_SILENCE_BYTES = 16 * 1024;

/**
 * The address on 127.0.0.1. A page elsewhere cannot use it: a foreign Host (DNS rebinding) and a foreign Origin
 * are refused.
 * @throws EADDRINUSE when the port is taken.
 */
export async function startServer(port: number, console: URL): Promise<Server> {
  let backend: Backend | null = null;
  const pages = new Set<ServerResponse>();

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const foreign = foreigner(request, server.port);
    if (foreign !== null) return fail(response, foreign);
    const url = new URL(request.url ?? '/', server.url);
    const page = PAGE.get(url.pathname as '/');
    if (request.method === 'GET' && page !== undefined)
      return sendPage(response, new URL(page[0], console), page[1]);
    if (backend === null) return fail(response, refuse(503, 'Not ready yet.', 'Try again in a second.'));
    return route(request, response, url, backend);
  };

  const route = async (
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
    behind: Backend,
  ): Promise<void> => {
    const webhook = request.method === 'POST' ? /^\/webhook\/[^/]*$/.exec(url.pathname) : null;
    if (webhook !== null) return takeWebhook(request, response, url.pathname, behind);
    if (url.pathname.startsWith(`${SILENCES}/`) && request.method === 'DELETE')
      return endSilence(response, url, behind);
    switch (`${request.method} ${url.pathname}`) {
      case 'POST /intake':
        return intake(request, response, url, behind);
      case 'GET /api/incidents':
        return answerJson(
          response,
          200,
          await behind.incidents(url.searchParams.has('unowned') ? 'unowned' : 'all'),
        );
      case 'GET /api/ledger':
        return answerJson(response, 200, await behind.ledger());
      case 'GET /api/stack':
        return answerJson(response, 200, behind.stack());
      case 'GET /api/outbox':
        return answerJson(response, 200, behind.outbox());
      case `GET ${SILENCES}`:
        return answerJson(response, 200, await behind.silences.list());
      case `POST ${SILENCES}`:
        return makeSilence(request, response, behind);
      case 'GET /api/events':
        return subscribe(response);
      default:
        return fail(response, nowhere(request.method ?? '', url.pathname));
    }
  };

  const subscribe = (response: ServerResponse): void => {
    response.writeHead(200, { ...SECURITY, 'content-type': 'text/event-stream; charset=utf-8' });
    response.write('retry: 1000\n\nevent: hello\ndata: {}\n\n');
    pages.add(response);
    response.on('close', () => pages.delete(response));
  };
  const server: Listening = await listen((request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else fail(response, refuse(500, String(error), 'This is a fault of hansho local; please report it.'));
    });
  }, port);
  const heartbeat = setInterval(() => {
    for (const page of pages) page.write(': still here\n\n');
  }, HEARTBEAT_MS);

  return {
    url: server.url,
    port: server.port,
    announce: (event, data) => {
      for (const page of pages) page.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    },
    ready: (given) => {
      backend = given;
    },
    close: () => {
      clearInterval(heartbeat);
      return server.close();
    },
  };
}

async function intake(
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  backend: Backend,
): Promise<void> {
  const tooBig = refuse(413, 'The body is longer than 10 MB.', 'Post it in parts.');
  const raw = await readBody(request, MAX_BODY_BYTES);
  if (raw === null) return fail(response, tooBig);
  const body = decoded(raw, request.headers['content-encoding'] ?? '');
  if (!Buffer.isBuffer(body)) return fail(response, body);
  const isSns = request.headers['x-amz-sns-message-type'] !== undefined;
  const type = isSns ? 'application/json' : (request.headers['content-type'] ?? '');
  const accepted = await backend.accept(body, type, url.searchParams);
  if ('status' in accepted) return fail(response, accepted);
  answerJson(response, 202, { signals: accepted.signals });
}

/** As the function behind the URL would, but without a token: only this machine can post here. */
async function takeWebhook(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  backend: Backend,
): Promise<void> {
  const name = webhookName(path);
  if (name === null) {
    const next = 'Post to /webhook/<name>: small letters, digits and hyphens, such as /webhook/datadog.';
    return fail(response, refuse(404, 'A webhook has no such name.', next));
  }
  const raw = await readBody(request, MAX_WEBHOOK_BYTES);
  if (raw === null) {
    const error = `The body is longer than ${MAX_WEBHOOK_BYTES} bytes.`;
    return fail(response, refuse(413, error, 'Send fewer alerts in one request.'));
  }
  const body = parseJson(raw.toString('utf8'));
  if (!isObject(body))
    return fail(response, refuse(400, 'The body is not a JSON object.', 'Send one, as application/json.'));
  const event = webhookEvent(name, body, { id: randomUUID(), region: REGION, time: Date.now() });
  const accepted = await backend.accept(
    Buffer.from(JSON.stringify(event)),
    'application/json',
    new URLSearchParams(),
  );
  if ('status' in accepted) return fail(response, accepted);
  answerJson(response, 202, { signals: accepted.signals });
}

/** What was asked for, and what it holds; `problems` when it cannot be. */
async function makeSilence(
  request: IncomingMessage,
  response: ServerResponse,
  { silences }: Backend,
): Promise<void> {
  const raw = await readBody(request, MAX_SILENCE_BYTES);
  const wish = raw === null ? undefined : parseJson(raw.toString('utf8'));
  if (!isObject(wish))
    return answerJson(response, 400, { problems: ['The body is not a small JSON object.'] });
  const added = await silences.add(wish);
  answerJson(response, 'problems' in added ? 400 : added.made ? 201 : 200, added);
}

async function endSilence(response: ServerResponse, url: URL, { silences }: Backend): Promise<void> {
  const id = url.pathname.slice(SILENCES.length + 1);
  const by = (url.searchParams.get('by') ?? '').trim().slice(0, 200);
  if (by === '') return answerJson(response, 400, { problems: ['Say who ends it: ?by=NAME.'] });
  const ended = await silences.end(id, by);
  answerJson(response, 'problems' in ended ? 404 : 200, ended);
}

/** A request that a page of another site made, or null. */
function foreigner({ headers }: IncomingMessage, port: number): Refusal | null {
  const ours = [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`];
  const host = headers.host ?? '';
  if (!ours.includes(host)) {
    return refuse(403, `This is not ${host}.`, `Use http://127.0.0.1:${port}.`);
  }
  const { origin } = headers;
  return origin === undefined || ours.some((name) => origin === `http://${name}`)
    ? null
    : refuse(403, `Pages of ${origin} may not use hansho local.`, `Use http://127.0.0.1:${port}.`);
}

function nowhere(method: string, path: string): Refusal {
  return refuse(
    404,
    `There is no ${method} ${path}.`,
    'POST /intake or /webhook/<name>, GET /api/incidents, /api/ledger, /api/outbox, /api/silences, /api/stack, /api/events, or open / in a browser.',
  );
}

async function sendPage(response: ServerResponse, file: URL, type: string): Promise<void> {
  const content = await readFile(file);
  response.writeHead(200, { ...SECURITY, 'content-type': type, 'content-length': content.length });
  response.end(content);
}

function fail(response: ServerResponse, { status, error, next }: Refusal): void {
  answerJson(response, status, { error, next });
}
