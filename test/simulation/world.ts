import { planPagerDuty } from '../../shared/destinations/pagerduty/plan.ts';
import type { PlanInput, Step } from '../../shared/destinations/plan.ts';
import { planSlack } from '../../shared/destinations/slack/plan.ts';
import type { Policy } from '../../shared/incidents/absorb.ts';
import type { Bundle } from '../../shared/model/bundle.ts';
import type { DestinationKind } from '../../shared/model/decision.ts';
import type { CallName, Facts, Incident, Wake } from '../../shared/model/incident.ts';
import type { JsonObject } from '../../shared/model/json.ts';
import type { Rules } from '../../shared/model/rules.ts';
import type { Outcome, PagerDutyCall, SlackCall } from '../../shared/model/telling.ts';
import type { Log, Metrics, Store } from '../../shared/pipeline/ports.ts';
import { stormIdOf } from '../../shared/pipeline/storm.ts';
import { sweep } from '../../shared/pipeline/sweep.ts';
import { tell } from '../../shared/pipeline/tell.ts';
import { track } from '../../shared/pipeline/track.ts';
import type { Judge } from '../../shared/rules/judge.ts';
import { home, MINUTE, MORNING, nothing, STORM } from '../support/make.ts';
import { memoryStore } from '../support/memory.ts';
import type { Random } from './random.ts';
import { makePagerDutyService, makeSlackService, type Tagged } from './services.ts';
import { makeTime } from './time.ts';

/** What may go wrong: probabilities for each operation, and hours (true time, ms) in which something is away. */
export interface Trouble {
  crash: number;
  storeFails: number;
  /** Written, and the answer lost. */
  storeLost: number;
  conflicts: number;
  stale: number;
  wakesLost: number;
  wakesDoubled: number;
  sweepsLost: number;
  sweepsDoubled: number;
  slack: number;
  pagerduty: number;
  tooBig: number;
  away: { what: Away; from: number; until: number }[];
}
export type Away = 'table' | 'slack' | 'slack-find' | 'slack-token' | 'pagerduty' | 'pagerduty-key' | 'queue';

export const NO_TROUBLE: Trouble = {
  crash: 0,
  storeFails: 0,
  storeLost: 0,
  conflicts: 0,
  stale: 0,
  wakesLost: 0,
  wakesDoubled: 0,
  sweepsLost: 0,
  sweepsDoubled: 0,
  slack: 0,
  pagerduty: 0,
  tooBig: 0,
  away: [],
};

/** A safety that the mutation check switches off; the laws must notice. */
export const SAFETIES = ['claim', 'version', 'marks', 'find', 'sweep', 'gone', 'lease'] as const;
export type Safety = (typeof SAFETIES)[number];

/** One run of a function. Once dead, nothing that it waits for comes back. */
interface Life {
  dead: boolean;
  readonly die: () => void;
  /** Claims that the mutation `claim` keeps from the table. */
  readonly unwritten: Map<string, Incident['deliveries'][number]>;
}

const NEVER = new Promise<never>(() => {});
const TELL_TIMEOUT_MS = 30_000;
const TRACK_TIMEOUT_MS = 10_000;
const SWEEP_TIMEOUT_MS = 60_000;
const HTTP_TIMEOUT_MS = 10_000;
const TELL_VISIBILITY_MS = 180_000;
const TRACK_VISIBILITY_MS = 65_000;
const TELL_RECEIVES = 5;
const TRACK_RECEIVES = 60;

export function factsKey({ occurrence, status, severity, channel, resolvedAt, flaps }: Facts): string {
  return [occurrence, status, severity, channel, resolvedAt, flaps > 0 ? 'flapping' : 'calm'].join(' ');
}

