import type { Target, Verdict } from '../../shared/model/decision.ts';
import { atLeast, type Channel, type Severity } from '../../shared/model/severity.ts';
import type { Status } from '../../shared/model/signal.ts';
import type { Why } from '../../shared/model/why.ts';
import { isBroken } from '../../shared/rules/compiled.ts';
import type { HeldBy } from './held.ts';

/** What one rule set does about one signal, and the rule that decided it. */
export type Fate =
  | {
      readonly is: 'told';
      readonly rule: string;
      readonly severity: Severity;
      readonly channel: Channel;
      readonly team: string | null;
      readonly targets: readonly Target[];
      /** A rule that keeps it back for now: it is told when the rule lets go, if it still fires. */
      readonly held: HeldBy | null;
    }
  | { readonly is: 'ignored'; readonly rule: string }
  /** Below WARNING, informational: nobody hears of it, and no rule of the operator took it. */
  | { readonly is: 'nothing'; readonly rule: string }
  /** It ends what is open: told wherever the beginning was told, whatever the rules say now. */
  | { readonly is: 'end'; readonly rule: string };

export function fateOf(status: Status, verdict: Verdict, held: HeldBy | null): Fate {
  const rule = ruleOf(verdict);
  switch (verdict.outcome) {
    case 'tracked': {
      if (status === 'resolved') return { is: 'end', rule };
      const { severity, channel, team, targets } = verdict;
      return { is: 'told', rule, severity, channel, team, targets, held };
    }
    case 'ignored':
      return { is: 'ignored', rule };
    case 'unremarkable':
      return { is: 'nothing', rule };
  }
}

/** Of what is told, the rule that says how grave it is; of the rest, the last word. */
function ruleOf({ outcome, why }: Verdict): string {
  // A rule on trial speaks too, and decides nothing.
  const sound = (one: Why): boolean => !isBroken(one) && one.stage !== 'shadow';
  const decided =
    outcome === 'tracked' ? why.find((one) => one.stage === 'severity' && sound(one)) : why.findLast(sound);
  return decided?.rule ?? 'unknown';
}

/**
 * How a signal moves from one rule set to another, gravest first. One signal may move in several ways: what is newly
 * ignored and paged before also pages less.
 */
export const MOVES = [
  'lost',
  'newly-ignored',
  'newly-held',
  'pages-less',
  'pages-more',
  'no-longer-held',
  'newly-told',
  'quieter',
  'louder',
  'elsewhere',
  'other-team',
] as const;
export type Move = (typeof MOVES)[number];

/** The ways in which it moves, in the order of `MOVES`; none when nobody notices a difference. */
export function movesOf(before: Fate, after: Fate): readonly Move[] {
  if (before.is !== 'told' && after.is !== 'told') return NONE;
  const [old, now] = [pagesOf(before), pagesOf(after)];
  const found: { readonly [M in Move]: boolean } = {
    lost: before.is === 'told' && after.is !== 'told' && after.is !== 'ignored',
    'newly-ignored': before.is === 'told' && after.is === 'ignored',
    'newly-held': isHeld(after) && before.is === 'told' && !isHeld(before),
    'no-longer-held': isHeld(before) && after.is === 'told' && !isHeld(after),
    'pages-less': old.some((address) => !now.includes(address)),
    'pages-more': now.some((address) => !old.includes(address)),
    'newly-told': before.is !== 'told' && after.is === 'told',
    ...loudness(before, after),
  };
  return MOVES.filter((move) => found[move]);
}

const NONE: readonly Move[] = [];

function loudness(before: Fate, after: Fate) {
  if (before.is !== 'told' || after.is !== 'told')
    return { quieter: false, louder: false, elsewhere: false, 'other-team': false };
  const graver = (a: Severity, b: Severity): boolean => a !== b && atLeast(a, b);
  const louder = (a: typeof before, b: typeof before): boolean =>
    graver(a.severity, b.severity) || (a.channel === 'alert' && b.channel === 'notify');
  return {
    quieter: louder(before, after),
    louder: louder(after, before),
    elsewhere: postsOf(before) !== postsOf(after),
    'other-team': before.team !== after.team,
  };
}

export function isHeld(fate: Fate): boolean {
  return fate.is === 'told' && fate.held !== null;
}

/** Addresses that page somebody at once. A destination's name may change without anybody noticing. */
export function pagesOf(fate: Fate): readonly string[] {
  if (fate.is !== 'told' || fate.held !== null) return NOWHERE;
  return fate.targets.filter(({ kind }) => kind === 'pagerduty').map(({ address }) => address);
}

const NOWHERE: readonly string[] = [];

function postsOf({ targets }: Extract<Fate, { is: 'told' }>): string {
  return targets
    .filter(({ kind }) => kind !== 'pagerduty')
    .map(({ address }) => address)
    .toSorted()
    .join(' ');
}

/** `SEV2 alert → slack-alert, oncall (team payments), held by deploy`. */
export function inWords(fate: Fate): string {
  switch (fate.is) {
    case 'told': {
      const { severity, channel, targets, team, held } = fate;
      const to = targets.map(({ name }) => name).join(', ') || 'nowhere';
      const owner = team === null ? '' : ` (team ${team})`;
      return `${severity} ${channel} → ${to}${owner}${held === null ? '' : `, held by ${held.by}`}`;
    }
    case 'ignored':
      return 'ignored';
    case 'nothing':
      return 'nothing to tell';
    case 'end':
      return 'ends what is open';
  }
}
