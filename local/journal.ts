import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { isObject, type Json, type JsonObject, list, number, text } from '../shared/model/json.ts';
import { type AppendLog, forgetfulLog, openAppendLog, readLines } from './append-log.ts';
import type { Held } from './books.ts';
import { makeFrontier } from './frontier.ts';
import type { Delivery } from './intake.ts';
import { parseJson } from './parse.ts';

/** One accepted posting. */
export interface Entry {
  /** Counts up for good, over restarts too. */
  readonly seq: number;
  /** When it was accepted, ms. */
  readonly at: number;
  readonly signals: number;
  readonly deliveries: readonly Delivery[];
  /** What each delivery holds. */
  readonly holds: readonly (readonly Held[])[];
}

/** What had been accepted when everything in front of it had been worked on. */
export interface Checkpoint {
  /** Entries before this byte of the journal need no replay. */
  readonly offset: number;
  /** The signals that those entries held. */
  readonly signals: number;
  readonly seq: number;
  /** The ledger's counters then. */
  readonly ledger: JsonObject;
}

/** Accepted input on the disk: what answers 202 is here first, and is delivered again after a crash. */
export interface Journal {
  nextSeq(): number;
  /** Resolves once the entry is durable. @throws when the disk refuses it; it is not accepted then. */
  append(entry: Entry): Promise<void>;
  /** Entries of the last run that were not done, oldest first. To be read before anything is appended. */
  replay(): AsyncGenerator<Entry>;
  /** Everything that this entry brought has been worked on. */
  done(seq: number): void;
  /** Who is to hear of each entry that a restart need not replay, in order. */
  onPassed(hear: (seq: number) => void): void;
  /** The ledger as it was at the last checkpoint; null at the first start. */
  readonly ledger: JsonObject | null;
  /** The signals of everything that was ever accepted. */
  signals(): number;
  /** Writes the checkpoint if anything in it has moved; `first` makes durable what it relies on. */
  checkpoint(ledger: JsonObject, first: () => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

/** Opens the journal in `directory`; null keeps nothing. One with nothing left to replay starts anew. */
export async function openJournal(directory: string | null): Promise<Journal> {
  if (directory === null) return journal(null, null, forgetfulLog(), NOTHING);
  await mkdir(directory, { recursive: true });
  const path = join(directory, 'journal.jsonl');
  const log = await openAppendLog(path);
  const reached = await readCheckpoint(directory);
  if (reached.offset < log.size()) return journal(directory, path, log, reached);
  // Emptied first: a crash in between leaves an empty journal, which replays nothing.
  await log.clear();
  const start = { ...reached, offset: 0 };
  await writeCheckpoint(directory, start);
  return journal(directory, path, log, start);
}

const NOTHING: Checkpoint = { offset: 0, signals: 0, seq: 0, ledger: {} };

function journal(directory: string | null, path: string | null, log: AppendLog, start: Checkpoint): Journal {
  let heard: (seq: number) => void = () => {};
  const open = makeFrontier<{ readonly offset: number; readonly signals: number; readonly seq: number }>(
    (entry) => heard(entry.seq),
  );
  let written = '';
  let { seq, signals } = start;

  const add = (entry: Entry, offset: number): void => {
    signals += entry.signals;
    open.add(entry.seq, { offset, signals, seq: entry.seq });
  };

  return {
    ledger: start.seq === 0 ? null : start.ledger,
    signals: () => signals,
    nextSeq: () => {
      seq += 1;
      return seq;
    },
    append: async (entry) => add(entry, await log.append(JSON.stringify(entry))),
    replay: async function* () {
      if (path === null) return;
      for await (const line of readLines(path, start.offset)) {
        const entry = readEntry(line.text);
        if (entry === null) continue;
        seq = Math.max(seq, entry.seq);
        add(entry, line.end);
        yield entry;
      }
    },
    done: (finished) => open.finish(finished),
    onPassed: (hear) => {
      heard = hear;
    },
    checkpoint: async (ledger, first) => {
      if (directory === null) return;
      const reached = open.passed() ?? start;
      const next = { offset: reached.offset, signals: reached.signals, seq, ledger };
      const content = JSON.stringify(next);
      if (content === written) return;
      await first();
      await writeCheckpoint(directory, next);
      written = content;
    },
    close: () => log.close(),
  };
}

function checkpointPath(directory: string): string {
  return join(directory, 'checkpoint.json');
}

/** Written beside and renamed, so that a crash leaves the old one or the new one. */
async function writeCheckpoint(directory: string, checkpoint: Checkpoint): Promise<void> {
  const path = checkpointPath(directory);
  const file = await open(`${path}.new`, 'w');
  try {
    await file.writeFile(JSON.stringify(checkpoint));
    await file.datasync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
}

async function readCheckpoint(directory: string): Promise<Checkpoint> {
  const source = await readFile(checkpointPath(directory), 'utf8').catch(() => '{}');
  const value = parseJson(source);
  const ledger = isObject(value) ? value.ledger : null;
  return {
    offset: number(value, 'offset') ?? 0,
    signals: number(value, 'signals') ?? 0,
    seq: number(value, 'seq') ?? 0,
    ledger: isObject(ledger) ? ledger : {},
  };
}

/** A line that cannot be read was written by nobody we know: it is passed over. */
function readEntry(line: string): Entry | null {
  const value = parseJson(line);
  const seq = number(value, 'seq');
  const at = number(value, 'at');
  if (seq === null || at === null) return null;
  const deliveries = list(value, 'deliveries').map(readDelivery);
  return {
    seq,
    at,
    signals: number(value, 'signals') ?? 0,
    deliveries: deliveries.filter((d) => d !== null),
    holds: list(value, 'holds').map((one) => list(one).map(readHeld)),
  };
}

function readHeld(value: Json): Held {
  return { input: text(value, 'input') ?? '', signals: number(value, 'signals') ?? 0 };
}

function readDelivery(value: Json): Delivery | null {
  const body = text(value, 'body') ?? '';
  switch (text(value, 'to')) {
    case 'logs':
      return { to: 'logs', data: text(value, 'data') ?? '' };
    case 'lines': {
      const [group, stream, lines] = [text(value, 'group'), text(value, 'stream'), text(value, 'text')];
      return { to: 'lines', group: group ?? '', stream: stream ?? '', text: lines ?? '' };
    }
    case 'events':
      return { to: 'events', body };
    case 'alarm':
      return { to: 'alarm', body };
    default:
      return null;
  }
}
