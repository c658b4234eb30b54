import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { asyncInvoker, type FailureRecord } from '../../local/async-invoke.ts';
import { type Lambda, type LambdaOptions, startLambda } from '../../local/lambda.ts';
import type { LambdaFunction } from '../../local/template.ts';
import { temporary } from './fixture/make.ts';

const SPEC: LambdaFunction = {
  name: 'work',
  deployedName: 'hansho-dev-work',
  arn: 'arn:aws:lambda:ap-northeast-1:000000000000:function:hansho-dev-work',
  environment: { FROM_TEMPLATE: 'yes', AWS_ENDPOINT_URL_SQS: 'https://sqs.example.com' },
  timeoutMs: 20_000,
  memoryMb: 128,
  retries: 2,
  onFailure: null,
};

async function start(
  source: string,
  { spec, ...options }: Partial<LambdaOptions> & { spec?: Partial<LambdaFunction> } = {},
): Promise<Lambda & { log: () => string }> {
  const root = await temporary();
  await writeFile(join(root, 'package.json'), '{"type":"commonjs"}');
  await writeFile(join(root, 'index.js'), source);
  let log = '';
  const lambda = startLambda(
    { ...SPEC, ...spec },
    {
      file: join(root, 'index.js'),
      concurrency: 1,
      environment: { AWS_ENDPOINT_URL_SQS: 'http://127.0.0.1:1' },
      onLog: (_name, text) => {
        log += text;
      },
      onEnd: () => {},
      ...options,
    },
  );
  onTestFinished(() => lambda.stop());
  return { ...lambda, log: () => log };
}

describe('an invocation', () => {
  it('gives the event and a context, and takes the answer as JSON', async () => {
    const lambda =
      await start(`exports.handler = async (event, context) => ({ event, name: context.functionName,
      arn: context.invokedFunctionArn, left: context.getRemainingTimeInMillis() > 10_000, none: undefined });`);
    const result = await lambda.invoke('{"a":[1]}');
    expect(result).toMatchObject({ ok: true });
    expect(JSON.parse(result.ok ? result.value : '')).toEqual({
      event: { a: [1] },
      name: 'hansho-dev-work',
      arn: SPEC.arn,
      left: true,
    });
  });

  it('has the template’s environment, the local endpoints, and nothing of the user’s own', async () => {
    process.env.HANSHO_TEST_SECRET = 'mine';
    const lambda = await start('exports.handler = async () => process.env;');
    const result = await lambda.invoke('null');
    delete process.env.HANSHO_TEST_SECRET;
    const env = JSON.parse(result.ok ? result.value : '{}') as Record<string, string>;
    expect(env).toMatchObject({
      FROM_TEMPLATE: 'yes',
      AWS_ENDPOINT_URL_SQS: 'http://127.0.0.1:1',
      AWS_REGION: 'ap-northeast-1',
      AWS_LAMBDA_FUNCTION_NAME: 'hansho-dev-work',
      AWS_ACCESS_KEY_ID: 'local',
    });
    expect(env).not.toHaveProperty('HANSHO_TEST_SECRET');
  });

  it('keeps its environment warm', async () => {
    const lambda = await start('let n = 0; exports.handler = async () => (n += 1);');
    await lambda.invoke('null');
    expect(await lambda.invoke('null')).toMatchObject({ value: '2' });
  });

  it('hands over what was logged before it answers', async () => {
    const lambda = await start(
      `exports.handler = async () => { console.log('one'); process.stdout.write('two\\n'); console.error('three'); };`,
    );
    await lambda.invoke('null');
    expect(lambda.log()).toBe('one\ntwo\nthree\n');
  });

  it('runs as many at once as it has environments, and the rest after them', async () => {
    const source = `const { setTimeout: sleep } = require('node:timers/promises');
      exports.handler = async (ms) => { const began = Date.now(); await sleep(ms); return [began, Date.now()]; };`;
    const lambda = await start(source, { concurrency: 2 });
    const runs = [200, 200, 200].map((ms) => lambda.invoke(String(ms)));
    expect(lambda.busy()).toBe(3);
    const spans = (await Promise.all(runs)).map(
      (r) => JSON.parse(r.ok ? r.value : '[0,0]') as [number, number],
    );
    const firstEnd = Math.min(...spans.map(([, end]) => end));
    expect(Math.max(...spans.map(([begin]) => begin))).toBeGreaterThanOrEqual(firstEnd);
    expect(lambda.busy()).toBe(0);
  });
});

