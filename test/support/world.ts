import { planPagerDuty } from '../../shared/destinations/pagerduty/plan.ts';
import { endUntrackedPagerDuty, untrackedPagerDuty } from '../../shared/destinations/pagerduty/untracked.ts';
import { planSlack } from '../../shared/destinations/slack/plan.ts';
import { endUntrackedSlack, untrackedSlack } from '../../shared/destinations/slack/untracked.ts';
import type { Bundle, IncidentId } from '../../shared/model/bundle.ts';
import type { DestinationKind, Language } from '../../shared/model/decision.ts';
import type { Wake } from '../../shared/model/incident.ts';
import type { JsonObject } from '../../shared/model/json.ts';
import type { DestinationRule, Rules } from '../../shared/model/rules.ts';
import type { Outcome, PagerDutyCall, SlackCall } from '../../shared/model/telling.ts';
import type { Handover, Untracked } from '../../shared/model/untracked.ts';
import type { Log, Metrics, Store } from '../../shared/pipeline/ports.ts';
import { sweep } from '../../shared/pipeline/sweep.ts';
import type { TellDeps } from '../../shared/pipeline/tell.ts';
import { track } from '../../shared/pipeline/track.ts';
import { NotTaken } from '../../shared/pipeline/untracked.ts';
import type { Hold, Holds } from '../../shared/rules/hold.ts';
import type { Judge } from '../../shared/rules/judge.ts';
import type { Reminds } from '../../shared/rules/remind.ts';
import { type TellWork, tellWork } from '../../shared/wiring/handle.ts';
import { home, MINUTE, MORNING, nothing, policy, STORM } from './make.ts';
import { memoryStore } from './memory.ts';

/** What happens to one call instead of being answered. `lost`: it is accepted, and the answer never comes. */
export type Fault = Outcome | 'accept' | 'lost' | 'crash-before' | 'crash-after';

/** Of a signals queue (serverless.yml). */
const VISIBILITY_MS = 65_000;
/** The same of the tell queues. */
const HANDED_AGAIN_MS = 180_000;

export class Crash extends Error {}

interface Message {
  readonly handle: string;
  readonly nonce: string;
  readonly thread: string | null;
  broadcast: boolean;
  text: string;
  color: string;
  updates: number;
}

/**
 * Track, tell and sweep over a virtual clock, with a Slack and a PagerDuty that can be made to fail. `rules` hold things
 * back; nothing does when they are left out.
 */
