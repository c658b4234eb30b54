import { isObject, type Json, type JsonObject } from '../model/json.ts';
import type { Level, ScaleName } from '../model/level.ts';
import { levelOfLetter, levelOfValue } from './words.ts';

/** A level that a JSON object states, and the key that states it. */
export interface Stated {
  readonly level: Level;
  readonly evidence: string;
  /** The key or value means other things too: whatever else says a level is asked first. */
  readonly weak?: true;
}

type Scale = (n: number) => Level | null;

/** From the greatest bound down: the first bound that `n` reaches gives the level. */
function rising(...steps: readonly (readonly [number, Level | null])[]): Scale {
  return (n) => steps.find(([bound]) => n >= bound)?.[1] ?? null;
}

const PINO = rising(
  [70, null],
  [60, 'FATAL'],
  [50, 'ERROR'],
  [40, 'WARNING'],
  [30, 'INFO'],
  [20, 'DEBUG'],
  [10, 'TRACE'],
);
const PYTHON = rising(
  [50, 'FATAL'],
  [40, 'ERROR'],
  [30, 'WARNING'],
  [20, 'INFO'],
  [10, 'DEBUG'],
  [1, 'TRACE'],
);
const MONOLOG = rising(
  [550, 'FATAL'],
  [500, 'FATAL'],
  [400, 'ERROR'],
  [300, 'WARNING'],
  [200, 'INFO'],
  [100, 'DEBUG'],
);
const LOGSTASH = rising(
  [50000, 'FATAL'],
  [40000, 'ERROR'],
  [30000, 'WARNING'],
  [20000, 'INFO'],
  [10000, 'DEBUG'],
  [1, 'TRACE'],
);
const OTEL = rising(
  [25, null],
  [21, 'FATAL'],
  [17, 'ERROR'],
  [13, 'WARNING'],
  [9, 'INFO'],
  [5, 'DEBUG'],
  [1, 'TRACE'],
);
const SYSLOG = rising([8, null], [7, 'DEBUG'], [5, 'INFO'], [4, 'WARNING'], [3, 'ERROR'], [0, 'FATAL']);
const DOTNET = rising(
  [6, null],
  [5, 'FATAL'],
  [4, 'ERROR'],
  [3, 'WARNING'],
  [2, 'INFO'],
  [1, 'DEBUG'],
  [0, 'TRACE'],
);

/** Google Cloud's LogSeverity: https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry#LogSeverity */
const GCP = rising(
  [801, null],
  [600, 'FATAL'],
  [500, 'ERROR'],
  [400, 'WARNING'],
  [200, 'INFO'],
  [100, 'DEBUG'],
);

/** The level of a syslog priority: lower is worse, 8 to a facility. null above 191. */
export function levelOfPriority(priority: number): Level | null {
  return priority <= 191 ? SYSLOG(priority % 8) : null;
}

const NAMED: { readonly [S in ScaleName]: Scale } = {
  pino: PINO,
  python: PYTHON,
  monolog: MONOLOG,
  logstash: LOGSTASH,
  opentelemetry: OTEL,
  google: GCP,
  syslog: SYSLOG,
  dotnet: DOTNET,
};

/** The level of a number on a scale that an operator named, or null. */
export function onNamedScale(scale: ScaleName, n: number): Level | null {
  return NAMED[scale](n);
}

const has = (json: JsonObject, ...keys: readonly string[]) => keys.some((key) => Object.hasOwn(json, key));

/** The same number means opposite things: the sibling keys tell which scale a bare `level` is on. */
function scaleOf(json: JsonObject): readonly [Scale, string] {
  if (has(json, 'short_message')) return [SYSLOG, 'syslog scale'];
  if (has(json, 'EventId')) return [DOTNET, '.NET scale'];
  if (has(json, 'level_name', 'levelname'))
    return has(json, 'levelname') ? [PYTHON, 'Python scale'] : [MONOLOG, 'Monolog scale'];
  if (has(json, 'channel')) return [MONOLOG, 'Monolog scale'];
  return [PINO, 'pino scale'];
}

/** 10 to 30 mean INFO and below on pino's scale alone; where the siblings' scale knows no such number, it is pino's. */
function onScale(n: number, json: JsonObject): readonly [Level | null, string] {
  const [scale, name] = scaleOf(json);
  const level = scale(n);
  return level === null && n >= 10 && n < 40 ? [PINO(n), 'pino scale'] : [level, name];
}

