import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { Bundle } from '../../shared/model/bundle.ts';
import type { Rules } from '../../shared/model/rules.ts';
import { channelOf, type Severity } from '../../shared/model/severity.ts';
import { makeHolds } from '../../shared/rules/hold.ts';
import { makeReminds, type Reminds } from '../../shared/rules/remind.ts';
import { rulesFrom } from '../config/make.ts';
import { bundle, HOUR, MINUTE, MORNING, report, tally } from '../support/make.ts';
import { type Fault, makeWorld } from '../support/world.ts';

const PLACES = `
destinations:
  slack-alert: { slack: "#alert" }
  slack-notify: { slack: "#notify" }
  boss: { slack: "#boss" }
  night: { pagerduty: "ssm:/night" }
channels: { alert: [slack-alert, boss, night], notify: [slack-notify] }
`;
const SILENCE = (from: string, until: string) => `
silences:
  - { name: mine, match: { service: [payments-api] }, from: "2026-11-22T${from}", until: "2026-11-22T${until}", author: yamada, reason: I am on it }
`;
const EVERY = 'every: 30m, max: 2h';
/** Rules on reminding with these keys; `hold` is what else the file says. */
function fileWith(rules: readonly string[], hold = ''): Rules {
  const written = rules.map(
    (keys, i) => `  - { name: rule-${i + 1}, match: { service: [payments-api] }, ${keys} }`,
  );
  return rulesFrom(`${PLACES}${hold}remind:\n${written.join('\n')}\n`);
}
const remindsOf = (rules: readonly string[]): Reminds => makeReminds(fileWith(rules).remind);
function worldWith(rules: readonly string[], hold = '') {
  const file = fileWith(rules, hold);
  return makeWorld(makeHolds(file), { reminds: makeReminds(file.remind) });
}
type World = ReturnType<typeof makeWorld>;

let made = 0;
/** An alarm: only its own word ends it. */
function fires(world: World, severity: Severity = 'SEV3'): Bundle {
  const at = world.clock();
  made += 1;
  return bundle({
    severity,
    channel: channelOf(severity),
    firing: [tally(`m${made}`, at)],
    receivedAt: at,
    report: report({ time: at, signalId: `s${made}` }),
  });
}
const ends = (world: World): Bundle => ({ ...fires(world), firing: [], resolvedAt: world.clock() });
const deliveries = (world: World) => world.store.incidents.get('incident-1')?.deliveries ?? [];
const history = (world: World, what: string) =>
  [...world.store.history.values()].filter((entry) => entry.what === what).map(({ detail }) => detail);
const reminders = (world: World) => world.replies().filter(({ text }) => text.includes('Still firing'));

/** Between any two of these calls, whole minutes: a sweep is up to one late. */
function pauses(world: World, what: string): readonly number[] {
  const times = world.calls.filter((c) => c.do === what).map((c) => (c.at - MORNING) / MINUTE);
  return times.map((time, i) => Math.floor(time - (times[i - 1] ?? 0)));
}
const near = (minutes: readonly number[]) =>
  minutes.map((m) => expect.toSatisfy((n: number) => n >= m && n <= m + 2));

describe('what goes on is said again', () => {
  it('in its thread, with twice the pause each time, up to the longest', async () => {
    const world = worldWith([EVERY]);
    await world.track(fires(world));
    await world.run(8 * HOUR);
    expect(pauses(world, 'reply')).toEqual(near([30, 60, 120, 120, 120]));
    expect(world.replies().some(({ broadcast }) => broadcast)).toBe(false);
    expect(world.said()).toContain('Still firing after 30 min');
    expect(world.said()).toContain('Next reminder in 1 h if it goes on (rule-1).');
  });

  it('never after its end, and from the first pause on when it is back', async () => {
    const world = worldWith([EVERY]);
    await world.track(fires(world));
    await world.run(2 * HOUR);
    await world.track(ends(world));
    await world.run(3 * HOUR);
    expect(reminders(world)).toHaveLength(2);
    await world.track(fires(world));
    await world.run(35 * MINUTE);
    expect(reminders(world)).toHaveLength(3);
  });

  it('anew after a rise: people have just heard of it', async () => {
    const world = worldWith([EVERY]);
    await world.track(fires(world, 'SEV4'));
    await world.run(25 * MINUTE);
    await world.track(fires(world, 'SEV3'));
    await world.run(20 * MINUTE);
    expect(reminders(world)).toHaveLength(0);
    await world.run(15 * MINUTE);
    expect(reminders(world).map(({ handle }) => handle.split('/')[0])).toEqual(['C#alert']);
  });

  it('is no news: it moves nothing that people were told, and says nothing to PagerDuty', async () => {
    const world = worldWith([EVERY]);
    await world.track(fires(world, 'SEV2'));
    await world.run(MINUTE);
    const told = deliveries(world).map(({ announced }) => announced);
    await world.run(4 * HOUR);
    expect(reminders(world).length).toBeGreaterThan(1);
    expect(deliveries(world).map(({ announced }) => announced)).toEqual(told);
    expect(world.pagerduty).toHaveLength(1);
  });

  test.each([
    ['from the first on', 'every: 30m, mention: "<!here>", broadcast: true', [true, true]],
    [
      'once it has gone on for long',
      'every: 30m, after: 1h, mention: "<!here>", broadcast: true',
      [false, true],
    ],
  ] as const)('in the channel and with a mention where the rule says so: %s', async (_, rule, called) => {
    const world = worldWith([rule]);
    await world.track(fires(world));
    await world.run(100 * MINUTE);
    expect(reminders(world).map(({ broadcast }) => broadcast)).toEqual([true, true]);
    expect(reminders(world).map(({ text }) => text.startsWith('<!here>'))).toEqual(called);
  });

  it('not while a silence holds it, and at once when that is over', async () => {
    const world = worldWith([EVERY], SILENCE('00:10', '02:00'));
    await world.track(fires(world));
    await world.run(2 * HOUR - MINUTE);
    expect(reminders(world)).toHaveLength(0);
    await world.run(5 * MINUTE);
    expect(reminders(world)).toHaveLength(1);
  });

  it('not held by the wait of what may be over by itself: it has lasted', async () => {
    const world = worldWith([EVERY], 'hold: [{ match: { service: [payments-api] }, for: 1h }]\n');
    await world.track(fires(world));
    await world.run(100 * MINUTE);
    expect(reminders(world)).toHaveLength(1);
  });
});

