import { describe, expect, it } from 'vitest';
import type { Bundle } from '../../shared/model/bundle.ts';
import type { Outcome } from '../../shared/model/telling.ts';
import { bundle, HOUR, MINUTE, MORNING, report, tally } from '../support/make.ts';
import { type Fault, makeWorld } from '../support/world.ts';

const T = MORNING;
const fires = (at: number, over: Partial<Bundle> = {}): Bundle =>
  bundle({
    severity: 'SEV1',
    firing: [tally(`m${at}`, at)],
    receivedAt: at,
    report: report({ time: at, signalId: `s${at}` }),
    ...over,
  });
const ends = (at: number): Bundle =>
  bundle({
    severity: 'SEV1',
    resolvedAt: at,
    receivedAt: at,
    report: report({ time: at, signalId: `e${at}` }),
  });
type World = ReturnType<typeof makeWorld>;
const live = (world: World) => world.cards().filter((c) => !world.deleted.has(c.handle));
const openPages = (world: World) => {
  const open = new Map(world.pagerduty.map(({ key, do: what }) => [key, what === 'trigger']));
  return [...open].filter(([, is]) => is).map(([key]) => key);
};
/** How often somebody's telephone rang: a trigger of a key that is open already rings nowhere. */
function pages(world: World): number {
  const open = new Set<string>();
  let rang = 0;
  for (const { key, do: what } of world.pagerduty) {
    if (what === 'trigger' && !open.has(key)) rang += 1;
    if (what === 'trigger') open.add(key);
    else open.delete(key);
  }
  return rang;
}
const left = (world: World) =>
  [...world.store.incidents.values()]
    .flatMap((i) => i.deliveries)
    .filter((d) => d.strays.length > 0 || d.untoldSince !== null);