type Key =
  | 'level'
  | 'nested'
  | 'levelno'
  | 'otel'
  | 'gcp'
  | 'logstash'
  | 'priority'
  | 'mongo'
  | 'type'
  | 'tags'
  | 'status'
  | 'weak'
  | 'word';

/** Where a level may stand, best first. What is not here is never read as a level. */
const KEYS: readonly (readonly [string, Key])[] = [
  ['level', 'level'],
  ['@level', 'level'],
  ['@l', 'word'],
  ['log_level', 'level'],
  ['severity', 'gcp'],
  ['severitytext', 'word'],
  ['severity_text', 'word'],
  ['levelname', 'word'],
  ['level_name', 'word'],
  ['log.level', 'level'],
  ['log', 'nested'],
  ['lvl', 'level'],
  ['loglevel', 'level'],
  ['lev', 'word'],
  ['loglevelname', 'word'],
  ['leveldisplayname', 'weak'],
  ['lv', 'weak'],
  ['levelno', 'levelno'],
  ['severitynumber', 'otel'],
  ['severity_number', 'otel'],
  ['level_value', 'logstash'],
  ['priority', 'priority'],
  ['s', 'mongo'],
  ['_meta', 'nested'],
  ['record', 'nested'],
  ['context', 'nested'],
  ['status', 'status'],
  ['tags', 'tags'],
  ['type', 'type'],
  ['レベル', 'word'],
  ['ログレベル', 'word'],
  ['重要度', 'word'],
];
const RANK: ReadonlyMap<string, number> = new Map(KEYS.map(([name], rank) => [name, rank]));
const LONGEST = 16;

const MONGO: ReadonlyMap<string, Level> = new Map<string, Level>([
  ['F', 'FATAL'],
  ['E', 'ERROR'],
  ['W', 'WARNING'],
  ['I', 'INFO'],
  ['D', 'DEBUG'],
]);

function numberOf(value: Json | undefined): number | null {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^\d{1,5}$/.test(value) ? Number(value) : null;
}

const IN_LEVEL = ['level', 'name', 'label', 'levelStr'];
/** In an object that holds more than the level, a `name` is somebody else's. */
const BESIDE_OTHERS = ['level', 'logLevelName', 'logLevel'];

/**
 * The level inside an object that holds it: `log: {level}` (ECS), `level: {name | label | levelStr}` (log4js and
 * others), `record: {level: {name}}` (loguru), `_meta: {logLevelName}` (tslog), `context: {logLevel}` (Roarr).
 */
function nested(key: string, value: JsonObject): Stated | null {
  const names = key === 'log' ? [...BESIDE_OTHERS, 'severity'] : BESIDE_OTHERS;
  for (const inner of /^@?level$/i.test(key) ? IN_LEVEL : names) {
    const found = Object.hasOwn(value, inner) ? value[inner] : null;
    if (typeof found === 'string') return ofWord(inner === 'severity' ? 'weak' : 'word', key, found, value);
    if (inner === 'logLevel' && typeof found === 'number') return ofNumber('level', key, found, value);
    if (inner === 'level' && isObject(found)) return nested(inner, found);
  }
  return null;
}

/** The sibling that names the level of a number in words beats the number's scale. */
function named(json: JsonObject): Stated | null {
  for (const key of ['levelname', 'level_name']) {
    const word = Object.hasOwn(json, key) ? json[key] : null;
    const level = typeof word === 'string' ? levelOfValue(word) : null;
    if (level !== null) return { level, evidence: `key "${key}" = "${word}"` };
  }
  return null;
}

function ofNumber(kind: Key, key: string, n: number, json: JsonObject): Stated | null {
  const said = (level: Level | null, scale: string) =>
    level === null ? null : { level, evidence: `key "${key}" = ${n} (${scale})` };
  switch (kind) {
    case 'level':
      return named(json) ?? (has(json, 'levelno') ? null : said(...onScale(n, json)));
    case 'levelno':
      return said(PYTHON(n), 'Python scale');
    case 'otel':
      return said(OTEL(n), 'OpenTelemetry scale');
    case 'logstash':
      return said(LOGSTASH(n), 'logstash scale');
    case 'gcp':
      return said(GCP(n), 'Google Cloud scale');
    case 'priority':
      return key === 'PRIORITY' ? said(SYSLOG(n), 'syslog scale') : null;
    case 'nested':
    case 'mongo':
    case 'tags':
    case 'type':
    case 'status':
    case 'weak':
    case 'word':
      return null;
  }
}

