import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { SQSClient } from '@aws-sdk/client-sqs';
import { CLIENT_OPTIONS } from '../adapters/clients.ts';
import { makeSlack } from '../adapters/slack.ts';
import { makeWakeQueue } from '../adapters/sqs.ts';
import { within } from '../adapters/within.ts';
import { slackOutcome } from '../destinations/slack/errors.ts';
import { planSlack } from '../destinations/slack/plan.ts';
import { endUntrackedSlack, untrackedSlack } from '../destinations/slack/untracked.ts';
import type { SlackCall } from '../model/telling.ts';
import type { UntrackedDeps } from '../pipeline/untracked.ts';
import { slackUrls, wireSecrets, wireStore } from './aws.ts';
import { wireBase } from './base.ts';
import { type Env, need } from './env.ts';

/** Slack: its plan, its client with the bot token, and the queues that wake it again. */
export function wireTellSlack(env: Env): UntrackedDeps<SlackCall> {
  const base = wireBase(env, 'tell-slack');
  const secrets = wireSecrets(base.clock);
  const reference = need(env, 'HANSHO_SLACK_TOKEN');
  return {
    ...base,
    kind: 'slack',
    plan: planSlack,
    untracked: { compose: untrackedSlack, end: endUntrackedSlack },
    send: makeSlack({
      token: (fresh) => secrets(reference, fresh),
      apiUrl: need(env, 'SLACK_API_URL'),
      outcome: slackOutcome,
    }),
    store: wireStore(env),
    wakes: makeWakeQueue(new SQSClient(CLIENT_OPTIONS), { slack: slackUrls(env) }),
    sleep,
    within,
    nonce: randomUUID,
  };
}
