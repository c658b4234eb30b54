import type { JsonObject } from '../model/json.ts';
import type { LevelRule } from '../model/level.ts';
import type { LogsRule } from '../model/rules.ts';
import type { Why } from '../model/why.ts';
import { matches } from '../patterns/match.ts';
import { compilePattern } from '../patterns/parse.ts';
import { compileRules } from './compiled.ts';

/** What the operator says of log groups' levels. */
export interface LevelRules {
  /** The rules on one log group, in their order; most groups have none. */
  of(logGroup: string): readonly LevelRule[];
  readonly broken: readonly Why[];
}

/** What a rule asks of the log group alone. A choice (`$or`) may be about either, so it is asked with the line. */
function groupPart({ match }: LogsRule): JsonObject {
  return Object.fromEntries(Object.entries(match).filter(([key]) => key === 'logGroup'));
}

/** Compiles the `logs` section once. */
export function makeLevelRules(logs: readonly LogsRule[]): LevelRules {
  const { rules, broken } = compileRules(logs, ({ match }) => match, 'level');
  const compiled = rules.map(({ rule, pattern }) => {
    const group = compilePattern(groupPart(rule));
    const about = (logGroup: string) => !group.ok || matches(group.pattern, { logGroup });
    const of = (logGroup: string): LevelRule => ({
      name: rule.name,
      at: rule.at,
      field: rule.field?.split('.') ?? null,
      scale: rule.scale,
      words: new Map(Object.entries(rule.words).map(([word, level]) => [word.toLowerCase(), level])),
      level: rule.level,
      applies: (message) => matches(pattern, { logGroup, message }),
    });
    return { about, of };
  });
  return {
    of: (logGroup) => compiled.filter(({ about }) => about(logGroup)).map(({ of }) => of(logGroup)),
    broken,
  };
}
