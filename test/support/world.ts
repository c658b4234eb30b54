import { planPagerDuty } from '../../shared/destinations/pagerduty/plan.ts';
import { planSlack } from '../../shared/destinations/slack/plan.ts';
import type { Bundle, IncidentId } from '../../shared/model/bundle.ts';
import type { DestinationKind, Language } from '../../shared/model/decision.ts';
import type { Wake } from '../../shared/model/incident.ts';
import type { JsonObject } from '../../shared/model/json.ts';
import type { Rules } from '../../shared/model/rules.ts';
import type { Outcome, PagerDutyCall, SlackCall } from '../../shared/model/telling.ts';
import type { Log, Metrics } from '../../shared/pipeline/ports.ts';
import { sweep } from '../../shared/pipeline/sweep.ts';
import { tell } from '../../shared/pipeline/tell.ts';
import { track } from '../../shared/pipeline/track.ts';
import type { Judge } from '../../shared/rules/judge.ts';
import { home, MINUTE, MORNING, nothing, policy } from './make.ts';
import { memoryStore } from './memory.ts';

/** What happens to one call instead of being answered. `lost`: it is accepted, and the answer never comes. */
export type Fault = Outcome | 'accept' | 'lost' | 'crash-before' | 'crash-after';

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

/** Track, tell and sweep over a virtual clock, with a Slack and a PagerDuty that can be made to fail. */
export function makeWorld() {
  let now = MORNING;
  let nonces = 0;
  const store = memoryStore();
  const wakes: { at: number; kind: DestinationKind; wake: Wake }[] = [];
  const logged: { level: string; what: string; fields: JsonObject }[] = [];
  const published: (readonly string[])[] = [];
  const slack: Message[] = [];
  const calls: { at: number; kind: DestinationKind; do: string }[] = [];
  const pagerduty: { do: string; key: string }[] = [];
  const faults: Record<DestinationKind, Fault[]> = { slack: [], pagerduty: [] };
  const deleted = new Set<string>();

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
  const judge: Judge = {
    rules: { language: 'en' as Language, timezone: 'UTC', reopenMs: policy.reopenMs } as Rules,
    verdict: () => ({ outcome: 'unremarkable', why: [] }),
    route: (about) => ({ ...policy.route(about), why: [] }),
    escalation: policy.escalation,
    destination: () => null,
    ...nothing,
  };
  const base = { judge, store, clock, log, metrics };
  const queue = {
    wake: async (kind: DestinationKind, _lane: unknown, wake: Wake, delayMs: number) => {
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
    <Call extends { do: string }>(kind: DestinationKind, accept: (call: Call) => Outcome) =>
    async (call: Call): Promise<Outcome> => {
      calls.push({ at: now, kind, do: call.do });
      const fault = faults[kind].shift();
      if (fault === undefined || fault === 'accept') return accept(call);
      if (fault === 'crash-before') throw new Crash();
      if (fault === 'lost' || fault === 'crash-after') accept(call);
      if (fault === 'crash-after') throw new Crash();
      return fault === 'lost' ? { is: 'unsettled', because: 'no answer within 10 s' } : fault;
    };

  const tellDeps = {
    ...base,
    wakes: queue,
    sleep: async (ms: number) => {
      now += ms;
    },
    nonce: () => `${(nonces++).toString(16).padStart(8, '0')}`,
  };
  const tellers = {
    slack: (wake: Wake) =>
      tell(wake, { ...tellDeps, kind: 'slack', plan: planSlack, send: sender('slack', acceptSlack) }),
    pagerduty: (wake: Wake) =>
      tell(wake, {
        ...tellDeps,
        kind: 'pagerduty',
        plan: planPagerDuty,
        send: sender('pagerduty', acceptPagerDuty),
      }),
  };

  /** Runs wake-ups and the minute's sweep until `untilMs` from now has passed. A crash loses its wake-up. */
  async function run(forMs: number): Promise<void> {
    const end = now + forMs;
    let nextSweep = now + MINUTE;
    for (;;) {
      wakes.sort((a, b) => a.at - b.at);
      const next = Math.min(wakes[0]?.at ?? Number.POSITIVE_INFINITY, nextSweep);
      if (next > end) break;
      now = Math.max(now, next);
      if (next === nextSweep) {
        nextSweep += MINUTE;
        await sweep({ ...base, wakes: queue, topics, signals: { waiting: async () => 0 }, home });
      } else {
        const due = wakes.shift();
        if (due !== undefined) await tellers[due.kind](due.wake).catch(survive);
      }
    }
    now = Math.max(now, end);
  }

  return {
    store,
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
    track: async (...bundles: readonly Bundle[]) => {
      const failed = await track(
        bundles.map((bundle, i) => ({ id: String(i), bundle })),
        { ...base, topics },
      );
      if (failed.length > 0) throw new Error('track failed');
    },
  };
}

function survive(error: unknown): void {
  if (!(error instanceof Crash)) throw error;
}
