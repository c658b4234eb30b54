import { describe, expect, it, test } from 'vitest';
import type { Bundle } from '../../shared/model/bundle.ts';
import type { Incident } from '../../shared/model/incident.ts';
import type { Severity } from '../../shared/model/severity.ts';
import type { Outcome } from '../../shared/model/telling.ts';
import { bundle, HOUR, MINUTE, MORNING, report, tally } from '../support/make.ts';
import { type Fault, makeWorld } from '../support/world.ts';

const T = MORNING;
const fires = (at: number, over: Partial<Bundle> = {}): Bundle =>
  bundle({
    firing: [tally(`m${at}`, at)],
    receivedAt: at,
    report: report({ time: at, signalId: `s${at}` }),
    ...over,
  });
const ends = (at: number): Bundle =>
  bundle({ resolvedAt: at, receivedAt: at, report: report({ time: at, signalId: `e${at}` }) });
const untold = (world: ReturnType<typeof makeWorld>) =>
  [...world.store.incidents.values()].flatMap((i) => i.deliveries).filter((d) => d.untoldSince !== null);

const strays = (world: ReturnType<typeof makeWorld>) =>
  [...world.store.incidents.values()].flatMap((i) => i.deliveries).flatMap((d) => d.strays);

describe('telling', () => {
  it('posts one card for an opening and nothing more for a repeat of its wake-up', async () => {
    const world = makeWorld();
    await world.track(fires(T));
    world.wakes.push(...world.wakes.map((w) => ({ ...w })));
    await world.run(HOUR);
    expect(world.cards()).toHaveLength(1);
    expect(world.replies()).toHaveLength(0);
    expect(untold(world)).toEqual([]);
  });

  it('turns the card green and replies in its thread when it is over, and resolves the page with the same key', async () => {
    const world = makeWorld();
    await world.track(fires(T, { severity: 'SEV2' }));
    await world.run(MINUTE);
    const firing = world.cards()[0]?.color;
    await world.track(ends(T + 2 * MINUTE));
    await world.run(MINUTE);
    expect(world.cards()).toHaveLength(1);
    expect(world.cards()[0]?.color).not.toBe(firing);
    expect(world.replies()).toMatchObject([{ broadcast: false }]);
    expect(world.pagerduty.map((p) => p.do)).toEqual(['trigger', 'resolve']);
    expect(new Set(world.pagerduty.map((p) => p.key)).size).toBe(1);
  });

  it('tells a rise with a broadcast reply, since an update notifies nobody', async () => {
    const world = makeWorld();
    await world.track(fires(T));
    await world.run(MINUTE);
    await world.track(fires(T + MINUTE, { severity: 'SEV2' }));
    await world.run(MINUTE);
    expect(world.cards()).toHaveLength(1);
    expect(world.replies()).toMatchObject([{ broadcast: true }]);
    expect(world.pagerduty.map((p) => p.do)).toEqual(['trigger']);
  });

  it('posts a new card in the alert channel for a warning that rises, and keeps both up to date', async () => {
    const world = makeWorld();
    await world.track(fires(T, { severity: 'SEV4', channel: 'notify' }));
    await world.run(MINUTE);
    await world.track(fires(T + MINUTE, { severity: 'SEV3', channel: 'alert' }));
    await world.run(MINUTE);
    await world.track(ends(T + 5 * MINUTE));
    await world.run(MINUTE);
    expect(world.cards().map((c) => c.handle.split('/')[0])).toEqual(['C#notify', 'C#alert']);
    expect(world.cards()[0]?.color).toBe(world.cards()[1]?.color);
    expect(untold(world)).toEqual([]);
  });

  it('tells what fired and ended during an outage once, late, as a card that is already over, and pages nobody', async () => {
    const world = makeWorld();
    const down: Outcome = { is: 'retry', because: 'HTTP 500' };
    world.faults.slack.push(...Array<Fault>(4).fill(down));
    world.faults.pagerduty.push(...Array<Fault>(4).fill(down));
    await world.track(fires(T, { severity: 'SEV2' }));
    await world.run(5_000);
    await world.track(ends(T + 10_000));
    await world.run(HOUR);
    expect(world.cards()).toHaveLength(1);
    expect(world.replies()).toHaveLength(0);
    // An end without a trigger is harmless there: it may belong to a trigger whose answer was an error.
    expect(world.pagerduty.filter((p) => p.do === 'trigger')).toEqual([]);
    expect(untold(world)).toEqual([]);
  });

  it('posts anew when a person deleted the card', async () => {
    const world = makeWorld();
    await world.track(fires(T));
    await world.run(MINUTE);
    world.deleted.add(world.cards()[0]?.handle ?? '');
    await world.track(fires(T + MINUTE, { severity: 'SEV2' }));
    await world.run(HOUR);
    expect(world.cards().filter((c) => !world.deleted.has(c.handle))).toHaveLength(1);
    expect(untold(world)).toEqual([]);
  });

  it('tells the end where somebody deleted the card and the rules have moved the incident on', async () => {
    const world = makeWorld();
    await world.track(fires(T, { severity: 'SEV4', channel: 'notify' }));
    await world.run(MINUTE);
    world.deleted.add(world.cards()[0]?.handle ?? '');
    await world.track(fires(T + MINUTE, { severity: 'SEV3', channel: 'alert' }));
    await world.track(ends(T + 2 * MINUTE));
    await world.run(HOUR);
    const channels = world.cards().map((c) => c.handle.split('/')[0]);
    expect(channels.filter((c) => c === 'C#notify')).toHaveLength(2);
    expect(
      new Set(
        world
          .cards()
          .slice(1)
          .map((c) => c.color),
      ).size,
    ).toBe(1);
    expect(untold(world)).toEqual([]);
  });

  it('refreshes a moved count after a minute, then at doubling steps', async () => {
    const world = makeWorld();
    await world.track(fires(T));
    for (let minute = 1; minute < 30; minute += 1) {
      await world.track(fires(T + minute * MINUTE));
      await world.run(MINUTE);
    }
    await world.run(2 * HOUR);
    expect(world.cards()).toHaveLength(1);
    expect(world.cards()[0]?.updates).toBeGreaterThanOrEqual(3);
    expect(world.cards()[0]?.updates).toBeLessThanOrEqual(6);
    expect(world.store.incidents.values().next().value?.deliveries[0]?.shown?.count).toBe(30);
  });

  it('tells a reopening with a broadcast and a new page', async () => {
    const world = makeWorld();
    await world.track(fires(T, { severity: 'SEV1' }));
    await world.run(MINUTE);
    await world.track(ends(T + MINUTE));
    await world.run(MINUTE);
    await world.track(fires(T + HOUR, { severity: 'SEV1' }));
    await world.run(MINUTE);
    expect(world.cards()).toHaveLength(1);
    expect(world.replies().map((r) => r.broadcast)).toEqual([false, true]);
    expect(world.pagerduty.map((p) => p.do)).toEqual(['trigger', 'resolve', 'trigger']);
    expect(new Set(world.pagerduty.map((p) => p.key)).size).toBe(2);
  });

  it('posts a new card for a new occurrence', async () => {
    const world = makeWorld();
    await world.track(fires(T));
    await world.run(MINUTE);
    await world.track(ends(T + MINUTE));
    await world.run(5 * HOUR);
    await world.track(fires(T + 5 * HOUR));
    await world.run(MINUTE);
    expect(world.cards()).toHaveLength(2);
    expect(world.cards()[0]?.color).not.toBe(world.cards()[1]?.color);
  });
});

