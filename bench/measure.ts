/** One thing to time: a name and a step that does it once with the round's input. */
export interface Case<Input> {
  readonly name: string;
  readonly run: (input: Input) => unknown;
}

/**
 * The median milliseconds of each case, after as many rounds again to warm up. Cases take turns and change their
 * order, so that a noisy machine and the garbage of the one before disturb them alike; making the input is not timed.
 */
export async function medians<Input>(
  cases: readonly Case<Input>[],
  rounds: number,
  inputOf: (round: number) => Input,
): Promise<ReadonlyMap<string, number>> {
  const times = new Map<string, number[]>(cases.map((c) => [c.name, []]));
  for (let round = -rounds; round < rounds; round += 1) {
    const input = inputOf(rounds + round);
    for (const { name, run } of round % 2 === 0 ? cases : cases.toReversed()) {
      const start = process.hrtime.bigint();
      await run(input);
      const ms = Number(process.hrtime.bigint() - start) / 1e6;
      if (round >= 0) times.get(name)?.push(ms);
    }
  }
  return new Map(
    [...times].map(([name, ms]) => [name, ms.sort((a, b) => a - b)[Math.floor(ms.length / 2)] ?? 0]),
  );
}
