import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { absorb } from '../../shared/incidents/absorb.ts';
import { foldBundles } from '../../shared/incidents/fold.ts';
import { tick } from '../../shared/incidents/tick.ts';
import type { Bundle } from '../../shared/model/bundle.ts';
import type { Incident } from '../../shared/model/incident.ts';
import { CALM_MS } from '../../shared/model/news.ts';
import { bundle, MINUTE, MORNING, policy, report, tally } from '../support/make.ts';

const T = MORNING;
const fires = (at: number, over: Partial<Bundle> = {}): Bundle =>
  bundle({
    receivedAt: T + at,
    firing: [tally(`m${at}`, T + at)],
    report: report({ time: T + at, signalId: `f${at}` }),
    ...over,
  });
const ends = (at: number, over: Partial<Bundle> = {}): Bundle =>
  bundle({
    receivedAt: T + at,
    resolvedAt: T + at,
    report: report({ time: T + at, signalId: `e${at}` }),
    ...over,
  });
/** Fires and ends `times` times, every `every` ms, halfway between. */
const flips = (times: number, every: number, over: Partial<Bundle> = {}): readonly Bundle[] =>
  Array.from({ length: times }, (_, i) => [fires(i * every, over), ends((i + 0.5) * every, over)]).flat();

function stateAfter(bundles: readonly Bundle[]): Incident {
  let incident: Incident | null = null;
  for (const b of bundles) incident = absorb(incident, b, policy, T).incident;
  if (incident === null) throw new Error('no bundles');
  return incident;
}

describe('flapping', () => {
  test.each<[string, readonly Bundle[], number]>([
    ['begins with the fifth firing within 20 minutes', flips(5, 4 * MINUTE), 5],
    ['not with the fourth', flips(4, MINUTE), 0],
    ['not when the fifth comes later', flips(5, 6 * MINUTE), 0],
    ['counts what is within 20 minutes of the last', flips(14, 2 * MINUTE), 11],
    [
      'not when it fires again and again and never ended',
      Array.from({ length: 9 }, (_, i) => fires(i * MINUTE)),
      0,
    ],
    ['not where only quiet ends it', flips(9, MINUTE, { lifecycle: 'quiet' }), 0],
    ['not where the source repeats it while it lasts', flips(9, MINUTE, { lifecycle: 'updates' }), 0],
  ])('%s', (_, bundles, flaps) => {
    expect(stateAfter(bundles).facts.flaps).toBe(flaps);
  });

  it('says in how long', () => {
    expect(stateAfter(flips(5, 4 * MINUTE)).facts.flapMs).toBe(16 * MINUTE);
  });

  it('has its reason, once', () => {
    const before = stateAfter(flips(4, MINUTE));
    const fifth = absorb(before, fires(4 * MINUTE), policy, T);
    expect(fifth.why.map((w) => `${w.rule}: ${w.because}`)).toContain(
      'flapping: it began 5 times in 4 min, with an end before each',
    );
    const sixth = absorb(
      absorb(fifth.incident, ends(4.5 * MINUTE), policy, T).incident,
      fires(5 * MINUTE),
      policy,
      T,
    );
    expect(sixth.why.map((w) => w.rule)).not.toContain('flapping');
  });

  it.each([
    { last: 'an end', bundles: flips(6, MINUTE), status: 'resolved' },
    { last: 'a firing', bundles: [...flips(6, MINUTE), fires(6 * MINUTE)], status: 'firing' },
  ])('is over 10 minutes after the last change, be it $last', ({ bundles, status }) => {
    const flapping = stateAfter(bundles);
    const last = flapping.receivedAt;
    expect(tick(flapping, last + CALM_MS - 1, last + CALM_MS - 1).moved).toBe(false);
    const calm = tick(flapping, last + CALM_MS, last + CALM_MS);
    expect(calm.incident.facts).toMatchObject({ flaps: 0, status });
    expect(calm.why.map((w) => w.rule)).toEqual(['calm']);
    expect(absorb(calm.incident, fires(30 * MINUTE), policy, T).incident.facts.flaps).toBe(0);
  });

  it('is looked at when it may be calm', () => {
    const flapping = stateAfter(flips(6, MINUTE));
    const untold = { ...flapping, deliveries: [] };
    expect(absorb(untold, ends(5.7 * MINUTE), policy, T).incident.dueAt).toBeLessThanOrEqual(
      T + 5.7 * MINUTE + CALM_MS,
    );
  });
});

describe('law 6: flapping is the same in any order, with any repeats, and however the bundles are folded', () => {
  const moments = fc.uniqueArray(fc.record({ at: fc.integer({ min: 0, max: 60 }), end: fc.boolean() }), {
    minLength: 1,
    maxLength: 24,
    selector: ({ at }) => at,
  });
  const said = moments.chain((all) => {
    const bundles = all.map(({ at, end }) => (end ? ends(at * MINUTE) : fires(at * MINUTE)));
    return fc.tuple(
      fc.constant(bundles),
      fc.shuffledSubarray(bundles, { minLength: bundles.length }),
      fc.subarray(bundles),
    );
  });
  const flipsOf = ({ facts, flips: known }: Incident) => ({
    flaps: facts.flaps,
    flapMs: facts.flapMs,
    known,
  });

  test('one by one', () => {
    fc.assert(
      fc.property(said, ([list, order, repeats]) => {
        expect(flipsOf(stateAfter([...order, ...repeats]))).toEqual(flipsOf(stateAfter(list)));
      }),
    );
  });

  test('folded', () => {
    fc.assert(
      fc.property(said, fc.integer({ min: 1, max: 6 }), ([list, order], size) => {
        const folded: Bundle[] = [];
        for (let i = 0; i < order.length; i += size) {
          const [first, ...rest] = order.slice(i, i + size);
          if (first !== undefined) folded.push(foldBundles([first, ...rest]));
        }
        expect(flipsOf(stateAfter(folded))).toEqual(flipsOf(stateAfter(list)));
      }),
    );
  });
});
