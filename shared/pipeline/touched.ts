import type { IncidentId } from '../model/bundle.ts';
import type { Address } from '../model/decision.ts';
import type { Incident } from '../model/incident.ts';
import { LONGEST_READINESS_MS, READINESS, type ReadinessRule } from '../model/rules.ts';
import type { Judge } from '../rules/judge.ts';
import type { Store } from './ports.ts';

/** So many incidents an entry remembers; of the others only how many. */
const MOST = 200;
const MORE = 'more';

/** An incident that moved, and on whose behalf it is heard. */
export interface Touched {
  readonly id: IncidentId;
  readonly also: readonly string[];
}

/** Notes for the summary which incidents an entry touched. */
export async function noteTouched(
  touched: readonly Touched[],
  { judge, store }: { readonly judge: Judge; readonly store: Pick<Store, 'loadCounts' | 'addCounts'> },
): Promise<void> {
  for (const entry of judge.readiness.rules) {
    const ids = touched.flatMap(({ id, also }) => (also.includes(entry.name) ? [id] : []));
    if (ids.length === 0) continue;
    const known = await store.loadCounts(...notesOn(entry));
    const fresh = ids.filter((id) => !known.has(id));
    const room = Math.max(0, MOST - known.size);
    const adds = new Map<string, number>(fresh.slice(0, room).map((id) => [id, 1]));
    if (fresh.length > room) adds.set(MORE, fresh.length - room);
    if (adds.size > 0) await store.addCounts(...notesOn(entry), adds);
  }
}

/** One item that outlives the longest entry, and stays the same when an entry is prolonged while it is on. */
function notesOn({ name, from }: ReadinessRule): readonly [Address, number] {
  return [`${READINESS}:${name}` as Address, from + LONGEST_READINESS_MS];
}

/** The incidents that an entry touched, as they are now; `more`: how many found no place. */
export async function touchedBy(
  entry: ReadinessRule,
  store: Pick<Store, 'load' | 'loadCounts'>,
): Promise<{ readonly incidents: readonly Incident[]; readonly more: number }> {
  const notes = await store.loadCounts(...notesOn(entry));
  const ids = [...notes.keys()].filter((id) => id !== MORE) as IncidentId[];
  const incidents = await Promise.all(ids.map((id) => store.load(id)));
  return { incidents: incidents.filter((incident) => incident !== null), more: notes.get(MORE) ?? 0 };
}
