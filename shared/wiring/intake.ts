import { SQSClient } from '@aws-sdk/client-sqs';
import { makeArchive } from '../adapters/archive.ts';
import { CLIENT_OPTIONS } from '../adapters/clients.ts';
import { makeSignalQueue } from '../adapters/sqs.ts';
import { makeBeats } from '../pipeline/expect.ts';
import type { IntakeDeps } from '../pipeline/intake.ts';
import { signalsUrls, wireHome } from './aws.ts';
import { wireBase } from './base.ts';
import type { Env } from './env.ts';

/** Both ways in: rules, and the signals queues to write to. */
export function wireIntake(env: Env, name: string): IntakeDeps {
  const base = wireBase(env, name);
  return {
    ...base,
    signals: makeSignalQueue(new SQSClient(CLIENT_OPTIONS), signalsUrls(env), base.log),
    ...wireHome(env),
    beats: makeBeats(),
    ...(env.HANSHO_ARCHIVE === 'on' ? { archive: makeArchive() } : {}),
  };
}
