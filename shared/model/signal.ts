import type { Brand } from './brand.ts';
import type { Json, JsonObject } from './json.ts';
import type { Level } from './level.ts';
import type { Why } from './why.ts';

/** From the signal's content (alarm ARN + state time, log event id, …), never from the envelope that carried it. */
export type SignalId = Brand<string, 'SignalId'>;

/** `info`: worth reading, opens and closes nothing (a muted alarm, a passed check never seen failing, …). */
export type Status = 'firing' | 'resolved' | 'info';

/** What makes two signals of one source, account, region and service the same problem. */
export type Identity =
  /** The source's own id: an alarm's ARN, a finding's. */
  | { readonly by: 'source'; readonly key: string }
  /** The app's own `fingerprint` field. */
  | { readonly by: 'app'; readonly key: string }
  /** The text of a log event: error type, template of the message, top own frames. */
  | { readonly by: 'text'; readonly errorType: string | null; readonly text: string };

/**
 * How a problem of this source ends, and by which clock its signals are ordered.
 * `states`: the source says so (an alarm's OK); ordered by source time.
 * `updates`: the source repeats it with a newer time while it lasts (GuardDuty), and may say so; ordered by source time; quiet ends it too.
 * `quiet`: only silence ends it (log errors); ordered by receive time, because hosts' clocks differ.
 */
export type Lifecycle = 'states' | 'updates' | 'quiet';

/** A thing that the AWS console can show; `links/` turns it into a URL. Times are ms since the epoch. */
export type Place =
  | { readonly is: 'log-stream'; readonly group: string; readonly stream: string; readonly at: number }
  | {
      readonly is: 'logs-insights';
      readonly group: string;
      readonly at: number;
      readonly find: string | null;
    }
  | { readonly is: 'alarm'; readonly name: string }
  | { readonly is: 'guardduty-finding'; readonly id: string }
  | { readonly is: 'securityhub-finding'; readonly id: string; readonly v2: boolean }
  | { readonly is: 'health-event'; readonly arn: string }
  | { readonly is: 'trace'; readonly id: string }
  /** A page of a service, and the names that lead to it, in the order of its address. */
  | { readonly is: 'console'; readonly page: ConsolePage; readonly names: readonly string[] }
  /** What another tool names as its own page. Only hosts that `links/` knows become links. */
  | { readonly is: 'web'; readonly url: string };

/** The pages that `console` places open; `links/pages.ts` says where each lies. */
export const CONSOLE_PAGES = [
  'ecs-service',
  'ecs-task',
  'batch-job',
  'execution',
  'glue-job',
  'emr-cluster',
  'function',
  'pipeline',
  'build-project',
  'deployment',
  'stack',
  'instance',
  'volume',
  'auto-scaling-group',
  'database',
  'database-cluster',
  'backup-job',
  'copy-job',
  'restore-job',
  'migration-task',
  'replication-instance',
  'search-domain',
  'repository',
  'event-rule',
  'schedule',
  'inspector-finding',
  'macie-finding',
  'access-analyzer-finding',
  'config-rule',
  'trusted-advisor',
  'cost-anomaly',
  'budgets',
  'cloudtrail-event',
  'acm-certificate',
  'dns-firewall',
  'ses',
  'key',
  'glue-crawler',
  'glue-table',
  'redshift-queries',
  'stack-set',
  'queue',
  'pipe',
] as const;
export type ConsolePage = (typeof CONSOLE_PAGES)[number];

/** The words the source has on what to do; the text is hostile data, the url must pass the link allow-list. */
export interface Remedy {
  readonly text: string;
  readonly url: string | null;
}

/** A resource's tags as its owners wrote them. */
export type Tags = { readonly [key: string]: string };

/** One normalised thing a source said. */
export interface Signal {
  readonly id: SignalId;
  /** The name of the source that read it: `logs`, or one of docs/sources.md. */
  readonly source: string;
  /** The source's own word for it: a detail-type, `log line`, `metric alarm`, … */
  readonly kind: string;
  readonly status: Status;
  readonly lifecycle: Lifecycle;
  /** Source time, ms since the epoch. */
  readonly time: number;
  readonly account: string;
  readonly region: string;
  readonly partition: string;
  /** The thing at fault, as its owners call it: the function, the alarm's namespace, `guardduty`, … */
  readonly service: string;
  readonly resource: string | null;
  readonly logGroup: string | null;
  readonly logStream: string | null;
  readonly level: Level | null;
  readonly levelEvidence: string | null;
  /** One line, ready for a person. */
  readonly title: string;
  /** The text itself, as the source wrote it (redacted later, escaped where it is shown). */
  readonly message: string;
  readonly identity: Identity;
  readonly remedy: Remedy | null;
  readonly places: readonly Place[];
  /** Of the resources that it is about, where the event carries them (logs and alarms do not); at most 50. */
  readonly tags: Tags;
  /** Structured log fields; for other sources their normalised facts (built-in rules match on these). */
  readonly fields: JsonObject | null;
  /** The raw event's `detail`. */
  readonly detail: Json | null;
  /** What reading decided and why (a sample, a muted alarm, a passed check, …). */
  readonly why: readonly Why[];
}
