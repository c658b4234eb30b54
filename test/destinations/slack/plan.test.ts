import { describe, expect, it, test } from 'vitest';
import { LEASE_MS } from '../../../shared/destinations/plan.ts';
import { planSlack } from '../../../shared/destinations/slack/plan.ts';
import type { Facts } from '../../../shared/model/incident.ts';
import {
  AGAIN,
  delivery,
  END,
  FIRST,
  facts,
  LAST,
  type Scene,
  scene,
  sending,
  target,
  toldOf,
} from '../fixtures.ts';

const MINUTE = 60_000;
const firing = facts();
const ended = facts({ resolvedAt: END });
const plan = (of: Scene) => planSlack(scene(of));

/** The next call in a word, or what else the plan says. */
function next(of: Scene): string {
  const step = plan(of);
  return step.do === 'call' ? step.call.do : step.do;
}

function callOf(of: Scene) {
  const step = plan(of);
  if (step.do !== 'call') throw new Error(`no call, but ${step.do}`);
  return step.call;
}

function replyOf(of: Scene) {
  const call = callOf(of);
  if (call.do !== 'reply') throw new Error(`no reply, but ${call.do}`);
  return { ...call, said: JSON.stringify(call.blocks) };
}

interface Row {
  readonly rule: string;
  readonly scene: Scene;
  readonly next: string;
}

const ORDER: readonly Row[] = [
  { rule: 'posts a card of what nobody was told', scene: {}, next: 'post' },
  { rule: 'posts a card of what is over already', scene: { facts: ended }, next: 'post' },
  {
    rule: 'has nothing to show of an end without a beginning',
    scene: { facts: facts({ count: 0 }) },
    next: 'nothing',
  },
  { rule: 'is done when all is told', scene: { delivery: toldOf(firing) }, next: 'nothing' },
  {
    rule: 'brings the card up to date before it tells anybody',
    scene: { facts: ended, delivery: toldOf(firing) },
    next: 'update',
  },
  {
    rule: 'replies once the card is up to date',
    scene: { facts: ended, delivery: toldOf(firing, { shown: ended }) },
    next: 'reply',
  },
  {
    rule: 'updates the card when only the channel has changed',
    scene: { facts: { ...firing, channel: 'notify' }, delivery: toldOf(firing) },
    next: 'update',
  },
  {
    rule: 'posts a new card for a new occurrence',
    scene: { facts: facts({ occurrence: 2 }), delivery: toldOf(ended) },
    next: 'post',
  },
  {
    rule: 'posts anew when the card of what still fires was taken away',
    scene: { delivery: delivery({ announced: firing }) },
    next: 'post',
  },
  {
    rule: 'leaves a card away that was taken away after its end was told',
    scene: { facts: ended, delivery: delivery({ announced: ended }) },
    next: 'settled',
  },
  {
    rule: 'does not tell where the rules no longer send it and nobody was told',
    scene: { delivery: delivery({ routed: false }) },
    next: 'nothing',
  },
  {
    rule: 'tells the end where the rules no longer send it but people were told',
    scene: { facts: ended, delivery: toldOf(firing, { routed: false }) },
    next: 'update',
  },
  {
    rule: 'does not take the next occurrence to where the rules no longer send it',
    scene: { facts: facts({ occurrence: 2 }), delivery: toldOf(ended, { routed: false }) },
    next: 'nothing',
  },
];

describe('the single next call', () => {
  test.each(ORDER)('$rule', (row) => {
    expect(next(row.scene)).toBe(row.next);
  });

  it('says which facts it makes true', () => {
    const step = plan({ facts: ended, delivery: toldOf(firing) });
    expect(step).toMatchObject({ do: 'call', name: 'update', facts: ended });
  });

  it('goes by the name in the rules to post, and by the handle to update', () => {
    expect(callOf({ address: { channelId: 'C0OLD' } })).toMatchObject({ do: 'post', channel: '#alert' });
    expect(callOf({ facts: ended, delivery: toldOf(firing) })).toMatchObject({
      handle: 'C0ALERT/1795284082.000100',
    });
  });

  it('marks each call with the nonce it was given', () => {
    expect(callOf({ input: { nonce: 'abc' } })).toMatchObject({
      mark: { incident: 'incident-1', nonce: 'abc' },
    });
  });

  test.each([
    ['SEV1', firing, true],
    ['SEV2', firing, true],
    ['SEV3', firing, false],
    ['SEV5', ended, true],
  ] as const)('%s goes before others: %#', (severity, now: Facts, urgent) => {
    expect(plan({ facts: { ...now, severity } })).toMatchObject({ do: 'call', urgent });
  });
});

