import { join } from 'node:path';
import { type AsyncInvoker, asyncInvoker } from './async-invoke.ts';
import type { DeadLetters } from './dead-letters.ts';
import { type Lambda, startLambda } from './lambda.ts';
import { pollQueue, runMail, runSchedule, type Source } from './sources.ts';
import type { Deployment, LambdaFunction, Mapping } from './template.ts';
import type { World } from './world.ts';

/** The deployed functions and everything that invokes them. */
export interface Functions {
  get(name: string): Lambda;
  async(name: string): AsyncInvoker;
  /** Invocations that run or wait, asynchronous ones that wait to be tried again included. */
  busy(): readonly string[];
  /** Starts polling and the schedules. */
  start(): void;
  warm(): void;
  /** Takes nothing new. */
  stopSources(): void;
  stop(): Promise<void>;
}

export interface FunctionsOptions {
  readonly bundles: string;
  readonly world: World;
  readonly deadLetters: DeadLetters;
  readonly environment: Readonly<Record<string, string>>;
  readonly sweepEveryMs: number | null;
  readonly realDelays: boolean;
  readonly onLog: (functionName: string, text: string) => void;
  readonly onEnd: (functionName: string) => void;
}

/** Two cores run it all; more environments would only wait for each other. */
const CONCURRENCY = 2;
/** A failed message comes back after this, doubling up to the last, s; a failed asynchronous event after these, ms. AWS takes minutes. */
const FAILED_FOR_SECONDS = { first: 0.25, last: 2 };
const ASYNC_DELAYS_MS = [1_000, 2_000];
const REAL_ASYNC_DELAYS_MS = [60_000, 120_000];
/** Windows save invocations on AWS. Here they would only be waited for. */
const LONGEST_WINDOW_MS = 200;
/** The canary comes every minute, so that somebody who watches sees it come. */
const LONGEST_MAIL_MS = 60_000;

export function startFunctions(deployment: Deployment, options: FunctionsOptions): Functions {
  const { world, realDelays } = options;
  const lambdas = new Map(
    deployment.functions.map((spec) => [spec.name, makeLambda(spec, deployment, options)]),
  );
  const invokers = new Map(
    deployment.functions.map((spec) => [spec.name, makeInvoker(spec, lambdaOf(lambdas, spec.name), options)]),
  );
  let sources: readonly Source[] = [];
  const poll = (mapping: Mapping): Source =>
    pollQueue(mapping, {
      queue: world.queue(mapping.queueArn),
      queueOf: (arn) => world.queue(arn),
      lambda: lambdaOf(lambdas, mapping.function),
      concurrency: concurrencyOf(mapping),
      windowMs: realDelays ? mapping.windowMs : Math.min(mapping.windowMs, LONGEST_WINDOW_MS),
      failedForSeconds: realDelays
        ? null
        : (received) => Math.min(FAILED_FOR_SECONDS.first * 2 ** (received - 1), FAILED_FOR_SECONDS.last),
    });
  return {
    get: (name) => lambdaOf(lambdas, name),
    async: (name) => invokers.get(name) ?? missing(name),
    busy: () => [
      ...[...lambdas.values()].filter((f) => f.busy() > 0).map((f) => `${f.name} runs (${f.busy()})`),
      ...[...invokers]
        .filter(([, i]) => i.busy() > 0)
        .map(([name, i]) => `${name} is to be invoked (${i.busy()})`),
    ],
    start: () => {
      sources = [
        ...deployment.mappings.map(poll),
        ...deployment.schedules.map((schedule) =>
          runSchedule(
            schedule,
            lambdaOf(lambdas, schedule.function),
            options.sweepEveryMs ?? schedule.everyMs,
          ),
        ),
        ...deployment.mails.map((mail) =>
          runMail(mail, world.send, realDelays ? mail.everyMs : Math.min(mail.everyMs, LONGEST_MAIL_MS)),
        ),
      ];
    },
    warm: () => {
      for (const lambda of lambdas.values()) lambda.warm();
    },
    stopSources: () => {
      for (const source of sources) source.stop();
      for (const invoker of invokers.values()) invoker.stop();
    },
    stop: async () => {
      await Promise.all([...lambdas.values()].map((lambda) => lambda.stop()));
    },
  };
}

function makeLambda(spec: LambdaFunction, { mappings }: Deployment, options: FunctionsOptions): Lambda {
  const lanes = mappings.filter((mapping) => mapping.function === spec.name).map(concurrencyOf);
  return startLambda(spec, {
    file: join(options.bundles, spec.name, 'index.js'),
    // Each lane has environments of its own, so that a storm in one never makes the other wait.
    concurrency: lanes.reduce((sum, n) => sum + n, 0) || (spec.name.startsWith('intake') ? CONCURRENCY : 1),
    environment: options.environment,
    onLog: options.onLog,
    onEnd: options.onEnd,
  });
}

function concurrencyOf({ maxConcurrency }: Mapping): number {
  return Math.min(maxConcurrency ?? CONCURRENCY, CONCURRENCY);
}

function makeInvoker(
  spec: LambdaFunction,
  lambda: Lambda,
  { world, deadLetters, realDelays }: FunctionsOptions,
): AsyncInvoker {
  return asyncInvoker(spec, {
    lambda,
    delaysMs: realDelays ? REAL_ASYNC_DELAYS_MS : ASYNC_DELAYS_MS,
    onFailure: async (record) => {
      if (spec.onFailure?.startsWith('arn:aws:sqs:')) world.send(spec.onFailure, JSON.stringify(record));
      else if (spec.onFailure !== null) await deadLetters.unread(record);
    },
  });
}

function lambdaOf(lambdas: ReadonlyMap<string, Lambda>, name: string): Lambda {
  return lambdas.get(name) ?? missing(name);
}

function missing(name: string): never {
  throw new Error(`The compiled template has no function ${name}.`);
}
