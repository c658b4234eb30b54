import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Local } from '../../local/start.ts';
import { fixtureRoot, IMPATIENT, post, startFixture, temporary } from './fixture/make.ts';

const textsIn = (local: Local): readonly string[] => local.slack?.messages().map((m) => m.text) ?? [];
const deadIn = async (local: Local): Promise<Record<string, number>> =>
  Object.fromEntries((await local.ledger()).deadLetters.map((d) => [d.queue, d.messages]));

describe('hansho local', () => {
  it('takes an event through queues, functions and topic to Slack', async () => {
    const local = await startFixture();
    expect(await post(local, { severity: 'SEV1', text: 'fire 🔥' })).toEqual({
      status: 202,
      body: { signals: 1 },
    });
    await local.settle(20_000);
    expect(local.slack?.messages()).toMatchObject([{ channel: '#alert', text: 'fire 🔥', threadTs: null }]);
    expect(await local.ledger()).toMatchObject({ in: 1, tracked: 1, told: 1, deadLettered: 0, waiting: 0 });
  });

  it('honours the filter policy of a subscription', async () => {
    const local = await startFixture();
    await post(local, { severity: 'SEV4', text: 'whisper' });
    await local.settle(20_000);
    expect(textsIn(local)).toEqual([]);
  });

  it('gives lines to the log intake as a payload of their group', async () => {
    const local = await startFixture();
    expect(
      await post(local, 'one\ntwo', { type: 'text/plain', query: '?logGroup=/aws/lambda/a' }),
    ).toMatchObject({
      status: 202,
      body: { signals: 2 },
    });
    await local.settle(20_000);
    expect(await local.ledger()).toMatchObject({ in: 2, deadLettered: 0 });
  });

  it('dead-letters a bad record; the rest of the batch goes on', async () => {
    const local = await startFixture({ rates: false });
    const good = { severity: 'SEV1', text: 'good' };
    await post(local, [good, { fail: 'events' }, { ...good, fail: 'track' }, good]);
    await local.settle(20_000);
    expect(textsIn(local)).toEqual(['good', 'good']);
    expect(await deadIn(local)).toMatchObject({ EventsDeadQueue: 1, SignalsDeadQueue: 1, UnreadBucket: 0 });
  });

  it('counts an event once, however often it is tried', async () => {
    const local = await startFixture();
    await post(local, { fail: 'track' });
    await local.settle(20_000);
    expect(await local.ledger()).toMatchObject({ in: 1, tracked: 1 });
  });

  it('keeps what no retry could save in the bucket, as AWS writes it', async () => {
    const data = await temporary();
    const local = await startFixture({ data });
    await post(local, 'please fail logs', { type: 'text/plain', query: '?logGroup=/g' });
    await local.settle(20_000);
    expect(await deadIn(local)).toMatchObject({ UnreadBucket: 1 });
    const [name = ''] = await readdir(join(data, 'unread'));
    expect(JSON.parse(await readFile(join(data, 'unread', name), 'utf8'))).toMatchObject({
      requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 2 },
      requestPayload: { awslogs: { data: expect.any(String) } },
      responsePayload: { errorType: 'TypeError', errorMessage: 'told to fail' },
    });
  });

  it('tries a message again after its function ran out of time', async () => {
    const local = await startFixture({ root: await fixtureRoot(IMPATIENT) });
    await post(local, { severity: 'SEV1', hang: true });
    await local.settle(30_000);
    expect(await deadIn(local)).toMatchObject({ SlackDeadQueue: 1 });
    expect(local.lines().map((line) => line.text)).toContainEqual(
      expect.stringMatching(/timed out after 1\.00 s/),
    );
  });

  it('talks to the Slack that the user names, with the user’s token', async () => {
    const slack = (await startFixture()).slack;
    const local = await startFixture({
      settings: { SLACK_API_URL: slack?.url, SLACK_BOT_TOKEN: 'xoxb-mine' },
    });
    expect(local.slack).toBeNull();
    await post(local, { severity: 'SEV1', text: 'over there' });
    await local.settle(20_000);
    expect(slack?.messages()).toMatchObject([{ text: 'over there' }]);
  });

  it('says what still moves when it does not settle in time', async () => {
    const local = await startFixture();
    await post(local, { severity: 'SEV1', hang: true });
    await expect(local.settle(0)).rejects.toThrow(/Not settled within 0 ms: .*(EventsQueue|intake-events)/);
  });

  it('runs the sweep when asked', async () => {
    const local = await startFixture();
    await local.sweep();
  });

  it('refuses a port that is taken, and says which option to use', async () => {
    const first = await startFixture();
    const port = Number(new URL(first.url).port);
    await expect(startFixture({ port })).rejects.toThrow(
      `Port ${port} is in use. Choose another one with --port.`,
    );
  });

  it('refuses a directory that another process works in', async () => {
    const data = await temporary();
    await startFixture({ data });
    await expect(startFixture({ data })).rejects.toThrow(/is open in another process/);
  });

  it('lets no web page talk to the stand-ins', async () => {
    const local = await startFixture();
    for (const url of [local.slack?.url, local.pagerduty?.url]) {
      const response = await fetch(String(url), {
        method: 'POST',
        headers: { origin: 'http://evil.example' },
      });
      expect(response.status).toBe(403);
    }
  });

  it('takes nothing any more while it stops, and stops once', async () => {
    const local = await startFixture();
    await Promise.all([local.stop(), local.stop()]);
    await expect(post(local, {})).rejects.toThrow();
  });
});

