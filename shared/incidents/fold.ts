import type { Bundle, Report, Tally } from '../model/bundle.ts';
import { graver } from './join.ts';

/** Folds bundles of one problem (a payload, a batch of messages) into one. The order does not matter, nor do repeats. */
export function foldBundles([first, ...rest]: readonly [Bundle, ...Bundle[]]): Bundle {
  if (rest.length === 0) return first;
  const all = [first, ...rest];
  const tallies = new Map<string, Tally>();
  for (const tally of all.flatMap((b) => b.firing))
    if (!tallies.has(tally.mark)) tallies.set(tally.mark, tally);
  return { ...rest.reduce(merge, first), firing: [...tallies.values()] };
}

/** All but the tallies, which are folded at once so that a storm's payload costs no more than its length. */
function merge(a: Bundle, b: Bundle): Bundle {
  const newest = isNewer(b.report, a.report) ? b.report : a.report;
  return {
    ...a,
    ...gravest(a, b),
    quietMs:
      a.quietMs === null || b.quietMs === null ? (a.quietMs ?? b.quietMs) : Math.max(a.quietMs, b.quietMs),
    receivedAt: Math.max(a.receivedAt, b.receivedAt),
    firing: a.firing.length > 0 ? a.firing : b.firing,
    resolvedAt:
      a.resolvedAt === null || b.resolvedAt === null
        ? (a.resolvedAt ?? b.resolvedAt)
        : Math.max(a.resolvedAt, b.resolvedAt),
    counts: [...new Set([...a.counts, ...b.counts])].sort(),
    report: newest,
  };
}

/** Only firing signals say how grave it is; a resolve merely quotes what it ends. */
function gravest(a: Bundle, b: Bundle): Pick<Bundle, 'severity' | 'channel'> {
  if (a.firing.length === 0 && b.firing.length > 0) return { severity: b.severity, channel: b.channel };
  if (b.firing.length === 0 && a.firing.length > 0) return { severity: a.severity, channel: a.channel };
  return graver(a, b);
}

function isNewer(a: Report, b: Report): boolean {
  return a.time > b.time || (a.time === b.time && a.signalId > b.signalId);
}
