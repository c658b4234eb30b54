import type { SQSEvent } from 'aws-lambda';
import { eachTelling, lambda, tellWork } from '../shared/wiring/handle.ts';
import { wireTellPagerDuty } from '../shared/wiring/tell-pagerduty.ts';

const deps = wireTellPagerDuty(process.env);

/** The PagerDuty queues hand over wake-ups, and what could not be tracked; only what the pipeline itself cannot do fails, PagerDuty's refusals are state. */
export const handler = lambda(deps.log, async ({ Records }: SQSEvent) =>
  eachTelling(Records, tellWork(deps), deps.log),
);
