import type { Report } from '../model/bundle.ts';
import { PERCHES, type Sighting } from '../model/canary.ts';
import { DESTINATION_KINDS, type Target } from '../model/decision.ts';
import {
  CALL_NAMES,
  type Called,
  type Delivery,
  type Facts,
  type Flips,
  type Held,
  HOLD_KINDS,
  type Incident,
  type Openings,
  type Ranking,
  type Sending,
  type Storm,
  type Stray,
} from '../model/incident.ts';
import { isObject, type JsonObject } from '../model/json.ts';
import { CHANNELS, SEVERITIES } from '../model/severity.ts';
import { CONSOLE_PAGES, type Place, type Remedy } from '../model/signal.ts';
import type { MadeSilence, MadeSilences } from '../model/silence.ts';
import type { AddressState } from '../model/telling.ts';
import { STAGES, type Why } from '../model/why.ts';
import type { HistoryEntry } from '../pipeline/ports.ts';
import {
  aBranded,
  aFlag,
  aNumber,
  aString,
  listOf,
  Misshapen,
  oneOf,
  orElse,
  orNull,
  pairOf,
  type Read,
  record,
  variant,
} from './shape.ts';

/** Readers for what the incidents table holds; docs/items.md describes the items. */

const severity = oneOf(SEVERITIES);
const channel = oneOf(CHANNELS);

const why: Read<Why> = record<Why>({ stage: oneOf(STAGES), rule: aString, at: aString, because: aString });

const facts: Read<Facts> = record<Facts>({
  occurrence: aNumber,
  status: oneOf(['firing', 'resolved']),
  severity,
  channel,
  count: aNumber,
  first: aNumber,
  last: aNumber,
  lastFiring: aNumber,
  resolvedAt: aNumber,
  flaps: orElse(aNumber, 0),
  flapMs: orElse(aNumber, 0),
});

const target: Read<Target> = record<Target>({
  name: aString,
  kind: oneOf(DESTINATION_KINDS),
  address: aBranded(),
});

const sending: Read<Sending> = record<Sending>({
  nonce: aString,
  at: aNumber,
  call: oneOf(CALL_NAMES),
  facts,
  unsettled: aFlag,
  repeats: aFlag,
});

const held: Read<Held> = record<Held>({
  kind: orElse(oneOf(HOLD_KINDS), 'storm'),
  by: aString,
  at: aString,
  because: aString,
  since: aNumber,
  until: aNumber,
  askAt: orElse(aNumber, 0),
  facts,
});

const ranking: Read<Ranking> = listOf(pairOf(aString, aNumber));
const openings: Read<Openings> = record<Openings>({ total: aNumber, services: ranking, kinds: ranking });
const storm: Read<Storm> = record<Storm>({ openings, closed: openings, closedUntil: aNumber });

const stray: Read<Stray> = record<Stray>({
  nonce: aString,
  since: aNumber,
  thread: orNull(aString),
  handle: orNull(aString),
  retryAt: aNumber,
  until: aNumber,
});

const delivery: Read<Delivery> = record<Delivery>({
  target,
  routed: aFlag,
  shown: orNull(facts),
  announced: orNull(facts),
  handle: orNull(aString),
  sending: orNull(sending),
  held: orElse(orNull(held), null),
  lateBy: orElse(
    orNull(record<NonNullable<Delivery['lateBy']>>({ kind: oneOf(HOLD_KINDS), by: aString })),
    null,
  ),
  untoldSince: orNull(aNumber),
  retryAt: aNumber,
  attempts: aNumber,
  refreshAt: aNumber,
  refreshStepMs: aNumber,
  newsAt: orElse(orNull(aNumber), null),
  reminders: orElse(aNumber, 0),
  remindAt: orElse(orNull(aNumber), null),
  called: orElse(orNull(record<Called>({ by: aString, at: aString, afterMs: aNumber })), null),
  shrink: oneOf([0, 1, 2]),
  standsFor: orElse(
    orNull(record<NonNullable<Delivery['standsFor']>>({ name: aString, address: aBranded(), code: aString })),
    null,
  ),
  strays: orElse(listOf(stray), []),
});

