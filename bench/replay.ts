/**
 * Writes an archive of so many signals, as intake would: `node bench/replay.ts 1000000 DIR`. Then
 * `time npx hansho replay --rules NEW.yml --fail-on none DIR`.
 */
import { createWriteStream, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { loadRules } from '../shared/config/load.ts';
import { archive } from '../shared/pipeline/archive.ts';
import { judgeSignal } from '../shared/pipeline/judge.ts';
import { readAny } from '../shared/pipeline/read.ts';
import { makeJudge } from '../shared/rules/judge.ts';
import { payload } from './payloads.ts';

const NOW = 1_795_305_660_000;
const A_PAYLOAD = 1_000;
const PAYLOADS_A_FILE = 50;

const loaded = loadRules(readFileSync('hansho.yml', 'utf8'), 'hansho.yml');
if (!loaded.ok) throw new Error('hansho.yml is not valid: run `npx hansho check`');
const judge = makeJudge(loaded.rules);

/** Error and warning lines of 500 problems, half of them JSON. */
async function* lines(first: number, payloads: number): AsyncGenerator<string> {
  for (let i = first; i < first + payloads; i += 1) {
    const form = i % 2 === 0 ? 'json' : 'plain';
    const raw = { awslogs: { data: payload(A_PAYLOAD, form, 1, 500, i * A_PAYLOAD) } };
    const setting = { region: 'ap-northeast-1', partition: 'aws', receivedAt: NOW, all: false };
    const read = await readAny(raw, { ...setting, prefilter: [], judge });
    if (!read.ok) throw new Error(read.because);
    const text = read.reading.signals.map((one) => {
      const { signal, incident } = judgeSignal(one, judge, NOW);
      return JSON.stringify(archive({ signal, incident, at: NOW }, one.status));
    });
    yield `${text.join('\n')}\n`;
  }
}

const [signals = '1000000', folder = '.bench-archive'] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const payloads = Math.ceil(Number(signals) / A_PAYLOAD);
for (let at = 0; at < payloads; at += PAYLOADS_A_FILE) {
  const file = join(folder, `${String(at).padStart(6, '0')}.jsonl.gz`);
  await pipeline(
    Readable.from(lines(at, Math.min(PAYLOADS_A_FILE, payloads - at))),
    createGzip(),
    createWriteStream(file),
  );
}
