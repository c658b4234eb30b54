import type { Place } from '../model/signal.ts';
import { once } from './encode.ts';
import { pageOf, serviceHome } from './pages.ts';

/** A place in the AWS console and the URL that opens it. */
export interface Link {
  readonly is: Place['is'];
  readonly url: string;
}

/**
 * AWS's own documentation and console: where links of findings and remedies may go. Hosts below them count. Domains
 * under which customers have hosts of their own (`amazonaws.com`, `awsapps.com`) are not among them.
 */
export const AWS_HOSTS: readonly string[] = [
  'aws.amazon.com',
  'repost.aws',
  'console.amazonaws.cn',
  'docs.amazonaws.cn',
  'www.amazonaws.cn',
  'console.amazonaws-us-gov.com',
];

/** Pages of the tools whose webhooks are read, where each customer's pages lie on the tool's own host. */
const TOOL_HOSTS: readonly string[] = [
  'datadoghq.com',
  'datadoghq.eu',
  'ddog-gov.com',
  'newrelic.com',
  'autify.com',
  'grafana.net',
];

/** The console's domain by partition. Others (the isolated regions) have none that could be linked to. */
const CONSOLES: ReadonlyMap<string, string> = new Map([
  ['aws', 'console.aws.amazon.com'],
  ['aws-cn', 'console.amazonaws.cn'],
  ['aws-us-gov', 'console.amazonaws-us-gov.com'],
]);

const LOG_WINDOW_MS = 60_000;
const QUERY_WINDOW_MS = 5 * 60_000;
const MAX_FIND_CHARS = 200;
/** Slack refuses a link of more than 3,000 characters. */
const MAX_URL_CHARS = 2_900;

interface Site {
  readonly partition: string;
  readonly region: string;
  /** `https://ap-northeast-1.console.aws.amazon.com` */
  readonly origin: string;
  /** The console without a region in its host: some services are linked there. */
  readonly global: string;
}

/**
 * Links to the places of a signal, in their order, one a place. Every name is encoded, so that a hostile one cannot
 * leave its part of the URL. AWS documents none of these forms (observed in the console): where a place cannot be
 * linked exactly, the link opens its service. Without a known partition or a region there are no links.
 */
export function linksFor(
  places: readonly Place[],
  where: { readonly region: string; readonly partition: string },
): readonly Link[] {
  const site = siteOf(where.region, where.partition);
  return places.flatMap((place) => {
    const url = place.is === 'web' ? allowedUrl(place.url, TOOL_HOSTS) : inConsole(place, site);
    return url === null ? [] : [{ is: place.is, url }];
  });
}

type InConsole = Exclude<Place, { readonly is: 'web' }>;

function inConsole(place: InConsole, site: Site | null): string | null {
  if (site === null) return null;
  const url = urlOf(place, site);
  return url.length <= MAX_URL_CHARS ? url : homeOf(place, site);
}

function siteOf(region: string, partition: string): Site | null {
  const domain = CONSOLES.get(partition);
  if (domain === undefined || !/^[a-z]{2,4}(?:-[a-z]{2,10}){1,3}-\d{1,2}$/.test(region)) return null;
  return { partition, region, origin: `https://${region}.${domain}`, global: `https://${domain}` };
}

function urlOf(place: InConsole, site: Site): string {
  switch (place.is) {
    case 'log-stream':
      return `${cloudwatch(site)}#logsV2:log-groups/log-group/${twice(place.group)}/log-events${streamAt(place.stream, place.at)}`;
    case 'logs-insights':
      return `${cloudwatch(site)}#logsV2:logs-insights$3FqueryDetail$3D${queryDetail(place.group, place.at, place.find)}`;
    case 'alarm':
      return `${cloudwatch(site)}#alarmsV2:alarm/${once(place.name)}`;
    case 'trace':
      return `${cloudwatch(site)}#xray:traces/${once(place.id)}`;
    case 'guardduty-finding':
      return `${service(site, 'guardduty')}#/findings?macros=current&fId=${once(lastPart(place.id))}`;
    case 'securityhub-finding':
      return place.v2 ? securityHubV2(place.id, site) : securityHub(place.id, site);
    case 'health-event':
      return `${health(site)}#/account/event-log?eventID=${arn(place.arn)}&eventTab=details`;
    case 'console':
      return pageOf(place.page, place.names, site);
  }
}

/** The page of the place's service, for names too long to link. */
function homeOf(place: InConsole, site: Site): string {
  switch (place.is) {
    case 'log-stream':
      return `${cloudwatch(site)}#logsV2:log-groups`;
    case 'logs-insights':
      return `${cloudwatch(site)}#logsV2:logs-insights`;
    case 'alarm':
      return `${cloudwatch(site)}#alarmsV2:`;
    case 'trace':
      return `${cloudwatch(site)}#xray:traces`;
    case 'guardduty-finding':
      return `${service(site, 'guardduty')}#/findings`;
    case 'securityhub-finding':
      return `${site.global}/securityhub/home?region=${site.region}#/findings`;
    case 'health-event':
      return `${health(site)}#/account/event-log`;
    case 'console':
      return serviceHome(place.page, site);
  }
}

