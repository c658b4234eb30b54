import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadRules } from '../shared/config/load.ts';
import { CANARY } from '../shared/model/canary.ts';
import { inputOf } from '../shared/pipeline/input.ts';
import { levelsFor } from '../shared/pipeline/levels.ts';
import { makeJudge } from '../shared/rules/judge.ts';
import { type Decoded, decodeLogs, readLogs, toBatch } from '../shared/sources/logs.ts';
import { readEvent } from '../shared/sources/registry.ts';
import type { Reading } from '../shared/sources/source.ts';
import type { Read, Reader } from './intake.ts';
import { REGION } from './template.ts';

/** Counts signals by the code and the rules that the bundles hold. @throws when hansho.yml does not pass its check. */
export async function makeReader(root: string): Promise<Reader> {
  const loaded = loadRules(await readFile(join(root, 'hansho.yml'), 'utf8'), 'hansho.yml');
  if (!loaded.ok) throw new Error('hansho.yml has problems. See them with: npx hansho check');
  const judge = makeJudge(loaded.rules);
  const count = (decoded: Decoded, receivedAt: number): Read => {
    if (!decoded.ok) return decoded;
    const { readLevel } = levelsFor(judge, decoded.batch.logGroup);
    const { prefilter } = judge;
    const options = { readLevel, receivedAt, all: false, prefilter, region: REGION, partition: 'aws' };
    return readOf(readLogs(decoded.batch, options));
  };
  return {
    event: (raw, receivedAt) => readOf(readEvent(raw, receivedAt)),
    logs: async (data, receivedAt) => count(await decodeLogs(data), receivedAt),
    lines: (payload, receivedAt) => count(toBatch(payload), receivedAt),
  };
}

/** A payload whose every record is unreadable counts as unreadable itself. A canary that is posted is no signal. */
function readOf(reading: Reading): Read {
  const signals = reading.signals.filter(({ source }) => source !== CANARY);
  const [first] = reading.faults;
  return first !== undefined && reading.signals.length === 0
    ? { ok: false, because: first.because }
    : { ok: true, signals: signals.length, input: inputOf(reading) };
}
