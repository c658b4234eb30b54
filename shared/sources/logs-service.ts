import { type JsonObject, text } from '../model/json.ts';
import { oneLine } from './words.ts';

/** Parts of log group names that say what kind of log or which stage it is, and not whose. */
const GENERAL = new Set(
  (
    'aws ecs eks rds lambda log logs service services app application error errors general slowquery audit postgresql ' +
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
function serviceOfGroup(logGroup: string): string {
  const fn = functionOf(logGroup);
  if (fn !== null) return fn;
  const parts = logGroup.split('/').filter((part) => part !== '');
  return parts.findLast((part) => !GENERAL.has(part.toLowerCase())) ?? parts.at(-1) ?? 'unknown';
}

/** The service a line belongs to: as the line names it itself (Powertools, Datadog, ECS), else by its log group. */
export function serviceOf(logGroup: string, json: JsonObject | null): string {
  const own = text(json, 'service') ?? text(json, 'service', 'name') ?? text(json, 'service.name') ?? '';
  const named = own === 'service_undefined' ? '' : oneLine(own, 128);
  return named === '' ? oneLine(serviceOfGroup(logGroup), 128) : named;
}
