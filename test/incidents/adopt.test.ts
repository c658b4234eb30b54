import { describe, expect, it } from 'vitest';
import { absorb } from '../../shared/incidents/absorb.ts';
import { adopt, isFull } from '../../shared/incidents/adopt.ts';
import { claim, settle } from '../../shared/incidents/deliver.ts';
import { tidied } from '../../shared/incidents/strays.ts';
import type { Address, Target } from '../../shared/model/decision.ts';
import type { CallName } from '../../shared/model/incident.ts';
import { bundle, MINUTE, MORNING, tally } from '../support/make.ts';

const target: Target = { name: 'slack-alert', kind: 'slack', address: 'slack:#alert' as Address };
const policy = { reopenMs: 0, escalation: () => null, route: () => ({ targets: [target] }) };
const { incident } = absorb(null, bundle({ firing: [tally('m', MORNING)] }), policy, MORNING);
const now = MORNING + 10 * MINUTE;

function toldAt(at: number, handle: string | null = null) {
  const signal = { mark: 'm', receivedAt: MORNING };
  return { incident: incident.id, address: target.address, target, handle, signal, at };
}

function sinces({ deliveries }: typeof incident): readonly number[] {
  return deliveries.flatMap(({ strays }) => strays.map(({ since }) => since));
}

describe('what was told without the table', () => {
  it('several times is looked for from the first on', () => {
    const once = adopt(incident, toldAt(MORNING + 5 * MINUTE), now);
    expect(sinces(adopt(once, toldAt(MORNING), now))).toEqual([MORNING]);
  });

  it('before what is being looked for just now is looked for by itself', () => {
    const later = adopt(incident, toldAt(MORNING + 5 * MINUTE), now);
    const facts = incident.facts;
    const find = { nonce: 'n', at: now, call: 'find' as CallName, facts, unsettled: false, repeats: false };
    const looking = claim(later, target.address, find, now);
    const both = adopt(looking, toldAt(MORNING), now);
    const after = settle(both, target.address, 'n', 'find', { is: 'absent' }, now);
    expect(sinces(after)).toEqual([MORNING]);
  });

  it('and is known to be somewhere is removed there, each by itself, before anything is looked for', () => {
    const seen = ['C1/1', 'C1/2', 'C1/1', null].reduce(
      (i, handle) => adopt(i, toldAt(MORNING, handle), now),
      incident,
    );
    expect(seen.deliveries[0]?.strays.map(({ handle }) => handle)).toEqual(['C1/1', 'C1/2', null]);
    const [first] = seen.deliveries;
    const removed = first && tidied(first, 'remove', { is: 'told', handle: 'C1/1' }, now);
    expect(removed?.strays.map(({ handle }) => handle)).toEqual(['C1/2', null]);
  });

  it('and could not be removed is tried again before what may have to wait for its channel', () => {
    const [delivery] = adopt(adopt(incident, toldAt(MORNING), now), toldAt(MORNING, 'C1/1'), now).deliveries;
    const failed = delivery && tidied(delivery, 'remove', { is: 'retry', because: 'HTTP 502' }, now);
    expect(failed?.strays.map(({ handle }) => handle)).toEqual(['C1/1', null]);
  });

  it('is taken in twenty at a time: an item stays small', () => {
    const many = Array.from({ length: 20 }).reduce<typeof incident>(
      (i, _, n) => adopt(i, toldAt(MORNING, `C1/${n}`), now),
      incident,
    );
    expect([isFull(incident, toldAt(MORNING)), isFull(many, toldAt(MORNING))]).toEqual([false, true]);
  });
});
