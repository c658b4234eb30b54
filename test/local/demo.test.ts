import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { movedTo } from '../../local/demo.ts';
import { pack } from '../../local/log-payload.ts';

const NOW = Date.UTC(2026, 10, 22);

describe('an event moved to now', () => {
  it('has its newest time now, and the others as far before it as they were', async () => {
    const event = {
      time: '2026-01-01T00:01:00Z',
      detail: { from: '2026-01-01T00:00:00.000Z', note: 'on 2026-01-01' },
    };
    expect(await movedTo(event, NOW)).toEqual({
      time: '2026-11-22T00:00:00.000Z',
      detail: { from: '2026-11-21T23:59:00.000Z', note: 'on 2026-01-01' },
    });
  });

  it('knows the forms that AWS writes: offsets, HTTP dates, epoch ms', async () => {
    const event = {
      state: { timestamp: '2026-01-01T00:00:00.000+0000' },
      startTime: 'Thu, 01 Jan 2026 00:00:00 GMT',
      logEvents: [{ timestamp: Date.UTC(2026, 0, 1), message: 'm' }],
      count: 1_700_000_000_000,
    };
    expect(await movedTo(event, NOW)).toEqual({
      state: { timestamp: '2026-11-22T00:00:00.000+0000' },
      startTime: 'Sun, 22 Nov 2026 00:00:00 GMT',
      logEvents: [{ timestamp: NOW, message: 'm' }],
      count: 1_700_000_000_000,
    });
  });

  it('unpacks a log payload and packs it again', async () => {
    const data = await pack({ logEvents: [{ id: '1', timestamp: Date.UTC(2026, 0, 1), message: 'm' }] });
    const moved = (await movedTo({ awslogs: { data } }, NOW)) as { awslogs: { data: string } };
    expect(JSON.parse(gunzipSync(Buffer.from(moved.awslogs.data, 'base64')).toString())).toEqual({
      logEvents: [{ id: '1', timestamp: NOW, message: 'm' }],
    });
  });

  it('leaves an event without times as it is', async () => {
    expect(await movedTo({ a: [1, 'x', null] }, NOW)).toEqual({ a: [1, 'x', null] });
  });
});
