import type { SQSRecord } from 'aws-lambda';
import type { Bundle } from '../../shared/model/bundle.ts';
import { DESTINATION_KINDS, type DestinationKind } from '../../shared/model/decision.ts';
import type { Incident, Wake } from '../../shared/model/incident.ts';
import type { JsonObject } from '../../shared/model/json.ts';
import { LANES, type Lane, laneOf, type Severity } from '../../shared/model/severity.ts';
import { MADE_AT } from '../../shared/model/silence.ts';
import type { PagerDutyCall, SlackCall } from '../../shared/model/telling.ts';
import type { Handover } from '../../shared/model/untracked.ts';
import { makeBeats } from '../../shared/pipeline/expect.ts';
import { intakeEvent, intakeLogs, NotQueued } from '../../shared/pipeline/intake.ts';
import { parseBundle, parseUntracked } from '../../shared/pipeline/messages.ts';
import type {
  Log,
  Metrics,
  SignalQueue,
  Topics,
  UntrackedQueue,
  WakeQueue,
  Within,
} from '../../shared/pipeline/ports.ts';
import { addSilence, endSilence } from '../../shared/pipeline/silences.ts';
import { BACKLOG_MS, sweep } from '../../shared/pipeline/sweep.ts';
import { track } from '../../shared/pipeline/track.ts';
import type { Judge } from '../../shared/rules/judge.ts';
import { eachRecord, eachTelling, type TellWork, tellWork } from '../../shared/wiring/handle.ts';
import { HOUR, home, MINUTE } from '../support/make.ts';
import type { Trouble } from './faults.ts';
import { mayHold } from './holds.ts';
import type { Hooks } from './mutations.ts';
import { isPostDue } from './planned.ts';
import { makeQueue, type Queue, type QueueOptions, type Received } from './queues.ts';
import type { Random } from './random.ts';
import { type Life, makeRuns, never } from './runs.ts';
import { makeScene } from './scene.ts';
import { makeSenders } from './senders.ts';
import type { Tagged } from './services.ts';
import { makeTable } from './table.ts';

/** As serverless.yml has them: test/package/template.test.ts compares the two. */
export const DEPLOYED = {
  queues: {
    events: { visibilityMs: 120_000, receives: 5, batch: 10, windowMs: 0, concurrency: 10 },
    signals: {
      urgent: { visibilityMs: 65_000, receives: 240, batch: 10, windowMs: 0, concurrency: 10 },
      normal: { visibilityMs: 65_000, receives: 240, batch: 100, windowMs: 1_000, concurrency: 10 },
    },
    tell: { visibilityMs: 180_000, receives: 1_000, batch: 5, windowMs: 0, concurrency: 5 },
    untracked: {
      visibilityMs: 180_000,
      receives: 5,
      batch: 1,
      windowMs: 0,
      concurrency: 5,
      retentionMs: 3_600_000,
    },
  },
  timeouts: { intakeEvents: 20_000, intakeLogs: 60_000, track: 10_000, tell: 30_000, sweep: 60_000 },
} as const;
/** So often a signal may fail before quiet takes it for lost: then it reopens what has ended. */
const PATIENT_RECEIVES = Math.floor(BACKLOG_MS / DEPLOYED.queues.signals.normal.visibilityMs);
/** Lambda tries an asynchronous invocation again after these, then keeps it at its on-failure destination. */
const ASYNC_RETRIES_MS = [MINUTE, 2 * MINUTE] as const;
const LONGEST_DELAY_MS = 900_000;
const QUEUES_AWAY = new Error('SQS and SNS are away');

/** What the workload, the laws and the trace look at beside the pipeline. */
export interface Watch {
  queued(bundle: Bundle): void;
  wrote(before: Incident | null, after: Incident): void;
  forgot(incident: Incident): void;
  /** A first word, or one that calls people, leaves. */
  called(call: Tagged<SlackCall | PagerDutyCall>): void;
}

/** A silence that a person made at run time, as far as that person knows. */
export interface Made {
  readonly severities: readonly Severity[];
  readonly from: number;
  readonly until: number;
  /** It may hold from `from` to `until`; between these it must. */
  surely: { readonly from: number; until: number };
}

