import { LogLevel, WebClient } from '@slack/web-api';
import { type Json, text } from '../model/json.ts';

/**
 * Asks Slack one method, for a person at a terminal. What Slack refuses is an answer; only the network throws.
 * The scopes that a token has stand in the header of every answer: https://docs.slack.dev/authentication/installing-with-oauth
 */
export async function askSlack(
  apiUrl: string,
  token: string,
  method: string,
  args: { readonly [name: string]: string },
): Promise<{
  readonly error: string | null;
  readonly scopes: readonly string[] | null;
  readonly body: Json;
}> {
  const web = new WebClient(token, {
    ...(apiUrl === '' ? {} : { slackApiUrl: apiUrl }),
    retryConfig: { retries: 0 },
    timeout: 10_000,
    logLevel: LogLevel.ERROR,
  });
  try {
    const answer = await web.apiCall(method, args);
    const scopes = answer.response_metadata?.scopes ?? null;
    return { error: null, scopes, body: JSON.parse(JSON.stringify(answer)) as Json };
  } catch (error) {
    const code = text(error, 'data', 'error');
    if (code === null) throw error;
    return { error: code, scopes: null, body: null };
  }
}
