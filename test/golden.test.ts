import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadRules } from '../shared/config/load.ts';
import { linksFor } from '../shared/links/links.ts';
import { judgeSignal } from '../shared/pipeline/judge.ts';
import { readAny } from '../shared/pipeline/read.ts';
import { makeJudge } from '../shared/rules/judge.ts';

/** Every sample under events/ through every stage of intake, with the rules that ship. A new sample is a new test. */
const root = join(import.meta.dirname, '..');
const samples = readdirSync(join(root, 'events'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.json'))
  .sort();
const loaded = loadRules(readFileSync(join(root, 'hansho.yml'), 'utf8'), 'hansho.yml');
if (!loaded.ok) throw new Error('hansho.yml is not valid');
const judge = makeJudge(loaded.rules);
const NOW = Date.UTC(2026, 10, 22, 3);

describe('each sample event is read, judged and explained as its golden file says', () => {
  test.each(samples)('%s', async (name) => {
    const raw: unknown = JSON.parse(readFileSync(join(root, 'events', name), 'utf8'));
    const place = { region: 'ap-northeast-1', partition: 'aws', receivedAt: NOW };
    const setting = { ...place, all: true, prefilter: [], judge };
    const read = await readAny(raw, setting);
    const answer = read.ok
      ? {
          signals: read.reading.signals.map((signal) => {
            const judged = judgeSignal(signal, judge, NOW);
            const { detail, fields, places, why, ...shown } = judged.signal;
            return {
              ...shown,
              fields,
              fingerprint: judged.fingerprint,
              incident: judged.incident,
              // No team lets others hear an event without rules of its own.
              verdict: { ...judged.verdict, why: undefined, also: undefined },
              links: linksFor(places, signal),
              why: judged.why,
            };
          }),
          faults: read.reading.faults,
        }
      : { unreadable: read.because };
    await expect(`${JSON.stringify(answer, null, 2)}\n`).toMatchFileSnapshot(join(root, 'test/golden', name));
  });
});
