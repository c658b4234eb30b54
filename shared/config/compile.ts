import type { Address, DestinationKind, Target } from '../model/decision.ts';
import type {
  ChannelMember,
  DestinationRule,
  EscalateRule,
  ExpectRule,
  IgnoreRule,
  InhibitRule,
  RemindRule,
  Rules,
  SeverityRule,
  SilenceRule,
  TeamRule,
  TransientRule,
  WindowRule,
} from '../model/rules.ts';
import type { Channel } from '../model/severity.ts';
import { expectedOf } from './calendar.ts';
import { hoursOf } from './hours.ts';
import { EVERYTHING } from './match.ts';
import type { Entry, Parts } from './parts.ts';
import { addressOf, type Listener } from './places.ts';
import type { Path } from './problem.ts';
import { compileReadiness } from './readiness.ts';
import type { Sample } from './samples.ts';
import type {
  DestinationPart,
  EscalatePart,
  ExpectPart,
  HoldPart,
  IgnorePart,
  InhibitPart,
  RemindPart,
  SeverityPart,
  SilencePart,
  TeamPart,
  WindowPart,
} from './schema.ts';
import { endsAt, momentOfStart } from './times.ts';

/** `hansho.yml:12` for a place in the file. */
export type At = (path: Path, on?: 'key' | 'value') => string;

/** Checked parts as rules. Only for parts without findings. */
export function compileRules(parts: Parts, hash: string, at: At): Rules {
  const destinations = compileDestinations(parts, at);
  return {
    hash,
    language: parts.language,
    timezone: parts.timezone,
    destinations,
    channels: { alert: membersOf(parts, 'alert'), notify: membersOf(parts, 'notify') },
    channelsAt: { alert: at(['channels', 'alert'], 'key'), notify: at(['channels', 'notify'], 'key') },
    unowned: parts.unowned === null ? null : { ...listen(parts.unowned), at: at(['unowned'], 'key') },
    logs: parts.logs.map(({ path, value }) => ({ ...value, at: at(path) })),
    teams: parts.teams.map((team) => compileTeam(team, destinations, at)),
    severities: parts.severities.map((rule) => compileSeverity(rule, at)),
    ignore: parts.ignore.map((rule, i) => compileIgnore(rule, i, parts.timezone, at)),
    escalate: parts.escalate.map((rule, i) => compileEscalation(rule, i, at)),
    expect: parts.expect.map((rule) => compileExpectation(rule, at)),
    silences: parts.silences.map((rule, i) => compileSilence(rule, i, parts.timezone, at)),
    windows: parts.windows.map((rule) => compileWindow(rule, parts.timezone, at)),
    inhibit: parts.inhibit.map((rule) => compileInhibition(rule, at)),
    hold: parts.hold.map((rule, i) => compileHold(rule, i, at)),
    readiness: parts.readiness.map((entry) => compileReadiness(entry, parts.timezone, at(entry.path))),
    remind: parts.remind.map((rule) => compileReminder(rule, parts, at)),
    quiet: parts.quiet,
    storm: {
      cards: parts.storm.cards,
      pages: parts.storm.pages,
      calmMs: parts.storm.calm,
      at: parts.storm.written ? at(['storm'], 'key') : 'built-in',
    },
    reopenMs: parts.reopenMs,
  };
}

/** The declared destinations, then those that teams bring by writing a place in the place of a name. */
export function compileDestinations(parts: Parts, at: At): readonly DestinationRule[] {
  const declared = [...parts.destinations].map(([name, { path, value }]): DestinationRule => {
    return {
      ...placeOf(name, value),
      language: value.language ?? parts.language,
      mention: value.mention,
      fallback: value.fallback === null ? null : targetOf(value.fallback, parts),
      hours: hoursOf(
        value,
        value.otherwise === null ? null : targetOf(value.otherwise, parts),
        parts.timezone,
      ),
      at: at(path, 'key'),
    };
  });
  const byAddress = new Map(declared.map((one) => [one.address, one]));
  for (const team of parts.teams) {
    for (const brought of broughtBy(team, parts, at)) {
      if (!byAddress.has(brought.address)) byAddress.set(brought.address, brought);
    }
  }
  return [...byAddress.values()];
}

function placeOf(name: string, { slack, pagerduty }: DestinationPart): Target {
  const kind = slack === null ? 'pagerduty' : 'slack';
  return { name, kind, address: `${kind}:${slack ?? pagerduty}` as Address };
}

function targetOf(name: string, { destinations }: Parts): Target | null {
  const found = destinations.get(name);
  return found === undefined ? null : placeOf(name, found.value);
}

const TEAM_PLACES = [
  { key: 'slack', kind: 'slack', channel: 'alert' },
  { key: 'notify', kind: 'slack', channel: 'notify' },
  { key: 'pagerduty', kind: 'pagerduty', channel: 'alert' },
] as const satisfies readonly { key: keyof TeamPart; kind: DestinationKind; channel: Channel }[];

function broughtBy({ path, value }: Entry<TeamPart>, parts: Parts, at: At): readonly DestinationRule[] {
  return TEAM_PLACES.flatMap(({ key, kind }) => {
    const listener = value[key];
    const address = listener === null ? null : addressOf(kind, listener.to);
    if (address === null) return [];
    const name = `${value.name}/${key}`;
    return [
      {
        name,
        kind,
        address: address as Address,
        language: value.language ?? parts.language,
        mention: kind === 'slack' ? value.mention : null,
        fallback: null,
        hours: null,
        at: at([...path, key], 'key'),
      },
    ];
  });
}

/** Each destination's kind by name. */
export function kindsOf(destinations: readonly DestinationRule[]): ReadonlyMap<string, DestinationKind> {
  return new Map(destinations.map(({ name, kind }) => [name, kind]));
}

