import { calmEnd, isCalm, mightMatter, readLevel } from '../levels/levels.ts';
import { readLevelBy } from '../levels/override.ts';
import type { Judge } from '../rules/judge.ts';
import type { LogOptions, Spared } from '../sources/logs.ts';
import { measuredBy } from '../sources/measured.ts';

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

/**
 * What of a log payload need not even be parsed: calm lines that no rule measures. Nothing of a log group on whose
 * levels the operator has rules.
 */
export function sparedBy({ levels, prefilter }: Pick<Judge, 'levels' | 'prefilter'>): Spared {
  const isMeasured = measuredBy(prefilter.map(asEscaped));
  return (logGroup, payload) => {
    if (prefilter.includes('') || levels.of(logGroup).length > 0) return null;
    // Most payloads hold nothing that rules measure: one look at the whole spares one at each line.
    if (!isMeasured(payload)) return calmEnd;
    return (text, from) => {
      const end = calmEnd(text, from);
      return end !== -1 && isMeasured(text.slice(from, end)) ? -1 : end;
    };
  };
}

/** As it stands in the bytes of a JSON string, one byte a character. */
function asEscaped(part: string): string {
  return Buffer.from(JSON.stringify(part).slice(1, -1), 'utf8').toString('latin1');
}