export function makeWorld(
  rules: Holds = nothing.holds,
  { reminds = nothing.reminds, ...more }: Pick<TellDeps<SlackCall>, 'opened'> & { reminds?: Reminds } = {},
) {
  let now = MORNING;
  let nonces = 0;
  const memory = memoryStore();
  let tableAway = false;
  const store = failing(memory, () => tableAway);
  const wakes: { at: number; kind: DestinationKind; wake: Wake | Handover }[] = [];
  const untracked: (Untracked & { readonly at: number })[] = [];
  const signals: { at: number; readonly since: number; readonly bundle: Bundle }[] = [];
  const logged: { level: string; what: string; fields: JsonObject }[] = [];
  const published: (readonly string[])[] = [];
  const slack: Message[] = [];
  const sent: SlackCall[] = [];
  const calls: { at: number; kind: DestinationKind; do: string }[] = [];
  const pagerduty: { do: string; key: string }[] = [];
  const faults: Record<DestinationKind, Fault[]> = { slack: [], pagerduty: [] };
  const deleted = new Set<string>();
  /** What an address answers to every call. */
  const broken = new Map<string, Outcome>();

  const clock = () => now;
  const entry = (level: string) => (what: string, fields: JsonObject) =>
    void logged.push({ level, what, fields });
  const log: Log = { info: entry('info'), warn: entry('warn'), error: entry('error') };
  const counted: Record<string, number> = {};
  const metrics: Metrics = {
    count: (name, value) => {
      counted[name] = (counted[name] ?? 0) + value;
    },
  };
  let silence: Hold | null = null;
  const destinations = new Map<string, DestinationRule>();
  const judge: Judge = {
    rules: { language: 'en' as Language, timezone: 'UTC', reopenMs: policy.reopenMs, storm: STORM } as Rules,
    verdict: () => ({ outcome: 'unremarkable', why: [] }),
    route: (about) => ({ ...policy.route(about), why: [] }),
    escalation: policy.escalation,
    destination: (address) => destinations.get(address) ?? null,
    ...nothing,
    reminds,
    holds: { ...rules, silenced: (document, at) => silence ?? rules.silenced(document, at) },
  };
  const base = { judge, store, clock, log, metrics };
  const queue = {
    wake: async (kind: DestinationKind, _lane: unknown, wake: Wake | Handover, delayMs: number) => {
      wakes.push({ at: now + Math.min(delayMs, 900_000), kind, wake });
    },
  };
  const topics = {
    publish: async (
      _: unknown,
      { incident }: { incident: { id: IncidentId } },
      transitions: readonly string[],
    ) => {
      published.push(transitions);
      for (const kind of ['slack', 'pagerduty'] as const) {
        wakes.push({ at: now, kind, wake: { incident: incident.id, address: null } });
      }
    },
  };

  function acceptSlack(call: SlackCall): Outcome {
    sent.push(call);
    switch (call.do) {
      case 'post':
      case 'reply': {
        const channel = call.do === 'post' ? `C${call.channel}` : (call.handle.split('/')[0] ?? '');
        if (call.do === 'reply' && deleted.has(call.handle))
          return { is: 'gone', because: 'thread_not_found' };
        const message: Message = {
          handle: `${channel}/${slack.length + 1}`,
          nonce: call.mark.nonce,
          thread: call.do === 'reply' ? call.handle : null,
          broadcast: call.do === 'reply' && call.broadcast,
          text: call.text,
          color: call.do === 'post' ? call.color : '',
          updates: 0,
        };
        slack.push(message);
        return { is: 'told', handle: message.handle };
      }
      case 'update': {
        const message = slack.find((m) => m.handle === call.handle);
        if (message === undefined || deleted.has(call.handle))
          return { is: 'gone', because: 'message_not_found' };
        message.text = call.text;
        message.color = call.color;
        message.updates += 1;
        return { is: 'told', handle: call.handle };
      }
      case 'remove':
        if (deleted.has(call.handle)) return { is: 'gone', because: 'message_not_found' };
        deleted.add(call.handle);
        return { is: 'told', handle: call.handle };
      case 'find': {
        const found = slack.find((m) => m.nonce === call.mark.nonce && !deleted.has(m.handle));
        return found === undefined ? { is: 'absent' } : { is: 'found', handle: found.handle };
      }
    }
  }

  function acceptPagerDuty(call: PagerDutyCall): Outcome {
    pagerduty.push({ do: call.do, key: call.dedupKey });
    return { is: 'told', handle: call.dedupKey };
  }

  const sender =
    <Call extends SlackCall | PagerDutyCall>(kind: DestinationKind, accept: (call: Call) => Outcome) =>
    async (call: Call): Promise<Outcome> => {
      calls.push({ at: now, kind, do: call.do });
      const refusal = broken.get(addressOf(call));
      if (refusal !== undefined) return refusal;
      const fault = faults[kind].shift();
      if (fault === undefined || fault === 'accept') return accept(call);
      if (fault === 'crash-before') throw new Crash();
      if (fault === 'lost' || fault === 'crash-after') accept(call);
      if (fault === 'crash-after') throw new Crash();
      return fault === 'lost' ? { is: 'unsettled', because: 'no answer within 10 s' } : fault;
    };

  const within = <Done>(_: number, work: Promise<Done>) => work;
  /** FIFO: what is the same within five minutes is dropped. */
  const untrackedQueue = {
    send: async (one: Untracked) => {
      const same = untracked.some(
        ({ at, target, bundle }) =>
          now - at < 5 * MINUTE &&
          target.address === one.target.address &&
          bundle.incident === one.bundle.incident,
      );
      if (same) return;
      untracked.push({ ...one, at: now });
      await workOf[one.target.kind].untracked(one).catch(survive);
    },
  };

  const tellDeps = {
    ...base,
    within,
    wakes: queue,
    sleep: async (ms: number) => {
      now += ms;
    },
    nonce: () => `${(nonces++).toString(16).padStart(8, '0')}`,
  };
  const workOf: Record<DestinationKind, TellWork> = {
    slack: tellWork({
      ...tellDeps,
      ...more,
      kind: 'slack',
      plan: planSlack,
      send: sender('slack', acceptSlack),
      untracked: { compose: untrackedSlack, end: endUntrackedSlack },
    }),
    pagerduty: tellWork({
      ...tellDeps,
      kind: 'pagerduty',
      plan: planPagerDuty,
      send: sender('pagerduty', acceptPagerDuty),
      untracked: { compose: untrackedPagerDuty, end: endUntrackedPagerDuty },
    }),
  };

  async function trackSome(some: typeof signals): Promise<typeof signals> {
    const records = some.map(({ bundle, since }, i) => ({ id: String(i), bundle, since }));
    const failed = await track(records, { ...base, topics, untracked: untrackedQueue, within });
    return failed.flatMap((id) => some[Number(id)] ?? []);
  }

  /** Runs wake-ups and the minute's sweep until `untilMs` from now has passed. A crash loses its wake-up. */
  async function run(forMs: number): Promise<void> {
    const end = now + forMs;
    let nextSweep = now + MINUTE;
    for (;;) {
      wakes.sort((a, b) => a.at - b.at);
      signals.sort((a, b) => a.at - b.at);
      const nextSignal = signals[0]?.at ?? Number.POSITIVE_INFINITY;
      const next = Math.min(wakes[0]?.at ?? Number.POSITIVE_INFINITY, nextSweep, nextSignal);
      if (next > end) break;
      now = Math.max(now, next);
      if (next === nextSweep) {
        nextSweep += MINUTE;
        await sweep({ ...base, wakes: queue, topics, signals: { waiting: async () => 0 }, home }).catch(
          whileAway,
        );
      } else if (next === nextSignal) {
        await redeliver(signals.shift());
      } else {
        await work(wakes.shift());
      }
    }
    now = Math.max(now, end);
  }

  /** A signals queue: what failed is handed over again after its visibility timeout. */
  async function redeliver(one: (typeof signals)[number] | undefined): Promise<void> {
    if (one === undefined) return;
    for (const failed of await trackSome([one])) signals.push({ ...failed, at: now + VISIBILITY_MS });
  }

  async function work(due: (typeof wakes)[number] | undefined): Promise<void> {
    if (due === undefined) return;
    const { wake, handOver } = workOf[due.kind];
    const again = (error: unknown): void => {
      wakes.push({ ...due, at: now + HANDED_AGAIN_MS });
      if (!(error instanceof NotTaken)) throw error;
    };
    const done = 'handle' in due.wake ? handOver(due.wake).catch(again) : wake(due.wake);
    await done.catch(survive).catch(whileAway);
  }

  function whileAway(error: unknown): void {
    if (!tableAway) throw error;
  }

  return {
    store: memory,
    destinations,
    broken,
    slack,
    pagerduty,
    calls,
    faults,
    logged,
    counted,
    published,
    deleted,
    wakes,
    clock,
    run,
    cards: () => slack.filter((m) => m.thread === null),
    replies: () => slack.filter((m) => m.thread !== null),
    /** Every word that Slack was ever given. */
    said: () => JSON.stringify(sent),
    untracked,
    signals,
    tellUntracked: (one: Untracked) => workOf[one.target.kind].untracked(one),
    silence: (hold: Hold) => {
      silence = hold;
    },
    /** Whether the table answers. */
    takeTable: (away: boolean) => {
      tableAway = away;
    },
    /** Puts bundles on the signals queue; `run` works on it. */
    enqueue: (...bundles: readonly Bundle[]) =>
      void signals.push(...bundles.map((bundle) => ({ bundle, at: now, since: now }))),
    track: async (...bundles: readonly Bundle[]) => {
      const failed = await trackSome(bundles.map((bundle) => ({ bundle, at: now, since: now })));
      if (failed.length > 0) throw new Error('track failed');
    },
  };
}

