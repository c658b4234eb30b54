import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { at, isObject, type Json, type JsonObject, list, number, text } from '../shared/model/json.ts';
import { Faults, loseAnswer, refuseBy } from './faults.ts';
import { answerJson, listenForFunctions, readBody } from './http.ts';
import type { Outbox } from './outbox.ts';
import { parseJson } from './parse.ts';
import { makeRate, type Rate } from './rate.ts';
import { problemOf } from './slack-limits.ts';

/** A message as it stands now. */
export interface SlackMessage {
  /** `#alert`. */
  readonly channel: string;
  readonly channelId: string;
  readonly ts: string;
  /** The card it answers; null for a message of its own. */
  readonly threadTs: string | null;
  /** A reply that is shown in the channel too, and notifies there. */
  readonly broadcast: boolean;
  readonly text: string;
  readonly blocks: readonly Json[];
  readonly attachments: readonly Json[];
  readonly metadata: Json;
  readonly postedAt: number;
  readonly updatedAt: number;
  /** What it said before, oldest first. */
  readonly revisions: readonly { readonly at: number; readonly text: string }[];
}

export interface SlackStandIn {
  /** What SLACK_API_URL is set to. */
  readonly url: string;
  readonly faults: Faults;
  /** Every message, oldest first, as it stands now. */
  messages(): readonly SlackMessage[];
  /** Every call that was taken: its method and whose message. */
  readonly calls: readonly { readonly method: string; readonly channelId: string; readonly ts: string }[];
  /** Removes a message, as a person may. */
  remove(channelId: string, ts: string): void;
  close(): Promise<void>;
}

export interface SlackOptions {
  readonly outbox: Outbox;
  readonly onChange: (message: SlackMessage) => void;
  /** Hears of every call before it is answered, also of those that are refused. `channel`: `#alert`, or null for none. */
  readonly onCall?: (method: string, channel: string | null) => void;
  readonly clock: () => number;
  /** The documented rates; `false` takes everything at once. */
  readonly rates?: boolean;
}

interface Channel {
  readonly id: string;
  readonly name: string;
  readonly posts: Rate;
  readonly messages: Map<string, SlackMessage>;
}

/** docs.slack.dev/apis/web-api/rate-limits: one message a second and channel with short bursts; updates 50 a minute. */
const POSTS_PER_SECOND = 1;
const POST_BURST = 3;
const UPDATES_PER_SECOND = 50 / 60;
const UPDATE_BURST = 20;
const BODY_BYTES = 2 * 1024 * 1024;
const REVISIONS = 50;
const PAGE = 100;

