import type { Bundle, IncidentId } from '../model/bundle.ts';
import type { Address } from '../model/decision.ts';
import type { Wake } from '../model/incident.ts';
import { at, isObject, number, text } from '../model/json.ts';
import { CHANNELS, SEVERITIES } from '../model/severity.ts';

/**
 * Reads a message of the signals queue. It was written by our own intake, so the shape is checked where a
 * wrong one would do harm (identity, gravity, tallies) and trusted in its words. Null: not a bundle.
 */
export function parseBundle(value: unknown): Bundle | null {
  const sound =
    isObject(value) &&
    typeof at(value, 'incident') === 'string' &&
    typeof at(value, 'fingerprint') === 'string' &&
    ['states', 'updates', 'quiet'].includes(text(value, 'lifecycle') ?? '') &&
    number(value, 'receivedAt') !== null &&
    Array.isArray(at(value, 'firing')) &&
    (at(value, 'firing') as readonly unknown[]).every(isTally) &&
    SEVERITIES.some((s) => s === at(value, 'severity')) &&
    CHANNELS.some((c) => c === at(value, 'channel')) &&
    Array.isArray(at(value, 'counts')) &&
    typeof at(value, 'report', 'title') === 'string' &&
    Array.isArray(at(value, 'report', 'why')) &&
    Array.isArray(at(value, 'report', 'places'));
  return sound ? (value as unknown as Bundle) : null;
}

function isTally(value: unknown): boolean {
  return (
    typeof at(value, 'mark') === 'string' &&
    [at(value, 'n'), at(value, 'first'), at(value, 'last')].every((n) => typeof n === 'number')
  );
}

/** Reads a wake-up from a tell queue, or a topic's message, which wakes every address of its incident. Null: neither. */
export function parseWake(value: unknown): Wake | null {
  const incident = at(value, 'incident');
  const address = at(value, 'address') ?? null;
  if (typeof incident !== 'string' || incident === '') return null;
  if (address !== null && typeof address !== 'string') return null;
  return { incident: incident as IncidentId, address: address as Address | null };
}
