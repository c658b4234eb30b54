import type { Delivery, Facts } from './incident.ts';
import { goesOn, newsOf } from './news.ts';
import type { RemindRule } from './rules.ts';

/** People at this address know all there is to know of it, and it goes on: they can be reminded. A page reminds by itself. */
export function isRemindable({ target, routed, held, announced }: Delivery, facts: Facts): boolean {
  return (
    target.kind === 'slack' &&
    routed &&
    held === null &&
    goesOn(facts) &&
    announced?.occurrence === facts.occurrence &&
    newsOf(announced, facts) === null
  );
}

/** A reminder is wanted at this address now. */
export function isReminderDue(delivery: Delivery, facts: Facts, now: number): boolean {
  const { remindAt } = delivery;
  return remindAt !== null && remindAt <= now && isRemindable(delivery, facts);
}

/** How long after the last word the next reminder goes when `n` have gone already, ms: each time twice as long. */
export function pauseBefore({ ms, maxMs }: NonNullable<RemindRule['every']>, n: number): number {
  return Math.min(ms * 2 ** n, maxMs);
}
