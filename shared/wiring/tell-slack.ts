import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { SQSClient } from '@aws-sdk/client-sqs';
import { CLIENT_OPTIONS } from '../adapters/clients.ts';
import { makeSlack, makeSlackReady, type SlackOptions } from '../adapters/slack.ts';
import { makeWakeQueue } from '../adapters/sqs.ts';
import { within } from '../adapters/within.ts';
import { aroundReply } from '../destinations/slack/around.ts';
import { slackOutcome } from '../destinations/slack/errors.ts';
import { planSlack } from '../destinations/slack/plan.ts';
import { endUntrackedSlack, untrackedSlack } from '../destinations/slack/untracked.ts';
import type { SlackCall } from '../model/telling.ts';
import { type AroundDeps, tellAround } from '../pipeline/around.ts';
import type { LinesAround } from '../pipeline/ports.ts';
import { voiceAt } from '../pipeline/tell.ts';
import type { UntrackedDeps } from '../pipeline/untracked.ts';
import type { Judge } from '../rules/judge.ts';
import { slackUrls, wireSecrets, wireStore } from './aws.ts';
import { wireBase } from './base.ts';
import { type Env, need } from './env.ts';

/** Slack: its plan, its client with the bot token, and the queues that wake it again. */
export function wireTellSlack(env: Env): UntrackedDeps<SlackCall> {
  const base = wireBase(env, 'tell-slack');
  const secrets = wireSecrets(base.clock);
  const reference = need(env, 'HANSHO_SLACK_TOKEN');
  const options: SlackOptions = {
    token: (fresh) => secrets(reference, fresh),
    apiUrl: need(env, 'SLACK_API_URL'),
    outcome: slackOutcome,
  };
  const send = makeSlack(options);
  const kind = 'slack';
  const store = wireStore(env);
  const { judge } = base;
  const aroundDeps: AroundDeps<SlackCall> = {
    ...base,
    kind,
    store,
    send,
    sleep,
    within,
    nonce: randomUUID,
    linesAround: lazyLinesAround(),
    reply: (lines, telling, address, handle, nonce) =>
      aroundReply(lines, telling, handle, nonce, voiceAt(address, judge).language),
  };
  return {
    ...base,
    kind,
    plan: planSlack,
    untracked: { compose: untrackedSlack, end: endUntrackedSlack },
    send,
    store,
    wakes: makeWakeQueue(new SQSClient(CLIENT_OPTIONS), { slack: slackUrls(env) }),
    sleep,
    within,
    nonce: randomUUID,
    ...(asksCanary(options, judge) ? { ready: makeSlackReady(options) } : {}),
    ...(env.HANSHO_LINES_AROUND === 'true'
      ? { opened: (telling, address, handle) => tellAround(telling, address, handle, aroundDeps) }
      : {}),
  };
}

/** Where no rule names a channel nobody needs a token; a stand-in on plain HTTP has none that could be revoked. */
function asksCanary({ apiUrl }: SlackOptions, { rules }: Judge): boolean {
  return apiUrl.startsWith('https:') && rules.destinations.some(({ kind }) => kind === 'slack');
}

/** Made when it is first needed: most invocations tell no new error, and none should start slower for it. */
function lazyLinesAround(): LinesAround {
  let made: Promise<LinesAround> | null = null;
  return async (place, eachWay) => {
    made ??= import('../adapters/lines-around.ts').then(({ makeLinesAround }) => makeLinesAround());
    return (await made)(place, eachWay);
  };
}
