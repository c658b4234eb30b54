import { paginateListSubscriptionsByTopic, paginateListTopics, type SNSClient } from '@aws-sdk/client-sns';

export interface Subscriber {
  readonly protocol: string;
  readonly endpoint: string;
  /** SNS waits for its owner to confirm it, and sends nothing until then. */
  readonly pending: boolean;
}

/** A deployed stage's topics and who listens to them. All methods throw what AWS refuses. */
export interface DeployedTopics {
  /** ARNs, by their names in serverless.yml: `OpsTopic`. Empty: nothing of this stack is here. */
  find(stack: string): Promise<ReadonlyMap<string, string>>;
  subscribers(topicArn: string): Promise<readonly Subscriber[]>;
}

export function makeDeployedTopics(client: SNSClient): DeployedTopics {
  return {
    find: async (stack) => {
      const found = new Map<string, string>();
      for await (const { Topics = [] } of paginateListTopics({ client }, {}))
        for (const { TopicArn = '' } of Topics) {
          const name = TopicArn.slice(TopicArn.lastIndexOf(':') + 1);
          // A name in the template has no hyphen: `hansho-prod-` does not find what belongs to the stage `prod-eu`.
          const own =
            name.startsWith(`${stack}-`) && /^([A-Z]\w*)-\w+$/.exec(name.slice(stack.length + 1))?.[1];
          if (own) found.set(own, TopicArn);
        }
      return found;
    },
    subscribers: async (TopicArn) => {
      const found: Subscriber[] = [];
      for await (const { Subscriptions = [] } of paginateListSubscriptionsByTopic({ client }, { TopicArn }))
        for (const { Protocol = '', Endpoint = '', SubscriptionArn = '' } of Subscriptions)
          found.push({
            protocol: Protocol,
            endpoint: Endpoint,
            pending: SubscriptionArn === 'PendingConfirmation',
          });
      return found;
    },
  };
}
