import type { Verdict } from '../../shared/model/decision.ts';
import type { Document, Rules } from '../../shared/model/rules.ts';
import type { Signal } from '../../shared/model/signal.ts';
import { SOURCE_WAIT_MS } from '../../shared/pipeline/hold.ts';
import { documentOfHeld } from '../../shared/rules/hold.ts';
import type { Judge } from '../../shared/rules/judge.ts';
import { addSource, addWord, type Firing, runAt } from './firing.ts';

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
export function survey(firing: Firing, { signal, verdict, incident, now }: Seen, { holds }: Judge): void {
  const document = documentFor({ signal, verdict });
  if (document === null) return;
  const keys = holds.inhibits(document);
  if (keys.length === 0 && holds.transient(document, now, now) === null) return;
  const { status, lifecycle } = signal;
  const quietMs = verdict.outcome === 'tracked' ? verdict.quietMs : null;
  addWord(firing, { incident: incident(), at: now, ends: status === 'resolved', lifecycle, quietMs });
  const targetOf = keys.length === 0 ? [] : holds.inhibitors(document).map(({ key }) => key);
  for (const key of keys) addSource(firing, key, incident(), targetOf);
}

/**
 * What would keep this signal from being told if it were news now: the first in the order in which the pipeline asks
 * (`shared/pipeline/hold.ts`). `firing`: what was surveyed; null: these rules do not look around.
 */
export function heldAt(seen: Seen, { holds }: Judge, firing: Firing | null): HeldBy | null {
  if (holds.none || seen.signal.status === 'resolved') return null;
  const document = documentFor(seen);
  if (document === null) return null;
  const { now } = seen;
  const decided = holds.silenced(document, now) ?? holds.muted(document, now);
  if (decided !== null || firing === null) return decided;
  const explained = bySource(document, seen, holds, firing);
  if (explained !== null) return explained;
  if (holds.transient(document, now, now) === null) return null;
  const since = runAt(firing, seen.incident(), now)?.since ?? now;
  return holds.transient(document, since, now);
}

/** Something else fires that explains it, now or within the few seconds for which a target waits. */
function bySource(
  document: Document,
  { incident, now }: Seen,
  holds: Judge['holds'],
  firing: Firing,
): HeldBy | null {
  const own = new Set(holds.inhibits(document));
  for (const { key, rule } of holds.inhibitors(document)) {
    for (const [source, targetOf] of firing.sources.get(key) ?? []) {
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
