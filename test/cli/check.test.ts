import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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

  it('names the rules that no example and no route test reaches, once there are some', async () => {
    const rules = `${BASE}severities:
  - { name: slow, match: { message: [{ prefix: slow }] }, severity: SEV3, examples: [slow query] }
  - { name: pay, match: { level: [ERROR], service: [pay] }, severity: SEV2 }
  - { name: cart, match: { level: [ERROR], service: [cart] }, severity: SEV2 }
`;
    expect((await check(rules.replace(', examples: [slow query]', ''))).out).not.toContain('reaches');
    writeFileSync(
      join(folder, 'hansho.test.yml'),
      '- { name: cart, line: ERROR x, logGroup: /aws/lambda/cart, expect: { severity: SEV2 } }\n',
    );
    const { out, code } = await check(rules);
    expect(out.split('\n\n')[1]).toBe(
      'warning: hansho.yml:10 no example or route test reaches `pay`\n    docs/testing-rules.md\n',
    );
    expect(code).toBe(0);
  });

  it('names the ignore rules that match none of the events in a folder', async () => {
    const rules = `${BASE}ignore:
  - { name: issues, match: { source: [health] }, reason: r, owner: sre, expires: never }
  - { name: toys, match: { service: [toy] }, reason: r, owner: toys, expires: never }
`;
    const event = {
      source: 'aws.health',
      'detail-type': 'AWS Health Event',
      detail: { eventTypeCategory: 'issue' },
    };
    mkdirSync(join(folder, 'events', 'health'), { recursive: true });
    writeFileSync(join(folder, 'events/health/issue.json'), JSON.stringify(event));
    writeFileSync(join(folder, 'events/cut.json'), '{');
    writeFileSync(join(folder, 'hansho.yml'), rules);
    const { out } = await run('check', join(folder, 'hansho.yml'), '--events', join(folder, 'events'));
    expect(out).toContain('warning: events/cut.json is passed over: ');
    expect(out).toContain(
      'warning: hansho.yml:10 `toys` matches none of 1 event in events\n    toys: is it still needed?\n',
    );
    expect(out).not.toContain('`issues` matches none');
    await expect(run('check', join(folder, 'hansho.yml'), '--events', join(folder, 'none'))).rejects.toThrow(
      /cannot read the folder/,
    );
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
