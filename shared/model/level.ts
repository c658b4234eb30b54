/** The level of a log line, worst first. */
export const LEVELS = ['FATAL', 'ERROR', 'WARNING', 'INFO', 'DEBUG', 'TRACE'] as const;
export type Level = (typeof LEVELS)[number];

/** One request of an access log. */
export interface Request {
  /** Method and path, ids masked: `GET /orders/:id`. */
  readonly route: string;
  /** HTTP status. */
  readonly status: number;
}

/** What a log line says of its own gravity, and where it says so. */
export interface LevelReading {
  /** null: the line carries no level. */
  readonly level: Level | null;
  /** The key, column or phrase that decided, in a few words: `third tab column`, `key "level" = 50 (pino)`. */
  readonly evidence: string;
  /** The line belongs to the event before it in the same stream (a stack frame, a closing brace). */
  readonly continues: boolean;
  /**
   * The level that a continuing line has when there is nothing before it to belong to: an exception's first
   * line that stands alone is an ERROR, a stack frame is nothing. null for every line that does not continue.
   */
  readonly alone: Level | null;
  /** The line's fields: its JSON object, or the `key=value` pairs of its text; null when it has none. */
  readonly json: import('./json.ts').JsonObject | null;
  /** The text without its header (time, request id, level): what a person wants to read, and what is fingerprinted. */
  readonly body: string;
  /** Set when the line is a request of an access log: one alone says little, their rate counts. */
  readonly request?: Request;
  /** What problem the line is about, where its format says it better than its words do. */
  readonly problem?: string;
}

/** The number scales that loggers write levels on. 30 is INFO on one and WARNING on another. */
export const SCALES = [
  'pino',
  'python',
  'monolog',
  'logstash',
  'opentelemetry',
  'google',
  'syslog',
  'dotnet',
] as const;
export type ScaleName = (typeof SCALES)[number];

/** What an operator says of the levels of one log group, ready to be asked. */
export interface LevelRule {
  readonly name: string;
  readonly at: string;
  /** The key that holds the level, step by step; null: the rule is about lines without a level. */
  readonly field: readonly string[] | null;
  readonly scale: ScaleName | null;
  /** What this group's own words or numbers mean, in lower case. */
  readonly words: ReadonlyMap<string, Level>;
  /** What a line without a level is; null: the rule names a field. */
  readonly level: Level | null;
  /** Whether the rule is about a line with this text (without its header). */
  applies(text: string): boolean;
}

/** Reads one log event. Pure, linear in the line's length, never throws. */
export type LevelReader = (line: string) => LevelReading;
