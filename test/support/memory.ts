import type { IncidentId, Report } from '../../shared/model/bundle.ts';
import type { Perch, Sighting } from '../../shared/model/canary.ts';
import type { Address } from '../../shared/model/decision.ts';
import type { Incident } from '../../shared/model/incident.ts';
import type { MadeSilences } from '../../shared/model/silence.ts';
import type { AddressState } from '../../shared/model/telling.ts';
import type { Counts, HistoryEntry, Store } from '../../shared/pipeline/ports.ts';

/** A store in memory that keeps the contract of the real one (test/contracts runs it through the same suite). */
export interface MemoryStore extends Store {
  readonly incidents: Map<string, Incident>;
  readonly history: Map<string, HistoryEntry>;
  /** The table's expiry: the incident and its words are gone. */
  forget(id: IncidentId): void;
}

export function memoryStore(): MemoryStore {
  const incidents = new Map<string, Incident>();
  const reports = new Map<string, Report>();
  const addresses = new Map<string, AddressState>();
  const history = new Map<string, HistoryEntry>();
  const counts = new Map<string, Counts>();
  const sightings = new Map<Perch, Sighting>();
  const sources = new Map<string, Set<IncidentId>>();
  let made: MadeSilences = { version: 0, silences: [] };
  let progress: number | null = null;
  const newAddress = (address: Address): AddressState => ({
    address,
    version: 0,
    blockedUntil: 0,
    nextFreeAt: 0,
    channelId: null,
    broken: null,
  });
  return {
    incidents,
    history,
    forget: (id) => {
      incidents.delete(id);
      reports.delete(id);
      for (const key of history.keys()) if (key.startsWith(`${id} `)) history.delete(key);
    },
    load: async (id: IncidentId) => incidents.get(id) ?? null,
    save: async (incident) => {
      if ((incidents.get(incident.id)?.version ?? 0) !== incident.version) return 'conflict';
      incidents.set(incident.id, { ...incident, version: incident.version + 1 });
      return 'saved';
    },
    saveReport: async (id, report) => {
      const old = reports.get(id);
      const newer =
        old === undefined ||
        report.time > old.time ||
        (report.time === old.time && report.signalId >= old.signalId);
      if (newer) reports.set(id, report);
    },
    loadReport: async (id) => reports.get(id) ?? null,
    addHistory: async (id, entry) => {
      const key = `${id} ${entry.key}`;
      if (!history.has(key)) history.set(key, entry);
    },
    due: async (now, limit) =>
      [...incidents.values()]
        .filter((i) => i.dueAt !== null && i.dueAt <= now)
        .sort((a, b) => (a.dueAt ?? 0) - (b.dueAt ?? 0))
        .slice(0, limit)
        .map((i) => i.id),
    loadAddress: async (address) => addresses.get(address) ?? newAddress(address),
    saveAddress: async (state) => {
      if ((addresses.get(state.address)?.version ?? 0) !== state.version) return 'conflict';
      addresses.set(state.address, { ...state, version: state.version + 1 });
      return 'saved';
    },
    addCounts: async (address, minute, adds) => {
      const key = `${address} ${minute}`;
      const after = new Map(counts.get(key));
      for (const [name, n] of adds) after.set(name, (after.get(name) ?? 0) + n);
      counts.set(key, after);
      return after;
    },
    loadCounts: async (address, minute) => counts.get(`${address} ${minute}`) ?? new Map(),
    addSource: async (key, id) => {
      const ids = sources.get(key) ?? new Set();
      if (ids.size < 20) sources.set(key, new Set([...ids, id]));
    },
    removeSource: async (key, id) => {
      sources.set(key, new Set([...(sources.get(key) ?? [])].filter((one) => one !== id)));
    },
    loadSources: async (key) => [...(sources.get(key) ?? [])],
    loadSilences: async () => made,
    saveSilences: async (next) => {
      if (made.version !== next.version) return 'conflict';
      made = { ...next, version: next.version + 1 };
      return 'saved';
    },
    loadProgress: async () => progress,
    saveProgress: async (receivedAt) => {
      progress = receivedAt;
    },
    loadSighting: async (perch) => sightings.get(perch) ?? null,
    saveSighting: async (sighting) => {
      sightings.set(sighting.perch, sighting);
    },
  };
}
