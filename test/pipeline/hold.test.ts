import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { Bundle, IncidentId } from '../../shared/model/bundle.ts';
import type { Held } from '../../shared/model/incident.ts';
import type { MadeSilence } from '../../shared/model/silence.ts';
import { addSilence, endSilence } from '../../shared/pipeline/silences.ts';
import { makeHolds } from '../../shared/rules/hold.ts';
import { rulesFrom } from '../config/make.ts';
import { bundle, HOUR, MINUTE, MORNING, report, STORM, tally } from '../support/make.ts';
import { makeWorld } from '../support/world.ts';

/** MORNING is midnight in UTC, which is the time zone of these rules. */
const SILENCE = `
silences:
  - name: migration
    match: { service: [orders] }
    from: 2026-11-22T00:00
    until: 2026-11-22T02:00
    author: yamada
    reason: migration of the orders database
`;
const WINDOW = `
windows:
  - { name: nights, match: { severity: [SEV1, SEV3, SEV4, SEV5] }, times: [22:00-08:00], reason: nobody looks at night }
`;
const GRAVEST = WINDOW.replace('reason:', 'gravest: SEV1, reason:');
const INHIBIT = `
inhibit:
  - { name: database-down, source: { source: [alarm] }, target: { source: [logs] }, equal: [region, team] }
`;
const HOLD = `
hold:
  - { name: brief, match: { service: [orders] }, for: 2m }
`;

const worldWith = (...sections: readonly string[]) => makeWorld(makeHolds(rulesFrom(sections.join(''))));
type World = ReturnType<typeof makeWorld>;

let made = 0;
/** A firing of `id`, of the logs of the service `orders`, now. */
function fires(world: World, id: string, over: Partial<Bundle> & { words?: Partial<Bundle['report']> } = {}) {
  const { words = {}, ...rest } = over;
  const at = world.clock();
  made += 1;
  return {
    ...bundle({
      firing: [tally(`${id}-${made}`, at)],
      receivedAt: at,
      report: report({ time: at, signalId: `${made}`, service: 'orders', team: 'shop', title: id, ...words }),
      ...rest,
    }),
    incident: id as IncidentId,
  };
}
const ends = (world: World, id: string, over: Parameters<typeof fires>[2] = {}): Bundle => ({
  ...fires(world, id, { ...over, firing: [] }),
  resolvedAt: world.clock(),
});
const database = { words: { source: 'alarm', title: 'database cpu' }, severity: 'SEV3' } as const;
const heldOf = (world: World, id: string): Held | null =>
  world.store.incidents.get(id)?.deliveries.find((d) => d.held !== null)?.held ?? null;
const history = (world: World, what: string) =>
  [...world.store.history.values()].filter((entry) => entry.what === what).map(({ detail }) => detail);

/** What is told how long after it began, to the second. */
const posted = (world: World) =>
  world.calls.filter((c) => c.do === 'post').map((c) => Math.round((c.at - MORNING) / 1_000));

