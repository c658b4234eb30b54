import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Command } from 'commander';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, test, vi } from 'vitest';
import type { Question } from '../../cli/replay/judge.ts';
import { notesOn } from '../../cli/replay/notes.ts';
import { type Part, tasksOf, valuesOf } from '../../cli/replay/read.ts';
import { replay } from '../../cli/replay/run.ts';
import { replayLines } from '../../cli/replay/stage.ts';
import { addReplay } from '../../cli/replay.ts';
import { UserError } from '../../cli/user-error.ts';
import { identify } from '../../shared/fingerprints/identify.ts';
import type { Level } from '../../shared/model/level.ts';
import type { Signal, SignalId } from '../../shared/model/signal.ts';
import { archive } from '../../shared/pipeline/archive.ts';
import { rulesFrom, whole } from '../config/make.ts';
import { line, MORNING } from '../rules/make.ts';

let folder = '';
let before: typeof process.exitCode;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hansho-replay-'));
  before = process.exitCode;
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  process.exitCode = before;
  vi.restoreAllMocks();
});

function put(name: string, content: string | Buffer): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}

/** A line of the archive, of an error of checkout unless told otherwise. */
function kept(level: Level | null, over: Partial<Signal> = {}, at = MORNING): string {
  const signal = line(level, over);
  return JSON.stringify(archive({ signal, incident: identify(signal).incident, at }, signal.status));
}

/** Runs `hansho replay` from `old` rules to `now` over an archive of these lines. */
async function run(old: string, now: string, lines: readonly string[], ...args: readonly string[]) {
  const file = put('archive.jsonl', lines.map((one) => `${one}\n`).join(''));
  return command(old, now, file, ...args);
}

async function command(old: string, now: string, ...args: readonly string[]) {
  const files = ['--against', put('old.yml', whole(old)), '--rules', put('new.yml', whole(now))];
  const printed: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => printed.push(String(text)) > 0);
  process.exitCode = 0;
  const program = new Command('hansho').exitOverride().configureOutput({ writeErr: () => undefined });
  addReplay(program);
  try {
    await program.parseAsync(['replay', ...files, ...args], { from: 'user' });
  } finally {
    vi.restoreAllMocks();
  }
  return { out: printed.join('').replaceAll(`${folder}/`, ''), code: process.exitCode };
}

const SEV = (severity: string, more = '') =>
  `severities: [{ name: own, match: { service: [checkout] }, severity: ${severity}, why: x${more} }]\n`;
const IGNORED =
  'ignore: [{ name: declined, match: { service: [checkout] }, reason: r, owner: o, expires: never }]\n';
const MEASURED = 'severities: [{ name: own, match: { level: [INFO] }, severity: SEV3, why: x }]\n';
const TEAM = (name: string, more = '') =>
  `teams: [{ name: ${name}, owns: { service: [checkout] }${more} }]\n`;

