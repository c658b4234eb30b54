/** From SEV1 (everyone, now) to SEV5 (read it in the weekly review). */
export const SEVERITIES = ['SEV1', 'SEV2', 'SEV3', 'SEV4', 'SEV5'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** `alert`: act now, users are hurt. `notify`: know it, nobody is hurt yet. */
export const CHANNELS = ['alert', 'notify'] as const;
export type Channel = (typeof CHANNELS)[number];

/** True when `a` is at least as grave as `floor` (SEV1 is the gravest). */
export function atLeast(a: Severity, floor: Severity): boolean {
  return SEVERITIES.indexOf(a) <= SEVERITIES.indexOf(floor);
}

/** The graver of the two. */
export function worse(a: Severity, b: Severity): Severity {
  return atLeast(a, b) ? a : b;
}

/** Graver by so many steps; SEV1 is the gravest there is. */
export function graverBy(severity: Severity, steps: number): Severity {
  return SEVERITIES[Math.max(0, SEVERITIES.indexOf(severity) - steps)] ?? severity;
}

/** Where a severity is told unless a rule says otherwise: SEV1–3 alert, SEV4–5 notify. */
export function channelOf(severity: Severity): Channel {
  return atLeast(severity, 'SEV3') ? 'alert' : 'notify';
}

/** SEV1 and SEV2 travel in lanes of their own, so that a storm never makes them wait. */
export const LANES = ['urgent', 'normal'] as const;
export type Lane = (typeof LANES)[number];
export function laneOf(severity: Severity): Lane {
  return atLeast(severity, 'SEV2') ? 'urgent' : 'normal';
}
