import { describe, expect, it } from 'vitest';
import type { Bundle, IncidentId } from '../../shared/model/bundle.ts';
import type { Address } from '../../shared/model/decision.ts';
import { stormIdOf } from '../../shared/pipeline/storm.ts';
import { bundle, HOUR, MINUTE, MORNING, report, STORM, tally, target } from '../support/make.ts';
import { makeWorld } from '../support/world.ts';

const ALERT = target('#alert').address;
const STORM_ID = stormIdOf(ALERT);

const fires = (id: string, at: number, over: Partial<Bundle> = {}): Bundle => ({
  ...bundle({
    firing: [tally(`${id}${at}`, at)],
    receivedAt: at,
    report: report({ time: at, signalId: `${id} ${at}`, title: `TypeError: ${id}` }),
    ...over,
  }),
  incident: id as IncidentId,
});
const ends = (id: string, at: number): Bundle => ({ ...fires(id, at, { firing: [] }), resolvedAt: at });

/** As many new problems at once as make a storm, and 30 more. */
const MANY = Array.from({ length: STORM.cards + 30 }, (_, i) => `p${i}`);

async function stormy() {
  const world = makeWorld();
  await world.track(...MANY.map((id) => fires(id, world.clock())));
  await world.run(3 * MINUTE);
  const heldOf = (id: string) => world.store.incidents.get(id)?.deliveries[0]?.held ?? null;
  const stormCards = () => world.cards().filter((c) => c.text.includes('Storm'));
  return { world, heldOf, stormCards, held: MANY.filter((id) => heldOf(id) !== null) };
}

