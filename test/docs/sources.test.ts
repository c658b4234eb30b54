import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { sourcesPage } from '../../scripts/docs-sources.ts';
import { en } from '../../shared/messages/en.ts';
import { list } from '../../shared/model/json.ts';
import { BUILT_IN_SEVERITIES } from '../../shared/rules/builtin.ts';
import { SOURCES } from '../../shared/sources/registry.ts';

const root = join(import.meta.dirname, '../..');

describe('docs/sources.md', () => {
  it('is what "npm run docs" writes', () => {
    expect(readFileSync(join(root, 'docs', 'sources.md'), 'utf8')).toBe(sourcesPage(root));
  });
});

describe.each(SOURCES)('the source $name', ({ name, about }) => {
  const impacts = about?.impacts ?? [];

  test('says what it reads and what ends it', () => {
    expect(about?.title).toBeTruthy();
    expect(about?.reads.length).toBeGreaterThan(0);
    expect(about?.ends).toBeTruthy();
  });

  test('has words on what to do first', () => {
    expect(Object.keys(en.firstLook)).toContain(name);
  });

  test('has built-in rules, of which the last takes what the others leave', () => {
    const rules = BUILT_IN_SEVERITIES.filter(({ match }) => list(match, 'source').includes(name));
    if (name === 'event') return expect(BUILT_IN_SEVERITIES.at(-1)?.name).toBe('unknown-event');
    // Judged by what its problems mean; a state that nobody knows is left to the last rule of all.
    if (impacts.length > 0)
      return expect(BUILT_IN_SEVERITIES.map((rule) => rule.name)).toEqual(
        expect.arrayContaining([...impacts]),
      );
    expect(rules.at(-1)?.match).toEqual({ source: [name] });
  });
});
