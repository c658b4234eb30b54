import type { ConsolePage, Place } from '../../model/signal.ts';

/** A page of the console and the names that lead to it; a name that the event lacks leads to the service's home. */
export function consolePage(page: ConsolePage, ...names: readonly (string | null)[]): Place {
  return { is: 'console', page, names: names.map((name) => (name ?? '').slice(0, 1024)) };
}

/** The log stream around the moment, or nothing where the event does not name it. */
export function logStream(group: string | null, stream: string | null, at: number | null): readonly Place[] {
  return group === null || stream === null ? [] : [{ is: 'log-stream', group, stream, at: at ?? 0 }];
}
