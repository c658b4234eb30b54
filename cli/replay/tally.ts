import { type Fate, inWords, isHeld, type Move, movesOf, pagesOf } from './fate.ts';

/** A signal that stands for others that moved alike. */
export interface Example {
  readonly title: string;
  readonly id: string;
  /** Source time, ms. */
  readonly time: number;
  readonly where: string;
  /** Until when each rule set holds it, ms; null: it does not, or while its cause lasts. */
  readonly held: { readonly before: number | null; readonly after: number | null };
}

/** One side of a movement. */
export interface Side {
  readonly rule: string;
  readonly fate: string;
}

/** The signals that moved alike: from one rule and what it did, to another. */
export interface Group {
  readonly before: Side;
  readonly after: Side;
  readonly moves: readonly Move[];
  signals: number;
  /** The problems they are part of; a person hears of each, not of each signal. */
  readonly incidents: Bounded;
  /** The first of each title, in the order of the input. */
  readonly examples: Example[];
}

/** Distinct things up to a limit, so that memory has one; `more` when there were others. */
export interface Bounded {
  readonly seen: Set<string>;
  more: boolean;
}

/** What one rule set did about all of them, in signals. */
export interface Sums {
  told: number;
  alert: number;
  notify: number;
  paged: number;
  /** Kept back for now, and in none of the above. */
  held: number;
  ignored: number;
  nothing: number;
}

/**
 * What a replay comes to: a few numbers and a few examples, however many signals there were. Tallies of parts of the
 * input, merged in its order, are the tally of the whole.
 */
export interface Tally {
  signals: number;
  /** They end what is open, and move nowhere. */
  ends: number;
  /** Source times of the oldest and newest, ms; null before the first. */
  first: number | null;
  last: number | null;
  readonly before: Sums;
  readonly after: Sums;
  readonly groups: Map<string, Group>;
  /** By move; a signal counts for each way in which it moves. */
  readonly moved: Map<Move, Moved>;
  unreadable: number;
  /** The first inputs that could not be read, and why. */
  readonly faults: string[];
  /** Signals from the archive, which has no line that intake did not judge. */
  archived: number;
  /** More problems hold others, or wait, than are remembered. */
  crowded: boolean;
}

export interface Moved {
  signals: number;
  readonly incidents: Bounded;
}

/** Problems are counted exactly up to so many for each group. */
export const MOST_INCIDENTS = 1_000;
const MOST_EXAMPLES = 3;
const MOST_FAULTS = 5;
const TITLE_CHARS = 160;

export function emptyTally(): Tally {
  const sums = (): Sums => ({ told: 0, alert: 0, notify: 0, paged: 0, held: 0, ignored: 0, nothing: 0 });
  return {
    signals: 0,
    ends: 0,
    first: null,
    last: null,
    before: sums(),
    after: sums(),
    groups: new Map(),
    moved: new Map(),
    unreadable: 0,
    faults: [],
    archived: 0,
    crowded: false,
  };
}

/** One signal, and what each rule set does about it. `incident` is asked only when it moves. */
export interface Compared {
  readonly before: Fate;
  readonly after: Fate;
  readonly example: Omit<Example, 'held'>;
  readonly incident: () => string;
}

/** Adds a signal. */
export function count(tally: Tally, { before, after, example, incident }: Compared): void {
  tally.signals += 1;
  tally.first = Math.min(tally.first ?? example.time, example.time);
  tally.last = Math.max(tally.last ?? example.time, example.time);
  if (before.is === 'end' && after.is === 'end') tally.ends += 1;
  sum(tally.before, before);
  sum(tally.after, after);
  const moves = movesOf(before, after);
  if (moves.length === 0) return;
  const id = incident();
  const group = groupOf(tally, before, after, moves);
  group.signals += 1;
  include(group.incidents, id);
  const title = example.title.slice(0, TITLE_CHARS).toWellFormed();
  addExample(group.examples, {
    ...example,
    title,
    held: { before: heldUntil(before), after: heldUntil(after) },
  });
  for (const move of moves) {
    const moved = movedOf(tally, move);
    moved.signals += 1;
    include(moved.incidents, id);
  }
}

/** Adds what could not be read. */
export function countFault(tally: Tally, fault: string): void {
  tally.unreadable += 1;
  if (tally.faults.length < MOST_FAULTS) tally.faults.push(fault);
}

function sum(sums: Sums, fate: Fate): void {
  switch (fate.is) {
    case 'told':
      if (isHeld(fate)) {
        sums.held += 1;
        return;
      }
      sums.told += 1;
      sums[fate.channel] += 1;
      if (pagesOf(fate).length > 0) sums.paged += 1;
      return;
    case 'ignored':
      sums.ignored += 1;
      return;
    case 'nothing':
      sums.nothing += 1;
      return;
    case 'end':
      return;
  }
}

function heldUntil(fate: Fate): number | null {
  return fate.is === 'told' ? (fate.held?.until ?? null) : null;
}

function groupOf(tally: Tally, before: Fate, after: Fate, moves: readonly Move[]): Group {
  const sides = { before: sideOf(before), after: sideOf(after) };
  const key = JSON.stringify([sides.before, sides.after, moves]);
  const known = tally.groups.get(key);
  if (known !== undefined) return known;
  const group: Group = { ...sides, moves, signals: 0, incidents: bounded(), examples: [] };
  tally.groups.set(key, group);
  return group;
}

function movedOf({ moved }: Tally, move: Move): Moved {
  const known = moved.get(move);
  if (known !== undefined) return known;
  const none: Moved = { signals: 0, incidents: bounded() };
  moved.set(move, none);
  return none;
}

function sideOf(fate: Fate): Side {
  return { rule: fate.rule, fate: inWords(fate) };
}

function bounded(): Bounded {
  return { seen: new Set(), more: false };
}

function include(some: Bounded, id: string): void {
  if (some.seen.size < MOST_INCIDENTS) some.seen.add(id);
  else if (!some.seen.has(id)) some.more = true;
}

function addExample(examples: Example[], one: Example): void {
  if (examples.length < MOST_EXAMPLES && !examples.some(({ title }) => title === one.title))
    examples.push(one);
}

/** Adds what came of a later part of the input to what came of the earlier ones. */
export function merge(tally: Tally, later: Tally): void {
  tally.signals += later.signals;
  tally.ends += later.ends;
  tally.archived += later.archived;
  tally.first = least(tally.first, later.first);
  tally.last = greatest(tally.last, later.last);
  mergeSums(tally.before, later.before);
  mergeSums(tally.after, later.after);
  for (const [key, group] of later.groups) {
    const known = tally.groups.get(key);
    if (known === undefined) tally.groups.set(key, group);
    else mergeGroup(known, group);
  }
  for (const [move, { signals, incidents }] of later.moved) {
    const known = movedOf(tally, move);
    known.signals += signals;
    mergeBounded(known.incidents, incidents);
  }
  tally.unreadable += later.unreadable;
  tally.faults.push(...later.faults.slice(0, MOST_FAULTS - tally.faults.length));
}

function mergeGroup(group: Group, later: Group): void {
  group.signals += later.signals;
  mergeBounded(group.incidents, later.incidents);
  for (const one of later.examples) addExample(group.examples, one);
}

function mergeBounded(some: Bounded, later: Bounded): void {
  for (const id of later.seen) include(some, id);
  some.more ||= later.more;
}

function mergeSums(sums: Sums, later: Sums): void {
  for (const key of ['told', 'alert', 'notify', 'paged', 'held', 'ignored', 'nothing'] as const)
    sums[key] += later[key];
}

function least(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b);
}

function greatest(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b);
}
