import { z } from 'zod';
import { isObject, type JsonObject } from '../model/json.ts';
import { EQUAL_KEYS, type EqualKey } from '../model/rules.ts';
import { readDays, readMonths, readTimes, readWindow } from './calendar.ts';
import { type Listener, readListener, readMention, readReference, readSlackChannel } from './places.ts';
import { countReader, readChecklist, readWatchers } from './readiness.ts';
import { readSamples, type Sample } from './samples.ts';
import { isSecret, NO_SECRETS } from './secret.ts';
import { duration, EQUAL, FLAG, LISTENER, MATCH, shaped, shapeOf, wholeNumber } from './shapes.ts';
import { didYouMean } from './suggest.ts';
import { readEnd, readMoment } from './times.ts';
import {
  bad,
  good,
  kindOf,
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

/** What an issue carries beside its message; `issues.ts` turns both into words with a place. */
export interface IssueParams {
  readonly missing: boolean;
  readonly suggestion: string | null;
}

type Reader<T> = (value: unknown) => Read<T>;

/** A key that must be there; `hint` says what to write when it is not. */
export function need<T>(read: Reader<T>, hint: string | null = null) {
  const type = z.unknown().transform((value, context): T => {
    const missing = value === undefined;
    const result = missing ? bad('is missing', hint) : read(value);
    if (result.ok) return result.value;
    const params: IssueParams = { missing, suggestion: result.suggestion };
    context.issues.push({ code: 'custom', input: value, message: result.message, params: { ...params } });
    return z.NEVER;
  });
  return shaped(type, shapeOf(read) ?? {});
}

/** A key that may be left out. */
export function may<T, F>(read: Reader<T>, otherwise: F) {
  const type = need<T | F>((value) => (value === ABSENT ? good(otherwise) : read(value)));
  return shaped(type.prefault(ABSENT), shapeOf(read) ?? {});
}
const ABSENT = Symbol('absent');

function readPattern(value: unknown): Read<JsonObject> {
  if (!isObject(value)) return bad(`must be a pattern, not ${kindOf(value)}`, 'write { level: [ERROR] }');
  return Object.keys(value).length > 0
    ? good(value)
    : bad('is empty: it would match everything', 'name a key: { level: [ERROR] }');
}
shaped(readPattern, MATCH);

/** What a team's `slack`, `notify` and `pagerduty` name: a place itself, or a destination. */
function readTeamPlace(value: unknown): Read<Listener> {
  const read = readListener(value);
  return read.ok && isSecret(read.value.to) ? bad(NO_SECRETS, 'store it in SSM and write ssm:/…') : read;
}
shaped(readTeamPlace, LISTENER);

function readEqual(value: unknown): Read<readonly EqualKey[]> {
  const keys: unknown[] = Array.isArray(value) ? value : [];
  const known = EQUAL_KEYS.filter((key) => keys.includes(key));
  const other = keys.find((key) => !EQUAL_KEYS.some((one) => one === key));
  if (known.length > 0 && other === undefined) return good(known);
  const near = typeof other === 'string' ? didYouMean(other, EQUAL_KEYS) : null;
  return bad(`must be a list of ${EQUAL_KEYS.join(', ')}`, near ?? 'write [account, region]');
}
shaped(readEqual, EQUAL);

function readCards(value: unknown): Read<number> {
  const sound = typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 1_000;
  return sound ? good(value) : bad(`must be a whole number from 1 to 1000, not ${kindOf(value)}`);
}
shaped(readCards, wholeNumber(1, 1_000));

function readCount(value: unknown): Read<number> {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 2 && value <= 1_000)
    return good(value);
  const hint =
    typeof value === 'string' && /^\d+$/.test(value) ? `write ${Number(value)} without quotes` : null;
  return bad(
    `must be a whole number from 2 to 1000, not ${kindOf(value)}`,
    value === 1 ? 'for one alone, use a severity rule' : hint,
  );
}
shaped(readCount, wholeNumber(2, 1_000));

const COUNT_HINT = 'write fields.user_id, or one of account, region, service, team, logGroup, resource';

const COUNT_PATH = { type: 'string', minLength: 1, description: 'a key of a signal: fields.user_id' };

/** `fields.user_id`: where in a signal's document the value lies that a rule counts by. */
function readCountPath(value: unknown): Read<string> {
  if (typeof value !== 'string') return bad(`must be a key, not ${kindOf(value)}`, COUNT_HINT);
  const known = EQUAL_KEYS.some((key) => key === value) || /^(?:fields|detail)(?:\.[^.\s]+)+$/.test(value);
  return known ? good(value) : bad(`must be a key of a signal, not ${JSON.stringify(value)}`, COUNT_HINT);
}
shaped(readCountPath, COUNT_PATH);

