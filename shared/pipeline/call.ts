import type { PlanInput, Step } from '../destinations/plan.ts';
import { claim, lift, settle } from '../incidents/deliver.ts';
import { deliveryAt } from '../incidents/delivery.ts';
import { arm } from '../incidents/remind.ts';
import { isUntold } from '../incidents/schedule.ts';
import { isTidying } from '../incidents/strays.ts';
import type { Address } from '../model/decision.ts';
import type { CallName, Incident, Sending, Telling } from '../model/incident.ts';
import { newsOf } from '../model/news.ts';
import { laneOf } from '../model/severity.ts';
import type { Outcome } from '../model/telling.ts';
import { afterOutcome, gate, type Haste } from './address.ts';
import { type AgainDeps, complainWhenLate, later, type Next, standIn, wakeAgain } from './again.ts';
import type { MakeNonce, Send } from './ports.ts';

export interface CallDeps<Call> extends AgainDeps {
  readonly send: Send<Call>;
  /** Waits for a slot of the channel's pace, at most a few seconds. */
  readonly sleep: (ms: number) => Promise<void>;
  readonly nonce: MakeNonce;
  /** Adds to a card that was just posted and written down; never throws. Left out: nothing is added. */
  readonly opened?: (telling: Telling, address: Address, handle: string) => Promise<void>;
}

type CallStep<Call> = Extract<Step<Call>, { do: 'call' }>;

/** A call that has left, and what came of it. */
interface Sent {
  readonly call: CallName;
  readonly nonce: string;
  readonly outcome: Outcome;
}

/** How often a record of an outcome is tried against other writers. */
const RECORDS = 10;

/**
 * Makes a planned call if its address takes one now, and postpones it if not: gate, claim, send, record. `taken`: its
 * place in the address's pace is taken already.
 */
export async function makeCall<Call>(
  step: CallStep<Call>,
  input: PlanInput,
  deps: CallDeps<Call>,
  taken: boolean,
): Promise<Next> {
  const { telling, delivery, address: state, now } = input;
  const { address } = delivery.target;
  // An update brings no news: what is held stays held.
  const incident = step.name === 'update' ? telling.incident : lift(telling.incident, address, now);
  const free = await gate(state, hasteOf(step, input), deps, now, taken);
  if (free.is === 'later') {
    const told = await standIn(incident, address, state.broken?.code ?? null, deps, now);
    return later(told, address, free, deps, now);
  }
  return callOnce(step, { ...input, telling: { ...telling, incident } }, deps);
}

function hasteOf<Call>(
  { name, urgent, facts }: CallStep<Call>,
  { telling: { incident }, delivery }: PlanInput,
): Haste {
  // The card of a storm stands for many that wait: that it grows is news.
  if (name === 'update' && incident.storm === null && !isUntold(delivery, incident.facts)) return 'spare';
  if (!urgent) return 'later';
  return laneOf(facts.severity) === 'urgent' ? 'first' : 'soon';
}

/** The claim is written first; whoever finds it later knows that something may have left. */
async function callOnce<Call>(step: CallStep<Call>, input: PlanInput, deps: CallDeps<Call>): Promise<Next> {
  const { telling, delivery } = input;
  const { address } = delivery.target;
  const sending = sendingOf(step, input, deps.clock());
  if ((await deps.store.save(claim(telling.incident, address, sending, sending.at))) === 'conflict')
    return 'overtaken';
  const outcome = await deps.send(step.call);
  await afterOutcome(address, step.name, outcome, deps);
  const after = await record({ call: step.name, nonce: sending.nonce, outcome }, input, deps);
  if (step.name === 'post' && outcome.is === 'told' && newsOf(delivery.announced, step.facts) === 'opened')
    await deps.opened?.(telling, address, outcome.handle);
  return next(after, address, outcome, deps);
}

/** A look-up keeps the claim that it looks for. */
function sendingOf<Call>(
  { name, facts }: CallStep<Call>,
  { delivery: { sending }, nonce }: PlanInput,
  at: number,
): Sending {
  if (name === 'find' && sending !== null) return { ...sending, at };
  const repeats = sending !== null && !isTidying(sending.call);
  return { nonce, at, call: name, facts, unsettled: false, repeats };
}

/** Writes the outcome down against whatever the incident has become meanwhile. */
async function record<Call>(
  sent: Sent,
  { telling, delivery, reminding }: PlanInput,
  deps: CallDeps<Call>,
): Promise<Incident | null> {
  const { id } = telling.incident;
  const { address } = delivery.target;
  const { call, nonce, outcome } = sent;
  const broken = outcome.is === 'broken' && !isTidying(call) ? outcome.code : null;
  for (let attempt = 0; attempt < RECORDS; attempt += 1) {
    const incident = await deps.store.load(id);
    if (incident === null) return null;
    const now = deps.clock();
    const settled = arm(settle(incident, address, nonce, call, outcome, now), reminding, now);
    const after = await standIn(settled, address, broken, deps, now);
    if ((await deps.store.save(after)) === 'saved') {
      report(after, address, sent, deps);
      return { ...after, version: after.version + 1 };
    }
  }
  throw new Error(
    `The outcome of ${call} for incident ${id} could not be recorded: others wrote ${RECORDS} times in a row. It is looked up again.`,
  );
}

function report<Call>(
  incident: Incident,
  address: Address,
  { call, outcome }: Sent,
  { kind, log, metrics }: CallDeps<Call>,
): void {
  const fields = { incident: incident.id, address, call, outcome: outcome.is };
  switch (outcome.is) {
    case 'told':
      metrics.count('Told', 1, { kind });
      log.info('told', { ...fields, severity: incident.facts.severity, handle: outcome.handle });
      return;
    case 'found':
    case 'absent':
      log.info('told', fields);
      return;
    case 'wait':
    case 'retry':
    case 'unsettled':
    case 'gone':
    case 'too-big':
      metrics.count('TellFailed', 1, { kind });
      log.warn('not told', { ...fields, because: outcome.because });
      return;
    case 'broken':
      metrics.count('TellFailed', 1, { kind });
      log.error('address broken', { ...fields, code: outcome.code, hint: outcome.hint });
  }
}

/** What the destination took, or says is not there, is planned on from; for all else it is too early. */
async function next<Call>(
  incident: Incident | null,
  address: Address,
  outcome: Outcome,
  deps: CallDeps<Call>,
): Promise<Next> {
  switch (outcome.is) {
    case 'told':
    case 'found':
    case 'absent':
    case 'gone':
    case 'too-big':
      return 'again';
    case 'wait':
    case 'retry':
    case 'unsettled':
    case 'broken': {
      const delivery = incident && deliveryAt(incident, address);
      if (incident === null || delivery === null) return 'done';
      complainWhenLate(incident, address, outcome.is === 'broken' ? outcome.hint : outcome.because, deps);
      await wakeAgain(incident, address, delivery.retryAt - deps.clock(), deps);
      return 'done';
    }
  }
}
