import { ErrorCode, type Logger, LogLevel, type WebAPICallError, WebClient } from '@slack/web-api';
import { at, isObject, type JsonObject, list, number, text } from '../model/json.ts';
import type { CardMark, Outcome, SlackCall } from '../model/telling.ts';
import type { Send } from '../pipeline/ports.ts';
import { boundedText, networkReason, neverLeft } from './http.ts';
import { SecretUnavailable } from './secrets.ts';

/** What went wrong with a call, as Slack or the network put it. */
export type SlackFailure =
  | { readonly kind: 'platform'; readonly code: string; readonly detail?: string }
  | { readonly kind: 'rate'; readonly retryAfterSeconds: number }
  | { readonly kind: 'http'; readonly status: number }
  | { readonly kind: 'network'; readonly because: string };

export interface SlackOptions {
  /** The bot token; asked for anew (`fresh`) once when Slack has refused it. */
  readonly token: (fresh?: boolean) => Promise<string>;
  /** `https://slack.com/api/`, or a stand-in's. */
  readonly apiUrl: string;
  /** The table that says what each failure means (destinations/slack/errors.ts). */
  readonly outcome: (failure: SlackFailure, call: SlackCall['do']) => Outcome;
  readonly timeoutMs?: number;
}

/** HTTP timeout 10 s < function timeout 30 s < lease 60 s. */
const TIMEOUT_MS = 10_000;
const ANSWER_BYTES = 8 * 1024 * 1024;
/** For a 429 that does not say how long. */
const RETRY_AFTER_S = 30;
const PAGES = 5;
const PAGE_MESSAGES = 100;
/** Slack's clock and ours may differ by so much when we look for a message of ours. */
const CLOCK_MARGIN_MS = 60_000;
const EVENT_TYPE = 'hansho';
/** The token may have been rotated since it was read: it is read again once. */
const REFUSED = new Set(['invalid_auth', 'not_authed', 'token_revoked', 'token_expired', 'account_inactive']);

/** Calls Slack's Web API. It neither retries nor waits: the outcome says what to do, the queue waits. */
export function makeSlack(options: SlackOptions): Send<SlackCall> {
  const ask = asking(options);
  return (call) => ask((web) => perform(web, call), call.do);
}

/** Whether Slack takes our token, asked without telling anybody anything: `absent` when it does. Otherwise as a look-up fails. */
export function makeSlackReady(options: SlackOptions): () => Promise<Outcome> {
  const ask = asking(options);
  const check = async (web: WebClient): Promise<Outcome> => {
    await web.apiCall('auth.test');
    return { is: 'absent' };
  };
  return () => ask(check, 'find');
}

type Work = (web: WebClient) => Promise<Outcome>;

function asking(options: SlackOptions): (work: Work, name: SlackCall['do']) => Promise<Outcome> {
  let client: { readonly token: string; readonly web: WebClient } | null = null;
  const connect = (token: string): WebClient => {
    if (client?.token !== token) client = { token, web: connection(token, options) };
    return client.web;
  };
  return async (work, name) => {
    try {
      const token = await options.token();
      const first = await attempt(connect(token), work);
      if (!wasRefused(first)) return toOutcome(first, name, options);
      const fresh = await options.token(true);
      return toOutcome(fresh === token ? first : await attempt(connect(fresh), work), name, options);
    } catch (error) {
      if (error instanceof SecretUnavailable) return withoutToken(error);
      throw error;
    }
  };
}

type Result = Outcome | SlackFailure;

function toOutcome(result: Result, name: SlackCall['do'], { outcome }: SlackOptions): Outcome {
  return 'is' in result ? result : outcome(result, name);
}

function wasRefused(result: Result): boolean {
  return 'kind' in result && result.kind === 'platform' && REFUSED.has(result.code);
}

function withoutToken({ mend, message }: SecretUnavailable): Outcome {
  return mend ? { is: 'broken', code: 'no_token', hint: message } : { is: 'retry', because: message };
}

async function attempt(web: WebClient, work: Work): Promise<Result> {
  try {
    return await work(web);
  } catch (error) {
    return failed(error);
  }
}

function perform(web: WebClient, call: SlackCall): Promise<Outcome> {
  switch (call.do) {
    case 'post':
      return told(web, 'chat.postMessage', {
        channel: call.channel,
        ...card(call),
        unfurl_links: false,
        unfurl_media: false,
        parse: 'none',
      });
    case 'update':
      return told(web, 'chat.update', { ...placeOf(call.handle), ...card(call) });
    case 'reply': {
      const { channel, ts } = placeOf(call.handle);
      return told(web, 'chat.postMessage', {
        channel,
        thread_ts: ts,
        reply_broadcast: call.broadcast,
        text: call.text,
        blocks: call.blocks,
        metadata: metadata(call.mark),
        unfurl_links: false,
        unfurl_media: false,
        parse: 'none',
      });
    }
    case 'find':
      return find(web, call);
    case 'remove':
      return remove(web, call.handle);
  }
}

/**
 * The colour bar exists only on an attachment, so the blocks under the head live in one. Empty lists are sent:
 * an update must take away what it no longer has.
 */
function card({
  text,
  head,
  blocks,
  color,
  mark,
}: Extract<SlackCall, { do: 'post' | 'update' }>): JsonObject {
  return {
    text,
    blocks: head,
    attachments: blocks.length === 0 ? [] : [{ color, fallback: text, blocks }],
    metadata: metadata(mark),
  };
}

function metadata({ incident, nonce }: CardMark): JsonObject {
  return { event_type: EVENT_TYPE, event_payload: { incident, nonce } };
}

