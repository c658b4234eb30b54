import type { PlanInput, Step } from '../destinations/plan.ts';
import { claim, hold, lift, note, postpone, remindLater, settle } from '../incidents/deliver.ts';
import { fallBack } from '../incidents/fallback.ts';
import { LATE_MS } from '../incidents/ledger.ts';
import { arm } from '../incidents/remind.ts';
import { isUntold } from '../incidents/schedule.ts';
import { isTidying } from '../incidents/strays.ts';
import type { IncidentId } from '../model/bundle.ts';
import type { Address, DestinationKind } from '../model/decision.ts';
import type { CallName, Delivery, Incident, Sending, Telling, Wake } from '../model/incident.ts';
import { goesOn, newsOf } from '../model/news.ts';
import type { RemindRule } from '../model/rules.ts';
import { laneOf } from '../model/severity.ts';
import { MADE_AT } from '../model/silence.ts';
import type { Outcome } from '../model/telling.ts';
import type { Hold } from '../rules/hold.ts';
import type { Judge } from '../rules/judge.ts';
import { afterOutcome, gate, type Haste } from './address.ts';
import { canaryOut, canaryWoken, type Ready } from './canary.ts';
import { canBeHeld, heldBy, isHeldStill } from './hold.ts';
import type { Clock, Log, MakeNonce, Metrics, Send, Store, WakeQueue } from './ports.ts';
import { remindingOf } from './remind.ts';

export interface TellDeps<Call> {
  readonly kind: DestinationKind;
  readonly plan: (input: PlanInput) => Step<Call>;
  readonly send: Send<Call>;
  readonly store: Store;
  readonly wakes: WakeQueue;
  readonly judge: Judge;
  readonly clock: Clock;
  /** Waits for a slot of the channel's pace, at most a few seconds. */
  readonly sleep: (ms: number) => Promise<void>;
  readonly nonce: MakeNonce;
  readonly log: Log;
  readonly metrics: Metrics;
  /** What the canary asks before it comes out. Left out: nothing. */
  readonly ready?: Ready;
  /** Adds to a card that was just posted and written down; never throws. Left out: nothing is added. */
  readonly opened?: (telling: Telling, address: Address, handle: string) => Promise<void>;
}

/** A card, its update and its reply are three calls; a few more leave room for a shrink or a look-up. */
const CALLS = 8;
/** How often a record of an outcome is tried against other writers. */
const RECORDS = 10;
/** SQS delays a message so long at most (API SendMessage, `DelaySeconds`). */
const LONGEST_WAKE_MS = 900_000;

/**
 * Makes what was told equal to what is wanted, at one address or at all of this kind. Safe to call at any
 * time, any number of times, by several at once.
 * @throws when the table cannot be reached; what destinations answer never throws.
 */
export async function tell<Call>(wake: Wake, deps: TellDeps<Call>): Promise<void> {
  const canary = canaryWoken(wake);
  if (canary !== null) return canaryOut(canary, deps);
  const incident = await deps.store.load(wake.incident);
  if (incident === null) return;
  const addresses = incident.deliveries
    .filter((d) => d.target.kind === deps.kind)
    .map((d) => d.target.address)
    .filter((address) => wake.address === null || wake.address === address);
  const [first, ...others] = addresses;
  // One address a message: where one hangs, the others do not wait for it.
  for (const address of others) await wakeAgain(incident, address, 0, deps);
  if (first !== undefined) await tellAddress(wake.incident, first, deps);
}

async function tellAddress<Call>(id: IncidentId, address: Address, deps: TellDeps<Call>): Promise<void> {
  for (let calls = 0; calls < CALLS; calls += 1) {
    if ((await tellOnce(id, address, deps)) === 'done') return;
  }
  const incident = await deps.store.load(id);
  if (incident !== null) await wakeAgain(incident, address, 0, deps);
}

