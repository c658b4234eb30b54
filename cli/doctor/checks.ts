import type { LogGroups } from '../../shared/adapters/log-groups.ts';
import type { Stack } from '../../shared/adapters/stack.ts';
import type { DeployedTopics } from '../../shared/adapters/topics.ts';
import { DOORS } from '../../shared/model/canary.ts';
import { type Json, list, text } from '../../shared/model/json.ts';
import type { Rules } from '../../shared/model/rules.ts';
import { planSubscribe } from '../subscribe/plan.ts';
import { filterOf, loopsOf, OWN_PREFIX } from '../subscribe/run.ts';

/** What one check found, and what a person does next where it is not well. */
export interface Finding {
  readonly check: string;
  readonly is: 'ok' | 'failed' | 'skipped';
  readonly said: string;
  readonly next?: string;
}

/** Everything that the checks look at. null: not there in this place, or not asked for. */
export interface DoctorWorld {
  readonly rules: Rules;
  readonly stack: Pick<Stack, 'table' | 'depths' | 'send' | 'queues'>;
  /** @throws what a person must mend about a secret. */
  readonly secret: (reference: string) => Promise<string>;
  readonly slackToken: string;
  /** Slack's answer to a method; `scopes` as the answer's header lists them, null where it has none. */
  readonly slack: (
    token: string,
    method: string,
    args: { readonly [name: string]: string },
  ) => Promise<SlackAnswer>;
  /** All integration keys of the PagerDuty account, through its REST API. */
  readonly pagerdutyKeys: (() => Promise<readonly string[]>) | null;
  readonly aws: { readonly name: string; readonly topics: DeployedTopics; readonly groups: LogGroups } | null;
  readonly clock: () => number;
}

export interface SlackAnswer {
  /** Slack's error code, or null. */
  readonly error: string | null;
  readonly scopes: readonly string[] | null;
  readonly body: Json;
}

/** docs/slack-app.yml; both kinds of history, since a channel may be either. */
const SCOPES = ['chat:write', 'channels:history', 'groups:history', 'metadata.message:read'];
/** The canary sets out every 5 minutes; its alarm rings after three misses. */
const CANARY_LATE_MS = 15 * 60_000;
/** Asked one by one; an account with more is judged by its first. */
const MOST_GROUPS = 300;

const ok = (check: string, said: string): Finding => ({ check, is: 'ok', said });
const failed = (check: string, said: string, next: string): Finding => ({ check, is: 'failed', said, next });
const skipped = (check: string, said: string, next?: string): Finding => ({
  check,
  is: 'skipped',
  said,
  ...(next === undefined ? {} : { next }),
});

/** Looks at everything and changes nothing. A check that cannot be made is a finding too. */
export async function examine(world: DoctorWorld): Promise<readonly Finding[]> {
  const checks: readonly (readonly [string, (world: DoctorWorld) => Promise<readonly Finding[]>])[] = [
    ['Slack', slack],
    ['PagerDuty', pagerduty],
    ['Addresses', addresses],
    ['Alarm mail', alarmMail],
    ['Dead letters', deadLetters],
    ['Canary', canary],
    ['Subscriptions', subscriptions],
  ];
  const findings: Finding[] = [];
  for (const [name, check] of checks)
    findings.push(...(await check(world).catch((error: unknown) => [cannot(name, error)])));
  return findings;
}

function cannot(check: string, error: unknown): Finding {
  const why = error instanceof Error ? error.message : String(error);
  return failed(
    check,
    `could not be checked: ${why}`,
    'Mend that, or ask somebody whose credentials may look.',
  );
}

async function slack(world: DoctorWorld): Promise<readonly Finding[]> {
  const token = await world.secret(world.slackToken);
  const who = await world.slack(token, 'auth.test', {});
  if (who.error !== null)
    return [
      failed(
        'Slack token',
        `Slack refuses it: ${who.error}`,
        `Store a new bot token at ${world.slackToken}.`,
      ),
    ];
  const missing = who.scopes === null ? [] : SCOPES.filter((scope) => !who.scopes?.includes(scope));
  return [
    ok('Slack token', `${text(who.body, 'user') ?? 'the app'} in ${text(who.body, 'team') ?? 'a workspace'}`),
    missing.length === 0
      ? ok('Slack scopes', who.scopes === null ? 'not stated by Slack' : who.scopes.join(', '))
      : failed(
          'Slack scopes',
          `missing: ${missing.join(', ')}`,
          'Add them to the app (docs/slack-app.yml), then reinstall it.',
        ),
    ...(await channels(world, token, who.scopes ?? [])),
  ];
}

