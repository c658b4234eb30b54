import type { Incident } from '../../shared/model/incident.ts';
import { goesOn } from '../../shared/model/news.ts';
import { laneOf, type Severity } from '../../shared/model/severity.ts';
import type { PagerDutyCall, SlackCall } from '../../shared/model/telling.ts';
import { stormIdOf } from '../../shared/pipeline/storm.ts';
import { DAY, HOUR, MINUTE, MORNING } from '../support/make.ts';
import type { Trouble } from './faults.ts';
import type { Problem } from './problems.ts';
import { EXPLAINED, HELD_SEVERITIES, LASTING, LASTS_MS, MUTED, SILENCED, WINDOWS } from './rules.ts';
import type { Tag, Tagged } from './services.ts';
import type { World } from './world.ts';

/**
 * From the question to the call, and what clocks differ: within so long after a rule began, or before it ends, a call
 * may leave or not. A function that began before a deployment judges by the rules before it.
 */
const UNSURE_MS = MINUTE;

/** Times of day at which the rules in force hold these severities; a silence is of the first day alone. */
function isRest(judge: unknown, now: number, marginMs: number): boolean {
  const within = (from: number, until: number, at: number): boolean =>
    at >= from + marginMs && at < until - marginMs;
  if (judge === SILENCED) return within(MORNING, MORNING + 2 * HOUR, now);
  if (judge !== MUTED) return false;
  return WINDOWS.some(({ from, until }) => within(from, until, (now - MORNING) % DAY));
}

/** Whether a rule other than the storm's may hold this now, or could have until just now. */
export function mayHold(
  { time, deploys, made }: Pick<World, 'time' | 'deploys' | 'made'>,
  { facts, source }: Incident,
): boolean {
  const now = time.now();
  const held = HELD_SEVERITIES.includes(facts.severity);
  return (
    made.some(
      (m) => m.severities.includes(facts.severity) && now >= m.from - UNSURE_MS && now < m.until + UNSURE_MS,
    ) ||
    deploys.some(({ judge }, i) => {
      const replaced = deploys[i + 1]?.at ?? Number.POSITIVE_INFINITY;
      if (replaced < now - UNSURE_MS) return false;
      const waits = source === 'alarm' ? LASTING : EXPLAINED;
      return judge === waits || (held && isRest(judge, now, -UNSURE_MS));
    })
  );
}

/** What a rule holds does not leave: asked of each call that is the first word of something, or calls people. */
export function checkHeld(
  world: World,
  problems: ReadonlyMap<string, Problem>,
  call: Tagged<SlackCall | PagerDutyCall>,
): void {
  const { address, incident, facts } = call.tag;
  const by =
    heldByRules(world, facts.severity) ??
    heldByPerson(world, facts.severity) ??
    heldBySource(world, problems, incident) ??
    heldByAge(world, problems, call.tag) ??
    (call.tag.opens ? heldByStorm(world, call) : null);
  if (by !== null) world.violate(`law 8: held by ${by}, and told: ${incident} at ${address}`);
}

function heldByRules(world: World, severity: Severity): string | null {
  const { judge, at } = world.deployed();
  const now = world.time.now();
  if (at > now - UNSURE_MS || !HELD_SEVERITIES.includes(severity)) return null;
  return isRest(judge, now, UNSURE_MS) ? 'a rule' : null;
}

/** What cannot be read holds nothing. */
function heldByPerson(world: World, severity: Severity): string | null {
  const now = world.time.now();
  if (!isReadable(world)) return null;
  return world.made.some(
    ({ severities, surely }) =>
      severities.includes(severity) && now >= surely.from + UNSURE_MS && now < surely.until - UNSURE_MS,
  )
    ? 'a person'
    : null;
}

/** Its source has been told to the table a while ago, under the same rules. */
function heldBySource(world: World, problems: ReadonlyMap<string, Problem>, id: string): string | null {
  const { judge, at } = world.deployed();
  const kind = problems.get(id)?.kind;
  if (judge !== EXPLAINED || kind === undefined || kind === 'alarm') return null;
  const source = [...problems.values()].find((p) => p.n === 0 && p.kind === 'alarm');
  const began = world.firingSince.get(source?.id ?? '');
  if (began === undefined || began.at < at || began.at > world.time.now() - UNSURE_MS) return null;
  return isCalm(began.trouble) && isCalm(world.trouble()) ? 'its source' : null;
}

/** Its first signal is not as old as it must be. */
function heldByAge(
  world: World,
  problems: ReadonlyMap<string, Problem>,
  { incident, facts }: Tag,
): string | null {
  const { judge, at } = world.deployed();
  const now = world.time.now();
  if (judge !== LASTING || problems.get(incident)?.kind !== 'alarm' || at > now - UNSURE_MS) return null;
  return now < facts.first + LASTS_MS - UNSURE_MS ? 'its age' : null;
}

/** The rule of the storm asks the table alone. It holds no card of a SEV1 or SEV2, and no page of a SEV1. */
function heldByStorm(world: World, call: Tagged<SlackCall | PagerDutyCall>): string | null {
  const { address, incident, facts } = call.tag;
  const storm = stormIdOf(address);
  const began = world.firingSince.get(storm);
  const passes = call.do === 'post' ? laneOf(facts.severity) === 'urgent' : facts.severity === 'SEV1';
  if (incident === storm || passes || began === undefined) return null;
  if (world.trouble().stale > 0 || began.at > world.time.now() - UNSURE_MS) return null;
  return call.do === 'post' ? 'a storm' : 'a storm of pages';
}

function isReadable(world: World): boolean {
  const { storeFails, storeLost } = world.trouble();
  return storeFails + storeLost === 0 && world.awayAt() < world.time.now() - UNSURE_MS;
}

/** What notes a source may fail without harm: then nothing is held. */
function isCalm({ crash, storeFails, storeLost, conflicts, stale, away }: Trouble): boolean {
  return crash + storeFails + storeLost + conflicts + stale === 0 && away.length === 0;
}

/** An end is never held. */
export function checkEndsPass(world: World, { id, facts, deliveries }: Incident): void {
  if (goesOn(facts)) return;
  // What ended while it flapped was no end yet.
  for (const { target, held, announced } of deliveries)
    if (held !== null && !goesOn(held.facts) && announced?.status === 'firing')
      world.violate(`law 2: an end is held by ${held.by}: ${id} at ${target.address}`);
}

/** How long after a rule's end it is asked again: by sweep, or what waits for its turn after a storm. */
const RELEASED_MS = 5 * MINUTE;

/** What was held is told, or taken, soon after the end of the rule. Asked when sweep has long run well. */
export function checkReleased(world: World): void {
  for (const { id, deliveries } of world.incidents.values())
    for (const { target, held } of deliveries)
      if (held !== null && held.until < world.time.now() - RELEASED_MS)
        world.violate(`law 8: held by ${held.by} beyond its end: ${id} at ${target.address}`);
}
