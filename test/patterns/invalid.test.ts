import { describe, expect, it, test } from 'vitest';
import { compilePattern, parsePattern } from '../../shared/patterns/parse.ts';
import { problem } from './helpers.ts';

/** [the pattern's text, `line:column message`] */
type Row = readonly [source: string, expected: string];

function table(rows: readonly Row[]): void {
  test.each(rows)('%s', (source, expected) => {
    expect(problem(source)).toBe(expected);
  });
}

/** Refusals of the list that the field `a` has: the list begins at column 7. */
function listTable(rows: readonly Row[]): void {
  table(rows.map(([list, expected]) => [`{"a": ${list}}`, expected]));
}

describe('shapes that are no pattern', () => {
  const noObject = '1:1 a pattern is an object, such as {"source": ["aws.ec2"]}';
  const emptyObject = 'an empty object tests nothing; name a field or leave it out';
  const emptyList = 'an empty list never matches; fill it or leave the field out';
  table([
    ['[]', noObject],
    ['"x"', noObject],
    ['null', noObject],
    ['{}', `1:1 ${emptyObject}`],
    ['{"a": {}}', `1:7 ${emptyObject}`],
    ['{"a": [1], "b": {"c": {}}}', `1:23 ${emptyObject}`],
    ['{"a": []}', `1:7 ${emptyList}`],
    ['{"source": "aws.ec2"}', '1:12 what a field may be goes in a list: ["aws.ec2"]'],
    ['{\n  "detail": {\n    "state": "run"\n  }\n}', '3:14 what a field may be goes in a list: ["run"]'],
    ['{"a": 1}', '1:7 what a field may be goes in a list: [1]'],
    ['{"a": null}', '1:7 what a field may be goes in a list: [null]'],
    ['{"a": {"prefix": "x"}}', '1:18 an operator goes in a list: [{"prefix": "x"}]'],
    ['{"a": {"exists": false}}', '1:18 an operator goes in a list: [{"exists": false}]'],
    ['{"a": [["x"]]}', '1:8 a list holds strings, numbers, true, false, null and operators'],
    ['{"a": [{}]}', '1:8 an empty object tests nothing; an operator goes in it'],
  ]);
});

describe('operators that are none', () => {
  const all = 'use prefix, suffix, equals-ignore-case, wildcard, anything-but, numeric, exists, cidr';
  listTable([
    ['[{"prefx": "x"}]', '1:9 there is no operator "prefx"; did you mean prefix?'],
    ['[{"Prefix": "x"}]', '1:9 there is no operator "Prefix"; did you mean prefix?'],
    ['["x",\n{"startsWith": "x"}]', '2:2 there is no operator "startsWith"; did you mean prefix?'],
    [
      '[{"equalsIgnoreCase": "x"}]',
      '1:9 there is no operator "equalsIgnoreCase"; did you mean equals-ignore-case?',
    ],
    [
      '[{"equal-ignore-case": "x"}]',
      '1:9 there is no operator "equal-ignore-case"; did you mean equals-ignore-case?',
    ],
    ['[{"anything_but": "x"}]', '1:9 there is no operator "anything_but"; did you mean anything-but?'],
    ['[{"not": "x"}]', '1:9 there is no operator "not"; did you mean anything-but?'],
    ['[{"regex": "x"}]', '1:9 there is no operator "regex"; did you mean wildcard?'],
    ['[{"numreic": ["=", 1]}]', '1:9 there is no operator "numreic"; did you mean numeric?'],
    ['[{"exist": true}]', '1:9 there is no operator "exist"; did you mean exists?'],
    ['[{"prfx": "x"}]', '1:9 there is no operator "prfx"; did you mean prefix?'],
    ['[{"prefixation": "x"}]', `1:9 there is no operator "prefixation"; ${all}`],
    ['[{"greater": 1}]', `1:9 there is no operator "greater"; ${all}`],
    ['[{"__proto__": 1}]', `1:9 there is no operator "__proto__"; ${all}`],
    ['[{"prefix": "x", "suffix": "y"}]', '1:24 each operator goes in an object of its own'],
  ]);
});

