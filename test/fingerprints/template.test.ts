import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { templateOf } from '../../shared/fingerprints/template.ts';
import { DIFFERENT, SAME } from './pairs.ts';

describe('one problem has one template whatever changes in', () => {
  test.each(SAME)('%s', (_, one, other) => {
    expect(templateOf(one)).toBe(templateOf(other));
    expect(templateOf(one)).not.toBe('');
  });
});

describe('two problems are told apart by', () => {
  test.each(DIFFERENT)('%s', (_, one, other) => {
    expect(templateOf(one)).not.toBe(templateOf(other));
  });
});

describe('a template reads well', () => {
  test.each([
    ['Payment gateway returned 502 for order 18273', 'Payment gateway returned 502 for order <*>'],
    [
      '決済APIの応答がありません。注文12345を確認してください',
      '決済APIの応答がありません。注文<*>を確認してください',
    ],
    ['level=ERROR msg="save failed" status=500 id=42', 'level=<*> msg= save failed status=500 id=<*>'],
    [
      'Error: boom\n    at f (/var/task/a-1f2e3d4c.js:1:2)\n    at g (/var/task/b.js:9:9)',
      'Error: boom | at task/a.js:f < task/b.js:g',
    ],
    ['', ''],
  ])('%j', (text, template) => {
    expect(templateOf(text)).toBe(template);
  });
});

const changing: readonly [string, fc.Arbitrary<string>][] = [
  ['counters', fc.nat().map(String)],
  ['decimals', fc.double({ min: 0.001, max: 1e6, noNaN: true }).map((n) => n.toFixed(3))],
  ['UUIDs', fc.uuid()],
  [
    'timestamps',
    fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true }).map((d) => d.toISOString()),
  ],
  ['epoch milliseconds', fc.integer({ min: 1e12, max: 2e12 }).map(String)],
  ['IPv4 addresses', fc.ipV4()],
  ['URLs', fc.nat().map((n) => `https://api.example.com/v1/things/${n}?page=${n % 7}`)],
  ['ARNs', fc.nat().map((n) => `arn:aws:sqs:us-east-1:123456789012:queue-${n}`)],
  ['hex ids', fc.nat().map((n) => `0x${n.toString(16)}`)],
];

describe('laws', () => {
  test.each(changing)('%s never change a template', (_, values) => {
    fc.assert(
      fc.property(
        values,
        values,
        fc.constantFrom('job {} is stuck', '処理{}が停止', 'call a={} b={} failed', '[{}] "x" broke'),
        (a, b, frame) => {
          expect(templateOf(frame.replaceAll('{}', a))).toBe(templateOf(frame.replaceAll('{}', b)));
        },
      ),
    );
  });

  it('never takes different words for the same problem', () => {
    const word = fc.stringMatching(/^[a-z]{3,10}$/);
    fc.assert(
      fc.property(word, word, (a, b) => {
        fc.pre(a !== b);
        expect(templateOf(`cannot ${a} the order 12`)).not.toBe(templateOf(`cannot ${b} the order 12`));
      }),
    );
  });

  it('keeps every HTTP status apart from every other', () => {
    const status = fc.integer({ min: 100, max: 599 });
    const frames = ['HTTP {}', 'status={}', 'status code {}', 'returned {}', '{"status":{}}', 'ステータス{}'];
    fc.assert(
      fc.property(status, status, fc.constantFrom(...frames), (a, b, frame) => {
        fc.pre(a !== b);
        expect(templateOf(frame.replace('{}', String(a)))).not.toBe(
          templateOf(frame.replace('{}', String(b))),
        );
      }),
    );
  });

  it('is total, bounded and free of private marks for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 5_000 }), (text) => {
        const template = templateOf(text);
        expect(template.length).toBeLessThan(20_000);
        expect(template).not.toMatch(/[\uE000\uE001]/);
      }),
    );
  });

  it('does not depend on the order of the keys of a JSON line', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ maxLength: 8 }), fc.jsonValue({ maxDepth: 2 })), (fields) => {
        const turned = Object.fromEntries(Object.entries(fields).reverse());
        expect(templateOf(JSON.stringify(turned))).toBe(templateOf(JSON.stringify(fields)));
      }),
    );
  });
});

describe('hostile text', () => {
  it('looks no further than its bounds, so that the rest of a long text changes nothing', () => {
    const head = `disk is full\n${'on volume a '.repeat(200)}`;
    expect(templateOf(head + 'z'.repeat(1_000_000))).toBe(templateOf(head));
  });

  test.each([
    ['one word', 'a'.repeat(100_000)],
    ['dots', '.'.repeat(100_000)],
    ['punctuation inside a word', `a${'!'.repeat(100_000)}b`],
    ['white space', `${' '.repeat(100_000)}x`],
    ['open quotes', 'a="'.repeat(30_000)],
    ['open brackets', 'VALUES ('.repeat(12_000)],
    ['deep JSON', `${'{"a":'.repeat(12_000)}1${'}'.repeat(12_000)}`],
    ['slashes', '/a'.repeat(50_000)],
    ['half a trace', 'at f ('.repeat(16_000)],
    ['a character that normalises to eighteen', '\uFDFA'.repeat(100_000)],
    ['own marks', '\uE000\uE001'.repeat(50_000)],
  ])('%s of 100 kB gives a template of bounded length', (_, text) => {
    expect(templateOf(text).length).toBeLessThanOrEqual(4_200);
  });

  it('reads prototype keys of a JSON line as data', () => {
    expect(templateOf('{"__proto__":{"message":"x"},"message":"boom"}')).toContain('boom');
  });
});
