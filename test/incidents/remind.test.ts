import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { absorb } from '../../shared/incidents/absorb.ts';
import { arm, call, callsDue, uncall } from '../../shared/incidents/remind.ts';
import type { Delivery, Incident } from '../../shared/model/incident.ts';
import type { RemindRule } from '../../shared/model/rules.ts';
import { bundle, HOUR, MINUTE, MORNING, policy, report, tally, target } from '../support/make.ts';

const T = MORNING;
const open = absorb(
  null,
  bundle({ firing: [tally('m1', T)], report: report({ time: T, signalId: 's1' }) }),
  policy,
  T,
).incident;
/** Told at T at the only address that it has, but for what `over` says. */
function told(over: Partial<Delivery> = {}, facts: Partial<Incident['facts']> = {}): Incident {
  const deliveries = open.deliveries.map((d) => ({
    ...d,
    ...{ shown: open.facts, announced: open.facts, handle: 'C/1', newsAt: T, untoldSince: null },
    ...over,
  }));
  return { ...open, facts: { ...open.facts, ...facts }, deliveries };
}
function rule(over: Partial<RemindRule> = {}): RemindRule {
  return {
    ...{ name: 'again', match: {}, afterMs: 0, mention: null, tell: [], at: 'hansho.yml:1' },
    every: { ms: 30 * MINUTE, maxMs: 4 * HOUR, broadcast: false },
    ...over,
  };
}
const boss = target('#boss');
const calling = rule({ name: 'boss', every: null, afterMs: 15 * MINUTE, tell: [boss] });
const remindAt = (incident: Incident) => incident.deliveries[0]?.remindAt;

describe('the next reminder', () => {
  test.each([
    ['after the first pause', {}, T + 30 * MINUTE],
    ['after twice as long', { reminders: 1 }, T + HOUR],
    ['after the longest pause in the end', { reminders: 9 }, T + 4 * HOUR],
    ['when it was to go in any case', { remindAt: T + MINUTE }, T + MINUTE],
    ['sooner, where a rule now says so', { remindAt: T + 5 * HOUR }, T + 30 * MINUTE],
    ['never where nothing was told', { announced: null }, null],
    ['never where the rules no longer send it', { routed: false }, null],
    ['never to a page, which reminds by itself', { target: target('oncall', 'pagerduty') }, null],
  ] as const)('goes %s', (_, over, at) => {
    expect(remindAt(arm(told(over), [rule()], T))).toBe(at);
  });

  test.each([
    ['it is over', { status: 'resolved', resolvedAt: T + 1 }],
    ['there is news to tell first', { severity: 'SEV1' }],
  ] as const)('does not go while %s', (_, facts) => {
    expect(remindAt(arm(told({}, facts), [rule()], T))).toBeNull();
  });

  it('is set by the first rule that reminds, and by none where none does', () => {
    const slow = rule({ every: { ms: HOUR, maxMs: HOUR, broadcast: false } });
    expect(remindAt(arm(told(), [calling, slow, rule()], T))).toBe(T + HOUR);
    expect(remindAt(arm(told({ remindAt: T + 1 }), [calling], T))).toBeNull();
  });

  it('is looked at in its time, and looking again postpones nothing', () => {
    const armed = arm(told(), [rule()], T);
    expect(armed.dueAt).toBe(T + 30 * MINUTE);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: HOUR })), (looks) => {
        const again = looks.reduce((one, ms) => arm(one, [rule()], T + ms), armed);
        expect(remindAt(again)).toBe(T + 30 * MINUTE);
      }),
    );
  });
});

describe('who is called', () => {
  const due = (incident: Incident, at: number, rules = [calling]) =>
    callsDue(incident, rules, at).map((one) => one.target.address);

  it('is called when it has gone on for so long since others knew, and looked at then', () => {
    expect(arm(told(), [calling], T)).toMatchObject({ callAt: T + 15 * MINUTE, dueAt: T + 15 * MINUTE });
    expect(due(told(), T + 15 * MINUTE - 1)).toEqual([]);
    expect(due(told(), T + 15 * MINUTE)).toEqual([boss.address]);
  });

  test.each([
    ['since it should have been told, where it could not be', { newsAt: null, untoldSince: T - HOUR }, true],
    ['since the rise that is still untold', { untoldSince: T + 10 * MINUTE }, false],
    ['not where it was told by an earlier version, which did not say when', { newsAt: null }, false],
    ['not where nobody is told of it any more', { routed: false }, false],
  ] as const)('counts %s', (_, over, called) => {
    expect(due(told(over), T + 15 * MINUTE)).toEqual(called ? [boss.address] : []);
  });

  it('is nobody when it is over, when it is held everywhere, or when they know of it', () => {
    const held = { kind: 'storm', by: 'storm', at: '', because: '', since: T, until: T, askAt: T } as const;
    expect(due(told({}, { status: 'resolved', resolvedAt: T + 1 }), T + HOUR)).toEqual([]);
    expect(due(told({ held: { ...held, facts: open.facts } }), T + HOUR)).toEqual([]);
    expect(due(told({ target: boss }), T + HOUR)).toEqual([]);
  });

  it('stays called until the occurrence is over, whatever the rules route', () => {
    const called = call(told(), callsDue(told(), [calling], T + HOUR), T + HOUR);
    const next = absorb(called, bundle({ firing: [tally('m2', T + HOUR)] }), policy, T + HOUR).incident;
    expect(next.deliveries.at(-1)).toMatchObject({ target: boss, routed: true, called: { by: 'boss' } });
  });

  it('is left out again when no rule calls them any more and they have heard nothing', () => {
    const called = call(told(), callsDue(told(), [calling], T + HOUR), T + HOUR);
    expect(uncall(called, [calling], T + HOUR)).toBe(called);
    expect(uncall(called, [rule()], T + HOUR).deliveries.map((d) => d.target.name)).toEqual(['#alert']);
    const heard = called.deliveries.map((d) => ({ ...d, announced: open.facts }));
    expect(uncall({ ...called, deliveries: heard }, [rule()], T + HOUR).deliveries).toHaveLength(2);
  });
});
