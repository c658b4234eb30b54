import { describe, expect, it, test } from 'vitest';
import { type SlackFailure, slackOutcome } from '../../../shared/destinations/slack/errors.ts';

const platform = (code: string, detail?: string): SlackFailure => ({
  kind: 'platform',
  code,
  ...(detail === undefined ? {} : { detail }),
});

describe('what a failed call to Slack means', () => {
  test.each([
    [{ kind: 'rate', retryAfterSeconds: 7 } as const, 7_000],
    [{ kind: 'rate', retryAfterSeconds: 0 } as const, 1_000],
    [{ kind: 'rate', retryAfterSeconds: Number.NaN } as const, 30_000],
    [{ kind: 'http', status: 429 } as const, 30_000],
    [platform('ratelimited'), 30_000],
    [platform('rate_limited'), 30_000],
    [platform('message_limit_exceeded'), 30_000],
  ])('%j waits %i ms', (failure, ms) => {
    expect(slackOutcome(failure, 'post')).toMatchObject({ is: 'wait', ms });
  });

  describe.each([
    [{ kind: 'http', status: 500 } as const],
    [{ kind: 'http', status: 503 } as const],
    [{ kind: 'http', status: 408 } as const],
    [{ kind: 'network', because: 'no answer in time' } as const],
    [platform('internal_error')],
    [platform('fatal_error')],
    [platform('request_timeout')],
  ])('%j', (failure) => {
    test.each(['post', 'reply', 'update'] as const)('may have let %s through', (call) => {
      expect(slackOutcome(failure, call).is).toBe('unsettled');
    });
    test.each(['find', 'remove'] as const)('lets %s simply be repeated', (call) => {
      expect(slackOutcome(failure, call).is).toBe('retry');
    });
  });

  test.each(['message_not_found', 'cant_update_message', 'edit_window_closed', 'thread_not_found'])(
    '%s: the card is gone',
    (code) => {
      expect(slackOutcome(platform(code), 'update')).toEqual({ is: 'gone', because: code });
    },
  );

  test.each([
    'invalid_blocks',
    'invalid_blocks_format',
    'msg_blocks_too_long',
    'msg_too_long',
    'too_many_attachments',
    'no_text',
  ])('%s: smaller, please', (code) => {
    expect(slackOutcome(platform(code, '/blocks/0'), 'post')).toEqual({
      is: 'too-big',
      because: `${code}: /blocks/0`,
    });
  });

  test.each([
    ['channel_not_found', '/invite @hansho'],
    ['not_in_channel', '/invite @hansho'],
    ['is_archived', 'unarchive it'],
    ['invalid_auth', 'SSM'],
    ['account_inactive', 'reinstall the app'],
    ['token_revoked', 'SSM'],
    ['missing_scope', 'Add the scope'],
    ['restricted_action', 'Slack administrator'],
  ])('%s: a person must mend it, and is told how', (code, step) => {
    const outcome = slackOutcome(platform(code), 'post');
    expect(outcome).toMatchObject({ is: 'broken', code });
    expect(outcome.is === 'broken' && outcome.hint).toContain(step);
  });

  it('says which scope is missing', () => {
    expect(slackOutcome(platform('missing_scope', 'channels:history'), 'find')).toMatchObject({
      is: 'broken',
      hint: expect.stringContaining('(channels:history)'),
    });
  });

  it('shows a code that it does not know, rather than to try for ever in silence', () => {
    expect(slackOutcome(platform('brand_new_reason'), 'post')).toMatchObject({
      is: 'broken',
      code: 'brand_new_reason',
    });
    expect(slackOutcome(platform('__proto__'), 'post').is).toBe('broken');
  });

  it('takes an answer that Slack never gives for a wrong address', () => {
    expect(slackOutcome({ kind: 'http', status: 404 }, 'post')).toMatchObject({
      is: 'broken',
      code: 'http_404',
    });
  });
});
