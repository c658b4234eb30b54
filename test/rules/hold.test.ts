import { describe, expect, it, test } from 'vitest';
import type { Document } from '../../shared/model/rules.ts';
import type { Severity } from '../../shared/model/severity.ts';
import { makeHolds } from '../../shared/rules/hold.ts';
import { rulesFrom } from '../config/make.ts';

const at = (time: string) => Date.parse(time);
const iso = (ms: number | undefined) => (ms === undefined ? null : new Date(ms).toISOString().slice(0, 16));

function about(over: Partial<Document> = {}): Document {
  return {
    source: 'logs',
    kind: 'log line',
    status: 'firing',
    severity: 'SEV3',
    service: 'orders',
    account: '111122223333',
    region: 'ap-northeast-1',
    title: 'cannot connect',
    message: '',
    ...over,
  };
}
const holdsFrom = (source: string) => makeHolds(rulesFrom(`timezone: Asia/Tokyo\n${source}`));

describe('a silence', () => {
  const { silenced } = holdsFrom(`
silences:
  - match: { service: [orders] }
    from: 2026-11-22T01:00
    until: 2026-11-22T05:00:00+09:00
    author: yamada
    reason: migration of the orders database
`);
  test.each([
    ['before', '2026-11-21T15:59Z', null],
    ['from its first moment', '2026-11-21T16:00Z', '2026-11-21T20:00'],
    ['to its last', '2026-11-21T19:59Z', '2026-11-21T20:00'],
    ['after', '2026-11-21T20:00Z', null],
  ])('%s', (_, now, until) => {
    expect(iso(silenced(about(), at(now))?.until)).toBe(until);
  });

  it('says who, why and what it saw, and where it is written', () => {
    expect(silenced(about(), at('2026-11-21T17:00Z'))).toMatchObject({
      by: 'silence-1',
      at: 'hansho.yml:11',
      because: 'silenced by yamada: migration of the orders database (service = orders)',
    });
  });

  it('is asked only for what it matches', () => {
    expect(silenced(about({ service: 'cart' }), at('2026-11-21T17:00Z'))).toBeNull();
  });

  it('holds SEV1 too: a person decided it', () => {
    expect(silenced(about({ severity: 'SEV1' }), at('2026-11-21T17:00Z'))).not.toBeNull();
  });
});

describe('a window', () => {
  const { muted } = holdsFrom(`
windows:
  - { name: nights, match: { severity: [SEV4, SEV5] }, times: [22:00-08:00], reason: nobody looks at night }
  - { name: weekends, match: { service: [batch] }, days: [sat, sun], reason: batches rest }
  - { name: month-ends, match: { service: [closing] }, days: [last], times: [20:00-24:00], reason: closing }
  - { name: december, match: { service: [sale] }, months: [12], gravest: SEV1, reason: the sale has its own room }
  - { name: new-york, match: { service: [ny] }, times: [01:30-03:30], timezone: America/New_York, reason: there it is night }
`);
  const hit = (service: string, severity: Severity, now: string) => {
    const found = muted(about({ service, severity }), at(now));
    return found === null ? null : `${found.by} ${iso(found.until)}`;
  };
  // 2026-11-22 is a Sunday; Tokyo is at +09:00.
  test.each([
    ['begins', 'x', 'SEV4', '2026-11-22T13:00Z', 'nights 2026-11-22T23:00'],
    ['goes on after midnight', 'x', 'SEV4', '2026-11-22T22:59Z', 'nights 2026-11-22T23:00'],
    ['ends', 'x', 'SEV4', '2026-11-22T23:00Z', null],
    ['of a whole day, on its day', 'batch', 'SEV3', '2026-11-21T15:00Z', 'weekends 2026-11-22T15:00'],
    ['of a whole day, on another', 'batch', 'SEV3', '2026-11-22T15:00Z', null],
    ['on the last of the month', 'closing', 'SEV3', '2026-11-30T11:00Z', 'month-ends 2026-11-30T15:00'],
    ['not on the last but one', 'closing', 'SEV3', '2026-11-29T11:00Z', null],
    ['by month', 'sale', 'SEV3', '2026-12-01T00:00Z', 'december 2026-12-01T15:00'],
    ['not in another month', 'sale', 'SEV3', '2026-11-30T00:00Z', null],
    ['lets SEV1 pass', 'batch', 'SEV1', '2026-11-21T20:00Z', null],
    ['holds SEV1 where it says so', 'sale', 'SEV1', '2026-12-01T00:00Z', 'december 2026-12-01T15:00'],
    [
      'when clocks go back: the hour that comes twice',
      'ny',
      'SEV3',
      '2026-11-01T05:30Z',
      'new-york 2026-11-01T08:30',
    ],
    ['when clocks go forward', 'ny', 'SEV3', '2026-03-08T07:00Z', 'new-york 2026-03-08T07:30'],
  ] as const)('%s', (_, service, severity, now, expected) => {
    expect(hit(service, severity, now)).toBe(expected);
  });
});

describe('what may be over by itself', () => {
  const { transient } = holdsFrom('hold:\n  - { match: { source: [alarm] }, for: 2m }\n');
  const since = at('2026-11-22T00:00Z');
  test.each([
    ['waits', 'alarm', 119_999, '2026-11-22T00:02'],
    ['is told once it has lasted', 'alarm', 120_000, null],
    ['is only what the rule says', 'logs', 0, null],
  ])('%s', (_, source, after, until) => {
    expect(iso(transient(about({ source }), since, since + after)?.until)).toBe(until);
  });
});

describe('an inhibition', () => {
  const { inhibits, inhibitors } = holdsFrom(`
inhibit:
  - name: database-down
    source: { source: [alarm], title: [{ prefix: database }] }
    target: { service: [orders] }
    equal: [account, region]
  - { name: by-team, source: { severity: [SEV1] }, target: { severity: [SEV4] }, equal: [team] }
`);
  const source = about({ source: 'alarm', title: 'database-orders is in ALARM', service: 'rds' });

  it('meets where source and target have the same', () => {
    expect(inhibitors(about()).map(({ key }) => key)).toEqual(inhibits(source));
    expect(inhibitors(about({ region: 'us-east-1' })).map(({ key }) => key)).not.toEqual(inhibits(source));
  });

  it('never by what both lack', () => {
    expect(inhibits(about({ severity: 'SEV1' }))).toEqual([]);
    expect(inhibits(about({ severity: 'SEV1', team: 'payments' }))).toHaveLength(1);
    expect(inhibitors(about({ severity: 'SEV4', service: 'x' }))).toEqual([]);
  });

  it('leaves alone what is a source itself', () => {
    const both = about({ source: 'alarm', title: 'database-orders is in ALARM' });
    expect(inhibitors(both)).toEqual([]);
  });
});