describe('a reminder whose answer was lost', () => {
  const ACCEPTED: readonly (readonly [string, Fault])[] = [
    ['the answer is lost', 'lost'],
    ['the function dies after it left', 'crash-after'],
  ];
  test.each(ACCEPTED)('is looked up and not said twice: %s', async (_, fault) => {
    const world = worldWith([EVERY]);
    await world.track(fires(world));
    await world.run(MINUTE);
    world.faults.slack.push(fault);
    await world.run(80 * MINUTE);
    expect(reminders(world)).toHaveLength(1);
  });

  test.each<Fault>([
    'crash-before',
    { is: 'retry', because: 'ECONNREFUSED' },
    { is: 'unsettled', because: '502' },
  ])('is said when it was not accepted: %s', async (fault) => {
    const world = worldWith([EVERY]);
    await world.track(fires(world));
    await world.run(MINUTE);
    world.faults.slack.push(fault);
    await world.run(40 * MINUTE);
    expect(reminders(world)).toHaveLength(1);
  });

  it('is neither lost nor doubled when it ends meanwhile', async () => {
    const world = worldWith([EVERY]);
    await world.track(fires(world));
    await world.run(MINUTE);
    world.faults.slack.push('lost');
    await world.run(30 * MINUTE);
    await world.track(ends(world));
    await world.run(HOUR);
    expect(reminders(world)).toHaveLength(1);
    expect(world.replies()).toHaveLength(2);
  });
});

