import { isObject } from '../model/json.ts';
import { file, type Place } from './filing.ts';
import type { Mark } from './heads.ts';
import { isScalar, MAX_NESTED_LISTS, matches } from './match.ts';
import type { Pattern } from './pattern.ts';

/** Many patterns, ready to say which of them a document fits without asking each. */
export interface Index<Rule> {
  /** All rules whose pattern matches the document, in their order. */
  all(document: unknown): readonly Rule[];
  /** The first of them, or undefined; `also` may pass over rules for a reason of its own. */
  first(document: unknown, also?: (rule: Rule) => boolean): Rule | undefined;
}

/**
 * Builds an index over the rules' patterns. Each way of a pattern is filed under one of its fields, the one that
 * fewest others could share: a document that lacks the field's value cannot match, so only the rules that are filed
 * under the document's own values are asked, by `matches`. A way that only wants absence is always asked. The answer
 * is that of asking every rule in turn.
 */
export function makeIndex<Rule extends { readonly pattern: Pattern }>(rules: readonly Rule[]): Index<Rule> {
  const { root, always } = file(rules.map(({ pattern }) => pattern));
  /** A bit for each rule: in order and without doubles, however the candidates come in. */
  const marks = new Uint32Array(Math.ceil(rules.length / 32));
  const mark: Mark = (ids) => {
    for (const id of ids) marks[id >>> 5] = (marks[id >>> 5] ?? 0) | (1 << (id & 31));
  };

  /** Asks the candidates in order until `take` has had enough. */
  const ask = (document: unknown, take: (rule: Rule) => boolean): void => {
    if (rules.length === 0) return;
    marks.fill(0);
    mark(always);
    look(root, document, 0, mark);
    for (let word = 0; word < marks.length; word += 1) {
      for (let bits = marks[word] ?? 0; bits !== 0; bits &= bits - 1) {
        const rule = rules[word * 32 + 31 - Math.clz32(bits & -bits)];
        if (rule !== undefined && matches(rule.pattern, document) && take(rule)) return;
      }
    }
  };

  return {
    all(document) {
      const found: Rule[] = [];
      ask(document, (rule) => {
        found.push(rule);
        return false;
      });
      return found;
    },
    first(document, also = () => true) {
      let found: Rule | undefined;
      ask(document, (rule) => {
        if (!also(rule)) return false;
        found = rule;
        return true;
      });
      return found;
    },
  };
}

const MANY_FIELDS = 16;

/** Finds every value at a filed path, through lists as `matches` does, and marks what is filed under it. */
function look(place: Place, value: unknown, nesting: number, mark: Mark): void {
  if (isScalar(value)) place.lookup?.(value, mark);
  else if (Array.isArray(value)) {
    if (nesting < MAX_NESTED_LISTS) for (const one of value) look(place, one, nesting + 1, mark);
  } else if (isObject(value)) {
    if (place.below.size > MANY_FIELDS) {
      // A document may have few fields where the rules name many.
      for (const key of Object.keys(value)) {
        const below = place.below.get(key);
        if (below !== undefined) look(below, value[key], nesting, mark);
      }
    } else {
      for (const { key, below } of place.fields) {
        if (Object.hasOwn(value, key)) look(below, value[key], nesting, mark);
      }
    }
  }
}
