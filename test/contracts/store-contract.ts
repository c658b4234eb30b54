import { describe, expect, it } from 'vitest';
import { absorb } from '../../shared/incidents/absorb.ts';
import type { Bundle, IncidentId } from '../../shared/model/bundle.ts';
import type { Address } from '../../shared/model/decision.ts';
import type { Incident } from '../../shared/model/incident.ts';
import type { MadeSilence } from '../../shared/model/silence.ts';
import type { HistoryEntry, Store } from '../../shared/pipeline/ports.ts';
import { bundle, HOUR, MINUTE, MORNING, policy, report, tally } from '../support/make.ts';

/** What every Store must do. `makeStore` gives an empty one. */
export function storeContract(name: string, makeStore: () => Promise<Store>): void {
  describe(`${name} keeps the Store contract`, () => {
    describe('incidents', () => {
      it('knows nothing of an incident that was never saved', async () => {
        const store = await makeStore();
        expect(await store.load(id('unknown'))).toBeNull();
      });

      it('gives back what was saved, one version on', async () => {
        const store = await makeStore();
        const incident = opened('a');
        expect(await store.save(incident)).toBe('saved');
        expect(await store.load(incident.id)).toEqual({ ...incident, version: 1 });
      });

      it('refuses a second first write: somebody else was faster', async () => {
        const store = await makeStore();
        expect(await store.save(opened('a'))).toBe('saved');
        expect(await store.save({ ...opened('a'), title: 'the slower one' })).toBe('conflict');
        expect((await store.load(id('a')))?.title).toBe(opened('a').title);
      });

      it('refuses a write on a version that is no longer the stored one', async () => {
        const store = await makeStore();
        await store.save(opened('a'));
        const first = await loaded(store, 'a');
        expect(await store.save({ ...first, title: 'first' })).toBe('saved');
        expect(await store.save({ ...first, title: 'late' })).toBe('conflict');
        expect(await store.load(id('a'))).toMatchObject({ title: 'first', version: 2 });
      });

      it('refuses a later write on an incident that is not stored (any more)', async () => {
        const store = await makeStore();
        expect(await store.save({ ...opened('a'), version: 7 })).toBe('conflict');
      });

      it('lets exactly one of many racing writers win', async () => {
        const store = await makeStore();
        await store.save(opened('a'));
        const same = await loaded(store, 'a');
        const results = await Promise.all(
          Array.from({ length: 20 }, (_, i) => store.save({ ...same, title: `writer ${i}` })),
        );
        expect(results.filter((r) => r === 'saved')).toHaveLength(1);
        expect((await loaded(store, 'a')).version).toBe(2);
      });

      it('keeps hostile text as it is', async () => {
        const store = await makeStore();
        const title = '__proto__ "\u0000\u2028<!channel> 半鐘 🔔';
        await store.save({ ...opened('a'), title, marks: ['__proto__', 'constructor'] });
        expect(await store.load(id('a'))).toMatchObject({ title, marks: ['__proto__', 'constructor'] });
      });
    });

    describe('due incidents', () => {
      it('come earliest first, and only when their time has come', async () => {
        const store = await makeStore();
        await store.save({ ...opened('late'), dueAt: MORNING + 2 });
        await store.save({ ...opened('early'), dueAt: MORNING + 1 });
        await store.save({ ...opened('future'), dueAt: MORNING + 4 });
        await store.save({ ...opened('never'), dueAt: null });
        expect(await store.due(MORNING + 3, 10)).toEqual([id('early'), id('late')]);
        expect(await store.due(MORNING + 1, 10)).toEqual([id('early')]);
        expect(await store.due(MORNING, 10)).toEqual([]);
      });

      it('are at most as many as asked for', async () => {
        const store = await makeStore();
        for (const n of [3, 1, 2]) await store.save({ ...opened(`n${n}`), dueAt: MORNING + n });
        expect(await store.due(MORNING + HOUR, 2)).toEqual([id('n1'), id('n2')]);
      });

      it('are due no more once saved without a time, or with a later one', async () => {
        const store = await makeStore();
        await store.save({ ...opened('a'), dueAt: MORNING });
        await store.save({ ...opened('b'), dueAt: MORNING });
        await store.save({ ...(await loaded(store, 'a')), dueAt: null });
        await store.save({ ...(await loaded(store, 'b')), dueAt: MORNING + HOUR });
        expect(await store.due(MORNING + MINUTE, 10)).toEqual([]);
        expect(await store.due(MORNING + HOUR, 10)).toEqual([id('b')]);
      });
    });

    describe('reports', () => {
      it('are not there until saved, and come back as they were', async () => {
        const store = await makeStore();
        expect(await store.loadReport(id('a'))).toBeNull();
        const whole = report({
          remedy: { text: 'rotate the key', url: null },
          places: [
            { is: 'log-stream', group: '/aws/lambda/x', stream: '2026/11/22/[1]ab', at: MORNING },
            { is: 'logs-insights', group: '/aws/lambda/x', at: MORNING, find: null },
            { is: 'securityhub-finding', id: 'f-1', v2: true },
          ],
        });
        await store.saveReport(id('a'), whole, MORNING);
        expect(await store.loadReport(id('a'))).toEqual(whole);
      });

      it.each([
        { name: 'a newer one replaces', second: { time: MORNING + 1, signalId: 'a' }, kept: 'second' },
        { name: 'an older one changes nothing', second: { time: MORNING - 1, signalId: 'z' }, kept: 'first' },
        {
          name: 'at the same time the greater id wins',
          second: { time: MORNING, signalId: 'z' },
          kept: 'second',
        },
        {
          name: 'at the same time the smaller id loses',
          second: { time: MORNING, signalId: 'a' },
          kept: 'first',
        },
        {
          name: 'the same signal’s, decided again, replace its own',
          second: { time: MORNING, signalId: 'm' },
          kept: 'second',
        },
      ])('newest words: $name', async ({ second, kept }) => {
        const store = await makeStore();
        await store.saveReport(id('a'), report({ time: MORNING, signalId: 'm', title: 'first' }), MORNING);
        await store.saveReport(id('a'), report({ ...second, title: 'second' }), MORNING);
        expect((await store.loadReport(id('a')))?.title).toBe(kept);
      });

      it('do not touch the incident of the same id', async () => {
        const store = await makeStore();
        await store.save(opened('a'));
        await store.saveReport(id('a'), report(), MORNING);
        expect((await loaded(store, 'a')).version).toBe(1);
      });
    });

    it('adds a line of history once, also when it is repeated later', async () => {
      const store = await makeStore();
      const entry: HistoryEntry = { at: MORNING, key: '1-opened', what: 'opened', detail: { count: 1 } };
      await store.addHistory(id('a'), entry, MORNING);
      await expect(
        store.addHistory(id('a'), { ...entry, at: MORNING + 1 }, MORNING + 1),
      ).resolves.toBeUndefined();
    });

    describe('addresses', () => {
      it('start free, and keep what was learnt', async () => {
        const store = await makeStore();
        const fresh = await store.loadAddress(address('slack:#alert'));
        expect(fresh).toEqual({
          address: 'slack:#alert',
          version: 0,
          blockedUntil: 0,
          nextFreeAt: 0,
          channelId: null,
          broken: null,
        });
        const broken = {
          since: MORNING,
          retryAt: MORNING + MINUTE,
          code: 'not_in_channel',
          hint: 'invite the app',
        };
        const learnt = { ...fresh, channelId: 'C0HANSHO', nextFreeAt: MORNING + 1_000, broken };
        expect(await store.saveAddress(learnt)).toBe('saved');
        expect(await store.loadAddress(address('slack:#alert'))).toEqual({ ...learnt, version: 1 });
        expect((await store.loadAddress(address('slack:#notify'))).version).toBe(0);
      });

      it('are written by one at a time', async () => {
        const store = await makeStore();
        const fresh = await store.loadAddress(address('slack:#alert'));
        expect(await store.saveAddress({ ...fresh, nextFreeAt: 1 })).toBe('saved');
        expect(await store.saveAddress({ ...fresh, nextFreeAt: 2 })).toBe('conflict');
        const now = await store.loadAddress(address('slack:#alert'));
        expect(now.nextFreeAt).toBe(1);
        expect(await store.saveAddress({ ...now, nextFreeAt: 3 })).toBe('saved');
      });
    });

    describe('counters of an address and a minute', () => {
      it('add up whoever adds, and give all of them as they are then', async () => {
        const store = await makeStore();
        const alert = address('slack:#alert');
        expect(await store.loadCounts(alert, MORNING)).toEqual(new Map());
        await Promise.all(
          Array.from({ length: 20 }, (_, i) =>
            store.addCounts(
              alert,
              MORNING,
              new Map([
                ['all', 2],
                [`worker ${i % 2}`, 1],
              ]),
            ),
          ),
        );
        const after = await store.addCounts(alert, MORNING, new Map([['all', 1]]));
        const all = new Map([
          ['all', 41],
          ['worker 0', 10],
          ['worker 1', 10],
        ]);
        expect(after).toEqual(all);
        expect(await store.loadCounts(alert, MORNING)).toEqual(all);
      });

      it('are apart by address and minute', async () => {
        const store = await makeStore();
        await store.addCounts(address('slack:#alert'), MORNING, new Map([['all', 1]]));
        expect(await store.loadCounts(address('slack:#notify'), MORNING)).toEqual(new Map());
        expect(await store.loadCounts(address('slack:#alert'), MORNING + MINUTE)).toEqual(new Map());
      });

      it('take any name', async () => {
        const store = await makeStore();
        const hostile = new Map([
          ['pk', 1],
          ['expires', 2],
          ['#n0 :n0, SET', 3],
          ['', 4],
          ['s 半鐘 🔔', 5],
        ]);
        expect(await store.addCounts(address('slack:#alert'), MORNING, hostile)).toEqual(hostile);
        expect(await store.addCounts(address('slack:#alert'), MORNING, new Map())).toEqual(hostile);
      });
    });

    describe('sources of inhibitions', () => {
      const key = '["database-down","ap-northeast-1"]';

      it('are found at their place until they are taken away, by place', async () => {
        const store = await makeStore();
        expect(await store.loadSources(key)).toEqual([]);
        await Promise.all(['a', 'b', 'a'].map((name) => store.addSource(key, id(name), MORNING)));
        await store.addSource(`${key} `, id('elsewhere'), MORNING);
        expect([...(await store.loadSources(key))].sort()).toEqual(['a', 'b']);
        await store.removeSource(key, id('a'));
        await store.removeSource(key, id('never there'));
        expect(await store.loadSources(key)).toEqual(['b']);
        await store.removeSource(key, id('b'));
        expect(await store.loadSources(key)).toEqual([]);
        await store.removeSource(key, id('b'));
        await store.addSource(key, id('c'), MORNING);
        expect(await store.loadSources(key)).toEqual(['c']);
      });

      it('are a few at most, whatever the place is called', async () => {
        const store = await makeStore();
        const long = JSON.stringify(['x'.repeat(5_000), '半鐘 🔔', '__proto__']);
        for (let i = 0; i < 30; i += 1) await store.addSource(long, id(`n${i}`), MORNING);
        expect(await store.loadSources(long)).toHaveLength(20);
      });
    });

    describe('silences made at run time', () => {
      const silence: MadeSilence = {
        ...{ name: 'silence-1', match: { service: ['orders', { prefix: 'x' }] }, at: 'hansho silence' },
        ...{ from: MORNING, until: MORNING + HOUR, author: 'sato', reason: '移行 <!channel>', endedBy: null },
      };

      it('come back as they were', async () => {
        const store = await makeStore();
        expect(await store.loadSilences()).toEqual({ version: 0, silences: [] });
        const silences = [silence, { ...silence, name: 'silence-2', endedBy: 'yamada' }];
        expect(await store.saveSilences({ version: 0, silences })).toBe('saved');
        expect(await store.loadSilences()).toEqual({ version: 1, silences });
      });

      it('are written by one at a time', async () => {
        const store = await makeStore();
        expect(await store.saveSilences({ version: 0, silences: [silence] })).toBe('saved');
        expect(await store.saveSilences({ version: 0, silences: [] })).toBe('conflict');
        expect(await store.saveSilences({ version: 1, silences: [] })).toBe('saved');
        expect(await store.loadSilences()).toEqual({ version: 2, silences: [] });
      });
    });

    it('remembers how far track has come', async () => {
      const store = await makeStore();
      expect(await store.loadProgress()).toBeNull();
      await store.saveProgress(MORNING);
      await store.saveProgress(MORNING + MINUTE);
      expect(await store.loadProgress()).toBe(MORNING + MINUTE);
    });

    it('remembers the canary that was seen last at each place', async () => {
      const store = await makeStore();
      expect(await store.loadSighting('slack-urgent')).toBeNull();
      await store.saveSighting({ perch: 'slack-urgent', sentAt: MORNING, seenAt: MORNING + 1 });
      const last = { perch: 'slack-urgent', sentAt: MORNING + MINUTE, seenAt: MORNING + MINUTE + 1 } as const;
      await store.saveSighting(last);
      expect(await store.loadSighting('slack-urgent')).toEqual(last);
      expect(await store.loadSighting('track-urgent')).toBeNull();
    });
  });
}

const id = (name: string): IncidentId => name as IncidentId;
const address = (name: string): Address => name as Address;

/** An incident that has just been opened by one signal, not stored yet. */
export function opened(name: string, over: Partial<Bundle> = {}): Incident {
  const first = bundle({ incident: id(name), firing: [tally('aaaa0001', MORNING)], ...over });
  return absorb(null, first, policy, MORNING).incident;
}

async function loaded(store: Store, name: string): Promise<Incident> {
  const incident = await store.load(id(name));
  if (incident === null) throw new Error(`${name} was not stored`);
  return incident;
}
