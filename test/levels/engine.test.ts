import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readings } from './readings.ts';

/** V8 stops to optimise patterns in a process that has compiled very many of them, and has read some wrongly then. */
test('everything reads alike where the engine does not optimise patterns', () => {
  const script = fileURLToPath(new URL('./readings.ts', import.meta.url));
  const output = execFileSync(process.execPath, ['--no-regexp-optimization', script], {
    encoding: 'utf8',
    maxBuffer: 64e6,
  });
  expect(output.trimEnd().split('\n')).toEqual(readings());
}, 60_000);
