import { describe, expect, it, test } from 'vitest';
import { absorb } from '../../shared/incidents/absorb.ts';
import { claim, note, settle } from '../../shared/incidents/deliver.ts';
import type { CallName, Delivery, Incident, Sending } from '../../shared/model/incident.ts';
import { newsOf } from '../../shared/model/news.ts';
import type { Outcome } from '../../shared/model/telling.ts';
import { bundle, MORNING, policy, report, tally } from '../support/make.ts';

const T = MORNING;
const open: Incident = absorb(
  null,
  bundle({ firing: [tally('m1', T)], report: report({ time: T, signalId: 's1' }) }),
  policy,
  T,
).incident;

function withDelivery(over: Partial<Delivery>): Incident {
  return { ...open, deliveries: open.deliveries.map((d) => ({ ...d, ...over })) };
}

function sending(over: Partial<Sending>): Sending {
  return {
    nonce: 'n',
    at: T,
    call: 'post',
    facts: open.facts,
    unsettled: false,
    repeats: false,
    ...over,
  };
}

function outcomeOf(before: Incident, call: CallName, outcome: Outcome, held: Sending): Delivery | undefined {
  const [delivery] = before.deliveries;
  if (delivery === undefined) throw new Error('the rules name no destination');
  const { address } = delivery.target;
  return settle(claim(before, address, held, T), address, 'n', call, outcome, T).deliveries[0];
}

describe('settling a call', () => {
  it('keeps what people were told when somebody deletes the card: its end is still owed there', () => {
    const told = withDelivery({ routed: false, shown: open.facts, announced: open.facts, handle: 'C/1' });
    const held = sending({ call: 'update' });
    const d = outcomeOf(told, 'update', { is: 'gone', because: 'message_not_found' }, held);
    expect(d).toMatchObject({ handle: null, shown: null, announced: open.facts, sending: null });
  });

  const CERTAIN: readonly Outcome[] = [
    { is: 'wait', ms: 1_000, because: '429' },
    { is: 'retry', because: 'ECONNREFUSED' },
    { is: 'too-big', because: 'msg_too_long' },
    { is: 'broken', code: 'token_revoked', hint: 'store a new token' },
  ];
  test.each(CERTAIN)('a certain failure ($is) gives its claim back', (outcome) => {
    expect(outcomeOf(open, 'post', outcome, sending({}))?.sending).toBeNull();
  });
  test.each(CERTAIN)('what an earlier call may have left outlives a certain failure ($is)', (outcome) => {
    const d = outcomeOf(open, 'trigger', outcome, sending({ call: 'trigger', repeats: true }));
    expect(d?.sending).toMatchObject({ call: 'trigger', unsettled: true });
  });

  it('sends again what may not be looked up, and goes on looking where the rules no longer send it', () => {
    const outcome: Outcome = { is: 'broken', code: 'missing_scope', hint: 'add the scope' };
    const doubt = sending({ unsettled: true });
    expect(outcomeOf(open, 'find', outcome, doubt)?.sending).toBeNull();
    expect(outcomeOf(open, 'find', outcome, { ...doubt, call: 'reply' })?.sending).toBeNull();
    const left = outcomeOf(withDelivery({ routed: false }), 'find', outcome, doubt);
    expect(left).toMatchObject({ sending: doubt, announced: null });
    expect(left?.retryAt).toBeGreaterThan(T);
  });

  it('tells what fired between the end that was told and a later one, though the card was gone when that came', () => {
    const ended = { ...open.facts, status: 'resolved' as const, resolvedAt: T + 10 };
    const later = { ...ended, resolvedAt: T + 30 };
    const told = withDelivery({ shown: null, announced: ended });
    const address = told.deliveries[0]?.target.address;
    if (address === undefined) throw new Error('the rules name no destination');
    const noted = note(told, address, later, T).deliveries[0];
    expect(noted).toMatchObject({ shown: later, announced: ended });
    expect(newsOf(noted?.announced ?? null, { ...later, count: 2, lastFiring: T + 20 })).toBe('recurred');
  });

  it('brings a card up to date though a rule took the news: its count is not said to be there', () => {
    const told = withDelivery({ shown: { ...open.facts, count: 1 }, announced: open.facts });
    const address = told.deliveries[0]?.target.address;
    if (address === undefined) throw new Error('the rules name no destination');
    const facts = { ...open.facts, count: 3 };
    expect(note(told, address, facts, T).deliveries[0]?.shown).toMatchObject({ count: 1 });
    const unseen = note(withDelivery({ shown: null }), address, facts, T).deliveries[0];
    expect(unseen?.shown).toEqual(facts);
  });

  it('leaves the card of an earlier occurrence as it is when a rule took the next', () => {
    const told = withDelivery({ shown: { ...open.facts, count: 12 }, announced: open.facts, handle: 'C1/1' });
    const address = told.deliveries[0]?.target.address;
    if (address === undefined) throw new Error('the rules name no destination');
    const next = { ...open.facts, occurrence: open.facts.occurrence + 1, count: 1 };
    expect(note(told, address, next, T).deliveries[0]?.shown).toEqual(next);
  });
});
