import type { DestinationKind } from '../model/decision.ts';
import { CHANNELS, type Channel } from '../model/severity.ts';
import { BUILT_IN_SEVERITIES } from '../rules/builtin.ts';
import { hearsEverything, membersFor } from '../rules/members.ts';
import { checkExpectations, checkWindows } from './calendar.ts';
import { compileDestinations, kindsOf, listen, ownListeners } from './compile.ts';
import { checkHours } from './hours.ts';
import type { Entry, Parts } from './parts.ts';
import { addressOf, type Listener } from './places.ts';
import { type Finding, type Path, wrong, wrongKey } from './problem.ts';
import { checkReadiness } from './readiness-checks.ts';
import { checkReminders } from './remind.ts';
import type { DestinationPart, EscalatePart, LogsPart, TeamPart } from './schema.ts';
import { endsAt, momentOfStart } from './times.ts';
import { noSuch } from './words.ts';

/** What only shows when the sections are read together: names, places, and channels that would reach nobody. */
export function checkReferences(parts: Parts, declared: readonly string[]): readonly Finding[] {
  const missing = [
    ...checkMembers(parts, declared),
    ...checkUnowned(parts, declared),
    ...parts.teams.flatMap((team) => checkTeam(team, parts, declared)),
  ];
  return [
    ...checkDestinations(parts),
    ...checkFallbacks(parts, declared),
    ...checkHours(parts, declared),
    ...missing,
    ...checkNames(parts),
    ...parts.logs.flatMap(checkLogs),
    ...checkExpectations(parts.expect),
    ...checkSilences(parts),
    ...parts.escalate.flatMap(checkEscalation),
    ...checkWindows(parts.windows),
    ...checkReadiness(parts, declared),
    ...checkReminders(parts, declared),
    // Who is reached can only be judged once every name means somebody.
    ...(missing.length === 0 && parts.destinations.size === declared.length ? checkReach(parts) : []),
  ];
}

/** A `logs` entry names a field or a level; numbers and words of its own belong to a field. */
function checkLogs({
  path,
  value: { match, field, scale, words, level },
}: Entry<LogsPart>): readonly Finding[] {
  const findings: Finding[] = [];
  if (match.logGroup === undefined && match.$or === undefined) {
    findings.push(
      wrong(
        [...path, 'match'],
        'it is about every log group',
        'name them: { logGroup: [{ prefix: /ecs/legacy- }] }',
      ),
    );
  }
  if (field === null && level === null) {
    const hint = '`field: sev` says where the level is, `level: WARNING` what a line without one is';
    findings.push(wrong(path, 'it says nothing of the level', hint));
  }
  if (field !== null && level !== null) {
    findings.push(
      wrongKey([...path, 'level'], 'an entry has `field` or `level`, not both', 'make two entries of it'),
    );
  }
  const needless = scale !== null ? 'scale' : 'words';
  if (field === null && (scale !== null || Object.keys(words).length > 0)) {
    findings.push(
      wrongKey([...path, needless], `\`${needless}\` reads a \`field\`, and none is named`, 'add `field`'),
    );
  }
  return findings;
}

/** Each destination is one place, and each place is one destination: what was told is kept by address. */
function checkDestinations({ destinations }: Parts): readonly Finding[] {
  const byAddress = new Map<string, string>();
  return [...destinations].flatMap(([name, { path, value }]): readonly Finding[] => {
    const places = placesOf(value);
    const [place, second] = places;
    if (place === undefined)
      return [wrong(path, `\`${name}\` has no place`, 'give it `slack` or `pagerduty`')];
    if (second !== undefined)
      return [wrong(path, `\`${name}\` has two places`, 'make two destinations of it')];
    if (value.mention !== null && value.slack === null) {
      return [wrongKey([...path, 'mention'], '`mention` is for Slack alone', 'leave it out')];
    }
    const first = byAddress.get(place);
    byAddress.set(place, first ?? name);
    return first === undefined
      ? []
      : [wrong(path, `\`${name}\` is the same place as \`${first}\``, `use \`${first}\``)];
  });
}