describe('operands of the wrong kind', () => {
  const block = 'cidr takes a block such as 10.0.0.0/8 or 2001:db8::/32';
  const backslash = 'a backslash stands only before `*` or another backslash';
  listTable([
    ['["ok", {"prefix": 5}]', '1:25 prefix takes a string, not 5'],
    ['[{"prefix": null}]', '1:19 prefix takes a string, not null'],
    ['[{"prefix": ["x"]}]', '1:19 prefix takes a string, not a list'],
    ['[{"prefix": {}}]', '1:19 an empty object tests nothing; an operator goes in it'],
    ['[{"prefix": {"suffix": "x"}}]', '1:20 suffix cannot be used here; use equals-ignore-case'],
    ['[{"prefix": {"equals-ignore-case": 5}}]', '1:42 equals-ignore-case takes a string, not 5'],
    ['[{"suffix": true}]', '1:19 suffix takes a string, not true'],
    ['[{"equals-ignore-case": ["x"]}]', '1:31 equals-ignore-case takes a string, not a list'],
    ['[{"wildcard": 5}]', '1:21 wildcard takes a string, not 5'],
    ['[{"wildcard": "a**b"}]', '1:21 one `*` is enough: two in a row mean the same'],
    ['[{"wildcard": "a\\\\b"}]', `1:21 ${backslash}`],
    ['[{"wildcard": "a\\\\"}]', `1:21 ${backslash}`],
    ['[{"exists": "true"}]', '1:19 exists takes true or false, not "true"'],
    ['[{"exists": [true]}]', '1:19 exists takes true or false, not a list'],
    ['[{"cidr": 10}]', '1:17 cidr takes a string, not 10'],
    ['[{"cidr": "10.0.0.0"}]', `1:17 ${block}`],
    ['[{"cidr": "10.0.0.0/33"}]', `1:17 ${block}`],
    ['[{"cidr": "10.0.0/8"}]', `1:17 ${block}`],
    ['[{"cidr": "10.0.0.0/08"}]', `1:17 ${block}`],
    ['[{"cidr": "10.0.0.0/"}]', `1:17 ${block}`],
    ['[{"cidr": "/0"}]', `1:17 ${block}`],
    ['[{"cidr": "10.0.0/0"}]', `1:17 ${block}`],
    ['[{"cidr": "a::b::c/0"}]', `1:17 ${block}`],
    ['[{"cidr": "/8"}]', `1:17 ${block}`],
    ['[{"cidr": "2001:db8::/129"}]', `1:17 ${block}`],
  ]);
});

describe('anything-but that cannot be', () => {
  listTable([
    ['[{"anything-but": null}]', '1:25 anything-but takes strings or numbers, not null'],
    ['[{"anything-but": true}]', '1:25 anything-but takes strings or numbers, not true'],
    ['[{"anything-but": []}]', '1:25 an empty list excludes nothing; put a value in it'],
    ['[{"anything-but": ["x", 1]}]', '1:31 strings and numbers cannot share one anything-but'],
    ['[{"anything-but": ["x", null]}]', '1:31 anything-but takes strings or numbers, not null'],
    ['[{"anything-but": [["x"]]}]', '1:26 anything-but takes strings or numbers, not a list'],
    ['[{"anything-but": {}}]', '1:25 an empty object tests nothing; an operator goes in it'],
    ['[{"anything-but": {"prefix": ""}}]', '1:36 an empty string here excludes every string; name one'],
    [
      '[{"anything-but": {"suffix": ["x", ""]}}]',
      '1:42 an empty string here excludes every string; name one',
    ],
    ['[{"anything-but": {"prefix": []}}]', '1:36 an empty list excludes nothing; put a value in it'],
    ['[{"anything-but": {"prefix": [1]}}]', '1:37 prefix takes a string, not 1'],
    ['[{"anything-but": {"wildcard": "**"}}]', '1:38 one `*` is enough: two in a row mean the same'],
    ['[{"anything-but": {"prefix": "x", "suffix": "y"}}]', '1:41 each operator goes in an object of its own'],
    [
      '[{"anything-but": {"numeric": [">", 1]}}]',
      '1:26 numeric cannot be used here; use prefix, suffix, equals-ignore-case, wildcard',
    ],
    ['[{"anything-but": {"prefixes": ["x"]}}]', '1:26 there is no operator "prefixes"; did you mean prefix?'],
  ]);
});

