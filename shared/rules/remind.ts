import type { Document, RemindRule } from '../model/rules.ts';
import type { Why } from '../model/why.ts';
import { matches } from '../patterns/match.ts';
import { compileRules, durationOf, whyOf } from './compiled.ts';

/** The rules on what goes on, ready to ask. */
export interface Reminds {
  /** Those that match, in the order of the file: the first with `every` reminds, each with `tell` calls. */
  matching(document: () => Document): readonly RemindRule[];
  /** Whether there are any: matching needs the incident's words. */
  any(): boolean;
  readonly broken: readonly Why[];
}

/** Compiles the rules; one that does not compile is left out, visibly. */
export function makeReminds(remind: readonly RemindRule[]): Reminds {
  const { rules, broken } = compileRules(remind, ({ match }) => match, 'remind');
  return {
    matching: (document) => {
      if (rules.length === 0) return [];
      const about = document();
      return rules.filter(({ pattern }) => matches(pattern, about)).map(({ rule }) => rule);
    },
    any: () => rules.length > 0,
    broken,
  };
}

/** What a rule will do if it goes on: `reminds every 30 min, doubling up to 4 h; after 15 min tells oncall`. */
export function remindWhy(rule: RemindRule): Why {
  const { every, afterMs, mention, tell } = rule;
  const where = every?.broadcast === true ? ', in the channel' : '';
  const more = [
    ...(mention === null ? [] : [`calls ${mention}`]),
    ...(tell.length === 0 ? [] : [`tells ${tell.map((target) => target.name).join(', ')}`]),
  ].join(' and ');
  const parts = [
    ...(every === null ? [] : [`reminds every ${durationOf(every.ms)}${paceOf(every)}${where}`]),
    ...(more === '' ? [] : [afterMs === 0 ? more : `after ${durationOf(afterMs)} ${more}`]),
  ];
  return whyOf('remind', rule, `while it goes on: ${parts.join('; ')}`);
}

function paceOf({ ms, maxMs }: NonNullable<RemindRule['every']>): string {
  return ms < maxMs ? `, doubling up to ${durationOf(maxMs)}` : '';
}