describe('how a signal moves', () => {
  test.each<[string, string, string, readonly string[], Level | null]>([
    ['nothing changes', '', '', [], 'ERROR'],
    ['another rule says the same', '', SEV('SEV3'), [], 'ERROR'],
    ['a rule ignores it', '', IGNORED, ['newly-ignored'], 'ERROR'],
    [
      'ignored, and it had paged',
      SEV('SEV1'),
      SEV('SEV1') + IGNORED,
      ['newly-ignored', 'pages-less'],
      'ERROR',
    ],
    ['no longer ignored', IGNORED, '', ['newly-told'], 'ERROR'],
    ['no longer measured', MEASURED, '', ['lost'], 'INFO'],
    ['newly measured', '', MEASURED, ['newly-told'], 'INFO'],
    ['newly measured, and ignored at once', '', MEASURED + IGNORED, [], 'INFO'],
    ['graver, so it pages', '', SEV('SEV2'), ['pages-more', 'louder'], 'ERROR'],
    ['less grave, so it pages no more', SEV('SEV2'), '', ['pages-less', 'quieter'], 'ERROR'],
    ['to notify', '', SEV('SEV3', ', channel: notify'), ['quieter', 'elsewhere'], 'ERROR'],
    ['to another team with the same channel', TEAM('a'), TEAM('b'), ['other-team'], 'ERROR'],
    ['to another channel', TEAM('a'), TEAM('a', ', slack: "#a"'), ['elsewhere'], 'ERROR'],
    [
      'to another service of PagerDuty',
      SEV('SEV2') + TEAM('a'),
      SEV('SEV2') + TEAM('a', ', pagerduty: ssm:/hansho/pagerduty/a'),
      ['pages-less', 'pages-more'],
      'ERROR',
    ],
  ])('%s', async (_, old, now, moves, level) => {
    const { out, code } = await run(old, now, [kept(level)], '--json');
    const report = JSON.parse(out);
    expect(report.groups.flatMap((group: { moves: string[] }) => group.moves)).toEqual(moves);
    expect(report.moved).toBe(moves.length > 0 ? 1 : 0);
    expect(code).toBe(moves.length > 0 ? 1 : 0);
  });

  it('never for an end, which is told wherever its beginning was', async () => {
    const end = { source: 'alarm', status: 'resolved', lifecycle: 'states' } as const;
    const { out, code } = await run('', SEV('SEV1') + IGNORED, [kept(null, end)], '--json');
    expect(JSON.parse(out)).toMatchObject({ signals: 1, ends: 1, moved: 0 });
    expect(code).toBe(0);
  });

  it('by the rule that decides, not by one on trial', async () => {
    const trial = SEV('SEV1', ', shadow: true') + IGNORED;
    const { out } = await run('', trial, [kept('ERROR')], '--json');
    expect(JSON.parse(out).groups).toMatchObject([{ after: { rule: 'declined', fate: 'ignored' } }]);
  });

  it('as of when it came, so that an ignore that has ended since still held then', async () => {
    const until = IGNORED.replace('never', '2026-11-22');
    const lines = [kept('ERROR'), kept('ERROR', {}, MORNING + 48 * 3_600_000)];
    const { out } = await run('', until, lines, '--json');
    expect(JSON.parse(out)).toMatchObject({ moved: 1, after: { ignored: 1, told: 1 } });
    const later = await run('', until, lines, '--json', '--at', '2026-12-01T00:00:00Z');
    expect(JSON.parse(later.out)).toMatchObject({ moved: 0 });
  });
});

const SILENCE = (until: string, name = 'deploy') =>
  `silences: [{ name: ${name}, match: { service: [checkout] }, from: 2026-11-21T20:00, until: ${until}, author: sato, reason: r }]\n`;
const WINDOW =
  'windows: [{ name: nights, match: { service: [checkout] }, times: [00:00-01:00], reason: nobody looks }]\n';
const INHIBIT =
  'inhibit: [{ name: database, source: { source: [alarm] }, target: { source: [logs] }, equal: [account] }]\n';
const TRANSIENT = 'hold: [{ name: blips, match: { source: [alarm] }, for: 2m }]\n';
const alarm = (at: number, over: Partial<Signal> = {}) =>
  kept(null, { source: 'alarm', lifecycle: 'states', service: 'orders', title: 'database', ...over }, at);
const ok = (at: number) => alarm(at, { status: 'resolved' });
const MINUTE = 60_000;

