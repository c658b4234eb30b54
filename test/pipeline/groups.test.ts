import { describe, expect, it, test } from 'vitest';
import { absorb } from '../../shared/incidents/absorb.ts';
import { foldBundles } from '../../shared/incidents/fold.ts';
import type { Bundle, Group } from '../../shared/model/bundle.ts';
import { foldSignals, isTracked } from '../../shared/pipeline/fold.ts';
import { reachedBy } from '../../shared/pipeline/groups.ts';
import { judgeSignal } from '../../shared/pipeline/judge.ts';
import { judgeFrom, line } from '../rules/make.ts';
import { bundle, HOUR, MINUTE, MORNING, policy, tally } from '../support/make.ts';
import { memoryStore } from '../support/memory.ts';

const T = MORNING;
const judge = judgeFrom(`
escalate:
  - { name: one-user, match: { level: [ERROR] }, count: 3, within: 10m, to: SEV2, per: fields.user }
  - { name: tenants, match: { level: [ERROR] }, count: 3, within: 10m, to: SEV1, per: [service], distinct: fields.tenant }
`);

const one = (key: string, n = 1): Group => ({ rule: 'one-user', key, value: null, n });
const tenant = (value: string, n = 1): Group => ({ rule: 'tenants', key: 'checkout', value, n });

describe('counting across incidents', () => {
  test.each<[string, readonly (readonly [minute: number, groups: readonly Group[]])[], readonly string[]]>([
    ['below the limit', [[0, [one('a', 2)]]], []],
    ['at the limit, in one', [[0, [one('a', 3)]]], ['one-user']],
    [
      'at the limit, in several',
      [
        [0, [one('a')]],
        [4, [one('a')]],
        [9, [one('a')]],
      ],
      ['one-user'],
    ],
    [
      'of others',
      [
        [0, [one('a', 2)]],
        [1, [one('b', 2)]],
      ],
      [],
    ],
    [
      'too long ago',
      [
        [0, [one('a', 2)]],
        [12, [one('a')]],
      ],
      [],
    ],
    [
      'the same value again',
      [
        [0, [tenant('x', 9)]],
        [1, [tenant('x')]],
        [2, [tenant('y')]],
      ],
      [],
    ],
    [
      'different values',
      [
        [0, [tenant('x')]],
        [5, [tenant('y')]],
        [9, [tenant('z')]],
      ],
      ['tenants'],
    ],
    [
      'different values, one too long ago',
      [
        [0, [tenant('x')]],
        [12, [tenant('y'), tenant('z')]],
      ],
      [],
    ],
    [
      'it stays reached',
      [
        [0, [one('a', 3)]],
        [5, [one('a')]],
      ],
      ['one-user'],
    ],
  ])('%s', async (_, steps, expected) => {
    const store = memoryStore();
    let last: readonly string[] = [];
    for (const [minute, groups] of steps)
      last = await reachedBy(bundle({ groups, receivedAt: T + minute * MINUTE }), { judge, store });
    expect(last).toEqual(expected);
  });

  it('a rule that is gone counts nothing', async () => {
    const groups = [{ ...one('a', 99), rule: 'gone' }];
    expect(await reachedBy(bundle({ groups }), { judge, store: memoryStore() })).toEqual([]);
  });

  it('the incident that reaches the limit rises, and says why; a repeat changes nothing', () => {
    const across = { ...policy, escalation: judge.escalation, reached: ['one-user'] };
    const fires = bundle({ firing: [tally('m', T)], severity: 'SEV3' });
    const { incident } = absorb(null, fires, across, T);
    expect([incident.facts.severity, incident.escalated]).toEqual(['SEV2', ['one-user']]);
    expect(incident.severityWhy).toEqual({
      stage: 'escalate',
      rule: 'one-user',
      at: 'hansho.yml:10',
      because: '3 or more of the same fields.user within 10 min: SEV2',
    });
    const again = absorb(
      incident,
      bundle({ firing: [tally('n', T + 1)] }),
      { ...across, reached: [] },
      T + HOUR,
    );
    expect([again.transitions, again.incident.facts.severity]).toEqual([[], 'SEV2']);
    const late = absorb(incident, fires, { ...across, reached: ['tenants'] }, T + HOUR);
    expect(late.moved).toBe(false);
  });
});

describe('what a signal counts by', () => {
  const bundleOf = (fields: Record<string, string | number>): Bundle | undefined =>
    foldSignals([judgeSignal(line('ERROR', { fields }), judge, T)].filter(isTracked), T)[0];

  it('is a hash of its values, and nothing where one is missing', () => {
    const both = bundleOf({ user: 'taro', tenant: 7 })?.groups ?? [];
    expect(both.map(({ rule, n }) => [rule, n])).toEqual([
      ['one-user', 1],
      ['tenants', 1],
    ]);
    expect(JSON.stringify(both)).not.toContain('taro');
    expect(bundleOf({ user: 'taro' })?.groups).toEqual([both[0]]);
    expect(bundleOf({ other: 1 })?.groups).toBeUndefined();
  });

  it('is summed in any order, and the largest groups are kept', () => {
    const many = Array.from({ length: 60 }, (_, i) => bundle({ groups: [one(`k${i}`)] }));
    const all = [
      bundle({ groups: [one('a')] }),
      ...many,
      bundle({ groups: [one('a'), tenant('x')] }),
    ] as const;
    const [first, ...rest] = all;
    const folded = foldBundles([first, ...rest]).groups ?? [];
    const [last, ...others] = all.toReversed();
    expect(last === undefined ? null : foldBundles([last, ...others]).groups).toEqual(folded);
    expect(folded[0]).toEqual(one('a', 2));
    expect(folded.filter(({ rule }) => rule === 'one-user')).toHaveLength(50);
    expect(folded).toContainEqual(tenant('x'));
  });
});
