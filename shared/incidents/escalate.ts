import type { Bundle, Tally } from '../model/bundle.ts';
import type { Incident } from '../model/incident.ts';
import type { EscalateRule } from '../model/rules.ts';
import { atLeast, channelOf } from '../model/severity.ts';
import type { Why } from '../model/why.ts';
import { type Gravity, graver } from './join.ts';
import type { Policy } from './step.ts';

/** Slots are a minute wide, wider for windows over an hour, so that the item stays small. */
const SLOT_MS = 60_000;
/** How many slots are kept. */
const SLOTS = 120;

type Slots = Incident['recent'];

/** Counts a bundle for the rules that it names. */
export function count(
  { recent, counts }: Incident,
  bundle: Bundle,
  fresh: readonly Tally[],
  policy: Policy,
): Pick<Incident, 'recent' | 'counts'> {
  const slotMs = slotWidth(bundle.counts, policy);
  return {
    recent: bundle.counts.length > 0 ? addToSlots(recent, fresh, slotMs) : recent,
    counts: union(counts, bundle.counts),
  };
}

function slotWidth(counts: readonly string[], policy: Policy): number {
  const widest = Math.max(0, ...counts.map((name) => policy.escalation(name)?.withinMs ?? 0));
  return Math.max(SLOT_MS, Math.ceil(widest / 60));
}

/** Adds tallies to their time slots; the newest slots are kept. */
function addToSlots(recent: Slots, fresh: readonly Tally[], slotMs: number): Slots {
  const slots = new Map(recent);
  for (const t of fresh) {
    const slot = Math.floor(t.last / slotMs) * slotMs;
    slots.set(slot, (slots.get(slot) ?? 0) + t.n);
  }
  return [...slots].sort(([a], [b]) => a - b).slice(-SLOTS);
}

/**
 * Raises the severity by every rule that has counted to its limit; once raised, it stays for the occurrence.
 * Where a rule raised it to what it is, that is the reason, whatever else is as grave: order decides nothing.
 * `across`: the rules across incidents that have just counted to theirs.
 */
export function escalate(
  incident: Incident,
  across: readonly string[],
  policy: Policy,
): { readonly incident: Incident; readonly why: readonly Why[] } {
  const standing = union(incident.escalated, across);
  const reached = union(incident.counts, standing).flatMap((name) => {
    const rule = policy.escalation(name);
    if (rule === null) return [];
    return standing.includes(name) || isReached(rule, incident.recent) ? [rule] : [];
  });
  const { severity, channel } = reached.reduce<Gravity>(
    (gravest, { to }) => graver(gravest, { severity: to, channel: channelOf(to) }),
    incident.facts,
  );
  const raised = reached.filter(({ to }) => to === severity).map(escalateWhy);
  return {
    incident: {
      ...incident,
      facts: { ...incident.facts, severity, channel },
      escalated: reached.map(({ name }) => name).sort(),
      severityWhy: raised[0] ?? incident.severityWhy,
    },
    why: atLeast(incident.facts.severity, severity) ? [] : raised,
  };
}

function isReached(rule: EscalateRule, recent: Slots): boolean {
  return peak(during(recent, rule), rule.withinMs) >= rule.count;
}

/** The slots that count for a rule of some hours; the one in which it begins among them. */
function during(recent: Slots, { during }: EscalateRule): Slots {
  if (during === undefined) return recent;
  return recent.filter(([slot]) => during.from - SLOT_MS < slot && slot < during.until);
}

/** The most signals in any window of `withinMs`, to the slot. */
export function peak(recent: Slots, withinMs: number): number {
  let best = 0;
  let sum = 0;
  let from = 0;
  for (const [slot, n] of recent) {
    sum += n;
    for (let [oldest, gone] = recent[from] ?? [slot, 0]; slot - oldest >= withinMs; ) {
      sum -= gone;
      from += 1;
      [oldest, gone] = recent[from] ?? [slot, 0];
    }
    best = Math.max(best, sum);
  }
  return best;
}

function escalateWhy({ name, at, count, withinMs, to, per, distinct }: EscalateRule): Why {
  const what = distinct === null ? '' : ` different ${distinct}`;
  const same = per.length === 0 ? '' : ` of the same ${per.join(', ')}`;
  const because = `${count} or more${what}${same} within ${withinMs / 60_000} min: ${to}`;
  return { stage: 'escalate', rule: name, at, because };
}

function union(a: readonly string[], b: readonly string[]): readonly string[] {
  return [...new Set([...a, ...b])].sort();
}
