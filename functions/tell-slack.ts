import type { SQSEvent } from 'aws-lambda';
import { tell } from '../shared/pipeline/tell.ts';
import { eachWake, lambda } from '../shared/wiring/handle.ts';
import { wireTellSlack } from '../shared/wiring/tell-slack.ts';

const deps = wireTellSlack(process.env);

/** The Slack queues hand over wake-ups; only what the pipeline itself cannot do fails, Slack's refusals are state. */
export const handler = lambda(deps.log, async ({ Records }: SQSEvent) =>
  eachWake(Records, (wake) => tell(wake, deps), deps.log),
);
