import { gzipSync } from 'node:zlib';
import { describe, expect, it, test } from 'vitest';
import type { Bundle } from '../../shared/model/bundle.ts';
import { makeBeats } from '../../shared/pipeline/expect.ts';
import { intakeEvent, intakeLogs } from '../../shared/pipeline/intake.ts';
import { sweep } from '../../shared/pipeline/sweep.ts';
import { track } from '../../shared/pipeline/track.ts';
import { judgeFrom } from '../rules/make.ts';
import { HOUR, home, MINUTE, MORNING } from '../support/make.ts';
import { memoryStore } from '../support/memory.ts';

/** The table answers: nothing is told untracked. */
const reachable = {
  untracked: { send: async () => expect.unreachable() },
  within: <Done>(_: number, work: Promise<Done>) => work,
};

const RULES = `
expect:
  - { name: checkout-alive, match: { logGroup: [/aws/lambda/checkout] }, every: 15m, severity: SEV2, why: nobody can pay }
  - { name: nightly, match: { message: [{ prefix: import finished }] }, between: "02:00-06:00", severity: SEV3 }
  - { name: backup, match: { source: [event], kind: [Nightly Backup Done] }, every: 1d, severity: SEV4 }
`;

/** Intake, the queue between, track and sweep, on one clock. */
function makeHouse(rules: string) {
  let now = MORNING;
  let judge = judgeFrom(rules);
  let backlog = 0;
  const store = memoryStore();
  const queued: Bundle[] = [];
  const quiet = () => undefined;
  const beats = makeBeats();
  const base = () => ({
    judge,
    store,
    beats,
    home,
    ...home,
    clock: () => now,
    log: { info: quiet, warn: quiet, error: quiet },
    metrics: { count: quiet },
    topics: { publish: async () => {} },
    wakes: { wake: async () => {} },
    signals: {
      waiting: async () => backlog,
      send: async (_: unknown, bundles: readonly Bundle[]) => {
        queued.push(...bundles);
        return [];
      },
    },
  });
  const drain = () =>
    track(
      queued.splice(0).map((bundle) => ({ id: bundle.incident, bundle, since: now })),
      { ...base(), ...reachable },
    );
  return {
    queued,
    later: (ms: number) => {
      now += ms;
    },
    deploy: (next: string) => {
      judge = judgeFrom(next);
    },
    holdBack: (n: number) => {
      backlog = n;
    },
    sweep: () => sweep(base()),
    async lines(logGroup: string, ...messages: string[]) {
      const logEvents = messages.map((message, i) => ({ id: `${now}-${i}`, timestamp: now, message }));
      const batch = { messageType: 'DATA_MESSAGE', owner: home.account, logGroup, logStream: 's', logEvents };
      await intakeLogs(gzipSync(JSON.stringify(batch)).toString('base64'), base());
      await drain();
    },
    async event(detailType: string) {
      const time = new Date(now).toISOString();
      const event = {
        id: `${now}`,
        source: 'ours',
        'detail-type': detailType,
        time,
        account: home.account,
        region: home.region,
        detail: {},
      };
      await intakeEvent(event, base());
      await drain();
    },
    open: () =>
      [...store.incidents.values()]
        .filter(({ facts, source }) => source === 'expect' && facts.status === 'firing')
        .map(({ service, facts }) => `${service} ${facts.severity}`)
        .toSorted(),
    incident: (service: string) => [...store.incidents.values()].find((one) => one.service === service),
    report: (service: string) => {
      const found = [...store.incidents.values()].find((one) => one.service === service);
      return found === undefined ? null : store.loadReport(found.id);
    },
  };
}

