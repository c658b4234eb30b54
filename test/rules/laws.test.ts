import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../shared/model/json.ts';
import { LEVELS } from '../../shared/model/level.ts';
import type { Signal } from '../../shared/model/signal.ts';
import { judgeFrom, line, MORNING } from './make.ts';

const judges = [
  judgeFrom(''),
  judgeFrom(`
teams:
  - { name: a, owns: { $or: [{ service: [{ prefix: a }] }, { message: [{ wildcard: "*x*" }] }] }, slack: "#a" }
severities:
  - { name: measured, match: { fields: { a: { b: [{ numeric: [">", 0] }] } } }, severity: SEV1 }
  - { name: deep, match: { detail: { a: [{ anything-but: [x] }] } }, severity: SEV5, channel: alert }
ignore:
  - { match: { title: [{ exists: true }], team: [a] }, reason: r, owner: o, expires: 2026-11-25 }
`),
];

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('__proto__', 'a', 'x', 'logs'),
);
const object = fc.jsonValue().map((value) => ({ a: value, __proto__: value }) as unknown as JsonObject);
const signal: fc.Arbitrary<Signal> = fc
  .record({
    source: fc.oneof(fc.constantFrom('logs', 'alarm', 'guardduty', 'securityhub', 'health', 'event'), text),
    kind: fc.oneof(fc.constantFrom('log line', 'payload cut'), text),
    status: fc.constantFrom('firing' as const, 'resolved' as const, 'info' as const),
    lifecycle: fc.constantFrom('states' as const, 'quiet' as const),
    level: fc.constantFrom(...LEVELS, null),
    service: text,
    account: text,
    title: text,
    message: text,
    resource: fc.option(text),
    logGroup: fc.option(text),
    fields: fc.option(object),
    detail: fc.option(object),
  })
  .map((over) => line(null, over));
const now = fc.oneof(
  fc.integer({ min: 0, max: 2 * MORNING }),
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -1),
);

/** Room for a busy machine, ms. */
const SLOW = 60_000;

describe('for any signal at any time', () => {
  it(
    'the judge gives a verdict, and every verdict has its reasons',
    () => {
      fc.assert(
        fc.property(signal, now, fc.constantFrom(...judges), (one, at, judge) => {
          const verdict = judge.verdict(one, at);
          expect(verdict.why.length).toBeGreaterThan(0);
          for (const why of verdict.why) {
            expect(why.rule).not.toBe('');
            expect(why.because).not.toBe('');
            expect(why.because.isWellFormed()).toBe(true);
          }
        }),
        { numRuns: 3_000 },
      );
    },
    SLOW,
  );

  it(
    'what is tracked is told somewhere',
    () => {
      fc.assert(
        fc.property(signal, fc.constantFrom(...judges), (one, judge) => {
          const verdict = judge.verdict(one, MORNING);
          if (verdict.outcome === 'tracked') expect(verdict.targets.length).toBeGreaterThan(0);
        }),
        { numRuns: 1_000 },
      );
    },
    SLOW,
  );

  it(
    'a resolve is never ignored, and nothing that fires from WARNING up is passed over',
    () => {
      fc.assert(
        fc.property(signal, fc.constantFrom(...judges), (one, judge) => {
          const { outcome } = judge.verdict(one, MORNING);
          if (one.status === 'resolved') expect(outcome).not.toBe('ignored');
          const isBelow = one.source === 'logs' && !['FATAL', 'ERROR', 'WARNING'].includes(one.level ?? '');
          if (one.status === 'firing' && !isBelow) expect(outcome).not.toBe('unremarkable');
        }),
        { numRuns: 1_000 },
      );
    },
    SLOW,
  );

  it(
    'the same signal at the same time gets the same verdict',
    () => {
      fc.assert(
        fc.property(signal, now, fc.constantFrom(...judges), (one, at, judge) => {
          expect(judge.verdict(one, at)).toEqual(judge.verdict(one, at));
        }),
      );
    },
    SLOW,
  );
});
