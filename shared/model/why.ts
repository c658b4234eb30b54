/** The stages of a decision, in the order of the flow. */
export const STAGES = [
  'read',
  'level',
  'redact',
  'fingerprint',
  'severity',
  /** What a rule on trial would have decided: it changes nothing. */
  'shadow',
  'ignore',
  'team',
  'route',
  'escalate',
  'expect',
  'incident',
  'hold',
  'remind',
  'tell',
] as const;
export type Stage = (typeof STAGES)[number];

/** One reason that a decision carries. */
export interface Why {
  readonly stage: Stage;
  /** The rule's name: a built-in's (`guardduty-high`) or the operator's. */
  readonly rule: string;
  /** `hansho.yml:12` for the operator's rules, `built-in` otherwise. */
  readonly at: string;
  /** The evidence, as a short sentence. */
  readonly because: string;
}

/** A reason given by Hansho's own rules. */
export function builtIn(stage: Stage, rule: string, because: string): Why {
  return { stage, rule, at: 'built-in', because };
}
