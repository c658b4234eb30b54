import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { SQSClient } from '@aws-sdk/client-sqs';
import { CLIENT_OPTIONS } from '../adapters/clients.ts';
import { makePagerDuty } from '../adapters/pagerduty.ts';
import { makeWakeQueue } from '../adapters/sqs.ts';
import { within } from '../adapters/within.ts';
import { pagerDutyOutcome } from '../destinations/pagerduty/errors.ts';
import { planPagerDuty } from '../destinations/pagerduty/plan.ts';
import { endUntrackedPagerDuty, untrackedPagerDuty } from '../destinations/pagerduty/untracked.ts';
import type { PagerDutyCall } from '../model/telling.ts';
import type { UntrackedDeps } from '../pipeline/untracked.ts';
import { pagerdutyUrls, wireSecrets, wireStore } from './aws.ts';
import { wireBase } from './base.ts';
import { type Env, need } from './env.ts';

/** PagerDuty: its plan, its client, and the queues that wake it again. */
export function wireTellPagerDuty(env: Env): UntrackedDeps<PagerDutyCall> {
  const base = wireBase(env, 'tell-pagerduty');
  return {
    ...base,
    kind: 'pagerduty',
    plan: planPagerDuty,
    untracked: { compose: untrackedPagerDuty, end: endUntrackedPagerDuty },
    send: makePagerDuty({
      secret: wireSecrets(base.clock),
      eventsUrl: need(env, 'PAGERDUTY_EVENTS_URL'),
      outcome: pagerDutyOutcome,
      clock: base.clock,
    }),
    store: wireStore(env),
    wakes: makeWakeQueue(new SQSClient(CLIENT_OPTIONS), { pagerduty: pagerdutyUrls(env) }),
    sleep,
    within,
    nonce: randomUUID,
  };
}