describe('a silence', () => {
  it('is seen: by whom, why and until when; what it holds is not late', async () => {
    const world = worldWith(SILENCE);
    await world.track(fires(world, 'a', { severity: 'SEV1' }));
    await world.run(30 * MINUTE);
    expect(world.calls).toEqual([]);
    expect(heldOf(world, 'a')).toMatchObject({
      kind: 'silence',
      by: 'migration',
      because: 'silenced by yamada: migration of the orders database (service = orders)',
      since: MORNING,
      until: MORNING + 2 * HOUR,
    });
    expect(world.counted.Untold).toBe(0);
    expect(world.counted.Held).toBe(2);
    expect(history(world, 'held')).toHaveLength(2);
  });

  it('tells at the second of its end what still fires, and says why it comes late', async () => {
    const world = worldWith(SILENCE);
    await world.track(fires(world, 'a'));
    await world.run(3 * HOUR);
    expect(posted(world)).toEqual([2 * 3_600]);
    expect(heldOf(world, 'a')).toBeNull();
    expect(world.said()).toContain('Told only now: the silence migration is over.');
  });

  it('that ends over very many tells half of what the channel takes, in its own name', async () => {
    const world = worldWith(SILENCE);
    for (let minute = 0; minute < 10; minute += 1) {
      await world.track(
        ...Array.from({ length: 20 }, (_, i) => fires(world, `${minute} ${i}`, { quietMs: null })),
      );
      await world.run(MINUTE);
    }
    await world.run(3 * HOUR);
    const perMinute = Map.groupBy(posted(world), (second) => Math.floor(second / 60));
    expect(world.cards()).toHaveLength(200);
    expect(Math.max(...[...perMinute.values()].map((some) => some.length))).toBeLessThanOrEqual(32);
    expect(world.said().match(/the silence migration is over/g)?.length).toBeGreaterThanOrEqual(200);
    expect(world.counted.Untold).toBe(0);
  });

  it('takes what is over by then: counted, in the history, never told nor paged', async () => {
    const world = worldWith(SILENCE);
    await world.track(fires(world, 'a', { severity: 'SEV2' }));
    await world.run(HOUR);
    await world.track(ends(world, 'a', { severity: 'SEV2' }));
    await world.run(3 * HOUR);
    expect(world.calls).toEqual([]);
    expect(history(world, 'taken')).toMatchObject([{ rule: 'migration' }, { rule: 'migration' }]);
    expect(world.store.incidents.get('a')?.facts.count).toBe(1);
    expect(world.store.incidents.get('a')?.expiresAt).not.toBeNull();
  });

  it('never keeps back the end of what was told before', async () => {
    const world = worldWith(SILENCE.replace('T00:00', 'T00:10'));
    await world.track(fires(world, 'a', { severity: 'SEV2' }));
    await world.run(20 * MINUTE);
    await world.track(ends(world, 'a', { severity: 'SEV2' }));
    await world.run(MINUTE);
    expect(world.replies()).toHaveLength(1);
    expect(world.pagerduty.map((e) => e.do)).toEqual(['trigger', 'resolve']);
  });

  it('holds the word of a reopening, and the card shows it all the same', async () => {
    const world = worldWith(SILENCE.replace('T00:00', 'T00:10'));
    await world.track(fires(world, 'a'));
    await world.run(5 * MINUTE);
    await world.track(ends(world, 'a'));
    await world.run(10 * MINUTE);
    const green = world.cards()[0]?.color;
    await world.track(fires(world, 'a'));
    await world.run(10 * MINUTE);
    expect(world.cards()[0]?.color).not.toBe(green);
    expect(world.replies()).toHaveLength(1);
    await world.run(2 * HOUR);
    expect(world.replies()).toMatchObject([{ broadcast: false }, { broadcast: true }]);
  });
});

