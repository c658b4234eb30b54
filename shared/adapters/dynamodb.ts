import { createHash } from 'node:crypto';
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  type PutItemCommandInput,
  QueryCommand,
  type QueryCommandOutput,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { IncidentId, Report } from '../model/bundle.ts';
import { CANARY, type Sighting } from '../model/canary.ts';
import type { Address } from '../model/decision.ts';
import type { Incident } from '../model/incident.ts';
import type { MadeSilences } from '../model/silence.ts';
import type { AddressState } from '../model/telling.ts';
import type { Counts, HistoryEntry, Store } from '../pipeline/ports.ts';
import { aNumber, fromJson, Misshapen } from './shape.ts';
import { readAddressState, readIncident, readMadeSilences, readReport, readSighting } from './stored.ts';

/** Reports and history outlive their incident by at most this, ms. */
const KEEP_MS = 90 * 24 * 3_600_000;
export const DUE_INDEX = 'due';
const INCIDENT = 'incident#';
/** Counters share their item with its keys. */
const COUNTER = 'n#';
const MOST_SOURCES = 20;
const KEEP_SOURCES_MS = 30 * 24 * 3_600_000;
const KEEP_COUNTS_MS = 3 * 24 * 3_600_000;

type Item = Record<string, AttributeValue>;

/**
 * The incidents table (docs/items.md). Every write is a conditional put of one item; reads are consistent.
 * @throws Misshapen when an item cannot be understood, naming it and the field.
 */
export function makeStore(client: DynamoDBClient, table: string): Store {
  const get = (key: Item): Promise<Item | null> => getItem(client, table, key);
  const put = (item: Item, condition: Condition): Promise<'saved' | 'conflict'> =>
    putItem(client, table, item, condition);

  return {
    load: async (id) => {
      const item = await get(keyOf(incidentKey(id), 'state'));
      return item && fromJson(text(item, 'body'), readIncident, `incident ${id}`);
    },
    save: (incident) => put(incidentItem(incident), versionIs(incident.version)),
    saveReport: async (id, report, now) => {
      await put(reportItem(id, report, now), notOlderThanStored(report));
    },
    loadReport: async (id) => {
      const item = await get(keyOf(incidentKey(id), 'report'));
      return item && fromJson(text(item, 'body'), readReport, `report of incident ${id}`);
    },
    addHistory: async (id, entry, now) => {
      await put(historyItem(id, entry, now), ABSENT);
    },
    due: (now, limit) => dueIncidents(client, table, now, limit),
    loadAddress: async (address) => {
      const item = await get(keyOf(addressKey(address), 'state'));
      return item === null
        ? unknownAddress(address)
        : fromJson(text(item, 'body'), readAddressState, `address ${address}`);
    },
    saveAddress: (state) => put(addressItem(state), versionIs(state.version)),
    addCounts: (address, minute, adds) => addCounts(client, table, countsKey(address, minute), adds, minute),
    loadCounts: async (address, minute) => countsOf(await get(countsKey(address, minute))),
    addSource: (key, id, now) => addSource(client, table, key, id, now),
    removeSource: async (key, id) => {
      await client.send(
        new UpdateItemCommand({
          TableName: table,
          Key: sourcesKey(key),
          UpdateExpression: 'DELETE ids :id',
          ExpressionAttributeValues: { ':id': { SS: [id] } },
        }),
      );
    },
    loadSources: async (key) => ((await get(sourcesKey(key)))?.ids?.SS ?? []) as IncidentId[],
    loadSilences: async () => {
      const item = await get(SILENCES);
      return item === null
        ? { version: 0, silences: [] }
        : fromJson(text(item, 'body'), readMadeSilences, 'silences');
    },
    saveSilences: (made) => put(silencesItem(made), versionIs(made.version)),
    loadProgress: async () => {
      const item = await get(PROGRESS);
      return item && aNumber(Number(item.receivedAt?.N), 'progress.receivedAt');
    },
    saveProgress: async (receivedAt) => {
      await put({ ...PROGRESS, receivedAt: n(receivedAt) }, ALWAYS);
    },
    loadSighting: async (perch) => {
      const item = await get(keyOf(CANARY, perch));
      return item && fromJson(text(item, 'body'), readSighting, `canary at ${perch}`);
    },
    saveSighting: async (sighting) => {
      await put(sightingItem(sighting), ALWAYS);
    },
  };
}

