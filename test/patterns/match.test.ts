import { describe, expect, it, test } from 'vitest';
import { matches } from '../../shared/patterns/match.ts';
import { compiled, match } from './helpers.ts';

const absent = [{ exists: false }];

/** [what the row shows, the pattern, the event, whether it matches] */
type Row = readonly [rule: string, pattern: unknown, event: unknown, matches: boolean];

function table(rows: readonly Row[]): void {
  test.each(rows)('%s', (_, pattern, event, expected) => {
    expect(match(pattern, event)).toBe(expected);
  });
}

describe('fields', () => {
  table([
    ['all named fields must fit', { a: [1], b: [2] }, { a: 1, b: 2 }, true],
    ['one that does not fit is enough to fail', { a: [1], b: [2] }, { a: 1, b: 3 }, false],
    ['a missing field does not fit', { a: [1], b: [2] }, { a: 1 }, false],
    ['fields that are not named do not matter', { a: [1] }, { a: 1, b: 2, c: { d: 3 } }, true],
    ['objects nest', { a: { b: { c: [1] } } }, { a: { b: { c: 1 } } }, true],
    ['depth counts', { a: { b: { c: [1] } } }, { a: { c: 1 } }, false],
    ['a value stands in no object', { a: { b: [1] } }, { a: 1 }, false],
    ['null holds no fields', { a: { b: [1] } }, { a: null }, false],
    ['a string has no fields', { a: { length: [1] } }, { a: 'x' }, false],
    ['a list has no fields of its own', { a: { length: [1] } }, { a: ['x'] }, false],
    ['a list has no numbered fields', { a: { 0: ['x'] } }, { a: ['x'] }, false],
    ['names are matched with their case', { Source: ['x'] }, { source: 'x' }, false],
    ['a dot in a name is a dot', { 'log.level': ['x'] }, { 'log.level': 'x' }, true],
    ['a dot in a name is no path', { 'log.level': ['x'] }, { log: { level: 'x' } }, false],
    ['the empty name is a name', { '': ['x'] }, { '': 'x' }, true],
    ['an operator may be the name of a field', { prefix: ['x'] }, { prefix: 'x' }, true],
    [
      'an operator may be the name of a field with fields',
      { cidr: { exists: [1] } },
      { cidr: { exists: 1 } },
      true,
    ],
  ]);
});

describe('names that JavaScript knows', () => {
  const parse = (text: string): unknown => JSON.parse(text);
  table([
    ['toString is no field of every event', { toString: [{ exists: true }] }, {}, false],
    ['constructor is absent unless it is there', { constructor: absent }, {}, true],
    ['constructor is plain data', { constructor: ['x'] }, { constructor: 'x' }, true],
    ['an inherited field is not there', { constructor: { name: ['Object'] } }, {}, false],
    ['__proto__ is plain data', parse('{"__proto__": ["x"]}'), parse('{"__proto__": "x"}'), true],
    ['__proto__ holds fields', parse('{"__proto__": {"a": [1]}}'), parse('{"__proto__": {"a": 1}}'), true],
    ['__proto__ is absent unless it is there', parse('{"__proto__": [{"exists": false}]}'), {}, true],
    ['a field of __proto__ is not inherited', { a: [1] }, parse('{"__proto__": {"a": 1}}'), false],
    ['hasOwnProperty in the event is data', { a: [1] }, { a: 1, hasOwnProperty: 'x' }, true],
  ]);
});

describe('absence', () => {
  table([
    ['below a missing object it holds', { a: { b: absent } }, {}, true],
    ['below a missing object of a missing object it holds', { a: { b: { c: absent } } }, {}, true],
    ['below a value it holds', { a: { b: absent } }, { a: 1 }, true],
    ['below null it holds', { a: { b: absent } }, { a: null }, true],
    ['below an object without the field it holds', { a: { b: absent } }, { a: { c: 1 } }, true],
    ['where the value is, it fails', { a: { b: absent } }, { a: { b: 1 } }, false],
    ['an object where a value was asked for is absence', { a: { b: absent } }, { a: { b: { c: 1 } } }, true],
    ['beside a value that is wanted, both count', { a: [1], b: absent }, { a: 1 }, true],
    ['beside a value that is missing, it is not enough', { a: [1], b: absent }, {}, false],
    ['beside a value that is wanted, it may fail', { a: [1], b: absent }, { a: 1, b: 2 }, false],
    ['of everything matches the empty event', { a: absent, b: { c: absent } }, {}, true],
  ]);
});