async function channels(
  world: DoctorWorld,
  token: string,
  scopes: readonly string[],
): Promise<readonly Finding[]> {
  const known = new Map((await world.stack.table()).addresses.map((one) => [one.address, one.channelId]));
  const findings: Finding[] = [];
  for (const { name, kind, address } of world.rules.destinations) {
    if (kind !== 'slack') continue;
    const check = `Slack channel ${name}`;
    const place = address.slice('slack:'.length);
    const id = /^[CDG][A-Z0-9]{8,}$/.test(place) ? place : (known.get(address) ?? null);
    if (id === null)
      findings.push(
        skipped(check, `${place}: its id is not known before something was told there`, 'Run with --signal.'),
      );
    else if (!scopes.includes('channels:read') && !scopes.includes('groups:read'))
      findings.push(ok(check, `${place} (${id}), told before; looking closer takes the scope channels:read`));
    else
      findings.push(inChannel(check, place, await world.slack(token, 'conversations.info', { channel: id })));
  }
  return findings;
}

function inChannel(check: string, place: string, { error, body }: SlackAnswer): Finding {
  if (error !== null)
    return failed(
      check,
      `${place}: ${error}`,
      'Invite the app there (/invite @hansho), or correct hansho.yml.',
    );
  if (text(body, 'channel', 'is_archived') === 'true')
    return failed(check, `${place} is archived`, 'Unarchive it, or name another in hansho.yml.');
  if (text(body, 'channel', 'is_member') === 'false')
    return failed(check, `the app is not in ${place}`, 'Invite it there: /invite @hansho.');
  return ok(check, place);
}

async function pagerduty(world: DoctorWorld): Promise<readonly Finding[]> {
  const all = await world.pagerdutyKeys?.();
  const findings: Finding[] = [];
  for (const { name, kind, address } of world.rules.destinations)
    if (kind === 'pagerduty')
      findings.push(await keyOf(`PagerDuty key ${name}`, address.slice('pagerduty:'.length), all, world));
  return findings;
}

/** The Events API can only be asked by sending an event: nobody is paged to see whether a key works. */
async function keyOf(
  check: string,
  reference: string,
  all: readonly string[] | undefined,
  { secret }: DoctorWorld,
): Promise<Finding> {
  const store = `Store the service's Events API v2 integration key at ${reference}.`;
  let key: string;
  try {
    key = await secret(reference);
  } catch (error) {
    return failed(check, error instanceof Error ? error.message : String(error), store);
  }
  if (!/^[0-9a-zA-Z]{32}$/.test(key)) return failed(check, 'is not 32 letters and digits', store);
  if (all === undefined)
    return skipped(
      check,
      'readable; whether PagerDuty knows it was not asked',
      'Name a REST API token with --pagerduty-token ssm:/path.',
    );
  return all.includes(key)
    ? ok(check, 'an integration of this PagerDuty account')
    : failed(check, 'no service of this PagerDuty account has it', store);
}

async function addresses({ stack }: DoctorWorld): Promise<readonly Finding[]> {
  const broken = (await stack.table()).addresses.flatMap((one) =>
    one.broken === null ? [] : [failed(`Address ${one.address}`, one.broken.code, one.broken.hint)],
  );
  return broken.length > 0 ? broken : [ok('Addresses', 'none is broken')];
}

