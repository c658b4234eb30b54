import { describe, expect, it } from 'vitest';
import { runSubscribe, type SubscribeOrder, type SubscribeWorld } from '../../cli/subscribe/run.ts';
import { subscribeTable, succeeded } from '../../cli/subscribe/words.ts';
import type { AccountPolicy, LogFilter } from '../../shared/adapters/log-groups.ts';
import type { Subscriber } from '../../shared/adapters/topics.ts';

const OURS = 'arn:aws:lambda:ap-northeast-1:111122223333:function:hansho-prod-intake-logs';
const VENDOR = 'arn:aws:lambda:ap-northeast-1:111122223333:function:vendor';
const FILTER = 'hansho-prod-subscribe';
const ORDER: SubscribeOrder = { prefixes: ['/'], tags: [], pattern: '', remove: false, dryRun: false };

interface Given {
  readonly filters?: readonly LogFilter[];
  readonly tags?: Record<string, string>;
  readonly class?: string;
  /** What AWS says when it is subscribed. */
  readonly refuses?: string;
}

/** An account with these groups, whose filters really change. */
function account(
  given: Record<string, Given>,
  { policies = [], subscribers = [], deployed = true } = {} as {
    policies?: readonly AccountPolicy[];
    subscribers?: readonly Subscriber[];
    deployed?: boolean;
  },
) {
  const filters = new Map(Object.entries(given).map(([name, one]) => [name, [...(one.filters ?? [])]]));
  const changes: string[] = [];
  const world: SubscribeWorld = {
    stage: 'prod',
    topics: {
      find: async (stack) =>
        new Map(
          deployed && stack === 'hansho-prod'
            ? [['AlertTopic', 'arn:aws:sns:ap-northeast-1:111122223333:hansho-prod-AlertTopic-A1']]
            : [],
        ),
      subscribers: async () => subscribers,
    },
    groups: {
      groups: async (prefix) =>
        Object.entries(given)
          .filter(([name]) => name.startsWith(prefix))
          .map(([name, one]) => ({ name, arn: `arn:${name}`, class: one.class ?? 'STANDARD' })),
      tags: async ({ name }) => new Map(Object.entries(given[name]?.tags ?? {})),
      filters: async (group) => filters.get(group) ?? [],
      accountPolicies: async () => policies,
      subscribe: async (group, filter) => {
        const refusal = given[group]?.refuses;
        if (refusal !== undefined) throw new Error(refusal);
        changes.push(`+ ${group}`);
        filters.set(group, [
          ...(filters.get(group) ?? []).filter(({ name }) => name !== filter.name),
          filter,
        ]);
      },
      unsubscribe: async (group, filterName) => {
        changes.push(`- ${group}`);
        filters.set(
          group,
          (filters.get(group) ?? []).filter(({ name }) => name !== filterName),
        );
      },
    },
  };
  const run = async (order: Partial<SubscribeOrder> = {}) => {
    const result = await runSubscribe({ ...ORDER, ...order }, world, String);
    if (result.is !== 'done') throw new Error(result.is);
    return result.steps;
  };
  return { run, world, filters, changes };
}

const filter = (name: string, destination = VENDOR, pattern = ''): LogFilter => ({
  name,
  destination,
  pattern,
});

describe('what is done about a log group', () => {
  it.each<{ what: string; group: string; given: Given; does: string; because?: RegExp }>([
    { what: 'nobody hears', group: '/ecs/web', given: {}, does: 'subscribe' },
    {
      what: 'one vendor hears',
      group: '/ecs/web',
      given: { filters: [filter('datadog')] },
      does: 'subscribe',
    },
    {
      what: 'two vendors hear',
      group: '/ecs/web',
      given: { filters: [filter('datadog'), filter('newrelic')] },
      does: 'refuse',
      because: /no room: datadog and newrelic take both/,
    },
    {
      what: 'is subscribed already',
      group: '/ecs/web',
      given: { filters: [filter('datadog'), filter(FILTER, OURS)] },
      does: 'nothing',
      because: /heard already, by the filter hansho-prod-subscribe/,
    },
    {
      what: 'serverless.yml subscribed',
      group: '/ecs/web',
      given: { filters: [filter('hansho-prod', OURS, '?ERROR')] },
      does: 'nothing',
      because: /heard already, by the filter hansho-prod$/,
    },
    {
      what: 'is subscribed with another pattern, in a full group',
      group: '/ecs/web',
      given: { filters: [filter('datadog'), filter(FILTER, OURS, '?ERROR')] },
      does: 'change',
    },
    {
      what: 'is of this stage itself',
      group: '/aws/lambda/hansho-prod-track',
      given: {},
      does: 'leave',
      because: /Hansho's own/,
    },
    {
      what: 'is of another stage, which may read this one',
      group: '/aws/lambda/hansho-dev-track',
      given: {},
      does: 'leave',
      because: /Hansho's own/,
    },
    { what: 'is merely called alike', group: '/aws/lambda/hanshofy', given: {}, does: 'subscribe' },
    {
      what: 'cannot be subscribed by its class',
      group: '/ecs/web',
      given: { class: 'INFREQUENT_ACCESS' },
      does: 'refuse',
      because: /INFREQUENT_ACCESS/,
    },
  ])('that $what: $does', async ({ group, given, does, because = /^/ }) => {
    const [step] = await account({ [group]: given }).run({ dryRun: true });
    expect(step?.do).toBe(does);
    expect(step !== undefined && 'because' in step ? step.because : '').toMatch(because);
  });

  it('whose function a topic of ours calls: left out, since its errors would call it again', async () => {
    const subscribers = [
      { protocol: 'lambda', endpoint: `${VENDOR}:live`, pending: false },
      { protocol: 'email', endpoint: 'ops@example.com', pending: false },
    ];
    const steps = await account({ '/aws/lambda/vendor': {}, '/aws/lambda/web': {} }, { subscribers }).run();
    expect(steps.map((step) => step.do)).toEqual(['leave', 'subscribe']);
    expect(steps[0]).toMatchObject({ because: expect.stringContaining('AlertTopic') });
  });

  it.each([
    { criteria: '', does: 'nothing' },
    { criteria: 'LogGroupName NOT IN ["/ecs/other"]', does: 'nothing' },
    { criteria: 'LogGroupName NOT IN ["/ecs/web", "/ecs/other"]', does: 'subscribe' },
    { criteria: 'something new', does: 'subscribe' },
  ])('under a policy of the account to us with criteria "$criteria": $does', async ({ criteria, does }) => {
    const policies = [{ name: 'hansho-prod', destination: OURS, criteria }];
    const [step] = await account({ '/ecs/web': {} }, { policies }).run();
    expect(step?.do).toBe(does);
  });

  it('under a policy of the account to somebody else: subscribe', async () => {
    const policies = [{ name: 'vendor', destination: VENDOR, criteria: '' }];
    expect((await account({ '/ecs/web': {} }, { policies }).run())[0]?.do).toBe('subscribe');
  });
});

