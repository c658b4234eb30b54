import { amount, localTime, span } from '../destinations/times.ts';
import { isUntold } from '../incidents/schedule.ts';
import { type Words, wordsOf } from '../messages/words.ts';
import type { Incident } from '../model/incident.ts';
import type { ReadinessRule, Rules } from '../model/rules.ts';
import { SEVERITIES } from '../model/severity.ts';

type Setting = Pick<Rules, 'language' | 'timezone'>;

/** So many incidents a summary names; the list has them all. */
const NAMED = 5;
const TITLE_CHARS = 120;

/** What is planned and what everybody does before it: a title, then lines. */
export function checklistOf(entry: ReadinessRule, setting: Setting): string {
  const words = wordsOf(setting.language);
  const { planned, todo } = words.readiness;
  return [
    planned(entry.name, amount(entry.level)),
    entry.why,
    ...about(entry, words, setting),
    words.labelled(words.readiness.meanwhile, effects(entry, words).join(words.list)),
    ...entry.checklist.map((one) => todo(one.do, one.who)),
  ].join('\n');
}

function about(
  { from, until, owner }: ReadinessRule,
  words: Words,
  { timezone }: Setting,
): readonly string[] {
  const clock = (ms: number) => {
    const { date, time } = localTime(ms, timezone);
    return `${date} ${time.slice(0, 5)}`;
  };
  return [
    words.readiness.time(clock(from), clock(until), timezone),
    words.labelled(words.readiness.owner, owner),
  ];
}

function effects({ watchers, bursts, graver, passWindows }: ReadinessRule, words: Words): readonly string[] {
  const { hears, sooner, graver: isGraver, passes, asEver } = words.readiness;
  const changes = [
    ...watchers.map(({ destination, floor }) => hears(destination, floor ?? 'SEV5')),
    ...(graver > 0 ? [isGraver(amount(graver))] : []),
    ...(bursts > 1 ? [sooner(amount(bursts))] : []),
    ...(passWindows ? [passes] : []),
  ];
  return changes.length > 0 ? changes : [asEver];
}

/** How it went: a title, then lines. `more`: incidents beside those. */
export function summaryOf(
  entry: ReadinessRule,
  incidents: readonly Incident[],
  more: number,
  setting: Setting,
  now: number,
): string {
  const words = wordsOf(setting.language);
  const { over, next } = words.readiness;
  return [
    over(entry.name, amount(entry.level)),
    ...about(entry, words, setting),
    ...outcome(incidents, more, words, now),
    next,
  ].join('\n');
}

function outcome(all: readonly Incident[], more: number, words: Words, now: number): readonly string[] {
  const { none, incidents, unnamed, open, longest, told, waiting } = words.readiness;
  if (all.length + more === 0) return [none];
  const lines = (some: readonly Incident[]) =>
    some.slice(0, NAMED).map((one) => `- ${lineOf(one, words, now)}`);
  const firing = byGravity(all.filter(({ facts }) => facts.status === 'firing'));
  const ended = all.filter(({ facts }) => facts.status === 'resolved');
  const slowest = ended.toSorted((a, b) => lastedMs(b, now) - lastedMs(a, now)).slice(0, 1);
  const deliveries = all.flatMap(({ facts, deliveries }) => deliveries.map((d) => ({ ...d, facts })));
  const untold = deliveries.filter((d) => isUntold(d, d.facts)).length;
  const held = deliveries.filter((d) => d.held !== null).length;
  return [
    words.labelled(incidents(amount(all.length + more)), severitiesOf(all, words)),
    ...(more > 0 ? [unnamed(amount(more))] : []),
    open(amount(firing.length)),
    ...lines(firing),
    ...slowest.map((one) => words.labelled(longest, lineOf(one, words, now))),
    words.labelled(told, toldAt(all, words)),
    ...(untold + held > 0 ? [waiting(amount(untold), amount(held))] : []),
  ];
}

function byGravity(some: readonly Incident[]): readonly Incident[] {
  return some.toSorted((a, b) => SEVERITIES.indexOf(a.facts.severity) - SEVERITIES.indexOf(b.facts.severity));
}

function severitiesOf(all: readonly Incident[], words: Words): string {
  return SEVERITIES.map((severity) => ({
    severity,
    n: all.filter((i) => i.facts.severity === severity).length,
  }))
    .filter(({ n }) => n > 0)
    .map(({ severity, n }) => `${severity} ${amount(n)}`)
    .join(words.list);
}

function lineOf(incident: Incident, words: Words, now: number): string {
  const { facts, service, title } = incident;
  const lasted = span(lastedMs(incident, now), words);
  return [facts.severity, service, title.slice(0, TITLE_CHARS), lasted].join(words.gap);
}

/** From the first signal of the occurrence to its end, or to now. */
function lastedMs({ facts }: Incident, now: number): number {
  return (facts.status === 'firing' ? now : facts.resolvedAt) - facts.first;
}

/** How many incidents each place heard of. */
function toldAt(all: readonly Incident[], words: Words): string {
  const names = all.flatMap(({ deliveries }) =>
    deliveries.filter(({ announced }) => announced !== null).map(({ target }) => target.name),
  );
  const counts = [...Map.groupBy(names, (name) => name)].map(
    ([name, some]) => `${name} ${amount(some.length)}`,
  );
  return counts.join(words.list) || words.readiness.nobody;
}
