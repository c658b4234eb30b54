import type { AccountPolicy, LogFilter, LogGroup } from '../../shared/adapters/log-groups.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html, subscription filters. */
const FILTERS_OF_A_GROUP = 2;

/** A group that was asked for, and who hears it now. */
export interface Candidate {
  readonly group: LogGroup;
  readonly filters: readonly LogFilter[];
}

/** What every candidate is to get, and what stands in the way. */
export interface Wanted {
  /** The filter that `hansho subscribe` makes; its name is its own, so that it never touches another's. */
  readonly filter: LogFilter;
  /** Groups that begin so are Hansho's own, of whatever stage: two stages that read each other never end. */
  readonly ownPrefix: string;
  /** Groups of functions that Hansho's topics call, each with the topic: what they log would come back to them. */
  readonly loops: ReadonlyMap<string, string>;
  readonly policies: readonly AccountPolicy[];
}

/** What is to be done about one group, with the reason where nothing is. */
export type Step = { readonly group: string } & (
  | { readonly do: 'subscribe' | 'change' | 'remove' }
  /** As it should be. */
  | { readonly do: 'nothing'; readonly because: string }
  /** Left out on purpose. */
  | { readonly do: 'leave'; readonly because: string }
  /** Wanted and not possible; a person must decide. */
  | { readonly do: 'refuse'; readonly because: string }
);

/** Which groups are subscribed, which are not, and why. Asked again after it was carried out, it has nothing to do. */
export function planSubscribe(candidates: readonly Candidate[], wanted: Wanted): readonly Step[] {
  return candidates.map((candidate) => ({ group: candidate.group.name, ...stepOf(candidate, wanted) }));
}

type Bare = Step extends infer One ? (One extends Step ? Omit<One, 'group'> : never) : never;

function stepOf({ group, filters }: Candidate, wanted: Wanted): Bare {
  const { filter, ownPrefix, loops, policies } = wanted;
  if (group.name.startsWith(ownPrefix))
    return { do: 'leave', because: "Hansho's own: reading what it writes would never end" };
  const topic = loops.get(group.name);
  if (topic !== undefined)
    return { do: 'leave', because: `its function is called by ${topic}: what it logs would call it again` };
  const ours = filters.find(({ name }) => name === filter.name);
  if (ours !== undefined)
    return ours.destination === filter.destination && ours.pattern === filter.pattern
      ? { do: 'nothing', because: `heard already, by the filter ${ours.name}` }
      : { do: 'change' };
  const same = filters.find(({ destination }) => destination === filter.destination);
  if (same !== undefined) return { do: 'nothing', because: `heard already, by the filter ${same.name}` };
  const policy = policies.find((one) => one.destination === filter.destination && covers(one, group.name));
  if (policy !== undefined)
    return { do: 'nothing', because: `heard already, by the account's policy ${policy.name}` };
  if (group.class !== 'STANDARD')
    return { do: 'refuse', because: `groups of the class ${group.class} cannot be subscribed` };
  if (filters.length >= FILTERS_OF_A_GROUP)
    return {
      do: 'refuse',
      because: `no room: ${filters.map(({ name }) => name).join(' and ')} take both of its filters. Remove one, or use the account's policy (docs/deploy.md, "Log groups")`,
    };
  return { do: 'subscribe' };
}

/** What `--remove` takes away: the filters that `hansho subscribe` made for this stage, and no others. */
export function planRemove(candidates: readonly Candidate[], filterName: string): readonly Step[] {
  return candidates.map(({ group, filters }): Step => {
    if (filters.some(({ name }) => name === filterName)) return { group: group.name, do: 'remove' };
    return { group: group.name, do: 'nothing', because: `has no filter ${filterName}` };
  });
}

/** AWS knows one form of criteria: `LogGroupName NOT IN ["a","b"]`. What reads otherwise is taken to cover nothing. */
function covers({ criteria }: AccountPolicy, group: string): boolean {
  if (criteria.trim() === '') return true;
  const listed = /^\s*LogGroupName\s+NOT\s+IN\s*\[(.*)\]\s*$/s.exec(criteria)?.[1];
  if (listed === undefined) return false;
  return ![...listed.matchAll(/["']([^"']*)["']/g)].some(([, name]) => name === group);
}
