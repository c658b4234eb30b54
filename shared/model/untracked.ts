import type { Bundle } from './bundle.ts';
import type { Target } from './decision.ts';
import type { Wake } from './incident.ts';

/** A firing that could not be tracked for a minute: it is told by itself, once, with nothing but what it carries. */
export interface Untracked {
  readonly target: Target;
  readonly bundle: Bundle;
  /** When tracking it was first tried, ms. */
  readonly since: number;
}

/** The mark that every untracked message bears, besides its incident. */
export const UNTRACKED = 'untracked';

/**
 * A wake-up that brings something: an untracked telling may have left its message or its page at this address, which
 * has to go once the incident is told there as it should be. Unlike any other wake-up it must not be lost.
 */
export interface Handover extends Wake {
  readonly target: Target;
  /** PagerDuty: the dedup key. Slack: `<channel id>/<ts>`, null until that is known: it is found by its mark. */
  readonly handle: string | null;
  /** One mark of the bundle, and its receive time, ms: the table knows of it when it knows of one of these. */
  readonly signal: { readonly mark: string; readonly receivedAt: number };
  /** When it was told, ms. */
  readonly at: number;
}
