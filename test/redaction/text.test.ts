import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { isMyNumber } from '../../shared/redaction/numbers.ts';
import { secretKey } from '../../shared/redaction/secret-keys.ts';
import { CUT, MAX_CHARS, redactText } from '../../shared/redaction/text.ts';
import { LOOK_ALIKES, made, SECRETS, wide } from './samples.ts';

describe('secrets', () => {
  test.each(SECRETS.map(([text, secret], row) => [row, text, secret] as const))(
    'row %i does not leave intake',
    (_, text, secret) => {
      expect(text).toContain(secret);
      const redacted = redactText(text);
      expect(redacted.text).not.toContain(secret);
      expect(redacted.text).toContain('[REDACTED:');
      expect(redacted.found.length).toBeGreaterThan(0);
    },
  );
});

describe('secrets in a raw line of JSON', () => {
  const inside = (text: string): string => JSON.stringify(text).slice(1, -1);
  const twice = (text: string): string => inside(inside(text));
  test.each<[string, (text: string) => string]>([
    ['a line break', (text) => `x\n${text}`],
    ['a tab', (text) => `x\t${text}`],
    ['the line break of Windows', (text) => `x\r\n${text}`],
    ['a control character', (text) => `x\u0001${text}`],
    ["a terminal's colour", (text) => `x\u001b[31m${text}`],
  ])('behind %s, also of JSON in JSON', (_, put) => {
    for (const [text, secret] of SECRETS) {
      expect(redactText(`{"m":"${inside(put(text))}"}`).text).not.toContain(inside(secret));
      expect(redactText(`{"m":"${twice(put(text))}"}`).text).not.toContain(twice(secret));
    }
  });

  it('leaves look-alikes alone there', () => {
    for (const text of LOOK_ALIKES) {
      expect(redactText(`{"m":"${inside(`x\n${text}`)}"}`).found).toEqual([]);
      expect(redactText(`{"m":"${twice(`x\n${text}`)}"}`).found).toEqual([]);
    }
  });

  test.each([
    ['\\n', '{"m":"x\\npin: [REDACTED:pin]\\nuser: bob"}'],
    ['\\\\r\\\\n', '{"m":"x\\\\r\\\\npin: [REDACTED:pin]\\nuser: bob"}'],
    ['\\u000a', '{"m":"x\\u000apin: [REDACTED:pin]\\nuser: bob"}'],
    ['\\x1b[31m', '{"m":"x\\x1b[31mpin: [REDACTED:pin]\\nuser: bob"}'],
  ])('%s stays as it is', (sign, redacted) => {
    expect(redactText(`{"m":"x${sign}pin: 4821\\nuser: bob"}`).text).toBe(redacted);
  });

  it('keeps JSON readable where a sign was escaped without need', () => {
    const { text } = redactText('{"m":"\\u96fb\\u8a71: 03(1234)5678 \\ud83d\\ude00 \\u0022\\u005c"}');
    expect(JSON.parse(text)).toEqual({ m: '電話: [REDACTED:phone] 😀 "\\' });
  });
});

describe('look-alikes', () => {
  test.each(LOOK_ALIKES)('%s comes back as it is', (text) => {
    expect(redactText(text)).toEqual({ text, found: [] });
  });
});

