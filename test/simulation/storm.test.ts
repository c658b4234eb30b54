import { describe, expect, it } from 'vitest';
import { isUntold } from '../../shared/incidents/schedule.ts';
import { MINUTE, MORNING } from '../support/make.ts';
import { type Distinct, fiveThousand, floodOfFifty } from './storm.ts';

/** The whole size takes minutes: `STORM=full npx vitest run test/simulation/storm.test.ts`. */
const FULL = process.env.STORM === 'full';
const LINES = FULL ? 1_000_000 : 20_000;
const PROBLEMS = FULL ? 5_000 : 1_500;
const SLOW = FULL ? 1_800_000 : 120_000;

/** More than the channel takes: eleven messages in less than eight seconds. */
function hurried(departures: readonly number[]): readonly number[] {
  const sorted = [...departures].sort((a, b) => a - b);
  return sorted.filter((at, i) => at - (sorted[i - 10] ?? Number.NEGATIVE_INFINITY) < 8_000);
}

describe(`${LINES.toLocaleString('en')} error lines of 50 kinds in five minutes`, () => {
  it(
    'are 50 cards with the right counts, at the pace of the channel, in items that stay small',
    async () => {
      const { flood, each, lines, heap } = await floodOfFifty(LINES);
      expect(flood.counted.get('SignalsTracked')).toBe(lines);
      expect(flood.incidents().map((i) => i.facts.count)).toEqual(Array(50).fill(each));
      expect(flood.cards()).toHaveLength(50);
      expect(flood.logged.get('storm')).toBeUndefined();
      expect(hurried(flood.departures.get('#alert') ?? [])).toEqual([]);
      const sizes = flood.incidents().map((incident) => JSON.stringify(incident).length);
      expect(Math.max(...sizes)).toBeLessThan(8_000);
      expect(heap).toBeLessThan(500e6);
      expect(flood.incidents().filter((i) => i.deliveries.some((d) => isUntold(d, i.facts)))).toEqual([]);
    },
    SLOW,
  );
});

describe(`${PROBLEMS.toLocaleString('en')} new problems in one minute`, () => {
  let told: Promise<Distinct> | null = null;
  const storm = () => {
    told ??= fiveThousand(PROBLEMS);
    return told;
  };

  it(
    'have one card that speaks for them, names the most frequent and turns green',
    async () => {
      const { flood, storm: id } = await storm();
      const [card, ...others] = flood.cards().filter((m) => m.incident === id);
      expect(others).toEqual([]);
      expect(card?.at).toBeLessThan(MORNING + 10_000);
      expect(card?.updates).toBeGreaterThanOrEqual(2);
      const incident = flood.incident(id);
      expect(incident?.facts.status).toBe('resolved');
      // All that is not SEV1 or SEV2, which are told one by one: the problems, and the 20 that last.
      expect(incident?.storm?.openings.total).toBe(PROBLEMS + 20);
      expect(incident?.storm?.openings.kinds).toEqual([
        ['TypeError', PROBLEMS],
        ['RangeError', 20],
      ]);
      expect(card?.text).toContain((PROBLEMS + 20).toLocaleString('en'));
    },
    SLOW,
  );

  it(
    'let each SEV1 and SEV2 be told within five seconds of intake',
    async () => {
      const { flood, grave } = await storm();
      expect(grave.size).toBe(15);
      const late = [...grave].map(([word, at]) => {
        const card = flood.cards().find((m) => m.first.includes(word));
        return (card?.at ?? Number.POSITIVE_INFINITY) - at;
      });
      expect(Math.max(...late)).toBeLessThanOrEqual(5_000);
      expect(flood.pages.filter((p) => p.do === 'trigger')).toHaveLength(15);
    },
    SLOW,
  );

  it(
    'never hurry the channel',
    async () => {
      const { flood } = await storm();
      expect(hurried(flood.departures.get('#alert') ?? [])).toEqual([]);
    },
    SLOW,
  );

  it(
    'are each told, or taken by the rule that held them, and nothing is left waiting',
    async () => {
      const { flood, storm: id } = await storm();
      const carded = new Set(flood.cards().map((m) => m.incident));
      const taken = new Set(
        [...flood.history].filter(([, entry]) => entry.what === 'taken').map(([key]) => key.split(' ')[0]),
      );
      const incidents = flood.incidents().filter((i) => i.id !== id);
      expect(incidents).toHaveLength(PROBLEMS + 20 + 15);
      expect(incidents.filter((i) => !carded.has(i.id) && !taken.has(i.id))).toEqual([]);
      expect(incidents.filter((i) => carded.has(i.id) && taken.has(i.id))).toEqual([]);
      expect(incidents.flatMap((i) => i.deliveries).filter((d) => d.held !== null)).toEqual([]);
      expect(incidents.filter((i) => i.deliveries.some((d) => isUntold(d, i.facts)))).toEqual([]);
      expect(flood.counted.get('Untold')).toBe(0);
    },
    SLOW,
  );

  it(
    'are told ten a minute at most once it is over, those that go on among the first, and make no new storm',
    async () => {
      const { flood, storm: id } = await storm();
      const over = flood.incident(id)?.facts.resolvedAt ?? 0;
      const later = flood.cards().filter((m) => m.at > over && m.incident !== id);
      const perMinute = Map.groupBy(later, (m) => Math.floor(m.at / MINUTE));
      expect(Math.max(...[...perMinute.values()].map((some) => some.length))).toBeLessThanOrEqual(12);
      const lasting = flood.incidents().filter((i) => i.service === 'lasting');
      const at = lasting.map((i) => later.find((m) => m.incident === i.id)?.at ?? Number.POSITIVE_INFINITY);
      expect(at).toHaveLength(20);
      expect(Math.max(...at)).toBeLessThan(MORNING + 30 * MINUTE);
      expect(flood.logged.get('storm')).toBe(1);
    },
    SLOW,
  );
});
