import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Asked {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface Answer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  /** `hang`: never answers. `drop`: closes the connection. `half`: sends half of a body and stops. */
  readonly instead?: 'hang' | 'drop' | 'half';
}

export interface MockHttp {
  readonly url: string;
  readonly asked: Asked[];
  /** The next answers, in order; the last one is repeated. */
  answer(...answers: Answer[]): void;
  close(): Promise<void>;
}

/** An HTTP server on 127.0.0.1 that answers what it is told to. */
export async function mockHttp(): Promise<MockHttp> {
  const asked: Asked[] = [];
  let answers: Answer[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    asked.push({ path: request.url ?? '', headers: request.headers, body });
    const [next = {}] = answers.length > 1 ? answers.splice(0, 1) : answers;
    if (next.instead === 'hang') return;
    if (next.instead === 'drop') {
      request.socket.destroy();
      return;
    }
    response.writeHead(next.status ?? 200, { 'content-type': 'application/json', ...next.headers });
    if (next.instead === 'half') response.write('{"ok":');
    else response.end(next.body ?? '');
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    answer: (...next) => {
      answers = next;
      asked.length = 0;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A port of 127.0.0.1 on which nobody listens. */
export async function closedUrl(): Promise<string> {
  const mock = await mockHttp();
  await mock.close();
  return mock.url;
}
