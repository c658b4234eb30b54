import type { Verdict } from '../model/decision.ts';
import type { Level } from '../model/level.ts';
import type { Channel, Severity } from '../model/severity.ts';
import type { Signal } from '../model/signal.ts';
import type { Stage, Why } from '../model/why.ts';
import type { Hold } from './hold.ts';

/** What a person says must become of a signal; what is left out does not matter. */
export interface Expectation {
  readonly severity?: Severity | null | undefined;
  readonly channel?: Channel | null | undefined;
  readonly destinations?: readonly string[] | undefined;
  readonly team?: string | null | undefined;
  /** The rule that does it; true: any; false: none. */
  readonly ignored?: string | boolean | undefined;
  readonly held?: string | boolean | undefined;
  readonly status?: Signal['status'] | undefined;
  readonly level?: Level | null | undefined;
  /** The severity rule that decides. */
  readonly rule?: string | null | undefined;
  readonly source?: string | undefined;
  readonly kind?: string | undefined;
  readonly service?: string | undefined;
  readonly title?: string | undefined;
}

/** What became of it. */
export interface Made {
  readonly severity: Severity | null;
  readonly channel: Channel | null;
  readonly destinations: readonly string[];
  readonly team: string | null;
  /** The rule that ignores it. */
  readonly ignored: string | null;
  /** The rule that would hold its first message. */
  readonly held: string | null;
  readonly status: Signal['status'];
  readonly level: Level | null;
  readonly rule: string | null;
  readonly source: string;
  readonly kind: string;
  readonly service: string;
  readonly title: string;
}

/** One thing that is not as it should be, and the reason that decided it. */
export interface Difference {
  readonly key: keyof Expectation;
  readonly expected: string;
  readonly actual: string;
  readonly why: Why | null;
}

/** A signal after the rules, with all reasons of its decision. */
export interface Decided {
  readonly signal: Signal;
  readonly verdict: Verdict;
  readonly why: readonly Why[];
}

/** The decision in the words of an expectation, which are those of `hansho explain --json`. */
export function madeOf({ signal, verdict, why }: Decided, hold: Hold | null): Made {
  const { status, level, source, kind, service, title } = signal;
  const tracked = verdict.outcome === 'tracked' ? verdict : null;
  const told = status === 'firing' ? tracked : null;
  return {
    severity: verdict.outcome === 'unremarkable' ? null : verdict.severity,
    channel: told?.channel ?? null,
    destinations: told?.targets.map(({ name }) => name) ?? [],
    team: tracked?.team ?? null,
    ignored: verdict.outcome === 'ignored' ? (verdict.why.at(-1)?.rule ?? null) : null,
    held: hold?.by ?? null,
    rule: reasonOf('severity', why)?.rule ?? null,
    ...{ status, level, source, kind, service, title },
  };
}

/** Which stage answers for a key. */
const STAGE_OF: { readonly [K in keyof Expectation]-?: Stage } = {
  severity: 'severity',
  rule: 'severity',
  channel: 'route',
  destinations: 'route',
  team: 'team',
  ignored: 'ignore',
  held: 'hold',
  level: 'level',
  status: 'read',
  source: 'read',
  kind: 'read',
  service: 'read',
  title: 'read',
};
const KEYS = Object.keys(STAGE_OF) as readonly (keyof Expectation)[];

/** All in which the decision is not what was expected; none: the test holds. */
export function differencesOf(expected: Expectation, made: Made, why: readonly Why[]): readonly Difference[] {
  return KEYS.flatMap((key): readonly Difference[] => {
    const wanted = expected[key];
    if (wanted === undefined || fits(key, wanted, made)) return [];
    // What was ignored has no route.
    const reason = reasonOf(STAGE_OF[key], why) ?? reasonOf('ignore', why) ?? reasonOf('severity', why);
    return [{ key, expected: shown(wanted), actual: shown(made[key]), why: reason }];
  });
}

function fits(key: keyof Expectation, wanted: Expectation[keyof Expectation], made: Made): boolean {
  if (typeof wanted === 'boolean') return (made[key] !== null) === wanted;
  if (key === 'destinations') return sameNames(wanted, made.destinations);
  return wanted === made[key];
}

/** Who is told matters, not in which order. */
function sameNames(wanted: Expectation[keyof Expectation], names: readonly string[]): boolean {
  return Array.isArray(wanted) && shown(wanted.toSorted()) === shown(names.toSorted());
}

function reasonOf(stage: Stage, why: readonly Why[]): Why | null {
  return why.findLast((one) => one.stage === stage) ?? null;
}

function shown(value: Expectation[keyof Expectation]): string {
  if (Array.isArray(value)) return `[${value.join(', ')}]`;
  return value === null || value === false ? 'none' : value === true ? 'any' : String(value);
}

/** Whether a rule had a say in a decision: it is among its reasons, also where it is on trial or has expired. */
export function hadSay(rule: { readonly name: string; readonly at: string }, why: readonly Why[]): boolean {
  return why.some((one) => one.rule === rule.name && one.at === rule.at);
}
