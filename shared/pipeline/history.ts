import type { Step } from '../incidents/step.ts';
import type { Store } from './ports.ts';

/** One line of history for each transition, keyed so that a repeat writes nothing new. */
export async function recordHistory(
  step: Step,
  { store }: { readonly store: Store },
  now: number,
): Promise<void> {
  const { incident, transitions, why } = step;
  const { facts } = incident;
  for (const what of transitions) {
    await store.addHistory(
      incident.id,
      {
        at: now,
        key: `${facts.occurrence}-${facts.resolvedAt}-${facts.severity}-${what}`,
        what,
        detail: {
          severity: facts.severity,
          status: facts.status,
          count: facts.count,
          why: why.map((w) => ({ ...w })),
        },
      },
      now,
    );
  }
}
