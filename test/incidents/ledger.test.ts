import { describe, expect, it } from 'vitest';
import { absorb } from '../../shared/incidents/absorb.ts';
import { contradictionsIn, lateOf, statesOf } from '../../shared/incidents/ledger.ts';
import type { IncidentId } from '../../shared/model/bundle.ts';
import type { Address } from '../../shared/model/decision.ts';
import type { Delivery, Incident } from '../../shared/model/incident.ts';
import type { AddressState } from '../../shared/model/telling.ts';
import { bundle, MINUTE, MORNING, policy, tally } from '../support/make.ts';

const NOW = MORNING + 10 * MINUTE;
const opened = (name: string): Incident => ({
  ...absorb(null, bundle({ firing: [tally(name, MORNING)] }), policy, MORNING).incident,
  id: name as IncidentId,
});
const told = (incident: Incident): Incident => ({
  ...incident,
  deliveries: incident.deliveries.map((d) => ({
    ...d,
    shown: incident.facts,
    announced: incident.facts,
    untoldSince: null,
  })),
  dueAt: null,
});
const delivered = (incident: Incident, over: Partial<Delivery>): Incident => ({
  ...incident,
  deliveries: incident.deliveries.map((d) => ({ ...d, ...over })),
});
const address = (over: Partial<AddressState>): AddressState => ({
  address: 'slack:#alert' as Address,
  version: 1,
  blockedUntil: 0,
  nextFreeAt: 0,
  channelId: null,
  broken: null,
  ...over,
});
const states = (incidents: readonly Incident[], addresses: readonly AddressState[] = []) =>
  statesOf({ incidents, addresses, sightings: [] }, NOW);

describe('the states of the table', () => {
  it('count incidents by what is told of them', () => {
    const resolved = told({
      ...opened('b'),
      facts: { ...opened('b').facts, status: 'resolved', resolvedAt: MORNING + 1 },
    });
    const tombstone = absorb(null, bundle({ resolvedAt: MORNING }), policy, MORNING).incident;
    const known = states([opened('a'), told(opened('c')), resolved, tombstone]);
    expect(known.incidents).toEqual({
      total: 3,
      firing: 2,
      resolved: 1,
      told: 2,
      untold: 1,
      held: 0,
      tombstones: 1,
    });
    expect(known.untold).toMatchObject([{ incident: 'a', address: 'slack:#alert', since: MORNING }]);
  });

  const sending = {
    nonce: 'n',
    at: NOW,
    call: 'post' as const,
    facts: opened('a').facts,
    unsettled: false,
    repeats: false,
  };
  it.each([
    { name: 'nothing has been tried', over: {}, says: 'that it fires is on its way' },
    {
      name: 'tries failed',
      over: { attempts: 3, retryAt: NOW },
      says: '3 failed tries; next at 2026-11-22T00:10',
    },
    { name: 'it waits', over: { retryAt: NOW + MINUTE }, says: 'waits for its turn at 2026-11-22T00:11' },
    { name: 'a send is under way', over: { sending }, says: 'being sent since 2026-11-22T00:10' },
    { name: 'an answer was lost', over: { sending: { ...sending, unsettled: true } }, says: 'looked up' },
  ])('say why something is untold: $name', ({ over, says }) => {
    expect(states([delivered(opened('a'), over)]).untold[0]?.because).toContain(says);
  });

  it.each([
    {
      name: 'broken',
      state: address({
        broken: { since: MORNING, retryAt: NOW, code: 'not_in_channel', hint: 'invite the app' },
      }),
      is: { is: 'broken', at: MORNING, because: 'not_in_channel: invite the app' },
    },
    {
      name: 'blocked',
      state: address({ blockedUntil: NOW + MINUTE }),
      is: { is: 'blocked', at: NOW + MINUTE, because: 'asked us to wait until 2026-11-22T00:11:00.000Z' },
    },
  ])('say of an address that it is $name, and so why what waits there is untold', ({ state, is }) => {
    const found = states([opened('a')], [state]);
    expect(found.addresses).toEqual([{ address: 'slack:#alert', ...is }]);
    expect(found.untold[0]?.because).toBe(is.because);
  });

  it('name the rule that holds something back: it is neither told nor late', () => {
    const { facts } = opened('a');
    const rule = { kind: 'storm', by: 'storm', at: 'built-in', because: 'too many' } as const;
    const held = { ...rule, since: MORNING, until: NOW, askAt: NOW, facts };
    const found = states([delivered(opened('a'), { held, untoldSince: null })]);
    expect(found.incidents).toMatchObject({ told: 0, untold: 0, held: 1 });
    expect(found.untold).toEqual([]);
    expect(found.held).toMatchObject([
      { incident: 'a', address: 'slack:#alert', by: 'storm', since: MORNING },
    ]);
  });

  it('forget an address that has opened again', () => {
    expect(states([], [address({ blockedUntil: NOW - 1 })]).addresses).toEqual([]);
  });

  it('say where the canary came out last, and how long it took', () => {
    const sightings = [{ perch: 'slack-urgent' as const, sentAt: MORNING, seenAt: MORNING + 42 }];
    const { canary } = statesOf({ incidents: [], addresses: [], sightings }, NOW);
    expect(canary).toContainEqual({ door: 'slack-urgent', outAt: MORNING + 42, afterMs: 42 });
    expect(canary).toContainEqual({ door: 'pagerduty-normal', outAt: null, afterMs: null });
    expect(canary).toHaveLength(4);
  });
});

describe('late', () => {
  it.each([
    { minutes: 5, late: 0 },
    { minutes: 5.1, late: 1 },
  ])('is what has been untold for more than five minutes: $minutes', ({ minutes, late }) => {
    const now = MORNING + minutes * MINUTE;
    const lines = lateOf(statesOf({ incidents: [opened('a')], addresses: [], sightings: [] }, now), now);
    expect(lines).toHaveLength(late);
    for (const line of lines)
      expect(line).toContain('SEV3 "card gateway refused the call" has not been told at slack:#alert');
  });
});

describe('a contradiction', () => {
  const reports = new Map([['a', {}]]);
  const found = (incident: Incident, known: ReadonlyMap<string, unknown> = reports) =>
    contradictionsIn({ incidents: [incident], addresses: [], sightings: [], reports: known }, NOW);

  it.each([
    {
      name: 'words that are gone',
      got: () => found({ ...opened('a'), dueAt: NOW }, new Map()),
      says: /its words are gone/,
    },
    {
      name: 'a sweep that will never look',
      got: () => found({ ...opened('a'), dueAt: null }),
      says: /will never look/,
    },
    {
      name: 'a sweep that has not looked',
      got: () => found({ ...opened('a'), dueAt: MORNING }),
      says: /was due at/,
    },
  ])('is named: $name', ({ got, says }) => {
    expect(got()).toEqual([expect.stringMatching(says)]);
  });

  it('is not what is told, nor what is soon to be looked at', () => {
    expect(found(told(opened('a')), new Map())).toEqual([]);
    expect(found({ ...opened('a'), dueAt: NOW - MINUTE })).toEqual([]);
  });
});
