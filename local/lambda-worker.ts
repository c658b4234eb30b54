/** One execution environment: runs inside a worker thread, loads a bundle and calls its handler, as Lambda would. */
import { createRequire } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import { text } from '../shared/model/json.ts';
import { type Answer, type Call, WARM } from './lambda-messages.ts';

const FLUSH_MS = 20;

type Handler = (event: unknown, context: object) => unknown;

const file = text(workerData, 'file') ?? '';
const functionName = text(workerData, 'functionName') ?? '';
const functionArn = text(workerData, 'functionArn') ?? '';
const memoryMb = text(workerData, 'memoryMb') ?? '';

const send = (answer: Answer): void => parentPort?.postMessage(answer);

// Log lines go through the same port as answers, so that a function's last line arrives before its answer; many
// at once, because a payload may log thousands.
let unsent = '';
let flushing: NodeJS.Timeout | null = null;
function flush(): void {
  if (unsent !== '') send({ is: 'log', text: unsent });
  unsent = '';
  flushing = null;
}
const capture = (chunk: unknown): boolean => {
  unsent += typeof chunk === 'string' ? chunk : Buffer.from(chunk as Uint8Array).toString('utf8');
  flushing ??= setTimeout(flush, FLUSH_MS);
  return true;
};
process.stdout.write = capture;
process.stderr.write = capture;
process.on('exit', flush);

const answer = (result: Answer): void => {
  if (flushing !== null) clearTimeout(flushing);
  flush();
  send(result);
};

let handler: Handler | null = null;
parentPort?.on('message', (call: Call | typeof WARM) => void (call === WARM ? warm() : run(call)));

/** A bundle that cannot be loaded says so when it is first invoked. */
function warm(): void {
  try {
    handler ??= load();
  } catch {}
}

async function run({ id, event, deadline }: Call): Promise<void> {
  try {
    handler ??= load();
    const value: unknown = await handler(JSON.parse(event), context(id, deadline));
    answer({ is: 'done', id, value: JSON.stringify(value) ?? 'null' });
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    answer({ is: 'failed', id, type: name, message });
  }
}

/** The build puts a package.json beside the bundles that says they are CommonJS, as they are on Lambda. */
function load(): Handler {
  const found: unknown = Reflect.get(createRequire(file)(file) as object, 'handler');
  if (typeof found !== 'function') throw new Error(`${file} exports no handler`);
  return (event, about) => Reflect.apply(found, undefined, [event, about]) as unknown;
}

function context(id: string, deadline: number): object {
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: functionArn,
    memoryLimitInMB: memoryMb,
    awsRequestId: id,
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: 'local',
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
}