describe('an invocation that fails', () => {
  it('tells the error’s type and message', async () => {
    const lambda = await start(`exports.handler = async () => { throw new RangeError('too far'); };`);
    expect(await lambda.invoke('null')).toMatchObject({ ok: false, type: 'RangeError', message: 'too far' });
  });

  it('ends at the timeout, and a new environment takes the next', async () => {
    const lambda = await start(
      `exports.handler = async (event) => event === 'hang' ? new Promise(() => setInterval(() => {}, 1000)) : 'fine';`,
      { spec: { timeoutMs: 1_500 } },
    );
    const [hung, next] = await Promise.all([lambda.invoke('"hang"'), lambda.invoke('"go"')]);
    expect(hung).toMatchObject({
      ok: false,
      type: 'Sandbox.Timedout',
      message: 'Task timed out after 1.50 seconds',
    });
    expect(next).toMatchObject({ ok: true, value: '"fine"' });
    expect(lambda.log()).toContain('Task timed out after 1.50 seconds');
  });

  it.each([
    ['exits', `exports.handler = async () => process.exit(3);`, 'Runtime.ExitError'],
    [
      'throws where nobody waits',
      `exports.handler = () => new Promise(() => setTimeout(() => { throw new TypeError('loose'); }));`,
      'TypeError',
    ],
    ['cannot be loaded', `throw new SyntaxError('broken bundle');`, 'SyntaxError'],
    ['exports no handler', `exports.other = 1;`, 'Error'],
  ])('fails when the function %s', async (_rule, source, type) => {
    const lambda = await start(source);
    expect(await lambda.invoke('null')).toMatchObject({ ok: false, type });
  });

  it('fails what runs and what waits when it is stopped', async () => {
    const lambda = await start('exports.handler = () => new Promise(() => setInterval(() => {}, 1000));');
    const runs = [lambda.invoke('null'), lambda.invoke('null')];
    await lambda.stop();
    expect(await Promise.all(runs)).toMatchObject([
      { ok: false, type: 'Stopped' },
      { ok: false, type: 'Stopped' },
    ]);
    expect(await lambda.invoke('null')).toMatchObject({ ok: false, type: 'Stopped' });
  });
});

describe('an asynchronous invocation', () => {
  /** Fails so many times, then succeeds. */
  function failing(times: number): { lambda: Lambda; tries: string[] } {
    const tries: string[] = [];
    const lambda: Lambda = {
      name: 'work',
      invoke: async (event) => {
        tries.push(event);
        return tries.length <= times
          ? { ok: false, requestId: 'r', type: 'TypeError', message: 'no' }
          : { ok: true, requestId: 'r', value: 'null' };
      },
      busy: () => 0,
      warm: () => {},
      stop: async () => {},
    };
    return { lambda, tries };
  }

  function invokerOf(times: number) {
    const records: FailureRecord[] = [];
    const { lambda, tries } = failing(times);
    const invoker = asyncInvoker(SPEC, {
      lambda,
      delaysMs: [1, 1],
      onFailure: async (record) => {
        records.push(record);
      },
    });
    return { invoker, records, tries };
  }

  it('is tried twice more', async () => {
    const { invoker, records, tries } = invokerOf(2);
    expect(await invoker.invoke('{}')).toBe('handled');
    expect(tries).toEqual(['{}', '{}', '{}']);
    expect(records).toEqual([]);
  });

  it('goes to the on-failure destination after the last try', async () => {
    const { invoker, records } = invokerOf(3);
    expect(await invoker.invoke('{"a":1}')).toBe('kept');
    expect(records).toMatchObject([
      {
        requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 3, functionArn: SPEC.arn },
        requestPayload: { a: 1 },
        responsePayload: { errorType: 'TypeError', errorMessage: 'no' },
      },
    ]);
    expect(invoker.busy()).toBe(0);
  });

  it('is not done when everything stops before it was', async () => {
    const { lambda } = failing(1);
    const invoker = asyncInvoker(SPEC, { lambda, delaysMs: [3_600_000], onFailure: async () => {} });
    const running = invoker.invoke('{}');
    await Promise.resolve();
    expect(invoker.busy()).toBe(1);
    invoker.stop();
    expect(await running).toBe('handled');
    const { invoker: other, records } = invokerOf(99);
    other.stop();
    expect(await other.invoke('{}')).toBe('stopped');
    expect(records).toEqual([]);
  });
});
