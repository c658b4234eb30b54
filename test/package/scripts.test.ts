import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { at, type JsonObject, text } from '../../shared/model/json.ts';

const require = createRequire(import.meta.url);
type Resolver = (context: {
  resolveVariable(address: string): Promise<unknown>;
}) => Promise<{ Resources: JsonObject }>;
const subscriptions: Resolver = require('../../scripts/log-subscriptions.cjs');

/** The subscription filters that serverless.yml gets for these log groups. */
async function filters(logGroups: unknown) {
  return Object.entries(await subscribed(logGroups, '')).map(([id, resource]) => ({
    ...(id.length > 255 ? { id } : {}),
    group: text(resource, 'Properties', 'LogGroupName'),
    filter: text(resource, 'Properties', 'FilterPattern'),
    waitsFor: at(resource, 'DependsOn'),
  }));
}

async function subscribed(logGroups: unknown, accountLogs: unknown): Promise<JsonObject> {
  const values = new Map<string, unknown>([
    ['self:custom.logGroups', logGroups],
    ['self:custom.accountLogs', accountLogs],
    ['self:functions', { 'intake-logs': {}, track: {} }],
    ['self:service', 'hansho'],
    ['sls:stage', 'dev'],
  ]);
  const { Resources } = await subscriptions({ resolveVariable: async (address) => values.get(address) });
  return Resources;
}

const one = (group: string, filter = '') => ({ group, filter, waitsFor: ['LogsMayInvoke'] });

describe('the log groups to subscribe', () => {
  it.each([
    { name: 'none', logGroups: '', wanted: [] },
    { name: 'none at all', logGroups: null, wanted: [] },
    { name: 'one', logGroups: '/aws/lambda/a', wanted: [one('/aws/lambda/a')] },
    { name: 'a list in a parameter', logGroups: '/a, /b ,', wanted: [one('/a'), one('/b')] },
    {
      name: 'a list with a filter',
      logGroups: ['/a', { logGroup: '/b', filter: '?ERROR ?WARN' }],
      wanted: [one('/a'), one('/b', '?ERROR ?WARN')],
    },
    {
      name: 'names that differ only in what an id cannot hold',
      logGroups: ['/a-b', '/ab'],
      wanted: [one('/a-b'), one('/ab')],
    },
    {
      name: 'names that differ only beyond what an id can hold',
      logGroups: [`/${'a'.repeat(400)}b`, `/${'a'.repeat(400)}c`],
      wanted: [one(`/${'a'.repeat(400)}b`), one(`/${'a'.repeat(400)}c`)],
    },
  ])('are $name', async ({ logGroups, wanted }) => {
    expect(await filters(logGroups)).toEqual(wanted);
  });

  it.each(['/aws/lambda/hansho-dev-track', '/aws/lambda/hansho-prod-intake-logs'])(
    'are never our own, of any stage: %s would read itself for ever',
    async (name) => {
      await expect(filters(['/a', name])).rejects.toThrow('is a log group of Hansho itself');
    },
  );

  it('are refused when they are no names', async () => {
    await expect(filters(['/a b'])).rejects.toThrow('"/a b" in serverless.yml is not a log group\'s name');
  });
});

