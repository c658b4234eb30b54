import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { isObject } from '../model/json.ts';
import { webhookEvent } from '../sources/webhook.ts';
import { type IntakeDeps, intakeEvent } from './intake.ts';

/** A posted request, without what Lambda wraps it in. */
export interface WebhookRequest {
  readonly method: string;
  /** `/datadog` or `/webhook/datadog`. */
  readonly path: string;
  /** Header names in lower case. */
  readonly headers: { readonly [name: string]: string | undefined };
  readonly query: { readonly [name: string]: string | undefined };
  readonly body: Buffer;
  readonly id: string;
}

export interface WebhookAnswer {
  readonly status: 202 | 400 | 401 | 404 | 405 | 413;
  readonly body: { readonly signals: number } | { readonly error: string };
}

export interface WebhookDeps extends IntakeDeps {
  /** The secret that tokens are signed with; two, apart by blanks, while one takes the other's place. */
  secret(): Promise<string>;
}

/** Far more than any alert, far less than what Lambda takes (6 MB). */
export const MAX_WEBHOOK_BYTES = 1024 * 1024;
/** Shorter ones can be guessed. */
const SHORTEST_SECRET = 16;
const NAME = /^\/(?:webhook\/)?([a-z][a-z0-9-]{0,31})\/?$/;

/** The name in `/<name>` or `/webhook/<name>`: a small letter, then letters, digits and hyphens; null for other paths. */
export function webhookName(path: string): string | null {
  return NAME.exec(path)?.[1] ?? null;
}

/**
 * Takes what another tool posts to `/<name>`, when it brings the token that is signed for that name. A stranger
 * learns nothing but that. What the sender did wrong is answered; what we could not do is thrown, which the sender
 * sees as a 5xx and tries again.
 * @throws NotQueued, SecretUnavailable, or an Error when no secret is long enough.
 */
export async function takeWebhook(request: WebhookRequest, deps: WebhookDeps): Promise<WebhookAnswer> {
  const name = webhookName(request.path);
  if (name === null) {
    return refuse(
      404,
      'There is nothing here. Post to /<name>: small letters, digits and hyphens, such as /datadog.',
    );
  }
  if (request.method !== 'POST') return refuse(405, 'Only POST is taken here.');
  if (!isSigned(name, tokenOf(request), await deps.secret())) {
    deps.log.warn('webhook refused', { name, because: 'no token, or not the one for this name' });
    return refuse(
      401,
      `The token for "${name}" is missing or wrong. Send it as "Authorization: Bearer <token>", "X-Hansho-Token: <token>" or "?token=<token>".`,
    );
  }
  if (request.body.length > MAX_WEBHOOK_BYTES) {
    return refuse(
      413,
      `The body is longer than ${MAX_WEBHOOK_BYTES} bytes. Send fewer alerts in one request.`,
    );
  }
  const body = parse(request.body);
  if (!isObject(body)) return refuse(400, 'The body is not a JSON object. Send one, as application/json.');
  const event = webhookEvent(name, body, { id: request.id, region: deps.region, time: deps.clock() });
  return { status: 202, body: { signals: (await intakeEvent(event, deps)).signals } };
}

/**
 * The token for one name: HMAC-SHA256 of the name, in hex. A token that leaks opens its own name only, and the
 * secret itself is at no sender. docs/webhooks.md has it as a line of shell.
 */
export function tokenFor(name: string, secret: string): string {
  return createHmac('sha256', secret).update(name).digest('hex');
}

function isSigned(name: string, token: string, secrets: string): boolean {
  const usable = secrets.split(/\s+/).filter((secret) => secret.length >= SHORTEST_SECRET);
  if (usable.length === 0) {
    throw new Error(
      `The webhook secret is shorter than ${SHORTEST_SECRET} characters: store a longer one (docs/webhooks.md).`,
    );
  }
  // Every secret is tried, so that the time says nothing about which of them is near.
  return usable.map((secret) => isSame(token, tokenFor(name, secret))).includes(true);
}

/** Hashed first, because only texts of one length can be compared in constant time. */
function isSame(a: string, b: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(a), hash(b));
}

function tokenOf({ headers, query }: WebhookRequest): string {
  const bearer = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  return bearer ?? headers['x-hansho-token'] ?? query.token ?? '';
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return null;
  }
}

function refuse(status: WebhookAnswer['status'], error: string): WebhookAnswer {
  return { status, body: { error } };
}
