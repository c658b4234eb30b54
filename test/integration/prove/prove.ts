import { setTimeout as sleep } from 'node:timers/promises';
import { number } from '../../../shared/model/json.ts';
import { type Line, post, startQuietly, subscription } from '../local.ts';
import { breaches, doublesOf, type Fair, get, type Sent, sev1Late, toldTooSoon, waitedOf } from './laws.ts';
import { PHASES, type Phase, type Size } from './phases.ts';
import { EXPECTED, eventAbout, type Kind, lineAbout, lineOf, type Problem, tokenOf } from './problems.ts';
import { startWatched, type Watched } from './watch.ts';

/** What was measured of one phase. */
export interface Row {
  readonly phase: string;
  readonly seconds: number;
  /** Signals accepted in it. */
  readonly sent: number;
  /** Problems that began in it. */
  readonly problems: number;
  /** Calls that Slack and PagerDuty took while it lasted. */
  readonly told: number;
  /** From 202 to the first card of its problems, ms: the middle one, the longest, the longest of SEV1. */
  readonly waited: { readonly middle: number; readonly longest: number; readonly sev1: number };
  /** Cards and pages beyond the one that each of its problems has. */
  readonly doubled: number;
  /** Its problems that were never told. */
  readonly lost: number;
}

export interface Proof {
  readonly rows: readonly Row[];
  /** Lines that said again what was known. */
  readonly lines: number;
  readonly removed: number;
  /** From the end of the last fault until every law held, ms. */
  readonly mendedMs: number;
  readonly violations: readonly string[];
}

/**
 * Runs the deployed bundles in local mode against stand-ins over HTTP, through all phases, and checks the laws from
 * outside. `say` hears what goes on.
 */
export async function prove(size: Size, say: (line: string) => void = () => {}): Promise<Proof> {
  const watched = await startWatched();
  const settings = { SLACK_API_URL: watched.slack.url, PAGERDUTY_EVENTS_URL: watched.pagerduty.url };
  const local = await startQuietly({ settings, warm: true });
  try {
    return await run(local.url, size, watched, say);
  } finally {
    await local.stop();
    await watched.close();
  }
}

interface Raw {
  readonly phase: Phase;
  readonly began: number;
  readonly ended: number;
  readonly sent: number;
  readonly told: number;
}

async function run(url: string, size: Size, watched: Watched, say: (line: string) => void): Promise<Proof> {
  const sender = makeSender(url, size);
  const violations: string[] = [];
  const raw: Raw[] = [];
  for (const phase of PHASES) {
    say(phase.name);
    const [began, sent, told] = [Date.now(), sender.sent().signals, watched.taken()];
    begin(phase, watched, sender.problems);
    await send(phase, size, sender, began);
    violations.push(...(await toldTooSoon(url, watched)));
    if (phase.settles) violations.push(...(await mend(url, size, sender, watched, say)));
    raw.push({
      phase,
      began,
      ended: Date.now(),
      sent: sender.sent().signals - sent,
      told: watched.taken() - told,
    });
  }
  violations.push(...sev1Late(fairIn(raw), size.sev1WithinMs, sender.problems, watched));
  const last = raw.at(-1);
  return {
    rows: raw.map((row) => rowOf(row, sender.problems, watched)),
    lines: sender.lines(),
    removed: sender.problems.filter(({ removed }) => removed).length,
    mendedMs: (last?.ended ?? 0) - (last?.began ?? 0),
    violations: [...new Set(violations)],
  };
}

/** What was as grave and waited for the end of a fault goes before what is new, one call a second. */
const CATCH_UP_MS = 30_000;

/** Phases in which Slack took everything, those that follow each other as one. */
function fairIn(raw: readonly Raw[]): readonly Fair[] {
  const fair: Fair[] = [];
  for (const [i, { phase, began, ended }] of raw.entries()) {
    if (phase.slack !== null) continue;
    const before = raw[i - 1]?.phase.slack ?? null;
    const earlier = i > 0 && before === null ? fair.pop() : undefined;
    fair.push({ from: earlier?.from ?? (i === 0 ? began : began + CATCH_UP_MS), to: ended });
  }
  return fair;
}