describe('a storm', () => {
  it('is one card, and the first messages of the others wait, seen by whom, why and until when', async () => {
    const { world, heldOf, stormCards, held } = await stormy();
    expect(stormCards()).toHaveLength(1);
    expect(world.cards().length + held.length).toBe(MANY.length + 1);
    expect(held.length).toBeGreaterThan(MANY.length - 10);
    const one = heldOf(held[0] ?? '');
    expect(one).toMatchObject({
      by: 'storm',
      at: 'built-in',
      because: expect.stringContaining('60 new problems'),
    });
    expect(one?.until).toBeGreaterThan(world.clock());
  });

  it('is not told for as many as the channel takes', async () => {
    const world = makeWorld();
    await world.track(...MANY.slice(0, STORM.cards).map((id) => fires(id, world.clock())));
    await world.run(3 * MINUTE);
    expect(world.cards()).toHaveLength(STORM.cards);
    expect(world.store.incidents.has(STORM_ID)).toBe(false);
  });

  it('does not make what it holds late: no alarm for it', async () => {
    const { world } = await stormy();
    await world.run(20 * MINUTE);
    expect(world.counted.Untold).toBe(0);
  });

  it('is counted once, however often its signals come', async () => {
    const { world } = await stormy();
    await world.track(...MANY.map((id) => fires(id, MORNING)));
    await world.run(3 * MINUTE);
    expect(world.store.incidents.get(STORM_ID)?.storm?.openings.total).toBe(MANY.length);
  });

  it.each(['SEV1', 'SEV2'] as const)('never holds a %s, new or risen', async (severity) => {
    const { world, held } = await stormy();
    const risen = held[0] ?? '';
    await world.track(fires('grave', world.clock(), { severity }), fires(risen, world.clock(), { severity }));
    await world.run(10_000);
    expect(world.cards().filter((c) => c.text.includes(`${severity} · payments-api`))).toHaveLength(2);
  });

  it('never holds the end of what was told', async () => {
    const world = makeWorld();
    await world.track(fires('earlier', world.clock()));
    await world.run(MINUTE);
    await world.track(...MANY.map((id) => fires(id, world.clock())));
    await world.run(10_000);
    await world.track(ends('earlier', world.clock()));
    await world.run(MINUTE);
    expect(world.replies()).toHaveLength(1);
  });

  it('takes what is over before it was told: counted, written down with its reason, never told', async () => {
    const { world, held } = await stormy();
    const before = world.cards().length;
    for (const id of held) await world.track(ends(id, world.clock()));
    await world.run(HOUR);
    expect(world.cards()).toHaveLength(before);
    const taken = [...world.store.history.values()].filter((entry) => entry.what === 'taken');
    expect(taken).toHaveLength(held.length);
    expect(taken[0]?.detail).toMatchObject({ rule: 'storm', at: 'built-in', address: ALERT });
    expect(held.map((id) => world.store.incidents.get(id)?.facts.count)).toEqual(held.map(() => 1));
    expect(
      [...world.store.incidents.values()].flatMap((i) => i.deliveries).filter((d) => d.held !== null),
    ).toEqual([]);
  });

  it('is over after five calm minutes; what still fires is told a few a minute, and the card is green', async () => {
    const { world, held, stormCards } = await stormy();
    const firing = stormCards()[0]?.color;
    await world.run(HOUR);
    expect(stormCards()[0]?.color).not.toBe(firing);
    expect(world.cards()).toHaveLength(MANY.length + 1);
    const posts = world.calls.filter((c) => c.kind === 'slack' && c.do === 'post').map((c) => c.at);
    const perMinute = Map.groupBy(posts.slice(-held.length), (at) => Math.floor(at / MINUTE));
    expect(Math.max(...[...perMinute.values()].map((some) => some.length))).toBeLessThanOrEqual(12);
  });

  it('is a new card when it comes again', async () => {
    const { world, stormCards } = await stormy();
    await world.run(HOUR);
    await world.track(...MANY.map((id) => fires(`again-${id}`, world.clock())));
    await world.run(MINUTE);
    expect(stormCards()).toHaveLength(2);
    expect(world.store.incidents.get(STORM_ID)?.facts.occurrence).toBe(2);
  });

  it('at one channel holds nothing at another', async () => {
    const { world } = await stormy();
    await world.track(fires('elsewhere', world.clock(), { severity: 'SEV4', channel: 'notify' }));
    await world.run(MINUTE);
    expect(world.cards().filter((c) => c.handle.startsWith('C#notify'))).toHaveLength(1);
  });

  it('names at most a few services and kinds, and how many are left', async () => {
    const world = makeWorld();
    const services = Array.from({ length: 200 }, (_, i) => `service-${i}`);
    await world.track(
      ...services.map((service) =>
        fires(service, world.clock(), { report: report({ signalId: service, service, title: 'x' }) }),
      ),
    );
    const openings = world.store.incidents.get(STORM_ID)?.storm?.openings;
    expect(openings?.total).toBe(200);
    expect(openings?.services).toHaveLength(21);
    expect(openings?.services.at(-1)).toEqual(['', 180]);
    expect(openings?.kinds).toEqual([['log line', 200]]);
    expect((await world.store.loadCounts(ALERT as Address, MORNING)).size).toBeLessThan(50);
  });
});

