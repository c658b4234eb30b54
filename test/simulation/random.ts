/** Chance that a seed repeats: mulberry32. */
export interface Random {
  /** 0 ≤ x < 1 */
  real(): number;
  /** A whole number from `min` to `max`, both included. */
  int(min: number, max: number): number;
  /** True with probability `p`. */
  chance(p: number): boolean;
  pick<T>(from: readonly [T, ...T[]]): T;
}

export function makeRandom(seed: number): Random {
  let state = Math.imul(seed + 1, 0x9e3779b1) >>> 0;
  const real = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 0x1_0000_0000;
  };
  return {
    real,
    int: (min, max) => min + Math.floor(real() * (max - min + 1)),
    chance: (p) => p > 0 && real() < p,
    pick: (from) => from[Math.floor(real() * from.length)] ?? from[0],
  };
}
