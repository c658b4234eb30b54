/**
 * What a failure of an AWS service means for people, gravest first. A source states it in `fields.impact`; the
 * built-in rule of the same name says how grave it is, so that a service adds no rule of its own.
 */
export const IMPACTS = [
  'service-down',
  'service-degraded',
  'deployment-failed',
  'work-failed',
  'data-unprotected',
  'change-failed',
  'work-stopped',
  'capacity-at-risk',
  'early-warning',
  'worth-a-review',
] as const;
export type Impact = (typeof IMPACTS)[number];

/** The gravest of some, or null of none. */
export function gravestImpact(some: readonly Impact[]): Impact | null {
  return IMPACTS.find((impact) => some.includes(impact)) ?? null;
}
