import type { PlanInput } from '../../shared/destinations/plan.ts';
import type { DestinationKind } from '../../shared/model/decision.ts';
import type { CallName, Delivery, Incident } from '../../shared/model/incident.ts';
import type { Lane } from '../../shared/model/severity.ts';
import type { AddressState, Outcome, PagerDutyCall } from '../../shared/model/telling.ts';
import type { Store } from '../../shared/pipeline/ports.ts';
import type { Judge } from '../../shared/rules/judge.ts';
import { MINUTE } from '../support/make.ts';
import type { Life } from './runs.ts';

/** Where a mutation reaches into the pipeline: around its ports, never inside the product. */
export interface Hooks {
  /** What a load of an incident gives. `life` is the invocation that loads. */
  readonly loads?: (incident: Incident, life: Life) => Incident | null;
  /** What is written instead; `saved`: nothing is. */
  readonly saves?: (incident: Incident, stored: Incident | null, life: object) => Incident | 'saved';
  readonly checksVersion?: false;
  /** Calls are given up after a while. */
  readonly limits?: false;
  /** The table as track sees it. */
  readonly tracks?: (store: Store) => Store;
  /** The rules that are deployed. */
  readonly judges?: (judge: Judge) => Judge;
  /** Silences made at run time are read. */
  readonly loadsSilences?: false;
  readonly loadsAddress?: (state: AddressState) => AddressState;
  readonly plans?: (input: PlanInput) => PlanInput;
  readonly pages?: (call: PagerDutyCall, nonce: string) => PagerDutyCall;
  readonly outcomes?: (outcome: Outcome, call: CallName) => Outcome;
  /** Some calls go before others at their address. */
  readonly hurries?: false;
  /** All travels in this one. */
  readonly lane?: Lane;
  /** What a batch reports as failed. */
  readonly fails?: (failed: readonly string[]) => readonly string[];
  /** What the signals queues say of their depth. */
  readonly waiting?: () => number;
  readonly sweeps?: false;
  /** The untracked queues take one message of an incident and address in five minutes. */
  readonly deduplicates?: false;
  /** What cannot be tracked is told without the table. */
  readonly untracked?: false;
  /** What was told without the table is handed over to it. */
  readonly handsOver?: false;
  /** maxReceiveCount of the signals queues. */
  readonly receives?: number;
  /** An input whose bundles were not accepted counts as done. */
  readonly forgives?: true;
}

export interface Mutation {
  readonly name: string;
  /** The protection that is switched off, for a reader. */
  readonly off: string;
  readonly hooks: Hooks;
}

/**
 * The control: every hook is there and changes nothing. A seed that it breaks would be blamed on a protection that
 * was never off.
 */
export const CONTROL: Hooks = {
  loads: (incident) => incident,
  saves: (incident) => incident,
  tracks: (store) => store,
  judges: (judge) => judge,
  loadsAddress: (state) => state,
  plans: (input) => input,
  pages: (call) => call,
  outcomes: (outcome) => outcome,
  fails: (failed) => failed,
};