describe('the subscription of the whole account', () => {
  const OWN = ['/aws/lambda/hansho-dev-intake-logs', '/aws/lambda/hansho-dev-track'];

  it.each(['', null, undefined, false, 'false'])('is not made for %j', async (accountLogs) => {
    expect(await subscribed('/a', accountLogs)).not.toHaveProperty('AccountLogs');
  });

  it.each<{ name: string; accountLogs: unknown; leftOut?: readonly string[]; filter?: string }>([
    { name: 'a parameter', accountLogs: 'true' },
    { name: 'a flag', accountLogs: true },
    { name: 'a filter', accountLogs: { filter: '{ $.level = "ERROR" }' }, filter: '{ $.level = "ERROR" }' },
    {
      name: 'a filter that looks like a variable',
      accountLogs: { filter: `$\{a}` },
      filter: `$\{!a}`,
    },
    { name: 'more to leave out', accountLogs: { except: ['/vpc/flow', '/a'] }, leftOut: ['/vpc/flow'] },
    { name: 'more in one text', accountLogs: { except: '/x, /y,' }, leftOut: ['/x', '/y'] },
  ])(
    'is one policy for $name: without our own groups, and those that have a filter already',
    async (given) => {
      const { accountLogs, leftOut = [], filter = '' } = given;
      const { AccountLogs: policy } = await subscribed('/a', accountLogs);
      expect(policy).toMatchObject({
        Type: 'AWS::Logs::AccountPolicy',
        DependsOn: ['LogsMayInvoke'],
        Properties: { PolicyName: 'hansho-dev', PolicyType: 'SUBSCRIPTION_FILTER_POLICY', Scope: 'ALL' },
      });
      const criteria = text(policy, 'Properties', 'SelectionCriteria') ?? '';
      expect(criteria).toMatch(/^LogGroupName NOT IN \[/);
      expect(JSON.parse(criteria.slice('LogGroupName NOT IN '.length))).toEqual([...OWN, '/a', ...leftOut]);
      expect(JSON.parse(text(policy, 'Properties', 'PolicyDocument', 'Fn::Sub') ?? '')).toEqual({
        DestinationArn: `$\{IntakeDashlogsLambdaFunction.Arn}`,
        FilterPattern: filter,
      });
    },
  );

  it.each([
    { accountLogs: 'yes', says: 'true, false or { filter, except }' },
    { accountLogs: { except: ['/a b'] }, says: 'not a log group' },
    {
      accountLogs: { except: Array.from({ length: 100 }, (_, i) => `/${i}${'x'.repeat(400)}`) },
      says: 'too many log groups',
    },
  ])('is refused where it cannot be: $says', async ({ accountLogs, says }) => {
    await expect(subscribed('', accountLogs)).rejects.toThrow(says);
  });
});

describe('the PagerDuty keys that a role may read', () => {
  const { pagerDutyKeys } = require('../../scripts/secret-statements.cjs');
  // Law 2: what fires at a destination is resolved there, also after hansho.yml has lost it.
  const always = 'ssm:/hansho/pagerduty/*';
  it.each([
    { name: 'all in their folder, named or not', rules: {}, keys: [] },
    {
      name: 'that folder once, whatever is named in it',
      rules: { destinations: { a: { pagerduty: 'ssm:/hansho/pagerduty/oncall' } } },
      keys: [],
    },
    {
      name: 'a destination’s elsewhere',
      rules: { destinations: { a: { pagerduty: 'ssm:/a' } } },
      keys: ['ssm:/a'],
    },
    {
      name: 'a secret’s',
      rules: { destinations: { a: { pagerduty: 'secretsmanager:a' } } },
      keys: ['secretsmanager:a'],
    },
    { name: 'a team’s own', rules: { teams: [{ name: 't', pagerduty: 'ssm:/t' }] }, keys: ['ssm:/t'] },
    {
      name: 'a team’s from a severity on',
      rules: { teams: [{ pagerduty: [{ 'ssm:/t': 'SEV2' }] }] },
      keys: ['ssm:/t'],
    },
    {
      name: 'each once, and nothing that is named for something else',
      rules: {
        destinations: { a: { pagerduty: 'ssm:/a' }, b: { pagerduty: 'ssm:/a' }, c: { slack: 'ssm:/c' } },
        teams: [{ pagerduty: 'oncall', runbook: 'ssm:/r' }],
      },
      keys: ['ssm:/a'],
    },
  ])('are $name', ({ rules, keys }) => {
    expect(pagerDutyKeys(rules)).toEqual([always, ...keys]);
  });
});
