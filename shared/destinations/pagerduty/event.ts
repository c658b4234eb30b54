import { isObject, type Json, type JsonObject } from '../../model/json.ts';
import type { Severity } from '../../model/severity.ts';
import { linksOf } from '../links.ts';
import type { PlanInput } from '../plan.ts';
import { type Story, storyOf } from '../story.ts';
import { clean, cut, oneLine } from '../text.ts';
import { iso } from '../times.ts';

/** PagerDuty's limits (developer docs, Events API v2, "Trigger events"): characters, and bytes of the whole event. */
export const LIMITS = { summary: 1_024, field: 255, bytes: 512 * 1_024 } as const;
/** The routing key that the adapter adds, and room to spare, bytes. */
const SPARE_BYTES = 1_024;
/** How much of an event is sent, by how often it was refused as too big, bytes. */
const BYTES = [LIMITS.bytes - SPARE_BYTES, 64 * 1_024, 8 * 1_024] as const;
const LINKS = { count: 10, each: 3_000, characters: 5_000 } as const;
const MESSAGE_CHARS = 16_000;
const DETAIL_CHARS = 1_000;

/** PagerDuty knows four severities and refuses any other word. */
const SEVERITIES: { readonly [S in Severity]: 'critical' | 'error' | 'warning' | 'info' } = {
  SEV1: 'critical',
  SEV2: 'critical',
  SEV3: 'error',
  SEV4: 'warning',
  SEV5: 'info',
};

/** A trigger's body but for its routing key. */
export function triggerBody(input: PlanInput, dedupKey: string): JsonObject {
  const { incident, report } = input.telling;
  const story = storyOf(input);
  const { severity, service, title, words } = story;
  const body: JsonObject = {
    event_action: 'trigger',
    dedup_key: dedupKey,
    payload: {
      summary: cut(`${severity} · ${service} · ${title}`, LIMITS.summary),
      severity: SEVERITIES[severity],
      source: field(report.resource ?? report.logGroup ?? report.service) || 'unknown',
      component: field(report.service),
      group: field(report.team ?? report.account),
      class: field(report.kind),
      timestamp: iso(incident.facts.first),
      custom_details: details(input, story),
    },
    links: linksOf(report, words, input.timezone, LINKS).map(({ text, url }) => ({ href: url, text })),
    client: 'Hansho',
  };
  return toFit(body, BYTES[input.delivery.shrink]);
}

/** Ends the alert with this key. */
export function resolveBody(dedupKey: string): JsonObject {
  return { event_action: 'resolve', dedup_key: dedupKey };
}

/** Keys in English whatever the language: orchestration rules read them. */
function details({ telling: { incident, report } }: PlanInput, story: Story): JsonObject {
  const { facts, knownSince } = incident;
  const all: { readonly [key: string]: Json } = {
    sev: story.severity,
    state: story.state,
    title: cut(story.title, DETAIL_CHARS),
    what_to_do: story.whatToDo,
    stands_for: story.standsFor,
    told_late: story.lateBy,
    called: story.called,
    runbook: detail(report.runbook),
    message: cut(clean(report.message), MESSAGE_CHARS),
    count: facts.count,
    first: iso(facts.first),
    last: iso(facts.last),
    occurrence: facts.occurrence,
    known_since: knownSince === null ? null : iso(knownSince),
    team: detail(report.team),
    account: detail(report.account),
    region: detail(report.region),
    log_group: detail(report.logGroup),
    resource: detail(report.resource),
    source: detail(report.source),
    kind: detail(report.kind),
    why: story.why,
    incident: incident.id,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null));
}

function detail(value: string | null): string | null {
  return value === null ? null : cut(oneLine(value), DETAIL_CHARS);
}

function field(value: string): string {
  return cut(oneLine(value), LIMITS.field);
}

/** Halves the longest text of the details until the event fits. */
function toFit(body: JsonObject, bytes: number): JsonObject {
  let fitting = body;
  while (bytesOf(fitting) > bytes) {
    const payload = isObject(fitting.payload) ? fitting.payload : {};
    const all = isObject(payload.custom_details) ? payload.custom_details : {};
    const [key, longest] = longestText(all);
    if (longest.length <= 1) return fitting;
    const shorter = { ...all, [key]: cut(longest, Math.floor(longest.length / 2)) };
    fitting = { ...fitting, payload: { ...payload, custom_details: shorter } };
  }
  return fitting;
}

function longestText(details: JsonObject): readonly [string, string] {
  return Object.entries(details).reduce<readonly [string, string]>(
    (best, [key, value]) =>
      typeof value === 'string' && value.length > best[1].length ? [key, value] : best,
    ['', ''],
  );
}

function bytesOf(body: JsonObject): number {
  return new TextEncoder().encode(JSON.stringify(body)).length;
}
