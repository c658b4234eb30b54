import { describe, expect, it } from 'vitest';
import { aroundReply } from '../../shared/destinations/slack/around.ts';
import { absorb } from '../../shared/incidents/absorb.ts';
import type { Address } from '../../shared/model/decision.ts';
import type { Telling } from '../../shared/model/incident.ts';
import type { JsonObject } from '../../shared/model/json.ts';
import type { Place } from '../../shared/model/signal.ts';
import type { Outcome, SlackCall } from '../../shared/model/telling.ts';
import { type AroundDeps, tellAround } from '../../shared/pipeline/around.ts';
import { bundle, MINUTE, MORNING, policy, report, tally } from '../support/make.ts';
import { memoryStore } from '../support/memory.ts';
import { makeWorld } from '../support/world.ts';

const ADDRESS = 'slack:#alert' as Address;
const STREAM: Place = { is: 'log-stream', group: '/ecs/web', stream: 's1', at: MORNING };
const LINES = ['GET /pay', 'ERROR card gateway refused', 'rolled back'];

function telling(more: Parameters<typeof report>[0] = {}): Telling {
  const one = report({ source: 'logs', places: [STREAM], ...more });
  return { incident: absorb(null, bundle({ report: one }), policy, MORNING).incident, report: one };
}

function around(
  linesAround: AroundDeps<SlackCall>['linesAround'],
  { outcome = { is: 'told', handle: 'C1/2' } as Outcome, slow = false } = {},
) {
  const sent: SlackCall[] = [];
  const logged: JsonObject[] = [];
  const store = memoryStore();
  const deps: AroundDeps<SlackCall> = {
    kind: 'slack',
    linesAround,
    reply: (lines, about, _address, handle, nonce) => aroundReply(lines, about, handle, nonce, 'en'),
    send: async (call) => {
      sent.push(call);
      return outcome;
    },
    store,
    clock: () => MORNING,
    sleep: async () => {},
    nonce: () => 'abc',
    within: async (ms, work) => {
      if (slow) throw new Error(`No answer within ${ms} ms.`);
      return work;
    },
    log: {
      info: (what, fields) => void logged.push({ what, ...fields }),
      warn: () => expect.unreachable(),
      error: () => expect.unreachable(),
    },
    metrics: { count: () => {} },
  };
  return { sent, logged, store, tell: (about: Telling) => tellAround(about, ADDRESS, 'C1/1', deps) };
}

