import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formatRules } from '../../shared/config/format.ts';
import { loadRules } from '../../shared/config/load.ts';
import { starterRules } from '../../shared/config/starter.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hansho-init-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs `hansho init` in an empty folder, without a terminal. */
function init(args: readonly string[], input = '') {
  const main = join(import.meta.dirname, '../../cli/main.ts');
  const env = { ...process.env, TZ: 'Asia/Tokyo', LC_ALL: 'en_US.UTF-8' };
  const ran = spawnSync(process.execPath, [main, 'init', ...args], {
    cwd: folder,
    input,
    env,
    encoding: 'utf8',
  });
  return { code: ran.status, out: ran.stdout, err: ran.stderr };
}

const written = () => readFileSync(join(folder, 'hansho.yml'), 'utf8');

function rules() {
  const loaded = loadRules(written(), 'hansho.yml', Date.UTC(2026, 10, 22));
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return loaded.rules;
}

describe('hansho init', () => {
  it('takes flags, guesses the time zone, and says what comes next', () => {
    const { code, out } = init([
      '--yes',
      '--slack-alert',
      '#sos',
      '--pagerduty',
      'yes',
      '--teams',
      'payments, 決済',
    ]);
    expect(code).toBe(0);
    expect(out).toContain('hansho.yml is written. Next:\n  1. npx hansho check hansho.yml\n');
    expect(out).toContain('aws ssm put-parameter --type SecureString --name /hansho/pagerduty/oncall');
    const { timezone, destinations, teams } = rules();
    expect(timezone).toBe('Asia/Tokyo');
    expect(destinations.map(({ address }) => address)).toEqual([
      'slack:#sos',
      'slack:#notify',
      'pagerduty:ssm:/hansho/pagerduty/oncall',
    ]);
    expect(teams.map(({ name }) => name)).toEqual(['payments', '決済']);
  });

  it('asks on a pipe: an empty line or none is the default, a wrong answer is asked again', () => {
    const { code, out } = init([], 'jp\nja\n\n#Sos\n#sos\n#sos\nno\n');
    expect(code).toBe(0);
    expect(out).toContain('--language must be one of en, ja, not "jp"; did you mean `ja`?\n');
    expect(out).toContain('did you mean "#sos"?');
    expect(rules()).toMatchObject({ language: 'ja', destinations: [{ address: 'slack:#sos' }] });
  });

  it('leaves a file that is there, unless told to replace it', () => {
    writeFileSync(join(folder, 'hansho.yml'), 'mine');
    expect(init(['--yes'])).toMatchObject({
      code: 1,
      err: expect.stringContaining('To replace it, add --force.'),
    });
    expect(written()).toBe('mine');
    expect(init(['--yes', '--force']).code).toBe(0);
    expect(rules().language).toBe('en');
  });

  it('refuses a wrong flag, and a pipe that ends on a wrong answer, and writes nothing', () => {
    expect(init(['--yes', '--language', 'fr'])).toMatchObject({
      code: 1,
      err: expect.stringContaining('--language'),
    });
    expect(init([], 'fr\n')).toMatchObject({ code: 1, err: expect.stringContaining('--language') });
    expect(written).toThrow();
  });
});

describe('a first hansho.yml', () => {
  it('is valid without warnings and in form whatever the answers, with its examples switched on as well', () => {
    const channel = fc.constantFrom('#alert', '#notify', '#決済', 'C0123456789');
    const answers = fc.record({
      language: fc.constantFrom('en' as const, 'ja' as const),
      timezone: fc.constantFrom('UTC', 'Asia/Tokyo', 'Europe/London'),
      slackAlert: channel,
      slackNotify: channel,
      pagerduty: fc.constantFrom(null, 'ssm:/a', 'secretsmanager:b'),
      teams: fc.uniqueArray(fc.constantFrom('payments', '1', 'true', '決済', 'a.b_c-d'), { maxLength: 3 }),
    });
    fc.assert(
      fc.property(answers, (given) => {
        const text = starterRules(given);
        const on = text.replaceAll(/^#(?!#| yaml-language-server)/gm, ' ');
        for (const source of [text, on])
          expect(loadRules(source, 'hansho.yml', Date.UTC(2026, 10, 22))).toMatchObject({
            ok: true,
            warnings: [],
          });
        expect(formatRules(text)).toEqual({ ok: true, text });
      }),
      { numRuns: 60 },
    );
  });
});
