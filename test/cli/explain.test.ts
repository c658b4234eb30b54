import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { at, isObject, type JsonObject, list, text } from '../../shared/model/json.ts';

const root = join(import.meta.dirname, '..', '..');
const HIGH = 'events/guardduty/high.json';
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hansho-explain-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function hansho(args: readonly string[], input: string | Buffer = ''): Ran {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'cli/main.ts'), ...args], {
    cwd: root,
    input,
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
  });
  return { code: status, out: stdout, err: stderr };
}

/** The objects of `hansho explain --json`, one a line. */
function explain(args: readonly string[], input: string | Buffer = '') {
  const { code, out, err } = hansho(['explain', '--json', ...args], input);
  expect(err).toBe('');
  const answers = out
    .split('\n')
    .slice(0, -1)
    .map((line): JsonObject => {
      const answer: unknown = JSON.parse(line);
      return isObject(answer) ? answer : {};
    });
  return { code, answers };
}

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const event = (type: string) => JSON.stringify({ source: 'shop', 'detail-type': type, detail: {} });

describe('hansho explain --json', () => {
  it('gives an object with the documented keys for a signal, in their order', () => {
    const { code, answers } = explain(['--at', '2026-11-22T00:00:00Z', HIGH]);
    expect(code).toBe(0);
    expect(answers).toHaveLength(1);
    expect(Object.keys(answers[0] ?? {})).toEqual(
      (
        'file source kind id time level levelEvidence severity channel destinations fingerprint incident title message ' +
        'account region service team status ignored held remedy links why otherwise'
      ).split(' '),
    );
    expect(answers[0]).toMatchObject({
      file: HIGH,
      severity: 'SEV1',
      channel: 'alert',
      destinations: ['slack-alert', 'oncall'],
      status: 'firing',
      ignored: null,
    });
    for (const why of list(answers[0], 'why'))
      expect(Object.keys(isObject(why) ? why : {})).toEqual(['stage', 'rule', 'at', 'because']);
  });

  describe('what would hold it back at that moment', () => {
    const rules = `
destinations: { a: { slack: "#a" } }
channels: { alert: [a], notify: [a] }
silences:
  - { name: migration, match: { source: [guardduty] }, from: 2026-11-22, until: 2026-11-23, author: sato, reason: known }
windows:
  - { name: nights, match: { severity: [SEV1] }, times: [22:00-08:00], gravest: SEV1, reason: nobody looks }
inhibit:
  - { name: cause, source: { source: [alarm] }, target: { source: [event] }, equal: [region] }
hold:
  - { name: brief, match: { source: [event] }, for: 2m }
`;
    const at = (time: string, input: string) => {
      const given = ['--config', file('hold.yml', rules), '--at', `2026-11-${time}:00Z`, input];
      const { answers } = explain(given, event('a'));
      const [answer] = answers;
      const named = list(answer, 'why').filter((why) => text(why, 'stage') === 'hold');
      return {
        held: answer?.held,
        named: named.map((why) => `${text(why, 'rule')} ${text(why, 'because')}`),
      };
    };

    test.each([
      ['22T03:00', 'migration', '2026-11-24T00:00:00.000Z', 2],
      ['21T23:00', 'nights', '2026-11-22T08:00:00.000Z', 1],
    ])('at %s by %s until %s', (time, by, until, rules) => {
      const { held, named } = at(time, HIGH);
      expect(held).toEqual({ by, until });
      expect(named).toHaveLength(rules);
    });

    it('is nothing outside of them', () => {
      expect(at('21T12:00', HIGH)).toEqual({ held: null, named: [] });
    });

    it('is the wait for what may explain it, and for whether it lasts', () => {
      const { held, named } = at('21T12:00', '-');
      expect(held).toEqual({ by: 'cause', until: '2026-11-21T12:00:10.000Z' });
      expect(named).toEqual([
        expect.stringMatching(/^cause waits 10 s for an incident .*, until 2026-11-21T12:00:10/),
        expect.stringMatching(/^brief told once it has lasted 120 s .*, until 2026-11-21T12:02:00/),
      ]);
    });
  });

  it('says what would be said again, and to whom else, if it goes on', () => {
    const rules = `
destinations: { a: { slack: "#a" }, boss: { slack: "#boss" } }
channels: { alert: [a], notify: [a] }
remind:
  - { name: again, match: { source: [guardduty] }, every: 30m }
  - { name: nobody-came, match: { severity: [SEV1] }, after: 15m, tell: [boss] }
  - { name: other, match: { service: [other] }, every: 5m, broadcast: true, mention: "<!here>" }
`;
    const { answers } = explain(['--config', file('remind.yml', rules), HIGH]);
    const named = list(answers[0], 'why').filter((why) => text(why, 'stage') === 'remind');
    expect(named.map((why) => `${text(why, 'rule')} ${text(why, 'because')}`)).toEqual([
      'again while it goes on: reminds every 30 min, doubling up to 4 h',
      'nobody-came while it goes on: after 15 min tells boss',
    ]);
    expect(text(named[0], 'at')).toMatch(/:5$/);
  });

  it('explains all files, says which could not be read and why, and exits with 1', () => {
    const none = join(folder, 'none.json');
    const text = file('text.json', 'ERROR no JSON');
    const { code, answers } = explain([none, folder, text, HIGH]);
    expect(code).toBe(1);
    expect(answers.map((answer) => [answer.file, answer.error ?? answer.severity])).toEqual([
      [none, `cannot read ${none}: there is no such file`],
      [folder, `cannot read ${folder}: it is a folder`],
      [text, 'not JSON. For plain log lines add --lines --log-group GROUP.'],
      [HIGH, 'SEV1'],
    ]);
  });

  it('reads JSON lines; a bad one costs only itself', () => {
    const { code, answers } = explain(['-'], `${event('a')}\r\nnot JSON\n\n${event('b')}\n`);
    expect(code).toBe(1);
    expect(answers.map((answer) => answer.kind ?? answer.error)).toEqual(['a', 'line 2 is not JSON', 'b']);
  });

  it('says of each input why it cannot be read', () => {
    const inputs = [
      ['empty', '', 'it is empty'],
      ['cut', '{\n "a": 1,\n "b": {}\n', expect.stringMatching(/^not JSON/)],
      ['no-gzip', '{"awslogs":{"data":"bm8="}}', expect.stringMatching(/gzip/)],
      ['no-text', '{"awslogs":{"data":5}}', 'awslogs.data is not a string'],
    ] as const;
    const { code, answers } = explain(inputs.map(([name, content]) => file(name, content)));
    expect(code).toBe(1);
    expect(answers).toEqual(inputs.map(([name, , error]) => ({ file: join(folder, name), error })));
  });

  it('reads a file that starts with a byte order mark', () => {
    const { code, answers } = explain([file('bom.json', `\ufeff${event('a')}`)]);
    expect([code, answers[0]?.kind]).toEqual([0, 'a']);
  });

  it('reads a payload of more records than fit on a stack', () => {
    const logEvents = Array.from({ length: 150_000 }, () => 1);
    const batch = { messageType: 'DATA_MESSAGE', owner: '1', logGroup: 'g', logStream: 's', logEvents };
    const data = gzipSync(JSON.stringify(batch)).toString('base64');
    expect(explain([], JSON.stringify({ awslogs: { data } })).answers).toHaveLength(150_000);
  });
});

