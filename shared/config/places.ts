import type { DestinationKind } from '../model/decision.ts';
import { isObject } from '../model/json.ts';
import type { Severity } from '../model/severity.ts';
import { brief } from './problem.ts';
import { isSecret, NO_SECRETS } from './secret.ts';
import { bad, good, kindOf, type Read, readSeverity } from './words.ts';

/** Slack: names in lower case without spaces or dots, letters of any script; ids start with C or G. */
const CHANNEL_NAME = /^#[\p{Ll}\p{Lo}\p{Lm}\p{M}\p{N}_-]{1,80}$/u;
const CHANNEL_ID = /^[CG][A-Z0-9]{8,20}$/;

/** `#alert` or `C0123ABCD`: text that can only be a Slack channel. */
export function isSlackChannel(text: string): boolean {
  return CHANNEL_NAME.test(text) || CHANNEL_ID.test(text);
}

const PARAMETER = /^ssm:\/[A-Za-z0-9_./-]{1,1000}$/;
const SECRET = /^secretsmanager:[A-Za-z0-9_/+=.@:-]{1,1000}$/;

/** `ssm:/hansho/pagerduty/oncall` or `secretsmanager:…`: where a secret lies, never the secret itself. */
export function isReference(text: string): boolean {
  return PARAMETER.test(text) || SECRET.test(text);
}

/** The channel of `slack:`. */
export function readSlackChannel(value: unknown): Read<string> {
  if (value === null)
    return bad('is empty', 'a # starts a comment in YAML: put the channel in quotes, "#alert"');
  if (typeof value !== 'string') return bad(`must be a Slack channel, not ${kindOf(value)}`);
  if (isSlackChannel(value)) return good(value);
  if (isSecret(value))
    return bad(NO_SECRETS, 'name the channel: "#alert" or its id; the bot token lies in SSM');
  const name = `#${value
    .replace(/^#/, '')
    .toLowerCase()
    .replaceAll(/[\s.]+/g, '-')}`;
  const hint = isSlackChannel(name) ? `did you mean "${name}"?` : 'write "#alert", or the id C0123456789';
  return bad(`must be a Slack channel, not ${brief(value)}`, hint);
}

/** The key of `pagerduty:`, by reference. No message repeats the value: it may be the key. */
export function readReference(value: unknown): Read<string> {
  if (typeof value === 'string' && isReference(value)) return good(value);
  if (typeof value === 'string' && isSecret(value)) {
    return bad(NO_SECRETS, 'store it in SSM as a SecureString and write ssm:/hansho/pagerduty/oncall');
  }
  return bad(
    'must say where the routing key lies, not hold it',
    'write ssm:/hansho/pagerduty/oncall, or secretsmanager:NAME',
  );
}

const MENTION = /^(?:<!(?:here|channel|everyone)>|<!subteam\^[A-Z0-9]{3,20}>|<@[UW][A-Z0-9]{3,20}>)$/;

/** A Slack mention as Slack's API writes it. */
export function readMention(value: unknown): Read<string> {
  if (typeof value === 'string' && MENTION.test(value)) return good(value);
  const word = typeof value === 'string' ? /^@?(here|channel|everyone)$/.exec(value)?.[1] : undefined;
  const hint =
    word === undefined
      ? 'write <!here>, <!subteam^S0123456789> or <@U0123456789>'
      : `did you mean "<!${word}>"?`;
  return bad(`must be a Slack mention, not ${brief(value)}`, hint);
}

/** Who hears: a destination's name, or for teams a channel or a reference; with the severity that it hears from. */
export interface Listener {
  readonly to: string;
  readonly floor: Severity | null;
}

/** `slack-alert`, or `{ oncall: SEV2 }`. */
export function readListener(value: unknown): Read<Listener> {
  if (typeof value === 'string' && value !== '') return good({ to: value, floor: null });
  if (!isObject(value)) {
    return bad(`must be a destination's name, or { NAME: SEV2 }, not ${kindOf(value)}`, quoted(value));
  }
  const [entry, second] = Object.entries(value);
  if (entry === undefined || second !== undefined) return bad('must name one destination: { NAME: SEV2 }');
  const floor = readSeverity(entry[1]);
  if (floor.ok) return good({ to: entry[0], floor: floor.value });
  return bad(`hears from a severity, which ${floor.message}`, floor.suggestion);
}

function quoted(value: unknown): string | null {
  return value === null ? 'a # starts a comment in YAML: put text that starts with # in quotes' : null;
}

/** What `to` of a team's `slack` or `pagerduty` names directly; null when it can only be a destination's name. */
export function addressOf(kind: DestinationKind, to: string): string | null {
  const direct = kind === 'slack' ? isSlackChannel(to) : isReference(to);
  return direct ? `${kind}:${to}` : null;
}
