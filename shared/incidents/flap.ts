import type { Bundle, Tally } from '../model/bundle.ts';
import type { Facts, Flips, Incident } from '../model/incident.ts';
import { CALM_MS } from '../model/news.ts';
import { builtIn, type Why } from '../model/why.ts';

/** A problem whose source states its end flaps when it began 5 times within 20 minutes, with an end before each. */
const STARTS = 5;
const WINDOW_MS = 20 * 60_000;
/** How many firings and ends are remembered: more than one a minute of the window. */
const REMEMBERED = 32;

export const NO_FLIPS: Flips = { fires: [], ends: [] };

/** A bundle's firings and ends among the latest. A set's greatest members: neither order nor repeats matter. */
export function addFlips(flips: Flips, bundle: Bundle, counted: readonly Tally[], floor: number): Flips {
  if (bundle.lifecycle !== 'states') return flips;
  return {
    fires: latest([...flips.fires, ...counted.map((t) => t.last)]),
    ends: latest([...flips.ends, ...endsOf(bundle).filter((end) => end > floor)]),
  };
}

/** Every end in a bundle; `resolvedAt` alone says only the newest. */
export function endsOf({ ends, resolvedAt }: Pick<Bundle, 'ends' | 'resolvedAt'>): readonly number[] {
  return ends ?? (resolvedAt === null ? [] : [resolvedAt]);
}

/** The greatest of some times, in order. */
export function latest(times: readonly number[]): readonly number[] {
  return [...new Set(times)].sort((a, b) => a - b).slice(-REMEMBERED);
}

/** How often it began in the window before it last did, and in what time, while it flaps; 0 while it does not. */
export function flapsOf(flips: Flips): Pick<Facts, 'flaps' | 'flapMs'> {
  const starts = startsOf(flips);
  const dense = starts.some(
    (time, i) => time - (starts[i - STARTS + 1] ?? Number.NEGATIVE_INFINITY) <= WINDOW_MS,
  );
  const last = starts.at(-1) ?? 0;
  const recent = starts.filter((time) => last - time <= WINDOW_MS);
  return dense ? { flaps: recent.length, flapMs: last - (recent[0] ?? last) } : { flaps: 0, flapMs: 0 };
}

/** The firings with an end since the firing before: a source that merely repeats itself does not begin again. */
function startsOf({ fires, ends }: Flips): readonly number[] {
  return fires.filter((time, i) => {
    const before = fires[i - 1];
    return before === undefined || ends.some((end) => end > before && end <= time);
  });
}

/** That it flaps from now on. */
export function flapWhy(before: Facts, { flaps, flapMs }: Facts): readonly Why[] {
  if (before.flaps > 0 || flaps === 0) return [];
  const because = `it began ${flaps} times in ${Math.ceil(flapMs / 60_000)} min, with an end before each`;
  return [builtIn('incident', 'flapping', because)];
}

/** When it is calm unless something moves before, ms; null when it does not flap. */
export function calmAt({ facts, receivedAt }: Pick<Incident, 'facts' | 'receivedAt'>): number | null {
  return facts.flaps > 0 ? receivedAt + CALM_MS : null;
}
