import type { Bundle, Group, Report, Tally } from '../model/bundle.ts';
import { atLeast } from '../model/severity.ts';
import type { Why } from '../model/why.ts';
import { endsOf, latest } from './flap.ts';
import { type Gravity, graver, gravityOf, sameReason } from './join.ts';

/** Folds bundles of one problem (a payload, a batch of messages) into one. The order does not matter, nor do repeats. */
export function foldBundles([first, ...rest]: readonly [Bundle, ...Bundle[]]): Bundle {
  if (rest.length === 0) return first;
  const all = [first, ...rest];
  const tallies = new Map<string, Tally>();
  for (const tally of all.flatMap((b) => b.firing))
    if (!tallies.has(tally.mark)) tallies.set(tally.mark, tally);
  const groups = foldGroups(all.flatMap((b) => b.groups ?? []));
  return {
    ...rest.reduce(merge, first),
    firing: [...tallies.values()],
    ...(groups.length === 0 ? {} : { groups }),
  };
}

/** So many groups of one rule are counted of one bundle, the largest first: each is a write. */
const MOST_GROUPS = 50;

function foldGroups(all: readonly Group[]): readonly Group[] {
  const known = new Map<string, Group>();
  for (const group of all) {
    const name = `${group.rule} ${group.key} ${group.value}`;
    known.set(name, { ...group, n: group.n + (known.get(name)?.n ?? 0) });
  }
  const byRule = Map.groupBy(
    [...known].sort(([a, x], [b, y]) => y.n - x.n || (a < b ? -1 : 1)),
    ([, g]) => g.rule,
  );
  return [...byRule.values()].flatMap((some) => some.slice(0, MOST_GROUPS).map(([, group]) => group));
}

/** All but the tallies, which are folded at once so that a storm's payload costs no more than its length. */
function merge(a: Bundle, b: Bundle): Bundle {
  const newest = isNewer(b.report, a.report) ? b.report : a.report;
  const { severity, channel, why } = gravest(a, b);
  return {
    ...a,
    severity,
    channel,
    quietMs:
      a.quietMs === null || b.quietMs === null ? (a.quietMs ?? b.quietMs) : Math.max(a.quietMs, b.quietMs),
    receivedAt: Math.max(a.receivedAt, b.receivedAt),
    firing: a.firing.length > 0 ? a.firing : b.firing,
    resolvedAt:
      a.resolvedAt === null || b.resolvedAt === null
        ? (a.resolvedAt ?? b.resolvedAt)
        : Math.max(a.resolvedAt, b.resolvedAt),
    ends: latest([...endsOf(a), ...endsOf(b)]),
    counts: [...new Set([...a.counts, ...b.counts])].sort(),
    report: why === null ? newest : { ...newest, why: withGravity(newest.why, why) },
  };
}

/** How grave, and the reason for exactly that: it must not be the reason of a milder signal that came later. */
interface Reasoned extends Gravity {
  readonly why: Why | null;
}

/** Only firing signals say how grave it is; a resolve merely quotes what it ends. */
function gravest(a: Bundle, b: Bundle): Reasoned {
  if (a.firing.length === 0 && b.firing.length > 0) return reasoned(b);
  if (b.firing.length === 0 && a.firing.length > 0) return reasoned(a);
  if (a.severity === b.severity) return { ...graver(a, b), why: sameReason(gravityOf(a), gravityOf(b)) };
  return reasoned(atLeast(a.severity, b.severity) ? a : b);
}

function reasoned(bundle: Bundle): Reasoned {
  return { severity: bundle.severity, channel: bundle.channel, why: gravityOf(bundle) };
}

/** The report's words are the newest signal's; the reason of the gravity goes in the place of its own. */
function withGravity(reasons: readonly Why[], why: Why): readonly Why[] {
  const at = reasons.findLastIndex((w) => w.stage === 'severity');
  return at < 0 ? [...reasons, why] : reasons.with(at, why);
}

function isNewer(a: Report, b: Report): boolean {
  return a.time > b.time || (a.time === b.time && a.signalId > b.signalId);
}
