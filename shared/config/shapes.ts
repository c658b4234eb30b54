import { LANGUAGES } from '../model/decision.ts';
import type { JsonObject } from '../model/json.ts';
import { LEVELS, SCALES } from '../model/level.ts';
import { EQUAL_KEYS } from '../model/rules.ts';
import { CHANNELS, SEVERITIES } from '../model/severity.ts';
import { readDays, readMonths, readTimes, readWindow } from './calendar.ts';
import { readListener, readMention, readReference, readSlackChannel } from './places.ts';
import { readSamples } from './samples.ts';
import { durationReader, readEnd, readMoment } from './times.ts';
import {
  type Read,
  readChannel,
  readLanguage,
  readLevelName,
  readLevelWords,
  readName,
  readScale,
  readSeverity,
  readText,
  readTimezone,
  readUrl,
} from './words.ts';

/** What a reader takes, in the words of JSON Schema (draft 7, which editors know best). */
export type Shape = JsonObject;

function text(pattern: string, description: string): Shape {
  return { type: 'string', pattern, description };
}

const DAY = '\\d{4}-\\d{2}-\\d{2}';
const MOMENT = `${DAY}(T\\d{2}:\\d{2}(:\\d{2})?(Z|[+-]\\d{2}:\\d{2})?)?`;
const RANGE = text('^\\d{2}:\\d{2}-\\d{2}:\\d{2}$', 'two times of the day: 22:00-06:00');
const SEVERITY: Shape = { enum: SEVERITIES, description: 'SEV1: everyone, now … SEV5: in the weekly review' };
const LEVEL: Shape = { enum: LEVELS };
const NAMED: Shape = { type: 'object', minProperties: 1, maxProperties: 1, additionalProperties: SEVERITY };
export const LINE: Shape = { type: 'string', minLength: 1 };

export const MATCH: Shape = { $ref: '#/definitions/match' };
export const LISTENER: Shape = { anyOf: [LINE, NAMED], description: 'a destination, or { NAME: SEV2 }' };
export const FLAG: Shape = { type: 'boolean' };
export const EQUAL: Shape = { type: 'array', minItems: 1, items: { enum: EQUAL_KEYS } };

/** A whole number from `minimum` to `maximum`. */
export function wholeNumber(minimum: number, maximum: number): Shape {
  return { type: 'integer', minimum, maximum };
}

/** As `durationReader`, with its shape. */
export function duration(least: string, most: string): (value: unknown) => Read<number> {
  return shaped(
    durationReader(least, most),
    text('^\\d{1,6}[smhd]$', `a duration from ${least} to ${most}: 30m, 2h, 7d`),
  );
}

/**
 * The readers that stand alone, each with what it takes. A shape may take more than its reader, which `hansho check`
 * tells, and never less: an editor must not find fault with a file that is right.
 */
const SHAPES = new WeakMap<object, Shape>([
  [readText, text('\\S', 'text')],
  [readName, text('^[\\p{L}\\p{N}][\\p{L}\\p{N}_.-]{0,63}$', 'one word of letters, digits, _ . -')],
  [readSeverity, SEVERITY],
  [readChannel, { enum: CHANNELS, description: 'alert: act now; notify: know it' }],
  [readLevelName, LEVEL],
  [readScale, { enum: SCALES }],
  [readLevelWords, { type: 'object', additionalProperties: LEVEL }],
  [readLanguage, { enum: LANGUAGES }],
  [readTimezone, text('^(UTC|.+/.+)$', 'an IANA name: Asia/Tokyo')],
  [readUrl, text('^[Hh][Tt][Tt][Pp][Ss]:', 'an https address')],
  [readSlackChannel, text('^(#|[CG][A-Z0-9]{8,20}$)', 'a Slack channel, "#alert", or its id')],
  [readReference, text('^(ssm:/|secretsmanager:)', 'where the routing key lies: ssm:/…')],
  [readMention, text('^<[!@].+>$', '<!here>, <!subteam^S0123456789> or <@U0123456789>')],
  [readListener, LISTENER],
  [readEnd, text(`^(never|${MOMENT})$`, 'the last day it holds, 2027-03-31, or never')],
  [readMoment, text(`^${MOMENT}$`, 'a moment: 2027-03-31T18:00')],
  [readWindow, RANGE],
  [readTimes, { anyOf: [RANGE, { type: 'array', minItems: 1, items: RANGE }] }],
  [
    readDays,
    {
      type: 'array',
      minItems: 1,
      items: {
        anyOf: [{ enum: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun', 'last'] }, wholeNumber(1, 31)],
      },
    },
  ],
  [readMonths, { type: 'array', minItems: 1, items: wholeNumber(1, 12) }],
  [
    readSamples,
    {
      type: 'array',
      minItems: 1,
      items: { anyOf: [LINE, { type: 'object' }] },
      description: 'log lines, { line: …, logGroup: … }, or raw events',
    },
  ],
]);

/** A reader, or the type that is made of it, with what it takes. */
export function shaped<R extends object>(read: R, shape: Shape): R {
  SHAPES.set(read, shape);
  return read;
}

/** What a reader takes; null: nobody has said it. */
export function shapeOf(read: object): Shape | null {
  return SHAPES.get(read) ?? null;
}
