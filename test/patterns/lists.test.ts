import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isObject } from '../../shared/model/json.ts';
import { compiled, match } from './helpers.ts';

/**
 * A second matcher, by definition and not by speed. An event is a set of values, each with its path and with the
 * element it lies in of every list above it. A pattern matches when each of its fields can be given a value so that
 * no two lie in different elements of one list; a field that allows absence may instead find nothing, among the
 * values that lie in no other elements than the values given.
 */
function matchesByDefinition(pattern: unknown, event: unknown): boolean {
  const values = valuesOf(event, '', new Map());
  return compiled(pattern).ways.some(({ fields }) => {
    const give = (i: number, elements: Elements, nothing: readonly string[]): boolean => {
      const field = fields[i];
      if (field === undefined) {
        return !values.some((v) => nothing.includes(v.path) && agree(v.elements, elements));
      }
      const path = field.path.map((key) => `/${key}`).join('');
      const given = values.filter(
        (v) => v.path === path && field.leaf.equals.has(v.value) && agree(v.elements, elements),
      );
      if (given.some((v) => give(i + 1, new Map([...elements, ...v.elements]), nothing))) return true;
      return field.leaf.absent && give(i + 1, elements, [...nothing, path]);
    };
    return give(0, new Map(), []);
  });
}

type Elements = ReadonlyMap<unknown, number>;

interface Value {
  readonly path: string;
  readonly value: number;
  readonly elements: Elements;
}

function valuesOf(node: unknown, path: string, elements: Elements): readonly Value[] {
  if (Array.isArray(node)) {
    return node.flatMap((item, i) => valuesOf(item, path, new Map([...elements, [node, i]])));
  }
  if (isObject(node))
    return Object.entries(node).flatMap(([key, below]) => valuesOf(below, `${path}/${key}`, elements));
  return [{ path, value: Number(node), elements }];
}

function agree(a: Elements, b: Elements): boolean {
  return [...a].every(([list, i]) => (b.get(list) ?? i) === i);
}

/** A small world, so that things meet: keys a and b, values 0 and 1. */
const value = fc.constantFrom(0, 1);
const { event } = fc.letrec<{ node: unknown; event: object }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3 },
    value,
    fc.array(tie('node'), { maxLength: 2 }),
    tie('event'),
    fc.array(tie('event'), { maxLength: 2 }),
  ),
  event: fc.record({ a: tie('node'), b: tie('node') }, { requiredKeys: [] }),
}));
const list = fc
  .uniqueArray(fc.oneof(value, fc.constant('absent')), { minLength: 1, maxLength: 2 })
  .map((items) => items.map((item) => (item === 'absent' ? { exists: false } : item)));
const { pattern } = fc.letrec<{ node: unknown; pattern: object }>((tie) => ({
  node: fc.oneof({ maxDepth: 3 }, list, tie('pattern')),
  pattern: fc.record({ a: tie('node'), b: tie('node') }, { requiredKeys: ['a'] }),
}));

function reversed(node: unknown): unknown {
  if (!isObject(node)) return node;
  return Object.fromEntries(
    Object.entries(node)
      .reverse()
      .map(([name, below]) => [name, reversed(below)]),
  );
}

describe('values and absence below lists', () => {
  it('match as the definition says', () => {
    const answers = { true: 0, false: 0 };
    fc.assert(
      fc.property(pattern, event, (wanted, given) => {
        const expected = matchesByDefinition(wanted, given);
        answers[`${expected}`]++;
        expect(match(wanted, given)).toBe(expected);
      }),
      { numRuns: 5000 },
    );
    expect(Math.min(answers.true, answers.false)).toBeGreaterThan(500);
  });

  it('match with $or as the definition says', () => {
    const either = fc
      .tuple(pattern, pattern)
      .map(([one, other]) => ({ $or: [{ x: one }, { x: other, y: [1] }] }));
    const events = fc.record({ x: fc.oneof(event, fc.array(event, { maxLength: 2 })), y: fc.constant(1) });
    fc.assert(
      fc.property(either, events, (wanted, given) => {
        expect(match(wanted, given)).toBe(matchesByDefinition(wanted, given));
      }),
      { numRuns: 1000 },
    );
  });

  it('match whatever the order of keys', () => {
    fc.assert(
      fc.property(pattern, event, (wanted, given) => {
        expect(match(reversed(wanted), reversed(given))).toBe(match(wanted, given));
      }),
      { numRuns: 1000 },
    );
  });
});
