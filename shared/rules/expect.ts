import type { Document, Expected, ExpectRule, SeverityRule } from '../model/rules.ts';
import type { Signal } from '../model/signal.ts';
import type { Why } from '../model/why.ts';
import { type Index, makeIndex } from '../patterns/index.ts';
import { type Compiled, compileRules } from './compiled.ts';
import { documentOf } from './document.ts';
import { measuringRules, prefilterOf } from './measuring.ts';
import { addDays, dayAt, falls, momentOf } from './zone.ts';

/** Where something was heard from, whatever it said. */
export type Origin = Pick<Document, 'source' | 'service' | 'account' | 'region' | 'logGroup'>;
const ORIGIN_KEYS: ReadonlySet<string | undefined> = new Set([
  'source',
  'service',
  'account',
  'region',
  'logGroup',
]);

/** The rules on what must be heard, ready to ask. */
export interface Expectations {
  readonly rules: readonly ExpectRule[];
  /** The rules that a signal satisfies, whatever else becomes of it. */
  heard(signal: Signal): readonly ExpectRule[];
  /** The rules that anything at all from there satisfies: those that ask for nothing but the place. */
  heardFrom(origin: Origin): readonly ExpectRule[];
  /** Substrings, as `Judge.prefilter`: what a log line below WARNING must hold to satisfy a rule on what it says. */
  readonly prefilter: readonly string[];
  readonly broken: readonly Why[];
}

/** Compiles the rules; one that does not compile is left out, visibly. */
export function makeExpectations(rules: readonly ExpectRule[]): Expectations {
  const compiled = compileRules(rules, ({ match }) => match, 'expect');
  const all = makeIndex(compiled.rules);
  const places = makeIndex(compiled.rules.filter(asksForPlace));
  const words = compiled.rules.filter((one) => !asksForPlace(one));
  return {
    rules: compiled.rules.map(({ rule }) => rule),
    heard: (signal) => (compiled.rules.length === 0 ? [] : satisfied(all, documentOf(signal))),
    heardFrom: (origin) => satisfied(places, { ...origin, kind: '', status: '', title: '', message: '' }),
    prefilter: prefilterOf(measuringRules(words)),
    broken: compiled.broken,
  };
}

function asksForPlace({ pattern }: Compiled<ExpectRule>): boolean {
  return pattern.ways.every(({ fields }) => fields.every(({ path }) => ORIGIN_KEYS.has(path[0])));
}

function satisfied(rules: Index<Compiled<ExpectRule>>, document: Document): readonly ExpectRule[] {
  return rules.all(document).map(({ rule }) => rule);
}

/** The severity rule that an expectation is: it says how grave its own silence is. */
export function gravityRuleOf({ name, severity, why, at }: ExpectRule): SeverityRule {
  const match = { source: ['expect'], service: [name] };
  const because = why ?? 'it was not heard';
  return { name, match, severity, channel: null, why: because, runbook: null, shadow: false, at };
}

/** What should have been heard and was not. */
export interface Missed {
  /** The first moment at which hearing it would have counted, ms: whatever is heard from then on ends it. */
  readonly since: number;
  /** By when it should have been heard, ms. */
  readonly by: number;
}

/** Log lines reach intake this much after they were written, at most; a window is judged so long after its end. */
const LATE_MS = 120_000;
/** A rule on the 31st has a window at least every second month. */
const DAYS_BACK = 62;

/**
 * Whether something is overdue. `heardAt`: when it was last heard, ms; `heardUntil`: the time up to which everything
 * accepted has been looked at, so that a backlog is not taken for silence.
 */
export function missed(when: Expected, heardAt: number, heardUntil: number, timezone: string): Missed | null {
  switch (when.is) {
    case 'every': {
      const by = heardAt + when.ms;
      return heardUntil >= by ? { since: heardAt + 1, by } : null;
    }
    case 'between': {
      const last = lastWindow(when, heardUntil - LATE_MS, timezone);
      if (last === null || heardAt >= last.since) return null;
      return last;
    }
  }
}

/** The newest window that has ended by `now`. */
function lastWindow(
  { from, until, days }: Extract<Expected, { is: 'between' }>,
  now: number,
  timezone: string,
): Missed | null {
  const today = dayAt(now, timezone);
  for (let back = 0; back <= DAYS_BACK; back += 1) {
    const day = addDays(today, -back);
    const by = momentOf(day, until, timezone);
    if (by <= now && falls(day, days)) return { since: momentOf(day, from, timezone), by };
  }
  return null;
}
