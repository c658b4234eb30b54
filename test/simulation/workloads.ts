import { HOUR, MINUTE } from '../support/make.ts';
import { longOutage, manyTroubles, NO_TROUBLE, oneTrouble, type Trouble } from './faults.ts';
import { endsItself, makeProblem, type Problem, payloadOf, speak, type Utterance } from './problems.ts';
import type { Random } from './random.ts';
import { RULES } from './rules.ts';
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
}

const few = (random: Random): readonly Problem[] =>
  Array.from({ length: random.int(1, 3) }, (_, n) => makeProblem(random, n));
const many = (random: Random): readonly Problem[] =>
  Array.from({ length: random.int(20, 40) }, (_, n) => makeProblem(random, n));
const bad = (random: Random): number => random.pick([5, 20, 60, 180] as const) * MINUTE;

export const WORKLOADS: readonly [Workload, ...Workload[]] = [
  { name: 'many faults', weight: 83, lengthMs: bad, trouble: manyTroubles, problems: few, say: now },
  { name: 'a single fault', weight: 54, lengthMs: bad, trouble: oneTrouble, problems: few, say: now },
  {
    name: 'a flapping alarm',
    weight: 24,
    lengthMs: () => 15 * MINUTE,
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
      return { ...rest, away: [...away, { what: 'table', from: start, until: end - random.int(0, MINUTE) }] };
    },
    problems: few,
    say: now,
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
    problems: many,
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

function moments(times: number, from: number, end: number, random: Random): readonly number[] {
  return Array.from({ length: times }, () => random.int(from, end - 1)).sort((a, b) => a - b);
}

/** ALARM and OK in turn, every minute or so. */
function flap(world: World, problem: Problem, end: number): void {
  const { random, time } = world;
  let firing = true;
  for (let at = time.now(); at < end; at += random.int(20_000, 3 * MINUTE))
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