describe('while the table is away', () => {
  it('tells nothing for a minute, then a plain message marked untracked, and pages', async () => {
    const world = makeWorld();
    world.takeTable(true);
    world.enqueue(fires(T));
    await world.run(MINUTE);
    expect(world.slack).toEqual([]);
    await world.run(MINUTE);
    expect(world.cards()).toMatchObject([{ text: expect.stringContaining('Untracked') }]);
    expect(world.pagerduty.map((p) => p.do)).toEqual(['trigger']);
    expect(world.counted.ToldUntracked).toBe(2);
  });

  it('tells each problem once in five minutes, at each of its addresses', async () => {
    const world = makeWorld();
    world.takeTable(true);
    world.enqueue(fires(T), { ...fires(T), incident: 'other' as Bundle['incident'] });
    await world.run(HOUR);
    const times = world.untracked.map((u) => [u.at, u.bundle.incident, u.target.address] as const);
    for (const same of Map.groupBy(times, ([, incident, address]) => `${incident} ${address}`).values()) {
      expect(same.length).toBeGreaterThanOrEqual(9);
      const gaps = same.slice(1).map(([at], i) => at - (same[i]?.[0] ?? 0));
      expect(Math.min(...gaps)).toBeGreaterThanOrEqual(5 * MINUTE);
      expect(Math.max(...gaps)).toBeLessThan(7 * MINUTE);
    }
  });

  it('never sends more than one message a second to a channel', async () => {
    const world = makeWorld();
    world.takeTable(true);
    for (let i = 0; i < 30; i += 1)
      world.enqueue(fires(T, { incident: `n${i}` as Bundle['incident'], severity: 'SEV3' }));
    await world.run(3 * MINUTE);
    const posts = world.calls.filter((c) => c.kind === 'slack').map((c) => c.at);
    expect(posts).toHaveLength(30);
    const gaps = posts.slice(1).map((at, i) => at - (posts[i] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1_000);
  });

  it.each<[string, Bundle]>([
    ['an end', ends(T)],
    ['what is over already', { ...fires(T), resolvedAt: T + 1 }],
  ])('%s waits: nobody is called for it', async (_, some) => {
    const world = makeWorld();
    world.takeTable(true);
    world.enqueue(some);
    await world.run(10 * MINUTE);
    expect(world.slack).toEqual([]);
    expect(world.pagerduty).toEqual([]);
  });

  it('pages only from the severity that the route pages at', async () => {
    const world = makeWorld();
    world.takeTable(true);
    world.enqueue(fires(T, { severity: 'SEV3' }));
    await world.run(10 * MINUTE);
    expect(world.cards().length).toBeGreaterThan(0);
    expect(world.pagerduty).toEqual([]);
  });

  it('tells nothing that a silence or a window keeps from being told', async () => {
    const world = makeWorld();
    world.silence({
      kind: 'silence',
      by: 'maintenance',
      at: 'hansho.yml:9',
      because: 'planned',
      until: T + HOUR,
    });
    world.takeTable(true);
    world.enqueue(fires(T));
    await world.run(10 * MINUTE);
    expect(world.slack).toEqual([]);
    expect(world.pagerduty).toEqual([]);
    const held = world.logged.filter(({ what }) => what === 'not told untracked');
    expect(held[0]?.fields.because).toBe('held by maintenance (hansho.yml:9): planned');
  });

  it('says that an address is broken, and is tried again with the next message', async () => {
    const world = makeWorld();
    const broken: Outcome = { is: 'broken', code: 'token_revoked', hint: 'store a new token' };
    world.faults.slack.push(broken);
    world.takeTable(true);
    world.enqueue(fires(T, { severity: 'SEV3' }));
    await world.run(3 * MINUTE);
    expect(world.counted.AddressBroken).toBe(1);
    expect(world.slack).toEqual([]);
    await world.run(10 * MINUTE);
    expect(world.cards().length).toBeGreaterThan(0);
  });
});

describe('when the table is back', () => {
  it.each([2, 7, 90])(
    'after %i minutes: one card, one page under the same key, nothing left over',
    async (minutes) => {
      const world = makeWorld();
      world.takeTable(true);
      world.enqueue(fires(T));
      await world.run(minutes * MINUTE);
      world.takeTable(false);
      await world.run(HOUR);
      expect(live(world)).toMatchObject([{ text: expect.not.stringContaining('Untracked') }]);
      expect(pages(world)).toBe(1);
      expect(openPages(world)).toHaveLength(1);
      expect(left(world)).toEqual([]);
      world.enqueue(ends(T + 3 * HOUR));
      await world.run(HOUR);
      expect(openPages(world)).toEqual([]);
      expect(live(world)).toHaveLength(1);
      expect(left(world)).toEqual([]);
    },
  );

  it('ends the page and leaves one card of what is over by then', async () => {
    const world = makeWorld();
    world.takeTable(true);
    world.enqueue(fires(T));
    await world.run(3 * MINUTE);
    world.enqueue(ends(T + 3 * MINUTE));
    await world.run(3 * MINUTE);
    world.takeTable(false);
    await world.run(HOUR);
    expect(pages(world)).toBe(1);
    expect(openPages(world)).toEqual([]);
    expect(live(world)).toHaveLength(1);
    expect(left(world)).toEqual([]);
  });

  it('pages nobody again for what was open before, and keeps its card', async () => {
    const world = makeWorld();
    await world.track(fires(T));
    await world.run(MINUTE);
    world.takeTable(true);
    world.enqueue(fires(T + 2 * MINUTE));
    await world.run(10 * MINUTE);
    world.takeTable(false);
    await world.run(HOUR);
    expect(pages(world)).toBe(1);
    expect(openPages(world)).toHaveLength(1);
    expect(live(world)).toHaveLength(1);
    expect(left(world)).toEqual([]);
  });

  it('leaves one open page of a later occurrence, under the key that is tracked', async () => {
    const world = makeWorld();
    await world.track(fires(T));
    await world.run(MINUTE);
    await world.track(ends(T + MINUTE));
    await world.run(6 * HOUR);
    world.takeTable(true);
    world.enqueue(fires(T + 6 * HOUR));
    await world.run(10 * MINUTE);
    world.takeTable(false);
    await world.run(HOUR);
    const [delivery] = [...world.store.incidents.values()]
      .flatMap((i) => i.deliveries)
      .filter((d) => d.target.kind === 'pagerduty');
    expect(openPages(world)).toEqual([delivery?.handle]);
    expect(left(world)).toEqual([]);
  });

  it('tells a backlog of untracked messages no more: it is tracked', async () => {
    const world = makeWorld();
    await world.track(fires(T));
    await world.run(MINUTE);
    const [target] = [...world.store.incidents.values()].flatMap((i) => i.deliveries).map((d) => d.target);
    if (target === undefined) throw new Error('told nowhere');
    const before = world.slack.length;
    await world.tellUntracked({ target, bundle: fires(T), since: T });
    expect(world.slack).toHaveLength(before);
  });

  it('removes what it told in a channel where nothing was ever told before, and never will be', async () => {
    const world = makeWorld();
    world.takeTable(true);
    world.enqueue(fires(T, { severity: 'SEV4' }));
    await world.run(3 * MINUTE);
    expect(world.cards()).toMatchObject([{ handle: expect.stringContaining('#notify') }]);
    world.enqueue(fires(T + 3 * MINUTE));
    world.takeTable(false);
    await world.run(HOUR);
    expect(live(world)).toMatchObject([{ handle: expect.stringContaining('#alert') }]);
    expect(left(world)).toEqual([]);
  });

  it('removes the messages of crashes too: what may be there is handed over before it is sent', async () => {
    const world = makeWorld();
    world.takeTable(true);
    world.faults.slack.push(...Array<Fault>(2).fill('crash-after'));
    world.enqueue(fires(T, { severity: 'SEV3' }));
    await world.run(20 * MINUTE);
    expect(world.cards().length).toBeGreaterThan(2);
    world.takeTable(false);
    await world.run(HOUR);
    expect(live(world)).toMatchObject([{ text: expect.not.stringContaining('Untracked') }]);
    expect(left(world)).toEqual([]);
  });
});

it('a hand-over that comes twice while the table is away becomes no third', async () => {
  const world = makeWorld();
  world.takeTable(true);
  world.enqueue(fires(T));
  await world.run(3 * MINUTE);
  const [first] = world.wakes;
  const same = () => world.wakes.filter(({ wake }) => JSON.stringify(wake) === JSON.stringify(first?.wake));
  world.wakes.push(...same());
  expect(same()).toHaveLength(2);
  await world.run(HOUR);
  expect(same()).toHaveLength(2);
});

/** Told untracked, and its signal has been gone for all but an hour of the two days that it is waited for. */
async function neverTracked() {
  const world = makeWorld();
  world.takeTable(true);
  world.enqueue(fires(T));
  await world.run(3 * MINUTE);
  world.signals.length = 0;
  world.takeTable(false);
  await world.run(47 * HOUR);
  return world;
}

it('the end of what never was tracked is tried again when it fails', async () => {
  const world = await neverTracked();
  world.faults.pagerduty.push({ is: 'retry', because: 'HTTP 503' });
  await world.run(2 * HOUR);
  expect(openPages(world)).toEqual([]);
  expect(world.wakes).toEqual([]);
});

it('a page whose signal never comes back is ended after two days, and its message removed', async () => {
  const world = await neverTracked();
  expect(openPages(world)).toHaveLength(1);
  expect(live(world)).toHaveLength(1);
  await world.run(2 * HOUR);
  expect(openPages(world)).toEqual([]);
  expect(live(world)).toEqual([]);
  const ended = world.logged
    .filter(({ what }) => what === 'never tracked')
    .map(({ fields }) => fields.address);
  expect(new Set(ended).size).toBe(2);
  expect(world.wakes).toEqual([]);
});