function service(site: Site, name: string): string {
  return `${site.origin}/${name}/home?region=${site.region}`;
}

function cloudwatch(site: Site): string {
  return service(site, 'cloudwatch');
}

/** AWS Health has one page for all regions, on a host of its own in the standard partition. */
function health(site: Site): string {
  return site.partition === 'aws' ? 'https://health.aws.amazon.com/health/home' : service(site, 'health');
}

function securityHub(id: string, site: Site): string {
  return `${site.global}/securityhub/home?region=${site.region}#/findings?search=Id%3D%255Coperator%255C%253AEQUALS%255C%253A${once(id)}`;
}

function securityHubV2(id: string, site: Site): string {
  return `${site.global}/securityhub/v2/home?region=${site.region}#/findings?search=finding_info.uid%3D%255Coperator%255C%253AEQUALS%255C%253A${once(id)}`;
}

/** The stream (all streams when it is not known) around the moment. */
function streamAt(stream: string, at: number): string {
  const path = stream === '' ? '' : `/${twice(stream)}`;
  const span = spanAround(at, LOG_WINDOW_MS);
  return span === null ? path : `${path}$3Fstart$3D${span.start}$26end$3D${span.end}`;
}

/** A Logs Insights query as the console keeps it in the URL: its own notation, then encoded once more. */
function queryDetail(group: string, at: number, find: string | null): string {
  const span = spanAround(at, QUERY_WINDOW_MS);
  const time =
    span === null
      ? "end~0~start~-3600~timeType~'RELATIVE~unit~'seconds"
      : `end~'${value(iso(span.end))}~start~'${value(iso(span.start))}~timeType~'ABSOLUTE`;
  const detail = `~(${time}~tz~'UTC~editorString~'${value(query(find))}~isLiveTail~false~source~(~'${value(group)}))`;
  return detail
    .replaceAll('~', '$257E')
    .replaceAll('(', '$2528')
    .replaceAll(')', '$2529')
    .replaceAll("'", '$2527');
}

/** Logs Insights QL; `like "…"` finds the text anywhere in the message. */
function query(find: string | null): string {
  const words = (find ?? '')
    .replace(/[\u0000-\u001F\u007F\u2028\u2029]+/g, ' ')
    .trim()
    .slice(0, MAX_FIND_CHARS)
    .replace(/[\uD800-\uDBFF]$/, '');
  // A mark of the redaction is in no log line.
  const filter =
    words === '' || words.includes('[REDACTED:')
      ? ''
      : `| filter @message like "${words.replace(/["\\]/g, '\\$&')}"\n`;
  return `fields @timestamp, @message, @logStream\n${filter}| sort @timestamp asc\n| limit 1000`;
}

function spanAround(at: number, around: number): { readonly start: number; readonly end: number } | null {
  if (!Number.isFinite(at) || at <= around || at > 8e15 - around) return null;
  return { start: Math.floor(at) - around, end: Math.floor(at) + around };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

/** CloudWatch's log pages: encoded twice, with `$` for `%`. */
function twice(text: string): string {
  return encodeURIComponent(once(text)).replaceAll('%', '$');
}

/** A string in the console's query notation: `*` for `%`, and no character that the notation uses itself. */
function value(text: string): string {
  const escaped = once(text).replace(/['()*~!]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
  return escaped.replaceAll('%', '*');
}

/** An ARN reads better with its own separators, which mean nothing there. */
function arn(text: string): string {
  return once(text).replaceAll('%3A', ':').replaceAll('%2F', '/');
}

/** A GuardDuty finding's id, also out of its ARN. */
function lastPart(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1);
}

const MAX_FOREIGN_URL_CHARS = 2_000;

/**
 * A URL that an event brought, normalised, if it may become a link: https on its usual port, a host that is listed
 * or lies below a listed one, no user, no control, blank or invisible characters. null otherwise: it stays text.
 */
export function allowedUrl(url: string, hosts: readonly string[]): string | null {
  if (url.length > MAX_FOREIGN_URL_CHARS || !/^https:\/\/[!-~]+$/i.test(url) || url.includes('\\'))
    return null;
  const parsed = URL.parse(url);
  if (parsed === null || parsed.protocol !== 'https:' || parsed.port !== '') return null;
  if (parsed.username !== '' || parsed.password !== '' || /^[^/?#]*@/.test(url.slice(8))) return null;
  const host = parsed.hostname;
  const listed = hosts.some((allowed) => host === allowed || host.endsWith(`.${allowed}`));
  // A bar, a bracket or a quote in a link's address would end it early where it is shown.
  return listed
    ? parsed.href.replace(/[|<>"'`]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
    : null;
}
