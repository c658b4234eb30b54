import { absorb } from '../../shared/incidents/absorb.ts';
import type { Bundle, IncidentId } from '../../shared/model/bundle.ts';
import type { Incident } from '../../shared/model/incident.ts';
import { graverBy, type Severity } from '../../shared/model/severity.ts';
import { postsDue } from '../../shared/pipeline/readiness.ts';
import type { Judge } from '../../shared/rules/judge.ts';
import { DAY, HOUR, home, MINUTE } from '../support/make.ts';
import type { Away, Trouble } from './faults.ts';
import type { Problem } from './problems.ts';
import { READY } from './rules.ts';
import type { World } from './world.ts';

const [entry] = READY.readiness.rules;
if (entry === undefined) throw new Error('nothing is planned');

/** Intake judges by its own clock and by the rules it began with. */
const UNSURE_MS = 2 * MINUTE;
/** Time enough for a sweep that comes through. */
const NOTICED_MS = 15 * MINUTE;
/** The list of an entry that was taken out of the file is over so long after the entry. */
const SPARE_MS = HOUR;

/** The incidents that the checklist and the summary are. */
const [checklist] = await postsOf(null, entry.from);
if (checklist === undefined) throw new Error('nothing is posted');
const posted = absorb(null, checklist, { ...READY, reopenMs: READY.rules.reopenMs }, entry.from).incident;
const [, summary] = await postsOf(posted, entry.until);
const LIST: IncidentId = checklist.incident;
const SUMMARY = summary?.incident ?? LIST;

function postsOf(before: Incident | null, now: number): Promise<readonly Bundle[]> {
  if (entry === undefined) throw new Error('nothing is planned');
  const store = {
    load: async (id: IncidentId) => (id === before?.id ? before : null),
    loadCounts: async () => new Map<string, number>(),
  };
  return postsDue(entry, { judge: READY, store, home }, now);
}

export function isPost({ id }: Incident): boolean {
  return id === LIST || id === SUMMARY;
}

/** Whether a sweep would post something. `now`: the latest that a function may take it for, ms. */
export function isPostDue(judge: Judge, incidents: ReadonlyMap<string, Incident>, now: number): boolean {
  return judge.readiness.rules.some(({ from, until, remindMs }) => {
    const list = incidents.get(LIST)?.facts.status ?? null;
    if (now < from - remindMs) return false;
    if (now < until) return list !== 'firing';
    return list === 'firing' || (list !== null && !incidents.has(SUMMARY));
  });
}

/** What it touches is one graver while it is on, and as ever before and after: asked of what reaches the queue. */
export function checkGravity(world: World, { gravities: [first, ...others] }: Problem, bundle: Bundle): void {
  const now = world.time.now();
  const { judge, at } = world.deployed();
  if (entry === undefined || others.some((g) => g !== first) || at > now - UNSURE_MS) return;
  const isOn = now >= entry.from && now < entry.until;
  const isSure = [entry.from, entry.until].every((edge) => Math.abs(now - edge) > UNSURE_MS);
  const usual: Severity = `SEV${first}`;
  const severity = judge === READY && isOn ? graverBy(usual, 1) : usual;
  if (isSure && bundle.severity !== severity)
    world.violate(`readiness: ${bundle.incident} is ${bundle.severity}, not ${severity}`);
}

/** Long after the faults: what was planned was announced and summed up, each once, to nobody's pager. */
export function checkPlanned(world: World): void {
  const now = world.time.now();
  const { judge, at } = world.deployed();
  if (entry === undefined) return;
  const list = world.incidents.get(LIST);
  // Months later the table has forgotten all of it.
  if (now > entry.until + DAY) return;
  const isReady = judge === READY && at < now - NOTICED_MS;
  const since = Math.max(at, entry.from - entry.remindMs);
  if (isReady && list === undefined && timeWithTable(world, since, Math.min(now, entry.until)) > NOTICED_MS)
    world.violate('readiness: no checklist');
  if (list === undefined) return;
  const over = entry.until + (isReady ? 0 : SPARE_MS) + NOTICED_MS;
  if (now > over && list.facts.status === 'firing')
    world.violate('readiness: the checklist is open after the end');
  const sum = world.incidents.get(SUMMARY);
  if (isReady && now > over && sum === undefined) world.violate('readiness: no summary');
  for (const { id, facts } of [list, ...(sum === undefined ? [] : [sum])]) {
    if (facts.count > 1 || facts.occurrence > 1)
      world.violate(`readiness: posted ${facts.count} times: ${id}`);
    if ([...world.pagerduty.pages.values()].some((p) => p.incident === id))
      world.violate(`readiness: somebody is paged for a post: ${id}`);
  }
}

const TABLE: ReadonlySet<Away> = new Set(['table', 'table-hangs']);

/** For how long the table was there between the two at least, ms. */
function timeWithTable({ troubles }: World, from: number, until: number): number {
  const spans = troubles.flatMap(({ trouble }: { trouble: Trouble }) => trouble.away);
  const away = spans
    .filter(({ what }) => TABLE.has(what))
    .reduce((sum, a) => sum + Math.max(0, Math.min(until, a.until) - Math.max(from, a.from)), 0);
  return until - from - away;
}
