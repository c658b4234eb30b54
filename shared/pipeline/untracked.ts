import type { PlanInput, UntrackedCall } from '../destinations/plan.ts';
import { absorb } from '../incidents/absorb.ts';
import { adopt, isFull } from '../incidents/adopt.ts';
import type { Bundle } from '../model/bundle.ts';
import type { Address } from '../model/decision.ts';
import type { Delivery, Incident } from '../model/incident.ts';
import type { Outcome } from '../model/telling.ts';
import type { Handover, Untracked } from '../model/untracked.ts';
import { documentOfIncident } from '../rules/hold.ts';
import { PACE_MS } from './address.ts';
import type { Within } from './ports.ts';
import { type TellDeps, tell, voiceAt } from './tell.ts';

export interface UntrackedDeps<Call> extends TellDeps<Call> {
  readonly within: Within;
  readonly untracked: {
    readonly compose: (input: PlanInput, since: number) => UntrackedCall<Call>;
    /** The call that ends what was told and never tracked. */
    readonly end: (address: Address, handle: string) => Call;
  };
}

/** How long the table is asked whether it is back; telling waits for a slot of the channel's pace meanwhile. */
const LOOK_MS = 900;
/** The first hand-over is tried after this. */
const HANDOVER_MS = 60_000;
/** A little less than its queue hands it over again: 1,000 times, the most that SQS takes, one every three minutes. */
const GIVE_UP_MS = 48 * 3_600_000;
const ATTEMPTS = 8;

/** An untracked message could not be told; it comes again. */
export class NotTold extends Error {
  override readonly name = 'NotTold';
}

/** What was told untracked is not tracked yet; the hand-over comes again. */
export class NotTaken extends Error {
  override readonly name = 'NotTaken';
}

/**
 * Tells what could not be tracked: plainly, with nothing but what the message carries. The queue hands over one
 * message of an address after the other, so waiting here is the pace; and each problem once in five minutes. What it
 * may leave there is handed over first, so that a crash forgets nothing.
 * @throws NotTold when it should be tried again.
 */
export async function tellUntracked<Call>(one: Untracked, deps: UntrackedDeps<Call>): Promise<void> {
  const [back] = await Promise.all([isTracked(one.bundle, deps), deps.sleep(PACE_MS)]);
  const input = inputOf(one, deps);
  const because = back ? 'tracked meanwhile' : input === null ? 'nothing fires' : heldBy(input, deps);
  if (input === null || because !== null) {
    deps.log.info('not told untracked', { ...fieldsOf(one), because });
    return;
  }
  const { call, handle } = deps.untracked.compose(input, one.since);
  const handover = handoverOf(one, handle, deps.clock());
  await deps.wakes.wake(deps.kind, 'normal', handover, HANDOVER_MS);
  const outcome = await deps.send(call);
  if (outcome.is === 'told' && handle === null) await sayWhere(handover, outcome.handle, deps);
  settle(one, outcome, deps);
}

/**
 * A message is found by its mark in a channel whose id is known. This one may be the first there ever, and the table
 * that keeps the id is away: so where it is follows what it may leave. It is told all the same.
 */
async function sayWhere<Call>(handover: Handover, handle: string, deps: UntrackedDeps<Call>): Promise<void> {
  const { incident, address } = handover;
  await deps.wakes.wake(deps.kind, 'normal', { ...handover, handle }, HANDOVER_MS).catch((error: unknown) => {
    const because = error instanceof Error ? error.message : String(error);
    deps.log.warn('hand-over incomplete', { incident, address, because });
  });
}

/** What the rules keep from being told at this hour; what they ask the table for cannot be asked. */
function heldBy<Call>({ telling, now }: PlanInput, { judge }: UntrackedDeps<Call>): string | null {
  const document = documentOfIncident(telling.incident, telling.report);
  const hold = judge.holds.silenced(document, now) ?? judge.holds.muted(document, now);
  return hold && `held by ${hold.by} (${hold.at}): ${hold.because}`;
}

function fieldsOf({ bundle, target }: Untracked) {
  return { incident: bundle.incident, address: target.address };
}

/** Whether the table answers and knows of it: then it is told as it should be, and nothing else is needed. */
async function isTracked<Call>(bundle: Bundle, { store, within }: UntrackedDeps<Call>): Promise<boolean> {
  const load = store.load(bundle.incident).then((incident) => knows(incident, signalOf(bundle)));
  return within(LOOK_MS, load).catch(() => false);
}

