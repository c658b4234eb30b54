import type { Severity } from '../../shared/model/severity.ts';
import type { Judge } from '../../shared/rules/judge.ts';
import { HOUR, MINUTE } from '../support/make.ts';
import { longOutage, manyTroubles, NO_TROUBLE, oneTrouble, type Trouble } from './faults.ts';
import {
  endsItself,
  heartbeatAt,
  type Kind,
  makeProblem,
  type Problem,
  payloadOf,
  speak,
  type Utterance,
} from './problems.ts';
import type { Random } from './random.ts';
import {
  EXPECTING,
  EXPLAINED,
  FALLBACK,
  FORGETFUL,
  LASTING,
  MUTED,
  OVERCALLED,
  READY,
  REROUTED,
  RULES,
  SILENCED,
  STORMY,
} from './rules.ts';
import type { World } from './world.ts';

/** What the sources do in a bad time, and what is wrong meanwhile. */
export interface Workload {
  readonly name: string;
  /** How often it is drawn, against the others. */
  readonly weight: number;
  readonly lengthMs: (random: Random) => number;
  readonly trouble: (random: Random, from: number, end: number) => Trouble;
  readonly problems: (random: Random) => readonly Problem[];
  readonly say: (world: World, problem: Problem, end: number) => void;
  /** What is deployed at first; left out: any rules. */
  readonly rules?: readonly [Judge, ...Judge[]];
  /** What people, and what only lives, do meanwhile. */
  readonly meanwhile?: (world: World, end: number) => void;
}

const few = (random: Random, ...kinds: readonly Kind[]): readonly Problem[] =>
  Array.from({ length: random.int(1, 3) }, (_, n) => makeProblem(random, n, kinds[n]));
const many = (random: Random): readonly Problem[] =>
  Array.from({ length: random.int(20, 40) }, (_, n) => makeProblem(random, n));
/** So many of one gravity, and a few grave ones. */
const crowd = (random: Random, size: number, gravity: 3 | 4): readonly Problem[] =>
  Array.from({ length: size + 3 }, (_, n) => ({
    ...makeProblem(random, n, 'alarm'),
    gravities: [n < size ? gravity : random.pick([1, 2] as const)],
  }));
const bad = (random: Random): number => random.pick([5, 20, 60, 180] as const) * MINUTE;

