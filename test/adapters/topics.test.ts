import { SNSClient } from '@aws-sdk/client-sns';
import { expect, it, vi } from 'vitest';
import { makeDeployedTopics } from '../../shared/adapters/topics.ts';

/** A client that answers these, in this order, whatever it is asked. */
function answering(...answers: readonly object[]): SNSClient {
  const rest = [...answers];
  return Object.assign(new SNSClient({}), { send: vi.fn(async () => rest.shift() ?? {}) });
}

const arn = (name: string) => `arn:aws:sns:ap-northeast-1:111122223333:${name}`;

it('finds topics by their names in the template, through all pages, and takes no other stage for it', async () => {
  const sns = answering(
    {
      Topics: [{ TopicArn: arn('other') }, { TopicArn: arn('hansho-prod-eu-OpsTopic-X1') }],
      NextToken: 'more',
    },
    { Topics: [{ TopicArn: arn('hansho-prod-OpsTopic-Aa1') }] },
  );
  expect(await makeDeployedTopics(sns).find('hansho-prod')).toEqual(
    new Map([['OpsTopic', arn('hansho-prod-OpsTopic-Aa1')]]),
  );
});

it('tells a subscriber that has not confirmed from one that has', async () => {
  const sns = answering({
    Subscriptions: [
      { Protocol: 'email', Endpoint: 'a@example.com', SubscriptionArn: 'PendingConfirmation' },
      { Protocol: 'email', Endpoint: 'b@example.com', SubscriptionArn: `${arn('t')}:u` },
    ],
  });
  expect(await makeDeployedTopics(sns).subscribers(arn('t'))).toEqual([
    { protocol: 'email', endpoint: 'a@example.com', pending: true },
    { protocol: 'email', endpoint: 'b@example.com', pending: false },
  ]);
});
