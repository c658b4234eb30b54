import fc from 'fast-check';

/**
 * Property tests draw the same values in every run, so that a red run is red again on the next machine;
 * `FC_SEED=random npm run unit` (or a number) looks at others.
 */
const asked = process.env.FC_SEED ?? '20261122';
if (asked !== 'random') fc.configureGlobal({ seed: Number(asked) });
