import type { JsonObject } from '../model/json.ts';
import type { SeverityRule } from '../model/rules.ts';
import type { Severity } from '../model/severity.ts';

/** Where built-in rules stand: in no file of the operator's. */
export const AT = 'built-in';

/** A built-in rule; `severity` null: never an incident. */
export function rule(name: string, severity: Severity | null, match: JsonObject, why: string): SeverityRule {
  return { name, match, severity, channel: null, why, runbook: null, shadow: false, at: AT };
}

/** A rule on the facts (`fields`) of one source; null: whatever its other rules leave. */
export function finding(
  source: string,
  name: string,
  severity: Severity | null,
  fields: JsonObject | null,
  why: string,
): SeverityRule {
  return rule(name, severity, fields === null ? { source: [source] } : { source: [source], fields }, why);
}
