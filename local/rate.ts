/** A token bucket: `perSecond` on average, `burst` at once. */
export interface Rate {
  /** 0 when the call may pass (it takes a token); otherwise ms until it may be tried again. */
  take(now: number): number;
}

export function makeRate(perSecond: number, burst: number): Rate {
  let tokens = burst;
  let filledAt = Number.NEGATIVE_INFINITY;
  return {
    take: (now) => {
      const elapsed = Math.max(0, now - filledAt);
      tokens = Math.min(burst, tokens + (elapsed / 1_000) * perSecond);
      filledAt = now;
      if (tokens < 1) return ((1 - tokens) / perSecond) * 1_000;
      tokens -= 1;
      return 0;
    },
  };
}
