import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporary } from './fixture/make.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

interface Running {
  readonly child: ChildProcess;
  readonly url: string;
  said(): string;
}

function run(...options: readonly string[]): { child: ChildProcess; said: () => string } {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME };
  const child = spawn(process.execPath, ['cli/main.ts', 'local', ...options], { cwd: ROOT, env });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
  }
  return { child, said: () => said };
}

async function ready(...options: readonly string[]): Promise<Running> {
  const { child, said } = run('--port', '0', ...options);
  while (!/PagerDuty: .*\n/.test(said())) {
    await Promise.race([once(child.stdout ?? child, 'data'), once(child, 'exit')]);
    if (child.exitCode !== null) throw new Error(said());
  }
  return { child, said, url: /http:\/\/127\.0\.0\.1:\d+/.exec(said())?.[0] ?? '' };
}

describe('hansho local, the command', () => {
  it('says where it listens, and what Slack and PagerDuty are', async () => {
    const data = await temporary();
    const { url, said } = await ready('--data', data);
    expect(said()).toContain(`Hansho runs at ${url} (ready in `);
    expect(said()).toContain(`Slack: a stand-in; PagerDuty: a stand-in; data: ${data}`);
    expect((await fetch(`${url}/api/ledger`)).status).toBe(200);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('ends with 0 on %s, within two seconds', async (signal) => {
    const { child, url } = await ready();
    await fetch(`${url}/intake`, { method: 'POST', body: '{"source":"app","detail-type":"x","detail":{}}' });
    const began = performance.now();
    child.kill(signal);
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(performance.now() - began).toBeLessThan(2_000);
  });

  it('names the option when the port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => {
      other.close();
    });
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const { child, said } = run('--port', String(port));
    expect(await once(child, 'exit')).toEqual([1, null]);
    expect(said()).toContain(`hansho: Port ${port} is in use. Choose another one with --port.`);
  });

  it.each([
    [['--port', 'http'], /A port is a number/],
    [['--port', '70000'], /A port is a number/],
    [['--sweep-every', 'often'], /Write a duration as 5s/],
    [['--sweep-every', '1ms'], /at least 100ms/],
  ])('refuses %j and says how to write it', async (options, message) => {
    const { child, said } = run(...options);
    const [code] = (await once(child, 'exit')) as [number];
    expect(code).not.toBe(0);
    expect(said()).toMatch(message);
  });
});
