import { SQSClient } from '@aws-sdk/client-sqs';
import { CLIENT_OPTIONS } from '../adapters/clients.ts';
import { makeSignalQueue, makeWakeQueue } from '../adapters/sqs.ts';
import type { SweepDeps } from '../pipeline/sweep.ts';
import { pagerdutyUrls, signalsUrls, slackUrls, wireHome, wireStore, wireTopics } from './aws.ts';
import { wireBase } from './base.ts';
import type { Env } from './env.ts';

/** The incidents table, every tell queue to wake, and the depth of the signals queues. */
export function wireSweep(env: Env): SweepDeps {
  const base = wireBase(env, 'sweep');
  const sqs = new SQSClient(CLIENT_OPTIONS);
  return {
    ...base,
    store: wireStore(env),
    topics: wireTopics(env),
    signals: makeSignalQueue(sqs, signalsUrls(env), base.log),
    home: wireHome(env),
    wakes: makeWakeQueue(sqs, { slack: slackUrls(env), pagerduty: pagerdutyUrls(env) }),
  };
}