/** The members that a team sets for a channel; null when it leaves the channel as it is. */
export function ownListeners(
  team: TeamPart,
  channel: Channel,
  destinations: readonly DestinationRule[],
): readonly ChannelMember[] | null {
  const own = TEAM_PLACES.flatMap(({ key, kind, channel: where }) => {
    const listener = where === channel ? team[key] : null;
    if (listener === null) return [];
    const address = addressOf(kind, listener.to);
    const name = destinations.find((one) => one.address === address)?.name ?? listener.to;
    return [listen({ ...listener, to: name })];
  });
  return own.length === 0 ? null : own;
}

export function listen({ to, floor }: Listener): ChannelMember {
  return { destination: to, floor };
}

function membersOf(parts: Parts, channel: Channel): readonly ChannelMember[] {
  return parts.channels[channel].entries.map(({ value }) => listen(value));
}

function compileTeam(
  { path, value }: Entry<TeamPart>,
  destinations: readonly DestinationRule[],
  at: At,
): TeamRule {
  const { name, owns, runbook, continue: goesOn } = value;
  const own = {
    alert: ownListeners(value, 'alert', destinations),
    notify: ownListeners(value, 'notify', destinations),
  };
  return { name, owns, destinations: own, runbook, continue: goesOn, at: at(path) };
}

interface Proof {
  readonly examples: readonly Sample[];
  readonly counterexamples: readonly Sample[];
}

/** What is only asked before the rules ship is not shipped with them. */
function withoutProof<P extends Proof>({ examples, counterexamples, ...rule }: P): Omit<P, keyof Proof> {
  return rule;
}

/** The name of a rule whose author gave it none: its position. */
function nameOf({ name }: { readonly name: string | null }, what: string, i: number): string {
  return name ?? `${what}-${i + 1}`;
}

function compileSeverity({ path, value }: Entry<SeverityPart>, at: At): SeverityRule {
  return { ...withoutProof(value), at: at(path) };
}

function compileIgnore({ path, value }: Entry<IgnorePart>, i: number, timezone: string, at: At): IgnoreRule {
  return {
    ...withoutProof(value),
    name: nameOf(value, 'ignore', i),
    expires: endsAt(value.expires, timezone),
    at: at(path),
  };
}

function compileEscalation({ path, value }: Entry<EscalatePart>, i: number, at: At): EscalateRule {
  const { within, ...rest } = withoutProof(value);
  return { ...rest, name: nameOf(value, 'escalate', i), withinMs: within, at: at(path) };
}

function compileExpectation({ path, value }: Entry<ExpectPart>, at: At): ExpectRule {
  const { name, match, severity, why } = value;
  return { name, match, when: expectedOf(value), severity, why, at: at(path) };
}

function compileSilence(
  { path, value }: Entry<SilencePart>,
  i: number,
  timezone: string,
  at: At,
): SilenceRule {
  return {
    ...value,
    name: nameOf(value, 'silence', i),
    from: momentOfStart(value.from, timezone),
    until: endsAt(value.until, timezone) ?? 0,
    at: at(path),
  };
}

const WHOLE_DAY = { from: 0, until: 24 * 60 };

function compileWindow({ path, value }: Entry<WindowPart>, timezone: string, at: At): WindowRule {
  return {
    name: value.name,
    match: value.match ?? EVERYTHING,
    times: value.times ?? [WHOLE_DAY],
    days: value.days ?? [],
    months: value.months ?? [],
    timezone: value.timezone ?? timezone,
    gravest: value.gravest,
    reason: value.reason,
    at: at(path),
  };
}

function compileInhibition({ path, value }: Entry<InhibitPart>, at: At): InhibitRule {
  return { ...value, at: at(path) };
}

function compileHold({ path, value }: Entry<HoldPart>, i: number, at: At): TransientRule {
  return { name: nameOf(value, 'hold', i), match: value.match, forMs: value.for, at: at(path) };
}

/** Reminders are this far apart at most, unless the rule says otherwise. */
const LONGEST_PAUSE_MS = 4 * 3_600_000;

function compileReminder({ path, value }: Entry<RemindPart>, parts: Parts, at: At): RemindRule {
  const { name, match, every, max, broadcast, mention, after, tell } = value;
  const maxMs = max ?? Math.max(every ?? 0, LONGEST_PAUSE_MS);
  return {
    name,
    match,
    every: every === null ? null : { ms: every, maxMs, broadcast },
    afterMs: after ?? 0,
    mention,
    tell: tell.flatMap((one) => targetOf(one, parts) ?? []),
    at: at(path),
  };
}

/** A rule that can say what it must match, with what it says: for `hansho test`. */
export interface Claim {
  readonly rule: string;
  readonly at: string;
  readonly cases: readonly { readonly at: string; readonly sample: Sample; readonly matches: boolean }[];
}

/** The examples and counterexamples of all rules, in the order of the file. */
export function claimsOf(parts: Parts, at: At): readonly Claim[] {
  const claims = (entries: readonly Entry<Proof & { readonly name: string | null }>[], what: string) =>
    entries.map(({ path, value }, i): Claim => {
      const cases = (['examples', 'counterexamples'] as const).flatMap((key) =>
        value[key].map((sample, n) => ({ at: at([...path, key, n]), sample, matches: key === 'examples' })),
      );
      return { rule: nameOf(value, what, i), at: at(path), cases };
    });
  return [
    ...claims(parts.teams, 'team'),
    ...claims(parts.severities, 'severity'),
    ...claims(parts.ignore, 'ignore'),
    ...claims(parts.escalate, 'escalate'),
    ...claims(parts.expect, 'expect'),
  ].filter(({ cases }) => cases.length > 0);
}
