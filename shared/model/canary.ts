import { DESTINATION_KINDS, type DestinationKind } from './decision.ts';
import { LANES, type Lane } from './severity.ts';

/** `source` of the raw event, and of the signals that it is read into. */
export const CANARY_EVENT = 'hansho.canary';
export const CANARY = 'canary';

/** The last step before a person: one kind of destination, by one lane. */
export type Door = `${DestinationKind}-${Lane}`;
export const DOORS: readonly Door[] = DESTINATION_KINDS.flatMap((kind) =>
  LANES.map((lane): Door => `${kind}-${lane}`),
);

/** Where the canary leaves its track: where it entered the table, by lane, and where it came out. */
export type Perch = `track-${Lane}` | Door;
export const PERCHES: readonly Perch[] = [...LANES.map((lane): Perch => `track-${lane}`), ...DOORS];

/** The canary that was seen last at one place. Times are ms since the epoch. */
export interface Sighting {
  readonly perch: Perch;
  /** When that canary had set out. */
  readonly sentAt: number;
  readonly seenAt: number;
}
