import { at, isObject, type Json, type JsonObject, list, number, text } from '../shared/model/json.ts';
import type { MetricName } from '../shared/pipeline/ports.ts';
import { parseJson } from './parse.ts';

/** One line that a function wrote. */
export interface LogLine {
  readonly function: string;
  readonly text: string;
}

/** What became of what was accepted, counted from the functions' own metrics. */
export interface Ledger {
  /**
   * Text that a function wrote to its log. `repeated`: about an event that it was invoked with before, whose
   * signals have been counted then.
   */
  heard(functionName: string, text: string, repeated: boolean): void;
  /** Sums by metric name (docs.aws.amazon.com, "embedded metric format"). */
  counts(): ReadonlyMap<string, number>;
  /** The latest lines, oldest first. */
  lines(): readonly LogLine[];
  snapshot(): JsonObject;
}

const LINES_KEPT = 1_000;
/** What intake counts when it reads an event: again at every try, though it is one event. */
const OF_INTAKE: ReadonlySet<string> = new Set([
  'SignalsIn',
  'SignalsTracked',
  'SignalsIgnored',
  'SignalsUnremarkable',
  'InputUnreadable',
] satisfies MetricName[]);

/** `earlier`: the snapshot of a run before this one. */
export function makeLedger(earlier: JsonObject | null, onLine: (line: LogLine) => void): Ledger {
  const counts = new Map<string, number>();
  for (const [name, value] of Object.entries(earlier ?? {})) {
    if (typeof value === 'number') counts.set(name, value);
  }
  const add = (name: string, value: number): void => {
    counts.set(name, (counts.get(name) ?? 0) + value);
  };
  let lines: LogLine[] = [];
  return {
    heard: (functionName, chunk, repeated) => {
      for (const line of chunk.split('\n').filter((part) => part !== '')) {
        if (line.includes('"_aws"')) {
          for (const [name, amount] of metricsIn(parseJson(line))) {
            if (!(repeated && OF_INTAKE.has(name))) add(name, amount);
          }
          continue;
        }
        const entry = { function: functionName, text: line };
        lines.push(entry);
        if (lines.length > 2 * LINES_KEPT) lines = lines.slice(-LINES_KEPT);
        onLine(entry);
      }
    },
    counts: () => counts,
    lines: () => lines.slice(-LINES_KEPT),
    snapshot: () => Object.fromEntries(counts),
  };
}

function metricsIn(value: Json | undefined): readonly (readonly [string, number])[] {
  if (!isObject(value) || !isObject(value._aws)) return [];
  const names = list(value, '_aws', 'CloudWatchMetrics').flatMap((directive) =>
    list(directive, 'Metrics').map((metric) => text(metric, 'Name') ?? ''),
  );
  return names.map((name) => [name, amount(at(value, name))]);
}

/** A value, or a list of values. */
function amount(value: Json | undefined): number {
  return (Array.isArray(value) ? value : [value ?? 0]).reduce(
    (sum: number, item: Json) => sum + (number(item) ?? 0),
    0,
  );
}

/** `GET /api/ledger`: what became of everything that was accepted. */
export interface LedgerView {
  /** Signals in accepted postings. */
  readonly in: number;
  readonly tracked: number;
  readonly ignored: number;
  readonly unremarkable: number;
  /** Records that could not be read. */
  readonly unreadable: number;
  /** Calls that Slack or PagerDuty accepted. */
  readonly told: number;
  /** Deliveries that something is still wanted at. */
  readonly untold: number;
  /** Messages in all dead-letter queues, and events that no retry could save. */
  readonly deadLettered: number;
  readonly deadLetters: readonly { readonly queue: string; readonly messages: number }[];
  /** Accepted postings that are still being worked on. */
  readonly waiting: number;
}

export function ledgerView(
  ledger: Ledger,
  about: Pick<LedgerView, 'in' | 'untold' | 'deadLetters' | 'waiting'>,
): LedgerView {
  const count = (name: MetricName): number => ledger.counts().get(name) ?? 0;
  return {
    in: about.in,
    tracked: count('SignalsTracked'),
    ignored: count('SignalsIgnored'),
    unremarkable: count('SignalsUnremarkable'),
    unreadable: count('InputUnreadable'),
    told: count('Told'),
    untold: about.untold,
    deadLettered: about.deadLetters.reduce((sum, { messages }) => sum + messages, 0),
    deadLetters: about.deadLetters,
    waiting: about.waiting,
  };
}
