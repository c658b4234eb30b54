import { SQSClient } from '@aws-sdk/client-sqs';
import { CLIENT_OPTIONS } from '../adapters/clients.ts';
import { makeUntrackedQueue } from '../adapters/sqs.ts';
import { within } from '../adapters/within.ts';
import type { TrackDeps } from '../pipeline/track.ts';
import { wireStore, wireTopics } from './aws.ts';
import { wireBase } from './base.ts';
import { type Env, need } from './env.ts';

/** The incidents table, the topics that its transitions are published to, and where to turn when the table is away. */
export function wireTrack(env: Env): TrackDeps {
  return {
    ...wireBase(env, 'track'),
    store: wireStore(env),
    topics: wireTopics(env),
    untracked: makeUntrackedQueue(new SQSClient(CLIENT_OPTIONS), {
      slack: need(env, 'HANSHO_SLACK_UNTRACKED_QUEUE_URL'),
      pagerduty: need(env, 'HANSHO_PAGERDUTY_UNTRACKED_QUEUE_URL'),
    }),
    within,
  };
}
