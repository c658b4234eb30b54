import { identify } from '../../shared/fingerprints/identify.ts';
import { CANARY } from '../../shared/model/canary.ts';
import type { Rules } from '../../shared/model/rules.ts';
import type { Signal } from '../../shared/model/signal.ts';
import { isArchived, parseArchived } from '../../shared/pipeline/archive.ts';
import { readAny } from '../../shared/pipeline/read.ts';
import { redactSignal } from '../../shared/redaction/signal.ts';
import { type Judge, makeJudge } from '../../shared/rules/judge.ts';
import { type Fate, fateOf } from './fate.ts';
import type { Firing } from './firing.ts';
import { type AskHeld, looksAround, makeHeld, makeSurvey } from './held.ts';
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

/** When what holds others fired, by each rule set; null: that one does not look around. */
export interface Surveyed {
  readonly before: Firing | null;
  readonly after: Firing | null;
}

/** One signal as each rule set reads it, and as of when. */
interface Pair {
  readonly before: Signal;
  readonly after: Signal;
  readonly now: number;
  readonly where: string;
  readonly incident: () => string;
}

/** Takes what is read of the input, one after the other. */
interface Taker {
  pair(pair: Pair): void;
  fault(fault: string): void;
  /** A signal from the archive; false: it is not wanted. */
  archived(at: number): boolean;
}

interface Both {
  readonly before: Judge;
  readonly after: Judge;
  /** Whether a raw log line may be read differently. */
  readonly readApart: boolean;
}

function judgesOf({ before, after }: Question): Both {
  return {
    before: makeJudge(before),
    after: makeJudge(after),
    readApart: !sameRules(before.logs, after.logs),
  };
}

/** Whether the input must be read once before it can be judged: a rule holds one signal because of others. */
export function needsSurvey({ before, after }: Question): boolean {
  return looksAround(before) || looksAround(after);
}

/** Adds what can be read of a part of the input to what is known. */
export type Reader<Sum> = (sum: Sum, part: Part) => Promise<void>;

/** Finds out when what holds others fired. */
export function makeSurveyor(question: Question): Reader<Surveyed> {
  const both = judgesOf(question);
  const survey = { before: makeSurvey(both.before), after: makeSurvey(both.after) };
  return async (surveyed, part) => {
    const taker: Taker = {
      pair: ({ before, after, incident, now }) => {
        if (surveyed.before !== null) survey.before(surveyed.before, { signal: before, incident, now });
        if (surveyed.after !== null) survey.after(surveyed.after, { signal: after, incident, now });
      },
      fault: () => undefined,
      // What fired before the time that is replayed may still fire in it.
      archived: () => true,
    };
    await readPart(part, both, question, taker);
  };
}

/** Judges by both rule sets, and counts what becomes of each signal. */
export function makeReplayer(question: Question, surveyed: Surveyed): Reader<Tally> {
  const both = judgesOf(question);
  const held = {
    before: makeHeld(both.before, surveyed.before),
    after: makeHeld(both.after, surveyed.after),
  };
  const fateBy = (judge: Judge, ask: AskHeld, signal: Signal, { now, incident }: Pair): Fate => {
    const verdict = judge.verdict(signal, now);
    return fateOf(signal.status, verdict, ask({ signal, verdict, incident, now }));
  };
  const takerFor = (tally: Tally): Taker => ({
    pair: (pair) => {
      const { id, title, time } = pair.after;
      count(tally, {
        before: fateBy(both.before, held.before, pair.before, pair),
        after: fateBy(both.after, held.after, pair.after, pair),
        example: { title, id, time, where: pair.where },
        incident: pair.incident,
      });
    },
    fault: (fault) => countFault(tally, fault),
    archived: (at) => {
      if (question.since !== null && at < question.since) return false;
      tally.archived += 1;
      return true;
    },
  });
  return async (tally, part) => readPart(part, both, question, takerFor(tally));
}

async function readPart(part: Part, both: Both, question: Question, taker: Taker): Promise<void> {
  for await (const block of valuesOf(part)) {
    for (const one of block) {
      if ('fault' in one) taker.fault(`${one.where}: ${one.fault}`);
      else {
        const reading = readValue(one.value, one.where, both, question, taker);
        if (reading !== undefined) await reading;
      }
    }
  }
}

/** Nothing to wait for where it is of the archive, which is faster. */
function readValue(
  value: unknown,
  where: string,
  both: Both,
  question: Question,
  taker: Taker,
): Promise<void> | undefined {
  if (!isArchived(value)) return readRaw(value, where, both, question, taker);
  const archived = parseArchived(value);
  if (archived === null) taker.fault(`${where}: it is from an archive of another version, or damaged`);
  else if (taker.archived(archived.at)) {
    const { signal, incident, at } = archived;
    const now = question.at ?? at;
    taker.pair({ before: signal, after: signal, now, where, incident: () => incident });
  }
  return undefined;
}

async function readRaw(
  raw: unknown,
  where: string,
  both: Both,
  question: Question,
  taker: Taker,
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
  if (!after.ok) return taker.fault(`${where}: ${after.because}`);
  const { signals, faults } = after.reading;
  for (const fault of faults) taker.fault(`${where}: ${fault.because}`);
  const before = both.readApart ? await read(both.before) : after;
  // Only how grave a line is can differ, so both readings have the same signals, in the same order.
  const olds = before.ok ? before.reading.signals : signals;
  const known = new Map(olds.map((signal) => [signal.id, signal]));
  for (const signal of signals) {
    if (signal.source === CANARY) continue;
    const clean = redactSignal(signal);
    const old = both.readApart ? redactSignal(known.get(signal.id) ?? signal) : clean;
    const incident = (): string => identify(clean).incident;
    taker.pair({ before: old, after: clean, now: question.at ?? signal.time, where, incident });
  }
}

function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}
