import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { at, type Json, type JsonObject, list } from '../../shared/model/json.ts';
import { tagsOf } from '../../shared/sources/tags.ts';
import { only, sample, withDetail } from './sample.ts';

const PAIRS = [
  { key: 'team', value: 'payments' },
  { key: 'env', value: 'prod' },
];
const FOUND = { team: 'payments', env: 'prod' };

describe('tags, however an event writes them', () => {
  test.each<[string, JsonObject, JsonObject]>([
    ['pairs', { tags: PAIRS }, FOUND],
    ['pairs of an API', { Tags: [{ Key: 'team', Value: 'payments' }] }, { team: 'payments' }],
    ['named pairs', { tags: [{ name: 'team', value: 'payments' }] }, { team: 'payments' }],
    ['named lists', { tags: [{ name: 'team', values: ['payments', 'web'] }] }, { team: 'payments' }],
    ['a map', { tags: FOUND }, FOUND],
    ['a map of lists', { tags: { team: ['payments'] } }, { team: 'payments' }],
    ['labels', { labels: FOUND }, FOUND],
    ['one text', { tags: 'team:payments, env:prod,url:https://a' }, { ...FOUND, url: 'https://a' }],
    ['texts', { tags: ['team:payments', 'env:prod', 'urgent'] }, { ...FOUND, urgent: '' }],
    [
      'a key without a value',
      { tags: [{ key: 'urgent' }, { key: 'team', value: '' }] },
      { urgent: '', team: '' },
    ],
    ['a value without a key', { tags: [{ value: 'payments' }, { key: ' ', value: 'x' }] }, {}],
    ['numbers and truths', { tags: { cost: 1234, live: true } }, { cost: '1234', live: 'true' }],
    ['a hostile key', { tags: [{ key: '__proto__', value: 'x' }] }, JSON.parse('{ "__proto__": "x" }')],
    ['something else', { tags: 7 }, {}],
    ['nothing', {}, {}],
  ])('%s', (_, thing, expected) => {
    expect(tagsOf([thing])).toEqual(expected);
  });

  it('of several things, the first that has the key counts', () => {
    expect(tagsOf([undefined, { tags: { team: 'a' } }, null, { tags: { team: 'b', env: 'c' } }])).toEqual({
      team: 'a',
      env: 'c',
    });
  });

  it('is at most 50 tags of bounded length, whatever it reads', () => {
    const many = fc.array(fc.record({ key: fc.string({ maxLength: 300 }), value: fc.jsonValue() }), {
      maxLength: 120,
    });
    fc.assert(
      fc.property(fc.oneof(many, fc.jsonValue()), (tags) => {
        const found = Object.entries(tagsOf([{ tags: tags as Json }]));
        expect(found.length).toBeLessThanOrEqual(50);
        for (const [key, value] of found) {
          expect([...key].length).toBeLessThanOrEqual(128);
          expect([...value].length).toBeLessThanOrEqual(256);
        }
      }),
      { numRuns: 50 },
    );
    const flood = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`k${i}`, 'v'.repeat(400)]));
    const kept = Object.values(tagsOf([{ tags: flood }]));
    expect(kept).toHaveLength(50);
    expect(kept[0]).toHaveLength(256);
  });
});

/** The first finding of a Security Hub sample, its first resource changed. */
function hub(name: string, key: 'Resources' | 'resources', change: JsonObject): JsonObject {
  const finding = at(sample(name), 'detail', 'findings', 0) as JsonObject;
  const [first] = list(finding, key);
  return withDetail(name, { findings: [{ ...finding, [key]: [{ ...(first as JsonObject), ...change }] }] });
}

describe('where events carry tags', () => {
  const guardduty = (resource: JsonObject) => withDetail('guardduty/high', { resource });
  test.each<[string, JsonObject]>([
    ['GuardDuty, an instance', guardduty({ instanceDetails: { tags: PAIRS } })],
    ['GuardDuty, buckets', guardduty({ s3BucketDetails: [{ name: 'a' }, { tags: PAIRS }] })],
    ['GuardDuty, a task', guardduty({ ecsClusterDetails: { taskDetails: { tags: PAIRS } } })],
    [
      'GuardDuty, an attack sequence',
      withDetail('guardduty/critical-attack-sequence', {
        service: { detection: { sequence: { resources: [{ uid: 'a', tags: PAIRS }] } } },
      }),
    ],
    ['Security Hub, ASFF', hub('securityhub/failed-high', 'Resources', { Tags: FOUND })],
    ['Security Hub, OCSF', hub('securityhub/v2-failed', 'resources', { tags: PAIRS })],
    ['Inspector', withDetail('inspector/high', { resources: [{ id: 'i-1', tags: FOUND }] })],
    ['Macie', withDetail('macie/policy-high', { resourcesAffected: { s3Bucket: { tags: PAIRS } } })],
    ['Health', withDetail('health/issue-open', { affectedEntities: [{ entityValue: 'a', tags: FOUND }] })],
    ['RDS', withDetail('rds/failed', { Tags: FOUND })],
    ['Batch', withDetail('batch/failed', { tags: FOUND })],
    ["an application's own event", withDetail('event/application', { tags: FOUND })],
    ['a webhook', withDetail('webhook/plain-firing', { tags: ['team:payments', 'env:prod'] })],
  ])('%s', (_, event) => {
    expect(only(event).tags).toEqual(FOUND);
  });

  test.each(['alarm/firing', 'alarm/firing-sns', 'ecs/task-crashed'])('%s carries none', (name) => {
    expect(only(sample(name)).tags).toEqual({});
  });
});
