import { describe, expect, test } from 'vitest';
import { fits } from './helpers.ts';

/** [what the row shows, the list in the pattern, the value in the event, whether it fits] */
type Row = readonly [rule: string, list: readonly unknown[], value: unknown, fits: boolean];

function table(rows: readonly Row[]): void {
  test.each(rows)('%s', (_, list, value, expected) => {
    expect(fits(list, value)).toBe(expected);
  });
}

describe('plain values', () => {
  table([
    ['a string matches itself', ['a'], 'a', true],
    ['a string is matched with its case', ['a'], 'A', false],
    ['a string is matched whole', ['a'], 'ab', false],
    ['a longer string does not match a shorter one', ['ab'], 'a', false],
    ['the empty string matches the empty string', [''], '', true],
    ['the empty string does not match null', [''], null, false],
    ['spaces count', ['a'], 'a ', false],
    ['a star in a plain value is a star', ['a*'], 'abc', false],
    ['Unicode is matched code unit by code unit', ['é'], 'e\u0301', false],
    ['an emoji matches itself', ['🔥'], '🔥', true],
    ['a number matches itself', [300], 300, true],
    ['300 matches 300.0', [300], JSON.parse('300.0'), true],
    ['300 matches 3.0e2', [300], JSON.parse('3.0e2'), true],
    ['0.1 matches 1e-1', [0.1], JSON.parse('1e-1'), true],
    ['0 matches -0', [0], -0, true],
    ['a number does not match its text', [300], '300', false],
    ['a text does not match its number', ['300'], 300, false],
    ['a negative number matches itself', [-1.5], -1.5, true],
    ['a number beyond the numeric range still matches itself', [1767225600000], 1767225600000, true],
    ['nearby numbers differ', [300], 300.000001, false],
    ['true matches true', [true], true, true],
    ['true does not match false', [true], false, false],
    ['true does not match "true"', [true], 'true', false],
    ['true does not match 1', [true], 1, false],
    ['false matches false', [false], false, true],
    ['false does not match 0', [false], 0, false],
    ['false does not match null', [false], null, false],
    ['null matches null', [null], null, true],
    ['null does not match the empty string', [null], '', false],
    ['null does not match "null"', [null], 'null', false],
    ['null does not match an object', [null], {}, false],
    ['one of several values is enough', ['a', 'b', 'c'], 'c', true],
    ['none of several values is not', ['a', 'b', 'c'], 'd', false],
    ['values of several types stand side by side', ['a', 1, null], 1, true],
    ['a value given twice changes nothing', ['a', 'a'], 'a', true],
    ['a value does not match an object', ['a'], { a: 'a' }, false],
  ]);
});

describe('prefix', () => {
  table([
    ['the beginning is enough', [{ prefix: 'aws.' }], 'aws.ec2', true],
    ['the whole is a beginning', [{ prefix: 'aws.' }], 'aws.', true],
    ['the middle is not', [{ prefix: 'ws.' }], 'aws.ec2', false],
    ['a text shorter than the prefix does not match', [{ prefix: 'aws.' }], 'aws', false],
    ['case counts', [{ prefix: 'aws.' }], 'AWS.ec2', false],
    ['the empty prefix matches every string', [{ prefix: '' }], 'anything', true],
    ['the empty prefix matches the empty string', [{ prefix: '' }], '', true],
    ['the empty prefix does not match a number', [{ prefix: '' }], 1, false],
    ['the empty prefix does not match null', [{ prefix: '' }], null, false],
    ['a number has no prefix', [{ prefix: '3' }], 300, false],
    ['true has no prefix', [{ prefix: 't' }], true, false],
    ['a star in a prefix is a star', [{ prefix: 'a*' }], 'abc', false],
    [
      'ignoring case, the beginning is enough',
      [{ prefix: { 'equals-ignore-case': 'EventB' } }],
      'eventbridge',
      true,
    ],
    [
      'ignoring case, other letters differ',
      [{ prefix: { 'equals-ignore-case': 'EventB' } }],
      'events',
      false,
    ],
    [
      'ignoring case, the middle is not enough',
      [{ prefix: { 'equals-ignore-case': 'bridge' } }],
      'EventBridge',
      false,
    ],
    [
      'ignoring case, a final sigma begins a longer word',
      [{ prefix: { 'equals-ignore-case': 'ΟΔΟΣ' } }],
      'οδοσήμανση',
      true,
    ],
  ]);
});

