import { gzipSync } from 'node:zlib';
import { planPagerDuty } from '../../shared/destinations/pagerduty/plan.ts';
import { planSlack } from '../../shared/destinations/slack/plan.ts';
import { isUntold } from '../../shared/incidents/schedule.ts';
import type { Bundle } from '../../shared/model/bundle.ts';
import type { Address, DestinationKind } from '../../shared/model/decision.ts';
import type { Wake } from '../../shared/model/incident.ts';
import { type Lane, laneOf } from '../../shared/model/severity.ts';
import type { PagerDutyCall, SlackCall } from '../../shared/model/telling.ts';
import { makeBeats } from '../../shared/pipeline/expect.ts';
import { intakeLogs } from '../../shared/pipeline/intake.ts';
import type { Log, Metrics, Store } from '../../shared/pipeline/ports.ts';
import { sweep } from '../../shared/pipeline/sweep.ts';
import { tell } from '../../shared/pipeline/tell.ts';
import { track } from '../../shared/pipeline/track.ts';
import { judgeFrom } from '../rules/make.ts';
import { home, MINUTE, MORNING } from '../support/make.ts';
import { memoryStore } from '../support/memory.ts';
import { makeRandom } from './random.ts';
import { makeTime } from './time.ts';

/** How long each call takes, ms, as on AWS in one region; drawn evenly from the range. */
const TAKES = {
  table: [4, 15],
  queue: [10, 40],
  topic: [30, 120],
  /** From a queue to the function that reads it. */
  poll: [10, 60],
  slack: [150, 600],
  pagerduty: [100, 400],
} as const satisfies { readonly [what: string]: readonly [number, number] };

/** As serverless.yml has them: how many invocations read a queue side by side, and how much each takes. */
const READERS = {
  track: { concurrency: 10, urgent: { batch: 10, windowMs: 0 }, normal: { batch: 100, windowMs: 1_000 } },
  tell: { concurrency: 5, batch: 5 },
} as const;

export interface Message {
  readonly handle: string;
  readonly incident: string;
  readonly thread: string | null;
  readonly at: number;
  /** As it was first, and as it is. */
  readonly first: string;
  text: string;
  color: string;
  updates: number;
}

/**
 * The whole way from log payloads to Slack over virtual time, with the limits of concurrency and the latencies of the
 * real thing and nothing that fails: what a flood does, not what a fault does.
 */