/** Load, plan, claim, send, record: one call. */
async function tellOnce<Call>(
  id: IncidentId,
  address: Address,
  deps: TellDeps<Call>,
): Promise<'again' | 'done'> {
  const { store, clock } = deps;
  const now = clock();
  const [incident, state, report] = await Promise.all([
    store.load(id),
    store.loadAddress(address),
    store.loadReport(id),
  ]);
  const delivery = incident?.deliveries.find((d) => d.target.address === address);
  if (incident === null || delivery === undefined) return 'done';
  if (report === null) {
    deps.log.error('report missing', {
      incident: id,
      address,
      hint: 'its words are gone from the table; the next signal brings them back',
    });
    return 'done';
  }
  if (delivery.retryAt > now) return 'done';

  const nonce = deps.nonce();
  const destination = deps.judge.destination(address);
  const reminding = remindingOf(incident, report, deps.judge);
  const input: PlanInput = {
    telling: { incident, report },
    delivery,
    address: state,
    language: destination?.language ?? deps.judge.rules.language,
    mention: destination?.mention ?? null,
    timezone: deps.judge.rules.timezone,
    reminding,
    nonce,
    now,
  };
  const step = quietWhileHeld(deps.plan(input), input, deps);
  switch (step.do) {
    case 'nothing':
      return letGo(incident, delivery, deps, now);
    case 'wait':
      await wakeAgain(incident, address, step.until - now, deps);
      return letGo(incident, delivery, deps, now);
    case 'settled':
      if (delivery.held !== null && !goesOn(incident.facts))
        return takenBy(delivery.held, incident, address, deps, now);
      deps.log.info('told', { incident: id, address, call: 'none', because: step.because });
      await store.save(note(incident, address, step.facts, now));
      return 'again';
    case 'call': {
      const asked = { incident, report, delivery, call: step.name, now };
      if (canBeHeld(asked)) {
        if (isHeldStill(delivery, incident, now)) return 'done';
        const held = await heldBy(asked, deps);
        const rule = held ?? delivery.held;
        // Over before it was told: whoever held it has taken it.
        if (rule !== null && !goesOn(incident.facts)) return takenBy(rule, incident, address, deps, now);
        if (held !== null) return holdBack(held, incident, delivery, deps, now);
      }
      if (step.name === 'remind') {
        const held = await heldBy(asked, deps);
        if (held !== null) return keepReminder(held, incident, address, deps, now);
      }
      // An update brings no news: what is held stays held.
      const lifted = step.name === 'update' ? incident : lift(incident, address, now);
      const free = await gate(state, hasteOf(step, delivery, incident), deps, now);
      if (free.is === 'later') {
        const told = await standIn(lifted, address, state.broken?.code ?? null, deps, now);
        return later(told, address, free.until, free.because, deps, now);
      }
      return callOnce({ incident: lifted, report }, delivery, step, input, deps);
    }
  }
}

/** Waits in the table, where everybody sees it. Woken when the rule ends; sweep is the net, and finds what waits longer. */
async function holdBack<Call>(
  rule: Hold,
  incident: Incident,
  delivery: Delivery,
  deps: TellDeps<Call>,
  now: number,
): Promise<'again' | 'done'> {
  const { store, log, metrics, wakes, kind } = deps;
  const { address } = delivery.target;
  if ((await store.save(hold(incident, address, rule, now))) === 'conflict') return 'again';
  log.info('held', { incident: incident.id, address, ...rule });
  const { facts, id } = incident;
  const delay = rule.until - now;
  if (delay <= LONGEST_WAKE_MS)
    await wakes.wake(kind, laneOf(facts.severity), { incident: id, address }, delay);
  const { by, at, because, until } = rule;
  if (delivery.held?.by === by && delivery.held.kind === rule.kind) return 'done';
  metrics.count('Held', 1, { kind: rule.kind, rule: at === MADE_AT ? MADE_AT : by });
  const key = `held-${by}-${rule.kind}-${facts.occurrence}-${address}`;
  const detail = { address, rule: by, at, because, until };
  await store.addHistory(id, { at: now, key, what: 'held', detail }, now);
  return 'done';
}

/** A rule that would hold news holds the reminder too. It is no news: nothing waits meanwhile. */
async function keepReminder<Call>(
  { by, at, because, until }: Hold,
  incident: Incident,
  address: Address,
  { store, log }: TellDeps<Call>,
  now: number,
): Promise<'again' | 'done'> {
  if ((await store.save(remindLater(incident, address, until, now))) === 'conflict') return 'again';
  log.info('not reminded', { incident: incident.id, address, rule: by, at, because });
  return 'again';
}