describe('what is held back, as of when each signal came', () => {
  test.each<[string, string, string, readonly string[], readonly string[]]>([
    ['by a silence', '', SILENCE('2026-11-22T01:00'), ['newly-held'], [kept('ERROR')]],
    [
      'a page as well',
      SEV('SEV1'),
      SEV('SEV1') + SILENCE('2026-11-22T01:00'),
      ['newly-held', 'pages-less'],
      [kept('ERROR')],
    ],
    ['not by a silence that was over', '', SILENCE('2026-11-21T23:30'), [], [kept('ERROR')]],
    ['no longer', SILENCE('2026-11-22T01:00'), '', ['no-longer-held'], [kept('ERROR')]],
    [
      'by another rule, which is no move',
      SILENCE('2026-11-22T01:00'),
      SILENCE('2026-11-22T02:00', 'other'),
      [],
      [kept('ERROR')],
    ],
    ['by a window', '', WINDOW, ['newly-held'], [kept('ERROR')]],
    ['not outside of it', '', WINDOW, [], [kept('ERROR', {}, MORNING + 61 * MINUTE)]],
    [
      'while its cause fires',
      '',
      INHIBIT,
      ['newly-held'],
      [alarm(MORNING), kept('ERROR', {}, MORNING + 60 * MINUTE)],
    ],
    [
      'when its cause is read later, or known a moment later',
      '',
      INHIBIT,
      ['newly-held'],
      [kept('ERROR'), alarm(MORNING + 9_000)],
    ],
    ['not when the cause comes too late', '', INHIBIT, [], [kept('ERROR'), alarm(MORNING + 11_000)]],
    [
      'not after the cause is over',
      '',
      INHIBIT,
      [],
      [alarm(MORNING), ok(MORNING + MINUTE), kept('ERROR', {}, MORNING + 2 * MINUTE)],
    ],
    [
      'not by a cause elsewhere',
      '',
      INHIBIT,
      [],
      [alarm(MORNING, { account: '999900001111' }), kept('ERROR', {}, MORNING + MINUTE)],
    ],
    [
      'not by what would be held by it in turn',
      '',
      `${INHIBIT.trimEnd().slice(0, -1)}, { name: back, source: { source: [logs] }, target: { source: [alarm] }, equal: [account] }]\n`,
      [],
      [alarm(MORNING), kept('ERROR', {}, MORNING + MINUTE)],
    ],
    ['until it has lasted', '', TRANSIENT, ['newly-held'], [alarm(MORNING)]],
    [
      'not when it has lasted',
      '',
      TRANSIENT,
      ['newly-held'],
      [alarm(MORNING), alarm(MORNING + 2 * MINUTE, { id: 'again' as SignalId })],
    ],
  ])('%s', async (_, old, now, moves, lines) => {
    const { out } = await run(old, now, lines, '--json');
    const report = JSON.parse(out);
    expect(report.groups.flatMap((group: { moves: string[] }) => group.moves)).toEqual(moves);
    expect(report.moved).toBe(moves.length > 0 ? 1 : 0);
  });

  it('from the beginning again after an end, in whatever order the files are read', async () => {
    const all = [alarm(MORNING), ok(MORNING + MINUTE), alarm(MORNING + 3 * MINUTE), ok(MORNING + 9 * MINUTE)];
    for (const lines of [all, all.toReversed()]) {
      const { out } = await run('', TRANSIENT, lines, '--json');
      expect(JSON.parse(out)).toMatchObject({ moved: 2, ends: 2, after: { held: 2, told: 0 } });
    }
  });

  it('is said with the rule and the time, in each form, and fails where that is asked', async () => {
    const now = SILENCE('2026-11-22T01:00');
    const json = JSON.parse((await run('', now, [kept('ERROR')], '--json')).out);
    expect(json.groups).toMatchObject([
      {
        after: { rule: 'log-error', fate: 'SEV3 alert → slack-alert, held by deploy' },
        examples: [{ heldUntil: { before: null, after: '2026-11-22T01:00:00.000Z' } }],
      },
    ]);
    expect(json.before).toMatchObject({ told: 1, held: 0 });
    expect(json.after).toMatchObject({ told: 0, alert: 0, held: 1 });
    const text = (await run('', now, [kept('ERROR')])).out;
    expect(text).toContain('held for now     0 → 1 (+1)');
    expect(text).toContain('held until 2026-11-22T01:00:00.000Z');
    const markdown = (await run('', now, [kept('ERROR')], '--markdown')).out;
    expect(markdown).toContain('| newly held: told at once before, now kept back for a time | 1 | 1 |');
    expect((await run('', now, [kept('ERROR')], '--fail-on', 'newly-held')).code).toBe(1);
    expect((await run('', now, [kept('ERROR')], '--fail-on', 'no-longer-held')).code).toBe(0);
  });
});

