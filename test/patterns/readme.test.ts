import { readFileSync } from 'node:fs';
import { expect, it, test } from 'vitest';
import { match } from './helpers.ts';

const readme = readFileSync(new URL('../../shared/patterns/README.md', import.meta.url), 'utf8');

interface Example {
  readonly pattern: string;
  readonly is: string;
  readonly event: string;
}

function examples(): readonly Example[] {
  let pattern = '';
  return [...readme.matchAll(/^(pattern|matches|not) +(\{.*\})$/gm)].flatMap(([, is = '', json = '']) => {
    if (is === 'pattern') pattern = json;
    return is === 'pattern' ? [] : [{ pattern, is, event: json }];
  });
}

test.each(examples())('README: $pattern $is $event', ({ pattern, is, event }) => {
  expect(match(JSON.parse(pattern), JSON.parse(event))).toBe(is === 'matches');
});

it('finds the examples', () => {
  expect(examples().length).toBeGreaterThan(25);
  expect(new Set(examples().map(({ is }) => is))).toEqual(new Set(['matches', 'not']));
});
