import type { Outcome, SlackCall } from '../../model/telling.ts';

/** What went wrong with a call, as Slack or the network put it. */
export type SlackFailure =
  /** `ok: false` with Slack's own code, and what it adds (which scope is needed, which block is wrong). */
  | { readonly kind: 'platform'; readonly code: string; readonly detail?: string }
  | { readonly kind: 'rate'; readonly retryAfterSeconds: number }
  | { readonly kind: 'http'; readonly status: number }
  | { readonly kind: 'network'; readonly because: string };

type Kind = 'wait' | 'trouble' | 'gone' | 'too-big' | 'broken';

/** For a limit that does not say how long it lasts. */
const WAIT_MS = 30_000;
/** Never believe a shorter wait than this: sending on through a 429 can get the app disabled for good. */
const WAIT_LEAST_MS = 1_000;

const TOKEN =
  'Store a new bot token in SSM under the name that HANSHO_SLACK_TOKEN gives; it is read again within minutes.';
const JOIN = 'Invite the app: write /invite @hansho in the channel.';
const SCOPE = 'Add the scope to the app under "OAuth & Permissions", then reinstall it to the workspace.';
const POLICY =
  'A workspace setting forbids it: ask a Slack administrator to let the app post in this channel.';

/** Slack's codes (docs.slack.dev, chat.postMessage and chat.update, "Errors"): what each means here, and the next step. */
const CODES: ReadonlyMap<string, readonly [Kind, string]> = new Map([
  ['ratelimited', ['wait', '']],
  ['rate_limited', ['wait', '']],
  ['message_limit_exceeded', ['wait', '']],

  ['internal_error', ['trouble', '']],
  ['fatal_error', ['trouble', '']],
  ['request_timeout', ['trouble', '']],
  ['service_unavailable', ['trouble', '']],
  ['team_added_to_org', ['trouble', '']],

  ['message_not_found', ['gone', '']],
  ['cant_update_message', ['gone', '']],
  ['edit_window_closed', ['gone', '']],
  ['thread_not_found', ['gone', '']],
  ['cannot_reply_to_message', ['gone', '']],

  ['invalid_blocks', ['too-big', '']],
  ['invalid_blocks_format', ['too-big', '']],
  ['invalid_attachments', ['too-big', '']],
  ['msg_blocks_too_long', ['too-big', '']],
  ['msg_too_long', ['too-big', '']],
  ['too_many_attachments', ['too-big', '']],
  ['attachment_payload_limit_exceeded', ['too-big', '']],
  ['no_text', ['too-big', '']],

  [
    'channel_not_found',
    ['broken', `No such channel, or a private one without the app. Correct its name in hansho.yml. ${JOIN}`],
  ],
  ['not_in_channel', ['broken', JOIN]],
  ['is_archived', ['broken', 'The channel is archived: unarchive it, or name another in hansho.yml.']],
  ['is_inactive', ['broken', 'The channel is frozen: name another in hansho.yml.']],
  ['not_authed', ['broken', `No token was sent. ${TOKEN}`]],
  ['invalid_auth', ['broken', `The token is not valid. ${TOKEN}`]],
  ['account_inactive', ['broken', `The token's app or user was removed: reinstall the app. ${TOKEN}`]],
  ['token_revoked', ['broken', `The token was revoked. ${TOKEN}`]],
  ['token_expired', ['broken', `The token has expired. ${TOKEN}`]],
  [
    'org_login_required',
    [
      'broken',
      'The workspace is being moved to an organisation: try again when that is done, then check the token.',
    ],
  ],
  ['missing_scope', ['broken', SCOPE]],
  ['cant_delete_message', ['broken', 'Only the app that posted a message can remove it: remove it by hand.']],
  ['compliance_exports_prevent_deletion', ['broken', POLICY]],
  ['not_allowed_token_type', ['broken', 'This needs a bot token (xoxb-…), not a user or app token.']],
  ['no_permission', ['broken', SCOPE]],
  ['access_denied', ['broken', POLICY]],
  ['ekm_access_denied', ['broken', POLICY]],
  ['restricted_action', ['broken', POLICY]],
  ['restricted_action_read_only_channel', ['broken', POLICY]],
  ['restricted_action_thread_only_channel', ['broken', POLICY]],
  ['restricted_action_non_threadable_channel', ['broken', POLICY]],
  ['team_access_not_granted', ['broken', 'The app is not installed in this workspace: install it there.']],
  [
    'metadata_must_be_sent_from_app',
    ['broken', 'This needs the token of an app, not of a user: store a bot token (xoxb-…).'],
  ],
]);

/**
 * What a failed call means for the message. A post, reply or update that failed without a clear no may have landed, or
 * may still land over a newer one: `unsettled`. Look-ups may simply be repeated. A code that is not in the table is
 * `broken`, so that a person sees it: trying again for ever would hide it.
 */
export function slackOutcome(failure: SlackFailure, call: SlackCall['do']): Outcome {
  switch (failure.kind) {
    case 'rate':
      return wait(failure.retryAfterSeconds * 1_000, 'Slack answered 429');
    case 'network':
      return trouble(failure.because, call);
    case 'http':
      return failure.status === 429 ? wait(WAIT_MS, 'Slack answered 429') : httpOutcome(failure.status, call);
    case 'platform':
      return platformOutcome(failure.code, failure.detail ?? '', call);
  }
}

function httpOutcome(status: number, call: SlackCall['do']): Outcome {
  const because = `Slack answered HTTP ${status}`;
  if (status >= 500 || status === 408) return trouble(because, call);
  if (status === 413) return { is: 'too-big', because };
  return {
    is: 'broken',
    code: `http_${status}`,
    hint: `${because}, which its API never should: check SLACK_API_URL and any proxy between.`,
  };
}

function platformOutcome(code: string, detail: string, call: SlackCall['do']): Outcome {
  const because = detail === '' ? code : `${code}: ${detail}`;
  const [kind, hint] = CODES.get(code) ?? [
    'broken',
    `Slack gave a reason that Hansho does not know. Look it up: docs.slack.dev, chat.postMessage, "Errors".`,
  ];
  switch (kind) {
    case 'wait':
      return wait(WAIT_MS, because);
    case 'trouble':
      return trouble(because, call);
    case 'gone':
      return { is: 'gone', because };
    case 'too-big':
      return { is: 'too-big', because };
    case 'broken':
      return { is: 'broken', code, hint: detail === '' ? hint : `${hint} (${detail})` };
  }
}

function wait(ms: number, because: string): Outcome {
  return { is: 'wait', ms: Number.isFinite(ms) ? Math.max(ms, WAIT_LEAST_MS) : WAIT_MS, because };
}

function trouble(because: string, call: SlackCall['do']): Outcome {
  switch (call) {
    case 'post':
    case 'reply':
    case 'update':
      return { is: 'unsettled', because };
    case 'find':
    case 'remove':
      return { is: 'retry', because };
  }
}
