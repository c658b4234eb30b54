import type { Verdict } from '../../shared/model/decision.ts';
import type { JsonObject } from '../../shared/model/json.ts';
import type { Document, Rules } from '../../shared/model/rules.ts';
import type { Signal } from '../../shared/model/signal.ts';
import { makeIndex } from '../../shared/patterns/index.ts';
import { compilePattern } from '../../shared/patterns/parse.ts';
import { SOURCE_WAIT_MS } from '../../shared/pipeline/hold.ts';
import { documentOfHeld } from '../../shared/rules/hold.ts';
import type { Judge } from '../../shared/rules/judge.ts';
import { addSource, addWord, type Firing, mayFire, runAt } from './firing.ts';

/** A signal as one rule set judged it at a moment, ms. */
export interface Seen {
  readonly signal: Signal;
  readonly verdict: Verdict;
  readonly incident: () => string;
  readonly now: number;
}

/** The rule that would hold what is news, and until when, ms; null: while the cause lasts. */
export interface HeldBy {
  readonly by: string;
  readonly until: number | null;
}

/** Whether these rules look at more than one signal to hold another: the input must be read once before. */
export function looksAround({ inhibit, hold }: Rules): boolean {
  return inhibit.length > 0 || hold.length > 0;
}

/** Remembers a signal that may hold others, or wait for being over. */
export type Survey = (firing: Firing, seen: Omit<Seen, 'verdict'>) => void;

/** Most signals are neither, which is plain before they are judged. */
export function makeSurvey({ rules, holds, verdict: judge }: Judge): Survey {
  const mayMatter = makeMayMatter([
    ...rules.inhibit.map(({ source }) => source),
    ...rules.hold.map(({ match }) => match),
  ]);
  return (firing, { signal, incident, now }) => {
    if (!mayMatter(signal)) return;
    const verdict = judge(signal, now);
    const document = documentFor({ signal, verdict });
    if (document === null || verdict.outcome !== 'tracked') return;
    const keys = holds.inhibits(document);
    if (keys.length === 0 && holds.transient(document, now, now) === null) return;
    const { status, lifecycle } = signal;
    const { quietMs } = verdict;
    addWord(firing, { incident: incident(), at: now, ends: status === 'resolved', lifecycle, quietMs });
    const targetOf = keys.length === 0 ? [] : holds.inhibitors(document).map(({ key }) => key);
    for (const key of keys) addSource(firing, key, incident(), targetOf);
  };
}

/** Whether a signal fits one of the patterns, whatever severity and team it is given. */
function makeMayMatter(matches: readonly JsonObject[]): (signal: Signal) => boolean {
  const known = matches.flatMap(({ severity, team, ...others }) => {
    const compiled = compilePattern(others);
    return '$or' in others || !compiled.ok ? [] : [{ pattern: compiled.pattern }];
  });
  if (known.length < matches.length) return () => true;
  const index = makeIndex(known);
  return (signal) => index.first(documentOfHeld({ ...signal, severity: 'SEV1', team: null })) !== undefined;
}

/** Answers what would keep a signal from being told if it were news at that moment. */
export type AskHeld = (seen: Seen) => HeldBy | null;

/**
 * The first that holds, in the order in which the pipeline asks (`shared/pipeline/hold.ts`). `firing`: what was
 * surveyed; null: these rules do not look around.
 */
export function makeHeld({ holds }: Judge, firing: Firing | null): AskHeld {
  const sourcesAt = firing === null ? null : makeSourcesAt(firing);
  return (seen) => {
    if (holds.none || seen.signal.status === 'resolved') return null;
    const document = documentFor(seen);
    if (document === null) return null;
    const { now } = seen;
    const decided = holds.silenced(document, now) ?? holds.muted(document, now);
    if (decided !== null || firing === null || sourcesAt === null) return decided;
    const explained = bySource(document, seen, holds, firing, sourcesAt);
    if (explained !== null) return explained;
    const since = runAt(firing, seen.incident(), now)?.since ?? now;
    return holds.transient(document, since, now);
  };
}

type SourcesAt = (key: string, now: number) => readonly (readonly [string, readonly string[]])[];
const MINUTE_MS = 60_000;

/** The sources at a place that may fire about then: worked out once a minute, since most are long over. */
function makeSourcesAt(firing: Firing): SourcesAt {
  const last = new Map<string, { readonly minute: number; readonly found: ReturnType<SourcesAt> }>();
  return (key, now) => {
    const minute = Math.floor(now / MINUTE_MS) * MINUTE_MS;
    const known = last.get(key);
    if (known?.minute === minute) return known.found;
    const until = minute + MINUTE_MS + SOURCE_WAIT_MS;
    const found = [...(firing.sources.get(key) ?? [])].filter(([id]) => mayFire(firing, id, minute, until));
    last.set(key, { minute, found });
    return found;
  };
}

/** Something else fires that explains it, now or within the few seconds for which a target waits. */
function bySource(
  document: Document,
  { incident, now }: Seen,
  holds: Judge['holds'],
  firing: Firing,
  sourcesAt: SourcesAt,
): HeldBy | null {
  const own = new Set(holds.inhibits(document));
  for (const { key, rule } of holds.inhibitors(document)) {
    for (const [source, targetOf] of sourcesAt(key, now)) {
      // Two that explain each other would both be silent: neither does.
      if (targetOf.some((place) => own.has(place)) || source === incident()) continue;
      const waited = document.severity === 'SEV1' ? now : now + SOURCE_WAIT_MS;
      const run = runAt(firing, source, now) ?? runAt(firing, source, waited);
      if (run !== null) return { by: rule.name, until: run.until };
    }
  }
  return null;
}

function documentFor({ signal, verdict }: Pick<Seen, 'signal' | 'verdict'>): Document | null {
  if (verdict.outcome !== 'tracked') return null;
  const { severity, team } = verdict;
  return documentOfHeld({ ...signal, severity, team });
}