describe('when nobody ends it', () => {
  const CALL = 'after: 15m, tell: [boss, night]';

  it('the next are told, once, why they are, and by which rule', async () => {
    const world = worldWith([CALL]);
    await world.track(fires(world));
    await world.run(14 * MINUTE);
    expect(world.pagerduty).toEqual([]);
    await world.run(3 * MINUTE);
    expect(world.cards().map(({ handle }) => handle.split('/')[0])).toEqual(['C#alert', 'C#boss']);
    expect(world.pagerduty.map((e) => e.do)).toEqual(['trigger']);
    expect(world.said()).toContain(
      'Told here as well, because it is not over 15 min after others were told (rule-1).',
    );
    expect(history(world, 'called')).toMatchObject([
      { address: 'slack:#boss', rule: 'rule-1', at: 'hansho.yml:9' },
      { address: 'pagerduty:ssm:/night', rule: 'rule-1' },
    ]);
    await world.run(12 * HOUR);
    expect(world.cards()).toHaveLength(2);
    expect(world.pagerduty).toHaveLength(1);
  });

  it('and hear of every turn and of the end, whatever signals come meanwhile', async () => {
    const world = worldWith([CALL]);
    await world.track(fires(world, 'SEV4'));
    await world.run(20 * MINUTE);
    await world.track(fires(world, 'SEV3'));
    await world.run(5 * MINUTE);
    await world.track(ends(world));
    await world.run(5 * MINUTE);
    expect(world.pagerduty.map((e) => e.do)).toEqual(['trigger', 'trigger', 'resolve']);
    const colors = world.cards().map(({ color }) => color);
    expect(new Set(colors)).toEqual(new Set(['#2da44e']));
  });

  it('one after the other', async () => {
    const world = worldWith(['after: 15m, tell: [boss]', 'after: 1h, tell: [night]']);
    await world.track(fires(world));
    await world.run(2 * HOUR);
    expect(pauses(world, 'post')).toEqual(near([0, 15]));
    expect(pauses(world, 'trigger')).toEqual(near([60]));
  });

  it('nobody is when it is over in time, and in its next occurrence the time begins anew', async () => {
    const world = worldWith([CALL]);
    await world.track(fires(world));
    await world.run(20 * MINUTE);
    await world.track(ends(world));
    await world.run(5 * HOUR);
    await world.track(fires(world));
    await world.run(10 * MINUTE);
    await world.track(ends(world));
    await world.run(HOUR);
    expect(world.cards().map(({ handle }) => handle.split('/')[0])).toEqual(['C#alert', 'C#boss', 'C#alert']);
    expect(world.pagerduty.map((e) => e.do)).toEqual(['trigger', 'resolve']);
  });

  it('they are called where the first could not be told at all', async () => {
    const world = worldWith([CALL]);
    world.broken.set('slack:#alert', { is: 'retry', because: 'ECONNREFUSED' });
    await world.track(fires(world));
    await world.run(20 * MINUTE);
    expect(world.pagerduty.map((e) => e.do)).toEqual(['trigger']);
  });

  it('a silence keeps them from being called, and what is over by its end was taken', async () => {
    const world = worldWith([CALL], SILENCE('00:10', '02:00'));
    await world.track(fires(world));
    await world.run(HOUR);
    expect(world.cards()).toHaveLength(1);
    expect(deliveries(world).filter(({ held }) => held?.by === 'mine')).toHaveLength(2);
    await world.track(ends(world));
    await world.run(3 * HOUR);
    expect(world.cards()).toHaveLength(1);
    expect(world.pagerduty).toEqual([]);
    expect(history(world, 'taken')).toHaveLength(2);
  });

  it('those whom the rules tell anyway are not called', async () => {
    const world = worldWith(['after: 15m, tell: [slack-alert]']);
    await world.track(fires(world));
    await world.run(HOUR);
    expect(history(world, 'called')).toEqual([]);
    expect(world.store.incidents.get('incident-1')).toMatchObject({ callAt: null, dueAt: null });
  });

  it('a storm tells them of nothing that is in it', async () => {
    const world = worldWith(['after: 2m, tell: [boss, night]']);
    const problem = (i: number): Bundle => ({ ...fires(world), incident: `p${i}` as Bundle['incident'] });
    await world.track(...Array.from({ length: 61 }, (_, i) => problem(i)));
    await world.track(problem(62));
    await world.run(4 * MINUTE);
    expect(world.pagerduty).toEqual([]);
    expect(world.cards().some(({ handle }) => handle.startsWith('C#boss'))).toBe(false);
    await world.run(20 * MINUTE);
    expect(world.pagerduty.length).toBeGreaterThan(0);
  });
});

describe('a rule that is taken out', () => {
  it.each([
    ['reminds no more', EVERY],
    ['calls nobody more', 'after: 15m, tell: [boss, night]'],
  ])('%s', async (_, rule) => {
    const rules = remindsOf([rule]);
    let gone = false;
    const none = remindsOf([]);
    const world = makeWorld(undefined, {
      reminds: {
        matching: (document) => (gone ? none : rules).matching(document),
        any: () => !gone,
        broken: [],
      },
    });
    await world.track(fires(world));
    await world.run(MINUTE);
    gone = true;
    const calls = world.calls.length;
    await world.run(3 * HOUR);
    expect(world.calls).toHaveLength(calls);
    expect(world.store.incidents.get('incident-1')).toMatchObject({ callAt: null, dueAt: null });
  });
});

describe('in any bad hour', () => {
  const deed = fc.oneof(
    fc.record({
      do: fc.constant('fire' as const),
      severity: fc.constantFrom('SEV2' as const, 'SEV3' as const),
    }),
    fc.record({ do: fc.constant('end' as const) }),
    fc.record({ do: fc.constant('wait' as const), minutes: fc.integer({ min: 0, max: 40 }) }),
    fc.record({
      do: fc.constant('fail' as const),
      fault: fc.constantFrom<Fault>('lost', 'crash-before', 'crash-after', {
        is: 'retry',
        because: 'ECONNREFUSED',
      }),
    }),
  );

  it('no reminder comes before its time nor after the end, and while it goes on one does come', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(deed, { minLength: 1, maxLength: 12 }), async (deeds) => {
        const world = worldWith([EVERY]);
        await world.track(fires(world));
        for (const one of deeds) {
          if (one.do === 'fire') await world.track(fires(world, one.severity));
          else if (one.do === 'end') await world.track(ends(world));
          else if (one.do === 'wait') await world.run(one.minutes * MINUTE);
          else world.faults.slack.push(one.fault);
        }
        world.faults.slack.length = 0;
        await world.run(10 * MINUTE);
        const before = reminders(world).length;
        await world.run(80 * MINUTE);
        const goesOn = world.store.incidents.get('incident-1')?.facts.status === 'firing';
        const came = reminders(world).length - before;
        expect(came).toBeLessThanOrEqual(goesOn ? 2 : 0);
        await world.run(45 * MINUTE);
        expect(reminders(world).length - before).toBeGreaterThanOrEqual(goesOn ? 1 : 0);
        expect(deliveries(world).filter((d) => d.untoldSince !== null)).toEqual([]);
      }),
      { numRuns: 25 },
    );
  });
});
