import type { Routing, Target } from '../model/decision.ts';
import type { Incident, Transition } from '../model/incident.ts';
import type { EscalateRule } from '../model/rules.ts';
import type { Why } from '../model/why.ts';

/** What the rules say that the state machine must ask for. */
export interface Policy {
  readonly reopenMs: number;
  escalation(name: string): EscalateRule | null;
  /** Rules across incidents that have counted to their limit, this bundle among what they counted. Left out: none. */
  readonly reached?: readonly string[];
  route(about: Routing): { readonly targets: readonly Target[] };
}

/** An incident after a bundle or a tick, and what happened to it on the way. */
export interface Step {
  readonly incident: Incident;
  readonly transitions: readonly Transition[];
  readonly why: readonly Why[];
  /** False: nothing moved, nothing needs writing. */
  readonly moved: boolean;
}

/** Nothing happened. */
export function unmoved(incident: Incident): Step {
  return { incident, transitions: [], why: [], moved: false };
}
