import { type JsonObject, text } from '../model/json.ts';
import { oneLine } from './words.ts';

/** Parts of log group names that say what kind of log or which stage it is, and not whose. */
const GENERAL = new Set(
  (
    'aws ecs eks rds sns lambda log logs service services app application error errors failure general slowquery audit postgresql ' +
    'upgrade performance containerinsights cluster instance vendedlogs prod production stg stage staging dev ' +
    'development test qa uat default'
  ).split(' '),
);

/** The name of the function whose log group this is, or null. Lambda@Edge puts its home region before the name. */
export function functionOf(logGroup: string): string | null {
  return (
    /^\/aws\/lambda\/(?:[a-z]{2}(?:-[a-z]{2,4})?-[a-z]{4,9}-\d\.)?([^/]{1,200})$/.exec(logGroup)?.[1] ?? null
  );
}

/** The function's name, else the last part of the group's name that says whose log it is. */
export function serviceOfGroup(logGroup: string): string {
  const fn = functionOf(logGroup);
  if (fn !== null) return oneLine(fn, 128);
  const parts = logGroup.split('/').filter((part) => part !== '');
  const own = parts.findLast((part) => !GENERAL.has(part.toLowerCase())) ?? parts.at(-1) ?? 'unknown';
  return oneLine(own, 128);
}

/** The service that a line names itself (Powertools, Datadog, ECS), or null. */
export function serviceIn(json: JsonObject | null): string | null {
  if (json === null) return null;
  const own = text(json, 'service') ?? text(json, 'service', 'name') ?? text(json, 'service.name') ?? '';
  return own === 'service_undefined' ? null : oneLine(own, 128) || null;
}
