import { stringEnd } from '../model/cut-json.ts';

/**
 * Most of a payload is calm, and JSON.parse makes a string of every line of it. What need not be read is taken out
 * of the payload's text before that. Only the form in which CloudWatch Logs writes is abridged:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html. All others are parsed as they are.
 */

/**
 * Where the JSON string that opens before `from` closes, if the message that it holds may be passed over; else -1.
 * `text`: the payload's, one byte a character.
 */
export type SparedTo = (text: string, from: number) => number;

/** The payload's text without what is passed over, and how many events those were. */
export interface Abridged {
  readonly text: string;
  readonly passedOver: number;
}

const LIST = '"logEvents":[';
const ID = '{"id":"';
const TIMESTAMP = '","timestamp":';
const MESSAGE = '"message":"';
/** Until the year 2286. */
const TIME_DIGITS = 13;
const TIME_BEFORE = TIME_DIGITS + 1 + MESSAGE.length;
const BETWEEN = `"},${ID}`;
const LAST = '"}]';

/**
 * Takes out of each run of events that may be passed over all but the last, which parts what stands before it from
 * what comes after; and those that are newer than the next, so that the newest time stays. null: not the form that
 * CloudWatch Logs writes. `text` has one byte a character (latin1), and so has what comes back; linear.
 */
export function abridge(text: string, sparedTo: SparedTo): Abridged | null {
  const list = text.indexOf(LIST);
  if (list === -1) return null;
  const kept: string[] = [];
  let [keptTo, passedOver] = [0, 0];
  let calmSince = -1;
  let calmTime = '';
  for (let at = list + LIST.length; ; ) {
    const from = messageAt(text, at);
    if (from === -1) return null;
    const time = text.slice(from - TIME_BEFORE, from - TIME_BEFORE + TIME_DIGITS);
    const calmTo = sparedTo(text, from);
    const calm = calmTo !== -1;
    const to = calm ? calmTo : stringEnd(text, from - 1) - 1;
    if (to < 0) return null;
    if (calm && calmSince !== -1 && calmTime <= time) {
      if (keptTo < calmSince) kept.push(text.slice(keptTo, calmSince));
      keptTo = at;
      passedOver += 1;
    }
    calmSince = calm ? at : -1;
    calmTime = time;
    if (!text.startsWith(BETWEEN, to)) {
      if (!text.startsWith(LAST, to)) return null;
      return { text: kept.join('') + text.slice(keptTo), passedOver };
    }
    at = to + 3;
  }
}

/** Where the message of the event at `at` begins, or -1. */
function messageAt(text: string, at: number): number {
  if (!text.startsWith(ID, at)) return -1;
  const id = text.indexOf('"', at + ID.length);
  if (!text.startsWith(TIMESTAMP, id)) return -1;
  const message = text.indexOf('"', id + TIMESTAMP.length);
  const isEvent = message === id + TIMESTAMP.length + TIME_DIGITS + 1 && text.startsWith(MESSAGE, message);
  return isEvent ? message + MESSAGE.length : -1;
}

/** What stands before the list of events, with an empty list: the payload's own members. null: there is no list. */
export function withoutEvents(text: string): string | null {
  const list = text.indexOf(LIST);
  return list === -1 ? null : `${text.slice(0, list + LIST.length)}]}`;
}