describe('what must be heard', () => {
  it('is watched from the first look on', async () => {
    const house = makeHouse(RULES);
    await house.sweep();
    house.later(14 * MINUTE);
    await house.sweep();
    expect(house.open()).toEqual([]);
    house.later(MINUTE);
    await house.sweep();
    expect(house.open()).toEqual(['checkout-alive SEV2']);
  });

  it('is heard when its log group says anything at all, and ends when it is heard again', async () => {
    const house = makeHouse(RULES);
    await house.sweep();
    house.later(10 * MINUTE);
    await house.lines('/aws/lambda/checkout', 'INFO nothing to see');
    house.later(10 * MINUTE);
    await house.sweep();
    expect(house.open()).toEqual([]);
    house.later(10 * MINUTE);
    await house.sweep();
    expect(house.open()).toEqual(['checkout-alive SEV2']);
    await house.lines('/aws/lambda/other', 'INFO nothing to see');
    expect(house.open()).toEqual(['checkout-alive SEV2']);
    await house.lines('/aws/lambda/checkout', 'INFO back again');
    expect(house.open()).toEqual([]);
  });

  it('is heard by what a line below WARNING says', async () => {
    const house = makeHouse(RULES);
    await house.sweep();
    house.later(3 * HOUR);
    await house.lines('/aws/batch/job', 'INFO import finished in 41 s', 'INFO bye');
    house.later(4 * HOUR);
    await house.sweep();
    expect(house.open()).not.toContain('nightly SEV3');
    house.later(24 * HOUR);
    await house.sweep();
    expect(house.open()).toContain('nightly SEV3');
  });

  it('is heard by an event', async () => {
    const house = makeHouse(RULES);
    await house.sweep();
    house.later(20 * HOUR);
    await house.event('Nightly Backup Done');
    house.later(23 * HOUR);
    await house.sweep();
    expect(house.open()).not.toContain('backup SEV4');
    house.later(HOUR);
    await house.sweep();
    expect(house.open()).toContain('backup SEV4');
  });

  it('is not taken for silent while signals wait that may hold it', async () => {
    const house = makeHouse(RULES);
    await house.lines('/aws/lambda/checkout', 'ERROR a first signal, so that there is progress');
    house.holdBack(3);
    house.later(HOUR);
    await house.sweep();
    expect(house.open()).toEqual([]);
    house.holdBack(0);
    await house.sweep();
    expect(house.open()).toEqual(['checkout-alive SEV2']);
  });

  it('stays one incident however long it lasts', async () => {
    const house = makeHouse(RULES);
    await house.sweep();
    for (let i = 0; i < 30; i += 1) {
      house.later(10 * MINUTE);
      await house.sweep();
    }
    expect(house.incident('checkout-alive')?.facts).toMatchObject({
      occurrence: 1,
      status: 'firing',
      count: 5,
    });
  });

  it('is over by itself when its rule is gone', async () => {
    const house = makeHouse(RULES);
    await house.sweep();
    house.later(HOUR);
    await house.sweep();
    expect(house.open()).toEqual(['checkout-alive SEV2']);
    house.deploy('');
    house.later(25 * HOUR);
    await house.sweep();
    expect(house.open()).toEqual([]);
  });

  it('says what was expected, when it was last heard, and by which rule', async () => {
    const house = makeHouse(`language: ja\ntimezone: Asia/Tokyo\n${RULES}`);
    await house.sweep();
    house.later(HOUR);
    await house.sweep();
    const report = await house.report('checkout-alive');
    expect(report?.title).toBe('応答なし: checkout-alive（nobody can pay）');
    expect(report?.message.split('\n')).toEqual([
      '予定: 15分ごとに1回以上',
      '最後に確認した時刻: 2026-11-22 09:00:00（Asia/Tokyo）',
      '期限: 2026-11-22 09:15:00（Asia/Tokyo）を過ぎました',
    ]);
    expect(report?.why).toContainEqual(
      expect.objectContaining({ stage: 'expect', at: expect.stringMatching(/:\d+$/) }),
    );
  });
});

describe('a busy log group', () => {
  test.each([
    ['passes its heartbeat on once a minute at most', 'every: 15m', 2],
    ['passes every one on where a window could begin between two', 'between: "02:00-06:00"', 12],
  ])('%s', async (_, when, expected) => {
    const house = makeHouse(`expect: [{ name: a, match: { logGroup: [/x] }, ${when}, severity: SEV3 }]\n`);
    let passed = 0;
    for (let i = 0; i < 12; i += 1) {
      const before = house.incident('a')?.version ?? 0;
      await house.lines('/x', 'INFO hello');
      passed += (house.incident('a')?.version ?? 0) > before ? 1 : 0;
      house.later(11_000);
    }
    expect(passed).toBe(expected);
  });
});
