import { callsDue } from '../../shared/incidents/remind.ts';
import type { Delivery, Incident } from '../../shared/model/incident.ts';
import { isRemindable, pauseBefore } from '../../shared/model/remind.ts';
import { atLeast } from '../../shared/model/severity.ts';
import { MINUTE } from '../support/make.ts';
import { LEAST, PACE } from './rules.ts';
import type { World } from './world.ts';

/** Two clocks of functions, each stepped, lie this far apart at most. */
const CLOCKS_MS = 40_000;
/** What is due is looked at by one of the next sweeps. */
const LATE_MS = 5 * MINUTE;
/** The rules were deployed while this was being told: either may have told it. */
const DEPLOYING_MS = 2 * MINUTE;

/** Asked of every write: a reminder is claimed only in its time, of what goes on, where there is nothing else to tell. */
export function checkReminder(world: World, before: Incident | null, after: Incident): void {
  for (const d of after.deliveries) {
    const was = before?.deliveries.find((o) => o.target.address === d.target.address);
    if (d.sending?.call !== 'remind' || was?.sending?.nonce === d.sending.nonce) continue;
    const where = `${after.id} at ${d.target.address}`;
    if (!isRemindable(d, after.facts)) world.violate(`reminders: of what does not go on: ${where}`);
    if ((was?.remindAt ?? Number.POSITIVE_INFINITY) > world.time.now() + CLOCKS_MS)
      world.violate(`reminders: before its time: ${where}`);
  }
}

/** Long after the faults: each that was due has come, each next one is known, and whoever was to be called is. */
export function checkReminders(world: World): void {
  const now = world.time.now();
  const { judge, at: deployedAt } = world.deployed();
  const { remind } = judge.rules;
  for (const incident of world.incidents.values()) {
    checkPauses(world, incident);
    if (remind.length === 0 || incident.storm !== null || !atLeast(incident.facts.severity, LEAST)) continue;
    const fresh = incident.deliveries.every(({ newsAt }) => (newsAt ?? 0) >= deployedAt + DEPLOYING_MS);
    if (!fresh) continue;
    for (const delivery of incident.deliveries) checkComes(world, incident, delivery, now);
    for (const { target } of callsDue(incident, remind, now - LATE_MS))
      world.violate(`reminders: not called: ${incident.id} at ${target.address}`);
  }
}

function checkComes(world: World, { id, facts }: Incident, delivery: Delivery, now: number): void {
  const { remindAt, reminders, newsAt, target } = delivery;
  if (!isRemindable(delivery, facts)) return;
  const where = `${id} at ${target.address}`;
  if (remindAt === null || remindAt < now - LATE_MS) world.violate(`reminders: none comes: ${where}`);
  if (reminders === 0 && (newsAt ?? now) < now - PACE.ms - LATE_MS)
    world.violate(`reminders: none has come: ${where}`);
}

/** No reminder comes sooner after the last word than its pause, unless one that could not be looked up was sent again. */
function checkPauses(world: World, { id }: Incident): void {
  const ours = world.slack.messages.filter((m) => m.incident === id && !m.past && !m.untracked);
  for (const [address, here] of Map.groupBy(ours, (m) => m.address)) {
    if (world.excused.has(`${address} ${id} reminder`)) continue;
    let n = 0;
    let last = 0;
    for (const message of here) {
      if (message.reminder && message.at < last + pauseBefore(PACE, n) - CLOCKS_MS)
        world.violate(`reminders: sooner than the back-off says: ${id} at ${address}`);
      n = message.reminder ? n + 1 : 0;
      last = message.at;
    }
  }
}
