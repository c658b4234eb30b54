import { MORNING } from '../support/make.ts';
import { type Away, NO_TROUBLE, type Trouble } from './faults.ts';
import type { Hooks } from './mutations.ts';
import type { Random } from './random.ts';
import { makeTime, type Time } from './time.ts';

/** What every part of a world shares: time, chance, what is wrong just now, and the account of what happened. */
export interface Scene {
  readonly random: Random;
  readonly time: Time;
  readonly hooks: Hooks;
  readonly violations: readonly string[];
  /** How often each fault was injected. */
  readonly injected: ReadonlyMap<string, number>;
  trouble(): Trouble;
  /** What was wrong, and since when, true time, ms; the newest last. */
  readonly troubles: readonly { readonly trouble: Trouble; readonly at: number }[];
  setTrouble(next: Trouble): void;
  away(what: Away): boolean;
  /** The clock that AWS gives our functions, ms: true but for its steps. */
  clock(): number;
  stepClock(offsetMs: number): void;
  /** When the clock last stepped, true time, ms. */
  steppedAt(): number;
  say(what: string): void;
  /** As `say`, written out only when somebody reads it: most lives are uneventful. */
  note(what: () => string): void;
  inject(fault: string): void;
  violate(law: string): void;
  trace(): readonly string[];
}

const MOST_VIOLATIONS = 20;

export function makeScene(random: Random, hooks: Hooks): Scene {
  const time = makeTime(MORNING);
  const steps: { readonly at: number; readonly what: () => string }[] = [];
  const violations: string[] = [];
  const injected = new Map<string, number>();
  let trouble = NO_TROUBLE;
  const troubles: { readonly trouble: Trouble; readonly at: number }[] = [];
  let offset = 0;
  let stepped = 0;
  const note = (what: () => string): void => void steps.push({ at: time.now(), what });
  return {
    random,
    time,
    hooks,
    violations,
    injected,
    trouble: () => trouble,
    setTrouble: (next) => {
      trouble = next;
      troubles.push({ trouble, at: time.now() });
    },
    troubles,
    away: (what) => trouble.away.some((a) => a.what === what && time.now() >= a.from && time.now() < a.until),
    clock: () => time.now() + offset,
    stepClock: (ms) => {
      offset = ms;
      stepped = time.now();
    },
    steppedAt: () => stepped,
    say: (what) => note(() => what),
    note,
    inject: (fault) => void injected.set(fault, (injected.get(fault) ?? 0) + 1),
    violate: (law) => {
      if (violations.length < MOST_VIOLATIONS) violations.push(law);
      note(() => `VIOLATED ${law}`);
    },
    trace: () => steps.map(({ at, what }) => `${((at - MORNING) / 1_000).toFixed(3)} ${what()}`),
  };
}
