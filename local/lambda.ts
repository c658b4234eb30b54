import { randomUUID } from 'node:crypto';
import { devNull } from 'node:os';
import { Worker } from 'node:worker_threads';
import { type Answer, type Call, WARM } from './lambda-messages.ts';
import { type LambdaFunction, REGION } from './template.ts';

/** What an invocation came to. `value`: the handler's answer as JSON text. */
export type Invocation =
  | { readonly ok: true; readonly requestId: string; readonly value: string }
  | { readonly ok: false; readonly requestId: string; readonly type: string; readonly message: string };

/** One deployed function. */
export interface Lambda {
  readonly name: string;
  /**
   * Never rejects. Waits for a free environment; the function's timeout counts from the start of the run.
   */
  invoke(event: string): Promise<Invocation>;
  /** Invocations that run or wait. */
  busy(): number;
  /** Loads the bundle in every environment now. */
  warm(): void;
  /** Ends it; what still runs fails. */
  stop(): Promise<void>;
}

export interface LambdaOptions {
  readonly file: string;
  /** Environments that may run at the same time. */
  readonly concurrency: number;
  /** Added to the template's own environment. */
  readonly environment: Readonly<Record<string, string>>;
  readonly onLog: (functionName: string, text: string) => void;
  /** An invocation has ended, well or not. */
  readonly onEnd: (functionName: string) => void;
}

interface Waiting {
  readonly call: Omit<Call, 'deadline'>;
  readonly resolve: (result: Invocation) => void;
}

interface Environment {
  readonly worker: Worker;
  current: Waiting | null;
  timer: NodeJS.Timeout | null;
}

const MIB_OF_CODE = 64;

/** Prepares a function; environments start when they are first needed. */
export function startLambda(spec: LambdaFunction, options: LambdaOptions): Lambda {
  const environments = new Set<Environment>();
  const waiting: Waiting[] = [];
  let stopped = false;

  const next = (): void => {
    for (const environment of environments) {
      if (environment.current === null && waiting.length > 0) run(environment);
    }
    while (waiting.length > 0 && environments.size < options.concurrency && !stopped) run(open());
  };

  const run = (environment: Environment): void => {
    const taken = waiting.shift();
    if (taken === undefined) return;
    environment.current = taken;
    environment.timer = setTimeout(() => {
      const message = `Task timed out after ${(spec.timeoutMs / 1_000).toFixed(2)} seconds`;
      lose(environment, 'Sandbox.Timedout', message);
    }, spec.timeoutMs);
    const call: Call = { ...taken.call, deadline: Date.now() + spec.timeoutMs };
    environment.worker.postMessage(call);
  };

  const settle = (environment: Environment, result: Invocation): void => {
    if (environment.timer !== null) clearTimeout(environment.timer);
    const { current } = environment;
    environment.current = null;
    environment.timer = null;
    current?.resolve(result);
    options.onEnd(spec.name);
  };

  /** The environment is gone: what ran in it failed, and a new one takes the next call. */
  const lose = (environment: Environment, type: string, message: string): void => {
    if (!environments.delete(environment)) return;
    const requestId = environment.current?.call.id;
    if (requestId !== undefined) {
      options.onLog(spec.name, `${new Date().toISOString()} ${requestId} ${message}\n`);
      settle(environment, { ok: false, requestId, type, message });
    }
    void environment.worker.terminate();
    next();
  };

  const open = (): Environment => {
    const worker = startWorker(spec, options);
    const environment: Environment = { worker, current: null, timer: null };
    environments.add(environment);
    worker.on('message', (answer: Answer) => {
      if (answer.is === 'log') return options.onLog(spec.name, answer.text);
      if (environment.current?.call.id !== answer.id) return;
      settle(environment, resultOf(answer));
      next();
    });
    worker.on('error', (error) => lose(environment, error.name, error.message));
    worker.on('exit', (code) => lose(environment, 'Runtime.ExitError', `Runtime exited with status ${code}`));
    return environment;
  };

  return {
    name: spec.name,
    invoke: (event) => {
      const id = randomUUID();
      if (stopped) return Promise.resolve(stoppedResult(id));
      return new Promise((resolve) => {
        waiting.push({ call: { id, event }, resolve });
        next();
      });
    },
    busy: () => waiting.length + [...environments].filter(({ current }) => current !== null).length,
    warm: () => {
      while (environments.size < options.concurrency && !stopped) open().worker.postMessage(WARM);
    },
    stop: async () => {
      stopped = true;
      for (const { call, resolve } of waiting.splice(0)) resolve(stoppedResult(call.id));
      const open = [...environments];
      environments.clear();
      await Promise.all(
        open.map((environment) => {
          const id = environment.current?.call.id ?? '';
          settle(environment, stoppedResult(id));
          return environment.worker.terminate();
        }),
      );
    },
  };
}

function resultOf(answer: Exclude<Answer, { is: 'log' }>): Invocation {
  return answer.is === 'done'
    ? { ok: true, requestId: answer.id, value: answer.value }
    : { ok: false, requestId: answer.id, type: answer.type, message: answer.message };
}

function stoppedResult(requestId: string): Invocation {
  return { ok: false, requestId, type: 'Stopped', message: 'hansho local is stopping' };
}

function startWorker(spec: LambdaFunction, options: LambdaOptions): Worker {
  return new Worker(new URL('./lambda-worker.ts', import.meta.url), {
    workerData: {
      file: options.file,
      functionName: spec.deployedName,
      functionArn: spec.arn,
      memoryMb: String(spec.memoryMb),
    },
    env: { ...spec.environment, ...runtimeEnvironment(spec), ...options.environment },
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: spec.memoryMb + MIB_OF_CODE },
  });
}

/** What the Lambda runtime sets, with credentials that open nothing and none of the user's own AWS settings. */
function runtimeEnvironment(spec: LambdaFunction): Readonly<Record<string, string>> {
  return {
    PATH: process.env.PATH ?? '',
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_LAMBDA_FUNCTION_NAME: spec.deployedName,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(spec.memoryMb),
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${spec.deployedName}`,
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
  };
}
