import { Command } from 'commander';
import { afterEach, expect, it, vi } from 'vitest';
import { addDoctor } from '../../cli/doctor.ts';
import type { Local } from '../../local/start.ts';
import { startQuietly } from './local.ts';

let local: Local | null = null;
afterEach(async () => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
  await local?.stop();
});

it('hansho doctor --signal walks the deployed bundles end to end', async () => {
  local = await startQuietly();
  const out: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out.push(String(text));
    return true;
  });
  const program = new Command('hansho').exitOverride();
  addDoctor(program);
  await program.parseAsync(['node', 'hansho', 'doctor', '--signal', '--url', local.url]);
  vi.restoreAllMocks();
  const said = out.join('');
  expect(said).not.toContain('FAILED');
  expect(said).toMatch(/ok +Slack token: hansho in Hansho local/);
  expect(said).toMatch(/ok +Slack scopes: chat:write/);
  expect(said).toMatch(/skipped +PagerDuty key oncall: readable/);
  expect(said).toMatch(/ok +Test signal: told and told over/);
  expect(process.exitCode).toBeUndefined();
  const cards = local.slack?.messages().filter(({ threadTs }) => threadTs === null) ?? [];
  expect(cards.map(({ channel, text }) => [channel, text])).toEqual([
    ['#notify', expect.stringMatching(/A test by hansho doctor/)],
  ]);
}, 60_000);