function readCountPaths(value: unknown): Read<readonly string[]> {
  const paths: string[] = [];
  for (const one of Array.isArray(value) ? value : [value]) {
    const read = readCountPath(one);
    if (!read.ok) return read;
    paths.push(read.value);
  }
  return paths.length > 0 ? good(paths) : bad('is empty', COUNT_HINT);
}
shaped(readCountPaths, { anyOf: [COUNT_PATH, { type: 'array', minItems: 1, items: COUNT_PATH }] });

function readNames(value: unknown): Read<readonly string[]> {
  const names: unknown[] = Array.isArray(value) ? value : [];
  const texts = names.filter((name): name is string => typeof name === 'string' && name !== '');
  return texts.length > 0 && texts.length === names.length
    ? good(texts)
    : bad(`must be a list of destinations, not ${kindOf(value)}`, 'write [oncall]');
}
shaped(readNames, { type: 'array', minItems: 1, items: { type: 'string', minLength: 1 } });

function readFlag(value: unknown): Read<boolean> {
  return typeof value === 'boolean' ? good(value) : bad(`must be true or false, not ${kindOf(value)}`);
}
shaped(readFlag, FLAG);

const NO_SAMPLES: readonly Sample[] = [];
/** What a rule must match and must not: `hansho test` asks. */
const proof = {
  examples: may(readSamples, NO_SAMPLES),
  counterexamples: may(readSamples, NO_SAMPLES),
};

const PATTERN_HINT = 'say what it is about: { level: [ERROR] }';

export const destinationSchema = z.strictObject({
  slack: may(readSlackChannel, null),
  pagerduty: may(readReference, null),
  language: may(readLanguage, null),
  mention: may(readMention, null),
  fallback: may(readText, null),
  hours: may(readTimes, null),
  days: may(readDays, null),
  timezone: may(readTimezone, null),
  otherwise: may(readText, null),
});
export type DestinationPart = z.infer<typeof destinationSchema>;

export const teamSchema = z.strictObject({
  name: need(readName),
  owns: need(readPattern, 'say what is theirs: { logGroup: [{ prefix: /aws/lambda/payments- }] }'),
  slack: may(readTeamPlace, null),
  notify: may(readTeamPlace, null),
  pagerduty: may(readTeamPlace, null),
  runbook: may(readUrl, null),
  language: may(readLanguage, null),
  mention: may(readMention, null),
  continue: may(readFlag, false),
  ...proof,
});
export type TeamPart = z.infer<typeof teamSchema>;

export const severitySchema = z.strictObject({
  name: need(readName, 'messages and `explain` say which rule decided: give it a name'),
  match: need(readPattern, PATTERN_HINT),
  severity: need(readSeverity, 'SEV1 to SEV5'),
  channel: may(readChannel, null),
  why: may(readText, 'it matches this rule'),
  runbook: may(readUrl, null),
  shadow: may(readFlag, false),
  ...proof,
});
export type SeverityPart = z.infer<typeof severitySchema>;

/** What one `logs` entry says: where the level is (`field`), or what a line without one is (`level`). */
export const logsSchema = z.strictObject({
  name: need(readName, 'cards and `explain` say which rule gave the level: give it a name'),
  match: need(readPattern, 'say which log groups: { logGroup: [{ prefix: /ecs/legacy- }] }'),
  field: may(readText, null),
  scale: may(readScale, null),
  words: may(readLevelWords, {}),
  level: may(readLevelName, null),
});
export type LogsPart = z.infer<typeof logsSchema>;

export const ignoreSchema = z.strictObject({
  name: may(readName, null),
  match: need(readPattern, PATTERN_HINT),
  reason: need(readText, 'say why nobody needs to hear it'),
  owner: need(readText, 'say who answers for it'),
  expires: need(readEnd, 'say until when: 2027-03-31, or never'),
  shadow: may(readFlag, false),
  ...proof,
});
export type IgnorePart = z.infer<typeof ignoreSchema>;

export const escalateSchema = z.strictObject({
  name: may(readName, null),
  match: need(readPattern, PATTERN_HINT),
  count: need(readCount, 'how many of the same: 5'),
  within: need(duration('1m', '7d'), 'in what time: 1h'),
  to: need(readSeverity, 'what it becomes: SEV3'),
  per: may(readCountPaths, []),
  distinct: may(readCountPath, null),
  shadow: may(readFlag, false),
  ...proof,
});
export type EscalatePart = z.infer<typeof escalateSchema>;

export const expectSchema = z.strictObject({
  name: need(readName, 'cards and `explain` say what was not heard: give it a name'),
  match: need(readPattern, 'say what must be heard: { logGroup: [/aws/lambda/checkout] }'),
  every: may(duration('5m', '32d'), null),
  between: may(readWindow, null),
  days: may(readDays, null),
  severity: need(readSeverity, 'how grave it is when it is not heard: SEV3'),
  why: may(readText, null),
  ...proof,
});
export type ExpectPart = z.infer<typeof expectSchema>;