/** Ends the faults of the phase before and begins its own. */
function begin({ slack, pagerduty, removes }: Phase, watched: Watched, problems: readonly Problem[]): void {
  watched.slack.faults.clear();
  watched.pagerduty.faults.clear();
  if (slack !== null) watched.slack.faults.push(slack);
  if (pagerduty !== null) watched.pagerduty.faults.push(pagerduty);
  if (removes) removeSome(watched, problems);
}

/** A person removes every second card of what still goes on. */
function removeSome({ slack, posted }: Watched, problems: readonly Problem[]): void {
  const live = new Set(slack.messages().map(({ channelId, ts }) => `${channelId}/${ts}`));
  const cards = problems
    .filter(({ endedAt }) => endedAt === null)
    .flatMap((problem) => {
      const card = posted.find((p) => live.has(p.handle) && p.said.includes(problem.token));
      return card === undefined ? [] : [{ problem, handle: card.handle }];
    });
  for (const { problem, handle } of cards.filter((_, i) => i % 2 === 0)) {
    const [channelId = '', ts = ''] = handle.split('/');
    slack.remove(channelId, ts);
    problem.removed = true;
  }
}

// --- what is sent ---

interface Sender {
  readonly problems: readonly Problem[];
  /** How many of a kind are to begin in a phase of this length; what is less than one adds up. */
  share(kind: Kind, length: number): number;
  begin(kind: Kind, phase: string): Promise<void>;
  end(problem: Problem): Promise<void>;
  /** `count` more lines of known problems, and as many that are no signals; `twice`: the same posting again at once. */
  repeat(count: number, twice: boolean): Promise<void>;
  sent(): Sent;
  lines(): number;
}

const KINDS: readonly Kind[] = ['error', 'warning', 'alarm', 'finding', 'health'];
const TOGETHER = 5;
const GROUP = '/aws/lambda/shop';

function makeSender(url: string, size: Size): Sender {
  const problems: Problem[] = [];
  const due = new Map<Kind, number>();
  let [signals, repeated, lines, turn] = [0, 0, 0, 0];
  const accept = async (event: unknown): Promise<number> => {
    const { status, body } = await post(url, event);
    if (status !== 202) throw new Error(`POST /intake answers ${status}: ${body.error}`);
    signals += body.signals ?? 0;
    return Date.now();
  };
  const eventOf = (problem: Problem, over: boolean): unknown => {
    const now = Date.now();
    return EXPECTED[problem.kind].ends
      ? eventAbout(problem, over, now)
      : subscription(GROUP, [lineAbout(problem, now)]);
  };
  return {
    problems,
    share: (kind, length) => {
      // One of each at first; the kinds take turns afterwards.
      const owed = due.has(kind)
        ? (due.get(kind) ?? 0) + size.problems[kind] * length
        : Math.max(1, size.problems[kind]) + KINDS.indexOf(kind) / KINDS.length;
      due.set(kind, owed % 1);
      return Math.floor(owed);
    },
    begin: async (kind, phase) => {
      const token = tokenOf(problems.length + 1);
      const problem: Problem = {
        token,
        kind,
        phase,
        acceptedAt: 0,
        endedAt: null,
        firings: 1,
        removed: false,
      };
      problem.acceptedAt = await accept(eventOf(problem, false));
      problems.push(problem);
    },
    end: async (problem) => {
      problem.endedAt = await accept(eventOf(problem, true));
    },
    repeat: async (count, twice) => {
      const errors = problems.filter(({ kind }) => kind === 'error');
      if (errors.length === 0) return;
      const batch: Line[] = [];
      for (let i = 0; i < count; i += 1) {
        // What repeats, repeats together: a posting is about a few of them.
        const problem = errors[(turn * 7 + (i % TOGETHER)) % errors.length];
        if (problem === undefined) continue;
        problem.firings += 1;
        batch.push(lineAbout(problem, Date.now()), lineOf('INFO', 'page served, errors=0', Date.now()));
      }
      turn += 1;
      const event = subscription(GROUP, batch);
      await accept(event);
      lines += count;
      if (!twice) return;
      await accept(event);
      repeated += count;
    },
    sent: () => ({ problems, signals, repeated }),
    lines: () => lines,
  };
}

