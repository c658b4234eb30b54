import { askNow } from '../incidents/deliver.ts';
import type { IncidentId } from '../model/bundle.ts';
import type { Incident } from '../model/incident.ts';
import type { Document, SilenceRule } from '../model/rules.ts';
import type { MadeSilence } from '../model/silence.ts';
import { documentOfIncident, type Hold, type Holds, makeHolds } from '../rules/hold.ts';
import type { Clock, Log, Store, Stored } from './ports.ts';

/** A silence that is over stands in the list for so long. */
const KEEP_MS = 7 * 86_400_000;
/** All of them are one item of the table, which holds 400 KB (DynamoDB quotas, "Items"). */
export const MOST_SILENCES = 100;
const ATTEMPTS = 8;

/**
 * The silence made at run time that holds this. Read at each question, which is asked only before people are called: so
 * a new one holds at once, and one that was ended no longer does. What cannot be read holds nothing.
 */
export async function silencedAtRunTime(
  document: Document,
  now: number,
  { store, log }: { readonly store: Pick<Store, 'loadSilences'>; readonly log: Log },
): Promise<Hold | null> {
  try {
    const { silences } = await store.loadSilences();
    const holds = holdsOf(silences);
    for (const { rule, because } of holds.broken) log.error('silence broken', { rule, because });
    return holds.silenced(document, now);
  } catch (error) {
    log.error('silences unreadable', {
      because: error instanceof Error ? error.message : String(error),
      hint: 'no silence made at run time holds anything until they can be read again',
    });
    return null;
  }
}

function holdsOf(silences: readonly SilenceRule[]): Holds {
  return makeHolds({ silences, windows: [], inhibit: [], hold: [], readiness: [] });
}

/** A silence cannot be made or ended as asked; the message says what to do. */
export class Unsilenceable extends Error {
  override readonly name = 'Unsilenceable';
}

interface SilencesDeps {
  readonly store: Store;
  readonly clock: Clock;
}

/** Makes a silence; those long over are forgotten on the way. @throws Unsilenceable when there are too many. */
export async function addSilence(rule: SilenceRule, { store, clock }: SilencesDeps): Promise<MadeSilence> {
  const made: MadeSilence = { ...rule, endedBy: null };
  await change(store, (silences) => {
    const kept = silences.filter(({ until }) => clock() - until < KEEP_MS);
    const open = kept.filter(({ until }) => clock() < until);
    if (open.length >= MOST_SILENCES)
      throw new Unsilenceable(
        `There are ${open.length} silences already, which is as many as fit. End some, or write a window into hansho.yml.`,
      );
    const over = kept.filter(({ until }) => clock() >= until);
    return [...over.slice(open.length + 1 - MOST_SILENCES), ...open, made].slice(-MOST_SILENCES);
  });
  return made;
}

/**
 * Ends a silence before its time; what it holds is due at once. Gives how many incidents that are.
 * @throws Unsilenceable when it is unknown or over.
 */
export async function endSilence(
  id: string,
  by: string,
  incidents: () => Promise<readonly Incident[]>,
  { store, clock }: SilencesDeps,
): Promise<number> {
  const now = clock();
  await change(store, (silences) => {
    const one = silences.find(({ name }) => name === id);
    if (one === undefined)
      throw new Unsilenceable(`There is no silence ${id}. \`hansho silence list\` names all.`);
    if (one.until <= now)
      throw new Unsilenceable(`${id} is over since ${new Date(one.until).toISOString()}.`);
    const until = Math.max(one.from, now);
    return silences.map((s) => (s === one ? { ...s, until, endedBy: by } : s));
  });
  const held = heldNow(id, await incidents());
  for (const one of held) await release(one.id, id, { store, clock });
  return held.length;
}

async function release(id: IncidentId, by: string, { store, clock }: SilencesDeps): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const incident = await store.load(id);
    if (incident === null || (await store.save(askNow(incident, by, clock()))) === 'saved') return;
  }
}

async function change(
  store: Store,
  how: (silences: readonly MadeSilence[]) => readonly MadeSilence[],
): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const { version, silences } = await store.loadSilences();
    if ((await store.saveSilences({ version, silences: how(silences) })) === 'saved') return;
  }
  throw new Error(`The silences were being written by others ${ATTEMPTS} times in a row. Try again.`);
}

/** What a silence would do, told from what the table knows. */
export interface Preview {
  /** Incidents that fire now and match. */
  readonly firing: number;
  /** Incidents that fired within the last 24 hours and match. */
  readonly lastDay: number;
  /** Some of those that fire, as `SEV2 orders: cannot connect`. */
  readonly titles: readonly string[];
}

const DAY_MS = 86_400_000;
const TITLES = 5;

export function previewOf({ match }: Pick<SilenceRule, 'match'>, stored: Stored, now: number): Preview {
  const always = { name: '', at: '', from: 0, until: Number.POSITIVE_INFINITY, author: '', reason: '' };
  const holds = holdsOf([{ ...always, match }]);
  const matching = stored.incidents.filter((incident) => {
    const report = stored.reports.get(incident.id);
    if (report === undefined || incident.facts.count === 0) return false;
    return holds.silenced(documentOfIncident(incident, report), now) !== null;
  });
  const firing = matching.filter(({ facts }) => facts.status === 'firing');
  return {
    firing: firing.length,
    lastDay: matching.filter(({ facts }) => facts.last > now - DAY_MS).length,
    titles: firing
      .slice(0, TITLES)
      .map(({ facts, service, title }) => `${facts.severity} ${service}: ${title}`),
  };
}

/** A silence and what it has done. */
export interface SilenceView extends Pick<MadeSilence, 'name' | 'match' | 'author' | 'reason' | 'endedBy'> {
  readonly from: string;
  readonly until: string;
  readonly state: 'active' | 'over' | 'ended';
  /** Incidents that wait for it now. */
  readonly holds: number;
  /** Incidents that it has ever held. */
  readonly held: number;
}

/** The newest first. */
export async function listSilences(
  stored: Stored,
  { store, clock }: SilencesDeps,
): Promise<readonly SilenceView[]> {
  const { silences } = await store.loadSilences();
  return silences.toReversed().map(({ name, match, author, reason, endedBy, from, until }) => ({
    ...{ name, match, author, reason, endedBy },
    from: new Date(from).toISOString(),
    until: new Date(until).toISOString(),
    state: endedBy !== null ? 'ended' : clock() < until ? 'active' : 'over',
    holds: heldNow(name, stored.incidents).length,
    held: stored.heldBy.get(name)?.size ?? 0,
  }));
}

function heldNow(id: string, incidents: readonly Incident[]): readonly Incident[] {
  return incidents.filter(({ deliveries }) => deliveries.some(({ held }) => held?.by === id));
}