export function makeFlood(rules: string, seed = 1) {
  const random = makeRandom(seed);
  const time = makeTime(MORNING);
  const judge = judgeFrom(rules);
  const memory = memoryStore();
  const messages: Message[] = [];
  const departures = new Map<string, number[]>();
  const pages: { readonly at: number; readonly do: string; readonly key: string }[] = [];
  const counted = new Map<string, number>();
  const logged = new Map<string, number>();
  const beats = makeBeats();
  let nonces = 0;

  const takes = (what: keyof typeof TAKES) => time.wait(random.int(TAKES[what][0], TAKES[what][1]));
  const log: Log = {
    info: (what) => void logged.set(what, (logged.get(what) ?? 0) + 1),
    warn: (what) => void logged.set(what, (logged.get(what) ?? 0) + 1),
    error: (what, fields) => {
      throw new Error(`${what}: ${JSON.stringify(fields)}`);
    },
  };
  const metrics: Metrics = {
    count: (name, value) => void counted.set(name, (counted.get(name) ?? 0) + value),
  };

  const slowly =
    <Args extends readonly unknown[], Result>(call: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      await takes('table');
      return call(...args);
    };
  const store: Store = {
    load: slowly(memory.load),
    save: slowly(memory.save),
    saveReport: slowly(memory.saveReport),
    loadReport: slowly(memory.loadReport),
    addHistory: slowly(memory.addHistory),
    due: slowly(memory.due),
    loadAddress: slowly(memory.loadAddress),
    saveAddress: slowly(memory.saveAddress),
    addCounts: slowly(memory.addCounts),
    loadCounts: slowly(memory.loadCounts),
    addSource: slowly(memory.addSource),
    removeSource: slowly(memory.removeSource),
    loadSources: slowly(memory.loadSources),
    loadSilences: slowly(memory.loadSilences),
    saveSilences: slowly(memory.saveSilences),
    loadProgress: slowly(memory.loadProgress),
    saveProgress: slowly(memory.saveProgress),
    loadSighting: memory.loadSighting,
    saveSighting: memory.saveSighting,
  };
  const base = { judge, store, clock: time.now, log, metrics };

  // --- queues ---

  const signals = {
    urgent: makeQueue<Bundle>(READERS.track.concurrency, READERS.track.urgent, trackBatch),
    normal: makeQueue<Bundle>(READERS.track.concurrency, READERS.track.normal, trackBatch),
  };
  const tells = { slack: lanes('slack'), pagerduty: lanes('pagerduty') };
  function lanes(kind: DestinationKind) {
    const queue = () =>
      makeQueue<Wake>(READERS.tell.concurrency, { batch: READERS.tell.batch, windowMs: 0 }, async (wakes) => {
        await Promise.all(wakes.map((wake) => tellers[kind](wake)));
      });
    return { urgent: queue(), normal: queue() };
  }

  function makeQueue<Item>(
    concurrency: number,
    { batch, windowMs }: { readonly batch: number; readonly windowMs: number },
    work: (items: readonly Item[]) => Promise<void>,
  ) {
    const waiting: Item[] = [];
    let readers = 0;
    let busy = 0;
    const read = async (): Promise<void> => {
      readers += 1;
      await takes('poll');
      if (windowMs > 0 && waiting.length < batch) await time.wait(windowMs);
      const items = waiting.splice(0, batch);
      busy += items.length;
      if (items.length > 0) await work(items);
      busy -= items.length;
      readers -= 1;
      wakeUp();
    };
    const wakeUp = (): void => {
      while (readers < concurrency && waiting.length > readers * batch) void read();
    };
    return {
      depth: () => waiting.length + busy,
      push: (item: Item) => {
        waiting.push(item);
        wakeUp();
      },
    };
  }

  const wakes = {
    wake: async (kind: DestinationKind, lane: Lane, wake: Wake, delayMs: number): Promise<void> => {
      await takes('queue');
      time.at(time.now() + Math.min(900_000, delayMs), () => tells[kind][lane].push(wake));
    },
  };
  const topics = {
    publish: async (
      _: unknown,
      { incident }: { readonly incident: import('../../shared/model/incident.ts').Incident },
    ): Promise<void> => {
      await takes('topic');
      const lane = laneOf(incident.facts.severity);
      for (const kind of ['slack', 'pagerduty'] as const)
        if (incident.deliveries.some((d) => d.target.kind === kind && isUntold(d, incident.facts)))
          tells[kind][lane].push({ incident: incident.id, address: null });
    },
  };

  // --- functions ---

  async function trackBatch(bundles: readonly Bundle[]): Promise<void> {
    const records = bundles.map((bundle, i) => ({ id: String(i), bundle, since: bundle.receivedAt }));
    const failed = await track(records, {
      ...base,
      topics,
      untracked: { send: async () => {} },
      within: (_, work) => work,
    });
    // What could not be written comes again when its visibility has run out.
    for (const id of failed) {
      const bundle = bundles[Number(id)];
      if (bundle !== undefined)
        time.at(time.now() + 2 * MINUTE, () => signals[laneOf(bundle.severity)].push(bundle));
    }
  }

  const tellDeps = {
    ...base,
    wakes,
    sleep: time.wait,
    nonce: () => `${(nonces++).toString(16).padStart(8, '0')}`,
  };
  const tellers = {
    slack: (wake: Wake) => tell(wake, { ...tellDeps, kind: 'slack', plan: planSlack, send: sendSlack }),
    pagerduty: (wake: Wake) =>
      tell(wake, { ...tellDeps, kind: 'pagerduty', plan: planPagerDuty, send: sendPagerDuty }),
  };

  async function sendSlack(call: SlackCall): ReturnType<typeof acceptSlack> {
    if (call.do !== 'find') {
      const channel = call.do === 'post' ? call.channel : (call.handle.split('/')[0] ?? '').slice(1);
      departures.set(channel, [...(departures.get(channel) ?? []), time.now()]);
    }
    await takes('slack');
    return acceptSlack(call);
  }

  async function acceptSlack(call: SlackCall) {
    switch (call.do) {
      case 'post':
      case 'reply': {
        const channel = call.do === 'post' ? `C${call.channel}` : call.handle.split('/')[0];
        const message: Message = {
          handle: `${channel}/${messages.length + 1}`,
          incident: call.mark.incident,
          thread: call.do === 'reply' ? call.handle : null,
          at: time.now(),
          first: call.text,
          text: call.text,
          color: call.do === 'post' ? call.color : '',
          updates: 0,
        };
        messages.push(message);
        return { is: 'told', handle: message.handle } as const;
      }
      case 'update': {
        const message = messages.find((m) => m.handle === call.handle);
        if (message === undefined) return { is: 'gone', because: 'message_not_found' } as const;
        Object.assign(message, { text: call.text, color: call.color, updates: message.updates + 1 });
        return { is: 'told', handle: call.handle } as const;
      }
      case 'find':
        return { is: 'absent' } as const;
      case 'remove':
        return { is: 'gone', because: 'message_not_found' } as const;
    }
  }

  async function sendPagerDuty(call: PagerDutyCall) {
    await takes('pagerduty');
    pages.push({ at: time.now(), do: call.do, key: call.dedupKey });
    return { is: 'told', handle: call.dedupKey } as const;
  }

  function everyMinute(): void {
    void sweep({ ...base, wakes, topics, home, signals: { waiting: async () => signals.normal.depth() } });
    time.at(time.now() + MINUTE, everyMinute);
  }
  time.at(time.now() + MINUTE, everyMinute);

  return {
    time,
    messages,
    departures,
    pages,
    counted,
    logged,
    history: memory.history,
    incidents: () => [...memory.incidents.values()],
    incident: (id: string) => memory.incidents.get(id) ?? null,
    cards: () => messages.filter((m) => m.thread === null),
    address: (name: string) => `slack:${name}` as Address,
    /** Hands a payload to intake now. Its bundles are in the queue when it returns. */
    intake: (data: string) =>
      intakeLogs(data, {
        judge,
        signals: {
          send: async (lane, bundles) => {
            for (const bundle of bundles)
              time.at(time.now() + random.int(20, 150), () => signals[lane].push(bundle));
            return [];
          },
          waiting: async () => 0,
        },
        ...home,
        beats,
        clock: time.now,
        log,
        metrics,
      }),
  };
}
export type Flood = ReturnType<typeof makeFlood>;

/** A subscription payload of ERROR lines, as `awslogs.data`. `id` keeps the events of one payload apart from all others. */
export function errorLines(service: string, id: number, at: number, texts: readonly string[]): string {
  const batch = {
    messageType: 'DATA_MESSAGE',
    owner: '111122223333',
    logGroup: `/aws/lambda/${service}`,
    logStream: '2026/11/22/[$LATEST]5f0c',
    subscriptionFilters: ['hansho'],
    logEvents: texts.map((text, i) => ({
      id: `${String(id).padStart(20, '0')}${String(i).padStart(36, '0')}`,
      timestamp: at,
      message: `${new Date(at).toISOString()}\t9f3c2b1a-4d5e-4f60-8a7b-${String(i).padStart(12, '0')}\tERROR\t${text}\n`,
    })),
  };
  return gzipSync(JSON.stringify(batch), { level: 1 }).toString('base64');
}

const SYLLABLES = ['ka', 'mi', 'no', 'sa', 'ta', 'ru', 'he', 'yo', 'wa', 'ki'];

/** A word of letters only, so that no mask makes two problems one. */
export function wordFor(n: number): string {
  return [...String(n).padStart(4, '0')].map((digit) => SYLLABLES[Number(digit)]).join('');
}
