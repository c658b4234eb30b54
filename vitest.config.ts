import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Where tests wait for real clocks: whole processes and the deployed bundles. */
const WAITING = /\/test\/(integration|local|cli)\//;

/** The long waits start first, so that the rest runs beside them and nothing is left to wait for at the end. */
class WaitingFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const waits = ({ moduleId }: TestSpecification) => (WAITING.test(moduleId) ? 0 : 1);
    return [...(await super.sort(files))].sort((a, b) => waits(a) - waits(b));
  }
}

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/support/seed.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    maxWorkers: Math.max(3, availableParallelism()),
    // Tests share nothing that one could leave behind; a worker a file costs a third of the whole run.
    isolate: false,
    sequence: { sequencer: WaitingFirst },
    reporters: process.env.CI ? ['default', ['json', { outputFile: 'dist/test-results.json' }]] : ['default'],
  },
});