describe('a window', () => {
  test.each([
    ['SEV3', WINDOW, 8 * 3_600],
    ['SEV1', WINDOW, 1],
    ['SEV1', GRAVEST, 8 * 3_600],
    ['SEV2', WINDOW, 1],
  ] as const)('at night holds a %s until %s s', async (severity, rules, at) => {
    const world = worldWith(rules);
    await world.track(fires(world, 'a', { severity }));
    await world.run(9 * HOUR);
    const [first] = posted(world);
    expect(first).toBeLessThanOrEqual(at);
    expect(first).toBeGreaterThan(at - 2);
  });

  it('is left by what rises over it: everybody hears at once', async () => {
    const world = worldWith(WINDOW);
    await world.track(fires(world, 'a'));
    await world.run(HOUR);
    await world.track(fires(world, 'a', { severity: 'SEV2' }));
    await world.run(10_000);
    expect(world.cards()).toMatchObject([{ text: expect.stringContaining('SEV2') }]);
    expect(world.pagerduty).toHaveLength(1);
  });

  it('keeps back the word of a rise within it; the card moves, and its counting too', async () => {
    const world = worldWith(WINDOW.replace('22:00', '00:10'));
    await world.track(fires(world, 'a', { severity: 'SEV5', channel: 'alert' }));
    await world.run(20 * MINUTE);
    await world.track(fires(world, 'a', { severity: 'SEV3' }));
    await world.run(MINUTE);
    const since = heldOf(world, 'a')?.since;
    for (let i = 0; i < 10; i += 1) {
      await world.track(fires(world, 'a', { severity: 'SEV3' }));
      await world.run(10 * MINUTE);
    }
    expect(world.replies()).toEqual([]);
    expect(world.cards()[0]?.updates).toBeGreaterThan(2);
    expect(world.cards()[0]?.text).toContain('SEV3');
    expect(heldOf(world, 'a')?.since).toBe(since);
    await world.run(8 * HOUR);
    expect(world.replies()).toMatchObject([
      { broadcast: true, text: expect.stringContaining('Risen from SEV5') },
    ]);
  });

  it('held by an update whose answer was lost tells nothing by it', async () => {
    const world = worldWith(WINDOW.replace('22:00', '00:10'));
    await world.track(fires(world, 'a', { severity: 'SEV5', channel: 'alert' }));
    await world.run(20 * MINUTE);
    await world.track(fires(world, 'a', { severity: 'SEV3' }));
    await world.run(MINUTE);
    world.faults.slack.push('lost');
    await world.track(fires(world, 'a', { severity: 'SEV3' }));
    await world.run(HOUR);
    expect(world.replies()).toEqual([]);
  });
});