const TIMES = ['time', 'timestamp', '@timestamp', 'ts', 'date', 'datetime', 'lastTimestamp'];

/** What a program's logger writes beside the text, and what is shown to a user has not. */
const OF_LOGGERS = [
  'pid',
  'hostname',
  'logger',
  'logger_name',
  'loggerName',
  'thread',
  'caller',
  'service',
  'stack',
  'stackTrace',
  'stack_trace',
  'stacktrace',
];

/**
 * `type: "error"` names an event or a notice to a user as often as a level: it is one beside a text with a time or a
 * logger's own key, or with nothing else at all.
 */
function isLogLine(word: string, json: JsonObject): boolean {
  if (!has(json, 'message', 'msg')) return false;
  if (has(json, ...TIMES)) return true;
  if (!/^(?:fatal|error|warn|warning|info|debug)$/i.test(word)) return false;
  return has(json, ...OF_LOGGERS) || Object.keys(json).length === 2;
}

/** Kibana and other hapi servers: `type: "log"` and the level among the `tags`. */
function tagged(json: JsonObject): Stated | null {
  const tags = json.type === 'log' && Array.isArray(json.tags) ? json.tags.slice(0, 8) : [];
  const word = tags.find(
    (tag) => typeof tag === 'string' && /^(?:fatal|error|warning|info|debug)$/.test(tag),
  );
  const level = typeof word === 'string' ? levelOfValue(word) : null;
  if (level === null) return null;
  const stated = { level, evidence: `tag "${word}"` };
  return has(json, ...TIMES) ? stated : { ...stated, weak: true };
}

/** `level: "E"`; other letters are grades and floors. */
function levelOfInitial(letter: string): Level | null {
  return /^[FEWIDT]$/.test(letter) ? levelOfLetter(letter) : null;
}

function wordLevel(kind: Key, word: string, json: JsonObject): Level | null {
  switch (kind) {
    case 'nested':
    case 'tags':
      return null;
    case 'mongo':
      return has(json, 'ctx') ? (MONGO.get(word.replace(/^D[1-5]$/, 'D')) ?? null) : null;
    case 'type':
      return isLogLine(word, json) ? levelOfValue(word) : null;
    case 'priority':
      // `high` and `low` are no words of ours, but an alert's or a ticket's `critical` is one.
      return has(json, 'message', 'msg') ? levelOfValue(word) : null;
    case 'level':
      return levelOfValue(word) ?? (has(json, 'message', 'msg') ? levelOfInitial(word) : null);
    case 'levelno':
    case 'otel':
    case 'gcp':
    case 'logstash':
    case 'status':
    case 'weak':
    case 'word':
      return levelOfValue(word);
  }
}

function isWeak(kind: Key, word: string, json: JsonObject): boolean {
  if (kind === 'type') return !has(json, ...TIMES);
  return kind === 'weak' || (kind === 'level' && word.length === 1);
}

function ofWord(kind: Key, key: string, word: string, json: JsonObject): Stated | null {
  const level = wordLevel(kind, word, json);
  if (level === null) return null;
  const stated = { level, evidence: `key "${key}" = "${word}"` };
  return isWeak(kind, word, json) ? { ...stated, weak: true } : stated;
}

function ofMember(kind: Key, key: string, json: JsonObject): Stated | null {
  const value = json[key];
  if (kind === 'tags') return tagged(json);
  const n = numberOf(value);
  if (n !== null) return ofNumber(kind, key, n, json);
  if (typeof value === 'string') return ofWord(kind, key, value, json);
  return isObject(value) && (kind === 'level' || kind === 'nested') ? nested(key, value) : null;
}

/**
 * The level that the object's own keys state, best key first and weak ones last, or null. `echo`: the object came
 * after words and may be somebody else's answer that is only shown, so `status` does not count.
 */
export function statedLevel(json: JsonObject, echo = false): Stated | null {
  const keys: string[] = [];
  for (const key of Object.keys(json)) {
    const rank = key.length <= LONGEST ? RANK.get(key.toLowerCase()) : undefined;
    if (rank !== undefined) keys[rank] ??= key;
  }
  let weak: Stated | null = null;
  for (const [rank, [, kind]] of KEYS.entries()) {
    const key = keys[rank];
    if (key === undefined || (echo && kind === 'status')) continue;
    const stated = ofMember(kind, key, json);
    if (stated !== null && stated.weak !== true) return stated;
    weak ??= stated;
  }
  return weak;
}
