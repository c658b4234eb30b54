import { newsSince } from '../incidents/deliver.ts';
import { isTidying } from '../incidents/strays.ts';
import type { IncidentId, Report } from '../model/bundle.ts';
import type { CallName, Delivery, Incident } from '../model/incident.ts';
import { goesOn, newsOf, outdated } from '../model/news.ts';
import type { Document, InhibitRule } from '../model/rules.ts';
import type { Severity } from '../model/severity.ts';
import { documentOfHeld, documentOfIncident, type Hold } from '../rules/hold.ts';
import type { Judge } from '../rules/judge.ts';
import type { Judged } from './judge.ts';
import type { Log, Store } from './ports.ts';
import { silencedAtRunTime } from './silences.ts';
import { heldByStorm } from './storm.ts';

/** May this message leave now? Asked before what is first, or calls people; never before an update or an end. */
export interface Question {
  readonly incident: Incident;
  readonly report: Report;
  readonly delivery: Delivery;
  readonly call: CallName;
  readonly now: number;
}

/** The question, with what rules are matched against. */
export interface Asked extends Question {
  readonly document: Document;
}

export interface HoldDeps {
  readonly store: Store;
  readonly judge: Judge;
  readonly log: Log;
}

/** One rule that may hold; null: it does not. */
export type Holder = (asked: Asked, deps: HoldDeps) => Promise<Hold | null>;

/** A target of an inhibition waits so long for its source to arrive: one fault is seldom heard of in its own order. */
export const SOURCE_WAIT_MS = 10_000;
/** While its source fires, a target asks again so often. */
const SOURCE_LOOK_MS = 60_000;
const TITLE_CHARS = 200;
/** Sources of sources that are looked at for one target. */
const MOST_FOLLOWED = 20;

/** A person's decision in hansho.yml, or one made at run time. */
const bySilence: Holder = async ({ document, now }, deps) =>
  deps.judge.holds.silenced(document, now) ?? (await silencedAtRunTime(document, now, deps));

const byWindow: Holder = async ({ document, now }, { judge }) => judge.holds.muted(document, now);

/** Something else that fires explains it. */
const bySource: Holder = async (asked, deps) => {
  const { document, incident, now } = asked;
  const places = deps.judge.holds.inhibitors(document);
  for (const { key, rule } of places) {
    const source = await firingSource(key, asked, deps);
    if (source === null) continue;
    const because = `explained by ${source.id}, which fires: ${source.title.slice(0, TITLE_CHARS)}`;
    return { kind: 'inhibit', by: rule.name, at: rule.at, because, until: now + SOURCE_LOOK_MS };
  }
  const [first] = places;
  return first === undefined ? null : waitForSource(first.rule, incident.facts.severity, sinceOf(asked), now);
};

/** When what is asked about became news, ms. What is said again, or to others because it lasts, has had its time. */
function sinceOf({ call, delivery, now }: Asked): number {
  return call === 'remind' || delivery.called !== null ? 0 : (newsSince(delivery) ?? now);
}

/** A target waits for its source; the gravest do not. `since`: when it became news, ms. */
function waitForSource(
  { name, at }: InhibitRule,
  severity: Severity,
  since: number,
  now: number,
): Hold | null {
  if (severity === 'SEV1') return null;
  const until = since + SOURCE_WAIT_MS;
  const because = `waits ${SOURCE_WAIT_MS / 1_000} s for an incident that this rule takes for the cause`;
  return now < until ? { kind: 'hold', by: name, at, because, until } : null;
}

/** An incident at this place that still fires and still matches. One that is over is taken from the place. */
async function firingSource(
  key: string,
  { incident, document }: Asked,
  { store, judge }: HoldDeps,
): Promise<Incident | null> {
  const own = judge.holds.inhibits(document);
  for (const id of await store.loadSources(key)) {
    if (id === incident.id) continue;
    const source = await loadSource(id, store);
    if (source === null || !judge.holds.inhibits(source.document).includes(key)) {
      await store.removeSource(key, id);
      continue;
    }
    // Those that explain each other in a circle would all be silent: none does.
    if (!(await leadsTo(own, source.document, new Set([incident.id, id]), { store, judge })))
      return source.incident;
  }
  return null;
}

