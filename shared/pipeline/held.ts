import type { PlanInput, Step } from '../destinations/plan.ts';
import { hold, lift, note, remindLater } from '../incidents/deliver.ts';
import type { DestinationKind } from '../model/decision.ts';
import type { CallName } from '../model/incident.ts';
import { goesOn } from '../model/news.ts';
import { MADE_AT } from '../model/silence.ts';
import type { Hold } from '../rules/hold.ts';
import { type Next, wake } from './again.ts';
import { canBeHeld, type HoldDeps, heldBy, isHeldStill } from './hold.ts';
import type { Metrics, WakeQueue } from './ports.ts';

/** As `HoldDeps`, with whom to tell that something is held. */
export interface HeldDeps extends HoldDeps {
  readonly kind: DestinationKind;
  readonly wakes: WakeQueue;
  readonly metrics: Metrics;
}

/** SQS delays a message so long at most (API SendMessage, `DelaySeconds`). */
const LONGEST_WAKE_MS = 900_000;

/** While the word is held, the card still counts: what is left to do is what would be without the word. */
export function quietWhileHeld<Call>(
  step: Step<Call>,
  input: PlanInput,
  plan: (input: PlanInput) => Step<Call>,
): Step<Call> {
  const { delivery, telling, now } = input;
  const { incident } = telling;
  if (step.do !== 'call' || step.name !== 'reply' || !isHeldStill(delivery, incident, now)) return step;
  return plan({ ...input, delivery: { ...delivery, announced: incident.facts } });
}

/** What becomes of a call that a named rule keeps back; null: none does, and it may leave. */
export async function keptBack(call: CallName, input: PlanInput, deps: HeldDeps): Promise<Next | null> {
  const { telling, delivery, now } = input;
  const { incident } = telling;
  const question = { ...telling, delivery, call, now };
  if (call === 'remind') {
    const rule = await heldBy(question, deps);
    return rule && keepReminder(rule, input, deps);
  }
  if (!canBeHeld(question)) return null;
  if (isHeldStill(delivery, incident, now)) return 'done';
  const rule = await heldBy(question, deps);
  // Over before it was told: whoever held it has taken it.
  const taker = goesOn(incident.facts) ? null : (rule ?? delivery.held);
  if (taker !== null) return takenBy(taker, input, deps);
  return rule && holdBack(rule, input, deps);
}

/** Waits in the table, where everybody sees it. Woken when the rule ends; sweep is the net, and finds what waits longer. */
async function holdBack(rule: Hold, { telling, delivery, now }: PlanInput, deps: HeldDeps): Promise<Next> {
  const { store, log, metrics } = deps;
  const { incident } = telling;
  const { id, facts } = incident;
  const { address } = delivery.target;
  const { kind, by, at, because, until } = rule;
  if ((await store.save(hold(incident, address, rule, now))) === 'conflict') return 'again';
  log.info('held', { incident: id, address, ...rule });
  if (until - now <= LONGEST_WAKE_MS) await wake(incident, address, until - now, deps);
  if (delivery.held?.by === by && delivery.held.kind === kind) return 'done';
  metrics.count('Held', 1, { kind, rule: at === MADE_AT ? MADE_AT : by });
  const key = `held-${by}-${kind}-${facts.occurrence}-${address}`;
  const detail = { address, rule: by, at, because, until };
  await store.addHistory(id, { at: now, key, what: 'held', detail }, now);
  return 'done';
}

/** A rule that would hold news holds the reminder too. It is no news: nothing waits meanwhile. */
async function keepReminder(
  { by, at, because, until }: Hold,
  { telling: { incident }, delivery, now }: PlanInput,
  { store, log }: HeldDeps,
): Promise<Next> {
  const { address } = delivery.target;
  if ((await store.save(remindLater(incident, address, until, now))) === 'conflict') return 'again';
  log.info('not reminded', { incident: incident.id, address, rule: by, at, because });
  return 'again';
}

/** A named rule took it (law 8): never told, still counted, and written down. */
export async function takenBy(
  { by, at, because }: Pick<Hold, 'by' | 'at' | 'because'>,
  { telling: { incident }, delivery, now }: PlanInput,
  { store, log }: HeldDeps,
): Promise<Next> {
  const { facts, id } = incident;
  const { address } = delivery.target;
  if ((await store.save(note(incident, address, facts, now))) === 'conflict') return 'again';
  const detail = { address, rule: by, at, because: `it was over before it was told: ${because}` };
  log.info('taken', { incident: id, occurrence: facts.occurrence, ...detail });
  const key = `${facts.occurrence}-${facts.resolvedAt}-taken-${address}`;
  await store.addHistory(id, { at: now, key, what: 'taken', detail }, now);
  return 'again';
}

/** Held, and nothing is to be told there any more: nothing waits. */
export async function letGo(
  { telling: { incident }, delivery, now }: PlanInput,
  { store }: HeldDeps,
): Promise<Next> {
  const { held, sending, target } = delivery;
  if (held === null || sending !== null || isHeldStill(delivery, incident, now)) return 'done';
  return (await store.save(lift(incident, target.address, now))) === 'conflict' ? 'again' : 'done';
}
