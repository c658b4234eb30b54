import type { ChannelMember, Document, EscalateRule, ReadinessRule } from '../model/rules.ts';
import { READINESS } from '../model/rules.ts';
import { graverBy, type Severity } from '../model/severity.ts';
import type { Signal } from '../model/signal.ts';
import type { Why } from '../model/why.ts';
import { matches } from '../patterns/match.ts';
import { because, type Compiled, compileRules, evidence, whyOf } from './compiled.ts';

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

/** How grave a signal is while these entries are on, and what else they do. `usual`: why it is this grave without them. */
export function readied(
  severity: Severity,
  usual: Why,
  ready: readonly Compiled<ReadinessRule>[],
  document: Document,
): { readonly severity: Severity; readonly why: readonly Why[] } {
  const does = ready.map(readyWhy);
  const graver = severity === 'SEV1' ? null : gravestOf(ready);
  if (graver === null) return { severity, why: does };
  const raised = graverBy(severity, graver.rule.graver);
  return { severity: raised, why: [graverWhy(graver, raised, usual, document), ...does] };
}

/** The entry that makes it the gravest, the first of the file among equals; null: none changes how grave it is. */
function gravestOf(ready: readonly Compiled<ReadinessRule>[]): Compiled<ReadinessRule> | null {
  const most = Math.max(0, ...ready.map(({ rule }) => rule.graver));
  return most === 0 ? null : (ready.find(({ rule }) => rule.graver === most) ?? null);
}

/** `SEV2: level 3, one graver until 2026-12-05 23:59 (Asia/Tokyo) (service = checkout); else SEV3: an ERROR line`. */
function graverWhy(
  { rule, pattern }: Compiled<ReadinessRule>,
  raised: Severity,
  usual: Why,
  document: Document,
): Why {
  const steps = rule.graver === 1 ? 'one graver' : `${rule.graver} graver`;
  const text = `${raised}: level ${rule.level}, ${steps} until ${rule.ends}`;
  const found = because(text, evidence(pattern, document));
  return whyOf('severity', rule, `${found}; else ${usual.because}`);
}

/** What an entry does besides to what it touches. */
function readyWhy({ rule }: Compiled<ReadinessRule>): Why {
  const { level, ends, watchers, bursts, passWindows } = rule;
  const does = [
    ...watchers.map(({ destination, floor }) => `${destination} hears ${floor ?? 'SEV5'} and worse`),
    ...(bursts > 1 ? [`escalations count to 1/${bursts} of their limit`] : []),
    ...(passWindows ? ['mute windows do not hold it'] : []),
  ];
  return whyOf('route', rule, [`level ${level} until ${ends}`, ...does].join(', '));
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

/** By what names the watchers of entries hear a signal: of what their entry touches, or of the entry itself. */
export function hearersOf(
  { source, service }: Pick<Signal, 'source' | 'service'>,
  ready: readonly Compiled<ReadinessRule>[],
): readonly string[] {
  return source === READINESS ? [postsOf(service)] : ready.map(({ rule }) => rule.name);
}

function postsOf(name: string): string {
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
