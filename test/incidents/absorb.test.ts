import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { absorb } from '../../shared/incidents/absorb.ts';
import { peak } from '../../shared/incidents/escalate.ts';
import { foldBundles } from '../../shared/incidents/fold.ts';
import { follow } from '../../shared/incidents/reroute.ts';
import { settled } from '../../shared/incidents/schedule.ts';
import { tick } from '../../shared/incidents/tick.ts';
import type { Bundle } from '../../shared/model/bundle.ts';
import type { Incident } from '../../shared/model/incident.ts';
import { SEVERITIES } from '../../shared/model/severity.ts';
import { bundle, burst, HOUR, MINUTE, MORNING, policy, report, tally, target } from '../support/make.ts';

const fires = (at: number, over: Partial<Bundle> = {}): Bundle =>
  bundle({ firing: [tally(`m${at}`, at)], report: report({ time: at, signalId: `s${at}` }), ...over });
const ends = (at: number): Bundle =>
  bundle({ resolvedAt: at, report: report({ time: at, signalId: `e${at}` }) });
const T = MORNING;

function stateAfter(bundles: readonly Bundle[], now = T + HOUR): Incident {
  let incident: Incident | null = null;
  for (const b of bundles) incident = absorb(incident, b, policy, now).incident;
  if (incident === null) throw new Error('no bundles');
  return incident;
}

/** As if every address had been told the facts as they are. */
function told(incident: Incident): Incident {
  const deliveries = incident.deliveries.map((d) => ({
    ...d,
    shown: incident.facts,
    announced: incident.facts,
    untoldSince: null,
  }));
  return { ...incident, deliveries };
}