/** A handle is `<channel id>/<ts>`; the ts stays a string, a number would lose its last digits. */
function placeOf(handle: string): { readonly channel: string; readonly ts: string } {
  const [channel = '', ts = ''] = handle.split('/');
  if (channel === '' || ts === '') throw new Error(`"${handle}" is not a Slack handle (channel/ts).`);
  return { channel, ts };
}

async function told(web: WebClient, method: string, args: JsonObject): Promise<Outcome> {
  const answer = await web.apiCall(method, args);
  const channel = text(answer, 'channel');
  const ts = text(answer, 'ts');
  if (channel === null || ts === null)
    return { is: 'unsettled', because: `${method} answered ok without saying where` };
  return { is: 'told', handle: `${channel}/${ts}` };
}

async function remove(web: WebClient, handle: string): Promise<Outcome> {
  await web.apiCall('chat.delete', placeOf(handle));
  return { is: 'told', handle };
}

/**
 * Looks for the message that carries this mark. When so many messages came since that it is not among those
 * looked at, it counts as absent: sending twice is better than not at all.
 */
async function find(web: WebClient, call: Extract<SlackCall, { do: 'find' }>): Promise<Outcome> {
  const method = call.thread === null ? 'conversations.history' : 'conversations.replies';
  const where = {
    channel: call.channel,
    ...(call.thread === null ? {} : { ts: call.thread.split('/').at(-1) ?? call.thread }),
    oldest: (Math.max(0, call.sinceMs - CLOCK_MARGIN_MS) / 1_000).toFixed(6),
    limit: PAGE_MESSAGES,
    include_all_metadata: true,
  };
  let cursor = '';
  for (let page = 0; page < PAGES; page += 1) {
    const answer = await web.apiCall(method, cursor === '' ? where : { ...where, cursor });
    const ours = list(answer, 'messages').find((message) => bears(message, call.mark));
    const ts = text(ours, 'ts');
    if (ts !== null) return { is: 'found', handle: `${call.channel}/${ts}` };
    cursor = text(answer, 'response_metadata', 'next_cursor') ?? '';
    if (cursor === '') break;
  }
  return { is: 'absent' };
}

function bears(message: unknown, mark: CardMark): boolean {
  return (
    at(message, 'metadata', 'event_type') === EVENT_TYPE &&
    at(message, 'metadata', 'event_payload', 'incident') === mark.incident &&
    at(message, 'metadata', 'event_payload', 'nonce') === mark.nonce
  );
}

// --- failures ---

/** What a thrown error of the client says happened. Anything else is our own fault and is thrown on. */
function failed(error: unknown): Result {
  if (!isCallError(error)) throw error;
  switch (error.code) {
    case ErrorCode.PlatformError:
      return platform(error.data);
    case ErrorCode.RateLimitedError:
      return { kind: 'rate', retryAfterSeconds: error.retryAfter };
    case ErrorCode.HTTPError:
      return { kind: 'http', status: error.statusCode };
    case ErrorCode.RequestError: {
      const because = networkReason(error.original);
      return neverLeft(error.original) ? { is: 'retry', because } : { kind: 'network', because };
    }
  }
}

function isCallError(error: unknown): error is WebAPICallError {
  return error instanceof Error && String(text(error, 'code')).startsWith('slack_webapi_');
}

/** `ok: false`. `ratelimited` comes in two forms; both mean the same. */
function platform(data: unknown): SlackFailure {
  const code = text(data, 'error') ?? 'unknown';
  if (code === 'ratelimited' || code === 'rate_limited') {
    return {
      kind: 'rate',
      retryAfterSeconds: number(data, 'response_metadata', 'retryAfter') ?? RETRY_AFTER_S,
    };
  }
  const said = [
    ...list(data, 'errors'),
    ...list(data, 'response_metadata', 'messages'),
    at(data, 'needed') ?? null,
  ];
  const detail = said
    .filter((part) => typeof part === 'string')
    .join('; ')
    .slice(0, 300);
  return { kind: 'platform', code, ...(detail === '' ? {} : { detail }) };
}

// --- connection ---

function connection(token: string, { apiUrl, timeoutMs = TIMEOUT_MS }: SlackOptions): WebClient {
  return new WebClient(token, {
    slackApiUrl: apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: timeoutMs,
    allowAbsoluteUrls: false,
    fetch: guardedFetch,
    logger: SILENT,
  });
}

/** Bounds the answer, and turns what the client would choke on into answers that it understands. */
async function guardedFetch(...args: Parameters<typeof fetch>): Promise<Response> {
  const response = await fetch(...args);
  const { status, headers } = response;
  if (status === 429 && !/^\d+$/.test(headers.get('retry-after') ?? '')) {
    return new Response(null, { status, headers: { 'retry-after': String(RETRY_AFTER_S) } });
  }
  const body = await boundedText(response, ANSWER_BYTES);
  if (status === 200 && !isJsonObject(body))
    throw new Error('the answer is not JSON; is SLACK_API_URL right?');
  return new Response(body === '' ? null : body, { status, headers });
}

function isJsonObject(body: string): boolean {
  try {
    return isObject(JSON.parse(body));
  } catch {
    return false;
  }
}

/** The client would print lines of its own into a log that is JSON. Every outcome is logged by the move. */
const quiet = (): void => {};
const SILENT: Logger = {
  debug: quiet,
  info: quiet,
  warn: quiet,
  error: quiet,
  setLevel: quiet,
  getLevel: () => LogLevel.ERROR,
  setName: quiet,
};