// --- items ---

const PROGRESS: Item = keyOf('progress', 'track');

const SILENCES: Item = keyOf('silences', 'state');

function silencesItem(made: MadeSilences): Item {
  const stored = { ...made, version: made.version + 1 };
  return { ...SILENCES, version: n(stored.version), body: s(JSON.stringify(stored)) };
}

/** A rule's place may be named by long values; keys hold 2,048 bytes. */
function sourcesKey(key: string): Item {
  return keyOf(`sources#${createHash('sha256').update(key).digest('hex').slice(0, 32)}`, 'sources');
}

function incidentItem(incident: Incident): Item {
  const stored = { ...incident, version: incident.version + 1 };
  return {
    ...keyOf(incidentKey(incident.id), 'state'),
    version: n(stored.version),
    body: s(JSON.stringify(stored)),
    ...(incident.dueAt === null ? {} : { duePk: s(DUE_INDEX), dueAt: n(incident.dueAt) }),
    ...(incident.expiresAt === null ? {} : { expires: seconds(incident.expiresAt) }),
  };
}

function reportItem(id: IncidentId, report: Report, now: number): Item {
  return {
    ...keyOf(incidentKey(id), 'report'),
    time: n(report.time),
    signalId: s(report.signalId),
    body: s(JSON.stringify(report)),
    expires: seconds(now + KEEP_MS),
  };
}

/** The key carries no time: a repeat comes later than the first try and must still write nothing new. */
function historyItem(id: IncidentId, entry: HistoryEntry, now: number): Item {
  return {
    ...keyOf(incidentKey(id), `history#${entry.key}`),
    at: n(entry.at),
    body: s(JSON.stringify(entry)),
    expires: seconds(now + KEEP_MS),
  };
}

function addressItem(state: AddressState): Item {
  const stored = { ...state, version: state.version + 1 };
  return {
    ...keyOf(addressKey(state.address), 'state'),
    version: n(stored.version),
    body: s(JSON.stringify(stored)),
  };
}

/** The minute is in the partition key: a storm's writes go to one item for no longer than that. */
function countsKey(address: Address, minute: number): Item {
  return keyOf(`counts#${address}#${minute}`, 'counts');
}

function countsOf(item: Item | null): Counts {
  const counters = Object.entries(item ?? {}).filter(([name]) => name.startsWith(COUNTER));
  return new Map(counters.map(([name, { N }]) => [name.slice(COUNTER.length), aNumber(Number(N), name)]));
}

function sightingItem(sighting: Sighting): Item {
  return { ...keyOf(CANARY, sighting.perch), body: s(JSON.stringify(sighting)) };
}

function unknownAddress(address: Address): AddressState {
  return { address, version: 0, blockedUntil: 0, nextFreeAt: 0, channelId: null, broken: null };
}

export function incidentKey(id: IncidentId): string {
  return INCIDENT + id;
}

function addressKey(address: Address): string {
  return `address#${address}`;
}

function keyOf(pk: string, sk: string): Item {
  return { pk: s(pk), sk: s(sk) };
}

function s(value: string): AttributeValue {
  return { S: value };
}

function n(value: number): AttributeValue {
  return { N: String(value) };
}

/** The table's own expiry counts in seconds since the epoch. */
function seconds(ms: number): AttributeValue {
  return n(Math.ceil(ms / 1_000));
}

function text(item: Item, name: string): string | undefined {
  return item[name]?.S;
}

// --- conditions ---

type Condition = Pick<
  PutItemCommandInput,
  'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
>;

const ALWAYS: Condition = {};
const ABSENT: Condition = { ConditionExpression: 'attribute_not_exists(pk)' };

function versionIs(version: number): Condition {
  if (version === 0) return ABSENT;
  return { ConditionExpression: 'version = :version', ExpressionAttributeValues: { ':version': n(version) } };
}

/** The same signal's words may be written again: deciding anew against another writer changes their reasons. */
function notOlderThanStored(report: Report): Condition {
  return {
    ConditionExpression:
      'attribute_not_exists(pk) OR #time < :time OR (#time = :time AND signalId <= :signal)',
    ExpressionAttributeNames: { '#time': 'time' },
    ExpressionAttributeValues: { ':time': n(report.time), ':signal': s(report.signalId) },
  };
}