describe('a storm of pages', () => {
  const SOME = MANY.slice(0, 40);
  const triggers = (world: ReturnType<typeof makeWorld>) =>
    new Set(world.pagerduty.filter((e) => e.do === 'trigger').map(({ key }) => key));
  async function calling() {
    const world = makeWorld();
    for (const some of [SOME.slice(0, 21), SOME.slice(21)]) {
      await world.track(...some.map((id) => fires(id, world.clock(), { severity: 'SEV2', quietMs: null })));
      await world.run(10_000);
    }
    return world;
  }

  it('of SEV2 calls somebody for what is the limit, and once for all the others; their cards are told one by one', async () => {
    const world = await calling();
    await world.run(2 * MINUTE);
    expect(triggers(world).size).toBeLessThanOrEqual(STORM.pages + 2);
    expect(world.cards()).toHaveLength(SOME.length);
  });

  it('calls for a SEV1 at once', async () => {
    const world = await calling();
    const before = triggers(world).size;
    await world.track(fires('grave', world.clock(), { severity: 'SEV1' }));
    await world.run(10_000);
    expect(triggers(world).size).toBe(before + 1);
  });

  it('ends: what still fires is paged two a minute, and every alert is ended with its problem', async () => {
    const world = await calling();
    await world.run(10 * MINUTE);
    const before = triggers(world).size;
    await world.run(2 * HOUR);
    expect(triggers(world).size).toBe(SOME.length + 1);
    expect(before).toBeLessThan(SOME.length);
    for (const id of SOME) await world.track(ends(id, world.clock()));
    await world.run(HOUR);
    const ended = new Set(world.pagerduty.filter((e) => e.do === 'resolve').map(({ key }) => key));
    expect(ended).toEqual(triggers(world));
  });
});

describe('flapping', () => {
  const step = 2 * MINUTE;
  async function flap(times: number, over: Partial<Bundle> = {}) {
    const world = makeWorld();
    for (let i = 0; i < times; i += 1) {
      await world.track(fires('door', world.clock(), over));
      await world.run(step / 2);
      await world.track(ends('door', world.clock()));
      await world.run(step / 2);
    }
    return world;
  }
  const flapping = (text: string) => text.includes('Flapping');

  it('is told once, in one broadcast reply, and then only the card moves', async () => {
    const world = await flap(12);
    const from = world.replies().findIndex((r) => flapping(r.text));
    expect(world.replies()[from]).toMatchObject({ broadcast: true });
    expect(world.replies().slice(from + 1)).toEqual([]);
    expect(world.cards()).toHaveLength(1);
    expect(world.cards()[0]?.updates).toBeGreaterThan(12);
  });

  it('is over ten calm minutes later: the card turns green and its end is told', async () => {
    const world = await flap(12);
    const firing = world.cards()[0]?.color;
    const before = world.replies().length;
    await world.run(15 * MINUTE);
    expect(world.cards()[0]?.color).not.toBe(firing);
    expect(world.replies().slice(before)).toMatchObject([{ broadcast: false }]);
    expect(world.store.incidents.get('door')?.deliveries.map((d) => d.untoldSince)).toEqual([null]);
  });

  it('that ends in firing says so once', async () => {
    const world = await flap(12);
    await world.track(fires('door', world.clock()));
    const before = world.replies().length;
    await world.run(15 * MINUTE);
    expect(world.replies().slice(before)).toMatchObject([
      { broadcast: true, text: expect.stringContaining('No longer flapping') },
    ]);
  });

  it('never damps a rise', async () => {
    const world = await flap(12);
    const before = world.replies().length;
    await world.track(fires('door', world.clock(), { severity: 'SEV1' }));
    await world.run(MINUTE);
    expect(world.replies().slice(before)).toMatchObject([{ broadcast: true }]);
  });

  it('keeps one page open, and ends it when it is calm', async () => {
    const world = await flap(12, { severity: 'SEV2' });
    const open = world.pagerduty.length;
    expect(world.pagerduty.at(-1)?.do).toBe('trigger');
    expect(open).toBeLessThanOrEqual(9);
    await world.run(15 * MINUTE);
    expect(world.pagerduty.slice(open)).toEqual([{ do: 'resolve', key: world.pagerduty.at(-2)?.key }]);
  });

  it('that ends in firing pages nobody again: the page is open', async () => {
    const world = await flap(12, { severity: 'SEV2' });
    await world.track(fires('door', world.clock(), { severity: 'SEV2' }));
    const open = world.pagerduty.length;
    await world.run(15 * MINUTE);
    expect(world.pagerduty).toHaveLength(open);
    await world.track(ends('door', world.clock()));
    await world.run(MINUTE);
    expect(world.pagerduty.at(-1)?.do).toBe('resolve');
  });
});