describe('hansho explain --lines', () => {
  it('gives one object an input line, for empty and joined lines too, and takes CRLF', () => {
    const input = 'ERROR a\r\n\r\n    at f (x.js:1:1)\r\nINFO errors=0\nplain';
    const { code, answers } = explain(['--lines', '--log-group', '/aws/lambda/pay', '-'], input);
    expect(code).toBe(0);
    expect(answers.map((one) => [one.line, one.level, one.channel, one.file, one.service])).toEqual([
      [1, 'ERROR', 'alert', '-', 'pay'],
      [2, null, null, '-', 'pay'],
      [3, null, null, '-', 'pay'],
      [4, 'INFO', null, '-', 'pay'],
      [5, null, null, '-', 'pay'],
    ]);
    expect(text(answers[0], 'message')).not.toContain('\r');
  });

  it('numbers the lines of each file by themselves, whatever they hold', () => {
    const inputs = [
      ['nothing', '', 0],
      ['an-empty-line', '\n', 1],
      ['a-line-without-its-end', 'x', 1],
      ['a-long-line', `ERROR ${'x'.repeat(1_000_000)}\n`, 1],
      ['no-text', Buffer.from([0xff, 0x00, 0x0a, 0xc3, 0x28, 0x1b, 0x0a]), 2],
    ] as const;
    const { code, answers } = explain(['--lines', ...inputs.map(([name, content]) => file(name, content))]);
    expect(code).toBe(0);
    expect(answers.map((one) => `${one.file}:${one.line}`)).toEqual(
      inputs.flatMap(([name, , count]) =>
        Array.from({ length: count }, (_, i) => `${join(folder, name)}:${i + 1}`),
      ),
    );
  });

  it('waits for a pipe that is slow, and takes a line of 1 MB from it', () => {
    expect(explain(['--lines'], `ERROR ${'x'.repeat(1_000_000)}\n`).answers).toHaveLength(1);
  });

  it('tells its own rules by their line in the file that was named', () => {
    const rules = file(
      'rules.yml',
      `destinations: { one: { slack: "#one" } }
channels: { alert: [one], notify: [one] }
severities:
  - name: info-too
    match: { level: [INFO] }
    severity: SEV2
    why: we want them
`,
    );
    const { answers } = explain(['--lines', '--config', rules], 'INFO hello\n');
    expect(answers[0]).toMatchObject({ severity: 'SEV2', channel: 'alert', status: 'firing' });
    const severity = list(answers[0], 'why').find((why) => at(why, 'stage') === 'severity');
    expect(severity).toMatchObject({ rule: 'info-too', at: `${rules}:4` });
  });
});

