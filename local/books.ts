import { at, isObject, type Json, type JsonObject, number, text } from '../shared/model/json.ts';

/** What one input of a posting holds, by the name that intake's `ledger` line gives it. */
export interface Held {
  readonly input: string;
  readonly signals: number;
}

/** What intake made of one input. */
export interface Outcome {
  readonly signals: number;
  readonly tracked: number;
  readonly ignored: number;
  readonly unremarkable: number;
  /** Records in it that could not be read. */
  readonly faults: number;
}

/** Where every accepted signal is: accepted + elsewhere = the sum of the others. */
export interface Balance {
  readonly repeated: number;
  /** Put on a queue by somebody else, not accepted here. */
  readonly elsewhere: number;
  readonly tracked: number;
  readonly ignored: number;
  readonly unremarkable: number;
  /** Records that could not be read; they are no signals. */
  readonly unreadable: number;
  /** In inputs that were given up before they were read. */
  readonly deadLettered: number;
  readonly waiting: number;
  /** Inputs that everything is done with and that are in no state: this must be empty. */
  readonly missing: readonly (Held & { readonly seq: number })[];
}

/**
 * Keeps books on every accepted input by what it holds, not by how often it was delivered: an input that is tried again,
 * posted again or moved back from a dead-letter queue is the same one, in exactly one state.
 */
export interface Books {
  /** Before it is delivered. `holds`: one list a delivery. */
  accepted(seq: number, holds: readonly (readonly Held[])[]): void;
  /** Intake has read it. */
  read(input: string, outcome: Outcome): void;
  /** It lies in a dead-letter queue or in the bucket. */
  gaveUp(input: string): void;
  /** Everything that this posting brought has ended. */
  done(seq: number): void;
  /** The checkpoint will not replay this posting. */
  passed(seq: number): void;
  balance(): Balance;
  /** What is to be known after a restart: postings that have passed. */
  snapshot(): JsonObject;
}

interface Input extends Held {
  readonly seq: number;
  outcome: Outcome | null;
  dead: boolean;
  done: boolean;
}

const NONE: Outcome = { signals: 0, tracked: 0, ignored: 0, unremarkable: 0, faults: 0 };

export function makeBooks(earlier: Json | undefined): Books {
  /** Those of postings that a restart would replay. */
  const open = new Map<string, Input>();
  const postings = new Map<number, Input[]>();
  /** Read for good; remembered by name only, to recognise them. */
  const settled = new Set<string>();
  const unsettled = new Map<string, Input>(inputsIn(earlier).map((one) => [one.input, one]));
  let [sums, repeated, elsewhere] = [outcomeIn(earlier), at0(earlier, 'repeated'), at0(earlier, 'elsewhere')];

  const settle = (input: Input): void => {
    open.delete(input.input);
    unsettled.delete(input.input);
    if (input.outcome === null) return void unsettled.set(input.input, input);
    sums = plus(sums, input.outcome);
    settled.add(input.input);
    for (const short of shortfall(input))
      unsettled.set(input.input, { ...short, outcome: null, dead: false, done: true });
  };

  return {
    accepted: (seq, holds) => {
      for (const { input, signals } of holds.flat()) {
        if (signals === 0) continue;
        if (open.has(input) || settled.has(input) || unsettled.has(input)) repeated += signals;
        else {
          const one = { input, signals, seq, outcome: null, dead: false, done: false };
          open.set(input, one);
          postings.set(seq, [...(postings.get(seq) ?? []), one]);
        }
      }
    },
    read: (input, outcome) => {
      if (settled.has(input)) return;
      const known = open.get(input) ?? unsettled.get(input);
      if (known !== undefined) {
        known.outcome = outcome;
        if (unsettled.has(input)) settle(known);
      } else if (outcome.signals + outcome.faults > 0) {
        settled.add(input);
        sums = plus(sums, outcome);
        elsewhere += outcome.signals;
      }
    },
    gaveUp: (input) => {
      const known = open.get(input);
      if (known !== undefined) known.dead = true;
    },
    done: (seq) => {
      for (const input of postings.get(seq) ?? []) input.done = true;
    },
    passed: (seq) => {
      for (const input of postings.get(seq) ?? []) settle(input);
      postings.delete(seq);
    },
    balance: () => {
      const all = [...open.values(), ...unsettled.values()];
      const read = all.flatMap(({ outcome }) => outcome ?? []).reduce(plus, sums);
      const unread = all.filter(({ outcome }) => outcome === null);
      const sum = (some: readonly Held[]) => some.reduce((n, { signals }) => n + signals, 0);
      return {
        repeated,
        elsewhere,
        tracked: read.tracked,
        ignored: read.ignored,
        unremarkable: read.unremarkable,
        unreadable: read.faults,
        deadLettered: sum(unread.filter(({ dead }) => dead)),
        waiting: sum(unread.filter(({ dead, done }) => !dead && !done)),
        missing: [...unread.filter(({ dead, done }) => !dead && done), ...all.flatMap(shortfall)],
      };
    },
    snapshot: () => ({
      ...sums,
      repeated,
      elsewhere,
      unsettled: [...unsettled.values()].map(({ input, signals, seq, dead }) => ({
        input,
        signals,
        seq,
        dead,
      })),
    }),
  };
}

/** Intake found fewer signals in it than were accepted, or more. */
function shortfall({ input, signals, seq, outcome }: Input): readonly (Held & { readonly seq: number })[] {
  const left = outcome === null ? 0 : signals - outcome.signals;
  return left === 0 ? [] : [{ input, signals: left, seq }];
}

function plus(a: Outcome, b: Outcome): Outcome {
  return {
    signals: a.signals + b.signals,
    tracked: a.tracked + b.tracked,
    ignored: a.ignored + b.ignored,
    unremarkable: a.unremarkable + b.unremarkable,
    faults: a.faults + b.faults,
  };
}

function at0(value: Json | undefined, name: string): number {
  return number(value, name) ?? 0;
}

/** The counts of a `ledger` line, or of a snapshot. */
export function outcomeIn(value: Json | undefined): Outcome {
  if (!isObject(value)) return NONE;
  return {
    signals: at0(value, 'signals'),
    tracked: at0(value, 'tracked'),
    ignored: at0(value, 'ignored'),
    unremarkable: at0(value, 'unremarkable'),
    faults: at0(value, 'faults'),
  };
}

function inputsIn(earlier: Json | undefined): readonly Input[] {
  const saved = at(earlier, 'unsettled');
  return (Array.isArray(saved) ? saved : []).map((one: Json) => ({
    input: text(one, 'input') ?? '',
    signals: at0(one, 'signals'),
    seq: at0(one, 'seq'),
    outcome: null,
    dead: at(one, 'dead') === true,
    done: true,
  }));
}
