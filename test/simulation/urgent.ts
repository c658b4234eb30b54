import { absorb } from '../../shared/incidents/absorb.ts';
import type { Bundle } from '../../shared/model/bundle.ts';
import type { Delivery } from '../../shared/model/incident.ts';
import { laneOf } from '../../shared/model/severity.ts';
import type { Judge } from '../../shared/rules/judge.ts';
import { MINUTE } from '../support/make.ts';
import type { Trouble } from './faults.ts';
import type { Problem } from './problems.ts';
import { NOTIFY } from './senders.ts';
import type { World } from './world.ts';

/** From the signals queue to an address that little else is told at, and to a channel that is told as much as it takes. */
const SOON = { ms: 5_000, eachMs: 2_000 } as const;
const BUSY = { ms: 20_000, eachMs: 10_000 } as const;
/** More messages than this in ten seconds leave no place that is free at once. */
const FREE_MESSAGES = 4;
/** What was wrong before has its last tries. */
const MENDED_MS = 20 * MINUTE;

/** SEV1 and SEV2 go first: what nobody knows yet and nothing holds or disturbs is told within seconds, whatever else waits. */
export function expectUrgent(world: World, urgent: number[], problem: Problem, bundle: Bundle): void {
  if (laneOf(bundle.severity) !== 'urgent') return;
  const queued = world.time.now();
  urgent.push(queued);
  const newest = Math.max(0, ...bundle.firing.map((t) => t.last));
  const { judge } = world.deployed();
  if (newest === 0 || world.incidents.has(bundle.incident) || !holdsNothing(world, judge)) return;
  // Those that are as grave go one after the other.
  const others = urgent.filter((at) => at > queued - MINUTE).length - 1;
  const since = queued - MENDED_MS;
  if (!isCalm(world, since, queued + BUSY.ms)) return;
  const policy = { reopenMs: judge.rules.reopenMs, escalation: judge.escalation, route: judge.route };
  const { deliveries } = absorb(null, bundle, policy, queued).incident;
  for (const { ms, eachMs } of [SOON, BUSY])
    world.time.at(queued + ms + others * eachMs, () => {
      const now = world.time.now();
      const over = problem.said.some((s) => s.status === 'resolved' && s.at >= newest);
      if (over || world.deployed().judge !== judge || !isCalm(world, since, now)) return;
      for (const { target } of deliveries) {
        const mayWait = target.address === NOTIFY || (ms === SOON.ms && isBusy(world, target.address, now));
        if (!mayWait && !isTold(world, bundle.incident, target))
          world.violate(`SEV1 and SEV2 go first: ${bundle.incident} at ${target.address} waits`);
      }
    });
}

function isBusy({ departures }: World, address: string, now: number): boolean {
  return (departures.get(address) ?? []).filter(({ at }) => at > now - 10_000).length > FREE_MESSAGES;
}

function isTold(world: World, id: string, { address, kind }: Delivery['target']): boolean {
  const is = world.incidents.get(id)?.deliveries.find((d) => d.target.address === address);
  if (is?.held?.kind === 'storm') return true;
  return kind === 'slack'
    ? world.slack.messages.some((m) => m.incident === id && m.address === address && !m.past)
    : [...world.pagerduty.pages.values()].some((p) => p.incident === id && p.address === address && !p.past);
}

function holdsNothing({ made }: World, { rules }: Judge): boolean {
  const { silences, windows, inhibit, hold } = rules;
  return made.length + silences.length + windows.length + inhibit.length + hold.length === 0;
}

/** Nothing goes wrong between the two, true time, ms, but at the channel in which only others are told. */
function isCalm({ troubles, steppedAt }: World, from: number, until: number): boolean {
  return (
    steppedAt() < from &&
    troubles.every(
      ({ trouble, at }, i) =>
        (troubles[i + 1]?.at ?? until) <= from || at > until || isMild(trouble, from, until),
    )
  );
}

function isMild({ away, ...rates }: Trouble, from: number, until: number): boolean {
  return (
    Object.values(rates).every((rate) => rate === 0) &&
    away.every((a) => a.what === 'slack-notify' || a.from > until || a.until < from)
  );
}
