import type { JsonObject } from '../shared/model/json.ts';
import { makeIndex } from '../shared/patterns/index.ts';
import { matches } from '../shared/patterns/match.ts';
import { compilePattern } from '../shared/patterns/parse.ts';
import type { Pattern } from '../shared/patterns/pattern.ts';
import { medians } from './measure.ts';

const LEVELS = ['FATAL', 'ERROR', 'WARNING'];
const WORDS = [
  'gateway',
  'ledger',
  'timeout',
  'refused',
  'quota',
  'replica',
  'lease',
  'shard',
  'token',
  'cart',
];
const DOCUMENTS = 100;

function word(i: number): string {
  return `${WORDS[i % WORDS.length]}-${Math.floor(i / WORDS.length)}`;
}

/** Rules as teams write them, and some that are hard to tell apart: by share of a hundred. */
const MIXED: readonly (readonly [share: number, make: (i: number) => JsonObject])[] = [
  [40, (i) => ({ service: [word(i)], level: [LEVELS[i % 3] ?? ''] })],
  [14, (i) => ({ source: ['logs'], fields: { tenant: [`shop-${i}`, `shop-${i + 5_000}`] } })],
  [12, (i) => ({ logGroup: [{ prefix: `/aws/lambda/${word(i)}-` }] })],
  [6, (i) => ({ level: ['ERROR'], resource: [{ suffix: `:function:${word(i)}` }] })],
  [6, (i) => ({ message: [{ prefix: `${word(i)} refused` }], level: [{ 'anything-but': 'FATAL' }] })],
  [4, (i) => ({ message: [{ wildcard: `*${word(i)} * after * ms*` }] })],
  [6, (i) => ({ service: [word(i)], message: [{ 'anything-but': { prefix: 'retry' } }] })],
  [5, (i) => ({ source: ['logs'], fields: { code: [{ numeric: ['>=', i * 10, '<', i * 10 + 5] }] } })],
  [3, (i) => ({ fields: { owner: [{ 'equals-ignore-case': `Team-${i}` }], code: [{ exists: false }] } })],
  [
    2,
    (i) => ({
      $or: [{ service: [word(i)], level: ['FATAL'] }, { fields: { ip: [{ cidr: `10.${i % 256}.0.0/16` }] } }],
    }),
  ],
  [2, (i) => ({ fields: { tags: { key: ['env'], value: [`stage-${i}`] } } })],
];

const CYCLE = 100;

/** As events and rules come, from text: the engine keeps joined strings in another form. */
function asRead(json: JsonObject): JsonObject {
  return JSON.parse(JSON.stringify(json));
}

function mixed(n: number): readonly { readonly pattern: Pattern }[] {
  // Walked in steps that are coprime to the cycle, so that ten rules are a mix as well.
  return Array.from({ length: n }, (_, i) => {
    const compiled = compilePattern(asRead(kind((i * 37) % CYCLE)(i)));
    if (!compiled.ok) throw new Error(compiled.error.message);
    return { pattern: compiled.pattern };
  });
}

function kind(percent: number): (i: number) => JsonObject {
  let left = percent;
  for (const [share, make] of MIXED) {
    if (left < share) return make;
    left -= share;
  }
  throw new Error('the shares are not a hundred');
}

/** A log line as the judge sees it; about one in three meets a rule of a thousand. */
function document(i: number): JsonObject {
  const n = (i * 7_919) % 3_000;
  const service = word(n);
  return {
    source: 'logs',
    kind: 'log line',
    status: 'firing',
    service,
    account: '111122223333',
    region: 'ap-northeast-1',
    title: `${service} refused order 5512`,
    message: `${service} refused order 5512 after ${i % 900} ms, attempt ${i % 3}: the connection was reset by peer`,
    level: LEVELS[i % 3] ?? 'ERROR',
    logGroup: `/aws/lambda/${service}-${i % 7}`,
    resource: `arn:aws:lambda:ap-northeast-1:111122223333:function:${service}`,
    fields: {
      tenant: `shop-${(n * 13) % 9_000}`,
      code: n * 7,
      ip: `10.${n % 256}.3.${i % 256}`,
      tags: [
        { key: 'team', value: 'payments' },
        { key: 'env', value: `stage-${n}` },
      ],
    },
  };
}

/** What a thousand rules cost, over ten and over asking each of the thousand. */
export async function ruleRatios(): Promise<void> {
  const documents = Array.from({ length: DOCUMENTS }, (_, i) => asRead(document(i)));
  const each = (find: (document: JsonObject) => unknown) => () => documents.map(find);
  const [ten, thousand] = [mixed(10), mixed(1_000)];
  const [indexOfTen, index] = [makeIndex(ten), makeIndex(thousand)];
  const ms = await medians(
    [
      { name: '10', run: each((one) => indexOfTen.first(one)) },
      { name: '1,000', run: each((one) => index.first(one)) },
      { name: 'all', run: each((one) => index.all(one)) },
      { name: 'in turn', run: each((one) => thousand.find(({ pattern }) => matches(pattern, one))) },
      { name: 'all in turn', run: each((one) => thousand.filter(({ pattern }) => matches(pattern, one))) },
      { name: 'build', run: () => makeIndex(thousand) },
    ],
    40,
    () => null,
  );
  const us = (name: string) => ((ms.get(name) ?? 0) * 1_000) / DOCUMENTS;
  const found = documents.filter((one) => index.first(one) !== undefined).length;
  console.log(
    `\nOne event against mixed rules (${Math.round((found * 100) / DOCUMENTS)} % meet one of the thousand)`,
  );
  console.log(
    `  first of 1,000 over first of 10       ${(us('1,000') / us('10')).toFixed(2)}×   (${us('10').toFixed(2)} µs → ${us('1,000').toFixed(2)} µs)`,
  );
  console.log(`  one by one over the index, first      ${(us('in turn') / us('1,000')).toFixed(1)}×`);
  console.log(`  one by one over the index, all        ${(us('all in turn') / us('all')).toFixed(1)}×`);
  console.log(`  building the index of 1,000           ${(ms.get('build') ?? 0).toFixed(1)} ms`);
}