export const WORKLOADS: readonly [Workload, ...Workload[]] = [
  { name: 'many faults', weight: 83, lengthMs: bad, trouble: manyTroubles, problems: few, say: now },
  { name: 'a single fault', weight: 54, lengthMs: bad, trouble: oneTrouble, problems: few, say: now },
  {
    name: 'a flapping alarm',
    weight: 24,
    lengthMs: (random) => random.pick([15, 45] as const) * MINUTE,
    trouble: manyTroubles,
    problems: (random) => [makeProblem(random, 0, 'alarm')],
    say: flap,
  },
  {
    name: 'a resolve racing its firing',
    weight: 24,
    lengthMs: () => 10 * MINUTE,
    trouble: manyTroubles,
    problems: (random) => [makeProblem(random, 0, 'alarm'), makeProblem(random, 1, 'alarm')],
    say: race,
  },
  {
    name: 'a long outage',
    weight: 12,
    lengthMs: (random) => random.int(60, 180) * MINUTE,
    trouble: longOutage,
    problems: few,
    say: now,
  },
  {
    name: 'the table is away',
    weight: 12,
    lengthMs: (random) => random.int(5, 40) * MINUTE,
    trouble: (random, from, end) => {
      const { away, ...rest } = random.chance(0.7) ? NO_TROUBLE : manyTroubles(random, from, end);
      const start = from + random.int(0, 3) * MINUTE;
      const what = random.pick(['table', 'table', 'table-hangs'] as const);
      return { ...rest, away: [...away, { what, from: start, until: end - random.int(0, MINUTE) }] };
    },
    problems: few,
    say: now,
  },
  {
    name: 'quiet falls due while signals wait',
    weight: 8,
    lengthMs: (random) => random.int(40, 60) * MINUTE,
    trouble: (random, from, end) => {
      const { away, ...rest } = random.chance(0.7) ? NO_TROUBLE : oneTrouble(random, from, end);
      const until = end - random.int(0, 5) * MINUTE;
      return { ...rest, away: [...away, { what: 'table', from: from + 2 * MINUTE, until }] };
    },
    problems: (random) =>
      (['error', 'warning', 'finding'] as const).map((kind, n) => makeProblem(random, n, kind)),
    say: knownAndNow,
  },
  {
    name: 'news while a request is under way',
    weight: 8,
    lengthMs: (random) => random.pick([20, 60] as const) * MINUTE,
    trouble: (random, from, end) => {
      const { away, ...rest } = random.chance(0.7) ? NO_TROUBLE : oneTrouble(random, from, end);
      return { ...rest, away: [...away, { what: 'answers', from, until: end }] };
    },
    problems: (random) => few(random, 'alarm', 'alarm').slice(0, 2),
    say: sayWhileTold,
  },
  {
    name: 'people answer an outage with other rules',
    weight: 12,
    lengthMs: (random) => random.pick([20, 60] as const) * MINUTE,
    trouble: (random, from, end) => ({
      ...(random.chance(0.5) ? NO_TROUBLE : manyTroubles(random, from, end)),
      ...random.pick([{ slack: 0.5 }, { pagerduty: 0.5 }] as const),
    }),
    problems: (random) => few(random, 'alarm', 'alarm'),
    say: now,
    rules: REROUTED,
    meanwhile: reroute,
  },
  {
    name: 'a destination is broken',
    weight: 12,
    lengthMs: (random) => random.pick([30, 90, 180] as const) * MINUTE,
    trouble: (random, from, end) => {
      const { away, ...rest } = random.chance(0.6) ? NO_TROUBLE : manyTroubles(random, from, end);
      const what = random.pick(['slack-channel', 'pagerduty-key'] as const);
      const until = end - random.int(0, 20) * MINUTE;
      return {
        ...rest,
        away: [
          ...away.filter((a) => a.what !== what),
          { what, from: from + random.int(0, 10) * MINUTE, until },
        ],
      };
    },
    problems: few,
    say: now,
    rules: [FALLBACK],
  },
  {
    name: 'it comes back before its end is told',
    weight: 6,
    lengthMs: (random) => random.int(60, 180) * MINUTE,
    trouble: (random, from, end) => {
      const what = random.pick(['slack', 'slack-channel', 'pagerduty', 'pagerduty-key'] as const);
      const { away, ...rest } = random.chance(0.5) ? NO_TROUBLE : oneTrouble(random, from, end);
      return { ...rest, away: [...away, { what, from: from + 10 * MINUTE, until: end }] };
    },
    problems: (random) => few(random, 'alarm', 'alarm', 'alarm'),
    say: knownAndNow,
    rules: [FORGETFUL],
  },
  {
    name: 'rules and people hold it back',
    weight: 14,
    lengthMs: (random) => random.pick([60, 120, 180] as const) * MINUTE,
    trouble: (random, from, end) =>
      random.pick([() => NO_TROUBLE, oneTrouble, manyTroubles] as const)(random, from, end),
    problems: (random) => few(random, 'alarm'),
    say: now,
    rules: [SILENCED, MUTED, LASTING, RULES[0]],
    meanwhile: silence,
  },
  {
    name: 'one problem explains the others',
    weight: 8,
    lengthMs: (random) => random.pick([20, 60, 120] as const) * MINUTE,
    trouble: (random, from, end) =>
      random.pick([() => NO_TROUBLE, oneTrouble, manyTroubles] as const)(random, from, end),
    problems: (random) => [
      makeProblem(random, 0, 'alarm'),
      makeProblem(random, 1, 'error'),
      makeProblem(random, 2, random.pick(['warning', 'finding'] as const)),
    ],
    say: now,
    rules: [EXPLAINED],
  },
  {
    name: 'what must be heard falls silent',
    weight: 8,
    lengthMs: (random) => random.pick([60, 120] as const) * MINUTE,
    trouble: (random, from, end) =>
      random.pick([() => NO_TROUBLE, oneTrouble, manyTroubles, longOutage] as const)(random, from, end),
    problems: (random) => few(random, 'alarm', 'error'),
    say: now,
    rules: [EXPECTING],
    meanwhile: live,
  },
  {
    name: 'a planned time comes and goes',
    weight: 6,
    lengthMs: (random) => random.pick([90, 120] as const) * MINUTE,
    trouble: (random, from, end) =>
      random.pick([() => NO_TROUBLE, oneTrouble, manyTroubles, longOutage] as const)(random, from, end),
    problems: few,
    say: now,
    rules: [READY],
    meanwhile: replan,
  },
  {
    name: 'new problems at once',
    weight: 5,
    lengthMs: () => 20 * MINUTE,
    trouble: (random, from, end) => (random.chance(0.5) ? NO_TROUBLE : oneTrouble(random, from, end)),
    problems: (random) => Array.from({ length: random.int(5, 8) }, (_, n) => makeProblem(random, n, 'alarm')),
    say: atOnceAndNow,
    rules: [STORMY, OVERCALLED],
  },
  {
    name: 'something grave in a crowd',
    weight: 4,
    lengthMs: () => 20 * MINUTE,
    trouble: (random, from, end) => (random.chance(0.8) ? NO_TROUBLE : oneTrouble(random, from, end)),
    problems: (random) => crowd(random, 20, 3),
    say: atOnceAndGrave,
    rules: [RULES[0]],
  },
  {
    name: 'something grave while a channel hangs',
    weight: 4,
    lengthMs: () => 20 * MINUTE,
    trouble: (random, from, end) => {
      const { away, ...rest } = random.chance(0.8) ? NO_TROUBLE : oneTrouble(random, from, end);
      return { ...rest, away: [...away, { what: 'slack-notify', from, until: end }] };
    },
    problems: (random) => crowd(random, 12, 4),
    say: atOnceAndGrave,
    rules: [RULES[0]],
  },
  {
    name: 'a storm',
    weight: 2,
    lengthMs: () => 10 * MINUTE,
    trouble: manyTroubles,
    problems: many,
    say: now,
  },
  {
    name: 'a storm while the table is away for three hours',
    weight: 1,
    lengthMs: () => 3 * HOUR + 10 * MINUTE,
    trouble: (random, from, end) => {
      const { away, ...rest } = random.chance(0.5)
        ? oneTrouble(random, from, end)
        : longOutage(random, from, end);
      return { ...rest, away: [...away, { what: 'table', from: from + 10 * MINUTE, until: end }] };
    },
    problems: (random) => many(random).slice(0, 12),
    say: now,
  },
];