describe('an inhibition', () => {
  const world = () => worldWith(INHIBIT);

  it('holds the target while its source fires, and names it', async () => {
    const w = world();
    await w.track(fires(w, 'db', database));
    await w.run(MINUTE);
    await w.track(fires(w, 'a'));
    await w.run(30 * MINUTE);
    expect(w.cards()).toHaveLength(1);
    expect(heldOf(w, 'a')).toMatchObject({
      kind: 'inhibit',
      by: 'database-down',
      because: 'explained by db, which fires: database cpu',
    });
    expect(w.counted.Untold).toBe(0);
  });

  it.each([
    [5, 1],
    [15, 2],
  ])('a source that comes %i s later: %i cards', async (seconds, cards) => {
    const w = world();
    await w.track(fires(w, 'a'));
    await w.run(seconds * 1_000);
    await w.track(fires(w, 'db', database));
    await w.run(10 * MINUTE);
    expect(w.cards()).toHaveLength(cards);
  });

  it('that never comes costs ten seconds', async () => {
    const w = world();
    await w.track(fires(w, 'a'));
    await w.run(HOUR);
    expect(posted(w)).toEqual([10]);
    expect(w.said()).not.toContain('Told only now');
  });

  it('makes nobody wait for a SEV1, but holds it while its source fires', async () => {
    const w = world();
    await w.track(fires(w, 'a', { severity: 'SEV1' }));
    await w.run(1_000);
    expect(posted(w)).toEqual([0]);
    await w.track(fires(w, 'db', database));
    await w.run(MINUTE);
    await w.track(fires(w, 'b', { severity: 'SEV1' }));
    await w.run(MINUTE);
    expect(heldOf(w, 'b')?.kind).toBe('inhibit');
  });

  it('ends with its source: what still fires is told within a minute', async () => {
    const w = world();
    await w.track(fires(w, 'db', database));
    await w.run(MINUTE);
    await w.track(fires(w, 'a'));
    await w.run(10 * MINUTE);
    await w.track(ends(w, 'db', database));
    await w.run(MINUTE + 1_000);
    expect(w.cards()).toHaveLength(2);
    expect(w.said()).toContain('Told only now: what explained it is over (database-down)');
  });

  it('takes what ends before its source', async () => {
    const w = world();
    await w.track(fires(w, 'db', database));
    await w.run(MINUTE);
    await w.track(fires(w, 'a'));
    await w.run(MINUTE);
    await w.track(ends(w, 'a'));
    await w.run(HOUR);
    expect(w.cards()).toHaveLength(1);
    expect(history(w, 'taken')).toMatchObject([{ rule: 'database-down' }]);
  });

  it.each([
    ['of another value', { region: 'us-east-1' }],
    ['without a value, as its source has none', { team: null }],
  ])('does not hold what is %s', async (_, words) => {
    const w = world();
    await w.track(
      fires(w, 'db', { ...database, words: { ...database.words, ...('team' in words ? words : {}) } }),
    );
    await w.run(MINUTE);
    await w.track(fires(w, 'a', { words }));
    await w.run(MINUTE);
    expect(w.cards()).toHaveLength(2);
  });

  it('holds neither of two that match both sides', async () => {
    const w = worldWith(INHIBIT.replace('{ source: [alarm] }', '{ service: [orders] }'));
    await w.track(fires(w, 'a'), fires(w, 'b'));
    await w.run(MINUTE);
    expect(w.cards()).toHaveLength(2);
  });

  it('holds neither of two that explain each other by two rules', async () => {
    const back = `  - { name: other-way, source: { source: [logs] }, target: { source: [alarm] }, equal: [region] }\n`;
    const w = worldWith(INHIBIT, back);
    await w.track(fires(w, 'db', database), fires(w, 'a'));
    await w.run(2 * MINUTE);
    expect(w.cards()).toHaveLength(2);
  });

  it('holds none of three that explain each other in a circle', async () => {
    const [a, b, c] = ['alarm', 'logs', 'health'];
    const rule = (name: string, from = '', to = '') =>
      `  - { name: ${name}, source: { source: [${from}] }, target: { source: [${to}] }, equal: [region] }\n`;
    const w = worldWith('inhibit:\n', rule('ab', a, b), rule('bc', b, c), rule('ca', c, a));
    await w.track(...[a, b, c].map((source) => fires(w, `of ${source}`, { words: { source } })));
    await w.run(2 * MINUTE);
    expect(w.cards()).toHaveLength(3);
  });

  it('holds what is explained by what is explained itself', async () => {
    const w = worldWith(
      INHIBIT,
      '  - { name: next, source: { source: [logs] }, target: { source: [health] }, equal: [region] }\n',
    );
    await w.track(fires(w, 'db', database), fires(w, 'a'), fires(w, 'h', { words: { source: 'health' } }));
    await w.run(2 * MINUTE);
    expect(w.cards()).toHaveLength(1);
    expect(heldOf(w, 'h')?.by).toBe('next');
  });

  it('finds a source again that was over when it was asked for last', async () => {
    const w = world();
    await w.track(fires(w, 'db', database));
    await w.run(MINUTE);
    await w.track(ends(w, 'db', database));
    await w.track(fires(w, 'a'));
    await w.run(MINUTE);
    await w.track(fires(w, 'db', database));
    await w.run(MINUTE);
    await w.track(fires(w, 'b'));
    await w.run(MINUTE);
    expect(heldOf(w, 'a')).toBeNull();
    expect(heldOf(w, 'b')?.by).toBe('database-down');
  });

  it('asks each target once a minute, however often it is woken', async () => {
    const w = world();
    await w.track(fires(w, 'db', database));
    await w.run(MINUTE);
    await w.track(fires(w, 'a'));
    for (let i = 0; i < 20; i += 1) {
      await w.run(30_000);
      w.wakes.push({ at: w.clock(), kind: 'slack', wake: { incident: 'a' as IncidentId, address: null } });
    }
    const asked = w.logged.filter(({ what, fields }) => what === 'held' && fields.incident === 'a');
    expect(asked.length).toBeLessThanOrEqual(11);
    expect(w.wakes.filter(({ wake }) => wake.incident === 'a').length).toBeLessThanOrEqual(2);
  });
});

