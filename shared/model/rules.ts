import type { Address, DestinationKind, Language, Target } from './decision.ts';
import type { Json, JsonObject } from './json.ts';
import type { Level, ScaleName } from './level.ts';
import type { Channel, Severity } from './severity.ts';
import type { Tags } from './signal.ts';

/**
 * `hansho.yml`, checked and compiled: plain JSON, so that the build can put it into every bundle.
 * `at` is the place in the file (`hansho.yml:12`) that every `why` quotes; patterns are EventBridge patterns.
 */
export interface Rules {
  /** Hash of the source text: which rules judged. */
  readonly hash: string;
  readonly language: Language;
  /** IANA name. */
  readonly timezone: string;
  readonly destinations: readonly DestinationRule[];
  readonly channels: { readonly [C in Channel]: readonly ChannelMember[] };
  readonly channelsAt: { readonly [C in Channel]: string };
  /** Hears what no team owns, besides its channel. */
  readonly unowned: (ChannelMember & { readonly at: string }) | null;
  readonly logs: readonly LogsRule[];
  readonly teams: readonly TeamRule[];
  /** First match wins; the built-in ones follow. */
  readonly severities: readonly SeverityRule[];
  readonly ignore: readonly IgnoreRule[];
  readonly escalate: readonly EscalateRule[];
  readonly expect: readonly ExpectRule[];
  readonly silences: readonly SilenceRule[];
  readonly windows: readonly WindowRule[];
  readonly inhibit: readonly InhibitRule[];
  readonly hold: readonly TransientRule[];
  readonly readiness: readonly ReadinessRule[];
  readonly remind: readonly RemindRule[];
  readonly quiet: { readonly ERROR: number; readonly WARNING: number; readonly findings: number };
  /**
   * More than `cards` new problems below SEV2 in one minute at one Slack channel, or more than `pages` below SEV1 at one
   * PagerDuty service, are a storm there, until `calmMs` without as many.
   */
  readonly storm: {
    readonly cards: number;
    readonly pages: number;
    readonly calmMs: number;
    readonly at: string;
  };
  /** A firing within this long after the end is the same occurrence, ms. */
  readonly reopenMs: number;
}

export interface DestinationRule extends Target {
  readonly language: Language;
  /** Slack mention written by the operator (`<!subteam^S…>`, `<!here>`), put on opening and rising cards. */
  readonly mention: string | null;
  /** Told in its place while a person must mend something there. */
  readonly fallback: Target | null;
  /** When somebody looks there; null: always. */
  readonly hours: Hours | null;
  readonly at: string;
}

/** Business hours of a destination: outside them, the one that it names hears in its place. */
export interface Hours {
  readonly times: readonly TimeRange[];
  /** On which days a range begins; none named: every day. */
  readonly days: readonly CalendarDay[];
  /** IANA name. */
  readonly timezone: string;
  /** The name of a destination without hours. */
  readonly otherwise: string;
}

export interface ChannelMember {
  readonly destination: string;
  /** Hears this severity and worse; null: everything in the channel. */
  readonly floor: Severity | null;
}

export interface TeamRule {
  readonly name: string;
  readonly owns: JsonObject;
  /** Take the place of the channel's destinations of the same kind, for this team; null: nothing changes. */
  readonly destinations: { readonly [C in Channel]: readonly ChannelMember[] | null };
  readonly runbook: string | null;
  /** The next team that matches hears it too. */
  readonly continue: boolean;
  readonly at: string;
}

/** How log groups write their levels, where a line alone does not tell. */
export interface LogsRule {
  readonly name: string;
  /** Asks for `logGroup`, and perhaps `message`. */
  readonly match: JsonObject;
  /** `sev`, `meta.sev`: the key that holds the level. */
  readonly field: string | null;
  readonly scale: ScaleName | null;
  readonly words: { readonly [word: string]: Level };
  /** What a line is that states no level. */
  readonly level: Level | null;
  readonly at: string;
}

export interface SeverityRule {
  readonly name: string;
  readonly match: JsonObject;
  /** null: never an incident (a sample finding). */
  readonly severity: Severity | null;
  readonly channel: Channel | null;
  readonly why: string;
  readonly runbook: string | null;
  /** On trial: what it would have decided is recorded, and nothing follows from it. */
  readonly shadow: boolean;
  readonly at: string;
}

export interface IgnoreRule {
  readonly name: string;
  readonly match: JsonObject;
  readonly reason: string;
  readonly owner: string;
  /** ms since the epoch; from then on the rule no longer holds. null: never expires. */
  readonly expires: number | null;
  /** As `SeverityRule.shadow`. */
  readonly shadow: boolean;
  readonly at: string;
}

export interface EscalateRule {
  readonly name: string;
  readonly match: JsonObject;
  readonly count: number;
  readonly withinMs: number;
  readonly to: Severity;
  /** As `SeverityRule.shadow`. */
  readonly shadow: boolean;
  /** Paths (`fields.user_id`): signals with the same values are counted together, whatever their incident. */
  readonly per: readonly string[];
  /** A path: different values are counted in place of signals. null with an empty `per`: within one incident. */
  readonly distinct: string | null;
  /** Within one incident, only what was said in this time counts. Left out: always. */
  readonly during?: Span;
  readonly at: string;
}

