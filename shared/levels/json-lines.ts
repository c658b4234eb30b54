import { eachMember, parseJson, valueEnd } from '../model/cut-json.ts';
import { at, isObject, type Json, type JsonObject, text } from '../model/json.ts';
import type { LevelReading } from '../model/level.ts';
import { readAccessJson } from './access.ts';
import { bodyOfJson } from './json-body.ts';
import { bodyFrom, type Line, says } from './line.ts';
import { readPlatformJson } from './platform.ts';
import { type Stated, statedLevel } from './scales.ts';
import { snsDelivery } from './sns-delivery.ts';

/** The end of a cut line is looked through this far for leading keys. */
const CUT_KEYS = 64;

/** The parsed object that fills the text from `from` to its end, or null. Throws nothing on plain text. */
export function jsonFrom(line: Line, from: number): JsonObject | null {
  if (!opensObject(line.text, from) || !line.text.endsWith('}')) return null;
  const parsed = parseJson(from === 0 ? line.text : line.text.slice(from));
  return isObject(parsed) ? parsed : null;
}

function opensObject(text: string, from: number): boolean {
  return text[from] === '{' && /\{\s{0,60}["}]/y.test(text.slice(from, from + 64));
}

/** The leading whole members of an object whose end is missing or broken; a message cut in the middle counts too. */
function leadingMembers(source: string, from: number): JsonObject {
  const members: [string, Json][] = [];
  eachMember(source, from, (key, valueAt) => {
    const end = valueEnd(source, valueAt);
    if (end === -1) {
      if (source[valueAt] === '"' && /^(?:message|msg|event|errorMessage)$/.test(key)) {
        members.push([
          key,
          source
            .slice(valueAt + 1, valueAt + 32_768)
            .replaceAll('\\n', '\n')
            .replaceAll('\\"', '"'),
        ]);
      }
      return -1;
    }
    const value = parseJson(source.slice(valueAt, end));
    if (value === undefined) return -1;
    members.push([key, value as Json]);
    return members.length < CUT_KEYS ? end : -1;
  });
  return Object.fromEntries(members);
}

/** Step Functions writes its history without levels: the event's type says how it ended. */
function stepFunctions(json: JsonObject): LevelReading | null {
  const type = text(json, 'type');
  const history = ['details', 'execution_arn', 'previous_event_id'].some((key) => Object.hasOwn(json, key));
  if (type === null || !history || !/^[A-Z][A-Za-z]{1,60}(?:Failed|TimedOut|Aborted)$/.test(type))
    return null;
  const error = [text(json, 'details', 'error'), text(json, 'details', 'cause')].filter(Boolean).join(': ');
  return says(
    'ERROR',
    `Step Functions event type "${type}"`,
    error === '' ? type : `${type}: ${error}`,
    json,
  );
}

/** What a runtime returns for a call that failed: an error's type and message and no level. */
function failedCall(json: JsonObject): LevelReading | null {
  const type = text(json, 'errorType');
  if (type === null || typeof at(json, 'errorMessage') !== 'string') return null;
  return says('ERROR', `keys "errorType" and "errorMessage" without a level`, bodyOfJson(json), json);
}

/** An event that stands by itself. */
const ALONE = { continues: false, alone: null } as const;

function withBody(json: JsonObject, line: Line, reading: Omit<LevelReading, 'json' | 'body'>): LevelReading {
  const body = bodyOfJson(json);
  return { ...reading, json, body: body === '' ? bodyFrom(line, 0) : body };
}

/** A container's log router puts the program's own line under `log`, beside where it came from. */
function wrapped(json: JsonObject, readInner: (text: string) => LevelReading): LevelReading | null {
  const inner = at(json, 'log');
  const router = ['stream', 'container_id', 'container_name', 'source', 'kubernetes'];
  if (typeof inner !== 'string' || !router.some((key) => Object.hasOwn(json, key))) return null;
  const reading = readInner(inner);
  return { ...reading, evidence: `${reading.evidence}, in key "log"`, json: reading.json ?? json };
}

/**
 * The reading of a parsed line: its own level key, a record of Lambda, Step Functions or SNS, a failed call, or none.
 * A weak key counts where none of them says a level or is a request, which counts by its rate.
 */
export function readObject(
  json: JsonObject,
  line: Line,
  readInner: (text: string) => LevelReading,
): LevelReading {
  const stated = statedLevel(json);
  const own = stated && withBody(json, line, { level: stated.level, evidence: stated.evidence, ...ALONE });
  if (own !== null && stated?.weak !== true) return own;
  const special =
    readPlatformJson(json) ??
    stepFunctions(json) ??
    snsDelivery(json) ??
    failedCall(json) ??
    wrapped(json, readInner) ??
    readAccessJson(json);
  const decides = special !== null && (special.level !== null || special.request !== undefined);
  if (own !== null && !decides) return own;
  if (special !== null) return special;
  const evidence = Object.hasOwn(json, '_aws')
    ? 'metric line (EMF) without a level'
    : 'JSON without a level key';
  return withBody(json, line, { level: null, evidence, ...ALONE });
}

/** A line that is a JSON object, whole or cut. `readInner` reads the line that a log router has wrapped. */
export function readJsonLine(line: Line, readInner: (text: string) => LevelReading): LevelReading | null {
  if (!opensObject(line.text, 0) || line.text.length < 3) return null;
  const whole = jsonFrom(line, 0);
  if (whole !== null) return readObject(whole, line, readInner);
  const leading = leadingMembers(line.text, 0);
  if (Object.keys(leading).length === 0) return null;
  const reading = readObject(leading, line, readInner);
  return { ...reading, evidence: `${reading.evidence} (the JSON is cut off or broken)` };
}

/** A whole object with more words in its line is something that the text quotes, not the record. */
function isQuoted(text: string, from: number): boolean {
  const end = valueEnd(text, from);
  return end !== -1 && /^[ \t]{0,20}\S/.test(text.slice(end, end + 24));
}

/**
 * JSON behind a header (`2026-… app[1]: {…}`): a level key of its own counts before any word. `otherwise` is
 * what the header says; it stands when the object states no level. null when there is no object at `from`,
 * or neither says anything.
 */
export function readJsonBehind(
  line: Line,
  from: number,
  otherwise: Stated | null,
  echo = false,
): LevelReading | null {
  if (!opensObject(line.text, from)) return null;
  const whole = jsonFrom(line, from);
  if (whole === null && otherwise !== null && isQuoted(line.text, from)) return null;
  const json = whole ?? leadingMembers(line.text, from);
  const found = statedLevel(json, echo);
  const stated = found?.weak === true && (echo || otherwise !== null) ? null : found;
  if (stated === null && otherwise === null) return null;
  const body = bodyOfJson(json);
  const text = body === '' ? bodyFrom(line, from) : body;
  if (stated === null) return otherwise && says(otherwise.level, otherwise.evidence, text, json);
  return says(stated.level, `${stated.evidence} in the JSON after the header`, text, json);
}

/** The error object that Node's runtime writes behind `Uncaught Exception` and its like: it says what, not how bad. */
export function readErrorBehind(line: Line, from: number, said: Stated): LevelReading | null {
  const json = jsonFrom(line, from);
  return json === null
    ? null
    : says(said.level, said.evidence, bodyOfJson(json) || bodyFrom(line, from), json);
}