describe('suffix', () => {
  table([
    ['the end is enough', [{ suffix: '.png' }], 'cat.png', true],
    ['the whole is an end', [{ suffix: '.png' }], '.png', true],
    ['the middle is not', [{ suffix: '.pn' }], 'cat.png', false],
    ['a text shorter than the suffix does not match', [{ suffix: '.png' }], 'png', false],
    ['case counts', [{ suffix: '.png' }], 'cat.PNG', false],
    ['the empty suffix matches every string', [{ suffix: '' }], 'cat', true],
    ['a number has no suffix', [{ suffix: '0' }], 300, false],
    ['null has no suffix', [{ suffix: 'l' }], null, false],
    ['ignoring case, the end is enough', [{ suffix: { 'equals-ignore-case': '.png' } }], 'CAT.PNG', true],
    [
      'ignoring case, other letters differ',
      [{ suffix: { 'equals-ignore-case': '.png' } }],
      'CAT.PNGX',
      false,
    ],
    [
      'ignoring case, a final sigma ends a word in capitals',
      [{ suffix: { 'equals-ignore-case': 'ος' } }],
      'ΟΔΟΣ',
      true,
    ],
  ]);
});

describe('equals-ignore-case', () => {
  table([
    ['the same case matches', [{ 'equals-ignore-case': 'prod' }], 'prod', true],
    ['another case matches', [{ 'equals-ignore-case': 'prod' }], 'PROD', true],
    ['a pattern in capitals matches small letters', [{ 'equals-ignore-case': 'PROD' }], 'prod', true],
    ['mixed case matches', [{ 'equals-ignore-case': 'pRoD' }], 'PrOd', true],
    ['other letters do not', [{ 'equals-ignore-case': 'prod' }], 'prob', false],
    ['a longer text does not', [{ 'equals-ignore-case': 'prod' }], 'production', false],
    ['digits and signs are themselves', [{ 'equals-ignore-case': 'a-1_' }], 'A-1_', true],
    ['a sign is not the other sign of its key', [{ 'equals-ignore-case': '_' }], '-', false],
    ['accented letters have a case too', [{ 'equals-ignore-case': 'ÉTÉ' }], 'été', true],
    ['full-width letters have a case too', [{ 'equals-ignore-case': 'ＡＢ' }], 'ａｂ', true],
    ['Japanese has none', [{ 'equals-ignore-case': '障害' }], '障害', true],
    ['the empty string matches itself alone', [{ 'equals-ignore-case': '' }], 'a', false],
    ['true is not a string', [{ 'equals-ignore-case': 'TRUE' }], true, false],
    ['null is not a string', [{ 'equals-ignore-case': 'null' }], null, false],
  ]);
});