/** From this moment, ms, until before that one. */
export interface Span {
  readonly from: number;
  readonly until: number;
}

/** Whether a rule counts across incidents. */
export function isAcross({ per, distinct }: Pick<EscalateRule, 'per' | 'distinct'>): boolean {
  return per.length > 0 || distinct !== null;
}

/** What must be heard: when it is not, that is a problem of its own. */
export interface ExpectRule {
  readonly name: string;
  readonly match: JsonObject;
  readonly when: Expected;
  readonly severity: Severity;
  readonly why: string | null;
  readonly at: string;
}

export type Expected =
  /** Again within so long, ms. */
  | { readonly is: 'every'; readonly ms: number }
  /**
   * At least once between two times of the day, minutes after midnight in the file's time zone. `until` is over
   * 1,440 where the window ends on the next day. `days` are those on which it begins.
   */
  | ({ readonly is: 'between'; readonly days: readonly CalendarDay[] } & TimeRange);

/** A weekday (0 is Sunday), a day of the month (1 to 31), or the month's last day. */
export type CalendarDay =
  | { readonly is: 'weekday'; readonly day: number }
  | { readonly is: 'date'; readonly day: number }
  | { readonly is: 'last' };

/** Nothing new is told of what it matches for a time, by a person's decision. */
export interface SilenceRule {
  readonly name: string;
  readonly match: JsonObject;
  /** From this moment, ms, until before that one. */
  readonly from: number;
  readonly until: number;
  readonly author: string;
  readonly reason: string;
  readonly at: string;
}

/** As a silence, by the calendar. */
export interface WindowRule {
  readonly name: string;
  readonly match: JsonObject;
  readonly times: readonly TimeRange[];
  /** On which days a range begins; none named: every day. */
  readonly days: readonly CalendarDay[];
  /** 1 to 12; none named: every month. */
  readonly months: readonly number[];
  /** IANA name. */
  readonly timezone: string;
  /** The gravest that it holds: SEV2, unless the window says that even SEV1 waits. */
  readonly gravest: Severity;
  readonly reason: string;
  readonly at: string;
}

/** Minutes after midnight; `until` is over 1,440 where it ends on the next day. */
export interface TimeRange {
  readonly from: number;
  readonly until: number;
}

/** While something that matches `source` fires, nothing new is told of what matches `target` and has the same `equal`. */
export interface InhibitRule {
  readonly name: string;
  readonly source: JsonObject;
  readonly target: JsonObject;
  readonly equal: readonly EqualKey[];
  readonly at: string;
}
export const EQUAL_KEYS = ['account', 'region', 'service', 'team', 'logGroup', 'resource'] as const;
export type EqualKey = (typeof EQUAL_KEYS)[number];

/** What may be over by itself is told only once it has lasted. */
export interface TransientRule {
  readonly name: string;
  readonly match: JsonObject;
  readonly forMs: number;
  readonly at: string;
}

/** A planned time of many users (a sale, a TV programme): what it touches counts for more, and more people hear it. */
export interface ReadinessRule extends Span {
  readonly name: string;
  readonly why: string;
  /** The end, as clocks of the file's time zone show it. */
  readonly ends: string;
  /** 1 to 4: what it means unless the entry says otherwise is said in docs/readiness.md. */
  readonly level: number;
  readonly match: JsonObject;
  readonly owner: string;
  readonly checklist: readonly { readonly do: string; readonly who: string }[];
  /** How long before it the checklist is posted, ms. */
  readonly remindMs: number;
  /** Hear what it touches besides whoever hears it always, each from its own severity. */
  readonly watchers: readonly ChannelMember[];
  /** By so many steps the severity is graver. */
  readonly graver: number;
  /** Escalations count to so small a part of their limit. */
  readonly bursts: number;
  /** Mute windows do not hold what it touches. */
  readonly passWindows: boolean;
  readonly at: string;
}

/** The source of Hansho's own words on a readiness: the checklist before it, the summary after it. */
export const READINESS = 'readiness';
/** What is louder for longer is the new normal. */
export const LONGEST_READINESS_MS = 14 * 86_400_000;

/** What goes on is said again, and to others. */
export interface RemindRule {
  readonly name: string;
  readonly match: JsonObject;
  /** Slack is reminded: `ms` after the news, then after twice as long each time, `maxMs` at most. null: never. */
  readonly every: { readonly ms: number; readonly maxMs: number; readonly broadcast: boolean } | null;
  /** Since its news was told, ms: from then on reminders call `mention`, and `tell` is told of it. */
  readonly afterMs: number;
  readonly mention: string | null;
  readonly tell: readonly Target[];
  readonly at: string;
}

/** What patterns are matched against: one redacted signal as a plain document. */
export interface Document {
  readonly source: string;
  readonly kind: string;
  readonly status: string;
  readonly level?: string;
  readonly severity?: Severity;
  readonly service: string;
  readonly team?: string;
  readonly account: string;
  readonly region: string;
  readonly logGroup?: string;
  readonly resource?: string;
  readonly title: string;
  readonly message: string;
  readonly tags?: Tags;
  readonly fields?: JsonObject;
  readonly detail?: Json;
}

export type { Address, DestinationKind };
