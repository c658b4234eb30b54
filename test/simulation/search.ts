import { CONTROL, type Hooks, MUTATIONS } from './mutations.ts';
import { live, type Trial } from './trial.ts';

/** What a search for violations found. */
export interface Found {
  readonly seeds: number;
  readonly failed: readonly { readonly seed: number; readonly violations: readonly string[] }[];
  /** How often each fault was injected, and how often each workload was drawn. */
  readonly injected: Readonly<Record<string, number>>;
  readonly workloads: Readonly<Record<string, number>>;
}

export const NOTHING: Found = { seeds: 0, failed: [], injected: {}, workloads: {} };

export async function searchSeeds(from: number, to: number): Promise<Found> {
  let found = NOTHING;
  for (let seed = from; seed < to; seed += 1) found = add(found, foundBy(await live(seed)));
  return found;
}

function foundBy({ seed, violations, injected, workload }: Trial): Found {
  const failed = violations.length === 0 ? [] : [{ seed, violations }];
  return { seeds: 1, failed, injected: Object.fromEntries(injected), workloads: { [workload]: 1 } };
}

export function add(a: Found, b: Found): Found {
  return {
    seeds: a.seeds + b.seeds,
    failed: [...a.failed, ...b.failed],
    injected: sum(a.injected, b.injected),
    workloads: sum(a.workloads, b.workloads),
  };
}

function sum(a: Found['injected'], b: Found['injected']): Found['injected'] {
  const total = { ...a };
  for (const [name, n] of Object.entries(b)) total[name] = (total[name] ?? 0) + n;
  return total;
}

/** The first seed below `limit` that notices that a protection is off. */
export interface Caught {
  readonly name: string;
  readonly off: string;
  readonly seed: number | null;
  readonly law: string | null;
}

export async function catchMutation(name: string, limit: number): Promise<Caught> {
  const mutation = MUTATIONS.find((m) => m.name === name);
  if (mutation === undefined) throw new Error(`no mutation is called ${name}`);
  const { off, hooks } = mutation;
  for (let seed = 0; seed < limit; seed += 1) {
    const law = await lawBroken(seed, hooks);
    if (law !== null) return { name, off, seed, law };
  }
  return { name, off, seed: null, law: null };
}

/** The law that a seed breaks because of these hooks: with hooks that change nothing it must break none. */
export async function lawBroken(seed: number, hooks: Hooks): Promise<string | null> {
  const [law] = (await live(seed, hooks)).violations;
  if (law === undefined) return null;
  return (await live(seed, CONTROL)).violations.length === 0 ? law : null;
}

/** What a failing seed prints: how to run it again, what it broke, and its last steps before that. */
export function storyOf({ seed, violations, trace }: Trial, steps: number | null = 30): string {
  const all = trace();
  const broke = all.findIndex((line) => line.includes('VIOLATED'));
  const shown = steps === null ? all : all.slice(Math.max(0, broke - steps), broke + 1);
  const lines = steps === null ? shown : shown.map((line) => line.slice(0, 200));
  return [`seed ${seed}: npm run simulate -- --seed ${seed}`, ...violations, ...lines].join('\n');
}
