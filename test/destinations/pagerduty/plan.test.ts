import { describe, expect, it, test } from 'vitest';
import { dedupKeyOf, planPagerDuty } from '../../../shared/destinations/pagerduty/plan.ts';
import { LEASE_MS } from '../../../shared/destinations/plan.ts';
import type { Delivery, Facts } from '../../../shared/model/incident.ts';
import {
  AGAIN,
  delivery,
  END,
  FIRST,
  facts,
  incident,
  LAST,
  PAGER,
  type Scene,
  scene,
  sending,
  toldOf,
} from '../fixtures.ts';

const firing = facts();
const ended = facts({ resolvedAt: END });
const back = facts({ last: AGAIN, resolvedAt: END, count: 2 });
const grave = facts({ severity: 'SEV1' });

const plan = (of: Scene) => planPagerDuty(scene({ delivery: pager(), ...of }));
const pager = (over: Partial<Delivery> = {}) => delivery({ target: PAGER, ...over });
const paged = (told: Facts, over: Partial<Delivery> = {}) =>
  toldOf(told, { target: PAGER, handle: keyOf(told), ...over });
const keyOf = (of: Facts) => dedupKeyOf(incident().id, PAGER.address, of);

/** `trigger <facts' key>`, or what else the plan says. */
function next(of: Scene): string {
  const step = plan(of);
  if (step.do !== 'call') return step.do;
  const names = new Map([
    [keyOf(firing), 'first key'],
    [keyOf(back), 'second key'],
  ]);
  return `${step.call.do} ${names.get(step.call.dedupKey) ?? step.call.dedupKey}`;
}

interface Row {
  readonly rule: string;
  readonly scene: Scene;
  readonly next: string;
}

const ROWS: readonly Row[] = [
  { rule: 'pages for an opening', scene: {}, next: 'trigger first key' },
  { rule: 'pages nobody for what is over', scene: { facts: ended }, next: 'settled' },
  { rule: 'is done when all is told', scene: { delivery: paged(firing) }, next: 'nothing' },
  {
    rule: 'does nothing for a count',
    scene: { facts: facts({ count: 99, last: LAST }), delivery: paged(firing) },
    next: 'nothing',
  },
  {
    rule: 'pages again for a rise, with the same key',
    scene: { facts: grave, delivery: paged(firing) },
    next: 'trigger first key',
  },
  {
    rule: 'resolves with the key that it paged with',
    scene: { facts: ended, delivery: paged(firing) },
    next: 'resolve first key',
  },
  {
    rule: 'resolves although it rose meanwhile',
    scene: { facts: { ...ended, severity: 'SEV1' }, delivery: paged(firing) },
    next: 'resolve first key',
  },
  {
    rule: 'pages with a new key for a return',
    scene: { facts: back, delivery: paged(ended, { handle: keyOf(firing) }) },
    next: 'trigger second key',
  },
  {
    rule: 'first ends the old alert when the end was never told',
    scene: { facts: back, delivery: paged(firing) },
    next: 'resolve first key',
  },
  {
    rule: 'keeps the alert when a late end from before it changes the key of the opening',
    scene: {
      facts: facts({ first: FIRST - 9_000, last: FIRST, resolvedAt: FIRST - 5_000, count: 2 }),
      delivery: paged(firing),
    },
    next: 'settled',
  },
  {
    rule: 'resolves with the old key after such a late end',
    scene: {
      facts: ended,
      delivery: paged(facts({ first: FIRST - 9_000, last: FIRST, resolvedAt: FIRST - 5_000 }), {
        handle: keyOf(firing),
      }),
    },
    next: 'resolve first key',
  },
  {
    rule: 'pages nobody for what came back and ended again',
    scene: { facts: facts({ last: AGAIN, resolvedAt: AGAIN + 1 }), delivery: paged(ended) },
    next: 'settled',
  },
  {
    rule: 'pages nobody for a rise that is over',
    scene: { facts: { ...ended, severity: 'SEV1' }, delivery: paged(ended) },
    next: 'settled',
  },
  {
    rule: 'pages for the next occurrence',
    scene: { facts: facts({ occurrence: 2 }), delivery: paged(ended) },
    next: `trigger ${keyOf(facts({ occurrence: 2 }))}`,
  },
  {
    rule: 'does not page where the rules do not send it',
    scene: { delivery: pager({ routed: false }) },
    next: 'nothing',
  },
  {
    rule: 'resolves where the rules no longer send it',
    scene: { facts: ended, delivery: paged(firing, { routed: false }) },
    next: 'resolve first key',
  },
  {
    rule: 'does not page for the next occurrence where the rules no longer send it',
    scene: { facts: facts({ occurrence: 2 }), delivery: paged(ended, { routed: false }) },
    next: 'nothing',
  },
];

