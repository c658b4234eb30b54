import type { Bundle, IncidentId } from '../model/bundle.ts';
import { type Address, DESTINATION_KINDS, type Target } from '../model/decision.ts';
import type { Wake } from '../model/incident.ts';
import { at, isObject, type Json, number, text } from '../model/json.ts';
import { CHANNELS, SEVERITIES } from '../model/severity.ts';
import type { Handover, Untracked } from '../model/untracked.ts';

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
    (at(value, 'groups') === undefined || Array.isArray(at(value, 'groups'))) &&
    typeof at(value, 'report', 'title') === 'string' &&
    Array.isArray(at(value, 'report', 'why')) &&
    Array.isArray(at(value, 'report', 'places'));
  return sound ? withTeams(value as unknown as Bundle, value) : null;
}

/** Messages that an older version of intake left in the queue say nothing of other teams. */
function withTeams(bundle: Bundle, value: unknown): Bundle {
  if (Array.isArray(at(value, 'report', 'also'))) return bundle;
  return { ...bundle, report: { ...bundle.report, also: [] } };
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

/** Reads a message of an untracked queue. Null: none. */
export function parseUntracked(value: unknown): Untracked | null {
  const bundle = parseBundle(at(value, 'bundle'));
  const target = parseTarget(at(value, 'target'));
  const since = number(value, 'since');
  return bundle === null || target === null || since === null ? null : { bundle, target, since };
}

/** Reads a wake-up that hands over what an untracked telling left. Null: none. */
export function parseHandover(value: unknown): Handover | null {
  const wake = parseWake(value);
  const target = parseTarget(at(value, 'target'));
  const mark = text(value, 'signal', 'mark');
  const receivedAt = number(value, 'signal', 'receivedAt');
  const told = number(value, 'at');
  if (wake === null || target === null || mark === null || receivedAt === null || told === null) return null;
  return { ...wake, target, handle: text(value, 'handle'), signal: { mark, receivedAt }, at: told };
}

function parseTarget(value: unknown): Target | null {
  const [name, address] = [text(value, 'name'), text(value, 'address')];
  const kind = DESTINATION_KINDS.find((k) => k === text(value, 'kind'));
  return name === null || address === null || kind === undefined
    ? null
    : { name, kind, address: address as Address };
}

/** A message's body as JSON where it is JSON, as its text otherwise. */
export function bodyIn(body: string): Json {
  try {
    return original(JSON.parse(body) as Json);
  } catch {
    return body;
  }
}

/** Lambda wraps what it gives an on-failure destination; moved back to its queue, it is what it was. */
function original(body: Json): Json {
  const wrapped = at(body, 'requestContext', 'condition') !== undefined;
  return (wrapped ? at(body, 'requestPayload') : undefined) ?? body;
}
