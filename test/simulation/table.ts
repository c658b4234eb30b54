import type { Delivery, Facts, Incident } from '../../shared/model/incident.ts';
import type { Store } from '../../shared/pipeline/ports.ts';
import { stormIdOf } from '../../shared/pipeline/storm.ts';
import { MINUTE } from '../support/make.ts';
import { memoryStore } from '../support/memory.ts';
import { type Life, never, type Runs } from './runs.ts';
import type { Scene } from './scene.ts';

export function factsKey({ occurrence, status, severity, channel, resolvedAt, flaps }: Facts): string {
  return [occurrence, status, severity, channel, resolvedAt, flaps > 0 ? 'flapping' : 'calm'].join(' ');
}

/** Three tries, of 1 s for a connection and 3 s for an answer: shared/adapters/clients.ts. All of an outage are alike. */
const HANGS_MS = [3_000, 9_000, 12_000] as const;
/** What hangs again after so long is another outage. */
const OUTAGE_MS = 5 * MINUTE;
/** Made once: an outage throws them by the thousand, and a stack costs more than all else. */
const AWAY = new Error('the table is away');
const THROTTLED = new Error('the table throttles');
const NO_ANSWER = new Error('the table answered nothing');

/** What the destinations have accepted, or a named rule settled: law 4 asks it. */
export interface Witness {
  accepted(delivery: Delivery, incident: Incident, facts: Facts): boolean;
  /** Whether a rule other than the storm's may hold this now. */
  holds(incident: Incident): boolean;
  /** Every write that took place. */
  wrote(before: Incident | null, after: Incident): void;
  /** An address is known to have asked to wait until then, true time, ms. */
  blocked(address: string, until: number): void;
}