describe('a restart', () => {
  it('keeps counts, messages and dead letters', async () => {
    const [root, data] = [await fixtureRoot(), await temporary()];
    const first = await startFixture({ root, data });
    await post(first, [{ severity: 'SEV1', text: 'before' }, { fail: 'events' }]);
    await first.settle(20_000);
    const ledger = await first.ledger();
    await first.stop();
    const second = await startFixture({ root, data });
    await second.settle(20_000);
    expect(await second.ledger()).toEqual(ledger);
    expect(textsIn(second)).toEqual(['before']);
  });

  it('delivers again what was accepted and not done', async () => {
    const [root, data] = [await fixtureRoot(), await temporary()];
    const first = await startFixture({ root, data });
    await post(first, { severity: 'SEV1', text: 'in the middle' });
    await first.stop();
    const second = await startFixture({ root, data });
    await second.settle(20_000);
    expect(textsIn(second)).toContain('in the middle');
  });

  it('loses nothing that answered 202 when it is killed at any moment', async () => {
    const [root, data] = [await fixtureRoot(), await temporary()];
    const accepted: string[] = [];
    for (const round of [0, 1, 2]) {
      const { url, process: child } = await spawnFixture(root, data);
      const posts = Array.from({ length: 15 }, async (_, i) => {
        const text = `round ${round} event ${i}`;
        const response = await fetch(`${url}/intake`, {
          method: 'POST',
          body: JSON.stringify({ severity: 'SEV1', text }),
        });
        if (response.status === 202) accepted.push(text);
      });
      // Killed when so many have been answered: before, in the midst of, and after their handling.
      await Promise.race([Promise.all(posts.slice(0, 3 + round * 6)), once(child, 'exit')]);
      child.kill('SIGKILL');
      await Promise.allSettled(posts);
    }
    const last = await startFixture({ root, data, rates: false });
    await last.settle(120_000);
    // A telling that found no time would be kept there: not lost, but not what this is about.
    expect(await deadIn(last)).toMatchObject({ SlackDeadQueue: 0, SignalsDeadQueue: 0 });
    expect(accepted.length).toBeGreaterThanOrEqual(3 + 9 + 15);
    expect(new Set(textsIn(last))).toEqual(new Set([...textsIn(last), ...accepted]));
  }, 240_000);
});

describe('the compiled template', () => {
  it('says what to run when it cannot be read', async () => {
    const root = await fixtureRoot();
    await writeFile(join(root, '.serverless', 'cloudformation-template-update-stack.json'), 'not json');
    await expect(startFixture({ root })).rejects.toThrow(/npx sls package/);
  });
});

async function spawnFixture(root: string, data: string): Promise<{ url: string; process: ChildProcess }> {
  const script = fileURLToPath(new URL('./fixture/run.ts', import.meta.url));
  const child = spawn(process.execPath, [script, root, data], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { url: line.toString().trim(), process: child };
}
