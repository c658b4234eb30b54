import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SNSClient } from '@aws-sdk/client-sns';
import { SSMClient } from '@aws-sdk/client-ssm';
import { CLIENT_OPTIONS } from '../adapters/clients.ts';
import { makeStore } from '../adapters/dynamodb.ts';
import { makeSecrets, type Secrets } from '../adapters/secrets.ts';
import { makeTopics } from '../adapters/sns.ts';
import type { LaneUrls } from '../adapters/sqs.ts';
import type { Home } from '../pipeline/expect.ts';
import type { Clock, Store, Topics } from '../pipeline/ports.ts';
import { type Env, need } from './env.ts';

/** The parts that more than one function is made of. Each reads only the variables of what it makes. */

export function wireStore(env: Env): Store {
  return makeStore(new DynamoDBClient(CLIENT_OPTIONS), need(env, 'HANSHO_TABLE'));
}

export function wireTopics(env: Env): Topics {
  return makeTopics(new SNSClient(CLIENT_OPTIONS), {
    alert: need(env, 'HANSHO_ALERT_TOPIC_ARN'),
    notify: need(env, 'HANSHO_NOTIFY_TOPIC_ARN'),
  });
}

/** The account, region and partition that the function runs in. */
export function wireHome(env: Env): Home {
  return {
    account: need(env, 'HANSHO_ACCOUNT'),
    region: need(env, 'AWS_REGION'),
    partition: need(env, 'HANSHO_PARTITION'),
  };
}

export function wireSecrets(clock: Clock): Secrets {
  return makeSecrets(new SSMClient(CLIENT_OPTIONS), clock);
}

export function signalsUrls(env: Env): LaneUrls {
  return {
    urgent: need(env, 'HANSHO_SIGNALS_URGENT_QUEUE_URL'),
    normal: need(env, 'HANSHO_SIGNALS_QUEUE_URL'),
  };
}

export function slackUrls(env: Env): LaneUrls {
  return {
    urgent: need(env, 'HANSHO_SLACK_URGENT_QUEUE_URL'),
    normal: need(env, 'HANSHO_SLACK_QUEUE_URL'),
  };
}

export function pagerdutyUrls(env: Env): LaneUrls {
  return {
    urgent: need(env, 'HANSHO_PAGERDUTY_URGENT_QUEUE_URL'),
    normal: need(env, 'HANSHO_PAGERDUTY_QUEUE_URL'),
  };
}
