import type { Verdict } from '../model/decision.ts';
import type { Rules } from '../model/rules.ts';
import type { Signal } from '../model/signal.ts';
import type { Why } from '../model/why.ts';
import { brokenWhy } from './compiled.ts';
import { type Answers, type Court, makeCourt } from './court.ts';
import { bareRules, SECTIONS, type Section, withOnly } from './salvage.ts';
import { judge } from './verdict.ts';

/** The operator's rules and the built-in ones, ready to decide. Its functions need no `this`. */
export interface Judge extends Answers {
  /** What to do about one signal, which is redacted already. `now` is ms since the epoch. Never throws. */
  verdict(signal: Signal, now: number): Verdict;
}

/**
 * Compiles the rules for use. Give it what `loadRules` gave; a rule that does not compile is left out, visibly, and
 * so is one that throws. Rules that cannot be read at all leave the built-in ones.
 */
export function makeJudge(rules: Rules): Judge {
  const court = courtOf(rules);
  return { ...court, verdict: (signal, now) => judgeSafely(signal, now, court) };
}

function courtOf(rules: Rules): Court {
  try {
    return makeCourt(rules);
  } catch (error) {
    return bareCourt(rules, [], error);
  }
}

/** What is left without any rule that judges: who is told, and the built-in rules. */
function bareCourt(rules: Rules, broken: readonly Why[], error: unknown): Court {
  const all = { name: 'all rules', at: 'hansho.yml' };
  return makeCourt(bareRules(rules), [...broken, brokenWhy('severity', all, messageOf(error))]);
}

/** Never throws: without the rules that do, and failing that, by the built-in ones. */
function judgeSafely(signal: Signal, now: number, court: Court): Verdict {
  try {
    return judge(signal, now, court);
  } catch (error) {
    const { rules, broken } = court;
    const culprits = SECTIONS.map((section) => throwing(signal, now, rules, section));
    try {
      const sound = Object.fromEntries(culprits.map(({ section, sound }) => [section, sound]));
      const without = [...broken, ...culprits.flatMap(({ why }) => why)];
      return judge(signal, now, makeCourt({ ...rules, ...sound }, without));
    } catch {
      return judge(signal, now, bareCourt(rules, broken, error));
    }
  }
}

/** The rules of a section that cannot judge this signal, each asked alone. */
function throwing(signal: Signal, now: number, rules: Rules, section: Section) {
  const why: Why[] = [];
  const sound = rules[section].filter((rule, index) => {
    try {
      judge(signal, now, makeCourt(withOnly(rules, section, index)));
      return true;
    } catch (error) {
      why.push(brokenWhy('severity', rule, messageOf(error)));
      return false;
    }
  });
  return { section, sound, why };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