describe('every failure of a call ends in one card, told, and nothing doubled', () => {
  const wait: Outcome = { is: 'wait', ms: 2_000, because: 'ratelimited' };
  const broken: Outcome = { is: 'broken', code: 'token_revoked', hint: 'store a new token' };
  const unsettled: Outcome = { is: 'unsettled', because: 'HTTP 502' };
  test.each<[string, Fault[]]>([
    ['429 ten times, then 500 twice', [...Array<Fault>(10).fill(wait), unsettled, unsettled]],
    ['the answer to the post is lost', ['lost']],
    ['the answer is lost, and the look-up fails twice', ['lost', { is: 'retry', because: 'HTTP 500' }, wait]],
    ['it dies before the post leaves', ['crash-before']],
    ['it dies after the post was accepted', ['crash-after']],
    ['it dies three times', ['crash-before', 'crash-before', 'crash-after']],
    ['the token is revoked for a while', [broken, broken, broken]],
    [
      'the card is too big twice',
      [
        { is: 'too-big', because: 'msg_blocks_too_long' },
        { is: 'too-big', because: 'no' },
      ],
    ],
  ])('%s', async (_, faults) => {
    const world = makeWorld();
    // The channel's id is known from an earlier card, so that look-ups can look.
    await world.track({ ...fires(T), incident: 'earlier' as Bundle['incident'] });
    await world.run(MINUTE);
    world.faults.slack.push(...faults);
    await world.track(fires(T + MINUTE));
    await world.run(2 * HOUR);
    expect(world.cards()).toHaveLength(2);
    expect(untold(world)).toEqual([]);
  });

  test.each<[string, Severity, number]>([
    ['of a SEV3 is sent again after a while', 'SEV3', 1],
    ['of a SEV1 is sent again at once', 'SEV1', 1],
    ['of a SEV1 is sent again as often as its answer is lost', 'SEV1', 3],
  ])(
    'the very first card in a channel %s, and the extra goes once the channel is known',
    async (_, severity, lost) => {
      const world = makeWorld();
      world.faults.slack.push(...Array<Fault>(lost).fill('lost'));
      await world.track(fires(T, { severity }));
      await world.run(2 * HOUR);
      expect(world.cards()).toHaveLength(1 + lost);
      expect(world.cards().filter((c) => !world.deleted.has(c.handle))).toMatchObject([
        { handle: world.cards().at(-1)?.handle },
      ]);
      expect(untold(world)).toEqual([]);
      expect(strays(world)).toEqual([]);
    },
  );

  test('an extra that cannot be looked up or removed at first is tried again, and delays no news', async () => {
    const world = makeWorld();
    const refused: Outcome = { is: 'broken', code: 'missing_scope', hint: 'add the scope' };
    world.faults.slack.push('lost', 'accept', refused);
    await world.track(fires(T, { severity: 'SEV1' }));
    await world.run(MINUTE);
    await world.track(ends(T + MINUTE));
    await world.run(3_000);
    expect(world.replies()).toHaveLength(1);
    world.faults.slack.push({ is: 'retry', because: 'HTTP 503' }, 'accept', refused);
    await world.run(HOUR);
    expect(world.cards().filter((c) => !world.deleted.has(c.handle))).toHaveLength(1);
    expect(strays(world)).toEqual([]);
  });

  test('an extra that cannot be removed for a day is left alone', async () => {
    const world = makeWorld();
    const refused: Outcome = { is: 'broken', code: 'missing_scope', hint: 'add the scope' };
    world.faults.slack.push('lost', 'accept', ...Array<Fault>(1_000).fill(refused));
    await world.track(fires(T, { severity: 'SEV1' }));
    await world.run(25 * HOUR);
    expect(strays(world)).toEqual([]);
    const calls = world.calls.length;
    await world.run(2 * HOUR);
    expect(world.calls).toHaveLength(calls);
  });

  test.each<[string, Fault[]]>([
    ['the answer to the trigger is lost', ['lost']],
    ['it dies after the trigger was accepted', ['crash-after']],
    ['429, then 500', [wait, { is: 'retry', because: 'HTTP 500' }]],
  ])('PagerDuty: %s, and the page is resolved under the key that paged', async (_, faults) => {
    const world = makeWorld();
    world.faults.pagerduty.push(...faults);
    await world.track(fires(T, { severity: 'SEV1' }));
    await world.run(30 * MINUTE);
    await world.track(ends(T + HOUR));
    await world.run(HOUR);
    const keys = new Set(world.pagerduty.map((p) => p.key));
    expect(keys.size).toBe(1);
    expect(world.pagerduty.at(-1)?.do).toBe('resolve');
    expect(untold(world)).toEqual([]);
  });

  it('PagerDuty: a page whose answer was lost is ended, though the next try was certainly refused', async () => {
    const world = makeWorld();
    world.faults.pagerduty.push('crash-after', { ...wait, ms: 5 * MINUTE });
    await world.track(fires(T, { severity: 'SEV1' }));
    await world.run(3 * MINUTE);
    expect(world.faults.pagerduty).toEqual([]);
    await world.track(ends(T + 3 * MINUTE));
    await world.run(HOUR);
    expect(world.pagerduty.map((p) => p.do)).toEqual(['trigger', 'resolve']);
    expect(untold(world)).toEqual([]);
  });

  it('says in log and metric that an address is broken, with the next step', async () => {
    const world = makeWorld();
    world.faults.slack.push(broken);
    await world.track(fires(T));
    await world.run(MINUTE);
    expect(world.counted.AddressBroken).toBe(1);
    expect(world.logged.filter((l) => l.level === 'error')).toMatchObject([
      { what: 'address broken', fields: { hint: 'store a new token' } },
    ]);
  });

  // The alarm in serverless.yml looks at the last ten minutes: with one count in each it neither misses nor flaps.
  it.each<Outcome>([
    broken,
    { is: 'retry', because: '503' },
    { is: 'unsettled', because: 'no answer within 10 s' },
    { is: 'wait', ms: 30_000, because: '429' },
  ])('counts Untold in every ten minutes for as long as each call ends in $is', async (outcome) => {
    const world = makeWorld();
    world.faults.slack.push(...Array<Fault>(500).fill(outcome));
    await world.track(fires(T));
    await world.run(5 * MINUTE);
    expect(world.counted.Untold ?? 0).toBe(0);
    for (let tens = 0; tens < 6; tens += 1) {
      const before = world.counted.Untold ?? 0;
      await world.run(10 * MINUTE);
      expect(world.counted.Untold, `${tens}0 minutes`).toBeGreaterThan(before);
    }
  });
});

