import { deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { decodeLogs, type LogBatch, toBatch } from '../../shared/sources/logs.ts';

const event = (n: number, message = `line ${n}`) => ({
  id: `e${n}`,
  timestamp: 1_800_000_000_000 + n,
  message,
});
const payload = (events: readonly unknown[]) => ({
  messageType: 'DATA_MESSAGE',
  owner: '123456789012',
  logGroup: '/aws/lambda/orders',
  logStream: '2027/01/05/[1]0a1b',
  subscriptionFilters: ['all'],
  logEvents: events,
});
const pack = (value: unknown) => gzipSync(JSON.stringify(value)).toString('base64');

async function batchOf(data: string, limit?: number): Promise<LogBatch> {
  const decoded = await decodeLogs(data, limit === undefined ? {} : { limit });
  if (!decoded.ok) throw new Error(decoded.because);
  return decoded.batch;
}

/** Bytes that do not shrink, so that a small gzip is enough to have something in its middle. */
const noise = (n: number) =>
  Array.from({ length: n }, (_, i) => ((i * 2_654_435_761) >>> 3).toString(36)).join('');

describe('a whole payload', () => {
  it('comes out as it was put in', async () => {
    const batch = await batchOf(pack(payload([event(1), event(2, 'エラー: 決済 🍜')])));
    expect(batch).toMatchObject({
      owner: '123456789012',
      logGroup: '/aws/lambda/orders',
      cut: null,
      faults: [],
    });
    expect(batch.logEvents).toEqual([event(1), event(2, 'エラー: 決済 🍜')]);
  });

  it('may be in several gzip members, zlib instead of gzip, or not compressed', async () => {
    const text = JSON.stringify(payload([event(1), event(2)]));
    const members = Buffer.concat([gzipSync(text.slice(0, 80)), gzipSync(text.slice(80))]);
    for (const bytes of [members, deflateSync(text), Buffer.from(text)]) {
      expect((await batchOf(bytes.toString('base64'))).logEvents).toEqual([event(1), event(2)]);
    }
  });

  it('may have white space in its base64', async () => {
    const data = pack(payload([event(1)])).replace(/.{20}/g, '$&\n');
    expect((await batchOf(data)).logEvents).toHaveLength(1);
  });

  it('that is a control message is taken without events', async () => {
    const control = { messageType: 'CONTROL_MESSAGE', owner: '', logGroup: '', logStream: '' };
    expect(
      await batchOf(pack({ ...control, logEvents: [event(1, 'CWL CONTROL MESSAGE: checking')] })),
    ).toMatchObject(control);
    expect(await batchOf(pack(control))).toMatchObject({ logEvents: [] });
  });
});

describe('what cannot be read gives its reason, and never throws', () => {
  const cut = (value: unknown, at: number) =>
    gzipSync(JSON.stringify(value)).subarray(0, at).toString('base64');
  test.each([
    ['', 'awslogs.data is empty'],
    ['***', 'awslogs.data is not base64'],
    ['aGVsbG8gd29ybGQ=', 'awslogs.data is not gzip'],
    [
      gzipSync('not json').toString('base64'),
      'its JSON ends early or is damaged, and not one whole log event could be read',
    ],
    [pack([1, 2]), 'the payload is not a JSON object'],
    [pack(null), 'the payload is not a JSON object'],
    [pack({ logGroup: 'g' }), 'the payload has no logEvents list'],
    [pack({ logGroup: 'g', logEvents: 'x' }), 'the payload has no logEvents list'],
    [pack({ logEvents: [] }), 'the payload names no logGroup'],
    [cut(payload([event(1)]), 60), 'and not one whole log event could be read'],
    ['H4sI', 'awslogs.data is not gzip'],
  ])('%j', async (data, because) => {
    expect(await decodeLogs(data)).toEqual({ ok: false, because: expect.stringContaining(because) });
  });

  it('any damage to a payload gives a batch or a reason', async () => {
    const good = gzipSync(JSON.stringify(payload(Array.from({ length: 20 }, (_, n) => event(n)))));
    const damage = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(damage, fc.nat(good.length), async (bytes, end) => {
        const bad = Buffer.from(good.subarray(0, end));
        for (const [at, value] of bytes) if (at < end) bad[at] = value;
        const decoded = await decodeLogs(bad.toString('base64'), { limit: 65_536 });
        return decoded.ok ? decoded.batch.logEvents.length <= 20 : decoded.because.length > 5;
      }),
      { numRuns: 500 },
    );
  });
});