export const readIncident: Read<Incident> = record<Incident>({
  id: aBranded(),
  fingerprint: aBranded(),
  version: aNumber,
  lifecycle: oneOf(['states', 'updates', 'quiet']),
  quietMs: orNull(aNumber),
  facts,
  floor: aNumber,
  marks: listOf(aString),
  recent: listOf(pairOf(aNumber, aNumber)),
  flips: orElse(record<Flips>({ fires: listOf(aNumber), ends: listOf(aNumber) }), { fires: [], ends: [] }),
  storm: orElse(orNull(storm), null),
  escalated: listOf(aString),
  counts: listOf(aString),
  severityWhy: orNull(why),
  title: aString,
  service: aString,
  team: orNull(aString),
  also: orElse(listOf(aString), []),
  account: aString,
  region: aString,
  source: aString,
  reported: record<Incident['reported']>({ time: aNumber, signalId: aString }),
  knownSince: orNull(aNumber),
  receivedAt: aNumber,
  routedAt: orElse(aNumber, 0),
  deliveries: listOf(delivery),
  callAt: orElse(orNull(aNumber), null),
  dueAt: orNull(aNumber),
  expiresAt: orNull(aNumber),
});

const is = <K extends Place['is']>(kind: K): Read<K> => oneOf([kind]);

const place: Read<Place> = variant<Place>({
  'log-stream': record({ is: is('log-stream'), group: aString, stream: aString, at: aNumber }),
  'logs-insights': record({ is: is('logs-insights'), group: aString, at: aNumber, find: orNull(aString) }),
  alarm: record({ is: is('alarm'), name: aString }),
  'guardduty-finding': record({ is: is('guardduty-finding'), id: aString }),
  'securityhub-finding': record({ is: is('securityhub-finding'), id: aString, v2: aFlag }),
  'health-event': record({ is: is('health-event'), arn: aString }),
  trace: record({ is: is('trace'), id: aString }),
  console: record({ is: is('console'), page: oneOf(CONSOLE_PAGES), names: listOf(aString) }),
  web: record({ is: is('web'), url: aString }),
});

export const readReport: Read<Report> = record<Report>({
  time: aNumber,
  signalId: aString,
  source: aString,
  kind: aString,
  account: aString,
  region: aString,
  partition: aString,
  service: aString,
  team: orNull(aString),
  also: orElse(listOf(aString), []),
  resource: orNull(aString),
  logGroup: orNull(aString),
  title: aString,
  message: aString,
  remedy: orNull(record<Remedy>({ text: aString, url: orNull(aString) })),
  runbook: orNull(aString),
  places: listOf(place),
  why: listOf(why),
});

export const readAddressState: Read<AddressState> = record<AddressState>({
  address: aBranded(),
  version: aNumber,
  blockedUntil: aNumber,
  nextFreeAt: aNumber,
  channelId: orNull(aString),
  broken: orNull(
    record<NonNullable<AddressState['broken']>>({
      since: aNumber,
      retryAt: aNumber,
      code: aString,
      hint: aString,
    }),
  ),
});

export const readSighting: Read<Sighting> = record<Sighting>({
  perch: oneOf(PERCHES),
  sentAt: aNumber,
  seenAt: aNumber,
});

const jsonObject: Read<JsonObject> = (value, where) => {
  if (isObject(value)) return value;
  throw new Misshapen(`${where} should be an object`);
};

export const readMadeSilences: Read<MadeSilences> = record<MadeSilences>({
  version: aNumber,
  silences: listOf(
    record<MadeSilence>({
      name: aString,
      match: jsonObject,
      from: aNumber,
      until: aNumber,
      author: aString,
      reason: aString,
      at: aString,
      endedBy: orNull(aString),
    }),
  ),
});

export const readHistoryEntry: Read<HistoryEntry> = record<HistoryEntry>({
  at: aNumber,
  key: aString,
  what: oneOf(['opened', 'risen', 'resolved', 'reopened', 'rerouted', 'told', 'held', 'taken', 'called']),
  detail: jsonObject,
});
