import type { Incident } from '../model/incident.ts';
import { CALM_MS } from '../model/news.ts';
import { builtIn } from '../model/why.ts';
import { NO_FLIPS } from './flap.ts';
import { statusOf } from './join.ts';
import { reschedule, withoutDelay } from './schedule.ts';
import { type Step, unmoved } from './step.ts';

/**
 * What time alone does: nothing heard for `quietMs` ends what does not end itself, and nothing heard for a while
 * ends flapping. `heardUntil` is the receive time up to which every accepted signal has been tracked, so a backlog
 * never looks like quiet.
 */
export function tick(incident: Incident, heardUntil: number, now: number): Step {
  const { facts, quietMs } = incident;
  const silentMs = heardUntil - incident.receivedAt;
  if (facts.flaps > 0 && silentMs >= CALM_MS) return calm(incident, now);
  if (facts.status === 'firing' && quietMs !== null && silentMs >= quietMs)
    return end(incident, quietMs, now);
  return unmoved(incident);
}

function calm(incident: Incident, now: number): Step {
  const facts = { ...incident.facts, flaps: 0, flapMs: 0 };
  return {
    incident: reschedule(withoutDelay({ ...incident, flips: NO_FLIPS, facts }), now),
    transitions: [],
    why: [builtIn('incident', 'calm', `no change for ${CALM_MS / 60_000} min: it flaps no more`)],
    moved: true,
  };
}

function end(incident: Incident, quietMs: number, now: number): Step {
  const ended = { ...incident.facts, resolvedAt: incident.facts.lastFiring + 1 };
  return {
    incident: reschedule({ ...incident, facts: { ...ended, status: statusOf(ended) } }, now),
    transitions: ['resolved'],
    why: [builtIn('incident', 'quiet', `nothing more for ${quietMs / 60_000} min`)],
    moved: true,
  };
}
