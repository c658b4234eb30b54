import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { runClaim, runTest } from '../../cli/proof.ts';
import { loadRules } from '../../shared/config/load.ts';
import { readTests } from '../../shared/config/tests.ts';
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
    expect(keys.length).toBe(19);
    for (const key of keys) expect(docs).toMatch(new RegExp(`^\\| \`${key}\` \\|`, 'm'));
  });
});

describe('docs/testing-rules.md', () => {
  const page = readFileSync(new URL('docs/testing-rules.md', root), 'utf8');
  const blocks = [...page.matchAll(/```yaml\n([^`]*)```/g)].map(([, block = '']) => block);
  const [rules = '', tests = '', ...others] = blocks;

  it('tells a story whose rules and tests are valid', () => {
    expect([rules, ...others].map((block) => problemsOf(whole(block)))).toEqual([[], []]);
    expect(readTests(tests, 'hansho.test.yml')).toMatchObject({ ok: true });
  });

  it('tells it as it is: all hold, and the hasty rule is stopped', async () => {
    const run = async (source: string) => {
      const loaded = loadRules(whole(source), 'hansho.yml');
      const file = readTests(tests, 'hansho.test.yml');
      if (!loaded.ok || !file.ok) throw new Error('not valid');
      const judge = makeJudge(loaded.rules);
      const now = Date.UTC(2026, 10, 22);
      const claims = await Promise.all(loaded.claims.map((claim) => runClaim(claim, judge, now)));
      const routes = await Promise.all(file.tests.map((one) => runTest(one, 'hansho.test.yml', judge, now)));
      return [...claims.flat(), ...routes]
        .filter(({ because }) => because.length > 0)
        .map(({ name }) => name);
    };
    expect(await run(rules)).toEqual([]);
    expect(await run(rules.replace('prefix: card declined', 'prefix: card'))).toEqual([
      'card-declined: counterexample ERROR card service unreachable',
      'when the card service is away, the payments team is called',
    ]);
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