describe('what may be over by itself', () => {
  it('is told once it has lasted, from when it became news', async () => {
    const w = worldWith(HOLD);
    await w.track(fires(w, 'a'));
    await w.run(MINUTE);
    await w.track(fires(w, 'a'));
    await w.run(10 * MINUTE);
    expect(posted(w)).toEqual([120]);
  });

  it('is never told when it has not', async () => {
    const w = worldWith(HOLD);
    await w.track(fires(w, 'a'));
    await w.run(MINUTE);
    await w.track(ends(w, 'a'));
    await w.run(10 * MINUTE);
    expect(w.calls).toEqual([]);
    expect(history(w, 'taken')).toMatchObject([{ rule: 'brief' }]);
  });

  it('does not wait again for each count that moves the card', async () => {
    const w = worldWith(HOLD);
    await w.track(fires(w, 'a'));
    await w.run(5 * MINUTE);
    await w.track(fires(w, 'a', { severity: 'SEV2' }));
    const risenAt = w.clock();
    for (let i = 0; i < 12; i += 1) {
      await w.run(20_000);
      await w.track(fires(w, 'a', { severity: 'SEV2' }));
    }
    const replied = w.calls.filter((c) => c.do === 'reply').map((c) => Math.round((c.at - risenAt) / 1_000));
    expect(replied).toEqual([120]);
  });
});

describe('several at once', () => {
  it('a person’s silence is named first; what it lets go is asked by the others', async () => {
    const w = worldWith(SILENCE, WINDOW, INHIBIT);
    await w.track(fires(w, 'db', { ...database, words: { ...database.words, service: 'rds' } }));
    await w.track(fires(w, 'a'));
    await w.run(MINUTE);
    expect(heldOf(w, 'a')?.by).toBe('migration');
    await w.run(2 * HOUR);
    expect(heldOf(w, 'a')?.by).toBe('nights');
    await w.run(6 * HOUR);
    expect(heldOf(w, 'a')?.by).toBe('database-down');
  });

  it('a storm and a silence: the storm’s card stands alone, and nothing is lost at the end of both', async () => {
    const w = worldWith(SILENCE);
    const ids = Array.from({ length: STORM.cards + 20 }, (_, i) => `p${i}`);
    await w.track(...ids.map((id) => fires(w, id)));
    await w.run(HOUR);
    expect(w.cards()).toMatchObject([{ text: expect.stringContaining('Storm') }]);
    expect(ids.map((id) => heldOf(w, id)?.by)).toEqual(ids.map(() => 'migration'));
    await w.run(3 * HOUR);
    expect(w.cards()).toHaveLength(ids.length + 1);
    expect(w.counted.Untold).toBe(0);
  });
});

describe('a silence made at run time', () => {
  const rule = (over: Partial<MadeSilence> = {}): MadeSilence => ({
    ...{
      name: 'silence-1',
      match: { service: ['orders'] },
      author: 'sato',
      reason: 'we know',
      at: 'hansho silence',
    },
    ...{ from: MORNING, until: MORNING + 2 * HOUR, endedBy: null },
    ...over,
  });

  async function silenced() {
    const w = makeWorld();
    await addSilence(rule(), w);
    await w.track(fires(w, 'a'));
    await w.run(30 * MINUTE);
    return w;
  }

  it('holds as one of the file does', async () => {
    const w = await silenced();
    expect(w.calls).toEqual([]);
    expect(heldOf(w, 'a')).toMatchObject({ by: 'silence-1', at: 'hansho silence' });
    await w.run(2 * HOUR);
    expect(posted(w)).toEqual([2 * 3_600]);
  });

  it('ended early tells what it holds within a minute', async () => {
    const w = await silenced();
    expect(await endSilence('silence-1', 'sato', async () => [...w.store.incidents.values()], w)).toBe(1);
    await w.run(MINUTE);
    expect(w.cards()).toHaveLength(1);
    await w.track(fires(w, 'b'));
    await w.run(MINUTE);
    expect(w.cards()).toHaveLength(2);
  });

  it('ended by somebody whose hand missed what was being held at that moment is noticed in 15 minutes', async () => {
    const w = await silenced();
    await endSilence('silence-1', 'sato', async () => [], w);
    await w.run(16 * MINUTE);
    expect(w.cards()).toHaveLength(1);
  });

  it.each([
    ['unknown', 'silence-9', 'There is no silence silence-9'],
    ['over', 'silence-1', 'silence-1 is over since 2026-11-22T00:30:00.000Z'],
  ])('cannot be ended when it is %s', async (_, id, because) => {
    const w = await silenced();
    await endSilence('silence-1', 'sato', async () => [], w);
    await expect(endSilence(id, 'sato', async () => [], w)).rejects.toThrow(because);
  });

  it('that cannot be read holds nothing, and that is said', async () => {
    const w = makeWorld();
    await addSilence(rule(), w);
    w.store.loadSilences = async () => {
      throw new Error('silences should be a list');
    };
    await w.track(fires(w, 'a'));
    await w.run(MINUTE);
    expect(w.cards()).toHaveLength(1);
    expect(w.logged).toContainEqual(expect.objectContaining({ level: 'error', what: 'silences unreadable' }));
  });

  it('of a broken pattern harms no other', async () => {
    const w = makeWorld();
    await addSilence(rule({ name: 'broken', match: { service: [{ nonsense: 1 }] } }), w);
    await addSilence(rule(), w);
    await w.track(fires(w, 'a'));
    await w.run(MINUTE);
    expect(heldOf(w, 'a')?.by).toBe('silence-1');
    expect(w.logged).toContainEqual(expect.objectContaining({ level: 'error', what: 'silence broken' }));
  });

  it('is one of a hundred at most; those long over are forgotten', async () => {
    const w = makeWorld();
    for (let i = 0; i < 100; i += 1) await addSilence(rule({ name: `s${i}` }), w);
    await expect(addSilence(rule({ name: 'one more' }), w)).rejects.toThrow('100 silences already');
    await w.run(3 * HOUR);
    await addSilence(rule({ name: 'later', until: MORNING + 4 * HOUR }), w);
    const { silences } = await w.store.loadSilences();
    expect(silences).toHaveLength(100);
    expect(silences.at(-1)?.name).toBe('later');
  });
});

