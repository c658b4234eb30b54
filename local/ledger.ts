import type { TableContents } from '../shared/adapters/dynamodb-scan.ts';
import { contradictionsIn, lateOf, type States, statesOf } from '../shared/incidents/ledger.ts';
import { at, isObject, type Json, type JsonObject, list, number, text } from '../shared/model/json.ts';
import type { Pile } from '../shared/model/pile.ts';
import type { MetricName } from '../shared/pipeline/ports.ts';
import { type Balance, type Books, makeBooks, outcomeIn } from './books.ts';
import { parseJson } from './parse.ts';

/** One line that a function wrote. */
export interface LogLine {
  readonly function: string;
  readonly text: string;
}

/** What became of what was accepted: from the functions' own log lines and metrics. */
export interface Ledger {
  readonly books: Books;
  /** Text that a function wrote to its log. */
  heard(functionName: string, text: string): void;
  /** Sums by metric name (docs.aws.amazon.com, "embedded metric format"). */
  counts(): ReadonlyMap<string, number>;
  /** Incidents that intake has sent signals of, and how many, until they have been `seen` in the table. */
  expected(): ReadonlyMap<string, number>;
  seen(incident: string): void;
  /** The latest lines, oldest first. */
  lines(): readonly LogLine[];
  snapshot(): JsonObject;
}

const LINES_KEPT = 1_000;
/** `earlier`: the snapshot of a run before this one. */
export function makeLedger(earlier: JsonObject | null, onLine: (line: LogLine) => void): Ledger {
  const books = makeBooks(earlier?.books);
  const expected = new Map<string, number>();
  const counts = new Map<string, number>();
  for (const [name, value] of Object.entries(earlier ?? {})) {
    if (typeof value === 'number') counts.set(name, value);
  }
  const add = (name: string, value: number): void => {
    counts.set(name, (counts.get(name) ?? 0) + value);
  };
  let lines: LogLine[] = [];

  const note = (line: string): void => {
    const isLedger = line.includes('"what":"ledger"');
    if (!isLedger && !line.includes('"what":"tracked"')) return;
    const entry = parseJson(line);
    const incident = text(entry, 'incident');
    if (isLedger) books.read(text(entry, 'input') ?? '', outcomeIn(entry));
    else if (incident !== null) expected.set(incident, (expected.get(incident) ?? 0) + 1);
  };

  return {
    books,
    expected: () => new Map(expected),
    seen: (incident) => expected.delete(incident),
    heard: (functionName, chunk) => {
      for (const line of chunk.split('\n').filter((part) => part !== '')) {
        if (line.includes('"_aws"')) {
          for (const [name, amount] of metricsIn(parseJson(line))) add(name, amount);
          continue;
        }
        note(line);
        const entry = { function: functionName, text: line };
        lines.push(entry);
        if (lines.length > 2 * LINES_KEPT) lines = lines.slice(-LINES_KEPT);
        onLine(entry);
      }
    },
    counts: () => counts,
    lines: () => lines.slice(-LINES_KEPT),
    snapshot: () => ({ ...Object.fromEntries(counts), books: books.snapshot() }),
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

/**
 * `GET /api/ledger`: what became of everything that was accepted. in + elsewhere = repeated + tracked + ignored +
 * unremarkable + the signals that wait, are dead-lettered unread, or are missing. Times are ms since the epoch.
 */
export interface LedgerView {
  /** Signals in accepted postings. */
  readonly in: number;
  readonly tracked: number;
  readonly ignored: number;
  readonly unremarkable: number;
  /** Signals of inputs that had been accepted before, by what they hold. */
  readonly repeated: number;
  /** Signals that somebody put on a queue, past the door. */
  readonly elsewhere: number;
  /** Signals that intake has not read yet, and those that it could not read and that are kept. */
  readonly unread: { readonly waiting: number; readonly deadLettered: number };
  /** Records that could not be read. */
  readonly unreadable: number;
  /** Calls that Slack or PagerDuty accepted. */
  readonly told: number;
  /** Deliveries that something is still wanted at. */
  readonly untold: number;
  /** Messages in all dead-letter queues, and events that no retry could save. */
  readonly deadLettered: number;
  readonly deadLetters: readonly Pile[];
  /** Accepted postings that are still being worked on. */
  readonly waiting: number;
  readonly queues: readonly Pile[];
  readonly states: States;
  /** Everything that does not add up, in words. */
  readonly differences: readonly string[];
  /** What has been untold for more than five minutes, in words. */
  readonly late: readonly string[];
}

/** What the view is made of besides the functions' lines. */
export interface LedgerSources {
  readonly in: number;
  readonly waiting: number;
  readonly deadLetters: readonly Pile[];
  readonly queues: readonly Pile[];
  /** As the ledger had it before the queues and the table were looked at. */
  readonly expected: ReadonlyMap<string, number>;
  /** Incidents of the bundles in the signals queues and their dead-letter queues. */
  readonly onTheWay: ReadonlySet<string>;
  readonly table: TableContents;
  readonly now: number;
}

export function ledgerView(ledger: Ledger, sources: LedgerSources): LedgerView {
  const { table, deadLetters, now } = sources;
  const count = (name: MetricName): number => ledger.counts().get(name) ?? 0;
  const states = statesOf(table, now);
  const { missing, waiting, deadLettered, ...sums } = ledger.books.balance();
  return {
    in: sources.in,
    ...sums,
    unread: { waiting, deadLettered },
    told: count('Told'),
    untold: states.untold.length,
    deadLettered: deadLetters.reduce((sum, { messages }) => sum + messages, 0),
    deadLetters,
    waiting: sources.waiting,
    queues: sources.queues,
    states,
    differences: [
      ...missing.map(lost),
      ...unaccounted(sources.in, ledger.books.balance()),
      ...absent(ledger, sources),
      ...contradictionsIn(table, now),
    ],
    late: lateOf(states, now),
  };
}

function lost({ input, signals, seq }: Balance['missing'][number]): string {
  return `${signals} signals of posting ${seq} (input ${input}) were accepted and are in no state`;
}

/** The sum itself: what the books do not know of at all. */
function unaccounted(accepted: number, balance: Balance): readonly string[] {
  const { repeated, elsewhere, tracked, ignored, unremarkable, deadLettered, waiting, missing } = balance;
  const lostSignals = missing.reduce((sum, { signals }) => sum + signals, 0);
  const known =
    repeated + tracked + ignored + unremarkable + deadLettered + waiting + lostSignals - elsewhere;
  if (known === accepted) return [];
  return [`${accepted} signals were accepted, and the books know of ${known}`];
}

/** A tracked signal is in the table, or its bundle is in a queue. What has been seen in the table need not be looked for again. */
function absent(ledger: Ledger, { expected, table, onTheWay }: LedgerSources): readonly string[] {
  const stored = new Set<string>(table.incidents.map(({ id }) => id));
  for (const incident of stored) ledger.seen(incident);
  return [...expected]
    .filter(([incident]) => !stored.has(incident) && !onTheWay.has(incident))
    .map(([incident, n]) => `${n} signals of incident ${incident} were tracked and are not in the table`);
}
