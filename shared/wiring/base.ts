import rules from 'hansho:rules';
import { makeLog } from '../adapters/log.ts';
import { makeMetrics } from '../adapters/metrics.ts';
import type { Clock, Log, Metrics } from '../pipeline/ports.ts';
import { type Judge, makeJudge } from '../rules/judge.ts';
import { type Env, need } from './env.ts';

/** What every function has. */
export interface Base {
  readonly judge: Judge;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** The rules that the function was built with, a clock, a log, metrics. */
export function wireBase(env: Env, name: string): Base {
  const clock: Clock = Date.now;
  return {
    judge: makeJudge(rules),
    clock,
    log: makeLog(name, clock),
    metrics: makeMetrics(need(env, 'HANSHO_STAGE'), clock),
  };
}
