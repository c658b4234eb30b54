import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from '../shared/model/json.ts';
import { answerJson, type Listening, listenForFunctions, readBody } from './http.ts';
import { parseJson } from './parse.ts';

export interface SecretValues {
  /** The parameter that holds Slack's token; every other one is a PagerDuty routing key. */
  readonly slackParameter: string | null;
  readonly slackToken: string;
  /** null: a dummy key for each name. */
  readonly pagerdutyKey: string | null;
}

const BODY_BYTES = 64 * 1024;

/**
 * A stand-in for Parameter Store's GetParameter, so that the bundles find their secrets as they do when deployed.
 * Parameter Store's view of Secrets Manager (`/aws/reference/secretsmanager/…`) is answered too.
 */
export function startParameters(values: SecretValues): Promise<Listening> {
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readBody(request, BODY_BYTES);
    const name = text(parseJson(body?.toString('utf8') ?? ''), 'Name') ?? '';
    const known = request.headers['x-amz-target'] === 'AmazonSSM.GetParameter' && name !== '';
    const type = { 'content-type': 'application/x-amz-json-1.1' };
    if (!known) {
      return answerJson(
        response,
        400,
        { __type: 'ValidationException', message: 'Only GetParameter is here.' },
        type,
      );
    }
    answerJson(
      response,
      200,
      { Parameter: { Name: name, Type: 'SecureString', Version: 1, Value: secretOf(name, values) } },
      type,
    );
  };
  return listenForFunctions(handle);
}

function secretOf(name: string, { slackParameter, slackToken, pagerdutyKey }: SecretValues): string {
  return name === slackParameter ? slackToken : (pagerdutyKey ?? dummyKey(name));
}

/** 32 characters as PagerDuty's keys have, the same for the same name. */
function dummyKey(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 32);
}
