import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { Fingerprint, IncidentId } from '../../shared/model/bundle.ts';
import type { Signal, SignalId } from '../../shared/model/signal.ts';
import { foldSignals } from '../../shared/pipeline/fold.ts';
import { MORNING } from '../support/make.ts';

type Tracked = Parameters<typeof foldSignals>[0][number];

function tracked(id: string, over: Partial<Signal> = {}, incident = 'incident-1'): Tracked {
  const signal: Signal = {
    id: id as SignalId,
    source: 'logs',
    kind: 'log line',
    status: 'firing',
    lifecycle: 'quiet',
    time: MORNING,
    account: '111122223333',
    region: 'ap-northeast-1',
    partition: 'aws',
    service: 'checkout',
    resource: null,
    logGroup: '/aws/lambda/checkout',
    logStream: 's',
    level: 'ERROR',
    levelEvidence: null,
    title: id,
    message: id,
    identity: { by: 'text', errorType: null, text: 'x' },
    remedy: null,
    places: [],
    tags: {},
    fields: null,
    detail: null,
    why: [],
    ...over,
  };
  const verdict: Tracked['verdict'] = {
    outcome: 'tracked',
    severity: 'SEV3',
    channel: 'alert',
    team: null,
    also: [],
    runbook: null,
    targets: [],
    quietMs: 1,
    counts: [],
    why: [],
  };
  return {
    signal,
    fingerprint: 'f' as Fingerprint,
    incident: incident as IncidentId,
    verdict,
    heard: [],
    why: [],
  };
}

describe('folding a payload', () => {
  it('makes one bundle a problem, with one tally a signal and the newest words', () => {
    const bundles = foldSignals(
      [tracked('a', { time: MORNING + 2 }), tracked('b', { time: MORNING + 9 }), tracked('c', {}, 'other')],
      MORNING,
    );
    expect(bundles.map((b) => [b.incident, b.firing.length])).toEqual([
      ['incident-1', 2],
      ['other', 1],
    ]);
    expect(bundles[0]?.report.title).toBe('b');
  });

  it('counts a signal that stands twice in a payload once', () => {
    expect(foldSignals([tracked('a'), tracked('a')], MORNING)[0]?.firing).toHaveLength(1);
  });

  it('keeps fire and end of one payload apart', () => {
    const states = { lifecycle: 'states' as const };
    const [one] = foldSignals(
      [tracked('a', states), tracked('b', { ...states, status: 'resolved', time: MORNING + 5 })],
      MORNING,
    );
    expect(one?.firing).toHaveLength(1);
    expect(one?.resolvedAt).toBe(MORNING + 5);
  });

  test('a storm of 1,000 equal lines stays small, counts 1,000, and is the same whatever order it is read in', () => {
    const lines = Array.from({ length: 1_000 }, (_, i) => tracked(`line-${i}`, { time: MORNING + i }));
    const [folded] = foldSignals(lines, MORNING);
    expect(folded?.firing.length).toBeLessThan(20);
    expect(folded?.firing.reduce((sum, t) => sum + t.n, 0)).toBe(1_000);
    fc.assert(
      fc.property(fc.shuffledSubarray(lines, { minLength: lines.length }), (order) => {
        expect(foldSignals(order, MORNING)[0]?.firing.map((t) => t.mark)).toEqual(
          folded?.firing.map((t) => t.mark),
        );
      }),
      { numRuns: 20 },
    );
  });
});
