import { describe, expect, it } from 'vitest';
import { type DoctorWorld, examine, healthy, keysIn, type SlackAnswer } from '../../cli/doctor/checks.ts';
import { sendSignal } from '../../cli/doctor/signal.ts';
import { loadRules } from '../../shared/config/load.ts';
import { absorb } from '../../shared/incidents/absorb.ts';
import { DOORS } from '../../shared/model/canary.ts';
import type { Address } from '../../shared/model/decision.ts';
import type { AddressState } from '../../shared/model/telling.ts';
import { bundle, MINUTE, MORNING, policy, report, tally } from '../support/make.ts';

const ARN = 'arn:aws:sns:ap-northeast-1:111122223333:hansho-prod-OpsTopic-A1';
const LAMBDA = 'arn:aws:lambda:ap-northeast-1:111122223333:function:hansho-prod-intake-logs';
const SCOPES = ['chat:write', 'channels:history', 'groups:history', 'metadata.message:read', 'channels:read'];
const KEY = 'a'.repeat(32);

const RULES = `
language: en
timezone: UTC
destinations:
  calm: { slack: C0123456789 }
  oncall: { pagerduty: ssm:/hansho/pagerduty/oncall }
channels: { alert: [calm, oncall], notify: [calm] }
`;

interface Place {
  readonly slack: Record<string, Partial<SlackAnswer>>;
  readonly secrets: Record<string, string>;
  readonly keys: readonly string[] | null;
  readonly pending: boolean;
  readonly dead: number;
  readonly canaryAgoMs: number;
  readonly broken: boolean;
  readonly heard: readonly string[];
}

/** A deployment that is well, but for what is given. */
function place(given: Partial<Place> = {}): DoctorWorld {
  const loaded = loadRules(RULES, 'hansho.yml');
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const well: Place = {
    slack: {},
    secrets: { 'ssm:/token': 'xoxb-1', 'ssm:/hansho/pagerduty/oncall': KEY },
    keys: [KEY],
    pending: false,
    dead: 0,
    canaryAgoMs: MINUTE,
    broken: false,
    heard: ['/ecs/web'],
  };
  const { slack, secrets, keys, pending, dead, canaryAgoMs, broken, heard } = { ...well, ...given };
  const address: AddressState = {
    address: 'slack:C0123456789' as Address,
    version: 1,
    blockedUntil: 0,
    nextFreeAt: 0,
    channelId: null,
    broken: broken ? { since: 1, retryAt: 2, code: 'not_in_channel', hint: 'Invite the app.' } : null,
  };
  return {
    rules: loaded.rules,
    slackToken: 'ssm:/token',
    stack: {
      queues: [],
      table: async () => ({
        incidents: [],
        reports: new Map(),
        addresses: [address],
        heldBy: new Map(),
        sightings: DOORS.map((perch) => ({ perch, sentAt: 0, seenAt: MORNING - canaryAgoMs })),
      }),
      depths: async () => [
        { queue: 'SlackQueue', messages: 7 },
        { queue: 'SlackDeadQueue', messages: dead },
      ],
      send: async () => expect.unreachable('looking sends nothing'),
    },
    secret: async (reference) => {
      const value = secrets[reference];
      if (value === undefined) throw new Error(`${reference} does not exist`);
      return value;
    },
    slack: async (_token, method) => ({ error: null, scopes: SCOPES, body: {}, ...slack[method] }),
    pagerdutyKeys: keys === null ? null : async () => keys,
    aws: {
      name: 'hansho-prod',
      topics: {
        find: async () => new Map([['OpsTopic', ARN]]),
        subscribers: async () => [{ protocol: 'email', endpoint: 'ops@example.com', pending }],
      },
      groups: {
        groups: async () =>
          ['/aws/lambda/hansho-dev-track', '/ecs/web'].map((name) => ({
            name,
            arn: name,
            class: 'STANDARD',
          })),
        tags: async () => new Map(),
        filters: async (group) =>
          heard.includes(group) ? [{ name: 'x', destination: LAMBDA, pattern: '' }] : [],
        accountPolicies: async () => [],
        subscribe: async () => expect.unreachable('looking subscribes nothing'),
        unsubscribe: async () => expect.unreachable('looking changes nothing'),
      },
    },
    clock: () => MORNING,
  };
}

