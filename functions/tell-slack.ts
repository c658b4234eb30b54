import type { SQSEvent } from 'aws-lambda';
import { eachTelling, lambda, tellWork } from '../shared/wiring/handle.ts';
import { wireTellSlack } from '../shared/wiring/tell-slack.ts';

const deps = wireTellSlack(process.env);

/** The Slack queues hand over wake-ups, and what could not be tracked; only what the pipeline itself cannot do fails, Slack's refusals are state. */
export const handler = lambda(deps.log, async ({ Records }: SQSEvent) =>
  eachTelling(Records, tellWork(deps), deps.log),
);
