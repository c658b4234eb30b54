import type { Json } from '../model/json.ts';
import { at, isObject, text } from '../model/json.ts';
import { redactJson } from '../redaction/json.ts';
import { redactSignal } from '../redaction/signal.ts';
import { redactText } from '../redaction/text.ts';
import { decodeLogs } from '../sources/logs-decode.ts';
import { readEvent } from '../sources/registry.ts';
import { bodyIn, parseBundle, parseUntracked, parseWake } from './messages.ts';

/** What a message of a dead-letter queue is, in redacted words. */
export interface LetterStory {
  readonly kind: 'event' | 'log payload' | 'signals' | 'wake-up' | 'untracked' | 'tick' | 'unknown';
  readonly what: string;
  /** Why it lies there, as far as the message itself says; null: the log of its function says. */
  readonly because: string | null;
  /** The queue that it is sent back to; null: what it asked for is done, or waits elsewhere. */
  readonly backTo: string | null;
  /** The function whose log says more. */
  readonly reader: string;
}

interface DeadLetter {
  readonly queue: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** Pure. `queue`: the dead-letter queue's name in serverless.yml; `now` stands in for a time that nobody states. */
export function storyOf(letter: DeadLetter, now: number): LetterStory {
  const { queue, body } = letter;
  const content = bodyIn(body);
  const because = failureOf(letter);
  const backTo = queue.replace(/DeadQueue$/, 'Queue');
  switch (/(Untracked|Events|Signals|Slack|Pagerduty|Sweep)(Urgent)?DeadQueue$/.exec(queue)?.[1]) {
    case 'Events':
      return { kind: 'event', ...eventIn(content, now, because), backTo, reader: 'intake-events' };
    case 'Signals':
      return { kind: 'signals', ...bundleIn(content, because), backTo, reader: 'track' };
    case 'Slack':
      return { kind: 'wake-up', ...wakeIn(content, because), backTo, reader: 'tell-slack' };
    case 'Pagerduty':
      return { kind: 'wake-up', ...wakeIn(content, because), backTo, reader: 'tell-pagerduty' };
    case 'Untracked': {
      const reader = queue.startsWith('Slack') ? 'tell-slack' : 'tell-pagerduty';
      return { kind: 'untracked', ...untrackedIn(content, because), backTo: null, reader };
    }
    case 'Sweep':
      return { kind: 'tick', what: 'a missed minute of the sweep', because, backTo: null, reader: 'sweep' };
    default: {
      const what = 'a message of a queue that this version does not know';
      return { kind: 'unknown', what, because, backTo, reader: '?' };
    }
  }
}

/** Pure. A log payload that Lambda gave up on, from its record. */
export async function storyOfPayload(letter: DeadLetter): Promise<LetterStory> {
  const decoded = await decodeLogs(text(parsed(letter.body), 'requestPayload', 'awslogs', 'data') ?? '');
  const because = failureOf(letter);
  const about = { kind: 'log payload', backTo: READER, reader: READER } as const;
  if (!decoded.ok)
    return { ...about, what: 'it cannot be read', because: because ?? redactText(decoded.because).text };
  const { logGroup, logEvents } = decoded.batch;
  return { ...about, what: redactText(`${logEvents.length} log events of ${logGroup}`).text, because };
}

const READER = 'intake-logs';
const LINES = 50;

/** What Lambda says of a log payload, and its first lines in place of the packed data: redacted. */
export async function redactedPayload({ body }: Pick<DeadLetter, 'body'>): Promise<Json> {
  const record = parsed(body);
  const decoded = await decodeLogs(text(record, 'requestPayload', 'awslogs', 'data') ?? '');
  const lines = decoded.ok ? decoded.batch.logEvents.slice(0, LINES).map(({ message }) => message) : [];
  const rest = isObject(record) ? { ...record, requestPayload: 'see lines' } : null;
  return redactJson({ record: rest, lines: redactText(lines.join('\n')).text.split('\n') }, new Set());
}

/** A message's body for a person: redacted, and JSON where it is JSON. */
export function redactedBody({ body }: Pick<DeadLetter, 'body'>): Json {
  const content = parsed(body);
  return typeof content === 'string' ? redactText(content).text : redactJson(content, new Set());
}

function parsed(body: string): Json {
  try {
    return JSON.parse(body) as Json;
  } catch {
    return body;
  }
}

/** What Lambda says of an event that it gave up on, or EventBridge of one that it could not deliver. */
function failureOf({ body, attributes }: DeadLetter): string | null {
  const record = parsed(body);
  const message = text(record, 'responsePayload', 'errorMessage');
  if (at(record, 'requestContext', 'condition') !== undefined && message !== null) {
    const tries = text(record, 'requestContext', 'approximateInvokeCount') ?? 'some';
    const type = text(record, 'responsePayload', 'errorType') ?? 'Error';
    return redactText(`failed ${tries} times: ${type}: ${message}`).text;
  }
  const { ERROR_CODE: code, ERROR_MESSAGE: said } = attributes;
  return code === undefined
    ? null
    : redactText(`EventBridge could not deliver it: ${code}: ${said ?? ''}`).text;
}

type Told = Pick<LetterStory, 'what' | 'because'>;

function eventIn(content: Json, now: number, because: string | null): Told {
  const { signals, faults } = readEvent(content, now);
  const [first] = signals.map(redactSignal);
  const [fault] = faults;
  const more = signals.length > 1 ? ` and ${signals.length - 1} more` : '';
  return {
    what: first === undefined ? 'an event that cannot be read' : `${first.source}: ${first.title}${more}`,
    because: because ?? (fault === undefined ? null : `cannot be read: ${fault.because}`),
  };
}

function bundleIn(content: Json, because: string | null): Told {
  const bundle = parseBundle(content);
  if (bundle === null)
    return { what: 'no bundle of signals', because: because ?? 'track does not know this shape' };
  const n = bundle.firing.reduce((sum, tally) => sum + tally.n, 0);
  const count = n === 0 ? 'an end' : `${n} signal${n === 1 ? '' : 's'}`;
  return { what: `${bundle.severity} ${bundle.report.title} (${count})`, because };
}

/** It was to be told while the table was away; its signals wait in their own queue, or in that one's dead letters. */
function untrackedIn(content: Json, because: string | null): Told {
  const untracked = parseUntracked(content);
  if (untracked === null) return { what: 'nothing to tell', because: because ?? 'it names no signals' };
  const { bundle, target } = untracked;
  return { what: `${bundle.severity} ${bundle.report.title} at ${target.address}`, because };
}

function wakeIn(content: Json, because: string | null): Told {
  const wake = parseWake(content);
  if (wake === null) return { what: 'no wake-up', because: because ?? 'it names no incident' };
  return { what: `incident ${wake.incident} at ${wake.address ?? 'every address'}`, because };
}