describe('an incident', () => {
  it('is looked at by sweep where the rules name an address again that has nothing to be told: it may be reminded', () => {
    const before = told(stateAfter([fires(T)], T));
    const away = { ...before, deliveries: before.deliveries.map((d) => ({ ...d, routed: false })) };
    const { incident, transitions } = absorb(away, fires(T + MINUTE), policy, T + MINUTE);
    expect(transitions).toEqual(['rerouted']);
    expect(incident.deliveries.every((d) => d.untoldSince === null)).toBe(true);
    expect(incident.dueAt).toBe(T + MINUTE);
  });

  it('opens at its first firing signal, owed to every address that the rules name', () => {
    const step = absorb(null, fires(T, { severity: 'SEV2' }), policy, T);
    expect(step.transitions).toEqual(['opened']);
    expect(step.incident.facts).toMatchObject({
      status: 'firing',
      severity: 'SEV2',
      count: 1,
      occurrence: 1,
    });
    expect(step.incident.deliveries.map((d) => [d.target.address, d.untoldSince])).toEqual([
      ['slack:#alert', T],
      ['pagerduty:oncall', T],
    ]);
  });

  it('keeps the hours at which it became news: only an opening, a rise or a reopening asks the clock again', () => {
    const byHour = {
      ...policy,
      route: ({ at }: Parameters<typeof policy.route>[0]) => ({
        targets: [target(at < T + HOUR ? '#office' : '#night')],
      }),
    };
    const places = (incident: Incident) =>
      incident.deliveries.filter((d) => d.routed).map((d) => d.target.name);
    const opened = absorb(null, fires(T), byHour, T).incident;
    const later = absorb(opened, fires(T + 2 * HOUR), byHour, T + 2 * HOUR);
    expect([later.transitions, places(later.incident)]).toEqual([[], ['#office']]);
    expect(places(follow(later.incident, byHour, T + 2 * HOUR))).toEqual(['#office']);
    const risen = absorb(told(opened), fires(T + 2, { severity: 'SEV2' }), byHour, T + 2 * HOUR);
    expect([risen.transitions, places(risen.incident)]).toEqual([['risen'], ['#night']]);
    expect(risen.incident.deliveries.map((d) => d.target.name)).toEqual(['#office', '#night']);
    const over = told(absorb(opened, ends(T + 1), byHour, T + 1).incident);
    const again = absorb(over, fires(T + 2 * HOUR), byHour, T + 2 * HOUR);
    expect([again.transitions, places(again.incident)]).toEqual([['reopened'], ['#night']]);
  });

  it('counts a recurrence and calls it no transition', () => {
    const step = absorb(stateAfter([fires(T)]), fires(T + 1), policy, T);
    expect(step.transitions).toEqual([]);
    expect(step.incident.facts.count).toBe(2);
  });

  it.each([
    ['waits out no backoff', null, 0],
    ['waits until a call without an answer must have landed', T, T + 15_000],
    ['does not wait for one that has landed', T - MINUTE, T - MINUTE + 15_000],
  ])('news of it %s', (_, at, retryAt) => {
    const open = told(stateAfter([fires(T)]));
    const sending = {
      nonce: 'n',
      call: 'post',
      facts: open.facts,
      unsettled: true,
      repeats: false,
    } as const;
    const deliveries = open.deliveries.map((d) => ({
      ...d,
      retryAt: T + HOUR,
      sending: at === null ? null : { ...sending, at },
    }));
    const step = absorb({ ...open, deliveries }, ends(T + 1), policy, T + 1);
    expect(step.incident.deliveries.map((d) => d.retryAt)).toEqual([retryAt]);
  });

  it('does not move for a repeat', () => {
    const once = stateAfter([fires(T), fires(T + 1)]);
    const step = absorb(once, foldBundles([fires(T + 1), fires(T)]), policy, T + HOUR);
    expect(step.moved).toBe(false);
    expect(step.incident).toBe(once);
  });

  it('rises with a graver signal and never sinks with a milder one', () => {
    const step = absorb(stateAfter([fires(T)]), fires(T + 1, { severity: 'SEV1' }), policy, T);
    expect(step.transitions).toEqual(['risen']);
    expect(stateAfter([fires(T, { severity: 'SEV1' }), fires(T + 1)]).facts.severity).toBe('SEV1');
  });

  it('keeps the card of the notify channel when it rises into alert', () => {
    const open = told(stateAfter([fires(T, { severity: 'SEV4', channel: 'notify' })]));
    const { incident } = absorb(open, fires(T + 1, { severity: 'SEV3', channel: 'alert' }), policy, T);
    expect(incident.deliveries.map((d) => [d.target.address, d.routed])).toEqual([
      ['slack:#notify', false],
      ['slack:#alert', true],
    ]);
  });

  it('forgets an address that was never told when the rules no longer name it', () => {
    const { incident } = absorb(
      stateAfter([fires(T, { severity: 'SEV4', channel: 'notify' })]),
      fires(T + 1, { severity: 'SEV3', channel: 'alert' }),
      policy,
      T,
    );
    expect(incident.deliveries.map((d) => d.target.address)).toEqual(['slack:#alert']);
  });

  it('leaves nothing open when its end overtakes its beginning, and still owes the opening', () => {
    const tombstone = absorb(null, ends(T + 5), policy, T);
    expect(tombstone.transitions).toEqual([]);
    const { incident, transitions } = absorb(tombstone.incident, fires(T), policy, T);
    expect(transitions).toEqual(['opened', 'resolved']);
    expect(incident.facts.status).toBe('resolved');
    expect(incident.deliveries.map((d) => d.untoldSince)).toEqual([T]);
  });

  it('reopens the same occurrence while its end is not told everywhere', () => {
    const step = absorb(stateAfter([fires(T), ends(T + 1)]), fires(T + 9 * HOUR), policy, T + 9 * HOUR);
    expect(step.transitions).toEqual(['reopened']);
    expect(step.incident.facts).toMatchObject({ occurrence: 1, count: 2 });
    expect(step.why.map((w) => w.because)).toEqual([
      'fires again, and its last end was not told everywhere yet',
    ]);
  });

  it('reopens the same occurrence inside the reopening window', () => {
    const closed = told(stateAfter([fires(T), ends(T + 1)]));
    expect(settled(closed)).toBe(true);
    const step = absorb(closed, fires(T + 3 * HOUR), policy, T + 3 * HOUR);
    expect(step.incident.facts.occurrence).toBe(1);
  });

  it('opens a new occurrence after the window, counting from one, known since the first', () => {
    const closed = told(stateAfter([fires(T), fires(T + 1), ends(T + 2)]));
    const step = absorb(closed, fires(T + 5 * HOUR), policy, T + 5 * HOUR);
    expect(step.transitions).toEqual(['opened']);
    expect(step.incident.facts).toMatchObject({ occurrence: 2, count: 1, status: 'firing' });
    expect(step.incident.knownSince).toBe(T);
  });

  it('takes a late signal of the last occurrence without counting it in the new one', () => {
    const closed = told(stateAfter([fires(T), ends(T + 2)]));
    const second = absorb(closed, fires(T + 5 * HOUR), policy, T + 5 * HOUR).incident;
    const late = absorb(second, fires(T + 1), policy, T + 5 * HOUR).incident;
    expect(late.facts).toMatchObject({ occurrence: 2, count: 1 });
  });

  it('is forgotten only once its end is told everywhere', () => {
    const open = stateAfter([fires(T), ends(T + 1)]);
    expect(open.expiresAt).toBeNull();
    const closed = absorb(told(open), ends(T + 2), policy, T + HOUR).incident;
    expect(closed.expiresAt).toBeNull();
    const toldAgain = absorb(told(closed), ends(T + 3), policy, T + HOUR).incident;
    expect(toldAgain.deliveries).toHaveLength(1);
  });
});