describe('what is left', () => {
  test.each([
    [
      'a value alone on the next line',
      `ERROR config: password=\n  ${made(5, 12)}\n    at f (a.js:1:1)`,
      'ERROR config: password=\n  [REDACTED:password]\n    at f (a.js:1:1)',
    ],
    [
      'a stack below a key is none',
      'cannot read password:\n    at f (a.js:1:1)\nCaused by: x',
      'cannot read password:\n    at f (a.js:1:1)\nCaused by: x',
    ],
    [
      'keeps the key',
      `user=taro password=${made(1, 12)} ip=10.0.0.1`,
      'user=taro password=[REDACTED:password] ip=10.0.0.1',
    ],
    [
      'keeps the scheme',
      `Authorization: Bearer ${made(2, 30)}`,
      'Authorization: Bearer [REDACTED:authorization]',
    ],
    [
      'keeps the host',
      `postgres://app:${made(3, 9)}@db:5432/x`,
      'postgres://[REDACTED:url-userinfo]@db:5432/x',
    ],
    [
      'keeps the parameters around',
      `/x?a=1&api_key=${made(4, 20)}&b=2`,
      '/x?a=1&api_key=[REDACTED:api-key]&b=2',
    ],
    [
      'keeps JSON readable',
      `{"a":1,"password":"${made(5, 9)}","b":2}`,
      '{"a":1,"password":"[REDACTED:password]","b":2}',
    ],
    ['keeps JSON readable where a number was', '{"pin":4821,"b":2}', '{"pin":"[REDACTED:pin]","b":2}'],
    [
      'keeps JSON inside a string readable',
      `{"b":"{\\"password\\":\\"${made(6, 9)}\\",\\"c\\":1}"}`,
      '{"b":"{\\"password\\":\\"[REDACTED:password]\\",\\"c\\":1}"}',
    ],
    [
      'keeps lists readable',
      `{"Cookie":["a=${made(7, 9)}"],"b":1}`,
      '{"Cookie":["[REDACTED:cookie]"],"b":1}',
    ],
  ])('%s', (_, text, redacted) => {
    expect(redactText(text).text).toBe(redacted);
  });

  it('names each family once', () => {
    const text = `password=${made(1, 9)} password=${made(2, 9)} pin=4821`;
    expect(redactText(text).found).toEqual(['password', 'pin']);
  });

  it('gives full-width text back untouched when it hides nothing', () => {
    const text = `エラー${wide(':')}接続できません${wide('(3回)')}`;
    expect(redactText(text).text).toBe(text);
  });

  it('sees through invisible characters', () => {
    const key = ['AK', '\u200B', 'IA', made(8, 16, 'upper')].join('');
    expect(redactText(`key ${key}`).text).toBe('key [REDACTED:aws-key]');
  });

  it('does not take a forged mark for redaction when the secret goes on behind it', () => {
    expect(redactText(`password=[REDACTED:x]${made(9, 12)}`).text).toBe('password=[REDACTED:password]');
  });
});

describe('length', () => {
  it('cuts at 64 kB with a visible note', () => {
    const cut = redactText('word '.repeat(100_000)).text;
    expect(cut.length).toBeLessThanOrEqual(MAX_CHARS);
    expect(cut.endsWith(CUT)).toBe(true);
  });

  it('leaves no half of a secret at the cut', () => {
    const secret = made(10, 60);
    const text = `${'word '.repeat(13_098)}token=${secret} tail ${'x'.repeat(100)}`;
    for (let shift = 0; shift < 90; shift += 7) {
      expect(redactText(' '.repeat(shift) + text).text).not.toContain(secret.slice(0, 20));
    }
  });

  it('stays within the limit when marks are longer than what they replace', () => {
    const redacted = redactText('pin=4821 '.repeat(8_000)).text;
    expect(redacted.length).toBeLessThanOrEqual(MAX_CHARS);
    expect(redactText(redacted).text).toBe(redacted);
  });
});

describe('laws', () => {
  const pieces = [
    'password',
    'token',
    'secret',
    ': ',
    '=',
    '"',
    "'",
    '\\"',
    '\\\\"',
    '[',
    ']',
    '{',
    '}',
    ' ',
    '\n',
    ',',
    '&',
    '?',
    '://',
    '@',
    'Bearer ',
    'Basic ',
    'Cookie: ',
    'Authorization',
    '[REDACTED:x]',
    '[REDACTED:',
    'マイナンバー',
    '983205673214',
    '4111111111111111',
    'abc123XYZ99',
    '-----BEGIN PRIVATE',
    ' KEY-----',
    '-----END PRIVATE KEY-----',
    'arn:aws:',
    '%22',
    '%3A',
    '<password>',
    '</',
    '--',
    '-u ',
    'key',
    'postgres://',
    'is',
    ';',
    '。',
    '口座',
    'は',
    'https://h.com/?',
    'sig=',
    '\u3000',
    ':',
    'hooks.slack.com/services/',
    '\\n',
    '\\t',
    '\\',
    '\\u003d',
    '\\u00',
    '\\/',
    'pin',
    '4821',
    'tel',
    '0312345678',
    '\u001b[31m',
    '\u00ad',
  ];
  const rubble = fc
    .array(
      fc.oneof(
        fc.constantFrom(...pieces),
        fc.string({ maxLength: 5 }),
        fc.constantFrom(...SECRETS.map(([text]) => text)),
      ),
      { maxLength: 14 },
    )
    .map((parts) => parts.join(''));

  it('redacting twice changes nothing', () => {
    fc.assert(
      fc.property(rubble, (text) => {
        const once = redactText(text).text;
        expect(redactText(once)).toEqual({ text: once, found: [] });
      }),
      { numRuns: 2_000 },
    );
  });

  it('is total for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 2_000 }), (text) => {
        expect(typeof redactText(text).text).toBe('string');
      }),
    );
  });

  it('finds every secret in any surroundings', () => {
    const around = fc.array(
      fc.constantFrom(
        'ok',
        '注文',
        'failed',
        '"x"',
        '{}',
        'id=12',
        '[1]',
        'a: b',
        'http://x.y/z',
        '\n',
        'user',
        '()',
        '–',
      ),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...SECRETS),
        around,
        around,
        fc.constantFrom(' ', '\n', '\t'),
        ([text, secret], before, after, gap) => {
          const whole = `${before.join(' ')}${gap}${text}${gap}${after.join(' ')}`;
          expect(redactText(whole).text).not.toContain(secret);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('leaves look-alikes alone in any company', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...LOOK_ALIKES), { minLength: 2, maxLength: 5 }), (texts) => {
        const text = texts.join('\n');
        expect(redactText(text)).toEqual({ text, found: [] });
      }),
    );
  });

  it('masks no account id, whatever its digits', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\d{12}$/), (account) => {
        const text = `account ${account}: arn:aws:iam::${account}:role/app {"accountId":"${account}"}`;
        expect(redactText(text).text).toBe(text);
      }),
    );
  });

  it('masks no epoch milliseconds, whatever their digits', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1_000_000_000_000, max: 2_999_999_999_999 }), (ms) => {
        const text = `at ${ms} {"time":${ms},"n":${ms}}`;
        expect(redactText(text).text).toBe(text);
      }),
    );
  });
});