describe('the lines around a log error', () => {
  it('are one quiet reply in the thread, letter by letter', async () => {
    const asked: unknown[] = [];
    const { sent, tell, logged } = around(async (...what) => {
      asked.push(what);
      return LINES;
    });
    await tell(telling());
    expect(asked).toEqual([[STREAM, 5]]);
    expect(sent).toEqual([
      {
        do: 'reply',
        handle: 'C1/1',
        text: 'The lines around it, from the same log stream',
        broadcast: false,
        mark: { incident: telling().incident.id, nonce: 'abc' },
        blocks: [
          {
            type: 'rich_text',
            elements: [
              expect.objectContaining({ type: 'rich_text_section' }),
              { type: 'rich_text_preformatted', elements: [{ type: 'text', text: LINES.join('\n') }] },
            ],
          },
        ],
      },
    ]);
    expect(logged).toEqual([expect.objectContaining({ what: 'lines around', told: 3 })]);
  });

  it.each([
    { what: 'a secret', line: 'key AKIAIOSFODNN7EXAMPLE', never: 'AKIAIOSFODNN7EXAMPLE' },
    { what: 'a ping', line: 'hello <!channel>', never: '<!channel>' },
  ])('never carry $what', async ({ line, never }) => {
    const { sent, tell } = around(async () => [...LINES, line]);
    await tell(telling());
    expect(sent).toHaveLength(1);
    expect(JSON.stringify(sent)).not.toContain(never);
  });

  it('never carry a secret whose key stands on the line before', async () => {
    const { sent, tell } = around(async () => ['password:', 'hunter2-and-more', 'ERROR login']);
    await tell(telling());
    expect(JSON.stringify(sent)).not.toContain('hunter2');
  });

  it('never carry the middle of a private key that began before them', async () => {
    const body = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj';
    const { sent, tell } = around(async () => [body, body, body, body, body, 'ERROR login']);
    await tell(telling());
    expect(sent).toHaveLength(1);
    expect(JSON.stringify(sent)).not.toContain(body);
  });

  it('stay short, however long a line is', async () => {
    const { sent, tell } = around(async () => Array.from({ length: 11 }, () => 'x '.repeat(100_000)));
    await tell(telling());
    expect(JSON.stringify(sent).length).toBeLessThan(4_000);
  });

  it.each<{ why: string; about?: Telling; lines?: readonly string[] }>([
    { why: 'it is no log line', about: telling({ source: 'alarm' }) },
    { why: 'it names no stream', about: telling({ places: [] }) },
    { why: 'it stands alone in its stream', lines: ['ERROR'] },
    { why: 'the stream is gone', lines: [] },
  ])('are left out when $why', async ({ about = telling(), lines = LINES }) => {
    const { sent, tell } = around(async () => lines);
    await tell(about);
    expect(sent).toEqual([]);
  });

  it('are left out when reading fails or takes too long, and nobody is bothered', async () => {
    for (const { sent, tell, logged } of [
      around(async () => Promise.reject(new Error('AccessDenied'))),
      around(async () => LINES, { slow: true }),
    ]) {
      await expect(tell(telling())).resolves.toBeUndefined();
      expect(sent).toEqual([]);
      expect(logged).toEqual([expect.objectContaining({ told: 0 })]);
    }
  });

  it('give way where the channel has no slot free', async () => {
    const { sent, tell, store } = around(async () => LINES);
    await store.saveAddress({ ...(await store.loadAddress(ADDRESS)), nextFreeAt: MORNING + 5_000 });
    await tell(telling());
    expect(sent).toEqual([]);
  });

  it.each<{ outcome: Outcome; blockedUntil: number }>([
    { outcome: { is: 'wait', ms: 30_000, because: '429' }, blockedUntil: MORNING + 30_000 },
    { outcome: { is: 'broken', code: 'x', hint: 'y' }, blockedUntil: 0 },
    { outcome: { is: 'unsettled', because: 'no answer' }, blockedUntil: 0 },
  ])(
    'refused by $outcome.is: the address learns only that it must wait',
    async ({ outcome, blockedUntil }) => {
      const { tell, store } = around(async () => LINES, { outcome });
      await tell(telling());
      expect(await store.loadAddress(ADDRESS)).toMatchObject({ blockedUntil, broken: null });
    },
  );
});

describe('what is added to a card', () => {
  function world() {
    const added: string[] = [];
    const made = makeWorld(undefined, {
      opened: async ({ incident }, address, handle) => {
        const stored = await made.store.load(incident.id);
        const shown = stored?.deliveries.some((d) => d.handle === handle && d.shown !== null);
        added.push(`${address} ${handle} ${shown === true ? 'after it was written down' : 'too early'}`);
      },
    });
    return { made, added };
  }
  const firing = (mark: string, at: number) => bundle({ firing: [tally(mark, at)] });

  it('is asked for once, by the call that posted it, after that is written down', async () => {
    const { made, added } = world();
    await made.track(firing('a', MORNING));
    await made.run(MINUTE);
    expect(added).toEqual(['slack:#alert C#alert/1 after it was written down']);
    await made.track(firing('b', MORNING + MINUTE));
    await made.run(10 * MINUTE);
    expect(made.cards()[0]?.updates).toBeGreaterThan(0);
    expect(added).toHaveLength(1);
  });

  it('is not asked for again for a card that takes the place of a deleted one', async () => {
    const { made, added } = world();
    await made.track(firing('a', MORNING));
    await made.run(5 * MINUTE);
    const before = added.length;
    for (const { handle } of made.cards()) made.deleted.add(handle);
    await made.track(firing('b', MORNING + 5 * MINUTE));
    await made.run(10 * MINUTE);
    expect(made.cards().length).toBeGreaterThan(1);
    expect([before, added.length]).toEqual([1, 1]);
  });
});
