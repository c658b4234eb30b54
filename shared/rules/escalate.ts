import type { Counted } from '../model/decision.ts';
import { at } from '../model/json.ts';
import { type Document, type EscalateRule, isAcross, type ReadinessRule } from '../model/rules.ts';
import type { Why } from '../model/why.ts';
import { type Compiled, durationOf, trialWhy, whyOf } from './compiled.ts';
import type { Case, Court } from './court.ts';
import { soonerName } from './readiness.ts';

/** What a signal counts towards. */
export interface Counting {
  /** Rules that count within its incident, by name. */
  readonly alone: readonly string[];
  /** Rules that count across incidents, with the values that it counts by. */
  readonly across: readonly Counted[];
  readonly why: readonly Why[];
}

const NOTHING: Counting = { alone: [], across: [], why: [] };

/** The escalations that a signal counts towards; where entries of `readiness` are on, sooner as well. An end counts for none. */
export function countedBy(
  { signal, document }: Case,
  ready: readonly Compiled<ReadinessRule>[],
  court: Court,
): Counting {
  if (signal.status === 'resolved') return NOTHING;
  const rules = court.escalations.all(document).map(({ rule }) => rule);
  const live = rules.filter(({ shadow }) => !shadow);
  const sooner = ready.flatMap(({ rule: entry }) =>
    live.flatMap((rule) => court.escalation(soonerName(rule, entry)) ?? []),
  );
  const counting = [...live, ...sooner];
  return {
    alone: counting.filter((rule) => !isAcross(rule)).map(({ name }) => name),
    across: counting.flatMap((rule) => valuesFor(rule, document)),
    why: [...rules, ...sooner].map((rule) => countWhy(rule, document)),
  };
}

function countWhy(rule: EscalateRule, document: Document): Why {
  const towards = `towards ${rule.to}: ${burstOf(rule)}`;
  if (rule.shadow) return trialWhy(rule, `would count ${towards}`);
  const lacks = lackingFor(rule, document);
  const text = lacks.length === 0 ? `counts ${towards}` : `has no ${lacks.join(', ')} to count by ${towards}`;
  return whyOf('escalate', rule, text);
}

/** How many it takes: `5 of the same within 1 h`. */
export function burstOf(rule: EscalateRule): string {
  const what = rule.distinct === null ? `${rule.count}` : `${rule.count} different ${rule.distinct}`;
  return `${what}${sameWords(rule)} within ${durationOf(rule.withinMs)}`;
}

function sameWords({ per, distinct }: EscalateRule): string {
  if (per.length > 0) return ` of the same ${per.join(', ')}`;
  return distinct === null ? ' of the same' : '';
}

/** What a signal counts by across incidents; nothing where it lacks a value. */
function valuesFor(rule: EscalateRule, document: Document): readonly Counted[] {
  if (!isAcross(rule) || lackingFor(rule, document).length > 0) return [];
  const per = rule.per.map((path) => valueAt(document, path));
  const value = rule.distinct === null ? null : valueAt(document, rule.distinct);
  return [{ rule: rule.name, per: JSON.stringify(per), value }];
}

/** The paths that a rule counts by and that a signal has no value at. */
function lackingFor({ per, distinct }: EscalateRule, document: Document): readonly string[] {
  const paths = distinct === null ? per : [...per, distinct];
  return paths.filter((path) => valueAt(document, path) === null);
}

function valueAt(document: Document, path: string): string | null {
  const value = at(document, ...path.split('.'));
  return ['string', 'number', 'boolean'].includes(typeof value) ? String(value) : null;
}
