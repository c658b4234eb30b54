import type { Target } from '../model/decision.ts';
import type { Called, Delivery, Facts, Incident } from '../model/incident.ts';
import { goesOn } from '../model/news.ts';
import { isRemindable, pauseBefore } from '../model/remind.ts';
import type { RemindRule } from '../model/rules.ts';
import { deliveryAt, isTouched, newDelivery } from './delivery.ts';
import { reschedule } from './schedule.ts';

/**
 * Brings the times of the next reminders and the next call in line with the rules that match it now. A time that stands
 * moves only to an earlier one: looking again postpones nothing.
 */
export function arm(incident: Incident, rules: readonly RemindRule[], now: number): Incident {
  const every = rules.find((rule) => rule.every !== null)?.every ?? null;
  const deliveries = incident.deliveries.map((d) => ({
    ...d,
    remindAt: nextReminder(d, incident.facts, every, now),
  }));
  return reschedule({ ...incident, deliveries, callAt: nextCall(incident, rules) }, now);
}

function nextReminder(
  delivery: Delivery,
  facts: Facts,
  every: RemindRule['every'],
  now: number,
): number | null {
  if (every === null || !isRemindable(delivery, facts)) return null;
  const latest = now + pauseBefore(every, delivery.reminders);
  return Math.min(delivery.remindAt ?? latest, latest);
}

function nextCall(incident: Incident, rules: readonly RemindRule[]): number | null {
  const since = goneOnSince(incident);
  const missing = rules.filter(({ tell }) => tell.some((target) => !isToldOf(incident, target)));
  if (since === null || missing.length === 0) return null;
  return since + Math.min(...missing.map(({ afterMs }) => afterMs));
}

/** Since when somebody has known of it, or should have, ms. null: it is over, or a rule holds it everywhere. */
function goneOnSince({ facts, deliveries }: Incident): number | null {
  const times = deliveries
    .filter(({ routed, held, called }) => routed && held === null && called === null)
    .map(({ untoldSince, newsAt }) => untoldSince ?? newsAt)
    .filter((time) => time !== null);
  return goesOn(facts) && times.length > 0 ? Math.min(...times) : null;
}

function isToldOf(incident: Incident, { address }: Target): boolean {
  const there = deliveryAt(incident, address);
  return there !== null && (there.routed || there.announced?.occurrence === incident.facts.occurrence);
}

/** Who is to be told now because it has gone on for too long. One target an address. */
export function callsDue(
  incident: Incident,
  rules: readonly RemindRule[],
  now: number,
): readonly { readonly target: Target; readonly called: Called }[] {
  const since = goneOnSince(incident);
  const due = rules
    .filter(({ afterMs }) => since !== null && since + afterMs <= now)
    .flatMap(({ name: by, at, afterMs, tell }) =>
      tell.map((target) => ({ target, called: { by, at, afterMs } })),
    );
  const addresses = due.map(({ target }) => target.address);
  return due.filter(
    ({ target }, i) => addresses.indexOf(target.address) === i && !isToldOf(incident, target),
  );
}

/** From now on these are told of it as well, until this occurrence is told resolved. */
export function call(incident: Incident, calls: ReturnType<typeof callsDue>, now: number): Incident {
  const added = calls.map(({ target, called }): Delivery => {
    const there = deliveryAt(incident, target.address) ?? newDelivery(target);
    return { ...there, target, routed: true, called };
  });
  const known = new Set(added.map((d) => d.target.address));
  const others = incident.deliveries.filter((d) => !known.has(d.target.address));
  return added.length === 0 ? incident : reschedule({ ...incident, deliveries: [...others, ...added] }, now);
}

/** Whom no rule calls any more and who has heard nothing of it is not told. */
export function uncall(incident: Incident, rules: readonly RemindRule[], now: number): Incident {
  const { facts, deliveries } = incident;
  const isCalled = ({ called, target }: Delivery) =>
    rules.some(({ name, tell }) => name === called?.by && tell.some((t) => t.address === target.address));
  const left = deliveries.filter(
    (d) =>
      d.called !== null &&
      d.sending === null &&
      (d.announced?.occurrence ?? 0) < facts.occurrence &&
      !isCalled(d),
  );
  if (left.length === 0 || !goesOn(facts)) return incident;
  const kept = deliveries.flatMap((d): readonly Delivery[] => {
    if (!left.includes(d)) return [d];
    return isTouched(d) ? [{ ...d, routed: false, called: null, held: null }] : [];
  });
  return reschedule({ ...incident, deliveries: kept }, now);
}