describe('lists in the event', () => {
  table([
    ['any element may fit', { a: ['x'] }, { a: ['w', 'x'] }, true],
    ['some element must fit', { a: ['x'] }, { a: ['v', 'w'] }, false],
    ['an empty list fits nothing', { a: ['x'] }, { a: [] }, false],
    ['null as an element fits null', { a: [null] }, { a: [null] }, true],
    ['an empty list is not null', { a: [null] }, { a: [] }, false],
    ['lists in lists are searched', { a: ['x'] }, { a: [['w'], [['x']]] }, true],
    ['elements of several types are searched', { a: [1] }, { a: ['x', null, { b: 2 }, 1] }, true],
    ['a list of objects is searched', { a: { b: [1] } }, { a: [{ b: 0 }, { b: 1 }] }, true],
    ['a list of objects and values is searched', { a: { b: [1] } }, { a: ['x', { b: 1 }] }, true],
    ['lists of lists of objects are searched', { a: { b: [1] } }, { a: [[{ b: 0 }], [{ b: 1 }]] }, true],
    ['two fields must fit in the same object', { a: { b: [1], c: [2] } }, { a: [{ b: 1, c: 2 }] }, true],
    ['two fields in two objects do not fit', { a: { b: [1], c: [2] } }, { a: [{ b: 1 }, { c: 2 }] }, false],
    [
      'a later object may have both',
      { a: { b: [1], c: [2] } },
      {
        a: [
          { b: 1, c: 0 },
          { b: 1, c: 2 },
        ],
      },
      true,
    ],
    [
      'two fields further down must come from the same object',
      { a: { b: { c: [1] }, d: { e: [2] } } },
      { a: [{ b: { c: 1 } }, { d: { e: 2 } }] },
      false,
    ],
    [
      'lists below a list each choose their own element',
      { a: { b: { x: [1] }, c: { y: [2] } } },
      { a: [{ b: [{ x: 0 }, { x: 1 }], c: [{ y: 2 }, { y: 0 }] }] },
      true,
    ],
    [
      'lists below different elements do not meet',
      { a: { b: { x: [1] }, c: { y: [2] } } },
      { a: [{ b: [{ x: 1 }] }, { c: [{ y: 2 }] }] },
      false,
    ],
    [
      'lists beside each other are independent',
      { a: { x: [1] }, b: { x: [2] } },
      { a: [{ x: 0 }, { x: 1 }], b: [{ x: 2 }, { x: 0 }] },
      true,
    ],
    ['absence alone must hold in every object', { a: { b: absent } }, { a: [{ b: 1 }, { c: 1 }] }, false],
    ['absence alone holds in objects without the field', { a: { b: absent } }, { a: [{ c: 1 }, {}] }, true],
    ['absence alone holds in an empty list', { a: { b: absent } }, { a: [] }, true],
    ['absence alone holds in a list of values', { a: { b: absent } }, { a: ['b', 1] }, true],
    [
      'absence beside a value counts in the same object',
      { a: { b: absent, c: [1] } },
      { a: [{ b: 1, c: 0 }, { c: 1 }] },
      true,
    ],
    [
      'absence beside a value fails in the same object',
      { a: { b: absent, c: [1] } },
      { a: [{ b: 1, c: 1 }, {}] },
      false,
    ],
    [
      'absence further down must hold in every object',
      { a: { b: { c: absent } } },
      { a: [{}, { b: { c: 1 } }] },
      false,
    ],
    [
      'a value or absence: no other value in any object',
      { a: { b: [...absent, 1] } },
      { a: [{ b: 2 }, {}] },
      false,
    ],
    [
      'a value or absence: the value in one object',
      { a: { b: [...absent, 1] } },
      { a: [{ b: 2 }, { b: 1 }] },
      true,
    ],
    ['a value or absence: absent in all objects', { a: { b: [...absent, 1] } }, { a: [{}, {}] }, true],
  ]);
});

