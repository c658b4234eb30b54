import type { Document, TeamRule } from '../model/rules.ts';
import { builtIn, type Why } from '../model/why.ts';
import { because, type Compiled, evidence, whyOf } from './compiled.ts';
import type { Court } from './court.ts';

/** The owner, and who hears it too: each team that says `continue` lets the next that matches hear it. */
export function ownersOf(document: Document, { owners }: Court): readonly Compiled<TeamRule>[] {
  const matching = owners.all(document);
  const last = matching.findIndex(({ rule }) => !rule.continue);
  return last < 0 ? matching : matching.slice(0, last + 1);
}

const NO_TEAM = builtIn('team', 'no-team', 'no team owns it');

/** Why it is theirs; that nobody owns it is a reason as well. */
export function ownersWhy(owners: readonly Compiled<TeamRule>[], document: Document): readonly Why[] {
  if (owners.length === 0) return [NO_TEAM];
  return owners.map(({ rule, pattern }, i) => {
    const how = i === 0 ? 'owns it' : 'hears it too';
    return whyOf('team', rule, because(`${rule.name} ${how}`, evidence(pattern, document)));
  });
}