describe('numeric that cannot be', () => {
  const form = 'numeric takes one or two comparisons: [">", 0] or [">=", 0, "<", 10]';
  listTable([
    ['[{"numeric": 5}]', `1:20 ${form}`],
    ['[{"numeric": []}]', `1:20 ${form}`],
    ['[{"numeric": [">"]}]', `1:20 ${form}`],
    ['[{"numeric": [">", 1, "<"]}]', `1:20 ${form}`],
    ['[{"numeric": [">", 1, "<", 2, "<", 3]}]', `1:20 ${form}`],
    ['[{"numeric": ["=>", 1]}]', '1:21 compare by <, <=, =, >= or >, not "=>"'],
    ['[{"numeric": [1, ">"]}]', '1:21 compare by <, <=, =, >= or >, not 1'],
    ['[{"numeric": [">", "1"]}]', '1:26 > takes a number from -5e9 to 5e9, not "1"'],
    ['[{"numeric": [">", 5000000001]}]', '1:26 > takes a number from -5e9 to 5e9, not 5000000001'],
    [
      '[{"numeric": [">", 1767225600000]}]',
      '1:26 > takes a number from -5e9 to 5e9, not 1767225600000; write times in seconds',
    ],
    ['[{"numeric": ["<", -5e10]}]', '1:26 < takes a number from -5e9 to 5e9, not -50000000000'],
    ['[{"numeric": ["<", 10, ">", 0]}]', '1:21 the first of two comparisons is > or >='],
    ['[{"numeric": ["=", 1, "<", 2]}]', '1:21 the first of two comparisons is > or >='],
    ['[{"numeric": [">", 0, ">=", 1]}]', '1:29 the second of two comparisons is < or <='],
    ['[{"numeric": [">", 0, "=", 1]}]', '1:29 the second of two comparisons is < or <='],
    ['[{"numeric": [">", 5, "<", 5]}]', '1:26 the lower bound must be below the upper one'],
    ['[{"numeric": [">=", 6, "<=", 5]}]', '1:27 the lower bound must be below the upper one'],
  ]);
});

describe('$or that cannot be', () => {
  const few = '$or chooses between patterns: give it at least two of them';
  const twice = 'this field is tested twice on one way through $or; test it once';
  table([
    ['{"$or": []}', '1:9 an empty list never matches; fill it or leave the field out'],
    ['{"$or": [{"a": [1]}]}', `1:11 ${few}`],
    ['{"$or": [{"a": [1]}, "x"]}', `1:11 ${few}`],
    ['{"$or": [{"a": [1]}, {}]}', '1:22 an empty object tests nothing; name a field or leave it out'],
    ['{"$or": [{"a": [1]}, {"b": 1}]}', '1:28 what a field may be goes in a list: [1]'],
    ['{"$or": "x"}', '1:9 what a field may be goes in a list: ["x"]'],
    ['{"a": [1], "$or": [{"a": [2]}, {"b": [1]}]}', `1:21 ${twice}`],
    ['{"$or": [{"a": [2]}, {"b": [1]}], "a": [1]}', `1:35 ${twice}`],
    ['{"a": {"b": [1]}, "$or": [{"a": [2]}, {"c": [1]}]}', `1:28 ${twice}`],
    ['{"x": {"a": [1]}, "$or": [{"x": {"a": [2]}}, {"b": [1]}]}', `1:34 ${twice}`],
  ]);
});

