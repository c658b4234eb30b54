import type { LogFilter, LogGroup, LogGroups } from '../../shared/adapters/log-groups.ts';
import type { DeployedTopics } from '../../shared/adapters/topics.ts';
import { type Candidate, planRemove, planSubscribe, type Step } from './plan.ts';

/** Which groups: those that begin with one of the prefixes (none: all) and bear every tag. */
export interface Selection {
  readonly prefixes: readonly string[];
  readonly tags: readonly (readonly [key: string, value: string])[];
}

export interface SubscribeWorld {
  readonly topics: DeployedTopics;
  readonly groups: LogGroups;
  readonly stage: string;
}

export interface SubscribeOrder extends Selection {
  readonly pattern: string;
  readonly remove: boolean;
  readonly dryRun: boolean;
}

/** What became of one group: its step, and why it failed where it did. */
export type Done = Step & { readonly failed?: string };

export type Result =
  | { readonly is: 'done'; readonly steps: readonly Done[] }
  | { readonly is: 'not deployed' };

/** Looks first, then acts, group by group; one that fails costs only itself. */
export async function runSubscribe(
  order: SubscribeOrder,
  { topics, groups, stage }: SubscribeWorld,
  explain: (error: unknown) => string,
): Promise<Result> {
  const stack = `hansho-${stage}`;
  const own = await topics.find(stack);
  const [topic] = own.values();
  if (topic === undefined) return { is: 'not deployed' };
  const candidates = await candidatesOf(await chosen(order, groups), groups);
  const filter = filterOf(topic, stack, order.pattern);
  const steps = order.remove
    ? planRemove(candidates, filter.name)
    : planSubscribe(candidates, {
        filter,
        ownPrefix: OWN_PREFIX,
        loops: await loopsOf(own, topics),
        policies: await groups.accountPolicies(),
      });
  if (order.dryRun) return { is: 'done', steps };
  const done: Done[] = [];
  for (const step of steps) done.push(await act(step, filter, groups, explain));
  return { is: 'done', steps: done };
}

/** The log groups of Hansho's functions, of every stage. */
export const OWN_PREFIX = '/aws/lambda/hansho-';

/** The name differs from the filters that serverless.yml makes, so that neither touches the other's. */
export function filterOf(topicArn: string, stack: string, pattern: string): LogFilter {
  const [, partition, , region, account] = topicArn.split(':');
  const destination = `arn:${partition}:lambda:${region}:${account}:function:${stack}-intake-logs`;
  return { name: `${stack}-subscribe`, destination, pattern };
}

async function chosen({ prefixes, tags }: Selection, groups: LogGroups): Promise<readonly LogGroup[]> {
  const found = new Map<string, LogGroup>();
  for (const prefix of prefixes.length === 0 ? [''] : prefixes)
    for (const group of await groups.groups(prefix)) found.set(group.name, group);
  const named = [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  if (tags.length === 0) return named;
  const tagged: LogGroup[] = [];
  for (const group of named) {
    const has = await groups.tags(group);
    if (tags.every(([key, value]) => has.get(key) === value)) tagged.push(group);
  }
  return tagged;
}

async function candidatesOf(chosen: readonly LogGroup[], groups: LogGroups): Promise<readonly Candidate[]> {
  const candidates: Candidate[] = [];
  for (const group of chosen) candidates.push({ group, filters: await groups.filters(group.name) });
  return candidates;
}

/** Functions that somebody subscribed to a topic of ours: an error that one logs would be told to it again. */
export async function loopsOf(
  own: ReadonlyMap<string, string>,
  topics: Pick<DeployedTopics, 'subscribers'>,
): Promise<ReadonlyMap<string, string>> {
  const loops = new Map<string, string>();
  for (const [name, arn] of own)
    for (const { protocol, endpoint } of await topics.subscribers(arn)) {
      const called = /:function:([^:]+)/.exec(endpoint)?.[1];
      if (protocol === 'lambda' && called !== undefined) loops.set(`/aws/lambda/${called}`, name);
    }
  return loops;
}

async function act(
  step: Step,
  filter: LogFilter,
  groups: LogGroups,
  explain: (error: unknown) => string,
): Promise<Done> {
  try {
    switch (step.do) {
      case 'subscribe':
      case 'change':
        await groups.subscribe(step.group, filter);
        return step;
      case 'remove':
        await groups.unsubscribe(step.group, filter.name);
        return step;
      case 'nothing':
      case 'leave':
      case 'refuse':
        return step;
    }
  } catch (error) {
    return { ...step, failed: explain(error) };
  }
}