/** While the word is held, the card still counts: what is left to do is what would be without the word. */
function quietWhileHeld<Call>(step: Step<Call>, input: PlanInput, { plan }: TellDeps<Call>): Step<Call> {
  const { delivery, telling, now } = input;
  const { incident } = telling;
  if (step.do !== 'call' || step.name !== 'reply' || !isHeldStill(delivery, incident, now)) return step;
  return plan({ ...input, delivery: { ...delivery, announced: incident.facts } });
}

/** Held, and nothing is to be told there any more: nothing waits. */
async function letGo<Call>(
  incident: Incident,
  delivery: Delivery,
  { store }: TellDeps<Call>,
  now: number,
): Promise<'again' | 'done'> {
  const { held, sending, target } = delivery;
  if (held === null || sending !== null || isHeldStill(delivery, incident, now)) return 'done';
  return (await store.save(lift(incident, target.address, now))) === 'conflict' ? 'again' : 'done';
}

/** A named rule took it (law 8): never told, still counted, and written down. */
async function takenBy<Call>(
  { by, at, because }: Hold,
  incident: Incident,
  address: Address,
  { store, log }: TellDeps<Call>,
  now: number,
): Promise<'again' | 'done'> {
  const { facts, id } = incident;
  if ((await store.save(note(incident, address, facts, now))) === 'conflict') return 'again';
  const detail = { address, rule: by, at, because: `it was over before it was told: ${because}` };
  log.info('taken', { incident: id, occurrence: facts.occurrence, ...detail });
  const key = `${facts.occurrence}-${facts.resolvedAt}-taken-${address}`;
  await store.addHistory(id, { at: now, key, what: 'taken', detail }, now);
  return 'again';
}

function hasteOf<Call>(
  { name, urgent, facts }: Extract<Step<Call>, { do: 'call' }>,
  delivery: Delivery,
  incident: Incident,
): Haste {
  // The card of a storm stands for many that wait: that it grows is news.
  if (name === 'update' && incident.storm === null && !isUntold(delivery, incident.facts)) return 'spare';
  if (!urgent) return 'later';
  return laneOf(facts.severity) === 'urgent' ? 'first' : 'soon';
}

/** The claim is written first; whoever finds it later knows that something may have left. */
async function callOnce<Call>(
  telling: Telling,
  delivery: Delivery,
  step: Extract<Step<Call>, { do: 'call' }>,
  { nonce, reminding }: PlanInput,
  deps: TellDeps<Call>,
): Promise<'again' | 'done'> {
  const { incident } = telling;
  const { address } = delivery.target;
  const now = deps.clock();
  const sending: Sending =
    step.name === 'find' && delivery.sending !== null
      ? { ...delivery.sending, at: now }
      : {
          nonce,
          at: now,
          call: step.name,
          facts: step.facts,
          unsettled: false,
          repeats: delivery.sending !== null && !isTidying(delivery.sending.call),
        };
  if ((await deps.store.save(claim(incident, address, sending, now))) === 'conflict') return 'again';
  const outcome = await deps.send(step.call);
  await afterOutcome(address, step.name, outcome, deps);
  const after = await record(incident.id, address, sending.nonce, step.name, outcome, reminding, deps);
  if (step.name === 'post' && outcome.is === 'told' && newsOf(delivery.announced, step.facts) === 'opened')
    await deps.opened?.(telling, address, outcome.handle);
  return next(after, address, outcome, deps);
}

/** Writes the outcome down against whatever the incident has become meanwhile. */
async function record<Call>(
  id: IncidentId,
  address: Address,
  nonce: string,
  call: CallName,
  outcome: Outcome,
  reminding: readonly RemindRule[],
  deps: TellDeps<Call>,
): Promise<Incident | null> {
  for (let attempt = 0; attempt < RECORDS; attempt += 1) {
    const incident = await deps.store.load(id);
    if (incident === null) return null;
    const now = deps.clock();
    const settled = arm(settle(incident, address, nonce, call, outcome, now), reminding, now);
    const broken = outcome.is === 'broken' && !isTidying(call) ? outcome.code : null;
    const after = await standIn(settled, address, broken, deps, now);
    if ((await deps.store.save(after)) === 'saved') {
      report(after, address, call, outcome, deps);
      return { ...after, version: after.version + 1 };
    }
  }
  throw new Error(
    `The outcome of ${call} for incident ${id} could not be recorded: others wrote ${RECORDS} times in a row. It is looked up again.`,
  );
}