/** A stand-in for Slack's Web API with Slack's own limits and errors: what passes here passes there. */
export async function startSlack(options: SlackOptions): Promise<SlackStandIn> {
  const { outbox, onChange, clock, rates = true } = options;
  const channels = new Map<string, Channel>();
  const faults = new Faults();
  const calls: { method: string; channelId: string; ts: string }[] = [];
  const updates = makeRate(UPDATES_PER_SECOND, UPDATE_BURST);
  let lastTs = 0;

  const channelNamed = (name: string): Channel => {
    const id = channelId(name);
    const known = channels.get(id);
    if (known !== undefined) return known;
    const made: Channel = {
      id,
      name: `#${name}`,
      posts: makeRate(POSTS_PER_SECOND, POST_BURST),
      messages: new Map(),
    };
    channels.set(id, made);
    return made;
  };
  const findChannel = (given: string): Channel | null =>
    channels.get(given) ??
    (CHANNEL_ID.test(given) ? null : CHANNEL_NAME.test(given) ? channelNamed(given.replace(/^#/, '')) : null);

  for (const kept of outbox.earlier('slack')) {
    const message = readMessage(kept);
    if (message === null) continue;
    const { messages } = channelNamed(message.channel.replace(/^#/, ''));
    if (at(kept, 'removed') === true) messages.delete(message.ts);
    else messages.set(message.ts, message);
    lastTs = Math.max(lastTs, Math.round(Number(message.ts) * 1e6));
  }

  /** Unique and rising, with the six digits that Slack gives. */
  const nextTs = (): string => {
    lastTs = Math.max(lastTs + 1, clock() * 1_000);
    return `${Math.floor(lastTs / 1e6)}.${String(lastTs % 1e6).padStart(6, '0')}`;
  };

  const keep = async (channel: Channel, message: SlackMessage, method: string): Promise<Reply> => {
    channel.messages.set(message.ts, message);
    calls.push({ method, channelId: channel.id, ts: message.ts });
    await outbox.record('slack', { ...message });
    onChange(message);
    return ok({ channel: channel.id, ts: message.ts, text: message.text });
  };

  const post = (args: JsonObject): Reply | Promise<Reply> => {
    const channel = findChannel(text(args, 'channel') ?? '');
    if (channel === null) return no('channel_not_found');
    const parts = partsOf(args);
    const problem = problemOf(parts, 'post');
    if (problem !== null) return no(problem.code, problem.details);
    const threadTs = text(args, 'thread_ts');
    if (threadTs !== null && !channel.messages.has(threadTs)) return no('message_not_found');
    const wait = rates ? channel.posts.take(clock()) : 0;
    if (wait > 0) return { limitedForMs: wait };
    const now = clock();
    return keep(
      channel,
      {
        channel: channel.name,
        channelId: channel.id,
        ts: nextTs(),
        threadTs,
        broadcast: threadTs !== null && text(args, 'reply_broadcast') === 'true',
        ...parts,
        metadata: parsed(at(args, 'metadata')),
        postedAt: now,
        updatedAt: now,
        revisions: [],
      },
      'chat.postMessage',
    );
  };

  const update = (args: JsonObject): Reply | Promise<Reply> => {
    const channel = channels.get(text(args, 'channel') ?? '');
    if (channel === undefined) return no('channel_not_found');
    const before = channel.messages.get(text(args, 'ts') ?? '');
    if (before === undefined) return no('message_not_found');
    const parts = partsOf(args);
    const problem = problemOf(parts, 'update');
    if (problem !== null) return no(problem.code, problem.details);
    const wait = rates ? updates.take(clock()) : 0;
    if (wait > 0) return { limitedForMs: wait };
    const metadata = at(args, 'metadata') === undefined ? before.metadata : parsed(at(args, 'metadata'));
    const revisions = [...before.revisions, { at: before.updatedAt, text: before.text }].slice(-REVISIONS);
    return keep(channel, { ...before, ...parts, metadata, updatedAt: clock(), revisions }, 'chat.update');
  };

  const remove = async (args: JsonObject): Promise<Reply> => {
    const channel = channels.get(text(args, 'channel') ?? '');
    if (channel === undefined) return no('channel_not_found');
    const message = channel.messages.get(text(args, 'ts') ?? '');
    if (message === undefined) return no('message_not_found');
    channel.messages.delete(message.ts);
    await outbox.record('slack', { ...message, removed: true });
    calls.push({ method: 'chat.delete', channelId: channel.id, ts: message.ts });
    onChange(message);
    return ok({ channel: channel.id, ts: message.ts });
  };

  const history = (args: JsonObject, threads: boolean): Reply => {
    const channel = channels.get(text(args, 'channel') ?? '');
    if (channel === undefined) return no('channel_not_found');
    const parent = text(args, 'ts');
    if (threads && !channel.messages.has(parent ?? '')) return no('thread_not_found');
    const all = [...channel.messages.values()].filter((m) =>
      threads ? m.threadTs === parent || m.ts === parent : m.threadTs === null || m.broadcast,
    );
    return page(threads ? all : all.reverse(), args);
  };

  const methods: ReadonlyMap<string, (args: JsonObject) => Reply | Promise<Reply>> = new Map([
    ['chat.postMessage', post],
    ['chat.update', update],
    ['chat.delete', remove],
    ['conversations.history', (args: JsonObject) => history(args, false)],
    ['conversations.replies', (args: JsonObject) => history(args, true)],
    [
      'auth.test',
      () =>
        ok({
          url: 'https://hansho-local.slack.com/',
          team: 'Hansho local',
          user: 'hansho',
          team_id: 'T0HANSHO00',
          user_id: 'U0HANSHO00',
          bot_id: 'B0HANSHO00',
        }),
    ],
  ]);

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const method = new URL(request.url ?? '/', 'http://localhost').pathname.split('/').at(-1) ?? '';
    const body = await readBody(request, BODY_BYTES);
    const args = argumentsOf(body?.toString('utf8') ?? '', request.headers['content-type'] ?? '');
    options.onCall?.(method, findChannel(text(args, 'channel') ?? '')?.name ?? null);
    const fault = faults.take(method);
    if (refuseBy(fault, response, (code) => answerJson(response, 200, { ok: false, error: code }))) return;
    const call = methods.get(method);
    const refused = tokenProblem(request.headers.authorization ?? '', args);
    const reply =
      call === undefined ? no('unknown_method') : refused !== null ? no(refused) : await call(args);
    if (await loseAnswer(fault, response)) return;
    if ('limitedForMs' in reply) {
      const seconds = String(Math.max(1, Math.ceil(reply.limitedForMs / 1_000)));
      answerJson(response, 429, { ok: false, error: 'ratelimited' }, { 'retry-after': seconds });
    } else answerJson(response, 200, reply.body, { 'x-oauth-scopes': SCOPES });
  };

  const server = await listenForFunctions(handle);
  return {
    url: `${server.url}/api/`,
    faults,
    calls,
    messages: () =>
      [...channels.values()].flatMap((c) => [...c.messages.values()]).sort((a, b) => (a.ts < b.ts ? -1 : 1)),
    remove: (channel, ts) => {
      channels.get(channel)?.messages.delete(ts);
    },
    close: () => server.close(),
  };
}

/** What docs/slack-app.yml asks for, as Slack states it with every answer. */
const SCOPES = 'chat:write,channels:history,groups:history,metadata.message:read';
const CHANNEL_ID = /^[CDG][A-Z0-9]{8,}$/;
const CHANNEL_NAME = /^#?[\p{L}\p{N}_-]{1,80}$/u;

/** The same for the same name, wherever and whenever. */
function channelId(name: string): string {
  const digits = createHash('sha256').update(name).digest('hex').slice(0, 16);
  return `C${BigInt(`0x${digits}`).toString(36).toUpperCase().padStart(13, '0').slice(-10)}`;
}

type Reply = { readonly body: JsonObject } | { readonly limitedForMs: number };

function ok(body: JsonObject): Reply {
  return { body: { ok: true, ...body } };
}

function no(error: string, details: readonly string[] = []): Reply {
  return {
    body: {
      ok: false,
      error,
      ...(details.length === 0 ? {} : { errors: details, response_metadata: { messages: details } }),
    },
  };
}

function page(messages: readonly SlackMessage[], args: JsonObject): Reply {
  const oldest = number(args, 'oldest') ?? 0;
  const latest = number(args, 'latest') ?? Number.POSITIVE_INFINITY;
  const limit = Math.min(number(args, 'limit') ?? PAGE, 999);
  const from = number(args, 'cursor') ?? 0;
  const within = messages.filter((m) => Number(m.ts) > oldest && Number(m.ts) < latest);
  const more = within.length > from + limit;
  const metadata = text(args, 'include_all_metadata') === 'true';
  return ok({
    messages: within.slice(from, from + limit).map((m) => ({
      type: 'message',
      ts: m.ts,
      text: m.text,
      bot_id: 'B0HANSHO00',
      ...(m.threadTs === null ? {} : { thread_ts: m.threadTs }),
      ...(metadata && m.metadata !== null ? { metadata: m.metadata } : {}),
    })),
    has_more: more,
    response_metadata: { next_cursor: more ? String(from + limit) : '' },
  });
}

function tokenProblem(authorization: string, args: JsonObject): string | null {
  const token = /^Bearer (.+)$/i.exec(authorization)?.[1] ?? text(args, 'token') ?? '';
  if (token === '') return 'not_authed';
  return /^xox[abep]-/.test(token) ? null : 'invalid_auth';
}

/** Form-encoded fields, some of which hold JSON; or a JSON body. */
function argumentsOf(body: string, contentType: string): JsonObject {
  if (contentType.includes('json')) {
    const value = parsed(body);
    return isObject(value) ? value : {};
  }
  return Object.fromEntries(new URLSearchParams(body));
}

function partsOf(args: JsonObject): Pick<SlackMessage, 'text' | 'blocks' | 'attachments'> {
  return {
    text: text(args, 'text') ?? '',
    blocks: list(parsed(at(args, 'blocks'))),
    attachments: list(parsed(at(args, 'attachments'))),
  };
}

function parsed(value: Json | undefined): Json {
  return (typeof value === 'string' ? parseJson(value) : value) ?? null;
}

function readMessage(value: JsonObject): SlackMessage | null {
  const [channel, id, ts] = [text(value, 'channel'), text(value, 'channelId'), text(value, 'ts')];
  if (channel === null || id === null || ts === null) return null;
  return {
    channel,
    channelId: id,
    ts,
    threadTs: text(value, 'threadTs'),
    broadcast: at(value, 'broadcast') === true,
    text: text(value, 'text') ?? '',
    blocks: list(value, 'blocks'),
    attachments: list(value, 'attachments'),
    metadata: at(value, 'metadata') ?? null,
    postedAt: number(value, 'postedAt') ?? 0,
    updatedAt: number(value, 'updatedAt') ?? 0,
    revisions: list(value, 'revisions').map((r) => ({
      at: number(r, 'at') ?? 0,
      text: text(r, 'text') ?? '',
    })),
  };
}
