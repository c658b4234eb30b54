import type { Judge } from '../../shared/rules/judge.ts';
import { DAY, HOUR, MINUTE } from '../support/make.ts';
import { checkExpected, checkSilence, type Heard, hearing } from './expected.ts';
import { checkMended, checkStandIn } from './fallback.ts';
import { NO_TROUBLE } from './faults.ts';
import { checkEndsPass, checkHeld, checkReleased } from './holds.ts';
import { checkForgotten, checkLaws, checkQuiet, checkTimely, expectUntracked } from './laws.ts';
import type { Hooks } from './mutations.ts';
import { checkGravity, checkPlanned } from './planned.ts';
import type { Problem } from './problems.ts';
import { makeRandom, type Random } from './random.ts';
import { checkReminder, checkReminders } from './reminders.ts';
import { RULES } from './rules.ts';
import { expectUrgent } from './urgent.ts';
import { drawWorkload, meddle, type Workload } from './workloads.ts';
import { makeWorld, type World } from './world.ts';

export interface Trial {
  readonly seed: number;
  readonly workload: string;
  readonly violations: readonly string[];
  readonly injected: ReadonlyMap<string, number>;
  /** Its steps, by seconds of true time. */
  trace(): readonly string[];
}

/** How long after the faults the laws must hold: quiet ends what never ends itself, and its end is told. */
const CALM_MS = 3 * HOUR;
/** So long after the faults nothing may be untold any more that was wanted when they ended. */
export const TIMELY_MS = 20 * MINUTE;
/** Longer than any visibility timeout. */
const REDRIVE_MS = 5 * MINUTE;
/** The table's own memory, and a little more. */
const FORGOTTEN_MS = 91 * DAY;

/** How often it is asked, in a bad time, whether somebody hears what a broken address cannot be told. */
const LOOK_MS = 5 * MINUTE;

/** A few bad hours drawn from a seed, each followed by a calm one, after which the laws must hold. */
export async function live(seed: number, hooks: Hooks = {}): Promise<Trial> {
  const random = makeRandom(seed);
  const workload = drawWorkload(random);
  const problems = new Map(workload.problems(random).map((p) => [p.id as string, p]));
  const heard: Heard[] = [];
  const urgent: number[] = [];
  const world: World = makeWorld(random, drawRules(random, workload), hooks, {
    queued: (bundle) => {
      heard.push(...hearing(world, bundle));
      const problem = problems.get(bundle.incident);
      if (problem !== undefined) {
        expectUntracked(world, problem, bundle);
        expectUrgent(world, urgent, problem, bundle);
        checkGravity(world, problem, bundle);
      }
      const received = problem?.received;
      for (const { mark } of bundle.firing) {
        const { first, last } = received?.get(mark) ?? { first: bundle.receivedAt, last: bundle.receivedAt };
        const at = bundle.receivedAt;
        received?.set(mark, { first: Math.min(first, at), last: Math.max(last, at) });
      }
    },
    wrote: (before, after) => {
      checkQuiet(world, before, after);
      checkEndsPass(world, after);
      checkReminder(world, before, after);
      checkSilence(world, heard, before, after);
    },
    called: (call) => checkHeld(world, problems, call),
    forgot: (incident) => forget(world, problems.get(incident.id), incident.id),
  });
  const eras = random.pick([1, 1, 2, 3] as const);
  for (let era = 0; era < eras; era += 1) {
    world.say(`${workload.name}, ${problems.size} problems`);
    await badTime(world, workload, [...problems.values()]);
    await calm(world, [...problems.values()], heard);
    if (world.violations.length > 0) break;
    if (random.chance(0.6)) await world.time.run(world.time.now() + 4 * HOUR);
    else if (random.chance(0.1)) await world.sleep(FORGOTTEN_MS);
  }
  return {
    seed,
    workload: workload.name,
    violations: world.violations,
    injected: world.injected,
    trace: world.trace,
  };
}

function drawRules(random: Random, { rules }: Workload): Judge {
  if (rules !== undefined) return random.pick(rules);
  return random.chance(0.6) ? RULES[0] : random.pick(RULES);
}

async function badTime(world: World, workload: Workload, problems: readonly Problem[]): Promise<void> {
  const { time, random } = world;
  const end = time.now() + workload.lengthMs(random);
  const trouble = workload.trouble(random, time.now(), end);
  world.note(() => `trouble: ${JSON.stringify(trouble)}`);
  world.setTrouble(trouble);
  meddle(world, end);
  workload.meanwhile?.(world, end);
  for (let at = time.now() + LOOK_MS; at < end; at += LOOK_MS) time.at(at, () => checkStandIn(world));
  for (const problem of problems) workload.say(world, problem, end);
  await time.run(end);
}

/** The faults end; what they left has time to mend itself. */
async function calm(world: World, problems: readonly Problem[], heard: readonly Heard[]): Promise<void> {
  const { time } = world;
  world.say('calm');
  world.setTrouble(NO_TROUBLE);
  const start = time.now();
  // What was hidden when they ended has had its last try by now.
  await time.run(start + REDRIVE_MS);
  checkNobodyNeeded(world);
  world.redrive();
  await time.run(start + TIMELY_MS);
  checkTimely(world, start);
  checkReleased(world);
  await time.run(start + CALM_MS);
  checkLaws(world, problems);
  checkReleased(world);
  checkMended(world);
  checkExpected(world, heard);
  checkPlanned(world);
  checkReminders(world);
}

/** A table outage of hours is no reason to call a person: signals wait in their queue. */
function checkNobodyNeeded({ signalQueues, violate }: World): void {
  for (const { name, dead } of Object.values(signalQueues))
    if (dead.length > 0) violate(`law 1: ${dead.length} signals of ${name} wait for a person`);
}

/** The table has forgotten: all that the source says from now on is news. */
function forget(world: World, problem: Problem | undefined, id: string): void {
  checkForgotten(world, id);
  for (const message of world.slack.messages) if (message.incident === id) message.past = true;
  for (const page of world.pagerduty.pages.values()) if (page.incident === id) page.past = true;
  if (problem === undefined) return;
  problem.since = world.time.now();
  problem.said.splice(0);
  problem.received.clear();
}
