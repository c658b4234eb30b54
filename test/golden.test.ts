import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadRules } from '../shared/config/load.ts';
import { linksFor } from '../shared/links/links.ts';
import type { Why } from '../shared/model/why.ts';
import { judgeSignal } from '../shared/pipeline/judge.ts';
import { readAny } from '../shared/pipeline/read.ts';
import { makeJudge } from '../shared/rules/judge.ts';

/** Every sample under events/ through every stage of intake, with the rules that ship. A new sample is a new test. */
const root = join(import.meta.dirname, '..');
const samples = readdirSync(join(root, 'events'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.json'))
  .sort();
const shipped = readFileSync(join(root, 'hansho.yml'), 'utf8');
const loaded = loadRules(shipped, 'hansho.yml');
if (!loaded.ok) throw new Error('hansho.yml is not valid');
const judge = makeJudge(loaded.rules);
const NOW = Date.UTC(2026, 10, 22, 3);

/** Golden files say which rule decides, not on which line of hansho.yml: a comment added there moves none of them. */
const unnumbered = (why: readonly Why[]) =>
  why.map((one) => ({ ...one, at: one.at.replace(/^hansho\.yml:\d+$/, 'hansho.yml') }));

async function readSample(name: string) {
  const raw: unknown = JSON.parse(readFileSync(join(root, 'events', name), 'utf8'));
  const place = { region: 'ap-northeast-1', partition: 'aws', receivedAt: NOW };
  return readAny(raw, { ...place, all: true, prefilter: [], judge });
}

describe('each sample event is read, judged and explained as its golden file says', () => {
  test.each(samples)('%s', async (name) => {
    const read = await readSample(name);
    const answer = read.ok
      ? {
          signals: read.reading.signals.map((signal) => {
            const judged = judgeSignal(signal, judge, NOW);
            const { detail, fields, places, tags, why, ...shown } = judged.signal;
            return {
              ...shown,
              ...(Object.keys(tags).length > 0 && { tags }),
              fields,
              fingerprint: judged.fingerprint,
              incident: judged.incident,
              // No team lets others hear an event without rules of its own.
              verdict: { ...judged.verdict, why: undefined, also: undefined },
              links: linksFor(places, signal),
              why: unnumbered(judged.why),
            };
          }),
          faults: read.reading.faults,
        }
      : { unreadable: read.because };
    await expect(`${JSON.stringify(answer, null, 2)}\n`).toMatchFileSnapshot(join(root, 'test/golden', name));
  });
});

test('a reason names the line of hansho.yml on which its rule stands', async () => {
  const lines = shipped.split('\n');
  const read = await readSample('guardduty/high.json');
  if (!read.ok) throw new Error(read.because);
  const why = read.reading.signals.flatMap((signal) => judgeSignal(signal, judge, NOW).why);
  const placed = why.filter(({ at }) => at.startsWith('hansho.yml'));
  expect(placed).not.toEqual([]);
  for (const { rule, at } of placed)
    expect(lines[Number(at.split(':')[1]) - 1]).toMatch(new RegExp(`^  ${rule}: `));
});
