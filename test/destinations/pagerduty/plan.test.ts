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
const endedAgain = facts({ last: AGAIN, resolvedAt: AGAIN + 1, count: 2 });
const flapping = facts({ last: AGAIN, resolvedAt: END, count: 5, flaps: 5, flapMs: 600_000 });
const grave = facts({ severity: 'SEV1' });

const keyAfter = (end: number, occurrence = 1) => dedupKeyOf([PAGER.address, incident().id, occurrence, end]);
const FIRST_KEY = keyAfter(0);
const SECOND_KEY = keyAfter(END);

const plan = (of: Scene) => planPagerDuty(scene({ delivery: pager(), ...of }));
const pager = (over: Partial<Delivery> = {}) => delivery({ target: PAGER, ...over });
const paged = (told: Facts, over: Partial<Delivery> = {}) =>
  toldOf(told, { target: PAGER, handle: FIRST_KEY, ...over });

/** `trigger first key`, or what else the plan says. */
function next(of: Scene): string {
  const step = plan(of);
  if (step.do !== 'call') return step.do;
  const names = new Map([
    [FIRST_KEY, 'first key'],
    [SECOND_KEY, 'second key'],
    [keyAfter(0, 2), 'next occurrence'],
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
    scene: { facts: back, delivery: paged(ended) },
    next: 'trigger second key',
  },
  {
    rule: 'resolves a return with its own key',
    scene: { facts: endedAgain, delivery: paged(back, { handle: SECOND_KEY }) },
    next: 'resolve second key',
  },
  {
    rule: 'first ends the old alert when its end was never told',
    scene: { facts: back, delivery: paged(firing) },
    next: 'resolve first key',
  },
  {
    rule: 'sends nothing for a late end from before the alert',
    scene: {
      facts: facts({ first: FIRST - 9_000, last: FIRST, resolvedAt: FIRST - 5_000, count: 2 }),
      delivery: paged(firing),
    },
    next: 'settled',
  },
  {
    rule: 'resolves with the key of the open alert after such a late end',
    scene: {
      facts: ended,
      delivery: paged(facts({ first: FIRST - 9_000, last: FIRST, resolvedAt: FIRST - 5_000 })),
    },
    next: 'resolve first key',
  },
  {
    rule: 'pages nobody for what came back and ended again',
    scene: { facts: endedAgain, delivery: paged(ended) },
    next: 'settled',
  },
  {
    rule: 'pages nobody for a rise that is over',
    scene: { facts: { ...ended, severity: 'SEV1' }, delivery: paged(ended) },
    next: 'settled',
  },
  {
    rule: 'pages with a new key for the next occurrence',
    scene: { facts: facts({ occurrence: 2 }), delivery: paged(ended) },
    next: 'trigger next occurrence',
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

const lost = sending({ call: 'trigger', unsettled: true });

const LOST: readonly Row[] = [
  { rule: 'is sent again', scene: { delivery: pager({ sending: lost }) }, next: 'trigger first key' },
  {
    rule: 'keeps its key although it ended and came back meanwhile',
    scene: { facts: back, delivery: pager({ sending: lost }) },
    next: 'trigger first key',
  },
  {
    rule: 'is ended when it is over meanwhile, which pages nobody if it was never opened',
    scene: { facts: ended, delivery: pager({ sending: lost }) },
    next: 'resolve first key',
  },
  {
    rule: 'is ended even when a later attempt certainly failed and took the claim with it',
    scene: { facts: ended, delivery: pager({ attempts: 2 }) },
    next: 'resolve first key',
  },
  {
    rule: 'of a return is ended under the key of the return',
    scene: { facts: endedAgain, delivery: paged(ended, { sending: lost }) },
    next: 'resolve second key',
  },
  {
    rule: 'of a rise keeps the key of the open alert',
    scene: {
      facts: { ...back, severity: 'SEV1' },
      delivery: paged(back, { handle: SECOND_KEY, sending: lost }),
    },
    next: 'trigger second key',
  },
  {
    rule: 'counts as told where the rules no longer send it',
    scene: { facts: ended, delivery: pager({ routed: false, sending: lost }) },
    next: 'resolve first key',
  },
  {
    rule: 'and a resolve whose answer was lost is sent again, with the same key',
    scene: { facts: ended, delivery: pager({ sending: { ...lost, call: 'resolve', facts: ended } }) },
    next: 'resolve first key',
  },
  {
    rule: 'stays open when it begins to flap',
    scene: { facts: flapping, delivery: paged(firing) },
    next: 'settled',
  },
  {
    rule: 'is opened again with the same key when it begins to flap and its end may have been told',
    scene: { facts: flapping, delivery: paged(firing, { attempts: 1 }) },
    next: 'trigger first key',
  },
  {
    rule: 'stays open when it is calm and fires',
    scene: { facts: back, delivery: paged(flapping) },
    next: 'settled',
  },
  {
    rule: 'is opened again with the same key when it is calm, fires, and its end may have been told',
    scene: { facts: back, delivery: paged(flapping, { sending: { ...lost, call: 'resolve' } }) },
    next: 'trigger first key',
  },
];

describe('the single next event', () => {
  test.each(ROWS)('$rule', (row) => {
    expect(next(row.scene)).toBe(row.next);
  });

  it('is sent to the integration key that the address names', () => {
    expect(plan({})).toMatchObject({ call: { routingKey: 'ssm:/hansho/pagerduty/oncall' } });
  });

  it('ending an old alert makes true that it ended, and leaves its return to be told', () => {
    const step = plan({ facts: back, delivery: paged(firing) });
    if (step.do !== 'call') throw new Error('no call');
    expect(step.facts).toMatchObject({ status: 'resolved', resolvedAt: END, lastFiring: FIRST });
    expect(step.urgent).toBe(true);
    expect(next({ facts: back, delivery: paged(step.facts) })).toBe('trigger second key');
  });

  it('a rise carries the new severity', () => {
    expect(plan({ facts: grave, delivery: paged(facts({ severity: 'SEV3' })) })).toMatchObject({
      call: { body: { payload: { severity: 'critical', custom_details: { sev: 'SEV1' } } } },
    });
  });
});

describe('a trigger whose answer was lost', () => {
  test.each(LOST)('$rule', (row) => {
    expect(next(row.scene)).toBe(row.next);
  });

  it('is left alone while it may be under way', () => {
    const claimed = pager({ sending: sending({ call: 'trigger' }) });
    const at = (now: number): Scene => ({ delivery: claimed, input: { now } });
    expect(plan(at(FIRST + 1))).toEqual({ do: 'wait', until: FIRST + LEASE_MS });
    expect(next(at(FIRST + LEASE_MS))).toBe('trigger first key');
  });
});

describe('the key', () => {
  it('differs between openings, occurrences, incidents and addresses', () => {
    const keys = [
      FIRST_KEY,
      SECOND_KEY,
      keyAfter(0, 2),
      dedupKeyOf([PAGER.address, 'incident-2', 1, 0]),
      dedupKeyOf(['pagerduty:ssm:/other', incident().id, 1, 0]),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('tells nothing of what it is made of, and fits PagerDuty', () => {
    expect(FIRST_KEY).toMatch(/^hansho-[0-9a-f]{64}$/);
  });
});
