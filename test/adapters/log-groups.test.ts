import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { expect, it, vi } from 'vitest';
import { makeLogGroups } from '../../shared/adapters/log-groups.ts';

function answering(...answers: readonly object[]) {
  const rest = [...answers];
  const send = vi.fn(async (_: { readonly input: object }) => rest.shift() ?? {});
  const client = Object.assign(new CloudWatchLogsClient({}), { send });
  return { groups: makeLogGroups(client), asked: () => send.mock.calls.map(([command]) => command.input) };
}

it('reads all pages of groups, with the ARN that tags are asked by', async () => {
  const { groups, asked } = answering(
    { logGroups: [{ logGroupName: '/a', arn: 'arn:a:*' }], nextToken: 'more' },
    { logGroups: [{ logGroupName: '/b', logGroupArn: 'arn:b', logGroupClass: 'INFREQUENT_ACCESS' }] },
  );
  expect(await groups.groups('/')).toEqual([
    { name: '/a', arn: 'arn:a', class: 'STANDARD' },
    { name: '/b', arn: 'arn:b', class: 'INFREQUENT_ACCESS' },
  ]);
  expect(asked()).toEqual([{ logGroupNamePrefix: '/' }, { logGroupNamePrefix: '/', nextToken: 'more' }]);
});

it('reads where an account policy leads; one that cannot be read leads nowhere', async () => {
  const { groups } = answering({
    accountPolicies: [
      { policyName: 'p', policyDocument: '{"DestinationArn":"arn:us"}', selectionCriteria: 'x' },
      { policyName: 'q', policyDocument: 'not JSON' },
    ],
  });
  expect(await groups.accountPolicies()).toEqual([
    { name: 'p', destination: 'arn:us', criteria: 'x' },
    { name: 'q', destination: '', criteria: '' },
  ]);
});

it('puts and deletes exactly one named filter', async () => {
  const { groups, asked } = answering();
  await groups.subscribe('/a', { name: 'hansho-prod-subscribe', destination: 'arn:us', pattern: '?ERROR' });
  await groups.unsubscribe('/a', 'hansho-prod-subscribe');
  expect(asked()).toEqual([
    {
      logGroupName: '/a',
      filterName: 'hansho-prod-subscribe',
      filterPattern: '?ERROR',
      destinationArn: 'arn:us',
    },
    { logGroupName: '/a', filterName: 'hansho-prod-subscribe' },
  ]);
});