describe('pace', () => {
  it('never sends more than one message a second to a channel, urgent ones first', async () => {
    const world = makeWorld();
    for (let i = 0; i < 60; i += 1) {
      await world.track({ ...fires(T + i), incident: `n${i}` as Bundle['incident'] });
    }
    await world.run(1_000);
    await world.track({ ...fires(T, { severity: 'SEV1' }), incident: 'urgent' as Bundle['incident'] });
    const urgentAt = world.clock();
    await world.run(HOUR);
    const posts = world.calls.filter((c) => c.kind === 'slack').map((c) => c.at);
    expect(posts).toHaveLength(61);
    const gaps = posts.slice(1).map((at, i) => at - (posts[i] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1_000);
    const card = world.cards().findIndex((c) => c.text.includes('SEV1'));
    expect((posts[card] ?? Number.POSITIVE_INFINITY) - urgentAt).toBeLessThanOrEqual(5_000);
  });

  it('keeps the turn that it has taken when somebody else writes first', async () => {
    const postedAt = async (overtaken: boolean) => {
      const world = makeWorld();
      const { save } = world.store;
      let left = overtaken ? 1 : 0;
      const first = (incident: Incident) => incident.deliveries.some((d) => d.sending !== null) && left-- > 0;
      Object.assign(world.store, {
        save: async (incident: Incident) => (first(incident) ? 'conflict' : save(incident)),
      });
      await world.track(fires(T));
      await world.run(MINUTE);
      expect(left).toBeLessThan(overtaken ? 1 : 0);
      return world.calls.filter((c) => c.do === 'post').map((c) => c.at);
    };
    expect(await postedAt(true)).toEqual(await postedAt(false));
  });

  it('lets no count that has moved take the turn of a new card', async () => {
    const world = makeWorld();
    const named = (n: string) => n as Bundle['incident'];
    for (let i = 0; i < 40; i += 1) await world.track({ ...fires(T + i), incident: named(`known${i}`) });
    await world.run(10 * MINUTE);
    const again = world.clock();
    for (let i = 0; i < 40; i += 1) await world.track({ ...fires(again + i), incident: named(`known${i}`) });
    // Nearly as many in each minute as the channel takes.
    for (let i = 0; i < 165; i += 1) {
      await world.track({ ...fires(world.clock()), incident: named(`new${i}`) });
      if (i % 55 === 54) await world.run(MINUTE);
    }
    await world.run(HOUR);
    const calls = world.calls.filter((c) => c.kind === 'slack' && c.at >= again).map((c) => c.do);
    const updates = calls.slice(0, calls.lastIndexOf('post')).filter((what) => what === 'update').length;
    expect(calls.filter((what) => what === 'post')).toHaveLength(165);
    expect(calls.filter((what) => what === 'update').length).toBeGreaterThanOrEqual(40);
    expect(updates).toBeLessThanOrEqual(8);
  });
});
