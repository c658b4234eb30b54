import { isCalm, mightMatter, readLevel } from '../levels/levels.ts';
import { readLevelBy } from '../levels/override.ts';
import type { Judge } from '../rules/judge.ts';
import type { LogOptions } from '../sources/logs.ts';

/**
 * How the lines of one log group are read. Where the operator has rules on its levels, every line is: what would be
 * harmless elsewhere may be told by them.
 */
export function levelsFor(
  judge: Pick<Judge, 'levels'>,
  logGroup: string,
): Pick<LogOptions, 'readLevel' | 'spare'> {
  const rules = judge.levels.of(logGroup);
  return rules.length === 0
    ? { readLevel, spare: { isCalm, mightMatter } }
    : { readLevel: readLevelBy(rules) };
}
