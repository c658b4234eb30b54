import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { escapeMrkdwn, inert, mentionsIn, mentionText } from '../../shared/destinations/slack/text.ts';
import { clean, cut, cutMiddle, oneLine } from '../../shared/destinations/text.ts';

const room = (lines: number, characters: number) => ({
  lines,
  characters,
  linesCut: (n: number) => `[${n} lines]`,
  charactersCut: (n: number) => `[${n} characters]`,
});

describe('clean', () => {
  test.each([
    ['terminal colours go whole', '\u001b[31mred\u001b[0m', 'red'],
    ['control characters go, tabs and newlines stay', 'a\u0000b\tc\nd\u0007\u009b', 'ab\tc\nd'],
    ['what reorders text goes', 'user\u202egpj.exe\u202c \u2066x\u2069 \u200ey\u200f', 'usergpj.exe x y'],
    ['what is not seen goes', 'a\u200bb\u200dc\u2060d\ufeffe\u00adf\u{e0041}g', 'abcdefg'],
    ['every line end is one newline', 'a\r\nb\rc\u2028d\u0085e', 'a\nb\nc\nd\ne'],
    ['half a character is replaced', 'a\ud83d b\udc00', 'a\ufffd b\ufffd'],
    ['the beginning of a ping is broken', '<!here> <@U1> <#C1> <a>', '‹!here> ‹@U1> ‹#C1> <a>'],
    ['a ping hidden by what is not seen is broken too', '<\u200b!channel>', '‹!channel>'],
    ['Japanese and emoji stay', '半鐘🔔が鳴る', '半鐘🔔が鳴る'],
  ])('%s', (_rule, dirty, cleaned) => {
    expect(clean(dirty)).toBe(cleaned);
  });

  it('puts a text on one line', () => {
    expect(oneLine('  a\n\n b\t c ')).toBe('a b c');
  });
});

describe('cutting', () => {
  it('cuts between characters and says so', () => {
    expect(cut('abcdef', 6)).toBe('abcdef');
    expect(cut('abcdefg', 6)).toBe('abcde…');
    expect(cut('ab🔔cd', 4)).toBe('ab…');
  });

  it('keeps the beginning and the end of many lines', () => {
    const lines = Array.from({ length: 20 }, (_, i) => `line ${i + 1}`).join('\n');
    expect(cutMiddle(lines, room(8, 1_000))).toBe(
      'line 1\nline 2\nline 3\nline 4\nline 5\n[13 lines]\nline 19\nline 20',
    );
  });

  it('says how many characters are missing', () => {
    const long = `${'a'.repeat(500)}${'z'.repeat(500)}`;
    const short = cutMiddle(long, room(10, 100));
    const [head = '', gap = '', tail = ''] = short.split('\n');
    expect(gap).toBe(`[${1_000 - head.length - tail.length} characters]`);
    expect([head.length > tail.length, /^a+$/.test(head), /^z+$/.test(tail)]).toEqual([true, true, true]);
  });

  it('never exceeds its room, never halves a character', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '\n', '🔔', 'é', '漢'), maxLength: 400 });
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 200 }), (s, max) => {
        expect(cut(s, max).length).toBeLessThanOrEqual(max);
        expect(cut(s, max).isWellFormed()).toBe(true);
        const middle = cutMiddle(s, room(12, max + 40));
        expect(middle.length).toBeLessThanOrEqual(Math.max(max + 40, 0));
        expect(middle.split('\n').length).toBeLessThanOrEqual(12 + 2);
        expect(middle.isWellFormed()).toBe(true);
      }),
    );
  });
});

describe('mrkdwn', () => {
  it('escapes the three characters that Slack asks for, and no other', () => {
    expect(escapeMrkdwn(`<!here> & "it's" &amp;`)).toBe(`&lt;!here&gt; &amp; "it's" &amp;amp;`);
  });

  test.each([
    ['bold', '*loud*'],
    ['italics', 'an _italic_ word'],
    ['strike', '~gone~'],
    ['code', '`rm -rf`'],
    ['a code block', '```\nx\n```'],
    ['an emoji', 'all :tada: fine'],
    ['an address', 'see https://evil.example/x'],
    ['a masked link', '<https://evil.example|log in>'],
    ['a ping', '<!channel>'],
  ])('%s is only text', (_what, hostile) => {
    expect(inert(hostile)).not.toMatch(/[*~`]|(?:^|\s)_|_(?:\s|$)|:\w+:|:\/\/|[<>]/);
  });

  it('leaves names and times of day as they are', () => {
    expect(inert('snake_case_name at 03:15:00')).toBe('snake_case_name at 03:15:00');
  });
});

describe('mentions', () => {
  test.each([
    ['<!subteam^S0PAYMENTS>', '<!subteam^S0PAYMENTS>'],
    ['<!subteam^S0PAYMENTS|@payments>', '<!subteam^S0PAYMENTS>'],
    ['<@U0ALICE> <!here>', '<@U0ALICE> <!here>'],
    ['<!channel> <!everyone>', '<!channel> <!everyone>'],
    ['@here', ''],
    ['<!date^1^x|y>', ''],
    ['<https://example.com|x>', ''],
    ['<!subteam^s0> <@>', ''],
    [null, ''],
  ])('%s pings as %s', (written, live) => {
    expect(mentionsIn(written).map(mentionText).join(' ')).toBe(live);
  });
});
