import { readdirSync, readFileSync } from 'node:fs';
import type { Json, JsonObject } from '../../shared/model/json.ts';
import { isObject } from '../../shared/model/json.ts';
import type { Signal } from '../../shared/model/signal.ts';
import { readEvent, SOURCES } from '../../shared/sources/registry.ts';
import type { Reading } from '../../shared/sources/source.ts';

const EVENTS = new URL('../../events/', import.meta.url);
const FOLDERS = [...SOURCES.map(({ name }) => name), 'sns', 'sqs'];

/** Later than every sample, so that a time that fell back to it is seen. */
export const RECEIVED = Date.UTC(2026, 0, 2);

/** The names (`alarm/firing`) of all samples but the log ones. */
export const SAMPLES: readonly string[] = FOLDERS.flatMap((folder) =>
  readdirSync(new URL(folder, EVENTS))
    .sort()
    .map((file) => `${folder}/${file.replace('.json', '')}`),
);

export function sample(name: string): JsonObject {
  const value: Json = JSON.parse(readFileSync(new URL(`${name}.json`, EVENTS), 'utf8'));
  if (!isObject(value)) throw new Error(`${name} is not an object`);
  return value;
}

/** The sample with its detail's keys replaced. */
export function withDetail(name: string, detail: JsonObject): JsonObject {
  const event = sample(name);
  return { ...event, detail: { ...(isObject(event.detail) ? event.detail : {}), ...detail } };
}

export function read(raw: unknown): Reading {
  return readEvent(raw, RECEIVED);
}

/** The only signal of `raw`. */
export function only(raw: unknown): Signal {
  const { signals, faults } = read(raw);
  const [signal] = signals;
  if (signal === undefined || signals.length !== 1 || faults.length > 0) {
    throw new Error(`expected one signal, got ${signals.length} and ${faults.length} faults`);
  }
  return signal;
}

export function ruleOf(signal: Signal): string {
  return signal.why.map((why) => why.rule).join(' ');
}