describe('hostile text of 64 kB', () => {
  // Each is quadratic or worse for a naive pattern. The time is the runner's to judge: the whole table takes seconds if one is.
  const seeds = [
    'a',
    '.',
    'password=',
    'password="',
    'password=\\"',
    "token='",
    'token=token=',
    'secret: a ',
    '[REDACTED:',
    'eyJaaaaaaaaaa.',
    'ey.',
    'xoxb-',
    '-----BEGIN PRIVATE KEY',
    '://',
    '://a:b',
    'postgres://a:b',
    '?a=',
    '1',
    '1 ',
    'Bearer a',
    'Cookie: ',
    'Authorization: Digest ',
    '口座は',
    '--password ',
    '-u a:',
    '<password',
    'arn:aws:secret:',
    '"\\\\\\\\',
    'sk-a',
    'password:[[',
    'jdbc:oracle:thin:a/',
    'key=',
    '\u200b',
    '\\',
    '\\n',
    '\\na',
    '\\u0041',
    '\u001b[31ma',
    '03-',
    'phone: 0 ',
    'phone: (0)',
    'arn:aws:a:0422-34-5678/',
  ];
  test.each(seeds)('%j over and over is read in linear time', { timeout: 30_000 }, (seed) => {
    const text = seed.repeat(Math.ceil(65_000 / seed.length));
    expect(redactText(text).text.length).toBeLessThanOrEqual(MAX_CHARS);
    expect(redactText(`${text.slice(0, 60_000)} password="x`).found).toBeDefined();
  });
});

describe('secretKey', () => {
  test.each([
    ['password', 'any'],
    ['dbPassword', 'any'],
    ['DB_PASSWORD_PROD', 'any'],
    ['new-password-confirmation', 'any'],
    ['userpassword', 'any'],
    ['client_secret', 'any'],
    ['x-api-key', 'any'],
    ['apiKey2', 'any'],
    ['AWS_SESSION_TOKEN', 'any'],
    ['token', 'likely'],
    ['auth', 'likely'],
    ['パスワード', 'any'],
    ['todo_secret_do_not_commit', 'strong'],
    ['license_key', 'likely'],
    ['fernet_key', 'strong'],
  ])('%s names a secret (%s)', (name, proof) => {
    expect(secretKey(name)?.proof).toBe(proof);
  });

  test.each([
    'token_count',
    'tokenType',
    'tokens_used',
    'password_policy',
    'passwordChangedAt',
    'secretArn',
    'secretName',
    'secret_id',
    'author',
    'authority',
    'authorized',
    'passenger',
    'compass',
    'secretary',
    'tokenizer',
    'spin',
    'mapping',
    'shipping',
    'nextToken',
    'clientRequestToken',
    'primaryKey',
    's3Key',
    'cache_key',
    'keyboard',
    'message',
    'id',
    '',
    '__proto__',
    'constructor',
    'x'.repeat(500),
  ])('%s names none', (name) => {
    expect(secretKey(name)).toBeNull();
  });
});

describe('isMyNumber', () => {
  it('accepts a right check digit and no other', () => {
    const right = Array.from({ length: 10 }, (_, digit) => `98320567321${digit}`).filter(isMyNumber);
    expect(right).toEqual(['983205673214']);
    expect(isMyNumber('123456789018')).toBe(true);
  });

  test.each(['', '98320567321', '9832056732144', '98320567321x'])('%s is none', (digits) => {
    expect(isMyNumber(digits)).toBe(false);
  });
});
