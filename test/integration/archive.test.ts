import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { tasksOf } from '../../cli/replay/read.ts';
import { replay } from '../../cli/replay/run.ts';
import { rulesFrom } from '../config/make.ts';
import { MORNING } from '../rules/make.ts';
import { post, startQuietly, subscription } from './local.ts';

it('what the deployed functions judged can be replayed from the data folder', async () => {
  const data = await mkdtemp(join(tmpdir(), 'hansho-replay-'));
  const local = await startQuietly({ data });
  try {
    const lines = ['ERROR card declined, token=hunter2secret', 'WARNING slow', 'INFO fine'];
    const events = lines.map((message, i) => ({ id: `e-${i}`, timestamp: MORNING + i, message }));
    await post(local.url, subscription('/aws/lambda/checkout', events));
    await local.settle(60_000);
    expect(local.lines().some(({ text }) => text.startsWith('{"archived"'))).toBe(false);
  } finally {
    await local.stop();
  }
  const ignored = 'ignore: [{ match: { level: [WARNING] }, reason: r, owner: o, expires: never }]\n';
  const question = {
    before: rulesFrom(''),
    after: rulesFrom(ignored),
    region: 'us-east-1',
    at: null,
    now: MORNING,
    since: null,
  };
  const tally = await replay(await tasksOf([data]), question, 1);
  expect(tally).toMatchObject({ signals: 2, archived: 2, unreadable: 0, after: { told: 1, ignored: 1 } });
  expect([...tally.groups.keys()].join()).not.toContain('hunter2secret');
  await rm(data, { recursive: true });
}, 120_000);
