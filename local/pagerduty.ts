import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { at, isObject, type Json, type JsonObject, list, text } from '../shared/model/json.ts';
import { Faults, loseAnswer, refuseBy } from './faults.ts';
import { answerJson, listenForFunctions, readBody } from './http.ts';
import type { Outbox } from './outbox.ts';
import { parseJson } from './parse.ts';
import { makeRate, type Rate } from './rate.ts';

/** One event that PagerDuty accepted. */
export interface PagerDutyEvent {
  readonly at: number;
  /** The end of the integration key: enough to tell services apart. */
  readonly key: string;
  readonly action: 'trigger' | 'acknowledge' | 'resolve';
  readonly dedupKey: string;
  /** What it did: a trigger opens or adds, an end without an open alert is dropped silently, as PagerDuty does. */
  readonly effect: 'opened' | 'repeated' | 'acknowledged' | 'resolved' | 'dropped';
  readonly body: JsonObject;
}

export interface PagerDutyAlert {
  readonly key: string;
  readonly dedupKey: string;
  readonly status: 'triggered' | 'acknowledged' | 'resolved';
  readonly severity: string;
  readonly summary: string;
}

export interface PagerDutyStandIn {
  /** What PAGERDUTY_EVENTS_URL is set to. */
  readonly url: string;
  readonly faults: Faults;
  /** Every accepted event, oldest first. */
  events(): readonly PagerDutyEvent[];
  /** The newest alert of each dedup key. */
  alerts(): readonly PagerDutyAlert[];
  close(): Promise<void>;
}

export interface PagerDutyOptions {
  readonly outbox: Outbox;
  readonly onChange: (event: PagerDutyEvent) => void;
  readonly clock: () => number;
  readonly rates?: boolean;
}

/** developer.pagerduty.com, Events API v2: about 120 calls a minute and key, 512 KB an event. */
const PER_SECOND = 2;
const BURST = 120;
const BODY_BYTES = 512 * 1024;
const ACTIONS = ['trigger', 'acknowledge', 'resolve'] as const;
const SEVERITIES = ['critical', 'error', 'warning', 'info'];

/** A stand-in for PagerDuty's Events API v2 with its rules, rates and answers. */
export async function startPagerDuty(options: PagerDutyOptions): Promise<PagerDutyStandIn> {
  const { outbox, onChange, clock, rates = true } = options;
  const faults = new Faults();
  const events: PagerDutyEvent[] = [];
  const alerts = new Map<string, PagerDutyAlert>();
  const perKey = new Map<string, Rate>();

  const apply = (event: Omit<PagerDutyEvent, 'effect'>): PagerDutyEvent => {
    const id = `${event.key}/${event.dedupKey}`;
    const before = alerts.get(id);
    const open = before !== undefined && before.status !== 'resolved' ? before : null;
    const done: PagerDutyEvent = { ...event, effect: effectOf(event.action, open !== null) };
    const after = alertAfter(done, open);
    if (after !== null) alerts.set(id, after);
    events.push(done);
    return done;
  };
  for (const kept of outbox.earlier('pagerduty')) {
    const event = readEvent(kept);
    if (event !== null) apply(event);
  }

  const rateOf = (key: string): Rate => {
    const rate = perKey.get(key) ?? makeRate(PER_SECOND, BURST);
    perKey.set(key, rate);
    return rate;
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const raw = await readBody(request, BODY_BYTES);
    const body = parseJson(raw?.toString('utf8') ?? '');
    const fault = faults.take(text(body, 'event_action') ?? '');
    const invalid = (errors: readonly string[]): void =>
      answerJson(response, 400, { status: 'invalid event', message: 'Event object is invalid', errors });
    if (refuseBy(fault, response, (code) => invalid([code]))) return;
    if (raw === null)
      return answerJson(response, 413, { status: 'too large', message: 'Event is larger than 512 KB' });
    if (request.method !== 'POST' || !(request.url ?? '').endsWith('/enqueue')) {
      return answerJson(response, 404, { status: 'not found', message: 'POST /v2/enqueue' });
    }
    const errors = errorsIn(body);
    if (errors.length > 0 || !isObject(body)) return invalid(errors);
    const routingKey = text(body, 'routing_key') ?? '';
    if (rates && rateOf(routingKey).take(clock()) > 0) {
      return answerJson(response, 429, {
        status: 'throttle exceeded',
        message: 'Requests for this service are arriving too quickly.',
      });
    }
    const { routing_key: _secret, ...rest } = body;
    const event = {
      at: clock(),
      key: routingKey.slice(-6),
      action: actionOf(body),
      dedupKey: text(body, 'dedup_key') ?? randomBytes(16).toString('hex'),
      body: rest,
    };
    const done = apply(event);
    await outbox.record('pagerduty', { ...event });
    onChange(done);
    if (await loseAnswer(fault, response)) return;
    answerJson(response, 202, { status: 'success', message: 'Event processed', dedup_key: event.dedupKey });
  };

  const server = await listenForFunctions(handle);
  return {
    url: `${server.url}/v2/enqueue`,
    faults,
    events: () => events,
    alerts: () => [...alerts.values()],
    close: () => server.close(),
  };
}

