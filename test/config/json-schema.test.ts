import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it, test } from 'vitest';
import { parse } from 'yaml';
import { schemaFile } from '../../scripts/docs-schema.ts';
import { jsonSchema } from '../../shared/config/json-schema.ts';
import { problemsOf, whole } from './make.ts';

const root = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const validate = new Ajv({ strict: false, allErrors: false, unicodeRegExp: true }).compile(jsonSchema());
const accepts = (source: string) => validate(parse(source));
const examples = (page: string) => [...page.matchAll(/```yaml\n([^`]*)```/g)].map(([, block = '']) => block);
const switchedOn = read('hansho.yml').replaceAll(/^#(?!#| yaml-language-server)/gm, ' ');

describe('docs/hansho.schema.json', () => {
  it('is what "npm run docs" writes', () => {
    expect(read('docs/hansho.schema.json')).toBe(schemaFile());
  });

  it('describes every value of an entry: none is left to anything at all', () => {
    const text = schemaFile();
    const operators = text.slice(text.indexOf('"choice"'));
    expect(text.replace(operators, '')).not.toMatch(/: \{\}/);
  });
});

describe('the JSON Schema finds no fault with what hansho check takes', () => {
  test.each([
    ['the hansho.yml that ships', read('hansho.yml')],
    ['its examples, switched on', switchedOn],
    ['a file with every key', read('test/config/golden/full.yml')],
    ...examples(read('docs/rules.md')).map((block, i): [string, string] => [
      `example ${i + 1} of docs/rules.md`,
      whole(block),
    ]),
  ])('%s', (_, source) => {
    expect(problemsOf(source)).toEqual([]);
    accepts(source);
    expect(validate.errors ?? []).toEqual([]);
  });
});

describe('the JSON Schema refuses, as hansho check does,', () => {
  const rule = (body: string) =>
    whole(`severities:\n  - { name: x, match: { level: [ERROR] }, severity: SEV3, ${body} }\n`);
  test.each([
    ['an unknown section', whole('rules: []\n')],
    ['a file without destinations', 'channels: { alert: [a], notify: [a] }\n'],
    [
      'a destination in two places',
      whole('destinations: { slack-alert: { slack: "#a", pagerduty: ssm:/x } }\n'),
    ],
    ['a destination nowhere', whole('destinations: { slack-alert: { language: en } }\n')],
    ['a channel that lacks', whole('channels: { alert: [slack-alert] }\n')],
    ['an unknown language', whole('language: fr\n')],
    [
      'an unknown severity',
      whole('severities:\n  - { name: x, match: { level: [ERROR] }, severity: SEV6 }\n'),
    ],
    ['an entry without what it needs', whole('severities:\n  - { name: x, severity: SEV3 }\n')],
    ['an unknown key of an entry', rule('wy: because')],
    [
      'an unknown key of a pattern',
      whole('severities:\n  - { name: x, match: { levle: [ERROR] }, severity: SEV3 }\n'),
    ],
    [
      'a pattern without its list',
      whole('severities:\n  - { name: x, match: { level: ERROR }, severity: SEV3 }\n'),
    ],
    [
      'an unknown operator',
      whole('severities:\n  - { name: x, match: { title: [{ regex: a }] }, severity: SEV3 }\n'),
    ],
    ['text for a flag', rule('shadow: "yes"')],
    ['a duration in words', whole('reopen: 4 hours\n')],
    [
      'a count in quotes',
      whole('escalate:\n  - { match: { level: [ERROR] }, count: "5", within: 1h, to: SEV2 }\n'),
    ],
    [
      'a date that is none',
      whole('ignore:\n  - { match: { level: [ERROR] }, reason: r, owner: o, expires: soon }\n'),
    ],
    ['an examples that is no list', rule('examples: text')],
  ])('%s', (_, source) => {
    expect(problemsOf(source)).not.toEqual([]);
    expect(accepts(source)).toBe(false);
  });
});
