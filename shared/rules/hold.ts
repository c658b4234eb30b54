import type { Report } from '../model/bundle.ts';
import type { Held, Incident } from '../model/incident.ts';
import type { Document, InhibitRule, Rules, SilenceRule, TransientRule, WindowRule } from '../model/rules.ts';
import { atLeast, type Severity } from '../model/severity.ts';
import type { Why } from '../model/why.ts';
import { type Index, makeIndex } from '../patterns/index.ts';
import { matches } from '../patterns/match.ts';
import { because, type Compiled, compileRules, evidence } from './compiled.ts';
import { makeReadiness } from './readiness.ts';
import { addDays, dayAt, falls, momentOf } from './zone.ts';

/** A rule that keeps something from being told for now, why, and until when as far as it knows (ms). */
export type Hold = Pick<Held, 'kind' | 'by' | 'at' | 'because' | 'until'>;

/** The rules that hold, ready to ask. None of them ever keeps an end from being told; whoever asks sees to that. */
export interface Holds {
  /** There is no such rule. */
  readonly none: boolean;
  silenced(document: Document, now: number): Hold | null;
  muted(document: Document, now: number): Hold | null;
  /** `since`: when it became news, ms. */
  transient(document: Document, since: number, now: number): Hold | null;
  /** The places that a firing incident inhibits: an incident of one of these keys is a target. */
  inhibits(document: Document): readonly string[];
  /** Where a target has to look for its sources, by rule. */
  inhibitors(document: Document): readonly { readonly key: string; readonly rule: InhibitRule }[];
  readonly broken: readonly Why[];
}

type About = Pick<
  Report,
  'source' | 'kind' | 'service' | 'team' | 'account' | 'region' | 'logGroup' | 'resource' | 'title'
> & { readonly severity: Severity };

/** What a hold is matched against: what the table keeps of an incident. Its level, its fields and its raw event are gone. */
export function documentOfIncident(incident: Incident, report: Report): Document {
  return documentOfHeld({ ...report, ...incident, severity: incident.facts.severity });
}

/** The same of what is no incident yet. */
export function documentOfHeld(about: About): Document {
  const { source, kind, severity, service, team, account, region, logGroup, resource, title } = about;
  return {
    ...{ source, kind, status: 'firing', severity, service, account, region, title, message: '' },
    ...(team === null ? {} : { team }),
    ...(logGroup === null ? {} : { logGroup }),
    ...(resource === null ? {} : { resource }),
  };
}

type HoldRules = Pick<Rules, 'silences' | 'windows' | 'inhibit' | 'hold' | 'readiness'>;

/** Compiles the rules; one that does not compile is left out, visibly: what it would have held is told. */
export function makeHolds({ silences, windows, inhibit, hold, readiness }: HoldRules): Holds {
  const silence = compileRules(silences, ({ match }) => match, 'hold');
  const window = compileRules(windows, ({ match }) => match, 'hold');
  const transient = compileRules(hold, ({ match }) => match, 'hold');
  const source = compileRules(inhibit, ({ source }) => source, 'hold');
  const target = compileRules(inhibit, ({ target }) => target, 'hold');
  const passing = makeReadiness(readiness.filter(({ passWindows }) => passWindows));
  const sourceOf = new Map(source.rules.map(({ rule, pattern }) => [rule, pattern]));
  const silencing = makeIndex(silence.rules);
  const muting = makeIndex(window.rules.map((one) => ({ ...one, open: byMinute(one.rule) })));
  const waiting = makeIndex(transient.rules);
  const [sources, targets] = [makeIndex(source.rules), makeIndex(target.rules)];
  return {
    none: [silence, window, transient, source].every(({ rules }) => rules.length === 0),
    silenced: (document, now) => first(silencing, document, (one) => silencedBy(one, document, now)),
    muted: (document, now) =>
      passing.on(document, now).length > 0
        ? null
        : first(muting, document, (one) => mutedBy(one, document, now)),
    transient: (document, since, now) =>
      first(waiting, document, (one) => transientBy(one, document, since, now)),
    inhibits: (document) => sources.all(document).flatMap(({ rule }) => keysOf(rule, document)),
    inhibitors: (document) =>
      targets.all(document).flatMap(({ rule }) => {
        // What is on both sides would be held by its own kind, and by itself.
        const own = sourceOf.get(rule);
        if (own === undefined || matches(own, document)) return [];
        return keysOf(rule, document).map((key) => ({ key, rule }));
      }),
    broken: [silence, window, transient, source, target].flatMap(({ broken }) => broken),
  };
}

function first<Rule>(rules: Index<Rule>, document: Document, ask: (rule: Rule) => Hold | null): Hold | null {
  for (const one of rules.all(document)) {
    const hold = ask(one);
    if (hold !== null) return hold;
  }
  return null;
}

function silencedBy({ rule, pattern }: Compiled<SilenceRule>, document: Document, now: number): Hold | null {
  const { name, at, from, until, author, reason } = rule;
  if (now < from || now >= until) return null;
  return {
    kind: 'silence',
    by: name,
    at,
    because: because(`silenced by ${author}: ${reason}`, evidence(pattern, document)),
    until,
  };
}

function mutedBy(
  { rule, pattern, open }: Compiled<WindowRule> & { readonly open: OpenUntil },
  document: Document,
  now: number,
): Hold | null {
  const { name, at, gravest, reason } = rule;
  if (document.severity === undefined || !atLeast(gravest, document.severity)) return null;
  const until = open(now);
  if (until === null) return null;
  return {
    kind: 'window',
    by: name,
    at,
    because: because(`muted: ${reason}`, evidence(pattern, document)),
    until,
  };
}

/** When the window that is open now closes, ms; null when none is open. */
export type OpenUntil = (now: number) => number | null;
type Calendar = Pick<WindowRule, 'times' | 'days' | 'months' | 'timezone'>;

/** Times of the day are given to the minute, so the answer is worked out once for each: the last one is remembered. */
export function byMinute(calendar: Calendar): OpenUntil {
  let last: { readonly minute: number; readonly until: number | null } | null = null;
  return (now) => {
    const minute = Math.floor(now / 60_000) * 60_000;
    if (last?.minute !== minute) last = { minute, until: openUntil(calendar, minute) };
    return last.until;
  };
}

function openUntil({ times, days, months, timezone }: Calendar, now: number): number | null {
  const today = dayAt(now, timezone);
  const ends = [addDays(today, -1), today].flatMap((day) => {
    const counts = falls(day, days) && (months.length === 0 || months.includes(day.month));
    const open = times.filter(
      ({ from, until }) => momentOf(day, from, timezone) <= now && now < momentOf(day, until, timezone),
    );
    return counts ? open.map(({ until }) => momentOf(day, until, timezone)) : [];
  });
  return ends.length === 0 ? null : Math.max(...ends);
}

function transientBy(
  { rule, pattern }: Compiled<TransientRule>,
  document: Document,
  since: number,
  now: number,
): Hold | null {
  const until = since + rule.forMs;
  if (now >= until) return null;
  const wait = `told once it has lasted ${rule.forMs / 1_000} s`;
  return {
    kind: 'hold',
    by: rule.name,
    at: rule.at,
    because: because(wait, evidence(pattern, document)),
    until,
  };
}

/** One key, or none: what has no value for a key of `equal` is equal to nothing. */
function keysOf({ name, equal }: InhibitRule, document: Document): readonly string[] {
  const values = equal.map((key) => document[key]);
  return values.includes(undefined) ? [] : [JSON.stringify([name, ...values])];
}