async function next<Call>(
  incident: Incident | null,
  address: Address,
  outcome: Outcome,
  deps: TellDeps<Call>,
): Promise<'again' | 'done'> {
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
      const delivery = incident?.deliveries.find((d) => d.target.address === address);
      if (incident === null || delivery === undefined) return 'done';
      complainWhenLate(incident, delivery, outcome.is === 'broken' ? outcome.hint : outcome.because, deps);
      await wakeAgain(incident, address, delivery.retryAt - deps.clock(), deps);
      return 'done';
    }
  }
}

/** What a broken address cannot be told goes to its fallback; one of another kind is woken by the next sweep. */
async function standIn<Call>(
  incident: Incident,
  address: Address,
  code: string | null,
  deps: TellDeps<Call>,
  now: number,
): Promise<Incident> {
  const fallback = deps.judge.destination(address)?.fallback ?? null;
  if (code === null || fallback === null) return incident;
  const after = fallBack(incident, address, fallback, code, now);
  if (after === incident) return incident;
  deps.metrics.count('FellBack', 1, { kind: fallback.kind });
  deps.log.warn('fell back', { incident: incident.id, address, code, to: fallback.address });
  if (fallback.kind === deps.kind) await wakeAgain(after, fallback.address, 1_000, deps);
  return after;
}

/** The address is blocked, broken or out of pace: try when it may be tried, without waiting here. */
async function later<Call>(
  incident: Incident,
  address: Address,
  until: number,
  because: string,
  deps: TellDeps<Call>,
  now: number,
): Promise<'again' | 'done'> {
  const postponed = postpone(incident, address, until, now);
  if ((await deps.store.save(postponed)) === 'conflict') return 'again';
  const delivery = incident.deliveries.find((d) => d.target.address === address);
  if (delivery !== undefined) complainWhenLate(incident, delivery, because, deps);
  await wakeAgain(postponed, address, until - now, deps);
  return 'done';
}

/** Each try that comes to nothing moves the next look of sweep, so telling itself must say that it is late. */
function complainWhenLate<Call>(
  { id }: Incident,
  { target, untoldSince }: Delivery,
  because: string,
  { clock, log, metrics }: TellDeps<Call>,
): void {
  if (untoldSince === null || clock() - untoldSince <= LATE_MS) return;
  metrics.count('Untold', 1);
  log.warn('untold', { incident: id, address: target.address, since: untoldSince, because });
}

async function wakeAgain<Call>(
  incident: Incident,
  address: Address,
  delayMs: number,
  deps: TellDeps<Call>,
): Promise<void> {
  const delivery = incident.deliveries.find((d) => d.target.address === address);
  if (delivery === undefined || !isUntold(delivery, incident.facts)) return;
  const lane = laneOf(incident.facts.severity);
  await deps.wakes.wake(deps.kind, lane, { incident: incident.id, address }, Math.max(0, delayMs));
}

function report<Call>(
  incident: Incident,
  address: Address,
  call: CallName,
  outcome: Outcome,
  deps: TellDeps<Call>,
): void {
  const fields = { incident: incident.id, address, call, outcome: outcome.is };
  switch (outcome.is) {
    case 'told':
      deps.metrics.count('Told', 1, { kind: deps.kind });
      deps.log.info('told', { ...fields, severity: incident.facts.severity, handle: outcome.handle });
      return;
    case 'found':
    case 'absent':
      deps.log.info('told', fields);
      return;
    case 'wait':
    case 'retry':
    case 'unsettled':
    case 'gone':
    case 'too-big':
      deps.metrics.count('TellFailed', 1, { kind: deps.kind });
      deps.log.warn('not told', { ...fields, because: outcome.because });
      return;
    case 'broken':
      deps.metrics.count('TellFailed', 1, { kind: deps.kind });
      deps.log.error('address broken', { ...fields, code: outcome.code, hint: outcome.hint });
  }
}
