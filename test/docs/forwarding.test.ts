import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { parse, type ScalarTag } from 'yaml';
import { at, type Json, list, text } from '../../shared/model/json.ts';
import { matches } from '../../shared/patterns/match.ts';
import { compilePattern } from '../../shared/patterns/parse.ts';
import { object } from '../package/sls.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const ACCOUNT = '111122223333';

/** CloudFormation's short forms as its long ones; its lists are read as plain lists. */
const TAGS: ScalarTag[] = ['Ref', 'Sub', 'GetAtt', 'Condition'].map((name) => ({
  tag: `!${name}`,
  resolve: (value: string) => (name === 'Ref' && value === 'AWS::AccountId' ? ACCOUNT : { [name]: value }),
}));
const LISTS = ['Not', 'Equals', 'And'].map((name) => ({ tag: `!${name}`, collection: 'seq' as const }));

function read(file: string): Json {
  return parse(readFileSync(join(ROOT, file), 'utf8'), {
    customTags: [...TAGS, ...LISTS],
    merge: true,
    maxAliasCount: -1,
    logLevel: 'silent',
  });
}

function compiled(pattern: Json | undefined) {
  const made = compilePattern(pattern);
  if (!made.ok) throw new Error(made.error.message);
  return made.pattern;
}

const source = readFileSync(join(ROOT, 'docs/forwarding.yml'), 'utf8');
const template = read('docs/forwarding.yml');
const resources = Object.entries(object(template, 'Resources'));
const of = (type: string) => resources.filter(([, one]) => text(one, 'Type') === type);

/** Real events, and what serverless.yml says of whether Hansho listens to them. */
const heard = list(read('serverless.yml'), 'custom', 'events').map((pattern) =>
  compiled(JSON.parse(JSON.stringify(pattern).replaceAll(/\$\{[^}]*\}/g, 'hansho'))),
);
const events = readdirSync(join(ROOT, 'events'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.json'))
  .map((name) => ({ name, event: JSON.parse(readFileSync(join(ROOT, 'events', name), 'utf8')) as Json }))
  .filter(({ event }) => heard.some((pattern) => matches(pattern, event)))
  .map(({ name, event }) => ({ name, event: { ...(event as object), account: ACCOUNT } }));

function handsOver(event: Json, ...rules: readonly string[]): boolean {
  return of('AWS::Events::Rule')
    .filter(([id]) => rules.includes(id))
    .some(([, rule]) => matches(compiled(at(rule, 'Properties', 'EventPattern')), event));
}

describe('docs/forwarding.yml', () => {
  test('has samples to be held against', () => expect(events.length).toBeGreaterThan(40));

  // What functions send to a bus by themselves is theirs to send to the right one.
  test.each(events.filter(({ event }) => text(event, 'source') !== 'lambda'))(
    'with What=everything hands over $name',
    ({ event }) => {
      expect(handsOver(event, 'CallsRule', 'EverythingRule')).toBe(true);
    },
  );

  test.each(
    events.filter(({ name }) =>
      /^(signin|cloudtrail|health|trusted-advisor|cost-anomaly|acm|alarm)\//.test(name),
    ),
  )('with What=global hands over $name', ({ event }) => {
    expect(handsOver(event, 'CallsRule', 'GlobalRule')).toBe(true);
  });

  it.each([
    {
      what: 'an ordinary call',
      event: {
        source: 'aws.s3',
        'detail-type': 'AWS API Call via CloudTrail',
        account: ACCOUNT,
        detail: { eventName: 'GetObject', userIdentity: { type: 'AssumedRole' } },
      },
    },
    {
      what: 'another account’s event',
      event: { source: 'aws.health', 'detail-type': 'AWS Health Event', account: '999', detail: {} },
    },
    {
      what: 'an application’s own event',
      event: { source: 'shop.orders', 'detail-type': 'Order', account: ACCOUNT, detail: {} },
    },
  ])('never hands over $what', ({ event }) => {
    expect(handsOver(event, 'CallsRule', 'GlobalRule', 'EverythingRule')).toBe(false);
  });

  it('hands over to the one bus, by a role that may do nothing else, and keeps what it cannot', () => {
    for (const [id, rule] of of('AWS::Events::Rule')) {
      expect(list(rule, 'Properties', 'Targets'), id).toEqual([
        expect.objectContaining({
          Arn: { Ref: 'BusArn' },
          RoleArn: { GetAtt: 'HandOverRole.Arn' },
          DeadLetterConfig: { Arn: { GetAtt: 'DeadQueue.Arn' } },
        }),
      ]);
    }
    const [role] = of('AWS::IAM::Role');
    expect(
      list(role?.[1], 'Properties', 'Policies').flatMap((one) => list(one, 'PolicyDocument', 'Statement')),
    ).toEqual([{ Effect: 'Allow', Action: ['events:PutEvents'], Resource: { Ref: 'BusArn' } }]);
    expect(of('AWS::CloudWatch::Alarm').map(([, alarm]) => at(alarm, 'Properties', 'AlarmActions'))).toEqual([
      [{ Ref: 'OpsTopic' }],
    ]);
  });

  it('makes no rule on the bus that it would hand over to, nor two that choose the same', () => {
    const conditions = Object.fromEntries(
      of('AWS::Events::Rule').map(([id, rule]) => [id, text(rule, 'Condition')]),
    );
    expect(conditions).toEqual({
      CallsRule: 'Elsewhere',
      GlobalRule: 'OnlyGlobal',
      EverythingRule: 'Everything',
    });
    for (const name of ['OnlyGlobal', 'Everything'])
      expect(list(template, 'Conditions', name)).toContainEqual({ Condition: 'Elsewhere' });
  });

  it('names only what it has, and stays within what CloudFormation and EventBridge take', () => {
    const named = [...JSON.stringify(template).matchAll(/"(?:Ref|GetAtt)":"([A-Za-z]+)[."]/g)].map(
      ([, id]) => id,
    );
    const known = [...resources.map(([id]) => id), ...Object.keys(object(template, 'Parameters'))];
    expect(named.filter((id) => id !== undefined && !known.includes(id))).toEqual([]);
    // CloudFormation reads neither anchors nor aliases.
    expect(source).not.toMatch(/: [&*]\w/);
    for (const [id, rule] of of('AWS::Events::Rule'))
      expect(JSON.stringify(at(rule, 'Properties', 'EventPattern')).length, id).toBeLessThanOrEqual(2_048);
  });
});