describe('$or', () => {
  const either = { $or: [{ a: [1] }, { b: [2] }] };
  table([
    ['the first alternative may fit', either, { a: 1 }, true],
    ['the second alternative may fit', either, { b: 2 }, true],
    ['both may fit', either, { a: 1, b: 2 }, true],
    ['one must fit', either, { a: 2, b: 1 }, false],
    ['fields beside it must fit as well', { c: [3], ...either }, { a: 1, c: 3 }, true],
    ['fields beside it are not alternatives', { c: [3], ...either }, { a: 1 }, false],
    ['fields beside it are not enough', { c: [3], ...either }, { c: 3 }, false],
    ['an alternative may have several fields', { $or: [{ a: [1], b: [1] }, { c: [1] }] }, { a: 1 }, false],
    ['all fields of an alternative count', { $or: [{ a: [1], b: [1] }, { c: [1] }] }, { a: 1, b: 1 }, true],
    ['alternatives may name the same field', { $or: [{ a: [1] }, { a: [2], b: [2] }] }, { a: 2, b: 2 }, true],
    ['it may stand below a field', { x: either }, { x: { b: 2 } }, true],
    ['below a field it looks there', { x: either }, { b: 2 }, false],
    ['it nests', { $or: [{ a: [1] }, { $or: [{ b: [2] }, { c: [3] }] }] }, { c: 3 }, true],
    [
      'a nested one belongs to its alternative',
      { $or: [{ a: [1] }, { d: [4], ...either }] },
      { b: 2 },
      false,
    ],
    ['two at different depths both count', { ...either, x: either }, { a: 1, x: { b: 2 } }, true],
    ['two at different depths must both fit', { ...either, x: either }, { a: 1, x: {} }, false],
    [
      'below a list it is asked of each object',
      { x: { c: [3], ...either } },
      { x: [{ a: 1 }, { b: 2, c: 3 }] },
      true,
    ],
    [
      'below a list it must hold in the same object',
      { x: { c: [3], ...either } },
      { x: [{ a: 1 }, { c: 3 }] },
      false,
    ],
    [
      'an alternative and a field beside it meet in the same object of a list',
      { x: { c: [3] }, $or: [{ x: { a: [1] } }, { b: [2] }] },
      { x: [{ c: 3 }, { a: 1 }] },
      false,
    ],
    [
      'an alternative and a field beside it find the object that has both',
      { x: { c: [3] }, $or: [{ x: { a: [1] } }, { b: [2] }] },
      { x: [{ c: 3 }, { a: 1, c: 3 }] },
      true,
    ],
    [
      'operators stand in alternatives',
      { $or: [{ a: absent }, { a: [{ prefix: 'x' }] }] },
      { a: 'xy' },
      true,
    ],
    ['absence is an alternative', { $or: [{ a: absent }, { a: [{ prefix: 'x' }] }] }, {}, true],
    ['with values it is a field of that name', { $or: ['a', 'b'] }, { $or: 'b' }, true],
    ['with an operator it is a field of that name', { $or: [{ prefix: 'a' }] }, { $or: 'ab' }, true],
    [
      'with two operators it is a field of that name',
      { $or: [{ prefix: 'a' }, { suffix: 'z' }] },
      { $or: 'yz' },
      true,
    ],
    ['with an object it is a field of that name', { $or: { a: [1] } }, { $or: { a: 1 } }, true],
    ['a field of that name is no alternative', { $or: { a: [1] } }, { a: 1 }, false],
    [
      'an operator further down is no matter',
      { $or: [{ a: { prefix: [1] } }, { b: [1] }] },
      { a: { prefix: 1 } },
      true,
    ],
  ]);
});

