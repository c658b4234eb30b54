import { GetParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import type { Clock } from '../pipeline/ports.ts';

/** A rotated secret is noticed after at most this long without a refusal, ms. */
const KEEP_MS = 5 * 60_000;

/** Resolves a secret's reference to its value. `fresh` forgets what is cached: the value was just refused. */
export type Secrets = (reference: string, fresh?: boolean) => Promise<string>;

/** A secret could not be read. `mend`: only a person can change that; otherwise a later try may do. */
export class SecretUnavailable extends Error {
  override readonly name = 'SecretUnavailable';
  readonly mend: boolean;
  constructor(message: string, mend: boolean) {
    super(message);
    this.mend = mend;
  }
}

/**
 * Reads `ssm:/path` (a SecureString parameter) and `secretsmanager:name` (through Parameter Store's view of
 * Secrets Manager, which needs no second client). Values are kept in memory for 5 minutes, longer while the store does
 * not answer, and never logged.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/integration-ps-secretsmanager.html
 * @throws SecretUnavailable saying which reference and what to do.
 */
export function makeSecrets(client: Pick<SSMClient, 'send'>, clock: Clock): Secrets {
  const cache = new Map<string, { readonly value: string; readonly readAt: number }>();
  return async (reference, fresh = false) => {
    const kept = cache.get(reference);
    if (kept !== undefined && !fresh && clock() - kept.readAt < KEEP_MS) return kept.value;
    try {
      const value = await readParameter(client, parameterName(reference), reference);
      cache.set(reference, { value, readAt: clock() });
      return value;
    } catch (error) {
      // The store is away, not the secret: what is known of it is better than silence.
      if (kept !== undefined && error instanceof SecretUnavailable && !error.mend) return kept.value;
      throw error;
    }
  };
}

function parameterName(reference: string): string {
  if (reference.startsWith('ssm:')) return reference.slice('ssm:'.length);
  if (reference.startsWith('secretsmanager:')) {
    return `/aws/reference/secretsmanager/${reference.slice('secretsmanager:'.length)}`;
  }
  // Whatever stands here may be the secret itself, written into the wrong place: it is not repeated.
  throw new SecretUnavailable(
    'A secret must be given as ssm:/path or secretsmanager:name; this one is neither.',
    true,
  );
}

async function readParameter(
  client: Pick<SSMClient, 'send'>,
  name: string,
  reference: string,
): Promise<string> {
  const value = await client
    .send(new GetParameterCommand({ Name: name, WithDecryption: true }))
    .then((answer) => answer.Parameter?.Value?.trim() ?? '')
    .catch((error: unknown) => {
      throw unavailable(reference, error);
    });
  if (value === '')
    throw new SecretUnavailable(`${reference} is empty: store the secret's value in it.`, true);
  return value;
}

/** Which failures a person must mend; the others (throttling, network) pass. */
const HINTS = new Map([
  ['ParameterNotFound', 'does not exist: create it (see docs/deploy.md, "Secrets")'],
  ['ParameterVersionNotFound', 'does not exist in that version: store the secret again'],
  [
    'AccessDeniedException',
    'may not be read: deploy again after naming it in hansho.yml, and check its KMS key',
  ],
  ['InvalidKeyId', 'is encrypted with a KMS key that is missing or disabled'],
  ['ValidationException', 'is not a valid name: write ssm:/path or secretsmanager:name'],
]);

function unavailable(reference: string, error: unknown): SecretUnavailable {
  const code = error instanceof Error ? error.name : 'unknown';
  const hint = HINTS.get(code);
  return hint === undefined
    ? new SecretUnavailable(`${reference} cannot be read just now (${code}).`, false)
    : new SecretUnavailable(`${reference} ${hint}.`, true);
}
