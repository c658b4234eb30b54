import { sweep } from '../shared/pipeline/sweep.ts';
import { lambda } from '../shared/wiring/handle.ts';
import { wireSweep } from '../shared/wiring/sweep.ts';

const deps = wireSweep(process.env);

/** The clock's tick, once a minute. A missed one is made up for by the next; a missing heartbeat raises an alarm. */
export const handler = lambda(deps.log, async () => sweep(deps));
