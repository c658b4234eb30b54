import type { DestinationKind } from '../model/decision.ts';
import type { ChannelMember } from '../model/rules.ts';

/**
 * Who hears a channel on behalf of a team: the team's own destinations take the place of the channel's of the
 * same kind; the channel's others stay. `own` is null for a channel that the team leaves as it is.
 */
export function membersFor(
  channel: readonly ChannelMember[],
  own: readonly ChannelMember[] | null,
  kindOf: (destination: string) => DestinationKind | null,
): readonly ChannelMember[] {
  if (own === null || own.length === 0) return channel;
  const replaced = new Set(own.map((member) => kindOf(member.destination)));
  return [...own, ...channel.filter((member) => !replaced.has(kindOf(member.destination)))];
}

/** True when every signal of a channel reaches somebody: one member hears without a floor. */
export function hearsEverything(members: readonly ChannelMember[]): boolean {
  return members.some(({ floor }) => floor === null || floor === 'SEV5');
}
