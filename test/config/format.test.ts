import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { formatRules } from '../../shared/config/format.ts';
import { loadRules } from '../../shared/config/load.ts';
import { starterRules } from '../../shared/config/starter.ts';
import { BASE } from './make.ts';

const root = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');

function format(source: string): string {
  const formatted = formatRules(source);
  if (!formatted.ok) throw new Error(formatted.because);
  return formatted.text;
}

/** The rules without what says where they stand. */
function meaning(source: string): unknown {
  const loaded = loadRules(source, 'hansho.yml');
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const places = new Set(['at', 'hash', 'channelsAt']);
  return JSON.parse(
    JSON.stringify({ rules: loaded.rules, claims: loaded.claims }, (key, value) =>
      places.has(key) && !Array.isArray(value) ? undefined : value,
    ),
  );
}

describe('hansho fmt', () => {
  it('leaves the hansho.yml that ships as it is', () => {
    expect(format(read('hansho.yml'))).toBe(read('hansho.yml'));
  });

  test.each([
    [
      'sections are in one order, with their comments',
      `# where\n${BASE}language: en # spoken\n`,
      `language: en # spoken\n\n# where\n${tidyBase()}`,
    ],
    [
      'a section that spans lines stands apart; short ones may stand together',
      `language: en\ntimezone: UTC\n${BASE}quiet: { ERROR: 1h }\nreopen: 1h\n`,
      `language: en\ntimezone: UTC\n\n${tidyBase()}\nquiet: { ERROR: 1h }\nreopen: 1h\n`,
    ],
    ['channels are in double quotes', BASE.replace('"#alert"', "'#alert'"), tidyBase()],
    [
      'brackets are tight, braces are not',
      BASE.replace('[slack-alert, { oncall: SEV2 }]', '[ slack-alert,{oncall: SEV2} ]'),
      tidyBase(),
    ],
    ['indentation is two spaces', BASE.replaceAll(/^ {2}/gm, '      '), tidyBase()],
    [
      'what spans lines in brackets becomes a block',
      BASE.replace('[slack-alert, {', '[slack-alert, # first\n   {'),
      tidyBase().replace(
        '  alert: [slack-alert, { oncall: SEV2 }]',
        '  alert:\n    - slack-alert # first\n    - { oncall: SEV2 }',
      ),
    ],
    [
      'an example that is switched off stays in its column',
      `${BASE}teams:\n    - { name: a, owns: { service: [a] } }\n#  - name: b\n    - { name: c, owns: { service: [c] } }\n`,
      `${tidyBase()}\nteams:\n  - { name: a, owns: { service: [a] } }\n#  - name: b\n  - { name: c, owns: { service: [c] } }\n`,
    ],
    [
      'what is said of the file stays at its ends',
      `# top\n\n${BASE}language: en\n\n# end\n`,
      `# top\n\nlanguage: en\n\n${tidyBase()}\n# end\n`,
    ],
    ['lines end as on Unix, without spaces', BASE.replaceAll('\n', '  \r\n'), tidyBase()],
  ])('%s', (_, source, expected) => {
    expect(format(source)).toBe(expected);
    expect(meaning(format(source))).toEqual(meaning(source));
  });

  it('leaves the order alone where an anchor stands above what repeats it', () => {
    const source = `${tidyBase()}ignore:\n  - &a { match: { service: [a] }, reason: r, owner: o, expires: never }\nlanguage: en\n`;
    const aliased = source.replace('language: en', 'severities: []');
    expect(format(aliased.replace('severities: []', 'teams: []'))).toContain('ignore:');
    const twice = `${tidyBase()}windows:\n  - { name: a, match: &m { service: [a] }, reason: r, times: [01:00-02:00] }\nseverities:\n  - { name: b, match: *m, severity: SEV3 }\n`;
    expect(format(twice).indexOf('windows')).toBeLessThan(format(twice).indexOf('severities'));
  });

  it('refuses a file that holds its mark', () => {
    expect(formatRules(`${BASE}# \uE000\n`)).toMatchObject({ ok: false });
  });
});

function tidyBase(): string {
  return BASE.replace('channels:', '\nchannels:');
}

const sources = [
  read('hansho.yml'),
  read('hansho.yml').replaceAll(/^#(?!#| yaml-language-server)/gm, ' '),
  read('test/config/golden/full.yml'),
  starterRules({
    language: 'ja',
    timezone: 'Asia/Tokyo',
    slackAlert: '#a',
    slackNotify: '#b',
    pagerduty: 'ssm:/x',
    teams: ['a', '決済'],
  }),
];

describe('whatever form a valid file has', () => {
  it('formatting twice is formatting once, and the rules mean the same', () => {
    const slip = fc.record({
      at: fc.nat(),
      put: fc.constantFrom('\n', ' ', '  ', '\n\n\n', '# note\n', ' # note', '\n# note\n', '\n  # note\n'),
    });
    let valid = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(...sources),
        fc.array(slip, { maxLength: 4 }),
        fc.nat(),
        (source, slips, turn) => {
          const slipped = slips.reduce(
            (text, { at, put }) => {
              const start = at % text.length;
              return text.slice(0, start) + put + text.slice(start);
            },
            rotated(source, turn),
          );
          if (!loadRules(slipped, 'hansho.yml').ok) return;
          valid += 1;
          const once = format(slipped);
          expect(format(once)).toBe(once);
          expect(meaning(once)).toEqual(meaning(slipped));
        },
      ),
      { numRuns: 300 },
    );
    expect(valid).toBeGreaterThan(60);
  });
});

/** The sections in another order. */
function rotated(source: string, turn: number): string {
  const parts = source.split(/(?=^\w[^\n]*:)/m);
  const at = turn % parts.length;
  return [...parts.slice(at), ...parts.slice(0, at)]
    .map((part) => (part.endsWith('\n') ? part : `${part}\n`))
    .join('');
}
