import {
  type CloudWatchLogsClient,
  DeleteSubscriptionFilterCommand,
  DescribeAccountPoliciesCommand,
  DescribeLogGroupsCommand,
  DescribeSubscriptionFiltersCommand,
  ListTagsForResourceCommand,
  PutSubscriptionFilterCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { text } from '../model/json.ts';

export interface LogGroup {
  readonly name: string;
  readonly arn: string;
  /** `STANDARD`, or a class that cannot be subscribed: `INFREQUENT_ACCESS`, `DELIVERY`. */
  readonly class: string;
}

/** A subscription filter of one group. */
export interface LogFilter {
  readonly name: string;
  readonly destination: string;
  readonly pattern: string;
}

/** A subscription policy of the whole account and Region. */
export interface AccountPolicy {
  readonly name: string;
  readonly destination: string;
  /** Which groups it leaves out: `LogGroupName NOT IN [...]`; empty: none. */
  readonly criteria: string;
}

/** The log groups of one account and Region, and who is subscribed to them. All methods throw what AWS refuses. */
export interface LogGroups {
  groups(prefix: string): Promise<readonly LogGroup[]>;
  tags(group: LogGroup): Promise<ReadonlyMap<string, string>>;
  filters(group: string): Promise<readonly LogFilter[]>;
  accountPolicies(): Promise<readonly AccountPolicy[]>;
  /** Makes or replaces the filter of this name. */
  subscribe(group: string, filter: LogFilter): Promise<void>;
  unsubscribe(group: string, filterName: string): Promise<void>;
}

export function makeLogGroups(client: Pick<CloudWatchLogsClient, 'send'>): LogGroups {
  return {
    groups: async (prefix) => {
      const found: LogGroup[] = [];
      let nextToken: string | undefined;
      do {
        const page = await client.send(
          new DescribeLogGroupsCommand({
            ...(prefix === '' ? {} : { logGroupNamePrefix: prefix }),
            nextToken,
          }),
        );
        for (const group of page.logGroups ?? []) {
          const { logGroupName: name = '', logGroupClass = 'STANDARD', logGroupArn, arn = '' } = group;
          found.push({ name, arn: logGroupArn ?? arn.replace(/:\*$/, ''), class: logGroupClass });
        }
        nextToken = page.nextToken;
      } while (nextToken !== undefined);
      return found;
    },
    tags: async ({ arn }) => {
      const { tags = {} } = await client.send(new ListTagsForResourceCommand({ resourceArn: arn }));
      return new Map(Object.entries(tags));
    },
    filters: async (group) => {
      const answer = await client.send(new DescribeSubscriptionFiltersCommand({ logGroupName: group }));
      return (answer.subscriptionFilters ?? []).map((filter) => ({
        name: filter.filterName ?? '',
        destination: filter.destinationArn ?? '',
        pattern: filter.filterPattern ?? '',
      }));
    },
    accountPolicies: async () => {
      const { accountPolicies = [] } = await client.send(
        new DescribeAccountPoliciesCommand({ policyType: 'SUBSCRIPTION_FILTER_POLICY' }),
      );
      return accountPolicies.map(({ policyName = '', policyDocument = '{}', selectionCriteria = '' }) => ({
        name: policyName,
        destination: destinationOf(policyDocument),
        criteria: selectionCriteria,
      }));
    },
    subscribe: async (group, { name, destination, pattern }) => {
      await client.send(
        new PutSubscriptionFilterCommand({
          logGroupName: group,
          filterName: name,
          filterPattern: pattern,
          destinationArn: destination,
        }),
      );
    },
    unsubscribe: async (group, filterName) => {
      await client.send(new DeleteSubscriptionFilterCommand({ logGroupName: group, filterName }));
    },
  };
}

function destinationOf(policyDocument: string): string {
  try {
    return text(JSON.parse(policyDocument), 'DestinationArn') ?? '';
  } catch {
    return '';
  }
}
