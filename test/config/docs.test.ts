import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { loadRules } from '../../shared/config/load.ts';
import { at } from '../../shared/model/json.ts';
import { BUILT_IN_SEVERITIES } from '../../shared/rules/builtin.ts';
import { makeJudge } from '../../shared/rules/judge.ts';
import { SOURCES } from '../../shared/sources/registry.ts';
import { BASE, problemsOf, whole } from './make.ts';

const root = new URL('../../', import.meta.url);
const docs = readFileSync(new URL('docs/rules.md', root), 'utf8');
const shipped = readFileSync(new URL('hansho.yml', root), 'utf8');

describe('docs/rules.md', () => {
  const blocks = [...docs.matchAll(/```yaml\n([^`]*)```/g)].map(([, block = '']) => block);

  it('has examples', () => {
    expect(blocks.length).toBeGreaterThanOrEqual(7);
  });

  test.each(blocks.map((block, i) => [i + 1, block]))('example %i is valid', (_, block) => {
    expect(problemsOf(whole(block))).toEqual([]);
  });

  it('lists the built-in rules of log lines, expectations and all else as they are, in their order', () => {
    const rows = [...docs.matchAll(/^\| `([a-z-]+)` \| .* \| (SEV\d|never) \|$/gm)].map(
      ([, name, severity]) => `${name} ${severity}`,
    );
    // Those of a source stand in docs/sources.md, which test/docs/sources.test.ts holds.
    const sources = new Set<unknown>(SOURCES.map(({ name }) => name));
    const others = BUILT_IN_SEVERITIES.filter(({ match }) => !sources.has(at(match, 'source', 0)));
    expect(rows).toEqual(others.map(({ name, severity }) => `${name} ${severity ?? 'never'}`));
  });

  it('names every key of the file', () => {
    const keys = problemsOf(`${BASE}zebra: 1\n`)[0]?.split('keys here: ')[1]?.split(', ') ?? [];
    expect(keys.length).toBe(17);
    for (const key of keys) expect(docs).toMatch(new RegExp(`^\\| \`${key}\` \\|`, 'm'));
  });
});

describe('the hansho.yml that ships', () => {
  it('is valid, without warnings, in English', () => {
    const loaded = loadRules(shipped, 'hansho.yml', Date.UTC(2026, 10, 22));
    expect(loaded).toMatchObject({ ok: true, warnings: [], rules: { language: 'en' } });
  });

  it('stays valid when its examples are switched on', () => {
    const on = shipped.replaceAll(/^#(?!#| yaml-language-server)/gm, ' ');
    const loaded = loadRules(on, 'hansho.yml', Date.UTC(2026, 10, 22));
    expect(loaded).toMatchObject({ ok: true, warnings: [] });
    if (!loaded.ok) return;
    const { logs, teams, severities, ignore, escalate, expect: heard } = loaded.rules;
    expect([logs, teams, severities, ignore, escalate, heard].map((rules) => rules.length)).toEqual([
      2, 1, 3, 1, 1, 2,
    ]);
    expect(makeJudge(loaded.rules).prefilter).toEqual(expect.arrayContaining(['run_time_ms']));
  });
});