describe('text that is no JSON', () => {
  table([
    ['', '1:1 a value goes here, not the end'],
    ['\n \n', '3:1 a value goes here, not the end'],
    ['{"a": ["x"], "a": ["y"]}', '1:14 "a" is already there; keep one of the two'],
    ['{"a": {"b": [1], "\\u0062": [2]}}', '1:18 "b" is already there; keep one of the two'],
    ['{"a": ["x",]}', '1:11 no comma goes before ]'],
    ['{"a": ["x"],\r\n}', '1:12 no comma goes before }'],
    ['{"a": ["x"]', '1:12 a comma or } goes here, not the end'],
    ['{"a": ["x"', '1:11 a comma or ] goes here, not the end'],
    ['{"a": ["x" "y"]}', '1:12 a comma or ] goes here, not "'],
    ['{"a": ["x"]\n"b": ["y"]}', '2:1 a comma or } goes here, not "'],
    ['{"a": ["x}', '1:8 this string has no closing double quote'],
    ['{"a": ["x\n"]}', '1:8 this string has no closing double quote'],
    ['{"a": ["x\ty"]}', '1:10 a control character in a string is written as an escape, such as \\t'],
    ['{"a": ["\\x"]}', '1:9 JSON has no such escape; a backslash itself is written \\\\'],
    ['{"a": ["\\u12"]}', '1:9 JSON has no such escape; a backslash itself is written \\\\'],
    ['{"a" ["x"]}', '1:6 a colon goes after a field name, not ['],
    ['{a: ["x"]}', '1:2 a field name in quotes goes here, not a'],
    ["{'a': 1}", '1:2 a field name in quotes goes here, not a single quote (strings go in double quotes)'],
    ['{"a": [True]}', '1:8 a value goes here, not True'],
    ['{"a": [truex]}', '1:12 a comma or ] goes here, not x'],
    ['{"a": [01]}', '1:9 a comma or ] goes here, not 1'],
    ['{"a": [.5]}', '1:8 a value goes here, not .'],
    ['{"a": [+1]}', '1:8 a value goes here, not +'],
    ['{"a": [-]}', '1:8 a value goes here, not -'],
    ['{"a": [1e999]}', '1:8 this number is too large'],
    ['{"a": ["x"]} {}', '1:14 the pattern ends before this: {'],
    ['// note\n{"a": ["x"]}', '1:1 a value goes here, not / (JSON has no comments)'],
    ['{"a": [,]}', '1:8 a value goes here, not ,'],
    ['{"a":}', '1:6 a value goes here, not }'],
  ]);

  it('counts columns in UTF-16 units and lines by line feeds', () => {
    expect(problem('{"🔥": 1}')).toBe('1:8 what a field may be goes in a list: [1]');
    expect(problem('{\r\n\t"a": 1}')).toBe('2:7 what a field may be goes in a list: [1]');
  });

  it('takes a byte order mark as no part of the text', () => {
    expect(parsePattern('\uFEFF{"a": [1]}').ok).toBe(true);
    expect(problem('\uFEFF{"a": 1}')).toBe('1:8 what a field may be goes in a list: [1]');
  });
});

it('keeps what it quotes short', () => {
  expect(problem(`{"a": "${'x'.repeat(1000)}"}`)).toBe(
    `1:7 what a field may be goes in a list: ["${'x'.repeat(38)}…]`,
  );
});