/** Every protection that the delivery has. Without any one of them a law must soon be broken. */
export const MUTATIONS: readonly Mutation[] = [
  { name: 'claim', off: 'the claim is written before the call leaves', hooks: withoutClaim() },
  {
    name: 'revision',
    off: 'a write is conditional on the revision that was read',
    hooks: { checksVersion: false },
  },
  {
    name: 'marks',
    off: 'repeated signals are recognised by their marks',
    hooks: eachLoad(() => ({ marks: [] })),
  },
  {
    name: 'look-up',
    off: 'a message in doubt is looked up before it is sent again',
    hooks: eachOutcome((outcome, call) =>
      call === 'find' && outcome.is === 'found' ? { is: 'absent' } : outcome,
    ),
  },
  { name: 'sweep', off: 'sweep runs every minute', hooks: { sweeps: false } },
  {
    name: 'gone',
    off: 'a deleted card is posted anew',
    hooks: eachOutcome((o) => (o.is === 'gone' ? retry : o)),
  },
  {
    name: 'lease',
    off: 'a claim holds until its lease has run out',
    hooks: eachClaim({ unsettled: true }),
  },
  {
    name: 'landed',
    off: 'news waits while a call without an answer may still land',
    hooks: { tracks: withoutLanding },
  },
  {
    name: 'hanging',
    off: 'a table that hangs is as good as none',
    hooks: { limits: false },
  },
  {
    name: 'broken is told',
    off: 'a refusal that a person must mend is no success',
    hooks: eachOutcome((o) => (o.is === 'broken' ? { is: 'told', handle: 'C0/0' } : o)),
  },
  {
    name: 'unsettled is retry',
    off: 'a lost answer is not a certain failure',
    hooks: eachOutcome((o) => (o.is === 'unsettled' ? retry : o)),
  },
  {
    name: 'retry is told',
    off: 'what was not accepted is sent again',
    hooks: eachOutcome((o) => (o.is === 'retry' ? { is: 'told', handle: 'C0/0' } : o)),
  },
  {
    name: 'Retry-After',
    off: 'an address that asked to wait is left alone',
    hooks: { loadsAddress: (state) => ({ ...state, blockedUntil: 0 }) },
  },
  {
    name: 'pace',
    off: 'an address takes so many calls and no more',
    hooks: { loadsAddress: (s) => ({ ...s, nextFreeAt: 0 }) },
  },
  { name: 'lanes', off: 'SEV1 and SEV2 have lanes of their own', hooks: { lane: 'normal' } },
  {
    name: 'haste',
    off: 'SEV1 and SEV2 find a place that others had to leave',
    hooks: { hurries: false },
  },
  {
    name: 'key',
    off: "PagerDuty's key does not change while an event is tried again",
    hooks: { pages: (call, nonce) => ({ ...call, dedupKey: `${call.dedupKey}-${nonce}` }) },
  },
  {
    name: 'record after send',
    off: 'nothing is marked as told before it was accepted',
    hooks: eachDelivery((d) =>
      d.sending === null ? {} : { announced: d.sending.facts, shown: d.sending.facts },
    ),
  },
  {
    name: 'tombstone',
    off: 'a resolve that overtakes its firing is remembered',
    hooks: { saves: (incident) => (incident.facts.count === 0 ? 'saved' : incident) },
  },
  { name: 'batch failures', off: 'a record that failed in a batch is named', hooks: { fails: () => [] } },
  {
    name: 'tries',
    off: 'signals wait in their queue through a long outage',
    hooks: { receives: 15 },
  },
  { name: 'not queued', off: 'an input that could not be queued fails visibly', hooks: { forgives: true } },
  {
    name: 'expiry',
    off: 'the table forgets only what is told resolved everywhere',
    hooks: eachSave((incident) => ({ expiresAt: incident.dueAt })),
  },
  {
    name: 'reopened expiry',
    off: 'an incident that is back is not forgotten',
    hooks: eachSave((incident, stored) => ({ expiresAt: stored?.expiresAt ?? incident.expiresAt })),
  },
  {
    name: 'left routes',
    off: 'who was told firing hears of the end though the rules have moved on',
    hooks: eachSave(({ deliveries }) => ({ deliveries: deliveries.filter((d) => d.routed) })),
  },
  {
    name: 'owed',
    off: 'news is owed until somebody was notified: an update in place notifies nobody',
    hooks: eachDelivery((d) => (d.announced === null ? {} : { announced: d.shown ?? d.announced })),
  },
  {
    name: 'doubt',
    off: 'what an earlier call may have left stays in doubt after a later certain failure',
    hooks: eachSave(({ deliveries }) => ({
      deliveries: deliveries.map((d) =>
        d.sending === null ? d : { ...d, sending: { ...d.sending, repeats: false } },
      ),
    })),
  },
  {
    name: 'backlog',
    off: 'nothing counts as quiet while signals wait',
    hooks: { waiting: () => 0 },
  },
  {
    name: 'late look',
    off: 'what nobody could look at when its quiet was due gets its time',
    hooks: {
      loads: (incident, life) => ({
        ...incident,
        dueAt: incident.dueAt && Math.max(incident.dueAt, life.clock() - 4 * MINUTE),
      }),
    },
  },
  {
    name: 'occurrence',
    off: 'a new occurrence begins only when the last one is told resolved everywhere',
    hooks: { tracks: withoutWaiting },
  },
  {
    name: 'strays',
    off: 'what was sent twice because nobody could look is taken away',
    hooks: eachDelivery(() => ({ strays: [] })),
  },
  {
    name: 'flapping',
    off: 'what flaps is told once, and not again until it is calm',
    hooks: eachLoad(() => ({ flips: { fires: [], ends: [] } })),
  },
  {
    name: 'storm',
    off: 'one card speaks for a storm',
    hooks: withoutStorm('slack'),
  },
  { name: 'page storm', off: 'one page speaks for a storm of pages', hooks: withoutStorm('pagerduty') },
  {
    name: 'silence',
    off: 'a silence in the rules holds',
    hooks: eachHold({ silenced: () => null }),
  },
  {
    name: 'run-time silence',
    off: 'a silence that a person made holds',
    hooks: { loadsSilences: false },
  },
  { name: 'window', off: 'a window holds', hooks: eachHold({ muted: () => null }) },
  {
    name: 'inhibition',
    off: 'what another problem explains is held',
    hooks: eachHold({ inhibitors: () => [] }),
  },
  {
    name: 'lasting',
    off: 'what may be over by itself must have lasted',
    hooks: eachHold({ transient: () => null }),
  },
  {
    name: 'fallback',
    off: 'what a broken address cannot be told is told elsewhere',
    hooks: eachJudge((judge) => ({
      destination: (address) => {
        const found = judge.destination(address);
        return found && { ...found, fallback: null };
      },
    })),
  },
  {
    name: 'mended',
    off: 'nothing stands in for an address that is mended',
    hooks: eachSave((incident, stored) => ({
      deliveries: incident.deliveries.map((d) => {
        const was = stored?.deliveries.find((o) => o.target.address === d.target.address);
        return was?.standsFor == null ? d : { ...d, routed: true, standsFor: was.standsFor };
      }),
    })),
  },
  {
    name: 'expected',
    off: 'what must be heard and is not is a problem',
    hooks: eachJudge(({ expects }) => ({ expects: { ...expects, rules: [] } })),
  },
  {
    name: 'planned',
    off: 'what people planned for is announced and summed up',
    hooks: eachJudge(({ readiness }) => ({ readiness: { ...readiness, rules: [] } })),
  },
  {
    name: 'louder',
    off: 'what a planned time touches is graver',
    hooks: eachJudge(({ verdict }) => ({ verdict: (signal) => verdict(signal, 0) })),
  },
  {
    name: 'fail open',
    off: 'what cannot be tracked is told all the same',
    hooks: { untracked: false },
  },
  {
    name: 'once in five minutes',
    off: 'what cannot be tracked is told once in five minutes',
    hooks: { deduplicates: false },
  },
  {
    name: 'hand-over',
    off: 'what was told without the table is handed over to it',
    hooks: { handsOver: false },
  },
  {
    name: 'back-off',
    off: 'a reminder waits for its time',
    hooks: {
      plans: (input) => {
        const { delivery } = input;
        return { ...input, delivery: { ...delivery, remindAt: delivery.remindAt === null ? null : 0 } };
      },
    },
  },
  {
    name: 'memory',
    off: 'what an address was told is remembered when the problem is over',
    hooks: {
      loads: (incident) => ({
        ...incident,
        deliveries: incident.facts.status === 'firing' ? incident.deliveries : [],
      }),
    },
  },
];

