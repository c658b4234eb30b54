import { expect, it } from 'vitest';
import { SMALL } from './phases.ts';
import { prove } from './prove.ts';

/** `npm run prove` in small: what is measured is in docs/proof.md, what must hold is here. */
it('through 429, 503, a hang, lost answers, removed cards and an outage every law holds, seen over HTTP', async () => {
  const proof = await prove(SMALL);
  expect(proof.violations).toEqual([]);
  expect(proof.removed).toBeGreaterThan(0);
  expect(proof.rows.map(({ phase, lost }) => [phase, lost])).toEqual(
    proof.rows.map(({ phase }) => [phase, 0]),
  );
}, 400_000);
