import { isObject } from '../model/json.ts';
import { isInNetwork } from './cidr.ts';
import type { Branch, Choice, Leaf, Pattern, Range, Scalar, Test } from './pattern.ts';
import { fitsWildcard, foldCase } from './text.ts';

/** No more lists than this are entered on the way to a value: hostile nesting must not exhaust the stack. */
export const MAX_NESTED_LISTS = 64;

/**
 * How a node of the pattern fares: it fails, it holds since there is nothing to find (`exists: false`), or
 * something was found that it wants. The middle answer is what a list must give in every element to hold.
 */
const FAILS = 0;
const ABSENT = 1;
const FOUND = 2;
type Answer = typeof FAILS | typeof ABSENT | typeof FOUND;

/**
 * True when the parsed event `document` fits the pattern, by the rules of Amazon EventBridge (README.md).
 * Pure; never throws; takes at most one look at each part of the document for each part of the pattern.
 */
export function matches(pattern: Pattern, document: unknown): boolean {
  if (!isObject(document)) return false;
  for (const way of pattern.ways) {
    if (askBranch(way.root, document, 0) !== FAILS) return true;
  }
  return false;
}

function ask(node: Branch | Leaf, value: unknown, nesting: number): Answer {
  if (Array.isArray(value)) return askEach(node, value, nesting + 1);
  return node.is === 'leaf' ? askLeaf(node, value) : askBranch(node, value, nesting);
}

/** One element must have all that the node wants; what it wants absent alone must be absent in all elements. */
function askEach(node: Branch | Leaf, values: readonly unknown[], nesting: number): Answer {
  let answer = nothingFor(node);
  if (nesting > MAX_NESTED_LISTS) return answer;
  for (const value of values) {
    const one = ask(node, value, nesting);
    if (one === FOUND) return FOUND;
    if (one === FAILS) answer = FAILS;
  }
  return answer;
}

function askBranch(branch: Branch, value: unknown, nesting: number): Answer {
  if (!isObject(value)) return nothingFor(branch);
  let answer: Answer = ABSENT;
  for (const { key, node } of branch.fields) {
    const one = ask(node, Object.hasOwn(value, key) ? value[key] : undefined, nesting);
    if (one === FAILS) return FAILS;
    if (one === FOUND) answer = FOUND;
  }
  return answer;
}

function askLeaf(leaf: Leaf, value: unknown): Answer {
  if (!isScalar(value)) return nothingFor(leaf);
  return isChosen(leaf, value) ? FOUND : FAILS;
}

function nothingFor(node: Branch | Leaf): Answer {
  return node.absent ? ABSENT : FAILS;
}

/** True for a value that a field can end in. */
export function isScalar(value: unknown): value is Scalar {
  return (
    value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
  );
}

/** True for a value that one of the alternatives takes. */
export function isChosen(choice: Choice, value: Scalar): boolean {
  if (choice.equals.has(value)) return true;
  for (const test of choice.tests) {
    if (passes(test, value)) return true;
  }
  return false;
}

/** A test of texts fails for anything else, so that its opposite in `anything-but` holds for it. */
function passes(test: Test, value: Scalar): boolean {
  switch (test.is) {
    case 'prefix':
      return typeof value === 'string' && (test.folded ? foldCase(value) : value).startsWith(test.text);
    case 'suffix':
      return typeof value === 'string' && (test.folded ? foldCase(value) : value).endsWith(test.text);
    case 'equals-ignore-case':
      return typeof value === 'string' && foldCase(value) === test.folded;
    case 'wildcard':
      return typeof value === 'string' && fitsWildcard(test, value);
    case 'cidr':
      return typeof value === 'string' && isInNetwork(test, value);
    case 'numeric':
      return typeof value === 'number' && isInRange(test, value);
    case 'anything-but':
      return !isChosen(test.but, value);
    case 'exists':
      return true;
  }
}

function isInRange({ low, lowOpen, high, highOpen }: Range, value: number): boolean {
  return (lowOpen ? value > low : value >= low) && (highOpen ? value < high : value <= high);
}
