import type { ChannelMember, Document, EscalateRule, ReadinessRule } from '../model/rules.ts';
import { READINESS } from '../model/rules.ts';
import { graverBy, type Severity } from '../model/severity.ts';
import type { Why } from '../model/why.ts';
import { matches } from '../patterns/match.ts';
import { because, type Compiled, compileRules, evidence } from './compiled.ts';

/** The readiness entries, ready to ask. */
export interface Readiness {
  readonly rules: readonly ReadinessRule[];
  /** Those that are on at `now` (receive time, ms) and touch it, in the order of the file. */
  on(document: Document, now: number): readonly Compiled<ReadinessRule>[];
  readonly broken: readonly Why[];
}

const NONE: readonly Compiled<ReadinessRule>[] = [];

/** Compiles the entries; one that does not compile is left out, visibly. They do not touch Hansho's own words on them. */
export function makeReadiness(rules: readonly ReadinessRule[]): Readiness {
  const compiled = compileRules(rules, ({ match }) => match, 'severity');
  const on = (document: Document, now: number) =>
    compiled.rules.filter(
      ({ rule, pattern }) => rule.from <= now && now < rule.until && matches(pattern, document),
    );
  return {
    rules: compiled.rules.map(({ rule }) => rule),
    on: (document, now) =>
      compiled.rules.length === 0 || document.source === READINESS ? NONE : on(document, now),
    broken: compiled.broken,
  };
}

/** The entry that makes it the gravest, the first of the file among equals; null: none changes how grave it is. */
export function gravestOf(ready: readonly Compiled<ReadinessRule>[]): Compiled<ReadinessRule> | null {
  const most = Math.max(0, ...ready.map(({ rule }) => rule.graver));
  return most === 0 ? null : (ready.find(({ rule }) => rule.graver === most) ?? null);
}

/** `SEV2: level 3, one graver until 2026-12-05 23:59 (Asia/Tokyo) (service = checkout); else SEV3: an ERROR line`. */
export function graverWhy(
  { rule, pattern }: Compiled<ReadinessRule>,
  usual: { readonly severity: Severity; readonly why: string },
  document: Document,
): Why {
  const { name, at, graver } = rule;
  const steps = graver === 1 ? 'one graver' : `${graver} graver`;
  const text = `${graverBy(usual.severity, graver)}: level ${rule.level}, ${steps} until ${rule.ends}`;
  const found = because(text, evidence(pattern, document));
  return { stage: 'severity', rule: name, at, because: `${found}; else ${usual.why}` };
}

/** What an entry does besides to what it touches. */
export function readyWhy({ rule }: Compiled<ReadinessRule>): Why {
  const { name, at, level, ends, watchers, bursts, passWindows } = rule;
  const does = [
    ...watchers.map(({ destination, floor }) => `${destination} hears ${floor ?? 'SEV5'} and worse`),
    ...(bursts > 1 ? [`escalations count to 1/${bursts} of their limit`] : []),
    ...(passWindows ? ['mute windows do not hold it'] : []),
  ];
  const text = [`level ${level} until ${ends}`, ...does].join(', ');
  return { stage: 'route', rule: name, at, because: text };
}

/** What an escalation is called while an entry is on. */
export function soonerName(rule: Pick<EscalateRule, 'name'>, entry: Pick<ReadinessRule, 'name'>): string {
  return `${rule.name}/${entry.name}`;
}

/** Each escalation as the entries change it: a smaller limit, of which one alone is no burst, and what it comes to as much graver. */
export function soonerRules(
  entries: readonly ReadinessRule[],
  escalations: readonly EscalateRule[],
): readonly EscalateRule[] {
  return entries
    .filter(({ bursts, graver }) => bursts > 1 || graver > 0)
    .flatMap((entry) =>
      escalations.map((rule) => ({
        ...rule,
        name: soonerName(rule, entry),
        count: Math.max(2, Math.ceil(rule.count / entry.bursts)),
        to: graverBy(rule.to, entry.graver),
        during: { from: entry.from, until: entry.until },
        at: entry.at,
      })),
    );
}

/** By this name the watchers of an entry hear of the entry itself. */
export function postsOf(name: string): string {
  return `${name}/posts`;
}

/** Who hears it on behalf of an entry that `also` names: what it touches, or the posts on it, which page nobody. */
export function watchersOf(
  { name, watchers }: ReadinessRule,
  also: readonly string[],
  isSlack: (destination: string) => boolean,
): readonly ChannelMember[] {
  if (also.includes(name)) return watchers;
  if (!also.includes(postsOf(name))) return [];
  return watchers
    .filter(({ destination }) => isSlack(destination))
    .map(({ destination }) => ({ destination, floor: null }));
}