const retry: Outcome = { is: 'retry', because: 'mutated' };

function eachOutcome(outcomes: NonNullable<Hooks['outcomes']>): Hooks {
  return { outcomes };
}

function eachLoad(change: (incident: Incident) => Partial<Incident>): Hooks {
  return { loads: (incident) => ({ ...incident, ...change(incident) }) };
}

/** The storms at addresses of this kind are not there for anybody. */
function withoutStorm(kind: DestinationKind): Hooks {
  return {
    loads: (incident) =>
      incident.storm !== null && incident.deliveries[0]?.target.kind === kind ? null : incident,
  };
}

function eachSave(change: (incident: Incident, stored: Incident | null) => Partial<Incident>): Hooks {
  return { saves: (incident, stored) => ({ ...incident, ...change(incident, stored) }) };
}

function eachDelivery(change: (delivery: Delivery) => Partial<Delivery>): Hooks {
  return eachSave(({ deliveries }) => ({ deliveries: deliveries.map((d) => ({ ...d, ...change(d) })) }));
}

function eachJudge(change: (judge: Judge) => Partial<Judge>): Hooks {
  return { judges: (judge) => ({ ...judge, ...change(judge) }) };
}

function eachHold(change: Partial<Judge['holds']>): Hooks {
  return eachJudge(({ holds }) => ({ holds: { ...holds, ...change } }));
}

