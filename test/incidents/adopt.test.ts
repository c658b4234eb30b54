import { describe, expect, it } from 'vitest';
import { absorb } from '../../shared/incidents/absorb.ts';
import { adopt } from '../../shared/incidents/adopt.ts';
import { claim, settle } from '../../shared/incidents/deliver.ts';
import type { Address, Target } from '../../shared/model/decision.ts';
import type { CallName } from '../../shared/model/incident.ts';
import { bundle, MINUTE, MORNING, tally } from '../support/make.ts';

const target: Target = { name: 'slack-alert', kind: 'slack', address: 'slack:#alert' as Address };
const policy = { reopenMs: 0, escalation: () => null, route: () => ({ targets: [target] }) };
const { incident } = absorb(null, bundle({ firing: [tally('m', MORNING)] }), policy, MORNING);
const now = MORNING + 10 * MINUTE;

function toldAt(at: number) {
  const signal = { mark: 'm', receivedAt: MORNING };
  return { incident: incident.id, address: target.address, target, handle: null, signal, at };
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
});
