import type { Report } from '../model/bundle.ts';
import type { CallName, Delivery, Incident } from '../model/incident.ts';
import { newsOf } from '../model/news.ts';
import type { Hold } from '../rules/hold.ts';
import type { Judge } from '../rules/judge.ts';
import type { Store } from './ports.ts';
import { heldByStorm } from './storm.ts';

/** May this message leave now? Asked before what is first, or calls people; never before an update or an end. */
export interface Question {
  readonly incident: Incident;
  readonly report: Report;
  readonly delivery: Delivery;
  readonly call: CallName;
  readonly now: number;
}

export interface HoldDeps {
  readonly store: Store;
  readonly judge: Judge;
}

/** One rule that may hold; null: it does not. */
export type Holder = (asked: Question, deps: HoldDeps) => Promise<Hold | null>;

/** In the order in which they are asked: the first that holds is named. */
const HOLDERS: readonly Holder[] = [heldByStorm];

/**
 * Whether a call can be held at all: the first post or page, the word of a rise or a reopening. What may have been sent
 * already is not: its fate must be known, and its end told.
 */
export function canBeHeld({
  incident,
  delivery,
  call,
}: Pick<Question, 'incident' | 'delivery' | 'call'>): boolean {
  if (delivery.sending !== null) return false;
  if (call !== 'post' && call !== 'reply' && call !== 'trigger') return false;
  const news = newsOf(delivery.announced, incident.facts);
  return news !== null && news !== 'resolved';
}

export async function heldBy(asked: Question, deps: HoldDeps): Promise<Hold | null> {
  for (const holder of HOLDERS) {
    const hold = await holder(asked, deps);
    if (hold !== null) return hold;
  }
  return null;
}