function signalOf({ firing, receivedAt }: Bundle): Handover['signal'] {
  return { mark: firing[0]?.mark ?? '', receivedAt };
}

function knows(incident: Incident | null, { mark, receivedAt }: Handover['signal']): incident is Incident {
  return incident !== null && (incident.marks.includes(mark) || incident.receivedAt >= receivedAt);
}

/** What is known without the table: the problem as if it had never been seen before. Null when it is over already. */
function inputOf<Call>({ bundle, target }: Untracked, deps: UntrackedDeps<Call>): PlanInput | null {
  const { judge, nonce } = deps;
  const now = deps.clock();
  const policy = {
    reopenMs: judge.rules.reopenMs,
    escalation: judge.escalation,
    route: () => ({ targets: [target] }),
  };
  const { incident } = absorb(null, bundle, policy, now);
  const delivery: Delivery | undefined = incident.deliveries[0];
  if (incident.facts.status !== 'firing' || delivery === undefined) return null;
  return {
    telling: { incident, report: bundle.report },
    delivery: { ...delivery, shrink: 1 },
    address: {
      address: target.address,
      version: 0,
      blockedUntil: 0,
      nextFreeAt: 0,
      channelId: null,
      broken: null,
    },
    ...voiceAt(target.address, judge),
    reminding: [],
    nonce: nonce(),
    now,
  };
}

function handoverOf({ bundle, target }: Untracked, handle: string | null, at: number): Handover {
  const { incident } = bundle;
  return { incident, address: target.address, target, handle, signal: signalOf(bundle), at };
}

/** What a person must mend is said and not tried again: the signal is kept, and a new message follows in five minutes. */
function settle<Call>(one: Untracked, outcome: Outcome, { log, metrics, kind }: UntrackedDeps<Call>): void {
  const fields = { ...fieldsOf(one), outcome: outcome.is, since: one.since };
  switch (outcome.is) {
    case 'told':
      metrics.count('ToldUntracked', 1);
      log.warn('told untracked', {
        ...fields,
        severity: one.bundle.severity,
        title: one.bundle.report.title,
      });
      return;
    case 'broken':
      metrics.count('TellFailed', 1, { kind });
      metrics.count('AddressBroken', 1, { address: one.target.address });
      log.error('address broken', { ...fields, code: outcome.code, hint: outcome.hint });
      return;
    case 'found':
    case 'absent':
      return;
    case 'wait':
    case 'retry':
    case 'unsettled':
    case 'gone':
    case 'too-big':
      metrics.count('TellFailed', 1, { kind });
      throw new NotTold(`Not told untracked: ${outcome.because}.`);
  }
}

/**
 * Once the table answers and knows of the signal, what was told without it becomes a stray of the delivery: the
 * incident is told as it should be, then the stray goes. Until then the queue keeps the hand-over: a copy sent anew
 * would be one more each time that a message comes twice.
 * @throws NotTaken when it is too early.
 */
export async function handOver<Call>(handover: Handover, deps: UntrackedDeps<Call>): Promise<void> {
  const { incident, address } = handover;
  if (await takeOver(handover, deps)) return tell({ incident, address }, deps);
  if (deps.clock() - handover.at > GIVE_UP_MS) return giveUp(handover, deps);
  throw new NotTaken('What was told without the table is not known there yet, or other messages go first.');
}

/** False: not yet. */
async function takeOver<Call>(handover: Handover, deps: UntrackedDeps<Call>): Promise<boolean> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const incident = await deps.store.load(handover.incident);
    if (!knows(incident, handover.signal) || isFull(incident, handover)) return false;
    if ((await deps.store.save(adopt(incident, handover, deps.clock()))) === 'saved') return true;
  }
  return false;
}

/**
 * Its signal never came back: nobody can tell any more whether it fires.
 * @throws NotTaken when its end should be tried again.
 */
async function giveUp<Call>(handover: Handover, deps: UntrackedDeps<Call>): Promise<void> {
  const { incident, address, handle } = handover;
  const call = handle === null ? null : deps.untracked.end(address ?? handover.target.address, handle);
  const outcome = call === null ? null : await deps.send(call);
  deps.log.error('never tracked', { incident, address, outcome: outcome?.is ?? null });
  if (outcome?.is === 'wait' || outcome?.is === 'retry' || outcome?.is === 'unsettled')
    throw new NotTaken(`What was never tracked could not be ended: ${outcome.because}.`);
}
