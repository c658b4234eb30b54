import type { Leaf, Network, Range, Scalar, Test } from './pattern.ts';

/**
 * What a value must show for one alternative of a leaf to choose it: the handle by which an index finds the leaf.
 * `any`: every value of an event may be chosen.
 */
export type Key =
  | { readonly is: 'value'; readonly value: Scalar }
  | { readonly is: 'head' | 'tail' | 'whole'; readonly text: string; readonly folded: boolean }
  | { readonly is: 'part'; readonly text: string }
  | ({ readonly is: 'range' } & Range)
  | ({ readonly is: 'network' } & Network)
  | { readonly is: 'any' };

const ANY: Key = { is: 'any' };

/** One key for each alternative of a leaf, or `any` alone where one of them says nothing of the value. */
export function keysOf(leaf: Leaf): readonly Key[] {
  const values = [...leaf.equals].map((value): Key => ({ is: 'value', value }));
  const keys = [...values, ...leaf.tests.map(keyOf)];
  return keys.some(({ is }) => is === 'any') ? [ANY] : keys;
}

function keyOf(test: Test): Key {
  switch (test.is) {
    case 'prefix':
      return textual('head', test.text, test.folded);
    case 'suffix':
      return textual('tail', test.text, test.folded);
    case 'equals-ignore-case':
      return { is: 'whole', text: test.folded, folded: true };
    case 'wildcard':
      return longest(test.head, test.middle, test.tail);
    case 'numeric':
      return { ...test, is: 'range' };
    case 'cidr':
      return { ...test, is: 'network' };
    case 'exists':
    case 'anything-but':
      return ANY;
  }
}

/** Of the literal parts of a wildcard the longest tells most. */
function longest(head: string, middle: readonly string[], tail: string): Key {
  const part = middle.reduce((a, b) => (b.length > a.length ? b : a), '');
  if (part.length > Math.max(head.length, tail.length, 1)) return { is: 'part', text: part };
  return head.length >= tail.length ? textual('head', head, false) : textual('tail', tail, false);
}

/** Every text begins and ends with the empty one. */
function textual(is: 'head' | 'tail', text: string, folded: boolean): Key {
  return text === '' ? ANY : { is, text, folded };
}

/** Keys with the same name are the same key. */
export function nameOf(key: Key): string {
  switch (key.is) {
    case 'value':
      return `${typeof key.value} ${key.value}`;
    case 'head':
    case 'tail':
    case 'whole':
      return `${key.is} ${key.folded} ${key.text}`;
    case 'part':
      return `part ${key.text}`;
    case 'range':
    case 'network':
    case 'any':
      return key.is;
  }
}
