import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { addMatch } from '../../cli/match.ts';
import { UserError } from '../../cli/user-error.ts';

interface Ran {
  readonly code: unknown;
  readonly out: string;
  readonly err: string;
}

const before = process.exitCode;
beforeEach(() => {
  process.exitCode = undefined;
});
afterEach(() => {
  process.exitCode = before;
});

/** Runs `hansho match ARGS` with these files and these chunks of standard input, as cli/main.ts does. */
async function run(
  args: readonly string[],
  files: Readonly<Record<string, string>> = {},
  stdin: readonly (string | Uint8Array)[] = [],
): Promise<Ran> {
  let out = '';
  let err = '';
  const program = new Command('hansho');
  addMatch(program, {
    readFile: async (file) => files[file] ?? Promise.reject(new Error('no such file')),
    stdin: async function* () {
      for (const chunk of stdin) yield typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk;
    },
    out: async (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
  });
  try {
    await program.parseAsync(['match', ...args], { from: 'user' });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { code: error.exitCode, out, err: `${err}${error.message}\n` };
  }
  return { code: process.exitCode, out, err };
}

/** The answers of `hansho match --batch` to these lines. */
async function batch(...stdin: readonly (string | Uint8Array)[]): Promise<readonly unknown[]> {
  const { code, out } = await run(['--batch'], {}, stdin);
  expect(code).toBe(0);
  return out
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}

describe('hansho match PATTERN EVENT', () => {
  const files = {
    'p.json': '{"source": [{"prefix": "aws."}]}',
    'bad.json': '{\n  "source": [\n    {"prefx": "aws."}\n  ]\n}',
    'doubtful.json': '{"a": {"numeric": [">", 5]}}',
    'ec2.json': '{"source": "aws.ec2"}',
    'app.json': '\uFEFF{"source": "app"}\n',
    'list.json': '[{"source": "aws.ec2"}]',
    'broken.json': '{"source": ',
  };

  test.each([
    ['says that it matches', ['p.json', 'ec2.json'], 0, 'matches\n'],
    ['says that it does not', ['p.json', 'app.json'], 1, 'does not match\n'],
  ] as const)('%s', async (_, args, code, out) => {
    expect(await run(args, files)).toEqual({ code, out, err: '' });
  });

  test.each([
    [
      'an invalid pattern',
      ['bad.json', 'ec2.json'],
      'bad.json:3:6 there is no operator "prefx"; did you mean prefix?',
    ],
    [
      'a pattern that is no JSON',
      ['broken.json', 'ec2.json'],
      'broken.json:1:12 a value goes here, not the end',
    ],
    ['an event that is a list', ['p.json', 'list.json'], 'list.json is not a JSON object'],
    ['a pattern file that is not there', ['none.json', 'ec2.json'], 'cannot read none.json: no such file'],
    ['an event file that is not there', ['p.json', 'none.json'], 'cannot read none.json: no such file'],
    ['no event', ['p.json'], 'name one pattern and one event: hansho match PATTERN EVENT'],
    ['nothing', [], 'name one pattern and one event: hansho match PATTERN EVENT'],
    [
      'a third file',
      ['p.json', 'ec2.json', 'app.json'],
      'name one pattern and one event: hansho match PATTERN EVENT',
    ],
    ['two dashes', ['-', '-'], 'standard input can be the pattern or the event, not both; put one in a file'],
    ['an unknown option', ['--fast', 'p.json', 'ec2.json'], 'match has no option --fast'],
    ['files beside --batch', ['--batch', 'p.json'], '--batch reads standard input and takes no files'],
  ] as const)('exits with 2 for %s', async (_, args, message) => {
    expect(await run(args, files)).toEqual({ code: 2, out: '', err: `${message}\n` });
  });

  it('exits with 2 for an event that is no JSON', async () => {
    const { code, err } = await run(['p.json', 'broken.json'], files);
    expect(code).toBe(2);
    expect(err).toMatch(/^broken\.json is not JSON: /);
  });

  it('warns of a pattern that is hardly meant, and still answers', async () => {
    const { code, out, err } = await run(['doubtful.json', 'ec2.json'], files);
    expect({ code, out }).toEqual({ code: 1, out: 'does not match\n' });
    expect(err).toMatch(/^doubtful\.json:1:8 warning: numeric is read as a field's name here/);
  });

  it('takes the pattern from standard input', async () => {
    expect((await run(['-', 'ec2.json'], files, ['{"source": ', '["aws.ec2"]}'])).code).toBe(0);
    expect(await run(['-', 'ec2.json'], files, ['{}'])).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^standard input:1:1 /),
    });
  });

  it('takes the event from standard input', async () => {
    expect((await run(['p.json', '-'], files, ['{"source": "app"}'])).code).toBe(1);
  });
});