describe('folding', () => {
  it('keeps the reason of the gravest signal under the words of a newer, milder one, in any order', () => {
    const because = (severity: string) => [
      { stage: 'severity' as const, rule: `is-${severity}`, at: 'built-in', because: severity },
    ];
    const grave = fires(T, {
      severity: 'SEV1',
      report: report({ time: T, signalId: 's1', title: 'grave', why: because('SEV1') }),
    });
    const mild = fires(T + 1, {
      severity: 'SEV4',
      channel: 'notify',
      report: report({ time: T + 1, signalId: 's2', title: 'mild', why: because('SEV4') }),
    });
    for (const folded of [foldBundles([grave, mild]), foldBundles([mild, grave])]) {
      expect(folded.report).toMatchObject({ title: 'mild', why: because('SEV1') });
      expect(absorb(null, folded, policy, T).incident.severityWhy).toMatchObject({ because: 'SEV1' });
    }
  });
});

describe('escalation by count', () => {
  const warning = (at: number): Bundle =>
    fires(at, {
      severity: 'SEV4',
      channel: 'notify',
      counts: [burst.name],
      lifecycle: 'quiet',
      receivedAt: at,
    });

  it('raises the fifth warning within the hour to SEV3 and alert, and says why', () => {
    const four = [0, 10, 20, 30].map((m) => warning(T + m * MINUTE));
    expect(stateAfter(four).facts.severity).toBe('SEV4');
    const step = absorb(stateAfter(four), warning(T + 40 * MINUTE), policy, T + HOUR);
    expect(step.transitions).toEqual(['risen']);
    expect(step.incident.facts).toMatchObject({ severity: 'SEV3', channel: 'alert' });
    expect(step.incident.severityWhy).toMatchObject({ stage: 'escalate', rule: 'warning-burst' });
  });

  it('leaves five warnings over two hours alone', () => {
    expect(stateAfter([0, 30, 60, 90, 120].map((m) => warning(T + m * MINUTE))).facts.severity).toBe('SEV4');
  });

  test.each([
    ['nothing', [], 60, 0],
    [
      'all within the window',
      [
        [0, 2],
        [30, 3],
      ],
      60,
      5,
    ],
    [
      'the end of the window is outside',
      [
        [0, 2],
        [60, 3],
      ],
      60,
      3,
    ],
    [
      'the best window is not the last',
      [
        [0, 2],
        [1, 4],
        [100, 1],
      ],
      60,
      6,
    ],
  ] as const)('the peak: %s', (_, slots, within, most) => {
    expect(peak(slots, within)).toBe(most);
  });
});