/**
 * Whether what explains this, and what explains that in turn, comes to one of the places `keys`. `seen` was followed
 * already; a way too long to be followed counts as one, since telling is the safer mistake.
 */
async function leadsTo(
  keys: readonly string[],
  document: Document,
  seen: Set<IncidentId>,
  deps: Pick<HoldDeps, 'store' | 'judge'>,
): Promise<boolean> {
  if (keys.length === 0) return false;
  const places = deps.judge.holds.inhibitors(document);
  if (places.some(({ key }) => keys.includes(key))) return true;
  for (const { key } of places) {
    for (const id of await deps.store.loadSources(key)) {
      if (seen.has(id)) continue;
      if (seen.size > MOST_FOLLOWED) return true;
      seen.add(id);
      const source = await loadSource(id, deps.store);
      if (source !== null && (await leadsTo(keys, source.document, seen, deps))) return true;
    }
  }
  return false;
}

async function loadSource(
  id: IncidentId,
  store: Store,
): Promise<{ readonly incident: Incident; readonly document: Document } | null> {
  const [incident, report] = await Promise.all([store.load(id), store.loadReport(id)]);
  if (incident === null || report === null || !goesOn(incident.facts)) return null;
  return { incident, document: documentOfIncident(incident, report) };
}

/** What may be over by itself must have lasted. */
const byTransience: Holder = async (asked, { judge }) =>
  judge.holds.transient(asked.document, sinceOf(asked), asked.now);

/** In the order in which they are asked: the first that holds is named, a person's decision before all others. */
const HOLDERS: readonly Holder[] = [bySilence, byWindow, bySource, byTransience, heldByStorm];

/**
 * Whether a call can be held at all: the first post or page, the word of a rise or a reopening. What may have been sent
 * already is not: its fate must be known, and its end told.
 */
export function canBeHeld({
  incident,
  delivery,
  call,
}: Pick<Question, 'incident' | 'delivery' | 'call'>): boolean {
  if (!CALLING.has(call) || isInDoubt(delivery)) return false;
  const news = newsOf(delivery.announced, incident.facts);
  return news !== null && news !== 'resolved';
}

/** The calls that bring news to people. */
const CALLING: ReadonlySet<CallName> = new Set(['post', 'reply', 'trigger']);

/** An update, or tidying up, is the same however often it is done: nobody has heard anything by it. */
function isInDoubt({ sending }: Delivery): boolean {
  return sending !== null && sending.call !== 'update' && !isTidying(sending.call);
}

/** Held already, for what is still to be told, and its time has not come: nothing to ask. */
export function isHeldStill({ held }: Delivery, incident: Incident, now: number): boolean {
  return held !== null && now < held.askAt && !outdated(held.facts, incident.facts);
}

export async function heldBy(question: Question, deps: HoldDeps): Promise<Hold | null> {
  const document = documentOfIncident(question.incident, question.report);
  const asked: Asked = { ...question, document };
  for (const holder of HOLDERS) {
    const hold = await holder(asked, deps);
    if (hold !== null) return hold;
  }
  return null;
}

/** What would keep a tracked firing from being told if it were news at `now`, the rule that is named first at the front. */
export function holdsOf({ signal, verdict }: Judged, judge: Judge, now: number): readonly Hold[] {
  if (verdict.outcome !== 'tracked' || signal.status !== 'firing') return [];
  const { severity, team } = verdict;
  const document = documentOfHeld({ ...signal, severity, team });
  const { silenced, muted, transient, inhibitors } = judge.holds;
  const places = inhibitors(document);
  return [
    silenced(document, now),
    muted(document, now),
    ...places.map(({ rule }) => waitForSource(rule, severity, now, now)),
    transient(document, now, now),
  ].filter((hold) => hold !== null);
}