describe('a count that has moved', () => {
  const counted = facts({ count: 9, last: LAST });
  const at = (now: number): Scene => ({
    facts: counted,
    delivery: toldOf(firing, { refreshAt: LAST + MINUTE }),
    input: { now },
  });

  it('waits until there is room', () => {
    expect(plan(at(LAST))).toEqual({ do: 'wait', until: LAST + MINUTE });
  });

  it('is then shown, and makes nobody wait', () => {
    expect(plan(at(LAST + MINUTE))).toMatchObject({ do: 'call', name: 'update', urgent: false });
  });

  it('does not hold back an end', () => {
    const over = facts({ count: 9, last: LAST, resolvedAt: END });
    expect(next({ ...at(LAST), facts: over })).toBe('update');
  });
});

describe('a call whose outcome is not known', () => {
  const known: Scene = { address: { channelId: 'C0ALERT' } };
  const post = (over = {}) => delivery({ sending: sending(over), untoldSince: FIRST - 5_000 });

  it('is left alone while somebody may still be sending it', () => {
    const scene = { ...known, delivery: post(), input: { now: FIRST + LEASE_MS - 1 } };
    expect(plan(scene)).toEqual({ do: 'wait', until: FIRST + LEASE_MS });
  });

  it('is looked up when its lease has run out', () => {
    const scene = { ...known, delivery: post(), input: { now: FIRST + LEASE_MS } };
    expect(callOf(scene)).toEqual({
      do: 'find',
      channel: 'C0ALERT',
      thread: null,
      sinceMs: FIRST - 5_000,
      mark: { incident: 'incident-1', nonce: 'nonce-0' },
    });
  });

  it('is looked up at once when it is known to be unsettled', () => {
    expect(next({ ...known, delivery: post({ unsettled: true }) })).toBe('find');
  });

  it('is looked up from when it was first wanted, however often it was looked up since', () => {
    const later = post({ unsettled: true, at: FIRST + 10 * MINUTE });
    expect(callOf({ ...known, delivery: later })).toMatchObject({ do: 'find', sinceMs: FIRST - 5_000 });
  });

  it('a reply is looked for in its thread', () => {
    const scene = {
      facts: ended,
      delivery: toldOf(firing, { shown: ended, sending: sending({ call: 'reply', unsettled: true }) }),
    };
    expect(callOf(scene)).toMatchObject({ do: 'find', channel: 'C0ALERT', thread: '1795284082.000100' });
  });

  it('a post of a new occurrence is looked for in the channel of the old card', () => {
    const scene = {
      facts: facts({ occurrence: 2 }),
      delivery: toldOf(ended, { sending: sending({ unsettled: true }) }),
    };
    expect(callOf(scene)).toMatchObject({ do: 'find', channel: 'C0ALERT', thread: null });
  });

  it('an update is sent again as what it should be now', () => {
    const scene = {
      facts: ended,
      delivery: toldOf(firing, { sending: sending({ call: 'update', unsettled: true }) }),
    };
    expect(next(scene)).toBe('update');
  });

  it('an update is sent again though nothing has moved since: the card may show what was before', () => {
    const doubt = sending({ call: 'update', unsettled: true });
    expect(next({ facts: firing, delivery: toldOf(firing, { sending: doubt }) })).toBe('update');
  });

  test.each(['SEV1', 'SEV2'] as const)('a %s that cannot be looked up is sent again at once', (severity) => {
    expect(next({ facts: facts({ severity }), delivery: post({ unsettled: true }) })).toBe('post');
  });

  it('a lesser one that cannot be looked up is sent again once another card may have taught the channel', () => {
    const lesser = (now: number): Scene => ({
      facts: facts({ severity: 'SEV3' }),
      delivery: post({ unsettled: true }),
      input: { now },
    });
    expect(plan(lesser(FIRST + 1_000))).toEqual({ do: 'wait', until: FIRST + 15_000 });
    expect(next(lesser(FIRST + 15_000))).toBe('post');
  });

  it('counts as told where the rules no longer send it, so that its end is told', () => {
    const left = delivery({ routed: false, sending: sending({ unsettled: true }) });
    expect(next({ ...known, delivery: left })).toBe('find');
    expect(next({ delivery: left })).toBe('post');
  });
});

