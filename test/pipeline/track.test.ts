import { describe, expect, it } from 'vitest';
import type { Bundle } from '../../shared/model/bundle.ts';
import type { Incident } from '../../shared/model/incident.ts';
import { track } from '../../shared/pipeline/track.ts';
import { bundle, burst, MORNING, nothing, policy, report, STORM, tally } from '../support/make.ts';
import { memoryStore } from '../support/memory.ts';

const T = MORNING;
const fires = (at: number, incident = 'incident-1'): Bundle =>
  bundle({
    incident: incident as Bundle['incident'],
    firing: [tally(`m${at}`, at)],
    receivedAt: at,
    report: report({ time: at, signalId: `s${at}` }),
  });

function deps(store = memoryStore()) {
  const published: (readonly string[])[] = [];
  const errors: string[] = [];
  return {
    store,
    published,
    errors,
    judge: {
      rules: { reopenMs: policy.reopenMs, storm: STORM } as never,
      verdict: () => ({ outcome: 'unremarkable' as const, why: [] }),
      route: (about: Parameters<typeof policy.route>[0]) => ({ ...policy.route(about), why: [] }),
      escalation: policy.escalation,
      destination: () => null,
      ...nothing,
    },
    topics: {
      publish: async (_: unknown, __: unknown, transitions: readonly string[]) =>
        void published.push(transitions),
    },
    untracked: { send: async () => expect.unreachable() },
    within: <Done>(_: number, work: Promise<Done>) => work,
    clock: () => T,
    log: { info() {}, warn() {}, error: (what: string) => void errors.push(what) },
    metrics: { count() {} },
  };
}
const records = (...bundles: readonly Bundle[]) =>
  bundles.map((b, i) => ({ id: `r${i}`, bundle: b, since: T }));

describe('what can never be tracked', () => {
  it.each([
    [9, 0],
    [10, 1],
  ])('after %i minutes is said by %i', async (minutes, said) => {
    const counted: unknown[] = [];
    const poison = 'poison' as Bundle['incident'];
    const d = deps();
    const load = d.store.load;
    const store = {
      ...d.store,
      load: async (id: Bundle['incident']) =>
        id === poison ? Promise.reject(new Error('misshapen')) : load(id),
    };
    const some = records(fires(T), fires(T, poison)).map((one) => ({ ...one, since: T - minutes * 60_000 }));
    const failed = await track(some, {
      ...d,
      store,
      untracked: { send: async () => {} },
      metrics: { count: (...what) => void counted.push(what) },
    });
    expect(failed).toEqual(['r1']);
    expect(counted.filter((one) => String(one).startsWith('SignalsStuck'))).toHaveLength(said);
    expect(d.errors.filter((what) => what === 'signals stuck')).toHaveLength(said);
  });
});

describe('counting across incidents', () => {
  const rule = { ...burst, name: 'one-user', count: 3, to: 'SEV2' as const, per: ['fields.user'] };
  const group = { rule: rule.name, key: 'taro', value: null, n: 1 };
  const across = (store = memoryStore()) => {
    const d = deps(store);
    return { ...d, judge: { ...d.judge, escalation: () => rule } };
  };
  const of = (n: number): Bundle => ({ ...fires(T + n, `incident-${n}`), groups: [group] });
  const severities = (d: ReturnType<typeof across>) =>
    [...d.store.incidents.values()].map(({ id, facts }) => `${id} ${facts.severity}`);

  it('the incident whose signal reaches the limit rises; what comes twice counts once', async () => {
    const d = across();
    for (const n of [1, 2, 2, 2]) await track(records(of(n)), d);
    expect(severities(d)).toEqual(['incident-1 SEV3', 'incident-2 SEV3']);
    await track(records(of(3)), d);
    expect(severities(d)).toEqual(['incident-1 SEV3', 'incident-2 SEV3', 'incident-3 SEV2']);
  });

  it('tells what it cannot count', async () => {
    const store = memoryStore();
    const d = across({
      ...store,
      addCounts: (address, ...rest) =>
        address.startsWith('escalate:')
          ? Promise.reject(new Error('throttled'))
          : store.addCounts(address, ...rest),
    });
    expect(await track(records(of(1)), d)).toEqual([]);
    expect([severities(d), d.errors]).toEqual([['incident-1 SEV3'], ['track failed']]);
  });
});

describe('tracking a batch', () => {
  it('writes once for all bundles of one incident and publishes its transition once', async () => {
    const d = deps();
    expect(await track(records(fires(T), fires(T + 1), fires(T + 2)), d)).toEqual([]);
    const incident = [...d.store.incidents.values()][0];
    expect(incident?.facts.count).toBe(3);
    expect(incident?.version).toBe(1);
    expect(d.published).toEqual([['opened']]);
  });

  it('publishes and writes nothing for a batch that comes again', async () => {
    const d = deps();
    await track(records(fires(T), fires(T + 1)), d);
    await track(records(fires(T + 1)), d);
    await track(records(fires(T)), d);
    expect([...d.store.incidents.values()][0]?.version).toBe(1);
    expect(d.published).toHaveLength(1);
  });

  it('decides again when somebody else wrote first, and counts nothing twice', async () => {
    const d = deps();
    let raced = false;
    const save = d.store.save;
    const racing = {
      ...d.store,
      save: async (incident: Incident) => {
        if (!raced) {
          raced = true;
          await track(records(fires(T + 5)), deps(d.store));
        }
        return save(incident);
      },
    };
    await track(records(fires(T)), { ...d, store: racing });
    expect([...d.store.incidents.values()][0]?.facts.count).toBe(2);
  });

  it('gives back only the records of the incident that failed', async () => {
    const d = deps();
    const store = {
      ...d.store,
      save: async (incident: Incident) => {
        if (incident.id === 'bad') throw new Error('ProvisionedThroughputExceeded');
        return d.store.save(incident);
      },
    };
    expect(
      await track(records(fires(T, 'good'), fires(T, 'bad'), fires(T + 1, 'bad')), { ...d, store }),
    ).toEqual(['r1', 'r2']);
    expect([...d.store.incidents.keys()]).toEqual(['good']);
    expect(d.errors).toHaveLength(1);
  });

  it('keeps the incident when publishing fails: sweep wakes its tellers', async () => {
    const d = deps();
    const topics = {
      publish: async () => {
        throw new Error('SNS is away');
      },
    };
    expect(await track(records(fires(T)), { ...d, topics })).toEqual([]);
    expect([...d.store.incidents.values()][0]?.dueAt).toBe(T + 30_000);
  });

  it('remembers how far it has come, so that quiet is not mistaken', async () => {
    const d = deps();
    await track(records(fires(T + 7), fires(T + 3, 'other')), d);
    expect(await d.store.loadProgress()).toBe(T + 3);
  });

  it('does not take the urgent lane, which runs ahead, for how far it has come', async () => {
    const d = deps();
    await track(records(fires(T + 3)), d);
    await track(records({ ...fires(T + 90_000, 'urgent'), severity: 'SEV1' }), d);
    expect(await d.store.loadProgress()).toBe(T + 3);
  });
});