describe('hansho match --batch', () => {
  it('answers each line with one line', async () => {
    expect(
      await batch('{"pattern": {"a": [1]}, "event": {"a": 1}}\n{"pattern": {"a": [1]}, "event": {"a": 2}}\n'),
    ).toEqual([{ match: true }, { match: false }]);
  });

  it('takes pattern and event as JSON text too', async () => {
    const line = JSON.stringify({ pattern: '{"a": [{"prefix": "x"}]}', event: '{"a": "xy"}' });
    expect(await batch(line)).toEqual([{ match: true }]);
  });

  test.each([
    ['{"pattern": {"a": 1}, "event": {}}', 'pattern["a"]: what a field may be goes in a list: [1]'],
    ['{"pattern": {"a": [{"x": 1}]}, "event": {}}', /^pattern\["a"\]\[0\]\["x"\]: there is no operator "x"/],
    [
      JSON.stringify({ pattern: '{"a":\n 1}', event: {} }),
      'pattern:2:2 what a field may be goes in a list: [1]',
    ],
    ['{"event": {}}', /^pattern: a pattern is an object/],
    ['{"pattern": {"a": [1]}}', 'the event is not a JSON object'],
    ['{"pattern": {"a": [1]}, "event": []}', 'the event is not a JSON object'],
    ['{"pattern": {"a": [1]}, "event": "{"}', /^the event is not JSON: /],
    ['[]', 'the line is not a JSON object'],
    ['{"pattern"', /^the line is not JSON: /],
    ['', /^the line is not JSON: /],
  ])('gives an error for %s and goes on', async (line, expected) => {
    const answers = await batch(`${line}\n{"pattern": {"a": [1]}, "event": {"a": 1}}\n`);
    const error = typeof expected === 'string' ? expected : expect.stringMatching(expected);
    expect(answers).toEqual([{ error }, { match: true }]);
  });

  it('joins what arrives in pieces, within characters too, and needs no last line feed', async () => {
    const bytes = new TextEncoder().encode(
      '{"pattern": {"a": ["🔥"]}, "event": {"a": "\\ud83d\\udd25"}}\r\n{"pattern": {}, "event": {}}',
    );
    const pieces = [...bytes].map((byte) => Uint8Array.of(byte));
    expect(await batch(...pieces)).toEqual([{ match: true }, { error: expect.any(String) }]);
  });

  it('ends lines at line feeds alone: U+2028 may stand in JSON', async () => {
    expect(await batch('{"pattern": {"a": ["\u2028"]}, "event": {"a": "\u2028"}}\n')).toEqual([
      { match: true },
    ]);
  });

  it('answers a line before the next one has come', async () => {
    const order: string[] = [];
    const program = new Command('hansho');
    addMatch(program, {
      readFile: () => Promise.reject(new Error('not read')),
      stdin: async function* () {
        for (const a of [1, 2]) {
          order.push('line');
          yield new TextEncoder().encode(`{"pattern": {"a": [1]}, "event": {"a": ${a}}}\n`);
        }
      },
      out: async (text) => void order.push(text.trim()),
      err: () => undefined,
    });
    await program.parseAsync(['match', '--batch'], { from: 'user' });
    expect(order).toEqual(['line', '{"match":true}', 'line', '{"match":false}']);
  });

  it('answers nothing with nothing', async () => {
    expect(await batch()).toEqual([]);
  });
});
