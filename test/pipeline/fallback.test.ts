import { describe, expect, it } from 'vitest';
import type { Bundle } from '../../shared/model/bundle.ts';
import type { Target } from '../../shared/model/decision.ts';
import type { Outcome } from '../../shared/model/telling.ts';
import { bundle, HOUR, MINUTE, MORNING, report, tally, target } from '../support/make.ts';
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
const ALERT = target('#alert');
const BACKUP = target('#backup');
const ONCALL = target('backup', 'pagerduty');
const gone: Outcome = { is: 'broken', code: 'channel_not_found', hint: 'invite the app' };

/** `#alert` falls back to `fallback`; calls to the addresses in `broken` are refused. */
function makeTown(fallback: Target | null) {
  const world = makeWorld();
  world.broken.set(ALERT.address, gone);
  const rule = (t: Target, to: Target | null) =>
    world.destinations.set(t.address, {
      ...t,
      language: 'en',
      mention: null,
      fallback: to,
      hours: null,
      at: 'hansho.yml:3',
    });
  rule(ALERT, fallback);
  return { ...world, rule };
}
type Town = ReturnType<typeof makeTown>;
const cardsAt = (town: Town, channel: string) =>
  town.cards().filter((c) => c.handle.startsWith(`C${channel}/`));
const deliveries = (town: Town) => [...town.store.incidents.values()].flatMap((i) => i.deliveries);
const untold = (town: Town) => deliveries(town).filter((d) => d.untoldSince !== null);

describe('an address that cannot be told until a person mends it', () => {
  it('is told at its fallback within a minute, with the reason on the card', async () => {
    const town = makeTown(BACKUP);
    await town.track(fires(T));
    await town.run(MINUTE);
    expect(cardsAt(town, '#alert')).toEqual([]);
    expect(cardsAt(town, '#backup')).toHaveLength(1);
    expect(deliveries(town).find((d) => d.target.address === BACKUP.address)?.standsFor).toEqual({
      name: '#alert',
      address: ALERT.address,
      code: 'channel_not_found',
    });
    expect(town.counted).toMatchObject({ FellBack: 1, AddressBroken: 1 });
  });

  it('calls nobody for each of many: a page in the place of a card takes its turn', async () => {
    const town = makeTown(ONCALL);
    const many = Array.from({ length: 40 }, (_, i) => ({
      ...fires(T, { quietMs: null }),
      incident: `n${i}` as Bundle['incident'],
    }));
    await town.track(...many);
    await town.run(3 * MINUTE);
    expect(town.pagerduty.length).toBeGreaterThan(0);
    expect(town.pagerduty.length).toBeLessThan(20);
    await town.run(3 * HOUR);
    expect(town.pagerduty).toHaveLength(many.length);
    expect(town.said()).not.toContain('until the storm was over');
  });

  it('is so too for the incidents that come while it is known to be broken, without asking it again', async () => {
    const town = makeTown(BACKUP);
    await town.track(fires(T));
    await town.run(MINUTE);
    const asked = town.calls.length;
    await town.track({ ...fires(T + MINUTE), incident: 'other' as Bundle['incident'] });
    await town.run(MINUTE);
    expect(cardsAt(town, '#backup')).toHaveLength(2);
    expect(town.calls.length).toBe(asked + 1);
  });

  it('pages where its fallback is PagerDuty: a lost token breaks all of Slack at once', async () => {
    const town = makeTown(ONCALL);
    await town.track(fires(T));
    await town.run(3 * MINUTE);
    expect(town.pagerduty.map((p) => p.do)).toEqual(['trigger']);
    await town.track(ends(T + 3 * MINUTE));
    await town.run(3 * MINUTE);
    expect(town.pagerduty.map((p) => p.do)).toEqual(['trigger', 'resolve']);
  });

  it('hands on to the fallback of its fallback', async () => {
    const town = makeTown(BACKUP);
    town.broken.set(BACKUP.address, gone);
    town.rule(BACKUP, ONCALL);
    await town.track(fires(T));
    await town.run(5 * MINUTE);
    expect(town.pagerduty.map((p) => p.do)).toEqual(['trigger']);
  });

  it('is told late once it is mended, and nothing is doubled; both are told the end', async () => {
    const town = makeTown(BACKUP);
    await town.track(fires(T));
    await town.run(10 * MINUTE);
    town.broken.clear();
    await town.run(HOUR);
    expect(cardsAt(town, '#alert')).toHaveLength(1);
    expect(cardsAt(town, '#backup')).toHaveLength(1);
    await town.track(ends(T + 2 * HOUR));
    await town.run(HOUR);
    const colors = new Set(town.cards().map((c) => c.color));
    expect(colors.size).toBe(1);
    expect(town.cards()).toHaveLength(2);
    expect(untold(town)).toEqual([]);
  });

  it('takes the next incident by itself once it is mended', async () => {
    const town = makeTown(BACKUP);
    await town.track(fires(T));
    await town.run(10 * MINUTE);
    town.broken.clear();
    await town.run(10 * MINUTE);
    await town.track({ ...fires(T + HOUR), incident: 'other' as Bundle['incident'] });
    await town.run(HOUR);
    expect(cardsAt(town, '#alert')).toHaveLength(2);
    expect(cardsAt(town, '#backup')).toHaveLength(1);
  });

  it('tells the end at the fallback of what ended before anything was mended', async () => {
    const town = makeTown(BACKUP);
    await town.track(fires(T));
    await town.run(MINUTE);
    const firing = cardsAt(town, '#backup')[0]?.color;
    await town.track(ends(T + MINUTE));
    await town.run(MINUTE);
    expect(cardsAt(town, '#backup')).toMatchObject([{ color: expect.not.stringContaining(firing ?? '') }]);
    expect(town.replies()).toHaveLength(1);
  });

  it('without a fallback waits, and the alarm rings', async () => {
    const town = makeTown(null);
    await town.track(fires(T));
    await town.run(HOUR);
    expect(town.slack).toEqual([]);
    expect(town.counted.FellBack).toBeUndefined();
    expect(town.counted.Untold).toBeGreaterThan(0);
  });

  it.each<[string, Fault]>([
    ['asks to wait', { is: 'wait', ms: 5_000, because: '429' }],
    ['fails for the moment', { is: 'retry', because: 'HTTP 503' }],
  ])('is not one that %s', async (_, fault) => {
    const town = makeTown(BACKUP);
    town.broken.clear();
    town.faults.slack.push(fault);
    await town.track(fires(T));
    await town.run(HOUR);
    expect(cardsAt(town, '#backup')).toEqual([]);
    expect(cardsAt(town, '#alert')).toHaveLength(1);
  });
});
