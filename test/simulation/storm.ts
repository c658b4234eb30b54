import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { stormIdOf } from '../../shared/pipeline/storm.ts';
import { MINUTE, MORNING } from '../support/make.ts';
import { errorLines, type Flood, makeFlood, wordFor } from './flood.ts';

const KINDS = 50;
const PER_PAYLOAD = 1_000;
const SERVICES = 25;

/** Bytes in use that no collection frees. Others may share the process: compare two. */
function retained(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}

/**
 * ERROR lines of 50 kinds within five minutes, in payloads of 1,000 lines. Gives the flood, the true counts, and the
 * most bytes that it held at a time.
 */
export async function floodOfFifty(
  lines: number,
): Promise<{ flood: Flood; each: number; lines: number; heap: number }> {
  const flood = makeFlood('');
  const payloads = Math.ceil(lines / PER_PAYLOAD);
  const before = retained();
  let heap = 0;
  for (let p = 0; p < payloads; p += 1) {
    await flood.time.run(MORNING + Math.floor((p * 5 * MINUTE) / payloads));
    const texts = Array.from(
      { length: PER_PAYLOAD },
      (_, i) => `gateway ${wordFor(i % KINDS)} refused order ${p * PER_PAYLOAD + i} after ${i % 900} ms`,
    );
    await flood.intake(errorLines('checkout', p, flood.time.now(), texts));
    if (p % 100 === 99 || p === payloads - 1) heap = Math.max(heap, retained() - before);
  }
  await flood.time.run(MORNING + 2 * 60 * MINUTE);
  return { flood, each: (payloads * PER_PAYLOAD) / KINDS, lines: payloads * PER_PAYLOAD, heap };
}

export interface Distinct {
  readonly flood: Flood;
  /** When intake took each SEV1 and SEV2, by the word in its text. */
  readonly grave: ReadonlyMap<string, number>;
  readonly storm: string;
}

const RULES = `severities:
  - { name: sealed, match: { message: [{ prefix: vault sealed }] }, severity: SEV1, why: nobody can log in }
  - { name: lagging, match: { message: [{ prefix: replica lost }] }, severity: SEV2, why: orders may be lost }
`;

/**
 * 5,000 problems that nobody has seen before within a minute, a SEV1 or SEV2 among them every four seconds, and 20 of the
 * rest that go on for two hours.
 */
export async function fiveThousand(problems = 5_000): Promise<Distinct> {
  const flood = makeFlood(RULES);
  const { time } = flood;
  const grave = new Map<string, number>();
  const perSecond = Math.ceil(problems / 60);
  let next = 0;
  for (let second = 0; second < 60; second += 1) {
    await time.run(MORNING + second * 1_000);
    const texts = Array.from({ length: Math.min(perSecond, problems - next) }, () => textFor(next++));
    for (const [service, some] of Map.groupBy(texts, (_, i) => `service-${wordFor((i * i) % SERVICES)}`))
      await flood.intake(errorLines(service, second * 1_000 + some.length, time.now(), some));
    if (second % 4 === 2) await beGrave(flood, second, grave);
    if (second === 30) await flood.intake(errorLines('lasting', 90_000, time.now(), LASTING));
  }
  for (let minute = 5; minute <= 120; minute += 5) {
    await time.run(MORNING + minute * MINUTE);
    await flood.intake(errorLines('lasting', 90_000 + minute, time.now(), LASTING));
  }
  await time.run(MORNING + 5 * 60 * MINUTE);
  return { flood, grave, storm: stormIdOf(flood.address('#alert')) };
}

const LASTING = Array.from({ length: 20 }, (_, i) => `RangeError: lasting ${wordFor(i)} is out of range`);

function textFor(n: number): string {
  return `TypeError: ${wordFor(n)} of ${wordFor(9_999 - n)} is not a function`;
}

async function beGrave(flood: Flood, second: number, grave: Map<string, number>): Promise<void> {
  const word = `grave${wordFor(second)}`;
  grave.set(word, flood.time.now());
  const text = second % 8 === 2 ? `vault sealed: ${word}` : `replica lost: ${word}`;
  await flood.intake(errorLines('identity', 80_000 + second, flood.time.now(), [text]));
}
