/** A PagerDuty routing key, a Slack token, a Slack webhook. */
const SECRETS = [/^[0-9a-zA-Z]{32}$/, /^xox[a-z]-/i, /^https:\/\/hooks\.slack\.com\//i];

/** What is said of a secret in the file. */
export const NO_SECRETS = 'looks like a secret: secrets do not belong in this file';

/** True for text that looks like a secret; no message may repeat it. */
export function isSecret(text: string): boolean {
  return SECRETS.some((secret) => secret.test(text));
}
