import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readEvent, SOURCES } from '../../shared/sources/registry.ts';
import { checkSignal, HOSTILE, nested } from './hostile.ts';
import { RECEIVED, read, SAMPLES, sample } from './sample.ts';

/** Runs of each law; a hundred thousand were run while this was written. Mutated samples: fuzz.test.ts. */
const RUNS = 2000;

function check(raw: unknown): void {
  const { signals, faults } = read(raw);
  expect(signals.length + faults.length).toBeGreaterThan(0);
  for (const fault of faults) {
    expect(fault.because).not.toContain('broke');
    expect(fault.raw.length).toBeLessThanOrEqual(64 * 1024);
  }
  signals.forEach(checkSignal);
}

describe('whatever comes in comes out as a signal or a fault', () => {
  test('any JSON', () => {
    fc.assert(fc.property(fc.jsonValue(), check), { numRuns: RUNS });
  });

  test('any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), check), { numRuns: RUNS });
  });

  test.each(HOSTILE.map((value, i) => [i, value] as const))('hostile value %i by itself', (_, value) =>
    check(value),
  );

  test('nesting that no stack could walk', () => {
    check(nested(100_000));
    check({ 'detail-type': 'GuardDuty Finding', source: 'aws.guardduty', detail: nested(100_000) });
    check(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);
  });

  test('every source is asked by some sample', () => {
    const read_ = new Set(SAMPLES.flatMap((name) => read(sample(name)).signals.map((s) => s.source)));
    expect([...read_].sort()).toEqual(SOURCES.map((s) => s.name).sort());
  });
});

test.each(SAMPLES)('%s is the same signal whenever it is received', (name) => {
  const [early, late] = [0, 86_400_000].map((later) =>
    readEvent(sample(name), RECEIVED + later).signals.map(({ id, status, identity, title, why }) => {
      return { id, status, identity, title, why };
    }),
  );
  expect(late).toEqual(early);
});
