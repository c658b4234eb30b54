import type { Document, SeverityRule } from '../model/rules.ts';
import { channelOf } from '../model/severity.ts';
import type { Signal } from '../model/signal.ts';
import { builtIn, type Why } from '../model/why.ts';
import { because, type Compiled, evidence, trialWhy, whyOf } from './compiled.ts';
import type { Case, Court, Docket } from './court.ts';

/**
 * That its source says that there is nothing to act on; null: rules are asked. Of log lines: those that belong to an
 * event before them, which are shown to people who ask and told with that event; all others below WARNING may still be
 * measured.
 */
export function informationalWhy(signal: Signal): Why | null {
  if (signal.status !== 'info') return null;
  if (isBelowWarning(signal) && !signal.why.some(({ rule }) => rule === 'joined')) return null;
  const reason = signal.why.findLast(({ stage }) => stage === 'read')?.because ?? 'nothing to act on';
  return builtIn('severity', 'informational', `${reason}: no channel`);
}

/** That no rule measures a log line that is too mild to be told for its level. */
export function belowWarningWhy({ level }: Signal): Why {
  const reason = level === null ? 'no level, so taken as below WARNING' : `${level} is below WARNING`;
  return builtIn('severity', 'below-warning', `${reason}: no channel`);
}

function isBelowWarning({ source, level }: Signal): boolean {
  return source === 'logs' && level !== 'FATAL' && level !== 'ERROR' && level !== 'WARNING';
}

function docketOf(signal: Signal, { below, severities }: Court): Docket {
  return isBelowWarning(signal) ? below : severities;
}

/**
 * The first rule that matches, the operator's before the built-in ones. What ends something is never "never an
 * incident": it may have been told.
 */
export function severityOf({ signal, document }: Case, court: Court): Compiled<SeverityRule> | null {
  const ends = signal.status === 'resolved';
  const { deciding } = docketOf(signal, court);
  return deciding.first(document, ({ rule }) => !(ends && rule.severity === null)) ?? null;
}

/** The one reason that every card shows, so it also says which rules could not be asked. */
export function severityWhy(
  { rule, pattern }: Compiled<SeverityRule>,
  document: Document,
  { broken }: Court,
): Why {
  const reason = rule.severity === null ? rule.why : `${rule.severity}: ${rule.why}`;
  const text = because(reason, evidence(pattern, document));
  const without = broken.map((why) => `${why.rule} (${why.at})`).join(', ');
  return whyOf(
    'severity',
    rule,
    broken.length === 0 ? text : `${text}; decided without a broken rule: ${without}`,
  );
}

/**
 * What the severity rules on trial would have decided: those that match and stand before the rule that did decide.
 * Each is asked as if it alone were live.
 */
export function trialsBefore(
  decided: SeverityRule | null,
  { signal, document, whose, now }: Case,
  court: Court,
): readonly Why[] {
  const { places, route } = court;
  const placeOf = (rule: SeverityRule) => places.get(rule) ?? places.size;
  const limit = decided === null ? places.size : placeOf(decided);
  return docketOf(signal, court)
    .onTrial.all(document)
    .flatMap(({ rule, pattern }) => {
      const { severity, why } = rule;
      if (severity === null || placeOf(rule) >= limit) return [];
      const channel = rule.channel ?? channelOf(severity);
      const { targets } = route({ severity, channel, ...whose, at: now });
      const told = targets.map(({ name }) => name).join(', ');
      const text = `would have made it ${severity}, ${channel} → ${told}: ${why}`;
      return [trialWhy(rule, because(text, evidence(pattern, document)))];
    });
}
