import type { Target } from '../model/decision.ts';
import type { ChannelMember, DestinationRule, Rules } from '../model/rules.ts';
import { atLeast, type Channel, type Severity } from '../model/severity.ts';
import type { Why } from '../model/why.ts';
import { membersFor } from './members.ts';

export interface Routed {
  readonly targets: readonly Target[];
  readonly why: readonly Why[];
}

interface About {
  readonly severity: Severity;
  readonly channel: Channel;
  readonly team: string | null;
}

/** Makes the answer to "who is told?". It is worked out once for each severity, channel and team. */
export function makeRoute(rules: Rules): (about: About) => Routed {
  const known = new Map<string, Routed>();
  return (about) => {
    const key = `${about.severity} ${about.channel} ${about.team ?? ''}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const routed = route(about, rules);
    known.set(key, routed);
    return routed;
  };
}

function route({ severity, channel, team }: About, rules: Rules): Routed {
  const destinations = new Map(rules.destinations.map((one) => [one.name, one]));
  const owner = rules.teams.find(({ name }) => name === team);
  const own = owner?.destinations[channel] ?? null;
  const members = membersFor(rules.channels[channel], own, (name) => destinations.get(name)?.kind ?? null);
  const hearing = members.filter(({ floor }) => floor === null || atLeast(severity, floor));
  // The check refuses a channel that can reach nobody; rules that never saw it must still not be silent.
  const fallsBack = hearing.length === 0;
  const told = targetsOf(fallsBack ? everybody(rules, members) : hearing, destinations);
  const by = own === null || owner === undefined ? { name: channel, at: rules.channelsAt[channel] } : owner;
  const text = fallsBack
    ? `nobody hears ${severity} in ${channel}: all are told, ${names(told)}`
    : toldBy(told, members, hearing);
  return { targets: told, why: [{ stage: 'route', rule: by.name, at: by.at, because: text }] };
}

function everybody(rules: Rules, members: readonly ChannelMember[]): readonly ChannelMember[] {
  return members.length > 0
    ? members
    : rules.destinations.map(({ name }) => ({ destination: name, floor: null }));
}

/** One target an address: two names of one place are told once. */
function targetsOf(
  members: readonly ChannelMember[],
  destinations: ReadonlyMap<string, DestinationRule>,
): readonly Target[] {
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
  const left = members.filter((member) => !hearing.includes(member));
  const leftOut = left.map(({ destination, floor }) => `${destination} hears ${floor} and worse`);
  return [`told to ${names(told)}`, ...leftOut].join('; ');
}

function names(targets: readonly Target[]): string {
  return targets.map(({ name }) => name).join(', ') || 'nobody: the rules have no destination';
}