describe('the report', () => {
  it('counts problems beside signals, and shows the first of each title', async () => {
    const lines = ['one', 'one', 'two', 'three', 'four'].map((title) =>
      kept('ERROR', { title, message: `the ${title} failed` }),
    );
    const { out } = await run('', IGNORED, lines, '--json');
    expect(JSON.parse(out).groups).toMatchObject([
      {
        before: { rule: 'log-error', fate: 'SEV3 alert → slack-alert' },
        after: { rule: 'declined', fate: 'ignored' },
        signals: 5,
        problems: 4,
        examples: [{ title: 'one' }, { title: 'two' }, { title: 'three' }],
      },
    ]);
  });

  it('is Markdown in which nothing that a log line says can ping, link or break the table', async () => {
    const title = '@everyone `x` | [a](http://evil) <img src=x>\nnext';
    const { out } = await run('', IGNORED, [kept('ERROR', { title })], '--markdown');
    expect(out).toContain("`@everyone 'x' ¦ [a](http://evil) <img src=x> next`");
    expect(out).toContain('### Replay of `new.yml` against `old.yml`');
    expect(out).toContain('| newly ignored | 1 | 1 |');
    expect(out).toContain('| told | 1 | 0 |');
  });

  it('is text that says the same', async () => {
    const { out } = await run('', SEV('SEV2'), [kept('ERROR'), kept('WARNING')]);
    expect(out).toContain('2 signals, 2026-11-22T00:00:00.000Z to 2026-11-22T00:00:00.000Z: 2 move');
    expect(out).toContain('paged            0 → 2 (+2)');
    expect(out).toContain('before  log-error: SEV3 alert → slack-alert');
    expect(out).toContain('after   own: SEV2 alert → slack-alert, oncall');
  });

  it('says what it cannot show', () => {
    const burst = 'escalate: [{ name: b, match: { level: [ERROR] }, count: 3, within: 1h, to: SEV2 }]\n';
    const levels = 'logs: [{ name: old, match: { logGroup: [/a] }, level: ERROR }]\n';
    const notes = (old: string, now: string, archived: number) =>
      notesOn(rulesFrom(old), rulesFrom(now), { archived, crowded: false }).map(
        (note) => note.split(/[:;,] /)[0],
      );
    expect(notes('', '', 1)).toEqual([]);
    // The same rules, further down in their file.
    expect(notes(burst + levels, `# moved\n${burst}${levels}`, 1)).toEqual([]);
    expect(notes('', burst, 0)).toEqual(['escalate']);
    expect(notes('', levels, 1)).toEqual(['logs']);
    expect(notes('', levels + MEASURED, 0)).toEqual([]);
    expect(notes('', MEASURED, 1)).toEqual([
      'The new rules look at lines below WARNING that the old ones passed over',
    ]);
  });
});

describe('exit codes', () => {
  test.each<[string, string, readonly string[], number]>([
    ['1 when anything moves', IGNORED, [], 1],
    ['0 when it moves in a way that nobody asked about', IGNORED, ['--fail-on', 'lost,pages-less'], 0],
    ['1 when it moves in a way that is named', IGNORED, ['--fail-on', 'lost,newly-ignored'], 1],
    ['0 for who only wants to read', IGNORED, ['--fail-on', 'none'], 0],
    ['0 when nothing moves', '', [], 0],
    ['1 when something could not be read, where that is asked', '', ['--fail-on', 'unreadable'], 1],
  ])('%s', async (_, now, args, code) => {
    expect((await run('', now, [kept('ERROR'), 'no json'], ...args)).code).toBe(code);
  });

  test.each<[string, () => Promise<unknown>]>([
    ['rules that are not valid', () => run('', 'severities: [{ name: x }]\n', [kept('ERROR')])],
    ['a path that does not exist', () => command('', '', join(folder, 'none'))],
    ['a folder without signals', () => command('', '', folder)],
    ['a file that says nothing', () => command('', '', put('empty.json', ''))],
    ['no input', () => command('', '')],
    ['two inputs', () => command('', '', folder, '--stage', 'prod')],
  ])('2 for %s', async (_, act) => {
    await expect(act()).rejects.toSatisfy((error) => error instanceof UserError && error.exitCode === 2);
  });
});

const question: Question = {
  before: rulesFrom(''),
  after: rulesFrom(`${SEV('SEV2')}${IGNORED.replace('service: [checkout]', 'message: [{ suffix: "7" }]')}`),
  region: 'ap-northeast-1',
  at: null,
  now: MORNING,
  since: null,
};

