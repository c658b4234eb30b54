import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { cardsIn, post, startQuietly, subscription, thousandLines } from './local.ts';

const data = mkdtempSync(join(tmpdir(), 'hansho-kill-'));
afterAll(() => rmSync(data, { recursive: true, force: true }));

/** Starts `hansho local` as a process of its own and gives its address. */
function startProcess(): Promise<{ readonly url: string; readonly kill: () => Promise<void> }> {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME };
  const child = spawn(process.execPath, ['cli/main.ts', 'local', '--port', '0', '--data', data], {
    cwd: join(import.meta.dirname, '../..'),
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return new Promise((resolve, reject) => {
    let out = '';
    child.once('error', reject);
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      const url = out.match(/http:\/\/127\.0\.0\.1:\d+/)?.[0];
      if (url === undefined) return;
      resolve({
        url,
        kill: () => {
          child.kill('SIGKILL');
          return gone;
        },
      });
    });
  });
}

async function messagesAt(url: string): Promise<number> {
  const outbox = (await (await fetch(`${url}/api/outbox`)).json()) as { readonly slack: readonly unknown[] };
  return outbox.slack.length;
}

it('killed with -9 midway, it loses nothing that it answered with 202, and doubles no card', async () => {
  const first = await startProcess();
  const answer = await post(first.url, subscription('/aws/lambda/shop', thousandLines()));
  expect(answer.status).toBe(202);
  await first.kill();

  const second = await startProcess();
  await vi.waitFor(async () => expect(await messagesAt(second.url)).toBeGreaterThanOrEqual(3), 60_000);
  await second.kill();

  const local = await startQuietly({ data });
  try {
    // What the kill left in doubt is looked up once its lease of a minute is over.
    await vi.waitFor(async () => expect(await local.ledger()).toMatchObject({ untold: 0, waiting: 0 }), {
      timeout: 180_000,
      interval: 500,
    });
    const incidents = await local.incidents();
    expect(incidents.map((i) => i.count).sort()).toEqual([...Array(10).fill(1), ...Array(5).fill(3)]);
    expect(cardsIn(local, '#alert')).toHaveLength(10);
    expect(cardsIn(local, '#notify')).toHaveLength(5);
  } finally {
    await local.stop();
  }
}, 300_000);