describe('quiet', () => {
  const error = fires(T, { lifecycle: 'quiet', quietMs: 30 * MINUTE, receivedAt: T });

  it('ends what does not end itself, counted from the last receive time', () => {
    const open = stateAfter([error]);
    expect(tick(open, T + 29 * MINUTE, T + 29 * MINUTE).moved).toBe(false);
    const step = tick(open, T + 30 * MINUTE, T + 30 * MINUTE);
    expect(step.transitions).toEqual(['resolved']);
    expect(step.incident.facts.status).toBe('resolved');
  });

  it('is not mistaken for a backlog: signals that still wait may be newer', () => {
    expect(tick(stateAfter([error]), T + 10 * MINUTE, T + 2 * HOUR).moved).toBe(false);
  });

  it('never ends an alarm', () => {
    expect(tick(stateAfter([fires(T)]), T + 100 * HOUR, T + 100 * HOUR).moved).toBe(false);
  });

  it('is not over with a repeat: received again is not firing again', () => {
    const resolved = tick(stateAfter([error]), T + HOUR, T + HOUR).incident;
    const again = { ...error, receivedAt: T + 2 * HOUR };
    expect(absorb(resolved, again, policy, T + 2 * HOUR).moved).toBe(false);
  });

  it('is over with the next signal, whatever clock its host had', () => {
    const resolved = tick(stateAfter([error]), T + HOUR, T + HOUR).incident;
    const skewed = { ...error, receivedAt: T + 2 * HOUR, firing: [tally('skewed', T - 5 * HOUR)] };
    const step = absorb(resolved, skewed, policy, T + 2 * HOUR);
    expect(step.transitions).toEqual(['reopened']);
  });
});

describe('law 6: the same signals in any order and repetition end in the same state', () => {
  const signal = fc.record({
    at: fc.integer({ min: 0, max: 40 }).map((m) => T + m * MINUTE),
    severity: fc.constantFrom(...SEVERITIES),
    ends: fc.boolean(),
    lifecycle: fc.constantFrom('states' as const, 'quiet' as const),
  });
  const bundles = fc
    .tuple(
      fc.array(signal, { minLength: 1, maxLength: 12 }),
      fc.constantFrom('states' as const, 'quiet' as const),
    )
    .map(([signals, lifecycle]) =>
      signals.map(({ at, severity, ends: end }, i) =>
        end && lifecycle === 'states'
          ? bundle({
              resolvedAt: at,
              severity,
              receivedAt: at,
              lifecycle,
              report: report({ time: at, signalId: `r${i}` }),
            })
          : bundle({
              firing: [tally(`m${i}`, at)],
              severity,
              channel: severity > 'SEV3' ? 'notify' : 'alert',
              receivedAt: at,
              lifecycle,
              counts: [burst.name],
              report: report({
                time: at,
                signalId: `f${i}`,
                why: [{ stage: 'severity', rule: `rule-${i % 3}`, at: 'built-in', because: severity }],
              }),
            }),
      ),
    );

  /** What must not depend on order: everything but the order of remembered marks and of deliveries. */
  const essence = (incident: Incident) => ({
    ...incident,
    marks: [...incident.marks].sort(),
    deliveries: [...incident.deliveries].sort((a, b) => (a.target.address < b.target.address ? -1 : 1)),
  });

  const shuffled = bundles.chain((list) =>
    fc.tuple(
      fc.constant(list),
      fc.shuffledSubarray(list, { minLength: list.length }),
      fc.array(fc.nat({ max: list.length - 1 }), { maxLength: 10 }),
      fc.nat(),
    ),
  );

  test('one by one', () => {
    fc.assert(
      fc.property(shuffled, ([list, order, repeats]) => {
        const again = [...order, ...repeats.flatMap((i) => list[i] ?? [])];
        expect(essence(stateAfter(again))).toEqual(essence(stateAfter(list)));
      }),
      { numRuns: 500 },
    );
  });

  test('folded into batches of any size', () => {
    fc.assert(
      fc.property(shuffled, ([list, order, , cut]) => {
        const at = cut % order.length;
        const batches = [order.slice(0, at), order.slice(at)].flatMap(([first, ...rest]) =>
          first === undefined ? [] : [foldBundles([first, ...rest])],
        );
        expect(essence(stateAfter(batches)).facts).toEqual(essence(stateAfter(list)).facts);
      }),
      { numRuns: 500 },
    );
  });
});