const LOST: readonly Row[] = [
  {
    rule: 'is asserted again',
    scene: { delivery: pager({ sending: sending({ call: 'trigger', unsettled: true }) }) },
    next: 'trigger first key',
  },
  {
    rule: 'is asserted with its own key although the facts have moved on',
    scene: { facts: back, delivery: pager({ sending: sending({ call: 'trigger', unsettled: true }) }) },
    next: 'trigger first key',
  },
  {
    rule: 'is asserted although it is over, so that its key is known and can be resolved',
    scene: { facts: ended, delivery: pager({ sending: sending({ call: 'trigger', unsettled: true }) }) },
    next: 'trigger first key',
  },
  {
    rule: 'of a rise keeps the key of the open alert',
    scene: {
      facts: grave,
      delivery: paged(back, {
        sending: sending({ call: 'trigger', unsettled: true, facts: { ...back, severity: 'SEV1' } }),
      }),
    },
    next: 'trigger second key',
  },
  {
    rule: 'is asserted where the rules no longer send it',
    scene: { delivery: pager({ routed: false, sending: sending({ call: 'trigger', unsettled: true }) }) },
    next: 'trigger first key',
  },
];

describe('the single next event', () => {
  test.each(ROWS)('$rule', (row) => {
    expect(next(row.scene)).toBe(row.next);
  });

  it('is sent to the key that the address names', () => {
    expect(plan({})).toMatchObject({ call: { routingKey: 'ssm:/hansho/pagerduty/oncall' } });
  });

  it('ending an old alert makes true that it ended, and that its return is still to be told', () => {
    const step = plan({ facts: back, delivery: paged(firing) });
    if (step.do !== 'call') throw new Error('no call');
    expect(step.facts).toMatchObject({ status: 'resolved', resolvedAt: END, lastFiring: FIRST });
    expect(step.urgent).toBe(true);
    const after = paged(step.facts, { handle: keyOf(firing) });
    expect(next({ facts: back, delivery: after })).toBe('trigger second key');
  });

  it('a rise carries the new severity', () => {
    expect(
      plan({ facts: facts({ severity: 'SEV1' }), delivery: paged(facts({ severity: 'SEV3' })) }),
    ).toMatchObject({
      call: { body: { payload: { severity: 'critical', custom_details: { sev: 'SEV1' } } } },
    });
  });
});

describe('a trigger whose answer was lost', () => {
  test.each(LOST)('$rule', (row) => {
    expect(next(row.scene)).toBe(row.next);
  });

  it('is left alone while it may be under way', () => {
    const under = pager({ sending: sending({ call: 'trigger' }) });
    expect(plan({ delivery: under, input: { now: FIRST + 1 } })).toEqual({
      do: 'wait',
      until: FIRST + LEASE_MS,
    });
    expect(next({ delivery: under, input: { now: FIRST + LEASE_MS } })).toBe('trigger first key');
  });

  it('claims the facts that were sent, not those of now', () => {
    const lost = sending({ call: 'trigger', unsettled: true });
    expect(plan({ facts: ended, delivery: pager({ sending: lost }) })).toMatchObject({ facts: lost.facts });
  });

  it('a lost resolve is sent again', () => {
    const lost = sending({ call: 'resolve', unsettled: true, facts: ended });
    expect(next({ facts: ended, delivery: paged(firing, { sending: lost }) })).toBe('resolve first key');
  });
});

describe('the key', () => {
  it('is the same for the same opening, whatever else has moved', () => {
    expect(keyOf(facts({ count: 7, last: LAST, severity: 'SEV1' }))).toBe(keyOf(firing));
  });

  it('differs between openings, occurrences, incidents and addresses', () => {
    const keys = [
      keyOf(firing),
      keyOf(back),
      keyOf(facts({ occurrence: 2 })),
      dedupKeyOf(
        incident({ id: 'incident-2' as Delivery['target']['address'] & ReturnType<typeof incident>['id'] })
          .id,
        PAGER.address,
        firing,
      ),
      dedupKeyOf(incident().id, delivery().target.address, firing),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('tells nothing of what it is made of, and fits PagerDuty', () => {
    expect(keyOf(firing)).toMatch(/^hansho-[0-9a-f]{64}$/);
  });
});