export function drawWorkload(random: Random): Workload {
  const [first, ...rest] = WORKLOADS;
  let left =
    random.int(
      1,
      WORKLOADS.reduce((sum, { weight }) => sum + weight, 0),
    ) - first.weight;
  if (left <= 0) return first;
  const found = rest.find(({ weight }) => {
    left -= weight;
    return left <= 0;
  });
  return found ?? first;
}

/** Fires and ends, in bursts or seldom; delivered late, out of order, several in a payload, and more than once. */
function now(world: World, problem: Problem, end: number): void {
  const { random, time } = world;
  const times = random.pick([1, 2, 3, 6, 12] as const);
  const lateness = random.pick([0, 1_000, MINUTE, 5 * MINUTE] as const);
  const ends = random.pick([0.2, 0.5] as const);
  for (const moment of moments(times, time.now(), end, random))
    time.at(moment, () => {
      const status = random.chance(ends) && endsItself(problem) ? 'resolved' : 'firing';
      const said = [speak(problem, status, time.now(), random)];
      if (random.chance(0.2)) said.push(speak(problem, 'firing', time.now(), random));
      deliver(world, said, lateness);
    });
}

/** Told before anything goes wrong. */
function knownAndNow(world: World, problem: Problem, end: number): void {
  deliver(world, [speak(problem, 'firing', world.time.now(), world.random)], 10_000);
  now(world, problem, end);
}

/** All of them in a few minutes. */
function atOnceAndNow(world: World, problem: Problem, end: number): void {
  const { random, time } = world;
  time.at(time.now() + random.int(0, 4 * MINUTE), () =>
    deliver(world, [speak(problem, 'firing', time.now(), random)], 0),
  );
  now(world, problem, end);
}

/** All begin within seconds, and end so; the grave ones begin meanwhile. */
function atOnceAndGrave(world: World, problem: Problem, end: number): void {
  const { random, time } = world;
  const waves = [MINUTE, end - time.now() - 5 * MINUTE] as const;
  const say = (status: 'firing' | 'resolved', at: number): void =>
    time.at(time.now() + at, () => deliver(world, [speak(problem, status, time.now(), random)], 0));
  if (problem.gravities[0] <= 2) say('firing', random.pick(waves) + random.int(0, 40_000));
  else {
    say('firing', waves[0] + random.int(0, 5_000));
    say('resolved', waves[1] + random.int(0, 5_000));
  }
}

/** The log group says that it lives, but for a while or two. */
function live({ random, time, logs }: World, end: number): void {
  const apart = random.int(2, 8) * MINUTE;
  const pauses = Array.from({ length: random.int(0, 2) }, () => {
    const from = random.int(time.now(), end);
    return { from, until: from + random.int(15, 50) * MINUTE };
  });
  for (let at = time.now(); at < end; at += random.int(apart / 2, apart))
    if (pauses.every(({ from, until }) => at < from || at >= until))
      time.at(at + random.int(0, 5_000), () => logs(payloadOf([heartbeatAt(at)])));
}

const SILENCEABLE: readonly [readonly Severity[], ...(readonly Severity[])[]] = [
  ['SEV1', 'SEV2'],
  ['SEV3'],
  ['SEV3', 'SEV4', 'SEV5'],
];

