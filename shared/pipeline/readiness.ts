import { createHash } from 'node:crypto';
import { iso } from '../destinations/times.ts';
import type { Bundle } from '../model/bundle.ts';
import type { Incident } from '../model/incident.ts';
import { READINESS, type ReadinessRule } from '../model/rules.ts';
import type { Signal, SignalId } from '../model/signal.ts';
import { builtIn } from '../model/why.ts';
import type { Judge } from '../rules/judge.ts';
import type { Home } from './expect.ts';
import { foldSignals, isTracked } from './fold.ts';
import { type Judged, judgeSignal } from './judge.ts';
import type { Store } from './ports.ts';
import { checklistOf, summaryOf } from './readiness-words.ts';
import { touchedBy } from './touched.ts';

export interface ReadinessDeps {
  readonly judge: Judge;
  readonly store: Pick<Store, 'load' | 'loadCounts'>;
  readonly home: Home;
}

/** The end is said in time: quiet ends only what nobody can end any more. */
const SPARE_MS = 3_600_000;
/** So long after the end a summary is still made, and so long it stays open: until somebody has reviewed the week. */
const WEEK_MS = 7 * 86_400_000;

/**
 * Hansho's own words on an entry that are due and that the table does not have yet: the checklist before it, open until
 * its end, and then the summary. They become incidents, as any signal does.
 * @throws when the table cannot be reached.
 */
export async function postsDue(
  entry: ReadinessRule,
  deps: ReadinessDeps,
  now: number,
): Promise<readonly Bundle[]> {
  if (now < entry.from - entry.remindMs || now >= entry.until + WEEK_MS) return [];
  const text = checklistOf(entry, deps.judge.rules);
  const list = { kind: 'checklist', status: 'firing', time: now, of: digest(text), text } as const;
  const [open] = bundlesOf(entry, list, deps, now);
  // A rule of the operator took it.
  if (open === undefined) return [];
  const before = await deps.store.load(open.incident);
  // Should the entry be taken out of the file, the list is over soon after the entry would have been.
  const quietMs = entry.until - now + SPARE_MS;
  if (now < entry.until) return isSaid(open, before) ? [] : [{ ...open, quietMs }];
  // Written into the file when it was over already.
  if (before === null) return [];
  const over = { ...list, status: 'resolved', time: entry.until, of: iso(entry.until) } as const;
  const ends = before.facts.status === 'firing' ? bundlesOf(entry, over, deps, now) : [];
  return [...ends, ...(await summaryDue(entry, deps, now))];
}

async function summaryDue(
  entry: ReadinessRule,
  deps: ReadinessDeps,
  now: number,
): Promise<readonly Bundle[]> {
  const { judge, store } = deps;
  const about = { kind: 'summary', status: 'firing', time: entry.until, of: iso(entry.until) } as const;
  const [sketch] = bundlesOf(entry, { ...about, text: '' }, deps, now);
  if (sketch === undefined || isSaid(sketch, await store.load(sketch.incident))) return [];
  const { incidents, more } = await touchedBy(entry, store);
  const text = summaryOf(entry, incidents, more, judge.rules, now);
  return bundlesOf(entry, { ...about, text }, deps, now).map((one) => ({ ...one, quietMs: WEEK_MS }));
}

function isSaid({ firing }: Bundle, incident: Incident | null): boolean {
  return incident !== null && firing.every(({ mark }) => incident.marks.includes(mark));
}

interface Said {
  readonly kind: 'checklist' | 'summary';
  readonly status: 'firing' | 'resolved';
  readonly time: number;
  /** What makes it another signal than the one before: a list that was rewritten, an end that was moved. */
  readonly of: string;
  /** The title on the first line, the message below it. */
  readonly text: string;
}

/** Judged as any other signal: a severity rule, a team or an ignore can name it. None: a rule took it. */
function bundlesOf(
  entry: ReadinessRule,
  said: Said,
  { judge, home }: ReadinessDeps,
  now: number,
): readonly Bundle[] {
  const judgedAs = (text: string) => judgeSignal(signalOf(entry, { ...said, text }, home), judge, now);
  const whole = judgedAs(said.text);
  return foldSignals(
    [said.kind === 'summary' ? withoutQuotes(whole, judgedAs) : whole].filter(isTracked),
    now,
  );
}

/** A summary quotes what others said: none of that decides how grave it is, or whom it calls. */
function withoutQuotes({ signal }: Judged, judgedAs: (text: string) => Judged): Judged {
  const bare = judgedAs(signal.title);
  return { ...bare, signal: { ...bare.signal, message: signal.message } };
}

function signalOf(
  { name, level, at }: ReadinessRule,
  { kind, status, time, of, text }: Said,
  home: Home,
): Signal {
  const [title = '', ...message] = text.split('\n');
  return {
    ...home,
    id: `${READINESS} ${name} ${kind} ${of}` as SignalId,
    source: READINESS,
    kind,
    status,
    lifecycle: 'updates',
    time,
    service: name,
    resource: null,
    logGroup: null,
    logStream: null,
    level: null,
    levelEvidence: null,
    title,
    message: message.join('\n'),
    identity: { by: 'source', key: `${READINESS} ${name} ${kind}` },
    remedy: null,
    places: [],
    tags: {},
    fields: { level },
    detail: null,
    why: [{ ...builtIn('read', `${READINESS}-${kind}`, `the ${kind} of ${name}, level ${level}`), at }],
  };
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
