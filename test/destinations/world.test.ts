import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Bundle } from '../../shared/model/bundle.ts';
import { channelOf, type Severity } from '../../shared/model/severity.ts';
import { bundle, HOUR, MINUTE, report, tally } from '../support/make.ts';
import { type Fault, makeWorld } from '../support/world.ts';

type World = ReturnType<typeof makeWorld>;

/** What may happen in a bad hour, in whatever order. */
type Deed =
  | { readonly do: 'fire'; readonly severity: Severity; readonly agoMs: number }
  | { readonly do: 'end'; readonly agoMs: number }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'fail'; readonly kind: 'slack' | 'pagerduty'; readonly faults: readonly Fault[] };

const agoMs = fc.integer({ min: 0, max: 3 * MINUTE });
const fault: fc.Arbitrary<Fault> = fc.constantFrom<Fault>(
  'lost',
  'crash-before',
  'crash-after',
  { is: 'unsettled', because: 'HTTP 502' },
  { is: 'retry', because: 'ECONNREFUSED' },
  { is: 'wait', ms: 5_000, because: '429' },
);
const deed: fc.Arbitrary<Deed> = fc.oneof(
  fc.record({
    do: fc.constant('fire' as const),
    severity: fc.constantFrom('SEV2' as const, 'SEV3' as const, 'SEV4' as const),
    agoMs,
  }),
  fc.record({ do: fc.constant('end' as const), agoMs }),
  fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 4 * MINUTE }) }),
  fc.record({
    do: fc.constant('fail' as const),
    kind: fc.constantFrom('slack' as const, 'pagerduty' as const),
    faults: fc.array(fault, { minLength: 1, maxLength: 4 }),
  }),
);

let marks = 0;
function fires(at: number, severity: Severity, over: Partial<Bundle> = {}): Bundle {
  marks += 1;
  return bundle({
    severity,
    channel: channelOf(severity),
    firing: [tally(`m${marks}`, at)],
    receivedAt: at,
    report: report({ time: at, signalId: `s${marks}` }),
    ...over,
  });
}

function ends(at: number, over: Partial<Bundle> = {}): Bundle {
  marks += 1;
  const words = report({ time: at, signalId: `e${marks}` });
  return bundle({ resolvedAt: at, receivedAt: at, report: words, ...over });
}

/** A world that has told another incident in each channel, so that the channels' ids are known. */
async function acquainted(): Promise<World> {
  const world = makeWorld();
  for (const severity of ['SEV4', 'SEV2'] as const) {
    const other = { incident: `other-${severity}` as Bundle['incident'] };
    await world.track(fires(world.clock(), severity, other));
    await world.run(10 * MINUTE);
    await world.track(ends(world.clock(), other));
    await world.run(10 * MINUTE);
  }
  return world;
}

async function live(world: World, deeds: readonly Deed[]): Promise<void> {
  for (const one of deeds) {
    switch (one.do) {
      case 'fire':
        await world.track(fires(world.clock() - one.agoMs, one.severity));
        break;
      case 'end':
        await world.track(ends(world.clock() - one.agoMs));
        break;
      case 'wait':
        await world.run(one.ms);
        break;
      case 'fail':
        world.faults[one.kind].push(...one.faults);
    }
  }
}

function openPages(world: World): readonly string[] {
  const open = new Set<string>();
  for (const { do: what, key } of world.pagerduty) {
    if (what === 'trigger') open.add(key);
    else open.delete(key);
  }
  return [...open];
}

describe('after a bad hour, once the faults have ended (laws 2 and 3)', () => {
  it('nothing is untold, each channel has one card, and PagerDuty’s state is ours', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(deed, { minLength: 1, maxLength: 20 }), async (deeds) => {
        const world = await acquainted();
        const before = world.cards().length;
        await live(world, deeds);
        world.faults.slack.length = 0;
        world.faults.pagerduty.length = 0;
        await world.run(HOUR);

        const incident = world.store.incidents.get('incident-1');
        if (incident === undefined) return;
        const { deliveries, facts } = incident;
        expect(deliveries.filter((d) => d.untoldSince !== null)).toEqual([]);

        const channels = world
          .cards()
          .slice(before)
          .map(({ handle }) => handle.split('/')[0]);
        expect(channels.length).toBe(new Set(channels).size);

        const pager = deliveries.find((d) => d.target.kind === 'pagerduty');
        const paged = pager?.announced?.occurrence === facts.occurrence && facts.status === 'firing';
        expect(openPages(world)).toEqual(paged ? [pager?.handle] : []);
      }),
      { numRuns: 60 },
    );
  });
});