/** What is over looks told everywhere to track, and to nobody else. */
function withoutWaiting(store: Store): Store {
  const truth = new Map<string, readonly Delivery[]>();
  return {
    ...store,
    load: async (id) => {
      const incident = await store.load(id);
      truth.set(id, incident?.deliveries ?? []);
      if (incident === null || incident.facts.status === 'firing') return incident;
      const { facts, deliveries } = incident;
      return {
        ...incident,
        deliveries: deliveries.map((d) => ({ ...d, announced: facts, shown: facts, sending: null })),
      };
    },
    save: (incident) => {
      const deliveries = incident.deliveries.map((d) => {
        const was = truth.get(incident.id)?.find((o) => o.target.address === d.target.address);
        if (was === undefined) return d;
        const { announced, shown, sending } = was;
        return { ...d, announced, shown, sending };
      });
      return store.save({ ...incident, deliveries });
    },
  };
}

/** News is told at once, whatever is under way. */
function withoutLanding(store: Store): Store {
  return {
    ...store,
    save: (incident) =>
      store.save({
        ...incident,
        deliveries: incident.deliveries.map((d) =>
          d.sending?.unsettled === true ? { ...d, retryAt: 0 } : d,
        ),
      }),
  };
}

function eachClaim(change: Partial<NonNullable<Delivery['sending']>>): Hooks {
  return {
    plans: (input) => {
      const { sending } = input.delivery;
      if (sending === null) return input;
      return { ...input, delivery: { ...input.delivery, sending: { ...sending, ...change } } };
    },
  };
}

/** The claim exists for the function that made it and for nobody else, until its outcome is recorded. */
function withoutClaim(): Hooks {
  const kept = new WeakMap<object, Map<string, Delivery>>();
  const of = (life: object): Map<string, Delivery> => {
    const mine = kept.get(life) ?? new Map<string, Delivery>();
    kept.set(life, mine);
    return mine;
  };
  return {
    loads: (incident, life) => ({
      ...incident,
      deliveries: incident.deliveries.map((d) => {
        const claim = of(life).get(`${incident.id} ${d.target.address}`);
        return claim === undefined || d.sending !== null ? d : { ...d, sending: claim.sending };
      }),
    }),
    saves: (incident, stored, life) => {
      const claimed = incident.deliveries.find(
        (d) =>
          d.sending !== null &&
          !d.sending.unsettled &&
          stored?.deliveries.every((o) => o.sending?.nonce !== d.sending?.nonce) === true,
      );
      const key = `${incident.id} ${claimed?.target.address}`;
      if (claimed !== undefined && !of(life).has(key)) {
        of(life).set(key, claimed);
        return 'saved';
      }
      for (const name of of(life).keys()) if (name.startsWith(`${incident.id} `)) of(life).delete(name);
      return incident;
    },
  };
}
