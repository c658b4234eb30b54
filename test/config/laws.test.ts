import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadRules } from '../../shared/config/load.ts';

const shipped = readFileSync(new URL('../../hansho.yml', import.meta.url), 'utf8').replaceAll(
  /^#(?!#| yaml-language-server)/gm,
  ' ',
);
const full = readFileSync(new URL('golden/full.yml', import.meta.url), 'utf8');

/** Loads, and holds what must be true of any file: an answer, with places that exist and words that say something. */
function holds(source: string): void {
  const loaded = loadRules(source, 'hansho.yml', 0);
  const problems = loaded.ok ? loaded.warnings : loaded.problems;
  if (!loaded.ok) expect(problems.length).toBeGreaterThan(0);
  const lines = source.split('\n');
  for (const { line, column, message } of problems) {
    expect(line).toBeGreaterThanOrEqual(1);
    expect(line).toBeLessThanOrEqual(lines.length);
    expect(column).toBeGreaterThanOrEqual(1);
    expect(column).toBeLessThanOrEqual((lines[line - 1]?.length ?? 0) + 1);
    expect(message).not.toBe('');
    // A slip of ours, unless the file itself says the word: a key may be called NaN.
    const slip = /undefined|\[object|NaN/.exec(message);
    if (slip !== null) expect(source).toContain(slip[0]);
  }
}

/** Room for a busy machine, ms. */
const SLOW = 60_000;

describe('whatever the file holds', () => {
  it(
    'loading it never throws, and every problem has a place in it',
    () => {
      fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), holds), { numRuns: 150 });
    },
    SLOW,
  );

  it(
    'so also for a file with slips: pieces cut out, doubled, or put in',
    () => {
      const piece = fc.constantFrom(
        ' ',
        '\n',
        '\t',
        ':',
        '- ',
        '[',
        ']',
        '{',
        '}',
        '"',
        "'",
        '#',
        '*a ',
        '&a ',
        '!x ',
        '|',
        '>',
        '0',
        'null',
        '~',
        '$or',
        '<<: ',
        'é',
      );
      const slip = fc.record({ at: fc.nat(), cut: fc.nat({ max: 12 }), put: piece });
      fc.assert(
        fc.property(
          fc.constantFrom(shipped, full),
          fc.array(slip, { minLength: 1, maxLength: 3 }),
          (source, slips) => {
            holds(
              slips.reduce((text, { at, cut, put }) => {
                const start = at % text.length;
                return text.slice(0, start) + put + text.slice(start + cut);
              }, source),
            );
          },
        ),
        { numRuns: 150 },
      );
    },
    SLOW,
  );

  it(
    'so also for any tree in the place of a section',
    () => {
      const section = fc.constantFrom(
        'destinations',
        'channels',
        'teams',
        'severities',
        'ignore',
        'escalate',
        'quiet',
        'storm',
        'reopen',
        'language',
      );
      const key = fc.constantFrom(
        'name',
        'match',
        'owns',
        'slack',
        'pagerduty',
        'expires',
        'alert',
        'notify',
        '$or',
        'fields',
        'level',
        'numeric',
        '__proto__',
      );
      const leaf = fc.oneof(
        fc.jsonValue({ maxDepth: 1 }),
        fc.constantFrom('SEV1', '#a', 'ssm:/a', '1h', 'slack-alert'),
      );
      const { tree } = fc.letrec((tie) => ({
        tree: fc.oneof(
          { maxDepth: 4 },
          leaf,
          fc.array(tie('tree'), { maxLength: 3 }),
          fc.dictionary(key, tie('tree'), { maxKeys: 3 }),
        ),
      }));
      const whole = 'destinations: {a: {slack: "#a"}}\nchannels: {alert: [a], notify: [a]}\n';
      fc.assert(
        fc.property(section, tree, (name, value) => {
          const base = whole.split('\n').filter((line) => !line.startsWith(`${name}:`));
          holds(`${base.join('\n')}\n${name}: ${JSON.stringify(value)}\n`);
        }),
        { numRuns: 400 },
      );
    },
    SLOW,
  );
});
