/** One thing to time: a name and a step that does it once. */
export interface Case {
  readonly name: string;
  readonly run: () => unknown;
}

/** The median milliseconds of each case; cases take turns, so that a noisy machine disturbs them alike. */
export async function medians(cases: readonly Case[], rounds: number): Promise<ReadonlyMap<string, number>> {
  const times = new Map<string, number[]>(cases.map((c) => [c.name, []]));
  for (let round = -Math.ceil(rounds / 5); round < rounds; round += 1) {
    for (const { name, run } of cases) {
      const start = process.hrtime.bigint();
      await run();
      const ms = Number(process.hrtime.bigint() - start) / 1e6;
      if (round >= 0) times.get(name)?.push(ms);
    }
  }
  return new Map(
    [...times].map(([name, ms]) => [name, ms.sort((a, b) => a - b)[Math.floor(ms.length / 2)] ?? 0]),
  );
}