describe('wildcard', () => {
  table([
    ['without a star it is the text itself', [{ wildcard: 'abc' }], 'abc', true],
    ['without a star nothing else fits', [{ wildcard: 'abc' }], 'abcd', false],
    ['the empty wildcard fits the empty string', [{ wildcard: '' }], '', true],
    ['the empty wildcard fits nothing else', [{ wildcard: '' }], 'a', false],
    ['a star alone fits every string', [{ wildcard: '*' }], 'anything', true],
    ['a star alone fits the empty string', [{ wildcard: '*' }], '', true],
    ['a star alone does not fit a number', [{ wildcard: '*' }], 1, false],
    ['a star alone does not fit null', [{ wildcard: '*' }], null, false],
    ['a star at the end fits any end', [{ wildcard: 'a*' }], 'abc', true],
    ['a star at the end fits no end', [{ wildcard: 'a*' }], 'a', true],
    ['a star at the beginning fits any beginning', [{ wildcard: '*c' }], 'abc', true],
    ['a star at the beginning leaves the end fixed', [{ wildcard: '*c' }], 'abcd', false],
    ['a star in the middle fits any middle', [{ wildcard: 'a*c' }], 'abbbc', true],
    ['a star in the middle fits no middle', [{ wildcard: 'a*c' }], 'ac', true],
    ['beginning and end do not overlap', [{ wildcard: 'ab*ba' }], 'aba', false],
    ['a part between stars may be anywhere', [{ wildcard: '*b*' }], 'abc', true],
    ['a part between stars must be there', [{ wildcard: '*x*' }], 'abc', false],
    ['parts come in order', [{ wildcard: '*a*b*' }], 'ba', false],
    ['parts do not share characters', [{ wildcard: '*aa*aa*' }], 'aaa', false],
    ['parts may touch', [{ wildcard: '*aa*aa*' }], 'aaaa', true],
    ['a part does not reach into the end', [{ wildcard: '*ab*b' }], 'ab', false],
    ['an early part that repeats leaves room for the end', [{ wildcard: 'a*b*c' }], 'abbbcbc', true],
    ['a star fits line breaks', [{ wildcard: 'a*c' }], 'a\n\r\u2028c', true],
    ['a star fits characters outside the basic plane', [{ wildcard: 'a*c' }], 'a🔥c', true],
    ['an escaped star is a star', [{ wildcard: 'a\\*c' }], 'a*c', true],
    ['an escaped star fits nothing else', [{ wildcard: 'a\\*c' }], 'abc', false],
    ['an escaped backslash is a backslash', [{ wildcard: 'a\\\\b' }], 'a\\b', true],
    ['an escaped backslash leaves the star after it alone', [{ wildcard: 'C:\\\\*' }], 'C:\\temp', true],
    ['an escaped star may follow a star', [{ wildcard: '*\\*' }], 'abc*', true],
    ['dots are dots', [{ wildcard: 'a.c*' }], 'abc', false],
    ['question marks are question marks', [{ wildcard: 'a?' }], 'ab', false],
    ['brackets are brackets', [{ wildcard: '[ab]*' }], 'a', false],
    ['case counts', [{ wildcard: 'A*' }], 'abc', false],
  ]);
});