/** Intake's output to the destinations' memory, over virtual time, everything side by side, everything able to fail. */
export function makeWorld(random: Random, firstPolicy: Policy, off: Safety | null = null) {
  const time = makeTime(MORNING);
  const memory = memoryStore();
  /** Sometimes two new problems in a minute are a storm already. */
  const storm: Rules['storm'] = { ...STORM, cards: random.pick([1, STORM.cards, STORM.cards] as const) };
  const before = new Map<string, Incident>();
  const slack = makeSlackService(time.now);
  const pagerduty = makePagerDutyService();
  const steps: { readonly at: number; readonly what: () => string }[] = [];
  const violations: string[] = [];
  /** When each message to a Slack channel left. */
  const departures = new Map<string, number[]>();
  /** What each destination accepted, or a rule settled: law 4. */
  const accepted = new Set<string>();
  /** Occurrences that a named rule took before anybody was told of them. */
  const taken = new Set<string>();
  /** Sends that could not be looked up first: they may double, by design. */
  const excused = new Map<string, number>();
  const logged: { what: string; fields: JsonObject }[] = [];
  let trouble: Trouble = { ...NO_TROUBLE };
  let offset = 0;
  let policy = firstPolicy;
  let nonces = 0;
  let waiting = 0;
  let deadLetters = 0;

  /** Written out only when somebody reads it: most lives are uneventful. */
  const note = (what: () => string): void => void steps.push({ at: time.now(), what });
  const say = (what: string): void => note(() => what);
  const violate = (law: string): void => {
    if (violations.length < 20) violations.push(law);
    say(`VIOLATED ${law}`);
  };
  const away = (what: Away): boolean =>
    trouble.away.some((w) => w.what === what && time.now() >= w.from && time.now() < w.until);
  const clock = (): number => time.now() + offset;

  // --- runs of functions ---

  function live(
    name: string,
    timeoutMs: number,
    work: (life: Life) => Promise<void>,
  ): Promise<'done' | 'failed'> {
    return new Promise((resolve) => {
      const life: Life = {
        dead: false,
        die: () => {
          if (!life.dead) say(`${name} dies`);
          life.dead = true;
          resolve('failed');
        },
        unwritten: new Map(),
      };
      let over = false;
      time.at(time.now() + timeoutMs, () => {
        if (!over) life.die();
      });
      work(life).then(
        () => {
          over = true;
          resolve('done');
        },
        (error: unknown) => {
          over = true;
          say(`${name} fails: ${error instanceof Error ? error.message : String(error)}`);
          resolve('failed');
        },
      );
    });
  }

  /** One operation of a function: it takes its time, and the function may die before or after it. */
  async function operate<T>(life: Life, effect: () => T): Promise<T> {
    if (life.dead) return NEVER;
    if (random.chance(trouble.crash)) {
      life.die();
      return NEVER;
    }
    if (random.chance(0.5)) await time.wait(random.int(1, random.chance(0.05) ? 400 : 20));
    if (life.dead) return NEVER;
    const result = effect();
    if (random.chance(trouble.crash)) {
      life.die();
      return NEVER;
    }
    if (random.chance(0.3)) await time.wait(random.int(1, 10));
    return life.dead ? NEVER : result;
  }

  async function onTable<T>(life: Life, effect: () => Promise<T>): Promise<T> {
    const result = await operate(life, () => {
      if (away('table') || random.chance(trouble.storeFails)) throw new Error('the table is away');
      return effect();
    });
    if (random.chance(trouble.storeLost)) throw new Error('the table answered nothing');
    return result;
  }

  // --- the table ---

  function storeOf(life: Life): Store {
    return {
      ...memory,
      load: (id) =>
        onTable(life, async () => {
          const old = random.chance(trouble.stale) ? before.get(id) : undefined;
          const incident = old ?? (await memory.load(id));
          return incident === null ? null : asLoaded(incident, life);
        }),
      save: (incident) =>
        onTable(life, async () => {
          if (random.chance(trouble.conflicts)) return 'conflict';
          return save(incident, life);
        }),
      saveReport: (...args) => onTable(life, () => memory.saveReport(...args)),
      loadReport: (...args) => onTable(life, () => memory.loadReport(...args)),
      addHistory: (...args) => onTable(life, () => memory.addHistory(...args)),
      due: (...args) => onTable(life, () => memory.due(...args)),
      loadAddress: (...args) => onTable(life, () => memory.loadAddress(...args)),
      saveAddress: (state) =>
        onTable(life, async () =>
          random.chance(trouble.conflicts) ? 'conflict' : memory.saveAddress(state),
        ),
      loadProgress: () => onTable(life, () => memory.loadProgress()),
      saveProgress: (...args) => onTable(life, () => memory.saveProgress(...args)),
      loadSighting: memory.loadSighting,
      saveSighting: memory.saveSighting,
    };
  }

  function asLoaded(incident: Incident, life: Life): Incident {
    if (off === 'marks') return { ...incident, marks: [] };
    if (off !== 'claim') return incident;
    const deliveries = incident.deliveries.map((d) => {
      const claim = life.unwritten.get(`${incident.id} ${d.target.address}`);
      return claim === undefined || d.sending !== null ? d : { ...d, sending: claim.sending };
    });
    return { ...incident, deliveries };
  }

  async function save(incident: Incident, life: Life): Promise<'saved' | 'conflict'> {
    const old = await memory.load(incident.id);
    if (off === 'claim') {
      const claimed = incident.deliveries.find(
        (d) =>
          d.sending !== null &&
          !d.sending.unsettled &&
          old?.deliveries.every((o) => o.sending?.nonce !== d.sending?.nonce) === true,
      );
      const key = `${incident.id} ${claimed?.target.address}`;
      if (claimed !== undefined && !life.unwritten.has(key)) {
        life.unwritten.set(key, claimed);
        return 'saved';
      }
      life.unwritten.clear();
    }
    const version = off === 'version' ? (old?.version ?? 0) : incident.version;
    const result = await memory.save({ ...incident, version });
    if (result === 'conflict') return result;
    if (old !== null) before.set(incident.id, old);
    noteTold(old, incident);
    return result;
  }

  /** Law 4: what becomes announced has been accepted there, or a rule took it. */
  function noteTold(old: Incident | null, incident: Incident): void {
    for (const d of incident.deliveries) {
      const was = old?.deliveries.find((o) => o.target.address === d.target.address) ?? null;
      for (const [name, now, then] of [
        ['announced', d.announced, was?.announced ?? null],
        ['shown', d.shown, was?.shown ?? null],
      ] as const) {
        if (now === null || (then !== null && factsKey(now) === factsKey(then))) continue;
        const stormy = was?.held != null || memory.incidents.has(stormIdOf(d.target.address));
        if (stormy && d.handle === null && now.status === 'resolved') {
          taken.add(`${d.target.address} ${incident.id} ${now.occurrence}`);
          continue;
        }
        if (!accepted.has(`${d.target.address} ${incident.id} ${factsKey(now)}`))
          violate(`law 4: ${name} before accepted: ${incident.id} at ${d.target.address}: ${factsKey(now)}`);
      }
    }
  }

  // --- queues and topics ---

  function wakeAt(at: number, kind: DestinationKind, wake: Wake, receives = 0): void {
    time.at(at, () => {
      if (receives >= TELL_RECEIVES) {
        deadLetters += 1;
        return;
      }
      void live(`tell-${kind} ${wake.incident}`, TELL_TIMEOUT_MS, (life) => tellers[kind](life, wake)).then(
        (result) => {
          if (result === 'failed') wakeAt(time.now() + TELL_VISIBILITY_MS, kind, wake, receives + 1);
        },
      );
    });
  }

  const queueOf = (life: Life) => ({
    wake: (kind: DestinationKind, _lane: unknown, wake: Wake, delayMs: number) =>
      operate(life, () => {
        if (away('queue')) throw new Error('SQS is away');
        if (random.chance(trouble.wakesLost)) return;
        const at = time.now() + Math.min(900_000, Math.ceil(delayMs / 1_000) * 1_000);
        wakeAt(at, kind, wake);
        if (random.chance(trouble.wakesDoubled)) wakeAt(at + random.int(0, 5_000), kind, wake);
      }),
  });

  const topicsOf = (life: Life) => ({
    publish: (_: unknown, { incident }: { incident: Incident }) =>
      operate(life, () => {
        if (away('queue')) throw new Error('SNS is away');
        for (const kind of ['slack', 'pagerduty'] as const) {
          const concerned = incident.deliveries.some(
            (d) => d.target.kind === kind && (d.routed || d.shown !== null || d.sending !== null),
          );
          if (!concerned || random.chance(trouble.wakesLost)) continue;
          wakeAt(time.now() + random.int(0, 200), kind, { incident: incident.id, address: null });
        }
      }),
  });

  function logOf(life: Life): Log {
    const entry = (level: string) => (what: string, fields: JsonObject) => {
      if (life.dead) return;
      logged.push({ what, fields });
      note(() => `${level} ${what} ${JSON.stringify(fields)}`);
    };
    return { info: entry('info'), warn: entry('warn'), error: entry('error') };
  }
  const metrics: Metrics = { count: () => {} };

  const judge = (): Judge => ({
    rules: { language: 'en', timezone: 'UTC', reopenMs: policy.reopenMs, storm } as Rules,
    verdict: () => ({ outcome: 'unremarkable', why: [] }),
    route: (about) => ({ ...policy.route(about), why: [] }),
    escalation: policy.escalation,
    destination: () => null,
    ...nothing,
  });
  const baseOf = (life: Life) => ({ judge: judge(), store: storeOf(life), clock, log: logOf(life), metrics });

  // --- destinations ---

  function tagging<Call extends { readonly do: CallName }>(plan: (input: PlanInput) => Step<Call>) {
    return (given: PlanInput): Step<Tagged<Call>> => {
      const input = off === 'lease' ? withoutLease(given) : given;
      const step = plan(input);
      const { address } = input.delivery.target;
      const incident = input.telling.incident.id;
      if (step.do === 'settled') accepted.add(`${address} ${incident} ${factsKey(step.facts)}`);
      if (step.do !== 'call') return step;
      const doubted = input.delivery.sending?.call;
      if (off !== 'lease' && (doubted === 'post' || doubted === 'reply') && step.name !== 'find')
        excuse(address, incident, input.telling.incident.facts.occurrence);
      return { ...step, call: { ...step.call, tag: { address, incident, facts: step.facts } } };
    };
  }

  function excuse(address: string, incident: string, occurrence: number): void {
    const key = `${address} ${incident} ${occurrence}`;
    excused.set(key, (excused.get(key) ?? 0) + 1);
  }

  function withoutLease(input: PlanInput): PlanInput {
    const { sending } = input.delivery;
    return sending === null
      ? input
      : { ...input, delivery: { ...input.delivery, sending: { ...sending, unsettled: true } } };
  }

  function slackFault(call: Tagged<SlackCall>): Outcome | 'lost' | 'late' | null {
    if (away('slack-token')) {
      if (call.do === 'find') excuse(call.tag.address, call.tag.incident, call.tag.facts.occurrence);
      return { is: 'broken', code: 'token_revoked', hint: 'store a new token' };
    }
    if (call.do === 'find' && away('slack-find')) return { is: 'retry', because: 'HTTP 500' };
    if (call.do !== 'find' && random.chance(trouble.tooBig))
      return { is: 'too-big', because: 'msg_too_long' };
    if (!away('slack') && !random.chance(trouble.slack)) return null;
    const asked = call.do === 'post' || call.do === 'reply';
    const kind = random.int(0, 4);
    if (kind === 0) return { is: 'wait', ms: random.int(1, 30) * 1_000, because: '429' };
    if (kind === 1) return { is: 'retry', because: 'ECONNREFUSED' };
    if (kind === 2)
      return asked ? { is: 'unsettled', because: 'HTTP 502' } : { is: 'retry', because: 'HTTP 502' };
    return kind === 3 ? 'lost' : 'late';
  }

  function pagerDutyFault(): Outcome | 'lost' | 'late' | null {
    if (away('pagerduty-key')) return { is: 'broken', code: 'http_400', hint: 'check the key' };
    if (!away('pagerduty') && !random.chance(trouble.pagerduty)) return null;
    const kind = random.int(0, 4);
    if (kind === 0) return { is: 'wait', ms: random.int(1, 30) * 1_000, because: '429' };
    if (kind === 1) return { is: 'retry', because: 'ECONNREFUSED' };
    if (kind === 2) return { is: 'unsettled', because: 'HTTP 502' };
    return kind === 3 ? 'lost' : 'late';
  }

  /** `lost`: accepted or not, the answer never comes. `late`: accepted just before we hang up. */
  function senderOf<Call extends SlackCall | PagerDutyCall>(
    life: Life,
    fault: (call: Tagged<Call>) => Outcome | 'lost' | 'late' | null,
    accept: (call: Tagged<Call>) => Outcome,
  ) {
    const take = (call: Tagged<Call>): Outcome => {
      const outcome = accept(call);
      const { address, incident, facts } = call.tag;
      say(`${address} ${call.do} ${incident} (${factsKey(facts)}): ${outcome.is}`);
      if (outcome.is === 'told') accepted.add(`${address} ${incident} ${factsKey(facts)}`);
      return off === 'gone' && outcome.is === 'gone' ? { is: 'retry', because: 'gone' } : outcome;
    };
    return async (call: Tagged<Call>): Promise<Outcome> => {
      if (life.dead) return NEVER;
      left(call);
      const fate = fault(call);
      if (fate === null) {
        const outcome = await operate(life, () => {
          return off === 'find' && call.do === 'find' ? ({ is: 'absent' } as const) : take(call);
        });
        await time.wait(random.int(20, 800));
        return life.dead ? NEVER : outcome;
      }
      say(
        `${call.tag.address} ${call.do} ${call.tag.incident}: ${typeof fate === 'string' ? fate : fate.is}`,
      );
      if (typeof fate !== 'string') {
        await operate(life, () => {});
        if (fate.is === 'unsettled' && random.chance(0.5)) take(call);
        return fate;
      }
      if (fate === 'late' || random.chance(0.5))
        time.at(
          time.now() + (fate === 'late' ? random.int(8_000, HTTP_TIMEOUT_MS) : random.int(5, 500)),
          () => take(call),
        );
      await time.wait(HTTP_TIMEOUT_MS);
      if (life.dead) return NEVER;
      const repeatable = call.do === 'update' || call.do === 'find';
      return repeatable ? { is: 'retry', because: 'no answer' } : { is: 'unsettled', because: 'no answer' };
    };
  }

  function left(call: Tagged<SlackCall | PagerDutyCall>): void {
    if (call.do === 'trigger' || call.do === 'resolve' || call.do === 'find') return;
    const times = departures.get(call.tag.address) ?? [];
    times.push(time.now());
    departures.set(call.tag.address, times);
  }

  // --- the moves ---

  const tellDepsOf = (life: Life) => ({
    ...baseOf(life),
    wakes: queueOf(life),
    sleep: async (ms: number) => {
      await time.wait(ms);
      return life.dead ? NEVER : undefined;
    },
    nonce: () => `${(nonces++).toString(16).padStart(8, '0')}`,
  });
  const tellers = {
    slack: (life: Life, wake: Wake) =>
      tell<Tagged<SlackCall>>(wake, {
        ...tellDepsOf(life),
        kind: 'slack',
        plan: tagging<SlackCall>(planSlack),
        send: senderOf<SlackCall>(life, slackFault, slack.accept),
      }),
    pagerduty: (life: Life, wake: Wake) =>
      tell<Tagged<PagerDutyCall>>(wake, {
        ...tellDepsOf(life),
        kind: 'pagerduty',
        plan: tagging<PagerDutyCall>(planPagerDuty),
        send: senderOf<PagerDutyCall>(life, pagerDutyFault, pagerduty.accept),
      }),
  };

  /** The signals queue: what fails comes again. */
  function deliver(bundles: readonly Bundle[], receives = 0): void {
    if (receives === 0) waiting += bundles.length;
    if (receives >= TRACK_RECEIVES) {
      violate(`law 1: ${bundles[0]?.incident} was dead-lettered`);
      return;
    }
    let failed: readonly string[] = [];
    void live('track', TRACK_TIMEOUT_MS, async (life) => {
      say(
        `track ${bundles.map((b) => `${b.incident} ${b.severity} +${b.firing.length} ${b.resolvedAt ?? ''}`).join(', ')}`,
      );
      const records = bundles.map((bundle, i) => ({ id: String(i), bundle, since: time.now() }));
      const untracked = { send: async () => {} };
      const within = <Done>(_: number, work: Promise<Done>) => work;
      failed = await track(records, { ...baseOf(life), topics: topicsOf(life), untracked, within });
    }).then((result) => {
      const again = result === 'failed' ? bundles : bundles.filter((_, i) => failed.includes(String(i)));
      waiting -= bundles.length - again.length;
      if (again.length > 0) time.at(time.now() + TRACK_VISIBILITY_MS, () => deliver(again, receives + 1));
    });
  }

  function sweepOnce(): Promise<'done' | 'failed'> {
    return live('sweep', SWEEP_TIMEOUT_MS, (life) =>
      sweep({
        home,
        ...baseOf(life),
        wakes: queueOf(life),
        topics: topicsOf(life),
        signals: {
          waiting: () =>
            operate(life, () => {
              if (away('queue')) throw new Error('SQS is away');
              return waiting;
            }),
        },
      }),
    );
  }

  function everyMinute(): void {
    if (off !== 'sweep' && !random.chance(trouble.sweepsLost)) {
      void sweepOnce();
      if (random.chance(trouble.sweepsDoubled))
        time.at(time.now() + random.int(0, 3_000), () => void sweepOnce());
    }
    time.at(time.now() + MINUTE, everyMinute);
  }
  time.at(time.now() + random.int(0, MINUTE), everyMinute);

  return {
    time,
    incidents: memory.incidents,
    slack,
    pagerduty,
    departures,
    excused,
    taken,
    logged,
    trace: () => steps.map(({ at, what }) => `${((at - MORNING) / 1_000).toFixed(3)} ${what()}`),
    violations,
    violate,
    say,
    deliver,
    deadLetters: () => deadLetters,
    policy: () => policy,
    changeRules: (next: Policy) => {
      say('the rules change');
      policy = next;
    },
    stepClock: (ms: number) => {
      offset = ms;
    },
    setTrouble: (next: Trouble) => {
      trouble = next;
    },
  };
}

export type World = ReturnType<typeof makeWorld>;