describe('the input', () => {
  const raw = (level: string, i = 0) => ({
    messageType: 'DATA_MESSAGE',
    owner: '111122223333',
    logGroup: '/aws/lambda/checkout',
    logStream: 's',
    logEvents: [{ id: `e-${i}`, timestamp: MORNING, message: `${level} card declined` }],
  });

  it('may be raw events, log batches and archives, as documents, lines, compressed, in folders', async () => {
    mkdirSync(join(folder, 'in/deep'), { recursive: true });
    put('in/a.json', JSON.stringify(raw('ERROR'), null, 2));
    put('in/b.jsonl', `${JSON.stringify(raw('ERROR', 1))}\n\n${kept('ERROR')}\nbroken\n`);
    put('in/deep/c.jsonl.gz', gzipSync(`${kept('ERROR')}\n${kept('WARNING')}`));
    put('in/notes.md', 'not read');
    const tally = await replay(await tasksOf([join(folder, 'in')]), question, 1);
    expect(tally).toMatchObject({ signals: 5, archived: 3, unreadable: 1 });
    expect(tally.faults[0]).toContain('b.jsonl:4: not JSON');
  });

  it('may be the data folder of hansho local, of which the archive is read', async () => {
    mkdirSync(join(folder, 'archive'));
    put('archive/current.jsonl', `${kept('ERROR')}\n`);
    put('journal.jsonl', 'not read');
    expect((await replay(await tasksOf([folder]), question, 1)).signals).toBe(1);
  });

  it('may be pages of the log on AWS, where a cut line is counted', async () => {
    async function* pages() {
      yield [kept('ERROR'), '{"archived":1,"cut'];
      yield [kept('WARNING')];
    }
    expect(await replayLines(pages(), question)).toMatchObject({ signals: 2, unreadable: 1 });
  });

  it('reads raw log lines by the `logs` of each rule set', async () => {
    const levels =
      'logs: [{ name: old, match: { logGroup: [/aws/lambda/checkout] }, words: { OOPS: ERROR }, field: sev }]\n';
    const message = JSON.stringify({ sev: 'OOPS', message: 'card declined' });
    const file = put(
      'a.json',
      JSON.stringify({ ...raw(''), logEvents: [{ id: 'e', timestamp: MORNING, message }] }),
    );
    const { out } = await command('', levels, file, '--json');
    expect(JSON.parse(out).moves['newly-told'].signals).toBe(1);
  });

  it('of the archive is only what came since', async () => {
    const lines = [kept('ERROR', {}, Date.now() - 3 * 86_400_000), kept('ERROR', {}, Date.now() - 60_000)];
    const { out } = await run('', '', lines, '--json', '--since', '2d');
    expect(JSON.parse(out).signals).toBe(1);
  });

  it('that ends too early is read as far as it goes', async () => {
    const zipped = gzipSync(
      Array.from({ length: 500 }, (_, i) => kept('ERROR', { title: `t${i * 7919}` })).join('\n'),
    );
    const file = put('cut.jsonl.gz', zipped.subarray(0, zipped.length - 20));
    const tally = await replay(await tasksOf([file]), question, 1);
    expect(tally.unreadable).toBeGreaterThan(0);
    expect(tally.faults.join()).toContain('cannot be read to its end');
  });

  it('cut into parts anywhere gives each line once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(
            fc.constant(''),
            fc.nat().map(String),
            fc.string({ unit: 'grapheme' }).map((s) => JSON.stringify(s)),
          ),
        ),
        fc.array(fc.nat({ max: 200 })),
        async (lines, cuts) => {
          const text = lines.map((one) => `${one}\n`).join('');
          const file = put('cut.jsonl', text);
          const size = Buffer.byteLength(text);
          const borders = [0, ...cuts.filter((cut) => cut < size && cut > 0), size].toSorted((a, b) => a - b);
          const values: unknown[] = [];
          for (const [i, from] of borders.slice(0, -1).entries()) {
            const to = borders[i + 1] ?? size;
            if (to === from) continue;
            const part: Part = { file, from, to, bytes: to - from };
            for await (const block of valuesOf(part))
              values.push(...block.map((one) => 'value' in one && one.value));
          }
          expect(values).toEqual(lines.filter((one) => one !== '').map((one) => JSON.parse(one)));
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('threads', () => {
  it('change nothing in the answer', async () => {
    const text = (from: number) =>
      Array.from({ length: 400 }, (_, i) => {
        const n = from + i;
        const message = `order ${'abcdefghij'[n % 10]} failed ${n % 13}`;
        if (n % 40 === 0) return (n % 80 === 0 ? alarm : ok)(MORNING + n * 1_000);
        const signal = { id: `e-${n}` as SignalId, title: message, message };
        return kept(n % 3 === 0 ? 'WARNING' : 'ERROR', signal, MORNING + n * 1_000);
      }).join('\n');
    const files = [0, 400, 800, 1_200].map((from) => put(`${from}.jsonl`, `${text(from)}\nbroken\n`));
    const tasks = files.map((file) => [{ file, from: 0, to: null, bytes: 1 }]);
    const rules = `${SEV('SEV2')}${INHIBIT}${TRANSIENT}`;
    const held: Question = { ...question, after: rulesFrom(rules) };
    const alone = await replay(tasks, held, 1);
    expect(alone.signals).toBe(1_600);
    expect(alone.after.held).toBeGreaterThan(500);
    expect(alone.groups.size).toBeGreaterThan(2);
    expect(await replay(tasks, held, 3)).toEqual(alone);
    expect([...(await replay(tasks, held, 2)).groups.keys()]).toEqual([...alone.groups.keys()]);
  }, 60_000);
});