describe('anything-but', () => {
  table([
    ['another string matches', [{ 'anything-but': 'a' }], 'b', true],
    ['the string itself does not', [{ 'anything-but': 'a' }], 'a', false],
    ['the string in another case matches', [{ 'anything-but': 'a' }], 'A', true],
    ['another number matches', [{ 'anything-but': 0 }], 1, true],
    ['the number itself does not, however written', [{ 'anything-but': 300 }], JSON.parse('3.0e2'), false],
    ["a number's text is something else", [{ 'anything-but': 300 }], '300', true],
    ['null is something else', [{ 'anything-but': 'a' }], null, true],
    ['true is something else', [{ 'anything-but': 'a' }], true, true],
    ['an object is no value', [{ 'anything-but': 'a' }], { b: 1 }, false],
    ['an empty list holds no value', [{ 'anything-but': 'a' }], [], false],
    ['of a list none may fit', [{ 'anything-but': ['a', 'b'] }], 'b', false],
    ['what is not in the list matches', [{ 'anything-but': ['a', 'b'] }], 'c', true],
    ['a list of numbers excludes each', [{ 'anything-but': [1, 2] }], 2, false],
    ['a list of one is that one', [{ 'anything-but': ['a'] }], 'a', false],
    ['a prefix excludes what begins so', [{ 'anything-but': { prefix: 'in' } }], 'init', false],
    ['a prefix excludes in its own case alone', [{ 'anything-but': { prefix: 'in' } }], 'INIT', true],
    ['a prefix leaves the rest', [{ 'anything-but': { prefix: 'in' } }], 'main', true],
    ['a prefix leaves numbers', [{ 'anything-but': { prefix: 'in' } }], 1, true],
    ['a prefix leaves null', [{ 'anything-but': { prefix: 'in' } }], null, true],
    ['of prefixes none may fit', [{ 'anything-but': { prefix: ['a', 'b'] } }], 'bc', false],
    ['what has none of the prefixes matches', [{ 'anything-but': { prefix: ['a', 'b'] } }], 'cb', true],
    ['a suffix excludes what ends so', [{ 'anything-but': { suffix: '.txt' } }], 'a.txt', false],
    ['a suffix excludes in its own case alone', [{ 'anything-but': { suffix: '.txt' } }], 'a.TXT', true],
    ['a suffix leaves the rest', [{ 'anything-but': { suffix: '.txt' } }], 'a.txt.gz', true],
    ['of suffixes none may fit', [{ 'anything-but': { suffix: ['.txt', '.md'] } }], 'a.md', false],
    [
      'what has none of the suffixes matches',
      [{ 'anything-but': { suffix: ['.txt', '.md'] } }],
      'a.gz',
      true,
    ],
    [
      'ignoring case, every case is excluded',
      [{ 'anything-but': { 'equals-ignore-case': 'a' } }],
      'A',
      false,
    ],
    ['ignoring case, other strings match', [{ 'anything-but': { 'equals-ignore-case': 'a' } }], 'b', true],
    [
      'ignoring case, none of a list may fit',
      [{ 'anything-but': { 'equals-ignore-case': ['a', 'b'] } }],
      'B',
      false,
    ],
    [
      'ignoring case, true is something else',
      [{ 'anything-but': { 'equals-ignore-case': 'TRUE' } }],
      true,
      true,
    ],
    ['a wildcard excludes what fits it', [{ 'anything-but': { wildcard: '*/lib/*' } }], '/usr/lib/x', false],
    ['a wildcard leaves the rest', [{ 'anything-but': { wildcard: '*/lib/*' } }], '/usr/bin/x', true],
    [
      'of wildcards none may fit',
      [{ 'anything-but': { wildcard: ['*/lib/*', '*/bin/*'] } }],
      '/usr/bin/x',
      false,
    ],
    ['a wildcard without a star excludes the text', [{ 'anything-but': { wildcard: 'lib' } }], 'lib', false],
    ['it stands beside other choices', [{ 'anything-but': 'a' }, 'a'], 'a', true],
    ['one matching element of a list is enough', [{ 'anything-but': 'a' }], ['a', 'b'], true],
    ['a list of excluded elements does not match', [{ 'anything-but': 'a' }], ['a', 'a'], false],
  ]);
});

