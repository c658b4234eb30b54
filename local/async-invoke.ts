import type { Invocation, Lambda } from './lambda.ts';
import type { LambdaFunction } from './template.ts';

/** Lambda's queue for asynchronous invocations of one function. */
export interface AsyncInvoker {
  /** What became of the event: `kept` by the on-failure destination; `stopped`: everything ended before that. */
  invoke(event: string): Promise<'handled' | 'kept' | 'stopped'>;
  /** Events that run, wait, or wait to be tried again. */
  busy(): number;
  stop(): void;
}

/** What an on-failure destination receives (docs.aws.amazon.com/lambda, "Invoking a function asynchronously"). */
export interface FailureRecord {
  readonly version: '1.0';
  readonly timestamp: string;
  readonly requestContext: {
    readonly requestId: string;
    readonly functionArn: string;
    readonly condition: 'RetriesExhausted';
    readonly approximateInvokeCount: number;
  };
  readonly requestPayload: unknown;
  readonly responseContext: {
    readonly statusCode: 200;
    readonly executedVersion: '$LATEST';
    readonly functionError: 'Unhandled';
  };
  readonly responsePayload: { readonly errorType: string; readonly errorMessage: string };
}

export interface AsyncOptions {
  readonly lambda: Lambda;
  /** Waits before the second try, the third, …, ms. AWS: one minute, then two. */
  readonly delaysMs: readonly number[];
  /** Keeps what failed for good, durably. */
  readonly onFailure: (record: FailureRecord) => Promise<void>;
}

export function asyncInvoker(spec: LambdaFunction, options: AsyncOptions): AsyncInvoker {
  const sleeping = new Map<NodeJS.Timeout, () => void>();
  let busy = 0;
  let stopped = false;

  const sleep = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(() => {
        sleeping.delete(timer);
        resolve();
      }, ms);
      sleeping.set(timer, resolve);
    });

  /** The last failure, or null once it succeeded. */
  const attempt = async (event: string): Promise<(Invocation & { ok: false }) | null> => {
    for (let tries = 1; ; tries += 1) {
      const result = await options.lambda.invoke(event);
      if (result.ok) return null;
      if (tries > spec.retries || stopped) return result;
      await sleep(options.delaysMs[tries - 1] ?? options.delaysMs.at(-1) ?? 0);
    }
  };

  return {
    invoke: async (event) => {
      busy += 1;
      try {
        const failure = await attempt(event);
        if (failure === null) return 'handled';
        if (stopped) return 'stopped';
        await options.onFailure(recordOf(spec, event, failure));
        return 'kept';
      } finally {
        busy -= 1;
      }
    },
    busy: () => busy,
    stop: () => {
      stopped = true;
      for (const [timer, resolve] of sleeping) {
        clearTimeout(timer);
        resolve();
      }
      sleeping.clear();
    },
  };
}

function recordOf(spec: LambdaFunction, event: string, failure: Invocation & { ok: false }): FailureRecord {
  return {
    version: '1.0',
    timestamp: new Date().toISOString(),
    requestContext: {
      requestId: failure.requestId,
      functionArn: spec.arn,
      condition: 'RetriesExhausted',
      approximateInvokeCount: spec.retries + 1,
    },
    requestPayload: JSON.parse(event) as unknown,
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    responsePayload: { errorType: failure.type, errorMessage: failure.message },
  };
}
