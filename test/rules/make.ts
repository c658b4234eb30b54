import type { JsonObject } from '../../shared/model/json.ts';
import type { Level } from '../../shared/model/level.ts';
import type { Signal, SignalId } from '../../shared/model/signal.ts';
import { type Judge, makeJudge } from '../../shared/rules/judge.ts';
import { rulesFrom } from '../config/make.ts';

/** 2026-11-22T00:00:00Z. */
export const MORNING = Date.UTC(2026, 10, 22);

export function judgeFrom(source: string): Judge {
  return makeJudge(rulesFrom(source));
}

/** A log line of a checkout function, at ERROR unless told otherwise. */
export function line(level: Level | null, over: Partial<Signal> = {}): Signal {
  return {
    id: 'line-1' as SignalId,
    source: 'logs',
    kind: 'log line',
    status: 'firing',
    lifecycle: 'quiet',
    time: MORNING,
    account: '111122223333',
    region: 'ap-northeast-1',
    partition: 'aws',
    service: 'checkout',
    resource: null,
    logGroup: '/aws/lambda/checkout',
    logStream: 's',
    level,
    levelEvidence: null,
    title: 'the gateway refused the call',
    message: 'the gateway refused the call: code 51',
    identity: { by: 'text', errorType: null, text: over.message ?? 'the gateway refused the call: code 51' },
    remedy: null,
    places: [],
    tags: {},
    fields: null,
    detail: null,
    why: [],
    ...over,
  };
}

/** A signal of another source, with the facts that its source normalises. */
export function finding(source: string, fields: JsonObject, over: Partial<Signal> = {}): Signal {
  return line(null, {
    source,
    kind: source,
    lifecycle: source === 'guardduty' ? 'quiet' : 'states',
    service: source,
    logGroup: null,
    logStream: null,
    fields,
    detail: {},
    ...over,
  });
}
