import { describe, expect, it } from 'vitest';
import type { Address } from '../../shared/model/decision.ts';
import type { AddressState } from '../../shared/model/telling.ts';
import { gate, learn } from '../../shared/pipeline/address.ts';
import { MORNING } from '../support/make.ts';
import { memoryStore } from '../support/memory.ts';

const T = MORNING;
const state: AddressState = {
  address: 'slack:#alert' as Address,
  version: 1,
  blockedUntil: 0,
  nextFreeAt: 0,
  channelId: 'C1',
  broken: null,
};

describe('what an outcome says about the address', () => {
  it('a 429 blocks it, and a call that was under way meanwhile does not lift that', () => {
    const blocked = learn(state, 'post', { is: 'wait', ms: 30_000, because: '429' }, T);
    expect(blocked.blockedUntil).toBe(T + 30_000);
    expect(learn(blocked, 'post', { is: 'told', handle: 'C1/1' }, T + 100)).toBe(blocked);
  });

  it('a 429 for a look-up keeps no message from being sent: look-ups have a limit of their own', () => {
    expect(learn(state, 'find', { is: 'wait', ms: 60_000, because: '429' }, T)).toBe(state);
  });
});

describe('who finds no turn comes again', () => {
  it.each([
    ['first', 1_000, 4_000],
    ['soon', 4_000, 16_000],
    ['later', 4_000, 16_000],
  ] as const)('%s: after %i to %i ms, spread', async (haste, least, most) => {
    const untils: number[] = [];
    for (const nonce of ['000000', '5a17c3', 'ffffff']) {
      const deps = {
        kind: 'slack' as const,
        store: memoryStore(),
        clock: () => T,
        sleep: async () => {},
        nonce: () => nonce,
      };
      const full = await gate({ ...state, nextFreeAt: T + 60_000 }, haste, deps, T);
      if (full.is === 'later') untils.push(full.until - T);
    }
    expect(untils).toHaveLength(3);
    expect(new Set(untils).size).toBe(3);
    expect(Math.min(...untils)).toBeGreaterThanOrEqual(least);
    expect(Math.max(...untils)).toBeLessThanOrEqual(most);
  });
});