/** A person silences some severities, and perhaps ends that before its time. */
function silence({ random, time, silence, endSilence }: World, end: number): void {
  if (random.chance(0.4)) return;
  const severities = random.pick(SILENCEABLE);
  const from = random.int(time.now(), end);
  const forMs = random.int(10, 120) * MINUTE;
  time.at(from, () => {
    void silence(severities, forMs).then((made) => {
      if (random.chance(0.5)) time.at(random.int(time.now(), from + forMs), () => void endSilence(made));
    });
  });
}

/** Several deployments, each of which sends it elsewhere. */
function reroute(world: World, end: number): void {
  const { random, time } = world;
  for (let i = random.int(2, 5); i > 0; i -= 1)
    time.at(random.int(time.now(), end), () => world.deploy(random.pick(REROUTED)));
}

/** The plan is taken out of the file for a while, or for good. */
function replan({ random, time, deploy }: World, end: number): void {
  if (random.chance(0.7)) return;
  const out = random.int(time.now(), end);
  time.at(out, () => deploy(RULES[0]));
  if (random.chance(0.7)) time.at(random.int(out, end), () => deploy(READY));
}

function moments(times: number, from: number, end: number, random: Random): readonly number[] {
  return Array.from({ length: times }, () => random.int(from, end - 1)).sort((a, b) => a - b);
}

/** ALARM and OK in turn, every minute or so. */
function flap(world: World, problem: Problem, end: number): void {
  const { random, time } = world;
  let firing = true;
  const apart = random.pick([MINUTE, 3 * MINUTE] as const);
  for (let at = time.now(); at < end; at += random.int(20_000, apart))
    time.at(at, () => {
      deliver(
        world,
        [speak(problem, firing ? 'firing' : 'resolved', time.now(), random)],
        random.pick([0, 30_000]),
      );
      firing = !firing;
    });
}

/** Pairs in which OK may arrive before its ALARM. */
function race(world: World, problem: Problem, end: number): void {
  const { random, time } = world;
  for (const moment of moments(random.int(1, 4), time.now(), end, random))
    time.at(moment, () => {
      const first = random.chance(0.8) ? 'firing' : 'resolved';
      const said = [speak(problem, first, time.now(), random)];
      said.push(speak(problem, first === 'firing' ? 'resolved' : 'firing', time.now(), random));
      for (const one of said) deliver(world, [one], random.pick([0, 2_000, 30_000]));
    });
}

/** Says something, and more at about the moment at which a call that has had no answer is given up. */
function sayWhileTold(world: World, problem: Problem, end: number): void {
  const { random, time } = world;
  for (const moment of moments(random.int(3, 8), time.now(), end, random))
    for (let at = moment, left = random.int(2, 3); left > 0; left -= 1, at += random.int(10_000, 15_000))
      time.at(at, () => {
        const status = random.chance(0.5) && endsItself(problem) ? 'resolved' : 'firing';
        deliver(world, [speak(problem, status, time.now(), random)], 0);
      });
}

/** At least once, late, and perhaps again long after: a dead letter moved back, a payload delivered anew. */
function deliver(world: World, said: readonly Utterance[], lateness: number): void {
  const { random, time } = world;
  const lines = said.flatMap((one) => (one.via === 'log' ? [one.line] : []));
  const payload = lines.length === 0 ? null : payloadOf(lines);
  const hand = (): void => {
    for (const one of said) if (one.via === 'event') world.event(one.body);
    if (payload !== null) world.logs(payload);
  };
  const copies = random.chance(0.3) ? random.int(2, 4) : 1;
  for (let i = 0; i < copies; i += 1) time.at(time.now() + random.int(0, lateness), hand);
  if (copies > 1) world.inject('an input is delivered again');
  if (!random.chance(0.1)) return;
  world.inject('an input is delivered again, hours later');
  time.at(time.now() + random.int(0, 9 * HOUR), hand);
}

/** What people and operators do meanwhile. */
export function meddle(world: World, end: number): void {
  const { random, time } = world;
  const some = (chance: number): number => (random.chance(chance) ? random.int(1, 3) : 0);
  const at = (what: () => void): void => time.at(random.int(time.now(), end), what);
  for (let i = some(0.3); i > 0; i -= 1)
    at(() => {
      world.inject('the clock steps');
      world.stepClock(random.int(-15_000, 15_000));
    });
  if (random.chance(0.4)) at(() => world.deploy(random.pick(RULES)));
  for (let i = some(0.3); i > 0; i -= 1) at(() => deleteCard(world));
}

function deleteCard(world: World): void {
  const [first, ...rest] = world.slack.messages.filter((m) => m.thread === null && !m.deleted && !m.past);
  if (first === undefined) return;
  const card = world.random.pick([first, ...rest]);
  card.deleted = true;
  world.inject('a person deletes a card');
  world.say(`somebody deletes ${card.handle} of ${card.incident}`);
}