/** The incidents table with its faults; the memory behind it keeps the contract of the real one (test/contracts). */
export function makeTable(scene: Scene, { operate }: Runs, witness: Witness) {
  const { random, hooks } = scene;
  const memory = memoryStore();
  /** What a stale read shows. */
  const before = new Map<string, Incident>();
  /** When it was last found away, true time, ms. */
  let awayAt = 0;
  let hangsMs: number = HANGS_MS[0];
  /** Since when the id of a channel is known, true time, ms, by address. */
  const known = new Map<string, number>();
  /** Occurrences that a named rule took before anybody was told of them, by address. */
  const taken = new Set<string>();

  function happens(chance: number, fault: string): boolean {
    if (!random.chance(chance)) return false;
    scene.inject(fault);
    return true;
  }

  async function onTable<T>(life: Life, effect: () => Promise<T>): Promise<T> {
    if (scene.away('table-hangs')) {
      scene.inject('the table hangs');
      if (scene.time.now() - awayAt > OUTAGE_MS) hangsMs = random.pick(HANGS_MS);
      awayAt = scene.time.now();
      await scene.time.wait(hangsMs + random.int(0, 200));
      if (life.dead) return never();
      throw AWAY;
    }
    const result = await operate(life, () => {
      if (scene.away('table')) {
        scene.inject('the table is away');
        awayAt = scene.time.now();
        throw AWAY;
      }
      if (happens(scene.trouble().storeFails, 'the table throttles')) throw THROTTLED;
      return effect();
    });
    if (happens(scene.trouble().storeLost, "the table's answer is lost")) throw NO_ANSWER;
    return result;
  }

  function conflicts(): boolean {
    return happens(scene.trouble().conflicts, 'a conditional check fails');
  }

  async function load(id: Incident['id'], life: Life): Promise<Incident | null> {
    const old = before.get(id);
    const stale = old !== undefined && happens(scene.trouble().stale, 'a stale read');
    const incident = stale ? old : await memory.load(id);
    if (incident === null || hooks.loads === undefined) return incident;
    return hooks.loads(incident, life);
  }

  async function save(incident: Incident, life: Life): Promise<'saved' | 'conflict'> {
    const old = await memory.load(incident.id);
    const written = hooks.saves?.(incident, old, life) ?? incident;
    if (written === 'saved') return 'saved';
    const version = hooks.checksVersion === false ? (old?.version ?? 0) : incident.version;
    const result = await memory.save({ ...written, version });
    if (result === 'conflict') return result;
    if (old !== null) before.set(incident.id, old);
    noteTold(old, written);
    witness.wrote(old, written);
    return result;
  }

  /** Law 4: what becomes announced or shown has been accepted there, or a rule took it. */
  function noteTold(old: Incident | null, incident: Incident): void {
    for (const d of incident.deliveries) {
      const was = old?.deliveries.find((o) => o.target.address === d.target.address) ?? null;
      for (const [name, now, then] of [
        ['announced', d.announced, was?.announced ?? null],
        ['shown', d.shown, was?.shown ?? null],
      ] as const) {
        if (now === null || (then !== null && factsKey(now) === factsKey(then))) continue;
        if (isTaken(was, d, incident, now)) {
          taken.add(`${d.target.address} ${incident.id} ${now.occurrence}`);
          continue;
        }
        if (!witness.accepted(d, incident, now))
          scene.violate(
            `law 4: ${name} before accepted: ${incident.id} at ${d.target.address}: ${factsKey(now)}`,
          );
      }
    }
  }

  /** Over before it was told, while a rule held it or a storm was there: law 8 lets a named rule take it. */
  function isTaken(was: Delivery | null, is: Delivery, incident: Incident, now: Facts): boolean {
    if (now.status !== 'resolved') return false;
    if (was?.held != null || witness.holds(incident)) return true;
    // The card may be an earlier occurrence's.
    const none = is.handle === null || (was?.shown?.occurrence ?? now.occurrence) < now.occurrence;
    return none && memory.incidents.has(stormIdOf(is.target.address));
  }

  function storeOf(life: Life): Store {
    return {
      load: (id) => onTable(life, () => load(id, life)),
      save: (incident) => onTable(life, async () => (conflicts() ? 'conflict' : save(incident, life))),
      saveReport: (...args) => onTable(life, () => memory.saveReport(...args)),
      loadReport: (...args) => onTable(life, () => memory.loadReport(...args)),
      addHistory: (...args) => onTable(life, () => memory.addHistory(...args)),
      due: (...args) =>
        onTable(life, async () =>
          // The index is a copy that follows: some of it may not be there yet.
          (await memory.due(...args)).filter(() => !happens(scene.trouble().stale, 'the due index lags')),
        ),
      loadAddress: (address) =>
        onTable(life, async () => {
          const state = await memory.loadAddress(address);
          return hooks.loadsAddress?.(state) ?? state;
        }),
      saveAddress: (state) =>
        onTable(life, async () => {
          if (conflicts()) return 'conflict';
          const now = life.clock();
          if (state.blockedUntil > now)
            witness.blocked(state.address, scene.time.now() + state.blockedUntil - now);
          if (state.channelId !== null && !known.has(state.address))
            known.set(state.address, scene.time.now());
          return memory.saveAddress(state);
        }),
      addCounts: (...args) => onTable(life, () => memory.addCounts(...args)),
      loadCounts: (...args) => onTable(life, () => memory.loadCounts(...args)),
      addSource: (...args) => onTable(life, () => memory.addSource(...args)),
      removeSource: (...args) => onTable(life, () => memory.removeSource(...args)),
      loadSources: (...args) => onTable(life, () => memory.loadSources(...args)),
      loadSilences: () =>
        onTable(life, async () => {
          const made = await memory.loadSilences();
          return hooks.loadsSilences === false ? { ...made, silences: [] } : made;
        }),
      saveSilences: (...args) => onTable(life, () => memory.saveSilences(...args)),
      loadSighting: (...args) => onTable(life, () => memory.loadSighting(...args)),
      saveSighting: (...args) => onTable(life, () => memory.saveSighting(...args)),
      loadProgress: () => onTable(life, () => memory.loadProgress()),
      saveProgress: (...args) => onTable(life, () => memory.saveProgress(...args)),
    };
  }

  /** The table's expiry: what may be forgotten is gone. Returns it. */
  function expire(): readonly Incident[] {
    const now = scene.time.now();
    const gone = [...memory.incidents.values()].filter((i) => i.expiresAt !== null && i.expiresAt <= now);
    for (const { id } of gone) {
      memory.forget(id);
      before.delete(id);
    }
    return gone;
  }

  return { storeOf, expire, awayAt: () => awayAt, taken, known, incidents: memory.incidents };
}
