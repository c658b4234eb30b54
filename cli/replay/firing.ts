import type { Lifecycle } from '../../shared/model/signal.ts';

/**
 * When the incidents fired that a rule set takes for the cause of others, or lets wait for being over soon: what `track`
 * knows from the table, and one signal does not say. Plain data, so that threads can share it.
 */
export interface Firing {
  readonly times: Map<string, Times>;
  /** The incidents found at each place of an inhibition, with the places at which they are held back themselves. */
  readonly sources: Map<string, Map<string, readonly string[]>>;
  size: number;
  /** There was more to remember. */
  full: boolean;
}

interface Times {
  /** By time, and apart. */
  readonly spans: Span[];
  /** When its source said that it is over, by time. */
  readonly ends: number[];
  /** It is over when nothing more is heard for so long, ms; null: only its source says so. */
  readonly quietMs: number | null;
  /** Firings no further apart than this are one span, ms. */
  readonly gapMs: number;
}

interface Span {
  from: number;
  to: number;
}

/** One signal of an incident, as of `at`, ms. */
export interface Word {
  readonly incident: string;
  readonly at: number;
  readonly ends: boolean;
  readonly lifecycle: Lifecycle;
  readonly quietMs: number | null;
}

/** A run of firings: from when, and until when it is known to last; null: to the end of what was replayed. */
export interface Run {
  readonly since: number;
  readonly until: number | null;
}

/** So many spans and ends are remembered, of all incidents together: about 20 MB. */
const MOST = 200_000;

export function noFiring(): Firing {
  return { times: new Map(), sources: new Map(), size: 0, full: false };
}

/** Adds a signal; in which order they come makes no difference. */
export function addWord(firing: Firing, { incident, at, ends, lifecycle, quietMs }: Word): void {
  // What only silence ends lasts through all that is heard before the silence.
  const gapMs = lifecycle === 'quiet' ? (quietMs ?? 0) : 0;
  const times = timesOf(firing, incident, { quietMs, gapMs });
  if (ends) addEnd(firing, times, at);
  else addSpan(firing, times, { from: at, to: at });
}

/** Notes an incident that fires at a place of an inhibition. */
export function addSource(firing: Firing, key: string, incident: string, targetOf: readonly string[]): void {
  const known = firing.sources.get(key);
  if (known === undefined) firing.sources.set(key, new Map([[incident, targetOf]]));
  else known.set(incident, targetOf);
}

/** Adds what was found in another part of the input. */
export function mergeFiring(firing: Firing, other: Firing): void {
  for (const [incident, { spans, ends, ...rest }] of other.times) {
    const times = timesOf(firing, incident, rest);
    for (const end of ends) addEnd(firing, times, end);
    for (const span of spans) addSpan(firing, times, span);
  }
  for (const [key, incidents] of other.sources)
    for (const [incident, targetOf] of incidents) addSource(firing, key, incident, targetOf);
  firing.full ||= other.full;
}

/** The run of firings that an incident is in at a moment, ms; null: it does not fire then, as far as is known. */
export function runAt(firing: Firing, incident: string, at: number): Run | null {
  const times = firing.times.get(incident);
  if (times === undefined) return null;
  const { spans, ends, quietMs } = times;
  let i = countUntil(spans, at, ({ from }) => from) - 1;
  const span = spans[i];
  if (span === undefined) return null;
  const last = Math.min(span.to, at);
  // At the same instant firing wins.
  const endBefore = (moment: number): number =>
    ends[countUntil(ends, moment, (end) => end) - 1] ?? Number.NEGATIVE_INFINITY;
  if (endBefore(at) > last || (quietMs !== null && at > last + quietMs)) return null;
  let since = span.from;
  for (i -= 1; i >= 0; i -= 1) {
    const before = spans[i];
    if (before === undefined || endBefore(since) > before.to) break;
    if (quietMs !== null && since > before.to + quietMs) break;
    since = before.from;
  }
  const quiet = quietMs === null ? null : span.to + quietMs;
  const end = ends[countUntil(ends, at, (one) => one)] ?? null;
  return { since, until: end === null || quiet === null ? (end ?? quiet) : Math.min(end, quiet) };
}

/** Whether an incident may fire at some moment from `from` to `to`, ms; never false where it does. */
export function mayFire(firing: Firing, incident: string, from: number, to: number): boolean {
  if (runAt(firing, incident, from) !== null) return true;
  const spans = firing.times.get(incident)?.spans ?? [];
  const begun = (moment: number): number => countUntil(spans, moment, (span) => span.from);
  return begun(to) > begun(from);
}

function timesOf(firing: Firing, incident: string, like: Pick<Times, 'quietMs' | 'gapMs'>): Times {
  const known = firing.times.get(incident);
  if (known !== undefined) return known;
  const times: Times = { spans: [], ends: [], ...like };
  if (hasRoom(firing)) firing.times.set(incident, times);
  return times;
}

function addEnd(firing: Firing, { ends }: Times, end: number): void {
  const place = countUntil(ends, end, (one) => one);
  if (ends[place - 1] === end || !hasRoom(firing)) return;
  ends.splice(place, 0, end);
  firing.size += 1;
}

function addSpan(firing: Firing, { spans, gapMs }: Times, { from, to }: Span): void {
  const first = countUntil(spans, from - gapMs - 1, (one) => one.to);
  const after = countUntil(spans, to + gapMs, (one) => one.from);
  const near = spans.slice(first, after);
  if (near.length === 0 && !hasRoom(firing)) return;
  const all = [...near, { from, to }];
  const joined = { from: Math.min(...all.map((one) => one.from)), to: Math.max(...all.map((one) => one.to)) };
  spans.splice(first, near.length, joined);
  firing.size += 1 - near.length;
}

function hasRoom(firing: Firing): boolean {
  firing.full ||= firing.size >= MOST;
  return firing.size < MOST;
}

/** How many of a sorted list are not after `moment`. */
function countUntil<Item>(items: readonly Item[], moment: number, timeOf: (item: Item) => number): number {
  let [from, to] = [0, items.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    const item = items[middle];
    if (item !== undefined && timeOf(item) <= moment) from = middle + 1;
    else to = middle;
  }
  return from;
}