function effectOf(action: PagerDutyEvent['action'], open: boolean): PagerDutyEvent['effect'] {
  if (action === 'trigger') return open ? 'repeated' : 'opened';
  if (!open) return 'dropped';
  return action === 'resolve' ? 'resolved' : 'acknowledged';
}

function alertAfter(event: PagerDutyEvent, open: PagerDutyAlert | null): PagerDutyAlert | null {
  switch (event.effect) {
    case 'opened':
    case 'repeated':
      return {
        key: event.key,
        dedupKey: event.dedupKey,
        // Acknowledged stays acknowledged, however often it triggers again.
        status: open?.status ?? 'triggered',
        severity: text(event.body, 'payload', 'severity') ?? '',
        summary: text(event.body, 'payload', 'summary') ?? '',
      };
    case 'acknowledged':
      return open === null ? null : { ...open, status: 'acknowledged' };
    case 'resolved':
      return open === null ? null : { ...open, status: 'resolved' };
    case 'dropped':
      return null;
  }
}

/** What PagerDuty would say is wrong with an event. */
function errorsIn(body: Json | undefined): readonly string[] {
  if (!isObject(body)) return ['the body is not a JSON object'];
  const errors: string[] = [];
  const check = (fine: boolean, error: string): void => {
    if (!fine) errors.push(error);
  };
  check((text(body, 'routing_key') ?? '').length === 32, "'routing_key' must be 32 characters");
  check(
    ACTIONS.some((action) => action === body.event_action),
    `'event_action' must be one of ${ACTIONS.join(', ')}`,
  );
  check((text(body, 'dedup_key') ?? '').length <= 255, "'dedup_key' must be at most 255 characters");
  if (body.event_action === 'trigger') {
    const summary = text(body, 'payload', 'summary') ?? '';
    check(summary !== '', "'payload.summary' is missing or blank");
    check(summary.length <= 1_024, "'payload.summary' must be at most 1024 characters");
    check((text(body, 'payload', 'source') ?? '') !== '', "'payload.source' is missing or blank");
    check(
      SEVERITIES.includes(text(body, 'payload', 'severity') ?? ''),
      `'payload.severity' must be one of ${SEVERITIES.join(', ')}`,
    );
    const timestamp = text(body, 'payload', 'timestamp');
    check(timestamp === null || !Number.isNaN(Date.parse(timestamp)), "'payload.timestamp' is not ISO 8601");
    check(
      list(body, 'links').every((link) => text(link, 'href') !== null),
      "'links' must have 'href'",
    );
    check(
      list(body, 'images').every((image) => (text(image, 'src') ?? '').startsWith('https:')),
      "'images' must have an https 'src'",
    );
  } else check((text(body, 'dedup_key') ?? '') !== '', "'dedup_key' is missing or blank");
  return errors;
}

function actionOf(body: JsonObject): PagerDutyEvent['action'] {
  return ACTIONS.find((action) => action === body.event_action) ?? 'trigger';
}

function readEvent(value: JsonObject): Omit<PagerDutyEvent, 'effect'> | null {
  const body = at(value, 'body');
  const dedupKey = text(value, 'dedupKey');
  if (!isObject(body) || dedupKey === null) return null;
  const when = at(value, 'at');
  return {
    at: typeof when === 'number' ? when : 0,
    key: text(value, 'key') ?? '',
    action: actionOf(body),
    dedupKey,
    body,
  };
}