/** A store that answers nothing while the table is away. */
function failing(store: Store, away: () => boolean): Store {
  const guard =
    <Given extends readonly unknown[], Answer>(call: (...given: Given) => Promise<Answer>) =>
    async (...given: Given): Promise<Answer> => {
      if (away()) throw new Error('the table is away');
      return call(...given);
    };
  return {
    load: guard(store.load),
    save: guard((incident) => store.save(incident)),
    saveReport: guard(store.saveReport),
    loadReport: guard(store.loadReport),
    addHistory: guard(store.addHistory),
    due: guard(store.due),
    loadAddress: guard(store.loadAddress),
    saveAddress: guard(store.saveAddress),
    addCounts: guard(store.addCounts),
    loadCounts: guard(store.loadCounts),
    addSource: guard(store.addSource),
    removeSource: guard(store.removeSource),
    loadSources: guard(store.loadSources),
    loadSilences: guard(() => store.loadSilences()),
    saveSilences: guard(store.saveSilences),
    loadProgress: guard(store.loadProgress),
    saveProgress: guard(store.saveProgress),
    loadSighting: guard(store.loadSighting),
    saveSighting: guard(store.saveSighting),
  };
}

function addressOf(call: SlackCall | PagerDutyCall): string {
  switch (call.do) {
    case 'trigger':
    case 'resolve':
      return `pagerduty:${call.routingKey}`;
    case 'post':
      return `slack:${call.channel}`;
    case 'find':
      return `slack:${call.channel.slice(1)}`;
    case 'update':
    case 'reply':
    case 'remove':
      return `slack:${call.handle.split('/')[0]?.slice(1)}`;
  }
}

function survive(error: unknown): void {
  if (!(error instanceof Crash)) throw error;
}