/** Begins, repeats and ends problems, evenly over the phase. */
async function send(phase: Phase, size: Size, sender: Sender, began: number): Promise<void> {
  const ms = size.seconds * 1_000 * phase.length;
  const kinds = KINDS.flatMap((kind) => Array.from({ length: sender.share(kind, phase.length) }, () => kind));
  const batches = Math.round((size.lines * phase.length) / size.linesAPosting);
  const work = [
    ...spread(kinds, 0, 0.7, (kind) => () => sender.begin(kind, phase.name)),
    ...spread(
      Array.from({ length: batches }),
      0.1,
      1,
      (_, i) => () => sender.repeat(size.linesAPosting, i % 10 === 3),
    ),
    // What began before this phase ends early in it, what began in it late.
    ...[0.2, 0.9].map((at) => ({ at, what: () => endSome(phase, sender) })),
  ].sort((a, b) => a.at - b.at);
  for (const { at, what } of work) {
    await sleep(Math.max(0, began + at * ms - Date.now()));
    await what();
  }
  await sleep(Math.max(0, began + ms - Date.now()));
}

function spread<T>(
  items: readonly T[],
  from: number,
  to: number,
  what: (item: T, i: number) => () => Promise<void>,
): readonly { readonly at: number; readonly what: () => Promise<void> }[] {
  return items.map((item, i) => ({ at: from + ((to - from) * i) / items.length, what: what(item, i) }));
}

/** Of what ends at all a third ends in its own phase, a third in a later one, and a third goes on, but for removed cards. */
async function endSome(phase: Phase, { problems, end }: Sender): Promise<void> {
  const able = problems.filter(({ kind }) => EXPECTED[kind].ends);
  const due = able.filter(
    (problem, i) =>
      problem.endedAt === null &&
      (problem.removed ||
        (i % 3 === 0 && problem.phase === phase.name) ||
        (i % 3 === 1 && problem.phase !== phase.name)),
  );
  for (const problem of due) await end(problem);
}

// --- what comes of it ---

const LOOK_EVERY_MS = 1_000;

/** Waits until every law holds; what is still broken when the time is up. */
async function mend(
  url: string,
  size: Size,
  sender: Sender,
  watched: Watched,
  say: (line: string) => void,
): Promise<readonly string[]> {
  const deadline = Date.now() + size.mendedWithinMs;
  let left = Number.POSITIVE_INFINITY;
  for (;;) {
    const ledger = await get(url, 'ledger');
    const [untold, waiting] = [number(ledger, 'untold') ?? 0, number(ledger, 'waiting') ?? 0];
    const done = untold + waiting === 0;
    if (done || Date.now() > deadline) {
      const found = await breaches(url, sender.sent(), watched);
      if (found.length === 0 || Date.now() > deadline) return found;
      if (found.length !== left) say(`still: ${found.slice(0, 3).join('; ')}`);
      left = found.length;
    }
    await sleep(LOOK_EVERY_MS);
  }
}

function rowOf({ phase, began, ended, sent, told }: Raw, all: readonly Problem[], watched: Watched): Row {
  const problems = all.filter((problem) => problem.phase === phase.name);
  const waits = problems.map((problem) => waitedOf(problem, watched));
  const sorted = waits.filter((ms) => ms !== null).sort((a, b) => a - b);
  const sev1 = problems.filter(({ kind }) => kind === 'finding').map((one) => waitedOf(one, watched) ?? 0);
  return {
    phase: phase.name,
    seconds: (ended - began) / 1_000,
    sent,
    told,
    problems: problems.length,
    waited: {
      middle: sorted[Math.floor(sorted.length / 2)] ?? 0,
      longest: sorted.at(-1) ?? 0,
      sev1: Math.max(0, ...sev1),
    },
    doubled: problems.reduce((n, problem) => n + doublesOf(problem, watched), 0),
    lost: waits.filter((ms) => ms === null).length,
  };
}
