import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isObject } from '../../shared/model/json.ts';
import { matches } from '../../shared/patterns/match.ts';
import { compilePattern, parsePattern } from '../../shared/patterns/parse.ts';
import { readJson } from '../../shared/patterns/read.ts';
import { fits, match } from './helpers.ts';

const scalar = fc.oneof(
  fc.string(),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.constant(null),
);
const key = fc
  .oneof(fc.constantFrom('a', 'b', 'c', '__proto__', 'constructor'), fc.string({ maxLength: 3 }))
  .filter((name) => name !== '$or');

/** A document of nested objects and lists, none of them empty, so that each ends in a value. */
const { document } = fc.letrec<{ node: unknown; document: object }>((tie) => ({
  node: fc.oneof({ maxDepth: 3 }, scalar, fc.array(scalar, { minLength: 1, maxLength: 3 }), tie('document')),
  document: fc.dictionary(key, tie('node'), { minKeys: 1, maxKeys: 4 }),
}));

/** The pattern that asks for every value of a document. */
function exactly(value: unknown): unknown {
  if (Array.isArray(value)) return value;
  if (!isObject(value)) return [value];
  return Object.fromEntries(Object.entries(value).map(([name, below]) => [name, exactly(below)]));
}

/** Few letters, so that they meet often. */
const word = fc
  .array(fc.constantFrom('a', 'b', '*', '\\'), { maxLength: 8 })
  .map((letters) => letters.join(''));

/** The plainest wildcard there is: tries everything. */
function naive(pattern: string, text: string): boolean {
  if (pattern === '') return text === '';
  if (pattern[0] === '*')
    return naive(pattern.slice(1), text) || (text !== '' && naive(pattern, text.slice(1)));
  const literal = pattern[0] === '\\' ? 2 : 1;
  return text[0] === pattern[literal - 1] && naive(pattern.slice(literal), text.slice(1));
}

describe('laws', () => {
  it('a document matches the pattern made of all its values', () => {
    fc.assert(
      fc.property(document, (event) => {
        expect(match(exactly(event), event)).toBe(true);
      }),
    );
  });

  it('one field that does not fit is enough to fail', () => {
    fc.assert(
      fc.property(document, fc.string({ minLength: 4 }), (event, other) => {
        expect(match({ ...(exactly(event) as object), extra: ['x'] }, { ...event, extra: `x${other}` })).toBe(
          false,
        );
      }),
    );
  });

  it('fields that a pattern does not name change nothing', () => {
    fc.assert(
      fc.property(document, scalar, (event, value) => {
        expect(match(exactly(event), { ...event, 'not named': value })).toBe(true);
      }),
    );
  });

  it('anything-but is the opposite of its values wherever there is one value', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ maxLength: 1 }), { minLength: 1 }),
        fc.oneof(scalar, fc.string({ maxLength: 1 })),
        (values, value) => {
          expect(fits([{ 'anything-but': values }], value)).toBe(!fits(values, value));
        },
      ),
    );
  });

  it('exists false is the opposite of exists true', () => {
    fc.assert(
      fc.property(document, key, (event, name) => {
        const absent = match({ [name]: [{ exists: false }] }, event);
        expect(match({ [name]: [{ exists: true }] }, event)).toBe(!absent);
      }),
    );
  });

  it('$or of two patterns matches when one of them does', () => {
    fc.assert(
      fc.property(document, document, document, (one, other, event) => {
        const either = { $or: [exactly(one), exactly(other)] };
        expect(match(either, event)).toBe(match(exactly(one), event) || match(exactly(other), event));
      }),
    );
  });

  it('numeric agrees with the comparisons of numbers', () => {
    const number = fc.oneof(fc.integer({ min: -9, max: 9 }), fc.double({ min: -10, max: 10, noNaN: true }));
    fc.assert(
      fc.property(number, number, (bound, value) => {
        expect(fits([{ numeric: ['<', bound] }], value)).toBe(value < bound);
        expect(fits([{ numeric: ['<=', bound] }], value)).toBe(value <= bound);
        expect(fits([{ numeric: ['=', bound] }], value)).toBe(value === bound);
        expect(fits([{ numeric: ['>=', bound] }], value)).toBe(value >= bound);
        expect(fits([{ numeric: ['>', bound] }], value)).toBe(value > bound);
      }),
    );
  });

  it('prefix, suffix and wildcard agree about beginnings and ends', () => {
    fc.assert(
      fc.property(word, word, (part, text) => {
        const literal = part.replaceAll(/[\\*]/g, '\\$&');
        expect(fits([{ wildcard: `${literal}*` }], text)).toBe(fits([{ prefix: part }], text));
        expect(fits([{ wildcard: `*${literal}` }], text)).toBe(fits([{ suffix: part }], text));
      }),
    );
  });

  it('a wildcard agrees with trying everything', () => {
    const valid = word.filter((w) => !w.includes('**') && /^(?:[^\\]|\\[\\*])*$/.test(w));
    fc.assert(
      fc.property(valid, word, (wildcard, text) => {
        expect(fits([{ wildcard }], text)).toBe(naive(wildcard, text));
      }),
      { numRuns: 2000 },
    );
  });

  it('every address is in its own block and, by one flipped bit, in no narrower neighbour', () => {
    const byte = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(fc.tuple(byte, byte, byte, byte), fc.integer({ min: 1, max: 32 }), (bytes, bits) => {
        const [index, mask] = [Math.floor((bits - 1) / 8), 128 >> ((bits - 1) % 8)];
        const neighbour = bytes.map((b, i) => (i === index ? b ^ mask : b));
        const block = [{ cidr: `${bytes.join('.')}/${bits}` }];
        expect(fits(block, bytes.join('.'))).toBe(true);
        expect(fits(block, neighbour.join('.'))).toBe(false);
      }),
    );
  });
});

