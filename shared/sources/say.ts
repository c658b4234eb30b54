import { createHash } from 'node:crypto';
import type { Json, JsonObject } from '../model/json.ts';
import type { Identity, Lifecycle, Place, Remedy, Signal, SignalId, Status } from '../model/signal.ts';
import type { Why } from '../model/why.ts';
import { partitionOf, readArn } from './arns.ts';
import type { Envelope } from './source.ts';
import { tagsOf } from './tags.ts';
import { clip, oneLine } from './words.ts';

/** What a source read of one thing; `say` adds what all signals have in common. */
export interface Said {
  readonly source: string;
  readonly kind: string;
  readonly id: SignalId;
  readonly status: Status;
  readonly lifecycle: Lifecycle;
  readonly time: number;
  readonly account: string;
  readonly region: string;
  readonly service: string;
  readonly resource: string | null;
  readonly title: string;
  readonly message: string;
  readonly identity: Identity;
  readonly remedy?: Remedy | null;
  readonly places?: readonly Place[];
  /** What carries tags of its own, such as the resources; the detail itself always counts, after them. */
  readonly tagged?: readonly (Json | undefined)[];
  readonly fields: JsonObject;
  readonly detail?: Json;
  readonly why: readonly Why[];
}

/**
 * The signal for what was read: names cut to a length that fits an item's key, the title made one line, the
 * partition taken from the resource's ARN, else from the region.
 */
export function say(event: Envelope, said: Said): Signal {
  const region = oneLine(said.region, 64);
  const detail = said.detail ?? event.detail;
  const resource = said.resource === null ? null : oneLine(said.resource, 1024);
  return {
    id: said.id,
    source: said.source,
    kind: oneLine(said.kind, 128),
    status: said.status,
    lifecycle: said.lifecycle,
    time: said.time,
    account: oneLine(said.account, 64),
    region,
    partition: readArn(resource)?.partition || partitionOf(region),
    service: oneLine(said.service, 128) || said.source,
    resource: resource === '' ? null : resource,
    logGroup: null,
    logStream: null,
    level: null,
    levelEvidence: null,
    title: oneLine(said.title) || oneLine(said.kind) || said.source,
    message: clip(said.message),
    identity: said.identity,
    remedy: said.remedy ?? null,
    places: said.places ?? [],
    tags: tagsOf([...(said.tagged ?? []), detail]),
    fields: said.fields,
    detail,
    why: said.why,
  };
}

/** A signal id from its parts; a long one keeps its head and gets a hash, so that any content fits a key. */
export function signalId(...parts: readonly string[]): SignalId {
  const whole = parts.join(' ');
  const short = whole.length <= 300 ? whole : `${whole.slice(0, 200)} ${digest(whole)}`;
  return short.toWellFormed() as SignalId;
}

/** 24 hex characters that stand for a text; used where the content has no id of its own. */
export function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 24);
}

/** The entries of `fields` that say something: null, undefined and empty text are left out. */
export function facts(fields: { readonly [name: string]: Json | undefined }): JsonObject {
  const said = Object.entries(fields).filter(
    ([, value]) => value !== null && value !== undefined && value !== '',
  );
  return Object.fromEntries(said.map(([name, value]) => [name, short(value)]));
}

function short(value: Json | undefined): Json | undefined {
  return typeof value === 'string' ? oneLine(value, 512) : value;
}
