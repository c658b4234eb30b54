import { at, isObject, type Json, type JsonObject, number, text, texts } from '../model/json.ts';
import { LEVELS } from '../model/level.ts';
import type { Document } from '../model/rules.ts';
import type { Lifecycle, Signal, SignalId, Status } from '../model/signal.ts';
import type { Why } from '../model/why.ts';
import { documentOf } from '../rules/document.ts';

/** The version of the shape; a reader refuses others. */
const VERSION = 1;

/** A signal as intake judged it: all that a rule can look at, and nothing that had not been redacted. */
export interface Archived {
  readonly signal: Signal;
  /** The problem it was part of: found once, since no rule changes it. */
  readonly incident: string;
  /** When intake received it, ms: the moment that it is judged as of again. */
  readonly at: number;
}

/**
 * One signal for the archive. What patterns are matched against is kept whole; what only a card shows is not. `signal`
 * is redacted, and `status` is the one that it was read with.
 */
export function archive({ signal, incident, at: receivedAt }: Archived, status: Status): JsonObject {
  const { id, time, lifecycle, partition, why } = signal;
  const read = why.filter(({ stage }) => stage === 'read').map(({ rule, because }) => ({ rule, because }));
  return {
    archived: VERSION,
    at: receivedAt,
    id,
    time,
    lifecycle,
    incident,
    status,
    ...(partition === 'aws' ? {} : { partition }),
    ...(read.length === 0 ? {} : { read }),
    document: jsonOf(documentOf(signal)),
  };
}

function jsonOf(document: Document): JsonObject {
  const { fields, detail, ...words } = document;
  return {
    ...words,
    ...(fields === undefined ? {} : { fields }),
    ...(detail === undefined ? {} : { detail }),
  };
}

const LIFECYCLES: readonly Lifecycle[] = ['states', 'updates', 'quiet'];
const STATUSES: readonly Status[] = ['firing', 'resolved', 'info'];

/** True for a line of the archive, of whatever version. */
export function isArchived(value: unknown): boolean {
  return at(value, 'archived') !== undefined;
}

/**
 * A signal from the archive, that the rules judge as they judged the one it was made from. Null: not of this version's
 * shape. Its words are trusted, since it was written by our own intake.
 */
export function parseArchived(value: unknown): Archived | null {
  const document = at(value, 'document');
  const [id, incident, receivedAt] = [text(value, 'id'), text(value, 'incident'), number(value, 'at')];
  const lifecycle = LIFECYCLES.find((one) => one === at(value, 'lifecycle'));
  const status = STATUSES.find((one) => one === at(value, 'status'));
  if (at(value, 'archived') !== VERSION || !isObject(document) || incident === null || receivedAt === null)
    return null;
  if (id === null || lifecycle === undefined || status === undefined) return null;
  const words = (key: string): string => text(document, key) ?? '';
  const message = words('message');
  const signal: Signal = {
    id: id as SignalId,
    source: words('source'),
    kind: words('kind'),
    status,
    lifecycle,
    time: number(value, 'time') ?? receivedAt,
    account: words('account'),
    region: words('region'),
    partition: text(value, 'partition') ?? 'aws',
    service: words('service'),
    resource: text(document, 'resource'),
    logGroup: text(document, 'logGroup'),
    logStream: null,
    level: LEVELS.find((one) => one === document.level) ?? null,
    levelEvidence: null,
    title: words('title'),
    message,
    // The document's message is this text: see `documentOf`.
    identity: { by: 'text', errorType: null, text: message },
    remedy: null,
    places: [],
    tags: texts(document.tags),
    fields: isObject(document.fields) ? document.fields : null,
    detail: document.detail ?? null,
    why: reasonsIn(at(value, 'read')),
  };
  return { signal, incident, at: receivedAt };
}

function reasonsIn(read: Json | undefined): readonly Why[] {
  return (Array.isArray(read) ? read : []).map((one: Json) => ({
    stage: 'read',
    rule: text(one, 'rule') ?? '',
    at: 'built-in',
    because: text(one, 'because') ?? '',
  }));
}
