import type { LambdaFunctionURLEvent } from 'aws-lambda';
import { takeWebhook } from '../shared/pipeline/webhook.ts';
import { lambda } from '../shared/wiring/handle.ts';
import { wireWebhook } from '../shared/wiring/intake-webhook.ts';

const deps = wireWebhook(process.env);

/** Other tools post to the function's URL. What throws is a 502 to them, and they try again. */
export const handler = lambda(deps.log, async (event: LambdaFunctionURLEvent) => {
  const { status, body } = await takeWebhook(
    {
      method: event.requestContext.http.method,
      path: event.rawPath,
      headers: event.headers,
      query: event.queryStringParameters ?? {},
      body: Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8'),
      id: event.requestContext.requestId,
    },
    deps,
  );
  return { statusCode: status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
});
