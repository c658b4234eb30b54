import type { Bundle } from '../../shared/model/bundle.ts';
import type { Incident } from '../../shared/model/incident.ts';
import { heartbeats } from '../../shared/pipeline/expect.ts';
import { home, MINUTE, MORNING } from '../support/make.ts';
import { EXPECTED_MS, EXPECTING } from './rules.ts';
import type { World } from './world.ts';

const [rule] = EXPECTING.expects.rules;
if (rule === undefined) throw new Error('nothing is expected');
const [beat] = heartbeats([{ rule, at: MORNING }], EXPECTING, home, MORNING);
/** The incident that silence is. */
export const SILENCE = beat?.incident ?? null;

/** A clock that has stepped, and a sweep that has already asked what waits. */
const UNSURE_MS = 40_000;
/** By when it is known that nothing was heard, after the moment by which it should have been: what waited gets its time. */
const NOTICED_MS = 15 * MINUTE;

/** When the log group was heard, by what has reached the queue: source time, and true time. */
export interface Heard {
  readonly at: number;
  readonly queuedAt: number;
}

export function hearing(world: World, bundle: Bundle): readonly Heard[] {
  if (bundle.incident !== SILENCE || bundle.resolvedAt === null) return [];
  return [{ at: bundle.resolvedAt, queuedAt: world.time.now() }];
}

/** It is not called silent that was heard, not even while what was heard still waits. */
export function checkSilence(
  world: World,
  heard: readonly Heard[],
  before: Incident | null,
  after: Incident,
): void {
  if (after.id !== SILENCE || after.facts.status !== 'firing' || before?.facts.status === 'firing') return;
  const now = world.time.now();
  const lost = new Set(world.waiting().flatMap((w) => (w.lost ? [w.bundle.resolvedAt] : [])));
  const known = heard.filter((h) => h.queuedAt < now - UNSURE_MS && !lost.has(h.at));
  const last = Math.max(0, ...known.map(({ at }) => at));
  if (now >= last + EXPECTED_MS - UNSURE_MS) return;
  world.violate(`law 6: called silent though heard ${Math.round((now - last) / 1_000)} s ago`);
}

/** What must be heard and is not is a problem; what need not be heard any more is none. Asked when sweep has long run well. */
export function checkExpected(world: World, heard: readonly Heard[]): void {
  const { judge, at } = world.deployed();
  const incident = world.incidents.get(SILENCE ?? '');
  const last = Math.max(at, ...heard.map((h) => h.at));
  if (judge !== EXPECTING || world.time.now() < last + EXPECTED_MS + NOTICED_MS) return;
  if (incident?.facts.status !== 'firing')
    world.violate('law 1: what must be heard is silent, and nobody knows');
}
