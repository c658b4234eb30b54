import type { Routing, Target } from '../model/decision.ts';
import type { ChannelMember, DestinationRule, Rules } from '../model/rules.ts';
import { atLeast, laneOf } from '../model/severity.ts';
import type { Why } from '../model/why.ts';
import { whyOf } from './compiled.ts';
import { byMinute } from './hold.ts';
import { membersFor } from './members.ts';
import { watchersOf } from './readiness.ts';

export interface Routed {
  readonly targets: readonly Target[];
  readonly why: readonly Why[];
}

type Destinations = ReadonlyMap<string, DestinationRule>;

/** Makes the answer to "who is told?". It is worked out once for each severity, channel, team and state of the hours. */
export function makeRoute(rules: Rules): (about: Routing) => Routed {
  const known = new Map<string, Routed>();
  const closedAt = makeClosed(rules.destinations);
  return (about) => {
    const closed = closedAt(about.at);
    const key = `${about.severity} ${about.channel} ${about.team ?? ''} ${about.also.join(',')} ${closed.join(' ')}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const routed = route(about, rules, closed);
    known.set(key, routed);
    return routed;
  };
}

/** The names of the destinations outside their hours at a moment. */
function makeClosed(destinations: readonly DestinationRule[]): (at: number) => readonly string[] {
  const withHours = destinations.flatMap(({ name, hours }) =>
    hours === null ? [] : [{ name, open: byMinute({ ...hours, months: [] }) }],
  );
  return (at) => withHours.flatMap(({ name, open }) => (open(at) === null ? [name] : []));
}

function route({ severity, channel, team, also }: Routing, rules: Rules, closed: readonly string[]): Routed {
  const destinations: Destinations = new Map(rules.destinations.map((one) => [one.name, one]));
  const owner = rules.teams.find(({ name }) => name === team);
  const own = owner?.destinations[channel] ?? null;
  const kindOf = (name: string) => destinations.get(name)?.kind ?? null;
  const others = rules.teams.filter(({ name }) => also.includes(name));
  const theirs = [own, ...others.map((one) => one.destinations[channel])].flatMap((members) =>
    membersFor(rules.channels[channel], members, kindOf),
  );
  const nobodys = owner === undefined ? (rules.unowned ?? null) : null;
  const watching = rules.readiness.flatMap((one) =>
    watchersOf(one, also, (name) => kindOf(name) === 'slack'),
  );
  const members = [...theirs, ...(nobodys === null ? [] : [nobodys]), ...watching];
  const hearing = members.filter(({ floor }) => floor === null || atLeast(severity, floor));
  // The check refuses a channel that can reach nobody; rules that never saw it must still not be silent.
  const fallsBack = hearing.length === 0;
  const called = fallsBack ? everybody(rules, members) : hearing;
  const urgent = laneOf(severity) === 'urgent';
  const told = targetsOf(
    called.flatMap((one) => inHours(one, closed, destinations, urgent)),
    destinations,
  );
  const by = own === null || owner === undefined ? { name: channel, at: rules.channelsAt[channel] } : owner;
  const text = fallsBack
    ? `nobody hears ${severity} in ${channel}: all are told, ${names(told)}`
    : toldBy(told, members, hearing);
  return {
    targets: told,
    why: [
      whyOf('route', by, text),
      ...(nobodys === null || !called.includes(nobodys) ? [] : [unownedWhy(nobodys)]),
      ...called.flatMap((one) => hoursWhy(one, closed, destinations, urgent)),
    ],
  };
}

function unownedWhy({ destination, at }: NonNullable<Rules['unowned']>): Why {
  return whyOf('route', { name: 'unowned', at }, `${destination} hears what no team owns`);
}

/** Outside its hours another hears for a destination; of what cannot wait for its people both do. */
function inHours(
  member: ChannelMember,
  closed: readonly string[],
  destinations: Destinations,
  urgent: boolean,
): readonly ChannelMember[] {
  const hours = destinations.get(member.destination)?.hours ?? null;
  if (hours === null || !closed.includes(member.destination)) return [member];
  const otherwise = { ...member, destination: hours.otherwise };
  return urgent || !destinations.has(hours.otherwise) ? [member, otherwise] : [otherwise];
}

function hoursWhy(
  { destination }: ChannelMember,
  closed: readonly string[],
  destinations: Destinations,
  urgent: boolean,
): readonly Why[] {
  const found = destinations.get(destination);
  if (found === undefined || found.hours === null || !closed.includes(destination)) return [];
  const how = urgent ? 'hears too' : 'hears in its place';
  return [whyOf('route', found, `outside the hours of ${destination}: ${found.hours.otherwise} ${how}`)];
}

function everybody(rules: Rules, members: readonly ChannelMember[]): readonly ChannelMember[] {
  return members.length > 0
    ? members
    : rules.destinations.map(({ name }) => ({ destination: name, floor: null }));
}

/** One target an address: two names of one place are told once. */
function targetsOf(members: readonly ChannelMember[], destinations: Destinations): readonly Target[] {
  const byAddress = new Map<string, Target>();
  for (const member of members) {
    const found = destinations.get(member.destination);
    if (found === undefined || byAddress.has(found.address)) continue;
    byAddress.set(found.address, { name: found.name, kind: found.kind, address: found.address });
  }
  return [...byAddress.values()];
}

function toldBy(
  told: readonly Target[],
  members: readonly ChannelMember[],
  hearing: readonly ChannelMember[],
): string {
  const left = members.filter(
    (member) => !hearing.includes(member) && !told.some(({ name }) => name === member.destination),
  );
  const leftOut = left.map(({ destination, floor }) => `${destination} hears ${floor} and worse`);
  return [`told to ${names(told)}`, ...leftOut].join('; ');
}

function names(targets: readonly Target[]): string {
  return targets.map(({ name }) => name).join(', ') || 'nobody: the rules have no destination';
}
