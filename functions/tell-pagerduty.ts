import type { SQSEvent } from 'aws-lambda';
import { tell } from '../shared/pipeline/tell.ts';
import { eachWake, lambda } from '../shared/wiring/handle.ts';
import { wireTellPagerDuty } from '../shared/wiring/tell-pagerduty.ts';

const deps = wireTellPagerDuty(process.env);

/** The PagerDuty queues hand over wake-ups; only what the pipeline itself cannot do fails, PagerDuty's refusals are state. */
export const handler = lambda(deps.log, async ({ Records }: SQSEvent) =>
  eachWake(Records, (wake) => tell(wake, deps), deps.log),
);