describe('numeric', () => {
  table([
    ['= takes the number', [{ numeric: ['=', 5] }], 5, true],
    ['= takes nothing else', [{ numeric: ['=', 5] }], 5.000001, false],
    ['= compares by value', [{ numeric: ['=', 301.8] }], JSON.parse('3.018e2'), true],
    ['> leaves its bound out', [{ numeric: ['>', 5] }], 5, false],
    ['> takes what is above', [{ numeric: ['>', 5] }], 5.000001, true],
    ['>= takes its bound', [{ numeric: ['>=', 5] }], 5, true],
    ['>= leaves what is below', [{ numeric: ['>=', 5] }], 4.999999, false],
    ['< leaves its bound out', [{ numeric: ['<', 5] }], 5, false],
    ['< takes what is below', [{ numeric: ['<', 5] }], 4.999999, true],
    ['< takes negative numbers', [{ numeric: ['<', 5] }], -1000, true],
    ['<= takes its bound', [{ numeric: ['<=', 5] }], 5, true],
    ['<= leaves what is above', [{ numeric: ['<=', 5] }], 5.1, false],
    ['10 is above 9, though not as text', [{ numeric: ['>', 9] }], 10, true],
    ['a range takes what lies within', [{ numeric: ['>', 0, '<', 10] }], 5, true],
    ['a range leaves what lies below', [{ numeric: ['>', 0, '<', 10] }], -5, false],
    ['a range leaves what lies above', [{ numeric: ['>', 0, '<', 10] }], 50, false],
    ['an open lower end is left out', [{ numeric: ['>', 0, '<=', 10] }], 0, false],
    ['a closed lower end is taken', [{ numeric: ['>=', 0, '<', 10] }], 0, true],
    ['an open upper end is left out', [{ numeric: ['>=', 0, '<', 10] }], 10, false],
    ['a closed upper end is taken', [{ numeric: ['>', 0, '<=', 10] }], 10, true],
    ['decimals are compared exactly', [{ numeric: ['>=', 0.1, '<', 0.3] }], 0.3, false],
    ['the severity of a high finding', [{ numeric: ['>=', 7] }], 8.5, true],
    ['numeric text is no number', [{ numeric: ['>', 0] }], '5', false],
    ['true is no number', [{ numeric: ['>', 0] }], true, false],
    ['null is no number', [{ numeric: ['<', 1] }], null, false],
    ['the upper limit belongs to the range', [{ numeric: ['>', 0] }], 5e9, true],
    ['a number above the limit is not compared', [{ numeric: ['>', 0] }], 5_000_000_001, false],
    ['the lower limit belongs to the range', [{ numeric: ['<', 0] }], -5e9, true],
    ['a number below the limit is not compared', [{ numeric: ['<', 0] }], -5_000_000_001, false],
    ['the limit itself can be asked for', [{ numeric: ['=', 5e9] }], 5e9, true],
    ['two ranges are alternatives', [{ numeric: ['<', 0] }, { numeric: ['>', 10] }], 11, true],
  ]);
});

describe('cidr', () => {
  const v4 = [{ cidr: '10.0.0.0/24' }];
  const v6 = [{ cidr: '2001:db8::/32' }];
  table([
    ['an address of the block matches', v4, '10.0.0.255', true],
    ['its first address matches', v4, '10.0.0.0', true],
    ['the next block does not', v4, '10.0.1.0', false],
    ['/32 is one address', [{ cidr: '10.0.0.1/32' }], '10.0.0.1', true],
    ['/32 is no other address', [{ cidr: '10.0.0.1/32' }], '10.0.0.0', false],
    ['/0 is every IPv4 address', [{ cidr: '0.0.0.0/0' }], '203.0.113.9', true],
    ['a block may end within a byte', [{ cidr: '172.16.0.0/12' }], '172.31.255.255', true],
    ['a block that ends within a byte ends there', [{ cidr: '172.16.0.0/12' }], '172.32.0.0', false],
    ['host bits in the block are ignored', [{ cidr: '10.0.0.77/24' }], '10.0.0.1', true],
    ['three numbers are no address', v4, '10.0.0', false],
    ['a number above 255 is no address', v4, '10.0.0.256', false],
    ['leading zeros are no address', v4, '10.0.0.01', false],
    ['spaces are no address', v4, ' 10.0.0.1', false],
    ['a block is no address', v4, '10.0.0.0/24', false],
    ['other text is no address', v4, 'localhost', false],
    ['a number is no address', v4, 10, false],
    ['null is no address', v4, null, false],
    ['an IPv6 address of the block matches', v6, '2001:db8::1', true],
    ['IPv6 case does not count', v6, '2001:DB8:0:0:0:0:0:ABCD', true],
    ['another IPv6 address does not match', v6, '2001:db9::1', false],
    ['an IPv4 address is in no IPv6 block', [{ cidr: '::/0' }], '10.0.0.1', false],
    ['an IPv6 address is in no IPv4 block', [{ cidr: '0.0.0.0/0' }], '2001:db8::1', false],
    ['an IPv4 address in IPv6 form is in its IPv4 block', v4, '::ffff:10.0.0.9', true],
    ['an IPv4 address in IPv6 form is in no other IPv4 block', v4, '::ffff:10.0.1.9', false],
    ['an IPv4 address in hexadecimal IPv6 form too', v4, '::ffff:a00:9', true],
    ['::1 is the loopback address', [{ cidr: '::1/128' }], '0:0:0:0:0:0:0:1', true],
    ['/128 is no other address', [{ cidr: '::1/128' }], '::2', false],
    ['an IPv6 block may end within a byte', [{ cidr: 'fe80::/10' }], 'febf::1', true],
    ['an IPv6 block that ends within a byte ends there', [{ cidr: 'fe80::/10' }], 'fec0::1', false],
    ['zeros may be left out at the end', [{ cidr: '2001:db8::/64' }], '2001:db8::', true],
    ['a single group of zeros may be left out', v6, '2001:db8:1:2:3:4:5::', true],
    [
      'the longest form of an address is one',
      [{ cidr: '::/0' }],
      `${'ffff:'.repeat(6)}255.255.255.255`,
      true,
    ],
    ['other text is in no block of all IPv6 addresses', [{ cidr: '::/0' }], 'a:b', false],
    ['zeros may be left out once only', v6, '2001:db8::1::2', false],
    ['nine groups are no address', v6, '2001:db8:0:0:0:0:0:0:1', false],
    ['seven groups are no address', v6, '2001:db8:0:0:0:0:1', false],
    ['eight groups leave nothing out', v6, '2001:db8:0:0::0:0:0:1', false],
    ['a group has at most four digits', v6, '2001:db8::00001', false],
    ['a zone is no part of an address', [{ cidr: 'fe80::/10' }], 'fe80::1%eth0', false],
    ['a single colon at the end is no address', v6, '2001:db8:1:', false],
    ['an IPv4 part stands only at the end', v6, '2001:db8:10.0.0.1::', false],
    ['a text too long for an address is none', v6, `2001:db8::${'0'.repeat(100)}`, false],
  ]);
});

