import { parseJson } from '../model/cut-json.ts';
import { at, isObject, type JsonObject, number, text } from '../model/json.ts';
import type { LevelReading } from '../model/level.ts';
import { says } from './line.ts';

/**
 * SNS writes how it delivered each message to `sns/REGION/ACCOUNT/TOPIC`, and to the same with `/Failure`; without a level.
 * One problem is a topic that cannot reach a destination for one reason, however many messages. A single phone or device
 * that cannot be reached is a WARNING: the fault is mostly its own.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-topic-attributes.html, …/sns-msg-status.html, …/sms_stats_cloudwatch.html
 */
export function snsDelivery(json: JsonObject): LevelReading | null {
  const delivery = at(json, 'delivery');
  if (text(json, 'status') !== 'FAILURE' || !isObject(delivery)) return null;
  if (text(json, 'notification', 'messageId') === null) return null;
  const { name, isPerson } = destinationOf(text(delivery, 'destination') ?? '');
  const response = wordsOf(text(delivery, 'providerResponse') ?? '');
  const status = number(delivery, 'statusCode');
  const reason = status === null ? response.slice(0, 100) : String(status);
  const said = [status, response].filter((part) => part !== null && part !== '').join(' ');
  return {
    ...says(
      isPerson ? 'WARNING' : 'ERROR',
      'SNS delivery status "FAILURE"',
      `SNS could not deliver to ${name}${said === '' ? '' : `: ${said}`}`,
      json,
    ),
    problem: `sns ${text(json, 'notification', 'topicArn') ?? ''} ${name} ${reason}`.slice(0, 600),
  };
}

/** Lambda, SQS and Firehose answer in JSON. */
function wordsOf(response: string): string {
  const parsed = response.startsWith('{') ? parseJson(response.slice(0, 8_192)) : null;
  const said = text(parsed, 'ErrorMessage') ?? text(parsed, 'errorMessage') ?? text(parsed, 'Message');
  return (said ?? response).slice(0, 500);
}

interface Destination {
  readonly name: string;
  /** One person's phone, device or mailbox: its address is no part of the problem and stays out. */
  readonly isPerson: boolean;
}

function destinationOf(destination: string): Destination {
  const [head, , service, , , ...resource] = destination.slice(0, 512).split(':');
  if (head === 'arn' && service === 'sns') {
    // arn:…:endpoint/APNS/ShopApp/DEVICE
    const [, platform, app] = resource.join(':').split('/');
    return { name: `a device of ${app ?? 'an app'} (${platform ?? 'push'})`, isPerson: true };
  }
  if (head === 'arn') return { name: `${service} ${resource.join(':')}`, isPerson: false };
  const address = /^https?:\/\/[^\s?#]{1,300}/.exec(destination)?.[0];
  if (address !== undefined) return { name: address, isPerson: false };
  return { name: personOf(destination), isPerson: true };
}

function personOf(destination: string): string {
  if (destination === '') return 'a subscriber';
  return destination.includes('@') ? 'a mailbox' : 'a phone';
}