describe('limits', () => {
  const nested = (depth: number): string => `${'{"a":'.repeat(depth)}[1]${'}'.repeat(depth)}`;
  const alternatives = (count: number, name: string) =>
    Array.from({ length: count }, (_, i) => ({ [name]: [i] }));

  it('takes 64 levels and refuses 65', () => {
    expect(parsePattern(nested(63)).ok).toBe(true);
    expect(problem(nested(65))).toBe('1:326 a pattern is at most 64 levels deep');
  });

  it('refuses text nested without end', () => {
    expect(problem('['.repeat(60_000))).toBe('1:66 a pattern is at most 64 levels deep');
  });

  it('refuses more than 65,536 characters', () => {
    expect(parsePattern(`{"a": ["${'x'.repeat(65_525)}"]}`).ok).toBe(true);
    expect(problem(`{"a": ["${'x'.repeat(65_536)}"]}`)).toBe(
      '1:65537 a pattern has at most 65536 characters',
    );
  });

  it('takes 1,000 ways through $or and refuses more', () => {
    const or = { $or: alternatives(100, 'a'), b: { $or: alternatives(10, 'c') } };
    expect(compilePattern(or).ok).toBe(true);
    const more = compilePattern({ ...or, d: { $or: alternatives(2, 'e') } });
    expect(more).toMatchObject({
      ok: false,
      error: { path: ['d'], of: 'key', message: 'the alternatives of all $or multiply to more than 1000' },
    });
  });

  it('refuses a cyclic object, as YAML aliases can make one', () => {
    const cyclic: Record<string, object> = {};
    cyclic.a = cyclic;
    expect(compilePattern(cyclic as never)).toMatchObject({
      ok: false,
      error: { path: Array(65).fill('a') },
    });
  });
});

describe('where a problem is', () => {
  it('gives offset and path too', () => {
    expect(parsePattern('{"detail": {"x": ["a", {"prefx": 1}]}}')).toEqual({
      ok: false,
      error: {
        message: 'there is no operator "prefx"; did you mean prefix?',
        line: 1,
        column: 25,
        offset: 24,
        path: ['detail', 'x', 1, 'prefx'],
      },
    });
  });

  test.each([
    [{ a: { b: 1 } }, ['a', 'b'], 'value'],
    [{ a: ['x', { prefix: 1 }] }, ['a', 1, 'prefix'], 'value'],
    [{ a: ['x', { prefx: 1 }] }, ['a', 1, 'prefx'], 'key'],
    [{ $or: [{ a: [1] }, { b: [] }] }, ['$or', 1, 'b'], 'value'],
    [{ a: [{ numeric: ['>', Number.NaN] }] }, ['a', 0, 'numeric', 1], 'value'],
    [{ a: [Number.NaN] }, ['a', 0], 'value'],
    [{ a: [Number.POSITIVE_INFINITY] }, ['a', 0], 'value'],
    [{ a: [{ 'anything-but': [Number.NaN] }] }, ['a', 0, 'anything-but', 0], 'value'],
    [{ a: undefined }, ['a'], 'value'],
    [{ a: [undefined as never] }, ['a', 0], 'value'],
    [undefined, [], 'value'],
  ] as const)('for %j, which comes without text, it gives the path', (pattern, path, of) => {
    expect(compilePattern(pattern)).toMatchObject({ ok: false, error: { path, of } });
  });
});

describe('patterns that are valid and hardly meant', () => {
  test.each([
    ['{"a": {"numeric": [">", 5]}}', '1:8 numeric'],
    ['{"a": {"anything-but": ["x"]}}', '1:8 anything-but'],
    ['{"a": {"anything-but": {"prefix": ["x"]}}}', '1:8 anything-but'],
    ['{"a": {"equals-ignore-case": ["x"]}}', '1:8 equals-ignore-case'],
    ['{"$or": [{"b": [1]},\n{"a": {"numeric": ["=", 5]}}]}', '2:8 numeric'],
  ])('warns of an operator without a list around it: %s', (source, expected) => {
    const parsed = parsePattern(source);
    const [place, name] = expected.split(' ');
    expect(
      parsed.ok && parsed.warnings.map(({ line, column, message }) => `${line}:${column} ${message}`),
    ).toEqual([
      `${place} ${name} is read as a field's name here; an operator goes in a list: [{"${name}": …}]`,
    ]);
  });

  test.each([
    '{"a": [{"numeric": [">", 5]}]}',
    '{"numeric": [5]}',
    '{"detail": {"prefix": ["x"], "exists": [true]}}',
    '{"a": [{"anything-but": ["x"]}]}',
  ])('warns of nothing in %s', (source) => {
    expect(parsePattern(source)).toMatchObject({ ok: true, warnings: [] });
  });
});
