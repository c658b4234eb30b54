import { identify } from '../../shared/fingerprints/identify.ts';
import { CANARY } from '../../shared/model/canary.ts';
import type { Rules } from '../../shared/model/rules.ts';
import type { Signal } from '../../shared/model/signal.ts';
import { isArchived, parseArchived } from '../../shared/pipeline/archive.ts';
import { readAny } from '../../shared/pipeline/read.ts';
import { redactSignal } from '../../shared/redaction/signal.ts';
import { type Judge, makeJudge } from '../../shared/rules/judge.ts';
import { fateOf } from './fate.ts';
import { sameRules } from './notes.ts';
import { type Part, valuesOf } from './read.ts';
import { count, countFault, type Tally } from './tally.ts';

/** What a replay is asked. */
export interface Question {
  readonly before: Rules;
  readonly after: Rules;
  readonly region: string;
  /** Judge as of this moment, ms; null: as of when each signal was received, or for raw events said. */
  readonly at: number | null;
  /** Stands in for a time that a raw event does not state, ms. */
  readonly now: number;
  /** Archived signals received before are passed over, ms; null: none. */
  readonly since: number | null;
}

/** Judges parts of the input by both rule sets. */
export interface Replayer {
  add(tally: Tally, part: Part): Promise<void>;
  /** One value: a line of the archive, or any raw event. */
  addValue(tally: Tally, value: unknown, where: string): Promise<void> | undefined;
}

interface Both {
  readonly before: Judge;
  readonly after: Judge;
  /** Whether a raw log line may be read differently. */
  readonly readApart: boolean;
}

export function makeReplayer(question: Question): Replayer {
  const both: Both = {
    before: makeJudge(question.before),
    after: makeJudge(question.after),
    readApart: !sameRules(question.before.logs, question.after.logs),
  };
  const addValue = (tally: Tally, value: unknown, where: string): Promise<void> | undefined => {
    if (!isArchived(value)) return addRaw(tally, value, where, both, question);
    addArchived(tally, value, where, both, question);
    return undefined;
  };
  return {
    addValue,
    add: async (tally, part) => {
      for await (const block of valuesOf(part)) {
        for (const one of block) {
          if ('fault' in one) countFault(tally, `${one.where}: ${one.fault}`);
          else {
            const reading = addValue(tally, one.value, one.where);
            if (reading !== undefined) await reading;
          }
        }
      }
    },
  };
}

function addArchived(tally: Tally, value: unknown, where: string, both: Both, question: Question): void {
  const archived = parseArchived(value);
  if (archived === null) {
    countFault(tally, `${where}: it is from an archive of another version, or damaged`);
    return;
  }
  const { signal, incident, at } = archived;
  if (question.since !== null && at < question.since) return;
  tally.archived += 1;
  compare(tally, { before: signal, after: signal }, both, question.at ?? at, where, () => incident);
}

async function addRaw(
  tally: Tally,
  raw: unknown,
  where: string,
  both: Both,
  question: Question,
): Promise<void> {
  const read = (judge: Judge) =>
    readAny(raw, {
      region: question.region,
      partition: partitionOf(question.region),
      receivedAt: question.at ?? question.now,
      all: true,
      prefilter: [],
      judge,
    });
  const after = await read(both.after);
  if (!after.ok) return countFault(tally, `${where}: ${after.because}`);
  const { signals, faults } = after.reading;
  for (const fault of faults) countFault(tally, `${where}: ${fault.because}`);
  const before = both.readApart ? await read(both.before) : after;
  // Only how grave a line is can differ, so both readings have the same signals, in the same order.
  const olds = before.ok ? before.reading.signals : signals;
  const known = new Map(olds.map((signal) => [signal.id, signal]));
  for (const signal of signals) {
    if (signal.source === CANARY) continue;
    const old = known.get(signal.id) ?? signal;
    const clean = redactSignal(signal);
    const pair = { before: !both.readApart ? clean : redactSignal(old), after: clean };
    const incident = (): string => identify(clean).incident;
    compare(tally, pair, both, question.at ?? signal.time, where, incident);
  }
}

function compare(
  tally: Tally,
  signals: { readonly before: Signal; readonly after: Signal },
  both: Both,
  now: number,
  where: string,
  incident: () => string,
): void {
  const { id, title, time } = signals.after;
  count(tally, {
    before: fateOf(signals.before.status, both.before.verdict(signals.before, now)),
    after: fateOf(signals.after.status, both.after.verdict(signals.after, now)),
    example: { title, id, time, where },
    incident,
  });
}

function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}
