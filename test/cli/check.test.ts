import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { addCheck } from '../../cli/check.ts';
import { UserError } from '../../cli/user-error.ts';
import { BASE } from '../config/make.ts';

let folder = '';
let before: typeof process.exitCode;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hansho-check-'));
  before = process.exitCode;
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  process.exitCode = before;
  vi.restoreAllMocks();
});

/** Runs `hansho check` on `source`; the folder's name is taken out of what it prints. */
async function check(
  source: string,
): Promise<{ readonly out: string; readonly code: typeof process.exitCode }> {
  const file = join(folder, 'hansho.yml');
  writeFileSync(file, source);
  return run('check', file);
}

async function run(...args: readonly string[]) {
  const printed: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => printed.push(String(text)) > 0);
  process.exitCode = 0;
  const program = new Command('hansho');
  addCheck(program);
  await program.parseAsync([...args], { from: 'user' });
  return { out: printed.join('').replaceAll(`${folder}/`, ''), code: process.exitCode };
}

describe('hansho check', () => {
  it('sums valid rules up and exits with 0', async () => {
    const { out, code } = await check(
      `${BASE}teams:\n  - { name: pay, owns: { service: [pay] }, slack: "#pay" }\n`,
    );
    expect(out.replace(/[0-9a-f]{12}/, 'HASH')).toBe(`hansho.yml is valid (en, UTC, HASH)
  destinations  slack-alert, slack-notify, oncall, pay/slack
  alert         slack-alert, oncall (SEV2 and worse)
  notify        slack-notify
  teams         pay
  rules         0 severity, 0 ignore, 0 escalate, besides the built-in ones
`);
    expect(code).toBe(0);
  });

  it('prints every problem with its place and what to write instead, and exits with 1', async () => {
    const { out, code } = await check(`langauge: en\n${BASE.replace('[slack-notify]', '[slack-notfy]')}`);
    expect(out).toBe(`hansho.yml:1:1 unknown key \`langauge\`
    did you mean \`language\`?
hansho.yml:8:12 there is no destination "slack-notfy"
    did you mean \`slack-notify\`?

2 problems in hansho.yml
`);
    expect(code).toBe(1);
  });

  it('counts one problem as one', async () => {
    expect((await check('')).out).toMatch(/^hansho\.yml:1:1 .*\n {4}.*\n\n1 problem in hansho\.yml\n$/);
  });

  it('warns and still exits with 0', async () => {
    const past = 'ignore:\n  - { match: { service: [a] }, reason: r, owner: shop, expires: 2020-01-31 }\n';
    const { out, code } = await check(BASE + past);
    expect(out).toContain(
      '\nwarning: hansho.yml:9:65 this ignore rule has expired and no longer holds\n    shop: renew or remove it\n',
    );
    expect(code).toBe(0);
  });

  it('says that a file is not there, and how to name one', async () => {
    const missing = run('check', join(folder, 'none.yml'));
    await expect(missing).rejects.toThrow(UserError);
    await expect(missing).rejects.toThrow(
      /none\.yml: there is no such file\. Name the rules: hansho check FILE/,
    );
  });

  it('says that a folder is no file', async () => {
    await expect(run('check', folder)).rejects.toThrow(/it is a folder/);
  });
});
