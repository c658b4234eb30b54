import type { IgnoreRule } from '../model/rules.ts';
import type { Why } from '../model/why.ts';
import { because, evidence, trialWhy, whyOf } from './compiled.ts';
import type { Case, Court } from './court.ts';

/** What the ignore rules say of a signal; `reason` null: none of them takes it. */
export interface Ignored {
  readonly reason: string | null;
  readonly why: readonly Why[];
}

/**
 * The first ignore rule that holds, and those that were asked before it. A resolve is never ignored: what was told
 * firing, perhaps under other rules, must be told resolved, and where nothing was told it says nothing.
 */
export function ignoredBy(one: Case, { ignores }: Court): Ignored {
  const why: Why[] = [];
  for (const { rule, pattern } of ignores.all(one.document)) {
    const found = evidence(pattern, one.document);
    const without = notIgnored(rule, one);
    if (rule.shadow) {
      const text = `would have ignored it: ${rule.reason}`;
      if (without === null) why.push(trialWhy(rule, because(text, found)));
      continue;
    }
    if (without === null) {
      const until = rule.expires === null ? 'for good' : `until ${dayOf(rule.expires)}`;
      why.push(whyOf('ignore', rule, because(`${rule.reason}; ${rule.owner} ignores it ${until}`, found)));
      return { reason: rule.reason, why };
    }
    why.push(whyOf('ignore', rule, because(`not ignored: ${without}`, found)));
  }
  return { reason: null, why };
}

/** Why a matching ignore rule does not hold, or null when it does. */
function notIgnored({ expires, owner }: IgnoreRule, { signal, now }: Case): string | null {
  if (signal.status === 'resolved') return 'what ends is always told where its beginning was';
  if (expires === null || now < expires) return null;
  return `the rule expired at ${dayOf(expires)}, ${owner} can renew or remove it`;
}

function dayOf(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? 'an unknown time' : date.toISOString().replace(/:\d\d\.\d+Z$/, 'Z');
}