describe('told firing means told resolved', () => {
  const step = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant('fires' as const),
        severity: fc.constantFrom('SEV1', 'SEV2', 'SEV3', 'SEV4'),
      }),
    },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('ends' as const) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('silence' as const, 'end' as const) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('db fires' as const, 'db ends' as const) }) },
  );
  const life = fc.array(fc.tuple(step, fc.integer({ min: 1, max: 40 })), { minLength: 1, maxLength: 25 });

  it('under any rules that hold, and when all is over nothing waits', async () => {
    await fc.assert(
      fc.asyncProperty(life, fc.subarray([SILENCE, WINDOW, INHIBIT, HOLD]), async (steps, sections) => {
        const w = worldWith(...sections);
        let n = 0;
        for (const [one, minutes] of steps) {
          n += 1;
          if (one.do === 'fires')
            await w.track(fires(w, 'a', { severity: one.severity as Bundle['severity'], channel: 'alert' }));
          if (one.do === 'ends') await w.track(ends(w, 'a'));
          if (one.do === 'db fires') await w.track(fires(w, 'db', database));
          if (one.do === 'db ends') await w.track(ends(w, 'db', database));
          if (one.do === 'silence')
            await addSilence(
              {
                ...{
                  name: `s${n}`,
                  match: { severity: ['SEV1', 'SEV3'] },
                  author: 'sato',
                  reason: 'we know',
                  at: '',
                },
                ...{ from: w.clock(), until: w.clock() + HOUR },
              },
              w,
            );
          if (one.do === 'end')
            await endSilence(`s${n - 1}`, 'sato', async () => [...w.store.incidents.values()], w).catch(
              () => {},
            );
          await w.run(minutes * MINUTE);
        }
        await w.track(ends(w, 'a'), ends(w, 'db', database));
        await w.run(HOUR);
        const told = [...w.store.incidents.values()].flatMap((i) => i.deliveries);
        expect(told.filter((d) => d.held !== null || d.untoldSince !== null)).toEqual([]);
        expect(told.filter((d) => d.announced?.status === 'firing')).toEqual([]);
        const open = new Set<string>();
        for (const event of w.pagerduty) {
          if (event.do === 'trigger') open.add(event.key);
          else open.delete(event.key);
        }
        expect([...open]).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });
});
