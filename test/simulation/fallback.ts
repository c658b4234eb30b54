import type { Delivery, Incident } from '../../shared/model/incident.ts';
import { newsOf } from '../../shared/model/news.ts';
import { MINUTE } from '../support/make.ts';
import type { Away, Trouble } from './faults.ts';
import { FALLBACK } from './rules.ts';
import type { World } from './world.ts';

/** A broken address is tried again every four minutes; what waits for it stands in by the next try, woken by sweep. */
const STANDS_IN_MS = 10 * MINUTE;
/** Where what a broken address cannot be told is told instead. */
const BACKUP = 'slack:#backup';
/** What breaks an address that has a fallback. */
const BREAKS: ReadonlyMap<string, Away> = new Map([
  ['slack:#alert', 'slack-channel'],
  ['pagerduty:ssm:/hansho/pagerduty/oncall', 'pagerduty-key'],
]);

/** Law 8: what an address cannot be told until a person mends it is told at its fallback. */
export function checkStandIn(world: World): void {
  const { judge, at } = world.deployed();
  const since = world.time.now() - STANDS_IN_MS;
  if (judge !== FALLBACK || at > since || !nothingElse(world.trouble(), since, world.time.now())) return;
  for (const incident of world.incidents.values())
    for (const delivery of incident.deliveries)
      if (isStuck(world, delivery, since)) checkToldAt(world, incident, delivery, since);
}

function isStuck(world: World, { target, routed, held, untoldSince }: Delivery, since: number): boolean {
  const what = BREAKS.get(target.address);
  const broken = world.trouble().away.some((a) => a.what === what && a.from < since && world.away(a.what));
  return broken && routed && held === null && untoldSince !== null && untoldSince < since;
}

function checkToldAt(
  world: World,
  { id, facts, deliveries }: Incident,
  { announced, target }: Delivery,
  since: number,
): void {
  const standIn = deliveries.find((d) => d.target.address === BACKUP);
  const told = standIn?.announced ?? null;
  const here = world.slack.messages.filter((m) => m.incident === id && m.address === BACKUP && !m.past);
  if (newsOf(announced, facts) === null) return;
  // A rule may hold it there, and newer news has its own time to be told.
  if (standIn !== undefined && standIn.held !== null) return;
  if (standIn !== undefined && standIn.untoldSince !== null && standIn.untoldSince >= since) return;
  const known = here.some((m) => m.announced.occurrence === facts.occurrence);
  if (!known || newsOf(told, facts) !== null)
    world.violate(`law 8: nobody hears what ${target.address} cannot be told: ${id}`);
}

function nothingElse(
  { away, skewMs, sweepsDoubled, ...rates }: Trouble,
  from: number,
  until: number,
): boolean {
  const breaks = new Set<Away>(BREAKS.values());
  return (
    Object.values(rates).every((rate) => rate === 0) &&
    away.every((a) => breaks.has(a.what) || a.from > until || a.until < from - STANDS_IN_MS)
  );
}

/** Nobody stands in for an address that is told again. */
export function checkMended(world: World): void {
  for (const { id, facts, deliveries } of world.incidents.values())
    for (const { target, standsFor } of deliveries) {
      const broken = deliveries.find((d) => d.routed && d.target.address === standsFor?.address);
      if (facts.status === 'firing' && broken !== undefined)
        world.violate(`${target.address} still stands for ${broken.target.address}: ${id}`);
    }
}
