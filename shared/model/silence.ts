import type { SilenceRule } from './rules.ts';

/** Where a silence stands that stands in no file. */
export const MADE_AT = 'hansho silence';

/** A silence that a person made at run time. Its name is its id; when it is ended early, `until` is that moment. */
export interface MadeSilence extends SilenceRule {
  /** By whom it was ended before its time; null: by nobody. */
  readonly endedBy: string | null;
}

/** All of them, as the table keeps them. `version` moves with every write; 0: never written. */
export interface MadeSilences {
  readonly version: number;
  readonly silences: readonly MadeSilence[];
}
