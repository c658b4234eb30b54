import { type JsonObject, text } from '../model/json.ts';
import type { Level, LevelReading, Request } from '../model/level.ts';
import { type Line, says } from './line.ts';

/** A URL may be long; what follows the status is not looked at. */
const LOOK = 4_096;
const MAX_ROUTE = 160;

/** One access log format; groups 1 to 3 of the pattern are method, path and status, in the order given. */
interface Format {
  readonly name: string;
  readonly pattern: RegExp;
  readonly order: readonly [method: number, path: number, status: number];
}

/**
 * nginx and Apache: https://httpd.apache.org/docs/2.4/logs.html#combined. ALB:
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html. CloudFront:
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html
 */
const FORMATS: readonly Format[] = [
  {
    name: 'nginx or Apache',
    pattern:
      /^(?:[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}(?::\d{1,5})? )?(?=[\w-]{0,63}[.:])[\w.:-]{2,255} \S{1,64} \S{1,128} \[\d\d\/[A-Z][a-z]{2}\/\d{4}:[^\]]{5,30}\] "([A-Z]{3,10}) ([^"\s]{1,3000})(?: HTTP\/[\d.]{1,4})?" (\d{3})(?= |$)/,
    order: [1, 2, 3],
  },
  {
    name: 'ALB',
    pattern:
      /^(?:https?|h2|grpcs?|wss?) \d{4}-\d\d-\d\dT\S{9,20} \S{1,255} \S{1,64} \S{1,64} \S{1,12} \S{1,12} \S{1,12} (\d{3}) \S{1,3} \d{1,15} \d{1,15} "([A-Z]{3,10}) [a-z]{2,6}:\/\/[^/"\s]{1,255}(\/[^"\s]{0,3000})/,
    order: [2, 3, 1],
  },
  {
    name: 'CloudFront',
    pattern:
      /^\d{4}-\d\d-\d\d\t\d\d:\d\d:\d\d\t[^\t]{1,20}\t\d{1,15}\t[^\t]{1,64}\t([A-Z]{3,10})\t[^\t]{1,255}\t([^\t]{1,3000})\t(\d{3})(?=\t)/,
    order: [1, 2, 3],
  },
  {
    name: 'Gin',
    pattern:
      /^\[GIN\] \d{4}\/\d\d\/\d\d - \d\d:\d\d:\d\d \| {0,3}(\d{3}) \|[^|]{1,40}\|[^|]{1,64}\| {0,3}([A-Z]{3,10}) {1,10}"([^"]{1,3000})"/,
    order: [2, 3, 1],
  },
];

/** Cheap to look for: one of these begins, or follows the client's name in, every line of those formats. */
const MAY_BE =
  /^(?:(?:https?|h2|grpcs?|wss?) \d{4}-|\d{4}-\d\d-\d\d\t\d|\[GIN\] |(?:\S{1,255} ){3,4}\[\d\d\/[A-Z])/;

/** A part of a path that names one thing and not a kind of thing. */
const ID = /^(?=.*\d)(?!v\d{1,2}$)(?!.*\.\w{2,4}$)|^[\w-]{33,}$|%|=|@/;

/** `/orders/4711/items` as `/orders/:id/items`, without its query: one route, whichever order. */
function routeOf(path: string): string {
  const [plain = ''] = path.split(/[?#]/, 1);
  const parts = plain.split('/').map((part) => (ID.test(part.slice(0, 200)) ? ':id' : part));
  return parts.join('/').slice(0, MAX_ROUTE) || '/';
}

function levelOfStatus(status: number): Level | null {
  if (status >= 500 && status < 600) return 'ERROR';
  return status >= 400 && status < 500 ? 'WARNING' : null;
}

function requestOf(request: Request, name: string, json: JsonObject): LevelReading {
  const { route, status } = request;
  const evidence = `status ${status} of an access log line (${name})`;
  return { ...says(levelOfStatus(status), evidence, `${route} answered ${status}`, json), request };
}

/**
 * A line of an access log. It has no level of its own; the status says what a level does not: 5xx ERROR, 4xx
 * WARNING, whose rate is judged later. Words in its URL are never a level.
 */
export function readAccess(line: Line): LevelReading | null {
  if (!MAY_BE.test(line.head)) return null;
  const start = line.text.slice(0, LOOK);
  for (const { name, pattern, order } of FORMATS) {
    const found = pattern.exec(start);
    if (found === null) continue;
    const [method = '', path = '', status = ''] = order.map((group) => found[group]);
    const route = `${method} ${routeOf(path)}`;
    const fields = { method, path: path.split('?', 1)[0] ?? '', route, status: Number(status) };
    return requestOf({ route, status: Number(status) }, name, fields);
  }
  return null;
}

const STATUS = ['status', 'statusCode', 'status_code', 'sc-status', 'responseStatus'];
const METHOD = ['httpMethod', 'method', 'requestMethod', 'request_method', 'verb', 'cs-method'];
/** What already names the route, ids left out. */
const ROUTE = ['resourcePath', 'routeKey'];
const PATH = ['path', 'requestPath', 'uri', 'request_uri', 'url', 'cs-uri-stem'];
const REQUEST_LINE = /^([A-Z]{3,10}) (\S{1,3000})(?: HTTP\/[\d.]{1,4})?$/;

function first(json: JsonObject, keys: readonly string[]): string | null {
  for (const key of keys) {
    const value = Object.hasOwn(json, key) ? json[key] : null;
    if (typeof value === 'number') return String(value);
    if (typeof value === 'string' && value !== '' && value !== '-') return value;
  }
  return null;
}

function routeIn(json: JsonObject): string | null {
  const line = REQUEST_LINE.exec(text(json, 'request') ?? '');
  if (line !== null) return `${line[1]} ${routeOf(line[2] ?? '')}`;
  const named = first(json, ROUTE);
  const path = first(json, PATH);
  const route = named ?? (path === null ? null : routeOf(path));
  const method = first(json, METHOD);
  if (route === null) return null;
  if (/^[A-Z]{3,10} \//.test(route)) return route.slice(0, MAX_ROUTE);
  return method === null ? null : `${method} ${route.slice(0, MAX_ROUTE)}`;
}

/** An access log's JSON line (API Gateway, nginx, CloudFront): a status beside a method and a path, and no level. */
export function readAccessJson(json: JsonObject): LevelReading | null {
  const status = first(json, STATUS);
  if (status === null || !/^[1-5]\d\d$/.test(status)) return null;
  const route = routeIn(json);
  return route === null ? null : requestOf({ route, status: Number(status) }, 'JSON', json);
}