describe('who is mentioned', () => {
  const mention = '<!subteam^S0PAYMENTS>';
  const withMention = (of: Scene) => JSON.stringify(callOf({ ...of, input: { mention } }));
  const back = facts({ last: AGAIN, resolvedAt: END, count: 2 });
  const grave = facts({ severity: 'SEV1' });

  test.each([
    ['an opening', {}],
    ['a rise', { facts: grave, delivery: toldOf(firing, { shown: grave }) }],
    ['a return', { facts: back, delivery: toldOf(ended, { shown: back }) }],
  ] as const)('%s mentions the operator’s people, in the notification and in the message', (_what, of) => {
    expect(withMention(of)).toContain('<!subteam^S0PAYMENTS> ');
    expect(withMention(of)).toContain('"usergroup_id":"S0PAYMENTS"');
  });

  test.each([
    ['an end', { facts: ended, delivery: toldOf(firing, { shown: ended }) }],
    ['what is told late', { facts: ended }],
    ['an update', { facts: grave, delivery: toldOf(firing) }],
    [
      'what came back and is over again',
      {
        facts: facts({ last: AGAIN, resolvedAt: AGAIN + MINUTE }),
        delivery: toldOf(ended, { shown: facts({ last: AGAIN, resolvedAt: AGAIN + MINUTE }) }),
      },
    ],
  ] as const)('%s mentions nobody', (_what, of) => {
    expect(withMention(of)).not.toContain('S0PAYMENTS');
  });
});

describe('the word about it', () => {
  const grave = { severity: 'SEV1' } as const;

  it('an end stays in the thread', () => {
    const reply = replyOf({ facts: ended, delivery: toldOf(firing, { shown: ended }) });
    expect(reply.broadcast).toBe(false);
    expect(reply.said).toContain('Resolved after 13 min 38 s · once');
  });

  test.each([
    ['a rise', facts(grave), firing, 'Risen from SEV2 to SEV1'],
    ['a return', facts({ last: AGAIN, resolvedAt: END }), ended, 'Firing again, it had ended 03:15:00'],
    [
      'a return that has ended again',
      facts({ last: AGAIN, resolvedAt: AGAIN + MINUTE }),
      ended,
      'It came back after 03:15:00 and is over again',
    ],
  ])('%s is broadcast, and names the problem', (_what, now, announced, said) => {
    const reply = replyOf({ facts: now, delivery: toldOf(announced, { shown: now }) });
    expect(reply.broadcast).toBe(true);
    expect(reply.said).toContain(said);
    expect(reply.said).toContain('payments-api · connect ECONNREFUSED');
    expect(reply.text).toContain(said);
  });

  test.each([
    ['an end', facts({ ...grave, resolvedAt: END }), firing],
    ['a return', facts({ ...grave, last: AGAIN, resolvedAt: END }), ended],
    ['a return that has ended again', facts({ ...grave, last: AGAIN, resolvedAt: AGAIN + MINUTE }), ended],
  ])('%s mentions the rise that came with it', (_what, now, announced) => {
    const reply = replyOf({ facts: now, delivery: toldOf(announced, { shown: now }) });
    expect(reply.said).toContain('Risen from SEV2 to SEV1');
    expect(reply.text).toContain('Risen from SEV2 to SEV1');
  });
});

describe('a card that the destination found too big', () => {
  const long = { report: { message: 'x'.repeat(100_000) } };

  it('is sent short', () => {
    const whole = JSON.stringify(callOf(long));
    const short = JSON.stringify(callOf({ ...long, delivery: delivery({ shrink: 1 }) }));
    expect(short.length).toBeLessThan(whole.length / 1.5);
    expect(short).toContain('Follow the runbook.');
  });

  it('is sent as plain text in the end', () => {
    const call = callOf({ ...long, delivery: delivery({ shrink: 2 }) });
    expect(call).toMatchObject({ do: 'post', head: [], blocks: [] });
    expect(call.do === 'post' && call.text).toContain('🔴 SEV2 · payments-api · connect ECONNREFUSED');
    expect(call.do === 'post' && call.text).toContain('Firing / once'.replace(' / ', ' · '));
  });
});

describe('the other places it is told', () => {
  it('names the card that it continues, once the rules have moved it', () => {
    const old = toldOf(firing, { target: target('#notify'), routed: false });
    expect(JSON.stringify(callOf({ others: [old] }))).toContain('Continues the card in #notify of ');
    expect(JSON.stringify(callOf({ others: [{ ...old, routed: true }] }))).not.toContain('Continues');
    expect(JSON.stringify(callOf({ others: [{ ...old, announced: null }] }))).not.toContain('Continues');
  });

  it('goes by the rules’ name where the address is only an id', () => {
    const other = delivery({ target: target('C0DEADBEEF', 'slack', 'payments-alert') });
    expect(JSON.stringify(callOf({ others: [other] }))).toContain('Also goes to: payments-alert');
  });
});
