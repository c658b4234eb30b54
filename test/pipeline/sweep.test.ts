import { describe, expect, it } from 'vitest';
import type { Wake } from '../../shared/model/incident.ts';
import { type SweepDeps, sweep } from '../../shared/pipeline/sweep.ts';
import { takeAll } from '../../shared/pipeline/track.ts';
import {
  bundle,
  HOUR,
  home,
  MINUTE,
  MORNING,
  nothing,
  policy,
  report,
  STORM,
  tally,
  target,
} from '../support/make.ts';
import { memoryStore } from '../support/memory.ts';

const T = MORNING;

function deps(over: Partial<SweepDeps>) {
  let now = T;
  const woken: Wake[] = [];
  const store = memoryStore();
  const base = {
    judge: {
      rules: { reopenMs: policy.reopenMs, storm: STORM } as never,
      verdict: () => ({ outcome: 'unremarkable' as const, why: [] }),
      route: (about: Parameters<typeof policy.route>[0]) => ({ ...policy.route(about), why: [] }),
      escalation: policy.escalation,
      destination: () => null,
      ...nothing,
    },
    store,
    topics: { publish: async () => {} },
    clock: () => now,
    log: { info() {}, warn() {}, error() {} },
    metrics: { count() {} },
    wakes: { wake: async (_: unknown, __: unknown, wake: Wake) => void woken.push(wake) },
    signals: { waiting: async () => 0 },
    home,
    ...over,
  };
  const firing = bundle({
    lifecycle: 'quiet',
    quietMs: 30 * MINUTE,
    firing: [tally('m1', T)],
    report: report({ time: T, signalId: 's1' }),
  });
  return {
    woken,
    base,
    incident: () => [...store.incidents.values()][0],
    fire: () => takeAll([{ id: '1', bundle: firing }], base),
    later: (ms: number) => {
      now = T + ms;
    },
  };
}

describe('sweep', () => {
  it('wakes what is untold though the queue cannot say how much waits, ends nothing, and fails visibly', async () => {
    const world = deps({
      signals: {
        waiting: async () => {
          throw new Error('SQS is away');
        },
      },
    });
    await world.fire();
    world.later(HOUR);
    await expect(sweep(world.base)).rejects.toThrow('not whole');
    expect(world.woken).toMatchObject([{ incident: 'incident-1', address: 'slack:#alert' }]);
    expect(world.incident()?.facts.status).toBe('firing');
  });

  it('wakes the tellers of what went quiet though its topic cannot be published', async () => {
    const world = deps({
      topics: {
        publish: async () => {
          throw new Error('SNS is away');
        },
      },
    });
    await world.fire();
    world.later(HOUR);
    await expect(sweep(world.base)).rejects.toThrow('not whole');
    expect(world.incident()?.facts.status).toBe('resolved');
    expect(world.woken).toHaveLength(1);
  });

  it.each([
    ['nothing waits', 0, 30, 'resolved'],
    ['what waits may have come before', 1, 34, 'firing'],
    ['all that waits came after', 1, 36, 'resolved'],
  ])('counts as quiet, or not, when %s', async (_, waiting, minutes, status) => {
    const world = deps({ signals: { waiting: async () => waiting } });
    await world.fire();
    for (let minute = 1; minute <= minutes; minute += 1) {
      world.later(minute * MINUTE);
      await world.base.store.saveProgress(T + minute * MINUTE);
      await sweep(world.base);
    }
    expect(world.incident()?.facts.status).toBe(status);
  });

  it('ends what was late and still is quiet when those that waited have had their time', async () => {
    const world = deps({ signals: { waiting: async () => 1 } });
    await world.fire();
    for (const [now, status] of [
      [3 * HOUR, 'firing'],
      [3 * HOUR + 5 * MINUTE, 'resolved'],
    ] as const) {
      world.later(now);
      await world.base.store.saveProgress(T + now);
      await sweep(world.base);
      expect(world.incident()?.facts.status).toBe(status);
    }
  });

  it('tells what is untold at an address that the rules no longer name where they send it now', async () => {
    const world = deps({});
    await world.fire();
    world.later(2 * MINUTE);
    const judge = { ...world.base.judge, route: () => ({ targets: [target('#ops')], why: [] }) };
    await sweep({ ...world.base, judge });
    expect(world.woken).toMatchObject([{ address: 'slack:#ops' }]);
    expect(world.incident()?.deliveries.map((d) => d.target.address)).toEqual(['slack:#ops']);
  });
});