describe('examples from the field', () => {
  const finding = {
    source: 'aws.guardduty',
    'detail-type': 'GuardDuty Finding',
    account: '111122223333',
    region: 'ap-northeast-1',
    resources: [],
    detail: {
      severity: 8,
      type: 'UnauthorizedAccess:EC2/SSHBruteForce',
      resource: { instanceDetails: { tags: [{ key: 'env', value: 'prod' }], launchTime: null } },
      service: { archived: false, count: 3, action: { remoteIp: '198.51.100.7' } },
    },
  };
  test.each([
    ['a high finding', { source: ['aws.guardduty'], detail: { severity: [{ numeric: ['>=', 7] }] } }, true],
    ['a low finding', { detail: { severity: [{ numeric: ['<', 4] }] } }, false],
    [
      'in production',
      { detail: { resource: { instanceDetails: { tags: { key: ['env'], value: ['prod'] } } } } },
      true,
    ],
    ['of EC2', { detail: { type: [{ wildcard: '*:EC2/*' }] } }, true],
    ['from outside', { detail: { service: { action: { remoteIp: [{ cidr: '198.51.100.0/24' }] } } } }, true],
    ['not archived', { detail: { service: { archived: [false] } } }, true],
    ['outside our regions', { region: [{ 'anything-but': ['ap-northeast-1', 'us-east-1'] }] }, false],
    ['without an error', { detail: { errorCode: absent } }, true],
    ['no launch time', { detail: { resource: { instanceDetails: { launchTime: [null] } } } }, true],
  ])('%s', (_, pattern, expected) => {
    expect(match(pattern, finding)).toBe(expected);
  });
});

describe('hostile documents', () => {
  test.each([
    null,
    undefined,
    1,
    'x',
    true,
    [],
    [{ a: 1 }],
    Symbol('x'),
    1n,
    () => 1,
    new Date(0),
    Number.NaN,
  ])('a document that is not an object (or empty) matches nothing that is wanted: %s', (document) => {
    expect(matches(compiled({ a: [1] }), document)).toBe(false);
  });

  it('reads values that JSON does not have as nothing', () => {
    expect(matches(compiled({ a: [{ exists: true }] }), { a: () => 1 })).toBe(false);
    expect(matches(compiled({ a: [{ 'anything-but': 'x' }] }), { a: undefined })).toBe(false);
  });

  it('follows lists 64 deep and counts deeper ones as empty, be they a million', () => {
    const nested = (depth: number): unknown => {
      let node: unknown = 'x';
      for (let i = 0; i < depth; i++) node = [node];
      return node;
    };
    expect(matches(compiled({ a: ['x'] }), { a: nested(64) })).toBe(true);
    expect(matches(compiled({ a: ['x'] }), { a: nested(65) })).toBe(false);
    expect(matches(compiled({ a: { b: [1] } }), { a: nested(1_000_000) })).toBe(false);
    expect(matches(compiled({ a: absent }), { a: nested(1_000_000) })).toBe(true);
  });

  it('looks at each element once, however the lists multiply', () => {
    const looks = { count: 0 };
    const element = {
      x: 1,
      get last() {
        looks.count++;
        return 0;
      },
    };
    const list = Array.from({ length: 100 }, () => element);
    const fields = { x: [1], last: [1] };
    expect(matches(compiled({ a: fields, b: fields, c: fields }), { a: list, b: list, c: list })).toBe(false);
    expect(looks.count).toBe(100);
  });
});

describe('the compiled form', () => {
  it('exposes each way through $or as flat fields, for an index', () => {
    const { ways } = compiled({ a: { b: ['x'] }, $or: [{ c: [1] }, { d: [2], e: [{ exists: false }] }] });
    expect(ways.map(({ fields }) => fields.map(({ path }) => path.join('/')))).toEqual([
      ['a/b', 'c'],
      ['a/b', 'd', 'e'],
    ]);
    expect(ways[1]?.fields.map(({ leaf }) => leaf.absent)).toEqual([false, false, true]);
    expect(ways[0]?.fields[0]?.leaf.equals).toEqual(new Set(['x']));
  });
});
