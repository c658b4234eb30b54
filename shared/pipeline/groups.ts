import type { Bundle, Group } from '../model/bundle.ts';
import type { Address } from '../model/decision.ts';
import type { EscalateRule } from '../model/rules.ts';
import type { Judge } from '../rules/judge.ts';
import type { Store } from './ports.ts';

/** A rule's time in so many slots: what is counted may be older than `within` by one slot. */
const SLOTS = 10;
const LEAST_SLOT_MS = 60_000;
/** The counter of signals; a counter of different values is named by the value's hash. */
const SIGNALS = 'signals';

export interface GroupDeps {
  readonly judge: Pick<Judge, 'escalation'>;
  readonly store: Pick<Store, 'addCounts' | 'loadCounts'>;
}

/**
 * Counts the signals of a bundle for the rules that count across incidents, and gives the names of those that have
 * reached their limit. A bundle that is delivered again after a failure may count twice, never not at all.
 */
export async function reachedBy({ groups, receivedAt }: Bundle, deps: GroupDeps): Promise<readonly string[]> {
  const counters = Map.groupBy(groups ?? [], ({ rule, key }) => `${rule} ${key}`);
  const reached = await Promise.all(
    [...counters.values()].map(async (same) => {
      const rule = deps.judge.escalation(same[0]?.rule ?? '');
      if (rule === null) return [];
      return (await countsOf(rule, same, receivedAt, deps.store)) >= rule.count ? [rule.name] : [];
    }),
  );
  return [...new Set(reached.flat())].sort();
}

/** How many there are within the rule's time, with these. */
async function countsOf(
  rule: EscalateRule,
  same: readonly Group[],
  now: number,
  store: GroupDeps['store'],
): Promise<number> {
  const address = `escalate:${rule.name}:${same[0]?.key ?? ''}` as Address;
  const slotMs = Math.max(LEAST_SLOT_MS, Math.ceil(rule.withinMs / SLOTS));
  const slot = Math.floor(now / slotMs) * slotMs;
  const earlier = Array.from(
    { length: Math.ceil(rule.withinMs / slotMs) },
    (_, i) => slot - (i + 1) * slotMs,
  );
  const old = await Promise.all([slot, ...earlier].map((at) => store.loadCounts(address, at)));
  const before = new Set(old.flatMap((counts) => [...counts.keys()]));
  // Once there are enough different ones, no more need a place in the item.
  if (rule.distinct !== null && before.size >= rule.count) return before.size;
  const added = await store.addCounts(address, slot, addsOf(same));
  if (rule.distinct !== null) return new Set([...before, ...added.keys()]).size;
  const past = old.slice(1).reduce((sum, counts) => sum + (counts.get(SIGNALS) ?? 0), 0);
  return past + (added.get(SIGNALS) ?? 0);
}

function addsOf(same: readonly Group[]): ReadonlyMap<string, number> {
  const adds = new Map<string, number>();
  for (const { value, n } of same) {
    const name = value ?? SIGNALS;
    adds.set(name, (adds.get(name) ?? 0) + n);
  }
  return adds;
}