describe('looking at a deployment', () => {
  it('finds nothing to do where all is well', async () => {
    const findings = await examine(place());
    expect(findings.filter(({ is }) => is !== 'ok')).toEqual([]);
    expect(findings.map(({ check }) => check)).toEqual([
      'Slack token',
      'Slack scopes',
      'Slack channel calm',
      'PagerDuty key oncall',
      'Addresses',
      'Alarm mail',
      'Dead letters',
      'Canary',
      'Subscriptions',
    ]);
  });

  it.each<{ what: string; given: Partial<Place>; check: string; is?: 'skipped'; said: RegExp; next: RegExp }>(
    [
      {
        what: 'a token that Slack refuses',
        given: { slack: { 'auth.test': { error: 'token_revoked' } } },
        check: 'Slack token',
        said: /token_revoked/,
        next: /ssm:\/token/,
      },
      {
        what: 'a token that is not stored',
        given: { secrets: { 'ssm:/hansho/pagerduty/oncall': KEY } },
        check: 'Slack',
        said: /ssm:\/token does not exist/,
        next: /Mend/,
      },
      {
        what: 'a missing scope',
        given: { slack: { 'auth.test': { scopes: SCOPES.filter((s) => s !== 'metadata.message:read') } } },
        check: 'Slack scopes',
        said: /missing: metadata\.message:read/,
        next: /reinstall/,
      },
      {
        what: 'a channel without the app',
        given: { slack: { 'conversations.info': { body: { channel: { is_member: false } } } } },
        check: 'Slack channel calm',
        said: /not in/,
        next: /invite/,
      },
      {
        what: 'an archived channel',
        given: { slack: { 'conversations.info': { body: { channel: { is_archived: true } } } } },
        check: 'Slack channel calm',
        said: /archived/,
        next: /Unarchive/,
      },
      {
        what: 'a key that is no key',
        given: { secrets: { 'ssm:/token': 'xoxb-1', 'ssm:/hansho/pagerduty/oncall': 'todo' } },
        check: 'PagerDuty key oncall',
        said: /32/,
        next: /Events API v2/,
      },
      {
        what: 'a key that PagerDuty does not know',
        given: { keys: ['b'.repeat(32)] },
        check: 'PagerDuty key oncall',
        said: /no service/,
        next: /Events API v2/,
      },
      {
        what: 'a key that nobody could ask about',
        given: { keys: null },
        check: 'PagerDuty key oncall',
        is: 'skipped',
        said: /not asked/,
        next: /--pagerduty-token/,
      },
      {
        what: 'a broken address',
        given: { broken: true },
        check: 'Address slack:C0123456789',
        said: /not_in_channel/,
        next: /Invite/,
      },
      {
        what: 'an unconfirmed mail',
        given: { pending: true },
        check: 'Alarm mail',
        said: /ops@example\.com/,
        next: /confirm/,
      },
      {
        what: 'dead letters',
        given: { dead: 3 },
        check: 'Dead letters',
        said: /SlackDeadQueue: 3/,
        next: /dead-letters/,
      },
      {
        what: 'a canary that is late',
        given: { canaryAgoMs: 20 * MINUTE },
        check: 'Canary',
        said: /slack-urgent/,
        next: /operations/,
      },
      {
        what: 'no log group heard',
        given: { heard: [] },
        check: 'Subscriptions',
        said: /none of 2/,
        next: /subscribe/,
      },
      {
        what: 'a stage that hears another one',
        given: { heard: ['/aws/lambda/hansho-dev-track'] },
        check: 'Subscriptions',
        said: /circles: \/aws\/lambda\/hansho-dev-track/,
        next: /except/,
      },
    ],
  )('names $what and the next step', async ({ given, check, is = 'failed', said, next }) => {
    const findings = await examine(place(given));
    const found = findings.find((one) => one.check === check);
    expect(found).toMatchObject({ is, said: expect.stringMatching(said), next: expect.stringMatching(next) });
    expect(findings.filter((one) => one.is !== 'ok')).toHaveLength(1);
    expect(healthy(findings)).toBe(is === 'skipped');
  });

  it('never shows a secret', async () => {
    const findings = await examine(place({ keys: [], slack: { 'auth.test': { error: 'invalid_auth' } } }));
    expect(JSON.stringify(findings)).not.toMatch(/xoxb-1|aaaa/);
  });
});

it('reads the keys of PagerDuty’s services', () => {
  const services = [{ integrations: [{ integration_key: 'k1' }, {}] }, {}];
  expect(keysIn(services)).toEqual(['k1']);
});

describe('the test signal', () => {
  const options = { id: 't1', region: 'x', patienceMs: 5_000 };

  /** A stage in which every signal comes to this. */
  function stage(does: 'tells' | 'loses' | 'does not tell' | 'does not end') {
    let now = MORNING;
    let status: 'firing' | 'resolved' | null = null;
    const sent: string[] = [];
    const table = async () => {
      if (status === null || does === 'loses')
        return { incidents: [], reports: new Map(), addresses: [], heldBy: new Map(), sightings: [] };
      const words = report({ title: 'A test by hansho doctor (t1)' });
      const opened = absorb(
        null,
        bundle({ report: words, firing: [tally('a', MORNING)] }),
        policy,
        MORNING,
      ).incident;
      const facts = { ...opened.facts, status };
      const told =
        does === 'does not tell' || (does === 'does not end' && status === 'resolved') ? null : facts;
      const incident = {
        ...opened,
        facts,
        deliveries: opened.deliveries.map((one) => ({ ...one, announced: told })),
      };
      return {
        incidents: [incident],
        reports: new Map([[incident.id, words]]),
        addresses: [],
        heldBy: new Map(),
        sightings: [],
      };
    };
    const world = {
      clock: () => now,
      stack: {
        queues: [{ id: 'EventsQueue', url: 'q' }],
        depths: async () => [],
        table,
        send: async (_: unknown, body: string) => {
          sent.push(body);
          status = body.includes('"resolved"') ? 'resolved' : 'firing';
        },
      },
    };
    return {
      sent,
      run: () =>
        sendSignal(world, {
          ...options,
          sleep: async (ms) => {
            now += ms;
          },
        }),
    };
  }

  it('is sent, seen as told, ended and seen as told over', async () => {
    const { run, sent } = stage('tells');
    expect(await run()).toEqual([
      { check: 'Test signal', is: 'ok', said: expect.stringContaining('told over') },
    ]);
    expect(sent.map((body) => JSON.parse(body).detail)).toEqual([
      expect.objectContaining({ status: 'firing', severity: 'info', key: 't1' }),
      expect.objectContaining({ status: 'resolved', severity: 'info', key: 't1' }),
    ]);
  });

  it.each([
    { does: 'loses', said: 'it did not reach the table' },
    { does: 'does not tell', said: 'firing was not told at slack:#alert' },
    { does: 'does not end', said: 'resolved was not told at slack:#alert' },
  ] as const)('in a stage that $does it: $said', async ({ does, said }) => {
    const [finding] = await stage(does).run();
    expect(finding).toMatchObject({ is: 'failed', said: expect.stringContaining(said) });
    expect(finding?.next).toBeTruthy();
  });
});
