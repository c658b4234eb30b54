import { mergeFiring, noFiring } from './firing.ts';
import { looksAround } from './held.ts';
import { makeReplayer, makeSurveyor, type Question, type Reader, type Surveyed } from './judge.ts';
import { emptyTally, merge, type Tally } from './tally.ts';

/** One reading of the whole input. Sums of its parts, merged in the order of the input, are the sum of the whole. */
export interface Pass<Sum> {
  readonly none: () => Sum;
  readonly merge: (sum: Sum, later: Sum) => void;
  readonly reader: () => Reader<Sum>;
  /** What makes the same pass in another thread. */
  readonly order: PassOrder;
}

/** `surveyed` null: it is the survey. */
export interface PassOrder {
  readonly question: Question;
  readonly surveyed: Surveyed | null;
}

/** Finds out when what holds others fired. */
export function surveyPass(question: Question): Pass<Surveyed> {
  const { before, after } = question;
  const none = (looks: boolean) => (looks ? noFiring() : null);
  return {
    none: () => ({ before: none(looksAround(before)), after: none(looksAround(after)) }),
    merge: (sum, later) => {
      if (sum.before !== null && later.before !== null) mergeFiring(sum.before, later.before);
      if (sum.after !== null && later.after !== null) mergeFiring(sum.after, later.after);
    },
    reader: () => makeSurveyor(question),
    order: { question, surveyed: null },
  };
}

/** Judges and counts. */
export function countPass(question: Question, surveyed: Surveyed): Pass<Tally> {
  return {
    none: emptyTally,
    merge,
    reader: () => makeReplayer(question, surveyed),
    order: { question, surveyed },
  };
}