describe('choosing', () => {
  const groups = {
    '/aws/lambda/pay-api': { tags: { team: 'payments', env: 'prod' } },
    '/aws/lambda/pay-web': { tags: { team: 'payments' } },
    '/ecs/pay': { tags: { team: 'payments', env: 'prod' } },
    '/ecs/web': {},
  };
  it.each<{ order: Partial<SubscribeOrder>; chosen: readonly string[] }>([
    { order: { prefixes: ['/ecs/'] }, chosen: ['/ecs/pay', '/ecs/web'] },
    {
      order: { prefixes: ['/ecs/p', '/ecs/', '/aws/lambda/pay-w'] },
      chosen: ['/aws/lambda/pay-web', '/ecs/pay', '/ecs/web'],
    },
    { order: { prefixes: [], tags: [['env', 'prod']] }, chosen: ['/aws/lambda/pay-api', '/ecs/pay'] },
    {
      order: {
        prefixes: ['/aws/'],
        tags: [
          ['team', 'payments'],
          ['env', 'prod'],
        ],
      },
      chosen: ['/aws/lambda/pay-api'],
    },
    { order: { prefixes: ['/nothing'] }, chosen: [] },
  ])('$order takes $chosen', async ({ order, chosen }) => {
    expect((await account(groups).run(order)).map(({ group }) => group)).toEqual(chosen);
  });
});

describe('acting', () => {
  it('subscribes what it can, once: asked again it has nothing to do', async () => {
    const { run, filters, changes } = account({
      '/ecs/full': { filters: [filter('a'), filter('b')] },
      '/ecs/web': {},
    });
    expect(succeeded(await run())).toBe(false);
    expect(filters.get('/ecs/web')).toEqual([filter(FILTER, OURS)]);
    expect((await run()).map((step) => step.do)).toEqual(['refuse', 'nothing']);
    expect(changes).toEqual(['+ /ecs/web']);
  });

  it('goes on after a group that AWS refuses, and says so', async () => {
    const { run, changes } = account({ '/ecs/a': { refuses: 'LimitExceeded' }, '/ecs/b': {} });
    const steps = await run();
    expect(changes).toEqual(['+ /ecs/b']);
    expect(succeeded(steps)).toBe(false);
    expect(subscribeTable(steps, false)).toBe(
      ['! /ecs/a  failed: Error: LimitExceeded', '+ /ecs/b  subscribed', '', '1 subscribed, 1 failed.'].join(
        '\n',
      ),
    );
  });

  it('changes nothing in a dry run', async () => {
    const { run, changes } = account({ '/aws/lambda/hansho-prod-track': {}, '/ecs/web': {} });
    const steps = await run({ dryRun: true });
    expect(changes).toEqual([]);
    expect(subscribeTable(steps, true).split('\n')).toEqual([
      "  /aws/lambda/hansho-prod-track  left out: Hansho's own: reading what it writes would never end",
      '+ /ecs/web                       to subscribe',
      '',
      '1 to subscribe, 1 left out. Nothing was changed (--dry-run).',
    ]);
    expect(succeeded(steps)).toBe(true);
  });

  it('removes what it made for this stage, and nothing else', async () => {
    const others = [filter('hansho-prod', OURS), filter('hansho-dev-subscribe', `${OURS}-dev`)];
    const { run, filters } = account({
      '/a': { filters: [filter(FILTER, OURS)] },
      '/b': { filters: others },
    });
    expect((await run({ remove: true })).map((step) => step.do)).toEqual(['remove', 'nothing']);
    expect(filters.get('/a')).toEqual([]);
    expect(filters.get('/b')).toEqual(others);
  });

  it('does nothing where the stage is not deployed', async () => {
    const { world, changes } = account({ '/ecs/web': {} }, { deployed: false });
    expect(await runSubscribe(ORDER, world, String)).toEqual({ is: 'not deployed' });
    expect(changes).toEqual([]);
  });
});
