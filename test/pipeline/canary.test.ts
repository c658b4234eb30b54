import { describe, expect, it } from 'vitest';
import type { Bundle } from '../../shared/model/bundle.ts';
import { DOORS } from '../../shared/model/canary.ts';
import type { DestinationKind } from '../../shared/model/decision.ts';
import type { Wake } from '../../shared/model/incident.ts';
import type { Lane } from '../../shared/model/severity.ts';
import type { Outcome } from '../../shared/model/telling.ts';
import { makeBeats } from '../../shared/pipeline/expect.ts';
import { intakeEvent } from '../../shared/pipeline/intake.ts';
import { sweep } from '../../shared/pipeline/sweep.ts';
import { tell } from '../../shared/pipeline/tell.ts';
import { track } from '../../shared/pipeline/track.ts';
import { judgeFrom } from '../rules/make.ts';
import { HOUR, home, MINUTE, MORNING } from '../support/make.ts';
import { memoryStore } from '../support/memory.ts';

/** Rules that would do everything to the canary that rules can do. */
const RULES = `
severities:
  - { name: all, severity: SEV2, match: { source: [{ anything-but: logs }] } }
ignore:
  - { match: { service: [hansho] }, reason: never mind, owner: nobody, expires: 2099-01-01 }
`;

/** The whole way on a store in memory; `answer`: of the destinations, asked whether they would take a message. */
function makeWay(answer: Outcome = { is: 'absent' }) {
  const store = memoryStore();
  const counted: string[] = [];
  const sent: { lane: Lane; bundles: readonly Bundle[] }[] = [];
  const woken: { kind: DestinationKind; lane: Lane; wake: Wake }[] = [];
  let published = 0;
  let untracked = 0;
  const base = {
    store,
    judge: judgeFrom(RULES),
    clock: () => MORNING + MINUTE,
    log: { info() {}, warn() {}, error() {} },
    metrics: {
      count: (name: string, _: number, dimensions: { readonly [name: string]: string } = {}) => {
        counted.push([name, ...Object.values(dimensions)].join(' '));
      },
    },
    topics: {
      publish: async () => {
        published += 1;
      },
    },
    wakes: {
      wake: async (kind: DestinationKind, lane: Lane, wake: Wake) => void woken.push({ kind, lane, wake }),
    },
    signals: {
      waiting: async () => 0,
      send: async (lane: Lane, bundles: readonly Bundle[]) => {
        sent.push({ lane, bundles });
        return [];
      },
    },
    untracked: {
      send: async () => {
        untracked += 1;
      },
    },
    within: <T>(_: number, work: Promise<T>) => work,
    ...home,
    home,
    beats: makeBeats(),
  };
  const never = async (): Promise<never> => {
    throw new Error('the canary called a destination');
  };
  const tellDeps = {
    ...base,
    plan: () => ({ do: 'nothing' as const }),
    send: never,
    sleep: never,
    nonce: () => 'n',
    ready: async () => answer,
  };
  return {
    store,
    counted,
    sent,
    woken,
    published: () => published,
    untracked: () => untracked,
    send: (time: number) =>
      intakeEvent(
        {
          source: 'hansho.canary',
          'detail-type': 'Hansho Canary',
          time: new Date(time).toISOString(),
          detail: {},
        },
        base,
      ),
    track: (since = MORNING) =>
      track(
        sent
          .splice(0)
          .flatMap(({ bundles }) => bundles.map((bundle, i) => ({ id: String(i), bundle, since }))),
        base,
      ),
    sweep: () => sweep(base),
    tell: async () => {
      for (const { kind, wake } of woken.splice(0)) await tell(wake, { ...tellDeps, kind });
    },
    outs: () => counted.filter((name) => name.startsWith('CanaryOut')),
  };
}

describe('the canary', () => {
  it('takes both lanes, whatever the rules say of it, and is in no count', async () => {
    const way = makeWay();
    const report = await way.send(MORNING);
    expect(way.sent.map(({ lane, bundles }) => [lane, bundles.length])).toEqual([
      ['urgent', 1],
      ['normal', 1],
    ]);
    expect(report).toMatchObject({ signals: 0, tracked: 0, ignored: 0, unremarkable: 0, bundles: 2 });
    expect(way.counted).toEqual([]);
  });

  it('comes out at every door, by the sweep, and is no incident and no news', async () => {
    const way = makeWay();
    await way.send(MORNING);
    expect(await way.track()).toEqual([]);
    await way.sweep();
    expect(way.woken.map(({ kind, lane }) => `${kind}-${lane}`).sort()).toEqual([...DOORS].sort());
    await way.tell();
    expect(way.outs().sort()).toEqual(DOORS.map((door) => `CanaryOut ${door}`).sort());
    expect(way.store.incidents.size + way.published()).toBe(0);
    expect(await way.store.loadSighting('slack-urgent')).toEqual({
      perch: 'slack-urgent',
      sentAt: MORNING,
      seenAt: MORNING + MINUTE,
    });
  });

  it('comes out once, however often its wake-ups come, and the next one again', async () => {
    const way = makeWay();
    await way.send(MORNING);
    await way.track();
    await way.sweep();
    await way.sweep();
    await way.tell();
    await way.sweep();
    await way.tell();
    expect(way.outs()).toHaveLength(DOORS.length);
    await way.send(MORNING + 5 * MINUTE);
    await way.track();
    await way.sweep();
    await way.tell();
    expect(way.outs()).toHaveLength(2 * DOORS.length);
  });

  it('is not held up for good by one that says it was sent in the future', async () => {
    const way = makeWay();
    for (const time of [MORNING + 1e9, MORNING]) {
      await way.send(time);
      await way.track();
      await way.sweep();
      await way.tell();
    }
    expect(way.outs()).toHaveLength(2 * DOORS.length);
  });

  it('is not told in its own way while the table is away: it must not come out then', async () => {
    const way = makeWay();
    await way.send(MORNING - HOUR);
    way.store.saveSighting = async () => {
      throw new Error('the table is away');
    };
    expect(await way.track(MORNING - HOUR)).toHaveLength(2);
    expect(way.untracked()).toBe(0);
  });

  it.each<[Outcome, string[]]>([
    [{ is: 'broken', code: 'token_revoked', hint: 'store a new one' }, ['AddressBroken']],
    [{ is: 'retry', because: 'Slack answered HTTP 503' }, []],
  ])('does not come out where the destination would take nothing: %o', async (answer, names) => {
    const way = makeWay(answer);
    await way.send(MORNING);
    await way.track();
    await way.sweep();
    await way.tell();
    expect(way.outs()).toEqual([]);
    expect([...new Set(way.counted.flatMap((name) => names.filter((one) => name.startsWith(one))))]).toEqual(
      names,
    );
  });

  it('comes out where the destination only asks to be left alone for a while', async () => {
    const way = makeWay({ is: 'wait', ms: 30_000, because: '429' });
    await way.send(MORNING);
    await way.track();
    await way.sweep();
    await way.tell();
    expect(way.outs()).toHaveLength(DOORS.length);
  });

  it.each(['intake', 'track', 'sweep', 'tell'] as const)(
    'does not come out when %s is away',
    async (away) => {
      const way = makeWay();
      if (away !== 'intake') await way.send(MORNING);
      if (away !== 'track') await way.track();
      if (away !== 'sweep') await way.sweep();
      if (away !== 'tell') await way.tell();
      expect(way.outs()).toEqual([]);
    },
  );
});
