import { arm, call, callsDue, uncall } from '../incidents/remind.ts';
import type { Report } from '../model/bundle.ts';
import type { Incident } from '../model/incident.ts';
import type { RemindRule } from '../model/rules.ts';
import type { Why } from '../model/why.ts';
import { durationOf } from '../rules/compiled.ts';
import { documentOfHeld, documentOfIncident } from '../rules/hold.ts';
import type { Judge } from '../rules/judge.ts';
import { remindWhy } from '../rules/remind.ts';
import type { Judged } from './judge.ts';
import type { Log, Store } from './ports.ts';

export interface RemindDeps {
  readonly judge: Judge;
  readonly store: Store;
  readonly log: Log;
}

/** The rules on reminding that match an incident now. A storm speaks for itself: it grows where everybody sees it. */
export function remindingOf(incident: Incident, report: Report, judge: Judge): readonly RemindRule[] {
  if (incident.storm !== null) return [];
  return judge.reminds.matching(() => documentOfIncident(incident, report));
}

/** An incident after a look at its reminders, and who is called by it. */
export interface Looked {
  readonly incident: Incident;
  readonly calls: ReturnType<typeof callsDue>;
}

/** An incident with the calls and the reminders that the rules want now. */
export async function withReminders(incident: Incident, deps: RemindDeps, now: number): Promise<Looked> {
  const report = deps.judge.reminds.any() ? await deps.store.loadReport(incident.id) : null;
  const rules = report === null ? [] : remindingOf(incident, report, deps.judge);
  const wanted = uncall(incident, rules, now);
  const calls = callsDue(wanted, rules, now);
  return { incident: arm(call(wanted, calls, now), rules, now), calls };
}

/** Who was called, and by which rule, once that is written. */
export async function recordCalls({ incident, calls }: Looked, deps: RemindDeps, now: number): Promise<void> {
  const { id, facts } = incident;
  for (const { target, called } of calls) {
    const { address } = target;
    const because = `it was not over ${durationOf(called.afterMs)} after others were told`;
    const detail = { address, rule: called.by, at: called.at, because };
    deps.log.info('called', { incident: id, ...detail });
    const key = `${facts.occurrence}-called-${called.by}-${address}`;
    await deps.store.addHistory(id, { at: now, key, what: 'called', detail }, now);
  }
}

/** What will be said again, and to whom else, if a tracked firing goes on: for `explain`. */
export function remindersOf({ signal, verdict }: Judged, judge: Judge): readonly Why[] {
  if (verdict.outcome !== 'tracked' || signal.status !== 'firing') return [];
  const { severity, team } = verdict;
  return judge.reminds.matching(() => documentOfHeld({ ...signal, severity, team })).map(remindWhy);
}
