import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type SecretValues, startParameters } from '../../local/ssm.ts';

async function secretAt(name: string, values: Partial<SecretValues> = {}): Promise<string | undefined> {
  const server = await startParameters({
    slackParameter: '/slack',
    slackToken: 'xoxb-local',
    pagerdutyKey: null,
    ...values,
  });
  onTestFinished(() => server.close());
  const client = new SSMClient({
    endpoint: server.url,
    region: 'ap-northeast-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const { Parameter } = await client.send(new GetParameterCommand({ Name: name, WithDecryption: true }));
  return Parameter?.Value;
}

describe('the stand-in for Parameter Store, as the SDK sees it', () => {
  it('gives Slack’s token under its own name', async () => {
    expect(await secretAt('/slack')).toBe('xoxb-local');
  });

  it('gives every other name a routing key of 32 characters, always the same', async () => {
    const key = await secretAt('/pagerduty/oncall');
    expect(key).toMatch(/^[0-9a-f]{32}$/);
    expect(await secretAt('/pagerduty/oncall')).toBe(key);
    expect(await secretAt('/pagerduty/other')).not.toBe(key);
  });

  it('gives the user’s own routing key when there is one', async () => {
    expect(await secretAt('/pagerduty/oncall', { pagerdutyKey: 'mine' })).toBe('mine');
  });
});