// --- calls ---

async function getItem(client: DynamoDBClient, table: string, key: Item): Promise<Item | null> {
  const { Item } = await client.send(
    new GetItemCommand({ TableName: table, Key: key, ConsistentRead: true }),
  );
  return Item ?? null;
}

async function putItem(
  client: DynamoDBClient,
  table: string,
  item: Item,
  condition: Condition,
): Promise<'saved' | 'conflict'> {
  try {
    await client.send(new PutItemCommand({ TableName: table, Item: item, ...condition }));
    return 'saved';
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    return (await isOurOwnWrite(client, table, item, error)) ? 'saved' : 'conflict';
  }
}

/** The SDK repeats a put whose answer was lost; the repeat then fails against what the first one wrote. */
async function isOurOwnWrite(
  client: DynamoDBClient,
  table: string,
  item: Item,
  error: ConditionalCheckFailedException,
): Promise<boolean> {
  if ((error.$metadata.attempts ?? 1) < 2) return false;
  const { pk, sk, body } = item;
  if (pk === undefined || sk === undefined || body?.S === undefined) return false;
  const stored = await getItem(client, table, { pk, sk });
  return stored?.body?.S === body.S;
}

async function addCounts(
  client: DynamoDBClient,
  table: string,
  Key: Item,
  adds: Counts,
  minute: number,
): Promise<Counts> {
  const names = [...adds.keys()];
  const { Attributes } = await client.send(
    new UpdateItemCommand({
      TableName: table,
      Key,
      UpdateExpression: `SET expires = :expires${names.length === 0 ? '' : ` ADD ${names.map((_, i) => `#n${i} :n${i}`).join(', ')}`}`,
      ...(names.length === 0
        ? {}
        : {
            ExpressionAttributeNames: Object.fromEntries(names.map((name, i) => [`#n${i}`, COUNTER + name])),
          }),
      ExpressionAttributeValues: {
        ':expires': seconds(minute + KEEP_COUNTS_MS),
        ...Object.fromEntries(names.map((name, i) => [`:n${i}`, n(adds.get(name) ?? 0)])),
      },
      ReturnValues: 'ALL_NEW',
    }),
  );
  return countsOf(Attributes ?? null);
}

/** One that fires is enough to hold others: once so many are noted, no more are. */
async function addSource(
  client: DynamoDBClient,
  table: string,
  key: string,
  id: IncidentId,
  now: number,
): Promise<void> {
  try {
    await client.send(
      new UpdateItemCommand({
        TableName: table,
        Key: sourcesKey(key),
        UpdateExpression: 'SET expires = :expires, place = :place ADD ids :id',
        ConditionExpression: 'attribute_not_exists(ids) OR size(ids) < :most',
        ExpressionAttributeValues: {
          ':expires': seconds(now + KEEP_SOURCES_MS),
          ':place': s(key),
          ':id': { SS: [id] },
          ':most': n(MOST_SOURCES),
        },
      }),
    );
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}

async function dueIncidents(
  client: DynamoDBClient,
  table: string,
  now: number,
  limit: number,
): Promise<readonly IncidentId[]> {
  const found: IncidentId[] = [];
  let from: Item | undefined;
  do {
    const page: QueryCommandOutput = await client.send(
      new QueryCommand({
        TableName: table,
        IndexName: DUE_INDEX,
        KeyConditionExpression: 'duePk = :due AND dueAt <= :now',
        ExpressionAttributeValues: { ':due': s(DUE_INDEX), ':now': n(now) },
        Limit: limit - found.length,
        ExclusiveStartKey: from,
      }),
    );
    found.push(...(page.Items ?? []).map(idOf));
    from = page.LastEvaluatedKey;
  } while (from !== undefined && found.length < limit);
  return found;
}

function idOf(item: Item): IncidentId {
  const pk = item.pk?.S ?? '';
  if (!pk.startsWith(INCIDENT)) throw new Misshapen(`the due index holds ${pk || 'an item without a key'}`);
  return pk.slice(INCIDENT.length) as IncidentId;
}