describe('a payload that is cut keeps its whole events and says so', () => {
  const many = Array.from({ length: 200 }, (_, n) => event(n, noise(40) + n));

  it('at the limit', async () => {
    const batch = await batchOf(pack(payload(many)), 20_000);
    expect(batch.logEvents.length).toBeGreaterThan(10);
    expect(batch.logEvents).toEqual(many.slice(0, batch.logEvents.length));
    expect(batch.cut).toEqual({ bytes: 20_000, because: 'it inflates to more than 20000 bytes' });
    expect(batch).toMatchObject({ owner: '123456789012', logGroup: '/aws/lambda/orders' });
  });

  it('exactly at its size is not cut', async () => {
    const size = Buffer.byteLength(JSON.stringify(payload(many)));
    expect((await batchOf(pack(payload(many)), size)).cut).toBeNull();
    expect((await batchOf(pack(payload(many)), size - 1)).cut).not.toBeNull();
  });

  it('where the gzip ends early', async () => {
    const whole = gzipSync(JSON.stringify(payload(many)));
    const batch = await batchOf(whole.subarray(0, whole.length / 2).toString('base64'));
    expect(batch.logEvents.length).toBeGreaterThan(10);
    expect(batch.logEvents).toEqual(many.slice(0, batch.logEvents.length));
    expect(batch.cut?.because).toBe('its JSON ends early or is damaged');
  });

  it('where the gzip is damaged', async () => {
    // Random text over several blocks: what stands before the damage was inflated already.
    const text = JSON.stringify(
      payload(Array.from({ length: 4_000 }, (_, n) => event(n, `${noise(9)}${(n * 48_271) % 65_537}`))),
    );
    const whole = gzipSync(text, { memLevel: 1 });
    const bad = Buffer.from(whole);
    bad.fill(0xff, Math.trunc(whole.length / 2), Math.trunc(whole.length / 2) + 64);
    const batch = await batchOf(bad.toString('base64'));
    expect(batch.logEvents.length).toBeGreaterThan(100);
    expect(batch.cut).not.toBeNull();
  });

  it('with brackets and escaped quotes in the messages', async () => {
    const tricky = event(1, '"},{"id":"forged","message":"[}{\\"\\\\"]}');
    const text = JSON.stringify(payload([tricky, event(2), event(3)]));
    const data = gzipSync(text.slice(0, text.lastIndexOf('line 3'))).toString('base64');
    expect((await batchOf(data)).logEvents).toEqual([tricky, event(2)]);
  });

  it('a bomb of 200 MB of zeros costs no more than the limit', async () => {
    const bomb = gzipSync(Buffer.alloc(200_000_000)).toString('base64');
    const because = 'it inflates to more than 1000000 bytes, and not one whole log event could be read';
    expect(await decodeLogs(bomb, { limit: 1_000_000 })).toEqual({ ok: false, because });
  }, 60_000);

  it('a bomb behind whole events keeps them', async () => {
    const data = pack(payload([event(1), event(2), event(3, ' '.repeat(5_000_000))]));
    const batch = await batchOf(data, 1_000_000);
    expect(batch.logEvents).toEqual([event(1), event(2)]);
    expect(batch.cut?.bytes).toBe(1_000_000);
  });

  it.each([0, 1, 10, 1_000_000, 0xffff_ffff])(
    'a stated size of %d that is a lie allocates nothing and is damage',
    async (lie) => {
      const bytes = gzipSync(JSON.stringify(payload([event(1), event(2)])));
      bytes.writeUInt32LE(lie, bytes.length - 4);
      const because = 'its gzip data is damaged (incorrect length check)';
      expect(await decodeLogs(bytes.toString('base64'))).toEqual({ ok: false, because });
    },
  );
});

describe('a bad event costs only itself', () => {
  const read = (...events: readonly unknown[]) => {
    const decoded = toBatch(payload([event(1), ...events, event(9)]));
    if (!decoded.ok) throw new Error(decoded.because);
    return decoded.batch;
  };

  test.each([
    [{ id: 'a', timestamp: 1_800_000_000_000 }, 'the log event has no message'],
    [{ id: 'a', timestamp: 1_800_000_000_000, message: null }, 'the log event has no message'],
    ['text', 'the log event is not an object'],
    [null, 'the log event is not an object'],
    [[], 'the log event is not an object'],
  ])('%j is a fault', (bad, because) => {
    const batch = read(bad);
    expect(batch.logEvents).toEqual([event(1), event(9)]);
    expect(batch.faults).toEqual([{ where: 'logEvents[1]', because, raw: JSON.stringify(bad) }]);
  });

  test.each([
    ['an object as message is shown as JSON', { message: { user: 'a' } }, { message: '{"user":"a"}' }],
    ['a number as message is shown', { message: 7 }, { message: '7' }],
    ['a number as id is used', { id: 12 }, { id: '12' }],
    ['a time as text is read', { timestamp: '1800000000001' }, { timestamp: 1_800_000_000_001 }],
    ['a time in seconds is read', { timestamp: 1_800_000_000 }, { timestamp: 1_800_000_000_000 }],
    ['a time that no date can hold is left open', { timestamp: 1e300 }, { timestamp: null }],
    ['a missing time is left open', { timestamp: undefined }, { timestamp: null }],
  ])('%s', (_, given, expected) => {
    expect(read({ ...event(5), ...given }).logEvents[1]).toEqual({ ...event(5), ...expected });
  });

  it('a missing id is derived from stream, time and text: the same again, another for another text', () => {
    const idOf = (message: string) => read({ timestamp: 1_800_000_000_000, message }).logEvents[1]?.id;
    expect(idOf('a')).toMatch(/^[0-9a-f]{24}$/);
    expect(idOf('a')).toBe(idOf('a'));
    expect(idOf('a')).not.toBe(idOf('b'));
  });

  it('a fault holds no more than 64 kB of the event', () => {
    expect(read({ id: 'a', junk: 'x'.repeat(200_000) }).faults[0]?.raw).toHaveLength(65_536);
  });

  it('invalid UTF-8 becomes replacement characters', async () => {
    const bytes = Buffer.from(JSON.stringify(payload([event(1, 'ERROR a?b')])));
    bytes[bytes.indexOf('?')] = 0xff;
    expect((await batchOf(gzipSync(bytes).toString('base64'))).logEvents[0]?.message).toBe('ERROR a\ufffdb');
  });

  it('__proto__ keys are plain data', () => {
    const hostile: unknown = JSON.parse('{"__proto__":{"logGroup":"forged","logEvents":[]},"owner":"1"}');
    expect(toBatch(hostile)).toEqual({ ok: false, because: 'the payload names no logGroup' });
  });
});