describe('hansho explain, for people', () => {
  it('lets nothing that a log says reach the terminal as a command', () => {
    const line = JSON.stringify({ level: 'ERROR', message: '\u001b]0;owned\u0007', code: '\u001b[31m' });
    const rules = file(
      'code.yml',
      `destinations: { one: { slack: "#one" } }
channels: { alert: [one], notify: [one] }
severities: [{ name: c, match: { fields: { code: [{ exists: true }] } }, severity: SEV3 }]
`,
    );
    const { code, out } = hansho(['explain', '--lines', '--config', rules], `${line}\n`);
    expect(code).toBe(0);
    expect(out).toContain('fields.code = ');
    expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  });
});

describe('what a person gets wrong', () => {
  test.each([
    [['explain', '--at', 'soon', HIGH], 1, /^hansho: --at soon is not a time/],
    [['explain', '--config', 'none.yml', HIGH], 1, /^hansho: cannot read none\.yml: there is no such file/],
    [['send', '--url', 'there', HIGH], 1, /^hansho: --url there is not an address/],
    [['send', 'none.json'], 1, /^hansho: cannot read none\.json: there is no such file/],
    [['match', '--fast', HIGH, HIGH], 2, /^hansho: match has no option --fast/],
  ])('hansho %j exits with %i and says what to do, without a stack', (args, code, message) => {
    const ran = hansho(args);
    expect(ran).toMatchObject({ code, out: '', err: expect.stringMatching(message) });
    expect(ran.err).not.toMatch(/^\s+at /m);
  });
});