describe('exists', () => {
  table([
    ['true matches a value', [{ exists: true }], 'a', true],
    ['true matches the empty string', [{ exists: true }], '', true],
    ['true matches false', [{ exists: true }], false, true],
    ['true matches null', [{ exists: true }], null, true],
    ['true matches an element of a list', [{ exists: true }], ['a'], true],
    ['true does not match an empty list', [{ exists: true }], [], false],
    ['true does not match an object, since only values count', [{ exists: true }], { a: 1 }, false],
    ['true does not match a missing field', [{ exists: true }], undefined, false],
    ['false matches a missing field', [{ exists: false }], undefined, true],
    ['false does not match a value', [{ exists: false }], 'a', false],
    ['false does not match null', [{ exists: false }], null, false],
    ['false matches an object, since only values count', [{ exists: false }], { a: 1 }, true],
    ['false matches an empty list', [{ exists: false }], [], true],
    ['false does not match a list with one value', [{ exists: false }], [{}, 'a'], false],
    ['false or a value matches the value', [{ exists: false }, 'a'], 'a', true],
    ['false or a value matches a missing field', [{ exists: false }, 'a'], undefined, true],
    ['false or a value does not match another value', [{ exists: false }, 'a'], 'b', false],
    ['true and false together match anything', [{ exists: true }, { exists: false }], undefined, true],
  ]);
});

describe('several operators in one list', () => {
  table([
    ['the first may fit', [{ prefix: 'a' }, { suffix: 'z' }], 'ab', true],
    ['the second may fit', [{ prefix: 'a' }, { suffix: 'z' }], 'yz', true],
    ['one must fit', [{ prefix: 'a' }, { suffix: 'z' }], 'bc', false],
    ['a plain value may fit', [{ prefix: 'a' }, 'b'], 'b', true],
    ['values of different types may fit', [{ numeric: ['>', 5] }, 'many', null], null, true],
  ]);
});
