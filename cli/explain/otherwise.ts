import type { Verdict } from '../../shared/model/decision.ts';
import type { Rules } from '../../shared/model/rules.ts';
import { atLeast, channelOf, SEVERITIES } from '../../shared/model/severity.ts';
import type { Signal } from '../../shared/model/signal.ts';
import type { Why } from '../../shared/model/why.ts';
import { holdsOf } from '../../shared/pipeline/hold.ts';
import type { Judged } from '../../shared/pipeline/judge.ts';
import { burstOf } from '../../shared/rules/escalate.ts';
import { type Judge, makeJudge } from '../../shared/rules/judge.ts';
import { makeNearMisses } from './near.ts';

/** What would have changed the answer: a rule that is not there, another moment, or what a rule wanted in vain. */
export interface Otherwise {
  /** `without card-declined`, `inside the hours of business`, `as WARNING`: what is different. */
  readonly change: string;
  /** The rule that it is about, where it stands; null: a rule that is not there yet. */
  readonly at: string | null;
  readonly outcome: string;
}

export type AskOtherwise = (judged: Judged, holds: readonly Why[], now: number) => readonly Otherwise[];

/** The sections whose rules can be left out to see what they change. */
const REMOVABLE = ['severities', 'ignore', 'teams', 'silences', 'windows', 'inhibit', 'hold'] as const;
type Removable = (typeof REMOVABLE)[number];

/** Makes the answer to "what would have changed it?". Each rule is left out at most once, however many signals ask. */
export function makeOtherwise(judge: Judge): AskOtherwise {
  const { rules } = judge;
  const nearMisses = makeNearMisses(rules);
  const others = new Map<string, Judge>();
  const changed = (key: string, change: Partial<Rules>): Judge => {
    const known = others.get(key) ?? makeJudge({ ...rules, ...change });
    others.set(key, known);
    return known;
  };
  const without = (section: Removable, place: string): Judge =>
    changed(`${section} ${place}`, { [section]: rules[section].filter(({ at }) => at !== place) });
  const always = (place: string): Judge =>
    changed(`hours ${place}`, {
      destinations: rules.destinations.map((one) => (one.at === place ? { ...one, hours: null } : one)),
    });

  return (judged, holds, now) => {
    const { signal, why } = judged;
    if (signal.status === 'resolved') return [];
    const base = fateBy(judge, judged, now);
    const said = uniqueByPlace([...why, ...holds]);
    const left = REMOVABLE.flatMap((section) =>
      rules[section].flatMap(({ name, at }) =>
        said.some((one) => one.at === at && one.rule === name)
          ? [{ change: `without ${name}`, at, outcome: fateBy(without(section, at), judged, now) }]
          : [],
      ),
    );
    const hours = rules.destinations.flatMap(({ name, at, hours }) =>
      hours !== null && said.some((one) => one.stage === 'route' && one.rule === name && one.at === at)
        ? [{ change: `inside the hours of ${name}`, at, outcome: fateBy(always(at), judged, now) }]
        : [],
    );
    return [
      ...[...left, ...hours].filter(({ outcome }) => outcome !== base),
      ...unsaid(judge, judged, now),
      ...graver(judge, judged, now),
      ...nearMisses(judged, now).filter(({ at }) => !holds.some((one) => one.at === at)),
    ];
  };
}

function uniqueByPlace(why: readonly Why[]): readonly Why[] {
  return [...new Map(why.map((one) => [`${one.stage} ${one.at} ${one.rule}`, one])).values()];
}

/** What becomes of it by other rules. */
function fateBy(judge: Judge, judged: Judged, now: number): string {
  const verdict = judge.verdict(judged.signal, now);
  const [held] = holdsOf({ ...judged, verdict }, judge, now);
  const text = fateOf(verdict);
  return held === undefined
    ? text
    : `${text}, held by ${held.by} until ${new Date(held.until).toISOString()}`;
}

function fateOf(verdict: Verdict): string {
  switch (verdict.outcome) {
    case 'tracked': {
      const to = verdict.targets.map(({ name }) => name).join(', ');
      return `${verdict.severity} ${verdict.channel} → ${to}`;
    }
    case 'ignored':
      return `ignored by ${verdict.why.at(-1)?.rule ?? 'a rule'}: ${verdict.reason}`;
    case 'unremarkable':
      return 'nothing to tell';
  }
}

/** Where a built-in rule has the last word: which rule of the operator's would have it. */
function unsaid(judge: Judge, { signal, verdict, why }: Judged, now: number): readonly Otherwise[] {
  const last = why.findLast(({ stage, at }) => stage === 'severity' && at === 'built-in');
  switch (verdict.outcome) {
    case 'unremarkable': {
      if (last?.rule !== 'below-warning')
        return [
          { change: 'by no rule', at: null, outcome: 'its source says that there is nothing to act on' },
        ];
      const warning: Signal = { ...signal, level: 'WARNING', status: 'firing' };
      return [
        { change: 'as WARNING', at: null, outcome: fateOf(judge.verdict(warning, now)) },
        {
          change: 'a rule under `severities` that asks for its level, fields, message or title',
          at: null,
          outcome: 'the severity of that rule',
        },
        { change: 'a rule under `logs` that says its level', at: null, outcome: 'judged by that level' },
      ];
    }
    case 'ignored':
    case 'tracked':
      return [
        ...(last === undefined
          ? []
          : [
              {
                change: 'a rule under `severities` that matches it',
                at: null,
                outcome: `its severity, in place of ${last.rule}`,
              },
            ]),
        ...(verdict.outcome === 'tracked' && verdict.team === null
          ? [{ change: 'a team that `owns` it', at: null, outcome: 'the destinations of that team' }]
          : []),
      ];
  }
}

/** What many of it would be, and from which severity on others hear of it. */
function graver(judge: Judge, { verdict }: Judged, now: number): readonly Otherwise[] {
  if (verdict.outcome !== 'tracked') return [];
  const { severity, channel, team, also } = verdict;
  const at = (to: typeof severity, where = channelOf(to)): string => {
    const { targets } = judge.route({ severity: to, channel: where, team, also, at: now });
    return `${to} ${where} → ${targets.map(({ name }) => name).join(', ')}`;
  };
  const names = [...verdict.counts, ...(verdict.groups ?? []).map(({ rule }) => rule)];
  const bursts = names.flatMap((name) => {
    const rule = judge.escalation(name);
    if (rule === null || atLeast(severity, rule.to)) return [];
    return [{ change: `${burstOf(rule)} (${name})`, at: rule.at, outcome: at(rule.to) }];
  });
  const told = (fate: string): string => fate.slice(fate.indexOf(' '));
  const next = SEVERITIES.toReversed().find(
    (one) => one !== severity && atLeast(one, severity) && told(at(one)) !== told(at(severity, channel)),
  );
  return [...bursts, ...(next === undefined ? [] : [{ change: `as ${next}`, at: null, outcome: at(next) }])];
}
