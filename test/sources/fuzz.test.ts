import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadRules } from '../../shared/config/load.ts';
import { foldSignals, isTracked } from '../../shared/pipeline/fold.ts';
import { judgeSignal } from '../../shared/pipeline/judge.ts';
import { parseBundle } from '../../shared/pipeline/messages.ts';
import { makeJudge } from '../../shared/rules/judge.ts';
import { readEvent, SOURCES } from '../../shared/sources/registry.ts';
import { checkSignal, mutate, mutation } from './hostile.ts';
import { RECEIVED, SAMPLES, sample } from './sample.ts';

/**
 * Every source of the registry, on its own samples with parts replaced, dropped, added or made text, through all of
 * intake. More of it, with FC_SEED for others (2.9 ms of a core a run, so about 22 minutes for 10,000 of each source):
 * `HANSHO_FUZZ_RUNS=10000 npx vitest run test/sources/fuzz.test.ts`
 */
const RUNS = Number(process.env.HANSHO_FUZZ_RUNS ?? 40);
/** A hundred runs take about 0.3 s of a core; a busy machine gets far more. */
const TIMEOUT_MS = 60_000 + 500 * RUNS;

const loaded = loadRules(readFileSync(join(import.meta.dirname, '../../hansho.yml'), 'utf8'), 'hansho.yml');
if (!loaded.ok) throw new Error('hansho.yml is not valid');
const judge = makeJudge(loaded.rules);

/** Where samples lie that are read by the last source, or by several. */
const MORE: ReadonlyMap<string, readonly string[]> = new Map([['event', ['event', 'sns', 'sqs']]]);

function samplesOf(source: string): readonly string[] {
  const folders = MORE.get(source) ?? [source];
  return SAMPLES.filter((name) => folders.includes(name.split('/')[0] ?? ''));
}

const BEFORE = 'guardduty/high';
const AFTER = 'health/issue-open';
const [FIRST, LAST] = [record(sample(BEFORE)), record(sample(AFTER))];
const NEIGHBOURS = [BEFORE, AFTER].flatMap((name) =>
  readEvent(sample(name), RECEIVED).signals.map(({ id }) => id),
);

function record(value: unknown) {
  return { messageId: 'm', eventSource: 'aws:sqs', body: JSON.stringify(value) ?? 'null' };
}

/** Read between two good neighbours, judged, folded, written and read again as the signals queue does. */
function check(mutant: unknown): void {
  const read = readEvent({ Records: [FIRST, record(mutant), LAST] }, RECEIVED);
  const [first, ...signals] = read.signals;
  expect([first?.id, signals.pop()?.id]).toEqual(NEIGHBOURS);
  const { faults } = read;
  expect(signals.length + faults.length).toBeGreaterThan(0);
  for (const { because } of faults) expect(because).not.toContain('broke');
  signals.forEach(checkSignal);
  const judged = signals.map((signal) => judgeSignal(signal, judge, RECEIVED));
  for (const { why } of judged) expect(why.length).toBeGreaterThan(0);
  const bundles = foldSignals(judged.filter(isTracked), RECEIVED);
  for (const bundle of bundles) expect(parseBundle(JSON.parse(JSON.stringify(bundle)))).toEqual(bundle);
}

describe(`${RUNS} mutated samples of each source`, () => {
  test.each(SOURCES.map(({ name }) => name))(
    '%s: none is lost, none throws, none costs its neighbours',
    (source) => {
      const names = samplesOf(source);
      const events = new Map(names.map((name) => [name, sample(name)]));
      fc.assert(
        fc.property(
          fc.constantFrom(...names),
          fc.array(mutation, { minLength: 1, maxLength: 4 }),
          (name, mutations) => check(mutations.reduce<unknown>(mutate, events.get(name))),
        ),
        { numRuns: RUNS },
      );
      expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
    },
    TIMEOUT_MS,
  );
});
