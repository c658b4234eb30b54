import { GetParameterCommand, type GetParameterCommandInput, SSMClient } from '@aws-sdk/client-ssm';
import { describe, expect, it } from 'vitest';
import { makeSecrets, SecretUnavailable } from '../../shared/adapters/secrets.ts';
import { MINUTE, MORNING } from '../support/make.ts';

/** Parameter Store with these values, by name; an Error is thrown. */
function parameters(values: Record<string, string | Error>) {
  const asked: GetParameterCommandInput[] = [];
  const ssm = new SSMClient({ region: 'us-east-1' });
  ssm.middlewareStack.add(
    () => async (args) => {
      const { input } = new GetParameterCommand(args.input as GetParameterCommandInput);
      asked.push(input);
      const value = values[input.Name ?? ''];
      if (value instanceof Error) throw value;
      return { output: { $metadata: {}, Parameter: { Value: value } }, response: {} };
    },
    { step: 'initialize', name: 'parameters' },
  );
  return { ssm, asked };
}

const named = (name: string) => Object.assign(new Error('as the API says it'), { name });

describe('a secret', () => {
  it.each([
    { reference: 'ssm:/hansho/slack', name: '/hansho/slack' },
    { reference: 'secretsmanager:hansho/slack', name: '/aws/reference/secretsmanager/hansho/slack' },
  ])('$reference is read, decrypted, without the newline that a file leaves', async ({ reference, name }) => {
    const { ssm, asked } = parameters({ [name]: 'the value\n' });
    expect(await makeSecrets(ssm, () => MORNING)(reference)).toBe('the value');
    expect(asked).toEqual([{ Name: name, WithDecryption: true }]);
  });

  it('is asked for again after five minutes, not before, and at once when it was refused', async () => {
    let now = MORNING;
    const { ssm, asked } = parameters({ '/a': 'v' });
    const secrets = makeSecrets(ssm, () => now);
    await secrets('ssm:/a');
    now = MORNING + 5 * MINUTE - 1;
    await secrets('ssm:/a');
    expect(asked).toHaveLength(1);
    now = MORNING + 5 * MINUTE;
    await secrets('ssm:/a');
    expect(asked).toHaveLength(2);
    await secrets('ssm:/a', true);
    expect(asked).toHaveLength(3);
  });

  it('that is known is used for as long as its store does not answer, also when it was refused', async () => {
    let now = MORNING;
    const values: Record<string, string | Error> = { '/a': 'v' };
    const secrets = makeSecrets(parameters(values).ssm, () => now);
    await secrets('ssm:/a');
    values['/a'] = named('ThrottlingException');
    now = MORNING + 60 * MINUTE;
    expect(await secrets('ssm:/a')).toBe('v');
    expect(await secrets('ssm:/a', true)).toBe('v');
    values['/a'] = named('ParameterNotFound');
    await expect(secrets('ssm:/a')).rejects.toMatchObject({ mend: true });
    values['/a'] = 'new';
    expect(await secrets('ssm:/a')).toBe('new');
  });

  it.each([
    { name: 'is missing', error: named('ParameterNotFound'), mend: true, says: 'ssm:/a does not exist' },
    {
      name: 'is forbidden',
      error: named('AccessDeniedException'),
      mend: true,
      says: 'ssm:/a may not be read',
    },
    {
      name: 'is throttled',
      error: named('ThrottlingException'),
      mend: false,
      says: 'ssm:/a cannot be read just now',
    },
    {
      name: 'is out of reach',
      error: named('TimeoutError'),
      mend: false,
      says: 'ssm:/a cannot be read just now',
    },
    { name: 'is empty', error: ' \n', mend: true, says: 'ssm:/a is empty' },
  ])('that $name says which and what to do', async ({ error, mend, says }) => {
    const { ssm } = parameters({ '/a': error });
    const failure = await makeSecrets(ssm, () => MORNING)('ssm:/a').catch((e: unknown) => e);
    expect(failure).toBeInstanceOf(SecretUnavailable);
    expect(failure).toMatchObject({ mend, message: expect.stringContaining(says) });
  });

  it('written where its reference belongs is refused without being repeated', async () => {
    const { ssm, asked } = parameters({});
    const value = ['xoxb', '1234567890', 'abcdef'].join('-');
    const failure = await makeSecrets(ssm, () => MORNING)(value).catch((e: unknown) => e);
    expect(failure).toMatchObject({ mend: true });
    expect(String(failure)).not.toContain('abcdef');
    expect(asked).toEqual([]);
  });
});
