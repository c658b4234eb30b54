import { PublishCommand, type PublishCommandInput, SNSClient } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bytes } from '../../shared/adapters/size.ts';
import { makeTopics } from '../../shared/adapters/sns.ts';
import type { Incident, Telling } from '../../shared/model/incident.ts';
import { parseWake } from '../../shared/pipeline/messages.ts';
import { opened } from '../contracts/store-contract.ts';
import { report } from '../support/make.ts';
import { type LocalQueues, localQueues } from './local-queues.ts';

let local: LocalQueues;
beforeAll(async () => {
  local = await localQueues();
});
afterAll(() => local.close());

const telling = (over: Partial<Incident> = {}, message = 'the words'): Telling => ({
  incident: { ...opened('a'), ...over },
  report: report({ message }),
});
const facts = (severity: 'SEV1' | 'SEV3') => ({ facts: { ...opened('a').facts, severity } });

describe('a transition on a topic', () => {
  it('wakes the tellers: the message of a raw subscription is a wake-up of its incident', async () => {
    const topic = await local.topic();
    const queue = await local.queue();
    await local.subscribe(topic, queue, { slack: ['true'] });
    await makeTopics(local.sns, { alert: topic, notify: topic }).publish('alert', telling(), ['opened']);
    const [{ Body = '' } = {}] = await local.drain(queue);
    expect(parseWake(JSON.parse(Body))).toEqual({ incident: 'a', address: null });
    expect(JSON.parse(Body)).toMatchObject({
      version: 1,
      transitions: ['opened'],
      severity: 'SEV3',
      channel: 'alert',
      status: 'firing',
      title: opened('a').title,
      message: 'the words',
      service: 'payments-api',
      team: null,
      count: 1,
      destinations: ['#alert'],
    });
  });

  it('goes to the topic of its channel', async () => {
    const [alert, notify] = [await local.topic(), await local.topic()];
    const [heard, unheard] = [await local.queue(), await local.queue()];
    await local.subscribe(notify, heard, {});
    await local.subscribe(alert, unheard, {});
    await makeTopics(local.sns, { alert, notify }).publish('notify', telling(), ['opened']);
    expect(await local.drain(heard)).toHaveLength(1);
    expect(await local.drain(unheard)).toHaveLength(0);
  });

  it.each([
    {
      name: 'SEV1 by the urgent lane',
      policy: { severity: ['SEV1', 'SEV2'], slack: ['true'] },
      over: facts('SEV1'),
      heard: 1,
    },
    {
      name: 'SEV3 not by the urgent lane',
      policy: { severity: ['SEV1', 'SEV2'], slack: ['true'] },
      over: facts('SEV3'),
      heard: 0,
    },
    { name: 'a kind that it does not concern', policy: { pagerduty: ['true'] }, over: {}, heard: 0 },
    { name: 'its service', policy: { service: ['payments-api'] }, over: {}, heard: 1 },
    { name: 'its team', policy: { team: ['payments'] }, over: { team: 'payments' }, heard: 1 },
    { name: 'no team', policy: { team: [{ exists: false }] }, over: { team: null }, heard: 1 },
    { name: 'its status', policy: { status: ['resolved'] }, over: {}, heard: 0 },
    {
      name: 'nowhere routed, of no kind at all',
      policy: { slack: [{ exists: false }] },
      over: { deliveries: [] },
      heard: 1,
    },
  ])('is filtered by its attributes: $name', async ({ policy, over, heard }) => {
    const topic = await local.topic();
    const queue = await local.queue();
    await local.subscribe(topic, queue, policy);
    await makeTopics(local.sns, { alert: topic, notify: topic }).publish('alert', telling(over), ['opened']);
    expect(await local.drain(queue)).toHaveLength(heard);
  });

  it('concerns a kind that is no longer routed but was told: it must hear of the end', async () => {
    const incident = opened('a');
    const [delivery] = incident.deliveries;
    const told = { ...delivery, routed: false, shown: incident.facts };
    const input = await published(telling({ deliveries: [told] as Incident['deliveries'] }));
    expect(input.MessageAttributes?.slack?.StringValue).toBe('true');
  });

  it.each([
    { name: 'Japanese', title: '決済が失敗しました', service: '決済' },
    { name: 'line breaks and control characters', title: 'a\r\nb\u0000c', service: 'x\ty' },
    { name: 'a title longer than a subject', title: 'x'.repeat(500), service: 'y'.repeat(500) },
    { name: 'a lone surrogate', title: 'a\uD83D', service: 'b\uD83D' },
    { name: 'an empty service', title: '', service: '' },
  ])('has a subject and attributes that SNS takes: $name', async ({ title, service }) => {
    const { Subject = '', MessageAttributes = {} } = await published(telling({ title, service }));
    expect(Subject).toMatch(/^[\x20-\x7E]{1,99}$/);
    for (const { StringValue = '' } of Object.values(MessageAttributes)) {
      expect(StringValue).toMatch(/^[^\u0000-\u001F\u007F]+$/u);
      expect(StringValue.isWellFormed()).toBe(true);
    }
  });

  it('is cut to what SNS takes, in its message alone', async () => {
    const { Message = '' } = await published(telling({}, '\u0001'.repeat(500_000)));
    expect(bytes(Message)).toBeLessThanOrEqual(250_000);
    expect(JSON.parse(Message)).toMatchObject({ incident: 'a', title: opened('a').title, count: 1 });
  });
});

/** What SNS would be asked to publish. */
async function published(what: Telling): Promise<PublishCommandInput> {
  const inputs: PublishCommandInput[] = [];
  const sns = new SNSClient({ region: 'us-east-1' });
  sns.middlewareStack.add(
    () => async (args) => {
      inputs.push(new PublishCommand(args.input as PublishCommandInput).input);
      return { output: { $metadata: {} }, response: {} };
    },
    { step: 'initialize', name: 'remember' },
  );
  await makeTopics(sns, { alert: 'arn:alert', notify: 'arn:notify' }).publish('alert', what, ['opened']);
  return inputs[0] ?? { Message: '' };
}