describe('reading', () => {
  it('agrees with JSON.parse on all JSON, however it is spaced', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), fc.constantFrom(0, 2, '\t'), (value, space) => {
        const source = JSON.stringify(value, null, space);
        const read = readJson(source);
        expect(JSON.stringify(read.ok ? read.value : read)).toBe(JSON.stringify(JSON.parse(source)));
      }),
    );
  });

  it('takes only what JSON.parse takes, and never throws', () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '"',
      ':',
      ',',
      '1',
      '-',
      '.',
      'e',
      'true',
      'null',
      'a',
      ' ',
      '\\',
      '\n',
      "'",
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('')),
        (source) => {
          if (readJson(source).ok) expect(() => JSON.parse(source)).not.toThrow();
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('finds each member where it is written', () => {
    fc.assert(
      fc.property(document, (event) => {
        const source = JSON.stringify(event, null, 1);
        const read = readJson(source);
        for (const name of Object.keys(event)) {
          const place = read.ok ? read.placeOf([name]) : { key: -1, value: -1 };
          expect(source.startsWith(`${JSON.stringify(name)}: `, place.key)).toBe(true);
          expect(place.value).toBe(place.key + JSON.stringify(name).length + 2);
        }
      }),
    );
  });
});

describe('never throws', () => {
  const text = fc.oneof(
    fc.json(),
    fc.string(),
    document.map((d) => JSON.stringify(exactly(d))),
  );

  it('whatever the pattern and the event', () => {
    fc.assert(
      fc.property(text, fc.anything(), (source, event) => {
        const parsed = parsePattern(source);
        if (parsed.ok) expect(typeof matches(parsed.pattern, event)).toBe('boolean');
        else expect(parsed.error.line).toBeGreaterThan(0);
      }),
    );
  });

  it('whatever YAML has read', () => {
    fc.assert(
      fc.property(fc.anything({ withDate: true, withMap: true, withBigInt: true }), (json) => {
        expect(typeof compilePattern(json as never).ok).toBe('boolean');
      }),
    );
  });
});
