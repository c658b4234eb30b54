import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { runClaim, runTest } from '../../cli/proof.ts';
import { loadRules } from '../../shared/config/load.ts';
import { readTests } from '../../shared/config/tests.ts';
import { at } from '../../shared/model/json.ts';
import { BUILT_IN_SEVERITIES } from '../../shared/rules/builtin.ts';
import { makeJudge } from '../../shared/rules/judge.ts';
import { SOURCES } from '../../shared/sources/registry.ts';
import { line } from '../rules/make.ts';
import { BASE, problemsOf, rulesFrom, whole } from './make.ts';

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
    expect(keys.length).toBe(20);
    for (const key of keys) expect(docs).toMatch(new RegExp(`^\\| \`${key}\` \\|`, 'm'));
  });
});

describe('docs/readiness.md', () => {
  const page = readFileSync(new URL('docs/readiness.md', root), 'utf8');
  const [file = ''] = [...page.matchAll(/```yaml\n([^`]*)```/g)].map(([, block = '']) => block);

  it('tells a story whose file is valid, without warnings', () => {
    const loaded = loadRules(whole(file), 'hansho.yml', Date.UTC(2026, 10, 22));
    expect(loaded).toMatchObject({ ok: true, warnings: [] });
  });

  it('quotes what hansho explain says of it', () => {
    const { verdict } = makeJudge(rulesFrom(file));
    const said = [line('ERROR'), line('WARNING')].flatMap(
      (one) => verdict(one, Date.parse('2026-12-05T21:00+09:00')).why,
    );
    const quoted = said.filter(({ rule }) => rule.includes('sale-2026-12')).map(({ because }) => because);
    expect(new Set(quoted).size).toBe(4);
    for (const because of quoted) expect(page).toContain(because);
  });

  it('lists the effects of each level as they are', () => {
    for (const level of [1, 2, 3, 4]) {
      const [entry] = rulesFrom(
        `readiness: [{ name: a, why: a, level: ${level}, from: 2026-12-05, until: 2026-12-05, owner: a, watchers: [slack-alert] }]\n`,
      ).readiness;
      const cells = [
        entry?.watchers[0]?.floor,
        entry?.bursts,
        entry?.graver,
        entry?.passWindows ? 'pass' : 'hold',
      ];
      expect(page).toMatch(new RegExp(`^\\| ${level} \\|[^|]*\\| ${cells.join(' \\| ')} \\|$`, 'm'));
    }
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
    const { logs, teams, severities, ignore, escalate, expect: heard, readiness } = loaded.rules;
    expect(
      [logs, teams, severities, ignore, escalate, heard, readiness].map((rules) => rules.length),
    ).toEqual([2, 1, 3, 1, 1, 2, 1]);
    expect(makeJudge(loaded.rules).prefilter).toEqual(expect.arrayContaining(['run_time_ms']));
  });
});