/** A fallback is another destination, and falling back from one to the next comes to an end. */
function checkFallbacks({ destinations }: Parts, declared: readonly string[]): readonly Finding[] {
  return [...destinations].flatMap(
    ([
      name,
      {
        path,
        value: { fallback },
      },
    ]): readonly Finding[] => {
      if (fallback === null) return [];
      const at = [...path, 'fallback'];
      if (!declared.includes(fallback)) {
        const { message, suggestion } = noSuch('destination', fallback, declared);
        return [wrong(at, message, suggestion)];
      }
      const way = [name];
      for (
        let next: string | null = fallback;
        next !== null;
        next = destinations.get(next)?.value.fallback ?? null
      ) {
        way.push(next);
        if (next === name) {
          const message =
            way.length === 2
              ? `\`${name}\` falls back to itself`
              : `falls back in a circle: ${way.join(', ')}`;
          return [wrong(at, message, 'name a destination that does not come back here, or leave it out')];
        }
        // A circle further on is found at its own members.
        if (way.indexOf(next) < way.length - 1) return [];
      }
      return [];
    },
  );
}

function placesOf({ slack, pagerduty }: DestinationPart): readonly string[] {
  return [
    slack === null ? [] : [`slack:${slack}`],
    pagerduty === null ? [] : [`pagerduty:${pagerduty}`],
  ].flat();
}

function checkMembers({ channels }: Parts, declared: readonly string[]): readonly Finding[] {
  return CHANNELS.flatMap((channel) => {
    const seen = new Set<string>();
    return channels[channel].entries.flatMap(({ path, value: { to, floor } }): readonly Finding[] => {
      const at = floor === null ? path : [...path, to];
      const make = floor === null ? wrong : wrongKey;
      if (!declared.includes(to)) {
        const { message, suggestion } = noSuch('destination', to, declared);
        return [make(at, message, suggestion)];
      }
      if (seen.has(to)) return [make(at, `\`${to}\` is in ${channel} twice`, 'keep one of them')];
      seen.add(to);
      return [];
    });
  });
}

function checkUnowned({ unowned }: Parts, declared: readonly string[]): readonly Finding[] {
  if (unowned === null || declared.includes(unowned.to)) return [];
  const { message, suggestion } = noSuch('destination', unowned.to, declared);
  return [
    unowned.floor === null
      ? wrong(['unowned'], message, suggestion)
      : wrongKey(['unowned', unowned.to], message, suggestion),
  ];
}

function checkTeam(
  { path, value }: Entry<TeamPart>,
  parts: Parts,
  declared: readonly string[],
): readonly Finding[] {
  return [
    ...checkPlace('slack', value.slack, [...path, 'slack'], parts, declared),
    ...checkPlace('slack', value.notify, [...path, 'notify'], parts, declared),
    ...checkPlace('pagerduty', value.pagerduty, [...path, 'pagerduty'], parts, declared),
    ...checkOwnWords(value, path),
  ];
}

/** A language or a mention is of places that the team names itself; those of a destination are its own. */
function checkOwnWords(
  { slack, notify, pagerduty, language, mention }: TeamPart,
  path: Path,
): readonly Finding[] {
  const brings = (kind: DestinationKind, all: readonly (Listener | null)[]) =>
    all.some((one) => one !== null && addressOf(kind, one.to) !== null);
  const slacks = brings('slack', [slack, notify]);
  const key =
    mention !== null && !slacks
      ? 'mention'
      : language !== null && !slacks && !brings('pagerduty', [pagerduty])
        ? 'language'
        : null;
  const hint = 'a destination of `destinations` has its own; or write slack: "#payments-alert"';
  return key === null
    ? []
    : [wrongKey([...path, key], `\`${key}\` is for places that the team names itself`, hint)];
}

const PLACE_HINT: { readonly [K in DestinationKind]: string } = {
  slack: 'write "#payments-alert", a channel id, or the name of a Slack destination',
  pagerduty: 'write ssm:/…, secretsmanager:…, or the name of a PagerDuty destination',
};

function checkPlace(
  kind: DestinationKind,
  listener: Listener | null,
  path: Path,
  { destinations }: Parts,
  declared: readonly string[],
): readonly Finding[] {
  if (listener === null || addressOf(kind, listener.to) !== null) return [];
  const at = listener.floor === null ? path : [...path, listener.to];
  const make = listener.floor === null ? wrong : wrongKey;
  if (!declared.includes(listener.to)) {
    const { message, suggestion } = noSuch('destination', listener.to, declared);
    return [make(at, message, suggestion?.startsWith('did') ? suggestion : PLACE_HINT[kind])];
  }
  const found = destinations.get(listener.to)?.value;
  const fits = found === undefined || found[kind] !== null;
  return fits ? [] : [make(at, `\`${listener.to}\` is no ${kind} destination`, PLACE_HINT[kind])];
}

