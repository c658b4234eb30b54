import { iso, localTime, span } from '../destinations/times.ts';
import { wordsOf } from '../messages/words.ts';
import type { Bundle } from '../model/bundle.ts';
import type { Expected, ExpectRule } from '../model/rules.ts';
import type { Signal, SignalId } from '../model/signal.ts';
import { type Missed, missed, type Origin } from '../rules/expect.ts';
import type { Judge } from '../rules/judge.ts';
import { foldSignals, isTracked } from './fold.ts';
import { type Judged, judgeSignal } from './judge.ts';
import type { Store } from './ports.ts';

/** Where this deployment lives: what is expected is expected here, wherever it is heard from. */
export interface Home {
  readonly account: string;
  readonly region: string;
  readonly partition: string;
}

/** That something was heard, at its source time (ms). */
export interface Heard {
  readonly rule: ExpectRule;
  readonly at: number;
}

/**
 * Remembers, for as long as the process lives, when a heartbeat was last passed on: a busy log group says the same
 * thing with every payload. Only for rules on an interval, where a quarter of it is close enough; what is expected
 * between two times is always passed on.
 */
export interface Beats {
  due(heard: Heard): boolean;
  sent(heard: Heard): void;
}

export function makeBeats(): Beats {
  const last = new Map<string, number>();
  return {
    due: ({ rule, at }) => {
      const before = last.get(rule.name);
      const spare = rule.when.is === 'every' ? Math.min(60_000, rule.when.ms / 4) : 0;
      return before === undefined || at > before + spare;
    },
    sent: ({ rule, at }) => void last.set(rule.name, at),
  };
}

/** A place that was heard from, and when (source time, ms). */
export interface From {
  readonly from: Origin;
  readonly at: number;
}

/**
 * What the signals and the place they came from satisfy: each rule once, at its newest time. A clock that is ahead of
 * ours counts as now.
 */
export function heardIn(
  judged: readonly Judged[],
  origin: From | null,
  judge: Judge,
  receivedAt: number,
): readonly Heard[] {
  const newest = new Map<string, Heard>();
  const hear = (rule: ExpectRule, time: number) => {
    const at = Math.min(time, receivedAt);
    if ((newest.get(rule.name)?.at ?? Number.NEGATIVE_INFINITY) < at) newest.set(rule.name, { rule, at });
  };
  for (const { heard, signal } of judged) for (const rule of heard) hear(rule, signal.time);
  if (origin !== null) for (const rule of judge.expects.heardFrom(origin.from)) hear(rule, origin.at);
  return [...newest.values()];
}

/** The bundle by which a heartbeat travels: it ends the rule's incident, or leaves the mark from which silence counts. */
export function heartbeats(
  heard: readonly Heard[],
  judge: Judge,
  home: Home,
  receivedAt: number,
): readonly Bundle[] {
  return bundlesOf(
    heard.map(({ rule, at }) => say(rule, 'resolved', at, `${at}`, { last: at, by: null }, judge, home)),
    judge,
    receivedAt,
  );
}

/** So often an open silence is said again: what is no longer said is over, should its rule be removed. */
const AGAIN_MS = 3_600_000;

/**
 * Bundles for the incidents of what is overdue, and a first mark for rules that are new. `heardUntil`: the time up to
 * which everything accepted was looked at, ms.
 * @throws when the table cannot be reached.
 */
export async function overdue(
  deps: { readonly judge: Judge; readonly store: Pick<Store, 'load'>; readonly home: Home },
  heardUntil: number,
  now: number,
): Promise<readonly Bundle[]> {
  const { judge, store, home } = deps;
  const bundles: Bundle[] = [];
  for (const rule of judge.expects.rules) {
    const [mark] = heartbeats([{ rule, at: now }], judge, home, now);
    if (mark === undefined) continue;
    const last = (await store.load(mark.incident))?.facts.resolvedAt ?? null;
    if (last === null) bundles.push(mark);
    else bundles.push(...silences(rule, last, heardUntil, now, deps));
  }
  return bundles;
}

function silences(
  rule: ExpectRule,
  last: number,
  heardUntil: number,
  now: number,
  { judge, home }: { readonly judge: Judge; readonly home: Home },
): readonly Bundle[] {
  const gap = missed(rule.when, last, heardUntil, judge.rules.timezone);
  if (gap === null) return [];
  const again = Math.floor((now - gap.by) / AGAIN_MS);
  const about = { last, by: gap };
  return bundlesOf([say(rule, 'firing', gap.since, `${gap.by} ${again}`, about, judge, home)], judge, now);
}

function bundlesOf(signals: readonly Signal[], judge: Judge, receivedAt: number): readonly Bundle[] {
  return foldSignals(
    signals.map((signal) => judgeSignal(signal, judge, receivedAt)).filter(isTracked),
    receivedAt,
  );
}

interface About {
  readonly last: number;
  readonly by: Missed | null;
}

/** Hansho's own signal on a rule. It is judged as any other: a severity rule, a team or an ignore can name it. */
function say(
  rule: ExpectRule,
  status: 'firing' | 'resolved',
  time: number,
  id: string,
  about: About,
  judge: Judge,
  { account, region, partition }: Home,
): Signal {
  const { language, timezone } = judge.rules;
  const words = wordsOf(language).expect;
  const local = (ms: number) => `${localTime(ms, timezone).date} ${localTime(ms, timezone).time}`;
  const when = expectedIn(rule.when, judge);
  const by = about.by === null ? '' : words.overdue(local(about.by.by), timezone);
  return {
    id: `expect ${rule.name} ${status} ${id}` as SignalId,
    source: 'expect',
    kind: 'not heard',
    status,
    lifecycle: 'updates',
    time,
    account,
    region,
    partition,
    service: rule.name,
    resource: null,
    logGroup: null,
    logStream: null,
    level: null,
    levelEvidence: null,
    title: rule.why === null ? words.notHeard(rule.name) : words.why(rule.name, rule.why),
    message: [words.expected(when), words.last(local(about.last), timezone), by]
      .filter((s) => s !== '')
      .join('\n'),
    identity: { by: 'source', key: `expect ${rule.name}` },
    remedy: null,
    places: [],
    tags: {},
    fields: null,
    detail: null,
    why: [
      {
        stage: 'expect',
        rule: rule.name,
        at: rule.at,
        because:
          about.by === null
            ? `heard at ${iso(about.last)}`
            : `last heard at ${iso(about.last)}, due by ${iso(about.by.by)}`,
      },
    ],
  };
}

function expectedIn(when: Expected, { rules }: Judge): string {
  const words = wordsOf(rules.language);
  switch (when.is) {
    case 'every':
      return words.expect.every(span(when.ms, words));
    case 'between':
      return words.expect.between(timeOfDay(when.from), timeOfDay(when.until), rules.timezone);
  }
}

function timeOfDay(minutes: number): string {
  const day = minutes === 1_440 ? minutes : minutes % 1_440;
  const two = (n: number) => String(n).padStart(2, '0');
  return `${two(Math.floor(day / 60))}:${two(day % 60)}`;
}