async function alarmMail({ aws }: DoctorWorld): Promise<readonly Finding[]> {
  if (aws === null) return [skipped('Alarm mail', 'only a deployed stage has alarms')];
  const topic = (await aws.topics.find(aws.name)).get('OpsTopic');
  const mails = topic === undefined ? [] : await aws.topics.subscribers(topic);
  const pending = mails.filter(({ pending }) => pending).map(({ endpoint }) => endpoint);
  if (pending.length > 0)
    return [
      failed(
        'Alarm mail',
        `not confirmed by ${pending.join(', ')}`,
        'Open the mail that AWS sent and confirm it; deploying again sends another.',
      ),
    ];
  return [
    mails.length > 0
      ? ok('Alarm mail', mails.map(({ endpoint }) => endpoint).join(', '))
      : failed('Alarm mail', 'nobody hears of Hansho’s own failures', 'Deploy with --param="opsEmail=…".'),
  ];
}

async function deadLetters({ stack }: DoctorWorld): Promise<readonly Finding[]> {
  const dead = (await stack.depths()).filter(
    ({ queue, messages }) => queue.endsWith('DeadQueue') && messages > 0,
  );
  return dead.length === 0
    ? [ok('Dead letters', 'none')]
    : [
        failed(
          'Dead letters',
          dead.map(({ queue, messages }) => `${queue}: ${messages}`).join(', '),
          'npx hansho dead-letters list says what and why.',
        ),
      ];
}

/** It walks by the sweep to each door: where it comes out, queues, functions, table and sweep work. */
async function canary({ aws, stack, clock }: DoctorWorld): Promise<readonly Finding[]> {
  if (aws === null) return [skipped('Canary', 'only a deployed stage sends one')];
  const { sightings } = await stack.table();
  const late = DOORS.filter(
    (door) => clock() - (sightings.find(({ perch }) => perch === door)?.seenAt ?? 0) > CANARY_LATE_MS,
  );
  return late.length === 0
    ? [ok('Canary', 'comes out at every door')]
    : [
        failed(
          'Canary',
          `has not come out for 15 minutes at ${late.join(', ')}`,
          'A new stage needs some minutes; else see docs/operations.md, "The canary".',
        ),
      ];
}

async function subscriptions({ aws }: DoctorWorld): Promise<readonly Finding[]> {
  if (aws === null) return [skipped('Subscriptions', 'only a deployed stage has them')];
  const own = await aws.topics.find(aws.name);
  const filter = filterOf([...own.values()][0] ?? '', aws.name, '');
  const policies = (await aws.groups.accountPolicies()).filter(
    ({ destination }) => destination === filter.destination,
  );
  const loops = await loopsOf(own, aws.topics);
  const all = (await aws.groups.groups('')).slice(0, MOST_GROUPS);
  const heard: string[] = [];
  for (const group of all) {
    const filters = await aws.groups.filters(group.name);
    // Asked as if nothing were left out, so that a loop shows as what it is: heard.
    const [step] = planSubscribe([{ group, filters }], {
      filter: { ...filter, name: '' },
      ownPrefix: '\u0000',
      loops: new Map(),
      policies,
    });
    if (step?.do === 'nothing') heard.push(group.name);
  }
  const circles = heard.filter((name) => name.startsWith(OWN_PREFIX) || loops.has(name));
  if (circles.length > 0)
    return [
      failed(
        'Subscriptions',
        `go in circles: ${circles.join(', ')}`,
        'Take their filters away, or name them in custom.accountLogs.except (docs/deploy.md, "Log groups").',
      ),
    ];
  const looked = all.length === MOST_GROUPS ? `the first ${MOST_GROUPS}` : String(all.length);
  return heard.length > 0
    ? [ok('Subscriptions', `${heard.length} of ${looked} log groups are heard`)]
    : [
        failed(
          'Subscriptions',
          `none of ${looked} log groups is heard`,
          'npx hansho subscribe --prefix /aws/lambda/… (docs/deploy.md, "Log groups").',
        ),
      ];
}

/** `is` of the worst: whether anything failed. */
export function healthy(findings: readonly Finding[]): boolean {
  return findings.every(({ is }) => is !== 'failed');
}

/** The keys that a page of PagerDuty's services lists. */
export function keysIn(services: readonly Json[]): readonly string[] {
  return services.flatMap((service) =>
    list(service, 'integrations').flatMap((one) => text(one, 'integration_key') ?? []),
  );
}