/** Every channel, as every team hears it, has somebody who hears all of it. */
function checkReach(parts: Parts): readonly Finding[] {
  const destinations = compileDestinations(parts, () => '');
  const kinds = kindsOf(destinations);
  const kindOf = (name: string) => kinds.get(name) ?? null;
  return CHANNELS.flatMap((channel) => {
    if (!parts.channels[channel].whole) return [];
    const members = parts.channels[channel].entries.map(({ value }) => listen(value));
    if (!hearsEverything(members)) return [unheard(['channels', channel], channel, members.length)];
    return parts.teams.flatMap(({ path, value }) => {
      const own = ownListeners(value, channel, destinations);
      if (hearsEverything(membersFor(members, own, kindOf))) return [];
      const all = `with its own destinations, nobody hears all of ${channel} for the team ${value.name}`;
      return [wrong(path, all, 'leave one of its destinations without a severity')];
    });
  });
}

function unheard(path: Path, channel: Channel, members: number): Finding {
  if (members === 0) return wrong(path, `nobody hears ${channel}`, 'name a destination: [slack-alert]');
  return wrong(path, `nobody hears all of ${channel}`, 'leave one destination without a severity');
}

/** Names are told apart by what they name; those of the built-in severity rules are taken. */
function checkNames(parts: Parts): readonly Finding[] {
  const builtIn = BUILT_IN_SEVERITIES.map(({ name }) => name);
  const taken = parts.severities.flatMap(({ path, value: { name } }) =>
    builtIn.includes(name)
      ? [
          wrong(
            [...path, 'name'],
            `\`${name}\` is a built-in rule`,
            'choose another name; yours is asked first in any case',
          ),
        ]
      : [],
  );
  return [
    ...taken,
    ...twice('team', parts.teams),
    ...twice('severity rule', parts.severities),
    ...twice('ignore rule', parts.ignore),
    ...twice('escalation', parts.escalate),
    ...twice('expectation', parts.expect),
    ...twice('silence', parts.silences),
    ...twice('window', parts.windows),
    ...twice('inhibition', parts.inhibit),
    ...twice('hold', parts.hold),
    ...twice('readiness', parts.readiness),
    ...twice('remind rule', parts.remind),
  ];
}

function twice(
  what: string,
  entries: readonly Entry<{ readonly name: string | null }>[],
): readonly Finding[] {
  const seen = new Set<string>();
  return entries.flatMap(({ path, value: { name } }) => {
    if (name === null) return [];
    if (!seen.has(name)) {
      seen.add(name);
      return [];
    }
    return [
      wrong([...path, 'name'], `there are two of the name \`${name}\`: ${what}`, 'give each its own name'),
    ];
  });
}

/** What must be silent for longer is no accident that somebody mends: it is ignored, or has its hours. */
const LONGEST_SILENCE_MS = 30 * 86_400_000;

function checkSilences({ silences, timezone }: Parts): readonly Finding[] {
  return silences.flatMap(({ path, value }): readonly Finding[] => {
    const ms = (endsAt(value.until, timezone) ?? 0) - momentOfStart(value.from, timezone);
    if (ms <= 0)
      return [wrong([...path, 'until'], '`until` is not after `from`', 'a silence ends after it begins')];
    return ms <= LONGEST_SILENCE_MS
      ? []
      : [
          wrong(
            [...path, 'until'],
            'a silence lasts 30 days at most',
            'for longer use `ignore`, or `windows` for its hours',
          ),
        ];
  });
}

const LONGEST_COUNT_MS = 86_400_000;

/** Counters across incidents are kept in ten slots for three days; a day is what they are good for. */
function checkEscalation({ path, value }: Entry<EscalatePart>): readonly Finding[] {
  const across = value.per.length > 0 || value.distinct !== null;
  return across && value.within > LONGEST_COUNT_MS
    ? [wrong([...path, 'within'], 'with `per` or `distinct` it is 24h at most', 'write 24h')]
    : [];
}
