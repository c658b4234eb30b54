import { describe, expect, it, test } from 'vitest';
import type { Bundle } from '../../shared/model/bundle.ts';
import type { Severity } from '../../shared/model/severity.ts';
import { bundle, MINUTE, policy, report, tally } from '../support/make.ts';
import { live, type Trial } from './life.ts';
import { makeRandom } from './random.ts';
import { makeWorld, SAFETIES } from './world.ts';

/** What a failure prints: enough to run it again, and its last steps. */
function story({ seed, violations, trace }: Trial): string {
  const steps = trace()
    .slice(-40)
    .map((line) => line.slice(0, 240));
  return [`seed ${seed}: live(${seed}) in test/simulation/life.ts`, ...violations, ...steps].join('\n');
}

describe('whatever goes wrong, once the faults have ended laws 1, 2, 3, 4, 6 and 8 and the pace hold', () => {
  test.each([0, 100, 200])('seeds from %i', async (from) => {
    for (let seed = from; seed < from + 100; seed += 1) {
      const trial = await live(seed);
      if (trial.violations.length > 0) expect.fail(story(trial));
    }
  });
});

describe('the laws can fail', () => {
  test.each(SAFETIES)('without the safety "%s" a seed soon breaks one', async (off) => {
    for (let seed = 0; seed < 40; seed += 1) if ((await live(seed, off)).violations.length > 0) return;
    expect.unreachable(`40 seeds did not notice that "${off}" was off`);
  });
});

describe('a storm', () => {
  const at = (id: string, severity: Severity, time: number): Bundle => ({
    ...bundle({ severity, receivedAt: time, report: report({ time, signalId: `${id}-${time}` }) }),
    incident: id as Bundle['incident'],
  });
  const fires = (id: string, severity: Severity, time: number): Bundle => ({
    ...at(id, severity, time),
    firing: [tally(`${id}-${time}`, time)],
  });

  it('that ends makes no SEV1 wait behind its resolves', async () => {
    const world = makeWorld(makeRandom(1), policy);
    const { time } = world;
    const storm = Array.from({ length: 100 }, (_, i) => `storm-${i}`);
    // No more in a minute than the channel takes, so that each has a card of its own.
    for (const id of storm.slice(0, 50)) world.deliver([fires(id, 'SEV3', time.now())]);
    await time.run(time.now() + 2 * MINUTE);
    for (const id of storm.slice(50)) world.deliver([fires(id, 'SEV3', time.now())]);
    await time.run(time.now() + 15 * MINUTE);
    for (const id of storm) world.deliver([{ ...at(id, 'SEV3', time.now()), resolvedAt: time.now() }]);
    await time.run(time.now() + 5_000);
    const since = time.now();
    world.deliver([fires('grave', 'SEV1', since)]);
    await time.run(since + 30 * MINUTE);
    const told = world.slack.messages.find((m) => m.incident === 'grave')?.at ?? Number.POSITIVE_INFINITY;
    expect(told - since).toBeLessThanOrEqual(10_000);
    expect(world.slack.messages.filter((m) => m.thread !== null)).toHaveLength(100);
  });
});
