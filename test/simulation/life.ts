import type { Policy } from '../../shared/incidents/absorb.ts';
import type { Bundle } from '../../shared/model/bundle.ts';
import { HOUR, MINUTE, policy, target } from '../support/make.ts';
import { checkLaws } from './laws.ts';
import { asPayload, makeProblem, type Problem, speak } from './problems.ts';
import { makeRandom, type Random } from './random.ts';
import { type Away, makeWorld, NO_TROUBLE, type Safety, type Trouble, type World } from './world.ts';

export interface Trial {
  readonly seed: number;
  readonly violations: readonly string[];
  /** Its steps, by seconds of true time. */
  trace(): readonly string[];
}

/** The rules as operators change them: a destination renamed, added, moved, removed. */
const RULES: readonly [Policy, ...Policy[]] = [
  policy,
  routing((about) => policy.route(about).targets.map((t) => ({ ...t, name: `${t.name}-renamed` }))),
  routing((about) => [...policy.route(about).targets, target('#extra')]),
  routing(({ channel }) => [target(channel === 'alert' ? '#ops' : '#notify')]),
  routing((about) => [
    ...policy.route(about).targets.filter((t) => t.kind === 'slack'),
    target('second', 'pagerduty'),
  ]),
];

function routing(
  targets: (about: Parameters<Policy['route']>[0]) => ReturnType<Policy['route']>['targets'],
): Policy {
  return { ...policy, route: (about) => ({ targets: targets(about) }) };
}

/** A few bad hours drawn from a seed, each followed by a calm one, after which the laws must hold. */
export async function live(seed: number, off: Safety | null = null): Promise<Trial> {
  const random = makeRandom(seed);
  const world = makeWorld(random, policy, off);
  const problems = Array.from({ length: random.chance(0.03) ? 25 : random.int(1, 3) }, (_, n) =>
    makeProblem(random, n),
  );
  const eras = random.pick([1, 1, 2, 3] as const);
  for (let era = 0; era < eras && world.violations.length === 0; era += 1) {
    await badTime(world, problems, random);
    await calm(world, problems);
    if (random.chance(0.6)) await world.time.run(world.time.now() + 4 * HOUR);
  }
  return { seed, violations: world.violations, trace: world.trace };
}

async function badTime(world: World, problems: readonly Problem[], random: Random): Promise<void> {
  const { time } = world;
  const lengthMs = random.pick([5, 20, 60, 180] as const) * MINUTE;
  const end = time.now() + lengthMs;
  const trouble = drawTrouble(random, time.now(), end);
  world.say(`trouble: ${JSON.stringify(trouble)}`);
  world.setTrouble(trouble);
  const steps = random.chance(0.3) ? random.int(1, 3) : 0;
  for (let i = 0; i < steps; i += 1)
    time.at(random.int(time.now(), end), () => world.stepClock(random.int(-15_000, 15_000)));
  if (random.chance(0.4)) time.at(random.int(time.now(), end), () => world.changeRules(random.pick(RULES)));
  const deletes = random.chance(0.3) ? random.int(1, 3) : 0;
  for (let i = 0; i < deletes; i += 1) time.at(random.int(time.now(), end), () => deleteCard(world, random));
  for (const problem of problems) say(world, problem, end, random);
  await time.run(end);
}

function drawTrouble(random: Random, from: number, end: number): Trouble {
  const often = (...some: readonly [number, ...number[]]): number =>
    random.chance(0.4) ? random.pick(some) : 0;
  const kinds: readonly Away[] = [
    'table',
    'slack',
    'slack-find',
    'slack-token',
    'pagerduty',
    'pagerduty-key',
    'queue',
  ];
  const away = kinds
    .filter(() => random.chance(0.2))
    .map((what) => {
      const start = random.int(from, end);
      const longest = what === 'table' || what === 'queue' ? 5 * MINUTE : HOUR;
      return { what, from: start, until: Math.min(end, start + random.int(1_000, longest)) };
    });
  return {
    crash: often(0.002, 0.01, 0.05),
    storeFails: often(0.01, 0.1),
    storeLost: often(0.01, 0.05),
    conflicts: often(0.02, 0.2),
    stale: often(0.05, 0.3),
    wakesLost: often(0.1, 0.5, 1),
    wakesDoubled: often(0.1, 0.5),
    sweepsLost: often(0.2, 0.5),
    sweepsDoubled: often(0.3),
    slack: often(0.1, 0.5),
    pagerduty: often(0.1, 0.5),
    tooBig: often(0.05),
    away,
  };
}

/** Fires and ends, in bursts or seldom; delivered late, out of order, folded, and more than once. */
function say(world: World, problem: Problem, end: number, random: Random): void {
  const { time } = world;
  const times = random.pick([1, 2, 3, 6, 12] as const);
  const moments = Array.from({ length: times }, () => random.int(time.now(), end - 1)).sort((a, b) => a - b);
  const lateness = random.pick([0, 1_000, 60_000, 5 * MINUTE] as const);
  const ends = random.pick([0.2, 0.5] as const);
  for (const moment of moments)
    time.at(moment, () => {
      const status = random.chance(ends) && problem.lifecycle !== 'quiet' ? 'resolved' : 'firing';
      const bundle = speak(problem, status, time.now(), random);
      const payload = random.chance(0.2)
        ? asPayload([bundle, speak(problem, 'firing', time.now(), random)])
        : bundle;
      deliverSomehow(world, payload, lateness, random);
    });
}

function deliverSomehow(world: World, bundle: Bundle, lateness: number, random: Random): void {
  const { time } = world;
  const copies = random.chance(0.3) ? random.int(2, 4) : 1;
  for (let i = 0; i < copies; i += 1)
    time.at(time.now() + random.int(0, lateness), () => world.deliver([bundle]));
  // The whole payload again, long after: a dead letter moved back, a log payload delivered anew.
  if (random.chance(0.1)) time.at(time.now() + random.int(0, 9 * HOUR), () => world.deliver([bundle]));
  if (random.chance(0.1))
    time.at(time.now() + random.int(0, 2 * HOUR), () =>
      world.deliver([{ ...bundle, receivedAt: Math.max(bundle.receivedAt, time.now()) }]),
    );
}

function deleteCard(world: World, random: Random): void {
  const cards = world.slack.messages.filter((m) => m.thread === null && !m.deleted);
  const [first, ...rest] = cards;
  if (first === undefined) return;
  const card = random.pick([first, ...rest]);
  card.deleted = true;
  world.say(`somebody deletes ${card.handle} of ${card.incident}`);
}

/** The faults end; what they left has time to mend itself. */
async function calm(world: World, problems: readonly Problem[]): Promise<void> {
  world.say('calm');
  world.setTrouble(NO_TROUBLE);
  await world.time.run(world.time.now() + 3 * HOUR);
  checkLaws(world, problems);
}