/** Sources' words in, the destinations' memory out; all between is the product, over virtual time, able to fail. */
export function makeWorld(random: Random, rules: Judge, hooks: Hooks, watch: Watch) {
  const scene = makeScene(random, hooks);
  const { time } = scene;
  const runs = makeRuns(scene);
  const senders = makeSenders(scene, runs, watch.called);
  const table = makeTable(scene, runs, {
    accepted: senders.accepted,
    holds: (incident) => mayHold({ time, deploys, made }, incident),
    wrote: (before, after) => {
      if (after.facts.status !== 'firing') firingSince.delete(after.id);
      else if (!firingSince.has(after.id))
        firingSince.set(after.id, { at: time.now(), trouble: scene.trouble() });
      watch.wrote(before, after);
    },
    blocked: senders.askedToWait,
  });
  const made: Made[] = [];
  /** Since when the table says of an incident that it fires, true time, ms, and what was wrong then. */
  const firingSince = new Map<string, { readonly at: number; readonly trouble: Trouble }>();
  const logged: { at: number; what: string; fields: JsonObject }[] = [];
  const metrics: Metrics = { count: () => {} };
  const changed = (judge: Judge): Judge => hooks.judges?.(judge) ?? judge;
  let deployed = changed(rules);
  /** What was deployed and when, the newest last. */
  const deploys: { readonly judge: Judge; readonly at: number }[] = [{ judge: rules, at: time.now() }];
  let nonces = 0;
  let asleep = false;

  function logOf(life: Life): Log {
    const entry = (level: string) => (what: string, fields: JsonObject) => {
      if (life.dead) return;
      logged.push({ at: time.now(), what, fields });
      scene.note(() => `${level} ${what} ${JSON.stringify(fields)}`);
    };
    return { info: entry('info'), warn: entry('warn'), error: entry('error') };
  }

  const baseOf = (life: Life) => ({ judge: deployed, clock: life.clock, log: logOf(life), metrics });

  // --- intake ---

  const signalQueues: { readonly [L in Lane]: Queue } = {
    urgent: makeQueue(scene, withReceives('signals-urgent', DEPLOYED.queues.signals.urgent), runTrack),
    normal: makeQueue(scene, withReceives('signals', DEPLOYED.queues.signals.normal), runTrack),
  };

  function withReceives(name: string, options: Omit<QueueOptions, 'name'>): QueueOptions {
    return { name, ...options, receives: hooks.receives ?? options.receives };
  }

  const signalsOf = (life: Life): SignalQueue => ({
    send: (lane, bundles) =>
      runs.operate(life, () => bundles.flatMap((one, i) => (accepts(lane, one) ? [] : [i]))),
    waiting: () =>
      runs.operate(life, () => {
        if (scene.away('queue')) throw QUEUES_AWAY;
        return hooks.waiting?.() ?? LANES.reduce((sum, lane) => sum + signalQueues[lane].waiting().length, 0);
      }),
  });

  /** False: as far as intake can tell, the queue did not take it. */
  function accepts(lane: Lane, bundle: Bundle): boolean {
    if (scene.away('queue')) return false;
    const fails = random.chance(scene.trouble().sendFails);
    if (fails) scene.inject('the signals queue refuses, or its answer is lost');
    if (fails && random.chance(0.5)) return false;
    watch.queued(bundle);
    signalQueues[hooks.lane ?? lane].send(JSON.stringify(bundle), 0);
    return !fails;
  }

  const intakeDeps = (life: Life) => ({
    ...baseOf(life),
    signals: signalsOf(life),
    ...home,
    beats: makeBeats(),
  });

  async function take(work: Promise<unknown>): Promise<void> {
    await work.catch((error: unknown) => {
      if (hooks.forgives !== true || !(error instanceof NotQueued)) throw error;
    });
  }

  const events = makeQueue(scene, { name: 'events', ...DEPLOYED.queues.events }, (records) =>
    runs.invoke('intake-events', DEPLOYED.timeouts.intakeEvents, async (life) => {
      const { batchItemFailures } = await eachRecord(
        records.map(asRecord),
        ({ body }) => take(intakeEvent(JSON.parse(body), intakeDeps(life))),
        logOf(life),
      );
      return batchItemFailures.map((f) => f.itemIdentifier);
    }),
  );

  /** Log payloads that Lambda gave up on: the bucket of the on-failure destination. */
  const unread: string[] = [];
  async function invokeLogs(payload: string, tries = 0): Promise<void> {
    const done = await runs.invoke('intake-logs', DEPLOYED.timeouts.intakeLogs, async (life) => {
      await take(intakeLogs(payload, intakeDeps(life)));
      return 'done';
    });
    if (done !== null) return;
    const wait = ASYNC_RETRIES_MS[tries];
    if (wait === undefined) unread.push(payload);
    else time.at(time.now() + wait, () => void invokeLogs(payload, tries + 1));
  }

  // --- track ---

  function runTrack(records: readonly Received[]): Promise<readonly string[] | null> {
    return runs.invoke('track', DEPLOYED.timeouts.track, async (life) => {
      const bundles = records.flatMap(({ messageId, body, since }) => {
        const bundle = parseBundle(JSON.parse(body));
        if (bundle === null) scene.violate('law 1: what intake queued is no bundle');
        return bundle === null ? [] : [{ id: messageId, bundle, since }];
      });
      scene.note(() => `track ${bundles.map(({ bundle }) => shortly(bundle)).join(', ')}`);
      const failed = await track(bundles, {
        ...baseOf(life),
        store: hooks.tracks?.(table.storeOf(life)) ?? table.storeOf(life),
        topics: topicsOf(life),
        untracked: untrackedOf(life),
        within: withinOf(life),
      });
      return hooks.fails?.(failed) ?? failed;
    });
  }

  /** As the adapter, over virtual time. */
  const withinOf =
    (life: Life): Within =>
    async (ms, work) => {
      if (hooks.limits === false) return work;
      const late = time.wait(ms).then(() => {
        if (life.dead) return never();
        throw new Error('no answer in time');
      });
      late.catch(() => {});
      return Promise.race([work, late]);
    };

  const untrackedOf = (life: Life): UntrackedQueue => ({
    send: (one) =>
      runs.operate(life, () => {
        if (scene.away('queue')) throw QUEUES_AWAY;
        if (hooks.untracked === false) return;
        const { target, bundle } = one;
        const fifo = {
          group: `${target.address} ${hooks.lane ?? laneOf(bundle.severity)}`,
          id: `${target.address} ${bundle.incident}${hooks.deduplicates === false ? ` ${time.now()}` : ''}`,
        };
        untrackedQueues[target.kind].send(JSON.stringify(one), 0, fifo);
      }),
  });

  // --- wake-ups ---

  const tellQueues = Object.fromEntries(
    DESTINATION_KINDS.map((kind) => [
      kind,
      Object.fromEntries(
        LANES.map((lane) => [
          lane,
          makeQueue(scene, { name: `${kind}-${lane}`, ...DEPLOYED.queues.tell }, (records) =>
            runTell(kind, records),
          ),
        ]),
      ),
    ]),
  ) as { readonly [K in DestinationKind]: { readonly [L in Lane]: Queue } };

  /** How often the queue has handed over again what may have been told untracked, by address and incident. */
  const retold = new Map<string, number>();
  function noteRetold(body: string): void {
    const one = parseUntracked(JSON.parse(body));
    if (one === null) return;
    const key = `${one.target.address} ${one.bundle.incident}`;
    retold.set(key, (retold.get(key) ?? 0) + 1);
  }

  const untrackedQueues = Object.fromEntries(
    DESTINATION_KINDS.map((kind) => [
      kind,
      makeQueue(scene, { name: `${kind}-untracked`, ...DEPLOYED.queues.untracked }, (records) => {
        for (const { body, receives } of records) if (receives > 1) noteRetold(body);
        return runTell(kind, records);
      }),
    ]),
  ) as { readonly [K in DestinationKind]: Queue };

  function wake(kind: DestinationKind, lane: Lane, what: Wake | Handover, delayMs: number): void {
    // What a hand-over brings is nowhere else: SQS keeps it.
    if ('signal' in what && hooks.handsOver === false) return;
    if (!('signal' in what) && random.chance(scene.trouble().wakesLost)) {
      scene.inject('a wake-up is lost');
      return;
    }
    tellQueues[kind][hooks.lane ?? lane].send(JSON.stringify(what), delayMs);
  }

  const wakesOf = (life: Life): WakeQueue => ({
    wake: (kind, lane, what, delayMs) =>
      runs.operate(life, () => {
        if (scene.away('queue')) {
          if ('signal' in what && what.handle !== null) senders.heard.delete(what.handle);
          throw QUEUES_AWAY;
        }
        wake(kind, lane, what, Math.min(LONGEST_DELAY_MS, Math.ceil(delayMs / 1_000) * 1_000));
      }),
  });

  const topicsOf = (life: Life): Topics => ({
    publish: (_channel, { incident }) =>
      runs.operate(life, () => {
        if (scene.away('queue')) throw QUEUES_AWAY;
        for (const kind of DESTINATION_KINDS) {
          const concerned = incident.deliveries.some(
            (d) => d.target.kind === kind && (d.routed || d.shown !== null || d.sending !== null),
          );
          if (concerned)
            wake(
              kind,
              laneOf(incident.facts.severity),
              { incident: incident.id, address: null },
              random.int(0, 200),
            );
        }
      }),
  });

  function runTell(kind: DestinationKind, records: readonly Received[]): Promise<readonly string[] | null> {
    return runs.invoke(`tell-${kind}`, DEPLOYED.timeouts.tell, async (life) => {
      const { batchItemFailures } = await eachTelling(
        records.map(asRecord),
        tellWith[kind](life),
        logOf(life),
      );
      return batchItemFailures.map((f) => f.itemIdentifier);
    });
  }

  const tellDepsOf = (life: Life) => ({
    ...baseOf(life),
    store: table.storeOf(life),
    wakes: wakesOf(life),
    sleep: async (ms: number) => {
      await time.wait(ms);
      return life.dead ? never() : undefined;
    },
    nonce: () => (nonces++).toString(16).padStart(8, '0'),
    within: withinOf(life),
  });
  const tellWith: { readonly [K in DestinationKind]: (life: Life) => TellWork } = {
    slack: (life) => tellWork({ ...tellDepsOf(life), ...senders.forSlack(life) }),
    pagerduty: (life) => tellWork({ ...tellDepsOf(life), ...senders.forPagerDuty(life) }),
  };

  // --- time's own work ---

  function sweepOnce(): void {
    void runs.invoke('sweep', DEPLOYED.timeouts.sweep, (life) =>
      sweep({
        ...baseOf(life),
        store: table.storeOf(life),
        wakes: wakesOf(life),
        topics: topicsOf(life),
        signals: signalsOf(life),
        home,
      }),
    );
  }

  /** A sweep that would find nothing due changes nothing: it is not run, for speed. */
  function anythingDue(): boolean {
    if (deployed.expects.rules.length > 0) return true;
    const soon = scene.clock() + 2 * scene.trouble().skewMs;
    if (isPostDue(deployed, table.incidents, soon)) return true;
    for (const { dueAt } of table.incidents.values()) if (dueAt !== null && dueAt <= soon) return true;
    return false;
  }

  function everyMinute(): void {
    time.at(time.now() + (asleep ? 6 * HOUR : MINUTE), everyMinute);
    if (hooks.sweeps === false || !anythingDue()) return;
    if (random.chance(scene.trouble().sweepsLost)) {
      scene.inject('a sweep is missed');
      return;
    }
    sweepOnce();
    if (!random.chance(scene.trouble().sweepsDoubled)) return;
    scene.inject('two sweeps at once');
    time.at(time.now() + random.int(0, 3_000), sweepOnce);
  }
  time.at(time.now() + random.int(0, MINUTE), everyMinute);

  function everyHour(): void {
    time.at(time.now() + HOUR, everyHour);
    for (const incident of table.expire()) {
      scene.inject('the table forgets (TTL)');
      scene.note(() => `the table forgets ${incident.id}`);
      firingSince.delete(incident.id);
      watch.forgot(incident);
    }
  }
  time.at(time.now() + HOUR, everyHour);

  // --- people ---

  /** A person silences some severities for so long. */
  async function silence(severities: readonly Severity[], forMs: number): Promise<Made> {
    const from = time.now();
    const until = from + forMs;
    const one: Made = { severities, from, until, surely: { from: until, until } };
    made.push(one);
    scene.inject('a silence is made at run time');
    await runs.invoke('hansho silence', DEPLOYED.timeouts.tell, async (life) => {
      const [name, match] = [nameOf(one), { severity: [...severities] }];
      const rule = { name, match, from, until, author: 'us', reason: 'drawn', at: MADE_AT };
      await addSilence(rule, { store: table.storeOf(life), clock: life.clock });
      one.surely = { from: time.now(), until };
    });
    return one;
  }

  /** A person ends it before its time, or tries to. */
  async function endOne(one: Made): Promise<void> {
    one.surely.until = Math.min(one.surely.until, time.now());
    scene.inject('a silence is ended at run time');
    await runs.invoke('hansho silence', DEPLOYED.timeouts.tell, async (life) => {
      const stored = async () => [...table.incidents.values()];
      const deps = { store: table.storeOf(life), clock: life.clock };
      await endSilence(nameOf(one), 'us', stored, deps);
    });
  }

  const nameOf = (one: Made): string => `silence-${made.indexOf(one)}`;

  const queues = [
    events,
    ...Object.values(signalQueues),
    ...Object.values(tellQueues).flatMap((q) => Object.values(q)),
    ...Object.values(untrackedQueues),
  ];
  /** What waits to be tracked. `lost`: it has failed too often. While the table was away, nothing had a chance. */
  function waiting(): readonly { readonly bundle: Bundle; readonly lost: boolean }[] {
    const chance = time.now() - table.awayAt() > BACKLOG_MS;
    return Object.values(signalQueues).flatMap((queue) =>
      queue.waiting().flatMap(({ body, receives }) => {
        const bundle = parseBundle(JSON.parse(body));
        return bundle === null ? [] : [{ bundle, lost: chance && receives > PATIENT_RECEIVES }];
      }),
    );
  }

  return {
    ...scene,
    ...senders,
    waiting,
    awayAt: table.awayAt,
    incidents: table.incidents,
    taken: table.taken,
    known: table.known,
    /** What is deployed, and since when. */
    deployed: () => deploys.at(-1) ?? { judge: rules, at: 0 },
    deploys,
    firingSince,
    made,
    silence,
    endSilence: endOne,
    retold,
    logged,
    signalQueues,
    /** An event, as EventBridge puts it on the events queue. */
    event: (body: string) => events.send(body, 0),
    /** A log payload, as CloudWatch Logs hands it to its function. */
    logs: (payload: string) => void invokeLogs(payload),
    deploy: (next: Judge) => {
      scene.inject('changed rules are deployed');
      deploys.push({ judge: next, at: time.now() });
      deployed = changed(next);
    },
    /** Weeks in which nothing is said: sweeps are far apart, for speed. */
    sleep: async (ms: number) => {
      asleep = true;
      await time.run(time.now() + ms);
      asleep = false;
    },
    /** A person moves back what waits in the dead-letter queues and the bucket. */
    redrive: () => {
      for (const queue of queues) if (queue.redrive() > 0) scene.say(`${queue.name} is moved back`);
      for (const payload of unread.splice(0)) void invokeLogs(payload);
    },
  };
}

export type World = ReturnType<typeof makeWorld>;

/** Handlers look at the id and the body only. */
function asRecord({ messageId, body }: Received): SQSRecord {
  return { messageId, body } as SQSRecord;
}

function shortly({ incident, severity, firing, resolvedAt }: Bundle): string {
  return `${incident} ${severity} +${firing.length}${resolvedAt === null ? '' : ` ended ${resolvedAt}`}`;
}