export const silenceSchema = z.strictObject({
  name: may(readName, null),
  match: need(readPattern, 'say what nobody needs to hear: { service: [orders] }'),
  from: need(readMoment, 'say since when: 2026-11-22T01:00'),
  until: need(readMoment, 'say until when: 2026-11-22T05:00'),
  author: need(readText, 'say who decided it'),
  reason: need(readText, 'say why nobody needs to hear it'),
});
export type SilencePart = z.infer<typeof silenceSchema>;

export const windowSchema = z.strictObject({
  name: need(readName, 'cards and `explain` say what held something back: give it a name'),
  match: may(readPattern, null),
  times: may(readTimes, null),
  days: may(readDays, null),
  months: may(readMonths, null),
  timezone: may(readTimezone, null),
  gravest: may(readSeverity, 'SEV2' as const),
  reason: need(readText, 'say why nobody needs to hear it then'),
});
export type WindowPart = z.infer<typeof windowSchema>;

export const inhibitSchema = z.strictObject({
  name: need(readName, 'cards and `explain` say what held something back: give it a name'),
  source: need(
    readPattern,
    'say what explains the others: { source: [alarm], title: [{ prefix: database }] }',
  ),
  target: need(readPattern, 'say what it explains: { source: [logs] }'),
  equal: need(readEqual, 'say what both must have in common: [account, region]'),
});
export type InhibitPart = z.infer<typeof inhibitSchema>;

export const holdSchema = z.strictObject({
  name: may(readName, null),
  match: need(readPattern, 'say what may be over by itself: { source: [alarm] }'),
  for: need(duration('10s', '1h'), 'how long it must last: 2m'),
});
export type HoldPart = z.infer<typeof holdSchema>;

export const readinessSchema = z.strictObject({
  name: need(readName, 'cards and `explain` say which readiness made it louder: give it a name'),
  why: need(readText, 'say what is planned: the year-end sale'),
  level: need(countReader(1, 4), 'from 1 (a mail to customers) to 4 (a programme on television)'),
  from: need(readMoment, 'say since when: 2026-12-05T19:30'),
  until: need(readMoment, 'say until when: 2026-12-06T01:00'),
  match: may(readPattern, null),
  owner: need(readText, 'say who answers for it'),
  checklist: may(readChecklist, []),
  remind: may(duration('10m', '14d'), 86_400_000),
  watchers: may(readWatchers, []),
  hear: may(readSeverity, null),
  graver: may(countReader(0, 2), null),
  bursts: may(countReader(1, 10), null),
  passWindows: may(readFlag, null),
});
export type ReadinessPart = z.infer<typeof readinessSchema>;
const NOBODY: readonly string[] = [];

/** What is said again while it goes on, and who else is told. */
export const remindSchema = z.strictObject({
  name: need(readName, 'reminders and `explain` say which rule sent them: give it a name'),
  match: need(readPattern, 'say what it is about: { severity: [SEV1, SEV2] }'),
  every: may(duration('5m', '7d'), null),
  max: may(duration('5m', '7d'), null),
  broadcast: may(readFlag, false),
  mention: may(readMention, null),
  after: may(duration('1m', '7d'), null),
  tell: may(readNames, NOBODY),
});
export type RemindPart = z.infer<typeof remindSchema>;

const quiet = duration('1m', '30d');
/** How long nothing must be heard until what never resolves itself is taken as over. */
export const quietSchema = z.strictObject({
  ERROR: may(quiet, 1_800_000),
  WARNING: may(quiet, 7_200_000),
  findings: may(quiet, 86_400_000),
});

export type QuietPart = z.infer<typeof quietSchema>;

/**
 * What the rule `storm` holds back: more first messages a minute than a Slack channel takes, more first pages than a
 * person can answer, until it is calm.
 */
export const stormSchema = z.strictObject({
  cards: may(readCards, 60),
  pages: may(readCards, 20),
  calm: may(duration('1m', '1h'), 300_000),
});
export type StormPart = z.infer<typeof stormSchema>;

const present = need<unknown>(good, 'name a destination: [slack-alert]');
export const channelsSchema = z.strictObject({ alert: present, notify: present });

const rest = z.unknown().optional();
/** The keys at the top; the sections are read one by one, so that one bad entry hides no other. */
export const fileSchema = z.strictObject({
  language: may(readLanguage, 'en' as const),
  timezone: may(readTimezone, 'UTC'),
  destinations: rest,
  channels: rest,
  unowned: may(readListener, null),
  teams: rest,
  logs: rest,
  severities: rest,
  ignore: rest,
  escalate: rest,
  expect: rest,
  silences: rest,
  windows: rest,
  inhibit: rest,
  hold: rest,
  readiness: rest,
  remind: rest,
  quiet: rest,
  storm: rest,
  reopen: may(duration('1m', '7d'), 14_400_000),
});
