import { isObject, type Json } from '../model/json.ts';
import type { Rules } from '../model/rules.ts';
import { compileRules } from '../rules/compiled.ts';
import { makeExpectations } from '../rules/expect.ts';
import { measuringRules, prefilterOf } from '../rules/measuring.ts';
import type { Parts } from './parts.ts';
import { brief, type Finding, type Path, wrong, wrongKey } from './problem.ts';
import { unreachable } from './reach.ts';
import { readinessWarnings } from './readiness-checks.ts';
import { endsAt } from './times.ts';

const sixHoursMs = 21_600_000;
const dayMs = 86_400_000;
/** Long enough to ask the owner. */
const soonMs = 14 * dayMs;

/** What is valid and still worth a look. `now` null: nothing is said about time. */
export function warningsOf(parts: Parts, rules: Rules, now: number | null): readonly Finding[] {
  return [
    ...(now === null ? [] : [...expired(parts, now), ...past(rules, parts, now)]),
    ...readinessWarnings(parts, rules, now),
    ...unused(parts, rules),
    ...unreachable(parts, rules),
    ...parts.severities.flatMap(({ path }, i) => judgesAll(rules, i, path)),
    ...parts.teams.flatMap(({ path, value }) => stars(value.owns, [...path, 'owns'])),
    ...parts.expect.flatMap(({ path }, i) => hearsAll(rules, i, path)),
    ...[
      ...parts.severities,
      ...parts.ignore,
      ...parts.escalate,
      ...parts.expect,
      ...parts.silences,
      ...parts.windows,
      ...parts.hold,
      ...parts.readiness,
      ...parts.remind,
    ].flatMap(({ path, value }) => [
      ...stars(value.match ?? undefined, [...path, 'match']),
      ...timesInMs(value.match ?? undefined, [...path, 'match']),
    ]),
    ...shortQuiet(parts),
  ];
}

/** `/aws/lambda/*` says "any" everywhere but here. A run of stars is what a log line draws. */
function stars(value: Json | undefined, path: Path): readonly Finding[] {
  if (typeof value === 'string') {
    if (!value.includes('*') || value.includes('**')) return [];
    const message = `${brief(value)}: a \`*\` outside \`wildcard\` is only itself`;
    return [wrong(path, message, 'for any text in its place write { wildcard: "…" }')];
  }
  if (Array.isArray(value)) return value.flatMap((one: Json, i) => stars(one, [...path, i]));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, one]) =>
    key === 'wildcard' ? [] : stars(one, [...path, key]),
  );
}

/** Names of a moment: `timestamp`, `created_at`, `eventTime`. Durations (`run_time_ms`, `elapsedTime`) are none. */
const MOMENT =
  /(?:timestamp|epoch)(?:_?ms|_?millis)?$|(?:^|_)(?:ts|at)(?:_ms)?$|(?:event|start|end|created?|creation|updated?|ingestion|occurred|received|sent)_?time$/i;
const CAMEL_MOMENT = /[a-z](?:At|Ts)(?:Ms)?$/;
/** A bound above this is a moment in seconds (1973 and later): its author knows the unit. */
const leastSeconds = 100_000_000;

/** Moments in ms since 1970 are beyond the numbers that `numeric` compares, as in EventBridge: never a match. */
function timesInMs(value: Json | undefined, path: Path): readonly Finding[] {
  if (Array.isArray(value)) {
    const key = path.findLast((part) => typeof part === 'string') ?? '';
    const compared = value.some((one: Json) => isObject(one) && comparesSmall(one.numeric));
    if (!compared || !isMoment(String(key)))
      return value.flatMap((one: Json, i) => timesInMs(one, [...path, i]));
    const message = `\`${key}\` sounds like a time: numeric compares numbers up to 5e9 only, and a time in ms is beyond`;
    return [
      wrong(
        path,
        message,
        'if it is in ms this never matches; log it in seconds, or a duration in its place',
      ),
    ];
  }
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, one]) => timesInMs(one, [...path, key]));
}

function isMoment(key: string): boolean {
  return MOMENT.test(key) || CAMEL_MOMENT.test(key);
}

function comparesSmall(operand: Json | undefined): boolean {
  if (!Array.isArray(operand)) return false;
  return operand.every((one: Json) => typeof one !== 'number' || Math.abs(one) < leastSeconds);
}

function expired({ ignore, timezone }: Parts, now: number): readonly Finding[] {
  return ignore.flatMap(({ path, value }) => {
    const end = endsAt(value.expires, timezone);
    const at = [...path, 'expires'];
    if (end === null || now + soonMs < end) return [];
    if (now < end) {
      const days = Math.ceil((end - now) / dayMs);
      const left = days === 1 ? 'within a day' : `in ${days} days`;
      return [wrong(at, `this ignore rule expires ${left}`, `${value.owner}: renew it, or let it end`)];
    }
    return [
      wrong(at, 'this ignore rule has expired and no longer holds', `${value.owner}: renew or remove it`),
    ];
  });
}

function past({ silences }: Rules, parts: Parts, now: number): readonly Finding[] {
  return silences.flatMap(({ until, author }, i) =>
    now < until
      ? []
      : [
          wrong(
            [...(parts.silences[i]?.path ?? []), 'until'],
            'this silence is over',
            `${author}: remove it`,
          ),
        ],
  );
}

function unused(
  { destinations }: Parts,
  { channels, unowned, teams, readiness, remind, destinations: all }: Rules,
): readonly Finding[] {
  const lists = [channels, ...teams.map((team) => team.destinations)].flatMap((one) => [
    one.alert ?? [],
    one.notify ?? [],
  ]);
  const fallbacks = all.flatMap(({ fallback }) => (fallback === null ? [] : [fallback.name]));
  const standIns = all.flatMap(({ hours }) => (hours === null ? [] : [hours.otherwise]));
  const used = new Set([
    ...[...lists.flat(), ...readiness.flatMap(({ watchers }) => watchers)].map(
      ({ destination }) => destination,
    ),
    ...fallbacks,
    ...standIns,
    ...remind.flatMap(({ tell }) => tell.map(({ name }) => name)),
    ...(unowned === null ? [] : [unowned.destination]),
  ]);
  return [...destinations].flatMap(([name, { path }]) =>
    used.has(name)
      ? []
      : [wrongKey(path, `\`${name}\` is in no channel and no team: nothing is told there`, null)],
  );
}

function judgesAll({ severities }: Rules, i: number, path: readonly (string | number)[]): readonly Finding[] {
  const compiled = compileRules(severities.slice(i, i + 1), (rule) => rule.match, 'severity').rules;
  if (!prefilterOf(measuringRules(compiled)).includes('')) return [];
  const message = 'this rule names no fixed text, so every log line below WARNING must be judged';
  return [
    wrong([...path, 'match'], message, 'add a key of `fields`, a text of `message`, or level: [ERROR]'),
  ];
}

function hearsAll({ expect }: Rules, i: number, path: Path): readonly Finding[] {
  if (!makeExpectations(expect.slice(i, i + 1)).prefilter.includes('')) return [];
  const message = 'this rule names no fixed text, so every log line must be judged';
  return [
    wrong(
      [...path, 'match'],
      message,
      'add a text of `message` or a key of `fields`, or ask for `logGroup` alone',
    ),
  ];
}

function shortQuiet({ quiet }: Parts): readonly Finding[] {
  if (quiet.findings >= sixHoursMs) return [];
  const message =
    'GuardDuty repeats a finding every 6 h by default: with less, a live one ends and opens again';
  return [wrong(['quiet', 'findings'], message, 'write 24h, or shorten the interval in GuardDuty')];
}
