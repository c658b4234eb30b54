import { alarm } from './alarm.ts';
import { unwrap } from './envelope.ts';
import { event } from './event.ts';
import { guardduty } from './guardduty.ts';
import { health } from './health.ts';
import { securityhub } from './securityhub.ts';
import type { Envelope, Fault, Reading, Source } from './source.ts';
import { clip } from './words.ts';

/** Asked in this order. To add a source: write its file, put it before `event`, add a sample under `events/`. */
export const SOURCES: readonly Source[] = [alarm, guardduty, securityhub, health, event];

/**
 * Reads anything but log payloads: an EventBridge event, an SNS or SQS wrapping of one, a direct alarm action, a
 * bare finding, plain text. `raw` is the parsed JSON or its text; `receivedAt` is ms since the epoch and only stands
 * in for a time that nobody stated. Never throws; whatever is put in comes out as at least one signal or fault.
 */
export function readEvent(raw: unknown, receivedAt: number): Reading {
  const { events, faults } = unwrap(raw, receivedAt);
  const read = events.map(readOne);
  return { signals: read.flatMap((r) => r.signals), faults: [...faults, ...read.flatMap((r) => r.faults)] };
}

/** A source that breaks is our own fault: the event is kept as one, and never costs the others. */
function readOne(one: Envelope): Reading {
  try {
    const source = SOURCES.find((s) => s.accepts(one)) ?? event;
    return { signals: source.read(one), faults: [] };
  } catch (error) {
    return { signals: [], faults: [broken(error, one)] };
  }
}

function broken(error: unknown, one: Envelope): Fault {
  const because = `reading it broke: ${error instanceof Error ? error.message : String(error)}`;
  return { where: '.', because, raw: clip(JSON.stringify(one.raw) ?? '', 64 * 1024) };
}
